"""First letters of the pinyin: the table agrees with the library it was taken from."""

from __future__ import annotations

from importlib.resources import files

import pytest
from pypinyin import Style, lazy_pinyin

from fundsys.domain.initials import FIRST, SEVERAL, Initials

TABLE = "".join(
    line
    for line in files("fundsys").joinpath("reference", "initials.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
SPELL = Initials(TABLE)


def test_every_character_has_the_letter_of_the_library() -> None:
    assert len(TABLE) == 0x9FA5 - FIRST + 1
    for place, letter in enumerate(TABLE):
        told = lazy_pinyin(chr(FIRST + place), style=Style.NORMAL)[0]
        if letter != "-" and told[0].isascii():
            assert letter == told[0].lower(), chr(FIRST + place)


def test_the_first_letter_of_a_character_with_several_is_one_of_them() -> None:
    for sign, letters in SEVERAL.items():
        ways = {way[0] for way in lazy_pinyin_ways(sign)}
        assert set(letters) <= ways, sign


def lazy_pinyin_ways(sign: str) -> list[str]:
    from pypinyin import pinyin

    return pinyin(sign, style=Style.NORMAL, heteronym=True)[0]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("陇县奶山羊", "lxnsy"),
        ("长乐村8组", "clc8z cyc8z zlc8z zyc8z"),
        ("“1+12”管护", "112gh"),
        ("LG05 台账", "lg05tz"),
        ("", ""),
    ],
)
def test_a_text_is_spelled_by_its_first_letters(text: str, spelled: str) -> None:
    assert SPELL.of(text) == spelled
