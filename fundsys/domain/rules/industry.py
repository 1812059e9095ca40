"""Rules on legacy industry projects: every one of the 621 in exactly one of 四个一批 (R621)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..facts import Facts, LegacyFact
from ..policy import Policy
from .base import Finding, LeftOut, Outcome, Row, Unit, equal_to, no_data, rule


@rule(
    "R621",
    "四个一批分类",
    clause="2024年工作要点 第16条",
    aliases=("F101",),
    watches=("legacy",),
    threshold="legacy_target",
)
def four_batches(facts: Facts) -> Iterator[Finding]:
    """Legacy projects in exactly one class with reason, person and date; 盘活 and 调整 with measures and deadline too.

    Basis: industry projects of the years the policy names (2013–2022). A decision with a later day does not count yet.
    Source: “对2013-2022年的621个产业项目，分类指导帮扶产业发展”。
    """
    policy = facts.policy
    first, last, target = policy.legacy_first_year, policy.legacy_last_year, policy.legacy_target
    years = f"{first if first is not None else ''}—{last if last is not None else ''}年"
    complete = "分类唯一且有依据、核定人、日期，盘活和调整一批另有措施和时限"
    basis = f"{years}产业项目，{complete}（{policy.cite('legacy_target')}）"
    if not facts.legacy:
        yield no_data(Unit.COUNT, "=", target, "还没有登记存量产业项目，无数据。", basis=basis)
        return
    inside = [p for p in facts.legacy if (first is None or p.year >= first) and (last is None or p.year <= last)]
    lacks = {p.id: _lacks(p, facts) for p in inside}
    done = [p for p in inside if not lacks[p.id]]
    left_out = [LeftOut(p.label, "、".join(lacks[p.id]), "legacy_project", p.id) for p in inside if lacks[p.id]]
    left_out += [
        LeftOut(p.label, f"{p.year}年的项目，不在{years}范围", "legacy_project", p.id)
        for p in facts.legacy
        if p.id not in lacks
    ]
    undone = len(inside) - len(done)
    finding = equal_to(
        len(done),
        target,
        part="分类完备的存量产业项目",
        missing=Policy.legacy_target.label,
        beside=f"已登记 {len(inside)} 个，其中 {undone} 个分类不完备。" if undone else f"已登记 {len(inside)} 个。",
        basis=basis,
        denominator=len(inside),
        rows=tuple(Row("legacy_project", p.id, p.label, None, note=p.classes[0].label) for p in done),
        left_out=tuple(left_out),
    )
    yield replace(finding, outcome=Outcome.FAIL) if finding.outcome is Outcome.PASS and undone else finding


def _lacks(project: LegacyFact, facts: Facts) -> list[str]:
    """What keeps the project from counting as classified."""
    if not project.classes:
        return ["未分类"]
    lacks = []
    if len(project.classes) > 1:
        lacks.append(f"重复分类：{'、'.join(c.label for c in project.classes)}")
    if not project.reason.strip():
        lacks.append("无分类依据")
    if not project.person.strip():
        lacks.append("无核定人")
    if project.decided_on is None:
        lacks.append("无核定日期")
    elif project.decided_on > facts.as_at:
        lacks.append(f"{project.decided_on.isoformat()} 才核定")
    if any(c.needs_remedy for c in project.classes):
        if not project.measure.strip():
            lacks.append("无措施")
        if project.deadline is None:
            lacks.append("无时限")
    return lacks
