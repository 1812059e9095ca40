"""Money that does not move: idle for a year or two, behind the checkpoints of spending."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from fundsys.domain.facts import GivenFact, PaceFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.money_pace import not_idle_for_a_year, spending_keeps_pace
from fundsys.domain.spending import Given
from tests.builders import only, some_facts, starting_policy

LAST = date(2024, 12, 31)
PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA


def a_project(*given: tuple[int, str], paid: str = "0") -> GivenFact:
    """Money given so many days ago, in 万元."""
    entries = tuple(Given(LAST - timedelta(days=days), Money.wan(wan)) for days, wan in given)
    return GivenFact(1, "2023-0001 产业路", entries, Money.wan(paid))


@pytest.mark.parametrize(
    ("given", "paid", "outcome", "note"),
    [
        ([(365, "100")], "50", PASS, ""),
        ([(365, "100")], "49.999999", FAIL, "分配满 365 日，累计支付率 49.999%，低于 50%"),
        ([(364, "100")], "0", NO_DATA, ""),
        ([(400, "100"), (399, "-100")], "0", NO_DATA, ""),
        ([(400, "100"), (10, "900")], "50", PASS, ""),
        ([(730, "100")], "99.99", FAIL, "分配满 730 日，还有 0.01 万元没有支付"),
        ([(730, "100")], "100", PASS, ""),
        ([(729, "100")], "99.99", PASS, ""),
    ],
)
def test_money_of_a_year_ago_is_half_paid_and_of_two_years_wholly(
    given: list[tuple[int, str]], paid: str, outcome: Outcome, note: str
) -> None:
    found = only(not_idle_for_a_year(some_facts(a_project(*given, paid=paid), as_at=LAST)))
    assert found.outcome is outcome
    assert [row.note for row in found.rows] == ([] if outcome is NO_DATA else [note])


@pytest.mark.parametrize("code", ["lying_days", "lying_paid_min", "lying_long_days"])
def test_without_the_years_values_it_waits_for_them(code: str) -> None:
    policy = starting_policy(2024)
    del policy.settings[code]
    found = only(not_idle_for_a_year(some_facts(a_project((365, "1")), as_at=LAST, policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message


@pytest.mark.parametrize(
    ("on", "paid", "outcome"),
    [
        (date(2024, 9, 30), "75", PASS),
        (date(2024, 9, 30), "74.999999", FAIL),
        (LAST, "75", PASS),
        (LAST + timedelta(days=1), "0", NO_DATA),
    ],
)
def test_a_checkpoint_is_met_on_its_day(on: date, paid: str, outcome: Outcome) -> None:
    point = PaceFact(on, Fraction(3, 4), Money.wan(100), Money.wan(paid))
    assert only(spending_keeps_pace(some_facts(point, as_at=LAST))).outcome is outcome


def test_without_money_nothing_is_judged() -> None:
    assert only(not_idle_for_a_year(some_facts())).outcome is NO_DATA
    nothing = PaceFact(date(2024, 9, 30), Fraction(3, 4), Money(0), Money(0))
    assert only(spending_keeps_pace(some_facts(nothing, as_at=LAST))).outcome is NO_DATA
