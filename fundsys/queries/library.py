"""The project library as people see it: the list with its totals, one proposal, what waits for review, suspected duplicates."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.duplicates import YEARS_APART, Candidate, Suspicion, strong_suspicions, suspicions
from fundsys.domain.errors import NotFound
from fundsys.domain.facts import LikenessFact
from fundsys.domain.library import LibraryState, PlanState, library_state
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.industry import LegacyProject
from fundsys.models.library import LibraryEntry, PlanProposal
from fundsys.models.office import DictionaryEntry, Person, Region, Unit
from fundsys.models.projects import Project, ProjectStep, ProjectType
from fundsys.queries.kept import kept
from fundsys.queries.looking import holds
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_projects

Town, Village = aliased(Region), aliased(Region)
S = ProjectStatus
IN_LIBRARY = (S.PROPOSED, S.TOWN_REVIEWED, S.ADMITTED, S.REMOVED)
E = LibraryEntry

STATE = case(
    (Project.status.in_([S.REMOVED, S.TERMINATED]), LibraryState.REMOVED.code),
    (Project.status == S.TOWN_REVIEWED, case((E.state == LibraryState.ON_NOTICE, "on_notice"), else_="reviewed")),
    (
        Project.status == S.PROPOSED,
        case(
            (E.state.in_([LibraryState.DRAFT, LibraryState.SUBMITTED, LibraryState.RETURNED]), E.state),
            (Project.is_draft, LibraryState.DRAFT.code),
            else_=LibraryState.SUBMITTED.code,
        ),
    ),
    else_=LibraryState.ADMITTED.code,
)
"""The state of `domain.library.library_state`, asked of the database."""


@dataclass(frozen=True, slots=True)
class LibraryFilter:
    """What is looked for; empty fields ask for nothing. state: a LibraryState; category: first level of the type."""

    text: str = ""
    year: int | None = None
    town_id: int | None = None
    library: str = ""
    category: str = ""
    state: LibraryState | None = None
    unplanned: bool = False


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One line of the library."""

    id: int
    version: int
    code: str
    library_code: str
    name: str
    year: int
    first_year: int
    library: str
    category: str
    type_name: str
    place: str
    planned: Money
    fiscal: Money
    households: int
    status: ProjectStatus
    state: LibraryState
    submitted_on: date | None
    submitted_by: str
    return_reason: str
    notice_until: date | None
    appraisal: str
    review_opinion: str
    content: str
    village_id: int | None = None
    papers_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LibrarySums:
    """Totals of what was found."""

    count: int
    planned: Money
    fiscal: Money
    by_state: dict[LibraryState, int] = field(default_factory=dict)


SORTS: dict[str, Any] = {
    "code": Project.code,
    "name": Project.name,
    "year": Project.year,
    "planned": Project.planned_investment,
    "submitted": E.submitted_on,
}


def library(
    session: Session,
    who: Viewer,
    wanted: LibraryFilter,
    *,
    sort: str = "code",
    down: bool = False,
    offset: int = 0,
    limit: int = 50,
    permission: Permission = Permission.READ_PROJECTS,
) -> tuple[list[LibraryRow], LibrarySums]:
    """One page of the library, and the totals of all found. sort: a key of SORTS."""
    condition = _condition(who, wanted, permission)
    order = SORTS.get(sort, Project.code)
    rows = session.execute(
        _base(select(Project, E, ProjectType.category, ProjectType.name, Town.name, Village.name, Person.name))
        .where(condition)
        .order_by((order.desc() if down else order.asc()).nulls_last(), Project.id)
        .offset(offset)
        .limit(limit)
    )
    return [_row(*row) for row in rows], _sums(session, condition)


