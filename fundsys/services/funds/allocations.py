"""Acts on allocations: draft one or a whole sheet, submit, approve by a second person, return, reverse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, Stale, StepRefused
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, Payment
from fundsys.models.projects import Project
from fundsys.queries.line_money import EDITABLE, allocated_to, approved_on, gone_out, line_money
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import need, open_line, own_entry, refuse_all, second_person, seen_records, step

OUT_OF_LIBRARY = "F009 库外安排资金"
BEYOND_PLAN = "F010 超计划安排"


@dataclass(frozen=True, slots=True)
class Seen:
    """The draft a clerk had before them when they typed: none was there when id is 0."""

    id: int
    version: int
    amount: Money


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of the sheet. amount None or zero: no draft is wanted. reason: why it goes beyond the plan."""

    project_id: int
    amount: Money | None
    reason: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class SheetSaved:
    """What saving a sheet did."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def allocate(
    line_id: int,
    project: int | str,
    amount: Money,
    *,
    decided_on: date | None = None,
    document_no: str = "",
    beyond_plan_reason: str = "",
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
        raise OverCommitted(f"该指标剩余{exact_wan(remaining)}万元，不够本次分配", field="amount")
    refuse_all([*_day_faults(line, day, act), *_library_faults(to, day, "project_code")])
    if to.id in _drafts_of(act, line_id):
        raise DomainError(f"“{to.name}”在这条指标上已有您的草稿，请直接修改那一笔", field="project_code")
    allocation = Allocation(
        line_id=line.id,
        project_id=to.id,
        amount=amount,
        decided_on=day,
        document_no=tidy_document_no(document_no),
        beyond_plan_reason=beyond_plan_reason.strip(),
        remark=remark.strip(),
        entered_by=act.person_id,
    )
    act.session.add(allocation)
    act.session.flush()
    return allocation


def save_drafts(
    line_id: int,
    rows: Sequence[DraftRow],
    *,
    decided_on: date | None = None,
    document_no: str | None = None,
    over: int | None = None,
    act: Act,
) -> SheetSaved:
    """Save a sheet of drafts of the person acting on one line: new, changed and emptied rows, all or none.

    decided_on, document_no: of the whole sheet; None leaves what stands. Rows left as they were seen are skipped, so
    that another window's work on them stands. over: the mark of the drafts a clerk was shown beside their own text
    and means to write over; while it holds, `seen` is not asked.
    Raises: Stale with both texts when a typed row was changed elsewhere; OverCommitted; Refusals by row.
    """
    need(act, Permission.ALLOCATE)
    line = open_line(act, line_id)
    drafts = _drafts_of(act, line_id)
    before = total(d.amount for d in drafts.values())
    rows = [row for row in rows if not _untouched(row, drafts.get(row.project_id))]
    if over is None or over != _mark(drafts):
        _refuse_stale(act, rows, drafts)
    projects = {
        p.id: p for p in act.session.scalars(select(Project).where(Project.id.in_([r.project_id for r in rows])))
    }
    day = decided_on or act.day
    refuse_all([*_day_faults(line, day, act), *_row_faults(rows, projects, day)])
    wanted = {key: draft.amount for key, draft in drafts.items()} | {r.project_id: r.amount or ZERO for r in rows}
    after, remaining = total(wanted.values()), line_money(act.session, line_id).remaining
    if after > remaining and after > before:
        raise OverCommitted(
            f"该指标剩余{exact_wan(remaining)}万元，不够本次分配{exact_wan(after)}万元，请减少{exact_wan(after - remaining)}万元",
            field="total",
        )
    saved = [_save_row(act, line_id, row, drafts.get(row.project_id), day, document_no) for row in rows]
    moved = _rewrite_heads(drafts, {r.project_id for r in rows}, decided_on, document_no)
    act.session.flush()
    act.subject = act.subject or line.notice.document_no
    return SheetSaved(saved.count("added"), saved.count("changed") + moved, saved.count("removed"))


def submit_allocations(
    line_id: int, *, only: Iterable[int] | None = None, seen: Mapping[int, int] | None = None, act: Act
) -> list[Allocation]:
    """Hand the person's drafts on a line over for review; from now on the money is reserved.

    only: ids of some drafts, all when None; seen: id → version before the person, where that must still hold.
    Raises: OverCommitted with the exact remainder; Refusals (library, plan); Stale.
    """
    need(act, Permission.ALLOCATE)
    line = open_line(act, line_id)
    if seen is not None:
        only = {a.id for a in seen_records(act, Allocation, seen, "分配")}
    chosen = None if only is None else set(only)
    drafts = [d for d in _drafts_of(act, line_id).values() if chosen is None or d.id in chosen]
    if not drafts:
        raise DomainError("还没有可以提交的草稿，请先填写本次安排的金额")
    wanted, remaining = total(d.amount for d in drafts), line_money(act.session, line_id).remaining
    if wanted > remaining:
        raise OverCommitted(
            f"该指标剩余{exact_wan(remaining)}万元，不够本次分配{exact_wan(wanted)}万元，请减少{exact_wan(wanted - remaining)}万元",
            field="total",
        )
    refuse_all(_submit_faults(act, drafts))
    for draft in drafts:
        step(draft, MoneyState.SUBMITTED, "分配")
        draft.submitted_at, draft.return_reason, draft.reviewed_by = act.at, "", None
    act.session.flush()
    act.subject = act.subject or line.notice.document_no
    return drafts


def approve_allocations(seen: Mapping[int, int], *, act: Act) -> list[Allocation]:
    """Approve submitted allocations exactly as the reviewer saw them (id → version), and number them.

    Raises: NotAllowed for an own entry; Stale when one changed since; StepRefused; OverCommitted (database guard).
    """
    need(act, Permission.REVIEW_MONEY)
    found = seen_records(act, Allocation, seen, "分配")
    for allocation in found:
        second_person(act, allocation.entered_by)
        if allocation.amount > ZERO:
            refuse_all(_library_faults(allocation.project, allocation.decided_on, None))
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


def _drafts_of(act: Act, line_id: int) -> dict[int, Allocation]:
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


def _untouched(row: DraftRow, draft: Allocation | None) -> bool:
    """Whether the clerk left the row as it was before them, or asks for what stands anyway."""
    wanted = row.amount or ZERO
    same_words = row.reason.strip() == (draft.beyond_plan_reason if draft else "")
    if row.seen is not None and (row.seen.id, row.seen.version) != _stands(draft):
        return wanted == row.seen.amount
    return wanted == (draft.amount if draft else ZERO) and (same_words or not draft)


def _stands(draft: Allocation | None) -> tuple[int, int]:
    return (draft.id, draft.version) if draft else (0, 0)


def _refuse_stale(act: Act, rows: Sequence[DraftRow], drafts: Mapping[int, Allocation]) -> None:
    moved = [r for r in rows if r.seen is not None and (r.seen.id, r.seen.version) != _stands(drafts.get(r.project_id))]
    if not moved:
        return
    names = {
        key: f"{code} {name}"
        for key, code, name in act.session.execute(
            select(Project.id, Project.code, Project.name).where(Project.id.in_([r.project_id for r in moved]))
        )
    }
    theirs, mine = {}, {}
    for row in moved:
        draft, name = drafts.get(row.project_id), names.get(row.project_id, str(row.project_id))
        theirs[name] = f"{exact_wan(draft.amount)} 万元" if draft else "没有草稿，或已提交"
        mine[name] = f"{exact_wan(row.amount)} 万元" if row.amount else "不安排"
    raise Stale(
        "这份分配在您打开之后有变化，您填的内容都在，请对照后再保存", theirs=theirs, mine=mine, version=_mark(drafts)
    )


def _mark(drafts: Mapping[int, Allocation]) -> int:
    """A number that changes whenever one of the drafts does."""
    told = ",".join(f"{d.id}.{d.version}" for d in sorted(drafts.values(), key=lambda d: d.id))
    return int(hashlib.sha256(told.encode()).hexdigest()[:12], 16)


def _row_faults(rows: Sequence[DraftRow], projects: Mapping[int, Project], day: date) -> Iterator[DomainError]:
    for row in rows:
        field = f"amount-{row.project_id}"
        project = projects.get(row.project_id)
        if row.amount is not None and row.amount < ZERO:
            yield DomainError("本次安排不能小于零；要收回已复核的钱，请用红字冲销", field=field)
        elif project is None:
            yield NotFound("没有这个项目，请刷新后再看", field=field)
        elif row.amount:
            yield from _library_faults(project, day, field)


def _day_faults(line: AllotmentLine, day: date, act: Act) -> Iterator[DomainError]:
    if day < line.notice.issued_on:
        yield DomainError(f"分配日期不能早于指标文下达日期 {line.notice.issued_on.isoformat()}", field="decided_on")
    elif day > act.day:
        yield DomainError(f"分配日期不能晚于今天 {act.day.isoformat()}", field="decided_on")


def _library_faults(project: Project, day: date, field: str | None) -> Iterator[DomainError]:
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


def _submit_faults(act: Act, drafts: Sequence[Allocation]) -> Iterator[DomainError]:
    """Library, and the plan: beyond it only with a reason and a document. Source: F009, F010."""
    given = allocated_to(act.session, {d.project_id for d in drafts})
    for draft in drafts:
        project = draft.project
        yield from _library_faults(project, draft.decided_on, f"amount-{project.id}")
        over = given.get(project.id, ZERO) + draft.amount - project.planned_investment
        if over <= ZERO:
            continue
        says = f"“{project.name}”安排后超出计划投资{exact_wan(over)}万元"
        if not draft.beyond_plan_reason:
            yield DomainError(f"{says}，请填写超计划原因", field=f"reason-{project.id}", clause=BEYOND_PLAN)
        elif not draft.document_no:
            yield DomainError(f"{says}，请填写批准超计划的县级下达文号", field="document_no", clause=BEYOND_PLAN)


def _save_row(
    act: Act, line_id: int, row: DraftRow, draft: Allocation | None, day: date, document_no: str | None
) -> str:
    if draft is None:
        if not row.amount:
            return "nothing"
        act.session.add(
            Allocation(
                line_id=line_id,
                project_id=row.project_id,
                amount=row.amount,
                decided_on=day,
                document_no=tidy_document_no(document_no or ""),
                beyond_plan_reason=row.reason.strip()[:200],
                entered_by=act.person_id,
            )
        )
        return "added"
    own_entry(act, draft.entered_by)
    if not row.amount:
        if draft.state is MoneyState.RETURNED:
            draft.state = MoneyState.DRAFT
            act.session.flush()
        act.session.delete(draft)
        return "removed"
    draft.amount, draft.beyond_plan_reason = row.amount, row.reason.strip()[:200]
    draft.state = MoneyState.DRAFT
    draft.decided_on = day
    if document_no is not None:
        draft.document_no = tidy_document_no(document_no)
    draft.version += 1
    return "changed"


def _rewrite_heads(
    drafts: Mapping[int, Allocation], done: set[int], decided_on: date | None, document_no: str | None
) -> int:
    """Bring day and document of the sheet to its untouched rows. Returns how many changed."""
    moved = 0
    for draft in (d for key, d in drafts.items() if key not in done):
        day = decided_on or draft.decided_on
        number = draft.document_no if document_no is None else tidy_document_no(document_no)
        if (day, number) != (draft.decided_on, draft.document_no):
            draft.decided_on, draft.document_no = day, number
            draft.version += 1
            moved += 1
    return moved


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
    paid = gone_out(act.session, Payment, original.line_id, original.project_id)
    if paid > left:
        yield DomainError(
            f"这个项目已支付{exact_wan(paid)}万元，冲销后只剩{exact_wan(left)}万元，请先冲销或退回多付的款"
        )
