"""Which papers hold up which step."""

from __future__ import annotations

from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.stage_papers import Due, StagePaper, asked_for

LIST = (
    StagePaper("6003", S.TENDERING, "合同", Due.LEAVE, built_only=True),
    StagePaper("7001", S.UNDER_WAY, "开工报告", Due.ENTER),
    StagePaper("7002", S.UNDER_WAY, "监理日志", Due.LEAVE),
    StagePaper("7003", S.UNDER_WAY, "简报", Due.ENTER, required=False),
    StagePaper("X201", S.TERMINATED, "终止批复", Due.ENTER),
)


def names(now: S, to: S, is_built: bool = True) -> list[str]:
    return [paper.name for paper in asked_for(LIST, now, to, is_built)]


def test_forward_asks_for_what_the_old_stage_owes_and_the_new_one_needs() -> None:
    assert names(S.TENDERING, S.UNDER_WAY) == ["合同", "开工报告"]
    assert names(S.TENDERING, S.UNDER_WAY, is_built=False) == ["开工报告"]
    assert names(S.UNDER_WAY, S.COMPLETED) == ["监理日志"]


def test_going_back_asks_for_nothing() -> None:
    assert names(S.UNDER_WAY, S.TENDERING) == []


def test_an_early_end_asks_only_for_its_own_paper() -> None:
    assert names(S.UNDER_WAY, S.TERMINATED) == ["终止批复"]