def _base(query: Any) -> Any:
    return (
        query.select_from(Project)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .outerjoin(E, E.project_id == Project.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .outerjoin(Village, Project.village_id == Village.id)
        .outerjoin(Person, E.submitted_by == Person.id)
    )


def _condition(who: Viewer, wanted: LibraryFilter, permission: Permission) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool]] = [seen_projects(who, permission), _not_a_foreign_draft(who)]
    tests.append(Project.status.in_([S.ADMITTED] if wanted.unplanned else IN_LIBRARY))
    if wanted.unplanned:
        waiting = select(PlanProposal.project_id).where(PlanProposal.state == PlanState.SUBMITTED)
        tests.append(Project.id.not_in(waiting))
    if wanted.text:
        tests.append(holds(wanted.text, Project.code, Project.name, Project.library_code))
    if wanted.year is not None:
        tests.append(Project.year == wanted.year)
    if wanted.town_id is not None:
        tests.append(Project.town_id == wanted.town_id)
    if wanted.library:
        tests.append(Project.library == wanted.library)
    if wanted.category:
        tests.append(ProjectType.category == wanted.category)
    if wanted.state is not None:
        tests.append(STATE.in_([wanted.state.code]))
    return and_(*tests)


def _not_a_foreign_draft(who: Viewer) -> ColumnElement[bool]:
    """A draft that was never handed over is its unit's own business; a discarded one nobody's."""
    own = [Project.entered_by == who.id, Project.owner_unit_id == who.unit_id]
    mine = or_(*own, Project.village_id == who.village_id) if who.village_id else or_(*own)
    handed_over = or_(
        Project.is_draft.is_(False), E.state.not_in([LibraryState.DRAFT, LibraryState.REMOVED]), E.id.is_(None)
    )
    return or_(handed_over, and_(mine, Project.status != S.REMOVED))


def _sums(session: Session, condition: ColumnElement[bool]) -> LibrarySums:
    found = session.execute(
        _base(select(STATE, func.count(), func.sum(Project.planned_investment), func.sum(Project.planned_fiscal)))
        .where(condition)
        .group_by(STATE)
    ).all()
    by_state = {LibraryState(s if isinstance(s, str) else s.code): n for s, n, _, _ in found}
    return LibrarySums(
        sum(n for _, n, _, _ in found),
        sum((p for _, _, p, _ in found), ZERO),
        sum((f for _, _, _, f in found), ZERO),
        {state: by_state[state] for state in LibraryState if state in by_state},
    )


def _row(
    p: Project, e: LibraryEntry | None, category: str, type_name: str, town: str, village: str, by: str
) -> LibraryRow:
    return LibraryRow(
        id=p.id,
        version=p.version,
        code=p.code,
        library_code=p.library_code,
        name=p.name,
        year=p.year,
        first_year=e.first_year if e else p.year,
        library=p.library,
        category=category,
        type_name=type_name,
        place=f"{town or ''}{village or ''}" or p.place,
        planned=p.planned_investment,
        fiscal=p.planned_fiscal,
        households=p.households,
        status=p.status,
        state=library_state(p.status, e.state if e else None, p.is_draft),
        submitted_on=e.submitted_on if e else None,
        submitted_by=by or "",
        return_reason=e.return_reason if e else "",
        notice_until=e.notice_until if e else None,
        appraisal=e.appraisal if e else "",
        review_opinion=e.review_opinion if e else "",
        content=p.content,
        village_id=p.village_id,
    )


# ---------- one proposal ----------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project, as shown."""

    to: ProjectStatus
    on: date
    reason: str
    document_no: str
    by: str


@dataclass(frozen=True, slots=True)
class LibraryCard:
    """One proposal with everything its page shows. record and entry are for reading only."""

    record: Project
    entry: LibraryEntry | None
    state: LibraryState
    type: ProjectType
    town: str
    village: str
    owner_unit: str
    implementing_unit: str
    people: dict[str, str]
    steps: tuple[Step, ...]


def card(
    session: Session, who: Viewer, project_id: int, permission: Permission = Permission.READ_PROJECTS
) -> LibraryCard:
    """One project of the library or beyond. Raises NotFound for hidden and missing alike."""
    found = session.execute(
        select(Project, E)
        .outerjoin(E, E.project_id == Project.id)
        .where(Project.id == project_id, seen_projects(who, permission), _not_a_foreign_draft(who))
    ).one_or_none()
    if found is None:
        raise NotFound("没有这个项目，或者不在您的管理范围内")
    p, e = found
    names = dict(
        session.execute(
            select(Person.id, Person.name).where(
                Person.id.in_([e.submitted_by, e.reviewed_by, e.appraised_by, e.returned_by] if e else [])
            )
        ).all()
    )
    told = (
        {act: names.get(getattr(e, f"{act}_by"), "") for act in ("submitted", "reviewed", "appraised", "returned")}
        if e
        else {}
    )
    return LibraryCard(
        record=p,
        entry=e,
        state=library_state(p.status, e.state if e else None, p.is_draft),
        type=p.type,
        town=p.town.name if p.town else "",
        village=p.village.name if p.village else "",
        owner_unit=p.owner_unit.name,
        implementing_unit=p.implementing_unit.name if p.implementing_unit else "",
        people=told,
        steps=tuple(_steps(session, project_id)),
    )


