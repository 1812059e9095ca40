"""Rows as PDF content: from a planned page to operators, in millimeters from the top left corner. Knows nothing of WeasyPrint."""

from __future__ import annotations

from collections.abc import Sequence

from ..sheet import GROUP, ROW, SUBTOTAL, TOTAL
from .engine import PX, Aside, Laid, Piece
from .faces import Chain
from .plan import (
    CONTINUED_BLOCK,
    FRAME,
    MARGIN_SIDE,
    MARGIN_TOP,
    PAD,
    PAGE_SUM,
    POINT,
    THIN,
    TITLE_BLOCK,
    Plan,
    Strip,
)

GRAYS = {SUBTOTAL: "0.965", TOTAL: "0.914"}
_STYLES = {ROW: "body", PAGE_SUM: "body", SUBTOTAL: "strong", TOTAL: "strong", GROUP: "head"}
FOOT_SIZE = 9.0


class Painter:
    """Paints the pages of one plan and remembers which glyphs it used."""

    def __init__(self, plan: Plan, chains: dict[str, Chain], names: dict[str, tuple[str, ...]], head: str) -> None:
        self.plan = plan
        self.head = head
        self.layout = plan.layout
        self.chains, self.names = chains, names
        self.glyphs: dict[tuple[str, int], dict[int, tuple[str, int]]] = {}
        self._tokens: dict[tuple[str, str], str | None] = {}
        self._starts: list[dict[tuple[str, str], str]] = [{} for _ in self.layout.columns]
        self._x = [MARGIN_SIDE + FRAME + edge for edge in self.layout.edges]
        self._aligns = [column.figure.align for column in self.layout.columns]

    # --- text -------------------------------------------------------------------------------------------------

    def token(self, text: str, style: str) -> str | None:
        """The show operators of a text, or None when it has to be set by WeasyPrint."""
        key = (text, style)
        found = self._tokens.get(key, "")
        if found == "":
            found = self._encode(text, style)
            if len(self._tokens) < 200_000:
                self._tokens[key] = found
        return found

    def _encode(self, text: str, style: str) -> str | None:
        chain = self.chains[style]
        if not chain.paintable(text):
            return None
        runs: list[tuple[int, list[str]]] = []
        for char in text:
            number, glyph, advance = chain.place(char) or (0, 0, 0)
            used = self.glyphs.setdefault((style, number), {})
            used.setdefault(glyph, (char, advance))
            if not runs or runs[-1][0] != number:
                runs.append((number, []))
            runs[-1][1].append(f"{glyph:04x}")
        if len(runs) == 1 and runs[0][0] == 0:
            return f"<{''.join(runs[0][1])}>Tj"
        names = self.names[style]
        pieces = [f"/{names[number]} %s Tf<{''.join(glyphs)}>Tj" for number, glyphs in runs]
        return "".join(pieces) + f"/{names[0]} %s Tf"

    def asides(self) -> list[Aside]:
        """Every text of the plan that has to be set by WeasyPrint."""
        found: dict[tuple[str, str], None] = {}
        for page in self.plan.pages:
            for strip in page.strips:
                style = _STYLES[strip.kind]
                for lines in (*strip.cells, *(span.lines for span in strip.spans)):
                    for line in lines:
                        if self.token(line, style) is None:
                            found[line, style] = None
        return [Aside(text, 0, 0, 10, style != "body") for text, style in found]

    # --- page -------------------------------------------------------------------------------------------------

    def page(self, number: int) -> list[Piece]:
        """The content of one page: fills, text row by row, rules, frame, page number."""
        page = self.plan.pages[number]
        top = MARGIN_TOP + (CONTINUED_BLOCK if number else TITLE_BLOCK)
        y = top + FRAME + self.layout.head_height
        fills: list[str] = []
        out: list[str | Aside] = ["0 g"]
        rules: list[str] = []
        self._font: tuple[str, str] | None = None
        for k, strip in enumerate(page.strips):
            bottom = y + strip.height
            if strip.kind in GRAYS:
                box = f"{self._x[0]:.2f} {y:.2f} {self._x[-1] - self._x[0]:.2f} {strip.height:.2f}"
                fills.append(f"{GRAYS[strip.kind]} g {box} re f")
            if strip.kind == ROW:
                self._row(strip, y, out)
            else:
                self._spans(strip, y, out, rules)
            thick = page.rule_below(k)
            if thick:
                color = "0.27 G" if thick == THIN else "0 G"
                rules.append(
                    f"{color} {thick} w {self._x[0]:.2f} {bottom - thick / 2:.3f} m {self._x[-1]:.2f} {bottom - thick / 2:.3f} l S"
                )
            y = bottom
        rules.extend(self._verticals(number, top + FRAME + self.layout.head_height))
        left, right = MARGIN_SIDE + FRAME / 2, MARGIN_SIDE + self.layout.width - FRAME / 2
        rules.append(
            f"0 G {FRAME} w {left:.3f} {top + FRAME / 2:.3f} {right - left:.3f} {y + FRAME / 2 - top:.3f} re S"
        )
        self._page_number(number, out)
        return [Laid(self.head, MARGIN_SIDE, top), *self._joined(fills, out, rules)]

    def _joined(self, fills: list[str], out: Sequence[str | Aside], rules: list[str]) -> list[Piece]:
        scale = f"q {PX:.6f} 0 0 {PX:.6f} 0 0 cm"
        pieces: list[Piece] = []
        texts: list[str] = []

        def flush() -> None:
            if texts:
                pieces.append("\n".join([scale, "BT", *texts, "ET", "Q"]).encode("ascii"))
                texts.clear()

        pieces.append("\n".join([scale, *fills, *rules, "Q"]).encode("ascii"))
        for item in out:
            if isinstance(item, Aside):
                flush()
                pieces.append(item)
            else:
                texts.append(item)
        flush()
        return pieces

    def _row(self, strip: Strip, y: float, out: list[str | Aside]) -> None:
        layout = self.layout
        size_of, aligns = layout.sizes, self._aligns
        chain = self.chains["body"]
        for k, lines in enumerate(strip.cells):
            if not lines:
                continue
            size = size_of[k]
            step = layout.line_height(size)
            baseline = y + (strip.height - THIN - step * len(lines)) / 2 + self._drop(chain, size)
            starts = self._starts[k]
            for line in lines:
                key = (line, aligns[k])
                start = starts.get(key)
                if start is None:
                    x = self._start(line, chain, size, self._x[k], self._x[k + 1], aligns[k])
                    start = f"{x:.2f}"
                    if len(starts) < 50_000:
                        starts[key] = start
                self._show(line, "body", size, start, baseline, out)
                baseline += step

    def _spans(self, strip: Strip, y: float, out: list[str | Aside], rules: list[str]) -> None:
        style = _STYLES[strip.kind]
        chain = self.chains[style]
        size = max(8.5, self.layout.size) if strip.kind == GROUP else self.layout.sum_size(strip.kind)
        step = self.layout.line_height(size)
        for span in strip.spans:
            left, right = self._x[span.begin], self._x[span.end]
            baseline = y + (strip.height - step * len(span.lines)) / 2 + self._drop(chain, size)
            for line in span.lines:
                x = self._start(line, chain, size, left, right, span.align)
                self._show(line, style, size, f"{x:.2f}", baseline, out)
                baseline += step
            if span.end < len(self.layout.columns):
                x = right - THIN / 2
                rules.append(f"0.27 G {THIN} w {x:.3f} {y:.2f} m {x:.3f} {y + strip.height:.2f} l S")

    def _start(self, text: str, chain: Chain, size: float, left: float, right: float, align: str) -> float:
        if align == "left":
            return left + PAD
        width = chain.width(text) * size * POINT / 1000
        if align == "right":
            return right - PAD - THIN - width
        return left + (right - THIN - left - width) / 2

    def _drop(self, chain: Chain, size: float) -> float:
        """From the top of a text line to its baseline."""
        face = chain.first
        return self.layout.line_height(size) / 2 + (face.ascent + face.descent) / 2000 * size * POINT

    def _show(self, text: str, style: str, size: float, x: str, baseline: float, out: list[str | Aside]) -> None:
        token = self.token(text, style)
        if token is None:
            out.append(Aside(text, float(x), baseline, size, style != "body"))
            self._font = None
            return
        size_text = f"{size * POINT:.4f}"
        if self._font != (style, size_text):
            self._font = (style, size_text)
            out.append(f"/{self.names[style][0]} {size_text} Tf")
        if "%s" in token:
            token = token.replace("%s", size_text)
        out.append(f"1 0 0 -1 {x} {baseline:.2f} Tm{token}")

    def _verticals(self, number: int, top: float) -> list[str]:
        """Column rules along each run of ordinary rows."""
        rules: list[str] = []
        y = begin = top
        open_run = False
        for strip in (*self.plan.pages[number].strips, None):
            if strip is not None and strip.kind == ROW:
                if not open_run:
                    begin, open_run = y, True
            elif open_run:
                lines = (f"{x - THIN / 2:.3f} {begin:.2f} m {x - THIN / 2:.3f} {y:.2f} l" for x in self._x[1:-1])
                rules.append(f"0.27 G {THIN} w {' '.join(lines)} S")
                open_run = False
            y += strip.height if strip is not None else 0
        return rules

    def _page_number(self, number: int, out: list[str | Aside]) -> None:
        text = f"第 {number + 1} 页\u3000共 {len(self.plan.pages)} 页"
        chain = self.chains["body"]
        x = self._start(text, chain, FOOT_SIZE, 0, self.layout.page_width, "center")
        baseline = (
            self.layout.page_height - 15 / 2 + self._drop(chain, FOOT_SIZE) - self.layout.line_height(FOOT_SIZE) / 2
        )
        self._show(text, "body", FOOT_SIZE, f"{x:.2f}", baseline, out)
