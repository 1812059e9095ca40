"""Sums over one notice line or one project, exact, as services and pages need them before a decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.models.funds import Allocation, AllotmentLine, Disbursement, Payment

COUNTED = (MoneyState.SUBMITTED, MoneyState.APPROVED)
EDITABLE = (MoneyState.DRAFT, MoneyState.RETURNED)


@dataclass(frozen=True, slots=True)
class LineMoney:
    """What has become of a notice line. A reversal waiting for review gives nothing back yet."""

    amount: Money
    approved: Money
    submitted: Money
    coming_back: Money
    drafted: Money

    @property
    def taken(self) -> Money:
        """Approved, and reserved by what waits for review."""
        return self.approved + self.submitted

    @property
    def remaining(self) -> Money:
        """What may still be submitted."""
        return self.amount - self.taken


def sum_where(*conditions: Any) -> Any:
    """The sum of allocation amounts under conditions; None where there are none."""
    return func.sum(case((and_(*conditions), Allocation.amount)))


def line_sums() -> tuple[Any, ...]:
    """Columns of LineMoney after the amount, to be grouped by line: approved, submitted, coming back, drafted."""
    return (
        sum_where(Allocation.state == MoneyState.APPROVED),
        sum_where(Allocation.state == MoneyState.SUBMITTED, Allocation.amount > ZERO),
        sum_where(Allocation.state == MoneyState.SUBMITTED, Allocation.amount < ZERO),
        sum_where(Allocation.state.in_(EDITABLE), Allocation.kind == EntryKind.ALLOCATION),
    )


def line_money(session: Session, line_id: int) -> LineMoney:
    """The figures of a line. Raises nothing: a missing line is all zero."""
    amount = session.scalar(select(AllotmentLine.amount).where(AllotmentLine.id == line_id)) or ZERO
    sums = session.execute(select(*line_sums()).where(Allocation.line_id == line_id)).one()
    return LineMoney(amount, *(s or ZERO for s in sums))


def allocated_to(session: Session, project_ids: Collection[int]) -> dict[int, Money]:
    """Submitted and approved money of every line and year by project; a waiting reversal is not taken off yet."""
    counted = or_(
        Allocation.state == MoneyState.APPROVED,
        and_(Allocation.state == MoneyState.SUBMITTED, Allocation.amount > ZERO),
    )
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
