"""Every page is told from the others by its title, which is its only h1."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from fundsys.services.demo import Built
from tests.counties import PASSWORD, OfficeClient
from tests.pages import Page

A_FEW = 1
"""Pages of one view that are walked to, for each role."""
FILES = re.compile(r"\.[a-z]{3,4}(\?|$)")
"""Addresses that are files, not pages."""


class Walk:
    """The pages of one role, from the front page along the links: one of each view that nobody before has seen."""

    def __init__(self, app: Flask, client: OfficeClient, seen: set[str]) -> None:
        self.app, self.client, self.seen = app, client, seen
        self.pages: dict[str, list[Page]] = {}

    def view(self, path: str) -> str:
        """The view behind an address of ours; "" for none."""
        parts = urlsplit(path)
        if parts.netloc or FILES.search(path):
            return ""
        try:
            return str(self.app.url_map.bind("localhost").match(parts.path, "GET")[0])
        except Exception:
            return ""

    def all(self) -> dict[str, list[Page]]:
        """View → its pages."""
        waiting, seen = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            view = self.view(path)
            if not view or len(self.pages.get(view, [])) >= A_FEW or (view in self.seen and path != "/"):
                continue
            answer = self.client.get(path)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            page = Page(answer.get_data(as_text=True))
            self.pages.setdefault(view, []).append(page)
            links = (urljoin(path, a.get("href", "")).partition("#")[0] for a in page.all("a") if a.get("href"))
            for link in links:
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
        return self.pages


@pytest.mark.only_on("sqlite")  # what a page is called does not depend on the database
def test_no_two_kinds_of_page_have_one_title_and_each_title_is_its_only_h1(app: Flask, demo_county: Built) -> None:
    app.test_client_class = OfficeClient
    titles: dict[str, set[str]] = {}
    views: set[str] = set()
    for account in demo_county.accounts:
        client: Any = app.test_client()
        assert client.send("/people/sign-in", {"account": account.login, "password": PASSWORD}).status_code == 302
        for view, pages in Walk(app, client, set(views)).all().items():
            views.add(view)
            for page in pages:
                assert page.title and page.h1 == page.title
                titles.setdefault(page.title, set()).add(view)
    assert len(views) >= 130
    assert {title: found for title, found in titles.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<!doctype html><html lang=zh><head><title>账号</title></head><body><h1>账号</h1></body></html>", False),
        ("<!doctype html><html lang=zh><head><title>账号</title></head><body><h1>人员</h1></body></html>", True),
        ("<!doctype html><html lang=zh><head><title>账号</title></head><body></body></html>", True),
        ("<!doctype html><html lang=zh><head><title>账</title></head><body><h1>账</h1><h1>账</h1></body></html>", True),
    ],
)
def test_control_a_heading_that_is_not_the_title_is_seen_on_any_page_a_test_opens(html: str, found: bool) -> None:
    assert any("h1" in fault for fault in Page(html).faults()) is found
