"""Rows as PDF content: from a planned page to operators, in millimeters from the top left corner. Knows nothing of WeasyPrint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from ..sheet import GROUP, ROW, SUBTOTAL, TOTAL
from .engine import PX, Aside, Heading, Piece
from .faces import Chain
from .plan import Plan, Strip
from .sizes import (
    CONTINUED_BLOCK,
    FRAME,
    MARGIN_BOTTOM,
    MARGIN_SIDE,
    MARGIN_TOP,
    MEDIUM,
    PAD,
    PAGE_SUM,
    POINT,
    THIN,
    TITLE_BLOCK,
)

GRAYS = {SUBTOTAL: "0.965", TOTAL: "0.914"}
_STYLES = {ROW: "body", PAGE_SUM: "body", SUBTOTAL: "strong", TOTAL: "strong", GROUP: "head"}
FOOT_SIZE = 9.0


class _Ink:
    """The drawing of one page while it grows: fills, rules by thickness, and text with the pen's last place.

    Text is measured in hundredths of a millimeter and moved relatively: whole numbers that repeat from row to row.
    """

    def __init__(self) -> None:
        self.fills: list[str] = []
        self.rules: dict[tuple[float, float], list[str]] = {}
        self.text: list[str | Aside] = []
        self.pen = (0, 0)
        self.font = ""

    def rule(self, thick: float, x: float, y: float, x2: float, y2: float) -> None:
        gray = 0.27 if thick == THIN else 0
        self.rules.setdefault((gray, thick), []).append(f"{x:.2f} {y:.3f} m {x2:.2f} {y2:.3f} l")

    def pieces(self) -> list[Piece]:
        """Content streams and Asides in the order of the text; everything that is not text comes first."""
        scale = f"q {PX:.6f} 0 0 {PX:.6f} 0 0 cm"
        rules = [f"{gray} G {thick} w {' '.join(paths)} S" for (gray, thick), paths in sorted(self.rules.items())[::-1]]
        pieces: list[Piece] = ["\n".join([scale, *self.fills, *rules, "Q"]).encode("ascii")]
        texts: list[str] = []
        for item in [*self.text, None]:
            if isinstance(item, str):
                texts.append(item)
                continue
            if texts:
                fine = f"q {PX / 100:.7f} 0 0 {PX / 100:.7f} 0 0 cm 0 g BT 1 0 0 -1 0 0 Tm"
                pieces.append("\n".join([fine, *texts, "ET Q"]).encode("latin-1"))
                texts = []
            if item is not None:
                pieces.append(item)
        return pieces


Runs = tuple[tuple[int, str], ...]


class Painter:
    """Paints the pages of one plan and remembers which glyphs it used."""

    def __init__(self, plan: Plan, chains: dict[str, Chain], names: dict[str, tuple[str, ...]]) -> None:
        self.plan = plan
        self.layout = plan.layout
        self.chains, self.names = chains, names
        self.glyphs: dict[tuple[str, int], dict[int, tuple[str, int]]] = {}
        self._runs: dict[tuple[str, str], Runs | None] = {}
        self._codes: dict[str, dict[str, tuple[int, str]]] = {style: {} for style in chains}
        self._plain: dict[str, dict[str, str]] = {style: {} for style in chains}  # of the first face alone
        self._fonts: dict[tuple[str, int, float], str] = {}
        self._starts: list[dict[str, int]] = [{} for _ in self.layout.columns]
        self._x = [MARGIN_SIDE + FRAME + edge for edge in self.layout.edges]
        self._aligns = [column.figure.align for column in self.layout.columns]
        self._body_drops = [self._drop(chains["body"], size) for size in self.layout.sizes]

    # --- text -------------------------------------------------------------------------------------------------

    def runs(self, text: str, style: str) -> Runs | None:
        """Face by face, the glyphs of a text as strings of a content stream; None when WeasyPrint has to set it."""
        key = (text, style)
        try:
            return self._runs[key]
        except KeyError:
            found = self._encoded(text, style)
            if len(self._runs) < 50_000 or found is None:
                self._runs[key] = found
            return found

    def _encoded(self, text: str, style: str) -> Runs | None:
        try:
            return ((0, "".join(map(self._plain[style].__getitem__, text))),) if text else ()
        except KeyError:
            pass
        codes = self._codes[style]
        if not self.chains[style].paintable(text):
            return None
        codes.update({char: self._code(style, char) for char in text if char not in codes})
        found = [codes[char] for char in text]
        return tuple(
            (number, "".join([glyph for _, glyph in run])) for number, run in groupby(found, key=itemgetter(0))
        )

    def _code(self, style: str, char: str) -> tuple[int, str]:
        """Number of the face and the two bytes of the glyph, written so that they may stand in a PDF string."""
        number, glyph, advance = self.chains[style].place(char) or (0, 0, 0)
        self.glyphs.setdefault((style, number), {}).setdefault(glyph, (char, advance))
        raw = chr(glyph >> 8) + chr(glyph & 255)
        for special, written in (("\\", "\\\\"), ("(", "\\("), (")", "\\)"), ("\r", "\\r"), ("\n", "\\n")):
            raw = raw.replace(special, written)
        if number == 0:
            self._plain[style][char] = raw
        return number, raw

    def asides(self) -> list[Aside]:
        """Every text of the plan that has to be set by WeasyPrint."""
        if self.layout.plain:
            return []
        found: dict[tuple[str, str], None] = {}
        for page in self.plan.pages:
            for strip in page.strips:
                style = _STYLES[strip.kind]
                for lines in (*strip.cells, *(span.lines for span in strip.spans)):
                    for line in lines:
                        if self.runs(line, style) is None:
                            found[line, style] = None
        return [Aside(text, 0, 0, 10, style != "body") for text, style in found]

    # --- page -------------------------------------------------------------------------------------------------

    def page(self, number: int) -> list[Piece]:
        """The content of one page, asked for once: head, fills, rules, frame, text row by row, page number."""
        page = self.plan.take(number)
        top = MARGIN_TOP + (CONTINUED_BLOCK if number else TITLE_BLOCK)
        y = begin = top + FRAME + self.layout.head_height
        ink = _Ink()
        for k, strip in enumerate(page.strips):
            bottom = y + strip.height
            if strip.kind in GRAYS:
                box = f"{self._x[0]:.2f} {y:.2f} {self._x[-1] - self._x[0]:.2f} {strip.height:.2f}"
                ink.fills.append(f"{GRAYS[strip.kind]} g {box} re f")
            if strip.kind == ROW:
                self._row(strip, y, ink)
            else:
                self._spans(strip, y, ink)
            thick = page.rule_below(k)
            if thick:
                ink.rule(thick, self._x[0], bottom - thick / 2, self._x[-1], bottom - thick / 2)
            y = bottom
        self._verticals(page.strips, begin, ink)
        left, right = MARGIN_SIDE + FRAME / 2, MARGIN_SIDE + self.layout.width - FRAME / 2
        frame = f"{left:.3f} {top + FRAME / 2:.3f} {right - left:.3f} {y + FRAME / 2 - top:.3f} re"
        ink.rules.setdefault((0, FRAME), []).append(frame)
        self._page_number(number, ink)
        headings = self._heads(top + FRAME, ink)
        drawing, *texts = ink.pieces()
        return [drawing, *headings, *texts]

    def headings(self) -> list[tuple[str, ...]]:
        """The lines of every heading of the table."""
        return [cell.lines for cell in self.layout.head_cells]

    def _heads(self, top: float, ink: _Ink) -> list[Heading]:
        """Gray ground and rules of the table head, and its texts row by row."""
        layout = self.layout
        rows = [top, top + layout.head_rows[0], top + layout.head_height]
        left, right = self._x[0], self._x[-1]
        ink.fills.append(f"0.937 g {left:.2f} {top:.2f} {right - left:.2f} {layout.head_height:.2f} re f")
        ink.rule(MEDIUM, left, top + layout.head_height - MEDIUM / 2, right, top + layout.head_height - MEDIUM / 2)
        levels = len(layout.head_rows)
        found = []
        for cell in sorted(layout.head_cells, key=lambda cell: (cell.top, cell.begin)):
            begin, end = self._x[cell.begin], self._x[cell.end]
            above, below = rows[cell.top], rows[cell.bottom if levels > 1 else 2]
            if cell.end < len(layout.columns):
                ink.rule(THIN, end - THIN / 2, above, end - THIN / 2, below)
            if cell.bottom < levels:
                ink.rule(THIN, begin, below - THIN / 2, end, below - THIN / 2)
            found.append(Heading(cell.lines, (begin + end - THIN) / 2, (above + below) / 2))
        return found

    def _row(self, strip: Strip, y: float, ink: _Ink) -> None:
        layout = self.layout
        sizes, drops, all_starts = layout.sizes, self._body_drops, self._starts
        chain = self.chains["body"]
        inside = strip.height - THIN
        for k, lines in enumerate(strip.cells):
            if not lines:
                continue
            size = sizes[k]
            step = layout.line_height(size)
            baseline = y + (inside - step * len(lines)) / 2 + drops[k]
            starts = all_starts[k]
            for line in lines:
                start = starts.get(line)
                if start is None:
                    start = self._start(line, chain, size, self._x[k], self._x[k + 1], self._aligns[k])
                    if len(starts) < 20_000:
                        starts[line] = start
                self._show(line, "body", size, start, baseline, ink)
                baseline += step

    def _spans(self, strip: Strip, y: float, ink: _Ink) -> None:
        style = _STYLES[strip.kind]
        chain = self.chains[style]
        size = max(8.5, self.layout.size) if strip.kind == GROUP else self.layout.sum_size(strip.kind)
        step = self.layout.line_height(size)
        for span in strip.spans:
            left, right = self._x[span.begin], self._x[span.end]
            baseline = y + (strip.height - step * len(span.lines)) / 2 + self._drop(chain, size)
            for line in span.lines:
                start = self._start(line, chain, size, left, right, span.align)
                self._show(line, style, size, start, baseline, ink)
                baseline += step
            if span.end < len(self.layout.columns):
                ink.rule(THIN, right - THIN / 2, y, right - THIN / 2, y + strip.height)

    def _start(self, text: str, chain: Chain, size: float, left: float, right: float, align: str) -> int:
        """Where a text begins, in hundredths of a millimeter."""
        if align == "left":
            return round((left + PAD) * 100)
        width = chain.width(text) * size * POINT / 1000
        if align == "right":
            return round((right - PAD - THIN - width) * 100)
        return round((left + (right - THIN - left - width) / 2) * 100)

    def _drop(self, chain: Chain, size: float) -> float:
        """From the top of a text line to its baseline."""
        face = chain.first
        return self.layout.line_height(size) / 2 + (face.ascent + face.descent) / 2000 * size * POINT

    def _show(self, text: str, style: str, size: float, x: int, baseline: float, ink: _Ink) -> None:
        runs = self.runs(text, style)
        if runs is None:
            ink.text.append(Aside(text, x / 100, baseline, size, style != "body"))
            ink.font, ink.pen = "", (0, 0)
            return
        y = round(baseline * 100)
        move = f"{x - ink.pen[0]} {ink.pen[1] - y} Td"
        ink.pen = (x, y)
        for number, glyphs in runs:
            font = self._font(style, number, size)
            if font != ink.font:
                ink.font = font
                ink.text.append(font)
            ink.text.append(f"{move}({glyphs})Tj")
            move = ""

    def _font(self, style: str, number: int, size: float) -> str:
        """The operator that takes a face of a style in a size."""
        key = (style, number, size)
        try:
            return self._fonts[key]
        except KeyError:
            found = self._fonts[key] = f"/{self.names[style][number]} {size * POINT * 100:.2f} Tf"
            return found

    def _verticals(self, strips: Sequence[Strip], top: float, ink: _Ink) -> None:
        """Column rules along each run of ordinary rows."""
        y = begin = top
        inside = False
        for strip in (*strips, None):
            if strip is not None and strip.kind == ROW:
                if not inside:
                    begin, inside = y, True
            elif inside:
                for x in self._x[1:-1]:
                    ink.rule(THIN, x - THIN / 2, begin, x - THIN / 2, y)
                inside = False
            y += strip.height if strip is not None else 0

    def _page_number(self, number: int, ink: _Ink) -> None:
        text = f"第 {number + 1} 页\u3000共 {len(self.plan.pages)} 页"
        chain = self.chains["body"]
        x = self._start(text, chain, FOOT_SIZE, 0, self.layout.page_width, "center")
        middle = self.layout.page_height - MARGIN_BOTTOM / 2
        self._show(
            text,
            "body",
            FOOT_SIZE,
            x,
            middle + self._drop(chain, FOOT_SIZE) - self.layout.line_height(FOOT_SIZE) / 2,
            ink,
        )
