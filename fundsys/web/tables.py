"""What a table page hands to the table macro: its heads, its order, its page, and the way to its other pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from urllib.parse import quote_plus, urlencode

from flask import g, request

from fundsys.domain.terms import Term

Kind = Literal["text", "num", "mid", "tick"]
T = TypeVar("T")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column.

    kind: how the cells lie; sort: the name of the order behind a click, "" for none; low: left out on narrow screens;
    width: a class such as "fs-w-8"; note: a longer explanation shown on pointing.
    """

    label: str
    unit: str = ""
    kind: Kind = "text"
    sort: str = ""
    low: bool = False
    width: str = ""
    note: str = ""


def head(
    word: Term | str,
    unit: str = "",
    kind: Kind = "text",
    sort: str = "",
    low: bool = False,
    width: str = "",
    note: str = "",
) -> Head:
    """A head from a term (label, unit and hint come along) or from a plain word."""
    if isinstance(word, Term):
        return Head(word.label, unit or word.unit, kind, sort, low, width, note or word.hint)
    return Head(word, unit, kind, sort, low, width, note)


@dataclass(frozen=True, slots=True)
class Order:
    """The order a list is in: a name the page knows, up or down."""

    name: str
    down: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.down else self.name


def order_from(args: Mapping[str, str], allowed: Collection[str], usual: str) -> Order:
    """The order asked for in `?sort=`; the usual one when none or an unknown one is asked for."""
    asked = args.get("sort", "")
    chosen = asked if asked.removeprefix("-") in allowed else usual
    return Order(chosen.removeprefix("-"), chosen.startswith("-"))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a long list. number counts from 1; total counts everything that was found."""

    rows: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first row of this page in the whole list, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row of this page in the whole list."""
        return (self.number - 1) * self.size + len(self.rows) if self.rows else 0

    @property
    def window(self) -> list[int | None]:
        """Page numbers to offer: the first, the last, those around this one; None where some are left out."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        shown = sorted(n for n in near if 1 <= n <= self.pages)
        found: list[int | None] = []
        for n in shown:
            if found and isinstance(found[-1], int) and n - found[-1] > 1:
                found.append(None)
            found.append(n)
        return found


def here(**changes: object) -> str:
    """The address of this page with some arguments changed; None takes one away; the page number falls unless given."""
    path, told = g.get("here") or _here()
    parts = [part for k, part in told if k not in changes]
    for name, value in changes.items():
        if value is not None:
            text = str(value)
            parts.append(f"{name}={text if text.isalnum() and text.isascii() else quote_plus(text)}")
    return f"{path}?{'&'.join(parts)}" if parts else path


def _here() -> tuple[str, list[tuple[str, str]]]:
    """The address of this page without its page number, taken apart once in each request."""
    told = [(k, urlencode(((k, v),))) for k, v in request.args.items(multi=True) if k != "page"]
    g.here = request.path, told
    return request.path, told


def page_number(args: Mapping[str, str]) -> int:
    """The page asked for in `?page=`; 1 for anything that is not a page number."""
    asked = args.get("page", "1")
    return (
        min(int(asked), 1_000_000) if asked.isascii() and asked.isdigit() and len(asked) < 8 and int(asked) > 0 else 1
    )