def _steps(session: Session, project_id: int) -> Iterable[Step]:
    rows = session.execute(
        select(ProjectStep, Person.name)
        .outerjoin(Person, ProjectStep.taken_by == Person.id)
        .where(ProjectStep.project_id == project_id)
        .order_by(ProjectStep.id.desc())
    )
    for step, by in rows:
        yield Step(step.to_status, step.happened_on, step.reason, step.document_no, by or "系统")


# ---------- suspected duplicates ----------


def duplicates(session: Session, project_ids: Sequence[int]) -> dict[int, list[Suspicion]]:
    """For each of these projects, which others of its village may be the same. Legacy projects are compared by name."""
    ones = _candidates(session, _projects_where(Project.id.in_(project_ids)))
    villages = {c.village_id for c in ones if c.village_id}
    if not villages:
        return {}
    years = [c.year for c in ones]
    near = Project.year.between(min(years) - YEARS_APART, max(years) + YEARS_APART)
    live = Project.status.not_in([S.REMOVED, S.TERMINATED])
    others = _candidates(session, _projects_where(and_(Project.village_id.in_(villages), near, live)))
    others += _legacy(session, villages, min(years) - YEARS_APART)
    by_village: dict[int | None, list[Candidate]] = defaultdict(list)
    for other in others:
        by_village[other.village_id].append(other)
    alike_from = _alike_from(session)
    found = {one.id: suspicions(one, by_village[one.village_id], alike_from) for one in ones}
    return {key: told for key, told in found.items() if told}


def likeness_facts(session: Session, year: int) -> tuple[LikenessFact, ...]:
    """The year's projects that stand, each with what speaks strongly for another one being the same."""
    mine = plain_rows(session, _standing(year)).all()
    groups: dict[tuple[int | None, int], list[Candidate]] = defaultdict(list)
    known = {}
    for candidate in _candidates(session, _with_partner(year)):
        groups[candidate.village_id, candidate.type_id].append(candidate)
        known[candidate.id] = candidate
    alike_from = _alike_from(session)
    found = {
        number: strong_suspicions(c, groups[c.village_id, c.type_id], alike_from)
        for number, *_ in mine
        if (c := known.get(number))
    }
    return tuple(
        LikenessFact(
            number,
            f"{code} {name}",
            tuple(f"{s.other.code} {s.other.name}：{'，'.join(s.evidence)}" for s in found.get(number, ())),
        )
        for number, code, name in mine
    )


@built_once
def _standing(year: int) -> Select[int, str, str]:
    p = Project
    stands = (p.is_draft.is_(False), p.status.not_in([S.REMOVED, S.TERMINATED]))
    return select(p.id, p.code, p.name).where(p.year == year, *stands).order_by(p.id)


@built_once
def _with_partner(year: int) -> Select[*tuple[Any, ...]]:
    return _projects_where(_has_partner(year))


def _has_partner(year: int) -> ColumnElement[bool]:
    """Projects about the year that stand, where another of the same village and subtype stands too."""
    other = aliased(Project)

    def stands(p: Any) -> ColumnElement[bool]:
        about = p.year.between(year - YEARS_APART, year + YEARS_APART)
        return and_(about, p.status.not_in([S.REMOVED, S.TERMINATED]))

    same = and_(other.village_id == Project.village_id, other.type_id == Project.type_id, other.id != Project.id)
    return and_(stands(Project), select(other.id).where(same, stands(other)).exists())


