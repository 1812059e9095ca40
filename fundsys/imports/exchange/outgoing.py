"""Our records as the table another system wants, and what it wants that we lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from fundsys.domain.money import FEN_PER_WAN, FEN_PER_YUAN

from .records import Bound, Opened, Record

MOST_LACKS = 20_000
_HEAD, _MUST = PatternFill("solid", fgColor="E3EAF1"), PatternFill("solid", fgColor="D4E0EC")


@dataclass(frozen=True, slots=True)
class Lack:
    """One value the target wants and a record of ours does not have."""

    code: str
    name: str
    heading: str
    why: str


@dataclass
class Lacks:
    """What the target wants and we lack. columns: heading → (why, rows); required ones first."""

    rows: int = 0
    columns: list[tuple[str, bool, str, int]] = field(default_factory=list)
    records: list[Lack] = field(default_factory=list)
    count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that must be there is missing."""
        return not self.count and not any(required for _, required, _, _ in self.columns)


NOT_KEPT, EMPTY, NO_CODE = "本系统没有这一项", "没有填写", "没有对照"


def cell_of(bound: Bound, record: Record, opened: Opened) -> tuple[Any, str]:
    """What stands in the target's cell, and why it is not what the target wants (empty: it is)."""
    column, source = bound.column, bound.source
    if column.fixed:
        return column.fixed, ""
    if source is None:
        return None, NOT_KEPT if column.required else ""
    value = source.value(record, opened.told)
    if value is None or value == "":
        return None, EMPTY if column.required else ""
    if source.is_money:
        return money_cell(value, column.unit or "万元"), ""
    if isinstance(value, date):
        return value, ""
    shown = source.shown(value, opened.told)
    if column.codes:
        theirs = dict(column.codes).get(str(shown))
        return (shown, f"“{shown}”{NO_CODE}") if theirs is None else (theirs, "")
    return shown, ""


def money_cell(fen: int, unit: str) -> int | float:
    """An amount in the target's unit, every 分 of it."""
    each = FEN_PER_YUAN if unit == "元" else FEN_PER_WAN
    return fen // each if fen % each == 0 else float(Decimal(fen) / each)


def lacks(opened: Opened, year: int | None = None) -> Lacks:
    """What the target wants and our records lack, column by column and row by row."""
    found, missing = Lacks(), Counter[tuple[str, str]]()
    for record in opened.records(year):
        found.rows += 1
        for lack in _row_lacks(opened, record):
            found.count += 1
            missing[lack.heading, EMPTY if lack.why == EMPTY else NO_CODE] += 1
            if len(found.records) < MOST_LACKS:
                found.records.append(lack)
    for bound in opened.columns:
        column = bound.column
        if column.is_lacking:
            found.columns.append((column.heading, column.required, NOT_KEPT, found.rows))
        for why in (EMPTY, NO_CODE):
            if count := missing[column.heading, why]:
                found.columns.append((column.heading, column.required, f"有的记录{why}", count))
    found.columns.sort(key=lambda one: not one[1])
    return found


def _row_lacks(opened: Opened, record: Record) -> Iterator[Lack]:
    for bound in opened.columns:
        if bound.column.is_lacking:
            continue
        _, why = cell_of(bound, record, opened)
        if why:
            yield Lack(str(record.get("code") or ""), str(record.get("name") or ""), bound.column.heading, why)


def write_export(opened: Opened, target: Path, year: int | None = None) -> int:
    """Write the table with one sheet of what is lacking. Returns how many records."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(opened.layout.name[:28].translate(str.maketrans("[]:*?/\\", "（）：＊？／＼")))
    sheet.freeze_panes = "C2"
    for number, bound in enumerate(opened.columns, 1):
        width = min(max(len(bound.column.heading) * 2 + 2, 12), 40)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_head(sheet, bound.column.heading, bound.column.required) for bound in opened.columns])
    count, wanting = 0, []
    for record in opened.records(year):
        count += 1
        cells = []
        for bound in opened.columns:
            value, why = cell_of(bound, record, opened)
            cells.append(plain_cell(sheet, value))
            if why and why != NOT_KEPT:
                wanting.append(
                    (str(record.get("code") or ""), str(record.get("name") or ""), bound.column.heading, why)
                )
        sheet.append(cells)
    _write_lacks(book, opened, wanting)
    book.save(target)
    return count


def _write_lacks(book: Any, opened: Opened, wanting: list[tuple[str, str, str, str]]) -> None:
    sheet = book.create_sheet("缺项")
    for letter, width in zip("ABCD", (24, 36, 30, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_head(sheet, word, False) for word in ("编号", "名称", "对方的列", "缺什么")])
    for bound in opened.columns:
        if bound.column.is_lacking:
            said = "（对方必填）" if bound.column.required else ""
            sheet.append([plain_cell(sheet, v) for v in ("全部", "", bound.column.heading, f"{NOT_KEPT}{said}")])
    for row in wanting[:MOST_LACKS]:
        sheet.append([plain_cell(sheet, value) for value in row])


def _head(sheet: Any, text: str, required: bool) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.font, cell.fill = Font(bold=True), _MUST if required else _HEAD
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def plain_cell(sheet: Any, value: Any) -> Any:
    """A cell that is never a formula; a day as a day, a number as a number."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def head_cells(sheet: Any, words: tuple[str, ...]) -> list[Any]:
    """Headings of a sheet of ours."""
    return [_head(sheet, word, False) for word in words]
