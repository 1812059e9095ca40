"""What the rules on the register's records look at beside the assets themselves: twins, disposals and their papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import OPEN_STATES, SOLD, MatterKind, MatterState
from fundsys.domain.assets import GONE, AssetStatus
from fundsys.domain.facts import DisposedFact
from fundsys.domain.further_facts import TwinFact
from fundsys.domain.money import Money
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, Disposal
from fundsys.queries.plain_rows import built_once, plain_rows

DISPOSED_READ_FROM = frozenset({"asset", "asset_matter", "disposal"})
_BETWEEN = "\x1f"
_SAME = (Asset.name, Asset.village_id, Asset.location, Asset.spec, Asset.quantity)


def _alike(*columns: Any) -> Select[Any]:
    """These columns of each group of assets in the books that share name, village, place, make and quantity."""
    in_books = (Asset.status.not_in(GONE), Asset.location != "")
    return select(*columns).where(*in_books).group_by(*_SAME).having(func.count() > 1)


def twin_count(session: Session) -> int:
    """How many twins there are."""
    return int(plain_rows(session, _counted()).scalar() or 0)


@built_once
def _counted() -> Select[Any]:
    groups = _alike(func.count().label("number")).subquery()
    return select(func.coalesce(func.sum(groups.c.number), 0))


def twins(session: Session) -> tuple[TwinFact, ...]:
    """The assets in the books that share name, village, place, make and quantity with others."""
    found = []
    for name, told in plain_rows(session, _groups()):
        group = sorted((int(number), code) for one in told.split(_BETWEEN) for number, _, code in [one.partition(" ")])
        for number, code in group:
            others = tuple(other for key, other in group if key != number)
            found.append(TwinFact(number, f"{code} {name}", others))
    return tuple(sorted(found))


@built_once
def _groups() -> Select[str, str]:
    """The name of each group of twins, and ids and codes of its members in one string."""
    return _alike(Asset.name, func.aggregate_strings(cast(Asset.id, String) + " " + Asset.code, _BETWEEN))


def with_disposal(session: Session, until: date | None = None) -> frozenset[int]:
    """The assets on whose disposal a paper is under way or approved."""
    return frozenset(key for key in plain_rows(session, _disposals(until)).scalars() if key is not None)


@built_once
def _disposals(until: date | None) -> Select[int | None]:
    m = AssetMatter
    states = (*OPEN_STATES, MatterState.SUBMITTED, MatterState.APPROVED)
    return select(m.asset_id).where(
        m.kind == MatterKind.DISPOSAL, m.state.in_(states), m.happened_on <= until if until else true()
    )


def disposed_facts(session: Session) -> tuple[DisposedFact, ...]:
    """The disposed assets, each with what is not recorded of approval, appraisal and public notice."""
    papers = {
        asset: _missing(method, appraised, public_id)
        for asset, method, appraised, public_id in plain_rows(session, _papers())
    }
    return tuple(
        DisposedFact(number, f"{code} {name}", papers.get(number, _ALL))
        for number, code, name in plain_rows(session, _disposed())
    )


@built_once
def _disposed() -> Select[int, str, str]:
    return select(Asset.id, Asset.code, Asset.name).where(Asset.status == AssetStatus.DISPOSED).order_by(Asset.id)


@built_once
def _papers() -> Select[int | None, str | None, Money | None, int | None]:
    """The approved disposals: asset, method, appraised value and public notice."""
    m, d = AssetMatter, Disposal
    return (
        select(m.asset_id, d.method, d.appraised, m.public_id)
        .outerjoin(d, d.matter_id == m.id)
        .where(m.kind == MatterKind.DISPOSAL, m.state == MatterState.APPROVED)
        .order_by(m.id)
    )


_ALL = ("审批", "评估", "公示")


def _missing(method: str | None, appraised: Money | None, public_id: int | None) -> tuple[str, ...]:
    if method is None:
        return _ALL
    unvalued = method in SOLD and appraised is None
    return (*(("评估",) if unvalued else ()), *(("公示",) if public_id is None else ()))
