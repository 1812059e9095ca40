""".xls (through calamine) and .csv (UTF-8, UTF-16, GBK) as grids. Guards against their own tricks; no meaning."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from .grid import Cell, Grid, Merge, address
from .guard import LIMITS, Limits, WorkbookRefused
from .numbers import exact_decimal, plain

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


def read_xls(path: Path, only: str | None = None, limits: Limits = LIMITS) -> Iterator[Grid]:
    """The sheets of an Excel 97–2003 workbook. Such files keep no record here of hidden rows or of formulas.

    Raises: WorkbookRefused.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as wrong:
        raise WorkbookRefused("文件设有密码，打不开。请取消密码后另存再导入。") from wrong
    except (python_calamine.CalamineError, OSError, ValueError) as wrong:
        raise WorkbookRefused("文件已损坏，打不开。请用 Excel 打开，另存为 .xlsx 再导入。") from wrong
    names = book.sheet_names
    if only is not None and only not in names:
        raise WorkbookRefused(f"没有名为“{only}”的工作表，有：{'、'.join(names)}。")
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet or only not in (None, meta.name):
            continue
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        yield Grid(meta.name, hidden=True) if hidden and only is None else _xls_grid(book, meta.name, hidden, limits)


def _xls_grid(book: python_calamine.CalamineWorkbook, name: str, hidden: bool, limits: Limits) -> Grid:
    grid = Grid(name, hidden=hidden)
    try:
        sheet = book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, ValueError) as wrong:
        raise WorkbookRefused(f"工作表“{name}”已损坏，打不开。请另存为 .xlsx 再导入。") from wrong
    if sheet.end is None:
        return grid
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height > limits.rows or width > limits.columns:
        raise WorkbookRefused(
            f"工作表“{name}”有 {height} 行 {width} 列，超过 {limits.rows} 行或 {limits.columns} 列，请拆分后再导入。"
        )
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            cell = plain_cell(value)
            if cell is not None:
                _keep(grid, row, column, cell, limits)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        grid.merges.append(Merge(top + 1, left + 1, bottom + 1, right + 1))
    grid.drop_covered()
    return grid


def plain_cell(value: Any) -> Cell | None:
    """A Python value as calamine gives it, as a cell; None when it is empty."""
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "bool")
    if isinstance(value, int | float):
        exact = exact_decimal(repr(value))
        if exact is None:
            return Cell(repr(value), "error")
        return Cell(plain(exact[0]), "number", exact[0], inexact=exact[1])
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return Cell(value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"), "date")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Cell(str(value), "date")
    text = str(value)
    return Cell(text, "error" if re.fullmatch(r"#[A-Z/0]+[!?A]?", text) else "text") if text.strip() else None


def _keep(grid: Grid, row: int, column: int, cell: Cell, limits: Limits) -> None:
    if _CONTROL.search(cell.text):
        raise WorkbookRefused(f"工作表“{grid.name}” {address(row, column)} ：含有看不见的控制字符，请清除后再导入。")
    if len(cell.text) > limits.text_chars:
        raise WorkbookRefused(f"工作表“{grid.name}” {address(row, column)} ：文字超过 {limits.text_chars} 个字符。")
    grid.cells[row, column] = cell
    if len(grid.cells) > limits.cells:
        raise WorkbookRefused(f"工作表“{grid.name}”有内容的单元格超过 {limits.cells} 个，请拆分后再导入。")


def read_csv(path: Path, name: str, only: str | None = None, limits: Limits = LIMITS) -> Iterator[Grid]:
    """A text table as one sheet named like the file. Raises WorkbookRefused."""
    sheet = Path(name).stem
    if only not in (None, sheet):
        raise WorkbookRefused(f"没有名为“{only}”的工作表，有：{sheet}。")
    text = decode(path.read_bytes())
    csv.field_size_limit(limits.text_chars + 1)
    grid = Grid(sheet)
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), start=1):
            if row > limits.rows or len(values) > limits.columns:
                raise WorkbookRefused(f"第 {row} 行：超过 {limits.rows} 行或 {limits.columns} 列，请拆分后再导入。")
            for column, value in enumerate(values, start=1):
                if value.strip():
                    _keep(grid, row, column, _csv_cell(value, grid.name, row, column), limits)
    except csv.Error as wrong:
        raise WorkbookRefused(f"文件的引号或逗号写法不对（{len(grid.rows()) + 1} 行附近），读不下去。") from wrong
    yield grid


def _csv_cell(value: str, sheet: str, row: int, column: int) -> Cell:
    quoted = _QUOTED_FORMULA.fullmatch(value.strip())
    if quoted:
        return Cell(quoted[1])
    if value.lstrip().startswith("=") or re.match(r"\s*[+@-][^\d.\s]*[(|!]", value):
        raise WorkbookRefused(f"工作表“{sheet}” {address(row, column)} ：公式没有保存结果。请改成数值后再导入。")
    return Cell(value)


def decode(content: bytes) -> str:
    """Text by its byte-order mark, else UTF-8, else GB 18030 (which holds GBK and GB 2312). Raises WorkbookRefused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise WorkbookRefused("文件含有空字符，不是文本表格，不予打开。")
        return text
    raise WorkbookRefused("看不出文件的文字编码。请另存为 UTF-8 或 GBK 编码的 .csv，或另存为 .xlsx。")


def _delimiter(text: str) -> str:
    """The separator that cuts the first rows into the steadiest columns: comma, tab or semicolon."""
    head = text[:20_000].splitlines()[:30]
    return max(",\t;", key=lambda mark: (sum(line.count(mark) > 0 for line in head), mark == ","))
