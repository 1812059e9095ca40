"""The pages of the rules: every figure with its basis, and rows that add up to it; the API says the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import all_rules, rule_called
from fundsys.models.projects import Project
from fundsys.queries.findings import findings, month_ends
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.money import approved, approved_notice, drafted, given, make_projects, submitted
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


def page(client: OfficeClient, path: str) -> Page:
    """A page that must open."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return Page(answer.get_data(as_text=True))


def some_money() -> list[int]:
    """64.999999 % industry approved, more of it submitted; ids of the projects."""
    (line,) = approved_notice(("F101", "200"))
    (county,) = approved_notice(("F401", "50"))
    goats, road, more, small = make_projects({}, {"type": "PT020101"}, {}, {})
    given(line, [(goats, "64.999999"), (road, "35.000001")])
    given(county, [(small, "5")])
    drafted(line, more, "10")
    submitted(line)
    return [goats, road, more, small]


def test_every_rule_stands_on_the_page_with_its_verdict(client_as: Clients) -> None:
    some_money()
    rows = {cells[0]: cells for cells in page(client_as(Role.INSPECTOR), "/checks/").table("规则检查结果")[1:]}
    assert set(rows) == {r.code for r in all_rules()}
    share = rows["R65"]
    assert share[3] == "64.999%" and share[4] == "≥ 65%" and share[5] == "差 0.000001 万元"
    assert share[6].endswith("通过") and share[7] == "未达到"


def test_the_rows_of_a_rule_add_up_to_its_printed_figure(client_as: Clients) -> None:
    some_money()
    shown = page(client_as(Role.LEAD), "/checks/R65")
    assert shown.h1 == "产业发展资金占比"
    counted = shown.table("计入的分配")
    assert counted[-1][1:3] == ["100.00", "65.00"]
    assert [row[2] for row in counted[1:-1]] == ["65.00", "35.00"]
    assert shown.table("计入的分配按指标文汇总")[-1][1:] == ["2", "100.00", "65.00", "64.999%"]
    left = {row[3] for row in shown.table("没有计入的")[1:-1]}
    assert left == {"分配待复核，复核后计入", "级次为县级，条款只说中央及省级"}


def test_a_row_leads_to_its_record(client_as: Clients) -> None:
    some_money()
    client = client_as(Role.LEAD)
    links = [a.get("href") or "" for a in page(client, "/checks/R65").all("a")]
    records = [href for href in links if "/allocations/" in href]
    assert len(records) >= 3
    assert client.get(records[0]).status_code == 200


def test_rows_can_be_narrowed_to_a_notice_and_a_part(client_as: Clients) -> None:
    some_money()
    client = client_as(Role.LEAD)
    rows = page(client, "/checks/R65?part=no").table("计入的分配")
    assert [row[4] for row in rows[1:-1]] == ["非产业"]
    everything = page(client, "/checks/R65")
    (link,) = {a.get("href") or "" for a in everything.all("a") if "?notice=" in (a.get("href") or "")}
    assert page(client, link.split("#")[0]).table("计入的分配")[1:-1] == everything.table("计入的分配")[1:-1]
    assert "没有符合条件的记录" in words(page(client, "/checks/R65?notice=999").root)


def test_either_name_of_a_rule_opens_it_and_an_unknown_one_does_not(client_as: Clients) -> None:
    client = client_as(Role.LEAD)
    assert page(client, "/checks/F001").h1 == page(client, "/checks/R65").h1
    assert client.get("/checks/R999").status_code == 404


def test_a_past_day_shows_what_was_known_then(client_as: Clients) -> None:
    some_money()
    client = client_as(Role.LEAD)
    then = page(client, "/checks/R65?as_at=1999-12-31")
    assert "还没有任何记录" in words(then.root)
    before = page(client, "/checks/?until=2023-12-31").table("规则检查结果")
    assert next(row for row in before if row[0] == "R65")[3] == "无数据"
    assert "不是日历上的日子" in words(page(client, "/checks/?as_at=2024-02-30").root)


def test_an_owner_sees_own_rows_and_the_rest_as_one_so_that_sums_agree(client_as: Clients) -> None:
    some_money()
    shown = page(client_as(Role.OWNER, unit="县水利局"), "/checks/R65")
    counted = shown.table("计入的分配")
    assert counted[-1][1:3] == ["100.00", "65.00"]
    assert all(row[0].startswith("其他单位的") for row in counted[1:-1])
    assert not [a for a in shown.all("a") if "/allocations/" in (a.get("href") or "")]


def test_the_api_says_what_the_command_says(client_as: Clients) -> None:
    some_money()
    told = client_as(Role.LEAD).get("/api/checks?rule=F001&year=2024").get_json()
    (share,) = told["results"]
    assert (share["rule"], share["numerator_fen"], share["denominator_fen"]) == ("R65", 64_999_999, 100_000_000)
    refused = client_as(Role.LEAD).get("/api/checks?rule=R999")
    assert refused.status_code == 404
    assert "R999" in refused.get_json()["error"]["message"]
    assert client_as(Role.LEAD).get("/api/checks?as_at=gestern").status_code == 422


def test_the_year_is_drawn_month_by_month_for_shares_of_money_only(client_as: Clients) -> None:
    some_money()
    client = client_as(Role.LEAD)
    headings = [words(h) for h in page(client, "/checks/R65").all("h2")]
    assert "全年走势" in headings
    assert "全年走势" not in [words(h) for h in page(client, "/checks/R621").all("h2")]
    rule = rule_called("R65")
    assert rule is not None
    with store.snapshot() as session:
        months = month_ends(session, rule, 2024)[""]
    assert [month for month, _ in months] == list(range(1, 13))
    assert months[-1][1].measured == Fraction(64_999_999, 100_000_000)


def test_a_month_counts_what_was_decided_by_its_last_day() -> None:
    (line,) = approved_notice(("F101", "200"), issued_on=date(2024, 1, 5), received_on=date(2024, 1, 8))
    goats, road = make_projects({}, {"type": "PT020101"})
    drafted(line, goats, "10", decided_on=date(2024, 4, 30))
    drafted(line, road, "10", decided_on=date(2024, 5, 1))
    approved(submitted(line))
    rule = rule_called("R65")
    assert rule is not None
    with store.snapshot() as session:
        months = dict(month_ends(session, rule, 2024)[""])
    assert (months[3].measured, months[4].measured, months[5].measured) == (None, Fraction(1), Fraction(1, 2))


def test_findings_kept_from_before_are_judged_again_after_an_act() -> None:
    goats = some_money()[0]

    def share() -> object:
        with store.snapshot() as session:
            return next(c.approved.numerator for c in findings(session, 2024) if c.approved.rule == "R65")

    first = share()
    assert share() == first
    with act(by=None, what="改名") as opened:
        opened.session.get_one(Project, goats).name = "改了名"
    with store.snapshot() as session:
        found = next(c.approved for c in findings(session, 2024) if c.approved.rule == "R65")
    assert any("改了名" in row.label for row in found.rows)
