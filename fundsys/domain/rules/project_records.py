"""Rules on what is recorded of the year's projects: acceptance in time (F028, F035), order of days (F036), targets (F040), linkage (F041), beneficiaries (F113)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from ..facts import Facts, ProjectRecordFact
from ..policy import Policy
from .base import Finding, Severity, all_in_order, rule, unconfirmed

_AUDITS = "通用审计常见问题（待县核对）"
_LUAN = "六安市金安区2021年四季度衔接资金督查通报"
_QUANTITY = re.compile(r"\d\s*[^\d\s.,，。、；;)）]")
"""A figure followed by the word it counts: “40 户”, “1.2公里”, “95%”."""
_MONTHS_BEFORE = 2
"""How many years before its own a project's days may begin. Source: F036 “早于项目年度1月1日前24个月”."""


@rule(
    "F028",
    "完工未及时验收",
    clause=_LUAN,
    watches=("project_records",),
    threshold="acceptance_days",
)
def accepted_in_time(facts: Facts) -> Iterator[Finding]:
    """Share of the year's completed projects that were accepted, or have not been complete for too many days.

    Basis: days from completion to the day of judgement; the day the limit is reached counts as late.
    Source: “完工满60日未验收”。
    """
    days = facts.policy.acceptance_days
    done = [p for p in facts.project_records if p.completed_on is not None and p.completed_on <= facts.as_at]
    if days is None and done:
        yield unconfirmed(Policy.acceptance_days.label)
        return

    def late(p: ProjectRecordFact) -> str:
        assert p.completed_on is not None and days is not None
        waited = (facts.as_at - p.completed_on).days
        is_accepted = p.accepted_on is not None and p.accepted_on <= facts.as_at
        return f"完工 {waited} 日没有验收" if not is_accepted and waited >= days else ""

    yield judged_projects(facts, done, late, "已验收或没有超期的", "已完工项目", "acceptance_days")


@rule(
    "F035",
    "验收早于完工",
    clause=_AUDITS,
    severity=Severity.BLOCKER,
    watches=("project_records",),
    threshold="records_share_min",
)
def accepted_after_completion(facts: Facts) -> Iterator[Finding]:
    """Share of the year's accepted projects whose completion is recorded and not later than their acceptance.

    Basis: both on one day is in order. Entry refuses it too; what was imported or tampered with is found here.
    Source: “验收日期 < 完工日期”。
    """

    def early(p: ProjectRecordFact) -> str:
        if p.completed_on is None:
            return f"{p.accepted_on} 验收，没有完工日期"
        assert p.accepted_on is not None
        return f"{p.accepted_on} 验收，{p.completed_on} 才完工" if p.accepted_on < p.completed_on else ""

    accepted = [p for p in facts.project_records if p.accepted_on is not None]
    yield judged_projects(facts, accepted, early, "验收不早于完工的", "已验收项目", "records_share_min")


@rule("F036", "日期倒置", clause=_AUDITS, watches=("project_records",), threshold="records_share_min")
def days_in_order(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects whose days follow one another, none in the future and none long before the year.

    Basis: admission, approval, contract, start, completion, acceptance, settlement, as far as they are recorded.
    Source: “链上任一环日期早于前一环(含未来日期、早于项目年度1月1日前24个月)”。
    """

    def fault(p: ProjectRecordFact) -> str:
        known = [(name, day) for name, day in p.days if day is not None]
        for name, day in known:
            if day > facts.as_at:
                return f"{name}日期 {day} 还没有到"
            if day < date(p.year - _MONTHS_BEFORE, 1, 1):
                return f"{name}日期 {day} 早于 {p.year - _MONTHS_BEFORE} 年"
        for (earlier, before), (later, after) in zip(known, known[1:], strict=False):
            if after < before:
                return f"{later} {after} 早于{earlier} {before}"
        return ""

    dated = [p for p in facts.project_records if any(day for _, day in p.days)]
    yield judged_projects(facts, dated, fault, "日期不倒置的", "有日期的项目", "records_share_min")


@rule(
    "F040",
    "绩效目标缺失或无量化",
    clause="衔接推进乡村振兴补助资金绩效评价办法（绩效目标）",
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="records_share_min",
)
def targets_have_figures(facts: Facts) -> Iterator[Finding]:
    """Share of the year's planned projects with a performance target that has a figure and a unit.

    Basis: a row of the project's targets, or a figure with its unit in the words of the target.
    Source: “绩效目标为空或不含数字与单位”。
    """

    def fault(p: ProjectRecordFact) -> str:
        if p.targets or _QUANTITY.search(p.target_words):
            return ""
        return "绩效目标没有数字和单位" if p.target_words.strip() else "没有绩效目标"

    planned = [p for p in facts.project_records if p.is_planned]
    yield judged_projects(facts, planned, fault, "绩效目标量化的", "列入计划的项目", "records_share_min")


@rule(
    "F041",
    "未建联农带农机制",
    clause="审计署扶贫审计公告（利益联结弱）",
    watches=("project_records",),
    threshold="records_share_min",
)
def linked_to_farmers(facts: Facts) -> Iterator[Finding]:
    """Share of the year's operating industry projects that say how they link farmers and how many households.

    Basis: planned industry projects whose subtype forms operating assets.
    Source: “经营性产业项目联农带农机制为空或带动户数=0”。
    """

    def fault(p: ProjectRecordFact) -> str:
        lacks = [] if p.linkage.strip() else ["没有写联农带农机制"]
        lacks += [] if p.households > 0 else ["带动户数为 0"]
        return "，".join(lacks)

    operating = [p for p in facts.project_records if p.is_planned and p.is_operating]
    yield judged_projects(facts, operating, fault, "建有联农带农机制的", "经营性产业项目", "records_share_min")


@rule(
    "F113",
    "受益人口逻辑错误",
    clause=_AUDITS,
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="records_share_min",
)
def beneficiaries_add_up(facts: Facts) -> Iterator[Finding]:
    """Share of the year's planned projects whose beneficiaries can be: people no fewer than households, poor no more than all.

    Basis: projects that name any beneficiary. The villages' whole population is not recorded and not compared.
    Source: “脱贫户>总户, 人口<户数, 或>村总人口”。
    """

    def fault(p: ProjectRecordFact) -> str:
        wrong = [
            (p.poor_households > p.households, f"脱贫户 {p.poor_households} 多于受益户 {p.households}"),
            (p.people < p.households, f"受益人口 {p.people} 少于户数 {p.households}"),
            (p.poor_people > p.people, f"脱贫人口 {p.poor_people} 多于受益人口 {p.people}"),
            (p.poor_people < p.poor_households, f"脱贫人口 {p.poor_people} 少于脱贫户 {p.poor_households}"),
        ]
        return "，".join(words for is_so, words in wrong if is_so)

    named = [p for p in facts.project_records if p.is_planned and (p.households or p.people or p.poor_households)]
    yield judged_projects(facts, named, fault, "受益人口对得上的", "填有受益户的项目", "records_share_min")


def judged_projects(
    facts: Facts,
    judged: list[ProjectRecordFact],
    fault: Callable[[ProjectRecordFact], str],
    good: str,
    whole: str,
    threshold: str,
) -> Finding:
    """The share of the year's projects without a fault; all of them must be. good, whole: what they are called."""
    return all_in_order(
        judged,
        [fault(p) for p in judged],
        table="project",
        part=f"{good}项目",
        whole=whole,
        missing=Policy.records_share_min.label,
        basis=f"{facts.year}年度的{whole}（{facts.policy.cite(threshold)}）",
        none_yet=f"{facts.year}年度还没有{whole}，无数据。",
    )
