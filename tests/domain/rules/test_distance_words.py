"""How far from the limit, in words: never more room than there is, never less missing than there is."""

from __future__ import annotations

from fractions import Fraction

from fundsys.domain.money import Money
from fundsys.domain.rules.base import Finding, at_least, at_most, count_at_least, equal_to, no_data
from fundsys.domain.rules.base import Unit as Measured

WORDS = {"part": "产业", "whole": "全部", "missing": "下限"}
LIMIT = Fraction(65, 100)


def share(part: int, whole: int) -> Finding:
    """The share of some 分 of a whole."""
    return at_least(Money(part), Money(whole), LIMIT, **WORDS)


def test_spare_money_is_cut_and_missing_money_rounded_up() -> None:
    assert share(70_019_999, 100_000_000).distance_words == "余 5.01 万元"
    assert share(60_000_001, 100_000_000).distance_words == "差 5.00 万元"
    assert share(64_999_999, 100_000_000).distance_words == "差 0.000001 万元"


def test_on_the_limit_nothing_is_spare() -> None:
    assert share(65_000_000, 100_000_000).distance_words == "余 0.00 万元"


def test_a_fee_above_its_most_is_too_much_by_that() -> None:
    fee = at_most(Money.wan(2), Money.wan(100), Fraction(1, 100), **WORDS)
    assert fee.distance_words == "差 1.00 万元"


def test_numbers_say_how_many_are_missing_or_too_many() -> None:
    count = {"part": "项目", "missing": "目标"}
    assert count_at_least(9, 10, **count).distance_words == "差 1 个"
    assert count_at_least(10, 10, **count).distance_words == "正好"
    assert count_at_least(11, 10, **count).distance_words == "多 1 个"
    assert equal_to(122, 123, **count).distance_words == "差 1 个"
    assert equal_to(124, 123, **count).distance_words == "多 1 个"


def test_assets_are_items_and_no_data_has_no_distance() -> None:
    assert at_least(95, 100, Fraction(1), **WORDS).distance_words == "差 5 项"
    assert no_data(Measured.RATIO, ">=", LIMIT, "无数据").distance_words == "-"
