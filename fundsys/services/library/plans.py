"""The yearly plan taken from the library: proposed with money and targets, approved by a second person with the plan's number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, Stale, StepRefused
from fundsys.domain.library import PlanState, TargetKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.models.library import PerformanceTarget, PlanProposal
from fundsys.models.projects import Project
from fundsys.queries.viewer import require, seen_projects
from fundsys.services import steps
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, refuse_all, second_person

from .common import P, acting, entry_of, keep, need_reason, project_for

PLAN_APPROVAL = "4001"
"""The plan's approval, by the checklist's code."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One performance target as it is typed."""

    kind: TargetKind
    indicator: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """What a project is to get in a year's plan. beneficiaries and linkage replace what the library says."""

    year: int
    planned_fiscal: Money
    plan_start_on: date
    plan_end_on: date
    planned_other: Money = ZERO
    reason: str = ""
    households: int = 0
    people: int = 0
    farmer_linkage: str = ""


def propose_for_plan(
    project_id: int, entry: PlanEntry, targets: Sequence[TargetRow], *, version: int | None = None, act: Act
) -> PlanProposal:
    """Propose a library project for a year's plan, with money, days, beneficiaries and targets.

    Raises: StepRefused for a project that is not in the library or already proposed, Refusals, NotFound, Stale.
    """
    project = project_for(act, (P.EDIT_PROJECT,), project_id, version)
    if project.status is not ProjectStatus.ADMITTED:
        raise StepRefused(f"{project.name}现在是“{project.status.label}”，已入库、没有列计划的才能列入年度计划")
    if _open_proposal(project_id, act):
        raise StepRefused("这个项目已经提出列入年度计划，等待审定")
    refuse_all(_faults(entry, targets))
    made = PlanProposal(
        project_id=project_id,
        year=entry.year,
        planned_fiscal=entry.planned_fiscal,
        planned_other=entry.planned_other,
        plan_start_on=entry.plan_start_on,
        plan_end_on=entry.plan_end_on,
        reason=entry.reason.strip()[:200],
        state=PlanState.SUBMITTED,
        proposed_by=act.person_id,
        proposed_on=act.day,
    )
    project.households, project.people = entry.households, entry.people
    project.farmer_linkage = entry.farmer_linkage.strip()
    project.version += 1
    act.session.add(made)
    write_targets(project, targets, act)
    act.session.flush()
    return made


def write_targets(project: Project, targets: Sequence[TargetRow], act: Act) -> None:
    """Replace the targets of a project, and the sentence that ledgers print."""
    for old in act.session.scalars(select(PerformanceTarget).where(PerformanceTarget.project_id == project.id)).all():
        act.session.delete(old)
    for place, row in enumerate(targets, 1):
        act.session.add(
            PerformanceTarget(
                project_id=project.id,
                position=place,
                kind=row.kind,
                indicator=row.indicator.strip()[:60],
                value=row.value,
                unit=row.unit.strip()[:12],
            )
        )
    project.performance_target = "；".join(f"{r.indicator.strip()} {r.value:f}{r.unit.strip()}" for r in targets)


def approve_plan(
    seen: Mapping[int, int], returned: Mapping[int, str], document_no: str, place: str, *, act: Act
) -> list[Project]:
    """Approve proposals into the plan under one document, or send some back with a reason; nobody approves an own proposal.

    seen: proposal id → version, of those that pass. The project takes the proposal's money, days and year.
    Raises: DomainError, NotAllowed, NotFound, Stale, StepRefused.
    """
    require(acting(act), P.ADMIT_PROJECT)
    number = tidy_document_no(document_no)
    if seen and not number:
        raise DomainError("请填写年度计划批复文号", field="document_no")
    if seen and not place.strip():
        raise DomainError("请填写计划批复的存放处", field="place")
    if not seen and not returned:
        raise DomainError("请先选择要办理的项目，写明通过还是退回")
    planned = []
    waiting = _waiting([*seen, *returned], act)
    each(
        [one for one in waiting if one.id in seen],
        lambda one: act.session.get_one(Project, one.project_id).name,
        lambda one: second_person(act, one.proposed_by),
    )
    for one in waiting:
        project = act.session.get_one(Project, one.project_id)
        if one.id in returned:
            one.return_reason = need_reason(returned[one.id], f"{project.name}的退回原因")
            _decide(one, PlanState.RETURNED, act)
            continue
        if one.version != seen[one.id]:
            raise Stale(
                "有的项目在您打开之后有变化，没有办理，请重新核对", theirs={project.name: one.state.label}, mine={}
            )
        keep(project, PLAN_APPROVAL, act, document_no=number, place=place)
        steps.move(project, ProjectStatus.PLANNED, on=act.day, document_no=number, act=act)
        project.year, project.plan_document_no = one.year, number[:60]
        project.planned_fiscal, project.planned_other = one.planned_fiscal, one.planned_other
        project.planned_investment = one.planned_fiscal + one.planned_other
        project.plan_start_on, project.plan_end_on = one.plan_start_on, one.plan_end_on
        project.version += 1
        entry_of(project, act)
        one.document_no = number[:60]
        _decide(one, PlanState.APPROVED, act)
        planned.append(project)
    act.session.flush()
    act.subject = f"{number}（{len(planned)} 个项目）" if planned else f"{len(returned)} 个退回"
    return planned


