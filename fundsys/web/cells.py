"""The cells and heads of tables, state words, options. In Python, not template macros: a list has six hundred of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date as Day
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, TypeVar

from jinja2 import Undefined
from markupsafe import Markup, escape

from fundsys.domain.dates import show_day
from fundsys.domain.money import Money, exact_wan, show_percent, show_wan, show_yuan
from fundsys.web.tables import Head, Page, here

T = TypeVar("T")
NOTHING, MISSING = "-", "未填"
_html: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Markup() asks every text whether it is markup already; what is written here never is."""

_NO_STATE = Markup(f'<span class="fs-none">{MISSING}</span>')
_special = re.compile("[&<>\"']").search
_QUIET = ("good", "plain")
_LOOKS = {
    "mid": "fs-mid",
    "num": "fs-num",
    "cut": "fs-cut",
    "nowrap": "fs-nowrap",
    "soft": "fs-soft",
    "code": "fs-code fs-soft",
    "small": "fs-small fs-soft",
}


def cell_money(amount: Money | None, unit: str = "wan") -> str:
    """Money in a table cell: zero is "-", missing is 未填; a sum too small to show is never "0.00" but exact."""
    if amount is None:
        return MISSING
    if not amount:
        return NOTHING
    shown = show_wan(amount) if unit == "wan" else show_yuan(amount)
    return exact_wan(amount) if unit == "wan" and shown.lstrip("-") == "0.00" else shown


def count(value: int | Decimal | str | None) -> str:
    """A number with thousands commas; words pass as they are."""
    if value is None:
        return MISSING
    return value if isinstance(value, str) else f"{value:,}"


def cell_count(value: int | Decimal | str | None) -> str:
    """A number in a table cell: zero is "-", missing is 未填."""
    return NOTHING if value == 0 else count(value)


def cell(
    value: Any,
    url: str = "",
    kind: str = "",
    missing: str = MISSING,
    missing_tone: str = "",
    title: str = "",
    low: bool = False,
    span: int = 1,
) -> Markup:
    """A cell of words. None or "" shows 未填 (missing: another word; missing_tone "warn" when somebody must act)."""
    told = f'<td class="{_LOOKS.get(kind, "")}{" fs-low" if low else ""}"' if kind or low else "<td"
    if title or kind == "cut":
        told += f' title="{escape(title or value)}"'
    if span > 1:
        told += f' colspan="{span}"'
    if value is None or value == "" or isinstance(value, Undefined):
        shown = f'<span class="fs-none {escape(missing_tone)}">{escape(missing)}</span>'
    else:
        shown = _linked(_safe(value), url)
    return _html(f"{told}>{shown}</td>")


def name(value: Any, url: str = "", title: str = "", sub: Any = "") -> Markup:
    """The name of the row: a head cell for screen readers, usually with the way to the record."""
    told = f' title="{escape(title)}"' if title else ""
    beside = f' <span class="fs-soft">{escape(sub)}</span>' if sub else ""
    return _html(f'<th scope="row" class="fs-nowrap"{told}>{_linked(_safe(value), url)}{beside}</th>')


def code(value: Any, url: str = "", low: bool = False) -> Markup:
    """A code, a document number: never broken, never cut."""
    shown = '<span class="fs-none">未填</span>' if value is None or value == "" else _linked(_safe(value), url)
    return _html(f'<td class="fs-code fs-soft{" fs-low" if low else ""}">{shown}</td>')


def amount(
    money: Money | None, unit: str = "wan", url: str = "", soft: bool = False, strong: bool = False, low: bool = False
) -> Markup:
    """Money; unit "wan" or "yuan" as the head says. Nothing is "-", missing is 未填. strong: the figure that is judged."""
    shown = _linked(cell_money(money, unit), url if money else "")
    return _figure(shown, strong, soft=soft, low=low)


def number(
    value: int | Decimal | str | None, url: str = "", unit: str = "", strong: bool = False, low: bool = False
) -> Markup:
    """A count or a measure."""
    shown = _linked(escape(cell_count(value)), url if value else "")
    return _figure(
        shown, strong, low=low, after=f'<span class="fs-unit">{escape(unit)}</span>' if unit and value else ""
    )


def share(value: Fraction | None, limit: Fraction | None = None, strong: bool = False) -> Markup:
    """A share in percent; it never looks as if it met a limit it misses."""
    return _figure(show_percent(value, limit), strong)


def date(value: Day | None, low: bool = False, missing: str = MISSING) -> Markup:
    """A day."""
    shown = f'<span class="fs-none">{escape(missing)}</span>' if value is None else show_day(value)
    return _html(f'<td class="fs-nowrap{" fs-low" if low else ""}">{shown}</td>')


def tag(state: Any, tone: str = "", bare: bool = False) -> Markup:
    """A state word in its tone: a coded member, or a plain word with a tone; none shows 未填. bare: no box."""
    if state is None or isinstance(state, Undefined):
        return _NO_STATE
    label, usual = (state.label, state.tone) if hasattr(state, "label") else (state, "plain")
    return _html(f'<span class="fs-tag {escape(tone or usual)}{" bare" if bare else ""}">{escape(label)}</span>')


