"""What a ledger is: its columns, groups, totals and signatures. One definition makes the page, the PDF, the workbook and the CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fundsys.domain.terms import Term

from . import figures
from .figures import Kind

Getter = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column of a ledger.

    term: label and unit, from domain/terms.py. getter: value of a row (None is “not filled”); not needed for 序号.
    key: name for totals and digests, the term's own unless given. mm: width on paper, scaled with its neighbors.
    kind: the formatter; by default from the unit (万元, 元, %, 户 …) and from names ending in `_on`.
    missing: printed where there is no value: 未填, 未评估 or nothing. head: the heading with hand-made line breaks.
    over: a joint heading above neighboring columns. printed: False keeps it off paper (workbook and CSV have all).
    small: one size smaller on paper.
    """

    term: Term
    getter: Getter | None = None
    key: str = ""
    mm: float = 15.0
    kind: Kind | None = None
    missing: str | None = None
    head: str = ""
    over: str = ""
    printed: bool = True
    small: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or self.term.key)
        object.__setattr__(self, "kind", self.kind or _kind_of(self))
        if self.getter is None and self.figure is not figures.SERIAL:
            raise ValueError(f"column {self.key} needs a getter")

    @property
    def figure(self) -> Kind:
        assert self.kind is not None
        return self.kind

    @property
    def blank(self) -> str:
        """What stands where there is no value."""
        return self.figure.missing if self.missing is None else self.missing

    def heading(self, ledger_unit: str) -> str:
        """Label with its unit, unless the ledger's unit line says it already. Line breaks are \\n."""
        unit = self.term.unit
        return (self.head or self.term.label) + (f"（{unit}）" if unit and unit != ledger_unit else "")


def _kind_of(column: Column) -> Kind:
    if column.getter is None:
        return figures.SERIAL
    if column.key.endswith("_on"):
        return figures.DATE
    return figures.BY_UNIT.get(column.term.unit, figures.TEXT)


@dataclass(frozen=True)
class Group:
    """A level of grouping: the title of the level (a column of the CSV), and a row's label in it."""

    title: str
    label: Getter

    def of(self, row: Any) -> str:
        """The label as printed."""
        value = self.label(row)
        return figures.NOT_FILLED if value is None else figures.TEXT.show(value)


@dataclass(frozen=True)
class Ledger:
    """A register as the office knows it.

    page: “A3 landscape” or “A4 landscape”. rows: the query that answers its rows; None until there is one.
    group_by: one getter, or several levels of Group from the outside in. totals: keys of columns added up.
    identity: keys of the columns that say which record a row is, so that two prints can be compared; without them a
    changed row counts as one row less and one more.
    basis: sentences under the table (口径). remarks: a query of further sentences, such as the year's ratios. titled: the title
    of what was asked for, where it names a month or quarter. counter: measure word of the rows. size: text size in points (6.5 at least).
    row_mm: the least height of a row on a paper that is written on by hand.
    form: writes the PDF as a form a record (HTML of the typeset sheet) where the paper is no table; page, workbook and CSV stay tables.
    places: the filters by place it takes (“town”, “village”): by these it is printed place by place in one order.
    bind: writes the whole PDF where kept files follow the form: (sheet, where a file of this SHA-256 lies, target).
    """

    code: str
    title: str
    unit: str
    page: str
    columns: tuple[Column, ...]
    signatures: tuple[str, ...] = ()
    rows: Callable[..., Iterable[Any]] | None = None
    group_by: Getter | tuple[Group, ...] | None = None
    group_title: str = "类别"
    totals: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    remarks: Callable[..., tuple[str, ...]] | None = None
    titled: Callable[..., str] | None = None
    counter: str = "项"
    size: float = 9.0
    row_mm: float = 0.0
    form: Callable[[Any], str] | None = None
    bind: Callable[[Any, Callable[[str], Path], Path], None] | None = None
    places: tuple[str, ...] = ()
    groups: tuple[Group, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))
        if self.group_by is not None:
            one = isinstance(self.group_by, tuple)
            object.__setattr__(
                self,
                "groups",
                self.group_by if one else (Group(self.group_title, self.group_by),),  # type: ignore[arg-type]
            )
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.code}: two columns share a key")
        if unknown := set(self.identity) - set(keys):
            raise ValueError(f"{self.code}: no column {sorted(unknown)[0]} to tell rows by")
        for key in self.totals:
            if key not in keys or not self.column(key).figure.sums:
                raise ValueError(f"{self.code}: {key} cannot be added up")
        if self.size < 6.5:
            raise ValueError(f"{self.code}: nothing is printed below 6.5 points")

    def column(self, key: str) -> Column:
        """The column with this key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def for_rows(self, rows: Callable[..., Iterable[Any]]) -> Ledger:
        """The same ledger fed by another query."""
        return replace(self, rows=rows)
