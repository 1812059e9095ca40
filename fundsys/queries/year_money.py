"""The year's money by level, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.office import Person

_A = Allocation


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A notice line with allocations that wait for review."""

    line_id: int
    notice_id: int
    notice_no: str
    source: str
    level: FundLevel
    count: int
    amount: Money
    since: datetime | None
    entered_by: str


def waiting_lines(session: Session) -> list[WaitingLine]:
    """Lines with submitted allocations, oldest first; entries of a paper that corrects wait with it."""
    rows = session.execute(
        select(
            AllotmentLine.id,
            AllotmentNotice.id,
            AllotmentNotice.document_no,
            FundSource.name,
            FundSource.level,
            func.count(),
            func.sum(_A.amount),
            func.min(_A.submitted_at),
            func.min(Person.name),
        )
        .select_from(Allocation)
        .join(AllotmentLine, _A.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(Person, _A.entered_by == Person.id)
        .where(_A.state == MoneyState.SUBMITTED, _A.correction_id.is_(None))
        .group_by(AllotmentLine.id, AllotmentNotice.id, FundSource.id)
        .order_by(func.min(_A.submitted_at), AllotmentLine.id)
    )
    return [WaitingLine(*row[:-1], row[-1] or "系统") for row in rows]


@dataclass(frozen=True, slots=True)
class LevelMoney:
    """The year's money of one level: what came, what was given to projects, what waits, what went out."""

    level: FundLevel
    allotted: Money
    allocated: Money
    submitted: Money
    disbursed: Money
    paid: Money


def year_money(session: Session, year: int) -> list[LevelMoney]:
    """The year's money by level, approved entries only but for `submitted`; levels without any money are left out."""
    came = _by_level(session, select(FundSource.level, func.sum(AllotmentLine.amount)).select_from(AllotmentLine), year)
    given = _by_level(session, _of_lines(Allocation, MoneyState.APPROVED), year)
    waits = _by_level(session, _of_lines(Allocation, MoneyState.SUBMITTED), year)
    gone = _by_level(session, _of_lines(Disbursement, MoneyState.APPROVED), year)
    paid = _by_level(session, _of_lines(Payment, MoneyState.APPROVED), year)
    parts = (came, given, waits, gone, paid)
    return [
        LevelMoney(level, *(part.get(level, ZERO) for part in parts))
        for level in FundLevel
        if any(part.get(level) for part in parts)
    ]


def _of_lines(table: Any, state: MoneyState) -> Any:
    return (
        select(FundSource.level, func.sum(case((table.state == state, table.amount))))
        .select_from(table)
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
    )


def _by_level(session: Session, query: Any, year: int) -> dict[FundLevel, Money]:
    rows = session.execute(
        query.join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(AllotmentNotice.year == year, AllotmentNotice.state == MoneyState.APPROVED)
        .group_by(FundSource.level)
    )
    return {level: amount for level, amount in rows if amount is not None}
