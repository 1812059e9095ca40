"""Answers the question of the smallest re-allocation with HiGHS. The only place that knows the optimizer.

HiGHS works with rounded numbers; what it finds is brought to whole 分 by a second, small problem around it, and nothing
is offered that exact integers do not confirm.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from fundsys.domain.rebalance import Cell, CountDemand, Demand, Member, Question, ShareDemand

SECONDS = 5.0
"""How long an answer may take before it is given up."""
WHOLE = 1_000_000
"""Figures up to this are solved in whole 分; larger ones in a unit that brings them below it, then brought to the 分."""
BOX = 100
"""How far, in 分, the second problem looks around what the first one found."""
ROUNDING = 10
"""By how many 分 the first problem may miss what it means to meet."""
NODES = 20
"""How many branches are tried to touch fewer projects: a number and not a time, so that the same question has the same answer."""
TIDY_SECONDS = 1.0
"""How long that may take at most, on a slow machine; the movement is the least without it."""
INFINITE = float("inf")


class Verdict(Enum):
    """What came of the question."""

    STANDS = "stands"
    OFFER = "offer"
    CONFLICT = "conflict"
    STUCK = "stuck"
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one rule of a conflict gets while the others of it hold: amounts where it is nearest to its limit."""

    demand: Demand
    amounts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """STANDS: nothing need move. OFFER: amounts per cell, exact. CONFLICT: the smallest set of rules that cannot hold
    together. STUCK: line, floors and ceilings alone leave no way. NO_TIME: not found in time.

    least: the movement is proven to be the smallest there is; else it is more than the smallest by at most `over` 分.
    """

    verdict: Verdict
    amounts: tuple[int, ...] = ()
    least: bool = True
    over: int = 0
    conflict: tuple[Reach, ...] = ()
    seconds: float = 0.0


def solve(question: Question, seconds: float = SECONDS, *, polish: bool = True, whole: int = WHOLE) -> Answer:
    """The least movement that meets every demand, exact to the 分; or why there is none.

    Among equals the fewest projects are touched, then those of lower code. polish: False leaves what HiGHS found as it
    is, rounded, and is there to show why that is not enough. whole: figures up to this are solved in whole 分 at once.
    """
    begun = time.monotonic()
    answer = _solve(question, begun + seconds, polish, _unit(question, whole))
    return replace(answer, seconds=time.monotonic() - begun)


def _solve(question: Question, deadline: float, polish: bool, unit: int) -> Answer:
    if not question.faults(question.present) and not question.unmet(question.present):
        return Answer(Verdict.STANDS, question.present)
    first = _Cells(question, unit)
    first.want_least()
    found = first.model.run(deadline)
    if found.outcome is _Outcome.NONE:
        return _conflict(question, unit, deadline)
    if found.values is None:
        return Answer(Verdict.NO_TIME)
    rough = first.amounts(found.values)
    if not polish:
        return Answer(Verdict.OFFER, rough, least=False)
    exact = _exact(question, unit, rough, deadline)
    if exact is None:
        return Answer(Verdict.NO_TIME)
    over = question.movement(exact) - _at_least(found.bound, unit)
    fewest = _fewest(question, unit, question.movement(exact), deadline)
    better = fewest if fewest and question.rank(fewest) <= question.rank(exact) else exact
    return Answer(Verdict.OFFER, better, least=over <= 0, over=max(0, over))


def _at_least(bound: float, unit: int) -> int:
    """The whole 分 no answer can go below, from the bound of HiGHS less its tolerance."""
    low = bound * unit - max(0.01, abs(bound) * unit * 1e-12)
    return int(low) + (low > int(low))


def _unit(question: Question, whole: int) -> int:
    """1, or the power of ten in 分 that brings the largest line below `whole`."""
    largest = max((abs(line.most.fen) for line in question.lines), default=0)
    unit = 1
    while largest > whole * unit:
        unit *= 10
    return unit


def _holds(question: Question, amounts: Sequence[int]) -> bool:
    return not question.faults(amounts) and not question.unmet(amounts)


# ---------- the exact answer ----------


