"""Where a person would doubt the amount that was chosen: another column beside it that may be meant as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from .headings import bare_heading, says_total

if TYPE_CHECKING:
    from .columns import Column

_INCOME = re.compile(r"收入")
_SPENDING = re.compile(r"支出|开支")
_ACCOUNTS = re.compile(r"决算")
_ARRIVED = re.compile(r"到位|到账")
_AHEAD = re.compile(r"预算|概算|估算|计划")
_BEFORE_CONTRACT = re.compile(r"预算|概算|估算|计划|投资|采购|控制价")
_AGREED = re.compile(r"中标|成交|合同|审计|审定|结算|决算")
_PAID = re.compile(r"支付|拨付|付款|付金额")
_EXAMINED = re.compile(r"评审|审核|核定|验收")
_UNDERTAKEN = re.compile(r"投资|预算|概算|计划|批复")
_FROM_ABOVE = re.compile(r"上级|(?:中央|省级?|市级).*下达")
_HANDED_ON = re.compile(r"(?:县|区|本)级?.*(?:分配|安排|下达)")
_CARRIED_OVER = re.compile(r"结转|结余")
_VALUE = re.compile(r"[值价]$")
_COUNT = re.compile(r"整|[数额]$")
_FEN_PER_UNIT = Decimal(100)

Figures = list[Decimal | None]
Read = Callable[["Column"], Figures]


def rivals(amount: Column, others: list[Column], figures: Read, titles: str) -> list[Column]:
    """The columns beside the amount that a person would ask about, none where the choice is plain.

    figures: gives the figures of a column in the rows that may be records, asked only where the headings leave a
    doubt. titles: what stands above the headings.
    """
    money = [column for column in others if column.money]
    return (
        _income(amount, others, figures, titles)
        or _planned(amount, money)
        or _agreed(amount, money)
        or _examined(amount, money)
        or _contracted(amount, money)
        or _handed_on(amount, money)
        or _carried_over(amount, others, figures)
        or _valued(amount, others, figures)
        or [column for column in others if _rounded(column, amount, figures)]
    )


def _leaf(column: Column) -> str:
    return bare_heading(column.path[-1]) if column.path else ""


def _income(amount: Column, others: list[Column], figures: Read, titles: str) -> list[Column]:
    """What came in beside what went out: such a sheet allots nothing; final accounts (决算) mean what was spent."""
    if not _SPENDING.search("".join(amount.path)) or amount.rank < 4 or _ACCOUNTS.search(titles):
        return []
    return [c for c in others if _INCOME.search("".join(c.path)) and any(f is not None for f in figures(c))]


def _planned(amount: Column, money: list[Column]) -> list[Column]:
    """What was planned beside what has arrived of it."""
    if not _ARRIVED.search(_leaf(amount)):
        return []
    return [c for c in money if c.part is None and _AHEAD.search(_leaf(c)) and not _ARRIVED.search(_leaf(c))]


def _agreed(amount: Column, money: list[Column]) -> list[Column]:
    """What was bid, agreed or settled beside a plan or budget that no word of giving makes certain."""
    if amount.rank < 1.5 or not _BEFORE_CONTRACT.search(_leaf(amount)):
        return []
    return [c for c in money if c.part is None and _AGREED.search(_leaf(c))]


def _examined(amount: Column, money: list[Column]) -> list[Column]:
    """An investment or a budget beside what an examination made of it."""
    if amount.rank < 1.5 or not _EXAMINED.search(_leaf(amount)):
        return []
    return [c for c in money if c.part is None and _UNDERTAKEN.search(_leaf(c))]


def _contracted(amount: Column, money: list[Column]) -> list[Column]:
    """What was paid beside the contract it was paid on: neither is an allotment."""
    if amount.rank < 4 or not _AGREED.search(_leaf(amount)):
        return []
    return [c for c in money if _PAID.search(_leaf(c))]


def _handed_on(amount: Column, money: list[Column]) -> list[Column]:
    """What the county gave out of what came from above."""
    if not _FROM_ABOVE.search(_leaf(amount)):
        return []
    return [c for c in money if c.rank < 1.5 and not c.path[-1].startswith("其中") and _HANDED_ON.search(_leaf(c))]


def _carried_over(amount: Column, others: list[Column], figures: Read) -> list[Column]:
    """This year's money beside a sum that also holds what earlier years left: 上年结转 + 本年预算 = 资金合计."""
    if amount.rank < 1.5 or not says_total(amount.path):
        return []
    left = [f for c in others if _CARRIED_OVER.search(_leaf(c)) and any(f := figures(c))]
    years = [c for c in others if c.money and c.rank < 4 and not _CARRIED_OVER.search(_leaf(c))]
    return [column for column in years if any(_sums(figures(amount), figures(column), each) for each in left)]


def _sums(whole: Figures, first: Figures, second: Figures) -> bool:
    """Whether every figure of the first is the sum of those of the other two, in two rows at least."""
    rows = [(w, a or 0, b or 0) for w, a, b in zip(whole, first, second, strict=True) if w is not None]
    return len(rows) > 1 and all(w == a + b for w, a, b in rows)


def _valued(amount: Column, others: list[Column], figures: Read) -> list[Column]:
    """Another value or price of the same thing under a heading we do not know: 购置价 beside 现值."""
    if not _VALUE.search(_leaf(amount)):
        return []
    return [c for c in others if c.field is None and _VALUE.search(_leaf(c)) and any(figures(c))]


def _rounded(column: Column, amount: Column, figures: Read) -> bool:
    """Whether a column of a meaning we do not know repeats the amount in whole units: 10.34 beside 10."""
    if column.field is not None or column.money or not _COUNT.search(_leaf(column)):
        return False
    both = [(a, b) for a, b in zip(figures(amount), figures(column), strict=True) if a is not None and b is not None]
    whole = all(b % _FEN_PER_UNIT == 0 and abs(a - b) < _FEN_PER_UNIT for a, b in both)
    return len(both) > 1 and whole and any(a != b for a, b in both)
