"""Paying through the API: the pages' acts with the pages' refusals, and one request once."""

from __future__ import annotations

from collections.abc import Callable

from fundsys.domain.rights import Role
from tests.counties import OfficeClient
from tests.payouts import a_contract, a_project, a_request, asks, request_state
from tests.web.test_api_allocating import sent

Clients = Callable[..., OfficeClient]


def test_a_request_is_taken_up_approved_returned_by_the_bank_and_waits_again(client_as: Clients) -> None:
    project, (line,) = a_project()
    asked = a_request(project, asks(a_contract(project), "1000"))
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    told = {"parts": {str(line): 100_000}, "paid_on": "2024-11-01", "voucher_no": "0001", "request_id": "pay-once-1"}
    made = sent(clerk, f"/api/payment-requests/{asked}/accept", told).get_json()
    assert sent(clerk, f"/api/payment-requests/{asked}/accept", told).get_json() == made
    seen = {str(one["id"]): one["version"] for one in made["rows"]}
    done = sent(checker, "/api/payments/approve", {"seen": seen}).get_json()
    assert done["rows"][0]["number"].startswith("支付〔")
    (key,) = seen
    red = sent(clerk, f"/api/payments/{key}/reverse", {"reason": "户名不符", "document_no": "退-1"}).get_json()
    assert (red["amount_fen"], red["state"]) == (-100_000, "submitted")
    sent(checker, "/api/payments/approve", {"seen": {str(red["id"]): red["version"]}})
    assert request_state(asked) == "待受理"
    listed = clerk.get("/api/payments?state=approved").get_json()
    assert (listed["count"], listed["approved_fen"]) == (2, 0)
    assert listed["rows"][0]["account"] == "**** 5678"


def test_what_the_page_refuses_the_api_refuses_with_its_field(client_as: Clients) -> None:
    project, (line,) = a_project("1")
    clerk = client_as(Role.FINANCE_ENTRY)
    told = {
        "line_id": line,
        "project_id": project,
        "amount_fen": 1_000_001,
        "paid_on": "2024-11-01",
        "payee": "甲",
        "kind": "subsidy",
    }
    over = sent(clerk, "/api/payments", told)
    assert (over.status_code, over.get_json()["error"]["field"]) == (422, "amount")
    assert sent(clerk, "/api/payments", told | {"kind": "gift"}).get_json()["error"]["field"] == "kind"
    assert sent(clerk, "/api/payments", told | {"amount_fen": 1.5}).status_code == 422
    assert sent(client_as(Role.OWNER), "/api/payments", told).status_code == 403
    assert sent(clerk, "/api/payments", told | {"amount_fen": 1_000_000}).get_json()["state"] == "submitted"
