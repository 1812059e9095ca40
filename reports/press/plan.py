"""Where everything goes on paper: column widths, folded lines, row heights, whole rows on pages, page subtotals. Paints nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ..ledger import Column
from ..sheet import GROUP, MANY, ROUNDING_NOTE, ROW, SUBTOTAL, TOTAL, Line, Sheet, is_gap
from ..sums import Adder
from . import widths
from .faces import Chain
from .folding import CLUSTER, CODE_PART, Lines, balanced, fold
from .sizes import (
    CONTINUED_BLOCK,
    FRAME,
    GROUP_HEIGHT,
    HEAD_SIZE,
    LEADING,
    MARGIN_BOTTOM,
    MARGIN_SIDE,
    MARGIN_TOP,
    MEDIUM,
    NOTE_LINE,
    NOTE_SIZE,
    PAD,
    PAGE_SUM,
    PAPER,
    POINT,
    SIGNATURES_HEIGHT,
    SLACK,
    SMALLEST,
    SUM_HEIGHT,
    THIN,
    TITLE_BLOCK,
    TOTAL_HEIGHT,
)


class Cell(NamedTuple):
    """A cell of a sum or group line: columns [begin, end), its lines, its alignment."""

    begin: int
    end: int
    lines: Lines
    align: str


class Strip(NamedTuple):
    """One printed line of the table: its kind, height in mm, and its cells (lines per column, or spanning cells).

    values: of a row what the sum of its page needs, nothing once that is added up; None in a slice that continues a row.
    Of a page sum its exact figures.
    """

    kind: str
    height: float
    cells: tuple[Lines, ...]
    spans: tuple[Cell, ...]
    values: tuple[Any, ...] | None


class HeadCell(NamedTuple):
    """A heading: columns [begin, end), rows [top, bottom), its lines."""

    begin: int
    end: int
    top: int
    bottom: int
    lines: Lines


@dataclass(frozen=True)
class PlannedPage:
    """One page: its strips from top to bottom."""

    strips: tuple[Strip, ...]

    @cached_property
    def height(self) -> float:
        return round(sum(strip.height for strip in self.strips), 4)

    def rule_below(self, k: int) -> float:
        """Thickness of the rule under the strip at this place; nothing under the last, where the frame is."""
        if k == len(self.strips) - 1:
            return 0.0
        kind, after = self.strips[k].kind, self.strips[k + 1].kind
        if after == TOTAL:
            return FRAME
        return MEDIUM if kind == SUBTOTAL or after in (GROUP, PAGE_SUM) else THIN


class Layout:
    """Columns, sizes and heights of a sheet on its paper. plain: all texts laid out so far can be painted glyph by glyph."""

    def __init__(self, sheet: Sheet, body: Chain, strong: Chain, head: Chain) -> None:
        self.sheet = sheet
        self.body, self.strong, self.head = body, strong, head
        self.places = tuple(i for i, column in enumerate(sheet.columns) if column.printed)
        self.columns: tuple[Column, ...] = tuple(sheet.columns[i] for i in self.places)
        self.page_width, self.page_height = PAPER[sheet.ledger.page]
        self.width = self.page_width - 2 * MARGIN_SIDE
        self.body_height = self.page_height - MARGIN_TOP - MARGIN_BOTTOM
        self.size = sheet.ledger.size
        self.sizes = [max(SMALLEST, self.size * 0.92) if column.small else self.size for column in self.columns]
        self.widths = widths.fitted(
            sheet, self.columns, self.places, self.sizes, self.width - 2 * FRAME, body, strong, head
        )
        self.edges = [0.0]
        for width in self.widths:
            self.edges.append(round(self.edges[-1] + width, 4))
        self.head_cells, self.head_rows = self._heading()
        self.row_height = max(sheet.ledger.row_mm, round(2 * self.line_height(self.size) + 0.8, 2))
        self._folded: list[dict[str, Lines]] = [{} for _ in self.columns]
        self.plain = True

    @staticmethod
    def line_height(size: float) -> float:
        """Height of one text line in mm."""
        return size * POINT * LEADING

    # --- heading ----------------------------------------------------------------------------------------------

    def _heading(self) -> tuple[tuple[HeadCell, ...], tuple[float, ...]]:
        """Heading cells and the heights of the one or two heading rows."""
        unit = self.sheet.ledger.unit
        overs = [column.over for column in self.columns]
        two = any(overs)
        cells: list[HeadCell] = []
        k = 0
        while k < len(self.columns):
            end = k + 1
            if overs[k]:
                while end < len(self.columns) and overs[end] == overs[k]:
                    end += 1
                cells.append(HeadCell(k, end, 0, 1, self._head_lines(overs[k], k, end)))
            for j in range(k, end):
                lines = self._head_lines(self.columns[j].heading(unit), j, j + 1)
                cells.append(HeadCell(j, j + 1, 1 if overs[k] else 0, 2 if two else 1, lines))
            k = end
        line = self.line_height(HEAD_SIZE)
        upper = (
            max((len(c.lines) for c in cells if (c.top, c.bottom) == (0, 1)), default=0) * line + 1.4 if two else 0.0
        )
        lower = max(
            (len(c.lines) for c in cells if c.top == (1 if two else 0) and c.end - c.begin == 1 and overs[c.begin]),
            default=1,
        )
        tall = max(len(c.lines) for c in cells) * line + 1.6
        if not two:
            return tuple(cells), (round(max(9.0, tall), 2),)
        lower_height = max(lower * line + 1.4, tall - upper, 9.0 - upper)
        return tuple(cells), (round(upper, 2), round(lower_height, 2))

    def _head_lines(self, text: str, begin: int, end: int) -> Lines:
        width = (self.edges[end] - self.edges[begin] - 2 * 0.35) / POINT / HEAD_SIZE * 1000
        lines: list[str] = []
        for piece in text.split("\n"):
            name, bracket, unit = piece.partition("（")
            if bracket and self.head.width(piece) > width:
                lines.extend(fold(name, width, self.head))
                lines.extend(fold(bracket + unit, max(width, self.head.width(bracket + unit)), self.head))
            else:
                lines.extend(fold(piece, width, self.head))
        return tuple(line for line in lines if line)

    @property
    def head_height(self) -> float:
        return sum(self.head_rows)

    # --- strips -----------------------------------------------------------------------------------------------

    def strips(self) -> Iterator[Strip]:
        """Every line of the sheet, folded and measured."""
        for line in self.sheet.lines():
            if line.kind == ROW:
                yield self._row(line)
            elif line.kind == GROUP:
                size = max(8.5, self.size)
                lines = self._lines(self.sheet.label(line), (self.width - 3) / POINT / size * 1000, self.head)
                height = max(GROUP_HEIGHT, len(lines) * self.line_height(size) + 1.6)
                yield Strip(GROUP, height, (), (Cell(0, len(self.columns), lines, "left"),), None)
            else:
                yield self.sum_strip(line.kind, self.sheet.label(line), line.values)

    def _row(self, line: Line) -> Strip:
        cells: list[Lines] = []
        most = 1
        texts = self.sheet.texts(line)
        for k, i in enumerate(self.places):
            text = texts[i]
            memo = self._folded[k]
            found = memo.get(text)
            if found is None:
                found = self._fold(text, k)
                if len(memo) < MANY:
                    memo[text] = found
            if len(found) > most:
                most = len(found)
            cells.append(found)
        height = self.row_height
        if most > 2:
            height = max(height, round(most * self.line_height(self.size) + 1.4, 4))
        return Strip(ROW, height, tuple(cells), (), line.values)

    def _fold(self, text: str, k: int) -> Lines:
        if not text:
            return ()
        width = (self.widths[k] - 2 * PAD + 0.02) / POINT / self.sizes[k] * 1000
        figure = self.columns[k].figure
        if figure.name == "code":
            return self._lines(text, width, self.body, CODE_PART)
        lines = self._lines(text, width, self.body)
        return balanced(text, width, self.body, lines) if figure.align == "center" and len(lines) > 1 else lines

    def _lines(self, text: str, width: float, chain: Chain, parts: re.Pattern[str] = CLUSTER) -> Lines:
        """A text in lines; what cannot be painted glyph by glyph is noted."""
        self.plain = self.plain and chain.paintable(text)
        return fold(text, width, chain, parts)

    def sum_strip(self, kind: str, label: str, values: Sequence[Any]) -> Strip:
        """A line of sums: the label over the columns before the first sum, each sum, blanks run together."""
        summed = [k for k, i in enumerate(self.places) if values[i] is not None]
        spans: list[Cell] = []
        first = summed[0] if summed else len(self.columns)
        chain = self.body if kind == PAGE_SUM else self.strong
        size = self.sum_size(kind)
        lead = max(first, 1)
        room = (self.edges[lead] - 2 * PAD) / POINT / size * 1000
        label_lines = self._lines(label, room, chain)
        if first:
            spans.append(Cell(0, first, label_lines, "center"))
        k = first
        while k < len(self.columns):
            if k in summed:
                text = self.sheet.text(self.places[k], values[self.places[k]])
                lines = self._lines(text, (self.widths[k] - 2 * PAD + 0.02) / POINT / size * 1000, chain)
                spans.append(Cell(k, k + 1, lines, "right"))
                k += 1
                continue
            end = k
            while end < len(self.columns) and end not in summed:
                end += 1
            spans.append(Cell(k, end, (), "left"))
            k = end
        least = TOTAL_HEIGHT if kind == TOTAL else SUM_HEIGHT
        most = max((len(span.lines) for span in spans), default=1)
        return Strip(kind, round(max(least, most * self.line_height(size) + 0.8), 4), (), tuple(spans), None)

    def sum_size(self, kind: str) -> float:
        """Text size of a line of sums in points."""
        return self.size + 0.2 if kind == TOTAL else self.size

    # --- capacity ---------------------------------------------------------------------------------------------

    def capacity(self, first: bool) -> float:
        """Millimeters for strips on a page, without its page subtotal."""
        top = TITLE_BLOCK if first else CONTINUED_BLOCK
        return self.body_height - top - self.head_height - 2 * FRAME - SUM_HEIGHT - SLACK

    def notes_height(self, notes: Iterable[str]) -> float:
        """Millimeters the sentences under the table take."""
        width = self.width / POINT / NOTE_SIZE * 1000
        lines = sum(len(fold(note, width, self.body)) for note in notes)
        return lines * NOTE_LINE + 2.5 if lines else 0.0

    def note_lines(self, notes: Sequence[str]) -> list[tuple[str, bool]]:
        """The sentences under the table as printed lines, and whether each is red."""
        width = self.width / POINT / NOTE_SIZE * 1000
        return [
            (line, is_gap(note))
            for k, note in enumerate(notes)
            for line in fold(("说明：" if k == 0 else "") + note, width, self.body)
        ]


class Plan:
    """A sheet cut into pages."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.sheet = layout.sheet
        notes = self.sheet.ledger.basis + (ROUNDING_NOTE,)
        self._tail = layout.notes_height(notes) + (SIGNATURES_HEIGHT if self.sheet.ledger.signatures else 0.0)
        self._surprised = False
        self.pages = self._paged()
        extra = (ROUNDING_NOTE,) if self._surprised and ROUNDING_NOTE not in self.sheet.notes else ()
        self.notes = self.sheet.notes + extra

    def _paged(self) -> list[PlannedPage]:
        """Every page. Only the last two are open: what stands before them is added up and needs no values any more."""
        closed: list[PlannedPage] = []
        pages: list[list[list[Strip]]] = [[]]
        used = 0.0
        tail: list[Strip] = []
        for unit in _units(self.layout.strips()):
            if unit[-1].kind == TOTAL:
                tail = unit
                break
            for piece in self._whole_or_split(unit):
                height = _height(piece)
                if pages[-1] and used + height > self.layout.capacity(not closed and len(pages) == 1):
                    pages.append([])
                    used = 0.0
                    if len(pages) > 2:
                        closed.append(self._closed(pages.pop(0), alone=False))
                pages[-1].append(piece)
                used += height
        pages = self._with_tail(pages, tail)
        alone = not closed and len(pages) == 1
        return closed + [self._closed(units, alone) for units in pages]

    def _with_tail(self, pages: list[list[list[Strip]]], tail: list[Strip]) -> list[list[list[Strip]]]:
        """Total, notes and signatures stand beside at least two rows, on whichever page has room for them."""
        need = _height(tail) + self._tail

        def fits(page: list[list[Strip]], first: bool) -> bool:
            return sum(map(_height, page)) + need <= self.layout.capacity(first)

        if not fits(pages[-1], len(pages) == 1):
            moved: list[list[Strip]] = []
            while pages[-1] and _rows(moved) < 2 and fits([pages[-1][-1], *moved], False):
                moved.insert(0, pages[-1].pop())
            if not pages[-1]:
                pages.pop()
            pages.append(moved)
        elif (
            len(pages) > 1 and _rows(pages[-1]) < 2 and len(pages[-2]) > 1 and fits([pages[-2][-1], *pages[-1]], False)
        ):
            pages[-1].insert(0, pages[-2].pop())
        pages[-1].append(tail)
        return pages

    def _whole_or_split(self, unit: list[Strip]) -> Iterator[list[Strip]]:
        """A unit as it is; where one row is taller than a page, the row in slices that follow each other."""
        room = self.layout.capacity(False)
        if _height(unit) <= room:
            yield unit
            return
        for strip in unit:
            if strip.height <= room or strip.kind != ROW:
                yield [strip]
                continue
            step = int((room - 0.8) / self.layout.line_height(self.layout.size))
            most = max(len(lines) for lines in strip.cells)
            for begin in range(0, most, step):
                cells = tuple(lines[begin : begin + step] for lines in strip.cells)
                tall = max(len(lines) for lines in cells) * self.layout.line_height(self.layout.size) + 0.8
                values = strip.values if begin == 0 else None
                yield [Strip(ROW, max(self.layout.row_height, round(tall, 4)), cells, (), values)]

    def _closed(self, units: list[list[Strip]], alone: bool) -> PlannedPage:
        """The page with its 本页小计 at the end, before the total; a single page has none."""
        strips = [strip for unit in units for strip in unit]
        if not alone and self.sheet.ledger.totals:
            place = len(strips) - 1 if strips and strips[-1].kind == TOTAL else len(strips)
            strips.insert(place, self._page_sum(strips))
        return PlannedPage(
            tuple([strip._replace(values=()) if strip.kind == ROW and strip.values else strip for strip in strips])
        )

    def _page_sum(self, strips: Iterable[Strip]) -> Strip:
        adder = Adder(self.sheet.columns, self.sheet.ledger.totals)
        for strip in strips:
            if strip.kind == ROW and strip.values is not None:
                adder.add(strip.values)
        self._surprised |= adder.surprises
        sums = adder.values()
        label = f"本页小计（{adder.count:,} {self.sheet.ledger.counter}）"
        return self.layout.sum_strip(PAGE_SUM, label, sums)._replace(values=sums)

    def take(self, number: int) -> PlannedPage:
        """The page at this place, let go of: what is painted need not be held beside its painting."""
        page, self.pages[number] = self.pages[number], PlannedPage(())
        return page

    @property
    def templates(self) -> list[int]:
        """Page numbers that need a laid-out page of their own: first, one in the middle, last."""
        last = len(self.pages) - 1
        return sorted({0, min(1, last), last})


def _units(strips: Iterable[Strip]) -> Iterator[list[Strip]]:
    """Strips that stay together: headings with their first row, the last row with its subtotals, the total alone."""
    unit: list[Strip] = []
    has_row = False
    for strip in strips:
        opens = strip.kind in (GROUP, ROW, TOTAL)
        if unit and opens and (has_row or strip.kind == TOTAL):
            yield unit
            unit, has_row = [], False
        unit.append(strip)
        has_row |= strip.kind == ROW
    if unit:
        yield unit


def _height(unit: Iterable[Strip]) -> float:
    return sum(strip.height for strip in unit)


def _rows(units: Iterable[list[Strip]]) -> int:
    return sum(strip.kind == ROW for unit in units for strip in unit)
