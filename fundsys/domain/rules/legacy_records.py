"""Rules on the classified projects of earlier years: remedies (F102), class against how it runs (F103), remedies in time (F104)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts, LegacyFact
from .base import Finding, rule, without_fault

_NOTICE = "农规发〔2024〕26号"


@rule("F102", "盘活调整无措施", clause=_NOTICE, watches=("legacy",), threshold="records_share_min")
def remedied(facts: Facts) -> Iterator[Finding]:
    """Share of the projects to be revived or adjusted that have a measure, a person responsible and a last day.

    Basis: projects whose class is 盘活一批 or 调整一批.
    Source: “B3/B4 无措施、责任人或时限”。
    """

    def fault(p: LegacyFact) -> str:
        lacks = [] if p.measure.strip() else ["没有措施"]
        lacks += [] if p.responsible.strip() else ["没有责任人"]
        lacks += [] if p.deadline else ["没有时限"]
        return "，".join(lacks)

    yield without_fault(
        facts,
        _to_remedy(facts),
        fault,
        table="legacy_project",
        part="有措施、责任人和时限的项目",
        whole="盘活和调整一批的项目",
        of="登记在册的盘活和调整一批的项目",
    )


@rule(
    "F103", "分类与状态矛盾", clause="通用审计常见问题（待县核对）", watches=("legacy",), threshold="records_share_min"
)
def class_fits_state(facts: Facts) -> Iterator[Finding]:
    """Share of the projects to be kept or upgraded that do not stand still.

    Basis: projects whose class is 巩固一批 or 升级一批 and whose state of operation is recorded.
    Source: “B1/B2 而运行状态为停产、注销、毁损”。
    """

    def fault(p: LegacyFact) -> str:
        return (
            f"{p.classes[0].label}，运行状态却是{p.run_state.label}" if p.run_state and p.run_state.stands_still else ""
        )

    kept = [p for p in facts.legacy if p.run_state and p.classes and not any(c.needs_remedy for c in p.classes)]
    yield without_fault(
        facts,
        kept,
        fault,
        table="legacy_project",
        part="分类与状态相符的项目",
        whole="巩固和升级一批的项目",
        of="登记在册的巩固和升级一批的项目",
    )


@rule("F104", "超时限未盘活", clause=f"{_NOTICE}（两年）", watches=("legacy",), threshold="records_share_min")
def remedied_in_time(facts: Facts) -> Iterator[Finding]:
    """Share of the projects to be revived or adjusted whose measure is done, or whose last day has not passed.

    Basis: those with a last day; the last day itself is in time.
    Source: “完成时限已过, 进展未完成”。
    """

    def fault(p: LegacyFact) -> str:
        assert p.deadline is not None
        is_done = p.done_on is not None and p.done_on <= facts.as_at
        return f"{p.deadline} 到期，还没有完成" if p.deadline < facts.as_at and not is_done else ""

    due = [p for p in _to_remedy(facts) if p.deadline]
    yield without_fault(
        facts,
        due,
        fault,
        table="legacy_project",
        part="已完成或没有到期的项目",
        whole="定了时限的盘活和调整项目",
        of="登记在册的定了时限的盘活和调整项目",
    )


def _to_remedy(facts: Facts) -> list[LegacyFact]:
    return [p for p in facts.legacy if any(c.needs_remedy for c in p.classes)]
