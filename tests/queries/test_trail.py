"""The trail of a project and of a notice: the same money at each step, and nothing of another unit's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fundsys import store
from fundsys.domain.assets import AssetClass
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.domain.trail import Step
from fundsys.models.assets import Asset
from fundsys.queries.registers import Wanted
from fundsys.queries.trail import matches, notice_trail, project_trail, trail_form, trail_remarks
from fundsys.queries.viewer import Viewer, viewer
from fundsys.services.acts import act
from tests.counties import somebody
from tests.followed import allotted_to, paid_out, passed_on
from tests.money import approved_notice, make_projects
from tests.web.test_assets import an_asset

pytestmark = pytest.mark.usefixtures("app")
WAN = Money.wan
EARLY = {"issued_on": date(2024, 1, 5), "received_on": date(2024, 1, 8), "document_no": "宝市财办农〔2024〕500号"}


def a_settled_and_a_waiting_project() -> tuple[int, int, int]:
    """A notice of two lines; one project paid from both, settled and made an asset, the other hardly begun."""
    done, waits = make_projects(
        {
            "wan": "900",
            "code": "2024-9001",
            "status": ProjectStatus.SETTLED,
            "started_on": date(2024, 3, 1),
            "completed_on": date(2024, 8, 1),
            "accepted_on": date(2024, 8, 20),
            "settled_on": date(2024, 9, 1),
            "settled_amount": WAN("58"),
        },
        {"wan": "900", "code": "2024-9002"},
    )
    central, province = approved_notice(("F101", "100"), ("F201", "50"), **EARLY)
    allotted_to(central, done, "40", date(2024, 2, 1))
    allotted_to(province, done, "20", date(2024, 2, 2))
    allotted_to(central, waits, "10.000001", date(2024, 2, 3))
    passed_on(central, done, "40", date(2024, 3, 1))
    passed_on(province, done, "20", date(2024, 3, 2))
    paid_out(central, done, "38", date(2024, 4, 1))
    paid_out(province, done, "20", date(2024, 9, 5))
    asset = an_asset(
        "A-9001", original_cost=WAN("57.999999"), project_code="2024-9001", registered_on=date(2024, 9, 10)
    )
    with act(by=None, what="更正资产") as opened:
        opened.session.get_one(Asset, asset).asset_class = AssetClass.PUBLIC
        opened.session.get_one(Asset, asset).version += 1
    with store.snapshot() as session:
        notice = matches(session, the(session, Role.FINANCE_ENTRY), "〔2024〕500号")[0].id
    return notice, done, waits


def the(session: object, role: Role) -> Viewer:
    found = viewer(session, somebody(role))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_project_is_followed_to_the_fen_with_every_gap_named() -> None:
    _, done, _ = a_settled_and_a_waiting_project()
    with store.snapshot() as session:
        trail = project_trail(session, None, done)
        assert [trail.sums[step] for step in Step] == [
            WAN("150"), WAN("60"), ZERO, WAN("60"), WAN("58"), WAN("58"), WAN("57.999999"),
        ]  # fmt: skip
        assert [gap.said for gap in trail.gaps] == [
            "已拨付未支付 2.00 万元",
            "结余未收回 2.00 万元",
            "结算中未形成资产（须写明费用化） 0.000001 万元",
        ]
        before = project_trail(session, None, done, date(2024, 8, 31))
        assert (before.sums[Step.PAID], before.sums[Step.SETTLED]) == (WAN("38"), ZERO)
        assert "已完工未结算" in [gap.said for gap in before.gaps]


def test_a_notice_sums_its_projects_and_names_what_is_not_allocated() -> None:
    notice, _, _ = a_settled_and_a_waiting_project()
    with store.snapshot() as session:
        trail = notice_trail(session, None, notice)
        for step in (Step.ALLOCATED, Step.DISBURSED, Step.PAID):
            assert sum((p.way.at(step) for p in trail.projects), ZERO) == trail.sums[step]
        assert trail.gaps[0].said == "未分配到项目 79.999999 万元"
        assert "1 个项目已分配未拨付 10.000001 万元" in [gap.said for gap in trail.gaps]


def test_the_print_has_each_amount_in_the_column_of_its_step() -> None:
    _, done, _ = a_settled_and_a_waiting_project()
    with store.snapshot() as session:
        asked = Wanted(2024, {"project": "2024-9001"})
        rows = list(trail_form(session, asked))
        trail = project_trail(session, None, done)
        columns = [
            f"trail_{name}" for name in ("allotted", "allocated", "corrected", "disbursed", "paid", "settled", "assets")
        ]
        for step, column in zip(Step, columns, strict=True):
            assert sum((getattr(r, column) or ZERO for r in rows), ZERO) == trail.sums[step]
        assert trail_remarks(session, asked)[0] == "缺口：已拨付未支付 2.00 万元。"
        by_notice = list(trail_form(session, Wanted(2024, {"notice": "宝市财办农〔2024〕500号"})))
        assert {r.group_name.split()[0] for r in by_notice} == {"指标", "2024-9001", "2024-9002"}
        with pytest.raises(DomainError, match="请指明一个项目"):
            list(trail_form(session, Wanted(2024, {})))


def test_a_unit_follows_its_own_projects_and_sees_no_whole_lines() -> None:
    notice, done, _ = a_settled_and_a_waiting_project()
    with store.snapshot() as session:
        owner = the(session, Role.OWNER)
        stranger = replace(owner, unit_id=-1)
        with pytest.raises(NotFound):
            project_trail(session, stranger, done)
        with pytest.raises(NotFound):
            notice_trail(session, stranger, notice)
        assert matches(session, stranger, "2024") == []
