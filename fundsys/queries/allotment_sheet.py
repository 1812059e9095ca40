"""The sheet on which the lines of a notice are given to projects: its cells, and what the rules would say before anything is saved."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.effect import Effect, effects, judge, least_part
from fundsys.domain.errors import NotFound
from fundsys.domain.facts import APPROVED, AllocationFact, Facts
from fundsys.domain.funds import CONSOLIDATION_TASK, JUDGED_LEVELS, BaseUse, EntryKind, FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rules.base import Finding
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.funds import allotment_days
from fundsys.queries.kept import kept
from fundsys.queries.line_money import EDITABLE, LineMoney, allocated_to, lines_money
from fundsys.queries.money_facts import COUNTED_STATES, MONEY_READ_FROM, counted_facts, money_facts, policy_of

ADMITTED_AND_LATER = [s for s in ProjectStatus if s.reached(ProjectStatus.ADMITTED)]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A notice line as a column of the sheet. label: level and task, told apart where two lines are alike."""

    id: int
    source_code: str
    source: str
    level: FundLevel
    task: str
    is_transition: bool
    counts_in_base: bool
    money: LineMoney
    label: str

    @property
    def is_judged(self) -> bool:
        """Whether its money stands in the base of the industry share."""
        return self.is_transition and self.level in JUDGED_LEVELS and self.counts_in_base


@dataclass(frozen=True, slots=True)
class Cell:
    """A project on a line. draft: this clerk's, None without one, then id and version are 0.

    others: (name, amount) of other clerks' drafts.
    """

    line_id: int
    draft: Money | None = None
    draft_id: int = 0
    draft_version: int = 0
    state: MoneyState | None = None
    return_reason: str = ""
    others: tuple[tuple[str, Money], ...] = ()

    @property
    def mark(self) -> str:
        """What the clerk has before them, as the form carries it: id, version and 分 of the draft."""
        return f"{self.draft_id}.{self.draft_version}.{(self.draft or ZERO).fen}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A project on the sheet, with one cell a line. given: submitted and approved of every line of every notice.

    reason, document: why this clerk's drafts go beyond the planned investment, and by which paper.
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
    cells: tuple[Cell, ...]
    reason: str = ""
    document: str = ""

    @property
    def drafted(self) -> Money:
        return total(c.draft for c in self.cells if c.draft)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of a notice with the projects they may go to. decided_on, county_no: of the drafts, None and "" without any."""

    notice_id: int
    notice_no: str
    title: str
    year: int
    state: MoneyState
    issued_on: date
    received_on: date
    due_on: date
    lines: tuple[SheetLine, ...]
    rows: tuple[SheetRow, ...]
    decided_on: date | None
    county_no: str
    more_lines: int = 0

    @property
    def levels(self) -> tuple[FundLevel, ...]:
        """The levels the money comes from, in the order of the lines."""
        return tuple(dict.fromkeys(line.level for line in self.lines))

    @property
    def amount(self) -> Money:
        return total(line.money.amount for line in self.lines)

    @property
    def taken(self) -> Money:
        """Approved or waiting for review, and what has left the lines."""
        return total(line.money.amount - line.money.remaining for line in self.lines)

    @property
    def remaining(self) -> Money:
        return total(line.money.remaining for line in self.lines)

    @property
    def version(self) -> int:
        """A number that changes whenever one of the clerk's drafts does."""
        cells = sorted((c for row in self.rows for c in row.cells if c.draft_id), key=lambda c: c.draft_id)
        told = ",".join(f"{c.draft_id}.{c.draft_version}" for c in cells)
        return int(hashlib.sha256(told.encode()).hexdigest()[:12], 16)


SHEET_READ_FROM = MONEY_READ_FROM | {"line_posting"}
"""The tables behind a sheet."""


def sheet(
    session: Session, clerk_id: int | None, line_id: int, add: Iterable[str] = (), keep: Iterable[int] = ()
) -> Sheet:
    """The sheet of one line. See `notice_sheet`. Raises: NotFound when there is no such line."""
    return _sheet(session, clerk_id, AllotmentLine.id == line_id, add, keep)


def notice_sheet(
    session: Session, clerk_id: int | None, notice_id: int, add: Iterable[str] = (), keep: Iterable[int] = ()
) -> Sheet:
    """The sheet of every line of a notice for one clerk: projects of the year in the library, and those with a draft.

    add: codes of further projects; keep: ids of further projects. Raises: NotFound when there is no such notice.
    """
    return _sheet(session, clerk_id, AllotmentLine.notice_id == notice_id, add, keep)


