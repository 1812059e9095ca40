"""Acts on single allocations: draft one, approve by a second person, return, reverse. Whole sheets: sheets.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, StepRefused
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, Disbursement, Payment
from fundsys.models.projects import Project
from fundsys.queries.line_money import EDITABLE, approved_on, gone_out, line_money
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import each, need, open_line, refuse_all, second_person, seen_records, step
from .periods import closed_fault, refuse_closed, refuse_closed_records

OUT_OF_LIBRARY = "F009 库外安排资金"
BEYOND_PLAN = "F010 超计划安排"


def allocate(
    line_id: int,
    project: int | str,
    amount: Money,
    *,
    decided_on: date | None = None,
    document_no: str = "",
    beyond_plan_reason: str = "",
    beyond_plan_document: str = "",
    remark: str = "",
    act: Act,
) -> Allocation:
    """Give part of a notice line to a project (id or code), as a draft of the person acting.

    Raises: OverCommitted when submitted and approved allocations leave less than `amount`; DomainError when the
    project is not in the library, or has a draft of this person on this line already.
    """
    need(act, Permission.ALLOCATE)
    line = open_line(act, line_id)
    to = _project(act, project)
    day = decided_on or act.day
    if amount <= ZERO:
        raise DomainError("分配金额应大于零，请核对", field="amount")
    remaining = line_money(act.session, line_id).remaining
    if amount > remaining:
        raise OverCommitted(f"该指标剩余 {exact_wan(remaining)} 万元，不够本次分配", field="amount")
    refuse_all([*day_faults(line, day, act), *library_faults(to, day, "project_code")])
    if to.id in drafts_of(act, line_id):
        raise DomainError(f"“{to.name}”在这条指标上已有您的草稿，请直接修改那一笔", field="project_code")
    allocation = Allocation(
        line_id=line.id,
        project_id=to.id,
        amount=amount,
        decided_on=day,
        document_no=tidy_document_no(document_no),
        beyond_plan_reason=beyond_plan_reason.strip(),
        beyond_plan_document=tidy_document_no(beyond_plan_document),
        remark=remark.strip(),
        entered_by=act.person_id,
    )
    act.session.add(allocation)
    act.session.flush()
    return allocation


def approve_allocations(seen: Mapping[int, int], *, act: Act) -> list[Allocation]:
    """Approve submitted allocations exactly as the reviewer saw them (id → version), and number them.

    Raises: NotAllowed for an own entry; Stale when one changed since; StepRefused; OverCommitted (database guard).
    """
    need(act, Permission.REVIEW_MONEY)
    found = seen_records(act, Allocation, seen, "分配")
    refuse_all(_paper_faults(found))
    refuse_closed_records(act, found)

    def judge(allocation: Allocation) -> None:
        second_person(act, allocation.entered_by)
        if allocation.amount > ZERO:
            refuse_all(library_faults(allocation.project, allocation.decided_on, None))

    each(found, lambda a: f"{a.project.name} {exact_wan(a.amount)} 万元" if len(found) > 1 else "", judge)
    numbers = next_numbers(act.session, Allocation.number, "分配", act.day.year, len(found))
    for allocation, number in zip(found, numbers, strict=True):
        step(allocation, MoneyState.APPROVED, "分配")
        allocation.number, allocation.reviewed_by, allocation.reviewed_at = number, act.person_id, act.at
    act.session.flush()
    return found


def return_allocations(seen: Mapping[int, int], reason: str, *, act: Act) -> list[Allocation]:
    """Send submitted allocations back to their enterer with a reason; the money is free again. Raises DomainError, Stale."""
    need(act, Permission.REVIEW_MONEY)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    found = seen_records(act, Allocation, seen, "分配")
    refuse_all(_paper_faults(found))
    for allocation in found:
        step(allocation, MoneyState.RETURNED, "分配")
        allocation.return_reason, allocation.reviewed_at = reason.strip()[:200], act.at
    act.session.flush()
    return found


def reverse_allocation(
    allocation_id: int, reason: str, document_no: str, *, decided_on: date | None = None, act: Act
) -> Allocation:
    """Take back an approved allocation by an entry of its negative that names it (红字冲销); waits for a second person.

    Raises: DomainError without reason or document, for a second reversal, or when more is paid than would be left.
    """
    need(act, Permission.REVERSE)
    original = act.session.get(Allocation, allocation_id)
    if original is None:
        raise NotFound("没有这笔分配，请从分配列表进入")
    if original.state is not MoneyState.APPROVED:
        raise StepRefused(f"这笔分配现在是“{original.state.label}”，还没有复核，请直接退回修改，不用冲销")
    if original.kind not in (EntryKind.ALLOCATION, EntryKind.ADJUSTMENT):
        raise StepRefused(f"{original.kind.label}不能再冲销，请登记新的分配或调整")
    refuse_all(_reversal_faults(act, original, reason, document_no))
    refuse_closed(act, decided_on or act.day, "decided_on")
    reversal = Allocation(
        line_id=original.line_id,
        project_id=original.project_id,
        amount=-original.amount,
        kind=EntryKind.REVERSAL,
        corrects_id=original.id,
        decided_on=decided_on or act.day,
        document_no=tidy_document_no(document_no),
        remark=reason.strip()[:400],
        state=MoneyState.SUBMITTED,
        submitted_at=act.at,
        entered_by=act.person_id,
    )
    act.session.add(reversal)
    act.session.flush()
    act.subject = act.subject or (original.number or "")
    return reversal


def _project(act: Act, project: int | str) -> Project:
    wanted = Project.id == project if isinstance(project, int) else Project.code == project.strip()
    found = act.session.scalars(select(Project).where(wanted)).one_or_none()
    if found is None:
        raise NotFound(f"没有编号为“{project}”的项目，请核对项目编号", field="project_code")
    return found


def drafts_of(act: Act, line_id: int) -> dict[int, Allocation]:
    """The person's drafts and returned entries on a line, by project; the earliest where there are several."""
    found = act.session.scalars(
        select(Allocation)
        .where(
            Allocation.line_id == line_id,
            Allocation.state.in_(EDITABLE),
            Allocation.kind == EntryKind.ALLOCATION,
            Allocation.entered_by == act.person_id if act.person_id else Allocation.entered_by.is_(None),
        )
        .order_by(Allocation.id.desc())
    )
    return {draft.project_id: draft for draft in found}


