"""Many classes in one act: a re-class that was rehearsed, and the lead bureau's answer to proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.industry import DecisionState
from fundsys.domain.reclass import Decision, faults_of_change, faults_of_paper
from fundsys.domain.rights import Permission
from fundsys.models.industry import ClassDecision, LegacyProject
from fundsys.queries.legacy_records import change_limits, pasts
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, refuse_all, second_person

from .common import year_of
from .decisions import as_told, decided

MOST = 700
"""More projects than this are not re-classed in one act."""


def classify_many(seen: Mapping[int, int], decision: Decision, *, act: Act) -> list[LegacyProject]:
    """Put all these projects into one class, as one act: all of them or none. seen: versions as rehearsed, by id.

    Raises: NotAllowed; Stale when one has changed since; Refusals naming every project that may not change.
    """
    _may(act)
    if not seen:
        raise DomainError("请至少选一个项目", field="codes")
    if len(seen) > MOST:
        raise DomainError(f"一次最多改 {MOST} 个项目，请分批办理", field="codes")
    if not decision.document_no.strip():
        raise DomainError("批量改类须写明专班会议纪要或文件的文号", field="document_no")
    refuse_all(faults_of_paper(decision, act.day))
    projects = _projects(act, seen)
    for project in projects:
        act.check_version(project, seen[project.id])
    _refuse_changes(act, {project.id: decision for project in projects}, projects)
    waiting = act.session.scalars(
        select(ClassDecision).where(
            ClassDecision.project_id.in_(list(seen)), ClassDecision.state == DecisionState.PROPOSED
        )
    )
    for row in waiting:
        row.state, row.return_reason = DecisionState.RETURNED, f"已批量审定为{decision.batch.label}"
        row.version += 1
    for project in projects:
        decided(project, decision, act)
    act.subject = f"{decision.document_no}，{len(projects)} 个项目"
    act.answer = f"已把 {len(projects)} 个项目定为{decision.batch.label}"
    return projects


def decide_proposals(
    seen: Mapping[int, int], decided_on: date, *, document_no: str = "", act: Act
) -> list[ClassDecision]:
    """Decide proposals as they were proposed, several as one act. seen: versions by id.

    Raises: NotAllowed, also for one's own proposal; Stale; StepRefused; Refusals naming the projects that may not change.
    """
    _may(act)
    rows = _proposals(act, seen)
    each(rows, lambda row: row.project.name, lambda row: second_person(act, row.proposed_by))
    projects = _projects(act, {row.project_id: 0 for row in rows})
    by_id = {project.id: project for project in projects}
    told = {
        row.project_id: replace(as_told(row, decided_on), document_no=document_no or row.document_no) for row in rows
    }
    for decision in told.values():
        refuse_all(faults_of_paper(decision, act.day))
    _refuse_changes(act, told, projects)
    for row in rows:
        decided(by_id[row.project_id], told[row.project_id], act, row)
    act.subject = "、".join(project.code for project in projects)[:200]
    act.answer = f"已审定 {len(rows)} 份分类建议"
    return rows


def return_proposals(seen: Mapping[int, int], reason: str, *, act: Act) -> list[ClassDecision]:
    """Send proposals back with a reason. Raises: as decide_proposals, and without a reason."""
    _may(act)
    if not reason.strip():
        raise DomainError("请填写退回原因，提出单位才知道改哪里", field="reason")
    rows = _proposals(act, seen)
    for row in rows:
        row.state, row.return_reason = DecisionState.RETURNED, reason.strip()[:200]
        row.version += 1
    act.subject = f"{len(rows)} 份分类建议"
    act.answer = f"已退回 {len(rows)} 份分类建议"
    return rows


def _may(act: Act) -> None:
    require(viewer_of(act.person) if act.person else None, Permission.CLASSIFY)


def _projects(act: Act, ids: Mapping[int, int]) -> list[LegacyProject]:
    found = list(
        act.session.scalars(select(LegacyProject).where(LegacyProject.id.in_(list(ids))).order_by(LegacyProject.id))
    )
    if len(found) != len(ids):
        raise NotFound("有的产业项目已经不在，请刷新后再选")
    return found


def _proposals(act: Act, seen: Mapping[int, int]) -> list[ClassDecision]:
    if not seen:
        raise DomainError("请至少勾选一份建议")
    rows = list(
        act.session.scalars(select(ClassDecision).where(ClassDecision.id.in_(list(seen))).order_by(ClassDecision.id))
    )
    if len(rows) != len(seen):
        raise NotFound("有的分类建议已经不在，请刷新后再看")
    for row in rows:
        act.check_version(row, seen[row.id])
        if row.state is not DecisionState.PROPOSED:
            raise StepRefused(f"有的建议现在是“{row.state.label}”，请刷新后再看")
    return rows


def _refuse_changes(act: Act, told: Mapping[int, Decision], projects: list[LegacyProject]) -> None:
    limits = change_limits(act.session, year_of(act))
    past = pasts(act.session, list(told))
    refuse_all(
        DomainError(f"{project.code} {project.name}：{error.message}", field=error.field, clause=error.clause)
        for project in projects
        for error in faults_of_change(past[project.id], told[project.id], limits)
    )