def _exact(question: Question, unit: int, rough: tuple[int, ...], deadline: float) -> tuple[int, ...] | None:
    """The least movement in whole 分 near what was found; None when there is none near."""
    if unit == 1 and _holds(question, rough):
        return rough
    near = _Near(question, rough)
    near.want_least()
    found = near.model.run(deadline)
    amounts = near.amounts(found.values) if found.values is not None else None
    return amounts if amounts is not None and _holds(question, amounts) else None


def _fewest(question: Question, unit: int, movement: int, deadline: float) -> tuple[int, ...] | None:
    """As little movement over the fewest projects, then those of lower code; None when it was not found in time."""
    few = _Cells(question, unit)
    few.keep_movement(movement)
    few.want_few(movement)
    found = few.model.run(min(deadline, time.monotonic() + TIDY_SECONDS), nodes=NODES)
    if found.values is None:
        return None
    touched = few.touched(found.values)
    split = _Cells(question, unit, touched)
    split.keep_movement(movement)
    split.want_first()
    found = split.model.run(deadline)
    if found.values is None:
        return None
    rough = split.amounts(found.values)
    if unit == 1 and _holds(question, rough):
        return rough
    near = _Near(question, rough, touched)
    near.keep_movement(movement)
    near.want_first()
    found = near.model.run(deadline)
    amounts = near.amounts(found.values) if found.values is not None else None
    return amounts if amounts is not None and _holds(question, amounts) else None


# ---------- why there is none ----------


def _conflict(question: Question, unit: int, deadline: float) -> Answer:
    """A set of rules that cannot hold together though any of them could be dropped to leave a way. Deletion filter."""
    if _possible(replace(question, demands=()), unit, deadline) is _Outcome.NONE:
        return Answer(Verdict.STUCK)
    left = list(question.demands)
    for demand in reversed(question.demands):
        rest = [d for d in left if d is not demand]
        outcome = _possible(replace(question, demands=tuple(rest)), unit, deadline)
        if outcome is _Outcome.UNKNOWN:
            return Answer(Verdict.NO_TIME)
        if outcome is _Outcome.NONE:
            left = rest
    return Answer(Verdict.CONFLICT, conflict=tuple(_reach(question, d, left, unit, deadline) for d in left))


def _possible(question: Question, unit: int, deadline: float) -> _Outcome:
    return _Cells(question, unit).model.run(deadline).outcome


def _reach(question: Question, demand: Demand, conflict: Sequence[Demand], unit: int, deadline: float) -> Reach:
    others = replace(question, demands=tuple(d for d in conflict if d is not demand))
    cells = _Cells(others, unit)
    cells.want_most(demand)
    found = cells.model.run(deadline)
    return Reach(demand, cells.amounts(found.values) if found.values is not None else None)


# ---------- the two problems ----------


