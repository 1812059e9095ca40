"""Two what-if plans of the demo's last notice: what the clerk is drafting, and what the lead bureau proposes instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import EntryKind
from fundsys.domain.money import FEN_PER_WAN, Money
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.models.projects import ProjectType
from fundsys.queries.line_money import EDITABLE
from fundsys.services.acts import act
from fundsys.services.funds.plans import PlanRow, save_plan

CLERKS, LEADS = "按现有草稿", "主管部门建议：多安排产业"


def write_plans(entry: int, lead: int, present: datetime) -> None:
    """Keep the clerk's drafts as a plan, and a proposal that moves a tenth of the other money to industry."""
    with store.snapshot() as session:
        rows = session.execute(
            select(
                AllotmentLine.notice_id,
                Allocation.line_id,
                Allocation.project_id,
                Allocation.amount,
                ProjectType.counts_as_industry,
            )
            .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(Allocation.project)
            .join(ProjectType)
            .where(Allocation.state.in_(EDITABLE), Allocation.kind == EntryKind.ALLOCATION)
            .order_by(AllotmentLine.notice_id, Allocation.id)
        ).all()
    mine = [row for row in rows if row.notice_id == rows[-1].notice_id] if rows else []
    if not mine:
        return
    drafts = [PlanRow(row.line_id, row.project_id, row.amount) for row in mine]
    with act(by=entry, what="存分配方案", at=present) as opened:
        save_plan(mine[0].notice_id, CLERKS, drafts, act=opened)
    industry = [row.counts_as_industry == "yes" for row in mine]
    if all(industry) or not any(industry):
        return
    tenth = [Money(0) if is_industry else _tenth(row.amount) for row, is_industry in zip(mine, industry, strict=True)]
    first = industry.index(True)
    moved = [PlanRow(r.line_id, r.project_id, r.amount - part) for r, part in zip(drafts, tenth, strict=True)]
    more = moved[first].amount + sum(tenth, Money(0))
    moved[first] = PlanRow(moved[first].line_id, moved[first].project_id, more, "扩大规模", "陇政函〔2024〕31号")
    with act(by=lead, what="存分配方案", at=present) as opened:
        save_plan(mine[0].notice_id, LEADS, moved, act=opened)


def _tenth(amount: Money) -> Money:
    """A tenth in whole hundredths of 万元."""
    step = FEN_PER_WAN // 100
    return Money(amount.fen // 10 // step * step)
