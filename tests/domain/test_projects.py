"""The life of a project: forward by steps, back with a reason, out only where that is open."""

from __future__ import annotations

import itertools

import pytest

from fundsys.domain.errors import StepRefused
from fundsys.domain.projects import ProjectStatus, advance, open_steps

S = ProjectStatus
STAGES = [s for s in S if not s.is_withdrawn]
MAIN = [s for s in STAGES if s is not S.SUSPENDED]


def test_the_states_are_those_of_the_county_in_their_order():
    assert " ".join(s.code for s in S) == "10 20 30 40 50 60 70 75 80 85 88 90 92 95 99 X1 X2"
    assert [s.label for s in S][:4] == ["谋划", "镇审", "入库", "列计划"]


@pytest.mark.parametrize(("now", "to"), list(itertools.pairwise(MAIN)))
def test_the_next_stage_is_open_without_a_reason(now, to):
    assert advance(now, to) is to
    assert to in open_steps(now)


def test_work_may_stop_for_a_change_and_go_on_with_a_reason():
    assert advance(S.UNDER_WAY, S.SUSPENDED) is S.SUSPENDED
    assert advance(S.UNDER_WAY, S.COMPLETED) is S.COMPLETED
    assert advance(S.SUSPENDED, S.COMPLETED) is S.COMPLETED
    assert advance(S.SUSPENDED, S.UNDER_WAY, "变更已批复，复工") is S.UNDER_WAY


@pytest.mark.parametrize(("to", "now"), list(itertools.combinations(STAGES, 2)))
def test_back_goes_only_with_a_reason(to, now):
    with pytest.raises(StepRefused, match="请填写退回原因") as refused:
        advance(now, to, "  ")
    assert refused.value.field == "reason"
    assert advance(now, to, "资料有误") is to


def test_a_stage_is_passed_over_only_with_a_reason():
    with pytest.raises(StepRefused, match="越过了“采购”"):
        advance(S.APPROVED, S.UNDER_WAY)
    assert advance(S.APPROVED, S.UNDER_WAY, "村民自建，不需采购") is S.UNDER_WAY


def test_a_project_leaves_the_library_before_work_begins_and_is_ended_after():
    assert advance(S.ADMITTED, S.REMOVED, "用地不符") is S.REMOVED
    assert advance(S.UNDER_WAY, S.TERMINATED, "主体退出，陇政函〔2024〕5号") is S.TERMINATED
    for now, to in ((S.UNDER_WAY, S.REMOVED), (S.ADMITTED, S.TERMINATED), (S.CLAIMED, S.TERMINATED)):
        with pytest.raises(StepRefused):
            advance(now, to, "原因")
    for now, to in ((S.ADMITTED, S.REMOVED), (S.UNDER_WAY, S.TERMINATED)):
        with pytest.raises(StepRefused, match="原因和批复文号"):
            advance(now, to)


@pytest.mark.parametrize("now", [S.REMOVED, S.TERMINATED])
def test_nothing_follows_removal_or_termination(now):
    assert open_steps(now) == ()
    for to in S:
        with pytest.raises(StepRefused):
            advance(now, to, "原因")


def test_the_same_state_again_is_no_step():
    with pytest.raises(StepRefused, match="已经是"):
        advance(S.PLANNED, S.PLANNED, "原因")


def test_archive_is_the_last_stage():
    assert open_steps(S.ARCHIVED) == ()


def test_a_withdrawn_project_has_reached_no_stage():
    assert not S.REMOVED.reached(S.PROPOSED)
    assert S.SUSPENDED.reached(S.UNDER_WAY)
    assert not S.UNDER_WAY.reached(S.COMPLETED)


def test_refusals_are_sentences():
    with pytest.raises(StepRefused) as refused:
        advance(S.COMPLETED, S.UNDER_WAY)
    assert refused.value.message == "从“完工”退回到“实施”，请填写退回原因。"
