"""Sums over one notice line or one project, exact, as services and pages need them before a decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Disbursement, LinePosting, Payment
from fundsys.models.types import MoneyType

COUNTED = (MoneyState.SUBMITTED, MoneyState.APPROVED)
EDITABLE = (MoneyState.DRAFT, MoneyState.RETURNED)
WAITING = (Allocation.state == MoneyState.SUBMITTED, Allocation.kind != EntryKind.ADJUSTMENT)
"""Entries that wait alone; those of an adjustment sum to zero on the line and wait as one."""


@dataclass(frozen=True, slots=True)
class LineMoney:
    """What has become of a notice line. A reversal waiting for review gives nothing back yet.

    gone: taken back by later notices, returned or carried over; never above zero. An adjustment that waits reserves nothing.
    """

    amount: Money
    approved: Money
    submitted: Money
    coming_back: Money
    drafted: Money
    gone: Money = ZERO

    @property
    def taken(self) -> Money:
        """Approved, and reserved by what waits for review."""
        return self.approved + self.submitted

    @property
    def remaining(self) -> Money:
        """What may still be submitted."""
        return max(self.amount, ZERO) + self.gone - self.taken


def sum_where(*conditions: Any) -> Any:
    """The sum of allocation amounts under conditions; None where there are none."""
    return func.sum(case((and_(*conditions), Allocation.amount)))


def line_sums() -> tuple[Any, ...]:
    """Columns of LineMoney after the amount, to be grouped by line: approved, submitted, coming back, drafted."""
    return (
        sum_where(Allocation.state == MoneyState.APPROVED),
        sum_where(*WAITING, Allocation.amount > ZERO),
        sum_where(*WAITING, Allocation.amount < ZERO),
        sum_where(Allocation.state.in_(EDITABLE), Allocation.kind == EntryKind.ALLOCATION),
    )


def gone_from_lines() -> Any:
    """A subquery of (line_id, gone_fen): what later notices take back, and what is returned or carried over."""
    reduced = (
        select(AllotmentLine.reduces_id.label("line_id"), AllotmentLine.amount.label("gone"))
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(AllotmentLine.reduces_id.is_not(None), AllotmentNotice.state.in_(COUNTED))
    )
    left = select(LinePosting.line_id, LinePosting.amount.label("gone")).where(
        or_(
            LinePosting.state == MoneyState.APPROVED,
            and_(LinePosting.state == MoneyState.SUBMITTED, LinePosting.amount < ZERO),
        )
    )
    both = union_all(reduced, left).subquery()
    return select(both.c.line_id, func.sum(both.c.gone).label("gone")).group_by(both.c.line_id).subquery()


def gone_from(session: Session, line_ids: Collection[int]) -> dict[int, Money]:
    """What has left these lines without a project, by line; never above zero."""
    gone = gone_from_lines()
    rows = session.execute(
        select(gone.c.line_id, type_coerce(gone.c.gone, MoneyType)).where(gone.c.line_id.in_(line_ids))
    )
    return dict(rows.all())


def line_money(session: Session, line_id: int) -> LineMoney:
    """The figures of a line. Raises nothing: a missing line is all zero."""
    return lines_money(session, [line_id])[line_id]


def lines_money(session: Session, line_ids: Collection[int]) -> dict[int, LineMoney]:
    """The figures of lines, asked together. A missing line is all zero."""
    wanted = select(AllotmentLine.id, AllotmentLine.amount).where(AllotmentLine.id.in_(line_ids))
    amounts = dict(session.execute(wanted).all())
    given = (
        select(Allocation.line_id, *line_sums()).where(Allocation.line_id.in_(line_ids)).group_by(Allocation.line_id)
    )
    sums = {line_id: tuple(figures) for line_id, *figures in session.execute(given)}
    gone = gone_from(session, line_ids)
    return {
        key: LineMoney(
            amounts.get(key, ZERO), *(figure or ZERO for figure in (*sums.get(key, (None,) * 4), gone.get(key)))
        )
        for key in line_ids
    }


def allocated_to(session: Session, project_ids: Collection[int]) -> dict[int, Money]:
    """Submitted and approved money of every line and year by project; a waiting reversal is not taken off yet."""
    counted = or_(Allocation.state == MoneyState.APPROVED, and_(*WAITING, Allocation.amount > ZERO))
    rows = session.execute(
        select(Allocation.project_id, func.sum(Allocation.amount))
        .where(Allocation.project_id.in_(project_ids), counted)
        .group_by(Allocation.project_id)
    )
    return dict(rows.all())


def approved_on(session: Session, line_id: int, project_id: int) -> Money:
    """What is approved of this line for this project, net."""
    return (
        session.scalar(
            select(func.sum(Allocation.amount)).where(
                Allocation.line_id == line_id,
                Allocation.project_id == project_id,
                Allocation.state == MoneyState.APPROVED,
            )
        )
        or ZERO
    )


def gone_out(session: Session, table: type[Disbursement] | type[Payment], line_id: int, project_id: int) -> Money:
    """What was disbursed or paid of this line for this project, submitted or approved."""
    return (
        session.scalar(
            select(func.sum(table.amount)).where(
                table.line_id == line_id, table.project_id == project_id, table.state.in_(COUNTED)
            )
        )
        or ZERO
    )
