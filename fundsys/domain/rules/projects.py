"""Rules on the year's projects: the yearly number (R123) and work relief (RWR)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..facts import Facts, ProjectFact, sum_of
from ..money import Money, show_wan, total
from ..policy import Policy
from ..projects import ProjectStatus
from .base import Finding, LeftOut, Outcome, Row, Unit, count_at_least, equal_to, no_data, rule

_CLAUSE_11 = "2024年工作要点 第11条"


@rule("R123", "年度衔接项目数", clause=_CLAUSE_11, watches=("projects", "allocations"), threshold="project_target")
def yearly_projects(facts: Facts) -> Iterator[Finding]:
    """Projects of the year in the plan (state 40 or later), each with plan document, money, owner, start and end date.

    Basis: a project that lacks one of these is left out, and what it lacks is said. More than the target is REVIEW.
    Source: “加快年度123个有效衔接项目建设”。
    """
    policy = facts.policy
    basis = f"{facts.year}年度、已列计划（状态 40 及以后）、要件齐全的项目（{policy.cite('project_target')}）"
    of_year = [p for p in facts.projects if p.year == facts.year]
    if not of_year:
        message = f"{facts.year}年度还没有登记项目，无数据。"
        yield no_data(Unit.COUNT, "=", policy.project_target, message, basis=basis)
        return
    given = {project_id: sum_of(entries) for project_id, entries in facts.by_project().items()}
    planned = [p for p in of_year if p.status.reached(ProjectStatus.PLANNED)]
    missing = {p.id: _missing(p, given) for p in planned}
    complete = [p for p in planned if not missing[p.id]]
    left_out = [
        LeftOut(p.label, f"缺{'、'.join(missing[p.id])}", "project", p.id) for p in planned if missing[p.id]
    ] + [LeftOut(p.label, _not_planned(p), "project", p.id) for p in of_year if p.id not in missing]
    short = len(planned) - len(complete)
    finding = equal_to(
        len(complete),
        policy.project_target,
        part="列入年度计划且要件齐全的项目",
        missing=Policy.project_target.label,
        above=Outcome.REVIEW,
        beside=f"另有 {short} 个已列计划的项目要件不全。" if short else "",
        basis=basis,
        denominator=len(planned),
        rows=tuple(Row("project", p.id, p.label, _given(p, given)) for p in complete),
        left_out=tuple(left_out),
    )
    yield _review_when_planned_beyond(finding, len(planned), policy.project_target)


def _review_when_planned_beyond(finding: Finding, planned: int, target: int | None) -> Finding:
    """The target is met by complete projects, but more stand in the plan: a person must look at the list."""
    if finding.outcome is Outcome.PASS and target is not None and planned > target:
        return replace(
            finding,
            outcome=Outcome.REVIEW,
            message=f"{finding.message}已列计划的项目共 {planned} 个，多于目标 {target} 个，请核对清单。",
        )
    return finding


def _missing(project: ProjectFact, given: dict[int, Money]) -> list[str]:
    """What a planned project lacks, in the order people ask for it."""
    has = {
        "计划文号": bool(project.plan_document.strip()),
        "资金": _given(project, given) > Money(0),
        "主管单位": bool(project.owner.strip()),
        "计划开工日期": project.starts_on is not None,
        "计划完工日期": project.ends_on is not None,
    }
    return [name for name, there in has.items() if not there]


def _given(project: ProjectFact, given: dict[int, Money]) -> Money:
    return project.earlier_money + given.get(project.id, Money(0))


def _not_planned(project: ProjectFact) -> str:
    if project.status.is_withdrawn:
        return f"项目已{project.status.label}"
    return f"状态为“{project.status.label}”，还没有列入年度计划"


@rule(
    "RWR",
    "以工代赈项目数",
    clause=_CLAUSE_11,
    aliases=("F061",),
    watches=("projects", "allocations"),
    threshold="work_relief_min",
)
def work_relief_projects(facts: Facts) -> Iterator[Finding]:
    """Work-relief projects paid from transition money of the year, counted from allocation on.

    Basis: transition funds of every level; withdrawn projects are left out; central budget investment is no
    transition fund. The text adds how many are completed.
    Source: “财政衔接推进乡村振兴补助资金至少实施10个以工代赈项目”。
    """
    policy = facts.policy
    basis = (
        f"以工代赈方式实施、{facts.year}年度有{facts.counted_words}衔接资金分配、没有出库或终止的项目"
        f"（{policy.cite('work_relief_min')}）"
    )
    if not facts.projects:
        yield no_data(Unit.COUNT, ">=", policy.work_relief_min, "还没有登记项目，无数据。", basis=basis)
        return
    given = {project_id: sum_of(entries) for project_id, entries in facts.by_project(transition_only=True).items()}
    others = {project_id for project_id, entries in facts.by_project().items() if project_id not in given}
    relief = [p for p in facts.projects if p.is_work_relief and (p.year == facts.year or given.get(p.id))]
    counted = [p for p in relief if counts_as_relief(p, facts.policy) and given.get(p.id, Money(0)) > Money(0)]
    counted_ids = {p.id for p in counted}
    completed = sum(1 for p in counted if p.is_completed)
    of_them = total(given[p.id] for p in counted)
    yield count_at_least(
        len(counted),
        policy.work_relief_min,
        part="衔接资金以工代赈项目",
        missing=Policy.work_relief_min.label,
        beside=f"其中已完工 {completed} 个，安排衔接资金 {show_wan(of_them)} 万元。",
        basis=basis,
        rows=tuple(Row("project", p.id, p.label, given[p.id]) for p in counted),
        left_out=tuple(
            LeftOut(p.label, _why_no_relief(p, facts, given, others), "project", p.id, given.get(p.id))
            for p in relief
            if p.id not in counted_ids
        )
        + tuple(_unmarked(facts, given)),
    )


RELIEF_TASK = "以工代赈"
"""The task of transition funds whose money is for work relief (F102)."""


def counts_as_relief(project: ProjectFact, policy: Policy) -> bool:
    """Whether a project counts towards work relief once it has transition money: marked, not withdrawn, and paid out
    where the county asks for that."""
    paid = project.has_labor_pay or not policy.relief_needs_pay
    return project.is_work_relief and not project.status.is_withdrawn and paid


def _why_no_relief(project: ProjectFact, facts: Facts, given: dict[int, Money], others: set[int]) -> str:
    if project.status.is_withdrawn:
        return f"项目已{project.status.label}"
    if given.get(project.id, Money(0)) > Money(0):
        return "还没有报酬发放记录（本县要求有发放记录才计入）"
    waiting = [a for a in facts.allocations if a.project_id == project.id and a.is_transition and not facts.counts(a)]
    if waiting:
        return "衔接资金分配还没有复核"
    if project.id in given:
        return "衔接资金已全部收回或调出"
    if project.id in others:
        return "资金都不是衔接资金（如以工代赈中央预算内投资），单列不计"
    return "本年度没有衔接资金分配"


def _unmarked(facts: Facts, given: dict[int, Money]) -> Iterator[LeftOut]:
    """Projects that use money of the work-relief task and are not marked as work relief: a near miss to look at."""
    task = {a.project_id for a in facts.allocations if facts.counts(a) and a.is_transition and a.task == RELIEF_TASK}
    for project in facts.projects:
        if project.id in task and not project.is_work_relief and not project.status.is_withdrawn:
            why = "用了以工代赈任务资金，但没有标记为以工代赈项目"
            yield LeftOut(project.label, why, "project", project.id, given.get(project.id))
