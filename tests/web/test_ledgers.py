"""Ledgers at work: screen and paper hold the same rows, prints are numbered and proven, the past prints again the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import printing, tasks  # noqa: F401
from fundsys.domain.dates import show_day_zh
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.assets import Asset
from fundsys.models.office import County
from fundsys.models.papers import PrintRecord
from fundsys.queries.facts import office_today
from fundsys.reports.press.agree import agree
from fundsys.services import jobs
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.figures import Figure
from tests.storage.crowd import together
from tests.web.test_assets import an_asset

Clients = Callable[..., OfficeClient]


def pressed(order: printing.Order, folder: Path) -> PrintRecord:
    return printing.print_ledger(order, folder / "out.pdf")


def test_the_inspector_prints_the_filtered_register_and_the_print_is_kept(app: Flask, client_as: Clients) -> None:
    an_asset("A-1")
    an_asset("A-2", town="天成镇")
    inspector = client_as(Role.INSPECTOR)
    sent = inspector.token("/ledgers/LG05?town=八渡镇") | {"format": "pdf", "town": "八渡镇"}
    answer = inspector.post("/ledgers/LG05/print", data=sent, follow_redirects=True)
    assert answer.data.startswith(b"%PDF-")
    record = db.session.scalars(select(PrintRecord)).one()
    assert (record.ledger, record.row_count) == ("LG05", 1)
    again = inspector.post("/ledgers/LG05/print", data=sent, follow_redirects=True)
    assert again.data == answer.data
    assert len(db.session.scalars(select(PrintRecord)).all()) == 1


def test_prints_asked_for_at_the_same_moment_each_get_a_number_of_their_own(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")

    def order_one(number: int, barrier: Any) -> str:
        barrier.wait()
        return printing.print_ledger(printing.Order("LG05"), tmp_path / f"{number}.csv").number

    numbers = together(6, order_one)
    year = date.today().year
    assert sorted(numbers) == [f"LG05-{year}-{n:06d}" for n in range(1, 7)]
    assert sorted(db.session.scalars(select(PrintRecord.number))) == sorted(numbers)


def test_screen_paper_workbook_and_csv_of_the_register_agree(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")
    an_asset("A-2", town="天成镇", original_cost=Money(123_456_789), name="<b>=1+1</b>圈舍")
    with printing.sheet(printing.Order("LG05")) as sheet:
        for suffix in ("pdf", "xlsx", "csv", "html"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []


def stated(**asked: Any) -> str:
    """The day a ledger says it is up to."""
    with printing.sheet(printing.Order("LG04", year=2024, **asked)) as sheet:
        assert sheet.imprint.printed_at is not None
        assert abs(datetime.now(UTC) - sheet.imprint.printed_at) < timedelta(minutes=5)
        return sheet.unit_line[1].removeprefix("截止日期：")


def test_a_ledger_states_the_day_asked_for_or_the_day_at_work(app: Flask) -> None:
    """Today for a real county, the day it stands still on for a demo; the instant of printing is always the true one."""
    before, said, after = office_today(), stated(), office_today()
    assert said in {show_day_zh(before), show_day_zh(after)}
    with act(by=None, what="装入演示数据") as opened:
        county = opened.session.scalars(select(County)).one()
        county.is_demo, county.demo_day = True, date(2024, 11, 18)
        county.version += 1
    assert stated() == "2024年11月18日"
    assert stated(until=date(2024, 3, 31)) == "2024年3月31日"
    assert stated(as_at=date.today() + timedelta(1)) == show_day_zh(date.today() + timedelta(1))
    assert stated(as_at=date.today() + timedelta(1), until=date(2024, 3, 31)) == "2024年3月31日"


def test_printing_the_past_again_gives_the_same_rows_whatever_changed_since(
    app: Flask, tmp_path: Path, figure: Figure
) -> None:
    ids = [an_asset(f"A-{n}") for n in range(60)]
    day = date(2030, 1, 1)
    with act(by=None, what="结账", at=datetime(2030, 1, 1, tzinfo=UTC)):
        pass
    before = pressed(printing.Order("LG05"), tmp_path)
    with act(by=None, what="调整原值", at=datetime(2030, 2, 1, tzinfo=UTC)) as opened:
        for asset_id in ids[:50]:
            asset = opened.session.get_one(Asset, asset_id)
            asset.original_cost = Money.wan("1")
            asset.version += 1
    now = pressed(printing.Order("LG05"), tmp_path)
    again = pressed(printing.Order("LG05", as_at=day), tmp_path)
    assert again.row_digest == before.row_digest
    assert now.row_digest != before.row_digest
    assert again.totals == before.totals
    figure("重印过去某日的台账", "60 行，改动 50 项以后，逐行摘要相同")


def test_the_holder_of_a_paper_proves_it_without_signing_in_and_sees_no_content(app: Flask, tmp_path: Path) -> None:
    an_asset("A-1")
    record = pressed(printing.Order("LG05"), tmp_path)
    stranger = app.test_client()
    page = stranger.get(f"/prints/{record.number}?c={record.check_code}").get_data(as_text=True)
    assert "有这次打印的记录" in page
    assert "186.40" in page
    assert "号圈舍" not in page
    assert stranger.get(f"/prints/{record.number}?c=AAAA-BBBB-CCCC").status_code == 404
    assert stranger.get("/prints/LG05-2026-999999?c=x").status_code == 404


def test_a_town_prints_its_own_rows_and_cannot_fetch_others_prints(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    an_asset("A-1")
    an_asset("A-3", town="天成镇")
    record = pressed(printing.Order("LG05"), tmp_path)
    town = client_as(Role.TOWN, "八渡镇人民政府")
    page = town.get("/ledgers/LG05").get_data(as_text=True)
    assert "A-1" in page
    assert "A-3" not in page
    assert town.get(f"/ledgers/prints/{record.number}.pdf").status_code == 404


def test_a_long_print_is_a_job_that_can_be_left_and_fetched(
    app: Flask, client_as: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_asset("A-1")
    monkeypatch.setattr("fundsys.web.ledgers.AT_ONCE", 0)
    monkeypatch.setattr(jobs, "start", lambda: None)
    inspector = client_as(Role.INSPECTOR)
    sent = inspector.token("/ledgers/LG05") | {"format": "csv"}
    where = inspector.post("/ledgers/LG05/print", data=sent).location
    assert "正在打印" in inspector.get(where).get_data(as_text=True)
    assert jobs.run_waiting() == 1
    assert "A-1" in inspector.get(where, follow_redirects=True).get_data(as_text=True)
    assert client_as(Role.LEAD).get(where).status_code == 404


def test_the_card_of_an_asset_prints_on_one_page(app: Flask, client_as: Clients) -> None:
    asset_id = an_asset("A-1")
    answer = client_as(Role.INSPECTOR).get(f"/assets/{asset_id}/card.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert re.search(rb"/Count 1\b", answer.data) or answer.data.count(b"/Type /Page\n") <= 1


@pytest.mark.parametrize(("name", "where"), [("LG99", {}), ("LG05", {"color": "red"}), ("LG05", {"town": "没有镇"})])
def test_a_wrong_order_is_refused_in_words(app: Flask, tmp_path: Path, name: str, where: dict[str, str]) -> None:
    with pytest.raises((NotFound, DomainError)):
        pressed(printing.Order(name, where=where), tmp_path)
    assert list(tmp_path.glob("out.*")) == []
