"""A sheet as PDF: planned once, then painted onto laid-out pages, or set as an ordinary table for short sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundsys.collector import paused

from ..sheet import Sheet
from . import engine, paper
from .paint import Painter
from .plan import Layout, Plan

OnPage = Callable[[int, int], None]
"""Told each painted page: how many are done, of how many."""

TABLE_UP_TO = 40


def plan(sheet: Sheet) -> Plan:
    """Pages of a sheet. Raises Unavailable when the Chinese font is missing."""
    return Plan(Layout(sheet, engine.chain("body"), engine.chain("strong"), engine.chain("head")))


@paused()
def render(
    sheet: Sheet, target: Path | None = None, table: bool | None = None, on_page: OnPage | None = None
) -> bytes | None:
    """Print a sheet; the same sheet gives the same bytes.

    target: where the finished file appears, whole or not at all; None returns the bytes. table: True for the ordinary
    table, False for painting; by default up to 40 rows and wherever painting does not work are ordinary tables.
    on_page: told of each painted page. Raises Unavailable without a Chinese font.
    """
    planned = plan(sheet)
    if table is None:
        table = sheet.count <= TABLE_UP_TO or not engine.probe()
    if table:
        return engine.print_html(paper.document(planned, painted=False), target, css=paper.stylesheet())
    styles = engine.STYLES
    chains, names = (
        {style: engine.chain(style) for style in styles},
        {style: engine.font_names(style) for style in styles},
    )
    painter = Painter(planned, chains, names)
    last = len(planned.templates) - 1
    painting = engine.Painting(
        count=len(planned.pages),
        template=lambda number: 0 if number == 0 else last if number == len(planned.pages) - 1 else 1,
        paint=_told(painter.page, len(planned.pages), on_page),
        asides=painter.asides(),
        headings=painter.headings(),
        glyphs=painter.glyphs,
    )
    return engine.print_html(paper.document(planned, painted=True), target, painting, paper.stylesheet())


def _told(paint: Callable[[int], Any], count: int, on_page: OnPage | None) -> Callable[[int], Any]:
    """The painter, which says after each page how far it is."""
    if on_page is None:
        return paint
    tell = on_page

    def painted(number: int) -> Any:
        drawn = paint(number)
        tell(number + 1, count)
        return drawn

    return painted


def form(html: str, target: Path | None = None) -> bytes | None:
    """Print a complete HTML document (asset card, check sheet) with the same fonts and the same refusal to fetch.

    html: with its own <style> and @page; everything that people wrote is already escaped. Pictures only as data: URLs
    of PNG or JPEG. Fonts: name the families of base_style() or nothing.
    """
    return engine.print_html(html, target)


def base_style() -> str:
    """Font families for forms and cards, as a stylesheet: serif text, sans heads (th, h2, .sans), title h1."""
    body, head = engine.css_families("body"), engine.css_families("head")
    title = ",".join(f"'{name}'" for name in engine.TITLE)
    return (
        f"html{{font-family:{body};color:#000;font-variant-numeric:tabular-nums lining-nums}}"
        f"th,h2,h3,.sans{{font-family:{head}}}h1{{font-family:{title},{body}}}"
    )
