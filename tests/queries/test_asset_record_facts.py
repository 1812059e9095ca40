"""What the rules on the register's records look at: twins by their words, disposals with their papers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from fundsys import store
from fundsys.domain.assets import AssetStatus
from fundsys.models.assets import Asset
from fundsys.queries.facts import facts
from fundsys.services.acts import act
from tests.matters import an_asset, disposed
from tests.stocktakes import elsewhere
from tests.upkeep import make_assets

pytestmark = pytest.mark.usefixtures("app")


def changed(asset: int, **told: object) -> None:
    """Change an asset's row as nobody should."""
    with act(by=None, what="改登记") as opened:
        opened.session.execute(update(Asset).where(Asset.id == asset).values(**told))


def test_twins_have_one_name_village_place_make_and_quantity() -> None:
    same = {"name": "通组路", "location": "二组", "spec": "砼路面", "quantity": Decimal(2)}
    one, other = make_assets(2, **same)
    for told in ({"location": "三组"}, {"name": "产业路"}, {"quantity": Decimal(3)}, {"location": ""}, elsewhere()):
        make_assets(1, **(same | told))
    make_assets(1, **(same | {"status": AssetStatus.DISPOSED}))
    make_assets(2, **(same | {"location": ""}))
    with store.snapshot() as session:
        found = facts(session, 2024, parts={"assets", "twins"})
    codes = {a.id: a.code for a in found.assets}
    assert [(t.id, t.others) for t in found.twins] == [(one, (codes[other],)), (other, (codes[one],))]
    assert found.twins[0].label == f"{codes[one]} 通组路"


def test_a_disposal_by_paper_is_in_order_and_one_without_is_told() -> None:
    by_paper, without = an_asset(), an_asset()
    disposed(by_paper)
    changed(without, status=AssetStatus.LOST)
    with store.snapshot() as session:
        found = facts(session, 2024, parts={"assets", "disposed"})
    assert [(a.status, a.has_disposal) for a in found.assets if a.id == without] == [(AssetStatus.LOST, False)]
    assert [(d.id, "审批" in d.missing) for d in found.disposed] == [(by_paper, False)]
    changed(without, status=AssetStatus.DISPOSED)
    with store.snapshot() as session:
        told = {d.id: d.missing for d in facts(session, 2024, parts={"disposed"}).disposed}
    assert told[without] == ("审批", "评估", "公示")
