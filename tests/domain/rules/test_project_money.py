"""A project's own money: within its plan, nothing left over for long, assets that account for what was settled, plausible amounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fundsys.domain.facts import Facts, ProjectRecordFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Finding, Outcome
from fundsys.domain.rules.project_money import (
    assets_recorded,
    assets_within_settlement,
    leftovers_recovered,
    plausible_amounts,
    settlement_accounted_for,
    within_plan,
)
from tests.builders import only, some_facts, starting_policy

LAST = date(2024, 12, 31)
ONE = Money(1)


def settled(**told: Any) -> ProjectRecordFact:
    """A settled project in order: 100 planned, given and settled, with an asset of as much."""
    hundred = Money.wan(100)
    usual: dict[str, Any] = {
        "id": 1, "label": "2024-0001 养殖场", "year": 2024, "is_planned": True, "planned": hundred, "given": hundred,
        "settled": hundred, "settled_on": LAST, "forms_assets": True, "assets": 1, "assets_cost": hundred,
    }  # fmt: skip
    return ProjectRecordFact(**(usual | told))


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (Money.wan(100), Outcome.PASS),
        (Money.wan(100) + ONE, Outcome.FAIL),
        (Money(0), Outcome.NO_DATA),
    ],
)
def test_a_project_is_given_no_more_than_its_plan(given: Money, outcome: Outcome) -> None:
    found = only(within_plan(some_facts(settled(given=given))))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL:
        assert found.rows[0].note.startswith("安排 100.00")


@pytest.mark.parametrize(
    ("left", "days", "outcome"),
    [
        (ONE, 89, Outcome.PASS),
        (ONE, 90, Outcome.FAIL),
        (Money(0), 400, Outcome.PASS),
        (-ONE, 400, Outcome.PASS),
    ],
)
def test_what_is_left_ninety_days_after_settlement_is_recovered(left: Money, days: int, outcome: Outcome) -> None:
    project = settled(settled_on=LAST - timedelta(days=days), given=Money.wan(100) + left)
    assert only(leftovers_recovered(some_facts(project))).outcome is outcome


def test_what_is_not_settled_has_nothing_left_yet() -> None:
    assert only(leftovers_recovered(some_facts(settled(settled=None, settled_on=None)))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, Outcome.PASS),
        ({"assets": 0, "assets_cost": Money(0)}, Outcome.FAIL),
        ({"assets": 0, "assets_cost": Money(0), "expensed": ONE}, Outcome.PASS),
        ({"assets": 0, "forms_assets": False}, Outcome.NO_DATA),
        ({"assets": 0, "settled": None}, Outcome.NO_DATA),
    ],
)
def test_a_settled_project_leaves_an_asset_or_says_why_not(told: dict[str, Any], outcome: Outcome) -> None:
    assert only(assets_recorded(some_facts(settled(**told)))).outcome is outcome


@pytest.mark.parametrize(("cost", "outcome"), [(Money.wan(100), Outcome.PASS), (Money.wan(100) + ONE, Outcome.FAIL)])
def test_assets_cost_no_more_than_was_settled(cost: Money, outcome: Outcome) -> None:
    assert only(assets_within_settlement(some_facts(settled(assets_cost=cost)))).outcome is outcome


@pytest.mark.parametrize(
    ("cost", "expensed", "outcome"),
    [
        (Money.wan(90), Money(0), Outcome.PASS),
        (Money.wan(90) - ONE, Money(0), Outcome.FAIL),
        (Money.wan(90) - ONE, ONE, Outcome.PASS),
    ],
)
def test_nine_tenths_of_what_was_settled_are_accounted_for(cost: Money, expensed: Money, outcome: Outcome) -> None:
    found = only(settlement_accounted_for(some_facts(settled(assets_cost=cost, expensed=expensed))))
    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("planned", "outcome"), [(Money.wan(5000), Outcome.PASS), (Money.wan(5000) + ONE, Outcome.FAIL)]
)
def test_a_plan_of_more_than_fifty_millions_is_looked_at(planned: Money, outcome: Outcome) -> None:
    assert only(plausible_amounts(some_facts(settled(planned=planned)))).outcome is outcome


@pytest.mark.parametrize("judge", [assets_within_settlement, settlement_accounted_for, plausible_amounts, within_plan])
def test_without_projects_there_is_nothing_to_judge(judge: Callable[[Facts], list[Finding]]) -> None:
    assert only(judge(some_facts())).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("judge", "code"),
    [
        (leftovers_recovered, "leftover_days"),
        (settlement_accounted_for, "asset_cost_share_min"),
        (plausible_amounts, "project_money_max"),
    ],
)
def test_without_the_years_value_it_waits_for_it(judge: Callable[[Facts], list[Finding]], code: str) -> None:
    policy = starting_policy(2024)
    del policy.settings[code]
    found = only(judge(some_facts(settled(), policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message
