"""Rules on construction: cooperation projects start and finish on time (RCO, F026, F027)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ..construction import days_late
from ..facts import Facts, ProjectFact
from ..policy import Policy
from ..projects import ProjectStatus
from .base import Finding, LeftOut, Row, Unit, at_least, no_data, rule


@rule(
    "RCO",
    "协作项目按期开工、完工",
    clause="2024年工作要点 第13条",
    aliases=("F026", "F027"),
    watches=("projects",),
    threshold="cooperation_on_time_min",
)
def cooperation_on_time(facts: Facts) -> Iterator[Finding]:
    """Share of the year's cooperation projects (苏陕、铜陇) that started and finished on time, or have time left.

    Basis: planned projects that were not withdrawn. A start is late more than so many days (the year's value) after its
    day, an end from the first day after it, whether it came late or has not come. An approved extension moves the day.
    Source: “计划开工已过30日仍无实际开工”, “计划完工已过且无延期批准”, 第13条 协作项目按期开工、按期完工.
    """
    policy = facts.policy
    limit = policy.cooperation_on_time_min
    grace = policy.late_start_days or 0
    basis = (
        f"{facts.year}年度苏陕、铜陇协作项目，列入计划、没有出库或终止的；计划开工后 {grace} 日以内开工、"
        f"计划完工日（含）以前完工为按期，已批准的延期按延期后的日期算（{policy.cite('cooperation_on_time_min')}）"
    )
    ours = [p for p in facts.projects if p.is_cooperation and p.year == facts.year]
    counted = [p for p in ours if p.status.reached(ProjectStatus.PLANNED)]
    left_out = tuple(LeftOut(p.label, _why_out(p), "project", p.id) for p in ours if p not in counted)
    if not counted:
        message = f"{facts.year}年度没有列入计划的协作项目，无数据。"
        yield no_data(Unit.RATIO, ">=", limit, message, basis=basis, left_out=left_out)
        return
    late = {p.id: _late_words(p, facts.as_at, grace) for p in counted}
    bad = sum(1 for words in late.values() if words)
    helped = sum(1 for p in counted if not late[p.id] and _late_words(_without(p), facts.as_at, grace))
    beside = f"其中 {helped} 个凭已批准的延期算按期。" if helped else ""
    yield at_least(
        len(counted) - bad,
        len(counted),
        limit,
        part="按期开工、完工的协作项目",
        whole="协作项目",
        missing=Policy.cooperation_on_time_min.label,
        beside=beside,
        basis=basis,
        rows=tuple(Row("project", p.id, p.label, None, not late[p.id], True, late[p.id]) for p in counted),
        left_out=left_out,
    )


def _late_words(project: ProjectFact, today: date, grace: int) -> str:
    """Why a project is late on a day; empty when it is in time."""
    start, end = project.extended_start or project.starts_on, project.extended_end or project.ends_on
    words = []
    latest = start + timedelta(days=grace) if start else None
    if days_late(latest, project.started_on, today) and start:
        words.append(_words("开工", start, project.started_on, today))
    if days_late(end, project.completed_on, today) and end:
        words.append(_words("完工", end, project.completed_on, today))
    if start is None or end is None:
        words.append("没有计划开工或完工日期")
    return "；".join(words)


def _words(what: str, due: date, happened: date | None, today: date) -> str:
    days = days_late(due, happened, today)
    if happened is not None and happened <= today:
        return f"应于 {due} {what}，{happened} 才{what}，迟 {days} 日"
    return f"应于 {due} {what}，已过 {days} 日没有{what}"


def _without(project: ProjectFact) -> ProjectFact:
    """The project without its extensions."""
    return replace(project, extended_start=None, extended_end=None)


def _why_out(project: ProjectFact) -> str:
    if project.status.is_withdrawn:
        return f"项目已{project.status.label}"
    return f"状态为“{project.status.label}”，还没有列入年度计划"
