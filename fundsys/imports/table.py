"""Bulk reading of template workbooks: every row with its number, at the speed of calamine, behind the same guards.

Which engine serves which size:
- layout reading of any county's table (up to 10 000 rows, 120 000 cells): xlsx.py, our streaming reader, because it
  knows merges, hidden rows, formulas and the exact digits of each cell;
- bulk reading (up to 110 000 rows, 2 000 000 cells): calamine, here; the package is checked first and the sheet's XML
  is searched once for what calamine does not tell (formulas without a result, cells far away, figures that are none);
- openpyxl only writes templates and forms; it reads nothing that people send.
"""

from __future__ import annotations

import datetime
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from .flat import read_csv
from .grid import MAX_COLUMN, MAX_ROW, address, column_number
from .guard import BULK_LIMITS, Limits, WorkbookRefused, check_package, open_kind, part_chunks
from .xlsx import SheetPart, open_book

Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FAR = re.compile(rb"r=\"(?:([A-Z]{2,3})([0-9]{1,7})|([A-Z])([0-9]{6,7}))\"")
_FAR_ANYHOW = re.compile(rb"\br\s*=\s*[\"'](?:([A-Z]{2,3})([0-9]{1,7})|([A-Z])([0-9]{6,7}))[\"']")
_EMPTY_FORMULA = re.compile(
    rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)|<(?:\w+:)?f[^>]*/>\s*</(?:\w+:)?c>"
)


def read_table(
    path: Path, *, sheet: str | None = None, name: str | None = None, limits: Limits = BULK_LIMITS, raw: bool = False
) -> Iterator[tuple[int, list[Value]]]:
    """Every row that holds something, with its row number (1-based) and its values by column from A on.

    Empty cells are None; numbers are int or float as stored, to be turned into Money by their shortest decimal; dates
    are dates. sheet: default is the first visible one. name: the name the person gave the file. raw: empty cells may
    also be "" and a NaN is passed on, for who looks at each distinct value anyway.
    Raises: WorkbookRefused with sheet and cell where there is one to blame, before the first row is given; for a figure
    that is none (NaN), when its row is reached.
    """
    kind = open_kind(path, name, limits)
    if kind == "csv":
        return _csv_rows(path, name or path.name, sheet, limits)
    part = _checked_part(path, sheet, limits) if kind == "xlsx" else None
    return _calamine_rows(path, part.name if part else sheet, limits, raw)


def _checked_part(path: Path, sheet: str | None, limits: Limits) -> SheetPart:
    with zipfile.ZipFile(path) as package:
        check_package(package, limits)
        book = open_book(package, limits)
        parts = [part for part in book.sheets if (part.name == sheet if sheet else not part.hidden)]
        if not parts:
            names = "、".join(part.name for part in book.sheets)
            raise WorkbookRefused(
                f"没有名为“{sheet}”的工作表，有：{names}。" if sheet else "文件里的工作表都是隐藏的。"
            )
        _search(package, parts[0], limits)
        return parts[0]


def _search(package: zipfile.ZipFile, part: SheetPart, limits: Limits) -> None:
    """One pass over the sheet's XML for what calamine passes over in silence."""
    cells = 0
    tail = b""
    for chunk in part_chunks(package, part.part):
        text = tail + chunk
        prefixed = b":" in text and (b":c " in text or b":f" in text)
        cells += chunk.count(b"<c ") + (chunk.count(b":c ") if prefixed else 0)
        _refuse_far(text, part, limits, prefixed)
        if (prefixed or b"<f" in text) and _FORMULA.search(text) and (found := _EMPTY_FORMULA.search(text)):
            raise WorkbookRefused(
                f"工作表“{part.name}”{_before(text, found.start())}：公式没有保存结果。请用 Excel 打开、保存一次，或改成数值后再导入。"
            )
        tail = text[-400:]
    if cells > limits.cells:
        raise WorkbookRefused(f"工作表“{part.name}”有 {cells} 个单元格，超过 {limits.cells} 个，请拆分后再导入。")


