"""Streaming reader of .xlsx: exact cells, merges, hidden rows; constant guards, nothing followed, nothing calculated.

Engine for layout reading (`fundsys read`): it keeps what openpyxl's read-only mode loses (merges, hidden rows, rows
behind a wrong dimension tag) at the memory of what the cells hold. Bulk reading of template workbooks is table.py.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from lxml import etree

from .grid import MAX_COLUMN, MAX_ROW, Cell, Grid, Merge, address, column_number
from .guard import LIMITS, Limits, WorkbookRefused, check_package
from .numbers import NumberFormat, number_cell, number_format

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OTHER_FILE = re.compile(r"\[[^\]]*\]|\||\b(?:WEBSERVICE|HYPERLINK|CALL|REGISTER|INDIRECT|RTD)\s*\(", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets share."""

    sheets: list[SheetPart]
    strings: list[str]
    formats: list[NumberFormat]
    epoch_1904: bool


def read_grids(path: Path, only: str | None = None, limits: Limits = LIMITS) -> Iterator[Grid]:
    """The sheets of a workbook in its order; hidden ones only by name, otherwise empty and marked.

    Raises: WorkbookRefused, with sheet, cell and reason wherever there is a cell to blame.
    """
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as wrong:
        raise WorkbookRefused("文件已损坏或不完整，打不开。请重新另存或重新下载后再导入。") from wrong
    with package:
        check_package(package, limits)
        book = open_book(package, limits)
        if only is not None and only not in {sheet.name for sheet in book.sheets}:
            raise WorkbookRefused(f"没有名为“{only}”的工作表，有：{'、'.join(s.name for s in book.sheets)}。")
        for sheet in book.sheets:
            if only not in (None, sheet.name):
                continue
            if sheet.hidden and only is None:
                yield Grid(sheet.name, hidden=True)
            else:
                yield _SheetReader(package, book, sheet, limits).read()


def open_book(package: zipfile.ZipFile, limits: Limits = LIMITS, with_strings: bool = True) -> Book:
    """Sheets, shared strings, number formats and epoch of a package that check_package has passed.

    with_strings: False for who needs the list of sheets only; strings that may be too many are counted all the same.
    """
    workbook = _workbook_part(package)
    folder = posixpath.dirname(workbook)
    relations = _relations(package, workbook)
    root = _tree(package, workbook)
    sheets, strings_part, styles_part = [], None, None
    for kind, target, external in relations.values():
        if kind == "sharedStrings" and not external:
            strings_part = _resolve(folder, target)
        elif kind == "styles" and not external:
            styles_part = _resolve(folder, target)
    for sheet in root.iterfind(".//{*}sheets/{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
        kind, target, external = relations.get(str(relation), ("", "", False))
        name = str(sheet.get("name") or "")
        if external:
            raise WorkbookRefused(f"工作表“{name}”指向别的文件，不予打开。")
        if kind == "worksheet":
            sheets.append(SheetPart(name, _resolve(folder, target), sheet.get("state", "visible") != "visible"))
    if not sheets:
        raise WorkbookRefused("文件里没有工作表。")
    if len(sheets) > limits.sheets:
        raise WorkbookRefused(f"文件有 {len(sheets)} 个工作表，超过 {limits.sheets} 个。")
    properties = root.find(".//{*}workbookPr")
    epoch = properties is not None and properties.get("date1904") in ("1", "true", "on")
    names = set(package.namelist())
    strings = []
    if strings_part in names and (with_strings or package.getinfo(str(strings_part)).file_size > limits.shared_chars):
        strings = _shared_strings(package, strings_part, limits)
    formats = _formats(package, styles_part) if styles_part in names else []
    return Book(sheets, strings, formats, epoch)


def _workbook_part(package: zipfile.ZipFile) -> str:
    for kind, target, external in _relations(package, "").values():
        if kind == "officeDocument" and not external:
            return _resolve("", target)
    return "xl/workbook.xml"


def _resolve(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str, bool]]:
    name = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
    if name not in package.namelist():
        return {}
    found = {}
    for relation in _tree(package, name).iterfind("{*}Relationship"):
        kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
        external = relation.get("TargetMode") == "External"
        found[str(relation.get("Id"))] = (kind, str(relation.get("Target", "")), external)
    return found


