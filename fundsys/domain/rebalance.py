"""The smallest re-allocation, put as a question in whole 分: what may move, how far, and which rules must hold after it.

No decisions about how it is solved (fundsys/solver.py) and no words for people (rebalance_words.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .facts import AllocationFact, Facts, ProjectFact
from .funds import CONSOLIDATION_TASK, JUDGED_LEVELS, FundLevel, MoneyState
from .money import ZERO, Money, total
from .projects import ProjectStatus
from .rules.base import Outcome, Rule, rule_called
from .rules.money_shares import in_base, industry_share, is_industry, lead_industry_share, management_fee
from .rules.projects import counts_as_relief, work_relief_projects, yearly_projects

RULES = ("R65", "R30", "R01F", "RWR")
"""The rules a re-allocation can be asked to meet."""
KEPT = "R123"
"""The rule that is never made worse: a project that has money keeps some."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one line gives to one project. entry: the money as the rules see it, its amount what stands now.

    floor: paid, waiting for review, or held by the clerk. ceiling: of this cell alone; None: the project's and the
    line's are enough.
    """

    line_id: int
    code: str
    name: str
    entry: AllocationFact
    floor: Money = ZERO
    ceiling: Money | None = None

    @property
    def project_id(self) -> int:
        assert self.entry.project_id is not None
        return self.entry.project_id

    @property
    def present(self) -> Money:
        return self.entry.amount

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"

    def held(self) -> Cell:
        """The same cell, not to be moved."""
        return replace(self, floor=self.present, ceiling=self.present)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice line: the least and the most its cells may sum to. Both the present sum when the line's money stays."""

    id: int
    label: str
    least: Money
    most: Money


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum over cells: weight by place of the cell, and what is fixed."""

    weights: Mapping[int, int]
    constant: int

    def at(self, amounts: Sequence[int]) -> int:
        return self.constant + sum(weight * amounts[place] for place, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class ShareDemand:
    """A share that must keep its limit. least_whole: 1 where there is money to judge now, so that none is judged away."""

    rule: str
    scope: str
    title: str
    part: Linear
    whole: Linear
    limit: Fraction
    operator: str
    least_whole: int
    bounds: tuple[Linear, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sums that must not be below zero, exact."""
        p, q = self.limit.numerator, self.limit.denominator
        turn = 1 if self.operator == ">=" else -1
        places = self.part.weights.keys() | self.whole.weights.keys()
        weights = {
            n: w
            for n in sorted(places)
            if (w := turn * (q * self.part.weights.get(n, 0) - p * self.whole.weights.get(n, 0)))
        }
        kept = Linear(weights, turn * (q * self.part.constant - p * self.whole.constant))
        whole = Linear(self.whole.weights, self.whole.constant - self.least_whole)
        object.__setattr__(self, "bounds", (kept, whole))

    def met(self, amounts: Sequence[int]) -> bool:
        return all(bound.at(amounts) >= 0 for bound in self.bounds)

    def share(self, amounts: Sequence[int]) -> Fraction | None:
        """The share with these amounts; None when there is nothing to judge."""
        whole = self.whole.at(amounts)
        return Fraction(self.part.at(amounts), whole) if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Member:
    """A project of a number that must be kept. It counts from `smallest` on, its money outside the cells apart."""

    project_id: int
    label: str
    places: tuple[int, ...]
    smallest: int

    def counts(self, amounts: Sequence[int]) -> bool:
        return sum(amounts[place] for place in self.places) >= self.smallest


@dataclass(frozen=True, slots=True)
class CountDemand:
    """A number of projects with money. already: those that count whatever moves."""

    rule: str
    scope: str
    title: str
    members: tuple[Member, ...]
    already: int
    wanted: int

    def number(self, amounts: Sequence[int]) -> int:
        return self.already + sum(member.counts(amounts) for member in self.members)

    def met(self, amounts: Sequence[int]) -> bool:
        return self.number(amounts) >= self.wanted


