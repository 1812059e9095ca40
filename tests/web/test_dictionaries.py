"""Dictionaries: the county's own codes and names, and what is out of use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.queries.funds import codes
from fundsys.services import reference
from tests.counties import OfficeClient
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]


def page(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status
    return Page(answer.get_data(as_text=True))


def chosen(kind: str) -> dict[str, str]:
    """What a clerk may choose from."""
    with store.snapshot() as session:
        return dict(codes(session, kind))


def sent(client: OfficeClient, address: str, **typed: str) -> Any:
    """The answer to a form of an address with what is typed."""
    hidden = {k: v for k, v in page(client.get(address)).values().items() if k in ("csrf_token", "form_id", "version")}
    return client.post(address, data=hidden | typed, follow_redirects=True)


def test_the_county_adds_renames_and_retires_codes_and_keeps_them_through_an_upgrade(client_as: Clients) -> None:
    keeper = client_as(Role.SYSADMIN)
    assert chosen("function_code")["2130505"] == "生产发展"
    page(sent(keeper, "/dictionaries/?kind=function_code", code="2130142", label="乡村道路建设"))
    assert chosen("function_code")["2130142"] == "乡村道路建设"
    listed = page(keeper.get("/dictionaries/?kind=function_code"))
    link = next(a.attrib["href"] for a in listed.all("a") if words(a) == "2130505")
    page(sent(keeper, link, label="产业发展", active="y"))
    assert chosen("function_code")["2130505"] == "产业发展"
    page(sent(keeper, link, label="产业发展"))
    assert "2130505" not in chosen("function_code")
    with store.snapshot() as session:
        county = session.info.get("county") or store.current_county()
    reference.load(county)
    assert "2130505" not in chosen("function_code")


def test_a_code_that_is_there_is_not_added_twice(client_as: Clients) -> None:
    keeper = client_as(Role.SYSADMIN)
    answer = sent(keeper, "/dictionaries/?kind=economic_code", code="50302", label="基建")
    assert "已有代码 50302" in page(answer, 422).complaints()[0]
    assert chosen("economic_code")["50302"] == "基础设施建设"


def test_a_clerk_does_not_edit_dictionaries(client_as: Clients) -> None:
    assert client_as(Role.FINANCE_ENTRY).get("/dictionaries/").status_code == 403
