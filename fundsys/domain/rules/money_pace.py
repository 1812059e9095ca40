"""Rules on money that does not move: idle for a year or two (F006), behind the checkpoints of spending (F007)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from ..facts import Facts, GivenFact
from ..money import ZERO, Money, exact_wan, show_limit, show_percent, total
from ..policy import Policy
from ..spending import unpaid
from .base import Finding, Row, Severity, Unit, all_in_order, at_least, no_data, rule, unconfirmed


@rule(
    "F006",
    "资金闲置超1年",
    clause="审计署扶贫审计公告2017年（158县）、2018年（145县）",
    watches=("given",),
    threshold="lying_paid_min",
)
def not_idle_for_a_year(facts: Facts) -> Iterator[Finding]:
    """Share of the projects with money of a year ago of which enough is paid, and nothing is left after two years.

    Basis: approved entries of all years, net, given so many days ago or longer; payments use up the oldest money first.
    Source: “分配满365日累计支付率 < 0.5; 满730日仍有余额按闲置两年标红”.
    """
    policy = facts.policy
    days, least, long = policy.lying_days, policy.lying_paid_min, policy.lying_long_days
    if (days is None or least is None or long is None) and facts.given:
        missing = next(
            k.label
            for k, v in ((Policy.lying_days, days), (Policy.lying_paid_min, least), (Policy.lying_long_days, long))
            if v is None
        )
        yield unconfirmed(missing)
        return
    ripe, old = facts.as_at - timedelta(days=days or 0), facts.as_at - timedelta(days=long or 0)

    def fault(p: GivenFact, matured: Money) -> str:
        is_old = any(g.on <= old for g in p.given)
        left = total(g.amount for g in unpaid(p.given, p.paid) if g.on <= old) if is_old else ZERO
        if left > ZERO:
            return f"分配满 {long} 日，还有 {exact_wan(left)} 万元没有支付"
        settled = max(min(p.paid, matured), ZERO)
        if least is None or settled.fen * least.denominator >= matured.fen * least.numerator:
            return ""
        rate = show_percent(settled.share_of(matured), least)
        return f"分配满 {days} 日，累计支付率 {rate}，低于 {show_limit(least)}"

    matured = [total(g.amount for g in p.given if g.on <= ripe) for p in facts.given]
    counted = facts.unread.lying
    judged = [(p, amount) for p, amount in zip(facts.given, matured, strict=True) if amount > ZERO]
    yield all_in_order(
        [p for p, _ in judged],
        [fault(p, amount) for p, amount in judged],
        table="project",
        part="没有闲置资金的项目",
        whole="分配满一年的项目",
        missing=Policy.lying_paid_min.label,
        basis=f"分配满期的资金，按先进先出抵减支付（{policy.cite('lying_paid_min')}）",
        none_yet="还没有分配满期的资金，无数据。",
        unlisted=counted.judged - counted.lying,
        missed=counted.lying,
    )


@rule(
    "F007",
    "支出进度低于节点",
    clause="外省衔接资金绩效评分做法，供参考，待县确认",
    severity=Severity.MEDIUM,
    watches=("pace",),
    threshold="records_share_min",
)
def spending_keeps_pace(facts: Facts) -> Iterator[Finding]:
    """Share of the year's checkpoints that have passed and were met on their day.

    Basis: approved payments of the year's notices against approved allocations, both by the end of the day; the
    checkpoints are the county's dictionary.
    Source: “某节点日期的累计支付÷累计分配 < 节点最低率”.
    """
    passed = [p for p in facts.pace if p.on <= facts.as_at and p.allocated > ZERO]
    met = [p.paid.fen * p.least.denominator >= p.allocated.fen * p.least.numerator for p in passed]
    basis = f"{facts.year}年度指标的累计支付 ÷ 累计分配，节点以县里的字典为准"
    if not passed:
        says = f"{facts.year}年度还没有到支出进度节点，无数据。"
        yield no_data(Unit.RATIO, ">=", Fraction(1), says, basis=basis)
        return
    rows = tuple(
        Row(
            "checkpoint",
            0,
            f"{p.on.isoformat()} 节点 {show_limit(p.least)}",
            p.paid,
            there,
            True,
            f"累计支付 {show_percent(p.paid.share_of(p.allocated), p.least)}，分配 {exact_wan(p.allocated)} 万元",
        )
        for p, there in zip(passed, met, strict=True)
    )
    yield at_least(
        sum(met),
        len(passed),
        Fraction(1),
        part="达到的节点",
        whole="已过的支出进度节点",
        missing=Policy.records_share_min.label,
        basis=basis,
        rows=rows,
    )
