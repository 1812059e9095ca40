"""The general account of assets: opening, additions, reductions, closing, and check lines that notice what does not agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing, store
from fundsys.domain.asset_book import BookBy, Movement, steps
from fundsys.domain.asset_matters import ValueKind
from fundsys.domain.assets import AssetStatus
from fundsys.domain.money import Money, exact_wan
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.queries.asset_book import Book, BookRow, book, lines
from fundsys.queries.past import past
from fundsys.reports.press.agree import agree
from fundsys.services import matters
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.imports.books import book as workbook
from tests.imports.books import taken
from tests.imports.test_published_assets import PUBLISHED, _rows
from tests.matters import an_asset, disposed, line, settled
from tests.publicity import lead, owner
from tests.web.test_assets import an_asset as registered

pytestmark = pytest.mark.usefixtures("app")
WAN = Money.wan


def the_book(year: int = 2024, until: date | None = None) -> Book:
    with store.snapshot() as session:
        return book(session, None, year, until)


def split_off(asset: int, wan: str, on: date = date(2024, 7, 1)) -> None:
    """A part of an asset becomes one of its own."""
    part = line("分出的圈舍", wan)
    with act(by=owner(), what="登记拆分") as opened:
        made = matters.draft_split(asset, matters.SplitEntry(on, (part,), "", "分给两个村用"), act=opened).id
    settled(made)


def undone(disposal: int) -> None:
    """A disposal is reversed."""
    with act(by=owner(), what="登记冲销") as opened:
        made = matters.draft_reversal(disposal, date(2024, 10, 1), "陇政办函〔2024〕40号", "误报", act=opened).id
    settled(made)


def figures(row: BookRow) -> tuple[int, str, int, str, int, str, int, str]:
    told = (
        row.opening,
        row.opening_cost,
        row.added,
        row.added_cost,
        row.reduced,
        row.reduced_cost,
        row.closing,
        row.closing_cost,
    )
    return tuple(exact_wan(v) if isinstance(v, Money) else v for v in told)  # type: ignore[return-value]


def test_a_year_opens_grows_shrinks_and_closes_and_the_next_opens_with_it() -> None:
    kept, gone, back = an_asset("100"), an_asset("30.000001"), an_asset("5")
    split_off(kept, "40")
    disposed(gone)
    undone(disposed(back))
    (town,) = lines(the_book(), BookBy.TOWN)
    assert figures(town) == (0, "0.00", 5, "180.000001", 2, "75.000001", 3, "105.00")
    (of_next,) = lines(the_book(2025), BookBy.TOWN)
    assert figures(of_next) == (3, "105.00", 0, "0.00", 0, "0.00", 3, "105.00")
    (in_july,) = lines(the_book(until=date(2024, 7, 31)), BookBy.TOWN)
    assert figures(in_july) == (0, "0.00", 4, "175.000001", 0, "40.00", 4, "135.000001")
    for found in (the_book(), the_book(2025), the_book(until=date(2024, 7, 31)), the_book(2020)):
        assert all(check.holds for check in found.checks), [c.said for c in found.checks]


def test_every_side_of_the_account_adds_up_to_the_same_closing() -> None:
    for wan in ("100", "0.000001", "77.7"):
        an_asset(wan)
    found = the_book()
    for by in BookBy:
        assert sum((r.closing_cost for r in lines(found, by)), Money(0)) == WAN("177.700001")
        assert sum(r.closing for r in lines(found, by)) == 3


def test_a_cost_changed_past_the_papers_makes_the_check_lines_red_and_says_where() -> None:
    first, _ = an_asset("100"), an_asset("50")
    assert all(check.holds for check in the_book().checks)
    with act(by=None, what="擅改原值") as opened:
        opened.session.get_one(Asset, first).original_cost = WAN("99.999999")
        opened.session.get_one(Asset, first).version += 1
    wrong = [check for check in the_book().checks if not check.holds]
    assert [check.name for check in wrong][0] == "县总账 = 各镇合计 + 县本级" and len(wrong) == 5
    assert "账 2 项 150.00 万元，登记簿 2 项 149.999999 万元" in wrong[0].wrong


def test_assets_of_more_than_the_settlement_are_named() -> None:
    asset = an_asset("100")
    with act(by=None, what="擅改结算") as opened:
        project = opened.session.get_one(Asset, asset).project
        assert project is not None
        project.settled_amount = WAN("99")
        project.version += 1
    (wrong,) = [check for check in the_book().checks if not check.holds]
    assert "1 个项目超出" in wrong.wrong and "多 1.00 万元" in wrong.wrong


def test_the_account_of_a_past_day_is_what_was_known_then() -> None:
    an_asset("100")
    with store.snapshot() as session:
        today = book(session, None, 2024).cells
    with past(date(2100, 1, 1)) as session:
        assert book(session, None, 2024).cells == today
    with past(date(2001, 1, 1)) as session:
        assert book(session, None, 2024).cells == {}


def test_assets_that_never_moved_stand_where_their_days_put_them() -> None:
    told = (
        ("before", date(2023, 12, 31), 2023), ("first", date(2024, 1, 1), 2023), ("last", date(2024, 6, 30), 2024),
        ("after", date(2024, 7, 1), 2024), ("undated", None, 2024), ("old", None, 2020), ("to come", None, 2025),
    )  # fmt: skip
    for place, (name, on, year) in enumerate(told):
        registered(f"A-{name}", original_cost=Money(10**place), registered_on=on, accepted_on=None, project_year=year)
    gone = registered("A-gone", original_cost=WAN("7"))
    with act(by=None, what="更正状态") as opened:
        opened.session.get_one(Asset, gone).status = AssetStatus.DISPOSED
        opened.session.get_one(Asset, gone).version += 1
    found = the_book(until=date(2024, 6, 30))
    (row,) = lines(found, BookBy.TOWN)
    assert (row.opening, row.opening_cost.fen) == (2, 100_001)
    assert (row.added, row.added_cost.fen, row.reduced) == (3, 10_110, 0)
    assert all(check.holds for check in found.checks), [c.said for c in found.checks]


def test_what_was_disposed_of_before_it_had_papers_never_stood_in_the_books() -> None:
    assert list(steps([Movement(date(2024, 1, 1), ValueKind.REVALUED, 5)])) == []


def test_the_published_624_assets_of_a_district_stand_in_the_account_by_owner(app: Flask, tmp_path: Path) -> None:
    assert taken("assets", workbook(tmp_path / "a.xlsx", "assets", _rows()), lead()) == (624, 0, 0)
    found = the_book()
    by_owner = [(r.name, r.closing, r.closing_cost.fen) for r in lines(found, BookBy.LEVEL)]
    assert by_owner == [told[:3] for told in PUBLISHED]
    assert sum(r.closing_cost.fen for r in lines(found, BookBy.CLASS)) == 3_086_261_000
    assert all(check.holds for check in found.checks)
    with printing.sheet(printing.Order("PF51", year=2024, where={"by": "权属层级"})) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"b.{suffix}")
        assert agree(sheet, tmp_path / "b.pdf", tmp_path / "b.xlsx", tmp_path / "b.csv") == []
        assert (sheet.totals["book_closing"], sheet.totals["book_closing_cost"]) == (624, Money(3_086_261_000))
        assert sum("相符" in note for note in sheet.notes) == 6


def test_the_page_leads_from_a_town_to_its_villages_and_a_town_sees_its_own(
    app: Flask, client_as: Callable[..., OfficeClient]
) -> None:
    an_asset("100")
    leader = client_as(Role.LEADER)
    page = leader.get("/assets/book/").get_data(as_text=True)
    assert "县总账 = 各村合计 + 镇本级 + 县本级" in page and page.count("相符</span>") == 6
    assert "100.00" in leader.get("/assets/book/?by=村").get_data(as_text=True)
    assert leader.get("/assets/book/?by=颜色").status_code == 422
    elsewhere = client_as(Role.TOWN, unit="天成镇人民政府", login="tiancheng")
    assert "100.00" not in elsewhere.get("/assets/book/").get_data(as_text=True)