class _Cells:
    """The question in a unit of 分: up and down for each cell from what stands now. Whole numbers when the unit is 1."""

    def __init__(self, question: Question, unit: int, only: frozenset[int] | None = None) -> None:
        self.question, self.unit, self.whole = question, unit, unit == 1
        self.model = _Model()
        self.up: list[int] = []
        self.down: list[int] = []
        self._kept: dict[int, int] = {}
        for cell in question.cells:
            self._cell(cell, only)
        self._sums()
        for demand in question.demands:
            if isinstance(demand, ShareDemand):
                self._share(demand)
            else:
                self._count(demand)

    def _cell(self, cell: Cell, only: frozenset[int] | None) -> None:
        """Columns up and down; a row where floor and ceiling ask for more than that neither is below zero."""
        if only is not None and cell.project_id not in only:
            self.up.append(self.model.column(0, 0, self.whole))
            self.down.append(self.model.column(0, 0, self.whole))
            return
        line = next(line for line in self.question.lines if line.id == cell.line_id)
        top = cell.ceiling.fen if cell.ceiling is not None else max(line.most.fen, cell.present.fen)
        rise, fall = top - cell.present.fen, cell.present.fen - cell.floor.fen
        self.up.append(self.model.column(max(0, -fall) / self.unit, max(0, rise) / self.unit, self.whole))
        self.down.append(self.model.column(max(0, -rise) / self.unit, max(0, fall) / self.unit, self.whole))

    def _change(self, weights: Mapping[int, float]) -> dict[int, float]:
        """A sum over changes of cells as coefficients."""
        row: dict[int, float] = {}
        for place, weight in weights.items():
            row[self.up[place]] = weight
            row[self.down[place]] = -weight
        return row

    def _sums(self) -> None:
        question, now = self.question, self.question.present
        by_line = question.places(lambda c: c.line_id)
        for line in question.lines:
            places = by_line.get(line.id, [])
            given = sum(now[n] for n in places)
            low, high = (line.least.fen - given) / self.unit, (line.most.fen - given) / self.unit
            self.model.row(low, self._change(dict.fromkeys(places, 1.0)), high)
        for project_id, places in question.places(lambda c: c.project_id).items():
            ceiling = question.ceilings.get(project_id)
            if ceiling is not None:
                left = (ceiling.fen - sum(now[n] for n in places)) / self.unit
                self.model.row(-INFINITE, self._change(dict.fromkeys(places, 1.0)), left)

    def _share(self, demand: ShareDemand) -> None:
        for bound in demand.bounds:
            scale = demand.limit.denominator if not self.whole else 1
            weights = {place: weight / scale for place, weight in bound.weights.items()}
            lacking = -bound.at(self.question.present) / scale / self.unit
            self.model.row(lacking, self._change(weights), INFINITE)

    def _count(self, demand: CountDemand) -> None:
        """A yes-or-no for each project whose counting can change."""
        marks = [self._mark(member) for member in demand.members]
        self.model.row(demand.wanted - demand.already, dict.fromkeys(marks, 1.0), INFINITE)

    def _mark(self, member: Member) -> int:
        mark = self.model.column(0, 1, True)
        now = sum(self.question.present[n] for n in member.places)
        row = self._change(dict.fromkeys(member.places, 1.0))
        # where it does not count, the bound falls back to what the cells can go down to
        lowest = min(0, member.smallest)
        row[mark] = -(member.smallest - lowest) / self.unit
        self.model.row((lowest - now) / self.unit, row, INFINITE)
        return mark

    # what is wanted

    def want_least(self) -> None:
        """The least sum of increases."""
        for column in self.up:
            self.model.cost[column] = 1.0

    def keep_movement(self, movement: int) -> None:
        """No more movement than this, in 分."""
        spare = 0.0 if self.whole else 1e-7
        self.model.row(-INFINITE, dict.fromkeys(self.up, 1.0), movement / self.unit + spare)

    def want_few(self, movement: int) -> None:
        """The fewest projects, and among equals the lower codes."""
        by_project = self.question.places(lambda c: c.project_id)
        heavy = len(by_project) * (len(by_project) + 1)
        for rank, (project_id, places) in enumerate(by_project.items(), 1):
            columns = [c for n in places for c in (self.up[n], self.down[n])]
            room = sum(self.model.high[c] for c in columns)
            if not room:
                continue
            touched = self.model.column(0, 1, True)
            self.model.cost[touched] = heavy + rank
            self._kept[project_id] = touched
            most = min(room, 2 * max(1, self._forced(movement)) / self.unit)
            self.model.row(-INFINITE, dict.fromkeys(columns, 1.0) | {touched: -most}, 0.0)

    def _forced(self, movement: int) -> int:
        """The most that can move in one direction: where a line is over-committed, more goes down than up."""
        given = sum(self.question.present)
        return movement + max(0, given - sum(line.least.fen for line in self.question.lines))

    def want_first(self) -> None:
        """Among equal movements, as much as may be at lower codes."""
        for rank, (up, down) in enumerate(zip(self.up, self.down, strict=True), 1):
            self.model.cost[up] = self.model.cost[down] = rank / len(self.up)

    def want_most(self, demand: Demand) -> None:
        """What brings one rule nearest to its limit."""
        if isinstance(demand, ShareDemand):
            scale = demand.limit.denominator
            for column, weight in self._change({p: w / scale for p, w in demand.bounds[0].weights.items()}).items():
                self.model.cost[column] -= weight
        else:
            for member in demand.members:
                self.model.cost[self._mark(member)] = -1.0

    # what was found

    def amounts(self, values: Sequence[float]) -> tuple[int, ...]:
        """Whole 分 of each cell, the nearest to what was found."""
        return tuple(
            round(was + (values[up] - values[down]) * self.unit)
            for was, up, down in zip(self.question.present, self.up, self.down, strict=True)
        )

    def touched(self, values: Sequence[float]) -> frozenset[int]:
        """The projects that are marked as touched."""
        return frozenset(key for key, column in self._kept.items() if values[column] > 0.5)


