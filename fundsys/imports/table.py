"""Bulk reading of template workbooks: every row with its number, at the speed of calamine, behind the same guards.

Which engine serves which size:
- layout reading of any county's table (up to 10 000 rows, 120 000 cells): xlsx.py, our streaming reader, because it
  knows merges, hidden rows, formulas and the exact digits of each cell;
- bulk reading (up to 110 000 rows, 2 000 000 cells): calamine, here. It holds a whole sheet at once, so it is given
  some rows at a time as a small workbook of their own; each is searched first for what calamine does not tell
  (formulas without a result, cells far away, figures that are none);
- openpyxl only writes templates and forms; it reads nothing that people send.
"""

from __future__ import annotations

import datetime
import io
import math
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import python_calamine
from python_calamine import CalamineWorkbook

from .flat import read_csv
from .grid import MAX_COLUMN, MAX_ROW, address, column_number
from .guard import BULK_LIMITS, MIB, Limits, WorkbookRefused, check_entries, checked_chunks, open_kind
from .marking.named import SUMMARY
from .xlsx import SheetPart, open_book

PIECE = MIB
Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*>")
_NOT_NEAR = re.compile(rb'<c (?!r="[A-C]?[A-Z][0-9]{1,5}")')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FAR = re.compile(rb"r=\"(?:([A-Z]{2,3})([0-9]{1,7})|([A-Z])([0-9]{6,7}))\"")
_FAR_ANYHOW = re.compile(rb"\br\s*=\s*[\"'](?:([A-Z]{2,3})([0-9]{1,7})|([A-Z])([0-9]{6,7}))[\"']")
_EMPTY_FORMULA = re.compile(
    rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)|<(?:\w+:)?f[^>]*/>\s*</(?:\w+:)?c>"
)


Block = tuple[str, list[int], list[list[Value]]]
"""Some rows of a sheet: its name, the rows' numbers, their values by column from A on."""


def read_table(
    path: Path, *, sheet: str | None = None, name: str | None = None, limits: Limits = BULK_LIMITS
) -> Iterator[tuple[int, list[Value]]]:
    """Every row that holds something, with its row number (1-based) and its values by column from A on.

    Empty cells are None; numbers are int or float as stored, to be turned into Money by their shortest decimal; dates
    are dates. sheet: default is the first visible one. name: the name the person gave the file.
    Raises: WorkbookRefused with sheet and cell where there is one to blame; for what the sheet itself holds when it is
    reached, so rows count only once all have come.
    """
    return _plainly(read_blocks(path, sheet=sheet, name=name, limits=limits))


def read_blocks(
    path: Path, *, sheet: str | None = None, name: str | None = None, limits: Limits = BULK_LIMITS
) -> Iterator[Block]:
    """The rows of read_table some hundred at a time, raw: empty cells may also be "" and a NaN is passed on.

    For who looks at each distinct value anyway. Raises: as read_table.
    """
    kind = open_kind(path, name, limits)
    if kind == "csv":
        return _csv_blocks(path, name or path.name, sheet, limits)
    if kind == "xls":
        return iter([_block(_opened(lambda: CalamineWorkbook.from_path(str(path))), sheet, limits)])
    with zipfile.ZipFile(path) as package:
        part = _checked_part(package, sheet, limits)
    return _xlsx_blocks(path, part, limits)


def _plainly(blocks: Iterator[Block]) -> Iterator[tuple[int, list[Value]]]:
    for sheet, numbers, rows in blocks:
        for number, values in zip(numbers, rows, strict=True):
            row = [None if value == "" else value for value in values]
            for column, value in enumerate(row, start=1):
                if type(value) is float and not math.isfinite(value):
                    raise WorkbookRefused(f"工作表“{sheet}” {address(number, column)} ：“{value}”不是数。")
            yield number, row


def _checked_part(package: zipfile.ZipFile, sheet: str | None, limits: Limits) -> SheetPart:
    """The sheet to read. Every other part has been checked; the sheet's own is when it is unpacked."""
    check_entries(package, limits)
    entries = package.infolist()
    sheets = [entry for entry in entries if posixpath.dirname(entry.filename).lower() == "xl/worksheets"]
    for entry in (e for e in entries if e not in sheets):
        _check(package, entry)
    book = open_book(package, limits, with_strings=False)
    parts = [part for part in book.sheets if (part.name == sheet if sheet else not part.hidden)]
    if sheet is None:
        parts.sort(key=lambda part: part.name.startswith(SUMMARY))  # what a returned workbook lists is not its data
    if not parts:
        names = "、".join(part.name for part in book.sheets)
        raise WorkbookRefused(f"没有名为“{sheet}”的工作表，有：{names}。" if sheet else "文件里的工作表都是隐藏的。")
    for entry in (e for e in sheets if e.filename != parts[0].part):
        _check(package, entry)
    return parts[0]


