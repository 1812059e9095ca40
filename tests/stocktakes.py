"""Stocktakes for tests: a campaign over a few assets of the town's, counted line by line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.domain.stocktakes import CountResult, CountWay
from fundsys.models.office import Person, Region, Unit
from fundsys.models.stocktakes import CountEntry, Stocktake, StocktakeLine
from fundsys.queries.facts import office_today
from fundsys.queries.frames import Scope
from fundsys.services import stocktakes
from fundsys.services.acts import act
from fundsys.services.stocktakes import CountTold, StocktakeEntry
from tests.counties import somebody
from tests.upkeep import make_assets

TODAY = office_today()


def town_places() -> tuple[int, int]:
    """The town of the person of a town, and its first village."""
    with store.snapshot() as session:
        region = session.get_one(Unit, session.get_one(Person, somebody(Role.TOWN)).unit_id).region_id
        assert region is not None
        village = select(Region.id).where(Region.parent_id == region, Region.active).order_by(Region.code)
        return region, session.scalars(village.limit(1)).one()


def town_assets(count: int = 1, **told: Any) -> list[int]:
    """Ids of assets in the first village of the town."""
    town, village = town_places()
    return make_assets(count, **({"town_id": town, "village_id": village} | told))


def elsewhere() -> dict[str, int]:
    """Another town and a village of it."""
    with store.snapshot() as session:
        query = select(Region).where(Region.level == "village", Region.active, Region.parent_id != town_places()[0])
        village = session.scalars(query.order_by(Region.code).limit(1)).one()
        assert village.parent_id is not None
        return {"town_id": village.parent_id, "village_id": village.id}


def campaign(by: Role = Role.LEAD, **told: Any) -> int:
    """Id of a campaign that a bureau opened today."""
    entry = StocktakeEntry(**({"name": "年终盘点", "register_on": TODAY, "due_on": TODAY, "scope": Scope()} | told))
    with act(by=somebody(by), what="发起盘点") as opened:
        return stocktakes.open_stocktake(entry, act=opened).id


def lines(stocktake_id: int) -> list[StocktakeLine]:
    """The lines of a campaign in the order of its sheets."""
    with store.snapshot() as session:
        query = select(StocktakeLine).where(StocktakeLine.stocktake_id == stocktake_id)
        found = list(session.scalars(query.order_by(StocktakeLine.sheet_id, StocktakeLine.position)))
        session.expunge_all()
        return found


def count(line_id: int, result: CountResult = CountResult.MATCH, by: Role = Role.TOWN, **told: Any) -> int:
    """Id of the entry of a count."""
    one = CountTold(line_id, result, told.pop("counted_on", TODAY), **told)
    with act(by=somebody(by), what="登记盘点") as opened:
        return stocktakes.record_counts([one], CountWay.PHONE, act=opened)[0].id


def entries(stocktake_id: int) -> list[CountEntry]:
    """Every entry of a campaign."""
    with store.snapshot() as session:
        query = select(CountEntry).join(StocktakeLine, CountEntry.line_id == StocktakeLine.id)
        found = list(session.scalars(query.where(StocktakeLine.stocktake_id == stocktake_id).order_by(CountEntry.id)))
        session.expunge_all()
        return found


def the(stocktake_id: int) -> Stocktake:
    """A campaign as it stands."""
    with store.snapshot() as session:
        found = session.get_one(Stocktake, stocktake_id)
        session.expunge(found)
        return found
