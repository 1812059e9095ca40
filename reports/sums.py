"""Exact sums of a ledger's added columns, and whether a reader adding the printed figures would get something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fundsys.domain.money import Money

from . import figures
from .ledger import Column

_HALF, _STEP = 5_000, 10_000  # 分 in half of, and in all of, the last printed digit of 万元


def rounded(amount: Money) -> int:
    """Hundredths of 万元 as printed, half up."""
    fen = amount.fen
    return (fen + _HALF) // _STEP if fen >= 0 else -((_HALF - fen) // _STEP)


class Adder:
    """Sums of the added columns over some rows: 分, whole numbers, decimals. printed: sums of the rounded figures."""

    __slots__ = ("_money", "_numbers", "_width", "count", "printed", "sums")

    def __init__(self, columns: Sequence[Column], totals: Sequence[str]) -> None:
        summed = [(i, column.figure) for i, column in enumerate(columns) if column.key in totals]
        self._money = [(i, figure is figures.MONEY_WAN) for i, figure in summed if figure.sums_money]
        self._numbers = [i for i, figure in summed if not figure.sums_money]
        self._width = len(columns)
        self.count = 0
        self.sums: dict[int, Any] = {i: 0 for i, _ in summed}
        self.printed: dict[int, int] = {i: 0 for i, wan in self._money if wan}

    def fresh(self) -> Adder:
        """An empty adder for the same columns."""
        other = object.__new__(Adder)
        other._money, other._numbers, other._width = self._money, self._numbers, self._width
        other.count = 0
        other.sums = dict.fromkeys(self.sums, 0)
        other.printed = dict.fromkeys(self.printed, 0)
        return other

    def add(self, values: Sequence[Any]) -> None:
        """Add the values of one row; what is not there is nothing."""
        self.count += 1
        sums, printed = self.sums, self.printed
        for i, wan in self._money:
            value = values[i]
            if value is not None:
                fen = value.fen
                sums[i] += fen
                if wan:
                    printed[i] += (fen + _HALF) // _STEP if fen >= 0 else -((_HALF - fen) // _STEP)
        for i in self._numbers:
            value = values[i]
            if value is not None:
                sums[i] += value

    def take(self, other: Adder) -> None:
        """Add everything another adder has seen."""
        self.count += other.count
        for i, amount in other.sums.items():
            self.sums[i] += amount
        for i, cents in other.printed.items():
            self.printed[i] += cents

    def values(self) -> tuple[Any, ...]:
        """The sums in the order of all columns, None in columns that are not added up."""
        line: list[Any] = [None] * self._width
        for i in self._numbers:
            line[i] = self.sums[i]
        for i, _ in self._money:
            line[i] = Money(self.sums[i])
        return tuple(line)

    @property
    def surprises(self) -> bool:
        """Whether the printed figures, added by eye, differ from the printed sum."""
        return any(cents != rounded(Money(self.sums[i])) for i, cents in self.printed.items())
