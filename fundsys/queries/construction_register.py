"""Rows of LG03 项目实施进度台账, and of the monthly report of progress (PF25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.construction import WHOLE, Lateness
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.construction import Tender
from fundsys.models.desk import Contract
from fundsys.models.funds import Allocation, Payment
from fundsys.models.office import DictionaryEntry, Region, Unit
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project
from fundsys.queries import construction_months as months
from fundsys.queries.construction import days_in_force, retention_of
from fundsys.queries.facts import county_today
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import seen_projects

S = ProjectStatus
FILTERS = ("town", "unit", "state", "late")
MONTH_FILTERS = ("town", "unit", "month")
Town, Builder, Owner = aliased(Region), aliased(Unit), aliased(Unit)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class ConstructionRow:
    """One project of LG03. contract_amount: of its confirmed contracts. paid_rate: None where nothing was allotted."""

    project_code: str
    project_name: str
    town: str
    implementing_unit: str
    budget: Money
    contract_amount: Money | None
    bid_way: str
    contractor: str
    contract_on: date | None
    plan_start_on: date | None
    started_on: date | None
    plan_end_on: date | None
    completed_on: date | None
    progress: Fraction
    paid: Money
    paid_rate: Fraction | None
    accepted_on: date | None
    acceptance_no: str
    settled_amount: Money | None
    retention: Money | None
    stage: str
    problem: str
    measure: str
    reported_on: date | None
    photos: str
    remark: str


def construction_register(session: Session, wanted: Wanted) -> Iterator[ConstructionRow]:
    """LG03: the year's planned projects by town and number, as they stand. until: payments up to and including it."""
    check_filters(wanted, FILTERS)
    projects = _found(session, wanted)
    ids = [p.id for p, _, _ in projects]
    contracts = _contracts(session, ids)
    ways = _ways(session, ids)
    given, paid = _sums(session, ids, Allocation, None), _sums(session, ids, Payment, wanted.until)
    last = _last_reports(session, ids)
    photos = _photos(session, [r.id for r in last.values()])
    days = days_in_force(session, [p for p, _, _ in projects])
    for p, town, builder in projects:
        mine, report = contracts.get(p.id, []), last.get(p.id)
        out, got = paid.get(p.id, ZERO), given.get(p.id, ZERO)
        kept = retention_of(session, p) if mine else ZERO
        end = days[p.id][1]
        yield ConstructionRow(
            p.code, p.name, town or "县级", builder, p.planned_investment,
            total(c.amount for c in mine) if mine else p.contract_amount, ways.get(p.id, ""),
            "、".join(dict.fromkeys(c.payee for c in mine)) or p.contractor,
            min((c.signed_on for c in mine), default=p.contract_on), p.plan_start_on, p.started_on, p.plan_end_on,
            p.completed_on, Fraction(p.progress_bp, WHOLE), out, out.share_of(got), p.accepted_on, p.acceptance_no,
            p.settled_amount, kept if kept > ZERO else None, p.status.label, report.problem if report else "",
            report.measure if report else "", report.reported_on if report else p.progress_on,
            f"{photos[report.id]} 张" if report and photos.get(report.id) else "",
            f"已批准延期至 {end}" if end and end != p.plan_end_on else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthReportRow:
    """One project of the monthly report."""

    unit: str
    project_code: str
    project_name: str
    town: str
    responsible: str
    stage: str
    investment: Money
    end_on: date | None
    planned: Fraction
    before: Fraction
    actual: Fraction
    paid: Money
    words: str
    problem: str
    measure: str
    lateness: str
    reported: str


def month_report(session: Session, wanted: Wanted) -> Iterator[MonthReportRow]:
    """PF25: the year's planned projects at the end of a month, by unit. where month=2024-10; the present month unless said."""
    rows = _month_rows(session, wanted)
    for r in sorted(rows, key=lambda r: (r.unit, r.code)):
        reported = str(r.reported_on) if r.reported_on else "未报" if r.must_report else "不需报"
        late = "" if r.lateness is Lateness.ON_TIME else r.lateness.label
        yield MonthReportRow(
            r.unit, r.code, r.name, r.town, r.responsible, r.status.label, r.investment, r.end,
            Fraction(r.planned, WHOLE), Fraction(r.before, WHOLE), Fraction(r.actual, WHOLE), r.paid, r.words,
            r.problem, r.measure, f"{late}{f' {r.late_days} 日' if r.late_days else ''}", reported,
        )  # fmt: skip


def month_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The sentence of the month: how many started, ended, are late and silent."""
    rows = _month_rows(session, wanted)
    last = min(_last_day(session, wanted), county_today(session))
    late = sum(1 for r in rows if r.is_late)
    started = sum(1 for r in rows if r.started_on)
    ended = sum(1 for r in rows if r.completed_on)
    silent = sum(1 for r in rows if r.is_silent)
    return (
        f"截至 {last}：项目 {len(rows)} 个，已开工 {started} 个，已完工 {ended} 个，超期 {late} 个，当月应报未报 {silent} 个。",
    )


def _month_rows(session: Session, wanted: Wanted) -> list[months.MonthRow]:
    check_filters(wanted, MONTH_FILTERS)
    rows = months.month_rows(session, wanted.who, wanted.year, _last_day(session, wanted), county_today(session))
    town, unit = wanted.where.get("town"), wanted.where.get("unit")
    return [r for r in rows if town in (None, "", r.town) and unit in (None, "", r.unit)]


def _last_day(session: Session, wanted: Wanted) -> date:
    """The last day of the month asked for, or the day until which business counts. Raises DomainError."""
    told = wanted.where.get("month", "")
    if not told:
        return wanted.until or county_today(session)
    found = _MONTH.fullmatch(told.strip())
    if not found or not 1 <= int(found[2]) <= 12:
        raise DomainError(f"“{told}”不是月份，请写成 2024-10", field="where")
    last = months.month_end(int(found[1]), int(found[2]))
    return min(last, wanted.until) if wanted.until else last


def _found(session: Session, wanted: Wanted) -> list[tuple[Project, str | None, str]]:
    where = wanted.where
    query = (
        select(Project, Town.name, func.coalesce(Builder.name, Owner.name))
        .join(Owner, Project.owner_unit_id == Owner.id)
        .outerjoin(Builder, Project.implementing_unit_id == Builder.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .where(Project.year == wanted.year, Project.status.in_([s for s in S if s.reached(S.PLANNED)]))
        .order_by(Town.code, Project.code)
    )
    if wanted.who is not None:
        query = query.where(seen_projects(wanted.who, Permission.PRINT))
    if where.get("town"):
        query = query.where(Town.name == where["town"])
    if where.get("unit"):
        query = query.where((Owner.name == where["unit"]) | (Builder.name == where["unit"]))
    if where.get("state"):
        chosen = [s for s in S if where["state"] in (s.code, s.label)]
        if not chosen:
            raise DomainError(f"没有“{where['state']}”这个环节，可以用：{'、'.join(s.label for s in S)}", field="where")
        query = query.where(Project.status.in_(chosen))
    rows: list[tuple[Project, str | None, str]] = [(p, town, unit) for p, town, unit in session.execute(query)]
    if where.get("late"):
        today = wanted.until or county_today(session)
        late = {r.id for r in months.month_rows(session, wanted.who, wanted.year, today, today) if r.is_late}
        rows = [row for row in rows if row[0].id in late]
    return rows


def _contracts(session: Session, ids: list[int]) -> dict[int, list[Any]]:
    c = Contract
    told: dict[int, list[Any]] = {}
    rows = session.execute(
        select(c.project_id, c.amount, c.payee, c.signed_on)
        .where(c.state == MoneyState.APPROVED, c.project_id.in_(ids))
        .order_by(c.signed_on, c.id)
    )
    for row in rows:
        told.setdefault(row.project_id, []).append(row)
    return told


def _ways(session: Session, ids: list[int]) -> dict[int, str]:
    e = DictionaryEntry
    rows = session.execute(
        select(Tender.project_id, e.label)
        .join(e, (e.kind == "tender_method") & (e.code == Tender.method))
        .where(Tender.project_id.in_(ids))
        .order_by(Tender.id)
    )
    return dict(rows.all())


def _sums(session: Session, ids: list[int], table: Any, until: date | None) -> dict[int, Money]:
    query = select(table.project_id, func.sum(table.amount)).where(
        table.state == MoneyState.APPROVED, table.project_id.in_(ids)
    )
    if until is not None:
        query = query.where(table.paid_on <= until)
    return dict(session.execute(query.group_by(table.project_id)).all())


def _last_reports(session: Session, ids: list[int]) -> dict[int, Any]:
    r = ProgressReport
    rows = session.execute(
        select(r.project_id, r.id, r.reported_on, r.problem, r.measure).where(r.project_id.in_(ids)).order_by(r.id)
    )
    return {row.project_id: row for row in rows}


def _photos(session: Session, report_ids: list[int]) -> dict[int, int]:
    a = Attachment
    query = select(a.row_id, func.count()).where(a.table_name == "progress_report", a.row_id.in_(report_ids))
    return dict(session.execute(query.group_by(a.row_id)).all())


def counted(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The sentence under LG03: projects, started, completed. Source: ledger_columns.yaml “项目数、开工数、完工数、支付合计”."""
    rows = [p for p, _, _ in _found(session, wanted)]
    started = sum(1 for p in rows if p.started_on)
    return (f"项目 {len(rows)} 个，已开工 {started} 个，已完工 {sum(1 for p in rows if p.completed_on)} 个。",)