Demand = ShareDemand | CountDemand


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a re-allocation must keep. Cells in the order of project code and line.

    ceilings: the most a project's cells may sum to; a project without one takes what the lines give.
    present: what each cell holds now, in 分.
    """

    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    ceilings: Mapping[int, Money]
    demands: tuple[Demand, ...]
    present: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "present", tuple(cell.present.fen for cell in self.cells))

    def places(self, of: Callable[[Cell], int]) -> dict[int, list[int]]:
        """Places of cells by line or by project."""
        found: dict[int, list[int]] = {}
        for place, cell in enumerate(self.cells):
            found.setdefault(of(cell), []).append(place)
        return found

    def faults(self, amounts: Sequence[int]) -> list[str]:
        """What these amounts break apart from the rules: floors, ceilings, line sums. Empty when they may stand."""
        found = [
            cell.label
            for cell, amount in zip(self.cells, amounts, strict=True)
            if amount < cell.floor.fen or (cell.ceiling is not None and amount > cell.ceiling.fen)
        ]
        by_line, by_project = self.places(lambda c: c.line_id), self.places(lambda c: c.project_id)
        for line in self.lines:
            given = sum(amounts[n] for n in by_line.get(line.id, ()))
            if not line.least.fen <= given <= line.most.fen:
                found.append(line.label)
        for project_id, places in by_project.items():
            ceiling = self.ceilings.get(project_id)
            if ceiling is not None and sum(amounts[n] for n in places) > ceiling.fen:
                found.append(self.cells[places[0]].label)
        return found

    def unmet(self, amounts: Sequence[int]) -> tuple[Demand, ...]:
        """The demands these amounts do not meet."""
        return tuple(demand for demand in self.demands if not demand.met(amounts))

    def movement(self, amounts: Sequence[int]) -> int:
        """What is measured: the sum of all increases, in 分."""
        return sum(max(0, amount - was) for amount, was in zip(amounts, self.present, strict=True))

    def rank(self, amounts: Sequence[int]) -> tuple[int, int, int]:
        """What is better is lower: movement, projects touched, and their places in the order of codes."""
        touched = self.touched(amounts)
        order = dict.fromkeys(cell.project_id for cell in self.cells)
        places = sum(place for place, key in enumerate(order, 1) if key in touched)
        return self.movement(amounts), len(touched), places

    def touched(self, amounts: Sequence[int]) -> frozenset[int]:
        """Ids of the projects whose money changes on any line."""
        pairs = zip(self.cells, amounts, strict=True)
        return frozenset(cell.project_id for cell, amount in pairs if amount != cell.present.fen)


def ask(
    outside: Facts,
    cells: Iterable[Cell],
    lines: Iterable[Line],
    ceilings: Mapping[int, Money],
    rules: Collection[str] = RULES,
) -> Question:
    """The question for these cells. outside: the year without the money of the cells.

    A project above its ceiling now may stay there and not grow. Rules without a limit or under a waiver ask nothing.
    """
    ordered = tuple(sorted(cells, key=lambda c: (c.code, c.line_id)))
    question = Question(ordered, tuple(sorted(lines, key=lambda line: line.id)), _raised(ordered, ceilings), ())
    return replace(question, demands=tuple(_demands(outside, question, rules)))


def after(outside: Facts, question: Question, amounts: Sequence[int]) -> Facts:
    """The year with these amounts in the cells, for the rules themselves to judge."""
    entries = tuple(
        replace(cell.entry, amount=Money(amount), state=MoneyState.APPROVED)
        for cell, amount in zip(question.cells, amounts, strict=True)
        if amount
    )
    return replace(outside, allocations=outside.allocations + entries)


def _raised(cells: Sequence[Cell], ceilings: Mapping[int, Money]) -> dict[int, Money]:
    now: dict[int, Money] = {}
    for cell in cells:
        now[cell.project_id] = now.get(cell.project_id, ZERO) + cell.present
    return {key: max(ceiling, now[key]) for key, ceiling in ceilings.items() if key in now}


def _demands(outside: Facts, question: Question, rules: Collection[str]) -> Iterable[Demand]:
    policy = outside.policy

    def base(entry: AllocationFact) -> bool:
        return in_base(entry, policy)

    def industry(entry: AllocationFact) -> bool:
        return base(entry) and is_industry(entry)

    def leading(entry: AllocationFact) -> bool:
        return industry(entry) and entry.is_leading

    if "R65" in rules:
        yield from _share(outside, question, industry_share, policy.industry_share_min, ">=", industry, base)
    if "R30" in rules:
        yield from _share(
            outside, question, lead_industry_share, policy.lead_industry_share_min, ">=", leading, industry
        )
    if "R01F" in rules:
        for level in JUDGED_LEVELS:
            yield from _fee(outside, question, level)
    yield from _relief(outside, question, "RWR" in rules)
    yield from _money_of_projects(outside, question)


Counts = Callable[[AllocationFact], bool]


def _share(
    outside: Facts,
    question: Question,
    rule: Rule,
    limit: Fraction | None,
    operator: str,
    part: Counts,
    whole: Counts,
    scope: str = "",
) -> Iterable[ShareDemand]:
    if limit is None or _is_waived(outside, rule, scope):
        return
    upper, lower = _sum(outside, question, part), _sum(outside, question, whole)
    judged = 1 if lower.at(question.present) > 0 else 0
    yield ShareDemand(rule.code, scope, rule.title, upper, lower, limit, operator, judged)


def _fee(outside: Facts, question: Question, level: FundLevel) -> Iterable[ShareDemand]:
    policy = outside.policy
    narrow = policy.management_fee_base == "task101"

    def fee(entry: AllocationFact) -> bool:
        return entry.is_transition and entry.level is level and entry.is_fee

    def base(entry: AllocationFact) -> bool:
        return entry.is_transition and entry.level is level and (not narrow or entry.task == CONSOLIDATION_TASK)

    yield from _share(outside, question, management_fee, policy.management_fee_max, "<=", fee, base, level.label)


def _sum(outside: Facts, question: Question, counts: Counts) -> Linear:
    fixed = sum(a.amount.fen for a in outside.allocations if outside.counts(a) and counts(a))
    return Linear({n: 1 for n, cell in enumerate(question.cells) if counts(cell.entry)}, fixed)


def _is_waived(facts: Facts, rule: Rule, scope: str = "") -> bool:
    return any(facts.waiver(rule.names, subject) for subject in {scope, ""})


def _relief(outside: Facts, question: Question, reach: bool) -> Iterable[CountDemand]:
    """Work-relief projects with transition money: the limit, or what there is now when it need not be reached."""
    limit = outside.policy.work_relief_min
    if limit is None or _is_waived(outside, work_relief_projects):
        return
    known = {p.id: p for p in outside.projects}
    given = {key: total(a.amount for a in rows) for key, rows in outside.by_project(transition_only=True).items()}

    def counts(cell: Cell) -> bool:
        project = known.get(cell.project_id)
        relief = project is not None and counts_as_relief(project, outside.policy)
        return relief and cell.entry.is_transition

    demand = _count(outside, question, work_relief_projects, counts, given, limit)
    now = demand.number(question.present)
    yield demand if reach else replace(demand, wanted=min(limit, now))


def _money_of_projects(outside: Facts, question: Question) -> Iterable[CountDemand]:
    """Projects of the year's plan that have what they need: no fewer than now, or than the target where there are more."""
    target = outside.policy.project_target
    if target is None or _is_waived(outside, yearly_projects):
        return
    (now,) = yearly_projects(after(outside, question, question.present))
    if now.outcome is Outcome.NO_DATA:
        return
    complete = {row.id for row in now.rows}
    given = {key: total(a.amount for a in rows) for key, rows in outside.by_project().items()}
    for project in outside.projects:
        given[project.id] = given.get(project.id, ZERO) + project.earlier_money
    demand = _count(outside, question, yearly_projects, lambda cell: cell.project_id in complete, given, 0)
    rest = complete - {cell.project_id for cell in question.cells}
    already = demand.already + sum(1 for key in rest)
    yield replace(demand, already=already, wanted=min(target, len(complete)))


