"""The sheet on which a notice line is given to projects: its rows, and what the rules would say before anything is saved."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.effect import Effect, effects
from fundsys.domain.errors import NotFound
from fundsys.domain.facts import APPROVED, AllocationFact
from fundsys.domain.funds import BaseUse, EntryKind, FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.funds import allotment_days
from fundsys.queries.line_money import EDITABLE, LineMoney, allocated_to, line_money
from fundsys.queries.money_facts import COUNTED_STATES, money_facts, policy_of

ADMITTED_AND_LATER = [s for s in ProjectStatus if s.reached(ProjectStatus.ADMITTED)]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A project on the sheet. given: submitted and approved of every line; draft: this clerk's on this line, None without.

    others: (name, amount) of other clerks' drafts on this line. draft_id and draft_version are 0 without a draft.
    """

    project_id: int
    code: str
    name: str
    type_name: str
    owner: str
    planned: Money
    given: Money
    is_industry: bool
    is_leading: bool
    is_fee: bool
    is_work_relief: bool
    draft: Money | None = None
    draft_id: int = 0
    draft_version: int = 0
    state: MoneyState | None = None
    return_reason: str = ""
    reason: str = ""
    others: tuple[tuple[str, Money], ...] = ()

    @property
    def mark(self) -> str:
        """What the clerk has before them, as the form carries it: id, version and 分 of the draft."""
        return f"{self.draft_id}.{self.draft_version}.{(self.draft or ZERO).fen}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A notice line with the projects it may go to. decided_on, county_no: of the drafts, None and "" without any."""

    line_id: int
    notice_id: int
    notice_no: str
    title: str
    year: int
    source_code: str
    source: str
    level: FundLevel
    task: str
    is_transition: bool
    counts_in_base: bool
    state: MoneyState
    issued_on: date
    received_on: date
    due_on: date
    money: LineMoney
    rows: tuple[SheetRow, ...]
    decided_on: date | None
    county_no: str

    @property
    def version(self) -> int:
        """A number that changes whenever one of the clerk's drafts does."""
        told = ",".join(
            f"{r.draft_id}.{r.draft_version}" for r in sorted(self.rows, key=lambda r: r.draft_id) if r.draft_id
        )
        return int(hashlib.sha256(told.encode()).hexdigest()[:12], 16)


def sheet(session: Session, clerk_id: int | None, line_id: int, add: Iterable[str] = ()) -> Sheet:
    """The sheet of a line for one clerk: projects of the year in the library, those with a draft, and codes to `add`.

    Raises: NotFound when there is no such line.
    """
    found = session.execute(
        select(AllotmentLine, AllotmentNotice, FundSource)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentLine.id == line_id)
    ).first()
    if found is None:
        raise NotFound("没有这条指标，请从指标文进入")
    line, notice, source = found
    mine, others = _drafts(session, clerk_id, line_id)
    projects = _projects(session, notice.year, mine, add)
    given = allocated_to(session, [p.id for p in projects])
    rows = tuple(_row(p, given.get(p.id, ZERO), mine.get(p.id), tuple(others.get(p.id, ()))) for p in projects)
    policy = policy_of(session, notice.year)
    first = next(iter(mine.values()), None)
    return Sheet(
        line.id,
        notice.id,
        notice.document_no,
        notice.title,
        notice.year,
        source.code,
        source.name,
        source.level,
        source.task,
        source.is_transition,
        policy.counts_in_base(source.code, BaseUse(source.in_base)),
        notice.state,
        notice.issued_on,
        notice.received_on,
        notice.received_on + timedelta(days=allotment_days(session, notice.year)),
        line_money(session, line_id),
        rows,
        first.decided_on if first else None,
        first.document_no if first else "",
    )


def _drafts(
    session: Session, clerk_id: int | None, line_id: int
) -> tuple[dict[int, Allocation], dict[int, list[tuple[str, Money]]]]:
    rows = session.execute(
        select(Allocation, Person.name)
        .outerjoin(Person, Allocation.entered_by == Person.id)
        .where(Allocation.line_id == line_id, Allocation.state.in_(EDITABLE), Allocation.kind == EntryKind.ALLOCATION)
        .order_by(Allocation.id.desc())
    )
    mine: dict[int, Allocation] = {}
    others: dict[int, list[tuple[str, Money]]] = defaultdict(list)
    for draft, name in rows:
        if draft.entered_by == clerk_id:
            mine[draft.project_id] = draft
        else:
            others[draft.project_id].append((name or "系统", draft.amount))
    return mine, others


