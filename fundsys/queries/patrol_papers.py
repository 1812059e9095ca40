"""Rows of the papers of patrols: LG07 资产管护巡查台账, and PF34 资产管护巡查表, the sheet that reads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.maintenance import Condition, DefectState
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.domain.row_codes import shown_code
from fundsys.models.assets import Asset, MaintenanceSector, Patrol
from fundsys.models.maintenance import CheckRow, CheckSheet, Defect
from fundsys.queries import assets as asset_queries
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import DutyFilter, Town, Village, duties
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import Viewer, seen_assets

FILTERS = ("town", "village", "sector", "q")
NO_SECTOR = "未归入行业"
_BOXES = "\n".join(f"□{c.digit}{c.label}" for c in Condition)
"""The conditions to tick, with the digit that the keyboard takes for each."""


@dataclass(frozen=True, slots=True)
class PatrolLedgerRow:
    """One patrol of LG07, or one that is overdue: then patrolled_on is None and condition 未巡查."""

    asset_no: str
    asset_name: str
    sector: str
    maintenance_body: str
    keeper: str
    maintenance_fund: str
    yearly_upkeep: Money | None
    due_on: date | None
    patrolled_on: date | None
    condition: str
    words: str
    measure: str
    repair_cost: Money | None
    defect_due_on: date | None
    fixed_on: date | None
    post_person: str
    remark: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a paper sheet. The boxes to write in are empty."""

    row_code: str
    asset_no: str
    asset_name: str
    village: str
    location: str
    sector: str
    keeper: str
    last_patrol_on: date | None
    due_on: date | None
    patrolled_on: str
    condition: str
    words: str
    defect_due_on: str
    needed_amount: str
    patroller: str
    sheet: str


def patrol_ledger(session: Session, wanted: Wanted) -> Iterator[PatrolLedgerRow]:
    """LG07: the year's patrols by sector and day, then what is overdue. until: walked and judged up to that day."""
    check_filters(wanted, FILTERS)
    begin, end = date(wanted.year, 1, 1), min(wanted.until or date.max, date(wanted.year, 12, 31))
    p, d = Patrol, Defect
    rows = session.execute(
        select(
            Asset.code, Asset.name, func.coalesce(MaintenanceSector.name, NO_SECTOR), Asset.maintenance_body,
            p.patroller, Asset.maintenance_fund, p.due_on, p.patrolled_on, p.condition, p.words, p.measure,
            d.repair_cost, d.due_on, d.fixed_on, d.state, Asset.public_post,
        )
        .join(Asset, p.asset_id == Asset.id)
        .outerjoin(MaintenanceSector, Asset.sector_id == MaintenanceSector.id)
        .outerjoin(d, d.patrol_id == p.id)
        .where(p.patrolled_on.between(begin, end), *_tests(session, wanted))
        .order_by(func.coalesce(MaintenanceSector.code, "Z"), p.patrolled_on, Asset.code)
    )  # fmt: skip
    by_sector: dict[str, list[PatrolLedgerRow]] = {}
    for row in rows:
        made = _walked(*tuple[Any, ...](row))
        by_sector.setdefault(made.sector, []).append(made)
    for duty in _overdue(session, wanted):
        made = PatrolLedgerRow(
            duty.code, duty.name, duty.sector or NO_SECTOR, duty.body, duty.keeper, "", None, duty.due, None, "未巡查",
            "", "", None, None, None, duty.keeper if duty.public_post else "", duty.event or "已超期",
        )  # fmt: skip
        by_sector.setdefault(made.sector, []).append(made)
    for told in by_sector.values():
        yield from told


def _walked(
    code: str, name: str, sector: str, body: str, patroller: str, fund: str, due: date | None, day: date,
    condition: str, words: str, measure: str, cost: Money | None, fix_due: date | None, fixed: date | None,
    state: DefectState | None, public_post: bool,
) -> PatrolLedgerRow:  # fmt: skip
    return PatrolLedgerRow(
        asset_no=code,
        asset_name=name,
        sector=sector,
        maintenance_body=body,
        keeper=patroller,
        maintenance_fund=fund,
        yearly_upkeep=None,
        due_on=due,
        patrolled_on=day,
        condition=condition,
        words=words,
        measure=measure,
        repair_cost=cost,
        defect_due_on=fix_due,
        fixed_on=fixed,
        post_person=patroller if public_post else "",
        remark=state.label if state else "",
    )


