"""Cooperation projects start and finish on time; only an approved extension moves the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fundsys.domain.construction import days_late, planned_bp
from fundsys.domain.facts import ProjectFact
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.construction import cooperation_on_time
from tests.builders import a_project, only, some_facts

AS_AT = date(2024, 11, 18)


def ours(**told: Any) -> ProjectFact:
    """A cooperation project that finished on its day."""
    usual: dict[str, Any] = {
        "status": S.COMPLETED, "is_cooperation": True, "starts_on": date(2024, 3, 1), "ends_on": date(2024, 10, 31),
        "started_on": date(2024, 3, 1), "completed_on": date(2024, 10, 31),
    }  # fmt: skip
    return a_project(**(usual | told))


def judged(*projects: ProjectFact) -> Any:
    return only(cooperation_on_time(some_facts(*projects, as_at=AS_AT)))


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, Outcome.PASS),
        ({"completed_on": date(2024, 11, 1)}, Outcome.FAIL),
        ({"started_on": date(2024, 3, 31)}, Outcome.PASS),
        ({"started_on": date(2024, 4, 1)}, Outcome.FAIL),
        ({"completed_on": None, "status": S.UNDER_WAY, "ends_on": AS_AT}, Outcome.PASS),
        ({"completed_on": None, "status": S.UNDER_WAY, "ends_on": date(2024, 11, 17)}, Outcome.FAIL),
        ({"completed_on": date(2024, 11, 19), "ends_on": AS_AT}, Outcome.PASS),
    ],
    ids=["on its day", "a day late", "30 days after", "31 days after", "due today", "due yesterday", "still to come"],
)
def test_a_day_late_fails_and_the_last_day_passes(told: dict[str, Any], outcome: Outcome) -> None:
    assert judged(ours(**told)).outcome is outcome


@pytest.mark.parametrize(
    ("extended", "outcome"),
    [
        (None, Outcome.FAIL),
        (date(2024, 11, 17), Outcome.FAIL),
        (AS_AT, Outcome.PASS),
        (date(2024, 12, 1), Outcome.PASS),
    ],
)
def test_an_approved_extension_moves_the_day_and_no_other(extended: date | None, outcome: Outcome) -> None:
    found = judged(ours(status=S.UNDER_WAY, completed_on=None, extended_end=extended))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL:
        due = extended or date(2024, 10, 31)
        assert found.rows[0].note == f"应于 {due} 完工，已过 {(AS_AT - due).days} 日没有完工"
    else:
        assert "其中 1 个凭已批准的延期算按期" in found.message


def test_a_start_put_off_with_approval_is_in_time() -> None:
    late = ours(status=S.TENDERING, started_on=None, completed_on=None, ends_on=date(2024, 12, 20))
    assert judged(late).outcome is Outcome.FAIL
    put_off = ours(
        status=S.TENDERING, started_on=None, completed_on=None, extended_start=date(2024, 10, 19),
        extended_end=date(2024, 12, 20),
    )  # fmt: skip
    assert judged(put_off).outcome is Outcome.PASS


def test_withdrawn_unplanned_and_other_projects_are_not_judged() -> None:
    others = [
        ours(status=S.TERMINATED, completed_on=None), ours(status=S.ADMITTED, completed_on=None),
        ours(is_cooperation=False, completed_on=None, status=S.UNDER_WAY), ours(year=2023, completed_on=None),
    ]  # fmt: skip
    found = judged(*others)
    assert found.outcome is Outcome.NO_DATA
    assert [left.why for left in found.left_out] == ["项目已终止", "状态为“入库”，还没有列入年度计划"]
    assert judged(ours(), *others).denominator == 1


def test_a_project_without_days_cannot_be_in_time() -> None:
    assert "没有计划开工或完工日期" in judged(ours(ends_on=None)).rows[0].note


def test_the_plan_is_spread_evenly_over_its_days() -> None:
    start, end = date(2024, 3, 1), date(2024, 3, 10)
    told = [planned_bp(start, end, date(2024, 3, day)) for day in (1, 5, 9, 10, 11)]
    assert told == [1000, 5000, 9000, 10000, 10000]
    assert planned_bp(start, end, date(2024, 2, 29)) == planned_bp(None, end, end) == 0


def test_days_late_count_from_the_day_after() -> None:
    due, today = date(2024, 10, 31), AS_AT
    assert days_late(due, due, today) == 0
    assert days_late(due, date(2024, 11, 1), today) == 1
    assert days_late(due, None, today) == 18
    assert days_late(None, None, today) == 0
