"""Assets under maintenance for tests: in a village of the town's, each with sector, keeper and money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset, MaintenanceSector
from fundsys.models.office import Person, Region, Unit
from fundsys.services.acts import act
from tests.counties import somebody

KEEPER = f"{Role.KEEPER.label}甲"
"""The name of the keeper `somebody(Role.KEEPER)` makes."""


def village_of(role: Role = Role.VILLAGE) -> tuple[int, int]:
    """Town and village of the unit of the person of a role."""
    with store.snapshot() as session:
        person = session.get_one(Person, somebody(role))
        region = session.get_one(Region, session.get_one(Unit, person.unit_id).region_id)
        assert region.parent_id is not None
        return region.parent_id, region.id


def sector_id(code: str = "M01") -> int:
    """Id of a sector."""
    with store.snapshot() as session:
        return session.scalars(select(MaintenanceSector.id).where(MaintenanceSector.code == code)).one()


def make_assets(count: int = 1, **told: Any) -> list[int]:
    """Ids of public assets in use in the village's place since 2024-10-01, patrolled every 30 days (M01)."""
    town, village = village_of()
    sector = sector_id(told.pop("sector", "M01"))
    with act(by=None, what="登记资产") as opened:
        begin = len(list(opened.session.scalars(select(Asset.id))))
        made = [
            Asset(
                **{
                    "code": f"6103271022052024G1{begin + n:05d}",
                    "name": f"通组路{begin + n}",
                    "asset_class": AssetClass.PUBLIC,
                    "form": AssetForm.FIXED,
                    "project_year": 2024,
                    "town_id": town,
                    "village_id": village,
                    "quantity": Decimal(1),
                    "quantity_unit": "条",
                    "original_cost": Money.wan("20"),
                    "owner_type": OwnerType.COLLECTIVE,
                    "in_use_on": date(2024, 10, 1),
                    "registered_on": date(2024, 10, 1),
                    "sector_id": sector,
                    "maintenance_body": "村股份经济合作社",
                    "keeper": KEEPER,
                    "maintenance_fund": "村集体收益",
                    "status": AssetStatus.IN_USE,
                }
                | told
            )
            for n in range(1, count + 1)
        ]
        opened.session.add_all(made)
        opened.session.flush()
        return [a.id for a in made]


def asset(asset_id: int) -> Asset:
    """An asset as it stands."""
    with store.snapshot() as session:
        found = session.get_one(Asset, asset_id)
        session.expunge(found)
        return found
