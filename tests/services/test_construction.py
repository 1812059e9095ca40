"""Construction: extensions with both dates and two persons, acceptance by town and county, settlement, end of claims, tender."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.construction import AcceptanceLevel, Lateness, Review
from fundsys.domain.errors import DomainError, NotAllowed, StepRefused
from fundsys.domain.library import PlanState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.construction import cooperation_on_time
from fundsys.models.construction import Acceptance, Extension, Settlement
from fundsys.models.projects import Project
from fundsys.queries import construction, construction_months
from fundsys.queries.facts import facts
from fundsys.services import construction as services
from fundsys.services import steps
from fundsys.services.acts import act
from tests.builders import only
from tests.construction import PDF, building, kept, lead, owner, reviewer, state, today

TOWN, COUNTY = AcceptanceLevel.TOWN, AcceptanceLevel.COUNTY


def asked(project_id: int, days: int = 30, by: int | None = None) -> int:
    """A request for so many days more, counted from today."""
    with act(by=by or owner(), what="申请延期") as a:
        return services.ask_extension(
            project_id, a.day + timedelta(days=days), "连续降雨", files=[("申请.pdf", PDF)], act=a
        ).id


def rco() -> Any:
    with store.snapshot() as session:
        return only(cooperation_on_time(facts(session, 2024)))


def test_an_approved_extension_turns_a_late_cooperation_project_into_one_in_time(app: Flask) -> None:
    project_id = building(is_cooperation=True, started_on=today() - timedelta(days=120))
    assert rco().outcome is Outcome.FAIL
    paper = asked(project_id)
    assert rco().outcome is Outcome.FAIL, "a request that waits moves no day"
    with act(by=lead(), what="审定延期") as a:
        with pytest.raises(DomainError, match="批复文号"):
            services.approve_extension(paper, " ", act=a)
        services.approve_extension(paper, "陇乡振组发〔2024〕26号", files=[("批复.pdf", PDF + b"2")], act=a)
    assert rco().outcome is Outcome.PASS
    with store.snapshot() as session:
        found = session.get_one(Extension, paper)
        assert (found.old_end_on, found.new_end_on) == (found.project.plan_end_on, today() + timedelta(days=30))
        assert construction.days_in_force(session, [found.project])[project_id][1] == found.new_end_on
        assert len(construction.files_of(session, "extension", [paper])[paper]) == 2


def test_nobody_approves_an_own_extension_and_a_returned_one_moves_nothing(app: Flask) -> None:
    project_id = building(is_cooperation=True)
    officer = lead()
    with act(by=None, what="系统登记") as a:
        paper = Extension(
            project_id=project_id, old_end_on=a.day, new_end_on=a.day + timedelta(days=9), reason="降雨",
            state=PlanState.SUBMITTED, proposed_by=officer, proposed_on=a.day,
        )  # fmt: skip
        a.session.add(paper)
        a.session.flush()
        own = paper.id
    with pytest.raises(NotAllowed), act(by=officer, what="审定延期") as a:
        services.approve_extension(own, "陇乡振组发〔2024〕26号", act=a)
    with pytest.raises(NotAllowed), act(by=owner(), what="审定延期") as a:
        services.approve_extension(own, "陇乡振组发〔2024〕26号", act=a)
    with act(by=owner(), what="撤回") as a:
        services.withdraw_extension(own, act=a)
    second = asked(project_id)
    with pytest.raises(StepRefused, match="已有一份延期申请"), act(by=owner(), what="再申请") as a:
        services.ask_extension(project_id, a.day + timedelta(days=40), "降雨", act=a)
    with act(by=officer, what="退回延期") as a:
        services.return_extension(second, "理由不足", act=a)
    with store.snapshot() as session:
        told = construction_months.month_rows(session, None, 2024, today(), today())
    assert only(told).lateness is Lateness.END_LATE


@pytest.mark.parametrize(("days", "sentence"), [(-10, "应晚于现在的"), (-11, "应晚于现在的")])
def test_an_extension_must_be_later_than_the_day_in_force(app: Flask, days: int, sentence: str) -> None:
    project_id = building()
    with pytest.raises(DomainError, match=sentence):
        asked(project_id, days)
    asked(project_id, -9)


def held(project_id: int, level: AcceptanceLevel, passed: bool = True, **told: Any) -> int:
    with act(by=owner(), what="登记验收") as a:
        words = {"remedy": "" if passed else "边沟盖板缺 12 块"} | told
        return services.record_acceptance(project_id, level, a.day, passed, "按批复完成", act=a, **words).id


def test_the_town_accepts_first_then_the_county_and_what_failed_is_accepted_again(app: Flask) -> None:
    road = building(status=S.COMPLETED, completed_on=today() - timedelta(days=3))
    with pytest.raises(StepRefused, match="镇级初验合格以后"):
        held(road, COUNTY)
    with pytest.raises(DomainError, match="请填写整改要求"):
        held(road, TOWN, False, remedy=" ")
    held(road, TOWN, False)
    with pytest.raises(StepRefused, match="镇级初验合格以后"):
        held(road, COUNTY)
    held(road, TOWN)
    failed = held(road, COUNTY, False)
    with act(by=lead(), what="确认验收") as a:
        services.confirm_acceptance(failed, "陇项验〔2024〕051号", act=a)
    assert state(road).status is S.COMPLETED
    held(road, TOWN)
    passed = held(road, COUNTY, papers=steps.Given(files=[("8501", [("验收表.pdf", PDF)])]))
    with pytest.raises(StepRefused, match="还缺验收影像"), act(by=lead(), what="确认验收") as a:
        services.confirm_acceptance(passed, "陇项验〔2024〕052号", act=a)
    kept(road, "8502")
    with pytest.raises(NotAllowed), act(by=owner(), what="确认验收") as a:
        services.confirm_acceptance(passed, "陇项验〔2024〕052号", act=a)
    with act(by=lead(), what="确认验收") as a:
        services.confirm_acceptance(passed, "陇项验〔2024〕052号", act=a)
    now = state(road)
    assert (now.status, now.accepted_on, now.acceptance_no) == (S.ACCEPTED, today(), "陇项验〔2024〕052号")
    with store.snapshot() as session:
        results = [(a.level, a.passed) for a in construction.acceptances(session, road)]
    assert results == [(TOWN, False), (TOWN, True), (COUNTY, False), (TOWN, True), (COUNTY, True)]


def settled(project_id: int, asked_wan: str = "200", wan: str = "195.5", **told: Any) -> int:
    with act(by=owner(), what="登记结算") as a:
        return services.record_settlement(
            project_id, Review.AUDIT, Money.wan(asked_wan), Money.wan(wan), "县审计局", a.day, act=a, **told
        ).id


def test_the_finance_bureau_confirms_the_settled_amount_and_nobody_else(app: Flask) -> None:
    road = building(status=S.ACCEPTED, accepted_on=today())
    with pytest.raises(DomainError, match="不能大于送审金额"):
        settled(road, "195", "195.000001")
    paper = settled(road)
    for person in (lead(), owner()):
        with pytest.raises(NotAllowed), act(by=person, what="复核结算") as a:
            services.confirm_settlement(paper, act=a)
    with pytest.raises(StepRefused, match="还缺结算审核报告"), act(by=reviewer(), what="复核结算") as a:
        services.confirm_settlement(paper, act=a)
    with act(by=reviewer(), what="退回结算") as a:
        services.return_settlement(paper, "缺审核报告", act=a)
    paper = settled(road, papers=steps.Given(files=[("8801", [("报告.pdf", PDF)])]))
    with act(by=reviewer(), what="复核结算") as a:
        services.confirm_settlement(paper, act=a)
    now = state(road)
    assert (now.status, now.settled_amount, now.settled_on) == (S.SETTLED, Money.wan("195.5"), today())


def test_claims_close_when_all_but_the_retention_is_paid(app: Flask) -> None:
    road = building(status=S.SETTLED, settled_amount=Money.wan("195.5"), settled_on=today())
    given = steps.Given(places=[(code, "县局档案室") for code in ("9001", "9002", "9003")])
    with pytest.raises(DomainError, match=r"还有 195.50 万元没有支付"), act(by=owner(), what="报账完结") as a:
        services.close_claims(road, a.day, papers=given, act=a)
    nothing = building("2024-0002", status=S.SETTLED, settled_amount=Money(0), settled_on=today())
    with pytest.raises(StepRefused, match="还缺报账单、发票、支付凭证"), act(by=owner(), what="报账完结") as a:
        services.close_claims(nothing, a.day, act=a)
    with act(by=owner(), what="报账完结") as a:
        services.close_claims(nothing, a.day, papers=given, act=a)
    assert state(nothing).status is S.CLAIMED


def test_a_tender_names_a_known_method_and_stays_below_its_control_price(app: Flask) -> None:
    road = building(status=S.TENDERING)

    def entered(**told: Any) -> None:
        facts_ = {"method": "01", "decided_on": today(), "winner": "兴农公司", "amount": Money.wan(190)}
        with act(by=owner(), what="登记招标") as a:
            services.record_tender(road, services.TenderEntry(**(facts_ | told)), act=a)

    with pytest.raises(DomainError, match="招标采购方式中选择"):
        entered(method="77")
    with pytest.raises(DomainError, match="超过最高限价"):
        entered(control_price=Money.wan("189.999999"))
    entered(control_price=Money.wan(190))
    entered(winner="秦源公司")
    with store.snapshot() as session:
        found = construction.tender_of(session, road)
    assert found is not None
    assert (found.winner, found.method) == ("秦源公司", "公开招标")


def test_the_database_itself_refuses_one_person_twice_and_an_extension_backwards(app: Flask) -> None:
    road, officer = building(), lead()
    with act(by=None, what="看日期") as a:
        day = a.day
    bad = (
        Extension(project_id=road, old_end_on=day, new_end_on=day, reason="x", state=PlanState.SUBMITTED, proposed_on=day),
        Acceptance(project_id=road, level=COUNTY, held_on=day, passed=True, opinion="x", state=PlanState.APPROVED,
                   proposed_on=day, proposed_by=officer, decided_by=officer),
        Settlement(project_id=road, review=Review.AUDIT, asked_amount=Money(1), amount=Money(2), reviewer="x",
                   reported_on=day, state=PlanState.SUBMITTED, proposed_on=day),
    )  # fmt: skip
    for row in bad:
        with pytest.raises(Exception, match="(?i)check"), act(by=None, what="硬写") as a:  # noqa: PT011
            a.session.add(row)
            a.session.flush()
    with store.snapshot() as session:
        assert session.scalars(select(Project.id).where(Project.status != S.UNDER_WAY)).all() == []
