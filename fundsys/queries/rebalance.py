"""The smallest re-allocation for a sheet that is being filled, or for a year that stands: asks, judges, puts into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from fundsys import solver
from fundsys.domain import rebalance_words as words
from fundsys.domain.effect import Effect, effects
from fundsys.domain.facts import AllocationFact, Facts
from fundsys.domain.funds import CONSOLIDATION_TASK, BaseUse, EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rebalance import RULES, Cell, Line, Question, after, ask, may_take_more
from fundsys.domain.rules.base import Outcome
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.allotment_sheet import Sheet, SheetLine, SheetRow, Typed
from fundsys.queries.line_money import COUNTED, allocated_to, gone_from
from fundsys.queries.money_facts import COUNTED_STATES, money_facts

WORK_RELIEF_TASK = "以工代赈"
NO_MONEY = Money(0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the clerk asks for. rules: those to be met; use_rest: what the lines still have may be used; only_filled:
    projects without an amount stay without; held: (line, project) that stay as they are.
    """

    rules: frozenset[str] = frozenset(RULES)
    use_rest: bool = False
    only_filled: bool = False
    held: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of it, for people. amounts: the offer by (line, project), changed ones only; effects: every rule now →
    after the offer; why: the sentences of a conflict, the figures behind it last.
    """

    answer: solver.Answer
    question: Question
    title: str
    why: tuple[str, ...] = ()
    moves: tuple[words.Move, ...] = ()
    transfers: tuple[words.Transfer, ...] = ()
    effects: tuple[Effect, ...] = ()
    amounts: Mapping[tuple[int, int], Money] = field(default_factory=dict)

    @property
    def verdict(self) -> solver.Verdict:
        return self.answer.verdict

    @property
    def is_offer(self) -> bool:
        return self.verdict is solver.Verdict.OFFER

    @property
    def movement(self) -> Money:
        return total(move.change for move in self.moves if move.change > ZERO)

    @property
    def projects(self) -> int:
        return len({move.cell.project_id for move in self.moves})


# ---------- a sheet that is being filled ----------


def of_sheet(session: Session, made: Sheet, typed: Typed, today: date, wish: Wish) -> Proposal:
    """The least change of the amounts in the boxes, so that the rules hold with them. Writes nothing."""
    outside = money_facts(session, made.year, today, states=COUNTED_STATES).with_submitted()
    status = _states(session, [row.project_id for row in made.rows])
    cells = [
        _sheet_cell(made, line, row, typed.get((line.id, row.project_id), ZERO), status[row.project_id], wish)
        for row in made.rows
        for line in made.lines
    ]
    lines = [_sheet_line(line, cells, wish) for line in made.lines]
    ceilings = {row.project_id: max(ZERO, row.planned - row.given) for row in made.rows}
    return _proposal(outside, ask(outside, _numbered(cells), lines, ceilings, wish.rules))


def _sheet_cell(made: Sheet, line: SheetLine, row: SheetRow, amount: Money, status: ProjectStatus, wish: Wish) -> Cell:
    entry = AllocationFact(
        id=0,
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
        task=line.task,
        notice=made.notice_no,
    )
    cell = Cell(line.id, row.code, row.name, entry)
    if (line.id, row.project_id) in wish.held:
        return cell.held()
    grows = may_take_more(status) and not row.is_fee and (bool(amount) or not wish.only_filled)
    opens = bool(amount) or line.task == CONSOLIDATION_TASK or (line.task == WORK_RELIEF_TASK and row.is_work_relief)
    return cell if grows and opens else replace(cell, ceiling=amount)


def _sheet_line(line: SheetLine, cells: Iterable[Cell], wish: Wish) -> Line:
    filled = total(cell.present for cell in cells if cell.line_id == line.id)
    has = max(ZERO, line.money.remaining)
    least = min(filled, has)
    return Line(line.id, line.label, least, has if wish.use_rest else least)


# ---------- a year that stands ----------


def of_year(session: Session, year: int, today: date, wish: Wish) -> Proposal:
    """The least adjustment of allocated money, so that the rules hold with what is approved and what waits.

    What is disbursed, paid or waits for review stays where it is. Writes nothing.
    """
    facts = money_facts(session, year, today, states=COUNTED_STATES).with_submitted()
    stands = _standing(session, year)
    cells, lines = _year_cells(session, facts, stands, wish), _year_lines(session, stands, wish)
    mine = {number for one in stands.values() for number in one.ids}
    outside = replace(facts, allocations=tuple(a for a in facts.allocations if a.id not in mine))
    ceilings = _ceilings(session, cells, stands)
    return _proposal(outside, ask(outside, _numbered(cells), lines, ceilings, wish.rules))


@dataclass(slots=True)
class _Standing:
    """What a line gives to a project now, and how much of it may be taken back."""

    ids: list[int]
    amount: Money = ZERO
    waiting: Money = ZERO
    coming_back: Money = ZERO
    gone: Money = ZERO

    @property
    def movable(self) -> Money:
        approved = self.amount - self.waiting - self.coming_back
        return max(ZERO, min(self.amount, approved + self.coming_back - self.gone))


_Key = tuple[int, int]


def _standing(session: Session, year: int) -> dict[_Key, _Standing]:
    """Approved and waiting entries of the year's transition lines, by line and project."""
    of_year = and_(AllotmentNotice.year == year, FundSource.is_transition)
    rows = session.execute(
        select(Allocation.id, Allocation.line_id, Allocation.project_id, Allocation.amount, Allocation.state)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(of_year, Allocation.state.in_(COUNTED))
        .order_by(Allocation.id)
    )
    found: dict[_Key, _Standing] = defaultdict(lambda: _Standing([]))
    for number, line_id, project_id, amount, state in rows:
        one = found[line_id, project_id]
        one.ids.append(number)
        one.amount += amount
        if state is MoneyState.SUBMITTED and amount > ZERO:
            one.waiting += amount
        elif state is MoneyState.SUBMITTED:
            one.coming_back += amount
    for table in (Disbursement, Payment):
        out = session.execute(
            select(table.line_id, table.project_id, func.sum(table.amount))
            .where(table.state.in_(COUNTED))
            .group_by(table.line_id, table.project_id)
        )
        for line_id, project_id, amount in out:
            if (line_id, project_id) in found:
                one = found[line_id, project_id]
                one.gone = max(one.gone, amount or ZERO)
    return dict(found)


