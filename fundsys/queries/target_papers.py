"""Rows of PF61 月调度表 and PF62 季调度表: every target of the year as it stood at the end of a month or quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import Stand, month_ended
from fundsys.models.office import Unit
from fundsys.queries.facts import county_today
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import require
from fundsys.queries.yearly_targets import TargetFilter, TargetRow, year_targets

MONTH_FILTERS = ("month", "unit")
QUARTER_FILTERS = ("quarter", "unit")


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """One target on a dispatch sheet. added: what the month or quarter added, in words; reached: since the year began."""

    code: str
    clause: str
    name: str
    required: str
    added: str
    reached: str
    distance: str
    unit: str
    stand: str
    problem: str
    next_step: str
    source: str


def month_sheet(session: Session, wanted: Wanted) -> Iterator[DispatchRow]:
    """PF61: the targets as they stood at the end of a month; the latest month that is over where none is named."""
    check_filters(wanted, MONTH_FILTERS)
    require(wanted.who, Permission.READ_TARGETS)
    for row in _rows(session, wanted, _month(session, wanted)):
        yield _told(row, row.this_month)


def quarter_sheet(session: Session, wanted: Wanted) -> Iterator[DispatchRow]:
    """PF62: the same at the end of a quarter, with what the quarter added."""
    check_filters(wanted, QUARTER_FILTERS)
    require(wanted.who, Permission.READ_TARGETS)
    last = _quarter(session, wanted) * 3
    parts: dict[str, list[str]] = {}
    for month in range(last - 2, last + 1):
        for row in _rows(session, wanted, month):
            if row.this_month and row.this_month != "0 次":
                parts.setdefault(row.code, []).append(f"{month}月 {row.this_month}")
    for row in _rows(session, wanted, last):
        yield _told(row, "；".join(parts.get(row.code, [])))


def month_title(session: Session, wanted: Wanted) -> str:
    """The title of PF61, which names the month."""
    return f"{wanted.year}年{_month(session, wanted)}月目标任务调度表"


def quarter_title(session: Session, wanted: Wanted) -> str:
    """The title of PF62, which names the quarter."""
    return f"{wanted.year}年第{_quarter(session, wanted)}季度目标任务调度表"


def scope_remark(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """Whose targets the sheet shows."""
    return (f"范围：{wanted.where.get('unit') or '全县'}。",)


def _rows(session: Session, wanted: Wanted, month: int) -> list[TargetRow]:
    name, unit_id = wanted.where.get("unit", ""), None
    if name:
        unit_id = session.scalar(select(Unit.id).where(Unit.name == name))
        if unit_id is None:
            raise DomainError(f"没有名为“{name}”的单位，请写单位全称", field="where")
    asked = TargetFilter(wanted.year, unit_id=unit_id, month=month)
    found = year_targets(session, wanted.who, asked, county_today(session))
    return [row for row in found if row.stand is not Stand.PLAIN and row.active]


def _told(row: TargetRow, added: str) -> DispatchRow:
    latest = row.latest
    return DispatchRow(
        row.code,
        row.clause,
        row.name,
        row.required,
        added,
        row.standing.reached_words,
        row.standing.distance,
        row.reporting_unit or row.lead_unit,
        row.stand.label,
        latest.problem if latest else "",
        latest.next_step if latest else "",
        row.source,
    )


def _month(session: Session, wanted: Wanted) -> int:
    return _number(wanted.where.get("month", ""), 12, "月份") or month_ended(wanted.year, county_today(session)) or 1


def _quarter(session: Session, wanted: Wanted) -> int:
    usual = max(month_ended(wanted.year, county_today(session)) // 3, 1)
    return _number(wanted.where.get("quarter", ""), 4, "季度") or usual


def _number(text: str, most: int, word: str) -> int:
    """The number of a filter, 0 where none is asked. Raises DomainError."""
    plain = text.strip().rstrip("月季度")
    if not plain:
        return 0
    if not (plain.isascii() and plain.isdigit() and 1 <= int(plain) <= most):
        raise DomainError(f"“{text}”不是{word}，请填 1 至 {most}", field="where")
    return int(plain)
