"""A template's rows column by column, values that recur once. Runs in the reading process; knows no KIND."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from .grid import column_letter
from .guard import WorkbookRefused
from .parsers import squash
from .table import Block, Value, read_blocks

HEADING_WITHIN = 5
EXPLAINED = "说明："
_BATCH = 2_000
Batch = tuple[list[int], list[list[Value]]]
"""Row numbers and, for each, its values from column A on."""


def read_columnar(path: Path, headings: list[str], *, sheet: str | None = None, name: str | None = None) -> Any:
    """{"numbers": row numbers, "stray": letters of columns without a heading, "columns": one {letter, heading, values,
    index} after the other} as plain JSON values; None for no template.

    headings: squashed headings that the heading row, within the first rows, must all hold. The line of explanations
    beneath it is passed over. index tells each row's place among the values; it is null where most rows have one of
    their own: values then has one for every row. Null values are empty cells; days are text like 2024-03-01.
    Raises: WorkbookRefused.
    """
    batches = _batches(read_blocks(path, sheet=sheet, name=name))
    numbers, rows = next(batches, ([], []))
    wanted = set(headings)
    at = next((i for i, values in enumerate(rows[:HEADING_WITHIN]) if wanted <= _squashed(values)), None)
    if at is None:
        return None
    named = {place: str(value).strip() for place, value in enumerate(rows[at]) if value not in (None, "")}
    below = [place for place in range(at + 1, len(rows)) if place >= HEADING_WITHIN or not _explains(rows[place])]
    first = [numbers[place] for place in below], [rows[place] for place in below]
    return _columns(chain([first], batches), named)


def _squashed(values: list[Value]) -> set[str]:
    return {squash(value) for value in values if isinstance(value, str)}


def _explains(values: list[Value]) -> bool:
    """Whether a row is the line of explanations beneath the heading."""
    first = next((value for value in values if value not in (None, "")), None)
    return isinstance(first, str) and first.startswith(EXPLAINED)


def _batches(blocks: Iterator[Block]) -> Iterator[Batch]:
    """The rows in batches large enough to tell whether a column's values recur."""
    numbers: list[int] = []
    rows: list[list[Value]] = []
    for _, some, lines in blocks:
        numbers += some
        rows += lines
        if len(rows) >= _BATCH:
            yield numbers, rows
            numbers, rows = [], []
    if rows:
        yield numbers, rows


class _Places(dict[Any, int]):
    """Each value's place, in the order they came."""

    def __missing__(self, value: Any) -> int:
        place = self[value] = len(self)
        return place


class _Gathered:
    """A column while it is read. After the first rows it is clear whether its values recur."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.places: _Places | None = None
        self.index: list[int] = []

    def add(self, some: tuple[Value, ...]) -> None:
        if bool in set(map(type, some)):
            some = tuple(map(_plain, some))
        if not self.values and self.places is None and 10 * len(set(some)) <= 9 * len(some):
            self.places = _Places()
        if self.places is None:
            self.values += some
        else:
            self.index += map(self.places.__getitem__, some)

    def told(self, letter: str, heading: str, numbers: list[int]) -> dict[str, Any]:
        """The column as plain values. Raises WorkbookRefused at a figure that is none."""
        index = None if self.places is None else self.index
        values = self.values if self.places is None else list(self.places)
        for place, value in enumerate(values):
            if type(value) not in _JSON:
                values[place] = _plain(value)
            elif type(value) is float and not math.isfinite(value):
                row = numbers[place if index is None else index.index(place)]
                raise WorkbookRefused(f"{letter}{row} ：“{value}”不是数。")
            elif value == "":
                values[place] = None
        return {"letter": letter, "heading": heading, "values": values, "index": index}


def _columns(batches: Iterator[Batch], named: dict[int, str]) -> dict[str, Any]:
    width = max(named) + 1
    numbers: list[int] = []
    gathered = {place: _Gathered() for place in named}
    stray: set[int] = set()
    for some, rows in batches:
        if not rows:
            continue
        numbers += some
        lines = [values if len(values) == width else _fitted(values, width, stray) for values in rows]
        whole = list(zip(*lines, strict=True))
        for place, column in gathered.items():
            column.add(whole[place])
    columns = (gathered[place].told(column_letter(place + 1), heading, numbers) for place, heading in named.items())
    return {"numbers": numbers, "stray": [column_letter(place + 1) for place in sorted(stray)], "columns": columns}


_JSON = frozenset({str, int, float, type(None)})


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
