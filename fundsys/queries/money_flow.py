"""Money from its source over the kind of project to the town, and the ratios of the year by month, as charts need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import Session

from fundsys.domain.funds import FundLevel
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rules.base import Finding, rule_called
from fundsys.models.funds import Allocation, FundSource
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.findings import month_ends
from fundsys.queries.slices import Slice, Station, Town, conditions, joined
from fundsys.queries.viewer import Viewer

NO_TOWN = "不分镇"


@dataclass(frozen=True, slots=True)
class Place:
    """A place money stands at: a source, a kind of project, a town. cut: its entries."""

    key: str
    label: str
    amount: Money
    cut: Slice
    level: FundLevel | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """Money on its way from one place to a place of the next column."""

    origin: str
    goal: str
    amount: Money
    cut: Slice


@dataclass(frozen=True, slots=True)
class MoneyFlow:
    """Three columns with the legs between them. Each column and each set of legs sums to `whole`."""

    sources: tuple[Place, ...]
    kinds: tuple[Place, ...]
    towns: tuple[Place, ...]
    legs: tuple[Leg, ...]
    whole: Money


def money_flow(session: Session, who: Viewer | None, cut: Slice) -> MoneyFlow:
    """The approved allocations of the slice, net, from source over kind of project to town; groups at or below zero in
    sum are left out with their legs (money moved away to the last 分)."""
    keys = (FundSource.id, FundSource.name, FundSource.level, ProjectType.category, Project.town_id, Town.name)
    query = joined(Station.ALLOCATED, *keys, func.sum(Allocation.amount))
    rows = session.execute(query.where(*conditions(Station.ALLOCATED, cut, who)).group_by(*keys))
    sources: dict[int, tuple[str, FundLevel]] = {}
    towns: dict[int, str] = {}
    first: dict[tuple[int, str], Money] = {}
    second: dict[tuple[str, int], Money] = {}
    for source, name, level, kind, town_id, town_name, amount in rows:
        town = town_id or 0
        sources[source], towns[town] = (name, level), town_name or NO_TOWN
        first[source, kind] = first.get((source, kind), ZERO) + amount
        second[kind, town] = second.get((kind, town), ZERO) + amount
    levels = list(FundLevel)
    columns = (
        [
            Place(f"s{k}", name, total(a for (s, _), a in first.items() if s == k), replace(cut, source=k), level)
            for k, (name, level) in sorted(sources.items(), key=lambda i: (levels.index(i[1][1]), i[0]))
        ],
        _sized([Place(f"k{k}", k, total(a for (_, x), a in first.items() if x == k), replace(cut, kind=k)) for k in {k for _, k in first}]),
        _sized([Place(f"t{k}", name, total(a for (_, x), a in second.items() if x == k), replace(cut, town=k)) for k, name in towns.items()]),
    )  # fmt: skip
    legs = [Leg(f"s{s}", f"k{k}", a, replace(cut, source=s, kind=k)) for (s, k), a in first.items() if a > ZERO]
    legs += [Leg(f"k{k}", f"t{t}", a, replace(cut, kind=k, town=t)) for (k, t), a in second.items() if a > ZERO]
    place = {p.key: n for column in columns for n, p in enumerate(column)}
    legs.sort(key=lambda leg: (place[leg.origin], place[leg.goal]))
    shown = [tuple(p for p in column if p.amount > ZERO) for column in columns]
    return MoneyFlow(shown[0], shown[1], shown[2], tuple(legs), total(p.amount for p in columns[0]))


def _sized(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda p: (-p.amount.fen, p.label))


@dataclass(frozen=True, slots=True)
class RatioLine:
    """A ratio at the end of each month so far, with its finding; limit and title are those of the last."""

    code: str
    points: tuple[tuple[int, Finding], ...]

    @property
    def last(self) -> Finding:
        return self.points[-1][1]


def ratio_lines(
    session: Session, year: int, codes: Sequence[str] = ("R65", "R30"), until: date | None = None
) -> list[RatioLine]:
    """The ratios over the year by month, as entries decided by then give them; empty where nothing is judged yet."""
    found = []
    for code in codes:
        asked = rule_called(code)
        for points in month_ends(session, asked, year, until=until).values() if asked else ():
            if points:
                found.append(RatioLine(code, tuple(points)))
    return found
