"""The classes of a day by town, year and industry, and by village as a matrix."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.industry import FourBatch
from fundsys.models.industry import LegacyProject
from fundsys.queries.industry import Classes, Town, Village
from fundsys.queries.legacy_records import classes_on
from fundsys.queries.viewer import Viewer, seen_legacy

SHADES = 5


@dataclass(frozen=True, slots=True)
class VillageCell:
    """One village of the matrix. shade: 0 (nothing wrong) to 4, by the share of 盘活、调整 and unclassified projects."""

    id: int | None
    name: str
    classes: Classes

    @property
    def troubled(self) -> int:
        """Projects to revive, to wind up, or without a class."""
        return sum(self.classes.of(batch) for batch in (FourBatch.REVIVE, FourBatch.ADJUST, None))

    @property
    def shade(self) -> int:
        """How dark the cell is."""
        if not self.troubled:
            return 0
        return min(SHADES - 1, 1 + self.troubled * (SHADES - 1) // max(self.classes.total, 1))


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town with its villages."""

    id: int | None
    name: str
    villages: tuple[VillageCell, ...]


@dataclass(frozen=True)
class Spread:
    """The classes of a day, counted every way; every way sums to the same whole."""

    whole: Classes
    towns: list[Classes]
    years: list[Classes]
    industries: list[Classes]
    matrix: list[TownRow]


def spread(session: Session, who: Viewer, day: date) -> Spread:
    """Count the projects this person sees by their class on a day."""
    p = LegacyProject
    classes = classes_on(session, day)
    rows = session.execute(
        select(
            p.id, p.year, p.industry, Town.id, func.coalesce(Town.name, "未填镇"), Village.id,
            func.coalesce(Village.name, "未填村"),
        )
        .outerjoin(Town, p.town_id == Town.id)
        .outerjoin(Village, p.village_id == Village.id)
        .where(seen_legacy(who))
        .order_by(Town.code, Village.code)
    )  # fmt: skip
    whole: Counter[FourBatch | None] = Counter()
    towns: dict[Any, Counter[FourBatch | None]] = {}
    years: dict[Any, Counter[FourBatch | None]] = {}
    industries: dict[Any, Counter[FourBatch | None]] = {}
    cells: dict[Any, dict[Any, Counter[FourBatch | None]]] = {}
    for number, year, industry, town_id, town, village_id, village in rows:
        batch = classes[number]
        whole[batch] += 1
        towns.setdefault((town, town_id), Counter())[batch] += 1
        years.setdefault((f"{year}年", year), Counter())[batch] += 1
        industries.setdefault((industry or "未填", industry), Counter())[batch] += 1
        cells.setdefault((town, town_id), {}).setdefault((village, village_id), Counter())[batch] += 1
    return Spread(
        Classes("全部", None, dict(whole)),
        [Classes(label, key, dict(c)) for (label, key), c in towns.items()],
        sorted((Classes(label, key, dict(c)) for (label, key), c in years.items()), key=lambda c: c.label),
        sorted((Classes(label, key, dict(c)) for (label, key), c in industries.items()), key=lambda c: -c.total),
        [
            TownRow(
                town_id,
                town,
                tuple(VillageCell(key, name, Classes(name, key, dict(c))) for (name, key), c in villages.items()),
            )
            for (town, town_id), villages in cells.items()
        ],
    )
