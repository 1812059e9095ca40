"""全县总览 and the benches: each number is the count or the sum of the list it leads to; who may read the county as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

import pytest

from fundsys.domain.industry import FourBatch
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.queries.facts import office_today
from fundsys.services.demo import Built
from tests.counties import OfficeClient
from tests.draws import draws
from tests.money import approved_notice, given, make_projects
from tests.pages import Page, words
from tests.stocktakes import town_places
from tests.upkeep import make_assets
from tests.web.test_industry import legacy
from tests.web.test_inspector_accounts import sent_to

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")
COUNT, MONEY = re.compile(r"(?:^|\s)(\d[\d,]*)(?: [个项笔])?$"), re.compile(r"(?:^|\s)(\d[\d,]*\.\d\d)$")
READERS = (Role.LEAD, Role.LEADER, Role.INSPECTOR)


def opened(client: OfficeClient, path: str) -> Page:
    """A page this person may open."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.get_data(as_text=True))


def told(page: Page) -> Iterator[tuple[str, str]]:
    """Every number of the page that is a link, with what it leads to."""
    (main,) = page.all("main")
    for link in main.iter("a"):
        said = words(link) if not any(link.iter("rect")) else str(link.get("aria-label"))
        for kind in (COUNT, MONEY):
            found = kind.search(said.removesuffix("万元").strip())
            if found:
                yield found[1], str(link.get("href"))


def listed(page: Page, number: str) -> str:
    """What the list says of itself: the sum of its money, or how many rows there are."""
    if "." in number:
        sums = [words(cell) for foot in page.all("tfoot") for cell in foot.iter("td")]
        return number if number in sums else f"none of {sums}" if sums else "0.00"
    if walked := re.search(
        r"实巡 (\d+) 次", words(page.root)
    ):  # LG07, where the overdue ones stand beside what was walked
        return f"{int(walked[1]):,}"
    for pages in page.all("nav", class_="fs-pages"):
        return words(pages).split("共 ")[-1].split(" ")[0]
    if page.h1.startswith("计划与进度"):  # months stand above the projects
        return words(list(page.all("header")[-1])[-1]).removesuffix(" 个")
    rows = [len(list(body.iter("tr"))) for body in page.all("tbody")]
    return f"{rows[-1]:,}" if rows else "0"


def disagreeing(client: OfficeClient, path: str) -> tuple[int, list[str]]:
    """How many numbers the page links, and those that their lists deny."""
    numbers = sorted(set(told(opened(client, path))))
    wrong = []
    for number, url in numbers:
        found = listed(opened(client, url), number)
        if found != number:
            wrong.append(f"{number} → {url}: {found}")
    return len(numbers), wrong


def test_each_number_of_the_overview_is_that_of_its_list_in_the_demo_county(
    client_as: Clients, demo_county: Built
) -> None:
    client = client_as(Role.LEADER)
    count, wrong = disagreeing(client, "/overview")
    assert (count > 60, wrong) == (True, [])


@pytest.mark.parametrize("seed", range(draws(1, 4)))
def test_each_number_of_the_overview_is_that_of_its_list_in_a_county_drawn_at_random(
    client_as: Clients, seed: int
) -> None:
    dice, today = Random(seed), office_today()
    stages = (ProjectStatus.PLANNED, ProjectStatus.APPROVED, ProjectStatus.UNDER_WAY)
    projects = make_projects(
        *(
            {
                "status": dice.choice(stages),
                "started_on": date(2024, 3, dice.randint(1, 28)),
                "plan_end_on": today + timedelta(days=dice.randint(-40, 40)),
            }
            for _ in range(dice.randint(3, 9))
        )
    )
    for source in ("F101", "F201", "F501"):
        (line,) = approved_notice((source, "100"))
        given(line, [(p, f"{dice.randint(1, 999) / 100:.2f}") for p in projects[: dice.randint(1, 3)]])
    make_assets(dice.randint(2, 7))
    legacy(*({"batch": b} for b in dice.choices([*FourBatch, None], k=dice.randint(1, 9))))
    count, wrong = disagreeing(client_as(Role.LEAD), "/overview")
    assert (count > 12, wrong) == (True, [])


@pytest.mark.only_on("sqlite")
def test_control_a_list_without_one_of_its_rows_denies_the_number(client_as: Clients) -> None:
    make_assets(3)
    client = client_as(Role.LEADER)
    page = opened(client, "/overview")
    number, url = next((n, u) for n, u in told(page) if u.startswith("/assets/") and "titled" not in u)
    assert listed(opened(client, url), number) == number == "3"
    assert listed(opened(client, url + "&q=nothing-of-this-name"), number) == "0"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [r for r in Role if not r.is_administrator], ids=lambda role: role.code)
def test_how_it_stands_on_each_bench_is_what_the_lists_of_the_role_count(client_as: Clients, role: Role) -> None:
    today = office_today()
    late = {"status": ProjectStatus.UNDER_WAY, "started_on": date(2024, 3, 1)}
    make_projects(late | {"plan_end_on": today - timedelta(days=3)}, late | {"plan_end_on": today + timedelta(days=30)})
    make_assets(2)
    client = client_as(role)
    strips = opened(client, "/").all("dl", class_="fs-figures")
    assert len(strips) == 2
    for figure in strips[1]:
        (link,) = figure.iter("a")
        page = opened(client, str(link.get("href")))
        assert listed(page, words(link)) == words(link), words(figure)


@pytest.mark.only_on("sqlite")
def test_the_money_of_a_bench_is_the_sum_of_its_entries_without_cooperation_money(client_as: Clients) -> None:
    for source in ("F101", "F501"):
        (line,) = approved_notice((source, "100"))
        given(line, [(make_projects({})[0], "40")])
    client = client_as(Role.FINANCE_ENTRY)
    strip = opened(client, "/").all("dl", class_="fs-figures")[0]
    links = {str(a.get("href")): words(a) for a in strip.iter("a") if "/following/rows/" in str(a.get("href"))}
    assert len(links) == 3 and "40.00" in links.values()
    for url, number in links.items():
        assert listed(opened(client, url), number) == number


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.code)
def test_the_county_as_one_is_read_by_its_leaders_the_lead_bureau_and_inspectors(
    client_as: Clients, role: Role
) -> None:
    client = client_as(role)
    assert client.get("/overview").status_code == (200 if role in READERS else 403)
    assert ("全县总览" in words(opened(client, "/").root)) == (role in READERS)


@pytest.mark.only_on("sqlite")
def test_an_inspector_sent_to_one_town_does_not_read_the_county_as_one(client_as: Clients) -> None:
    town, _ = town_places()
    sent_to((town,))
    assert client_as(Role.INSPECTOR).get("/overview").status_code == 403


@pytest.mark.only_on("sqlite")
def test_the_overview_of_an_empty_county_opens_and_says_that_there_is_nothing(client_as: Clients) -> None:
    assert "还没有登记资产" in words(opened(client_as(Role.LEADER), "/overview").root)
