"""Adjustments and recoveries: the list, one of them, handing over, review."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.coded import Coded
from fundsys.domain.funds import CorrectionKind, MoneyState
from fundsys.domain.money import ZERO
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import corrections as queries
from fundsys.queries.correction_effects import levels_of, paper_effects
from fundsys.queries.history import history
from fundsys.services.funds import corrections as services
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import ReviewForm, today
from fundsys.web.funds.strip import cells
from fundsys.web.tables import Page, order_from, page_number

from . import bp

SORTS = ("decided", "number", "amount")


@bp.route("/corrections")
@allow(Permission.READ_MONEY)
def index() -> str:
    """The papers this person may see, and what they moved."""
    args = request.args
    order, number = order_from(args, SORTS, "-decided"), page_number(args)
    wanted = queries.PaperFilter(
        year=args.get("year", work_year(), type=int) if args.get("year") != "" else None,
        kind=_member(CorrectionKind, args.get("kind")),
        state=_member(MoneyState, args.get("state")),
        q=args.get("q", "").strip()[:60],
        sort=str(order),
        page=number,
        who=me(),
    )
    found = queries.papers(db.session, wanted)
    return render_template(
        "corrections/index.html",
        page=Page(found.rows, number, found.count, wanted.size),
        moved=found.totals,
        count=found.count,
        wanted=wanted,
        order=str(order),
        years=[(str(y), f"{y}年") for y in (work_year(), work_year() - 1)],
        kinds=list(CorrectionKind),
        states=list(MoneyState),
    )


@bp.route("/corrections/<int:correction_id>")
@allow(Permission.READ_MONEY)
def show(correction_id: int) -> str:
    """One paper: what it moves, what the rules say, what happened to it."""
    return _page(queries.paper(db.session, correction_id, me()), ReviewForm())


@bp.route("/corrections/<int:correction_id>/submit", methods=["POST"])
@allow(Permission.REVERSE)
def submit(correction_id: int) -> Any:
    """Hand a draft over for review."""
    return _do(correction_id, services.submit_correction, "提交调整", {})


@bp.route("/corrections/<int:correction_id>/delete", methods=["POST"])
@allow(Permission.REVERSE)
def delete(correction_id: int) -> Any:
    """Remove a draft of one's own."""
    return _do(correction_id, services.delete_correction, "删除调整草稿", {}, gone=True)


@bp.route("/corrections/<int:correction_id>/review", methods=["POST"])
@allow(Permission.REVIEW_MONEY)
def review(correction_id: int) -> Any:
    """Approve the paper as it was seen, or send it back with a reason."""
    if request.form.get("action") == "return":
        reason = request.form.get("reason", "")
        return _do(correction_id, services.return_correction, "退回调整", {"reason": reason})
    return _do(correction_id, services.approve_correction, "复核调整", {})


def _do(correction_id: int, service: Any, what: str, told: dict[str, Any], gone: bool = False) -> Any:
    paper = queries.paper(db.session, correction_id, me())
    form = ReviewForm(version=paper.version)
    form.act_name = what
    if form.submitted() and form.try_to(service, correction_id, version=form.version.data, **told):
        flash(
            {"删除调整草稿": "已删除", "提交调整": "已提交，由另一人复核", "退回调整": "已退回录入人"}.get(
                what, "已复核"
            ),
            "good",
        )
        return redirect(url_for(".index") if gone else url_for(".show", correction_id=correction_id))
    return _page(paper, form), 422


def _page(paper: queries.Paper, form: ReviewForm) -> str:
    who = me()
    form.version.data = form.version.data if request.method == "POST" else paper.version
    mine = paper.entered_by_id == who.id and who.can(Permission.REVERSE)
    now = queries.standings(db.session, project_ids={e.project_id for e in paper.entries})
    return render_template(
        "corrections/show.html",
        paper=paper,
        form=form,
        zero=ZERO,
        now={key: s.allocated for key, s in now.items()},
        approved=paper.state is MoneyState.APPROVED,
        may_edit=mine and paper.state in (MoneyState.DRAFT, MoneyState.RETURNED),
        may_review=who.can(Permission.REVIEW_MONEY)
        and paper.state is MoneyState.SUBMITTED
        and paper.entered_by_id != who.id,
        cells=[] if paper.state is MoneyState.APPROVED or not paper.entries else _cells(paper),
        history=history(db.session, "correction", paper.id),
    )


def _cells(paper: queries.Paper) -> Any:
    moves = [(e.line_id, e.project_id, e.change) for e in paper.entries]
    effects = paper_effects(db.session, paper.entries[0].year, [e.id for e in paper.entries], moves, today())
    return cells(effects, levels_of(db.session, {e.line_id for e in paper.entries}))


def _member(kind: type[Coded], text: str | None) -> Any:
    return next((m for m in kind if m.code == text), None)
