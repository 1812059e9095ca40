"""Every form of maintenance that the walk over all forms leaves out: sent again, it is one act with one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.maintenance import Condition
from fundsys.domain.rights import Role
from fundsys.models.maintenance import CheckRow, CheckSheet, Defect, EventCall
from fundsys.models.office import Person, Unit
from fundsys.queries.facts import office_today
from fundsys.queries.maintenance import DutyFilter
from fundsys.services import maintenance
from fundsys.services.acts import act
from fundsys.services.maintenance import CallEntry, PatrolEntry
from tests.counties import OfficeClient, acts, somebody
from tests.pages import Page
from tests.upkeep import asset, make_assets, sector_id

Clients = Callable[..., OfficeClient]
DAY = office_today()
TODAY = DAY.isoformat()
Case = tuple[Role, str, dict[str, str]]


def made() -> int:
    """Id of an asset of the town's, with a serious defect, a sheet and a call."""
    with store.snapshot() as session:
        region = session.get_one(Unit, session.get_one(Person, somebody(Role.TOWN)).unit_id).region_id
    one, other = make_assets(2, town_id=region)
    with act(by=somebody(Role.TOWN), what="制作巡查表") as opened:
        maintenance.make_sheet("巡查", DutyFilter(ids=(other,)), act=opened)
    with act(by=somebody(Role.TOWN), what="发起事件后巡查") as opened:
        maintenance.call_patrols(CallEntry("暴雪", DAY), act=opened)
    with act(by=somebody(Role.KEEPER), what="登记巡查") as opened:
        maintenance.record_patrol(
            PatrolEntry(one, DAY, Condition.SERIOUS, words="护栏断裂", defect_due_on=DAY), act=opened
        )
    return one


def case(name: str, one: int) -> Case:
    """Who sends which form with what."""
    with store.snapshot() as session:
        row, other = session.execute(select(CheckRow.row_code, CheckRow.asset_id)).one()
        sheet, call, defect = (session.scalars(select(t.id)).one() for t in (CheckSheet, EventCall, Defect))
    money = {"amount": "100", "happened_on": TODAY, "document_no": "陇财农〔2024〕15号"}
    root = "/maintenance"
    cases: dict[str, Case] = {
        "revise": (Role.SYSADMIN, f"{root}/schemes/{sector_id()}/revise", {"patrol_every": "15"}),
        "patrol": (Role.KEEPER, f"{root}/patrols/{other}", {"patrolled_on": TODAY, "condition": Condition.SOUND.code}),
        "assign": (Role.TOWN, f"{root}/keepers/{one}", {"keeper": "王新民"}),
        "new_sheet": (Role.TOWN, f"{root}/sheets/new", {"title": "巡查", "until_on": "2099-12-31"}),
        "enter": (Role.TOWN, f"{root}/sheets/enter", {"patrolled_on": TODAY, "lines": f"{row} 1"}),
        "paper": (Role.TOWN, f"{root}/sheets/{sheet}/paper", {}),
        "fix": (Role.KEEPER, f"{root}/defects/{defect}/fix", {"fixed_on": TODAY, "fix_words": "更换护栏"}),
        "new_call": (Role.TOWN, f"{root}/calls/new", {"name": "暴雨", "happened_on": TODAY}),
        "withdraw": (Role.TOWN, f"{root}/calls/{call}/withdraw", {"reason": "没有下到本镇"}),
        "place": (Role.TOWN, f"{root}/sites/place", {"site": "城关镇南坡安置点", "codes": asset(one).code}),
        "new_budget": (Role.TOWN, f"{root}/money/budget/new", money | {"source": "县级财政补助"}),
        "new_cost": (Role.TOWN, f"{root}/money/cost/{one}", money | {"kind": "repair", "words": "更换护栏"}),
    }
    return cases[name]


@pytest.mark.parametrize(
    "name",
    [
        "revise",
        "patrol",
        "assign",
        "new_sheet",
        "enter",
        "paper",
        "fix",
        "new_call",
        "withdraw",
        "place",
        "new_budget",
        "new_cost",
    ],
)
def test_a_form_of_maintenance_sent_again_is_one_act_with_one_answer_and_a_fresh_form_another(
    client_as: Clients, name: str
) -> None:
    role, address, boxes = case(name, made())
    client = client_as(role)
    shown = address.removesuffix("/paper")
    told = Page(client.get(shown).get_data(as_text=True)).values() | boxes
    before = acts()
    answers: list[Any] = [client.post(address, data=told) for _ in range(3)]
    assert acts() - before == 1, answers[0].get_data(as_text=True)[:3000]
    assert len({(a.status_code, a.location, a.data if name == "paper" else b"") for a in answers}) == 1
    if name in ("new_sheet", "new_budget", "new_cost", "paper"):
        fresh = Page(client.get(shown).get_data(as_text=True)).values() | boxes
        client.post(address, data=fresh)
        assert acts() - before == 2
