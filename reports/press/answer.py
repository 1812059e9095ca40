"""A sheet as the API tells it: exact values by the keys of the columns, money in 分, with totals and the rows' digest."""

from __future__ import annotations

from typing import Any

from fundsys.domain.money import Money

from .. import figures
from ..figures import Kind
from ..sheet import GROUP, ROW, TOTAL, Line, Sheet

_WHOLE = (figures.INTEGER, figures.YEAR, figures.SERIAL)


def key_of(column: Any) -> str:
    """The key of a column in an answer; money ends in _fen."""
    return f"{column.key}_fen" if column.figure.sums_money else str(column.key)


def told(kind: Kind, value: Any) -> Any:
    """A value as JSON holds it: 分, whole numbers and yes or no as they are; everything else as its exact text."""
    if value is None:
        return None
    if isinstance(value, Money):
        return value.fen
    if kind in _WHOLE or kind is figures.BOOLEAN:
        return value
    return kind.exact(value)


def document(sheet: Sheet, offset: int = 0, limit: int | None = None) -> dict[str, Any]:
    """The ledger as one JSON document; row_count, totals and row_digest are of all rows, `rows` a page of them.

    offset, limit: the rows wanted, counted from 0; None for all. groups: the labels a row stands under, from outside in.
    """
    rows: list[dict[str, Any]] = []
    levels = [""] * len(sheet.ledger.groups)
    total: Line | None = None
    place = 0
    for line in sheet.lines():
        if line.kind == GROUP:
            levels[line.level] = line.name
        elif line.kind == ROW:
            if place >= offset and (limit is None or place < offset + limit):
                rows.append({"groups": list(levels), **_values(sheet, line)})
            place += 1
        elif line.kind == TOTAL:
            total = line
    as_at, until = sheet.imprint.as_at, sheet.imprint.until
    return {
        "ledger": sheet.ledger.code,
        "title": sheet.title,
        "unit": sheet.ledger.unit,
        "as_at": as_at.isoformat() if as_at else None,
        "until": until.isoformat() if until else None,
        "public": sheet.imprint.public,
        "demo": sheet.imprint.demo,
        "columns": [{"key": key_of(c), "label": c.term.label, "unit": c.term.unit} for c in sheet.columns],
        "rows": rows,
        "row_count": place,
        "totals": _totals(sheet, total),
        "row_digest": sheet.row_digest,
    }


def _values(sheet: Sheet, line: Line) -> dict[str, Any]:
    return {
        key_of(column): told(column.figure, value) for column, value in zip(sheet.columns, line.values, strict=True)
    }


def _totals(sheet: Sheet, total: Line | None) -> dict[str, Any]:
    if total is None:
        return {}
    return {
        key_of(column): told(column.figure, value)
        for column, value in zip(sheet.columns, total.values, strict=True)
        if column.key in sheet.ledger.totals
    }
