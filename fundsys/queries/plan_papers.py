"""Proposals for the yearly plan and papers of changes, as people see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.library import PlanState, TargetKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.library import PerformanceTarget, PlanProposal, ProjectChange, ProjectChangeItem
from fundsys.models.office import Person
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.viewer import Viewer, seen_projects

Proposer, Decider = aliased(Person), aliased(Person)
MONEY_FIELDS = ("planned_fiscal", "planned_other")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A proposal for the plan."""

    id: int
    version: int
    project_id: int
    code: str
    library_code: str
    name: str
    type_name: str
    year: int
    fiscal: Money
    other: Money
    start: date
    end: date
    state: PlanState
    proposed_by: str
    proposed_by_id: int | None
    proposed_on: date
    decided_by: str
    document_no: str
    return_reason: str

    @property
    def total(self) -> Money:
        return self.fiscal + self.other


@dataclass(frozen=True, slots=True)
class PlanSums:
    """What the proposals of a list come to, on all its pages."""

    count: int
    fiscal: Money
    other: Money

    @property
    def total(self) -> Money:
        return self.fiscal + self.other


def plan_proposals(
    session: Session, who: Viewer, state: PlanState | None = None, project_id: int | None = None
) -> list[PlanRow]:
    """All proposals this person may see of a state or a project, those that wait first come first."""
    return _plan_rows(session, _seen_proposals(who, state, project_id))


def plan_page(
    session: Session, who: Viewer, state: PlanState | None, *, offset: int, limit: int
) -> tuple[list[PlanRow], PlanSums]:
    """One page of the proposals, and what all of them come to."""
    seen = _seen_proposals(who, state, None)
    pp = PlanProposal
    asked = seen.with_only_columns(func.count(), func.sum(pp.planned_fiscal), func.sum(pp.planned_other)).order_by(None)
    count, fiscal, other = session.execute(asked).one()
    return _plan_rows(session, seen.offset(offset).limit(limit)), PlanSums(count, fiscal or ZERO, other or ZERO)


def _seen_proposals(who: Viewer, state: PlanState | None, project_id: int | None) -> Select[*tuple[Any, ...]]:
    pp = PlanProposal
    query = (
        select(pp, Project.code, Project.library_code, Project.name, ProjectType.name, Proposer.name, Decider.name)
        .join(Project, pp.project_id == Project.id)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .outerjoin(Proposer, pp.proposed_by == Proposer.id)
        .outerjoin(Decider, pp.decided_by == Decider.id)
        .where(seen_projects(who, Permission.READ_PROJECTS))
        .order_by(pp.state.desc(), pp.id.desc())
    )
    if state is not None:
        query = query.where(pp.state == state)
    return query if project_id is None else query.where(pp.project_id == project_id)


def _plan_rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[PlanRow]:
    return [
        PlanRow(
            p.id, p.version, p.project_id, code, library_code, name, type_name, p.year, p.planned_fiscal,
            p.planned_other, p.plan_start_on, p.plan_end_on, p.state, by or "系统", p.proposed_by, p.proposed_on,
            decided or "", p.document_no, p.return_reason,
        )
        for p, code, library_code, name, type_name, by, decided in session.execute(query)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One performance target."""

    kind: TargetKind
    indicator: str
    value: Decimal
    unit: str


def targets(session: Session, project_id: int) -> list[Target]:
    """The targets of a project in their order."""
    t = PerformanceTarget
    rows = session.execute(
        select(t.kind, t.indicator, t.value, t.unit).where(t.project_id == project_id).order_by(t.position)
    )
    return [Target(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Item:
    """One changed field, both versions."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A paper of changes with both versions of each field."""

    id: int
    version: int
    project_id: int
    code: str
    project: str
    state: PlanState
    reason: str
    request_no: str
    document_no: str
    proposed_by: str
    proposed_by_id: int | None
    proposed_on: date
    decided_by: str
    decided_on: date | None
    return_reason: str
    items: tuple[Item, ...]

    @property
    def money_moved(self) -> Money:
        """By how much the planned money changes."""
        return sum(
            (Money.wan(i.new) - Money.wan(i.old) for i in self.items if i.field in MONEY_FIELDS),
            ZERO,
        )


@dataclass(frozen=True, slots=True)
class ChangeSums:
    """How many papers of changes a list has on all its pages, and by how much the approved ones moved planned money."""

    count: int
    moved: Money


def changes(
    session: Session, who: Viewer, *, state: PlanState | None = None, project_id: int | None = None
) -> list[ChangeRow]:
    """All papers of changes this person may see of a state or a project, newest first."""
    return _change_rows(session, _seen_changes(who, state, project_id))


def change_page(
    session: Session, who: Viewer, *, state: PlanState | None, project_id: int | None, offset: int, limit: int
) -> tuple[list[ChangeRow], ChangeSums]:
    """One page of the papers of changes, and what all of them come to."""
    seen = _seen_changes(who, state, project_id)
    ids = seen.with_only_columns(ProjectChange.id).order_by(None)
    item = ProjectChangeItem
    approved = (
        select(item.old, item.new)
        .join(ProjectChange, item.change_id == ProjectChange.id)
        .where(item.change_id.in_(ids), ProjectChange.state == PlanState.APPROVED, item.field.in_(MONEY_FIELDS))
    )
    moved = sum((Money.wan(new) - Money.wan(old) for old, new in session.execute(approved)), ZERO)
    count = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    return _change_rows(session, seen.offset(offset).limit(limit)), ChangeSums(count, moved)


def change_of(session: Session, who: Viewer, change_id: int) -> ChangeRow:
    """One paper of changes. Raises NotFound for hidden and missing alike."""
    found = _change_rows(session, _seen_changes(who, None, None).where(ProjectChange.id == change_id))
    if not found:
        raise NotFound("没有这份变更，或者不在您的管理范围内")
    return found[0]


def _seen_changes(who: Viewer, state: PlanState | None, project_id: int | None) -> Select[*tuple[Any, ...]]:
    c = ProjectChange
    query = (
        select(c, Project.code, Project.name, Proposer.name, Decider.name)
        .join(Project, c.project_id == Project.id)
        .outerjoin(Proposer, c.proposed_by == Proposer.id)
        .outerjoin(Decider, c.decided_by == Decider.id)
        .where(seen_projects(who, Permission.READ_PROJECTS))
        .order_by(c.id.desc())
    )
    for wanted, column in ((state, c.state), (project_id, c.project_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def _change_rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[ChangeRow]:
    rows = session.execute(query).all()
    items = _items(session, [row[0].id for row in rows])
    return [
        ChangeRow(
            x.id, x.version, x.project_id, code, name, x.state, x.reason, x.request_no, x.document_no, by or "系统",
            x.proposed_by, x.proposed_on, decided or "", x.decided_on, x.return_reason, tuple(items[x.id]),
        )
        for x, code, name, by, decided in rows
    ]  # fmt: skip


def _items(session: Session, ids: Sequence[int]) -> dict[int, list[Item]]:
    i = ProjectChangeItem
    told: dict[int, list[Item]] = defaultdict(list)
    for row in session.scalars(select(i).where(i.change_id.in_(ids)).order_by(i.id)):
        told[row.change_id].append(Item(row.field, row.old, row.new))
    return told


def papers_waiting(session: Session) -> tuple[int, int]:
    """How many proposals for the plan, and how many papers of changes, wait for the county."""
    waiting = PlanState.SUBMITTED
    plans = session.scalar(select(func.count()).where(PlanProposal.state == waiting)) or 0
    return plans, session.scalar(select(func.count()).where(ProjectChange.state == waiting)) or 0
