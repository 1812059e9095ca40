"""A template's rows column by column, each distinct value once. Runs in the reading process; knows no KIND."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from .grid import column_letter
from .guard import WorkbookRefused
from .parsers import squash
from .table import Value, read_table

HEADING_WITHIN = 5
EXPLAINED = "说明："
_BATCH = 4_000


def read_columnar(path: Path, headings: list[str], *, sheet: str | None = None, name: str | None = None) -> Any:
    """{"numbers": row numbers, "columns": [{letter, heading, values, index}]} as plain JSON values; None for no template.

    headings: squashed headings that the heading row, within the first rows, must all hold. The line of explanations
    beneath it is passed over. index is null where every row has a value of its own, in order; null values are empty
    cells; days are text like 2024-03-01.
    Raises: WorkbookRefused.
    """
    rows = read_table(path, sheet=sheet, name=name, raw=True)
    begun: list[tuple[int, list[Value]]] = list(islice(rows, HEADING_WITHIN))
    wanted = set(headings)
    at = next((i for i, (_, values) in enumerate(begun) if wanted <= _squashed(values)), None)
    if at is None:
        return None
    head = begun[at][1]
    named = {place: str(value).strip() for place, value in enumerate(head) if value not in (None, "")}
    return _columns(_below(begun[at + 1 :], rows), named)


def _squashed(values: list[Value]) -> set[str]:
    return {squash(value) for value in values if isinstance(value, str)}


def _below(begun: list[tuple[int, list[Value]]], rows: Iterator[tuple[int, list[Value]]]) -> Iterator[Any]:
    for number, values in begun:
        first = next((value for value in values if value not in (None, "")), None)
        if not (isinstance(first, str) and first.startswith(EXPLAINED)):
            yield number, values
    yield from rows


def _columns(rows: Iterator[tuple[int, list[Value]]], named: dict[int, str]) -> dict[str, Any]:
    places = list(named)
    width = max(places) + 1
    numbers: list[int] = []
    seen: list[dict[Any, int]] = [{} for _ in places]
    index: list[list[int]] = [[] for _ in places]
    stray: set[int] = set()
    while batch := list(islice(rows, _BATCH)):
        numbers += [number for number, _ in batch]
        lines = [values if len(values) == width else _fitted(values, width, stray) for _, values in batch]
        whole = list(zip(*lines, strict=True))
        for place, known, into in zip(places, seen, index, strict=True):
            column = whole[place]
            if not _PLAIN.issuperset(map(type, column)):
                column = tuple(map(_plain, column))
            for value in dict.fromkeys(column):
                if value not in known:
                    known[value] = len(known)
            into += map(known.__getitem__, column)
    count = len(numbers)
    for place, known, into in zip(places, seen, index, strict=True):
        _refuse_no_number(column_letter(place + 1), known, into, numbers)
    columns = [
        {
            "letter": column_letter(place + 1),
            "heading": named[place],
            "values": [None if value == "" else value for value in known],
            "index": None if len(known) == count else into,
        }
        for place, known, into in zip(places, seen, index, strict=True)
    ]
    return {"numbers": numbers, "columns": columns, "stray": [column_letter(place + 1) for place in sorted(stray)]}


_PLAIN = frozenset({str, int, float, type(None)})


def _refuse_no_number(letter: str, known: dict[Any, int], into: list[int], numbers: list[int]) -> None:
    for value, place in known.items():
        if type(value) is float and not math.isfinite(value):
            raise WorkbookRefused(f"{letter}{numbers[into.index(place)]} ：“{value}”不是数。")


def _fitted(values: list[Value], width: int, stray: set[int]) -> list[Value]:
    if len(values) > width:
        stray |= {place for place, value in enumerate(values[width:], width) if value not in (None, "")}
        return values[:width]
    return values + [None] * (width - len(values))


def _plain(value: Value) -> str | int | float | None:
    """A value JSON can hold; ticks and days as text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return value
