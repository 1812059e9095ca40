"""What waits around the project library: proposals to review, appraise, admit, plans and changes to decide, what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.library import LibraryState, PlanState
from fundsys.domain.rights import Permission
from fundsys.models.library import LibraryEntry, PlanProposal, ProjectChange
from fundsys.models.projects import Project
from fundsys.queries import library
from fundsys.queries.viewer import Viewer, seen_projects

Told = tuple[str, int, date | None, str, str, str]
"""Kind, id (0 for a list), since when, title, why, the words before the days."""
_P = Permission


def library_waiting(session: Session, who: Viewer, today: date) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.can(_P.APPROVE_TOWN_STEP):
        count = _standing(session, who, LibraryState.SUBMITTED, _P.APPROVE_TOWN_STEP)
        if count:
            yield "town_review", 0, None, f"{count} 个申报项目待镇审核", "一页十个，逐个写通过或退回", ""
    if who.can(_P.ADMIT_PROJECT):
        yield from _county(session, who, today)
    if who.can(_P.PROPOSE_PROJECT) or who.can(_P.EDIT_PROJECT):
        yield from _returned(session, who)


def _standing(session: Session, who: Viewer, state: LibraryState, permission: Permission) -> int:
    return library.library(session, who, library.LibraryFilter(state=state), limit=0, permission=permission)[1].count


def _county(session: Session, who: Viewer, today: date) -> Iterator[Told]:
    count = _standing(session, who, LibraryState.REVIEWED, _P.ADMIT_PROJECT)
    if count:
        yield "appraisal", 0, None, f"{count} 个项目待县论证", "镇审核已通过，论证后进入入库公示", ""
    e = LibraryEntry
    ended = select(func.count(), func.min(e.notice_until)).where(
        e.state == LibraryState.ON_NOTICE, e.notice_until < today
    )
    count, since = session.execute(ended).one()
    if count:
        yield "admission", 0, since, f"{count} 个项目公示期满待入库", "没有异议的审定入库，有异议的退回", "已期满"
    for kind, table, what in (("plan", PlanProposal, "项年度计划"), ("changes", ProjectChange, "份项目变更")):
        own = table.proposed_by.is_distinct_from(who.id)
        query = select(func.count(), func.min(table.proposed_on)).where(table.state == PlanState.SUBMITTED, own)
        count, since = session.execute(query).one()
        if count:
            yield kind, 0, since, f"{count} {what}待审定", "由提出人以外的人审定", "已等"


def _returned(session: Session, who: Viewer) -> Iterator[Told]:
    e = LibraryEntry
    permission = _P.PROPOSE_PROJECT if who.can(_P.PROPOSE_PROJECT) else _P.EDIT_PROJECT
    rows = session.execute(
        select(Project.id, Project.name, e.return_reason, e.returned_on)
        .join(e, e.project_id == Project.id)
        .where(seen_projects(who, permission), e.state == LibraryState.RETURNED, e.submitted_by == who.id)
        .order_by(e.returned_on)
    )
    for key, name, reason, on in rows:
        yield "proposal", key, on, f"{name}申报退回待改", reason, "已退回"
