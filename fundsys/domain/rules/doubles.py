"""Rules on what was put down twice: projects (F021), pictures (F037)."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..policy import Policy
from .base import Finding, all_in_order, rule


@rule(
    "F021",
    "重复立项",
    clause="通用审计常见问题（待县核对）",
    watches=("likenesses",),
    threshold="records_share_min",
)
def entered_once(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects that no other project of their village looks the same as.

    Basis: projects of the year that were not taken out or ended, against those of two years before and after. The same
    subtype and a name as alike as the county's entry of F021 says, or the same place, speak for one project.
    Source: “同村同子类型两年内名称相似度≥0.85 或建设地点相同, 且都未终止”.
    """
    yield all_in_order(
        facts.likenesses,
        ["；".join(p.others) for p in facts.likenesses],
        table="project",
        part="没有疑似重复的项目",
        whole="本年度的项目",
        missing=Policy.records_share_min.label,
        basis=f"{facts.year}年度没有移出、终止的项目，与前后两年同村的项目比对（{facts.policy.cite('records_share_min')}）",
        none_yet=f"{facts.year}年度还没有项目，无数据。",
    )


@rule(
    "F037",
    "同一影像资料重复使用",
    clause="六安市金安区2021年四季度衔接资金督查通报",
    watches=("pictures",),
    threshold="records_share_min",
)
def shown_once(facts: Facts) -> Iterator[Finding]:
    """Share of the pictures that were kept for one matter alone.

    Basis: every picture kept, told apart by the SHA-256 of its file; kept twice for one record it stands once.
    Source: “同一哈希的照片或会议影像用于两个以上不同事项或不同日期”.
    """
    yield all_in_order(
        facts.pictures,
        [f"用于 {len(p.uses)} 处：{'、'.join(p.uses)}" if len(p.uses) > 1 else "" for p in facts.pictures],
        table="attachment",
        part="只用于一件事的照片",
        whole="已保存的照片",
        missing=Policy.records_share_min.label,
        basis=f"全部照片，按文件的 SHA-256 比对（{facts.policy.cite('records_share_min')}）",
        none_yet="还没有照片，无数据。",
    )
