"""Small counties for the smallest re-allocation, and the plain search that tries every amount there is."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from fundsys.domain.facts import Facts
from fundsys.domain.funds import FundLevel
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rebalance import Cell, Line, Question, after, ask
from fundsys.domain.rules.base import Outcome, check, rule_called
from tests.builders import CENTRAL, PROVINCIAL, a_project, an_allocation, some_facts

KINDS = ("industry", "leading", "leading", "other", "other", "other", "fee")
WAYS = 4_000
"""More ways than these are not tried."""
AT_LEAST = ("0.5", "0.6", "0.65", "0.3", "2/3", "1/7", "1/4")
AT_MOST = ("0.1", "1/4", "0.3", "0.5")


def policy(**changed: object) -> Policy:
    """The county's year with a smallest amount of 2 分, so that small figures show everything."""
    return Policy.starting(2024, **({"smallest_allocation": Money(2), "work_relief_min": 0} | changed))


def cell(
    line_id: int,
    project: int,
    fen: int,
    kind: str = "other",
    level: FundLevel = CENTRAL,
    floor: int = 0,
    ceiling: int | None = None,
) -> Cell:
    """One project on one line; kind: industry, leading, other or fee."""
    entry = an_allocation(
        fen=fen,
        level=level,
        industry=kind == "industry",
        leading=kind == "leading",
        is_fee=kind == "fee",
        project_id=project,
    )
    return Cell(
        line_id, f"P{project:03d}", f"项目{project}", entry, Money(floor), None if ceiling is None else Money(ceiling)
    )


def lines_of(cells: Sequence[Cell], rest: int = 0) -> list[Line]:
    """Lines whose sums stay, or may take up the rest."""
    sums: dict[int, int] = {}
    for one in cells:
        sums[one.line_id] = sums.get(one.line_id, 0) + one.present.fen
    return [Line(key, f"第{key}行", Money(fen), Money(fen + rest)) for key, fen in sums.items()]


def random_case(draw: random.Random) -> tuple[Facts, Question, list[str]]:
    """A county, a question and the rules it asks for: up to six projects, one or two lines, few enough ways to try all."""
    while True:
        found = _any_case(draw)
        if 1 <= ways(found[1]) <= WAYS:
            return found


def _any_case(draw: random.Random) -> tuple[Facts, Question, list[str]]:
    count, line_count = draw.randint(2, 6), draw.choice((1, 1, 2))
    relief = {number for number in range(1, count + 1) if draw.random() < 0.4}
    cells, ceilings = [], {}
    for number in range(1, count + 1):
        kind = draw.choice(KINDS)
        for line_id in sorted(draw.sample(range(1, line_count + 1), draw.randint(1, line_count))):
            fen = draw.choice((0, 1, 2, 3, 4, 6) if line_count == 1 else (0, 1, 2, 3))
            level = CENTRAL if line_id == 1 else PROVINCIAL
            floor = draw.randint(0, fen) if fen and draw.random() < 0.2 else 0
            ceiling = fen if draw.random() < 0.1 else None
            cells.append(cell(line_id, number, fen, kind, level, floor, ceiling))
        if draw.random() < 0.6:
            ceilings[number] = Money(draw.randint(2, 14))
    known = [
        a_project(id=number, is_work_relief=number in relief, earlier_money=Money(0), status=ProjectStatus.PLANNED)
        for number in range(1, count + 1)
    ]
    outside = [
        an_allocation(fen=draw.randint(1, 6), level=draw.choice((CENTRAL, PROVINCIAL)), industry=draw.random() < 0.5)
        for _ in range(draw.choice((0, 0, 1, 2)))
    ]
    chosen = policy(
        industry_share_min=_limit(draw, AT_LEAST),
        lead_industry_share_min=_limit(draw, AT_LEAST),
        management_fee_max=_limit(draw, AT_MOST),
        work_relief_min=draw.choice((0, 1, 1, 2, 3)),
        project_target=draw.choice((0, 2, 123)),
        base_less_fee=draw.random() < 0.2,
    )
    county = some_facts(*outside, *known, policy=chosen)
    county = replace(county, as_at=date(2024, 6, 30))
    rules = [code for code in ("R65", "R30", "R01F", "RWR") if draw.random() < 0.5]
    return county, ask(county, cells, lines_of(cells, draw.choice((0, 0, 0, 2))), ceilings, rules), rules


def _limit(draw: random.Random, limits: Sequence[str]) -> object:
    return Policy.kinds()["industry_share_min"].read(draw.choice(limits))


def ways(question: Question) -> int:
    """How many choices of amounts the lines leave, each for itself."""
    by_line = question.places(lambda c: c.line_id)
    return math.prod(len(_of_line(question, by_line.get(line.id, []), line)) for line in question.lines)


def every_way(question: Question) -> Iterator[tuple[int, ...]]:
    """Every choice of amounts within floors, ceilings and lines."""
    by_line = question.places(lambda c: c.line_id)
    parts = [_of_line(question, by_line.get(line.id, []), line) for line in question.lines]
    order = [place for line in question.lines for place in by_line.get(line.id, [])]
    for chosen in itertools.product(*parts):
        amounts = [0] * len(question.cells)
        for place, amount in zip(order, itertools.chain(*chosen), strict=True):
            amounts[place] = amount
        if not question.faults(amounts):
            yield tuple(amounts)


def _of_line(question: Question, places: Sequence[int], line: Line) -> list[tuple[int, ...]]:
    bounds = []
    for place in places:
        one = question.cells[place]
        top = line.most.fen if one.ceiling is None else one.ceiling.fen
        ceiling = question.ceilings.get(one.project_id)
        if ceiling is not None:
            top = min(top, ceiling.fen)
        bounds.append((one.floor.fen, top))
    return list(_sums(tuple(bounds), line.least.fen, line.most.fen))


@lru_cache(maxsize=10_000)
def _sums(bounds: tuple[tuple[int, int], ...], least: int, most: int) -> tuple[tuple[int, ...], ...]:
    """Tuples within the bounds that sum to least … most."""
    if not bounds:
        return ((),) if least <= 0 <= most else ()
    (low, high), rest = bounds[0], bounds[1:]
    room = sum(top for _, top in rest)
    found = []
    for amount in range(max(low, least - room), min(high, most) + 1):
        found += [(amount, *tail) for tail in _sums(rest, least - amount, most - amount)]
    return tuple(found)


def best_of(question: Question) -> tuple[int, int, int] | None:
    """The least movement of all, then the fewest projects, then the first by code; None when no way meets every demand."""
    found: tuple[int, int, int] | None = None
    for amounts in every_way(question):
        if found is not None and question.movement(amounts) > found[0]:
            continue
        if not question.unmet(amounts):
            rank = question.rank(amounts)
            found = rank if found is None else min(found, rank)
    return found


def failing(county: Facts, question: Question, amounts: Sequence[int], rules: Sequence[str]) -> list[str]:
    """The rules that fail with these amounts, as the rules themselves find."""
    asked = [rule for code in rules if (rule := rule_called(code)) is not None]
    return [f.rule + f.scope for f in check(after(county, question, amounts), asked) if f.outcome is Outcome.FAIL]
