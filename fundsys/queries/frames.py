"""Frames: which records a stocktake or a sample is about, by scope, as a session knows them (today's or a past day's)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, AssetClass
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.office import Region
from fundsys.queries.maintenance import Town, Village
from fundsys.queries.viewer import Viewer, seen_assets


@dataclass(frozen=True, slots=True)
class Scope:
    """What a frame takes in; nothing said takes in all. years inclusive; towns: ids; classes: codes."""

    first_year: int | None = None
    last_year: int | None = None
    towns: tuple[int, ...] = ()
    classes: tuple[AssetClass, ...] = ()

    def years(self, column: Any) -> list[ColumnElement[bool]]:
        """The years as tests of a column."""
        tests = [] if self.first_year is None else [column >= self.first_year]
        return tests if self.last_year is None else [*tests, column <= self.last_year]


@dataclass(frozen=True, slots=True)
class FrameAsset:
    """One asset of a frame, as the register had it."""

    id: int
    code: str
    name: str
    town_id: int | None
    village_id: int | None
    village: str
    location: str
    quantity: Decimal
    quantity_unit: str
    original_cost: Money


def scope_from(told: Any) -> Scope:
    """The scope a stocktake or a sample was opened with."""
    return Scope(
        told.first_year,
        told.last_year,
        tuple(int(t) for t in told.towns),
        tuple(AssetClass(c) for c in told.classes),
    )


def check_scope(session: Session, scope: Scope) -> None:
    """Refuse years that run backwards and towns there are none of. Raises DomainError."""
    if scope.first_year and scope.last_year and scope.first_year > scope.last_year:
        raise DomainError("形成年度的起不能晚于止", field="last_year")
    if scope.towns:
        there = set(session.scalars(select(Region.id).where(Region.id.in_(scope.towns), Region.level == "town")))
        if there != set(scope.towns):
            raise DomainError("请从列出的镇中选择", field="towns")


def scope_words(session: Session, scope: Scope, names: Mapping[int, str] | None = None) -> str:
    """The scope in words: 2021—2024年度，八渡镇，公益性、经营性资产."""
    parts = []
    if scope.first_year or scope.last_year:
        first, last = scope.first_year, scope.last_year
        parts.append(f"{first}年度" if first == last else f"{first or ''}—{last or ''}年度")
    if scope.towns:
        told = names or dict(session.execute(select(Region.id, Region.name).where(Region.id.in_(scope.towns))).all())
        parts.append("、".join(told.get(t, "") for t in scope.towns))
    if scope.classes:
        parts.append("、".join(c.label for c in scope.classes) + "资产")
    return "，".join(parts) or "全部"


def in_books(scope: Scope, day: date) -> list[ColumnElement[bool]]:
    """The tests of an asset that stands in the books on a day, within a scope."""
    tests = [Asset.status.not_in(GONE), or_(Asset.registered_on.is_(None), Asset.registered_on <= day)]
    tests += scope.years(Asset.project_year)
    if scope.towns:
        tests.append(Asset.town_id.in_(scope.towns))
    if scope.classes:
        tests.append(Asset.asset_class.in_(scope.classes))
    return tests


def asset_frame(session: Session, scope: Scope, day: date, who: Viewer | None, right: Permission) -> list[FrameAsset]:
    """The assets of a frame in route order: town, village, place, number. who: None sees all."""
    rows = session.execute(
        select(
            Asset.id, Asset.code, Asset.name, Asset.town_id, Asset.village_id,
            func.coalesce(Village.name, Town.name, ""), Asset.location, Asset.quantity, Asset.quantity_unit,
            Asset.original_cost,
        )
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .where(*in_books(scope, day), seen_assets(who, right) if who else true())
        .order_by(func.coalesce(Town.code, ""), func.coalesce(Village.code, ""), Asset.location, Asset.code)
    )  # fmt: skip
    return [FrameAsset(*tuple[Any, ...](row)) for row in rows]
