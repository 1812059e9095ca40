"""The pages of working together: notices, one's own matters, deciding several, hand-overs, forms being typed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask

from fundsys import store
from fundsys.domain.funds import CorrectionKind, MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.desk import Contract
from fundsys.models.funds import AllotmentNotice, Correction
from fundsys.queries.reviewed import reviewed
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.funds import corrections
from fundsys.web.working import links
from tests.counties import OfficeClient, acts, somebody
from tests.money import approved_notice, entry_clerk, given, make_projects, notice_entry
from tests.pages import Page, words
from tests.payouts import a_contract, a_project

Clients = Callable[..., OfficeClient]


def page(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:600]
    return Page(answer.get_data(as_text=True))


def waiting_notice() -> tuple[int, str]:
    """Id and number of a notice that waits for review."""
    with act(by=entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(notice_entry(), act=opened)
        funds.submit_notice(notice.id, act=opened)
        return notice.id, notice.document_no


def state_of(notice_id: int) -> MoneyState:
    """Where a notice stands."""
    with store.snapshot() as session:
        return session.get_one(AllotmentNotice, notice_id).state


def test_a_reviewer_approves_several_notices_and_the_clerk_reads_it_and_follows_the_link(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    first, number = waiting_notice()
    second, _ = waiting_notice()
    review = client_as(Role.FINANCE_REVIEW)
    shown = page(review.get("/review/notices"))
    assert number in words(shown.one("main"))
    values = shown.values() | {"chosen": [str(first), str(second)], "action": "approve"}
    assert review.post("/review/notices", data=values).status_code == 302
    assert state_of(first) is state_of(second) is MoneyState.APPROVED
    told = page(clerk.get("/messages"))
    assert f"指标文已复核：{number}" in words(told.one("main"))
    assert any(link.get("href") == f"/notices/{first}" for link in told.all("a"))
    side = words(told.one("nav", id="nav"))
    assert "消息2" in side.replace(" ", "")
    assert clerk.post("/messages", data=told.values() | {"action": "all"}).status_code == 302
    assert "消息2" not in words(page(clerk.get("/messages")).one("nav", id="nav")).replace(" ", "")


def test_sending_back_several_needs_a_reason(client_as: Clients) -> None:
    notice, _ = waiting_notice()
    review = client_as(Role.FINANCE_REVIEW)
    shown = page(review.get("/review/notices"))
    values = shown.values() | {"chosen": [str(notice)], "action": "return", "reason": ""}
    assert "请填写退回原因" in words(page(review.post("/review/notices", data=values), 422).one("main"))
    assert review.post("/review/notices", data=values | {"reason": "附件不全"}).status_code == 302
    assert state_of(notice) is MoneyState.RETURNED


def test_every_reviewed_record_leads_to_a_page_of_its_own(app: Flask) -> None:
    pages = links.PAGES | links.PARENT_PAGES
    assert set(reviewed()) - set(pages) == set()
    for endpoint, argument in pages.values():
        (rule, *_) = app.url_map.iter_rules(endpoint)
        assert argument in rule.arguments or endpoint in ("periods.index", "policy.index"), endpoint


def test_contracts_are_confirmed_together(client_as: Clients) -> None:
    project, _ = a_project()
    contract = a_contract(project)
    with act(by=somebody(Role.OWNER), what="提交合同") as opened:
        found = opened.session.get_one(Contract, contract)
        if found.state is not MoneyState.SUBMITTED:
            found.state, found.reviewed_by = MoneyState.SUBMITTED, None
            found.entered_by = somebody(Role.OWNER)
    lead = client_as(Role.LEAD)
    shown = page(lead.get("/review/contracts"))
    values = shown.values() | {"chosen": [str(contract)], "action": "approve"}
    assert lead.post("/review/contracts", data=values).status_code == 302
    with store.snapshot() as session:
        assert session.get_one(Contract, contract).state is MoneyState.APPROVED


def test_papers_of_correction_are_approved_together_and_once(client_as: Clients) -> None:
    goats, road = make_projects({}, {})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(goats, "100")])
    moves = [corrections.Move(line, goats, -Money.wan("10")), corrections.Move(line, road, Money.wan("10"))]
    with act(by=entry_clerk(), what="登记调整") as opened:
        entry = corrections.CorrectionEntry(CorrectionKind.ADJUSTMENT, moves, None, "陇财农〔2024〕88号", "用途调整")
        paper = corrections.save_correction(entry, act=opened)
        corrections.submit_correction(paper.id, act=opened)
        key = paper.id
    review = client_as(Role.FINANCE_REVIEW)
    values = page(review.get("/review/corrections")).values() | {"chosen": [str(key)], "action": "approve"}
    before = acts()
    assert {review.post("/review/corrections", data=values).status_code for _ in range(3)} == {302}
    assert acts() - before == 1
    with store.snapshot() as session:
        assert session.get_one(Correction, key).state is MoneyState.APPROVED


def test_a_clerk_takes_back_what_waits_from_the_page_of_own_matters(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    notice, number = waiting_notice()
    shown = page(clerk.get("/my-work"))
    assert number in words(shown.one("main"))
    key = f"allotment_notice-{notice}"
    answer = clerk.post("/my-work", data=shown.values() | {"chosen": [key]})
    assert answer.status_code == 302
    assert state_of(notice) is MoneyState.DRAFT
    stranger = client_as(Role.FINANCE_REVIEW)
    assert number not in words(page(stranger.get("/my-work")).one("main"))
    forged = page(stranger.get("/my-work")).values() | {"chosen": [key], f"seen-{key}": "3"}
    assert stranger.post("/my-work", data=forged).status_code == 422


def test_the_administrator_hands_work_over_and_sees_the_counts(client_as: Clients) -> None:
    waiting_notice()
    taking = somebody(Role.FINANCE_ENTRY, login="entry2")
    admin = client_as(Role.SYSADMIN)
    listed = page(admin.get("/hand-overs"))
    assert "移交" in words(listed.one("main"))
    address = f"/hand-overs/{entry_clerk()}/new"
    form = page(admin.get(address))
    assert "指标文" in words(form.one("main"))
    answer = admin.post(address, data=form.values() | {"to_id": str(taking), "reason": "调离原岗位"})
    assert answer.status_code == 302
    shown = words(page(admin.get(answer.location)).one("main"))
    assert "移交前" in shown
    assert "移交后" in shown
    assert client_as(Role.VILLAGE).get(answer.location).status_code == 404


def test_what_is_typed_is_kept_on_the_server_and_given_back_to_its_person_only(client_as: Clients) -> None:
    clerk, other = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    token = page(clerk.get("/messages")).values()["csrf_token"]
    form_id = str(uuid.uuid4())
    boxes = json.dumps({"form_id": [form_id], "title": ["2024年补助资金"], "account": ["6217000010001234567"]})
    told = {"csrf_token": token, "at": "/notices/new?x=1", "title": "登记指标文", "boxes": boxes}
    assert clerk.post("/drafts", data=told).status_code == 200
    back = clerk.get("/drafts?at=/notices/new").get_json()
    assert back["values"] == {"form_id": [form_id], "title": ["2024年补助资金"]}
    assert other.get("/drafts?at=/notices/new").get_json() == {}
    assert "登记指标文" in words(page(clerk.get("/messages")).one("main"))
    assert clerk.post("/drafts", data=told | {"boxes": "["}).status_code == 422
    assert clerk.post("/drafts/drop", data={"csrf_token": token, "at": "/notices/new"}).status_code == 303
    assert clerk.get("/drafts?at=/notices/new").get_json() == {}
