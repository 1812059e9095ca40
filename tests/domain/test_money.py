"""Money is whole 分: exact at the edges, rounded only where it is shown, never shown on the wrong side of a limit."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.errors import NotAnAmount
from fundsys.domain.money import (
    Money,
    ceil_wan,
    cut_ratio,
    exact_wan,
    exact_yuan,
    floor_wan,
    parse_number,
    show_limit,
    show_percent,
    show_wan,
    show_yuan,
    split_by_largest_remainder,
    total,
)

FEN = st.integers(-(10**15), 10**15)
LIMIT = Fraction(65, 100)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1", 10**6),
        ("0.000001", 1),
        ("1,234.50", 1234500000),
        ("１２．５", 12500000),
        (" 3 ", 3000000),
        ("-2", -2000000),
    ],
)
def test_wan_is_read_exactly(text, fen):
    assert Money.wan(text).fen == fen


@pytest.mark.parametrize("text", ["", "十二", "1.2.3", "1,23", "1e3", "NaN", "Infinity", "12万", "0.0000001", "1" * 40])
def test_what_is_no_amount_is_refused_in_a_sentence(text):
    with pytest.raises(NotAnAmount) as refused:
        Money.wan(text)
    assert "“" in refused.value.message


def test_a_tenth_of_a_fen_is_refused_and_not_rounded():
    assert Money.yuan("0.01") == Money(1)
    with pytest.raises(NotAnAmount):
        Money.yuan("0.001")


@pytest.mark.parametrize("wrong", [1.5, True, None])
def test_money_is_never_made_from_a_float(wrong):
    with pytest.raises(TypeError):
        Money(wrong)
    with pytest.raises(TypeError):
        Money.wan(wrong)


def test_money_adds_only_to_money():
    with pytest.raises(TypeError):
        Money(1) + 1
    assert Money(1) != 1
    assert sum([Money(1), Money(2)], Money(0)) == total([Money(1), Money(2)]) == Money(3)


def test_money_does_not_change_and_survives_pickling():
    amount = Money(5)
    with pytest.raises(AttributeError):
        amount.fen = 6
    assert pickle.loads(pickle.dumps(amount)) == amount  # noqa: S301


@given(FEN)
def test_every_digit_of_an_edit_box_reads_back_the_same(fen):
    assert Money.wan(exact_wan(Money(fen))) == Money(fen)
    assert Money.yuan(exact_yuan(Money(fen))) == Money(fen)
    assert Money.yuan(show_yuan(Money(fen))) == Money(fen)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(4999, "0.00"), (5000, "0.01"), (-5000, "-0.01"), (-4999, "0.00"), (1234567890000, "1,234,567.89"), (0, "0.00")],
)
def test_ledgers_round_half_up_at_two_decimals_of_wan(fen, shown):
    assert show_wan(Money(fen)) == shown


@pytest.mark.parametrize(
    ("fen", "floor", "ceil"),
    [
        (0, "0.00", "0.00"),
        (1, "0.000001", "0.000001"),
        (9999, "0.009999", "0.009999"),
        (10000, "0.01", "0.01"),
        (10001, "0.01", "0.02"),
        (490153846, "490.15", "490.16"),
        (12345678900001, "12,345,678.90", "12,345,678.91"),
    ],
)
def test_what_may_be_given_is_cut_and_what_is_missing_is_rounded_up(fen, floor, ceil):
    assert floor_wan(Money(fen)) == floor
    assert ceil_wan(Money(fen)) == ceil


@given(st.integers(0, 10**15))
def test_headroom_never_promises_more_and_a_gap_never_asks_less_than_the_truth(fen):
    assert Money.wan(floor_wan(Money(fen))) <= Money(fen) <= Money.wan(ceil_wan(Money(fen)))


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(65, 100), "65.00%"),
        (Fraction(6499999999, 10**10), "64.999%"),
        (Fraction(64996, 10**5), "64.996%"),
        (Fraction(64994, 10**5), "64.99%"),
        (Fraction(65004, 10**5), "65.004%"),
        (Fraction(65, 100) + Fraction(1, 10**12), "65.0000000001%"),
        (Fraction(65, 100) + Fraction(1, 10**30), "略高于 65%"),
        (Fraction(1, 3), "33.33%"),
        (Fraction(-1, 3), "-33.33%"),
        (None, "无数据"),
    ],
)
def test_a_share_never_prints_on_the_other_side_of_its_limit(share, shown):
    assert show_percent(share, LIMIT) == shown


def test_a_limit_finer_than_two_decimals_keeps_its_side_too():
    fine = Fraction("0.65004")
    assert show_percent(Fraction("0.65004"), fine) == "65.004%"
    assert show_percent(Fraction("0.650041"), fine) == "65.0041%"
    assert show_percent(Fraction("0.65003"), fine) == "65.00%"
    assert show_percent(Fraction("0.650039"), Fraction("0.6500")) == "65.003%"


def test_without_a_limit_a_share_is_rounded_half_up():
    assert show_percent(Fraction(6499999999, 10**10)) == "65.00%"
    assert show_percent(Fraction(1, 10**9)) == "0.00%"


@given(st.fractions(min_value=0, max_value=2, max_denominator=10**15), st.fractions(0, 1, max_denominator=10**4))
def test_the_printed_figure_stands_on_the_same_side_as_the_share(share, limit):
    printed = show_percent(share, limit)
    if printed.startswith("略"):
        assert (printed.startswith("略高于")) == (share > limit)
        return
    shown = Fraction(Decimal(printed.rstrip("%"))) / 100
    assert (shown >= limit) == (share >= limit)
    assert (shown <= limit) == (share <= limit)


@pytest.mark.parametrize(
    ("limit", "shown"),
    [(Fraction(65, 100), "65%"), (Fraction(1), "100%"), (Fraction(5, 1000), "0.5%"), (Fraction(0), "0%")],
)
def test_a_limit_is_shown_as_the_clause_writes_it(limit, shown):
    assert show_limit(limit) == shown


@pytest.mark.parametrize(
    ("share", "cut"),
    [(Fraction(2, 3), "0.6666666666"), (Fraction(-2, 3), "-0.6666666666"), (Fraction(1), "1.0000000000")],
)
def test_an_exact_share_is_cut_and_not_rounded(share, cut):
    assert cut_ratio(share) == cut


@given(st.integers(0, 10**12), st.dictionaries(st.integers(0, 50), st.integers(0, 10**6), min_size=1, max_size=9))
def test_a_split_adds_up_to_the_fen(fen, weights):
    if sum(weights.values()) == 0:
        with pytest.raises(ValueError, match="zero"):
            split_by_largest_remainder(Money(fen), weights)
        return
    parts = split_by_largest_remainder(Money(fen), weights)
    assert total(parts.values()) == Money(fen)
    for key, part in parts.items():
        assert abs(part.fen * sum(weights.values()) - fen * weights[key]) < sum(weights.values())


def test_ties_of_a_split_go_to_the_smaller_key():
    assert split_by_largest_remainder(Money(1), {2: 1, 1: 1}) == {2: Money(0), 1: Money(1)}


def test_full_width_digits_and_commas_are_read_as_people_type_them():
    assert parse_number("１，２３４．５") == Decimal("1234.5")


def test_minus_nothing_is_nothing():
    assert show_wan(Money(-1)) == "0.00"
    assert not Money(0)
    assert -Money(3) == Money(-3)
    assert 2 * Money(3) == Money(6)
