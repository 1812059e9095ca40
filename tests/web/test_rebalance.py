"""Asking for the smallest re-allocation: from the sheet, as typed text to take; from the year, as the draft of an adjustment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.funds import Allocation, Correction
from fundsys.models.journal import Act as ActRow
from fundsys.services import funds
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.money import approved_notice, entry_clerk, given, make_projects
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]
ROAD = "PT020101"
RULES = {"asked": "1", "rule": ["R65", "R30"]}


def read(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return Page(answer.get_data(as_text=True))


def acts() -> int:
    """How many acts the journal holds."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(ActRow)) or 0


def a_short_sheet() -> tuple[int, int, int]:
    """A line of 100 万元, a road and a goat farm that may take 100 each."""
    (line_id,) = approved_notice(("F101", "100"))
    road, farm = make_projects({"type": ROAD, "wan": "100"}, {"is_lead_industry": True, "wan": "100"})
    return line_id, road, farm


def test_the_sheet_is_told_the_least_change_and_nothing_is_written(client_as: Clients) -> None:
    line_id, road, farm = a_short_sheet()
    clerk, sheet = client_as(Role.FINANCE_ENTRY), f"/allotments/{line_id}/allocate"
    page = read(clerk.get(sheet))
    assert any(b.attrib.get("formaction") == f"/allotments/{line_id}/rebalance" for b in page.all("button"))
    before = acts()
    typed = {funds.box(line_id, road): "60", funds.box(line_id, farm): "40"}
    told = read(clerk.post(f"/allotments/{line_id}/rebalance", data=clerk.token(sheet) | typed | RULES))
    assert told.h1 == "求最小调整"
    said = words(told.all("main")[0])
    assert "最少调整 25.00 万元，涉及 2 个项目" in said
    assert "产业占比提高" in said
    taken = {e.attrib["name"]: e.attrib["value"] for e in told.one("form", id="take").iter() if "name" in e.attrib}
    assert (taken[funds.box(line_id, road)], taken[funds.box(line_id, farm)]) == ("35.00", "65.00")
    again = read(clerk.post(sheet, data=taken | {"action": "count"}))
    assert again.values()[funds.box(line_id, farm)] == "65.00"
    assert "65.00%" in words(again.one("section", id="rules"))
    assert acts() == before


def test_what_is_held_stays_and_a_conflict_is_said_with_figures(client_as: Clients) -> None:
    line_id, road, farm = a_short_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    token = clerk.token(f"/allotments/{line_id}/allocate")
    typed = {funds.box(line_id, road): "60", funds.box(line_id, farm): "40", "hold": f"{line_id}-{road}"}
    told = read(clerk.post(f"/allotments/{line_id}/rebalance", data=token | typed | RULES))
    said = words(told.all("main")[0])
    assert "“产业占比 ≥ 65%”达不到" in said
    assert "产业占比最多只能到 40.00%，要求 ≥ 65%，还差 25.00 万元" in said
    assert not [form for form in told.all("form") if form.attrib.get("id") == "take"]
    assert told.all("input", name_="hold", type="hidden")


def test_a_box_that_cannot_be_read_is_said_before_anything_is_asked(client_as: Clients) -> None:
    line_id, road, _ = a_short_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    data = clerk.token(f"/allotments/{line_id}/allocate") | {funds.box(line_id, road): "六十"}
    told = read(clerk.post(f"/allotments/{line_id}/rebalance", data=data | RULES), 422)
    assert any("六十" in sentence for sentence in told.complaints())


def test_the_year_becomes_the_draft_of_an_adjustment(app: Flask, client_as: Clients) -> None:
    line_id, road, farm = a_short_sheet()
    given(line_id, [(road, "60"), (farm, "40")])
    with act(by=entry_clerk(), what="登记支付") as opened:
        funds.pay(line_id, road, Money.wan(5), date(2024, 11, 1), payee="陇县恒通公司", act=opened)
    clerk = client_as(Role.FINANCE_ENTRY)
    address = "/rebalance?year=2024&asked=1&rule=R65&rule=R30"
    told = read(clerk.get(address))
    said = words(told.all("main")[0])
    assert "最少调整 25.00 万元" in said
    assert "其余 5.00 万元不动" in said
    moves = [e.attrib["value"] for e in told.all("input", name_="move")]
    assert len(moves) == 2
    form = clerk.token(address) | {"move": moves}
    answer = clerk.post(address, data=form)
    assert answer.status_code == 302
    assert clerk.post(address, data=form).location == answer.location  # the same form again is the same paper
    assert "调整" in read(clerk.get(answer.location)).h1
    with store.snapshot() as session:
        paper = session.scalars(select(Correction)).one()
        assert paper.state is MoneyState.DRAFT
        entries = session.scalars(select(Allocation).where(Allocation.correction_id == paper.id)).all()
        assert {(a.project_id, a.amount) for a in entries} == {(road, Money.wan(-25)), (farm, Money.wan(25))}


def test_the_program_interface_tells_the_proposal(client_as: Clients) -> None:
    line_id, road, farm = a_short_sheet()
    given(line_id, [(road, "60"), (farm, "40")])
    told = client_as(Role.LEAD).get("/api/rebalance?year=2024&rule=R65&rule=R30").get_json()
    assert told["verdict"] == "offer"
    assert told["movement_fen"] == 25_000_000
    assert [(m["project_id"], m["before_fen"], m["after_fen"]) for m in told["moves"]] == [
        (road, 60_000_000, 35_000_000),
        (farm, 40_000_000, 65_000_000),
    ]
    assert all(e["after"]["outcome"] == "PASS" for e in told["effects"] if e["rule"] in ("R65", "R30"))


@pytest.mark.parametrize("role", [Role.OWNER, Role.INSPECTOR, Role.TOWN])
def test_others_are_refused(client_as: Clients, role: Role) -> None:
    assert client_as(role).get("/rebalance").status_code == 403


def test_moves_of_two_notices_become_two_papers(client_as: Clients) -> None:
    for _ in range(2):
        line_id, road, farm = a_short_sheet()
        given(line_id, [(road, "80"), (farm, "20")])
    clerk, address = client_as(Role.FINANCE_ENTRY), "/rebalance?year=2024&asked=1&rule=R65"
    told = read(clerk.get(address))
    moves = [e.attrib["value"] for e in told.all("input", name_="move")]
    lines = {move.split(".")[0] for move in moves}
    assert clerk.post(address, data=clerk.token(address) | {"move": moves}).status_code == 302
    with store.snapshot() as session:
        assert len(session.scalars(select(Correction)).all()) == len(lines) == 2
    torn = clerk.post(address, data=clerk.token(address) | {"move": ["1.2"]})
    assert "页面不完整" in read(torn, 422).complaints()[0]