def withdraw_proposal_for_plan(proposal_id: int, *, version: int | None = None, act: Act) -> PlanProposal:
    """Take a proposal for the plan back that nobody has decided yet. Raises: StepRefused, Stale, NotFound."""
    one = act.session.get(PlanProposal, proposal_id)
    if one is None:
        raise NotFound("没有这项申请，或者不在您的管理范围内")
    project_for(act, (P.EDIT_PROJECT,), one.project_id)
    act.check_version(one, version)
    if one.state is not PlanState.SUBMITTED:
        raise StepRefused(f"这项申请现在是“{one.state.label}”，不能撤回")
    one.state, one.version = PlanState.WITHDRAWN, one.version + 1
    act.session.flush()
    return one


def _waiting(ids: Iterable[int], act: Act) -> list[PlanProposal]:
    ids = list(ids)
    query = select(PlanProposal).where(PlanProposal.id.in_(ids)).order_by(PlanProposal.id)
    who = acting(act)
    if who is not None:
        query = query.join(PlanProposal.project).where(seen_projects(who, P.ADMIT_PROJECT))
    found = list(act.session.scalars(query))
    if len(found) != len(set(ids)) or len(set(ids)) != len(ids):
        raise NotFound("有的申请不在您的管理范围内，请刷新后再看")
    for one in found:
        if one.state is not PlanState.SUBMITTED:
            raise StepRefused(f"有的申请现在是“{one.state.label}”，不用再审定，请刷新后再看")
    return found


def _decide(one: PlanProposal, state: PlanState, act: Act) -> None:
    if state is PlanState.RETURNED:
        second_person(act, one.proposed_by)
    one.state, one.decided_by, one.decided_on = state, act.person_id, act.day
    one.version += 1


def _open_proposal(project_id: int, act: Act) -> bool:
    wanted = select(PlanProposal.id).where(
        PlanProposal.project_id == project_id, PlanProposal.state == PlanState.SUBMITTED
    )
    return act.session.scalar(wanted.limit(1)) is not None


def _faults(entry: PlanEntry, targets: Sequence[TargetRow]) -> Iterable[DomainError]:
    if entry.planned_fiscal <= ZERO:
        yield DomainError("财政资金应大于零", field="planned_fiscal")
    if entry.plan_end_on < entry.plan_start_on:
        yield DomainError("计划完工不能早于计划开工", field="plan_end_on")
    if entry.households <= 0 or entry.people < entry.households:
        yield DomainError("请填写受益户数和人数，人数不少于户数", field="households")
    if not entry.farmer_linkage.strip():
        yield DomainError("请填写联农带农机制", field="farmer_linkage")
    kinds = {row.kind for row in targets}
    for kind in TargetKind:
        if kind not in kinds:
            yield DomainError(f"绩效指标缺“{kind.label}”，至少一条", field="targets")
    for row in targets:
        if not row.indicator.strip() or not row.unit.strip():
            yield DomainError("绩效指标的名称和单位都要填写", field="targets")
        if row.value < 0 or (row.kind is TargetKind.SATISFACTION and row.unit.strip() == "%" and row.value > 100):
            yield DomainError(f"“{row.indicator}”的指标值 {row.value:f} 不合理，请核对", field="targets")
