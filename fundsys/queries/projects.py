"""Projects as people see them: the lists, the card, the reports of construction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, FundSource, Payment
from fundsys.models.office import Person, Region, Unit
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project, ProjectType
from fundsys.models.types import MoneyType
from fundsys.queries.kept import kept
from fundsys.queries.looking import holds
from fundsys.queries.viewer import Viewer, seen_projects

NOTHING = literal(ZERO, MoneyType())
Town, Village = aliased(Region), aliased(Region)
OwnerUnit, ImplementingUnit = aliased(Unit), aliased(Unit)
STATES = tuple(s for s in ProjectStatus)
PLANNED_AND_LATER = [s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]
IN_LIBRARY = [ProjectStatus.PROPOSED, ProjectStatus.TOWN_REVIEWED, ProjectStatus.ADMITTED]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One line of a project list. allocated and paid are approved money, net."""

    id: int
    code: str
    name: str
    type_name: str
    town: str
    village: str
    owner_unit: str
    planned: Money
    allocated: Money
    paid: Money
    status: ProjectStatus
    progress_bp: int
    progress_on: date | None
    is_lead_industry: bool
    is_work_relief: bool
    plan_end_on: date | None


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What is looked for; empty fields ask for nothing. statuses: any of them."""

    text: str = ""
    year: int | None = None
    town_id: int | None = None
    unit_id: int | None = None
    statuses: tuple[ProjectStatus, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals of what was found."""

    count: int
    planned: Money
    allocated: Money
    paid: Money


SORTS: dict[str, Any] = {
    "code": Project.code,
    "name": Project.name,
    "planned": Project.planned_investment,
    "progress": Project.progress_bp,
    "status": Project.status,
    "updated": Project.progress_on,
}


def _money(table: Any) -> Any:
    """Approved money by project, net, as a subquery with project_id and fen."""
    return (
        select(table.project_id, func.sum(table.amount).label("fen"))
        .where(table.state == MoneyState.APPROVED)
        .group_by(table.project_id)
        .subquery()
    )


def _found(who: Viewer, wanted: ProjectFilter, permission: Permission) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool]] = [seen_projects(who, permission)]
    if wanted.text:
        tests.append(holds(wanted.text, Project.code, Project.name, Project.library_code))
    if wanted.year is not None:
        tests.append(Project.year == wanted.year)
    if wanted.town_id is not None:
        tests.append(Project.town_id == wanted.town_id)
    if wanted.unit_id is not None:
        tests.append(or_(Project.owner_unit_id == wanted.unit_id, Project.implementing_unit_id == wanted.unit_id))
    if wanted.statuses:
        tests.append(Project.status.in_(wanted.statuses))
    if wanted.mark == "lead":
        tests.append(Project.is_lead_industry.is_(True))
    if wanted.mark == "relief":
        tests.append(Project.is_work_relief.is_(True))
    return and_(*tests)


def projects(
    session: Session,
    who: Viewer,
    wanted: ProjectFilter,
    *,
    sort: str = "code",
    down: bool = False,
    offset: int = 0,
    limit: int = 50,
    permission: Permission = Permission.READ_PROJECTS,
) -> tuple[list[ProjectRow], Sums]:
    """One page of the projects found, and the totals of all found. sort: a key of SORTS."""
    condition = _found(who, wanted, permission)
    order = SORTS.get(sort, Project.code)
    query = _rows_of(condition).order_by(order.desc() if down else order, Project.id).offset(offset).limit(limit)
    page = [ProjectRow(*row) for row in session.execute(query)]
    return page, _sums(session, condition)


def projects_where(session: Session, condition: ColumnElement[bool]) -> list[ProjectRow]:
    """All projects of a condition, in the order of their codes."""
    return [ProjectRow(*row) for row in session.execute(_rows_of(condition).order_by(Project.code, Project.id))]


def _rows_of(condition: ColumnElement[bool]) -> Any:
    given, spent = _money(Allocation), _money(Payment)
    return (
        select(
            Project.id,
            Project.code,
            Project.name,
            ProjectType.name,
            func.coalesce(Town.name, ""),
            func.coalesce(Village.name, ""),
            OwnerUnit.name,
            Project.planned_investment,
            func.coalesce(given.c.fen, NOTHING),
            func.coalesce(spent.c.fen, NOTHING),
            Project.status,
            Project.progress_bp,
            Project.progress_on,
            Project.is_lead_industry,
            Project.is_work_relief,
            Project.plan_end_on,
        )
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(OwnerUnit, Project.owner_unit_id == OwnerUnit.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .outerjoin(Village, Project.village_id == Village.id)
        .outerjoin(given, given.c.project_id == Project.id)
        .outerjoin(spent, spent.c.project_id == Project.id)
        .where(condition)
    )


def _sums(session: Session, condition: ColumnElement[bool]) -> Sums:
    given, spent = _money(Allocation), _money(Payment)
    count, planned, allocated, paid = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Project.planned_investment), NOTHING),
            func.coalesce(func.sum(given.c.fen), NOTHING),
            func.coalesce(func.sum(spent.c.fen), NOTHING),
        )
        .select_from(Project)
        .outerjoin(given, given.c.project_id == Project.id)
        .outerjoin(spent, spent.c.project_id == Project.id)
        .where(condition)
    ).one()
    return Sums(count, planned, allocated, paid)


