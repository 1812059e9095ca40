"""The keeper's journey on a phone: named by the town, patrolling, a defect with its photo put right, closed by the town."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from fundsys.domain.rights import Role
from tests.journeys.office import PHONE, Office, Somebody, rows_of, somebody
from tests.journeys.test_owner import picture

WORDS = "护栏断裂 3 米，已设警示"


def test_a_keeper_patrols_on_a_phone_and_the_town_closes_what_was_found(
    chromium: Browser, office: Office, tmp_path: Path
) -> None:
    with somebody(chromium, office) as town, somebody(chromium, office, **PHONE) as keeper:
        town.sign_in_as(Role.TOWN)
        keeper.sign_in_as(Role.KEEPER)
        asset = the_town_names_the_keeper(town, office.accounts[Role.KEEPER].name)
        the_keeper_patrols(keeper, asset, tmp_path)
        the_keeper_puts_it_right(keeper, asset)
        the_town_closes_it(town, asset)
        nothing_is_left_to_the_keeper(keeper, asset)


def the_town_names_the_keeper(town: Somebody, name: str) -> str:
    """Of the first asset due, from today on. Answers the asset's name."""
    town.go("/maintenance/duties")
    page = town.page
    link = page.get_by_role("table", name="应巡查的资产").locator("th[scope=row] a").first
    asset = link.inner_text()
    link.click()
    page.get_by_role("link", name="变更责任人").click()
    page.get_by_label("管护责任人").fill(name)
    page.get_by_label("管护主体").fill("大力村股份经济合作社")
    page.get_by_label("管护经费来源").fill("公益岗位")
    page.get_by_label("公益岗位", exact=True).check()
    page.get_by_role("button", name="保存").click()
    assert "已登记" in town.said
    return asset


def the_keeper_patrols(keeper: Somebody, asset: str, folder: Path) -> None:
    """Serious without a word is refused and nothing typed is lost; with words, a deadline and a photo it is taken."""
    page = keeper.page
    keeper.go("/maintenance/mine")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name=f"巡查：{asset}", exact=True).first.click()
    page.get_by_label("严重", exact=True).check()
    page.get_by_role("button", name="提交巡查").click()
    expect(page.get_by_text("不是完好的，请写明问题").first).to_be_visible()
    expect(page.get_by_label("严重", exact=True)).to_be_checked()
    page.get_by_label("问题").fill(WORDS)
    day = page.get_by_label("巡查日期").input_value()
    page.get_by_label("整改时限").fill(day)
    page.locator("input[type=file]").set_input_files(picture(folder, "护栏.png", 90))
    page.get_by_role("button", name="提交巡查").click()
    page.wait_for_url("**/maintenance/mine")
    expect(page.get_by_text("个问题待整改")).to_be_visible()


def the_keeper_puts_it_right(keeper: Somebody, asset: str) -> None:
    """From the list on the phone, with what it cost."""
    page = keeper.page
    page.get_by_role("link", name=f"{asset}：护栏断裂").first.click()
    page.get_by_label("整改情况").fill("更换护栏 3 米")
    page.get_by_label("维修费用").fill("320.50")
    page.get_by_role("button", name="提交整改").click()
    expect(page.get_by_text("待销号").first).to_be_visible()


def the_town_closes_it(town: Somebody, asset: str) -> None:
    """The town sees photo and words, closes it, and what it cost stands in the town's maintenance money."""
    page = town.page
    town.go("/maintenance/defects?state=fixed")
    row = page.get_by_role("table", name="管护问题").locator("tr", has_text=WORDS)
    row.locator("th[scope=row] a").click()
    expect(page.get_by_text("护栏.png")).to_be_visible()
    page.get_by_role("button", name="销号", exact=True).click()
    assert "已销号" in town.said
    town.go("/maintenance/money/postings")
    assert any(asset in cells and "320.50" in cells for cells in rows_of(page, "管护经费收支"))


def nothing_is_left_to_the_keeper(keeper: Somebody, asset: str) -> None:
    """The defect is gone from the phone, and the asset's last patrol is today's."""
    keeper.go("/maintenance/mine")
    expect(keeper.page.get_by_role("link", name=f"{asset}：护栏断裂")).to_have_count(0)