def _refuse_far(text: bytes, part: SheetPart, limits: Limits, prefixed: bool) -> None:
    plainly = not prefixed and text.count(b"<c ") == text.count(b'<c r="')
    for found in (_FAR if plainly else _FAR_ANYHOW).finditer(text):
        letters, digits = (found[1] or found[3]).decode(), int(found[2] or found[4])
        column = column_number(letters)
        if column > limits.columns or digits > limits.rows or column > MAX_COLUMN or digits > MAX_ROW:
            raise WorkbookRefused(
                f"工作表“{part.name}” {letters}{digits} ：超过 {limits.rows} 行或 {limits.columns} 列。请删除表外的内容，或拆分后再导入。"
            )


def _before(text: bytes, position: int) -> str:
    """The address of the last cell that begins before a position."""
    found = list(_CELL.finditer(text, max(0, position - 2_000), position))
    return f" {found[-1][1].decode()}{found[-1][2].decode()} " if found else ""


def _calamine_rows(path: Path, sheet: str | None, limits: Limits, raw: bool) -> Iterator[tuple[int, list[Value]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        name = sheet or _first_visible(book)
        if name not in book.sheet_names:
            raise WorkbookRefused(f"没有名为“{name}”的工作表，有：{'、'.join(book.sheet_names)}。")
        read = book.get_sheet_by_name(name)
    except python_calamine.PasswordError as wrong:
        raise WorkbookRefused("文件设有密码，打不开。请取消密码后另存再导入。") from wrong
    except (python_calamine.CalamineError, OSError, ValueError) as wrong:
        raise WorkbookRefused("文件已损坏，打不开。请用 Excel 打开，另存为 .xlsx 再导入。") from wrong
    height, width = (read.end[0] + 1, read.end[1] + 1) if read.end else (0, 0)
    if height > limits.rows or width > limits.columns:
        raise WorkbookRefused(
            f"工作表“{name}”有 {height} 行 {width} 列，超过 {limits.rows} 行或 {limits.columns} 列，请拆分后再导入。"
        )
    return _raw_rows(read) if raw else _numbered(read)


def _raw_rows(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, list[Value]]]:
    if sheet.start is None:
        return
    lead: list[Any] = [None] * sheet.start[1]
    rows: Iterator[list[Any]] = sheet.iter_rows()
    for number, values in enumerate(rows, start=1):
        if values[0] != "" or any(value != "" for value in values):
            yield number, lead + values if lead else values


def _first_visible(book: python_calamine.CalamineWorkbook) -> str:
    visible = python_calamine.SheetVisibleEnum.Visible
    return next((meta.name for meta in book.sheets_metadata if meta.visible == visible), book.sheet_names[0])


def _numbered(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, list[Value]]]:
    """iter_rows begins at row 1 and at the first filled column; the columns before it are put back."""
    if sheet.start is None:
        return
    lead: list[Any] = [None] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        row = [None if value == "" else value for value in values]
        for column, value in enumerate(row, start=len(lead) + 1):
            if type(value) is float and not math.isfinite(value):
                raise WorkbookRefused(f"工作表“{sheet.name}” {address(number, column)} ：“{value}”不是数。")
        if any(value is not None for value in row):
            yield number, lead + row


def _csv_rows(path: Path, name: str, sheet: str | None, limits: Limits) -> Iterator[tuple[int, list[Value]]]:
    for grid in read_csv(path, name, sheet, limits):
        rows: dict[int, dict[int, str]] = {}
        for (row, column), cell in grid.cells.items():
            rows.setdefault(row, {})[column] = cell.text
        for row in sorted(rows):
            yield row, [rows[row].get(column) for column in range(1, max(rows[row]) + 1)]


__all__ = ["Value", "read_table"]
