"""Inspectors' accounts: they work from their first day to their last, and see the towns and units they are sent to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.rights import Permission, Role, Scope
from fundsys.models.office import Person, Unit
from fundsys.queries.viewer import viewer
from fundsys.services import people
from fundsys.services.acts import act
from tests.counties import PASSWORD, OfficeClient, somebody
from tests.house.test_rights_of_pages import routes
from tests.pages import Page, words
from tests.payouts import a_contract, a_project, a_request, accepted, asks, reviewed
from tests.services.test_rectification import found, unit_of
from tests.stocktakes import TODAY, campaign, elsewhere, town_assets, town_places
from tests.upkeep import make_assets

Clients = Callable[..., OfficeClient]
ALIEN, OURS = "邻镇瓮城", "本镇古槐"


def sent_to(
    towns: tuple[int, ...] = (), units: tuple[int, ...] = (), first: date | None = None, last: date | None = None
) -> int:
    """Id of the inspector, from a day to a day, in a scope."""
    person = somebody(Role.INSPECTOR)
    with act(by=somebody(Role.SECADMIN), what="调整账号权限") as opened:
        days = (first or TODAY - timedelta(days=30), last or TODAY + timedelta(days=30))
        people.change_rights(person, None, days=days, bounds=(towns, units), act=opened)
    return person


def both() -> None:
    """An asset, a project with money and a problem in the town's place and elsewhere, with words that tell them apart."""
    town, village = town_places()
    for name, place, role in (
        (OURS, {"town_id": town, "village_id": village}, Role.TOWN),
        (ALIEN, elsewhere(), Role.OWNER),
    ):
        make_assets(1, name=name, **place)
        project, (line,) = a_project(name=name, **place)
        request = a_request(project, asks(a_contract(project, contract_no=f"合-{name}", payee=name), "1000"))
        reviewed(accepted(request, {line: "1000"}, f"2024-11-{name}"))
        found(unit_of(somebody(role)), problem=f"{name}标识牌缺失")
    campaign()


def pages(app: Flask, client: OfficeClient, numbers: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    """Every page and every answer of the API that can be asked by reading, with the first records of each kind."""
    for rule in routes(app):
        if "GET" not in (rule.methods or ()) or rule.rule.endswith((".pdf", ".svg")):
            continue  # a paper is the page's rows again, and takes a second to lay out
        names = list(rule._converters)
        if any(type(rule._converters[name]).__name__ not in ("IntegerConverter",) for name in names):
            continue
        for number in numbers if names else (1,):
            _, path = rule.build(dict.fromkeys(names, number), append_unknown=False) or ("", "")
            yield path, client.get(path)


@pytest.mark.only_on("sqlite")
def test_an_inspector_sees_nothing_of_the_towns_it_was_not_sent_to(app: Flask, client_as: Clients) -> None:
    both()
    town, _ = town_places()
    whole = client_as(Role.INSPECTOR)
    seen = {path for path, answer in pages(app, whole, (2,)) if ALIEN.encode() in answer.data}
    assert len(seen) > 8, seen
    sent_to((town,))
    told: list[tuple[str, int]] = []
    ours = 0
    for path, answer in pages(app, client_as(Role.INSPECTOR), (1, 2)):
        assert answer.status_code < 500, path
        told += [(path, answer.status_code)] if ALIEN.encode() in answer.data else []
        ours += OURS.encode() in answer.data
    assert told == []
    assert ours > 5


def test_an_inspector_of_a_unit_sees_the_projects_and_problems_of_that_unit(app: Flask, client_as: Clients) -> None:
    both()
    sent_to(units=(unit_of(somebody(Role.OWNER)),))
    client = client_as(Role.INSPECTOR)
    listed = client.get("/findings/").get_data(as_text=True)
    assert ALIEN in listed and OURS not in listed
    (treasury,) = (rule.rule for rule in routes(app) if rule.endpoint == "following.treasury")
    assert client.get(treasury).status_code == 403


def test_an_inspector_works_from_the_first_day_to_the_last(app: Flask, client_as: Clients) -> None:
    person = sent_to(first=TODAY, last=TODAY)
    client = client_as(Role.INSPECTOR)
    assert client.get("/samples/").status_code == 200 and client.get("/api/ledgers").status_code == 200
    sent_to(first=TODAY - timedelta(days=9), last=TODAY - timedelta(days=1))
    assert "/people/sign-in" in (client.get("/samples/").location or "")
    assert client.get("/api/ledgers").status_code == 401
    stranger = OfficeClient(app)
    again = stranger.send("/people/sign-in", {"account": f"t{Role.INSPECTOR.code}", "password": PASSWORD})
    assert again.status_code == 422
    with pytest.raises(NotAllowed, match="停用"), act(by=person, what="抽样"):
        pass
    sent_to(first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=9))
    assert (
        stranger.send("/people/sign-in", {"account": f"t{Role.INSPECTOR.code}", "password": PASSWORD}).status_code
        == 422
    )


