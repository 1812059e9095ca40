"""The 621 legacy projects, each in exactly one of 四个一批."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.industry import FourBatch
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.industry import four_batches
from tests.builders import a_legacy_project, only, some_facts

PASS, FAIL, NO_DATA, REVIEW = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA, Outcome.REVIEW
B1, B3, B4 = (FourBatch.CONSOLIDATE,), (FourBatch.REVIVE,), (FourBatch.ADJUST,)


def classified(number: int) -> list:
    return [a_legacy_project(classes=(list(FourBatch)[n % 4],)) for n in range(number)]


@pytest.mark.parametrize(("number", "outcome", "distance"), [(620, FAIL, 1), (621, PASS, 0), (622, FAIL, 1)])
def test_all_621_projects_are_in_a_class(number, outcome, distance):
    finding = only(four_batches(some_facts(*classified(number))))
    assert finding.outcome is outcome
    assert (finding.numerator, finding.distance) == (number, distance)


@pytest.mark.parametrize(
    ("project", "why"),
    [
        ({"classes": ()}, "未分类"),
        ({"classes": B1 + B4}, "重复分类：巩固一批、调整一批"),
        ({"classes": B1, "reason": ""}, "无分类依据"),
        ({"classes": B1, "person": ""}, "无核定人"),
        ({"classes": B1, "decided_on": None}, "无核定日期"),
        ({"classes": B1, "decided_on": date(2025, 1, 1)}, "2025-01-01 才核定"),
        ({"classes": B3, "measure": ""}, "无措施"),
        ({"classes": B4, "deadline": None}, "无时限"),
        ({"classes": B4, "measure": " ", "deadline": None}, "无措施、无时限"),
    ],
)
def test_a_project_not_fully_classified_does_not_count(project, why):
    finding = only(four_batches(some_facts(*classified(620), a_legacy_project(**project))))
    assert finding.outcome is FAIL
    assert only(finding.left_out).why == why
    assert "已登记 621 个，其中 1 个分类不完备" in finding.message


def test_consolidated_and_upgraded_projects_need_no_measures():
    plain = [
        a_legacy_project(classes=(c,), measure="", deadline=None) for c in (FourBatch.CONSOLIDATE, FourBatch.UPGRADE)
    ]
    assert only(four_batches(some_facts(*classified(619), *plain))).outcome is PASS


def test_one_unclassified_beside_621_classified_is_not_passed():
    assert only(four_batches(some_facts(*classified(621), a_legacy_project(classes=())))).outcome is FAIL


@pytest.mark.parametrize(("year", "counts"), [(2012, False), (2013, True), (2022, True), (2023, False)])
def test_projects_of_2013_to_2022_count_both_years_included(year, counts):
    finding = only(four_batches(some_facts(a_legacy_project(classes=B1, year=year))))
    assert finding.numerator == int(counts)
    assert len(finding.left_out) == int(not counts)


def test_no_legacy_project_is_no_data():
    assert only(four_batches(some_facts())).outcome is NO_DATA


def test_a_year_without_a_target_is_looked_at():
    finding = only(four_batches(some_facts(*classified(5), year=2025)))
    assert finding.outcome is REVIEW


@pytest.mark.parametrize(("day", "counts"), [(date(2024, 6, 29), False), (date(2024, 6, 30), True)])
def test_a_decision_counts_from_its_day_on(day, counts):
    finding = only(four_batches(some_facts(a_legacy_project(classes=B1, decided_on=date(2024, 6, 30)), as_at=day)))
    assert finding.numerator == int(counts)
