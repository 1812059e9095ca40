"""What changed between two prints of one ledger: rows more and less, cells changed, and the bridge of the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .coded import Coded
from .money import ZERO, Money, exact_wan, exact_yuan

Sum = Money | Decimal | int


class Turn(Coded):
    """What became of a row."""

    ADDED = "added", "增加", "good"
    REMOVED = "removed", "减少", "bad"
    CHANGED = "changed", "变动", "warn"


@dataclass(frozen=True, slots=True)
class Field:
    """One column that is compared. unit: of its sums; is_figure: whether its values are added up."""

    key: str
    label: str
    unit: str = ""
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row as printed. key: which record it is; name: what people call it; cells: exact texts, None where nothing stands;
    sums: what it adds to each total."""

    key: tuple[str, ...]
    name: str
    cells: tuple[str | None, ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A changed cell, before and after; None where nothing stands."""

    field: Field
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same: its turn, and its changed cells where it is there both times."""

    turn: Turn
    key: tuple[str, ...]
    name: str
    cells: tuple[Cell, ...] = ()

    @property
    def is_figure(self) -> bool:
        """Whether a figure changed, not only words."""
        return self.turn is not Turn.CHANGED or any(cell.field.is_figure for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Bridge:
    """The way of one total from the old print to the new one. old, new: as the prints themselves have them."""

    label: str
    unit: str
    old: Sum
    added: Sum
    removed: Sum
    changed: Sum
    new: Sum

    @property
    def gap(self) -> Sum:
        """What is missing to the new total: old + added − removed + changed − new; nothing when the bridge closes."""
        return self.old + self.added - self.removed + self.changed - self.new  # type: ignore[operator]

    @property
    def closes(self) -> bool:
        return not self.gap

    def shown(self, value: Sum) -> str:
        """A sum to its last digit."""
        if isinstance(value, Money):
            return exact_yuan(value) if self.unit == "元" else exact_wan(value)
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    @property
    def said(self) -> str:
        """The bridge in a sentence."""
        told = [self.shown(v) for v in (self.old, self.added, self.removed, self.changed, self.new)]
        end = "相符" if self.closes else f"不符，差 {self.shown(self.gap)}"
        return f"{self.label}：原 {told[0]} ＋ 增加 {told[1]} － 减少 {told[2]} ＋ 变动 {told[3]} ＝ 新 {told[4]} {self.unit}，{end}"


def compare(fields: Sequence[Field], old: Sequence[Row], new: Sequence[Row]) -> Iterator[Difference]:
    """Rows more, less and changed. Rows of one key are told apart by the order in which they stand."""
    before, after = dict(_numbered(old)), dict(_numbered(new))
    for key, row in before.items():
        if key not in after:
            yield Difference(Turn.REMOVED, row.key, row.name)
    for key, row in after.items():
        was = before.get(key)
        if was is None:
            yield Difference(Turn.ADDED, row.key, row.name)
        elif was.cells != row.cells:
            cells = (Cell(field, a, b) for field, a, b in zip(fields, was.cells, row.cells, strict=True) if a != b)
            yield Difference(Turn.CHANGED, row.key, row.name, tuple(cells))


def bridges(
    totals: Sequence[Field],
    old: Sequence[Row],
    new: Sequence[Row],
    old_totals: Sequence[Sum],
    new_totals: Sequence[Sum],
) -> list[Bridge]:
    """The bridge of every total and of the number of rows. old_totals, new_totals: with the number of rows first."""
    before, after = dict(_numbered(old)), dict(_numbered(new))
    gone, come = [k for k in before if k not in after], [k for k in after if k not in before]
    both = [k for k in after if k in before]
    made = [Bridge("行数", "行", old_totals[0], len(come), len(gone), 0, new_totals[0])]
    for place, field in enumerate(totals):
        nothing: Sum = ZERO if field.unit in ("万元", "元") else 0

        def added(
            keys: list[tuple[tuple[str, ...], int]],
            rows: dict[tuple[tuple[str, ...], int], Row],
            at: int = place,
            none: Sum = nothing,
        ) -> Sum:
            whole = none
            for key in keys:
                whole = whole + rows[key].sums[at]  # type: ignore[operator]
            return whole

        changed = added(both, after) - added(both, before)  # type: ignore[operator]
        made.append(
            Bridge(
                field.label, field.unit, old_totals[place + 1], added(come, after), added(gone, before), changed,
                new_totals[place + 1],
            )
        )  # fmt: skip
    return made


def _numbered(rows: Sequence[Row]) -> Iterator[tuple[tuple[tuple[str, ...], int], Row]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        yield (row.key, seen[row.key]), row
        seen[row.key] += 1
