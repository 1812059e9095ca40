"""Rules on tenders: works parted so that none must be tendered (F022), contracts that should have been (F023)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from ..facts import Facts
from ..funds import ContractSubject
from ..further_facts import ContractFact, WorksFact
from ..money import Money, show_wan, total
from ..policy import Policy
from .base import Finding, rule, unconfirmed, without_fault

_AUDITS = "通用审计常见问题（待县核对）"


@rule("F022", "化整为零规避招标", clause=_AUDITS, watches=("works",), threshold="tender_works_min")
def not_parted_below_the_limit(facts: Facts) -> Iterator[Finding]:
    """Share of the year's works that do not stand beside others of one kind, approved close together, that reach the limit.

    Basis: approved projects that build, not tendered openly, each below the limit of works. Works of one subtype by one
    implementing unit, or in one village, within the year's days of one another, are looked at together.
    Source: “同一实施单位或同村、同类、批复日期相差≤60日, 单项均低于招标限额而合计达到限额”.
    """
    limit, days = facts.policy.tender_works_min, facts.policy.split_window_days
    mine = [w for w in facts.works if not w.is_open]
    if (limit is None or days is None) and mine:
        yield unconfirmed((Policy.tender_works_min if limit is None else Policy.split_window_days).label)
        return
    small = [w for w in mine if limit is not None and w.amount < limit]
    told: dict[int, str] = {}
    for what in ("unit", "village"):
        for group in _together(small, what, timedelta(days=days or 0)):
            whole = total(w.amount for w in group)
            if len(group) > 1 and limit is not None and whole >= limit:
                for w in group:
                    others = "、".join(o.label.split(" ")[0] for o in group if o is not w)
                    place = f"同一实施单位{w.unit}" if what == "unit" else f"同在{w.village}"
                    told.setdefault(w.id, f"{place}、同为{w.type_name}，与 {others} 合计 {show_wan(whole)} 万元")
    yield without_fault(
        facts,
        mine,
        lambda w: told.get(w.id, ""),
        table="project",
        part="没有拆分迹象的项目",
        whole="没有公开或邀请招标的建设项目",
        threshold="tender_works_min",
    )


def _together(works: Sequence[WorksFact], what: str, window: timedelta) -> Iterator[list[WorksFact]]:
    """Works of one subtype and one unit (or village) whose days of approval lie within the window of the first."""
    groups: dict[tuple[str, str], list[WorksFact]] = defaultdict(list)
    for w in works:
        if place := getattr(w, what):
            groups[place, w.type_name].append(w)
    for key in sorted(groups):
        begun: list[WorksFact] = []
        for w in sorted(groups[key], key=lambda one: (one.approved_on, one.id)):
            if begun and w.approved_on - begun[0].approved_on > window:
                yield begun
                begun = []
            begun.append(w)
        yield begun


@rule("F023", "应招标未招标", clause=_AUDITS, watches=("contracts",), threshold="tender_works_min")
def tendered_where_it_must_be(facts: Facts) -> Iterator[Finding]:
    """Share of the year's contracts from the limit on that came of an open or invited tender, or of leave not to tender.

    Basis: confirmed contracts by what they are about; exactly the limit must be tendered.
    Source: “施工合同额≥400万元(服务≥100, 货物≥200)且采购方式非公开/邀请招标, 又无不招标批准文号”.
    """
    policy = facts.policy
    limits: dict[ContractSubject, Money | None] = {
        ContractSubject.WORKS: policy.tender_works_min,
        ContractSubject.GOODS: policy.tender_goods_min,
        ContractSubject.SERVICE: policy.tender_service_min,
    }
    if None in limits.values() and facts.contracts:
        yield unconfirmed(Policy.tender_works_min.label)
        return

    def fault(c: ContractFact) -> str:
        if c.is_open or c.exemption:
            return ""
        return (
            f"{c.subject.label}合同 {show_wan(c.amount)} 万元，{c.method or '没有招标采购记录'}，没有不招标的批准文号"
        )

    def is_due(c: ContractFact) -> bool:
        limit = limits[c.subject]
        return limit is not None and c.amount >= limit

    yield without_fault(
        facts,
        [c for c in facts.contracts if is_due(c)],
        fault,
        table="contract",
        part="已招标或经批准不招标的合同",
        whole="达到招标限额的合同",
        threshold="tender_works_min",
    )
