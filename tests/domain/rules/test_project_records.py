"""What is recorded of projects: accepted in time and after completion, days in order, targets with figures, farmers linked, heads that add up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.project_records import (
    accepted_after_completion,
    accepted_in_time,
    beneficiaries_add_up,
    days_in_order,
    linked_to_farmers,
    targets_have_figures,
)
from tests.builders import only, some_facts, starting_policy

LAST = date(2024, 12, 31)


def recorded(**told: Any) -> ProjectRecordFact:
    """A planned project in order."""
    usual: dict[str, Any] = {
        "id": 1, "label": "2024-0001 养殖场", "year": 2024, "is_planned": True, "is_operating": True,
        "target_words": "新增产值 30 万元", "linkage": "土地流转、就近务工", "households": 40, "people": 120,
        "poor_households": 12, "poor_people": 40,
    }  # fmt: skip
    return ProjectRecordFact(**(usual | told))


@pytest.mark.parametrize(
    ("completed", "accepted", "outcome"),
    [
        (LAST - timedelta(days=59), None, Outcome.PASS),
        (LAST - timedelta(days=60), None, Outcome.FAIL),
        (LAST - timedelta(days=200), LAST, Outcome.PASS),
        (LAST - timedelta(days=200), LAST + timedelta(days=1), Outcome.FAIL),
        (LAST + timedelta(days=1), None, Outcome.NO_DATA),
        (None, None, Outcome.NO_DATA),
    ],
)
def test_sixty_days_after_completion_are_too_many(
    completed: date | None, accepted: date | None, outcome: Outcome
) -> None:
    found = only(accepted_in_time(some_facts(recorded(completed_on=completed, accepted_on=accepted))))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL and accepted is None:
        assert found.rows[0].note == "完工 60 日没有验收"


def test_without_the_years_days_it_waits_for_them() -> None:
    policy = starting_policy(2024)
    del policy.settings["acceptance_days"]
    found = only(accepted_in_time(some_facts(recorded(completed_on=date(2024, 9, 1)), policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message


@pytest.mark.parametrize(
    ("completed", "accepted", "outcome"),
    [
        (date(2024, 9, 30), date(2024, 9, 30), Outcome.PASS),
        (date(2024, 10, 1), date(2024, 9, 30), Outcome.FAIL),
        (None, date(2024, 9, 30), Outcome.FAIL),
        (date(2024, 9, 30), None, Outcome.NO_DATA),
    ],
)
def test_nothing_is_accepted_before_it_is_complete(
    completed: date | None, accepted: date | None, outcome: Outcome
) -> None:
    facts = some_facts(recorded(completed_on=completed, accepted_on=accepted))
    assert only(accepted_after_completion(facts)).outcome is outcome


@pytest.mark.parametrize(
    ("days", "note"),
    [
        ((("批复", date(2024, 3, 1)), ("开工", date(2024, 3, 1))), ""),
        ((("批复", date(2024, 3, 2)), ("开工", date(2024, 3, 1))), "开工 2024-03-01 早于批复 2024-03-02"),
        (
            (("批复", date(2024, 3, 2)), ("合同", None), ("开工", date(2024, 3, 1))),
            "开工 2024-03-01 早于批复 2024-03-02",
        ),
        ((("入库", date(2022, 1, 1)),), ""),
        ((("入库", date(2021, 12, 31)),), "入库日期 2021-12-31 早于 2022 年"),
        ((("完工", LAST),), ""),
        ((("完工", LAST + timedelta(days=1)),), "完工日期 2025-01-01 还没有到"),
    ],
)
def test_days_follow_one_another_between_two_years_before_and_today(
    days: tuple[tuple[str, date | None], ...], note: str
) -> None:
    found = only(days_in_order(some_facts(recorded(days=days))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


def test_without_any_day_there_is_nothing_to_judge() -> None:
    assert only(days_in_order(some_facts(recorded(days=(("开工", None),))))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("words", "targets", "note"),
    [
        ("受益农户 40 户", 0, ""),
        ("产业路1.2公里", 0, ""),
        ("满意度达到95%", 0, ""),
        ("带动农户增收", 0, "绩效目标没有数字和单位"),
        ("完成 2024", 0, "绩效目标没有数字和单位"),
        ("带动农户增收", 3, ""),
        (" ", 0, "没有绩效目标"),
    ],
)
def test_a_target_is_a_figure_with_a_unit(words: str, targets: int, note: str) -> None:
    found = only(targets_have_figures(some_facts(recorded(target_words=words, targets=targets))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


def test_targets_are_asked_of_planned_projects_alone() -> None:
    assert only(targets_have_figures(some_facts(recorded(is_planned=False)))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ({}, ""),
        ({"households": 1}, ""),
        ({"households": 0}, "带动户数为 0"),
        ({"linkage": " "}, "没有写联农带农机制"),
        ({"linkage": "", "households": 0}, "没有写联农带农机制，带动户数为 0"),
    ],
)
def test_an_operating_project_links_farmers(told: dict[str, Any], note: str) -> None:
    found = only(linked_to_farmers(some_facts(recorded(**told))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


def test_a_road_need_not_link_farmers() -> None:
    assert only(linked_to_farmers(some_facts(recorded(is_operating=False, linkage="")))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("told", "note"),
    [
        ({"poor_households": 40, "poor_people": 120}, ""),
        ({"poor_households": 41, "poor_people": 41}, "脱贫户 41 多于受益户 40"),
        ({"people": 40}, ""),
        ({"people": 39, "poor_people": 39}, "受益人口 39 少于户数 40"),
        ({"poor_people": 121}, "脱贫人口 121 多于受益人口 120"),
        ({"poor_people": 11}, "脱贫人口 11 少于脱贫户 12"),
    ],
)
def test_the_poor_are_among_all_and_a_household_has_somebody(told: dict[str, Any], note: str) -> None:
    found = only(beneficiaries_add_up(some_facts(recorded(**told))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


def test_without_beneficiaries_there_is_nothing_to_add() -> None:
    nobody = recorded(households=0, people=0, poor_households=0, poor_people=0)
    assert only(beneficiaries_add_up(some_facts(nobody))).outcome is Outcome.NO_DATA