def _sheet(session: Session, clerk_id: int | None, which: Any, add: Iterable[str], keep: Iterable[int]) -> Sheet:
    """Kept until an act touches what stands on it: the rules ask for it with every amount that is typed."""
    wanted = frozenset(add), frozenset(keep)
    question = ("sheet", clerk_id, which.left.key, which.right.value, *wanted)
    return kept(session, question, SHEET_READ_FROM, lambda: _read_sheet(session, clerk_id, which, *wanted))


def _read_sheet(session: Session, clerk_id: int | None, which: Any, add: Iterable[str], keep: Iterable[int]) -> Sheet:
    found = session.execute(
        select(AllotmentLine, AllotmentNotice, FundSource)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(which, AllotmentLine.reduces_id.is_(None))
        .order_by(AllotmentLine.position)
    ).all()
    if not found:
        raise NotFound("没有这条指标，请从指标文进入")
    notice = found[0][1]
    lines = _lines(session, notice.year, [(line, source) for line, _, source in found])
    ids = [line.id for line in lines]
    mine, others = _drafts(session, clerk_id, ids)
    projects = _projects(session, notice.year, {*keep, *(key for _, key in mine)}, add)
    given = allocated_to(session, [p.id for p in projects])
    first = next(iter(mine.values()), None)
    return Sheet(
        notice.id,
        notice.document_no,
        notice.title,
        notice.year,
        notice.state,
        notice.issued_on,
        notice.received_on,
        notice.received_on + timedelta(days=allotment_days(session, notice.year)),
        lines,
        tuple(_row(p, given.get(p.id, ZERO), ids, mine, others) for p in projects),
        first.decided_on if first else None,
        first.document_no if first else "",
        _other_lines(session, notice.id, ids),
    )


def _lines(session: Session, year: int, found: Sequence[tuple[AllotmentLine, FundSource]]) -> tuple[SheetLine, ...]:
    policy = policy_of(session, year)
    labels = [f"{source.level.label}·{line.task or source.task or source.name}" for line, source in found]
    often = Counter(labels)
    money = lines_money(session, [line.id for line, _ in found])
    return tuple(
        SheetLine(
            line.id,
            source.code,
            source.name,
            source.level,
            line.task or source.task,
            source.is_transition,
            policy.counts_in_base(source.code, BaseUse(source.in_base)),
            money[line.id],
            label if often[label] == 1 else f"{label}（第 {line.position} 行）",
        )
        for (line, source), label in zip(found, labels, strict=True)
    )


def _other_lines(session: Session, notice_id: int, shown: Sequence[int]) -> int:
    """How many lines of the notice with money to give are not on the sheet."""
    every = session.scalars(
        select(AllotmentLine.id).where(AllotmentLine.notice_id == notice_id, AllotmentLine.reduces_id.is_(None))
    )
    return len(set(every) - set(shown))


_Key = tuple[int, int]


def _drafts(
    session: Session, clerk_id: int | None, line_ids: Sequence[int]
) -> tuple[dict[_Key, Allocation], dict[_Key, list[tuple[str, Money]]]]:
    """This clerk's drafts and the others', by line and project."""
    rows = session.execute(
        select(Allocation, Person.name)
        .outerjoin(Person, Allocation.entered_by == Person.id)
        .where(
            Allocation.line_id.in_(line_ids),
            Allocation.state.in_(EDITABLE),
            Allocation.kind == EntryKind.ALLOCATION,
        )
        .order_by(Allocation.id.desc())
    )
    mine: dict[_Key, Allocation] = {}
    others: dict[_Key, list[tuple[str, Money]]] = defaultdict(list)
    for draft, name in rows:
        key = draft.line_id, draft.project_id
        if draft.entered_by == clerk_id:
            mine[key] = draft
        else:
            others[key].append((name or "系统", draft.amount))
    return mine, others


def _projects(session: Session, year: int, keep: Iterable[int], add: Iterable[str]) -> list[Any]:
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
            .where(or_(candidate, Project.id.in_(list(keep)), Project.code.in_(list(add))))
            .order_by(Project.code)
        )
    )


def _row(
    project: Any,
    given: Money,
    line_ids: Sequence[int],
    mine: Mapping[_Key, Allocation],
    others: Mapping[_Key, Sequence[tuple[str, Money]]],
) -> SheetRow:
    is_industry = project.counts_as_industry == "yes"
    drafts = [mine.get((line_id, project.id)) for line_id in line_ids]
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
        tuple(
            _cell(line_id, draft, others.get((line_id, project.id), ()))
            for line_id, draft in zip(line_ids, drafts, strict=True)
        ),
        next((d.beyond_plan_reason for d in drafts if d and d.beyond_plan_reason), ""),
        next((d.beyond_plan_document for d in drafts if d and d.beyond_plan_document), ""),
    )


