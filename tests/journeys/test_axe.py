"""What a screen reader meets: axe finds nothing on the pages each role reaches from the side bar, at a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from fundsys.domain.rights import Role
from tests.browser import Browser
from tests.journeys.office import Office, Somebody, somebody

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
ROLES = (
    Role.FINANCE_ENTRY,
    Role.FINANCE_REVIEW,
    Role.LEAD,
    Role.OWNER,
    Role.TOWN,
    Role.INSPECTOR,
    Role.LEADER,
    Role.SYSADMIN,
)


def faults(who: Somebody) -> list[str]:
    """What axe complains of on the page that is open, and whether the page scrolls sideways."""
    found: Any = Axe().run(who.page)
    told = [f"{v['id']}：{v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    wide = who.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{who.page.url} {one}" for one in told + (["横向滚动"] if wide > 0 else [])]


def addresses(who: Somebody) -> list[str]:
    """The pages of the side bar, and the first record each list leads to."""
    there: list[str] = who.page.eval_on_selector_all("nav a[href]", "all => all.map(a => a.getAttribute('href'))")
    firsts = []
    for address in there:
        who.go(address)
        first = who.page.locator("main table tbody a[href^='/']").first
        if first.count():
            firsts.append(str(first.get_attribute("href")))
    return list(dict.fromkeys(there + firsts))


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.code)
def test_axe_finds_nothing_on_what_a_role_opens(chromium: Browser, office: Office, role: Role) -> None:
    with somebody(chromium, office, viewport=DESK) as who:
        who.sign_in_as(role)
        told = []
        for address in addresses(who):
            who.go(address)
            told += faults(who)
        assert told == []


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_axe_finds_nothing_where_construction_is_reported_on_a_phone(chromium: Browser, office: Office) -> None:
    with somebody(chromium, office, viewport=PHONE) as who:
        assert who.go("/").ok
        told = faults(who)
        who.sign_in_as(Role.OWNER)
        for address in ("/", "/projects/progress"):
            who.go(address)
            told += faults(who)
        who.page.locator("main table tbody a").first.click()
        who.page.wait_for_load_state()
        assert told + faults(who) == []


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_control_axe_sees_a_picture_without_words(chromium: Browser, office: Office) -> None:
    with somebody(chromium, office, viewport=DESK) as who:
        who.go("/people/sign-in")
        who.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        assert any("image-alt" in one for one in faults(who))
