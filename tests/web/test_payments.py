"""The pages of money going out: from the owner's paper to the voucher, without scripts, with nothing typed lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import PaymentKind
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.funds import Payment
from fundsys.models.office import Unit
from fundsys.services.acts import act
from fundsys.services.funds import payouts
from tests.counties import OfficeClient
from tests.money import entry_clerk, reviewer
from tests.pages import Page
from tests.payouts import PAID, PDF, a_contract, a_project, a_request, accepted, asks, contract, request_state, reviewed

Clients = Callable[..., OfficeClient]


def page(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return Page(answer.get_data(as_text=True))


def owner_unit() -> str:
    with store.snapshot() as session:
        return session.scalars(select(Unit.name).where(Unit.kind == "agency").order_by(Unit.id)).first() or ""


def contract_answers(**changed: str) -> dict[str, str]:
    told = {
        "contract_no": "LXSL-2024-016", "name": "圈舍建设施工合同", "subject": "works", "amount": "800,000", "signed_on": "2024-10-20",
        "payee": "陇县关山建筑工程有限公司", "bank": "陇县农信社城关社", "account": "6230280100012345678",
        "advance_bp": "30", "progress_bp": "80", "retention_bp": "3", "retention_due_on": "2025-10-31",
        "action": "submit",
    }  # fmt: skip
    return told | changed


def test_from_contract_to_voucher_over_the_desks_of_four_people(client_as: Clients) -> None:
    project, (line,) = a_project()
    owner, lead = client_as(Role.OWNER, owner_unit()), client_as(Role.LEAD)
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    answer = owner.send(f"/contracts/new?project={project}", contract_answers())
    assert answer.status_code == 302
    where = answer.location
    shown = page(lead.get(where))
    assert shown.h1 == "合同 LXSL-2024-016"
    assert "6230280100012345678" not in lead.get(where).get_data(as_text=True)
    assert "**** 5678" in lead.get(where).get_data(as_text=True)
    assert lead.post(f"{where}/step", data=lead.token(where) | {"action": "confirm"}).status_code == 302
    told = page(owner.get(where)).table("现在还可支付")
    assert told[1][:2] == ["预付款", "240,000.00"]
    form = {
        "contract_id": "1", "kind": "progress", "amount": "320,000", "reason": "主体完工", "documents": "发票 1 张",
        "action": "submit", "papers": (io.BytesIO(PDF), "发票.pdf"),
    }  # fmt: skip
    answer = owner.send(f"/payment-requests/new?project={project}&contract=1", form, content_type="multipart/form-data")
    assert answer.status_code == 302, page(answer, 422).complaints()
    asked = answer.location
    assert page(owner.get("/payment-requests")).h1 == "我的支付申请"
    assert page(clerk.get("/payment-requests?state=submitted")).table("支付申请")[1][5] == "320,000.00"
    proposal = page(clerk.get(f"{asked}/accept"))
    assert proposal.values()[f"part-{line}"] == "320000.00"
    taken = clerk.send(f"{asked}/accept", {f"part-{line}": "320000", "paid_on": "2024-11-01", "voucher_no": "0001"})
    assert taken.status_code == 302
    waiting = page(checker.get("/payments/review"))
    assert waiting.table("待复核的支付")[1][5] == "320,000.00"
    done = checker.send("/payments/review", {"chosen": "1", "seen-1": "1", "action": "approve"})
    assert done.status_code == 302
    assert request_state(1) == "已支付"
    assert page(clerk.get("/payments?year=")).table("支付")[1][5] == "320,000.00"
    voucher = clerk.post("/payments/1/print", data=clerk.token("/payments/1"), follow_redirects=True)
    assert voucher.data.startswith(b"%PDF")
    paper = owner.post(f"{asked}/print", data=owner.token(asked), follow_redirects=True)
    assert paper.data.startswith(b"%PDF")


@pytest.mark.only_on("sqlite")
def test_a_request_beyond_its_limit_says_every_figure_and_loses_nothing(client_as: Clients) -> None:
    project, _ = a_project()
    key = a_contract(project)
    owner = client_as(Role.OWNER, owner_unit())
    form = {
        "contract_id": str(key), "kind": "progress", "amount": "320000.01", "reason": "主体完工",
        "documents": "发票 1 张", "action": "submit", "papers": (io.BytesIO(PDF), "发票.pdf"),
    }  # fmt: skip
    read = page(owner.send(f"/payment-requests/new?project={project}", form, content_type="multipart/form-data"), 422)
    (complaint,) = read.complaints()
    assert "验收前按形象进度 50% 的 80% 付款，上限 320000.00 元" in complaint
    assert read.values()["amount"] == "320000.01"
    assert read.values()["reason"] == "主体完工"


@pytest.mark.only_on("sqlite")
def test_parts_that_do_not_add_up_or_cannot_be_read_are_said_at_their_box(client_as: Clients) -> None:
    project, (old, young) = a_project("40", ("F101", "F201"))
    asked = a_request(project, asks(a_contract(project), "300000"))
    clerk, where = client_as(Role.FINANCE_ENTRY), f"/payment-requests/{asked}/accept"
    read = page(clerk.get(where))
    assert [read.values()[f"part-{x}"] for x in (old, young)] == ["300000.00", ""]
    head = {"paid_on": "2024-11-01"}
    read = page(clerk.send(where, {f"part-{old}": "三十万", f"part-{young}": "1", **head}), 422)
    assert any("“三十万”不是金额" in c for c in read.complaints())
    read = page(clerk.send(where, {f"part-{old}": "299999.99", **head}), 422)
    assert any("相差 -0.01 元" in c for c in read.complaints())
    assert "-0.01" in "".join(
        page(clerk.send(where, {f"part-{old}": "299999.99", "action": "count"})).table("分到各条指标")[-1]
    )
    assert clerk.send(where, {f"part-{old}": "200000", f"part-{young}": "100000", **head}).status_code == 302


@pytest.mark.only_on("sqlite")
def test_what_was_changed_since_it_was_seen_is_not_approved(client_as: Clients) -> None:
    project, (line,) = a_project()
    checker = client_as(Role.FINANCE_REVIEW)
    with act(by=entry_clerk(), what="登记支付") as opened:
        made = payouts.pay(line, project, Money.yuan(100), PAID, payee="一卡通", kind=PaymentKind.SUBSIDY, act=opened)
        key = made.id
    sent = checker.token("/payments/review") | {"chosen": str(key), f"seen-{key}": "1"}
    with act(by=reviewer(), what="退回") as opened:
        payouts.return_payments({key: 1}, "改", act=opened)
    assert checker.post("/payments/review", data=sent | {"action": "approve"}).status_code == 409


@pytest.mark.only_on("sqlite")
def test_a_clerk_pays_a_management_fee_without_a_request_and_keeps_a_draft(client_as: Clients) -> None:
    project, (line,) = a_project("1")
    clerk = client_as(Role.FINANCE_ENTRY)
    assert page(clerk.get("/payments/new")).h1 == "登记支付"
    told = {
        "line_id": str(line), "kind": "subsidy", "amount": "10000", "paid_on": "2024-11-01", "payee": "县乡村振兴局",
        "action": "save",
    }  # fmt: skip
    answer = clerk.send(f"/payments/new?project={project}", told)
    assert answer.status_code == 302
    assert page(clerk.get("/payments/drafts")).table("我的支付草稿")[1][5] == "10,000.00"
    assert clerk.send("/payments/drafts", {"chosen": "1", "seen-1": "1", "action": "submit"}).status_code == 302
    read = page(clerk.send(f"/payments/new?project={project}", told | {"action": "submit", "amount": "0.01"}), 422)
    assert "只有0.00元" in read.complaints()[0]


@pytest.mark.only_on("sqlite")
def test_a_returned_payment_is_told_on_both_pages(client_as: Clients) -> None:
    project, (line,) = a_project()
    seen = accepted(a_request(project, asks(a_contract(project), "1000")), {line: "1000"})
    (key,) = seen
    reviewed(seen)
    clerk = client_as(Role.FINANCE_ENTRY)
    read = page(clerk.send(f"/payments/{key}/reverse", {"reason": "", "document_no": "退-1"}), 422)
    assert any("退汇或冲销原因" in c for c in read.complaints())
    answer = clerk.send(f"/payments/{key}/reverse", {"reason": "户名不符", "document_no": "退-1"})
    assert answer.status_code == 302
    text = clerk.get(f"/payments/{key}").get_data(as_text=True)
    assert "这笔支付已登记退汇或冲销" in text
    assert "登记退汇</a>" not in text


@pytest.mark.only_on("sqlite")
def test_money_is_disbursed_to_the_unit_and_reviewed(client_as: Clients) -> None:
    project, (line,) = a_project("10")
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    told = {"line_id": str(line), "amount": "70000", "disbursed_on": "2024-11-01", "document_no": "陇财拨(2024)12号"}
    assert clerk.send(f"/disbursements/new?project={project}", told).status_code == 302
    checker.send("/disbursements/review", {"chosen": "1", "seen-1": "1", "action": "approve"})
    row = page(clerk.get("/disbursements?year=")).table("拨付")[1]
    assert (row[5], row[6]) == ("70,000.00", "陇财拨〔2024〕12号")
    assert (
        clerk.post("/disbursements/1/print", data=clerk.token("/disbursements/1"), follow_redirects=True).data[:4]
        == b"%PDF"
    )
    assert (
        clerk.send("/disbursements/1/reverse", {"reason": "拨错", "document_no": "陇财拨〔2024〕13号"}).status_code
        == 302
    )


@pytest.mark.only_on("sqlite")
def test_another_town_sees_neither_contract_nor_request_nor_payment(client_as: Clients) -> None:
    project, (line,) = a_project()
    key = a_contract(project)
    asked = a_request(project, asks(key, "1000"))
    (paid,) = accepted(asked, {line: "1000"})
    town = client_as(Role.TOWN)
    for path in (f"/contracts/{key}", f"/payment-requests/{asked}", f"/payments/{paid}"):
        assert town.get(path).status_code == 404
    for path, caption in (("/contracts", "合同"), ("/payment-requests", "支付申请"), ("/payments?year=", "支付")):
        assert "LXSL" not in town.get(path).get_data(as_text=True), caption


@pytest.mark.only_on("sqlite")
def test_a_whole_account_is_shown_once_for_a_reason(client_as: Clients) -> None:
    project, _ = a_project()
    key = a_contract(project)
    owner = client_as(Role.OWNER, owner_unit())
    where = f"/contracts/{key}"
    told = owner.post(f"{where}/account", data=owner.token(where) | {"why": "核对户名"}).get_data(as_text=True)
    assert "6230280100012345678" in told
    assert "6230280100012345678" not in owner.get(where).get_data(as_text=True)
    told = owner.post(f"{where}/account", data=owner.token(where) | {"why": ""}).get_data(as_text=True)
    assert "6230280100012345678" not in told
    assert contract(key).account is not None


@pytest.mark.only_on("sqlite")
def test_the_list_of_payments_filters_and_adds_up_what_it_found(client_as: Clients) -> None:
    project, (line,) = a_project()
    with act(by=entry_clerk(), what="登记支付") as opened:
        for day, yuan in ((1, "100.10"), (2, "200.20"), (3, "300.30")):
            payouts.pay(
                line, project, Money.yuan(yuan), PAID.replace(day=day), payee=f"收款{day}", kind=PaymentKind.SUBSIDY,
                act=opened,
            )  # fmt: skip
    reviewed({1: 1, 2: 1})
    clerk = client_as(Role.FINANCE_ENTRY)
    told = page(clerk.get("/payments?year=&begin=2024-11-02&end=2024-11-03")).table("支付")
    assert [row[5] for row in told[1:3]] == ["300.30", "200.20"]
    assert re.search(r"待复核 300\.30 元", told[-1][0])
    assert told[-1][1] == "200.20"
    assert page(clerk.get("/payments?year=&q=收款1")).table("支付")[1][5] == "100.10"
    with store.snapshot() as session:
        assert len(list(session.scalars(select(Payment.id)))) == 3
