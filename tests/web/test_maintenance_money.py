"""The pages of maintenance money, of calls after an event and of relocation sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.maintenance import EventCall, MaintenancePosting
from fundsys.models.office import Person, Unit
from fundsys.queries.facts import office_today
from tests.counties import OfficeClient, somebody
from tests.pages import Page, words
from tests.upkeep import asset, make_assets

Clients = Callable[..., OfficeClient]
TODAY = office_today().isoformat()


def told(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def placed() -> int:
    """Id of an asset in the town's place."""
    with store.snapshot() as session:
        person = session.get_one(Person, somebody(Role.TOWN))
        region = session.get_one(Unit, person.unit_id).region_id
    return make_assets(town_id=region)[0]


def test_a_budget_and_a_cost_are_entered_by_one_and_approved_by_another(client_as: Clients) -> None:
    town, keeper, review = client_as(Role.TOWN), client_as(Role.KEEPER), client_as(Role.FINANCE_REVIEW)
    one = placed()
    boxes = {"amount": "1,000", "source": "县级财政补助", "happened_on": TODAY, "document_no": "陇财农〔2024〕15号"}
    budget = town.send("/maintenance/money/budget/new", boxes)
    assert budget.status_code == 302, told(budget, 422)
    entry = {"kind": "repair", "amount": "250.50", "happened_on": TODAY, "words": "更换护栏"}
    assert "请填写用途" in told(keeper.send(f"/maintenance/money/cost/{one}", entry | {"words": ""}), 422)
    cost = keeper.send(f"/maintenance/money/cost/{one}", entry)
    assert cost.status_code == 302, told(cost, 422)
    assert "复核通过" not in told(keeper.get(cost.location))
    assert "待复核" in told(town.get(cost.location))
    for client, place in ((review, budget.location), (town, cost.location)):
        answer = client.post(f"{place}/decide", data=client.token(place) | {"action": "approve"})
        assert answer.status_code == 302, told(answer, 422)
    with store.snapshot() as session:
        assert {p.state.code for p in session.scalars(select(MaintenancePosting))} == {"approved"}
    own = {"year": str(office_today().year)}
    shown = told(town.get("/maintenance/money", query_string=own))
    assert "管护经费" in shown
    refused = keeper.post(f"{cost.location}/decide", data=keeper.token(cost.location) | {"action": "reverse"})
    assert "冲销原因" in told(refused, 422)


def test_a_call_after_a_storm_is_made_for_ticked_towns_and_taken_back(client_as: Clients) -> None:
    town = client_as(Role.TOWN)
    one = placed()
    wrong = town.send("/maintenance/calls/new", {"name": "暴雪", "happened_on": "2099-01-01"})
    assert "不能晚于今天" in told(wrong, 422)
    made = town.send(
        "/maintenance/calls/new", {"name": "暴雪", "happened_on": TODAY, "town_id": str(asset(one).town_id)}
    )
    assert made.status_code == 302, told(made, 422)
    assert "暴雪" in told(town.get("/maintenance/calls"))
    assert "暴雪" in told(town.get("/maintenance/duties"))
    with store.snapshot() as session:
        call = session.scalars(select(EventCall.id)).one()
    back = town.send(f"/maintenance/calls/{call}/withdraw", {"reason": "没有下到本镇"})
    assert back.status_code == 302, told(back, 422)
    assert "暴雪" not in told(town.get("/maintenance/duties"))


def test_assets_are_placed_in_a_relocation_site_and_shown_with_their_maintenance(client_as: Clients) -> None:
    town, lead = client_as(Role.TOWN), client_as(Role.LEAD)
    one = placed()
    assert "还没有安置点资产" in told(lead.get("/maintenance/sites"))
    boxes = {"site": "城关镇南坡安置点", "codes": asset(one).code}
    assert "没有编码" in told(town.send("/maintenance/sites/place", boxes | {"codes": "G0"}), 422)
    assert town.send("/maintenance/sites/place", boxes).status_code == 302
    shown = told(lead.get("/maintenance/sites"))
    assert "城关镇南坡安置点" in shown
    assert "全县共 33 个" in shown
    assert asset(one).name in told(lead.get("/maintenance/sites/one", query_string={"site": "城关镇南坡安置点"}))
    assert lead.get("/maintenance/sites/one", query_string={"site": "没有的"}).status_code == 404
