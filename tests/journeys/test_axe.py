"""What a screen reader meets: axe finds nothing on any page a role reaches, at a desk or on a phone, and none scrolls sideways."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from fundsys import create_app
from fundsys.domain.rights import Role
from tests.browser import Browser
from tests.figures import Figure
from tests.journeys.office import Office, Somebody, somebody

PHONE, DESK, WIDE = {"width": 390, "height": 844}, {"width": 1366, "height": 768}, {"width": 1440, "height": 900}
OUTDOORS = (Role.OWNER, Role.VILLAGE, Role.KEEPER, Role.INSPECTOR)
"""Who works on a phone: a quick run looks at every kind of page they reach there, and at those of the others at a narrow desk."""
AT_DESKS = tuple(role for role in Role if role not in OUTDOORS)
SIZES = (PHONE, DESK, WIDE)
FILES = re.compile(r"\.[a-z]{3,4}$")
LINKS = re.compile(r'<a\s[^>]*?href="(/[^"]*)"')
THIN = """() => {
    const shape = (e) => [e.tagName, ...[...e.classList].sort(), ...e.getAttributeNames(), e.getAttribute("role"), "(",
        ...[...e.childNodes].map((c) => (c.nodeType === 1 ? shape(c) : c.textContent.trim() && "t")), ")"].join(" ");
    for (const holder of document.querySelectorAll("tbody, ul, ol, select, optgroup, svg, svg g")) {
        const seen = new Map();
        for (const child of [...holder.children]) {
            const like = shape(child);
            seen.set(like, (seen.get(like) ?? 0) + 1);
            if (seen.get(like) > 2) child.remove();
        }
    }
}"""
"""Leaves two of every shape of row, entry and mark: axe takes its time by the element, and a loop writes them all alike."""
FRAME = [[".fs-top"], [".fs-demo"], [".fs-side"]]
"""What stands around every page of a person."""
TWICE = (
    """() => [...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, at, all) => all.indexOf(id) !== at)"""
)


@pytest.fixture(scope="module")
def url_map(tmp_path_factory: pytest.TempPathFactory) -> Map:
    """The addresses of the application, to tell pages of one kind from another."""
    folder = tmp_path_factory.mktemp("map")
    return create_app({"instance": folder, "database_url": f"sqlite:///{folder / 'none.db'}"}).url_map


def faults(who: Somebody, *, whole: bool = True, framed: bool = True) -> list[str]:
    """What axe complains of on the page that is open, whether the page scrolls sideways and which ids it gives twice.

    not whole: of rows, entries and marks of one shape axe sees two. not framed: it passes over the frame of the page.
    """
    wide = who.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    told = [*(["横向滚动"] if wide > 0 else []), *(f"id {one} 用了两次" for one in who.page.evaluate(TWICE))]
    if not whole:
        who.page.evaluate(THIN)
    options = {"resultTypes": ["violations"], "preload": whole}
    found: Any = Axe().run(who.page, None if framed else {"exclude": FRAME}, options)
    told += [f"{v['id']}：{v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    return [f"{who.page.url} {one}" for one in told]


def view(url_map: Map, path: str) -> str:
    """The view that answers an address of ours with a page; "" for none."""
    try:
        return "" if FILES.search(path) else str(url_map.bind("localhost").match(path, "GET")[0])
    except HTTPException:
        return ""


def walked(
    who: Somebody, url_map: Map, looked_at: Collection[str] = (), *, whole: bool = True
) -> tuple[set[str], list[str]]:
    """Walk along the links to one page of every kind this person reaches. Answers the kinds, and all faults.

    looked_at: kinds whose links are followed without looking at the page again. not whole: as for `faults`, and the frame
    of their pages is looked at once.
    """
    waiting, done, told, framed = ["/"], set[str](), list[str](), True
    while waiting:
        address = waiting.pop(0)
        kind = view(url_map, urlsplit(address).path)
        if not kind or kind in done:
            continue
        try:
            asked = who.page.request.get(who.office.url + address) if kind in looked_at else who.go(address)
        except Error as fault:
            if "Download is starting" not in str(fault):
                raise
            continue
        if not asked.ok:
            told.append(f"{address} 打不开（{asked.status}）")
        if not asked.ok or not asked.headers["content-type"].startswith("text/html"):
            continue
        done.add(kind)
        waiting += [unescape(link).partition("#")[0] for link in LINKS.findall(asked.text())]
        if kind not in looked_at:
            told += faults(who, whole=whole, framed=framed)
            framed = whole
    return done, told


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("roles", "size"), [(OUTDOORS, PHONE), (AT_DESKS, DESK)], ids=["phone", "desk"])
def test_axe_finds_nothing_on_any_kind_of_page(
    chromium: Browser, office: Office, url_map: Map, roles: tuple[Role, ...], size: dict[str, int], figure: Figure
) -> None:
    looked_at: set[str] = set()
    for role in roles:
        with somebody(chromium, office, viewport=size) as who:
            who.sign_in_as(role)
            kinds, told = walked(who, url_map, looked_at, whole=False)
            assert told == []
            assert {"home.index", "people.change_password"} < kinds
            looked_at |= kinds
    assert len(looked_at) >= 80
    figure("axe 检查", f"{size['width']} 像素宽 {len(looked_at)} 种页面，0 处问题")


@pytest.mark.full
@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", SIZES, ids=[f"{size['width']}" for size in SIZES])
@pytest.mark.parametrize("role", Role, ids=lambda role: role.code)
def test_axe_finds_nothing_on_any_page_a_role_reaches(
    chromium: Browser, office: Office, url_map: Map, role: Role, size: dict[str, int], figure: Figure
) -> None:
    """Every row of every page on a phone; at the desks, where only the width is another, two rows of each shape."""
    with somebody(chromium, office, viewport=size) as who:
        who.sign_in_as(role)
        kinds, told = walked(who, url_map, whole=size is PHONE)
        assert told == []
        assert {"home.index", "people.change_password"} < kinds
    figure("axe 检查", f"{size['width']} 像素宽 {role.label} {len(kinds)} 种页面，0 处问题")


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "desk"])
def test_axe_finds_nothing_before_signing_in_and_where_nothing_is(
    chromium: Browser, office: Office, size: dict[str, int]
) -> None:
    with somebody(chromium, office, viewport=size) as who:
        assert who.go("/").ok
        told = faults(who)
        who.sign_in_as(Role.OWNER)
        assert who.go("/projects/999999").status == 404
        assert told + faults(who) == []


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_control_a_picture_without_words_and_a_page_that_scrolls_sideways_are_seen(
    chromium: Browser, office: Office
) -> None:
    with somebody(chromium, office, viewport=PHONE) as who:
        who.go("/people/sign-in")
        who.page.evaluate("document.querySelector('main').append(new Image(2000, 10))")
        who.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<i id=a></i><i id=a></i>')")
        for whole in (True, False):
            told = " ".join(faults(who, whole=whole))
            assert "image-alt" in told and "横向滚动" in told and "id a 用了两次" in told
