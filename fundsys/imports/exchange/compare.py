"""Another system's export beside our records: only here, only there, and cell by cell what differs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_wan, exact_yuan
from fundsys.queries.import_lists import squashed

from ..kinds.base import Told
from ..kinds.cells import Text, written
from .incoming_table import TheirColumn, TheirTable, read_theirs
from .outgoing import head_cells, plain_cell
from .records import Bound, Opened, Record

NEVER_COMPARED = ("phone",)
"""Personal numbers stand masked in our exports: they are not compared."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A record that stands on one side only. row: of their file, 0 for ours."""

    code: str
    name: str
    place: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that says another thing there."""

    code: str
    name: str
    heading: str
    ours: str
    theirs: str
    cell: str


@dataclass
class Comparison:
    """The outcome. ours, theirs: rows on each side; paired: those that stand on both; by_name: paired by name and village."""

    ours: int = 0
    theirs: int = 0
    paired: int = 0
    by_name: int = 0
    only_here: list[Alone] = field(default_factory=list)
    only_there: list[Alone] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def compare(
    opened: Opened, path: Path, name: str, *, sheet: str | None = None, unit: str | None = None, year: int | None = None
) -> Comparison:
    """Compare our records with a file of theirs. unit: what figures mean where neither file nor layout says it.

    Raises: WorkbookRefused.
    """
    theirs = read_theirs(opened, path, name, sheet)
    opened.told.unit = theirs.unit if theirs.unit in ("元", "万元") else unit
    ours = list(opened.records(year))
    found = Comparison(len(ours), len(theirs.numbers))
    pairs = _pair(opened, ours, theirs, found)
    columns = [c for c in theirs.columns if _is_compared(c.bound)]
    found.compared = [c.bound.column.heading for c in columns]
    readers = [_reader(column, opened.told) for column in columns]
    for record, place in pairs:
        for column, read in zip(columns, readers, strict=True):
            if (told := read(record, column.values[place])) is not None:
                cell = f"{column.letter}{theirs.numbers[place]}"
                heading = column.bound.column.heading
                found.differing.append(Difference(str(record["code"]), str(record["name"]), heading, *told, cell))
    found.paired = len(pairs)
    if theirs.passed_over:
        found.notices.append(f"对方的表里没有编号和名称的行（合计、空行等）有 {theirs.passed_over} 行，没有比对")
    if theirs.ignored:
        found.notices.append("对方的表里没有比对的列：" + "、".join(re.sub(r"\s+", "", h) for h in theirs.ignored))
    absent = [b.column.heading for b in opened.columns if b.source and b not in [c.bound for c in theirs.columns]]
    if absent:
        found.notices.append("表式里有、对方的表里没有的列：" + "、".join(absent))
    return found


def _is_compared(bound: Bound) -> bool:
    return bound.source is not None and not (bound.source.column and bound.source.column.attr in NEVER_COMPARED)


# ---------- which record is which ----------


def _pair(opened: Opened, ours: list[Record], theirs: TheirTable, found: Comparison) -> list[tuple[Record, int]]:
    """Records of both sides, by code, then by name and village where that says one on each side."""
    count = len(theirs.numbers)
    codes = [_code(text) for text in theirs.texts("code") or [""] * count]
    names, villages = (theirs.texts(attr) or [""] * count for attr in ("name", "village"))
    twice = {code for code, n in Counter(codes).items() if code and n > 1}
    if twice:
        found.notices.append(f"对方的表里重复的编号，只按第一行比对：{'、'.join(sorted(twice)[:20])}")
    by_code: dict[str, int] = {}
    for place, code in enumerate(codes):
        if code:
            by_code.setdefault(code, place)
    pairs: list[tuple[Record, int]] = []
    left: list[Record] = []
    for record in ours:
        at = by_code.get(_code(str(record["code"])))
        pairs.append((record, at)) if at is not None else left.append(record)
    free = set(range(count)) - {place for _, place in pairs}
    has_village = theirs.texts("village") is not None
    mine, other = _by_name(opened, left, has_village), _by_name_there(opened, names, villages, free)
    for key, records in mine.items():
        places = other.get(key, [])
        if key[0] and len(records) == 1 and len(places) == 1:
            pairs.append((records[0], places[0]))
            found.by_name += 1
        elif key[0] and records and places:
            found.notices.append(f"“{records[0]['name']}”在同一个村有几条，编号又对不上，没有配对，请核对编号")
    here, there = {id(record) for record, _ in pairs}, {place for _, place in pairs}
    found.only_here = [
        Alone(str(r["code"]), str(r["name"]), _village(opened, r)) for r in ours if id(r) not in here
    ]  # fmt: skip
    found.only_there = [
        Alone(codes[p], names[p], villages[p], theirs.numbers[p]) for p in range(count) if p not in there
    ]  # fmt: skip
    order = {id(record): place for place, record in enumerate(ours)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


Key = tuple[str, str]


def _by_name(opened: Opened, records: list[Record], has_village: bool) -> dict[Key, list[Record]]:
    found: dict[Key, list[Record]] = {}
    for record in records:
        village = _place(_village(opened, record)) if has_village else ""
        found.setdefault((squashed(str(record["name"])), village), []).append(record)
    return found


def _by_name_there(opened: Opened, names: list[str], villages: list[str], free: set[int]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for place in sorted(free):
        key = (squashed(names[place]), _place(_known_place(villages[place], opened.told)))
        found.setdefault(key, []).append(place)
    return found


def _village(opened: Opened, record: Record) -> str:
    return opened.told.lists.region_name(record["village_id"])


def _known_place(text: str, told: Told) -> str:
    """A village's name where its code stands."""
    if text.isdecimal():
        _, village, _, _, _ = told.lists.place("", text)
        return told.lists.region_name(village) or text
    return text


