"""Rows of the finance desk's forms: what a notice gave (PF01), what was taken back (PF02), performance targets (PF04)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Correction, FundSource
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries import assets as asset_queries
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import seen_projects

Town, Owner, Implementing = aliased(Region), aliased(Unit), aliased(Unit)
FILTERS = ("notice", "town", "unit", "document")
_A = Allocation


@dataclass(frozen=True, slots=True)
class AllotmentFormRow:
    """One allocation of PF01; a reversal stands below zero under its own number."""

    notice_no: str
    entry_number: str
    project_code: str
    project_name: str
    town: str | None
    lead_agency: str
    implementing_unit: str | None
    fund_source: str
    task: str
    function_code: str
    economic_code: str
    allocated_amount: Money
    allocated_on: date
    county_notice_no: str
    remark: str


def allotment_form(session: Session, wanted: Wanted) -> Iterator[AllotmentFormRow]:
    """PF01: approved allocations and their reversals by notice and project; adjustments and recoveries have other forms."""
    rows = _entries(session, wanted, EntryKind.ALLOCATION, EntryKind.REVERSAL)
    for a, notice, line, source, project, owner, implementing, town in rows:
        yield AllotmentFormRow(
            notice.document_no,
            a.number or "",
            project.code,
            project.name,
            town,
            owner,
            implementing,
            source.name,
            line.task or source.task,
            line.function_code,
            line.economic_code,
            a.amount,
            a.decided_on,
            a.document_no,
            a.beyond_plan_reason or a.remark,
        )


@dataclass(frozen=True, slots=True)
class RecoveryFormRow:
    """One recovery of PF02. first_allocated: the allocation it names; left_after: what the project keeps of that line."""

    notice_no: str
    entry_number: str
    project_code: str
    project_name: str
    implementing_unit: str | None
    fund_source: str
    first_allocated: Money | None
    recovered: Money
    left_after: Money
    recovered_on: date
    basis_no: str
    recovered_reason: str


def recovery_form(session: Session, wanted: Wanted) -> Iterator[RecoveryFormRow]:
    """PF02: approved recoveries by notice and project, amounts above zero."""
    rows = list(_entries(session, wanted, EntryKind.RECOVERY))
    named = {a.corrects_id for a, *_ in rows} - {None}
    first = dict(session.execute(select(_A.id, _A.amount).where(_A.id.in_(named))).all())
    reasons = dict(session.execute(select(Correction.id, Correction.reason)).all())
    left = _net(session, wanted)
    for a, notice, _, source, project, _, implementing, _ in rows:
        yield RecoveryFormRow(
            notice.document_no,
            a.number or "",
            project.code,
            project.name,
            implementing,
            source.name,
            first.get(a.corrects_id),
            -a.amount,
            left.get((a.line_id, a.project_id), ZERO),
            a.decided_on,
            a.document_no,
            reasons.get(a.correction_id, "") or a.remark,
        )


def _entries(session: Session, wanted: Wanted, *kinds: EntryKind) -> Any:
    check_filters(wanted, FILTERS)
    where = wanted.where
    met = [AllotmentNotice.year == wanted.year, _A.state == MoneyState.APPROVED, _A.kind.in_(kinds)]
    if wanted.who is not None:
        met.append(seen_projects(wanted.who, Permission.PRINT))
    if wanted.until is not None:
        met.append(_A.decided_on <= wanted.until)
    for column, asked in (
        (AllotmentNotice.document_no, where.get("notice")),
        (_A.document_no, where.get("document")),
        (Owner.name, where.get("unit")),
    ):
        if asked:
            met.append(column == asked)
    if where.get("town"):
        met.append(Project.town_id == asset_queries.filter_from(session, {"town": where["town"]}).town_id)
    return session.execute(
        select(_A, AllotmentNotice, AllotmentLine, FundSource, Project, Owner.name, Implementing.name, Town.name)
        .join(AllotmentLine, _A.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, _A.project_id == Project.id)
        .join(Owner, Project.owner_unit_id == Owner.id)
        .outerjoin(Implementing, Project.implementing_unit_id == Implementing.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .where(*met)
        .order_by(AllotmentNotice.received_on, AllotmentNotice.document_no, Project.code, _A.id)
    )


def _net(session: Session, wanted: Wanted) -> dict[tuple[int, int], Money]:
    rows = session.execute(
        select(_A.line_id, _A.project_id, func.sum(_A.amount))
        .where(_A.state == MoneyState.APPROVED, _A.decided_on <= wanted.until if wanted.until else true())
        .group_by(_A.line_id, _A.project_id)
    )
    return {(line, project): amount for line, project, amount in rows}


TARGET_FILTERS = ("town", "unit")


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """One project of PF04 with its money of the year and what it is to achieve."""

    lead_agency: str
    project_code: str
    project_name: str
    project_type: str
    town: str | None
    implementing_unit: str | None
    planned_investment: Money
    allocated_amount: Money
    content: str
    goal: str
    benefit_households: int
    benefit_people: int
    farmer_linkage: str
    period: str
    person_in_charge: str


def performance_targets(session: Session, wanted: Wanted) -> Iterator[PerformanceRow]:
    """PF04: the projects of the year's plan by lead agency, with approved money of every notice."""
    check_filters(wanted, TARGET_FILTERS)
    met = [
        Project.year == wanted.year,
        Project.status.in_([s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]),
        true() if wanted.who is None else seen_projects(wanted.who, Permission.PRINT),
    ]
    if wanted.where.get("unit"):
        met.append(Owner.name == wanted.where["unit"])
    if wanted.where.get("town"):
        met.append(Project.town_id == asset_queries.filter_from(session, {"town": wanted.where["town"]}).town_id)
    given: dict[int, Money] = {}
    for (_, project_id), amount in _net(session, wanted).items():
        given[project_id] = given.get(project_id, ZERO) + amount
    rows = session.execute(
        select(Project, ProjectType.name, Owner.name, Implementing.name, Town.name)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(Owner, Project.owner_unit_id == Owner.id)
        .outerjoin(Implementing, Project.implementing_unit_id == Implementing.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .where(*met)
        .order_by(Owner.code, Project.code)
    )
    for p, kind, owner, implementing, town in rows:
        yield PerformanceRow(
            owner,
            p.code,
            p.name,
            kind,
            town,
            implementing,
            p.planned_investment,
            given.get(p.id, ZERO),
            p.content,
            p.performance_target,
            p.households,
            p.people,
            p.farmer_linkage,
            "—".join(day.strftime("%Y.%m") if day else "" for day in (p.plan_start_on, p.plan_end_on)).strip("—"),
            p.responsible,
        )
