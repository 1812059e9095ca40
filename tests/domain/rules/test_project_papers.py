"""Papers behind projects: settlements that were cut, dossiers, changes, operators, feasibility."""

from __future__ import annotations

from typing import Any

import pytest

from fundsys.domain.facts import ProjectRecordFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.project_papers import (
    appraised_before_the_plan,
    changed_by_paper,
    cut_before_it_is_paid,
    dossiers_are_whole,
    not_heaped_on_one_operator,
)
from tests.builders import only, some_facts, starting_policy

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA
WAN = Money.wan


def planned(number: int = 1, **told: Any) -> ProjectRecordFact:
    usual: dict[str, Any] = {"year": 2024, "is_planned": True, "is_industry": True, "forms_assets": True}
    return ProjectRecordFact(number, f"2024-{number:04d} 养殖场", **(usual | told))


@pytest.mark.parametrize(
    ("asked", "settled", "paid", "outcome"),
    [
        ("110", "100", "100", PASS),
        ("110", "100", "100.01", FAIL),
        ("110", "100", "110", FAIL),
        ("100", "100", "110", NO_DATA),
        ("110", None, "110", NO_DATA),
    ],
)
def test_what_the_review_cut_is_not_paid(asked: str, settled: str | None, paid: str, outcome: Outcome) -> None:
    told = planned(asked=WAN(asked), settled=WAN(settled) if settled else None, paid=WAN(paid))
    assert only(cut_before_it_is_paid(some_facts(told))).outcome is outcome


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, PASS),
        ({"papers_missing": ("开工报告", "监理日志")}, FAIL),
        ({"papers_missing": ("开工报告",), "is_planned": False}, NO_DATA),
    ],
)
def test_a_dossier_has_every_paper_of_its_stage(told: dict[str, Any], outcome: Outcome) -> None:
    found = only(dossiers_are_whole(some_facts(planned(**told))))
    assert found.outcome is outcome
    if outcome is FAIL:
        assert found.rows[0].note == "缺 2 份：开工报告、监理日志"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, PASS),
        ({"unapproved": ("建设地点换了村",)}, FAIL),
        ({"contracted": WAN(110)}, PASS),
        ({"contracted": WAN("110.01")}, FAIL),
        ({"contracted": WAN(130), "settled": WAN(100)}, PASS),
        ({"settled": WAN("110.01")}, FAIL),
        ({"settled": WAN(60)}, PASS),
    ],
)
def test_a_change_beyond_a_tenth_has_its_paper(told: dict[str, Any], outcome: Outcome) -> None:
    assert only(changed_by_paper(some_facts(planned(planned=WAN(100), **told)))).outcome is outcome


@pytest.mark.parametrize(
    ("given", "households", "outcome"),
    [("100", 9, PASS), ("100.01", 9, FAIL), ("100.01", 10, PASS), ("300", 0, FAIL)],
)
def test_one_operator_takes_a_tenth_or_brings_households_along(given: str, households: int, outcome: Outcome) -> None:
    big = planned(1, operator="陇州牧业", given=WAN(given), households=households)
    rest = planned(2, given=WAN(1000) - WAN(given))
    found = only(not_heaped_on_one_operator(some_facts(big, rest)))
    assert (found.outcome, found.denominator) == (outcome, 1)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"planned": WAN(200)}, FAIL),
        ({"planned": WAN("199.99")}, NO_DATA),
        ({"planned": WAN(200), "is_appraised": True}, FAIL),
        ({"planned": WAN(200), "is_appraised": True, "has_land_paper": True}, PASS),
        ({"planned": WAN(200), "is_industry": False}, NO_DATA),
        ({"planned": WAN(200), "forms_assets": False}, NO_DATA),
    ],
)
def test_a_large_industry_project_was_appraised_and_has_ground(told: dict[str, Any], outcome: Outcome) -> None:
    assert only(appraised_before_the_plan(some_facts(planned(**told)))).outcome is outcome


def test_without_the_years_values_they_are_asked_for_and_without_projects_nothing_is_judged() -> None:
    policy = starting_policy(2024)
    for code in ("changed_share_max", "operator_share_max", "appraisal_floor"):
        del policy.settings[code]
    told = planned(operator="陇州牧业", planned=WAN(900))
    for judge in (changed_by_paper, not_heaped_on_one_operator, appraised_before_the_plan):
        assert only(judge(some_facts(told, policy=policy))).outcome is Outcome.REVIEW
    for judge in (
        cut_before_it_is_paid, dossiers_are_whole, changed_by_paper, not_heaped_on_one_operator, appraised_before_the_plan
    ):  # fmt: skip
        assert only(judge(some_facts())).outcome is NO_DATA
