"""Allocating through the API: the pages' acts with the pages' refusals, and one request once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.queries.line_money import line_money
from tests.counties import OfficeClient
from tests.money import approved_notice, make_projects

Clients = Callable[..., OfficeClient]


def sent(client: OfficeClient, path: str, told: dict[str, Any]) -> Any:
    """The answer to a JSON act."""
    token = client.token("/people/password")["csrf_token"]
    return client.post(path, json=told, headers={"X-CSRFToken": token})


def test_an_amount_is_drafted_handed_over_and_approved_by_another(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    asked = {"project_id": project, "amount_fen": 60_0000_00, "submit": True, "request_id": "once-only-0001"}
    made = sent(clerk, f"/api/allotments/{line}/allocations", asked).get_json()
    assert made["state"] == "submitted"
    assert sent(clerk, f"/api/allotments/{line}/allocations", asked).get_json() == made
    with store.snapshot() as session:
        assert line_money(session, line).submitted == Money.wan(60)
    stale = sent(checker, "/api/allocations/approve", {"seen": {str(made["id"]): made["version"] - 1}})
    assert stale.status_code == 409
    done = sent(checker, "/api/allocations/approve", {"seen": {str(made["id"]): made["version"]}}).get_json()
    assert done["rows"][0]["state"] == "approved"
    assert done["rows"][0]["number"].startswith("分配〔")


def test_two_persons_may_call_their_requests_alike(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    projects = make_projects({"wan": "100"}, {"wan": "100"})
    for login, project in zip(("one", "other"), projects, strict=True):
        asked = {"project_id": project, "amount_fen": 10_0000_00, "submit": True, "request_id": "1"}
        answer = sent(client_as(Role.FINANCE_ENTRY, login=login), f"/api/allotments/{line}/allocations", asked)
        assert answer.status_code == 200, answer.get_json()
    with store.snapshot() as session:
        assert line_money(session, line).submitted == Money.wan(20)


def test_what_the_page_refuses_the_api_refuses_with_its_field(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "1000"})
    clerk = client_as(Role.FINANCE_ENTRY)
    over = sent(clerk, f"/api/allotments/{line}/allocations", {"project_id": project, "amount_fen": 100_0000_01})
    assert (over.status_code, over.get_json()["error"]["field"]) == (422, "amount")
    assert "剩余 100.00 万元" in over.get_json()["error"]["message"]
    words = sent(clerk, f"/api/allotments/{line}/allocations", {"project_id": project, "amount_fen": "60"})
    assert words.status_code == 422
    assert sent(client_as(Role.LEAD), f"/api/allotments/{line}/allocations", {}).status_code == 403


def test_returned_with_a_reason_the_money_is_free_again(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    asked = {"project_id": project, "amount_fen": 60_0000_00, "submit": True}
    made = sent(client_as(Role.FINANCE_ENTRY), f"/api/allotments/{line}/allocations", asked).get_json()
    checker, seen = client_as(Role.FINANCE_REVIEW), {str(made["id"]): made["version"]}
    assert sent(checker, "/api/allocations/return", {"seen": seen}).status_code == 422
    back = sent(checker, "/api/allocations/return", {"seen": seen, "reason": "金额再核"}).get_json()
    assert back["rows"][0]["state"] == "returned"
    with store.snapshot() as session:
        assert line_money(session, line).remaining == Money.wan(100)


def test_a_character_nobody_sees_is_refused_with_its_field_as_in_a_form(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({"wan": "100"})
    clerk = client_as(Role.FINANCE_ENTRY)
    for hidden in ("\x00", "\u202e"):
        asked = {"project_id": project, "amount_fen": 100, "document_no": f"陇财{hidden}〔2024〕1号"}
        answer = sent(clerk, f"/api/allotments/{line}/allocations", asked)
        assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, "document_no")
        assert "看不见的字符" in answer.get_json()["error"]["message"]
    far = sent(clerk, f"/api/allotments/{line}/allocations", {"project_id": 10**30, "amount_fen": 100})
    assert far.status_code in (404, 422)
