"""Rule on problems found: those due are closed (RFIX)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..policy import Policy
from .base import Finding, LeftOut, Row, Unit, at_least, no_data, rule


@rule(
    "RFIX",
    "问题整改销号",
    clause="2024年工作要点 第8条",
    watches=("problems",),
    threshold="rectified_share_min",
)
def closed_out(facts: Facts) -> Iterator[Finding]:
    """Share of the problems due by now that are closed.

    Basis: found in the year, or earlier and still open when it began; the due day itself counts as due.
    长期坚持 is counted apart: in neither part. None found is no data.
    Source: “closed ÷ found with due date ≤ as-at = 100 %”.
    """
    policy = facts.policy
    limit = policy.rectified_share_min
    basis = f"{facts.year}年度登记的和以前年度遗留的、整改期限已到的问题（{policy.cite('rectified_share_min')}）"
    lasting = [p for p in facts.problems if p.lasting]
    due = [p for p in facts.problems if not p.lasting and p.due_on <= facts.as_at]
    later = [p for p in facts.problems if not p.lasting and p.due_on > facts.as_at]
    left_out = tuple(LeftOut(p.label, "长期坚持，单独计数", "rectification", p.id) for p in lasting)
    left_out += tuple(LeftOut(p.label, f"期限 {p.due_on}，未到期", "rectification", p.id) for p in later)
    if not due:
        found = f"登记了 {len(facts.problems)} 个，没有到期的" if facts.problems else "没有登记问题"
        yield no_data(Unit.RATIO, ">=", limit, f"{facts.year}年度{found}，无数据。", basis=basis, left_out=left_out)
        return
    yield at_least(
        sum(1 for p in due if p.closed),
        len(due),
        limit,
        part="已销号的问题",
        whole="已到期的问题",
        missing=Policy.rectified_share_min.label,
        beside=f"另有长期坚持 {len(lasting)} 个，单独计数。" if lasting else "",
        basis=basis,
        rows=tuple(
            Row("rectification", p.id, p.label, None, p.closed, True, "" if p.closed else f"{p.unit}，{p.due_on}到期")
            for p in due
        ),
        left_out=left_out,
    )
