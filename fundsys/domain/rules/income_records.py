"""Rules on income of assets: come in by its day (F083), distributed in time (F084), never more than came in (F085), contracts that ended (F087)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..facts import Facts, IncomeRecordFact, OperatedFact
from ..money import ZERO, exact_yuan
from ..policy import Policy
from .base import Finding, Severity, rule, unconfirmed, without_fault

_BOLE = "博乐市审计局2024-25年衔接资金审计做法，供参考，待县确认"
_AUDITS = "通用审计常见问题（待县核对）"


@rule("F083", "收益未按期到账", clause=_BOLE, watches=("incomes",), threshold="income_late_days")
def received_in_time(facts: Facts) -> Iterator[Finding]:
    """Share of the incomes that have fallen due and came in whole, or are not owed for so many days yet.

    Basis: incomes of the year and of earlier years with an agreed day; the day the limit is reached counts.
    Source: “应收日期已过90日未实收”.
    """
    days = facts.policy.income_late_days
    due = [one for one in facts.incomes if one.due_on is not None and one.due_on < facts.as_at and one.due > ZERO]
    if days is None and (due or facts.unread.due):
        yield unconfirmed(Policy.income_late_days.label)
        return

    def fault(one: IncomeRecordFact) -> str:
        assert one.due_on is not None and days is not None
        late = (facts.as_at - one.due_on).days
        left = one.due - one.received
        return f"应收日期已过 {late} 日，还有 {exact_yuan(left)} 元没有到账" if left > ZERO and late >= days else ""

    yield without_fault(
        facts,
        due,
        fault,
        table="income",
        part="已收齐或没有超期的收益",
        whole="已到期的应收收益",
        threshold="income_late_days",
        unlisted=facts.unread.due,
    )


@rule("F084", "收益未分配", clause=_BOLE, watches=("incomes",), threshold="income_plan_months")
def distributed_in_time(facts: Facts) -> Iterator[Finding]:
    """Share of last year's incomes with money for which a distribution was resolved in time.

    Basis: incomes of the year before of which anything came in, once the months allowed have passed.
    Source: “上年收益已实收而本年6月30日前无分配方案”.
    """
    months = facts.policy.income_plan_months
    last = [one for one in facts.incomes if one.year == facts.year - 1 and one.received > ZERO]
    if months is None and (last or facts.unread.last):
        yield unconfirmed(Policy.income_plan_months.label)
        return
    until = month_end(facts.year, months or 0)

    def fault(one: IncomeRecordFact) -> str:
        if one.planned_on is None and one.distributed > ZERO:
            return ""  # distributed before distributions were told one by one
        if one.planned_on is None:
            return f"{until.isoformat()} 前没有分配方案，到账 {exact_yuan(one.received)} 元"
        return f"{one.planned_on.isoformat()} 才有分配方案" if one.planned_on > until else ""

    is_time = facts.as_at > until
    yield without_fault(
        facts,
        last if is_time else [],
        fault,
        table="income",
        part="按时有分配方案的收益",
        whole="上年已到账的收益",
        threshold="income_plan_months",
        unlisted=facts.unread.last if is_time else 0,
    )


@rule(
    "F085",
    "收益分配不平",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("incomes",),
    threshold="records_share_min",
)
def never_more_than_came_in(facts: Facts) -> Iterator[Finding]:
    """Share of the incomes with money of which no more was distributed than came in.

    Basis: incomes of the year and of earlier years; what is left stays as balance, so a balance below zero is the fault.
    Source: “实收+上期结余 ≠ 分配合计+期末结余”.
    """

    def fault(one: IncomeRecordFact) -> str:
        over = one.distributed - one.received
        return f"分配比到账多 {exact_yuan(over)} 元" if over > ZERO else ""

    moved = [one for one in facts.incomes if one.received or one.distributed]
    yield without_fault(
        facts,
        moved,
        fault,
        table="income",
        part="分配与结余相符的收益",
        whole="有到账或分配的收益",
        threshold="records_share_min",
        unlisted=facts.unread.moved,
    )


@rule("F087", "合同到期未续", clause=_AUDITS, watches=("operated",), threshold="records_share_min")
def contracts_renewed(facts: Facts) -> Iterator[Finding]:
    """Share of the assets run under a contract whose last contract still holds, or that are no longer run.

    Basis: assets with an approved contract or an end of contract in the register; the last day itself still holds.
    Source: “合同止日期已过而资产在经营且无新合同”.
    """

    def fault(one: OperatedFact) -> str:
        if one.ends_on >= facts.as_at or not one.is_operated:
            return ""
        return f"合同 {one.ends_on.isoformat()} 到期，没有新合同，资产状态仍是“{one.status}”"

    yield without_fault(
        facts,
        facts.operated,
        fault,
        table="asset",
        part="合同有效或已停止经营的资产",
        whole="有经营合同的资产",
        unlisted=facts.unread.operated,
    )


def month_end(year: int, months: int) -> date:
    """The last day of the so-manyeth month from the year's begin."""
    begins = date(year + months // 12, months % 12 + 1, 1)
    return begins - timedelta(days=1)
