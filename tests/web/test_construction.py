"""The pages of construction: each form three times is one act, each page opens for whom it is meant, and nobody decides an own paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.construction import Acceptance, Extension, Settlement, Tender
from fundsys.models.projects import ProjectPaper
from tests.construction import UNIT, building, state, today
from tests.counties import OfficeClient

Clients = Callable[..., OfficeClient]


def count(model: Any) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def last_id(model: Any) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.max(model.id))) or 0


def test_a_project_goes_from_tender_to_the_end_of_claims_each_form_once(app: Flask, client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER, UNIT), client_as(Role.LEAD)
    finance = client_as(Role.FINANCE_REVIEW)
    road, day = building(status=S.COMPLETED, completed_on=today(), progress_bp=10_000), today().isoformat()
    here = f"/construction/{road}"
    tender = {"method": "01", "decided_on": day, "winner": "兴农公司", "amount": "190"}
    owner.thrice(f"{here}/tender", tender)
    assert count(Tender) == 1
    owner.thrice(f"{here}/papers", {"place-7002": "县局档案室"})
    assert count(ProjectPaper) == 1
    town = {"level": "town", "held_on": day, "passed": "1", "opinion": "合格"}
    owner.thrice(f"{here}/acceptance", town)
    county = town | {"level": "county", "place-8501": "县局档案室", "place-8502": "县局档案室"}
    owner.thrice(f"{here}/acceptance", county)
    assert count(Acceptance) == 2
    decide = f"{here}/acceptances/{last_id(Acceptance)}"
    assert owner.post(decide, data=owner.token(f"{here}/papers") | {"action": "approve"}).status_code == 403
    lead.thrice(here, {"action": "approve", "document_no": "陇项验〔2024〕1号"}, decide)
    assert state(road).status is S.ACCEPTED
    settled = {
        "review": "audit", "asked_amount": "200", "amount": "195.5", "reviewer": "县审计局", "reported_on": day,
        "place-8801": "县局档案室",
    }  # fmt: skip
    owner.thrice(f"{here}/settlement", settled)
    assert count(Settlement) == 1
    decide = f"{here}/settlements/{last_id(Settlement)}"
    finance.thrice(here, {"action": "approve"}, decide)
    assert (state(road).status, state(road).settled_amount) == (S.SETTLED, Money.wan("195.5"))
    refused = owner.send(f"{here}/claims", {"on": day})
    assert "195.50 万元没有支付" in refused.get_data(as_text=True)
    page = owner.get(here).get_data(as_text=True)
    for word in ("兴农公司", "县审计局", "陇项验〔2024〕1号", "完工 → 验收", "验收 → 结算"):
        assert word in page


def test_more_time_is_asked_for_once_and_approved_once_by_somebody_else(app: Flask, client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER, UNIT), client_as(Role.LEAD)
    road = building()
    asked = {"new_end_on": (today() + timedelta(days=30)).isoformat(), "reason": "连续降雨"}
    owner.thrice(f"/construction/{road}/extension", asked)
    assert count(Extension) == 1
    page = f"/construction/extensions/{last_id(Extension)}"
    assert "同意延期" not in owner.get(page).get_data(as_text=True)
    assert "请填写同意延期的批复文号" in lead.send(page, {"action": "approve"}).get_data(as_text=True)
    lead.thrice(page, {"action": "approve", "document_no": "陇乡振组发〔2024〕26号"})
    shown = lead.get(page).get_data(as_text=True)
    assert "陇乡振组发〔2024〕26号" in shown
    stranger = client_as(Role.OWNER, "县林业局", login="lin")
    assert stranger.get(page).status_code == stranger.get(f"/construction/{road}").status_code == 404


def test_the_lists_tell_who_is_late_and_who_is_silent(app: Flask, client_as: Clients) -> None:
    building("2024-0007")
    lead = client_as(Role.LEAD)
    for path, word in (("/construction/silent", "2024-0007"), ("/construction/extensions", "工期延期"),
                       ("/construction/retentions", "质保金"), ("/construction/months", "计划与进度")):  # fmt: skip
        answer = lead.get(path)
        assert answer.status_code == 200
        assert word in answer.get_data(as_text=True)