def _code(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _place(text: str) -> str:
    """A village's or town's name without what people add to it or leave out."""
    bare = re.sub(r"(?:村民委员会|村委会)$", "", squashed(text))
    return re.sub(r"(?:村|镇|乡|街道办事处|街道)$", "", bare)


# ---------- whether two cells say the same ----------


def _reader(column: TheirColumn, told: Told) -> Callable[[Record, Any], tuple[str, str] | None]:
    """Compares one column: None where both sides say the same, else both texts as people read them."""
    source, layout = column.bound.source, column.bound.column
    assert source is not None
    forth = dict(layout.codes)
    back = {squashed(theirs): ours for ours, theirs in layout.codes}
    kind = source.column
    unit = column.unit or layout.unit or ("万元" if source.is_money and told.unit is None else None)
    one = kind.read.bound(told, unit) if kind is not None and kind.attr not in ("town", "village") else None

    def same_text(ours: str, theirs: str) -> bool:
        is_place = kind is not None and kind.attr in ("town", "village")
        return _place(ours) == _place(_known_place(theirs, told)) if is_place else _plain(ours) == _plain(theirs)

    def read(record: Record, raw: Any) -> tuple[str, str] | None:
        value, text = source.value(record, told), written(raw)
        ours = _shown(source.shown(value, told), value, source.is_money, unit or "万元")
        word = back.get(squashed(text), text)
        if not text or value is None or value == "":
            return None if not text and (value is None or value == "") else (ours, text)
        if (code := forth.get(ours)) is not None:  # several words of ours may be one of theirs
            return None if squashed(code) == squashed(text) or same_text(ours, text) else (ours, text)
        if one is None or kind is None or isinstance(kind.read, Text):
            return None if same_text(ours, word) else (ours, text)
        try:
            theirs = one(word if layout.codes else raw)
        except DomainError:
            return None if same_text(ours, word) else (ours, text)
        return None if theirs == value or (theirs is not None and kind.read.same(theirs, value)) else (ours, text)

    return read


def _shown(shown: Any, value: Any, is_money: bool, unit: str) -> str:
    if value is None or value == "":
        return ""
    if is_money:
        return exact_yuan(Money(value)) if unit == "元" else exact_wan(Money(value))
    return written(shown) if isinstance(shown, int | float) and not isinstance(shown, bool) else str(shown)


def _plain(text: str) -> str:
    """A text without spaces and with plain digits and signs: two ways of typing the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


# ---------- on a workbook ----------


def write_comparison(found: Comparison, title: str, target: Path) -> None:
    """The outcome as a workbook: figures, only here, only there, differing."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, "比对结果", ("项目", "数"), (30, 60))
    figures = (
        ("比对的表式", title), ("本系统记录", found.ours), ("对方记录", found.theirs), ("两边都有", found.paired),
        ("其中按名称和村配对", found.by_name), ("仅本系统有", len(found.only_here)), ("仅对方有", len(found.only_there)),
        ("不一致的格", len(found.differing)), *(("请核对", notice) for notice in found.notices),
    )  # fmt: skip
    for row in figures:
        sheet.append([plain_cell(sheet, value) for value in row])
    sheet = _sheet(book, "仅本系统有", ("编号", "名称", "村"), (26, 40, 16))
    for one in found.only_here:
        sheet.append([plain_cell(sheet, value) for value in (one.code, one.name, one.place)])
    sheet = _sheet(book, "仅对方有", ("对方行号", "编号", "名称", "村"), (10, 26, 40, 16))
    for one in found.only_there:
        sheet.append([plain_cell(sheet, value) for value in (one.row, one.code, one.name, one.place)])
    heads = ("编号", "名称", "列", "本系统", "对方", "对方单元格")
    sheet = _sheet(book, "不一致", heads, (26, 36, 24, 36, 36, 12))
    for d in found.differing:
        sheet.append([plain_cell(sheet, value) for value in (d.code, d.name, d.heading, d.ours, d.theirs, d.cell)])
    book.save(target)


def _sheet(book: Any, name: str, heads: tuple[str, ...], widths: tuple[int, ...]) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths):
        sheet.column_dimensions["ABCDEF"[number]].width = width
    sheet.append(head_cells(sheet, heads))
    return sheet
