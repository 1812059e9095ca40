"""The workbench: what waits for each role, with its day and the way to it; figures that agree with the lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.queries.facts import office_today
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.web.bench_charts import rules_figure
from tests.counties import OfficeClient
from tests.money import approved_notice, drafted, entry_clerk, given, make_projects, submitted
from tests.pages import Page, words
from tests.web.test_industry import legacy
from tests.web.test_policy import propose

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


def bench(client: OfficeClient, path: str = "/") -> Page:
    """The workbench, which must open."""
    answer = client.get(path)
    assert answer.status_code == 200
    return Page(answer.get_data(as_text=True))


def todo(page: Page) -> list[str]:
    """The lines of 等我办的."""
    return [words(line) for lists in page.all("ul", class_="fs-todo") for line in lists.iter("li")]


def figure(page: Page, label: str) -> str:
    """The large figure under a label."""
    for box in page.all("dl", class_="fs-figures"):
        for one in box:
            if words(one[0]) == label:
                return words(one[1])
    raise AssertionError(f"no figure {label}")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.code)
def test_every_role_has_a_bench_even_in_an_empty_county(client_as: Clients, role: Role) -> None:
    assert bench(client_as(role)).h1 == "工作台"


def test_the_clerk_sees_the_notice_to_allocate_with_its_last_day(client_as: Clients) -> None:
    received = office_today() - timedelta(days=10)
    (line,) = approved_notice(("F101", "100"), issued_on=received, received_on=received)
    (goats,) = make_projects({})
    client = client_as(Role.FINANCE_ENTRY)
    (item,) = todo(bench(client))
    assert "未分配 100.00 万元" in item and "还有 20 天" in item
    drafted(line, goats, "40")
    (item,) = todo(bench(client))
    assert "已填 1 项 40.00 万元，剩余 60.00 万元" in item and "继续分配" in item
    link = next(a.get("href") for a in bench(client).all("a") if words(a) == "继续分配")
    assert client.get(str(link)).status_code == 200


def test_a_notice_fully_allocated_waits_for_nobody(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (goats,) = make_projects({})
    given(line, [(goats, "100")])
    page = bench(client_as(Role.FINANCE_ENTRY))
    assert todo(page) == []
    assert (figure(page, "衔接资金指标"), figure(page, "已分配")) == ("100.00万元", "100.00万元")


def test_cooperation_money_stands_beside_transition_money(client_as: Clients) -> None:
    approved_notice(("F101", "100"))
    approved_notice(("F501", "30"))
    page = bench(client_as(Role.LEADER))
    assert figure(page, "衔接资金指标") == "100.00万元"
    assert "另有协作等 30.00" in words(page.root)


def test_the_reviewer_sees_what_was_submitted_and_the_clerk_does_not(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (goats,) = make_projects({})
    drafted(line, goats, "40")
    submitted(line)
    (item,) = todo(bench(client_as(Role.FINANCE_REVIEW)))
    assert "分配待复核 1 笔，40.00 万元" in item
    assert not any("待复核" in one for one in todo(bench(client_as(Role.FINANCE_ENTRY))))


def test_the_owner_is_told_of_late_and_unreported_projects_of_the_own_unit(client_as: Clients) -> None:
    today = office_today()
    told = {"status": ProjectStatus.UNDER_WAY, "started_on": date(2024, 5, 6)}
    make_projects(
        told | {"name": "逾期的路", "plan_end_on": today - timedelta(days=1), "progress_on": today},
        told | {"name": "今天到期的路", "plan_end_on": today, "progress_on": today.replace(day=1)},
        told | {"name": "没报的路", "plan_end_on": today + timedelta(days=60)},
    )
    items = [one for one in todo(bench(client_as(Role.OWNER))) if "未公示" not in one]
    assert [("逾期的路" in one, "没报的路" in one) for one in items] == [(True, False), (False, True)]
    assert "逾期 1 天" in items[0]
    assert todo(bench(client_as(Role.OWNER, unit="县林业局", login="tforest"))) == []


def test_the_lead_bureau_sees_undecided_projects_and_failing_rules(client_as: Clients) -> None:
    legacy({}, {})
    items = todo(bench(client_as(Role.LEAD)))
    assert any("四个一批 2 个项目未定类" in one for one in items)
    assert any("四个一批分类未达到" in one for one in items)


def test_the_leader_is_asked_to_approve_a_proposed_threshold(client_as: Clients) -> None:
    propose("70%")
    client = client_as(Role.LEADER)
    assert any("产业发展资金占比下限”改为 70%" in one for one in todo(bench(client)))
    assert not any("改为 70%" in one for one in todo(bench(client_as(Role.LEAD))))


def test_a_long_list_shows_the_most_pressing_and_then_all(client_as: Clients) -> None:
    today = office_today()
    late = {"status": ProjectStatus.UNDER_WAY, "started_on": date(2024, 5, 6)}
    make_projects(*(late | {"plan_end_on": today - timedelta(days=n)} for n in range(1, 11)))
    client = client_as(Role.OWNER)
    assert len(todo(bench(client))) == 7
    assert "逾期 10 天" in next(one for one in todo(bench(client)) if "未公示" not in one)
    assert len([one for one in todo(bench(client, "/?all=1")) if "未公示" not in one]) == 10


def test_the_rules_on_the_bench_are_those_of_the_rules_page(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    goats, road = make_projects({}, {"type": "PT020101"})
    given(line, [(goats, "65"), (road, "35")])
    client = client_as(Role.LEAD)
    on_bench = {row[0].split(" ")[-1]: row[1:] for row in bench(client).table("规则检查结果")[1:]}
    assert on_bench["R65"] == ["65.00%", "≥ 65%", "余 0.00 万元", "通过"]
    assert on_bench["R621"][-1] == "无数据"


def test_charts_say_in_a_table_what_they_draw(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (goats,) = make_projects({})
    given(line, [(goats, "65")])
    page = bench(client_as(Role.FINANCE_ENTRY))
    captions = [words(c) for c in page.all("caption")]
    (money,) = (c for c in captions if c.startswith("2024 年财政衔接资金：指标下达 100.00 万元"))
    rows = {row[0]: row[-1] for row in page.table(money)}
    assert (rows["指标下达"], rows["已分配"], rows["已支付"]) == ("100.00", "65.00", "0.00")


def test_the_owners_money_is_the_total_of_the_list_it_leads_to(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (earlier,) = approved_notice(("F102", "50"), year=2023)
    (project,) = make_projects({"wan": "100"})
    given(line, [(project, "60")])
    given(earlier, [(project, "30")])
    client = client_as(Role.OWNER)
    page = bench(client)
    assert figure(page, "已分配") == "60.00万元"
    (link,) = {a.get("href", "") for a in page.all("a") if "state=approved" in a.get("href", "")}
    there = Page(client.get(link).get_data(as_text=True))
    assert "筛选结果 1 笔" in words(there.root) and "60.00已复核" in words(there.root)


def test_what_waits_on_the_way_to_the_payee_stands_on_the_bench_of_whoever_moves_it_on(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    given(line, [(project, "60")])
    with act(by=entry_clerk(), what="支付") as opened:
        funds.pay(line, project, Money.wan(20), date.today(), payee="兴农公司", act=opened)
    told = client_as(Role.FINANCE_REVIEW).get("/").get_data(as_text=True)
    assert "支付待复核 1 笔，20.00 万元" in told
    assert "/payments/review" in told
    assert "支付待复核" not in client_as(Role.FINANCE_ENTRY).get("/").get_data(as_text=True)


def test_the_figure_of_rules_names_passed_and_missed_and_tells_the_others_beside() -> None:
    told = rules_figure([(46, "通过", "good"), (28, "未达到", "bad"), (4, "无数据", "plain"), (1, "已豁免", "plain")])
    assert told["parts"] == [("46", "通过", ""), ("28", "未达到", "bad")]
    assert told["note"] == "共 79 项，无数据 4，已豁免 1"
