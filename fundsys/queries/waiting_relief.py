"""What waits around work relief: plans and rosters to approve, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import ReliefState
from fundsys.models.projects import Project
from fundsys.models.work_relief import ReliefPlan, ReliefRoster
from fundsys.queries.viewer import Viewer, seen_projects

Told = tuple[str, int, datetime | None, str, str, str]


def relief_waiting(session: Session, who: Viewer) -> Iterator[Told]:
    """What of it this person can move on."""
    tables: tuple[Any, ...] = (ReliefPlan, ReliefRoster)
    if who.can(Permission.APPROVE_WORK_RELIEF):
        for table, word in zip(tables, ("以工代赈方案", "务工花名册"), strict=True):
            waits = select(func.count(), func.min(table.submitted_at)).where(table.state == ReliefState.SUBMITTED)
            count, since = session.execute(waits).one()
            if count:
                yield "review_relief", 0, since, f"{word}待审定 {count} 份", "核对比例、考勤和发放后审定或退回", "已等"
    if not who.can(Permission.RECORD_WORK_RELIEF):
        return
    for table, kind, key in (
        (ReliefPlan, "relief_plan", ReliefPlan.project_id),
        (ReliefRoster, "relief_roster", ReliefRoster.id),
    ):
        back = (
            select(key, Project.name, table.reviewed_at, table.return_reason)
            .join(Project, table.project_id == Project.id)
            .where(table.state == ReliefState.RETURNED, seen_projects(who, Permission.RECORD_WORK_RELIEF))
        )
        for number, name, at, reason in session.execute(back):
            word = "以工代赈方案" if kind == "relief_plan" else "务工花名册"
            yield kind, number, at, f"{name}{word}退回待改", reason, "已退回"
