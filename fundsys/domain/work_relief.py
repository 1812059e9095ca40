"""Work relief (以工代赈): what its papers hold, personal numbers judged at entry, and the sums of attendance and pay."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .coded import Coded
from .money import Money


class Household(Coded):
    """What household a worker comes from (户属性). Source: ledger_columns.yaml LG10."""

    LIFTED = "lifted", "脱贫户"
    WATCHED = "watched", "监测户"
    ALLOWANCE = "allowance", "低保户"
    ORDINARY = "ordinary", "一般户"


POOR = (Household.LIFTED, Household.WATCHED)
"""Households counted as 脱贫监测人口."""


class PayBase(Coded):
    """What the minimum share of labor pay is taken from (计提基数). Source: fund_sources.yaml RWL."""

    FISCAL = "fiscal", "项目财政资金"
    TRANSITION = "transition", "衔接资金"
    CENTRAL = "central", "中央专项资金"
    LABOR = "labor", "合同人工费"


class ReliefState(Coded):
    """The way of a plan or a roster. An approved one is never edited: a new one takes its place (已更正)."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待审定", "info"
    RETURNED = "returned", "已退回", "warn"
    APPROVED = "approved", "已审定", "good"
    REPLACED = "replaced", "已更正", "plain"


OPEN_STATES = (ReliefState.DRAFT, ReliefState.RETURNED)
"""States in which the enterer may change the paper."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
_DASHES = re.compile(r"[\s\-—–]+")


def tidy_number(text: str) -> str:
    """A number as it is kept: full-width digits made plain, blanks and dashes left out, X as a capital."""
    return _DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()


def identity_fault(number: str, today: date) -> str:
    """What is wrong with an identity number; "" when nothing is. The number itself is never repeated.

    Source: GB 11643: 17 digits with weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2, mod 11 → 10X98765432.
    """
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return "居民身份证号应为 18 位，请核对"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "居民身份证号中的出生日期不对，请核对"
    if not date(1900, 1, 1) <= born <= today:
        return "居民身份证号中的出生日期不对，请核对"
    if _SIGNS[sum(w * int(d) for w, d in zip(_WEIGHTS, number[:17], strict=True)) % 11] != number[17]:
        return "居民身份证号的校验码不对，请核对"
    return ""


def bank_fault(number: str) -> str:
    """What is wrong with the number of a bank card or passbook; "" when nothing is."""
    if not re.fullmatch(r"\d{12,19}", number):
        return "银行卡（一卡通）号应为 12 至 19 位数字，请核对"
    if len(set(number)) == 1:
        return "银行卡（一卡通）号的数字全相同，请核对"
    return ""


def is_doubtful_card(number: str) -> bool:
    """Whether a card number of 16 or 19 digits fails the Luhn check: a hint only, passbooks have no check digit."""
    if len(number) not in (16, 19):
        return False
    digits = [int(d) for d in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(d * 2, 10)) for d in digits[1::2])) % 10 != 0


def phone_fault(number: str) -> str:
    """What is wrong with a mobile number; "" when nothing is."""
    return "" if re.fullmatch(r"1[3-9]\d{9}", number) else "联系电话应为 11 位手机号，请核对"


def earned(days: Decimal, day_rate: Money) -> Money:
    """Days worked at a day's pay (应发＝工日×日工资), half a 分 upwards."""
    return Money(int((days * day_rate.fen).to_integral_value(ROUND_HALF_UP)))


def month_begin(month: str) -> date:
    """The first day of a month written 2024-05. Raises ValueError for anything else."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise ValueError(month)
    return date(int(month[:4]), int(month[5:]), 1)


def month_end(month: str) -> date:
    """The last day of a month."""
    first = month_begin(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def whole_days(days: Decimal) -> int:
    """Labor days as the monthly table keeps them, half a day upwards."""
    return int(days.to_integral_value(ROUND_HALF_UP))
