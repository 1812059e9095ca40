"""Spending against the checkpoints, both sides of each, and the age of money that has not gone out."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.spending import AgeBand, Checkpoint, Given, age_bands, band_of, standing, unpaid

JUNE, SEPTEMBER = Checkpoint(date(2024, 6, 30), Fraction(1, 2)), Checkpoint(date(2024, 9, 30), Fraction(3, 4))
POINTS = (SEPTEMBER, JUNE)
SUMMER = date(2024, 7, 15)


def test_half_paid_on_the_day_of_the_checkpoint_meets_it_and_one_fen_less_does_not() -> None:
    met = standing(Money(200), Money(100), POINTS, JUNE.on)
    assert (met.word, met.behind, met.past) == ("达到", ZERO, JUNE)
    short = standing(Money(200), Money(99), POINTS, JUNE.on)
    assert (short.word, short.behind, short.tone) == ("落后", Money(1), "bad")
    assert short.words == "落后 6月30日 50%，低 0.50 个百分点，差 0.000001 万元"


def test_the_day_before_the_first_checkpoint_judges_nothing_but_says_what_is_coming() -> None:
    early = standing(Money.wan(100), ZERO, POINTS, JUNE.on - timedelta(days=1))
    assert (early.past, early.coming, early.word) == (None, JUNE, "未到节点")
    assert early.needed == Money.wan(50)


def test_after_the_last_checkpoint_nothing_further_is_needed() -> None:
    late = standing(Money.wan(100), Money.wan(75), POINTS, date(2025, 2, 1))
    assert (late.needed, late.coming, late.word, late.ahead_words) == (None, None, "达到", "")


def test_an_odd_fen_is_rounded_up_for_what_must_still_be_paid() -> None:
    assert standing(Money(101), Money(50), POINTS, SUMMER).behind == Money(1)
    assert standing(Money(101), Money(51), POINTS, SUMMER).needed == Money(25)


def test_nothing_allocated_is_neither_behind_nor_ahead() -> None:
    empty = standing(ZERO, ZERO, POINTS, SUMMER)
    assert (empty.rate, empty.word, empty.tone, empty.behind) == (None, "没有分配", "plain", ZERO)


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.fractions(0, 1))
def test_paying_what_is_needed_reaches_the_checkpoint_and_one_fen_less_does_not(
    allocated: int, paid: int, least: Fraction
) -> None:
    point = Checkpoint(date(2024, 12, 31), least)
    now = standing(Money(allocated), Money(paid), [point], SUMMER)
    assert now.needed is not None
    then = standing(Money(allocated), Money(paid) + now.needed, [point], point.on)
    assert then.behind == ZERO
    if now.needed:
        almost = standing(Money(allocated), Money(paid) + now.needed - Money(1), [point], point.on)
        assert almost.behind == Money(1)


def day(number: int) -> date:
    return date(2024, 1, 1) + timedelta(days=number)


def test_payments_use_up_the_oldest_money_first_and_recoveries_the_newest() -> None:
    entries = [Given(day(0), Money(100)), Given(day(40), Money(100)), Given(day(50), Money(-30))]
    assert unpaid(entries, Money(60)) == [Given(day(0), Money(40)), Given(day(40), Money(70))]


@pytest.mark.parametrize(("paid", "left"), [(169, [Given(day(40), Money(1))]), (170, []), (171, [])])
def test_nothing_is_left_when_as_much_is_paid_as_was_given(paid: int, left: list[Given]) -> None:
    entries = [Given(day(0), Money(100)), Given(day(40), Money(100)), Given(day(50), Money(-30))]
    assert unpaid(entries, Money(paid)) == left
    assert unpaid([Given(day(0), Money(5)), Given(day(1), Money(-6))], ZERO) == []


@given(
    st.lists(st.builds(Given, st.integers(0, 400).map(day), st.integers(1, 10**9).map(Money)), min_size=1),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_what_is_unpaid_sums_to_given_less_paid(entries: list[Given], back: int, gone: int) -> None:
    whole = total(e.amount for e in entries)
    taken = Money(whole.fen * back // 100)
    if taken:
        entries = [*entries, Given(day(401), -taken)]
    paid = Money((whole - taken).fen * gone // 100)
    left = unpaid(entries, paid)
    assert total(e.amount for e in left) == whole - taken - paid
    assert [e.on for e in left] == sorted(e.on for e in left)
    assert all(e.amount > ZERO for e in left)


def test_the_ninetieth_day_is_not_yet_idle_and_the_next_is() -> None:
    bands = age_bands(90)
    assert [b.label for b in bands] == ["30 日以内", "31—60 日", "61—90 日", "超过 90 日"]
    assert [band_of(bands, n).label for n in (-3, 0, 30, 31, 90)] == [bands[0].label] * 3 + [
        bands[1].label,
        bands[2].label,
    ]
    assert band_of(bands, 91).is_idle and not band_of(bands, 90).is_idle


@pytest.mark.parametrize("days", [0, 1, 2, 3, 7, 365])
def test_bands_leave_no_day_out_whatever_the_county_sets(days: int) -> None:
    bands = age_bands(days)
    assert bands[0].first == 0 and bands[-1] == AgeBand(days + 1, None, True)
    for one, following in zip(bands, bands[1:], strict=False):
        assert one.last is not None and following.first == one.last + 1
