"""Review by a second person: what waits, one notice, the allocations of one line."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, show_wan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import allotment_sheet, line_money, year_money
from fundsys.queries import funds as queries
from fundsys.queries.allocations import AllocationFilter, AllocationRow, allocations
from fundsys.queries.payouts import waiting_out
from fundsys.services import funds
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.papers import shown_papers
from fundsys.web.ticks import chosen_rows

from . import bp
from .forms import ReviewForm, today
from .strip import cells, rooms


@bp.route("/review")
@allow(Permission.REVIEW_MONEY)
def review() -> str:
    """What waits for this reviewer: notices, and lines with submitted allocations."""
    waiting = queries.NoticeFilter(state=MoneyState.SUBMITTED, sort="received", size=200)
    return render_template(
        "funds/review.html",
        out=waiting_out(db.session()),
        notices=queries.notices(db.session, me(), waiting, today()).rows,
        lines=year_money.waiting_lines(db.session),
    )


@bp.route("/notices/<int:notice_id>/review", methods=["GET", "POST"])
@allow(Permission.REVIEW_MONEY)
def review_notice(notice_id: int) -> Any:
    """One submitted notice: approve it, or send it back with a reason."""
    notice = queries.notice(db.session, me(), notice_id, today())
    form = ReviewForm(version=notice.version)
    if form.submitted() and _judge_notice(form, notice_id):
        return redirect(url_for(".review"))
    page = render_template(
        "funds/review_notice.html",
        form=form,
        notice=notice,
        own=notice.entered_by_id == me().id,
        papers=shown_papers(
            "allotment_notice", notice_id, lambda key: url_for(".paper", notice_id=notice_id, paper_id=key)
        ),
    )
    return (page, 422) if request.method == "POST" else page


def _judge_notice(form: ReviewForm, notice_id: int) -> bool:
    version = form.version.data
    if request.form.get("action") == "return":
        form.act_name = "退回指标文"
        done = form.try_to(funds.return_notice, notice_id, form.reason.data or "", version=version)
        sentence = "已退回录入人"
    else:
        form.act_name = "复核指标文"
        done = form.try_to(funds.approve_notice, notice_id, version=version)
        sentence = "已复核，可以分配到项目"
    if done:
        flash(sentence, "good")
    return done


@bp.route("/notices/<int:notice_id>/review-allocations", methods=["GET", "POST"])
@bp.route("/allotments/<int:line_id>/review", methods=["GET", "POST"])
@allow(Permission.REVIEW_MONEY)
def review_line(line_id: int | None = None, notice_id: int | None = None) -> Any:
    """The submitted allocations of a notice or of one line, every rule now → after; approve or send back those chosen."""
    if notice_id is not None:
        sheet = allotment_sheet.notice_sheet(db.session, None, notice_id)
    else:
        sheet = allotment_sheet.sheet(db.session, None, line_id or 0)
    rows = _waiting(sheet)
    form = ReviewForm()
    chosen = chosen_rows(rows)
    if form.submitted() and request.form.get("action") != "count" and _judge(form, chosen):
        return redirect(url_for(".review"))
    effects = allotment_sheet.review_effects(db.session, sheet.year, chosen, today())
    page = render_template(
        "funds/review_line.html",
        form=form,
        sheet=sheet,
        rows=rows,
        chosen=chosen,
        amount=total(r.amount for r in rows if r.id in chosen),
        own=[r for r in rows if r.entered_by_id == me().id],
        labels={line.id: line.label for line in sheet.lines},
        given=line_money.allocated_to(db.session, [r.project_id for r in rows]),
        cells=cells(effects, sheet.levels),
        rooms=rooms(effects),
        zero=ZERO,
    )
    return (page, 422) if request.method == "POST" and request.form.get("action") != "count" else page


def _waiting(sheet: allotment_sheet.Sheet) -> list[AllocationRow]:
    """What waits on the lines of the sheet, in the order of lines and projects."""
    found: list[AllocationRow] = []
    for line in sheet.lines:
        wanted = AllocationFilter(line_id=line.id, state=MoneyState.SUBMITTED, sort="project", size=1000, alone=True)
        found += allocations(db.session, me(), wanted).rows
    return found


def _judge(form: ReviewForm, chosen: dict[int, int]) -> bool:
    returning = request.form.get("action") == "return"
    form.act_name = "退回分配" if returning else "复核分配"
    done = form.try_to(_return if returning else _approve, chosen, form.reason.data or "")
    if done:
        flash(form.repeated or form.result or "", "good")
    return done


def _approve(chosen: dict[int, int], reason: str, *, act: Act) -> str:
    """Approve what was chosen; the sentence to say."""
    found = funds.approve_allocations(chosen, act=act)
    numbers = f"{found[0].number}" + (f"至{found[-1].number}" if len(found) > 1 else "")
    act.answer = f"已复核 {len(found)} 笔，合计 {show_wan(total(a.amount for a in found))} 万元，编号{numbers}"
    return act.answer


def _return(chosen: dict[int, int], reason: str, *, act: Act) -> str:
    """Send back what was chosen; the sentence to say."""
    found = funds.return_allocations(chosen, reason, act=act)
    act.answer = f"已退回 {len(found)} 笔，合计 {show_wan(total(a.amount for a in found))} 万元"
    return act.answer