def _year_cells(session: Session, facts: Facts, stands: Mapping[_Key, _Standing], wish: Wish) -> list[Cell]:
    projects = _candidates(session, facts.year, {key for _, key in stands})
    cells = []
    for line in _line_rows(session, {line_id for line_id, _ in stands}):
        counts = facts.policy.counts_in_base(line.source_code, BaseUse(line.in_base))
        for project in projects:
            one = stands.get((line.id, project.id))
            if one is None and (wish.only_filled or line.task != CONSOLIDATION_TASK):
                continue
            cells.append(_year_cell(line, project, one or _Standing([]), counts, wish))
    return cells


def _year_cell(line: Any, project: Any, one: _Standing, counts: bool, wish: Wish) -> Cell:
    is_industry = project.counts_as_industry == "yes"
    entry = AllocationFact(
        id=0,
        label=f"{project.code} {project.name}（{line.notice}）",
        amount=one.amount,
        level=line.level,
        source_code=line.source_code,
        is_transition=True,
        counts_in_base=counts,
        is_industry=is_industry,
        is_leading=is_industry and project.is_lead_industry,
        is_fee=project.is_management_fee,
        project_id=project.id,
        kind=EntryKind.ALLOCATION,
        task=line.task,
        notice=line.notice,
    )
    cell = Cell(line.id, project.code, project.name, entry, floor=one.amount - one.movable)
    if (line.id, project.id) in wish.held:
        return cell.held()
    grows = may_take_more(project.status) and not project.is_management_fee
    return cell if grows else replace(cell, ceiling=cell.present)


def _line_rows(session: Session, line_ids: Collection[int]) -> list[Any]:
    task = case((AllotmentLine.task != "", AllotmentLine.task), else_=FundSource.task)
    return list(
        session.execute(
            select(
                AllotmentLine.id,
                AllotmentLine.amount,
                AllotmentNotice.document_no.label("notice"),
                FundSource.code.label("source_code"),
                FundSource.name.label("source"),
                FundSource.level,
                FundSource.in_base,
                task.label("task"),
            )
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .where(AllotmentLine.id.in_(line_ids))
            .order_by(AllotmentLine.id)
        )
    )


def _year_lines(session: Session, stands: Mapping[_Key, _Standing], wish: Wish) -> list[Line]:
    rows = _line_rows(session, {line_id for line_id, _ in stands})
    gone = gone_from(session, [row.id for row in rows])
    found = []
    for row in rows:
        given = total(one.amount for (line_id, _), one in stands.items() if line_id == row.id)
        has = max(given, row.amount + gone.get(row.id, ZERO))
        label = f"{row.notice}（{row.level.label}·{row.task}）"
        found.append(Line(row.id, label, given, has if wish.use_rest else given))
    return found


