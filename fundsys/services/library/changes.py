"""Changes of what was planned: content, place, money, dates. Proposed with both versions, applied at approval in one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.library import CHANGEABLE, PlanState
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.models.library import ProjectChange, ProjectChangeItem
from fundsys.models.projects import Project
from fundsys.queries.line_money import allocated_to
from fundsys.services.acts import Act
from fundsys.services.funds.common import second_person

from .common import P, need_reason, project_for

MONEY = ("planned_fiscal", "planned_other")
DAYS = ("plan_start_on", "plan_end_on")


def text_of(value: Any) -> str:
    """A value as a paper of changes keeps it: money in exact 万元, days as 2024-03-01."""
    if isinstance(value, Money):
        return exact_wan(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def propose_change(
    project_id: int,
    new: Mapping[str, Any],
    reason: str,
    request_no: str = "",
    *,
    version: int | None = None,
    act: Act,
) -> ProjectChange:
    """Propose changes of a planned project. new: field of CHANGEABLE → value; what equals the present is left out.

    Raises: DomainError without a change or a reason, StepRefused before the plan or while another paper waits, Stale.
    """
    project = project_for(act, (P.EDIT_PROJECT,), project_id, version)
    said = need_reason(reason, "变更原因")
    if not project.status.reached(ProjectStatus.PLANNED) or project.status.reached(ProjectStatus.SETTLED):
        raise StepRefused(f"项目现在是“{project.status.label}”，列入计划以后、结算以前的才能变更")
    waiting = select(ProjectChange.id).where(
        ProjectChange.project_id == project_id, ProjectChange.state == PlanState.SUBMITTED
    )
    if act.session.scalar(waiting.limit(1)):
        raise StepRefused("这个项目已有一份变更等待审定，请先撤回或等它办完")
    told = {name: new[name] for name in CHANGEABLE if name in new and new[name] != getattr(project, name)}
    if not told:
        raise DomainError("没有要变更的内容，请改动至少一项")
    _judge(project, told, act)
    made = ProjectChange(
        project_id=project_id,
        state=PlanState.SUBMITTED,
        reason=said,
        request_no=tidy_document_no(request_no)[:60],
        proposed_by=act.person_id,
        proposed_on=act.day,
    )
    act.session.add(made)
    act.session.flush()
    for name, value in told.items():
        item = ProjectChangeItem(change_id=made.id, field=name, old=text_of(getattr(project, name)), new=text_of(value))
        act.session.add(item)
    act.session.flush()
    return made


def approve_change(change_id: int, document_no: str, *, version: int | None = None, act: Act) -> ProjectChange:
    """Approve a paper of changes and apply it at once; nobody approves an own one.

    Raises: StepRefused when the project no longer is what the paper started from; NotAllowed, DomainError, Stale.
    """
    change, project = _open(change_id, (P.ADMIT_PROJECT,), version, act)
    second_person(act, change.proposed_by)
    number = tidy_document_no(document_no)
    if not number:
        raise DomainError("请填写批复文号", field="document_no")
    items = act.session.scalars(select(ProjectChangeItem).where(ProjectChangeItem.change_id == change_id)).all()
    moved = [item.field for item in items if text_of(getattr(project, item.field)) != item.old]
    if moved:
        raise StepRefused("变更提出以后项目又有改动，请退回重新提出")
    told = {item.field: READ.get(item.field, str)(item.new) for item in items}
    _judge(project, told, act)
    for name, value in told.items():
        setattr(project, name, value)
    project.planned_investment = project.planned_fiscal + project.planned_other
    project.version += 1
    change.document_no = number[:60]
    _decide(change, PlanState.APPROVED, act)
    act.session.flush()
    return change


def return_change(change_id: int, reason: str, *, version: int | None = None, act: Act) -> ProjectChange:
    """Send a paper of changes back with a reason; nothing of the project changes. Raises: DomainError, StepRefused."""
    change, _ = _open(change_id, (P.ADMIT_PROJECT,), version, act)
    second_person(act, change.proposed_by)
    change.return_reason = need_reason(reason, "退回原因")
    _decide(change, PlanState.RETURNED, act)
    act.session.flush()
    return change


def withdraw_change(change_id: int, *, version: int | None = None, act: Act) -> ProjectChange:
    """Take a paper of changes back that nobody has decided yet. Raises: StepRefused, Stale."""
    change, _ = _open(change_id, (P.EDIT_PROJECT,), version, act)
    change.state, change.version = PlanState.WITHDRAWN, change.version + 1
    act.session.flush()
    return change


def _open(change_id: int, permissions: Any, version: int | None, act: Act) -> tuple[ProjectChange, Project]:
    change = act.session.get(ProjectChange, change_id)
    if change is None:
        raise NotFound("没有这份变更，或者不在您的管理范围内")
    project = project_for(act, permissions, change.project_id)
    act.check_version(change, version)
    if change.state is not PlanState.SUBMITTED:
        raise StepRefused(f"这份变更现在是“{change.state.label}”，不能再办，请刷新后再看")
    return change, project


def _decide(change: ProjectChange, state: PlanState, act: Act) -> None:
    change.state, change.decided_by, change.decided_on = state, act.person_id, act.day
    change.version += 1


def _judge(project: Project, told: Mapping[str, Any], act: Act) -> None:
    """What the project would be must hold: a name, days in order, and not less planned than allocated. Source: F010."""
    if not str(told.get("name", project.name)).strip():
        raise DomainError("项目名称不能为空", field="name")
    start, end = (told.get(name, getattr(project, name)) for name in DAYS)
    if start and end and end < start:
        raise DomainError("计划完工不能早于计划开工", field="plan_end_on")
    fiscal, other = (told.get(name, getattr(project, name)) for name in MONEY)
    if fiscal <= ZERO or other < ZERO:
        raise DomainError("财政资金应大于零，其他资金不能小于零", field="planned_fiscal")
    given = allocated_to(act.session, [project.id]).get(project.id, ZERO)
    before = project.planned_fiscal + project.planned_other
    if fiscal + other < given and fiscal + other < before:
        told_ = f"变更后计划投资 {exact_wan(fiscal + other)} 万元，低于已安排的 {exact_wan(given)} 万元，请先收回多安排的资金"
        raise DomainError(told_, field="planned_fiscal")


READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(MONEY, Money.wan),
    **dict.fromkeys(DAYS, lambda text: date.fromisoformat(text) if text else None),
}
"""How the words of a paper are read back, by field; plain words are themselves."""
