"""The assets as the rules look at them: the register with what stocktakes, papers and the schemes say beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE
from fundsys.domain.facts import AssetFact
from fundsys.domain.maintenance import Rhythm
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector, Patrol
from fundsys.models.funds import FundSource
from fundsys.queries import asset_records
from fundsys.queries.assets import HAS_TITLE, IS_VALUED
from fundsys.queries.count_facts import last_counts
from fundsys.queries.maintenance import kept_on, rhythms
from fundsys.queries.plain_rows import built_once, plain_rows

_COLUMNS = (
    Asset.id,
    Asset.code,
    Asset.name,
    Asset.asset_class,
    Asset.status,
    Asset.project_year,
    Asset.original_cost,
    Asset.accepted_on,
    Asset.in_use_on,
    Asset.registered_on,
    IS_VALUED,
    Asset.titled_on,
    HAS_TITLE,
    Asset.supervisor,
    MaintenanceSector.name,
    Asset.maintenance_body,
    Asset.keeper,
    Asset.maintenance_fund,
    Asset.last_patrol_on,
    Asset.sector_id,
    MaintenanceSector.patrol_days,
    Asset.owner_name,
    Asset.handed_over_on,
    Asset.encumbrance,
)


def asset_facts(
    session: Session,
    until: date | None = None,
    asked: Any = None,
    outside: Select[int] | None = None,
) -> tuple[AssetFact, ...]:
    """Every asset of the register but disposed ones. until: registered and patrolled up to and including it.

    An asset whose cost is not split by source counts as paid from transition funds, as its project's register says.
    asked: only some assets, by a question of `register`. outside: those without transition money, where not all need be
    known.
    """
    foreign = frozenset(plain_rows(session, without_transition() if outside is None else outside).scalars())
    patrolled = _patrols(session, until) if until else None
    told = rhythms(session)
    keepers = kept_on(session, until) if until else {}
    counted = dict(plain_rows(session, last_counts(until)).all())
    records = counted, asset_records.with_disposal(session, until)
    rows = plain_rows(session, register(until) if asked is None else asked)
    return tuple([_asset(row, foreign, told, keepers, records, patrolled, until) for row in rows.all()])


def register(until: date | None, test: ColumnElement[bool] | None = None) -> Any:
    """The question for the assets in the books (those of this test) as the facts tell them."""
    return (
        select(*_COLUMNS)
        .outerjoin(MaintenanceSector, Asset.sector_id == MaintenanceSector.id)
        .where(
            Asset.status.not_in(GONE),
            true() if test is None else test,
            or_(Asset.registered_on.is_(None), Asset.registered_on <= until) if until else true(),
        )
        .order_by(Asset.id)
    )


def _last(known: date | None, recorded: date | None, until: date | None) -> date | None:
    """The last patrol that had happened: the register's day when it is not later, else the last recorded before."""
    return known if known and until and known <= until else recorded


def _asset(
    row: Any,
    foreign: frozenset[int],
    told: Mapping[int | None, tuple[Rhythm, ...]],
    keepers: Mapping[int, tuple[str, str, str]],
    records: tuple[Mapping[int, date], Collection[int]],
    patrolled: dict[int, date] | None = None,
    until: date | None = None,
) -> AssetFact:
    (
        number, code, name, asset_class, status, year, cost, accepted_on, in_use_on, registered_on, is_valued,
        titled_on, has_title, supervisor, sector, body, keeper, money_source, last_patrol_on, sector_id, interval, owner, granted_on, encumbrance,
    ) = row  # fmt: skip
    counted, disposals = records
    keeper, body, money_source = keepers.get(number, (keeper, body, money_source))
    return AssetFact(
        number,
        code,
        name,
        asset_class,
        status.in_use,
        year,
        cost,
        accepted_on,
        in_use_on,
        registered_on is not None,
        registered_on,
        bool(is_valued),
        None,
        bool(has_title),
        titled_on,
        supervisor,
        sector or "",
        body,
        keeper,
        money_source,
        last_patrol_on if patrolled is None else _last(last_patrol_on, patrolled.get(number), until),
        interval,
        number not in foreign,
        told.get(sector_id, ()) if sector_id is not None else (),
        counted.get(number),
        status,
        number in disposals,
        owner,
        granted_on,
        encumbrance,
    )


@built_once
def without_transition() -> Select[int]:
    """Assets whose cost is split by source and holds no transition money."""
    return (
        select(AssetCost.asset_id)
        .join(FundSource, AssetCost.source_id == FundSource.id)
        .group_by(AssetCost.asset_id)
        .having(func.sum(case((FundSource.is_transition, 1), else_=0)) == 0)
    )


def _patrols(session: Session, until: date) -> dict[int, date]:
    rows = session.execute(
        select(Patrol.asset_id, func.max(Patrol.patrolled_on))
        .where(Patrol.patrolled_on <= until)
        .group_by(Patrol.asset_id)
    )
    return dict(rows.all())
