"""What waits around construction: extensions and acceptances to decide, settled amounts, what failed, who is silent, 质保金 due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.library import PlanState
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.construction import Acceptance, Extension, Settlement
from fundsys.models.projects import Project
from fundsys.queries import construction_months
from fundsys.queries.retention import RetentionState, retentions
from fundsys.queries.viewer import Viewer, seen_projects

Told = tuple[str, int, date | None, str, str, str]
_P = Permission


def construction_waiting(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.can(_P.ADMIT_PROJECT):
        x = Extension
        query = select(func.count(), func.min(x.proposed_on)).where(
            x.state == PlanState.SUBMITTED, x.proposed_by.is_distinct_from(who.id)
        )
        count, since = session.execute(query).one()
        if count:
            yield "extensions", 0, since, f"{count} 份工期延期待审定", "由申请人以外的人审定，要有批复文号", "已等"
        silent = construction_months.silent(session, who, year, today)
        if silent:
            units = len({r.owner_unit_id for r in silent})
            yield "silent_projects", 0, None, f"{len(silent)} 个在建项目本月没有报进度", f"涉及 {units} 个单位", ""
    if who.can(_P.APPROVE_ACCEPTANCE):
        yield from _papers(session, who, Acceptance, "县级验收待确认", "核对验收表和影像，写验收文号")
    if who.can(_P.APPROVE_SETTLED_AMOUNT):
        yield from _papers(session, who, Settlement, "结算金额待复核", "核对审核报告和已支付的数")
    if who.can(_P.RECORD_ACCEPTANCE):
        yield from _failed(session, who)
    if who.can(_P.REQUEST_PAYMENT):
        due = [r for r in retentions(session, who, today) if r.state is RetentionState.DUE]
        if due:
            yield (
                "retentions",
                0,
                due[0].due_on,
                f"{len(due)} 份合同质保金到期待付",
                "质保期已满，可以申请支付质保金",
                "已到期",
            )


def _papers(session: Session, who: Viewer, table: Any, title: str, why: str) -> Iterator[Told]:
    rows = session.execute(
        select(Project.id, Project.name, table.proposed_on)
        .join(Project, table.project_id == Project.id)
        .where(table.state == PlanState.SUBMITTED, table.proposed_by.is_distinct_from(who.id))
        .order_by(table.proposed_on, table.id)
        .limit(20)
    )
    for key, name, since in rows:
        yield "construction", key, since, f"{name}{title}", why, "已等"


def _failed(session: Session, who: Viewer) -> Iterator[Told]:
    """Own projects whose last acceptance failed or came back."""
    a = Acceptance
    last = select(func.max(a.id)).group_by(a.project_id)
    rows = session.execute(
        select(Project.id, Project.name, a.state, a.remedy, a.return_reason, a.remedy_due_on)
        .join(Project, a.project_id == Project.id)
        .where(
            a.id.in_(last),
            seen_projects(who, _P.RECORD_ACCEPTANCE),
            Project.status == ProjectStatus.COMPLETED,
            (a.state == PlanState.RETURNED) | ((a.state == PlanState.APPROVED) & a.passed.is_(False)),
        )
        .order_by(a.id)
    )
    for key, name, state, remedy, reason, due_on in rows:
        if state is PlanState.RETURNED:
            yield "construction", key, None, f"{name}验收退回待改", reason, ""
        else:
            yield "construction", key, due_on, f"{name}验收不合格待整改", remedy, ""
