"""Rules on a project's own money: over its plan (F010), left over (F012), assets against settlement (F072–F074), doubtful units (F112)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts, ProjectRecordFact
from ..money import show_wan
from ..policy import Policy
from .base import Finding, Severity, rule, unconfirmed
from .project_records import judged_projects

_AUDITS = "通用审计常见问题（待县核对）"


@rule("F010", "超计划或超概算安排", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def within_plan(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects with money that were given no more than their planned investment.

    Basis: approved allocations of all years, net of adjustments and recoveries; exactly the plan is in order.
    Source: “分配额合计 > 批复计划投资”。
    """

    def fault(p: ProjectRecordFact) -> str:
        return f"安排 {show_wan(p.given)} 万元，计划投资 {show_wan(p.planned)} 万元" if p.given > p.planned else ""

    given = [p for p in facts.project_records if p.given.fen > 0]
    yield judged_projects(facts, given, fault, "没有超过计划投资的", "已安排资金的项目", "records_share_min")


@rule(
    "F012",
    "结余未收回",
    clause="密山市公告实例；通用审计常见问题（待县核对）",
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="leftover_days",
)
def leftovers_recovered(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settled projects without money left, or settled for fewer days than the limit.

    Basis: approved allocations net of recoveries, less the settled amount; the day the limit is reached counts.
    Source: “项目验收结算满90日, 分配额−结算额 > 0 且未登记收回或调整”。
    """
    days = facts.policy.leftover_days
    settled = [p for p in facts.project_records if p.settled is not None and p.settled_on is not None]
    if days is None and settled:
        yield unconfirmed(Policy.leftover_days.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        assert p.settled is not None and p.settled_on is not None and days is not None
        passed = (facts.as_at - p.settled_on).days
        left = p.given - p.settled
        return f"结算 {passed} 日，结余 {show_wan(left)} 万元没有收回" if left.fen > 0 and passed >= days else ""

    yield judged_projects(facts, settled, fault, "没有结余或没有到期的", "已结算项目", "leftover_days")


@rule("F072", "形成资产项目无资产记录", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def assets_recorded(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settled projects of asset-forming subtypes with an asset, or with money said to form none.

    Basis: settled projects whose subtype forms assets by the county's dictionary.
    Source: “子类型默认形成资产而资产数=0, 且未填‘不形成资产’说明”。
    """

    def fault(p: ProjectRecordFact) -> str:
        return "" if p.assets or p.expensed.fen > 0 else "没有登记资产，也没有说明不形成资产"

    settled = [p for p in facts.project_records if p.settled is not None and p.forms_assets]
    yield judged_projects(facts, settled, fault, "登记了资产的", "应形成资产的已结算项目", "records_share_min")


@rule("F073", "资产原值大于结算额", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def assets_within_settlement(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settled projects whose assets cost no more than what was settled.

    Basis: settled projects with assets; assets merged into another count once.
    Source: “同项目资产原值合计 > 审定结算额”。
    """

    def fault(p: ProjectRecordFact) -> str:
        assert p.settled is not None
        over = p.assets_cost > p.settled
        return f"资产原值 {show_wan(p.assets_cost)} 万元，结算 {show_wan(p.settled)} 万元" if over else ""

    yield judged_projects(
        facts, _with_assets(facts), fault, "资产原值不大于结算额的", "有资产的已结算项目", "records_share_min"
    )


@rule(
    "F074",
    "资产原值小于结算额较多",
    clause=_AUDITS,
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="asset_cost_share_min",
)
def settlement_accounted_for(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settled projects whose assets and money said to form none make up most of the settlement.

    Basis: settled projects with assets; exactly the limit is in order.
    Source: “同项目资产原值合计 < 结算额×0.9 且未说明不形成资产部分”。
    """
    limit = facts.policy.asset_cost_share_min
    found = _with_assets(facts)
    if limit is None and found:
        yield unconfirmed(Policy.asset_cost_share_min.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        assert p.settled is not None and limit is not None
        told = p.assets_cost + p.expensed
        short = told.fen < p.settled.fen * limit
        return f"资产原值和不形成资产部分 {show_wan(told)} 万元，结算 {show_wan(p.settled)} 万元" if short else ""

    yield judged_projects(facts, found, fault, "结算额都有去处的", "有资产的已结算项目", "asset_cost_share_min")


@rule("F112", "金额精度或单位错误", clause=_AUDITS, watches=("project_records",), threshold="project_money_max")
def plausible_amounts(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects whose planned investment is not so large that 元 may stand for 万元.

    Basis: every project of the year; exactly the limit is in order. Amounts below zero are refused by the tables.
    Source: “万元字段疑似填成元(单项目>5000万元…)”。
    """
    limit = facts.policy.project_money_max
    if limit is None and facts.project_records:
        yield unconfirmed(Policy.project_money_max.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        assert limit is not None
        return f"计划投资 {show_wan(p.planned)} 万元，请核对单位" if p.planned > limit else ""

    yield judged_projects(facts, list(facts.project_records), fault, "计划投资合理的", "项目", "project_money_max")


def _with_assets(facts: Facts) -> list[ProjectRecordFact]:
    return [p for p in facts.project_records if p.settled is not None and p.assets]
