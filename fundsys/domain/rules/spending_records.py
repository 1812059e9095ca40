"""Rules on what money was given to and spent on: the negative list (F008), the library first (F009), one sum by source and by project (F011)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..facts import Facts
from ..further_facts import EntryFact, SpendingFact, SumFact
from ..money import show_wan
from .base import Finding, Severity, rule, without_fault

_METHOD = "财农〔2021〕19号、陕西省2021年衔接资金管理办法"
SOURCES = "分资金来源合计"
"""The total of a `SumFact` that F011 compares with the project's own."""


@rule("F008", "负面清单疑似支出", clause=_METHOD, watches=("spendings",), threshold="records_share_min")
def off_the_negative_list(facts: Facts) -> Iterator[Finding]:
    """Share of the year's requests, payments and contracts in which no word of the negative list stands unexplained.

    Basis: the words of projects, contracts, requests and payments that are not drafts. A hit counts until somebody has
    recorded that it does not belong to the list; a hit found to belong to it stays one.
    Source: “用途或名称命中负面清单词且未登记复核结论”.
    """

    def fault(s: SpendingFact) -> str:
        if not s.hits or s.is_clear:
            return ""
        return f"命中{'、'.join(s.hits)}，{s.review or '没有复核结论'}"

    found = without_fault(
        facts,
        facts.spendings,
        fault,
        table="",
        part="没有命中或已复核的用途",
        whole="本年度项目、合同、支付的用途",
    )
    yield in_their_tables(found, [s.table for s in facts.spendings])


@rule(
    "F009",
    "库外安排资金",
    clause=_METHOD,
    severity=Severity.BLOCKER,
    watches=("entries",),
    threshold="records_share_min",
)
def given_from_the_library(facts: Facts) -> Iterator[Finding]:
    """Share of the year's allocations whose project stood in the library on their day.

    Basis: approved allocations that give money. Refused at entry, so that a fault means a record taken over from before.
    Source: “项目无入库记录, 或入库日期晚于资金分配日期”.
    """

    def fault(e: EntryFact) -> str:
        if e.admitted_on is None:
            return "项目没有入库记录"
        return f"{e.admitted_on} 才入库，{e.decided_on} 已分配" if e.admitted_on > e.decided_on else ""

    yield without_fault(
        facts,
        facts.entries,
        fault,
        table="allocation",
        part="入库以后安排的分配",
        whole="本年度的分配",
    )


@rule(
    "F011",
    "整合资金口径不一致",
    clause="通用审计常见问题（待县核对）",
    severity=Severity.MEDIUM,
    watches=("sums",),
    threshold="records_share_min",
)
def one_sum_by_source_and_by_project(facts: Facts) -> Iterator[Finding]:
    """Share of the year's projects whose money by source adds up to their money.

    Basis: approved allocations by the sources of their notices, and the settled cost by source of the formation paper.
    Source: “分资金来源合计 ≠ 项目合计”.
    """

    def fault(s: SumFact) -> str:
        return f"{s.what} {show_wan(s.parts)} 万元，项目合计 {show_wan(s.whole)} 万元" if s.parts != s.whole else ""

    mine = [s for s in facts.sums if s.what.startswith(SOURCES)]
    yield without_fault(facts, mine, fault, table="project", part="分来源与合计相符的项目", whole="有资金的项目合计")


def in_their_tables(finding: Finding, tables: Sequence[str]) -> Finding:
    """The finding with each row under the table its record stands in."""
    if not finding.rows:
        return finding
    rows = tuple(row._replace(table=table) for row, table in zip(finding.rows, tables, strict=True))
    return replace(finding, rows=rows)
