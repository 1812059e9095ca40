"""Income on pages: written by the unit, approved by another, distributed, paid and printed."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.asset_matters import MatterState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.publicity import Occasion
from fundsys.domain.rights import Role
from fundsys.models.office import Region, Unit
from fundsys.queries.income_ledgers import income_ledger, station_ledger
from fundsys.queries.public_subjects import subjects
from fundsys.queries.registers import Wanted
from tests.counties import OfficeClient
from tests.income import SCAN, a_station, an_income, came_in, incomes, leased, paid_out, share, shared_out, sold
from tests.library import OTHER_VILLAGE, VILLAGE_UNIT
from tests.matters import an_asset, formed, line, newest, settled_project
from tests.pages import says

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


def approve(lead: OfficeClient) -> None:
    """The lead bureau approves the newest paper."""
    page = f"/asset-papers/{newest().id}"
    assert lead.post(f"{page}/step", data=lead.token(page) | {"action": "approve"}).status_code == 302
    assert newest().state is MatterState.APPROVED


CONTRACT = {
    "kind": "lease", "operator": "奶山羊合作社", "contract_no": "合同1", "happened_on": "2024-07-01",
    "begins_on": "2024-07-01", "ends_on": "2025-06-30", "first_due_on": "2024-09-30", "every_months": "6",
    "each_amount": "1,000.50", "action": "submit",
}  # fmt: skip


def test_a_lease_is_written_its_rent_comes_in_is_distributed_and_paid(client_as: Clients) -> None:
    owner, lead, asset = client_as(Role.OWNER), client_as(Role.LEAD), an_asset()
    page = f"/income/assets/{asset}"
    assert owner.send(f"{page}/contract", CONTRACT | {"ends_on": "2024-06-30"}).status_code == 422
    assert owner.send(f"{page}/contract", CONTRACT).status_code == 302
    approve(lead)
    assert [row.due for row in incomes(asset)] == [Money.yuan("1000.5")] * 2
    assert "登记到账" in says(owner, page)
    receipt = {"amount": "1000.50", "happened_on": "2024-10-08", "document_no": "村收1", "action": "submit"}
    assert owner.send(f"/income/{incomes(asset)[0].id}/receipt", receipt).status_code == 302
    approve(lead)
    form = {
        "happened_on": "2024-10-20", "meeting_on": "2024-10-25", "meeting": "第6号", "town_opinion": "同意",
        "row-use": ["posts", "retained"], "row-share_amount": ["600.3", "400.20"], "row-share_workers": ["2", ""],
        "row-share_households": ["", ""], "row-share_words": ["保洁员", ""], "action": "submit",
    }  # fmt: skip
    refused = owner.send(f"{page}/sharing", form)
    assert refused.status_code == 422
    assert "会议记录的扫描件" in refused.get_data(as_text=True)
    name, content = SCAN[0]
    assert owner.send(f"{page}/sharing", form | {"papers": (BytesIO(content), name)}).status_code == 302
    approve(lead)
    sharing = newest().id
    assert incomes(asset)[0].balance == ZERO
    shown = owner.get(f"/income/sharings/{sharing}/payout").get_data(as_text=True)
    assert "公益岗位 600.30 元" in shown
    assert "村集体留存 400" not in shown
    line = shown.split('<option value="', 2)[2].split('"')[0]
    pay = {
        "happened_on": "2024-11-01",
        "document_no": "村付1",
        "row-line": [line],
        "row-pay_amount": ["600.30"],
        "action": "submit",
    }
    assert owner.send(f"/income/sharings/{sharing}/payout", pay).status_code == 302
    approve(lead)
    assert "已支付" in says(lead, f"/asset-papers/{sharing}")
    assert "1,000.50" in says(lead, "/income?year=2024")


def test_a_village_records_what_came_in_and_sees_nothing_of_another_village(client_as: Clients) -> None:
    with store.snapshot() as session:
        own = select(Region.parent_id, Region.id).join(Unit, Unit.region_id == Region.id)
        town, place = session.execute(own.where(Unit.name == VILLAGE_UNIT)).one()
    project = settled_project("100", ("F101", "100"), town_id=town, village_id=place)
    (asset,) = formed(project, line("羊舍", "100"))
    leased(asset)
    village = client_as(Role.VILLAGE, VILLAGE_UNIT)
    neighbor = client_as(Role.VILLAGE, OTHER_VILLAGE, login="neighbor")
    due = f"/income/{incomes(asset)[0].id}/receipt"
    assert "羊舍" in says(village, f"/income/assets/{asset}") and village.get(due).status_code == 200
    assert [neighbor.get(path).status_code for path in (f"/income/assets/{asset}", due)] == [404, 404]
    assert village.get("/income").status_code == 200
    stranger = client_as(Role.OWNER, unit="县水利局", login="stranger")
    assert stranger.get(f"/income/assets/{asset}").status_code == 404
    assert stranger.get(f"/income/{incomes(asset)[0].id}/receipt").status_code == 404
    assert "羊舍" not in says(stranger, "/income?year=")
    inspector = client_as(Role.INSPECTOR)
    assert "登记到账" not in says(inspector, f"/income/assets/{asset}")
    assert inspector.get(f"/income/assets/{asset}/contract").status_code == 403


def test_an_approved_paper_is_taken_back_on_a_page_that_says_so(client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER), client_as(Role.LEAD)
    asset = an_asset()
    leased(asset)
    receipt = came_in(incomes(asset)[0].id, "10000")
    page = f"/income/papers/{receipt}/taking-back"
    assert "冲销不能撤回" in says(owner, page)
    assert owner.send(page, {"happened_on": "2024-11-10", "words": "重复", "action": "submit"}).status_code == 302
    approve(lead)
    assert incomes(asset)[0].received == ZERO


def test_idle_assets_are_found_with_a_remedy(client_as: Clients) -> None:
    owner, lead, asset = client_as(Role.OWNER), client_as(Role.LEAD), an_asset()
    form = {
        "status": "S3", "happened_on": "2024-09-01", "words": "承租方退出，公开招租", "responsible": "李四",
        "due_on": "2024-12-31", "action": "submit",
    }  # fmt: skip
    assert owner.send(f"/income/assets/{asset}/idle", form).status_code == 302
    approve(lead)
    assert "公开招租" in says(owner, "/income/idle")
    assert "恢复使用" in says(owner, f"/income/assets/{asset}")


def test_the_ledger_balances_row_by_row_and_in_all() -> None:
    asset, income = an_income("10000")
    shared_out(asset, share(SharingUse.POSTS, "6000"), share(SharingUse.HOUSEHOLDS, "1000.01"))
    with store.snapshot() as session:
        (row,) = income_ledger(session, Wanted(2024, {}))
        (early,) = income_ledger(session, Wanted(2024, {}, until=row.due_on))
        public = subjects(session, Occasion.INCOME, ids=[income])
    assert row.due == row.received + row.arrears
    assert row.received == row.distributed + row.balance
    assert (row.posts, row.households_share, row.households) == (Money.yuan(6000), Money.yuan("1000.01"), 10)
    assert (row.balance, row.publicity) == (Money.yuan("2999.99"), "未公示")
    assert (early.received, early.arrears, early.distributed) == (ZERO, Money.yuan(10000), ZERO)
    assert [(s.amount, s.formed_on) for s in public] == [(Money.yuan("7000.01"), row.resolved_on)]


def test_the_station_ledger_tells_what_was_sold_and_what_it_went_to() -> None:
    station = a_station()
    sold(station, "9000", "8000")
    sharing = shared_out(station, share(SharingUse.POSTS, "5000"), share(SharingUse.UPKEEP, "900"))
    paid_out(sharing, posts="5000")
    with store.snapshot() as session:
        (row,) = station_ledger(session, Wanted(2024, {}))
    assert (row.billed, row.passed_on, row.posts, row.upkeep) == tuple(map(Money.yuan, (9000, 8000, 5000, 900)))
    assert row.passed_on == row.posts + row.works + row.reward + row.upkeep + row.balance
    assert (row.workers, str(row.kilowatt_hours)) == (2, "24000.5")


def test_the_same_form_about_income_is_one_paper_however_often_it_is_sent(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    asset, _ = an_income("100")
    station, other = a_station(), an_asset()
    leased(other)
    page, draft = f"/income/assets/{asset}", {"action": "save"}
    lines = {
        "row-use": "works",
        "row-share_amount": "50",
        "row-share_workers": "",
        "row-share_households": "",
        "row-share_words": "",
    }
    idle = {"status": "S2", "happened_on": "2024-09-01", "words": "开工不足"}
    settled_bill = {
        "begins_on": "2024-07-01", "ends_on": "2024-09-30", "kilowatt_hours": "100", "billed": "40", "passed_on": "40",
        "settled_on": "2024-10-05", "happened_on": "2024-10-08", "payer": "供电公司",
    }  # fmt: skip
    owner.thrice(f"{page}/contract", CONTRACT | draft)
    owner.thrice(f"/income/contracts/{newest().id}/edit", CONTRACT | draft | {"version": str(newest().version)})
    owner.thrice(f"{page}/sharing", lines | draft | {"happened_on": "2024-10-20"})
    owner.thrice(f"/income/sharings/{newest().id}/edit", lines | draft | {"happened_on": "2024-10-20", "version": "1"})
    owner.thrice(f"{page}/idle", idle | draft | {"responsible": "李四", "due_on": "2024-12-31"})
    owner.thrice(f"/income/idle/{newest().id}/edit", idle | draft | {"version": "1"})
    owner.thrice(f"{page}/revival", idle | draft | {"status": "S1"})
    owner.thrice(f"/income/assets/{station}/settlement", settled_bill | draft)
    owner.thrice(f"/income/settlements/{newest().id}/edit", settled_bill | draft | {"version": "1"})
    receipt = {"amount": "1", "happened_on": "2024-10-08", "document_no": "村收2"}
    owner.thrice(f"/income/{incomes(other)[0].id}/receipt", receipt | draft)
    owner.thrice(f"/income/receipts/{newest().id}/edit", receipt | draft | {"version": "1"})


def test_the_same_payment_and_the_same_taking_back_are_one_paper(client_as: Clients) -> None:
    owner = client_as(Role.OWNER)
    asset, _ = an_income("100")
    sharing = shared_out(asset, share(SharingUse.WORKS, "50"))
    path = f"/income/sharings/{sharing}/payout"
    line = owner.get(path).get_data(as_text=True).split('<option value="', 2)[2].split('"')[0]
    pay = {"happened_on": "2024-11-01", "row-line": line, "row-pay_amount": "50", "action": "save"}
    owner.thrice(path, pay)
    owner.thrice(f"/income/payouts/{newest().id}/edit", pay | {"version": "1"})
    owner.thrice(
        f"/income/papers/{sharing}/taking-back", {"happened_on": "2024-11-10", "words": "有误", "action": "save"}
    )
