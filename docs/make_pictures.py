"""The pictures of the README and of the manuals inside the system, taken of the demo county: python -m docs.make_pictures

It needs what the tests need, and the extra `docs` of setup.cfg.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from fundsys import create_app, printing, store
from fundsys.domain.rights import Role
from fundsys.services import demo
from tests.browser import Desk, chromium

HERE = Path(__file__).parent / "pictures"
HELP = Path(__file__).parents[1] / "fundsys" / "web" / "static" / "help"
NOON = datetime(2024, 11, 20, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A working day late in the year, when most things wait."""
PASSWORD = "Guan-Shan-2024-long"
ASSETS = 2400
SCREEN = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LARGEST = 250_000
"""Bytes of one picture, so that the README opens quickly."""
LARGEST_HELP = 60_000
"""Bytes of one picture of the manuals inside the system."""
HELP_WIDTH = 1000
DPI = 88
Shot = tuple[str, Role | None, dict[str, object], Callable[[Page], None]]
"""Name of the picture, who looks, at which screen, and how they get there."""


def main() -> None:
    """Build the county, serve it, take every picture."""
    HERE.mkdir(exist_ok=True)
    HELP.mkdir(exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOON, tick=True):
        instance = Path(folder) / "instance"
        app = create_app({"instance": instance, "database_url": f"sqlite:///{instance}/fundsys.db"})
        with app.app_context(), store.in_county(store.HOME_COUNTY):
            logins = {one.role: one.login for one in demo.build(ASSETS, now=NOON, password=PASSWORD).accounts}
            print_pages(Path(folder))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with chromium() as browser:
                url = f"http://127.0.0.1:{server.server_port}"
                screens(browser, url, logins)
                manual_screens(browser, url, logins)
        finally:
            server.shutdown()
    for picture in sorted(HERE.glob("*.png")):
        few_colors(picture)
        size = picture.stat().st_size
        print(f"{picture.name}  {size // 1000} kB{'  太大' if size > LARGEST else ''}")
        if size > LARGEST:
            sys.exit(1)


def manual_screens(browser: Browser, url: str, logins: dict[Role, str]) -> None:
    """The pictures of the manuals, each small enough to be opened in a village."""
    benches: list[Shot] = [
        (f"bench_{role.code}", role, SCREEN, lambda page: None)
        for role in (
            Role.FINANCE_ENTRY,
            Role.FINANCE_REVIEW,
            Role.OWNER,
            Role.TOWN,
            Role.VILLAGE,
            Role.LEADER,
        )
    ]
    taken: list[Shot] = [
        *benches,
        ("allocation", Role.FINANCE_ENTRY, SCREEN, the_sheet),
        ("review", Role.FINANCE_REVIEW, SCREEN, lambda page: open_page(page, "/review")),
        ("overview", Role.LEADER, SCREEN, lambda page: open_page(page, "/overview")),
        ("four_batches", Role.LEAD, SCREEN, lambda page: open_page(page, "/industry/")),
        ("report_phone", Role.OWNER, PHONE, a_report),
        ("duties", Role.TOWN, SCREEN, lambda page: open_page(page, "/maintenance/duties")),
        ("patrols_phone", Role.KEEPER, PHONE, lambda page: open_page(page, "/maintenance/mine")),
        ("rules", Role.INSPECTOR, SCREEN, lambda page: open_page(page, "/checks/R65")),
        ("asset_card", Role.INSPECTOR, SCREEN, a_card),
        ("accounts", Role.SECADMIN, SCREEN, lambda page: open_page(page, "/people/")),
        ("journal", Role.AUDITOR, SCREEN, lambda page: open_page(page, "/journal/")),
    ]
    take(browser, url, logins, taken, HELP)
    for picture in sorted(HELP.glob("*.png")):
        small(picture)


