"""Rules on shares of the year's money: industry (R65), lead industry (R30), management fee (R01F)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..facts import AllocationFact, Facts, MoneyFact, sum_of
from ..funds import CONSOLIDATION_TASK, JUDGED_LEVELS, EntryKind, MoneyState
from ..money import show_percent, show_wan
from ..policy import Policy
from .base import Finding, LeftOut, Row, at_least, at_most, rule

_CLAUSE_11 = "2024年工作要点 第11条"


@rule(
    "R65",
    "产业发展资金占比",
    clause=_CLAUSE_11,
    aliases=("F001",),
    watches=("allocations",),
    threshold="industry_share_min",
)
def industry_share(facts: Facts) -> Iterator[Finding]:
    """Share of central and provincial transition money allotted to industry.

    Basis: allocations of the year net of adjustments and recoveries; the payment figure stands beside it, not judged.
    Units: compared exactly in 分. Source: “65%以上用于产业发展”，以上含本数。
    """
    policy = facts.policy
    counted = [a for a in facts.allocations if facts.counts(a) and in_base(a, policy)]
    paid = [p for p in facts.payments if facts.counts(p) and in_base(p, policy)]
    industry = [a for a in counted if is_industry(a)]
    yield at_least(
        sum_of(industry),
        sum_of(counted),
        policy.industry_share_min,
        part="产业资金",
        whole="中央及省级衔接资金",
        rest="非产业资金",
        missing=Policy.industry_share_min.label,
        beside=_paid_beside("产业", [p for p in paid if is_industry(p)], paid),
        basis=base_words(facts),
        rows=tuple(_row(a, is_industry(a), "非产业") for a in counted),
        left_out=tuple(_left_out(a, facts) for a in facts.allocations if not (facts.counts(a) and in_base(a, policy))),
    )


@rule(
    "R30",
    "首位产业资金占比",
    clause=_CLAUSE_11,
    aliases=("F002",),
    watches=("allocations",),
    threshold="lead_industry_share_min",
)
def lead_industry_share(facts: Facts) -> Iterator[Finding]:
    """Share of that industry money allotted to the lead industry.

    Basis: the numerator of R65. Source: “产业资金用于支持首位产业发展的比例不少于30%”。
    """
    policy = facts.policy
    industry = [a for a in facts.allocations if facts.counts(a) and in_base(a, policy) and is_industry(a)]
    paid = [p for p in facts.payments if facts.counts(p) and in_base(p, policy) and is_industry(p)]
    leading = [a for a in industry if a.is_leading]
    yield at_least(
        sum_of(leading),
        sum_of(industry),
        policy.lead_industry_share_min,
        part="首位产业资金",
        whole="产业资金",
        rest="其他产业资金",
        missing=Policy.lead_industry_share_min.label,
        beside=_paid_beside("首位产业", [p for p in paid if p.is_leading], paid),
        basis=f"分母为产业占比（R65）的分子：{base_words(facts)}",
        rows=tuple(_row(a, a.is_leading, "其他产业") for a in industry),
        left_out=tuple(_left_out(a, facts) for a in facts.allocations if _misses_industry(a, facts)),
    )


@rule(
    "R01F",
    "项目管理费上限",
    clause="财农〔2021〕19号",
    aliases=("F003",),
    watches=("allocations",),
    threshold="management_fee_max",
)
def management_fee(facts: Facts) -> Iterator[Finding]:
    """Management fee as a share of the transition money of its level, one finding for 中央 and one for 省级.

    Basis: the year's total, not a single notice; the base (all tasks, or 巩固衔接 only) is the county's.
    Source: 财农〔2021〕19号；达川区、密山市公告实例为 1%。
    """
    policy = facts.policy
    narrow = policy.management_fee_base == "task101"
    for level in JUDGED_LEVELS:
        of_level = [a for a in facts.allocations if a.is_transition and a.level is level]
        counted = [a for a in of_level if facts.counts(a)]
        base = [a for a in counted if not narrow or a.task == CONSOLIDATION_TASK]
        in_the_base = {id(a) for a in base}
        rows = [a for a in counted if a.is_fee or id(a) in in_the_base]
        uncounted = [(a, _uncounted(a)) for a in of_level if not facts.counts(a)]
        other_tasks = [(a, "口径只以巩固衔接任务为基数") for a in counted if not a.is_fee and id(a) not in in_the_base]
        yield at_most(
            sum_of(a for a in counted if a.is_fee),
            sum_of(base),
            policy.management_fee_max,
            part=f"{level.label}项目管理费",
            whole=f"{level.label}衔接资金",
            rest="其他项目资金",
            missing=Policy.management_fee_max.label,
            beside=_batch_warning(counted, policy.management_fee_max),
            scope=level.label,
            basis=_fee_words(facts, level.label, narrow),
            rows=tuple(_row(a, a.is_fee, "项目资金")._replace(in_denominator=id(a) in in_the_base) for a in rows),
            left_out=tuple(LeftOut(_label(a), why, "allocation", a.id, a.amount) for a, why in uncounted + other_tasks),
        )


def in_base(entry: MoneyFact, policy: Policy) -> bool:
    """Whether the money stands in the base of the industry share, its state apart."""
    judged = entry.is_transition and entry.level in JUDGED_LEVELS and entry.counts_in_base
    return judged and not (policy.base_less_fee and entry.is_fee)


def is_industry(entry: MoneyFact) -> bool:
    """Whether the money is industry money; a management fee never is."""
    return entry.is_industry and not entry.is_fee


def base_words(facts: Facts) -> str:
    """The basis of the industry share in words, as it is printed with the result."""
    policy = facts.policy
    fee = "扣减项目管理费" if policy.base_less_fee else "不扣减项目管理费"
    bases = {code: kind for code, kind in Policy.kinds().items() if code.startswith("base_f")}
    excluded = [kind.label.split("（")[0] for code, kind in bases.items() if _is_off(policy, code)]
    tasks = f"；{'、'.join(excluded)}不计入" if excluded else "；各项任务都计入"
    return (
        f"{facts.year}年度中央、省级财政衔接资金{facts.counted_words}的分配额，已扣除调整和收回{tasks}；{fee}"
        f"（{policy.cite('industry_share_min')}）"
    )


def _is_off(policy: Policy, code: str) -> bool:
    setting = policy.settings.get(code)
    return setting is not None and setting.value is False


def _fee_words(facts: Facts, level: str, narrow: bool) -> str:
    base = "巩固衔接任务的分配额" if narrow else "全部分配额"
    return (
        f"{facts.year}年度{level}衔接资金{facts.counted_words}的{base}，已扣除调整和收回，按全年累计判定"
        f"（{facts.policy.cite('management_fee_max')}）"
    )


def _paid_beside(words: str, part: Sequence[MoneyFact], whole: Sequence[MoneyFact]) -> str:
    paid, all_paid = sum_of(part), sum_of(whole)
    if not all_paid:
        return "还没有支付。"
    share = show_percent(paid.share_of(all_paid))
    return f"支付口径：{words}已支付 {show_wan(paid)} 万元，占 {share}，供参考，不作判定。"


def _batch_warning(counted: list[AllocationFact], limit: Fraction | None) -> str:
    """Names notices whose own fee is above the limit: a hint only, the year's total decides."""
    if limit is None:
        return ""
    over = []
    for notice in sorted({a.notice for a in counted if a.notice and a.is_fee}):
        share = sum_of(a for a in counted if a.notice == notice and a.is_fee).share_of(
            sum_of(a for a in counted if a.notice == notice)
        )
        if share is not None and share > limit:
            over.append(f"{notice}单批为 {show_percent(share, limit)}")
    return f"{'，'.join(over)}，按全年累计复核。" if over else ""