def _candidates(session: Session, year: int, with_money: Collection[int]) -> list[Any]:
    """Projects with money of the year, and those of the year's library that may be given some."""
    rows = session.execute(
        select(
            Project.id,
            Project.code,
            Project.name,
            Project.status,
            Project.year,
            Project.admitted_on,
            Project.is_lead_industry,
            ProjectType.counts_as_industry,
            ProjectType.is_management_fee,
        )
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(Project.is_draft.is_(False))
        .where((Project.year == year) | Project.id.in_(with_money))
        .order_by(Project.code)
    )
    return [p for p in rows if p.id in with_money or (p.admitted_on is not None and may_take_more(p.status))]


def _ceilings(session: Session, cells: Iterable[Cell], stands: Mapping[_Key, _Standing]) -> dict[int, Money]:
    """What the cells of each project may sum to: its planned investment less what other lines and years give."""
    ids = {cell.project_id for cell in cells}
    planned = dict(session.execute(select(Project.id, Project.planned_investment).where(Project.id.in_(ids))).all())
    given = allocated_to(session, ids)
    here: dict[int, Money] = defaultdict(lambda: NO_MONEY)
    for (_, project_id), one in stands.items():
        here[project_id] += one.amount - one.coming_back
    return {key: max(ZERO, planned[key] - (given.get(key, ZERO) - here[key])) for key in ids}


# ---------- both ----------


def _states(session: Session, project_ids: Collection[int]) -> dict[int, ProjectStatus]:
    rows = session.execute(select(Project.id, Project.status).where(Project.id.in_(project_ids)))
    return dict(rows.all())


def _numbered(cells: Iterable[Cell]) -> list[Cell]:
    """Cells with a number of their own below zero, which no stored entry has."""
    return [replace(cell, entry=replace(cell.entry, id=-n)) for n, cell in enumerate(cells, 1)]


def _proposal(outside: Facts, question: Question) -> Proposal:
    answer = solver.solve(question)
    if answer.verdict is solver.Verdict.OFFER:
        return _offer(outside, question, answer)
    now = tuple(effects(after(outside, question, question.present), ()))
    told = Proposal(answer, question, _TITLES.get(answer.verdict, ""), effects=now)
    if answer.verdict is not solver.Verdict.CONFLICT:
        return told
    demands = [reach.demand for reach in answer.conflict]
    why = words.conflict_lines([(reach.demand, reach.amounts) for reach in answer.conflict])
    return replace(told, title=words.conflict_title(demands), why=(*why, words.rooms(question)))


_TITLES = {
    solver.Verdict.STANDS: "现在的金额已经符合所选的规则，不需要调整。",
    solver.Verdict.STUCK: "不管规则如何，不能动的资金和项目上限已经超出指标，没有办法调整；请减少固定的项目，或核对指标和已分配的金额。",
    solver.Verdict.NO_TIME: "在规定的时间内没有算出结果，没有给出方案；请减少可调的范围（例如只在已填的项目之间调整）后再算。",
}


def _offer(outside: Facts, question: Question, answer: solver.Answer) -> Proposal:
    """The offer, if the rules themselves agree with it; else none."""
    before = after(outside, question, question.present)
    pairs = list(zip(question.cells, answer.amounts, strict=True))
    changes = [replace(cell.entry, amount=Money(amount)) for cell, amount in pairs if amount]
    found = tuple(effects(before, changes, replaces={cell.entry.id for cell in question.cells}))
    asked = {(d.rule, d.scope) for d in question.demands if d.rule in RULES}
    if any(e.after.outcome is Outcome.FAIL and (e.rule, e.scope) in asked and not _is_kept(question, e) for e in found):
        nothing = replace(answer, verdict=solver.Verdict.NO_TIME, amounts=())
        return Proposal(nothing, question, "求得的方案没有通过规则复算，没有给出；请告知系统管理员。")
    title = words.summary(question, answer.amounts)
    if not answer.least:
        title += f"（与理论上的最小值相差不超过 {answer.over} 分。）"
    return Proposal(
        answer,
        question,
        title,
        moves=tuple(words.moves(question, answer.amounts)),
        transfers=tuple(words.transfers(question, answer.amounts)),
        effects=found,
        amounts={(c.line_id, c.project_id): Money(amount) for c, amount in pairs if amount != c.present.fen},
    )


def _is_kept(question: Question, effect: Effect) -> bool:
    """A number that was only to be kept, and is below its limit as before."""
    limit = effect.after.limit
    wanted = [d.wanted for d in question.demands if d.rule == effect.rule and hasattr(d, "wanted")]
    return bool(wanted) and limit is not None and wanted[0] < limit
