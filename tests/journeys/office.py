"""The office of the journeys: a demo county served by the real program, and people at desks and phones in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Response

from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.services.demo import Account
from tests.browser import Desk
from tests.counties import county_app, demo_county
from tests.served import environment, fundsys, serving

SCREEN = {"viewport": {"width": 1440, "height": 940}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@dataclass(frozen=True)
class Office:
    """A served county: its address, the environment of its commands, its accounts by role."""

    url: str
    env: Mapping[str, str]
    accounts: Mapping[Role, Account]

    def new_account(self, name: str, role: Role, unit: str, login: str) -> str:
        """Register an account as the administrator does at the terminal; answers its one-time secret."""
        made = fundsys("user", "add", name, "--role", role.code, "--unit", unit, "--login", login, env=self.env)
        assert made.returncode == 0, made.stderr
        found = re.search(r"一次性口令：(\S+)", made.stdout)
        assert found, made.stdout
        return found[1]


@contextmanager
def served_office(instance: Path, database_url: str, shared: Path) -> Iterator[Office]:
    """A demo county in this database, served until the block ends. shared: a folder all test processes see."""
    with county_app(database_url, instance):
        built = demo_county(instance, shared)
    accounts = {one.role: one for one in built.accounts}
    env = environment(instance, database_url)
    with serving(env, "--workers", "2") as server:
        yield Office(server.url, env, accounts)


@dataclass
class Somebody:
    """One person at a desk or with a phone: a browser of their own, and one page."""

    desk: Desk
    office: Office
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.desk.page()

    def go(self, path: str) -> Response:
        """Open an address of the office."""
        answer = self.page.goto(self.office.url + path)
        assert answer is not None
        return answer

    def sign_in(self, login: str, password: str) -> None:
        """Come to the front page, be asked who one is, and say it."""
        self.go("/")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def sign_in_as(self, role: Role) -> None:
        """Sign in with the demo account of a role."""
        account = self.office.accounts[role]
        self.sign_in(account.login, account.password)

    @property
    def said(self) -> str:
        """What the office answered after the last act."""
        return self.page.locator(".fs-flashes").inner_text()

    def facts(self) -> dict[str, str]:
        """The figures of the strip on top of a record, by their word."""
        boxes = self.page.locator(".fs-figures > *")
        return {one.split("\n")[0].strip(): one for one in boxes.all_inner_texts()}


@contextmanager
def somebody(chromium: Browser, office: Office, **look: Any) -> Iterator[Somebody]:
    """A person with a browser of their own; it fails the journey when a page complains or fetches from elsewhere."""
    desk = Desk(chromium, **look)
    try:
        yield Somebody(desk, office)
    except BaseException:
        desk.context.close()
        raise
    desk.close()


def rows_of(page: Page, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, row by row, heads and sums included."""
    table = page.get_by_role("table", name=caption, exact=True)
    found: list[list[str]] = table.evaluate(
        "t => [...t.rows].map(r => [...r.cells].map(c => c.innerText.replace(/\\s+/g, ' ').trim()))"
    )
    return found


def wan(shown: str) -> Money:
    """An amount in 万元 as a page shows it, the dash being nothing."""
    text = shown.strip().removesuffix("万元").strip()
    return Money.wan(text) if text != "-" else Money(0)


def amount_in(locator: Locator) -> Money:
    """The amount in 万元 that stands in a place of the page."""
    return wan(locator.inner_text())
