"""Rules on the papers behind projects: settlements (F033), dossiers (F038), changes (F039), operators (F042), feasibility (F043)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..facts import Facts, ProjectRecordFact
from ..money import ZERO, Money, show_percent, show_wan, total
from ..policy import Policy
from .base import Finding, Severity, rule, unconfirmed
from .project_records import judged_projects

_AUDITS = "通用审计常见问题（待县核对）"
_CENTRAL = "审计署扶贫审计公告2017年（158县）、2018年（145县）"


@rule(
    "F033",
    "多计多付工程款",
    clause="温岭市乡村振兴审计2021年",
    watches=("project_records",),
    threshold="records_share_min",
)
def cut_before_it_is_paid(facts: Facts) -> Iterator[Finding]:
    """Share of the year's settlements that were cut by the review of which what was cut has not been paid.

    Basis: confirmed settlements handed in above what they were settled at, and approved payments.
    Source: “施工结算报审额−审定额 > 0 且已按报审额付款”.
    """

    def fault(p: ProjectRecordFact) -> str:
        assert p.asked is not None
        assert p.settled is not None
        if p.paid <= p.settled:
            return ""
        return f"报审 {show_wan(p.asked)} 万元，审定 {show_wan(p.settled)} 万元，已付 {show_wan(p.paid)} 万元"

    cut = [p for p in facts.project_records if p.asked is not None and p.settled is not None and p.asked > p.settled]
    yield judged_projects(facts, cut, fault, "按审定额付款的", "结算有核减的项目", "records_share_min")


@rule(
    "F038",
    "资料缺失",
    clause="六安市金安区2021年四季度衔接资金督查通报",
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="records_share_min",
)
def dossiers_are_whole(facts: Facts) -> Iterator[Finding]:
    """Share of the year's planned projects whose dossier has every paper asked for up to their stage.

    Basis: the county's checklist, papers due on entering the stage and those of the stages before; a paper proven by
    other records is there, one that was promised counts until its day has passed.
    Source: “当前阶段必备资料未归档”.
    """

    def fault(p: ProjectRecordFact) -> str:
        return f"缺 {len(p.papers_missing)} 份：{'、'.join(p.papers_missing)}" if p.papers_missing else ""

    planned = [p for p in facts.project_records if p.is_planned]
    yield judged_projects(facts, planned, fault, "资料齐全的", "列入计划的项目", "records_share_min")


@rule("F039", "项目变更未报批", clause=_AUDITS, watches=("project_records",), threshold="changed_share_max")
def changed_by_paper(facts: Facts) -> Iterator[Finding]:
    """Share of the year's planned projects that are as their plan, or the last approved paper of changes, has them.

    Basis: content, place and investment as they were planned; a change beyond the year's share wants a paper. Only a
    settlement or contract above the plan is a change of investment; one below it saves money.
    Source: “建设内容、地点或投资变动>10%而无变更批复文号”.
    """
    planned = [p for p in facts.project_records if p.is_planned]
    if facts.policy.changed_share_max is None and planned:
        yield unconfirmed(Policy.changed_share_max.label)
        return
    most = facts.policy.changed_share_max or 0

    def fault(p: ProjectRecordFact) -> str:
        built, words = p.settled if p.settled is not None else p.contracted, list(p.unapproved)
        share = (built - p.planned).share_of(p.planned) if built is not None else None
        if share is not None and share > most:
            what = "结算" if p.settled is not None else "合同"
            words.append(f"{what} {show_wan(built or ZERO)} 万元，超出计划 {show_percent(share)}")
        return f"{'，'.join(words)}，没有变更批复" if words else ""

    yield judged_projects(facts, planned, fault, "没有变更或变更已批复的", "列入计划的项目", "changed_share_max")


@rule(
    "F042",
    "垒大户",
    clause=_CENTRAL,
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="operator_share_max",
)
def not_heaped_on_one_operator(facts: Facts) -> Iterator[Finding]:
    """Share of the year's industry projects with an operator that has no more of the year's industry money than it may.

    Basis: approved money of industry projects by operator, against all of it; an operator above the share is in order
    where its projects bring along the year's number of households. Exactly the share is in order.
    Source: “单一经营主体同年承接财政投资 > 当年产业资金10%(默认)且带动户数 < 10”.
    """
    policy = facts.policy
    mine = [p for p in facts.project_records if p.is_industry and p.is_planned]
    run = [p for p in mine if p.operator]
    most, least = policy.operator_share_max, policy.operator_households_min
    if (most is None or least is None) and run:
        yield unconfirmed((Policy.operator_share_max if most is None else Policy.operator_households_min).label)
        return
    whole = total(p.given for p in mine)
    taken: dict[str, Money] = defaultdict(lambda: ZERO)
    brought: dict[str, int] = defaultdict(int)
    for p in run:
        taken[p.operator] += p.given
        brought[p.operator] += p.households

    def fault(p: ProjectRecordFact) -> str:
        share = taken[p.operator].share_of(whole)
        if share is None or most is None or least is None or share <= most or brought[p.operator] >= least:
            return ""
        return (
            f"{p.operator}承接 {show_wan(taken[p.operator])} 万元，占产业资金 {show_percent(share)}，"
            f"带动 {brought[p.operator]} 户"
        )

    yield judged_projects(facts, run, fault, "没有垒大户的", "有经营主体的产业项目", "operator_share_max")


@rule(
    "F043",
    "项目前期论证不足",
    clause="博乐市审计局2024—2025年衔接资金审计做法",
    severity=Severity.MEDIUM,
    watches=("project_records",),
    threshold="appraisal_floor",
)
def appraised_before_the_plan(facts: Facts) -> Iterator[Finding]:
    """Share of the year's large industry projects with a feasibility review and a paper on the ground they stand on.

    Basis: planned industry projects that build, from the year's investment on. The review is the library's appraisal or
    its paper in the dossier; the ground's paper lies in the dossier.
    Source: “投资≥200万元产业项目缺可研(实施方案)评审记录或用地依据”.
    """
    floor = facts.policy.appraisal_floor
    mine = [p for p in facts.project_records if p.is_industry and p.is_planned and p.forms_assets]
    if floor is None and mine:
        yield unconfirmed(Policy.appraisal_floor.label)
        return

    def fault(p: ProjectRecordFact) -> str:
        missing = [
            word
            for word, there in (("可研（实施方案）评审记录", p.is_appraised), ("用地依据", p.has_land_paper))
            if not there
        ]
        return f"计划投资 {show_wan(p.planned)} 万元，缺{'、'.join(missing)}" if missing else ""

    large = [p for p in mine if floor is not None and p.planned >= floor]
    yield judged_projects(facts, large, fault, "论证和用地依据齐全的", "须论证的产业项目", "appraisal_floor")
