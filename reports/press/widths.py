"""Column widths: figures, codes and dates get what they need; texts share the rest so that few rows need a third line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from ..ledger import Column
from ..sheet import GROUP, MANY, ROW, Sheet
from .faces import Chain
from .folding import CLUSTER, CODE_PART
from .sizes import HEAD_SIZE, PAD, POINT, THIN

_LINES = 2  # what a row of ordinary height holds
_STEP = 0.6
_LOST = 0.94  # part of a line that text really fills before it folds
_SAMPLED_FIRST, _SAMPLED_EVERY = 150, 40
_EDGES = 2 * PAD + THIN


def fitted(
    sheet: Sheet,
    columns: Sequence[Column],
    places: Sequence[int],
    sizes: Sequence[float],
    room: float,
    body: Chain,
    strong: Chain,
    head: Chain,
) -> list[float]:
    """Millimeters of each printed column, `room` in all. The same rows give the same widths."""
    needs, sample = _measured(sheet, columns, places, sizes, body, strong)
    heads = [_head_need(column.heading(sheet.ledger.unit), head) for column in columns]
    asked = [column.mm * room / sum(column.mm for column in columns) for column in columns]
    folds = [column.figure.folds for column in columns]
    widths = [max(need, words) for need, words in zip(needs, heads, strict=True)]
    spare = room - sum(widths)
    if spare < 0:
        widths = _squeezed(
            widths, [need if not can else 0.6 * need for need, can in zip(needs, folds, strict=True)], room
        )
    else:
        widths = _shared_out(widths, spare, sample, folds, asked)
    scale = room / sum(widths)
    widths = [round(width * scale, 3) for width in widths]
    widths[-1] = round(widths[-1] + room - sum(widths), 3)
    return widths


def _measured(
    sheet: Sheet,
    columns: Sequence[Column],
    places: Sequence[int],
    sizes: Sequence[float],
    body: Chain,
    strong: Chain,
) -> tuple[list[float], list[list[float]]]:
    """The narrowest sensible width of each column, and the text widths of a sample of rows, in millimeters."""
    widest = [0.0] * len(columns)
    figures = [column.figure for column in columns]
    everywhere, whole = range(len(columns)), [k for k, figure in enumerate(figures) if not figure.folds]
    seen: list[set[str]] = [set() for _ in columns]
    sample: list[list[float]] = []
    number = 0
    for line in sheet.lines():
        if line.kind == ROW:
            number += 1
            sampled = number <= _SAMPLED_FIRST or number % _SAMPLED_EVERY == 0
            texts = [sheet.text(places[k], line.values[places[k]]) for k in (everywhere if sampled else whole)]
            if sampled:
                sample.append([body.width(text) * sizes[k] * POINT / 1000 for k, text in enumerate(texts)])
            for k, text in zip(everywhere if sampled else whole, texts, strict=True):
                if text in seen[k]:
                    continue
                if len(seen[k]) < MANY:
                    seen[k].add(text)
                least = _least(text, figures[k].name, figures[k].align, figures[k].folds, body) * sizes[k]
                widest[k] = max(widest[k], least)
        elif line.kind != GROUP:
            for k, i in enumerate(places):
                if line.values[i] is not None:
                    wide_sum = strong.width(sheet.text(i, line.values[i])) * (sheet.ledger.size + 0.2)
                    widest[k] = max(widest[k], wide_sum)
    return [wide * POINT / 1000 + _EDGES for wide in widest], sample


def _least(text: str, name: str, align: str, folds: bool, body: Chain) -> int:
    """Width below which a text would be broken where it should not: figures whole, codes at hyphens, short labels whole."""
    whole = body.width(text)
    if name == "code" and whole > 6000:
        parts = [body.width(part) for part in CODE_PART.findall(text)]
        told = sum(parts)
        return min((max(left, told - left) for left in list(accumulate(parts))[:-1]), default=whole)
    if not folds:
        return whole
    if align == "center":
        return min(whole, max(3000, whole // 3))
    return min(whole, max(3000, *(min(body.width(part), 6000) for part in CLUSTER.findall(text) or [""])))


def _head_need(heading: str, head: Chain) -> float:
    """Hand-broken heads keep their lines; others may fold once, a unit in brackets stands alone."""
    pieces = []
    for piece in heading.split("\n"):
        name, bracket, unit = piece.partition("（")
        pieces.append(head.width(bracket + unit))
        pieces.append(
            head.width(name) if "\n" in heading or len(name) <= 3 else head.width(name[: ceil(len(name) / 2)])
        )
    return max(pieces) * HEAD_SIZE * POINT / 1000 + 0.9


def _squeezed(widths: list[float], floors: list[float], room: float) -> list[float]:
    """Narrower columns where there is too little room: first those that can fold, then all."""
    over = sum(widths) - room
    give = [max(0.0, width - floor) for width, floor in zip(widths, floors, strict=True)]
    part = min(1.0, over / sum(give)) if sum(give) else 0.0
    return [width - spare * part for width, spare in zip(widths, give, strict=True)]


def _shared_out(
    widths: list[float], spare: float, sample: list[list[float]], folds: Sequence[bool], asked: Sequence[float]
) -> list[float]:
    """Give the spare millimeters, step by step, to the column that makes most rows tall; the rest as the definition asks."""
    free = [k for k, can in enumerate(folds) if can]
    rows = [[(k, wide[k]) for k in free if wide[k] > widths[k] * 0.5] for wide in sample]
    rows = [row for row in rows if row]
    while spare > _STEP and rows:
        blame: dict[int, float] = {}
        tall = []
        for row in rows:
            lines = [(wide / ((widths[k] - _EDGES) * _LOST), k) for k, wide in row]
            most, worst = max(lines)
            if most > _LINES:
                tall.append(row)
                blame[worst] = blame.get(worst, 0) + most - 1
        if not blame:
            break
        rows = tall
        widths[max(blame, key=lambda k: (blame[k], -k))] += _STEP
        spare -= _STEP
    short = [max(0.0, want - width) for want, width in zip(asked, widths, strict=True)]
    if sum(short) <= 0:
        return widths
    part = spare / sum(short)
    return [width + lack * part for width, lack in zip(widths, short, strict=True)]
