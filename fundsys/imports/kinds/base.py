"""What every KIND is made of: its column list, the workbook's rows column by column, complaints with their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fundsys.domain.rights import Permission, Scope, permission_to_import
from fundsys.domain.terms import Term
from fundsys.queries.import_lists import Lists
from fundsys.queries.viewer import Viewer
from fundsys.services.imports import Change, Plan

from .cells import Parser, Value, wan

TEMPLATE, FOREIGN = "template", "foreign"
MOST_COMPLAINTS = 500


@dataclass(frozen=True)
class Column:
    """One column of an import.

    also: other headings that mean it; field: the layout reader's field that may fill it in a county's own table.
    right: a value that changes what stands needs this right as well. given: may be said once for the whole workbook.
    """

    term: Term
    attr: str
    read: Parser
    required: bool = False
    also: tuple[str, ...] = ()
    field: str = ""
    right: Permission | None = None
    given: bool = True
    mm: int = 16

    @property
    def heading(self) -> str:
        """The heading of our template: 计划投资（万元）."""
        return f"{self.term.label}（{self.term.unit}）" if self.term.unit else self.term.label

    @property
    def label(self) -> str:
        """The word for messages."""
        return self.term.label


@dataclass(frozen=True)
class Complaint:
    """One bad cell (or row): C12 批复总投资：“十二”不是金额."""

    sheet: str
    cell: str
    row: int
    attr: str
    label: str
    message: str

    def __str__(self) -> str:
        return f"{self.cell} {self.label}：{self.message}" if self.label else f"{self.cell} {self.message}"


@dataclass
class Raw:
    """One column as it stands in the file: distinct values, and for each row which of them (None: one each)."""

    letter: str
    heading: str
    values: Sequence[Value]
    index: Sequence[int] | None = None
    unit: str | None = None

    def rows(self) -> list[Value]:
        """The value of every row."""
        return list(self.values) if self.index is None else [self.values[i] for i in self.index]


@dataclass
class Table:
    """A workbook's rows as one KIND's columns. ignored: headings that mean nothing here; notices: to look at."""

    name: str
    sha256: str
    sheet: str
    way: str
    numbers: Sequence[int]
    columns: dict[str, Raw]
    ignored: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unit: str | None = None
    words: dict[str, Sequence[Value]] = field(default_factory=dict)
    sums: list[int | None] | None = None
    sum_column: str = ""
    sure: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.numbers)

    def take_sums_as(self, attr: str) -> None:
        """The amount a county's table allots in each row stands for this column, where no heading says so itself."""
        if self.sums is not None and self.sum_column and attr not in self.columns:
            amounts = [None if fen is None else wan(fen) for fen in self.sums]
            self.columns[attr] = Raw(self.sum_column, "金额", amounts, None, "万元")
            self.sure.add(attr)


