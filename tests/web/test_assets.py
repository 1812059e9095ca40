"""The register on the screen: filters with totals, one asset's card with its history, hidden where it is not one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import printing
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.office import Region, Unit
from fundsys.services import vault
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.pages import Page

Clients = Callable[..., OfficeClient]


def an_asset(code: str, town: str = "八渡镇", **fields: object) -> int:
    """Id of an asset of the register."""
    usual: dict[str, object] = {
        "name": f"{code}号圈舍",
        "asset_class": AssetClass.INCOME,
        "form": AssetForm.FIXED,
        "kind": "养殖圈舍",
        "project_year": 2023,
        "quantity": Decimal("1260"),
        "quantity_unit": "平方米",
        "original_cost": Money.wan("186.40"),
        "net_value": Money.wan("164.65"),
        "owner_type": OwnerType.COLLECTIVE,
        "owner_name": "大力村股份经济合作社",
        "keeper": "杨志强",
        "status": AssetStatus.IN_USE,
        "registered_on": date(2023, 12, 25),
    }
    with act(by=None, what="登记资产") as opened:
        place = opened.session.scalars(select(Region).where(Region.name == town)).one()
        unit = opened.session.scalars(select(Unit.id).where(Unit.kind == "town", Unit.region_id == place.id)).one()
        phone = vault.put("phone", "13800002716", act=opened)
        made = Asset(code=code, town_id=place.id, owner_unit_id=unit, keeper_phone_id=phone, **(usual | fields))
        opened.session.add(made)
        opened.session.flush()
        return made.id


def test_the_inspector_filters_the_register_and_sees_totals_of_what_was_found(app: Flask, client_as: Clients) -> None:
    an_asset("A-1")
    an_asset("A-2", original_cost=Money.wan("100.000001"), project_year=2021)
    an_asset("A-3", town="天成镇")
    inspector = client_as(Role.INSPECTOR)
    page = inspector.get("/assets/?town=八渡镇&year=2021-2023").get_data(as_text=True)
    assert "A-1" in page
    assert "A-2" in page
    assert "A-3" not in page
    assert "筛选结果 2 项，原值 286.40 万元" in page
    assert "A-2" not in inspector.get("/assets/?year=2023").get_data(as_text=True)


def test_a_filter_that_is_none_is_refused_in_words(app: Flask, client_as: Clients) -> None:
    answer = client_as(Role.INSPECTOR).get("/assets/?town=没有镇")
    assert answer.status_code == 422
    assert "没有名为“没有镇”的镇" in answer.get_data(as_text=True)


def test_the_card_shows_the_keeper_with_a_masked_phone_and_the_history(app: Flask, client_as: Clients) -> None:
    asset_id = an_asset("A-1")
    with act(by=None, what="变更管护责任人") as opened:
        asset = opened.session.get_one(Asset, asset_id)
        asset.keeper, asset.version = "李建平", 2
    page = client_as(Role.INSPECTOR).get(f"/assets/{asset_id}").get_data(as_text=True)
    assert "138****2716" in page
    assert "13800002716" not in page
    assert "变更管护责任人" in page
    assert "杨志强 → 李建平" in page


def test_a_town_sees_its_own_assets_only(app: Flask, client_as: Clients) -> None:
    own, other = an_asset("A-1"), an_asset("A-3", town="天成镇")
    town = client_as(Role.TOWN, "八渡镇人民政府")
    listed = town.get("/assets/").get_data(as_text=True)
    assert "A-1" in listed
    assert "A-3" not in listed
    assert town.get(f"/assets/{own}").status_code == 200
    assert town.get(f"/assets/{other}").status_code == 404


@pytest.mark.only_on("sqlite")
def test_the_pages_are_well_made(app: Flask, client_as: Clients) -> None:
    asset_id = an_asset("A-1")
    inspector = client_as(Role.INSPECTOR)
    for path, title in (("/assets/", "资产登记"), (f"/assets/{asset_id}", "A-1号圈舍")):
        page = Page(inspector.get(path).get_data(as_text=True))
        assert page.h1 == page.title == title
        assert page.faults() == []


def test_villages_of_one_name_are_told_apart_by_their_town(app: Flask, client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    alone = inspector.get("/assets/?village=杨家庄村")
    assert alone.status_code == 422
    assert "个村都叫“杨家庄村”，请同时写明镇" in alone.get_data(as_text=True)
    assert inspector.get("/assets/?village=杨家庄村&town=八渡镇").status_code == 200


def test_a_paper_tells_its_filters_in_words(app: Flask) -> None:
    order = printing.Order("LG05", where={"class": "PUB", "titled": "no", "town": "八渡镇"})
    with printing.sheet(order) as sheet:
        assert sheet.foot_right == "筛选：类别 公益性，确权 待确权，镇 八渡镇"