# ---------- one project ----------


@dataclass(frozen=True, slots=True)
class SourceMoney:
    """What one source gave a project, and what of it was paid."""

    document_no: str
    source: str
    level: FundLevel
    allocated: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Photo:
    """One attachment of a report."""

    id: int
    name: str
    media_type: str
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report of construction, as shown."""

    id: int
    status: ProjectStatus
    progress_bp: int
    reported_on: date
    words: str
    back_reason: str
    reporter: str
    photos: tuple[Photo, ...]
    problem: str = ""
    measure: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """Everything the page of one project shows. record: the project itself, for reading only."""

    record: Project
    type_name: str
    category: str
    town: str
    village: str
    owner_unit: str
    implementing_unit: str
    money: tuple[SourceMoney, ...]
    reports: tuple[Report, ...]

    @property
    def allocated(self) -> Money:
        return sum((m.allocated for m in self.money), ZERO)

    @property
    def paid(self) -> Money:
        return sum((m.paid for m in self.money), ZERO)


def project_card(
    session: Session, who: Viewer, project_id: int, permission: Permission = Permission.READ_PROJECTS
) -> ProjectCard:
    """One project with its money and reports. Raises NotFound for hidden and missing alike."""
    found = session.scalars(
        select(Project).where(Project.id == project_id, seen_projects(who, permission))
    ).one_or_none()
    if found is None:
        raise NotFound("没有这个项目，或者不在您的管理范围内")
    return ProjectCard(
        record=found,
        type_name=found.type.name,
        category=found.type.category,
        town=found.town.name if found.town else "",
        village=found.village.name if found.village else "",
        owner_unit=found.owner_unit.name,
        implementing_unit=found.implementing_unit.name if found.implementing_unit else "",
        money=tuple(_by_source(session, project_id)),
        reports=tuple(_reports(session, project_id)),
    )


def _by_source(session: Session, project_id: int) -> Iterable[SourceMoney]:
    from fundsys.models.funds import AllotmentNotice

    def by_line(table: Any) -> dict[int, Money]:
        rows = session.execute(
            select(table.line_id, func.sum(table.amount))
            .where(table.project_id == project_id, table.state == MoneyState.APPROVED)
            .group_by(table.line_id)
        )
        return {line: amount for line, amount in rows}

    given, spent = by_line(Allocation), by_line(Payment)
    lines = (
        select(AllotmentLine.id, AllotmentNotice.document_no, FundSource.name, FundSource.level)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentLine.id.in_([*given, *spent]))
        .order_by(AllotmentNotice.received_on, AllotmentLine.id)
    )
    for line_id, document_no, source, level in session.execute(lines):
        yield SourceMoney(document_no, source, level, given.get(line_id, ZERO), spent.get(line_id, ZERO))


def _reports(session: Session, project_id: int) -> Iterable[Report]:
    rows = session.execute(
        select(ProgressReport, Person.name)
        .outerjoin(Person, ProgressReport.reported_by == Person.id)
        .where(ProgressReport.project_id == project_id)
        .order_by(ProgressReport.id.desc())
    ).all()
    pictures: dict[int, list[Photo]] = {}
    kept = session.execute(
        select(Attachment.row_id, Attachment.id, Attachment.name, Attachment.media_type, Attachment.taken_at)
        .where(Attachment.table_name == "progress_report", Attachment.row_id.in_([r.id for r, _ in rows]))
        .order_by(Attachment.id)
    )
    for row_id, attachment_id, name, media_type, taken_at in kept:
        pictures.setdefault(row_id, []).append(Photo(attachment_id, name, media_type, taken_at))
    for r, reporter in rows:
        shown = tuple(pictures.get(r.id, ()))
        yield Report(
            r.id, r.status, r.progress_bp, r.reported_on, r.words, r.back_reason, reporter or "系统", shown,
            r.problem, r.measure, r.latitude, r.longitude,
        )  # fmt: skip


def towns(session: Session) -> list[tuple[int, str]]:
    """The towns in use, for filters."""
    return kept(session, "towns", frozenset({"region"}), lambda: [(i, n) for i, n in session.execute(_TOWNS)])


_TOWNS = select(Region.id, Region.name).where(Region.level == "town", Region.active).order_by(Region.code)


def owner_units(session: Session) -> list[tuple[int, str]]:
    """Units that own or build projects, for filters."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_(select(Project.owner_unit_id))).order_by(Unit.code)
    behind = frozenset({"unit", "project"})
    return kept(session, "owner units", behind, lambda: [(i, n) for i, n in session.execute(query)])
