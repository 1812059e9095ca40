"""Rows of LG01, the table of the project library: by type, then place; as it stands, or as it stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.office import DictionaryEntry, Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries import assets as asset_queries
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import seen_projects

FILTERS = ("town", "village", "unit", "library", "category", "state", "lead", "relief")
STATES = {
    "admitted": "在库",
    "planned": "已列计划",
    "removed": "已出库",
    "all": "全部",
}
"""What `state` may ask for; without it, what is in the library and what the year's plan took from it."""
Town, Village = aliased(Region), aliased(Region)
OwnerUnit = aliased(Unit)


@dataclass(frozen=True, slots=True)
class LibraryRegisterRow:
    """One project of LG01. admitted: None only where it was taken out before it came in."""

    project_code: str
    category: str
    group: str
    type_name: str
    name: str
    nature: str
    town: str | None
    village: str | None
    start: date | None
    end: date | None
    unit: str
    person: str
    content: str
    total: Money
    fiscal: Money
    other: Money
    financing: str
    subsidy: str
    is_lead: bool
    is_relief: bool
    villages: int
    households: int
    people: int
    poor_households: int
    poor_people: int
    goal: str
    participation: str
    linkage: str
    admitted_on: date | None
    state: str
    remark: str


def library_register(session: Session, wanted: Wanted) -> Iterator[LibraryRegisterRow]:
    """LG01: the year's library by type, town, number. until: admitted up to and including this day."""
    check_filters(wanted, FILTERS)
    rows = session.execute(
        select(
            Project, ProjectType.category, ProjectType.group, ProjectType.name, Town.name, Village.name, OwnerUnit.name
        )
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(OwnerUnit, Project.owner_unit_id == OwnerUnit.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .outerjoin(Village, Project.village_id == Village.id)
        .where(*_found(session, wanted))
        .order_by(ProjectType.code, Town.code, Project.code)
    )
    for p, category, group, type_name, town, village, unit in rows:
        yield LibraryRegisterRow(
            p.code,
            category,
            group,
            type_name,
            p.name,
            p.nature,
            town or "县级",
            village or p.place or "全镇",
            p.plan_start_on,
            p.plan_end_on,
            unit,
            p.responsible,
            p.content,
            p.planned_investment,
            p.planned_fiscal,
            p.planned_other,
            p.financing,
            p.subsidy_standard,
            p.is_lead_industry,
            p.is_work_relief,
            p.village_count,
            p.households,
            p.people,
            p.poor_households,
            p.poor_people,
            p.performance_target,
            p.participation,
            p.farmer_linkage,
            p.admitted_on,
            library_word(p.status),
            "；".join(word for word in (p.removal_reason, p.remark) if word),
        )


def library_word(status: ProjectStatus) -> str:
    """入库状态 as the table says it."""
    if status.is_withdrawn:
        return f"已{status.label}"
    return "已列计划" if status.reached(ProjectStatus.PLANNED) else "在库"


def _found(session: Session, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    where = wanted.where
    yield Project.year == wanted.year
    yield Project.status.in_(_statuses(where.get("state", "")))
    if wanted.who is not None:
        yield seen_projects(wanted.who, Permission.PRINT)
    if wanted.until is not None:
        yield Project.admitted_on <= wanted.until
    places = {key: where[key] for key in ("town", "village") if where.get(key)}
    if places:
        found = asset_queries.filter_from(session, places)
        if found.town_id:
            yield Project.town_id == found.town_id
        if found.village_id:
            yield Project.village_id == found.village_id
    if where.get("unit"):
        yield OwnerUnit.name == where["unit"]
    if where.get("category"):
        yield ProjectType.category == where["category"]
    if where.get("library"):
        e = DictionaryEntry
        codes = select(e.code).where(
            e.kind == "library_kind", or_(e.code == where["library"], e.label == where["library"])
        )
        yield Project.library.in_(codes)
    for key, column in (("lead", Project.is_lead_industry), ("relief", Project.is_work_relief)):
        if where.get(key):
            yield column.is_(where[key] in ("1", "yes", "是"))


def _statuses(state: str) -> list[ProjectStatus]:
    code = next((key for key, word in STATES.items() if state in (key, word)), state)
    removed = [ProjectStatus.REMOVED]
    planned = [s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]
    told = {
        "": [ProjectStatus.ADMITTED, *planned],
        "admitted": [ProjectStatus.ADMITTED],
        "planned": planned,
        "removed": removed,
        "all": [ProjectStatus.ADMITTED, *planned, *removed],
    }
    if code not in told:
        raise DomainError(f"没有“{state}”这种入库状态，可以用：{'、'.join(STATES)}", field="where")
    return told[code]