def test_days_and_scope_are_kept_on_the_page_of_the_account(client_as: Clients) -> None:
    security, clerk = client_as(Role.SECADMIN), client_as(Role.SYSADMIN)
    person = somebody(Role.INSPECTOR)
    town, _ = town_places()
    with store.snapshot() as session:
        unit = session.scalars(select(Unit.name).where(Unit.kind == "agency").order_by(Unit.id)).first()
    address = f"/people/{person}"
    form = Page(security.get(address).get_data(as_text=True)).values()
    days = {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=20)).isoformat()}
    wrong = security.post(address, data=form | {"first_day": TODAY.isoformat()})
    assert "督查人员的账号有起止日期" in words(Page(wrong.get_data(as_text=True)).one("main"))
    sent = security.post(address, data=form | days | {"towns": str(town), "scope_units": str(unit)})
    assert sent.status_code == 302
    with store.snapshot() as session:
        found_ = session.get_one(Person, person)
        who = viewer(session, person)
        assert (found_.last_day, found_.scope_towns) == (TODAY + timedelta(days=20), (str(town),))
        assert who is not None and who.is_bounded and who.scope(Permission.READ_ASSETS) is Scope.OWN
    assert str(TODAY) in clerk.get("/people/").get_data(as_text=True)
    boxes = {"login": "du", "name": "督查乙", "role": Role.INSPECTOR.code, "unit": str(unit)}
    refused = clerk.send("/people/new", boxes)
    assert "督查人员的账号有起止日期" in refused.get_data(as_text=True)
    assert "一次性密码" in clerk.send("/people/new", boxes | days).get_data(as_text=True)
    whole = Page(security.get(address).get_data(as_text=True)).values()
    whole.pop("towns", None)
    assert security.post(address, data=whole | {"scope_units": ""}).status_code == 302
    with store.snapshot() as session:
        who = viewer(session, person)
        assert who is not None and not who.is_bounded and who.scope(Permission.READ_ASSETS) is Scope.ALL


def test_only_an_inspector_has_a_scope_and_the_days_run_forward(app: Flask) -> None:
    (town, _), clerk, inspector = town_places(), somebody(Role.TOWN), somebody(Role.INSPECTOR)
    with pytest.raises(DomainError, match="只有督查人员"), act(by=somebody(Role.SECADMIN), what="调整") as opened:
        people.change_rights(clerk, None, bounds=((town,), ()), act=opened)
    with pytest.raises(DomainError, match="不能早于启用日期"):
        sent_to(first=TODAY, last=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed), act(by=somebody(Role.SYSADMIN), what="调整") as opened:
        people.change_rights(inspector, None, days=(TODAY, TODAY), act=opened)


def test_a_bounded_inspector_counts_and_samples_within_its_scope_only(app: Flask, client_as: Clients) -> None:
    both()
    town_assets(2)
    town, _ = town_places()
    sent_to((town,))
    client = client_as(Role.INSPECTOR)
    draw = {"title": "抽查", "method": "random", "seed": "7", "lot": "1", "size": "3", "register_on": TODAY.isoformat()}
    page = client.get(client.send("/samples/new/asset", draw).location).get_data(as_text=True)
    assert "3 条中抽 3 条" in page and ALIEN not in page
