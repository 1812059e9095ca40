"""What is kept between requests is never older than the county: every act that touches it is seen at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.assets import AssetClass
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.office import Region
from fundsys.queries import kept as keeping
from fundsys.queries.kept import kept
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.web.test_assets import an_asset

REGION = frozenset({"region"})
HOME, MERGED = store.HOME_COUNTY, "并入邻村"


class Asked:
    """A question that counts how often it was really read."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        with store.snapshot(HOME) as session:
            return kept(session, "how many places", REGION, lambda: self._read(session))

    def _read(self, session: store.Session) -> int:
        self.times += 1
        return session.scalar(select(func.count()).select_from(Region).where(Region.note == MERGED)) or 0


def note_a_place() -> None:
    """An act that changes one place."""
    with act(by=None, what="核对") as opened:
        row = opened.session.scalars(select(Region).where(Region.note != MERGED).order_by(Region.id).limit(1)).one()
        row.note, row.version = MERGED, row.version + 1


def test_an_answer_is_read_once_until_an_act_changes_its_table(app: Flask) -> None:
    asked = Asked()
    assert (asked(), asked(), asked.times) == (0, 0, 1)
    note_a_place()
    assert (asked(), asked(), asked.times) == (1, 1, 2)


def test_an_act_on_another_table_leaves_the_answer_standing(app: Flask) -> None:
    asked = Asked()
    asked()
    an_asset("A-1")
    with act(by=None, what="登录"):
        pass
    assert (asked(), asked.times) == (0, 1)


def test_an_act_that_came_to_nothing_changes_no_answer(app: Flask) -> None:
    asked = Asked()
    asked()
    with pytest.raises(ZeroDivisionError), act(by=None, what="核对") as opened:
        opened.session.scalars(select(Region).limit(1)).one().note = MERGED
        opened.session.flush()
        1 / 0  # noqa: B018
    assert (asked(), asked.times) == (0, 1)


@pytest.mark.only_on("sqlite")
def test_a_county_put_back_from_a_copy_is_read_anew_even_with_as_many_acts(app: Flask, database_url: str) -> None:
    file = store.sqlite_file(HOME)
    with store.snapshot(HOME) as session:
        session.connection().exec_driver_sql("pragma wal_checkpoint(truncate)")
    shutil.copy(file, file.with_suffix(".copy"))
    asked = Asked()
    note_a_place()
    assert asked() == 1
    engine = store.engine(HOME)
    engine.dispose()
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    shutil.copy(file.with_suffix(".copy"), file)
    with act(by=None, what="登录"):
        pass
    assert (asked(), asked.times, store.engine(HOME)) == (0, 2, engine)


def test_only_so_many_answers_are_kept_and_the_oldest_goes_first(app: Flask) -> None:
    with store.snapshot(HOME) as session:
        for number in range(keeping.MOST + 1):
            kept(session, ("number", number), REGION, lambda n=number: n)
        assert kept(session, ("number", keeping.MOST), REGION, lambda: -1) == keeping.MOST
        assert kept(session, ("number", 0), REGION, lambda: -1) == -1


def test_the_register_shows_a_change_of_the_asset_its_town_and_its_totals_at_once(
    app: Flask, client_as: Callable[..., OfficeClient]
) -> None:
    asset_id = an_asset("A-1", titled_on=date(2024, 1, 8), title_document="陇集产〔2024〕3号")
    inspector = client_as(Role.INSPECTOR)

    def page() -> str:
        return inspector.get("/assets/?sort=-cost").get_data(as_text=True)

    assert "186.40" in page()
    assert "待确权 0" in page()
    with act(by=None, what="评估入账") as opened:
        asset = opened.session.get_one(Asset, asset_id)
        asset.original_cost, asset.title_document, asset.version = Money.wan("190.00"), "", asset.version + 1
    assert "原值 190.00 万元" in page()
    assert "待确权 1" in page()
    with act(by=None, what="更名") as opened:
        town = opened.session.scalars(select(Region).where(Region.name == "八渡镇")).one()
        town.name, town.version = "新八渡镇", town.version + 1
    assert "新八渡镇</td>" in page()
    an_asset("A-2", town="天成镇", asset_class=AssetClass.PUBLIC, original_cost=Money.wan("500.00"))
    assert page().index("A-2") < page().index("A-1")
    assert "筛选结果 2 项，原值 690.00 万元" in page()


def test_what_one_person_may_see_is_not_kept_for_another(app: Flask, client_as: Callable[..., OfficeClient]) -> None:
    an_asset("A-1", town="八渡镇")
    an_asset("A-2", town="天成镇")
    clients = [client_as(Role.TOWN), client_as(Role.INSPECTOR)]
    for _ in range(2):
        own, all_of_them = (c.get("/assets/").get_data(as_text=True) for c in clients)
        assert [code in all_of_them for code in ("A-1", "A-2")] == [True, True]
        assert [code in own for code in ("A-1", "A-2")].count(True) <= 1
