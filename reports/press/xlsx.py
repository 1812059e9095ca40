"""A sheet as a workbook, streamed row by row: real numbers and dates, frozen head, print titles, text that stays text."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from fundsys.domain.errors import DomainError
from fundsys.domain.money import FEN_PER_WAN, FEN_PER_YUAN

from ..figures import Kind
from ..sheet import GROUP, ROW, SUBTOTAL, Sheet
from . import xlsx_parts as parts
from .safety import looks_like_formula
from .sizes import PAPER
from .xlsx_parts import STYLE

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
_DEFLATE_LEVEL = 3
_CHUNK = 400
_MEMO = 8_192
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_EPOCH = date(1899, 12, 30).toordinal()
_EXACT_DIGITS = 15


def text_cell(text: str, style: int = 0) -> str:
    """An inline string cell; empty text is no cell content. Safe for XML, never a formula, at most 32,767 characters."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT - 40]}……（全文 {len(text)} 字，见系统）"
    if looks_like_formula(text):
        style = STYLE["quoted"]
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: "_x005F" + found[0], text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text != text.strip() or "  " in text else ""
    return f'<c s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _scaled(fen: int, unit: int) -> str:
    """An exact decimal number: fen divided by its unit, without trailing zeros."""
    whole, rest = divmod(abs(fen), unit)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{rest:0{len(str(unit)) - 1}d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def _number_cell(number: str, style: int) -> str:
    """A number as Excel keeps it; one with more digits than Excel can hold is kept whole as text."""
    if len(number) > _EXACT_DIGITS and sum(char.isdigit() for char in number.lstrip("-0.")) > _EXACT_DIGITS:
        return text_cell(number, STYLE["text_right"])
    return f'<c s="{style}"><v>{number}</v></c>'


def _money_maker(unit: int, style: int) -> Callable[[Any], str]:
    places = len(str(unit)) - 1

    def make(value: Any) -> str:
        fen = value.fen
        if 0 <= fen < 10**_EXACT_DIGITS:
            whole, rest = divmod(fen, unit)
            return (
                f'<c s="{style}"><v>{whole}.{rest:0{places}d}</v></c>' if rest else f'<c s="{style}"><v>{whole}</v></c>'
            )
        return _number_cell(_scaled(fen, unit), style)

    return make


def _maker(kind: Kind, bold: bool = False) -> Callable[[Any], str]:
    """The function that makes a cell of this kind from an exact value."""
    name = kind.style
    style = STYLE[f"{name}_sum" if bold and f"{name}_sum" in STYLE else name]
    if name in ("wan", "yuan"):
        return _money_maker(FEN_PER_WAN if name == "wan" else FEN_PER_YUAN, style)
    if name in ("date", "month"):
        return lambda value: f'<c s="{style}"><v>{value.toordinal() - _EPOCH}</v></c>'
    if name == "text":
        style = STYLE["center" if kind.align == "center" else "text"]
        return lambda value: text_cell(kind.exact(value), style)
    return lambda value: _number_cell(kind.exact(value), style)


class _Writer:
    """Rows of one worksheet as XML text, with the places that are merged."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width = len(sheet.columns)
        self.last = parts.letters(self.width)
        self.merged: list[str] = []
        self.row = 0
        self.head_end = 0
        self._cells = [_maker(column.figure) for column in sheet.columns]
        self._sums = [_maker(column.figure, bold=True) for column in sheet.columns]

    def _whole(self, text: str, style: str, height: float) -> str:
        self.row += 1
        self.merged.append(f"A{self.row}:{self.last}{self.row}")
        return f'<row r="{self.row}" ht="{height}" customHeight="1">{text_cell(text, STYLE[style])}</row>'

    def _named(self, pieces: list[tuple[int, int, str, str]], height: float) -> str:
        """A row of spanning cells: begin, end (exclusive), text, style."""
        self.row += 1
        cells = []
        for begin, end, text, style in pieces:
            first = text_cell(text, STYLE[style]).replace("<c ", f'<c r="{parts.letters(begin + 1)}{self.row}" ', 1)
            cells.append(first)
            if end - begin > 1:
                self.merged.append(f"{parts.letters(begin + 1)}{self.row}:{parts.letters(end)}{self.row}")
                cells.extend(
                    f'<c r="{parts.letters(k + 1)}{self.row}" s="{STYLE[style]}"/>' for k in range(begin + 1, end)
                )
        return f'<row r="{self.row}" ht="{height}" customHeight="1">{"".join(cells)}</row>'

    def before(self) -> Iterator[str]:
        """Title, unit line and headings."""
        sheet = self.sheet
        demo = "【演示数据，不得作为依据】" if sheet.imprint.demo else ""
        yield self._whole(demo + sheet.title + sheet.subtitle, "title", 30)
        unit, until, money = sheet.unit_line
        third = max(1, self.width // 3)
        if self.width >= 3:
            yield self._named(
                [
                    (0, third, unit, "line"),
                    (third, 2 * third, until, "line_center"),
                    (2 * third, self.width, money, "line_right"),
                ],
                18,
            )
        else:
            yield self._whole("\u3000".join((unit, until, money)), "line", 18)
        yield from self._heads()
        self.head_end = self.row

    def _heads(self) -> Iterator[str]:
        columns = self.sheet.columns
        unit = self.sheet.ledger.unit
        overs = [column.over for column in columns]
        names = [column.heading(unit).replace("\n", "") for column in columns]
        if not any(overs):
            yield self._named([(k, k + 1, name, "head") for k, name in enumerate(names)], 32)
            return
        upper: list[tuple[int, int, str, str]] = []
        k = 0
        while k < len(columns):
            end = k + 1
            while overs[k] and end < len(columns) and overs[end] == overs[k]:
                end += 1
            upper.append((k, end, overs[k] or names[k], "head"))
            k = end
        yield self._named(upper, 18)
        yield self._named([(k, k + 1, name if overs[k] else "", "head") for k, name in enumerate(names)], 24)
        for k, over in enumerate(overs):
            if not over:
                self.merged.append(f"{parts.letters(k + 1)}{self.row - 1}:{parts.letters(k + 1)}{self.row}")

    def body(self) -> Iterator[str]:
        """Group headings, rows and sums. Cells repeat, so each column keeps those it has made."""
        blank = f'<c s="{STYLE["text"]}"/>'
        cells: list[tuple[dict[Any, str] | None, Callable[[Any], str]]] = [
            (None if column.figure.sums_money else {}, make)
            for column, make in zip(self.sheet.columns, self._cells, strict=True)
        ]
        for line in self.sheet.lines():
            if line.kind == ROW:
                self.row += 1
                made = []
                for value, (memo, make) in zip(line.values, cells, strict=True):
                    if value is None:
                        made.append(blank)
                    elif memo is None:
                        made.append(make(value))
                    else:
                        cell = memo.get(value)
                        if cell is None:
                            cell = make(value)
                            if len(memo) < _MEMO:
                                memo[value] = cell
                        made.append(cell)
                yield f"<row>{''.join(made)}</row>"
            elif line.kind == GROUP:
                yield self._whole(line.label, "group", 18)
            else:
                yield self._sum(line)

    def _sum(self, line: Any) -> str:
        self.row += 1
        style = STYLE["sum" if line.kind == SUBTOTAL else "total"]
        first = next((k for k, value in enumerate(line.values) if value is not None), self.width)
        label = text_cell(self.sheet.label(line), style)
        if first > 1:
            self.merged.append(f"A{self.row}:{parts.letters(first)}{self.row}")
        cells = [label] + [f'<c s="{style}"/>'] * (max(first, 1) - 1)
        for k in range(max(first, 1), self.width):
            value = line.values[k]
            cells.append(f'<c s="{style}"/>' if value is None else self._sums[k](value))
        return f'<row r="{self.row}" ht="20" customHeight="1">{"".join(cells)}</row>'

    def after(self) -> Iterator[str]:
        """Notes, signatures, and what the sheet says about itself."""
        sheet = self.sheet
        for number, note in enumerate(sheet.notes):
            yield self._whole(("说明：" if number == 0 else "") + note, "note", 16)
        if sheet.ledger.signatures:
            yield self._whole("".join(f"{who}：{'　' * 8}" for who in sheet.ledger.signatures), "line", 28)
        for words in (sheet.foot_left, sheet.foot_right):
            if words:
                yield self._whole(words, "note", 14)


def write(sheet: Sheet, target: Path, most_rows: int = MOST_ROWS) -> None:
    """Write the workbook with every column; it appears at `target` whole or not at all.

    most_rows: what a worksheet of the spreadsheet programs holds.
    Raises DomainError when there are more rows than a worksheet holds.
    """
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=_DEFLATE_LEVEL) as package:
            writer = _write_worksheet(sheet, package, most_rows)
            for name, text in parts.around(sheet.title, sheet.ledger.title, writer.head_end).items():
                with package.open(name, "w") as part:  # open() gives an entry without an instant: same sheet, same file
                    part.write(text.encode())
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_worksheet(sheet: Sheet, package: zipfile.ZipFile, most_rows: int) -> _Writer:
    writer = _Writer(sheet)
    before = list(writer.before())
    wide, _ = PAPER[sheet.ledger.page]
    widths = [column.mm for column in sheet.columns]
    with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
        file.write(parts.worksheet_head(widths, writer.head_end).encode())
        file.write("".join(before).encode())
        chunk: list[str] = []
        for stage in (writer.body(), writer.after()):
            for row in stage:
                chunk.append(row)
                if len(chunk) >= _CHUNK:
                    if writer.row > most_rows:
                        raise DomainError("行数超过一张工作表的上限，请加上筛选条件，或者导出 CSV。")
                    file.write("".join(chunk).encode())
                    chunk.clear()
        file.write("".join(chunk).encode())
        file.write(parts.worksheet_tail(writer.merged, wide, sheet.foot_left).encode())
    return writer
