"""Amounts on vouchers in capital characters: as the rules write them, and never anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.errors import NotAnAmount
from fundsys.domain.money import Money
from fundsys.domain.money_words import in_capitals, of_capitals


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000000", "壹亿元整"),
        ("10000.50", "壹万元伍角"),
        ("0", "零元整"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("0.50", "伍角"),
        ("0.05", "伍分"),
        ("10", "壹拾元整"),
        ("100305", "壹拾万零叁佰零伍元整"),
        ("10010000.01", "壹仟零壹万元零壹分"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000000000.10", "壹万亿元壹角"),
        ("999999999999999.99", "玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_is_written_as_the_rules_for_vouchers_say(yuan: str, words: str) -> None:
    assert in_capitals(Money.yuan(yuan)) == words


def test_a_published_amount_that_says_liang_is_written_with_er() -> None:
    assert in_capitals(Money.yuan(792000)) == "柒拾玖万贰仟元整"


@pytest.mark.parametrize("fen", [-1, -100])
def test_no_voucher_carries_an_amount_below_zero(fen: int) -> None:
    with pytest.raises(NotAnAmount, match="不能是负数"):
        in_capitals(Money(fen))


def read_back(words: str) -> int:
    """The amount in 分 as a teller reads the words, without our own code."""
    digits = {word: n for n, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    fen = whole = section = number = 0
    for char in words.removesuffix("整"):
        if char in digits:
            number = digits[char]
        elif char in places:
            section, number = section + number * places[char], 0
        elif char == "万":
            whole, section, number = whole + (section + number) * 10**4, 0, 0
        elif char == "亿":
            whole, section, number = (whole + section + number) * 10**8, 0, 0
        elif char == "元":
            fen, whole, section, number = (whole + section + number) * 100, 0, 0, 0
        else:
            fen, number = fen + number * {"角": 10, "分": 1}[char], 0
    return fen


@given(st.one_of(st.integers(0, 10**9), st.integers(0, 10**17 - 1), st.integers(0, 10**9).map(lambda n: n * 10**5)))
def test_a_teller_reads_the_same_amount_back(fen: int) -> None:
    words = in_capitals(Money(fen))
    assert read_back(words) == fen
    assert "两" not in words
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize(
    "said, yuan",
    [
        ("壹拾万元", "100000"), ("拾万元整", "100000"), ("捌仟圆正", "8000"), ("人民币贰佰零伍元叁角", "205.30"),
        ("壹拾万柒仟元零伍角叁分", "107000.53"), ("十二万元", "120000"), ("三亿零五十万元", "300500000"), ("零元整", "0"),
    ],
)  # fmt: skip
def test_capitals_are_read_back_as_the_amount_they_say(said: str, yuan: str) -> None:
    assert of_capitals(said) == Money.yuan(yuan)


@pytest.mark.parametrize(
    "said", ["", "整", "元", "万元", "壹拾万", "拾壹贰元", "壹万万元", "一村二组", "三元村", "5万元"]
)
def test_what_no_voucher_would_say_is_no_amount(said: str) -> None:
    assert of_capitals(said) is None


@pytest.mark.parametrize("fen", [1, 10, 99, 101, 10_050, 1_000_000, 10_010_000, 123_456_789_012, 100_000_000_000_001])
def test_every_amount_in_capitals_is_read_back(fen: int) -> None:
    assert of_capitals(in_capitals(Money(fen))) == Money(fen)
