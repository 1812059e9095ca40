"""Allocations: the list, one of them, taking one back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import EntryKind, FundLevel, MoneyState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.funds import Payment
from fundsys.queries import allocations as queries
from fundsys.queries.funds import years
from fundsys.queries.history import history
from fundsys.queries.line_money import gone_out
from fundsys.services import funds
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .forms import ReversalForm
from .notices import _member

SORTS = ("decided", "project", "amount", "number", "notice")
CORRECTABLE = (EntryKind.ALLOCATION, EntryKind.ADJUSTMENT)


@bp.route("/allocations")
@allow(Permission.READ_MONEY)
def allocations() -> str:
    """The allocations this person may see, and their totals."""
    args = request.args
    order = order_from(args, SORTS, "-decided")
    number = page_number(args)
    wanted = queries.AllocationFilter(
        year=args.get("year", work_year(), type=int) if args.get("year") != "" else None,
        state=_member(MoneyState, args.get("state")),
        level=_member(FundLevel, args.get("level")),
        notice_id=args.get("notice", type=int),
        line_id=args.get("line", type=int),
        project_id=args.get("project", type=int),
        q=args.get("q", "").strip()[:60],
        sort=str(order),
        page=number,
    )
    found = queries.allocations(db.session, me(), wanted)
    return render_template(
        "funds/allocations.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        years=[(str(y), f"{y}年") for y in years(db.session)],
        levels=list(FundLevel),
        states=list(MoneyState),
        ledger_url=url_for("ledgers.show", code="LG04", plan_year=wanted.year or work_year()),
    )


@bp.route("/allocations/<int:allocation_id>")
@allow(Permission.READ_MONEY)
def allocation(allocation_id: int) -> str:
    """One allocation with its history."""
    row = queries.allocation(db.session, me(), allocation_id)
    return render_template(
        "funds/allocation.html",
        row=row,
        history=history(db.session, "allocation", allocation_id),
        may_reverse=_may_reverse(row),
    )


@bp.route("/allocations/<int:allocation_id>/reverse", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def reverse(allocation_id: int) -> Any:
    """Take an approved allocation back by its negative; waits for a second person."""
    row = queries.allocation(db.session, me(), allocation_id)
    form = ReversalForm(version=row.version)
    if form.submitted():
        answers = form.answers()
        if form.try_to(_reverse, allocation_id, answers.pop("reason"), answers.pop("document_no"), **answers):
            flash(form.repeated or form.result, "good")
            return redirect(url_for(".allocation", allocation_id=allocation_id))
    page = render_template(
        "funds/reverse.html",
        form=form,
        row=row,
        paid=gone_out(db.session, Payment, row.line_id, row.project_id),
    )
    return (page, 422) if request.method == "POST" else page


def _reverse(allocation_id: int, reason: str, document_no: str, *, decided_on: Any = None, act: Act) -> str:
    """Take it back; the sentence to say."""
    funds.reverse_allocation(allocation_id, reason, document_no, decided_on=decided_on, act=act)
    act.answer = "已登记红字冲销，等待另一人复核；复核前资金不回到指标"
    return act.answer


def _may_reverse(row: queries.AllocationRow) -> bool:
    return me().can(Permission.REVERSE) and row.state is MoneyState.APPROVED and row.kind in CORRECTABLE
