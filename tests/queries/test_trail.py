"""The trail of a project and of a notice: the same money at each step, and nothing of another unit's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing, store
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.assets import AssetClass
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.domain.trail import Step
from fundsys.models.assets import Asset
from fundsys.models.projects import Project
from fundsys.queries.registers import Wanted
from fundsys.queries.trail import matches, notice_trail, project_trail, trail_form, trail_remarks
from fundsys.queries.viewer import Viewer, viewer
from fundsys.reports.press.agree import agree
from fundsys.services.acts import act
from tests.counties import OfficeClient, somebody
from tests.followed import allotted_to, paid_out, passed_on
from tests.income import DUE, came_in, incomes, leased, share, shared_out, taken_back
from tests.income import paid_out as income_paid_out
from tests.matters import formed, line, settled_project
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
            WAN("150"), WAN("60"), ZERO, WAN("60"), WAN("58"), WAN("58"), WAN("57.999999"), *(ZERO,) * 5,
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
        columns = [f"trail_{step.code}" for step in Step]
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


def an_income_followed_to_the_end() -> int:
    """A project settled at 100 万元: 90 became an asset, 10 did not; 2 万元 of rent due, one came in, part was paid out."""
    project = settled_project("100", ("F101", "100"))
    (asset,) = formed(project, line("羊舍", "90"), line("勘察设计", "10", expense="勘察设计费"))
    leased(asset, (DUE, "10000"), (date(2024, 10, 31), "10000.01"), (date(2030, 3, 31), "10000"))
    came_in(incomes(asset)[0].id, "10000")
    sharing = shared_out(asset, share(SharingUse.POSTS, "7000.50"), share(SharingUse.RETAINED, "999.49"))
    income_paid_out(sharing, posts="2000")
    return project


def test_the_way_goes_on_from_settlement_to_the_last_payment_of_the_income_to_the_fen() -> None:
    project = an_income_followed_to_the_end()
    yuan = Money.yuan
    with store.snapshot() as session:
        trail = project_trail(session, None, project, date(2024, 11, 15))
        assert [trail.sums[step] for step in list(Step)[5:]] == [
            WAN("100"), WAN("90"), WAN("10"), yuan("20000.01"), yuan("10000"), yuan("7999.99"), yuan("2000"),
        ]  # fmt: skip
        said = [gap.said for gap in trail.gaps]
        assert said[-3:] == [
            "收益到期未收 1.000001 万元",
            "收益已收未分配 0.200001 万元",
            "收益已分配未支付 0.50005 万元",
        ]
        early = project_trail(session, None, project, date(2024, 10, 8))
        assert (early.sums[Step.RECEIVED], early.sums[Step.SHARED]) == (yuan("10000"), ZERO)
        assert trail.notice is None and {e.link[0] for e in trail.events if e.step is Step.PAID_OUT and e.link} == {
            "matter"
        }


def test_what_was_taken_back_is_gone_from_the_way() -> None:
    project = settled_project("60", ("F101", "60"))
    (asset,) = formed(project, line("羊舍", "60"))
    leased(asset, (DUE, "10000"))
    receipt = came_in(incomes(asset)[0].id, "10000")
    taken_back(receipt)
    with store.snapshot() as session:
        trail = project_trail(session, None, project, date(2024, 12, 31))
        assert (trail.sums[Step.DUE], trail.sums[Step.RECEIVED]) == (Money.yuan("10000"), ZERO)
        assert trail.gaps[-1].said == "收益到期未收 1.00 万元"


def test_page_paper_workbook_and_csv_of_the_whole_way_agree(
    app: Flask, tmp_path: Path, client_as: Callable[..., OfficeClient]
) -> None:
    project = an_income_followed_to_the_end()
    page = client_as(Role.LEAD).get(f"/following/trail/projects/{project}").get_data(as_text=True)
    assert "收益已分配未支付 0.50005 万元" in page
    with store.snapshot() as session:
        code = session.get_one(Project, project).code
    with printing.sheet(printing.Order("PF11", year=2024, where={"project": code})) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"t.{suffix}")
        assert agree(sheet, tmp_path / "t.pdf", tmp_path / "t.xlsx", tmp_path / "t.csv") == []
        assert sheet.totals["trail_paid_out"] == Money.yuan("2000")
