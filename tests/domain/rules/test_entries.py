"""What can never be right: operators, places, numbers, sums, capitals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fundsys.domain.credit_code import credit_code_fault
from fundsys.domain.further_facts import FaultFact, LookedThrough, OperatorFact, SumFact
from fundsys.domain.money import Money
from fundsys.domain.money_words import capitals_fault
from fundsys.domain.rules.base import Outcome, Unit
from fundsys.domain.rules.entries import (
    capitals_say_the_amount,
    numbers_are_given_once,
    operators_exist,
    places_exist,
    totals_are_their_parts,
)
from tests.builders import only, some_facts, starting_policy

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA


@pytest.mark.parametrize(
    ("code", "closed", "outcome"),
    [
        ("91350100M000100Y43", "", PASS),
        ("91350100M000100Y44", "", FAIL),
        ("9135", "", FAIL),
        ("", "", PASS),
        ("91350100M000100Y43", "经营主体注销失联", FAIL),
    ],
)
def test_an_operator_has_a_code_that_holds_and_has_not_gone(code: str, closed: str, outcome: Outcome) -> None:
    found = only(operators_exist(some_facts(OperatorFact("legacy_project", 3, "陇州牧业", code, closed))))
    assert found.outcome is outcome
    assert (found.rows[0].table, found.rows[0].id) == ("legacy_project", 3)


def test_a_credit_code_is_judged_by_its_check_digit() -> None:
    assert credit_code_fault("91350100M000100Y43") == ""
    assert "校验位不对" in credit_code_fault("91350100M000100Y40")
    assert "不是 18 位" in credit_code_fault("91350100M000100Y4I")


@pytest.mark.parametrize(
    ("judge", "part"),
    [(places_exist, "places"), (numbers_are_given_once, "codes"), (capitals_say_the_amount, "capitals")],
)
def test_of_what_can_never_be_right_there_is_none(judge, part: str) -> None:
    fault = FaultFact("asset", 9, "610327-1 羊舍", "不对")

    def told(looked: LookedThrough):
        return only(judge(replace(some_facts(), **{part: looked})))

    assert told(LookedThrough()).outcome is NO_DATA
    assert told(LookedThrough(3)).outcome is PASS
    found = told(LookedThrough(3, (fault,)))
    assert (found.outcome, found.unit, found.numerator, found.required) == (FAIL, Unit.COUNT, 1, "=0")
    assert [(row.table, row.id, row.note) for row in found.rows] == [("asset", 9, "不对")]
    assert "共看了 3 条" in found.message


@pytest.mark.parametrize(
    ("parts", "typed", "outcome"),
    [
        ("100", False, PASS),
        ("99.999999", False, FAIL),
        ("99.99", True, PASS),
        ("100.01", True, PASS),
        ("99.989999", True, FAIL),
    ],
)
def test_our_own_sums_agree_to_the_fen_and_copied_ones_to_the_tolerance(
    parts: str, typed: bool, outcome: Outcome
) -> None:
    told = SumFact("allotment_notice", 1, "陇财农〔2024〕1号", "下达金额", Money.wan(100), Money.wan(parts), typed)
    assert only(totals_are_their_parts(some_facts(told))).outcome is outcome


def test_assets_whose_parts_are_not_their_cost_count_among_the_sums() -> None:
    fault = FaultFact("asset", 9, "羊舍", "原值 1 万元，各来源之和 2 万元")
    found = only(totals_are_their_parts(replace(some_facts(), asset_sums=LookedThrough(8, (fault,)))))
    assert (found.outcome, found.numerator) == (FAIL, 1)
    assert only(totals_are_their_parts(some_facts())).outcome is NO_DATA
    assert only(operators_exist(some_facts())).outcome is NO_DATA


def test_where_nothing_was_looked_through_nothing_is_judged() -> None:
    assert only(places_exist(some_facts())).outcome is NO_DATA
    assert only(numbers_are_given_once(some_facts())).outcome is NO_DATA
    assert only(capitals_say_the_amount(some_facts())).outcome is NO_DATA


def test_without_a_tolerance_it_is_asked_for() -> None:
    policy = starting_policy(2024)
    del policy.settings["sum_tolerance"]
    told = SumFact("allotment_notice", 1, "文", "下达金额", Money.wan(1), Money.wan(1))
    assert only(totals_are_their_parts(some_facts(told, policy=policy))).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("", False),
        ("壹仟肆佰零玖元伍角", False),
        ("人民币壹仟肆佰零玖圆伍角", False),
        ("壹仟肆佰零玖元伍角整", True),
        ("壹仟肆佰玖元伍角", True),
    ],
)
def test_capitals_say_the_amount(said: str, wrong: bool) -> None:
    assert bool(capitals_fault(Money.yuan("1409.50"), said)) is wrong
