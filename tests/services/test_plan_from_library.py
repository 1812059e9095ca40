"""The yearly plan from the library, and changes of what was planned: two persons, both versions, money never beneath what is given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Refusals, StepRefused
from fundsys.domain.library import PlanState, TargetKind
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.library import PerformanceTarget, PlanProposal, ProjectChange, ProjectChangeItem
from fundsys.models.projects import Project
from fundsys.queries import plan_papers
from fundsys.queries.viewer import viewer
from fundsys.services.acts import act
from fundsys.services.library import changes, plans, tags
from tests.counties import somebody
from tests.library import admitted, lead, on, town
from tests.money import approved_notice, given

TARGETS = [
    plans.TargetRow(TargetKind.OUTPUT, "硬化道路", Decimal("1.2"), "公里"),
    plans.TargetRow(TargetKind.BENEFIT, "受益农户", Decimal(40), "户"),
    plans.TargetRow(TargetKind.SATISFACTION, "群众满意度", Decimal(95), "%"),
]


def plan_entry(wan: str = "36", year: int = 2027) -> plans.PlanEntry:
    return plans.PlanEntry(
        year, Money.wan(wan), date(2027, 3, 1), date(2027, 9, 30), Money.wan(4), "前期齐全", 40, 120, "就近务工"
    )


def proposed(project_id: int, by: int, wan: str = "36", targets: list[plans.TargetRow] = TARGETS) -> int:
    with act(by=by, what="提出列入年度计划", at=on(12)) as a:
        return plans.propose_for_plan(project_id, plan_entry(wan), targets, act=a).id


def approve(*ids: int, by: int | None = None, returned: dict[int, str] | None = None) -> list[Project]:
    with store.snapshot() as session:
        seen = {key: session.get_one(PlanProposal, key).version for key in ids}
    with act(by=by or lead(), what="审定年度计划", at=on(13)) as a:
        return plans.approve_plan(seen, returned or {}, "陇乡振组发〔2026〕12号", "项目股", act=a)


def planned(wan: str = "36") -> int:
    project_id = admitted()
    approve(proposed(project_id, town(), wan))
    return project_id


def project(project_id: int) -> Project:
    with store.snapshot() as session:
        found = session.get_one(Project, project_id)
        session.expunge_all()
        return found


def test_a_library_project_enters_the_plan_with_money_targets_and_the_plans_number(app: Flask) -> None:
    found = project(planned())
    assert (found.status, found.year, found.plan_document_no) == (S.PLANNED, 2027, "陇乡振组发〔2026〕12号")
    assert (found.planned_investment, found.planned_fiscal) == (Money.wan(40), Money.wan(36))
    assert found.performance_target == "硬化道路 1.2公里；受益农户 40户；群众满意度 95%"
    with store.snapshot() as session:
        rows = session.scalars(select(PerformanceTarget.kind).order_by(PerformanceTarget.position)).all()
    assert list(rows) == [TargetKind.OUTPUT, TargetKind.BENEFIT, TargetKind.SATISFACTION]


def test_every_kind_of_target_is_asked_for_and_nobody_approves_an_own_proposal(app: Flask) -> None:
    project_id = admitted()
    with pytest.raises(DomainError, match="绩效指标缺“满意度指标”"):
        proposed(project_id, town(), targets=TARGETS[:2])
    with pytest.raises(Refusals):
        proposed(project_id, town(), targets=[])
    own = proposed(project_id, lead())
    with pytest.raises(NotAllowed):
        approve(own)
    with pytest.raises(StepRefused, match="已经提出"):
        proposed(project_id, town())
    second = somebody(Role.LEAD, login="second-lead")
    assert [p.id for p in approve(own, by=second)] == [project_id]


def test_a_returned_proposal_leaves_the_project_in_the_library(app: Flask) -> None:
    project_id = admitted()
    one = proposed(project_id, town())
    with pytest.raises(DomainError, match="退回原因"):
        approve(returned={one: " "})
    assert approve(returned={one: "资金额度不足"}) == []
    assert project(project_id).status is S.ADMITTED
    assert approve(proposed(project_id, town()))


def test_a_change_keeps_both_versions_and_is_applied_at_approval_in_one_act(app: Flask) -> None:
    project_id = planned()
    with act(by=town(), what="提出变更", at=on(14)) as a:
        new = {
            "content": "硬化道路 1.5 公里",
            "place": "四组",
            "planned_fiscal": Money.wan("40.5"),
            "name": project(project_id).name,
        }
        change = changes.propose_change(project_id, new, "改址", "八政字〔2026〕1号", act=a).id
    assert project(project_id).content == "硬化道路 1.2 公里"
    with act(by=lead(), what="审定变更", at=on(15)) as a:
        changes.approve_change(change, "陇乡振组发〔2026〕15号", act=a)
    found = project(project_id)
    assert (found.content, found.place) == ("硬化道路 1.5 公里", "四组")
    assert (found.planned_fiscal, found.planned_investment) == (Money.wan("40.5"), Money.wan("44.5"))
    with store.snapshot() as session:
        kept = {i.field: (i.old, i.new) for i in session.scalars(select(ProjectChangeItem))}
        assert session.get_one(ProjectChange, change).state is PlanState.APPROVED
    assert kept == {
        "content": ("硬化道路 1.2 公里", "硬化道路 1.5 公里"),
        "place": ("三组", "四组"),
        "planned_fiscal": ("36.00", "40.50"),
    }


def test_a_change_waits_alone_and_falls_when_the_project_moved(app: Flask) -> None:
    project_id = planned()

    def propose(**new: object) -> int:
        with act(by=town(), what="提出变更", at=on(14)) as a:
            return changes.propose_change(project_id, new, "改址", act=a).id

    with pytest.raises(DomainError, match="没有要变更的内容"):
        propose(place="三组")
    one = propose(place="五组")
    with pytest.raises(StepRefused, match="等待审定"):
        propose(place="六组")
    with act(by=None, what="改地点", at=on(14)) as a:
        a.session.get_one(Project, project_id).place = "别处"
    with act(by=lead(), what="审定变更", at=on(15)) as a, pytest.raises(StepRefused, match="项目又有改动"):
        changes.approve_change(one, "陇乡振组发〔2026〕15号", act=a)
    with act(by=lead(), what="退回变更", at=on(15)) as a:
        changes.return_change(one, "重新提出", act=a)
    two = propose(place="六组")
    with act(by=town(), what="撤回变更", at=on(15)) as a:
        assert changes.withdraw_change(two, act=a).state is PlanState.WITHDRAWN


@pytest.mark.parametrize(("wan", "refused"), [("25.999999", True), ("26", False)])
def test_a_plan_is_not_lowered_beneath_what_is_allocated(app: Flask, wan: str, refused: bool) -> None:
    project_id = planned()
    (line,) = approved_notice(("F101", "100"))
    given(line, [(project_id, "30")])
    with act(by=town(), what="提出变更", at=on(400)) as a:
        if refused:
            with pytest.raises(DomainError, match="低于已安排的 30.00 万元"):
                changes.propose_change(project_id, {"planned_fiscal": Money.wan(wan)}, "调减", act=a)
        else:
            changes.propose_change(project_id, {"planned_fiscal": Money.wan(wan)}, "调减", act=a)


def test_before_the_plan_and_after_settlement_nothing_is_changed_by_paper(app: Flask) -> None:
    project_id = admitted()
    with act(by=town(), what="提出变更", at=on(14)) as a, pytest.raises(StepRefused, match="列入计划以后、结算以前"):
        changes.propose_change(project_id, {"place": "五组"}, "改址", act=a)


def test_a_goat_farm_of_ten_thousand_has_ten_thousand_goats(app: Flask) -> None:
    project_id = planned()
    for capacity, unit, refused in ((9999, "只", True), (10000, "头", True), (10000, "只", False)):
        with act(by=lead(), what="打标签", at=on(14)) as a:
            if refused:
                with pytest.raises(DomainError, match="不少于 10000 只"):
                    tags.tag_project(project_id, ["GF10"], Decimal(capacity), unit, act=a)
            else:
                tags.tag_project(project_id, ["GF10", "KP40"], Decimal(capacity), unit, act=a)
    assert project(project_id).tags == ("GF10", "KP40")
    with act(by=lead(), what="打标签", at=on(14)) as a:
        with pytest.raises(DomainError, match="列出的标签"):
            tags.tag_project(project_id, ["LI01"], act=a)
        with pytest.raises(DomainError, match="安置点名称"):
            tags.tag_project(project_id, ["RS33"], act=a)


def test_what_lies_on_other_pages_is_in_the_sums(app: Flask) -> None:
    for wan in ("40.5", "30", "36"):
        project_id = planned()
        with act(by=town(), what="提出变更", at=on(14)) as a:
            new = {"planned_fiscal": Money.wan(wan), "place": "四组"}
            change = changes.propose_change(project_id, new, "改址", "八政字〔2026〕1号", act=a).id
        if wan != "30":
            with act(by=lead(), what="审定变更", at=on(15)) as a:
                changes.approve_change(change, "陇乡振组发〔2026〕15号", act=a)
    with store.snapshot() as session:
        who = viewer(session, lead())
        assert who is not None
        rows, sums = plan_papers.plan_page(session, who, None, offset=2, limit=2)
        assert (len(rows), sums.count, sums.total) == (1, 3, Money.wan("120"))
        papers, told = plan_papers.change_page(session, who, state=None, project_id=None, offset=0, limit=2)
        assert (len(papers), told.count, told.moved) == (2, 3, Money.wan("4.5"))
        _, left = plan_papers.change_page(session, who, state=PlanState.SUBMITTED, project_id=None, offset=0, limit=2)
        assert (left.count, left.moved) == (1, Money(0))
