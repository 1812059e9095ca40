"""Income of assets: kinds of contract and income, what income is for, when terms fall due, and whose 分 a distribution takes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from .coded import Coded
from .cost_split import Parts, split_costs
from .errors import DomainError
from .money import ZERO, Money, exact_yuan, total

STATION = "光伏电站"
"""The kind of asset whose income is electricity. Source: asset_classes.yaml kinds."""
MOST_TERMS = 120


class IncomeKind(Coded):
    """What an asset's income is (收益类型)."""

    RENT = "rent", "租金"
    DIVIDEND = "dividend", "分红"
    ENTRUSTED = "entrusted", "委托经营收益"
    ELECTRICITY = "electricity", "售电收入"
    OTHER = "other", "其他收益"


class ContractKind(Coded):
    """How an asset is operated by contract (经营方式)."""

    LEASE = "lease", "租赁"
    SHARES = "shares", "入股分红"
    TRUST = "trust", "委托经营"
    OTHER = "other", "其他"

    @property
    def income(self) -> IncomeKind:
        """What such a contract brings in."""
        return _BRINGS[self]


_BRINGS = {
    ContractKind.LEASE: IncomeKind.RENT,
    ContractKind.SHARES: IncomeKind.DIVIDEND,
    ContractKind.TRUST: IncomeKind.ENTRUSTED,
    ContractKind.OTHER: IncomeKind.OTHER,
}


class SharingUse(Coded):
    """What distributed income is for (用途). Source: ledger_columns.yaml LG08, LG15."""

    POSTS = "posts", "公益岗位"
    WORKS = "works", "小型公益事业"
    REWARD = "reward", "奖励补助"
    RETAINED = "retained", "村集体留存"
    HOUSEHOLDS = "households", "分配到户"
    UPKEEP = "upkeep", "运维费"

    @property
    def is_paid_out(self) -> bool:
        """Whether it leaves the collective's account; what is retained stays there."""
        return self is not SharingUse.RETAINED


PRIORITY_USES = (SharingUse.POSTS, SharingUse.WORKS)
"""What photovoltaic income is for first. Source: 2024年工作要点 第10条."""
STATION_USES = (*PRIORITY_USES, SharingUse.REWARD, SharingUse.UPKEEP)
"""All that photovoltaic income may be for. Source: asset_classes.yaml PV2, LG15."""


def term_days(first: date, last: date, months: int) -> list[date]:
    """Days on which terms fall due: from the first, every so many months, the last day inclusive.

    A day the month does not have is its last day; the next term is again on the first term's day.
    """
    if months < 1:
        raise DomainError("每期间隔至少 1 个月", field="every_months")
    found: list[date] = []
    while len(found) <= MOST_TERMS:
        month = first.year * 12 + first.month - 1 + months * len(found)
        year, of_year = divmod(month, 12)
        day = date(year, of_year + 1, min(first.day, monthrange(year, of_year + 1)[1]))
        if day > last:
            return found
        found.append(day)
    raise DomainError(f"期数不能超过 {MOST_TERMS} 期，请核对首期应收日、间隔和合同止日", field="every_months")


def taken(pool: Sequence[tuple[int, Money]], amount: Money) -> dict[int, Money]:
    """Which income an amount is taken from: the earlier first, in the order given. Raises DomainError when it is not there."""
    left, found = amount, dict[int, Money]()
    for key, balance in pool:
        part = min(left, balance)
        if part > ZERO:
            found[key] = part
            left -= part
    if left > ZERO:
        there = total(balance for _, balance in pool)
        raise DomainError(
            f"这项资产可分配的收益是 {exact_yuan(there)} 元，方案合计 {exact_yuan(amount)} 元，超出 {exact_yuan(left)} 元",
            field="lines",
        )
    return found


def shared(pool: Sequence[tuple[int, Money]], uses: Mapping[int, Money]) -> Iterator[tuple[int, int, Money]]:
    """How a distribution falls on income and uses: income id, use, amount. Conserved to the 分 both ways."""
    parts: dict[int, Parts] = split_costs(taken(pool, total(uses.values())), uses)
    for income, by_use in parts.items():
        for use, amount in by_use.items():
            if amount > ZERO:
                yield income, use, amount