def _overdue(session: Session, wanted: Wanted) -> Iterator[Any]:
    """What is overdue on the day of the paper; a year that is over has no duties left."""
    today = wanted.until or county_today(session)
    if today.year != wanted.year:
        return
    told = asset_queries.filter_from(session, wanted.where)
    asked = DutyFilter(told.text, told.town_id, told.village_id, told.sector_id, late=True)
    yield from duties(session, wanted.who, asked, today, Permission.PRINT if wanted.who else Permission.READ_ASSETS)


def _tests(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [asset_queries.condition(asset_queries.filter_from(session, wanted.where))]
    if wanted.who is not None:
        found.append(seen_assets(wanted.who, Permission.PRINT))
    return found


def patrol_counts(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """应巡、实巡、问题、闭环 of the paper. 应巡 counts what was walked and what is overdue."""
    walked = missed = problems = closed = 0
    for row in patrol_ledger(session, wanted):
        walked += row.patrolled_on is not None
        missed += row.patrolled_on is None
        problems += row.defect_due_on is not None
        closed += row.remark == DefectState.CLOSED.label
    return (f"应巡 {walked + missed} 次，实巡 {walked} 次，限期整改的问题 {problems} 个，闭环（已销号）{closed} 个。",)


# ---------- the sheet ----------


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet as the list shows it. read: how many of its rows have been read back."""

    id: int
    number: str
    title: str
    until_on: date
    made_on: date
    made_by: str
    row_count: int
    read: int


def sheets(session: Session, who: Viewer | None, *, sheet_id: int | None = None, limit: int = 100) -> list[SheetInfo]:
    """The sheets of the person's unit, those with their assets on them too for a town; the newest first."""
    from fundsys.models.office import Person

    s = CheckSheet
    read = select(func.count(CheckRow.patrol_id)).where(CheckRow.sheet_id == s.id).scalar_subquery()
    rows = session.execute(
        select(s.id, s.number, s.title, s.until_on, s.made_on, func.coalesce(Person.name, "系统"), s.row_count, read)
        .outerjoin(Person, s.made_by == Person.id)
        .where(s.id == sheet_id if sheet_id is not None else true(), s.stocktake_id.is_(None), _seen_sheets(who))
        .order_by(s.id.desc())
        .limit(limit)
    )
    return [SheetInfo(*tuple[Any, ...](row)) for row in rows]


def _seen_sheets(who: Viewer | None) -> ColumnElement[bool]:
    """A sheet is seen by whoever sees an asset on it."""
    if who is None:
        return true()
    seen = select(CheckRow.sheet_id).join(Asset, CheckRow.asset_id == Asset.id).where(seen_assets(who))
    return CheckSheet.id.in_(seen)


def sheet(session: Session, who: Viewer | None, sheet_id: int) -> SheetInfo:
    """One sheet. Raises NotFound for hidden and missing alike."""
    found = sheets(session, who, sheet_id=sheet_id)
    if not found:
        raise NotFound("没有这份巡查表，或者不在您的管理范围内")
    return found[0]


def sheet_rows(session: Session, wanted: Wanted) -> Iterator[SheetRow]:
    """PF34: the rows of the sheet whose number `sheet` tells, else of all sheets of the year. Raises NotFound."""
    check_filters(wanted, ("sheet",))
    found = {s.id: s for s in _told_sheets(session, wanted)}
    rows = session.execute(
        select(
            CheckRow.sheet_id, CheckRow.row_code, Asset.code, Asset.name, func.coalesce(Village.name, Town.name, ""), Asset.location,
            func.coalesce(MaintenanceSector.name, NO_SECTOR), Asset.keeper, Asset.last_patrol_on, CheckRow.due_on,
        )
        .join(Asset, CheckRow.asset_id == Asset.id)
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(MaintenanceSector, Asset.sector_id == MaintenanceSector.id)
        .where(CheckRow.sheet_id.in_(found))
        .order_by(CheckRow.sheet_id, CheckRow.position)
    )  # fmt: skip
    for row in rows:
        sheet_id, code, *rest = tuple[Any, ...](row)
        told = f"{found[sheet_id].number} {found[sheet_id].title}"
        yield SheetRow(*(shown_code(code), *rest, "", _BOXES, "", "", "", "", told))


def _told_sheets(session: Session, wanted: Wanted) -> list[SheetInfo]:
    number = wanted.where.get("sheet", "")
    if number:
        sheet_id = session.scalar(select(CheckSheet.id).where(CheckSheet.number == number))
        return [sheet(session, wanted.who, sheet_id or 0)]
    return [s for s in sheets(session, wanted.who, limit=10_000) if s.made_on.year == wanted.year]