def _projects(session: Session, year: int, mine: Mapping[int, Allocation], add: Iterable[str]) -> list[Any]:
    candidate = and_(
        Project.year == year,
        Project.status.in_(ADMITTED_AND_LATER),
        Project.admitted_on.is_not(None),
        Project.is_draft.is_(False),
    )
    return list(
        session.execute(
            select(
                Project.id,
                Project.code,
                Project.name,
                Project.planned_investment,
                Project.is_lead_industry,
                Project.is_work_relief,
                ProjectType.name.label("type_name"),
                ProjectType.counts_as_industry,
                ProjectType.is_management_fee,
                Unit.name.label("owner"),
            )
            .join(ProjectType, Project.type_id == ProjectType.id)
            .join(Unit, Project.owner_unit_id == Unit.id)
            .where(or_(candidate, Project.id.in_(list(mine)), Project.code.in_(list(add))))
            .order_by(Project.code)
        )
    )


def _row(project: Any, given: Money, draft: Allocation | None, others: tuple[tuple[str, Money], ...]) -> SheetRow:
    is_industry = project.counts_as_industry == "yes"
    return SheetRow(
        project.id,
        project.code,
        project.name,
        project.type_name,
        project.owner,
        project.planned_investment,
        given,
        is_industry and not project.is_management_fee,
        is_industry and project.is_lead_industry,
        project.is_management_fee,
        project.is_work_relief,
        draft.amount if draft else None,
        draft.id if draft else 0,
        draft.version if draft else 0,
        draft.state if draft else None,
        draft.return_reason if draft else "",
        draft.beyond_plan_reason if draft else "",
        others,
    )


# ---------- before saving ----------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do, exact and unsaved. effects: now is approved and reserved money, after is with the sheet."""

    filled: Money
    industry: Money
    leading: Money
    count: int
    remaining: Money
    effects: tuple[Effect, ...]


def preview(session: Session, made: Sheet, typed: Mapping[int, Money], today: date) -> Preview:
    """The figures and rules as they would stand with these amounts (project id → money). Writes nothing."""
    rows = {row.project_id: row for row in made.rows}
    wanted = {key: amount for key, amount in typed.items() if amount and key in rows}
    filled = total(wanted.values())
    remaining = made.money.remaining - filled
    facts = money_facts(session, made.year, today, states=COUNTED_STATES).with_submitted()
    changes = [_as_fact(made, rows[key], amount) for key, amount in wanted.items()]
    return Preview(
        filled,
        total(a for key, a in wanted.items() if rows[key].is_industry),
        total(a for key, a in wanted.items() if rows[key].is_leading),
        len(wanted),
        remaining,
        tuple(effects(facts, changes, remaining=remaining)),
    )


def review_effects(session: Session, year: int, ids: Iterable[int], today: date) -> tuple[Effect, ...]:
    """What approving these submitted entries would do: now is approved money, after is with them."""
    facts = money_facts(session, year, today, states=COUNTED_STATES)
    chosen = set(ids)
    changes = [a for a in facts.allocations if a.id in chosen]
    assert facts.counted == APPROVED
    return tuple(effects(facts, changes, replaces=chosen))


def _as_fact(made: Sheet, row: SheetRow, amount: Money) -> AllocationFact:
    return AllocationFact(
        id=-row.project_id,
        label=f"{row.code} {row.name}",
        amount=amount,
        level=made.level,
        source_code=made.source_code,
        is_transition=made.is_transition,
        counts_in_base=made.counts_in_base,
        is_industry=row.is_industry,
        is_leading=row.is_leading,
        is_fee=row.is_fee,
        project_id=row.project_id,
        state=MoneyState.DRAFT,
        task=made.task,
        notice=made.notice_no,
    )
