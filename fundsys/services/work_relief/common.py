"""What the acts on work relief share: the project, the steps of a paper, its second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import OPEN_STATES, ReliefState
from fundsys.models.projects import Project
from fundsys.queries.viewer import require_project
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, second_person

S = ReliefState


def relief_project(act: Act, project_id: int) -> Project:
    """The work-relief project this person records for. Raises NotAllowed, NotFound; DomainError for another project."""
    who = need(act, Permission.RECORD_WORK_RELIEF)
    project = require_project(act.session, who, Permission.RECORD_WORK_RELIEF, project_id)
    if not project.is_work_relief:
        raise DomainError(f"{project.name}没有标记为以工代赈项目，请先在项目资料里改为“以工代赈”")
    if project.status.is_withdrawn:
        raise StepRefused(f"{project.name}已{project.status.label}，不能再登记以工代赈")
    return project


def own_paper(act: Act, table: type[Any], paper_id: int, version: int | None, word: str) -> Any:
    """A plan, roster or training of a project of this person's. Raises NotFound for hidden and missing alike; Stale."""
    paper = act.session.get(table, paper_id)
    if paper is None:
        raise NotFound(f"没有这份{word}，或者不在您的管理范围内")
    project = relief_project(act, paper.project_id)
    act.subject = project.name
    act.check_version(paper, version)
    return paper


def refuse_closed(paper: Any, word: str) -> None:
    """Only a draft, or what was sent back, may be changed. Raises StepRefused."""
    if paper.state not in OPEN_STATES:
        raise StepRefused(f"这份{word}现在是“{paper.state.label}”，不能修改；已审定的请办理更正")


def to(paper: Any, state: ReliefState, act: Act) -> None:
    """Move a paper to a state, one version on."""
    paper.state = state
    paper.version += 1
    act.session.flush()


def hand_over(paper: Any, act: Act, word: str) -> None:
    """Hand a paper to the lead bureau. Raises StepRefused."""
    if paper.state not in OPEN_STATES:
        raise StepRefused(f"这份{word}现在是“{paper.state.label}”，不用再提交，请刷新后再看")
    paper.submitted_at, paper.return_reason, paper.entered_by = act.at, "", act.person_id
    paper.reviewed_by = paper.reviewed_at = None
    to(paper, S.SUBMITTED, act)


def waiting(act: Act, table: type[Any], seen: Mapping[int, int], word: str) -> list[Any]:
    """Papers as a reviewer saw them (id → version), all still waiting. Raises DomainError, NotFound, Stale, StepRefused."""
    need(act, Permission.APPROVE_WORK_RELIEF)
    if not seen:
        raise DomainError(f"请先选择要办理的{word}")
    found = list(act.session.scalars(select(table).where(table.id.in_(seen)).order_by(table.id)))
    if len(found) != len(seen):
        raise NotFound(f"有的{word}已被删除，请刷新后再看")
    for paper in found:
        act.check_version(paper, seen[paper.id], {"project": paper.project.name})
        if paper.state is not S.SUBMITTED:
            raise StepRefused(
                f"{paper.project.name}的{word}现在是“{paper.state.label}”，这次一份也没有办理，请刷新后再看"
            )
    act.subject = found[0].project.name if len(found) == 1 else f"{len(found)}份{word}"
    return found


def approve(papers: list[Any], act: Act) -> None:
    """Approve papers, none of them an own entry; what they replace stands as 已更正. Raises NotAllowed."""
    for paper in papers:
        try:
            second_person(act, paper.entered_by)
        except NotAllowed as refusal:
            raise NotAllowed(f"{paper.project.name}：{refusal.message}") from refusal
    for paper in papers:
        if paper.replaces_id is not None:
            to(act.session.get_one(type(paper), paper.replaces_id), S.REPLACED, act)
        paper.reviewed_by, paper.reviewed_at, paper.return_reason = act.person_id, act.at, ""
        to(paper, S.APPROVED, act)


def send_back(papers: list[Any], reason: str, act: Act) -> None:
    """Send papers back with a reason. Raises DomainError without one."""
    if not reason.strip():
        raise DomainError("请填写退回原因，填报单位才知道改哪里", field="reason")
    for paper in papers:
        paper.return_reason = reason.strip()[:200]
        paper.reviewed_by, paper.reviewed_at = act.person_id, act.at
        to(paper, S.RETURNED, act)
