"""Extensions of time (工期延期): asked for by owner or town, approved by the lead bureau with a document; both dates stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.library import PlanState
from fundsys.domain.projects import ProjectStatus
from fundsys.models.construction import Extension
from fundsys.queries.construction import days_in_force
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.library.common import project_for

from .common import Files, P, decide, need, none_waits, open_paper

TABLE = "extension"
WHAT = "延期申请"


def ask_extension(
    project_id: int,
    new_end_on: date,
    reason: str,
    *,
    new_start_on: date | None = None,
    request_no: str = "",
    files: Files = (),
    version: int | None = None,
    act: Act,
) -> Extension:
    """Ask for a later end (and start) of construction. It counts once another person has approved it.

    Raises: StepRefused before the plan, after completion, or while another waits; DomainError for a day that is no later.
    """
    project = project_for(act, (P.UPDATE_PROGRESS,), project_id, version)
    if not project.status.reached(ProjectStatus.PLANNED) or project.status.reached(ProjectStatus.COMPLETED):
        raise StepRefused(f"项目现在是“{project.status.label}”，列入计划以后、完工以前才能申请延期")
    none_waits(Extension, project_id, WHAT, act)
    start, end = days_in_force(act.session, [project])[project_id]
    if end is None:
        raise StepRefused("项目没有计划完工日期，请先在项目变更里补齐计划期限")
    if new_end_on <= end:
        raise DomainError(f"延期后的完工日期应晚于现在的 {end.isoformat()}", field="new_end_on")
    if new_start_on is not None:
        _judge_start(project.started_on, start, new_start_on, new_end_on)
    made = Extension(
        project_id=project_id,
        old_start_on=start,
        new_start_on=new_start_on,
        old_end_on=end,
        new_end_on=new_end_on,
        reason=need(reason, "reason", "延期原因"),
        request_no=tidy_document_no(request_no)[:60],
        state=PlanState.SUBMITTED,
        proposed_by=act.person_id,
        proposed_on=act.day,
    )
    act.session.add(made)
    act.session.flush()
    _keep(files, made, act)
    return made


def approve_extension(
    extension_id: int, document_no: str, *, files: Files = (), version: int | None = None, act: Act
) -> Extension:
    """Approve an extension under a document; nobody approves an own one. Raises: DomainError, NotAllowed, StepRefused."""
    paper, _ = open_paper(Extension, extension_id, (P.ADMIT_PROJECT,), version, WHAT, act)
    number = tidy_document_no(document_no)
    if not number:
        raise DomainError("请填写同意延期的批复文号", field="document_no")
    paper.document_no = number[:60]
    decide(paper, PlanState.APPROVED, act)
    _keep(files, paper, act)
    return paper


def return_extension(extension_id: int, reason: str, *, version: int | None = None, act: Act) -> Extension:
    """Send a request for more time back with a reason. Raises: DomainError, NotAllowed, StepRefused."""
    paper, _ = open_paper(Extension, extension_id, (P.ADMIT_PROJECT,), version, WHAT, act)
    decide(paper, PlanState.RETURNED, act, need(reason, "reason", "退回原因"))
    return paper


def withdraw_extension(extension_id: int, *, version: int | None = None, act: Act) -> Extension:
    """Take a request for more time back that nobody has decided yet. Raises: StepRefused, Stale."""
    paper, _ = open_paper(Extension, extension_id, (P.UPDATE_PROGRESS,), version, WHAT, act)
    paper.state, paper.version = PlanState.WITHDRAWN, paper.version + 1
    act.session.flush()
    return paper


def _judge_start(started: date | None, start: date | None, new_start: date, new_end: date) -> None:
    if started is not None:
        raise DomainError("项目已经开工，不用再延后开工日期", field="new_start_on")
    if start is not None and new_start <= start:
        raise DomainError(f"延期后的开工日期应晚于现在的 {start.isoformat()}", field="new_start_on")
    if new_start > new_end:
        raise DomainError("延期后的开工日期不能晚于完工日期", field="new_start_on")


def _keep(files: Sequence[tuple[str, bytes]], paper: Extension, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, paper.id, act=act, field="papers")
