"""Chinese by its first letters: 陇县奶山羊 is found by lxnsy, as people type it on a phone."""

from __future__ import annotations

from itertools import islice, product

FIRST = 0x4E00
VARIANTS = 4
"""So many spellings of one text at most."""
SEVERAL = {
    "长": "cz", "重": "zc", "乐": "ly", "行": "xh", "朝": "cz", "调": "dt", "藏": "zc", "曾": "zc",
    "单": "ds", "解": "jx", "仇": "cq", "区": "qo", "查": "cz", "盛": "sc", "石": "sd", "校": "xj", "宿": "sx",
    "会": "hk", "降": "jx", "传": "cz", "弹": "dt", "种": "zc", "圈": "jq", "畜": "xc", "率": "ls",
}  # fmt: skip
"""Characters of names and places that are read in more than one way: every first letter they may have."""


class Initials:
    """First letters by character. table: one letter for each character from U+4E00 on, - where there is none."""

    def __init__(self, table: str) -> None:
        self.letters = {chr(FIRST + place): letter for place, letter in enumerate(table) if letter != "-"}

    def of(self, text: str) -> str:
        """The spellings of a text, small letters, with a space between; letters and digits stand for themselves, signs for nothing.

        "长乐村8组" → "clc8z cyc8z zlc8z zyc8z".
        """
        ways = [way for sign in text.lower() if (way := self._letters(sign))]
        return " ".join("".join(each) for each in islice(product(*ways), VARIANTS))

    def _letters(self, sign: str) -> str:
        if sign.isascii():
            return sign if sign.isalnum() else ""
        return SEVERAL.get(sign) or self.letters.get(sign, "")
