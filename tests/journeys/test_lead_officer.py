"""A lead-bureau officer re-classes forty projects: chosen in the list, rehearsed, confirmed as one act, printed and followed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fundsys.domain.rights import Role
from tests.journeys.office import SCREEN, Office, Somebody, rows_of, somebody
from tests.journeys.test_inspector import pdf_text

FORTY = 40
PAPER = "四个一批专班纪要〔2024〕18号"
CLASSES = ("巩固一批", "升级一批", "盘活一批", "调整一批", "未定类")


@pytest.fixture
def officer(chromium: Browser, office: Office) -> Iterator[Somebody]:
    """The officer of the lead bureau at a desk."""
    with somebody(chromium, office, **SCREEN) as one:
        one.sign_in_as(Role.LEAD)
        yield one


def test_forty_projects_come_into_another_class_after_a_rehearsal(officer: Somebody) -> None:
    before = counts(officer)
    codes = choose_forty(officer)
    leave_only(officer.page, codes)
    say_what_they_become(officer.page)
    rehearse(officer, before)
    assert counts_beside(officer) == before, "a rehearsal changes nothing"
    confirm(officer)
    after = counts(officer)
    assert after == before | {"巩固一批": before["巩固一批"] - FORTY, "升级一批": before["升级一批"] + FORTY}
    assert sum(after.values()) == sum(before.values()) == 621
    the_card_tells(officer, codes[0])
    the_rule_and_yesterday_stand(officer, before)
    the_ledger_says_the_same(officer, codes)


def counts(officer: Somebody) -> dict[str, int]:
    """How many projects of each class the front of the subject shows."""
    officer.go("/industry/")
    shown = officer.facts()
    return {name: int(re.sub(r"\D", "", shown[name].split("\n")[1])) for name in CLASSES}


def counts_beside(officer: Somebody) -> dict[str, int]:
    """The same in a second window."""
    beside = Somebody(officer.desk, officer.office)
    found = counts(beside)
    beside.page.close()
    return found


def choose_forty(officer: Somebody) -> list[str]:
    """Filter the list by town and class, go to the rehearsal with what was found; the first forty codes."""
    page = officer.page
    page.get_by_label("镇", exact=True).select_option(label="东风镇")
    page.get_by_label("类别", exact=True).select_option(label="巩固一批")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="批量改类预演").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("批量改类预演")
    codes = [row[1] for row in rows_of(page, "选中的项目")[1:]]
    assert len(codes) >= FORTY
    return codes[:FORTY]


def leave_only(page: Page, codes: list[str]) -> None:
    """Take the ticks off the others."""
    for row in page.get_by_role("table", name="选中的项目").locator("tbody tr").all():
        if row.locator(".fs-code").inner_text() not in codes:
            row.get_by_role("checkbox").uncheck()


def say_what_they_become(page: Page) -> None:
    """升级一批, with reasons, the meeting's paper, measures and who sees to them."""
    page.get_by_role("radio", name="升级一批").check()
    page.get_by_label("分类依据").fill("有市场前景，设备老旧，须技术改造")
    page.get_by_label("会议纪要或文号").fill(PAPER)
    page.get_by_role("checkbox", name="技术改造与设备更新").check()
    page.get_by_label("责任单位").fill("县农业农村局")
    page.get_by_label("责任人").fill("杨秀兰")


def rehearse(officer: Somebody, before: dict[str, int]) -> None:
    """Counts before → after by class and town, and what R621 says."""
    page = officer.page
    page.get_by_role("button", name="预演").click()
    expect(page.get_by_text(f"{FORTY} 个项目可以改，其中 {FORTY} 个换了类别")).to_be_visible()
    rows = rows_of(page, "改前改后")
    (town,) = rows[1:-1]
    assert town[0] == "东风镇"
    whole = rows[-1]
    assert whole[1].startswith(f"{before['巩固一批']} → {before['巩固一批'] - FORTY}")
    assert whole[2].startswith(f"{before['升级一批']} → {before['升级一批'] + FORTY}")
    expect(page.get_by_role("heading", name="规则 R621")).to_be_visible()


def confirm(officer: Somebody) -> None:
    """Confirm what was rehearsed."""
    page = officer.page
    page.get_by_role("button", name="确认改类").click()
    page.wait_for_url(re.compile("batch=B2"))
    assert f"已把 {FORTY} 个项目定为升级一批" in officer.said


def the_card_tells(officer: Somebody, code: str) -> None:
    """One of the forty: new class, old class, paper and decider in its history."""
    page = officer.page
    officer.go(f"/industry/?q={code}")
    page.get_by_role("table", name="产业项目").locator("tbody th a").first.click()
    newest = rows_of(page, "分类经过")[1]
    assert newest[1:4] == ["巩固一批", "升级一批", "已审定"]
    assert PAPER in newest[-1] and "杨秀兰" in " ".join(newest)


def the_rule_and_yesterday_stand(officer: Somebody, before: dict[str, int]) -> None:
    """The spread of today has moved, that of the day before has not."""
    officer.go("/industry/spread?day=2024-11-17")
    told = officer.page.locator("main").inner_text()
    assert f"巩固一批 {before['巩固一批']}，升级一批 {before['升级一批']}" in told
    officer.go("/industry/spread")
    told = officer.page.locator("main").inner_text()
    assert f"巩固一批 {before['巩固一批'] - FORTY}，升级一批 {before['升级一批'] + FORTY}" in told
    assert "合计 621 个" in told


def the_ledger_says_the_same(officer: Somebody, codes: list[str]) -> None:
    """LG11 of the town on paper: the forty under their new class, and the sentence that counts the classes."""
    officer.go("/ledgers/LG11?town=东风镇&class=B2")
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("四个一批分类台账")
    text = pdf_text(officer)
    assert [code for code in codes if code not in text] == []
    assert re.search(r"升级一批\d+个，盘活一批0个", text)
