"""四个一批: found by town, year and class; decided by the lead bureau with what the class asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Stale
from fundsys.domain.industry import FourBatch
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import check
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Region
from fundsys.queries.facts import facts, office_today
from fundsys.services import industry
from fundsys.services.acts import act
from tests.counties import OfficeClient, somebody
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


def legacy(*told: dict[str, Any]) -> list[int]:
    """Ids of legacy projects with what is said and the rest filled."""
    with act(by=None, what="登记产业项目") as opened:
        towns = list(opened.session.scalars(select(Region.id).where(Region.level == "town").order_by(Region.code)))
        made = [
            LegacyProject(
                **(
                    {
                        "code": f"2016-{n:04d}",
                        "name": f"第{n}号奶山羊托养点",
                        "year": 2016,
                        "town_id": towns[n % 2],
                        "industry": "奶山羊",
                        "fiscal_amount": Money.wan(10),
                    }
                    | one
                )
            )
            for n, one in enumerate(told, 1)
        ]
        opened.session.add_all(made)
        opened.session.flush()
        return [p.id for p in made]


def decision(batch: FourBatch = FourBatch.CONSOLIDATE, **told: Any) -> industry.Decision:
    """A decision that lacks nothing its class needs."""
    usual: dict[str, Any] = {"reason": "两年盈利", "decided_on": office_today()}
    if batch.needs_remedy:
        usual |= {"measure": "更换经营主体", "responsible": "王芳", "due_on": office_today() + timedelta(days=90)}
    return industry.Decision(batch, **(usual | told))


def classify(project_id: int, made: industry.Decision, by: Role = Role.LEAD, version: int | None = None) -> None:
    """Decide as somebody of a role."""
    with act(by=somebody(by), what="定类") as opened:
        industry.classify(project_id, made, act=opened, version=version)


def stored(project_id: int) -> LegacyProject:
    """The project as it stands."""
    with store.snapshot() as session:
        found = session.get_one(LegacyProject, project_id)
        session.expunge(found)
        return found


def test_a_decided_project_counts_for_the_rule_with_name_and_day() -> None:
    (number,) = legacy({})
    classify(number, decision())
    found = stored(number)
    assert (found.batch, found.decided_by, found.decided_on) == (FourBatch.CONSOLIDATE, "主管部门甲", office_today())
    with store.snapshot() as session:
        (rule,) = (f for f in check(facts(session, 2024)) if f.rule == "R621")
    assert [row.id for row in rule.rows] == [number]


@pytest.mark.parametrize("batch", [FourBatch.REVIVE, FourBatch.ADJUST])
@pytest.mark.parametrize("missing", ["measure", "responsible", "due_on"])
@pytest.mark.only_on("sqlite")
def test_a_project_to_revive_or_adjust_needs_measure_person_and_deadline(batch: FourBatch, missing: str) -> None:
    (number,) = legacy({})
    with pytest.raises(DomainError) as told:
        classify(number, decision(batch, **{missing: None if missing == "due_on" else " "}))
    assert told.value.field == missing
    classify(number, decision(batch))
    assert stored(number).batch is batch


@pytest.mark.only_on("sqlite")
def test_a_project_to_consolidate_needs_a_reason_and_no_measure() -> None:
    (number,) = legacy({})
    with pytest.raises(DomainError) as told:
        classify(number, decision(reason="  "))
    assert told.value.field == "reason"
    classify(number, decision(FourBatch.UPGRADE))
    assert stored(number).measure == ""


@pytest.mark.only_on("sqlite")
def test_today_is_the_last_day_a_decision_may_bear() -> None:
    (number,) = legacy({})
    with pytest.raises(DomainError):
        classify(number, decision(decided_on=office_today() + timedelta(days=1)))
    with pytest.raises(DomainError):
        classify(number, decision(FourBatch.REVIVE, due_on=office_today() - timedelta(days=1)))
    classify(number, decision(FourBatch.REVIVE, due_on=office_today()))


def test_only_the_lead_bureau_decides_and_a_stale_decision_is_refused() -> None:
    (number,) = legacy({})
    with pytest.raises(NotAllowed):
        classify(number, decision(), by=Role.FINANCE_ENTRY)
    classify(number, decision(), version=1)
    with pytest.raises(Stale):
        classify(number, decision(FourBatch.UPGRADE), version=1)


def test_the_list_is_narrowed_and_summed(client_as: Clients) -> None:
    legacy(
        {"batch": FourBatch.REVIVE, "due_on": date(2024, 1, 31)},
        {},
        {"year": 2020, "name": "核桃园", "industry": "核桃"},
    )
    client = client_as(Role.INSPECTOR)
    shown = Page(client.get("/industry/").get_data(as_text=True))
    assert shown.h1 == "四个一批"
    assert shown.table("各镇四个一批")[-1][1:7] == ["0", "0", "1", "0", "2", "3"]

    def found(query: str) -> list[str]:
        page = Page(client.get(f"/industry/?{query}").get_data(as_text=True))
        return [row[1] for row in page.table("产业项目")[1:-1]]

    assert found("batch=none") == ["第2号奶山羊托养点", "核桃园"]
    assert found("batch=B3") == ["第1号奶山羊托养点"]
    assert found("year=2020") == ["核桃园"]
    assert found("q=核桃") == ["核桃园"]
    assert found("industry=核桃") == ["核桃园"]
    assert found("late=1") == ["第1号奶山羊托养点"]
    assert "没有符合条件的产业项目" in words(Page(client.get("/industry/?q=%25").get_data(as_text=True)).root)


def test_the_lead_bureau_decides_on_the_card_and_its_history_tells(client_as: Clients) -> None:
    (number,) = legacy({})
    lead = client_as(Role.LEAD)
    path = f"/industry/{number}"
    refused = lead.send(path, {"batch": "B3", "reason": "停产", "decided_on": office_today().isoformat()})
    assert refused.status_code == 422
    assert any("措施" in line for line in Page(refused.get_data(as_text=True)).complaints())
    told = {"batch": "B1", "reason": "两年盈利", "decided_on": office_today().isoformat()}
    assert lead.send(path, told).status_code == 302
    card = Page(lead.get(path).get_data(as_text=True))
    assert "巩固一批" in words(card.root) and "审定四个一批分类" in words(card.root)


def test_readers_see_the_card_and_no_form(client_as: Clients) -> None:
    (number,) = legacy({})
    client = client_as(Role.INSPECTOR)
    assert "审定分类" not in client.get(f"/industry/{number}").get_data(as_text=True)
    assert client.post(f"/industry/{number}", data=client.token("/people/password")).status_code == 403
    assert client.get("/industry/999").status_code == 404


def test_a_town_sees_its_own_projects_only(client_as: Clients, app: Flask) -> None:
    first, second = legacy({}, {})
    client = client_as(Role.TOWN)
    answers = {number: client.get(f"/industry/{number}").status_code for number in (first, second)}
    assert sorted(answers.values()) == [200, 404]
