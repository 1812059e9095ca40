"""Amounts in the capital characters of vouchers (中文大写金额). Source: domain.md 7.3; 正确填写票据和结算凭证的基本规定."""

from __future__ import annotations

import re
from functools import lru_cache

from .errors import NotAnAmount
from .money import Money, exact_yuan

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_STEPS = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
_WAN, _YI = 10**4, 10**8
_HAN = str.maketrans("〇一二三四五六七八九十百千圆正", "零壹贰叁肆伍陆柒捌玖拾佰仟元整")


def in_capitals(amount: Money) -> str:
    """The amount as a voucher writes it: 1409.50 元 is 壹仟肆佰零玖元伍角, 0 is 零元整.

    整 ends whole 元 only; zeros in a row are written once. Where the 元 place is 0 and both 角 and 分 follow, one 零
    stands before them (107000.53 is 壹拾万柒仟元零伍角叁分).
    Raises: NotAnAmount for amounts below zero, which no voucher may carry.
    """
    if amount.fen < 0:
        raise NotAnAmount("大写金额不能是负数，红字请写原金额并注明“冲销”")
    yuan, rest = divmod(amount.fen, 100)
    jiao, fen = divmod(rest, 10)
    if not rest:
        return f"{_whole(yuan) or _DIGITS[0]}元整"
    said = f"{_whole(yuan)}元" if yuan else ""
    if yuan and (not jiao or (fen and yuan % 10 == 0)):
        said += _DIGITS[0]
    return said + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "")


def capitals_fault(amount: Money, text: str) -> str:
    """What is wrong with an amount in capitals as a voucher has it; "" when it says the amount, or says nothing.

    圆 for 元, 正 for 整, a leading 人民币 and spaces say the same.
    """
    right = in_capitals(amount if amount.fen >= 0 else -amount)
    if text == right:
        return ""
    said = re.sub(r"\s+", "", text).removeprefix("人民币").replace("圆", "元").replace("正", "整")
    return "" if said in ("", right) else f"大写“{text.strip()}”与小写 {exact_yuan(amount)} 元不一致，应为“{right}”"


def of_capitals(text: str) -> Money | None:
    """The amount that capital characters say, also 十万元 in plain ones; None unless they say it as a voucher would.

    圆 for 元, 正 for 整 or no 整, a leading 人民币 and 拾 for 壹拾 are let pass.
    """
    said = re.sub(r"\s+", "", text).removeprefix("人民币").translate(_HAN).removesuffix("整")
    said = re.sub(r"^拾", "壹拾", said)
    found = re.fullmatch(rf"(?:([{_DIGITS}拾佰仟万亿]+)元)?零?(?:([{_DIGITS}])角)?(?:([{_DIGITS}])分)?", said)
    if not said or found is None:
        return None
    whole, jiao, fen = found.groups()
    amount = Money(_number(whole or "") * 100 + _DIGITS.index(jiao or "零") * 10 + _DIGITS.index(fen or "零"))
    return amount if in_capitals(amount).removesuffix("整") == said else None


def _number(said: str) -> int:
    """The whole number that characters say, cut at 亿 and 万 first."""
    for unit, word in ((_YI, "亿"), (_WAN, "万")):
        if word in said:
            high, low = said.rsplit(word, 1)
            return _number(high) * unit + _number(low)
    total = digit = 0
    for mark in said:
        if mark in _PLACES:
            total, digit = total + digit * 10 ** _PLACES.index(mark), 0
        else:
            digit = _DIGITS.index(mark)
    return total + digit


def _whole(number: int) -> str:
    """A whole number above zero; nothing for zero."""
    if number >= _WAN:
        unit, word = (_YI, "亿") if number >= _YI else (_WAN, "万")
        high, low = divmod(number, unit)
        gap = _DIGITS[0] if 0 < low < unit // 10 else ""
        return f"{_whole(high)}{word}{gap}{_whole(low)}"
    return _group(number)


@lru_cache(maxsize=_WAN)
def _group(number: int) -> str:
    """A group of up to four digits; each of the ten thousand is said once."""
    said = gap = ""
    for size, place in _STEPS:
        if number >= size:
            digit, number = divmod(number, size)
            said += gap + _DIGITS[digit] + place
            gap = ""
            if not number:
                break
        elif said:
            gap = _DIGITS[0]
    return said