def _row(entry: AllocationFact, counts: bool, otherwise: str) -> Row:
    return Row("allocation", entry.id, _label(entry), entry.amount, counts, True, "" if counts else otherwise)


def _label(entry: AllocationFact) -> str:
    return entry.label if entry.kind is EntryKind.ALLOCATION else f"{entry.label}（{entry.kind.label}）"


def _left_out(entry: AllocationFact, facts: Facts) -> LeftOut:
    return LeftOut(_label(entry), _why_outside(entry, facts), "allocation", entry.id, entry.amount)


def _why_outside(entry: AllocationFact, facts: Facts) -> str:
    if not entry.is_transition:
        return "不是财政衔接资金"
    if entry.level not in JUDGED_LEVELS:
        return f"级次为{entry.level.label}，条款只说中央及省级"
    if not entry.counts_in_base:
        return "县定口径不计入这项任务"
    if facts.policy.base_less_fee and entry.is_fee:
        return "县定口径从分母扣减项目管理费"
    return _uncounted(entry)


def _uncounted(entry: AllocationFact) -> str:
    return {
        MoneyState.DRAFT: "分配仍是草稿，提交复核后计入",
        MoneyState.SUBMITTED: "分配待复核，复核后计入",
        MoneyState.RETURNED: "分配已退回，重新提交并复核后计入",
    }.get(entry.state, "没有复核")


def _misses_industry(entry: AllocationFact, facts: Facts) -> bool:
    return is_industry(entry) and not (facts.counts(entry) and in_base(entry, facts.policy))