class _Near:
    """The question in whole 分 around amounts already found: what is still missing is small, and small numbers are exact."""

    def __init__(self, question: Question, rough: tuple[int, ...], only: frozenset[int] | None = None) -> None:
        self.question = question
        self.start = [
            _between(cell, amount) if only is None or cell.project_id in only else cell.present.fen
            for cell, amount in zip(question.cells, rough, strict=True)
        ]
        self.model = _Model()
        self.step = [self._column(n, only) for n in range(len(question.cells))]
        self.up = [self._increase(n) for n in range(len(question.cells))]
        self._sums()
        for demand in question.demands:
            self._demand(demand)

    def _column(self, place: int, only: frozenset[int] | None) -> int:
        cell, start = self.question.cells[place], self.start[place]
        if only is not None and cell.project_id not in only:
            return self.model.column(0, 0, True)
        low = max(cell.floor.fen - start, -BOX)
        high = BOX if cell.ceiling is None else min(cell.ceiling.fen - start, BOX)
        return self.model.column(low, max(low, high), True)

    def _increase(self, place: int) -> tuple[int | None, int]:
        """What the increase of a cell is: a column (None: none at all), and a fixed number beside it."""
        beyond = self.start[place] - self.question.present[place]
        if beyond <= -BOX:
            return None, 0
        if beyond >= BOX:
            return self.step[place], beyond
        increase = self.model.column(0, INFINITE, False)
        self.model.row(beyond, {increase: 1.0, self.step[place]: -1.0}, INFINITE)
        return increase, 0

    def _row(self, low: float, weights: Mapping[int, float], high: float) -> None:
        """A row over steps, left out where no step of the box can break it."""
        far = sum(abs(weight) for weight in weights.values()) * BOX
        if low > -far or high < far:
            row = {self.step[place]: float(weight) for place, weight in weights.items()}
            self.model.row(low if low > -far else -INFINITE, row, high if high < far else INFINITE)

    def _sums(self) -> None:
        question = self.question
        by_line = question.places(lambda c: c.line_id)
        for line in question.lines:
            places = by_line.get(line.id, [])
            given = sum(self.start[n] for n in places)
            self._row(line.least.fen - given, dict.fromkeys(places, 1.0), line.most.fen - given)
        for project_id, places in question.places(lambda c: c.project_id).items():
            ceiling = question.ceilings.get(project_id)
            if ceiling is not None:
                left = ceiling.fen - sum(self.start[n] for n in places)
                self._row(-INFINITE, dict.fromkeys(places, 1.0), left)

    def _demand(self, demand: Demand) -> None:
        if isinstance(demand, ShareDemand):
            for bound in demand.bounds:
                self._row(-bound.at(self.start), dict(bound.weights), INFINITE)
            return
        for member in demand.members:  # those that count (but for a rounding) go on counting
            now = sum(self.start[n] for n in member.places)
            if now >= member.smallest - ROUNDING:
                self._row(member.smallest - now, dict.fromkeys(member.places, 1.0), INFINITE)

    def want_least(self) -> None:
        """The least sum of increases."""
        for column, _ in self.up:
            if column is not None:
                self.model.cost[column] += 1.0

    def keep_movement(self, movement: int) -> None:
        """No more movement than this, exact."""
        fixed = sum(beside for _, beside in self.up)
        columns = [column for column, _ in self.up if column is not None]
        self.model.row(-INFINITE, dict.fromkeys(columns, 1.0), movement - fixed)

    def want_first(self) -> None:
        """Among equal movements, as much as may be at lower codes: up and down together are twice the increase less the change."""
        count = len(self.step)
        for rank, (step, (increase, _)) in enumerate(zip(self.step, self.up, strict=True), 1):
            self.model.cost[step] -= rank / count
            if increase is not None:
                self.model.cost[increase] += 2 * rank / count

    def amounts(self, values: Sequence[float]) -> tuple[int, ...]:
        """Whole 分 of each cell."""
        return tuple(start + round(values[step]) for start, step in zip(self.start, self.step, strict=True))


