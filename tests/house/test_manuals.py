"""The manuals inside the system: one for each role, every picture there and small, every link a page that the role may open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, url_for
from PIL import Image

from fundsys.domain.rights import Permission, Role, Scope, may
from fundsys.services.manuals import Manual, manuals
from fundsys.web.access import OPEN, SIGNED_IN
from tests.counties import OfficeClient
from tests.pages import Page, words
from tests.tracked import ROOT

PICTURES = ROOT / "fundsys/web/static/help"
LARGEST = 60_000
pytestmark = pytest.mark.only_on("sqlite")


def refused(app: Flask, manual: Manual) -> list[str]:
    """Pages the manual leads to that are not there, or that its role may not open."""
    wrong = []
    for endpoint in sorted(manual.endpoints):
        allowed = getattr(app.view_functions.get(endpoint), "allowed", ())
        if not any(
            one in (OPEN, SIGNED_IN) or (isinstance(one, Permission) and may(manual.role, one) is not Scope.NONE)
            for one in allowed
        ):
            wrong.append(endpoint)
    return wrong


def broken(folder: Path) -> list[str]:
    """Pictures that are missing, too large, no WebP, or shown by no manual."""
    wanted = {name for manual in manuals().values() for name, _ in manual.pictures}
    there = {file.stem: file for file in folder.glob("*.webp")}
    found = [f"{name} 没有" for name in sorted(wanted - set(there))]
    found += [f"{name} 没有用到" for name in sorted(set(there) - wanted)]
    for name, file in there.items():
        with Image.open(file) as picture:
            if picture.format != "WEBP" or file.stat().st_size > LARGEST:
                found.append(f"{name} {picture.format} {file.stat().st_size}")
    return found


def test_every_manual_leads_only_to_pages_its_role_may_open(app: Flask) -> None:
    assert {role.code: refused(app, manual) for role, manual in manuals().items() if refused(app, manual)} == {}


def test_control_a_page_of_another_role_and_one_that_is_not_there_are_found(app: Flask) -> None:
    wrong = Manual(Role.VILLAGE, "看[复核](funds.review)和[没有的](no.page)", (), (), ())
    assert refused(app, wrong) == ["funds.review", "no.page"]


def test_every_picture_of_the_manuals_is_there_and_small() -> None:
    assert broken(PICTURES) == []


def test_control_a_missing_picture_is_found(tmp_path: Path) -> None:
    assert "overview 没有" in broken(tmp_path)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.code)
def test_a_person_opens_the_manual_of_the_own_role_from_the_top_and_each_link_opens(
    app: Flask, client_as: Callable[..., OfficeClient], role: Role
) -> None:
    client = client_as(role)
    top = Page(client.get("/").get_data(as_text=True))
    (link,) = (a for a in top.all("a") if words(a) == "使用说明")
    page = Page(client.get(str(link.get("href")), follow_redirects=True).get_data(as_text=True))
    assert page.h1 == f"使用说明（{role.label}）"
    hrefs = {str(a.get("href")) for a in page.all("main")[0].iter("a")}
    with app.test_request_context():
        own = {url_for(endpoint) for endpoint in manuals()[role].endpoints}
    assert own <= hrefs
    for url in sorted(own):
        assert client.get(url).status_code in (200, 302), url
    other = Role.TOWN if role is not Role.TOWN else Role.KEEPER
    assert Page(client.get(f"/help/{other.code}").get_data(as_text=True)).h1 == f"使用说明（{other.label}）"
