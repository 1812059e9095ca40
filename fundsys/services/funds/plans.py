"""What-if plans of a notice: kept, written over by their maker, adopted as drafts by the bureau, or removed. They count in nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotAllowed, NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.desk import AllocationPlan, AllocationPlanRow
from fundsys.models.projects import Project
from fundsys.queries.viewer import viewer_of
from fundsys.services.acts import Act

from .allocations import drafts_of, library_faults
from .common import need, refuse_all
from .sheets import DraftRow, SheetSaved, box, lines_to_give, save_sheet


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One amount of a plan. reason, document: why it goes beyond the planned investment, and by which paper."""

    line_id: int
    project_id: int
    amount: Money
    reason: str = ""
    document: str = ""


def save_plan(
    notice_id: int,
    name: str,
    rows: Sequence[PlanRow],
    *,
    note: str = "",
    over: tuple[int, int] | None = None,
    act: Act,
) -> AllocationPlan:
    """Keep a sheet as a plan under a name; the office's drafts stay as they are.

    over: id and version of the plan the sheet was loaded from: saved under its own name, its maker writes over it.
    Raises: DomainError without a name or amounts, or when the name is taken; Refusals for projects outside the library.
    """
    _may_plan(act)
    name = name.strip()[:60]
    if not name:
        raise DomainError("请填写方案名称，以后按名称查找和比较", field="plan_name")
    wanted = {(row.line_id, row.project_id): row for row in rows if row.amount > ZERO}
    if not wanted:
        raise DomainError("还没有填写金额，请先填写本次安排再存为方案")
    lines = {line.id: line for line in lines_to_give(act, notice_id)}
    if any(line_id not in lines for line_id, _ in wanted):
        raise DomainError("方案里有别的指标文的资金，请从这份指标文的分配表存方案")
    refuse_all(_faults(act, wanted))
    plan = _named(act, notice_id, name, over)
    if plan is None:
        plan = AllocationPlan(notice_id=notice_id, name=name, made_by=act.person_id, made_on=act.day)
        act.session.add(plan)
    else:
        plan.version += 1
    plan.note = note.strip()[:400]
    act.session.flush()
    _write_rows(act, plan, wanted)
    act.subject = act.subject or f"{next(iter(lines.values())).notice.document_no} {name}"
    return plan


def adopt_plan(plan_id: int, *, version: int | None = None, act: Act) -> SheetSaved:
    """Make the plan's rows the drafts of the person acting, exactly as if they had typed them; other drafts of theirs go.

    Raises: Stale when the plan was changed since; OverCommitted, Refusals as saving a sheet does.
    """
    need(act, Permission.ALLOCATE)
    plan = _plan(act, plan_id)
    act.check_version(plan, version)
    planned = {(row.line_id, row.project_id): row for row in plan.rows}
    rows: dict[int, list[DraftRow]] = {}
    for line in lines_to_give(act, plan.notice_id):
        rows[line.id] = [
            DraftRow(r.project_id, r.amount, r.reason, document=r.document_no)
            for (line_id, _), r in planned.items()
            if line_id == line.id
        ]
        rows[line.id] += [DraftRow(key, None) for key in drafts_of(act, line.id) if (line.id, key) not in planned]
    saved = save_sheet(rows, act=act)
    plan.adopted_by, plan.adopted_at = act.person_id, act.at
    plan.version += 1
    act.session.flush()
    return saved


def delete_plan(plan_id: int, *, version: int | None = None, act: Act) -> str:
    """Remove an own plan that was never adopted. Returns its name. Raises NotAllowed, DomainError, Stale."""
    _may_plan(act)
    plan = _plan(act, plan_id)
    act.check_version(plan, version)
    if act.person_id is not None and plan.made_by != act.person_id:
        raise NotAllowed("只有做方案的人能删除它，请由本人办理")
    if plan.adopted_at is not None:
        raise DomainError(f"“{plan.name}”已被采用，留作分配的依据，不能删除")
    name = plan.name
    act.session.execute(delete(AllocationPlanRow).where(AllocationPlanRow.plan_id == plan.id))
    act.session.expire(plan, ["rows"])
    act.session.delete(plan)
    act.session.flush()
    act.subject = act.subject or name
    return name


def _may_plan(act: Act) -> None:
    if act.person and not viewer_of(act.person).can(Permission.PROPOSE_ALLOCATION):
        need(act, Permission.ALLOCATE)


def _plan(act: Act, plan_id: int) -> AllocationPlan:
    plan = act.session.get(AllocationPlan, plan_id)
    if plan is None:
        raise NotFound("没有这个方案，可能已被删除，请从方案列表进入")
    return plan


def _named(act: Act, notice_id: int, name: str, over: tuple[int, int] | None) -> AllocationPlan | None:
    """The plan of this name that is written over; None where the name is free."""
    plan = act.session.scalars(
        select(AllocationPlan).where(AllocationPlan.notice_id == notice_id, AllocationPlan.name == name)
    ).one_or_none()
    if plan is None:
        return None
    if over is None or plan.id != over[0]:
        raise DomainError(f"已有名为“{name}”的方案，请换一个名称，或先打开那个方案再改", field="plan_name")
    if plan.made_by != act.person_id:
        raise DomainError(f"“{name}”是别人做的方案，请换一个名称另存", field="plan_name")
    if plan.adopted_at is not None:
        raise DomainError(f"“{name}”已被采用，留作依据，请换一个名称另存", field="plan_name")
    act.check_version(plan, over[1])
    return plan


def _faults(act: Act, wanted: dict[tuple[int, int], PlanRow]) -> list[DomainError]:
    keys = {project_id for _, project_id in wanted}
    projects = {p.id: p for p in act.session.scalars(select(Project).where(Project.id.in_(keys)))}
    found: list[DomainError] = []
    for line_id, project_id in wanted:
        field, project = box(line_id, project_id), projects.get(project_id)
        if project is None:
            found.append(NotFound("没有这个项目，请刷新后再看", field=field))
        else:
            found += library_faults(project, act.day, field)
    return found


def _write_rows(act: Act, plan: AllocationPlan, wanted: dict[tuple[int, int], PlanRow]) -> None:
    """Bring the stored rows to what is wanted; rows that stay are left alone."""
    stored = {(row.line_id, row.project_id): row for row in plan.rows}
    for key in stored.keys() - wanted.keys():
        act.session.delete(stored[key])
    for key, row in wanted.items():
        told = {"amount": row.amount, "reason": row.reason.strip()[:200], "document_no": tidy_document_no(row.document)}
        if key not in stored:
            act.session.add(AllocationPlanRow(plan_id=plan.id, line_id=key[0], project_id=key[1], **told))
            continue
        for name, value in told.items():
            setattr(stored[key], name, value)
    act.session.flush()
    act.session.expire(plan, ["rows"])
