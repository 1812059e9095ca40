"""Targets of the plan: one truth for each figure, two persons for each change, reports by the units, a year opened by copying."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Stale, StepRefused
from fundsys.domain.rights import Role
from fundsys.domain.yearly_targets import ReportState, Stand, TargetKind, TargetState
from fundsys.models.office import Unit
from fundsys.models.yearly_targets import TargetReport, YearTarget
from fundsys.queries.viewer import viewer
from fundsys.queries.waiting_targets import owed_now, targets_waiting
from fundsys.queries.yearly_targets import TargetFilter, year_targets
from fundsys.services import policy, reference, target_reports, yearly_targets
from fundsys.services.acts import act
from tests.counties import somebody
from tests.yearly_targets import (
    DISPATCH,
    FARMS,
    GROUP,
    YEAR,
    confirm,
    held,
    lead,
    leader,
    office,
    on,
    owner,
    reported,
    standing,
    target_id,
    version_of,
)

NOVEMBER = date(2024, 11, 18)


def test_the_delivered_plan_is_there_whole_and_loading_it_again_changes_nothing(app: Flask) -> None:
    with store.snapshot() as session:
        rows = year_targets(session, None, TargetFilter(YEAR), NOVEMBER)
    assert len(rows) == 82 and all(row.confirmed_on == date(2024, 1, 1) for row in rows)
    farms = next(row for row in rows if row.code == FARMS)
    assert (farms.required, farms.lead_unit, farms.reporting_unit, len(farms.units)) == (
        "= 20 个", "县农业农村局", "县农业农村局", 20,
    )  # fmt: skip
    assert next(r for r in rows if r.code == GROUP).reporting_unit == "县乡村振兴局"
    assert {row.kind for row in rows if row.stand is Stand.PLAIN} == {TargetKind.PARAM, TargetKind.SLOGAN}
    assert reference.load("610327") == 0


def test_a_target_that_is_a_policy_value_has_its_figure_there_and_nowhere_else(app: Flask) -> None:
    assert standing("T002", NOVEMBER).required == "≥ 65%"
    with act(by=lead(), what="提出") as opened:
        row = policy.propose_value(YEAR, "industry_share_min", "66%", "陇县办发〔2024〕9号", act=opened)
        key, version = row.id, row.version
    assert standing("T002", NOVEMBER).required == "≥ 65%"
    with act(by=leader(), what="批准") as opened:
        policy.approve_value(key, act=opened, version=version)
    assert standing("T002", NOVEMBER).required == "≥ 66%"
    with pytest.raises(StepRefused, match="阈值和口径"), act(by=lead(), what="提出") as opened:
        yearly_targets.propose_figure(target_id("T002"), Decimal("0.7"), "文件", act=opened)


def test_control_the_database_itself_refuses_a_second_truth(app: Flask) -> None:
    with pytest.raises(IntegrityError), act(by=None, what="试") as opened:
        opened.session.get_one(YearTarget, target_id("T002")).value = Decimal("0.7")
        opened.session.flush()


def test_what_the_system_counts_itself_feeds_its_targets(app: Flask) -> None:
    found = {code: standing(code, NOVEMBER) for code in ("T007", "T008", "T013", "T014", "T076")}
    assert {code: (r.standing.reached_words, r.stand) for code, r in found.items()} == {
        "T007": ("1 个", Stand.MET),
        "T008": ("12 个", Stand.MET),
        "T013": ("1 个", Stand.MET),
        "T014": ("4 个", Stand.MET),
        "T076": ("2024年", Stand.MET),
    }
    assert standing("T001", NOVEMBER).stand in (Stand.SHORT, Stand.NO_DATA)


def test_a_figure_waits_for_a_leader_who_did_not_propose_it(app: Flask) -> None:
    key = target_id(FARMS)
    with act(by=lead(), what="提出目标数值") as opened:
        yearly_targets.propose_figure(key, Decimal(25), "陇县办发〔2024〕9号", act=opened)
    assert standing(FARMS, NOVEMBER).required == "= 20 个"
    seen = {key: version_of(YearTarget, key)}
    with pytest.raises(NotAllowed), act(by=lead(), what="批准") as opened:
        yearly_targets.approve_targets(seen, act=opened)
    with act(by=leader(), what="退回") as opened:
        yearly_targets.return_targets(seen, "没有依据", act=opened)
    row = standing(FARMS, NOVEMBER)
    assert (row.state, row.required, row.return_reason) == (TargetState.RETURNED, "= 20 个", "没有依据")
    with act(by=lead(), what="再次提出") as opened:
        yearly_targets.propose_again({key: row.version}, act=opened)
    with act(by=leader(), what="批准") as opened:
        yearly_targets.approve_targets({key: row.version + 1}, act=opened)
    row = standing(FARMS, NOVEMBER)
    assert (row.required, row.document, row.state) == ("= 25 个", "陇县办发〔2024〕9号", TargetState.APPROVED)
    assert reference.load("610327") == 0 and standing(FARMS, NOVEMBER).value == Decimal(25)


def test_a_figure_changed_after_the_leader_looked_is_not_approved_and_both_are_told(app: Flask) -> None:
    key = target_id(FARMS)
    with act(by=lead(), what="提出目标数值") as opened:
        yearly_targets.propose_figure(key, Decimal(25), "陇县办发〔2024〕9号", act=opened)
    seen = {key: version_of(YearTarget, key) - 1}
    for decide in (yearly_targets.approve_targets, partial(yearly_targets.return_targets, reason="再核")):
        with (
            pytest.raises(Stale, match="年度目标在您打开之后有变化，没有办理") as told,
            act(by=leader(), what="办理") as opened,
        ):
            decide(seen, act=opened)
        assert list(told.value.theirs.values()) == [TargetState.PROPOSED.label]
    assert standing(FARMS, NOVEMBER).required == "= 20 个"


def test_a_year_copied_is_judged_only_after_approval(app: Flask) -> None:
    with act(by=somebody(Role.FINANCE_ENTRY), what="开启年度") as opened:
        assert yearly_targets.copy_targets(2025, act=opened) == 82
        assert yearly_targets.copy_targets(2025, act=opened) == 0
    with store.snapshot() as session:
        rows = year_targets(session, None, TargetFilter(2025), date(2025, 3, 1))
    assert {row.stand for row in rows} == {Stand.UNCONFIRMED} and {row.value for row in rows} == {None}
    farms = next(row for row in rows if row.code == FARMS)
    assert (farms.proposed_words, farms.proposed_document, len(farms.units)) == (
        "20 个",
        "沿用2024年度：陇县2024年工作要点",
        20,
    )
    with act(by=leader(), what="批准") as opened:
        yearly_targets.approve_targets({row.id: row.version for row in rows}, act=opened)
    with store.snapshot() as session:
        after = {row.code: row for row in year_targets(session, None, TargetFilter(2025), date(2025, 3, 1))}
    assert after[FARMS].required == "= 20 个" and after["T002"].value is None


def test_a_unit_reports_and_the_lead_bureau_confirms(app: Flask) -> None:
    assert standing(FARMS, date(2024, 1, 20)).stand is Stand.NO_DATA
    key = reported(FARMS, 9, on(10, 3), figure=12, confirmed=False)
    assert standing(FARMS, date(2024, 10, 3)).standing.reached is None
    confirm(key, on(10, 4))
    row = standing(FARMS, date(2024, 10, 20))
    assert (row.stand, row.standing.reached_words, row.standing.distance) == (Stand.GOING, "12 个", "差 8 个")
    assert standing(FARMS, date(2024, 11, 5)).stand is Stand.GOING
    assert standing(FARMS, date(2024, 11, 6)).stand is Stand.LATE
    reported(FARMS, 10, on(11, 7), figure=20)
    row = standing(FARMS, NOVEMBER, month=10)
    assert (row.stand, row.this_month, row.standing.distance) == (Stand.MET, "8 个", "正好")
    assert standing(FARMS, NOVEMBER, month=9).standing.reached_words == "12 个"


def test_nobody_confirms_a_report_of_their_own_and_no_other_unit_reports_it(app: Flask) -> None:
    key = reported("T052", 9, on(10, 3), figure=3, by=lead(), confirmed=False)
    seen = {key: version_of(TargetReport, key)}
    with pytest.raises(NotAllowed, match="本人"), act(by=lead(), what="确认", at=on(10, 4)) as opened:
        target_reports.approve_reports(seen, act=opened)
    with act(by=office(), what="确认", at=on(10, 4)) as opened:
        target_reports.approve_reports(seen, act=opened)
    entry = target_reports.ReportEntry(9, Decimal(3))
    with pytest.raises(NotFound), act(by=owner(), what="填报", at=on(10, 4)) as opened:
        target_reports.draft_report(target_id("T052"), entry, act=opened)


def test_a_report_comes_back_with_a_reason_is_changed_and_taken_back(app: Flask) -> None:
    key = reported(FARMS, 9, on(10, 3), figure=12, confirmed=False)
    with act(by=lead(), what="退回", at=on(10, 4)) as opened:
        target_reports.return_reports({key: version_of(TargetReport, key)}, "数字与统计表不符", act=opened)
    key_of_owner = owner()
    with store.snapshot() as session:
        who = viewer(session, key_of_owner)
        assert who is not None
        told = [t for t in targets_waiting(session, who, YEAR, date(2024, 10, 4)) if t[0] == "target_report"]
        assert [(t[1], t[4]) for t in told] == [(key, "新建各类型养殖场：数字与统计表不符")]
    with act(by=owner(), what="修改", at=on(10, 4)) as opened:
        target_reports.edit_report(key, target_reports.ReportEntry(9, Decimal(11)), act=opened)
        target_reports.submit_report(key, act=opened)
        assert target_reports.recall_report(key, act=opened).state is ReportState.DRAFT
        with pytest.raises(StepRefused, match="已编号"):
            target_reports.delete_report(key, act=opened)


def test_a_confirmed_report_is_corrected_by_a_new_row(app: Flask) -> None:
    first = reported(FARMS, 9, on(10, 3), figure=15)
    with pytest.raises(StepRefused, match="已确认的用更正"), act(by=owner(), what="修改", at=on(10, 5)) as opened:
        target_reports.edit_report(first, target_reports.ReportEntry(9, Decimal(12)), act=opened)
    with pytest.raises(DomainError, match="已有一份月报"), act(by=owner(), what="填报", at=on(10, 5)) as opened:
        target_reports.draft_report(target_id(FARMS), target_reports.ReportEntry(9, Decimal(12)), act=opened)
    with act(by=owner(), what="更正", at=on(10, 5)) as opened:
        entry = target_reports.ReportEntry(9, Decimal(12), words="原数含未完工 3 个")
        second = target_reports.correct_report(first, entry, files=[("表.pdf", b"%PDF-1.4 new")], act=opened).id
        target_reports.submit_report(second, act=opened)
    assert standing(FARMS, date(2024, 10, 6)).standing.reached == 15
    confirm(second, on(10, 6))
    assert standing(FARMS, date(2024, 10, 6)).standing.reached == 12
    with store.snapshot() as session:
        old = session.get_one(TargetReport, first)
        assert (old.figure, old.state) == (Decimal(15), ReportState.APPROVED)


def test_a_meeting_that_was_not_held_is_struck_out(app: Flask) -> None:
    key = held(GROUP, date(2024, 3, 12), on(4, 2))
    assert standing(GROUP, date(2024, 4, 3)).standing.reached_words == "1/2 期达到，共 1 次"
    with act(by=office(), what="更正", at=on(4, 4)) as opened:
        gone = target_reports.correct_report(
            key, target_reports.ReportEntry(3, strikes=True, words="误报"), act=opened
        ).id
        target_reports.submit_report(gone, act=opened)
    confirm(gone, on(4, 4))
    assert standing(GROUP, date(2024, 4, 4)).stand is Stand.NO_DATA
    assert standing(GROUP, date(2024, 4, 6)).stand is Stand.LATE


def test_frequencies_are_judged_per_period(app: Flask) -> None:
    for month in (1, 2, 3):
        held(DISPATCH, date(2024, month, 25), on(4, 2))
    assert standing(DISPATCH, date(2024, 4, 3)).stand is Stand.GOING
    assert standing(DISPATCH, date(2024, 5, 6)).stand is Stand.LATE
    reported(DISPATCH, 4, on(5, 6), figure=0, words="因春耕现场会合并，本月没有单独召开")
    row = standing(DISPATCH, date(2024, 5, 6))
    assert (row.stand, row.standing.distance) == (Stand.SHORT, "4月没有达到")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"month": 3, "held_on": date(2024, 4, 1), "document_no": "纪要1号"}, "须在 2024 年 3 月内"),
        ({"month": 3, "held_on": date(2024, 3, 1)}, "请填写纪要文号"),
        ({"month": 3, "figure": Decimal(2)}, "开展了的请填开展日期"),
        ({"month": 3}, "请填写开展日期"),
    ],
)
def test_what_is_wrong_with_a_report_of_a_meeting_is_said(app: Flask, told: dict[str, object], sentence: str) -> None:
    entry = target_reports.ReportEntry(**told)  # type: ignore[arg-type]
    with pytest.raises(DomainError, match=sentence), act(by=office(), what="填报", at=on(5, 6)) as opened:
        target_reports.draft_report(target_id(GROUP), entry, act=opened)


def test_a_figure_without_evidence_is_not_handed_over(app: Flask) -> None:
    with act(by=owner(), what="填报", at=on(10, 3)) as opened:
        key = target_reports.draft_report(target_id(FARMS), target_reports.ReportEntry(9, Decimal(1)), act=opened).id
    with pytest.raises(DomainError, match="请附佐证材料"), act(by=owner(), what="提交", at=on(10, 3)) as opened:
        target_reports.submit_report(key, act=opened)


def test_who_has_not_reported_is_listed_and_waits_on_the_bench(app: Flask) -> None:
    reported(FARMS, 9, on(10, 3), figure=12, confirmed=False)
    people = owner(), lead()
    with store.snapshot() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == "县农业农村局")).one()
        mine = owed_now(session, YEAR, 9, unit)
        assert [o.duty.code for o in mine if not o.is_missing] == [FARMS]
        who, boss = (viewer(session, key) for key in people)
        assert who is not None and boss is not None
        waits = {t[0]: t for t in targets_waiting(session, who, YEAR, date(2024, 10, 5))}
        assert waits["target_reports"][1:4] == (9, date(2024, 10, 5), f"9月目标月报 {len(mine) - 1} 项未报")
        assert "late_targets" not in {
            t[0] for t in targets_waiting(session, boss, YEAR, date(2024, 10, 5)) if t[1] == 9
        }
        assert "late_targets" in {t[0] for t in targets_waiting(session, boss, YEAR, date(2024, 10, 6)) if t[1] == 9}
        quarter = {o.duty.code for o in owed_now(session, YEAR, 9)}
        assert GROUP in quarter and GROUP not in {o.duty.code for o in owed_now(session, YEAR, 8)}


def test_a_unit_sees_the_targets_it_answers_for(app: Flask) -> None:
    people = [somebody(role) for role in (Role.TOWN, Role.FINANCE_ENTRY, Role.KEEPER)]
    with store.snapshot() as session:
        town, finance, keeper = (viewer(session, key) for key in people)
        assert town is not None and finance is not None and keeper is not None
        codes = {r.code for r in year_targets(session, town, TargetFilter(YEAR), NOVEMBER)}
        assert "T017" in codes and "T072" not in codes
        codes = {r.code for r in year_targets(session, finance, TargetFilter(YEAR), NOVEMBER)}
        assert "T002" in codes and "T050" not in codes
        assert year_targets(session, keeper, TargetFilter(YEAR), NOVEMBER) == []