def _cell(line_id: int, draft: Allocation | None, others: Sequence[tuple[str, Money]]) -> Cell:
    if draft is None:
        return Cell(line_id, others=tuple(others))
    return Cell(line_id, draft.amount, draft.id, draft.version, draft.state, draft.return_reason, tuple(others))


# ---------- before saving ----------

Typed = Mapping[tuple[int, int], Money]
"""Amounts of a sheet by line and project."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do, exact and unsaved. effects: now is approved and reserved money, after is with the sheet.

    by_line: filled and still to give, by line. unspoken: what the judged lines still have to give after the sheet;
    least: how much of that must go to industry for the share to hold once all is given, None when all would not do.
    """

    filled: Money
    industry: Money
    leading: Money
    count: int
    remaining: Money
    by_line: Mapping[int, tuple[Money, Money]]
    effects: tuple[Effect, ...]
    unspoken: Money = ZERO
    least: Money | None = None

    @property
    def over(self) -> list[int]:
        """The lines that would give more than they have."""
        return [line_id for line_id, (_, left) in self.by_line.items() if left < ZERO]


def preview(session: Session, made: Sheet, typed: Typed, today: date) -> Preview:
    """The figures and rules as they would stand with these amounts ((line, project) → money). Writes nothing."""
    rows = {row.project_id: row for row in made.rows}
    lines = {line.id: line for line in made.lines}
    wanted = {key: a for key, a in typed.items() if a and key[0] in lines and key[1] in rows}
    by_line = {}
    for line in made.lines:
        filled = total(a for (line_id, _), a in wanted.items() if line_id == line.id)
        by_line[line.id] = (filled, line.money.remaining - filled)
    remaining = total(left for _, left in by_line.values())
    facts, before = _stands(session, made.year, today)
    changes = [_as_fact(made, lines[line_id], rows[key], amount) for (line_id, key), amount in wanted.items()]
    narrow = facts.policy.management_fee_base == "task101"
    beside = {line.level.label for line in made.lines if narrow and line.task != CONSOLIDATION_TASK}
    found = effects(facts, changes, before=before, remaining=remaining, fee_beside=beside)
    unspoken = total(by_line[line.id][1] for line in made.lines if line.is_judged)
    share = next((e.after for e in found if e.rule == "R65"), None)
    return Preview(
        total(wanted.values()),
        total(a for (_, key), a in wanted.items() if rows[key].is_industry),
        total(a for (_, key), a in wanted.items() if rows[key].is_leading),
        len({key for _, key in wanted}),
        remaining,
        by_line,
        tuple(found),
        unspoken,
        least_part(share, unspoken) if share else None,
    )


def _stands(session: Session, year: int, today: date) -> tuple[Facts, tuple[Finding, ...]]:
    """The year's money as it counts now, and what every rule that watches it says."""

    def judged() -> tuple[Facts, tuple[Finding, ...]]:
        facts = counted_facts(session, year, today)
        return facts, tuple(judge(facts))

    return kept(session, ("counted money judged", year, today), MONEY_READ_FROM, judged)


def review_effects(session: Session, year: int, ids: Iterable[int], today: date) -> tuple[Effect, ...]:
    """What approving these submitted entries would do: now is approved money, after is with them."""
    facts = money_facts(session, year, today, states=COUNTED_STATES)
    chosen = set(ids)
    changes = [a for a in facts.allocations if a.id in chosen]
    assert facts.counted == APPROVED
    return tuple(effects(facts, changes, replaces=chosen))


def _as_fact(made: Sheet, line: SheetLine, row: SheetRow, amount: Money) -> AllocationFact:
    return AllocationFact(
        id=-row.project_id,
        label=f"{row.code} {row.name}",
        amount=amount,
        level=line.level,
        source_code=line.source_code,
        is_transition=line.is_transition,
        counts_in_base=line.counts_in_base,
        is_industry=row.is_industry,
        is_leading=row.is_leading,
        is_fee=row.is_fee,
        project_id=row.project_id,
        state=MoneyState.DRAFT,
        task=line.task,
        notice=made.notice_no,
    )


def projects_called(session: Session, words: Iterable[str]) -> list[tuple[int, str, str, bool]]:
    """Projects of every year by exact code or name: (id, code, name, whether it is in the library)."""
    known = list(words)
    rows = session.execute(
        select(Project.id, Project.code, Project.name, Project.status, Project.admitted_on, Project.is_draft)
        .where(or_(Project.code.in_(known), Project.name.in_(known)))
        .order_by(Project.code)
    )
    return [
        (key, code, name, status in ADMITTED_AND_LATER and admitted is not None and not is_draft)
        for key, code, name, status, admitted, is_draft in rows
    ]