def _check(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    for _ in checked_chunks(package, entry):
        pass


# -- pieces of a sheet ---------------------------------------------------------------------------------------------

_BEGIN, _ROW_END, _END = b"<sheetData>", b"</row>", b"</sheetData></worksheet>"
_UNNUMBERED = re.compile(rb'<row(?!Breaks| r="[0-9]{1,7}")')
_SHARED = ("", "_rels", "xl", "xl/_rels")
"""The folders of what all sheets share: the list of sheets, the strings, the styles."""


def _xlsx_blocks(path: Path, part: SheetPart, limits: Limits) -> Iterator[Block]:
    """The rows of a sheet, some at a time; of one that does not number its rows, all at once."""
    head, cells, last = b"", 0, 0
    with zipfile.ZipFile(path) as package:
        shared = {e.filename: package.read(e) for e in package.infolist() if posixpath.dirname(e.filename) in _SHARED}
        for piece in _pieces(package, part, max(PIECE, sum(map(len, shared.values())))):
            begin = 0 if head else piece.find(_BEGIN) + len(_BEGIN)
            if not head and (begin < len(_BEGIN) or _UNNUMBERED.search(piece)):
                break
            head = head or piece[:begin]
            cells = _search(piece, part, limits, cells)
            end = _END if piece.endswith(_ROW_END) else b""
            block = _small_block(shared, part, head + piece[begin:] + end, limits)
            if (numbers := block[1]) and numbers[0] <= last:
                raise _unordered(part)
            last = numbers[-1] if numbers else last
            yield block
            if _UNNUMBERED.search(piece):
                raise _unordered(part)
        else:
            return
        cells = 0
        for piece in _pieces(package, part, PIECE):
            cells = _search(piece, part, limits, cells)
    yield _block(_opened(lambda: CalamineWorkbook.from_path(str(path))), part.name, limits)


def _unordered(part: SheetPart) -> WorkbookRefused:
    return WorkbookRefused(f"工作表“{part.name}”的行没有按行号排列。请用 Excel 打开，另存为 .xlsx 再导入。")


def _pieces(package: zipfile.ZipFile, part: SheetPart, size: int) -> Iterator[bytes]:
    """The sheet's XML cut behind rows: its head and some rows, rows, …, rows and its end."""
    held: list[bytes] = []
    for chunk in checked_chunks(package, part.part):
        held.append(chunk)
        if sum(map(len, held)) >= size and _ROW_END in chunk:
            text = b"".join(held)
            cut = text.rfind(_ROW_END) + len(_ROW_END)
            yield text[:cut]
            held = [text[cut:]]
    yield b"".join(held)


def _small_block(shared: dict[str, bytes], part: SheetPart, sheet: bytes, limits: Limits) -> Block:
    """The rows of a workbook that holds this sheet only. What all sheets share is read anew, so pieces are no smaller."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as package:
        for name, content in (shared | {part.part: sheet}).items():
            package.writestr(name, content)
    book.seek(0)
    return _block(_opened(lambda: CalamineWorkbook.from_filelike(book)), part.name, limits)


def _search(text: bytes, part: SheetPart, limits: Limits, cells: int) -> int:
    """Refuse what calamine passes over in silence; the number of cells up to here."""
    prefixed = b":" in text and (b":c " in text or b":f" in text)
    cells += text.count(b"<c ") + (text.count(b":c ") if prefixed else 0)
    if cells > limits.cells:
        raise WorkbookRefused(f"工作表“{part.name}”的单元格超过 {limits.cells} 个，请拆分后再导入。")
    if prefixed or _NOT_NEAR.search(text):
        _refuse_far(text, part, limits, prefixed)
    if (prefixed or b"<f" in text) and _FORMULA.search(text) and (found := _EMPTY_FORMULA.search(text)):
        raise WorkbookRefused(
            f"工作表“{part.name}”{_before(text, found.start())}：公式没有保存结果。请用 Excel 打开、保存一次，或改成数值后再导入。"
        )
    return cells


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


# -- calamine ------------------------------------------------------------------------------------------------------


def _opened(read: Callable[[], CalamineWorkbook]) -> CalamineWorkbook:
    try:
        return read()
    except python_calamine.PasswordError as wrong:
        raise WorkbookRefused("文件设有密码，打不开。请取消密码后另存再导入。") from wrong
    except (python_calamine.CalamineError, OSError, ValueError) as wrong:
        raise _damaged() from wrong


def _damaged() -> WorkbookRefused:
    return WorkbookRefused("文件已损坏，打不开。请用 Excel 打开，另存为 .xlsx 再导入。")


def _block(book: CalamineWorkbook, sheet: str | None, limits: Limits) -> Block:
    """Rows from the first filled one on, from column A on: what calamine leaves out is put back."""
    name = sheet or _first_visible(book)
    if name not in book.sheet_names:
        raise WorkbookRefused(f"没有名为“{name}”的工作表，有：{'、'.join(book.sheet_names)}。")
    try:
        read = book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError, ValueError) as wrong:
        raise _damaged() from wrong
    height, width = (read.end[0] + 1, read.end[1] + 1) if read.end else (0, 0)
    if height > limits.rows or width > limits.columns:
        raise WorkbookRefused(
            f"工作表“{name}”有 {height} 行 {width} 列，超过 {limits.rows} 行或 {limits.columns} 列，请拆分后再导入。"
        )
    if read.start is None:
        return name, [], []
    rows: list[list[Value]] = read.to_python(skip_empty_area=True)  # type: ignore[assignment]
    begin = read.start[0] + 1
    filled = [place for place, row in enumerate(rows) if row[0] != "" or any(value != "" for value in row)]
    if len(filled) < len(rows):
        rows = [rows[place] for place in filled]
    if read.start[1]:
        lead: list[Value] = [None] * read.start[1]
        rows = [lead + row for row in rows]
    return name, [begin + place for place in filled], rows


def _first_visible(book: python_calamine.CalamineWorkbook) -> str:
    visible = python_calamine.SheetVisibleEnum.Visible
    return next((meta.name for meta in book.sheets_metadata if meta.visible == visible), book.sheet_names[0])


def _csv_blocks(path: Path, name: str, sheet: str | None, limits: Limits) -> Iterator[Block]:
    for grid in read_csv(path, name, sheet, limits):
        rows: dict[int, dict[int, str]] = {}
        for (row, column), cell in grid.cells.items():
            rows.setdefault(row, {})[column] = cell.text
        numbers = sorted(rows)
        yield grid.name, numbers, [[rows[n].get(column) for column in range(1, max(rows[n]) + 1)] for n in numbers]


__all__ = ["Block", "Value", "read_blocks", "read_table"]
