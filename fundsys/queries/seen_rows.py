"""Which of the records behind a finding a person may see; the others are told together, so that sums still agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.money import Money, total
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.rules.base import Finding, LeftOut, Row
from fundsys.models.assets import Asset
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.industry import LegacyProject
from fundsys.models.papers import Rectification
from fundsys.models.projects import Project
from fundsys.queries.rectification import seen_findings
from fundsys.queries.viewer import Viewer, seen_assets, seen_legacy, seen_projects

OTHERS = "其他单位的"
_UNIT = {
    "allocation": "笔分配",
    "project": "个项目",
    "asset": "项资产",
    "legacy_project": "个项目",
    "rectification": "个问题",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an allocation's money came from."""

    notice_id: int
    document_no: str
    source: str


def origins(session: Session, year: int) -> dict[int, Origin]:
    """Notice and source of every allocation of a year's notices, by the allocation's id."""
    rows = session.execute(
        select(Allocation.id, AllotmentNotice.id, AllotmentNotice.document_no, FundSource.name)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentNotice.year == year)
    )
    return {number: Origin(notice_id, document_no, source) for number, notice_id, document_no, source in rows}


def as_seen(session: Session, who: Viewer, finding: Finding) -> Finding:
    """The finding with the rows this person may see; whoever reads all rules sees all rows."""
    if who.scope(Permission.READ_RULES) is Scope.ALL:
        return finding
    tables = {r.table for r in finding.rows} | {x.table for x in finding.left_out}
    seen = {table: _seen_ids(session, who, table) for table in tables}
    return replace(
        finding,
        rows=(*(r for r in finding.rows if r.id in seen[r.table]), *_others(finding.rows, seen)),
        left_out=(
            *(x for x in finding.left_out if x.id is None or x.id in seen[x.table]),
            *_others_left_out(finding.left_out, seen),
        ),
    )


def _seen_ids(session: Session, who: Viewer, table: str) -> set[int]:
    queries = {
        "project": select(Project.id).where(seen_projects(who)),
        "allocation": select(Allocation.id)
        .join(Project, Allocation.project_id == Project.id)
        .where(seen_projects(who)),
        "asset": select(Asset.id).where(seen_assets(who)),
        "legacy_project": select(LegacyProject.id).where(seen_legacy(who)),
        "rectification": select(Rectification.id).where(seen_findings(who)),
    }
    return set(session.scalars(queries[table])) if table in queries else set()


def _others(rows: Iterable[Row], seen: dict[str, set[int]]) -> list[Row]:
    """One row for each kind of row that stays hidden: which part it counts in, how many, how much."""
    hidden: dict[tuple[str, bool, bool], list[Row]] = {}
    for row in rows:
        if row.id not in seen[row.table]:
            hidden.setdefault((row.table, row.in_numerator, row.in_denominator), []).append(row)
    return [
        Row(table, 0, f"{OTHERS} {len(those)} {_UNIT.get(table, '条')}", _sum(those), in_part, in_whole)
        for (table, in_part, in_whole), those in hidden.items()
    ]


def _others_left_out(rows: Iterable[LeftOut], seen: dict[str, set[int]]) -> list[LeftOut]:
    hidden: dict[tuple[str, str], list[LeftOut]] = {}
    for row in rows:
        if row.id is not None and row.id not in seen[row.table]:
            hidden.setdefault((row.table, row.why), []).append(row)
    return [
        LeftOut(f"{OTHERS} {len(those)} {_UNIT.get(table, '条')}", why, table, None, _sum(those))
        for (table, why), those in hidden.items()
    ]


def _sum(rows: Iterable[Row] | Iterable[LeftOut]) -> Money | None:
    amounts = [row.amount for row in rows if row.amount is not None]
    return total(amounts) if amounts else None