def _tree(package: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(package.read(name), parser)
    except (etree.XMLSyntaxError, KeyError) as wrong:
        raise WorkbookRefused(f"文件内的“{name}”已损坏或缺失，打不开。请重新另存后再导入。") from wrong


def _stream(source: IO[bytes], name: str, *tags: str) -> Iterator[tuple[str, etree._Element]]:
    """Each closed element of the given local names, its content dropped afterwards."""
    wanted = tuple("{*}" + tag for tag in tags)
    try:
        reading = etree.iterparse(
            cast(Any, source), events=("end",), tag=wanted,
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        )  # fmt: skip
        for _, element in reading:
            yield element.tag.rpartition("}")[2], element
            parent = element.getparent()
            element.clear()
            if parent is not None and parent[0] is not element:
                del parent[0]
    except etree.XMLSyntaxError as wrong:
        if "memory" in str(wrong).lower():
            raise MemoryError from wrong
        raise WorkbookRefused(f"文件内的“{name}”已损坏，打不开。请重新另存后再导入。") from wrong


def _local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _shared_strings(package: zipfile.ZipFile, part: str | None, limits: Limits) -> list[str]:
    strings, chars = [], 0
    with package.open(str(part)) as source:
        for _, element in _stream(source, str(part), "si"):
            strings.append(_rich_text(element))
            chars += len(strings[-1]) + 1
            if chars > limits.shared_chars or len(strings) > limits.elements:
                raise WorkbookRefused("文件里的文字太多，不予打开。请拆分后再导入。")
    return strings


def _rich_text(element: etree._Element) -> str:
    """All runs of a string, without the phonetic hints; _x000A_ escapes are undone."""
    pieces = []
    for child in element:
        local = _local(child)
        if local == "t":
            pieces.append(child.text or "")
        elif local == "r":
            pieces.extend(t.text or "" for t in child.iterfind("{*}t"))
    text = "".join(pieces).replace("\r\n", "\n")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _formats(package: zipfile.ZipFile, part: str | None) -> list[NumberFormat]:
    root = _tree(package, str(part))
    custom = {f.get("numFmtId"): f.get("formatCode") or "" for f in root.iterfind(".//{*}numFmts/{*}numFmt")}
    return [
        number_format(int(xf.get("numFmtId") or 0), custom.get(xf.get("numFmtId")))
        for xf in root.iterfind("{*}cellXfs/{*}xf")
    ]


class _SheetReader:
    """Reads one sheet part into a Grid."""

    def __init__(self, package: zipfile.ZipFile, book: Book, sheet: SheetPart, limits: Limits) -> None:
        self.package, self.book, self.sheet, self.limits = package, book, sheet, limits
        self.grid = Grid(sheet.name, hidden=sheet.hidden)
        self.rows = self.elements = 0
        self.last_row = 0

    def refuse(self, where: str, why: str) -> WorkbookRefused:
        return WorkbookRefused(f"工作表“{self.sheet.name}”{where}：{why}")

    def read(self) -> Grid:
        if self.sheet.part not in self.package.namelist():
            raise self.refuse("", "内容缺失，打不开。请重新另存后再导入。")
        with self.package.open(self.sheet.part) as source:
            for tag, element in _stream(source, self.sheet.part, "row", "col", "mergeCell"):
                if tag == "row":
                    self._row(element)
                elif tag == "col":
                    self._column(element)
                else:
                    self._merge(element)
        self.grid.drop_covered()
        return self.grid

    def _column(self, element: etree._Element) -> None:
        if element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min") or 1), int(element.get("max") or 1)
            self.grid.hidden_columns.update(range(first, min(last, self.limits.columns) + 1))

    def _merge(self, element: etree._Element) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in str(element.get("ref") or "").split(":")]
        if len(corners) == 1:
            return
        if len(corners) != 2 or corners[0] is None or corners[1] is None:
            raise self.refuse("", f"合并区域“{element.get('ref')}”写法不对。")
        (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
        self.grid.merges.append(Merge(int(top), column_number(left), int(bottom), column_number(right)))
        if len(self.grid.merges) > self.limits.cells:
            raise self.refuse("", "合并单元格太多，不予打开。")

    def _row(self, element: etree._Element) -> None:
        given = element.get("r")
        row = int(given) if given and given.isdecimal() else self.last_row + 1
        if not 1 <= row <= MAX_ROW or row <= self.last_row:
            raise self.refuse(f"第 {given} 行", "行号超出范围、重复或次序颠倒，不是正常的工作簿。")
        self.last_row = row
        self.elements += 1 + len(element)
        if self.elements > self.limits.elements:
            raise self.refuse(
                "", f"行和单元格（含空的）超过 {self.limits.elements} 个，不予打开。请删除多余的空行空列。"
            )
        if len(element) == 0:
            return
        if element.get("hidden") in ("1", "true"):
            self.grid.hidden_rows.add(row)
        column = filled = 0
        for child in element.iterchildren("{*}c"):
            column = self._place(child, row, column)
            cell = self._cell(child, row, column)
            if cell is not None:
                self._keep(row, column, cell)
                filled = 1
        self.rows += filled
        if self.rows > self.limits.rows:
            raise self.refuse(f"第 {row} 行", f"有内容的行超过 {self.limits.rows} 行，请拆分，或用本系统的模板导入。")

    def _place(self, child: etree._Element, row: int, column: int) -> int:
        given = child.get("r")
        if given is None:
            return column + 1
        found = _REFERENCE.fullmatch(given)
        if found is None or int(found[2]) != row or column_number(found[1]) > MAX_COLUMN:
            raise self.refuse(f"第 {row} 行", f"单元格地址“{given}”不对，不是正常的工作簿。")
        if column_number(found[1]) <= column:
            raise self.refuse(f" {given} ", "单元格重复或次序颠倒，不能确定以哪个为准。")
        return column_number(found[1])

    def _keep(self, row: int, column: int, cell: Cell) -> None:
        cells = self.grid.cells
        if column > self.limits.columns:
            raise self.refuse(
                f" {address(row, column)} ", f"内容在第 {column} 列，超过 {self.limits.columns} 列。请删除表外的内容。"
            )
        if cells and row - self.last_kept > 100_000:
            raise self.refuse(f" {address(row, column)} ", "内容离表格太远，多半是误填。请删除后再导入。")
        self.last_kept = row
        if len(cell.text) > self.limits.text_chars:
            raise self.refuse(f" {address(row, column)} ", f"文字超过 {self.limits.text_chars} 个字符。")
        if _CONTROL.search(cell.text):
            raise self.refuse(f" {address(row, column)} ", "含有看不见的控制字符，请清除后再导入。")
        cells[row, column] = cell
        if len(cells) > self.limits.cells:
            raise self.refuse(
                f" {address(row, column)} ", f"有内容的单元格超过 {self.limits.cells} 个，请拆分后再导入。"
            )

    last_kept = 0

    def _cell(self, element: etree._Element, row: int, column: int) -> Cell | None:
        value = inline = formula = None
        for child in element:
            local = _local(child)
            if local == "v":
                value = child.text or ""
            elif local == "is":
                inline = _rich_text(child)
            elif local == "f":
                formula = child.text or ""
        kind = element.get("t") or "n"
        where = f" {address(row, column)} "
        if formula is not None:
            if _OTHER_FILE.search(formula):
                raise self.refuse(where, "公式引用了别的文件或程序，不予打开。请改成数值后再导入。")
            if value is None and inline is None and kind != "str":
                raise self.refuse(where, "公式没有保存结果。请用 Excel 打开、保存一次，或改成数值后再导入。")
        if kind == "inlineStr":
            return Cell(inline, formula=formula is not None) if inline and inline.strip() else None
        if value is None or value == "":
            return None
        return self._valued(kind, value, element, where, formula is not None)

    def _valued(self, kind: str, value: str, element: etree._Element, where: str, formula: bool) -> Cell | None:
        if kind == "s":
            try:
                text = self.book.strings[int(value)]
            except (ValueError, IndexError):
                raise self.refuse(where, "文字的编号不存在，文件已损坏。请重新另存后再导入。") from None
            return Cell(text) if text.strip() else None
        if kind in ("str", "d"):
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
            kept = Cell(text, "text" if kind == "str" else "date", formula=formula)
            return kept if text.strip() else None
        if kind == "b":
            return Cell("TRUE" if value in ("1", "true") else "FALSE", "bool", formula=formula)
        if kind == "e":
            return Cell(value, "error", formula=formula)
        if kind != "n":
            raise self.refuse(where, f"单元格类型“{kind}”不认识。")
        style = element.get("s") or "0"
        formats = self.book.formats
        shown = formats[int(style)] if style.isdecimal() and int(style) < len(formats) else NumberFormat()
        cell = number_cell(value, shown, self.book.epoch_1904, formula)
        if cell is None:
            raise self.refuse(where, f"“{value}”不是数。")
        return cell
