"""Where the classes lie: by town, year and industry on a day, and the villages as a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from fundsys.domain.dates import NotADay, parse_day
from fundsys.domain.industry import UNCLASSIFIED, FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import legacy_spread as queries
from fundsys.queries.facts import county_today
from fundsys.web.access import allow, me
from fundsys.web.charts import Bar, Part, fill_of

from . import bp
from .lists import shown_labels


@bp.route("/spread")
@allow(Permission.READ_LEGACY)
def spread() -> str:
    """Charts and matrix as of a day."""
    session = db.session()
    today = county_today(session)
    day, wrong = _day(request.args.get("day", ""), today)
    found = queries.spread(session, me(), day)
    shown = shown_labels()
    return render_template(
        "industry/spread.html",
        day=day,
        wrong=wrong,
        today=today,
        found=found,
        labels=shown,
        classes=list(FourBatch),
        charts=[
            ("按镇", [_bar(c, shown, "town") for c in found.towns]),
            ("按年度", [_bar(c, shown, "year") for c in found.years]),
            ("按产业", [_bar(c, shown, "industry") for c in found.industries]),
        ],
        whole=_bar(found.whole, shown, ""),
        matrix=matrix_of(found.matrix, shown),
    )


def _day(text: str, today: date) -> tuple[date, str]:
    if not text.strip():
        return today, ""
    try:
        asked = parse_day(text)
    except NotADay as error:
        return today, error.message
    return (asked, "") if asked <= today else (today, "还没有到的日子没有分类，已按今天统计")


def _bar(counted: Any, shown: dict[str, str], name: str) -> Bar:
    """One row of a chart: every part leads to its projects as they stand."""

    def way(batch: str) -> str:
        asked = {name: counted.key} if name and counted.key else {}
        return url_for(".index", batch=batch, **asked)

    parts = [
        Part(shown[b.code], counted.of(b), f"{counted.of(b)} 个", b.tone, way(b.code))
        for b in FourBatch
        if counted.of(b)
    ]
    if counted.of(None):
        parts.append(Part(UNCLASSIFIED, counted.of(None), f"{counted.of(None)} 个", "plain", way("none")))
    return Bar(counted.label, tuple(parts), f"{counted.total} 个")


CELL_WIDTH, CELL_HEIGHT, LEFT, ACROSS, SPACE = 100, 30, 78, 9, 4
SHADES = ("#ffffff", "#fbf3e2", "#f6e4c0", "#f0d2a0", "#e9bd80")


@dataclass(frozen=True, slots=True)
class Cell:
    """A drawn village."""

    x: int
    y: int
    width: int
    height: int
    fill: str
    name: str
    total: int
    said: str
    url: str
    boxes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TownName:
    """Where a town's name stands."""

    name: str
    y: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The villages, ready to draw."""

    width: int
    height: int
    towns: tuple[TownName, ...]
    cells: tuple[Cell, ...]


def matrix_of(rows: list[queries.TownRow], shown: dict[str, str]) -> Matrix:
    """Towns below one another, their villages beside one another, as many as there is room for in a line."""
    towns, cells, y = [], [], 0
    for town in rows:
        towns.append(TownName(town.name, y + 19))
        for place, village in enumerate(town.villages):
            line, column = divmod(place, ACROSS)
            x = LEFT + column * (CELL_WIDTH + SPACE)
            cells.append(_cell(village, town, x, y + line * (CELL_HEIGHT + SPACE), shown))
        lines = -(-len(town.villages) // ACROSS)
        y += lines * (CELL_HEIGHT + SPACE) + 8
    return Matrix(LEFT + ACROSS * (CELL_WIDTH + SPACE), max(y, 8), tuple(towns), tuple(cells))


def _cell(village: queries.VillageCell, town: queries.TownRow, x: int, y: int, shown: dict[str, str]) -> Cell:
    counted = village.classes
    words = [f"{shown[b.code]} {counted.of(b)}" for b in FourBatch if counted.of(b)]
    words += [f"{UNCLASSIFIED} {counted.of(None)}"] if counted.of(None) else []
    boxes, left = [], float(x + 4)
    for batch in (*FourBatch, None):
        wide = (CELL_WIDTH - 8) * counted.of(batch) / max(counted.total, 1)
        if wide:
            boxes.append((f"{left:.1f}", f"{wide:.1f}", fill_of(batch.tone if batch else "plain")))
        left += wide
    asked: dict[str, Any] = {"village": village.id} if village.id else {"town": town.id} if town.id else {}
    return Cell(
        x, y, CELL_WIDTH, CELL_HEIGHT, SHADES[village.shade], village.name[:6], counted.total,
        f"{town.name}{village.name}，{'，'.join(words)}", url_for(".index", **asked), tuple(boxes),
    )  # fmt: skip