def quiet_tag(state: Any) -> Markup:
    """Only what needs an eye wears a box; good and plain states stand as plain words."""
    if state is None or isinstance(state, Undefined):
        return _NO_STATE
    return _html(f'<span class="fs-nowrap">{escape(state.label)}</span>') if state.tone in _QUIET else tag(state)


def head_cells(heads: Iterable[Head], sort: str = "") -> Markup:
    """The heads of the columns; sort: the order in force, such as "code" or "-cost"."""
    return _html("".join(_head_cell(h, sort) for h in heads))


def _head_cell(h: Head, sort: str) -> str:
    up, down = bool(h.sort) and sort == h.sort, bool(h.sort) and sort == f"-{h.sort}"
    look = " ".join(word for word in (_LOOKS.get(h.kind, ""), "fs-low" if h.low else "", h.width) if word)
    about = f' class="{escape(look)}"' if look else ""
    about += ' aria-sort="ascending"' if up else ' aria-sort="descending"' if down else ""
    about += f' title="{escape(h.note)}"' if h.note else ""
    shown: str = escape(h.label)
    if h.kind == "tick":
        shown = f'<span class="fs-sr">{shown}</span><span class="fs-tick" data-tick-all="{shown}"></span>'
    elif h.sort:
        mark = f'<span class="fs-sort" aria-hidden="true">{"▲" if up else "▼"}</span>' if up or down else ""
        shown = f'<a href="{escape(here(sort=f"-{h.sort}" if up else h.sort))}">{shown}</a>{mark}'
    unit = f'<span class="fs-unit">{escape(h.unit)}</span>' if h.unit else ""
    return f'<th scope="col"{about}>{shown}{unit}</th>'


def options(choices: Iterable[Any], chosen: Any = None) -> Markup:
    """The options of a choice. choices: coded members, or pairs (value, label); chosen: a value, a member, or none."""
    now = None if chosen is None else str(getattr(chosen, "code", chosen))
    return _options(tuple([(c.code, c.label) if hasattr(c, "code") else (c[0], c[1]) for c in choices]), now)


@lru_cache(512)  # the same towns, classes and states stand in the filters of every list
def _options(choices: tuple[tuple[Any, Any], ...], now: str | None) -> Markup:
    told = []
    for value, label in choices:
        picked = " selected" if str(value) == now else ""
        told.append(f'<option value="{_safe(value)}"{picked}>{_safe(label)}</option>')
    return _html("".join(told))


def words(kind: str = "", missing: str = MISSING, missing_tone: str = "", low: bool = False) -> Callable[[Any], str]:
    """Writes cell() for a whole column of a long list: its look is put together once."""
    begun, end = cell("\0", kind=kind, low=low).split("\0")
    nothing = cell(None, kind=kind, missing=missing, missing_tone=missing_tone, low=low)

    @lru_cache(2048, typed=True)  # towns, kinds and names come again and again down a column
    def write(value: Any) -> str:
        return f"{begun}{_safe(value)}{end}" if value is not None and value != "" else nothing

    return write


def amounts(money: Money | None) -> str:
    """amount() in 万元 for a column of a long list."""
    return f'<td class="fs-num">{cell_money(money)}</td>'


def page_links(page: Page[Any]) -> Markup:
    """The way to the other pages of a long list."""

    def step(there: bool, to: int, word: str, rel: str) -> str:
        return (
            f'<a href="{escape(here(page=to))}" rel="{rel}">{word}</a>'
            if there
            else f'<span class="p fs-soft">{word}</span>'
        )

    def number_link(n: int | None) -> str:
        if n is None:
            return '<span aria-hidden="true">…</span>'
        current = ' aria-current="page"' if n == page.number else ""
        return f'<a href="{escape(here(page=n))}"{current} aria-label="第 {n} 页">{n}</a>'

    between = "".join(number_link(n) for n in page.window)
    before = step(page.number > 1, page.number - 1, "上一页", "prev")
    after = step(page.number < page.pages, page.number + 1, "下一页", "next")
    return _html(before + between + after)


def body(rows: Iterable[T], line: Callable[[T], Iterable[str]], tone: Callable[[T], str]) -> Markup:
    """The rows of a long table, for table(…, body=…). line: the cells of a row; tone: "warn", "bad" or nothing for a row."""
    told = []
    for row in rows:
        mood = tone(row)
        told.append(f'\n<tr class="is-{mood}">' if mood else "\n<tr>")
        told.extend(line(row))
        told.append("</tr>")
    return _html("".join(told))


def _safe(value: Any) -> str:
    """A value as HTML. Most are plain words or numbers, and asking is quicker than escaping."""
    if type(value) is str:
        return value if value.isalnum() or not _special(value) else escape(value)
    return escape(value)


def _linked(shown: str, url: str) -> str:
    return f'<a href="{_safe(url)}">{shown}</a>' if url else shown


def _figure(shown: str, strong: bool, soft: bool = False, low: bool = False, after: str = "") -> Markup:
    if strong:
        shown = f"<b>{shown}</b>"
    return _html(f'<td class="fs-num{" fs-soft" if soft else ""}{" fs-low" if low else ""}">{shown}{after}</td>')
