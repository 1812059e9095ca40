"""The pages of problems: an inspector records one, a town puts it right, the inspector closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.office import Person
from fundsys.queries.facts import county_today
from tests.counties import OfficeClient, somebody
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]


def told(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:800]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def record(client: OfficeClient, role: Role = Role.TOWN) -> str:
    """Record a problem of a role's unit; the address of its page."""
    with store.snapshot() as session:
        unit = session.scalars(select(Person.unit_id).where(Person.id == somebody(role))).one()
        due = county_today(session) + timedelta(days=10)
    answers = {"source": "province", "paper_no": "陇督〔2024〕3号", "problem": "标识牌缺失", "unit": str(unit)}
    answer = client.send("/findings/new", answers | {"due_on": due.isoformat()})
    assert answer.status_code == 302, told(answer, 422)
    return str(answer.location)


def press(client: OfficeClient, address: str, action: str, said: str, **files: Any) -> Any:
    data = client.token(address) | {"action": action, "words": said} | files
    return client.post(f"{address}/step", data=data, content_type="multipart/form-data")


def test_an_inspector_finds_a_town_rectifies_and_the_inspector_closes(client_as: Clients) -> None:
    inspector, town = client_as(Role.INSPECTOR), client_as(Role.TOWN)
    address = record(inspector)
    assert "标识牌缺失" in told(inspector.get("/findings/?source=province"))
    assert "问题待整改" in told(town.get("/"))
    assert "请附佐证材料" in told(press(town, address, "answer", "已补挂"), 422)
    files = {"papers": (BytesIO(b"%PDF-1.4 sign"), "标牌.pdf")}
    assert press(town, address, "answer", "已补挂", **files).status_code == 302
    assert "待销号" in told(inspector.get("/"))
    assert "销号</button>" not in town.get(address).get_data(as_text=True)
    assert press(inspector, address, "close", "现场核对").status_code == 302
    assert "已销号 1 个" in told(inspector.get("/findings/?state=closed"))
    assert "标牌.pdf" in told(town.get(address))


def test_a_problem_of_one_unit_is_hidden_from_another(client_as: Clients) -> None:
    address = record(client_as(Role.INSPECTOR))
    owner = client_as(Role.OWNER)
    assert "没有这个问题" in told(owner.get(address), 404)
    assert "标识牌缺失" not in told(owner.get("/findings/"))
    assert client_as(Role.LEADER).get(address).status_code == 200
    assert client_as(Role.VILLAGE).get("/findings/").status_code == 403


def test_the_sources_of_problems_are_a_dictionary_of_the_county(client_as: Clients) -> None:
    shown = client_as(Role.SYSADMIN).get("/dictionaries/?kind=finding_source")
    assert "国家考核评估反馈" in told(shown)
