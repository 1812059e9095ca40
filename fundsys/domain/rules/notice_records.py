"""Rules on notices of money: given in time (F004), never more than there is (F005), numbers that can be right (F117)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ..document_no import doubts
from ..facts import Facts, NoticeRecordFact
from ..money import ZERO, exact_wan, show_wan
from ..policy import Policy
from .base import Finding, Severity, rule, unconfirmed, without_fault

_AUDITS = "通用审计常见问题（待县核对）"


@rule(
    "F004",
    "资金分解下达超期",
    clause="预算法关于专项转移支付分解下达的规定",
    watches=("notices",),
    threshold="allotment_days",
)
def given_in_time(facts: Facts) -> Iterator[Finding]:
    """Share of the year's notices given to projects within the days allowed after they reached the county.

    Basis: approved notices but carry-overs, once the days have passed or all of it was given; the last day is in time.
    Money given again after a recovery does not make a notice late.
    Source: “末笔分配日期 − 到县日期 > 30日, 或到期仍有未分配余额”.
    """
    days = facts.policy.allotment_days
    mine = [n for n in facts.notices if n.year == facts.year and not n.is_carryover and n.amount > ZERO]
    if days is None and mine:
        yield unconfirmed(Policy.allotment_days.label)
        return
    allowed = timedelta(days=days or 0)

    def fault(n: NoticeRecordFact) -> str:
        due = n.received_on + allowed
        if n.whole_on is not None:
            return f"{n.whole_on.isoformat()} 才分配完，超期 {(n.whole_on - due).days} 日" if n.whole_on > due else ""
        return f"{due.isoformat()} 到期，还有 {show_wan(n.left)} 万元没有分配"

    due = [n for n in mine if n.whole_on is not None or facts.as_at > n.received_on + allowed]
    yield without_fault(
        facts,
        due,
        fault,
        table="allotment_notice",
        part="按期分配完的指标文",
        whole="已到期或已分配完的指标文",
        threshold="allotment_days",
        of=_of(facts),
    )


@rule(
    "F005",
    "分配总额超过下达额",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("notices",),
    threshold="records_share_min",
)
def never_more_than_there_is(facts: Facts) -> Iterator[Finding]:
    """Share of the year's notices of which no line gave more than it holds.

    Basis: approved entries, net; what later notices took back, returns and carry-overs are taken off. Refused at entry,
    so that a fault means the records were changed otherwise.
    Source: “同一文号分配额合计 > 下达额”.
    """

    def fault(n: NoticeRecordFact) -> str:
        return f"分配超过下达额 {exact_wan(n.over)} 万元" if n.over > ZERO else ""

    mine = [n for n in facts.notices if n.year == facts.year and n.amount > ZERO]
    yield without_fault(
        facts,
        mine,
        fault,
        table="allotment_notice",
        part="没有超过下达额的指标文",
        whole="本年度的指标文",
        threshold="records_share_min",
        of=_of(facts),
    )


@rule(
    "F117",
    "资金文号格式或年份异常",
    clause="郑州市2018年资金来源表（同表出现郑财预2016、2017两个年份的833号）",
    severity=Severity.MEDIUM,
    watches=("notices",),
    threshold="records_share_min",
)
def numbers_can_be_right(facts: Facts) -> Iterator[Finding]:
    """Share of the year's notices whose number has the usual form and a year that fits.

    Basis: approved notices but carry-overs, compared with the numbers of every year.
    Source: “归一化括号后不符‘机关代字〔四位年份〕序号号’, 或年份不在资金年度前一年至当年, 或同一机关代字与序号出现两个年份”.
    """
    numbers = [n.number for n in facts.notices]

    def fault(n: NoticeRecordFact) -> str:
        return "；".join(doubts(n.number, n.year, numbers))

    mine = [n for n in facts.notices if n.year == facts.year and not n.is_carryover]
    yield without_fault(
        facts,
        mine,
        fault,
        table="allotment_notice",
        part="文号没有疑问的指标文",
        whole="本年度的指标文",
        threshold="records_share_min",
        of=_of(facts),
    )


def _of(facts: Facts) -> str:
    return f"{facts.year}年度已复核的指标文"
