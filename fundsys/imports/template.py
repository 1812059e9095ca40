"""The blank (or filled) workbook of a KIND: headings, one line of explanation, lists to choose from, number formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .columnar import EXPLAINED
from .kinds.base import Column, Complaint, Kind, Table, Told

SHEET, WORDS = "数据", "词表"
LAST_ROW = 100_000
_FORMATS = {"wan": "#,##0.00####", "yuan": "#,##0.00", "date": "yyyy-mm-dd", "count": "0", "year": "0"}
_SAYS = {
    "wan": "万元，最多 6 位小数",
    "yuan": "元，最多 2 位小数",
    "date": "日期，例如 2024-03-01",
    "count": "整数",
    "year": "四位年份",
}
_HEAD = PatternFill("solid", fgColor="E3EAF1")
_MUST = PatternFill("solid", fgColor="D4E0EC")
_BAD = PatternFill("solid", fgColor="F6D5D2")
_LINE = Side(style="thin", color="B8C2CC")
_EDGE = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def write_template(
    kind: Kind, told: Told, target: Path, rows: Iterable[dict[str, Any]] = (), *, most: int = LAST_ROW
) -> int:
    """Write the workbook of a KIND. rows: records to fill in, as plain values by attribute. Returns how many."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    _dress(sheet, kind)
    _choose(book, sheet, kind, told)
    sheet.append([_head_cell(sheet, column) for column in kind.columns])
    sheet.append([_says_cell(sheet, column, number) for number, column in enumerate(kind.columns)])
    count = 0
    for row in rows:
        cells = [_cell(sheet, column, column.read.export(row.get(column.attr), told)) for column in kind.columns]
        sheet.append(cells)
        count += 1
        if count >= most:
            break
    book.save(target)
    return count


def write_refused(kind: Kind, told: Told, table: Table, faults: list[Complaint], target: Path) -> None:
    """The rows of a refused workbook in our template, every bad cell coloured and commented, for correcting there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    _dress(sheet, kind)
    _choose(book, sheet, kind, told)
    sheet.append([_head_cell(sheet, column) for column in kind.columns])
    sheet.append([_says_cell(sheet, column, number) for number, column in enumerate(kind.columns)])
    wrong: dict[int, dict[str, list[str]]] = {}
    for fault in faults:
        attr = fault.attr if fault.attr in kind.by_attr else kind.columns[0].attr
        wrong.setdefault(fault.row, {}).setdefault(attr, []).append(fault.message)
    values = {attr: raw.rows() for attr, raw in table.columns.items()}
    for place, number in enumerate(table.numbers):
        cells = []
        for column in kind.columns:
            value = values[column.attr][place] if column.attr in values else None
            cell = _cell(sheet, column, value)
            if said := wrong.get(number, {}).get(column.attr):
                cell.fill = _BAD
                cell.comment = Comment(f"原表第 {number} 行：" + "；".join(said), "导入检查", width=300, height=90)
            cells.append(cell)
        sheet.append(cells)
    book.save(target)


def _dress(sheet: Any, kind: Kind) -> None:
    sheet.freeze_panes = "B3"
    sheet.sheet_properties.tabColor = "2F5D8A"
    for number, column in enumerate(kind.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(column.mm / 2 + 2, len(column.heading) * 2 + 2)
    sheet.row_dimensions[2].height = 54


def _head_cell(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, column.heading)
    cell.font = Font(bold=True)
    cell.fill = _MUST if column.required else _HEAD
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _EDGE
    return cell


def explanation(column: Column) -> str:
    """What a column wants, in one line."""
    parts = ["必填" if column.required else "选填"]
    if said := _SAYS.get(column.read.sort):
        parts.append(said)
    if column.term.hint:
        parts.append(column.term.hint)
    if column.term.example and column.term.example not in " ".join(parts):
        parts.append(f"例：{column.term.example}")
    return "；".join(parts)


def _says_cell(sheet: Any, column: Column, number: int) -> Any:
    text = explanation(column)
    cell = WriteOnlyCell(sheet, f"{EXPLAINED}{text}（本行不导入）" if number == 0 else text)
    cell.font = Font(size=8, color="5A6673")
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = _EDGE
    return cell


def _cell(sheet: Any, column: Column, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value if value != "" else None)
    if isinstance(value, str):
        cell.data_type = "s"
    if form := _FORMATS.get(column.read.sort):
        cell.number_format = form
    return cell


def _choose(book: Any, sheet: Any, kind: Kind, told: Told) -> None:
    """Lists to choose from: short ones in the validation itself, long ones on a hidden sheet."""
    lists = {column.attr: _choices(column, told) for column in kind.columns}
    long = [(attr, words) for attr, words in lists.items() if words and len(",".join(words)) > 200]
    for number, column in enumerate(kind.columns, 1):
        words = lists[column.attr]
        if not words:
            continue
        place = next((i for i, (attr, _) in enumerate(long, 1) if attr == column.attr), None)
        if place is None:
            source = f'"{",".join(words)}"'
        else:
            letter = get_column_letter(place)
            source = f"'{WORDS}'!${letter}$1:${letter}${len(words)}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
        rule.add(f"{get_column_letter(number)}3:{get_column_letter(number)}{LAST_ROW}")
        sheet.data_validations.append(rule)
    if long:
        words_sheet = book.create_sheet(WORDS)
        words_sheet.sheet_state = "hidden"
        for line in range(max(len(words) for _, words in long)):
            words_sheet.append([words[line] if line < len(words) else None for _, words in long])


def _choices(column: Column, told: Told) -> list[str]:
    if column.attr == "town":
        return told.lists.towns
    return told.lists.villages if column.attr == "village" else column.read.choices(told)
