"""The self-test of a ledger: screen, PDF, workbook, CSV and the API's answer are read back and compared with the exact figures, to the 分."""

from __future__ import annotations

import csv as table
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_wan, exact_yuan, show_wan, show_yuan

from .. import figures
from ..figures import Kind
from ..sheet import GROUP, ROW, SUBTOTAL, TOTAL, Line, Sheet
from . import answer, csv, html, pdf, reading
from .plan import Plan
from .safety import unquoted
from .sizes import PAGE_SUM


def agree(
    sheet: Sheet,
    pdf_file: Path | None = None,
    workbook: Path | None = None,
    csv_file: Path | None = None,
    answered: dict[str, Any] | None = None,
) -> list[str]:
    """What differs between the outputs and the exact figures, as sentences; empty when all agree.

    answered: the API's document of the whole ledger, as read from its JSON text.
    """
    found = list(_screen(sheet))
    if pdf_file is not None:
        found += _paper(sheet, pdf_file)
    if workbook is not None:
        found += _workbook(sheet, workbook)
    if csv_file is not None:
        found += _csv(sheet, csv_file)
    if answered is not None:
        found += _answer(sheet, answered)
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


# --- screen -----------------------------------------------------------------------------------------------------


class _Cells(HTMLParser):
    """The texts of the cells of each body and foot row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


def _screen(sheet: Sheet) -> Iterator[str]:
    parser = _Cells()
    parser.feed(html.page(sheet))
    heads = 2 if any(column.over for column in sheet.columns) else 1
    rows = iter(parser.rows[heads:])
    for line in sheet.lines():
        if line.kind == TOTAL and sheet.count == 0:
            next(rows)
        wanted = _expected(sheet, line.kind, line)
        shown = [cell for cell in next(rows, [])]
        if line.kind != ROW:
            wanted, shown = [text for text in wanted if text], [text for text in shown if text]
        if wanted != shown:
            yield f"页面与台账不符：应为“{'|'.join(wanted)[:120]}”，页面是“{'|'.join(shown)[:120]}”。"


def _expected(sheet: Sheet, kind: str, line: Any) -> list[str]:
    if kind == ROW:
        return list(sheet.texts(line))
    if kind == GROUP:
        return [sheet.label(line)]
    return [sheet.label(line), *(text for text in sheet.texts(line) if text)]


# --- paper ------------------------------------------------------------------------------------------------------


def _paper(sheet: Sheet, path: Path) -> Iterator[str]:
    if sheet.ledger.form is not None:
        yield from _form_paper(sheet, path)
        return
    plan = pdf.plan(sheet)
    yield from _plan_is_whole(sheet, plan)
    pages = reading.page_texts(path)
    if len(pages) != len(plan.pages):
        yield f"PDF 有 {len(pages)} 页，应有 {len(plan.pages)} 页。"
        return
    head = _bare(
        "".join("".join(cell.lines) for cell in sorted(plan.layout.head_cells, key=lambda cell: (cell.top, cell.begin)))
    )
    for number, (page, text) in enumerate(zip(plan.pages, pages, strict=True), 1):
        if head not in text:
            yield f"PDF 第 {number} 页没有完整的表头。"
        if f"第{number}页共{len(pages)}页" not in text:
            yield f"PDF 第 {number} 页的页码不对。"
        lines = [
            (_bare(line), plan.layout.body.paintable(line))
            for strip in page.strips
            for lines in (*strip.cells, *(span.lines for span in strip.spans))
            for line in lines
        ]
        body = "".join(line for line, _ in lines)
        if all(simple for _, simple in lines):
            if body not in text:
                yield f"PDF 第 {number} 页的表内文字与台账不符。"
            continue
        at = 0
        for line, simple in lines:
            if simple:
                place = text.find(line, at)
                if place < 0:
                    yield f"PDF 第 {number} 页缺少“{line}”。"
                at = max(at, place)


def _form_paper(sheet: Sheet, path: Path) -> Iterator[str]:
    """A form is no table: each figure of money it has a printed column for stands somewhere on the paper."""
    text = "".join(reading.page_texts(path))
    for line in sheet.lines():
        if line.kind != ROW:
            continue
        for column, exact in zip(sheet.columns, line.values, strict=True):
            if column.printed and isinstance(exact, Money) and exact:
                ways = {_bare(show(exact)) for show in (show_yuan, show_wan, exact_wan, exact_yuan)}
                if not any(way in text for way in ways):
                    yield f"PDF 缺少第 {line.values[0]} 行的{column.term.label}“{show_yuan(exact)}”。"


def _plan_is_whole(sheet: Sheet, plan: Plan) -> Iterator[str]:
    """Every row and sum of the sheet is on exactly one page, and the page subtotals add up to the total."""
    printed: list[list[str]] = []
    sums: list[Any] = [None] * len(sheet.columns)
    for page in plan.pages:
        for strip in page.strips:
            if strip.kind == ROW and strip.values is None:
                printed[-1] = [
                    text + _bare("".join(lines)) for text, lines in zip(printed[-1], strip.cells, strict=True)
                ]
            elif strip.kind == ROW:
                printed.append([_bare("".join(lines)) for lines in strip.cells])
            elif strip.kind == PAGE_SUM and strip.values is not None:
                for i, value in enumerate(strip.values):
                    if value is not None:
                        sums[i] = value if sums[i] is None else sums[i] + value
            else:
                printed.append([_bare("".join(span.lines)) for span in strip.spans if span.lines])
    wanted = []
    for line in sheet.lines():
        if line.kind == ROW:
            texts = sheet.texts(line)
            wanted.append([_bare(texts[i]) for i in plan.layout.places])
        elif line.kind == GROUP:
            wanted.append([_bare(sheet.label(line))])
        else:
            texts = sheet.texts(line)
            wanted.append(
                [_bare(text) for text in [sheet.label(line), *(texts[i] for i in plan.layout.places)] if text]
            )
    if printed != wanted:
        yield "分页后的行与台账不符。"
    for i, value in enumerate(sums):
        if value is not None and value != sheet.totals[sheet.columns[i].key]:
            yield f"{sheet.columns[i].term.label}的各页小计之和不等于合计。"


# --- workbook and CSV -------------------------------------------------------------------------------------------


def read_back(kind: Kind, value: Any) -> Any:
    """The exact value behind a workbook cell or a CSV text of this kind; None for an empty one."""
    if value is None or value == "":
        return None
    if kind.sums_money:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return Money.wan(number) if kind.style == "wan" else Money.yuan(number)
    if kind in (figures.INTEGER, figures.YEAR, figures.SERIAL):
        return int(value)
    if kind is figures.DECIMAL:
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if kind is figures.PERCENT:
        return Fraction(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    if kind in (figures.DATE, figures.MONTH):
        if isinstance(value, datetime):
            return value.date()
        return datetime.strptime(value if kind is figures.DATE else f"{value}-01", "%Y-%m-%d").date()
    if kind is figures.BOOLEAN:
        return {"是": True, "否": False}[value]
    return value


def _same(kind: Kind, cell: Any, exact: Any) -> bool:
    """Whether a cell that was read holds this exact value; something unreadable does not."""
    try:
        found = read_back(kind, cell)
    except (ValueError, TypeError, KeyError, ArithmeticError, DomainError):
        return False
    if exact is None or found is None:
        return found is None and (exact is None or kind.exact(exact) == "")
    if kind is figures.PERCENT:
        return kind.show(found) == kind.show(exact)
    if kind is figures.MONTH:
        return kind.exact(found) == kind.exact(exact)
    if kind.style == "text" and kind is not figures.BOOLEAN:
        return bool(found == kind.exact(exact))
    return bool(found == exact)


def _workbook(sheet: Sheet, path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book.worksheets[0].iter_rows(min_row=4 + any(column.over for column in sheet.columns), values_only=True)
    kinds = [column.figure for column in sheet.columns]
    for line in sheet.lines():
        cells = next(rows, ())
        cells = tuple(unescape(cell) if isinstance(cell, str) else cell for cell in cells)
        cells = (*cells, *[None] * (len(kinds) - len(cells)))
        if line.kind == GROUP:
            if cells[0] != sheet.label(line):
                yield f"工作簿缺少“{sheet.label(line)}”。"
            continue
        if line.kind in (SUBTOTAL, TOTAL) and sheet.label(line) not in cells:
            yield f"工作簿缺少“{sheet.label(line)}”。"
        for column, kind, cell, exact in zip(sheet.columns, kinds, cells, line.values, strict=True):
            if line.kind != ROW and exact is None:
                continue
            if not _same(kind, cell, exact):
                yield f"工作簿{sheet.label(line) if line.kind != ROW else f'第 {line.values[0]} 行'}“{column.term.label}”是 {cell!r}。"
    book.close()


def _csv(sheet: Sheet, path: Path) -> Iterator[str]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        records = table.reader(file)
        if next(records, []) != csv.headings(sheet):
            yield "CSV 的表头与台账不符。"
        skip = len(sheet.ledger.groups)
        for line in sheet.lines():
            if line.kind != ROW:
                continue
            cells = next(records, [])[skip:]
            for column, cell, exact in zip(sheet.columns, cells, line.values, strict=False):
                kind = column.figure
                text = unquoted(cell) if kind.style == "text" else cell
                if not _same(kind, text, exact):
                    yield f"CSV 第 {line.values[0]} 行“{column.term.label}”是“{cell}”。"
            if len(cells) < len(sheet.columns):
                yield "CSV 缺少行或列。"
                return
        if next(records, None) is not None:
            yield "CSV 有多余的行。"


# --- the API's answer -------------------------------------------------------------------------------------------


def _answer(sheet: Sheet, told: dict[str, Any]) -> Iterator[str]:
    """Rows, totals, count and digest of the document against the sheet's own."""
    rows = iter(told.get("rows", ()))
    levels = [""] * len(sheet.ledger.groups)
    for line in sheet.lines():
        if line.kind == GROUP:
            levels[line.level] = line.name
        elif line.kind == ROW:
            row: dict[str, Any] = next(rows, {})
            if row.get("groups") != levels:
                yield f"接口第 {line.values[0]} 行的分组是 {row.get('groups')!r}。"
            yield from _told_values(sheet, line, row, f"接口第 {line.values[0]} 行")
        elif line.kind == TOTAL:
            wanted = {c.key for c in sheet.columns if c.key in sheet.ledger.totals}
            yield from _told_values(sheet, line, told.get("totals", {}), "接口合计", wanted)
            if told.get("row_count") != line.row_count:
                yield f"接口的行数是 {told.get('row_count')!r}，应为 {line.row_count}。"
    if next(rows, None) is not None:
        yield "接口有多余的行。"
    if told.get("row_digest") != sheet.row_digest:
        yield "接口的行摘要与台账不符。"


def _told_values(
    sheet: Sheet, line: Line, told: dict[str, Any], where: str, only: set[str] | None = None
) -> Iterator[str]:
    for column, exact in zip(sheet.columns, line.values, strict=True):
        if only is not None and column.key not in only:
            continue
        key = answer.key_of(column)
        if key not in told or not _tells(column.figure, told[key], exact):
            yield f"{where}“{column.term.label}”是 {told.get(key)!r}。"


def _tells(kind: Kind, value: Any, exact: Any) -> bool:
    if isinstance(exact, Money):
        return type(value) is int and Money(value) == exact
    if exact is None:
        return value is None
    if kind is figures.BOOLEAN or kind in (figures.INTEGER, figures.YEAR, figures.SERIAL):
        return type(value) is type(exact) and bool(value == exact)
    return bool(value == kind.exact(exact))
