"""The general account of assets: how each asset came into the books and left them, by count and original cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .asset_matters import COST_KINDS, OwnerLevel, ValueKind
from .assets import AssetClass
from .coded import Coded
from .money import Money

FIRST_OF_TRANSITION = 2021
"""The first plan year after the fight against poverty. Source: 五年过渡期 2021—2025."""


class BookBy(Coded):
    """By what the general account is told."""

    TOWN = "town", "镇"
    VILLAGE = "village", "村"
    LEVEL = "level", "权属层级"
    CLASS = "class", "资产类别"
    YEAR = "year", "形成年度"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of an asset's book value, as the register of values has it."""

    on: date
    kind: ValueKind
    fen: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a movement does to the account: so many assets and so much original cost more or less, on a day."""

    on: date
    count: int
    fen: int


def steps(movements: Iterable[Movement]) -> Iterator[Step]:
    """The steps of one asset, its movements given in order. A revaluation moves the book value, not the original cost."""
    cost = 0
    for movement in movements:
        if movement.kind in COST_KINDS:
            cost += movement.fen
            begins = movement.kind in (ValueKind.OPENING, ValueKind.ACQUIRED)
            merged = movement.kind is ValueKind.PARTED and cost == 0
            yield Step(movement.on, begins - merged, movement.fen)
        elif movement.kind is ValueKind.DISPOSED:
            yield Step(movement.on, -1, -cost)
        elif movement.kind is ValueKind.RESTORED:
            yield Step(movement.on, 1, cost)


@dataclass(slots=True)
class Tally:
    """A cell of the account over a year: counts and 分 at the beginning, more, less, and what came after the last day."""

    opening: int = 0
    opening_fen: int = 0
    added: int = 0
    added_fen: int = 0
    reduced: int = 0
    reduced_fen: int = 0
    later: int = 0
    later_fen: int = 0

    def take(self, step: Step, first: date, last: date) -> None:
        """Count a step. first, last: the days of the account, both inclusive."""
        if step.on < first:
            self.opening += step.count
            self.opening_fen += step.fen
        elif step.on > last:
            self.later += step.count
            self.later_fen += step.fen
        else:
            self.added += max(step.count, 0)
            self.added_fen += max(step.fen, 0)
            self.reduced -= min(step.count, 0)
            self.reduced_fen -= min(step.fen, 0)

    def add(self, other: Tally) -> None:
        """Add another cell."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def closing(self) -> int:
        """How many stand in the books at the end of the last day."""
        return self.opening + self.added - self.reduced

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.added_fen - self.reduced_fen

    @property
    def now(self) -> tuple[int, Money]:
        """Count and cost with what came after the last day: what the register shows."""
        return self.closing + self.later, Money(self.closing_fen + self.later_fen)


def level_group(level: OwnerLevel) -> str:
    """Owners as the general account groups them: what county and towns own themselves stands apart."""
    if level in (OwnerLevel.COUNTY, OwnerLevel.TOWN):
        return "县镇所有"
    return "村集体所有" if level is OwnerLevel.VILLAGE else "农户所有"


def class_group(asset_class: AssetClass) -> str:
    """Classes as the general account groups them."""
    return "到户资产" if asset_class is AssetClass.HOUSEHOLD else "项目资产"


def year_group(year: int) -> str:
    """Years of formation as the general account groups them."""
    return f"{FIRST_OF_TRANSITION}年起形成" if year >= FIRST_OF_TRANSITION else f"{FIRST_OF_TRANSITION - 1}年及以前形成"
