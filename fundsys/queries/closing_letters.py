"""Rows of PF23, the closing letter of a month: the figures as they were frozen, never those of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.funds import PeriodState
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.queries.facts import OFFICE_ZONE
from fundsys.queries.periods import COLUMNS, MonthRow, money, month
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import require

FILTERS = ("month",)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One source of money in a closed month. closed_at: the instant of the closing on the office clock, to the minute."""

    letter_no: str
    closed_period: str
    first_day: date
    last_day: date
    closings: int
    source_code: str
    fund_source: str
    opening: Money
    notices: Money
    returned: Money
    paid: Money
    closing: Money
    free_opening: Money
    allocated: Money
    corrected: Money
    free_closing: Money
    disbursed: Money
    entered_by: str
    reviewed_by: str
    closed_at: str
    figures_digest: str


def closing_letter(session: Session, wanted: Wanted) -> Iterator[LetterRow]:
    """PF23: the sources of one closed month of the year; one row of nothing where the month had no money at all.

    Raises: DomainError without a month; NotFound while the month is not closed, or not by the day asked for.
    """
    require(wanted.who, Permission.READ_PERIODS)
    row = _closed(session, wanted)
    assert row.figures is not None and row.reviewed_at is not None
    nothing = {"code": "-", "name": "这个月没有账"} | dict.fromkeys((key for key, _ in COLUMNS), 0)
    for source in row.figures["sources"] or [nothing]:
        yield LetterRow(
            letter_no=row.letter_no or "",
            closed_period=row.label,
            first_day=row.first_day,
            last_day=row.last_day,
            closings=row.closings,
            source_code=source["code"],
            fund_source=source["name"],
            entered_by=row.entered_by,
            reviewed_by=row.reviewed_by or "系统",
            closed_at=_office_clock(row.reviewed_at),
            figures_digest=row.figures_digest,
            **{key: money(source[key]) for key, _ in COLUMNS},
        )


def letter_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """Which days the letter is of, and the digest of its figures."""
    row = _closed(session, wanted)
    return (f"{row.label}结账固定的数字，SHA-256 摘要 {row.figures_digest}；重印与首次打印逐格相同。",)


def _closed(session: Session, wanted: Wanted) -> MonthRow:
    check_filters(wanted, FILTERS)
    told = wanted.where.get("month", "")
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:3]) <= 12):
        raise DomainError("请指明一个月份（month=1 至 12）", field="where")
    row = month(session, wanted.year, int(told))
    if row.state is not PeriodState.CLOSED or row.figures is None or (wanted.until and row.last_day > wanted.until):
        raise NotFound(f"{row.label}还没有结账，没有结账函")
    return row


def _office_clock(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
