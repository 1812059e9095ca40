"""Amounts in the capital characters of vouchers (中文大写金额). Source: domain.md 7.3; 正确填写票据和结算凭证的基本规定."""

from __future__ import annotations

import re

from .errors import NotAnAmount
from .money import Money, exact_yuan

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_WAN, _YI = 10**4, 10**8


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
    said = re.sub(r"\s+", "", text).removeprefix("人民币").replace("圆", "元").replace("正", "整")
    right = in_capitals(abs(amount))
    return "" if said in ("", right) else f"大写“{text.strip()}”与小写 {exact_yuan(amount)} 元不一致，应为“{right}”"


def _whole(number: int) -> str:
    """A whole number above zero; nothing for zero."""
    for unit, word in ((_YI, "亿"), (_WAN, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = _DIGITS[0] if 0 < low < unit // 10 else ""
            return f"{_whole(high)}{word}{gap}{_whole(low)}"
    said, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += (_DIGITS[0] if skipped and said else "") + _DIGITS[digit] + _PLACES[place]
        skipped = not digit
    return said