def _between(cell: Cell, amount: int) -> int:
    top = amount if cell.ceiling is None else min(amount, cell.ceiling.fen)
    return max(cell.floor.fen, top)


# ---------- HiGHS ----------


class _Outcome(Enum):
    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: _Outcome
    values: Sequence[float] | None = None
    bound: float = -INFINITE


def _quiet(highspy: Any) -> Any:
    """An engine that says nothing from its first moment: standard output belongs to the answers of commands."""

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.silent()

    return Quiet()


class _Model:
    """Columns with costs and bounds, rows with bounds: minimized by HiGHS, one thread, one seed."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.is_whole: list[bool] = []
        self.rows: list[tuple[float, dict[int, float], float]] = []

    def column(self, low: float, high: float, whole: bool) -> int:
        """A further unknown; its number."""
        self.cost.append(0.0)
        self.low.append(low)
        self.high.append(high)
        self.is_whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, weights: Mapping[int, float], high: float) -> None:
        """A further sum that must lie between two bounds."""
        self.rows.append((low, dict(weights), high))

    def run(self, deadline: float, nodes: int | None = None) -> _Found:
        """The least cost. UNKNOWN without values when time ran out before anything was found."""
        left = deadline - time.monotonic()
        if left <= 0:
            return _Found(_Outcome.UNKNOWN)
        import highspy  # a fifth of a second and 80 MB: only for those who ask

        engine = _quiet(highspy)
        options = {"threads": 1, "random_seed": 0, "time_limit": left, "mip_rel_gap": 0.0}
        if nodes is not None:
            options["mip_max_nodes"] = nodes
        for name, value in options.items():
            engine.setOptionValue(name, value)
        engine.passModel(self._stated(highspy))
        engine.run()
        return self._read(highspy, engine)

    def _stated(self, highspy: Any) -> Any:
        stated = highspy.HighsLp()
        stated.num_col_, stated.num_row_ = len(self.cost), len(self.rows)
        stated.col_cost_, stated.col_lower_, stated.col_upper_ = self.cost, self.low, self.high
        stated.row_lower_ = [low for low, _, _ in self.rows]
        stated.row_upper_ = [high for _, _, high in self.rows]
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        stated.integrality_ = [kinds[whole] for whole in self.is_whole]
        stated.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        stated.a_matrix_.num_col_, stated.a_matrix_.num_row_ = len(self.cost), len(self.rows)
        starts, places, weights = [0], [], []
        for _, row, _ in self.rows:
            places += list(row)
            weights += list(row.values())
            starts.append(len(places))
        stated.a_matrix_.start_, stated.a_matrix_.index_, stated.a_matrix_.value_ = starts, places, weights
        return stated

    def _read(self, highspy: Any, engine: Any) -> _Found:
        status, states = engine.getModelStatus(), highspy.HighsModelStatus
        if status in (states.kInfeasible, states.kUnboundedOrInfeasible):
            return _Found(_Outcome.NONE)
        told = engine.getInfo()
        solved = status == states.kOptimal
        if not solved and told.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return _Found(_Outcome.UNKNOWN)
        has_bound = any(self.is_whole)
        bound = told.mip_dual_bound if has_bound else told.objective_function_value
        return _Found(_Outcome.FOUND, list(engine.getSolution().col_value), bound if has_bound or solved else -INFINITE)