@dataclass
class Told:
    """What a check knows beside the file: who imports, the office day, the county's lists, what was given."""

    who: Viewer | None
    permission: Permission
    day: date
    lists: Lists
    county: str
    way: str = TEMPLATE
    unit: str | None = None
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether the person may import rows of their own unit or town only."""
        return self.who is not None and self.who.scope(self.permission) is Scope.OWN

    def may(self, permission: Permission) -> bool:
        """Whether the person holds a right at all; 系统 holds all."""
        return self.who is None or self.who.can(permission)


class Sheet:
    """The workbook while it is checked: parsed values by attribute, one list for each, and the complaints."""

    def __init__(self, kind: Kind, table: Table, told: Told, session: Any) -> None:
        self.kind, self.table, self.told, self.session = kind, table, told, session
        self.values: dict[str, list[Any]] = {}
        self.filled: set[str] = set()
        self.complaints: list[Complaint] = []
        self.count = 0
        self.bad_rows: set[int] = set()
        self.closed: set[int] = set()
        self.lacking: set[str] = set()
        self.notices = list(table.notices)

    def __len__(self) -> int:
        return len(self.table)

    def column(self, attr: str) -> list[Any]:
        """The parsed values of a column, row by row; what an empty cell means where the file has no such column."""
        return self.values[attr]

    def complain(self, place: int, attr: str, message: str) -> None:
        """Something is wrong with the row at this place (from 0), in this column."""
        if place in self.closed:
            return
        self.count += 1
        self.bad_rows.add(place)
        if len(self.complaints) >= MOST_COMPLAINTS:
            return
        number = self.table.numbers[place]
        raw = self.table.columns.get(attr)
        column = self.kind.by_attr.get(attr)
        cell = f"{raw.letter}{number}" if raw else f"第 {number} 行"
        self.complaints.append(Complaint(self.table.sheet, cell, number, attr, column.label if column else "", message))

    def close_rows(self) -> None:
        """Rows with a bad cell are judged no further: what does not read cannot agree with anything."""
        self.closed = set(self.bad_rows)

    def say(self, notice: str) -> None:
        """Something to look at, which refuses nothing."""
        if notice not in self.notices:
            self.notices.append(notice)

    def row_name(self, place: int) -> str:
        """第 12 行, for messages about other rows."""
        return f"第 {self.table.numbers[place]} 行"


@dataclass(frozen=True)
class Kind:
    """A kind of workbook.

    agree: checks across columns, deriving what is stored. plan: what would be written, more complaints where stored
    records forbid it. known: the records there are, as rows of a filled template. foreign_amount: which column the
    amount of a county's table fills. own_unit: what is meant where nothing was
    said. needed: columns required beside those marked so. later: required columns that `plan` asks for itself, because a
    row of a record there is already may do without; it names those the whole workbook lacks in `sheet.lacking`.
    """

    code: str
    label: str
    title: str
    columns: tuple[Column, ...]
    agree: Callable[[Sheet], None]
    plan: Callable[[Sheet], Plan]
    known: Callable[[Any, Told], Iterable[dict[str, Any]]]
    foreign_amount: Callable[[Table], None] | None = None
    own_unit: Callable[[dict[str, Any], Told], dict[str, Any]] | None = None
    needed: Callable[[Told], tuple[str, ...]] = lambda told: ()
    later: tuple[str, ...] = ()
    by_attr: dict[str, Column] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_attr.update({column.attr: column for column in self.columns})

    @property
    def permission(self) -> Permission:
        """The right it takes."""
        return permission_to_import(self.code)


def check_columns(sheet: Sheet) -> None:
    """Parse every column once over its distinct values; wrong and missing cells become complaints."""
    told, table = sheet.told, sheet.table
    for column in sheet.kind.columns:
        raw = table.columns.get(column.attr)
        given = told.given.get(column.attr)
        if raw is None or (given is not None and column.attr not in table.sure and table.way == FOREIGN):
            sheet.values[column.attr] = [column.read.nothing if given is None else given] * len(table)
            if given is not None:
                sheet.filled.add(column.attr)
            continue
        sheet.filled.add(column.attr)
        read, bad = column.read.many(raw.values, told, raw.unit)
        if bad:
            rows = raw.index if raw.index is not None else range(len(table))
            for place, value in enumerate(rows):
                if value in bad:
                    sheet.complain(place, column.attr, bad[value])
        if given is not None:
            read = [given if v == column.read.nothing and i not in bad else v for i, v in enumerate(read)]
        sheet.values[column.attr] = read if raw.index is None else [read[i] for i in raw.index]
        if column.required and column.attr not in sheet.kind.later and column.read.nothing in read:
            _require(sheet, column, bad)


def _require(sheet: Sheet, column: Column, bad: dict[int, str]) -> None:
    raw = sheet.table.columns[column.attr]
    rows = raw.index if raw.index is not None else range(len(sheet))
    for place, (value, read) in enumerate(zip(rows, sheet.values[column.attr], strict=True)):
        if read == column.read.nothing and value not in bad:
            sheet.complain(place, column.attr, f"没有填写，请填写{column.label}")


def missing_columns(kind: Kind, table: Table, told: Told) -> list[Column]:
    """Required columns that the workbook does not have and nobody has given."""
    wanted = ({c.attr for c in kind.columns if c.required} - set(kind.later)) | set(kind.needed(told))
    absent = wanted - set(table.columns) - {attr for attr, value in told.given.items() if value is not None}
    return [c for c in kind.columns if c.attr in absent]


def settle_places(sheet: Sheet) -> None:
    """Town and village words to regions: a village by name within its town, codes of 9 or 12 digits too. Source: F111.

    Adds town_id and village_id. In a county's own table, places the region list does not know stay as words in the
    place; in our template they are refused.
    """
    towns, villages = sheet.column("town"), sheet.column("village")
    foreign = sheet.told.way == FOREIGN
    settled: dict[tuple[str, str], tuple[int | None, int | None, str, str, str]] = {}
    for pair in set(zip(towns, villages, strict=True)):
        settled[pair] = sheet.told.lists.place(*pair)
    town_ids, village_ids = [], []
    bad = {pair for pair, found in settled.items() if found[2] or found[3]}
    for place, pair in enumerate(zip(towns, villages, strict=True)):
        town_id, village_id, town_wrong, village_wrong, _ = settled[pair]
        town_ids.append(town_id)
        village_ids.append(village_id)
        if pair in bad and not foreign:
            if town_wrong:
                sheet.complain(place, "town", town_wrong)
            if village_wrong:
                sheet.complain(place, "village", village_wrong)
    sheet.values["town_id"], sheet.values["village_id"] = town_ids, village_ids
    sheet.filled |= {"town_id", "village_id"} if sheet.filled & {"town", "village"} else set()
    if foreign and bad:
        spot = next(name for name in ("place", "location", "remark") if name in sheet.values)
        where = "备注" if spot == "remark" else "地点"
        sheet.say(f"有的镇、村不在本县区划里，按原文存入{where}，没有对应到镇村")
        sheet.values[spot] = [
            old or "".join(dict.fromkeys(w for w in pair if w))[:120] if pair in bad else old
            for old, pair in zip(sheet.column(spot), zip(towns, villages, strict=True), strict=True)
        ]
        sheet.filled.add(spot)


def refuse_repeats(sheet: Sheet, attr: str) -> None:
    """The same code twice in one workbook. Source: F114."""
    codes = sheet.column(attr)
    if len(set(codes)) == len(codes):
        return
    first: dict[Any, int] = {}
    for place, code in enumerate(codes):
        if code and first.setdefault(code, place) != place:
            sheet.complain(place, attr, f"“{code}”与{sheet.row_name(first[code])}重复")


def empty_plan(sheet: Sheet) -> Plan:
    """A plan that writes nothing yet."""
    return Plan(
        kind=sheet.kind.code,
        label=sheet.kind.label,
        file_name=sheet.table.name,
        sha256=sheet.table.sha256,
        sheet=sheet.table.sheet,
        rows=len(sheet),
    )


__all__ = ["Change", "Column", "Complaint", "Kind", "Plan", "Raw", "Sheet", "Table", "Told"]