def small(picture: Path) -> None:
    """Keep a picture of a manual as WebP, as good as its bytes allow."""
    with Image.open(picture) as whole:
        wide = min(HELP_WIDTH, whole.width if "_phone" not in picture.name else 640)
        shown = whole.convert("RGB").resize((wide, whole.height * wide // whole.width), Image.Resampling.LANCZOS)
    target = picture.with_suffix(".webp")
    for quality in (80, 70, 60, 50, 40):
        shown.save(target, quality=quality, method=6)
        if target.stat().st_size <= LARGEST_HELP:
            break
    picture.unlink()
    print(f"help/{target.name}  {target.stat().st_size // 1000} kB")


def screens(browser: Browser, url: str, logins: dict[Role, str]) -> None:
    """The pictures of the screen."""
    taken: list[Shot] = [
        ("sign_in", None, SCREEN, lambda page: None),
        ("workbench", Role.FINANCE_ENTRY, SCREEN, lambda page: None),
        ("allocation", Role.FINANCE_ENTRY, SCREEN, the_sheet),
        ("plans", Role.FINANCE_ENTRY, SCREEN, the_plans),
        ("spending", Role.FINANCE_ENTRY, SCREEN, lambda page: open_page(page, "/following/spending")),
        ("flow", Role.FINANCE_ENTRY, SCREEN, lambda page: open_page(page, "/following/flow")),
        ("rules", Role.LEAD, SCREEN, lambda page: open_page(page, "/checks/R65")),
        ("overview", Role.LEADER, SCREEN, lambda page: open_page(page, "/overview")),
        ("assets", Role.INSPECTOR, SCREEN, lambda page: open_page(page, "/assets/?town=2&year=2021-2024")),
        ("asset_card", Role.INSPECTOR, SCREEN, a_card),
        ("four_batches", Role.LEAD, SCREEN, lambda page: open_page(page, "/industry/")),
        ("phone", Role.OWNER, PHONE, a_report),
    ]
    take(browser, url, logins, taken, HERE)


def take(browser: Browser, url: str, logins: dict[Role, str], taken: list[Shot], folder: Path) -> None:
    """Sign in as each role, go to the page, and take its picture."""
    for name, role, look, go in taken:
        desk = Desk(browser, **look)
        page = desk.page()
        page.goto(url)
        if role:
            page.get_by_label("登录名").fill(logins[role])
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda address: "sign-in" not in address)
        go(page)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=folder / f"{name}.png")
        desk.close()


def few_colors(picture: Path) -> None:
    """Keep a picture with a palette: flat colors need no more, and the file is a third."""
    with Image.open(picture) as whole:
        colors = 8 if whole.mode == "L" else 256
        plain = whole.convert("RGB").quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    plain.save(picture, optimize=True)


def open_page(page: Page, path: str) -> None:
    """Open an address of the same office."""
    page.goto("/".join(page.url.split("/")[:3]) + path)


def the_sheet(page: Page) -> None:
    """Go on with the allocation that was begun."""
    page.get_by_role("link", name="继续分配").first.click()


def the_plans(page: Page) -> None:
    """The what-if plans of the last notice, side by side."""
    the_sheet(page)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="比较方案").first.click()


def a_card(page: Page) -> None:
    """An asset with a tenant, patrols and income."""
    open_page(page, "/assets/?class=OPR&year=2022")
    page.get_by_role("table", name="资产登记").locator("th[scope=row] a").first.click()


def a_report(page: Page) -> None:
    """A project under construction, half reported."""
    open_page(page, "/projects/progress?status=70")
    page.get_by_role("table", name="建设进度").locator("th[scope=row] a").first.click()


def print_pages(folder: Path) -> None:
    """A page each of the asset register, the money ledger, the check report, the dispatch sheets and the brief."""
    for code, name, which, where in (
        ("LG05", "lg05", "first", {"town": "八渡镇"}),
        ("LG04", "lg04", "last", {}),
        ("PF41", "pf41", "first", {}),
        ("PF42", "pf42", "first", {}),
        ("PF61", "pf61", "first", {"month": "10"}),
        ("PF62", "pf62", "first", {"quarter": "3"}),
        ("PF63", "pf63_1", "first", {}),
        ("PF63", "pf63_2", "last", {}),
    ):
        paper = folder / f"{code}.pdf"
        printing.print_ledger(printing.Order(code, 2024, where, base_url="http://10.0.0.8:5000"), paper)
        pages = int(
            subprocess.run(["pdfinfo", paper], capture_output=True, text=True, check=True)
            .stdout.split("Pages:")[1]
            .split()[0]
        )
        number = "1" if which == "first" else str(pages)
        command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-singlefile", "-f", number, "-l", number]
        subprocess.run([*command, paper, HERE / name], check=True)


if __name__ == "__main__":
    main()