def day_faults(line: AllotmentLine, day: date, act: Act) -> Iterator[DomainError]:
    if day < line.notice.issued_on:
        yield DomainError(f"分配日期不能早于指标文下达日期 {line.notice.issued_on.isoformat()}", field="decided_on")
    elif day > act.day:
        yield DomainError(f"分配日期不能晚于今天 {act.day.isoformat()}", field="decided_on")
    elif closed := closed_fault(act, day, "decided_on"):
        yield closed


def library_faults(project: Project, day: date, field: str | None) -> Iterator[DomainError]:
    """What keeps money from a project that is not in the library, or was not yet. Source: F009."""
    if project.status.is_withdrawn:
        yield DomainError(f"“{project.name}”已{project.status.label}，不能安排资金", field=field, clause=OUT_OF_LIBRARY)
    elif project.is_draft or not project.status.reached(ProjectStatus.ADMITTED) or project.admitted_on is None:
        yield DomainError(f"“{project.name}”没有入库，不能安排资金，请先办理入库", field=field, clause=OUT_OF_LIBRARY)
    elif project.admitted_on > day:
        yield DomainError(
            f"“{project.name}”{project.admitted_on.isoformat()} 才入库，晚于分配日期 {day.isoformat()}，不能安排资金",
            field=field,
            clause=OUT_OF_LIBRARY,
        )


def _paper_faults(found: Iterable[Allocation]) -> Iterator[DomainError]:
    """Entries of an adjustment or a recovery are reviewed with the paper they stand on, not one by one."""
    for allocation in found:
        if allocation.correction_id is not None:
            yield StepRefused(
                f"“{allocation.project.name}”的这一笔是{allocation.kind.label}，请在整份{allocation.kind.label}上复核"
            )


def _reversal_faults(act: Act, original: Allocation, reason: str, document_no: str) -> Iterator[DomainError]:
    if not reason.strip():
        yield DomainError("请填写冲销原因", field="reason")
    if not document_no.strip():
        yield DomainError("请填写冲销依据的文号", field="document_no")
    again = act.session.scalar(
        select(Allocation.id).where(
            Allocation.corrects_id == original.id,
            Allocation.kind == EntryKind.REVERSAL,
            Allocation.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED)),
        )
    )
    if again is not None:
        yield DomainError("这笔分配已经登记过冲销，不能再冲一次")
    left = approved_on(act.session, original.line_id, original.project_id) - original.amount
    for table, word in ((Payment, "支付"), (Disbursement, "拨付")):
        gone = gone_out(act.session, table, original.line_id, original.project_id)
        if gone > left:
            yield DomainError(
                f"这个项目已{word} {exact_wan(gone)} 万元，冲销后只剩 {exact_wan(left)} 万元，请先冲销或退回多{word}的款"
            )
