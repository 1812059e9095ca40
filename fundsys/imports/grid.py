"""A sheet as a sparse grid of exact cells; how the file was stored is already forgotten here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

MAX_COLUMN = 16_384
MAX_ROW = 1_048_576


def column_letter(column: int) -> str:
    """The letters of a 1-based column: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The 1-based number of a column's letters: AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """A cell's name as people say it: E18."""
    return f"{column_letter(column)}{row}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One stored cell.

    text: what stands there, exactly; a number as its shortest exact decimal, a date as 2024-03-01.
    kind: text, number, date, percent, bool or error (#REF! and the like).
    number: the exact value of a number or percent cell, None otherwise.
    formula: the value was computed by a formula and stored by the program that saved the file.
    inexact: more than 15 digits, so the file itself may have lost some.
    unit: the unit written by the number format (0.00"万元"), None when there is none.
    """

    text: str
    kind: str = "text"
    number: Decimal | None = None
    formula: bool = False
    inexact: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both corners inclusive, 1-based."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """The cells of one sheet that hold something, 1-based (row, column).

    covered: what lay hidden under merged ranges and was taken out, as (row, column, text).
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    covered: list[tuple[int, int, str]] = field(default_factory=list)

    def drop_covered(self) -> None:
        """Take what lies hidden under a merge out of the grid, and keep (row, column, text) where it says another thing."""
        for merge in self.merges:
            shown = self.cells.get((merge.top, merge.left))
            for place in self._under(merge):
                if place == (merge.top, merge.left) or place not in self.cells:
                    continue
                dropped = self.cells.pop(place)
                if shown is None or dropped.text.strip() != shown.text.strip():
                    self.covered.append((*place, dropped.text))

    def _under(self, merge: Merge) -> list[tuple[int, int]]:
        area = (merge.bottom - merge.top + 1) * (merge.right - merge.left + 1)
        if area > len(self.cells):
            return [(r, c) for r, c in self.cells if merge.top <= r <= merge.bottom and merge.left <= c <= merge.right]
        return [(r, c) for r in range(merge.top, merge.bottom + 1) for c in range(merge.left, merge.right + 1)]

    def rows(self) -> list[int]:
        """The rows that hold at least one cell, in order."""
        return sorted({row for row, _ in self.cells})

    @property
    def last_column(self) -> int:
        """The rightmost column that holds a cell, 0 when there is none."""
        return max((column for _, column in self.cells), default=0)
