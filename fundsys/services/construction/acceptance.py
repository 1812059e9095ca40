"""Acceptance: the town first, then the county; what failed is put right and accepted again. Source: “镇初验、县复验”."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from fundsys.domain.construction import AcceptanceLevel
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.library import PlanState
from fundsys.domain.projects import ProjectStatus
from fundsys.models.construction import Acceptance
from fundsys.models.projects import Project
from fundsys.services import steps
from fundsys.services.acts import Act
from fundsys.services.library.common import project_for

from .common import P, decide, need, none_waits, open_paper

WHAT = "验收"


def record_acceptance(
    project_id: int,
    level: AcceptanceLevel,
    held_on: date,
    passed: bool,
    opinion: str,
    *,
    members: str = "",
    remedy: str = "",
    remedy_due_on: date | None = None,
    document_no: str = "",
    papers: steps.Given = steps.NOTHING,
    version: int | None = None,
    act: Act,
) -> Acceptance:
    """Enter an acceptance. The town's counts at once; the county's waits for the lead bureau.

    papers: what of the checklist is handed in with it. Raises: StepRefused out of turn, DomainError, Stale.
    """
    project = project_for(act, (P.RECORD_ACCEPTANCE,), project_id, version)
    if project.status is not ProjectStatus.COMPLETED:
        raise StepRefused(f"项目现在是“{project.status.label}”，完工以后、结算以前才能登记验收")
    none_waits(Acceptance, project_id, WHAT, act)
    last = _last(project_id, act)
    if level is AcceptanceLevel.COUNTY and not (last and last.level is AcceptanceLevel.TOWN and last.passed):
        raise StepRefused("镇级初验合格以后才能登记县级验收，请先登记镇级初验", field="level")
    if level is AcceptanceLevel.TOWN and last and last.passed:
        raise StepRefused("镇级初验已经合格，请登记县级验收", field="level")
    _judge_day(project, last, held_on, act)
    if not passed:
        remedy = need(remedy, "remedy", "整改要求")
    made = Acceptance(
        project_id=project_id,
        level=level,
        held_on=held_on,
        passed=passed,
        members=members.strip()[:200],
        opinion=need(opinion, "opinion", "验收意见"),
        remedy=remedy.strip() if not passed else "",
        remedy_due_on=remedy_due_on if not passed else None,
        document_no=tidy_document_no(document_no)[:60],
        state=PlanState.APPROVED if level is AcceptanceLevel.TOWN else PlanState.SUBMITTED,
        proposed_by=act.person_id,
        proposed_on=act.day,
    )
    act.session.add(made)
    project.version += 1
    act.session.flush()
    steps.keep_given(project, papers, act=act)
    return made


def confirm_acceptance(
    acceptance_id: int, document_no: str = "", *, version: int | None = None, act: Act
) -> Acceptance:
    """Confirm the county's acceptance; where it passed the project is accepted on its day, with its papers there.

    Raises: NotAllowed for an own entry, StepRefused when papers are missing, DomainError without a number.
    """
    paper, project = open_paper(Acceptance, acceptance_id, (P.APPROVE_ACCEPTANCE,), version, WHAT, act)
    paper.document_no = tidy_document_no(document_no)[:60] or paper.document_no
    if not paper.document_no:
        raise DomainError("请填写验收文号", field="document_no")
    decide(paper, PlanState.APPROVED, act)
    if paper.passed:
        steps.move(project, ProjectStatus.ACCEPTED, on=paper.held_on, document_no=paper.document_no, act=act)
        project.accepted_on, project.acceptance_no = paper.held_on, paper.document_no
        project.version += 1
        act.session.flush()
    return paper


def return_acceptance(acceptance_id: int, reason: str, *, version: int | None = None, act: Act) -> Acceptance:
    """Send a county acceptance back to whoever entered it. Raises: DomainError, NotAllowed, StepRefused."""
    paper, _ = open_paper(Acceptance, acceptance_id, (P.APPROVE_ACCEPTANCE,), version, WHAT, act)
    decide(paper, PlanState.RETURNED, act, need(reason, "reason", "退回原因"))
    return paper


def _last(project_id: int, act: Act) -> Acceptance | None:
    a = Acceptance
    asked = select(a).where(a.project_id == project_id, a.state == PlanState.APPROVED).order_by(a.id.desc()).limit(1)
    return act.session.scalars(asked).first()


def _judge_day(project: Project, last: Acceptance | None, held_on: date, act: Act) -> None:
    if held_on > act.day:
        raise DomainError(f"验收日期不能晚于今天 {act.day.isoformat()}", field="held_on")
    if project.completed_on and held_on < project.completed_on:
        raise DomainError(f"验收日期不能早于完工日期 {project.completed_on.isoformat()}", field="held_on")
    if last and held_on < last.held_on:
        raise DomainError(f"验收日期不能早于上一次验收 {last.held_on.isoformat()}", field="held_on")
