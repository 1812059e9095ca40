"""Returning money to a higher level (退回上级): the list, registering one, review, taking one back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import LineEntryKind, MoneyState
from fundsys.domain.money import ZERO, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import allotment_sheet, balances, funds
from fundsys.queries import corrections as queries
from fundsys.queries.history import history
from fundsys.queries.line_money import line_money
from fundsys.services.funds import returns as services
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import ReviewForm, today
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp
from .forms import ReturnForm, UndoForm

SORTS: dict[str, Callable[[queries.PostingRow], Any]] = {
    "number": lambda r: r.number or "",
    "notice": lambda r: (r.notice_no, r.id),
    "decided": lambda r: (r.decided_on, r.id),
    "amount": lambda r: -r.amount,
}


@bp.route("/returns")
@allow(Permission.READ_MONEY)
def returns() -> str:
    """Money that left its line, and lines that still have some."""
    args = request.args
    words, year = args.get("q", "").strip()[:60], args.get("year", type=int)
    kind = next((k for k in LineEntryKind if k.code == args.get("kind")), None)
    state = next((m for m in MoneyState if m.code == args.get("state")), None)
    order, number = order_from(args, SORTS, "-decided"), page_number(args)
    rows = [
        r
        for r in queries.postings(db.session, me(), state=state)
        if (kind is None or r.kind is kind)
        and (year is None or r.year == year)
        and (not words or any(words in told for told in (r.number or "", r.notice_no, r.document_no, r.source)))
    ]
    rows.sort(key=SORTS[order.name], reverse=order.down)
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "corrections/returns.html",
        page=Page(rows[first : first + PAGE_SIZE], number, len(rows)),
        order=str(order),
        sum=-total(r.amount for r in rows if r.state is MoneyState.APPROVED),
        q=words,
        year=year,
        kind=kind,
        state=state,
        kinds=list(LineEntryKind),
        states=list(MoneyState),
        years=[(str(y), f"{y}年") for y in funds.years(db.session)],
        lines=balances.open_lines(db.session, me(), today(), year),
        may=me().can(Permission.REVERSE),
    )


@bp.route("/returns/new/<int:line_id>", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def return_money(line_id: int) -> Any:
    """Register a return of one line's unallocated money."""
    sheet = allotment_sheet.sheet(db.session, None, line_id=line_id)
    left = line_money(db.session, line_id).remaining
    form = ReturnForm(amount=left)
    if form.submitted():
        told = form.answers()
        if form.try_to(
            services.return_money, line_id, told.pop("amount"), told.pop("document_no"), told.pop("reason"), **told
        ):
            flash("已登记退回上级，等待另一人复核；复核前这笔钱已不能再分配", "good")
            return redirect(url_for(".returns"))
    (line,) = sheet.lines
    page = render_template("corrections/return_money.html", form=form, sheet=sheet, line=line, left=left)
    return (page, 422) if request.method == "POST" else page


@bp.route("/returns/<int:posting_id>", methods=["GET", "POST"])
@allow(Permission.READ_MONEY)
def posting(posting_id: int) -> Any:
    """One return: facts, history; the second person approves it or sends it back here."""
    row = queries.posting(db.session, posting_id, me())
    form = ReviewForm(version=row.version)
    if form.submitted() and _judge(form, row):
        return redirect(url_for(".posting", posting_id=posting_id))
    return _page(row, form)


def _judge(form: ReviewForm, row: queries.PostingRow) -> bool:
    version = form.version.data
    if request.form.get("action") == "return":
        form.act_name = "退回录入人"
        done = form.try_to(services.send_posting_back, row.id, form.reason.data or "", version=version)
    else:
        form.act_name = "复核退回上级"
        done = form.try_to(services.approve_posting, row.id, version=version)
    if done:
        flash("已退回录入人" if request.form.get("action") == "return" else "已复核", "good")
    return done


def _page(row: queries.PostingRow, form: ReviewForm) -> Any:
    who = me()
    page = render_template(
        "corrections/posting.html",
        row=row,
        form=form,
        history=history(db.session, "line_posting", row.id),
        may_review=who.can(Permission.REVIEW_MONEY)
        and row.state is MoneyState.SUBMITTED
        and row.kind is not LineEntryKind.CARRYOVER
        and row.entered_by_id != who.id,
        may_undo=who.can(Permission.REVERSE)
        and row.state is MoneyState.APPROVED
        and row.kind is LineEntryKind.RETURN
        and row.reversed_by is None,
        zero=ZERO,
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/returns/<int:posting_id>/reverse", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def undo(posting_id: int) -> Any:
    """Take an approved return back by its negative."""
    row = queries.posting(db.session, posting_id, me())
    form = UndoForm()
    if form.submitted():
        told = form.answers()
        if form.try_to(services.reverse_posting, posting_id, told.pop("document_no"), told.pop("reason"), **told):
            flash("已登记冲销，等待另一人复核；复核前资金不回到指标", "good")
            return redirect(url_for(".returns"))
    page = render_template("corrections/undo.html", form=form, row=row, amount=exact_wan(-row.amount))
    return (page, 422) if request.method == "POST" else page