def _count(
    outside: Facts,
    question: Question,
    rule: Rule,
    counts: Callable[[Cell], bool],
    given: Mapping[int, Money],
    wanted: int,
) -> CountDemand:
    """The number over projects with cells that count; with RWR also those that have none but money outside."""
    smallest = (outside.policy.smallest_allocation or Money(1)).fen
    places: dict[int, list[int]] = {}
    for place, cell in enumerate(question.cells):
        if counts(cell):
            places.setdefault(cell.project_id, []).append(place)
    members = []
    for project_id, own in places.items():
        beside = given.get(project_id, ZERO).fen
        now = beside + sum(question.cells[n].present.fen for n in own)
        least = min(smallest, now) if now > 0 else smallest
        members.append(Member(project_id, question.cells[own[0]].label, tuple(own), least - beside))
    sure = 0
    if rule is work_relief_projects:
        sure = sum(1 for p in outside.projects if p.id not in places and _is_relief(p, outside, given))
    return CountDemand(rule.code, "", rule.title, tuple(members), sure, wanted)


def _is_relief(project: ProjectFact, facts: Facts, given: Mapping[int, Money]) -> bool:
    return counts_as_relief(project, facts.policy) and given.get(project.id, ZERO) > ZERO


def may_take_more(status: ProjectStatus) -> bool:
    """Whether a project may be given more: in the library, and not yet settled."""
    return status.reached(ProjectStatus.ADMITTED) and not status.reached(ProjectStatus.SETTLED)


def rule_title(code: str) -> str:
    """The title of a rule that can be asked for."""
    rule = rule_called(code)
    return rule.title if rule else code