def _projects_where(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Asks for what is compared of the projects that meet a condition."""
    p = Project
    return (
        select(p.id, p.code, p.name, p.year, p.village_id, p.type_id, p.place, p.status, Town.name, Village.name)
        .outerjoin(Town, p.town_id == Town.id)
        .outerjoin(Village, p.village_id == Village.id)
        .where(condition)
    )


def _candidates(session: Session, asked: Select[*tuple[Any, ...]]) -> list[Candidate]:
    return [
        Candidate(
            key, code, name, year, village_id, type_id, _spot(place, town, village),
            tuple(w for w in (town, village) if w), status.label,
        )
        for key, code, name, year, village_id, type_id, place, status, town, village in plain_rows(session, asked)
    ]  # fmt: skip


def _spot(place: str, town: str | None, village: str | None) -> str:
    """The place within the village; "" where it says no more than the village."""
    for word in (town or "", village or ""):
        place = place.replace(word, "") if word else place
    return place.strip()


def _legacy(session: Session, villages: set[int], since: int) -> list[Candidate]:
    p = LegacyProject
    rows = session.execute(
        select(p.id, p.code, p.name, p.year, p.village_id, Town.name, Village.name)
        .outerjoin(Town, p.town_id == Town.id)
        .outerjoin(Village, p.village_id == Village.id)
        .where(p.village_id.in_(villages), p.year >= since)
    )
    return [
        Candidate(
            key, code, name, year, village_id, 0, "", tuple(w for w in (town, village) if w),
            "历年产业项目", is_legacy=True,
        )
        for key, code, name, year, village_id, town, village in rows
    ]  # fmt: skip


def _alike_from(session: Session) -> Fraction:
    """From which likeness on names are alike: the county's entry of F021."""
    facts = plain_rows(session, _same_projects()).scalar()
    told = json.loads(facts or "{}").get("params", {}).get("similarity", "0.85")
    return Fraction(str(told))


@built_once
def _same_projects() -> Select[str]:
    e = DictionaryEntry
    return select(e.facts).where(e.kind == "audit_finding", e.code == "F021")


# ---------- choices ----------


def libraries(session: Session) -> list[tuple[str, str]]:
    """The county's libraries: (code, name)."""
    return _dictionary(session, "library_kind")


def natures(session: Session) -> list[str]:
    """The natures of construction."""
    return [label for _, label in _dictionary(session, "project_nature")]


def _dictionary(session: Session, kind: str) -> list[tuple[str, str]]:
    e = DictionaryEntry
    query = select(e.code, e.label).where(e.kind == kind, e.active).order_by(e.position, e.code)
    behind = frozenset({"dictionary_entry"})
    return kept(session, f"dictionary {kind}", behind, lambda: [(c, n) for c, n in session.execute(query)])


def type_tree(session: Session) -> list[tuple[str, list[tuple[str, list[tuple[int, str]]]]]]:
    """The types in use by level: (category, [(group, [(id, name)])])."""

    def read() -> list[tuple[str, list[tuple[str, list[tuple[int, str]]]]]]:
        t = ProjectType
        tree: dict[str, dict[str, list[tuple[int, str]]]] = {}
        rows = session.execute(select(t.id, t.name, t.category, t.group).where(t.active).order_by(t.code))
        for key, name, category, group in rows:
            tree.setdefault(category, {}).setdefault(group, []).append((key, name))
        return [(category, list(groups.items())) for category, groups in tree.items()]

    return kept(session, "type tree", frozenset({"project_type"}), read)


def places(session: Session, who: Viewer) -> list[tuple[int, str, list[tuple[int, str]]]]:
    """Towns with their villages this person may propose for: (town id, name, [(village id, name)])."""
    r = Region
    rows = session.execute(
        select(r.id, r.name, r.level, r.parent_id).where(r.active, r.level.in_(["town", "village"])).order_by(r.code)
    ).all()
    towns = [row for row in rows if row.level == "town" and who.town_id in (None, row.id)]
    return [
        (town.id, town.name, [(v.id, v.name) for v in rows if v.level == "village" and v.parent_id == town.id])
        for town in towns
    ]


def owner_choices(session: Session, who: Viewer) -> list[tuple[int, str]]:
    """Units that may be responsible for a proposal: bureaus and the person's own town."""
    u = Unit
    rows = session.execute(
        select(u.id, u.name, u.region_id)
        .where(u.active, u.kind.in_(["agency", "lead", "town"]))
        .where(or_(u.kind != "town", u.region_id == who.town_id if who.town_id else u.kind == "town"))
        .order_by(u.kind.desc(), u.code)
    )
    return [(key, name) for key, name, _ in rows]
