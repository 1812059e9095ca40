"""Acts on whole sheets: many projects by one line or every line of a notice, drafted and handed over as one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, Stale
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.models.projects import Project
from fundsys.queries.line_money import allocated_to, lines_money
from fundsys.services.acts import Act

from .allocations import BEYOND_PLAN, day_faults, drafts_of, library_faults
from .common import need, open_line, own_entry, refuse_all, seen_records, step
from .periods import refuse_closed_records


@dataclass(frozen=True, slots=True)
class Seen:
    """The draft a clerk had before them when they typed: none was there when id is 0."""

    id: int
    version: int
    amount: Money


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One amount of the sheet. amount None or zero: no draft is wanted.

    reason, document: why it goes beyond the planned investment, and by which paper.
    """

    project_id: int
    amount: Money | None
    reason: str = ""
    seen: Seen | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class SheetSaved:
    """What saving a sheet did."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def words(self) -> str:
        """What it did, for people: “新增 2 笔，去掉 1 笔”; empty when nothing was done."""
        parts = (("新增", self.added), ("修改", self.changed), ("去掉", self.removed))
        return "，".join(f"{word} {count} 笔" for word, count in parts if count)


Rows = Mapping[int, Sequence[DraftRow]]
"""The rows of a sheet by notice line."""
Drafts = Mapping[int, Mapping[int, Allocation]]
"""The person's drafts by notice line and project."""


def save_drafts(
    line_id: int,
    rows: Sequence[DraftRow],
    *,
    decided_on: date | None = None,
    document_no: str | None = None,
    over: int | None = None,
    act: Act,
) -> SheetSaved:
    """Save a sheet of drafts of the person acting on one line. See `save_sheet`."""
    return save_sheet({line_id: rows}, decided_on=decided_on, document_no=document_no, over=over, act=act)


def save_sheet(
    rows: Rows,
    *,
    decided_on: date | None = None,
    document_no: str | None = None,
    over: int | None = None,
    act: Act,
) -> SheetSaved:
    """Save a sheet of drafts of the person acting on the lines of one notice: new, changed and emptied, all or none.

    decided_on, document_no: of the whole sheet; None leaves what stands. Rows left as they were seen are skipped, so
    that another window's work on them stands. over: the mark of the drafts a clerk was shown beside their own text
    and means to write over; while it holds, `seen` is not asked.
    Raises: Stale with both texts when a typed row was changed elsewhere; OverCommitted; Refusals by row.
    """
    need(act, Permission.ALLOCATE)
    lines = _lines(act, rows)
    drafts = {line.id: drafts_of(act, line.id) for line in lines}
    rows = {
        key: [row for row in those if not _untouched(row, drafts[key].get(row.project_id))]
        for key, those in rows.items()
    }
    if over is None or over != _mark(drafts):
        _refuse_stale(act, lines, rows, drafts)
    day = decided_on or act.day
    refuse_all([*_head_faults(lines, day, act), *_row_faults(act, rows, day)])
    refuse_all(_money_faults(act, lines, rows, drafts))
    saved = [
        _save_row(act, key, row, drafts[key].get(row.project_id), day, document_no)
        for key, those in rows.items()
        for row in those
    ]
    moved = sum(
        _rewrite_heads(drafts[key], {row.project_id for row in those}, decided_on, document_no)
        for key, those in rows.items()
    )
    act.session.flush()
    act.subject = act.subject or lines[0].notice.document_no
    return SheetSaved(saved.count("added"), saved.count("changed") + moved, saved.count("removed"))


def submit_allocations(
    line_id: int, *, only: Iterable[int] | None = None, seen: Mapping[int, int] | None = None, act: Act
) -> list[Allocation]:
    """Hand the person's drafts on a line over for review; from now on the money is reserved.

    only: ids of some drafts, all when None; seen: id → version before the person, where that must still hold.
    Raises: OverCommitted with the exact remainder; Refusals (library, plan); Stale.
    """
    need(act, Permission.ALLOCATE)
    if seen is not None:
        only = {a.id for a in seen_records(act, Allocation, seen, "分配")}
    return _submit(act, [open_line(act, line_id)], None if only is None else set(only))


def submit_sheet(line_ids: Iterable[int], *, act: Act) -> list[Allocation]:
    """Hand all drafts of the person on these lines of one notice over for review, as one. See `submit_allocations`."""
    need(act, Permission.ALLOCATE)
    return _submit(act, _lines(act, line_ids), None)


def lines_to_give(act: Act, notice_id: int) -> list[AllotmentLine]:
    """The lines of a notice that money can be given from. Raises NotFound, DomainError where there are none."""
    if act.session.get(AllotmentNotice, notice_id) is None:
        raise NotFound("没有这份指标文，请从指标文列表进入")
    found = act.session.scalars(
        select(AllotmentLine.id)
        .where(AllotmentLine.notice_id == notice_id, AllotmentLine.reduces_id.is_(None))
        .order_by(AllotmentLine.position)
    ).all()
    if not found:
        raise DomainError("这份指标文没有可以分配的资金，请从被它核减的指标办理")
    return [open_line(act, line_id) for line_id in found]


def _lines(act: Act, line_ids: Iterable[int]) -> list[AllotmentLine]:
    """The lines of a sheet, which are of one notice. Raises NotFound, StepRefused, DomainError."""
    lines = [open_line(act, line_id) for line_id in sorted(line_ids)]
    if len({line.notice_id for line in lines}) != 1:
        raise DomainError("一张分配表只能办理一份指标文的资金，请分开办理")
    return lines


def _submit(act: Act, lines: Sequence[AllotmentLine], chosen: set[int] | None) -> list[Allocation]:
    by_line = {
        line.id: [d for d in drafts_of(act, line.id).values() if chosen is None or d.id in chosen] for line in lines
    }
    drafts = [draft for those in by_line.values() for draft in those]
    if not drafts:
        raise DomainError("还没有可以提交的草稿，请先填写本次安排的金额")
    refuse_all(_over(act, lines, {line.id: total(d.amount for d in by_line[line.id]) for line in lines}).values())
    refuse_closed_records(act, drafts)
    refuse_all(_submit_faults(act, drafts))
    for draft in drafts:
        step(draft, MoneyState.SUBMITTED, "分配")
        draft.submitted_at, draft.return_reason, draft.reviewed_by = act.at, "", None
    act.session.flush()
    act.subject = act.subject or lines[0].notice.document_no
    return drafts


def _untouched(row: DraftRow, draft: Allocation | None) -> bool:
    """Whether the clerk left the row as it was before them, or asks for what stands anyway."""
    wanted = row.amount or ZERO
    if row.seen is not None and (row.seen.id, row.seen.version) != _stands(draft):
        return wanted == row.seen.amount
    if draft is None:
        return wanted == ZERO
    told = (draft.beyond_plan_reason, draft.beyond_plan_document)
    return wanted == draft.amount and _words(row) == told


def _words(row: DraftRow) -> tuple[str, str]:
    return row.reason.strip()[:200], tidy_document_no(row.document)[:60]


def _stands(draft: Allocation | None) -> tuple[int, int]:
    return (draft.id, draft.version) if draft else (0, 0)


def _refuse_stale(act: Act, lines: Sequence[AllotmentLine], rows: Rows, drafts: Drafts) -> None:
    moved = [
        (line, row, drafts[line.id].get(row.project_id))
        for line in lines
        for row in rows[line.id]
        if row.seen is not None and (row.seen.id, row.seen.version) != _stands(drafts[line.id].get(row.project_id))
    ]
    if not moved:
        return
    wanted = {row.project_id for _, row, _ in moved}
    names = {p.id: f"{p.code} {p.name}" for p in act.session.scalars(select(Project).where(Project.id.in_(wanted)))}
    theirs, mine = {}, {}
    for line, row, draft in moved:
        name = names.get(row.project_id, str(row.project_id))
        name += f"（{line.source.name}）" if len(lines) > 1 else ""
        theirs[name] = f"{exact_wan(draft.amount)} 万元" if draft else "没有草稿，或已提交"
        mine[name] = f"{exact_wan(row.amount)} 万元" if row.amount else "不安排"
    raise Stale(
        "这份分配在您打开之后有变化，您填的内容都在，请对照后再保存", theirs=theirs, mine=mine, version=_mark(drafts)
    )


def _mark(drafts: Drafts) -> int:
    """A number that changes whenever one of the drafts does."""
    every = (d for those in drafts.values() for d in those.values())
    told = ",".join(f"{d.id}.{d.version}" for d in sorted(every, key=lambda d: d.id))
    return int(hashlib.sha256(told.encode()).hexdigest()[:12], 16)


def _head_faults(lines: Sequence[AllotmentLine], day: date, act: Act) -> Iterator[DomainError]:
    yield from day_faults(lines[0], day, act)


def _row_faults(act: Act, rows: Rows, day: date) -> Iterator[DomainError]:
    wanted = {row.project_id for those in rows.values() for row in those}
    projects = {p.id: p for p in act.session.scalars(select(Project).where(Project.id.in_(wanted)))}
    for line_id, those in rows.items():
        for row in those:
            field = box(line_id, row.project_id)
            project = projects.get(row.project_id)
            if row.amount is not None and row.amount < ZERO:
                yield DomainError("本次安排不能小于零；要收回已复核的钱，请用红字冲销", field=field)
            elif project is None:
                yield NotFound("没有这个项目，请刷新后再看", field=field)
            elif row.amount:
                yield from library_faults(project, day, field)


def box(line_id: int, project_id: int) -> str:
    """The name of the box in which an amount of the sheet is typed."""
    return f"amount-{line_id}-{project_id}"


def _money_faults(act: Act, lines: Sequence[AllotmentLine], rows: Rows, drafts: Drafts) -> Iterator[DomainError]:
    """Lines that would be drafted beyond what they have; a sheet overtaken by others may still be made smaller."""
    after = {}
    for line in lines:
        wanted = {key: draft.amount for key, draft in drafts[line.id].items()}
        wanted |= {row.project_id: row.amount or ZERO for row in rows[line.id]}
        after[line.id] = total(wanted.values())
    for line_id, fault in _over(act, lines, after).items():
        if after[line_id] > total(d.amount for d in drafts[line_id].values()):
            yield fault


def _over(act: Act, lines: Sequence[AllotmentLine], wanted: Mapping[int, Money]) -> dict[int, OverCommitted]:
    """The refusal of every line that has less than is wanted of it, by line."""
    money = lines_money(act.session, wanted)
    return {
        line.id: OverCommitted(
            f"{f'“{line.source.name}”' if len(lines) > 1 else '该指标'}剩余 {exact_wan(left)} 万元，"
            f"不够本次分配 {exact_wan(wanted[line.id])} 万元，请减少 {exact_wan(wanted[line.id] - left)} 万元",
            field="total",
        )
        for line in lines
        if (left := money[line.id].remaining) < wanted[line.id]
    }


def _submit_faults(act: Act, drafts: Sequence[Allocation]) -> Iterator[DomainError]:
    """Library, and the planned investment: beyond it only with a reason and a document. Source: F009, F010."""
    given = allocated_to(act.session, {d.project_id for d in drafts})
    by_project: dict[int, list[Allocation]] = defaultdict(list)
    for draft in drafts:
        by_project[draft.project_id].append(draft)
    for key, those in by_project.items():
        project = those[0].project
        yield from library_faults(project, min(d.decided_on for d in those), box(those[0].line_id, key))
        over = given.get(key, ZERO) + total(d.amount for d in those) - project.planned_investment
        if over <= ZERO:
            continue
        says = f"“{project.name}”安排后超出计划投资 {exact_wan(over)} 万元"
        if not all(d.beyond_plan_reason for d in those):
            yield DomainError(f"{says}，请填写超计划原因", field=f"reason-{key}", clause=BEYOND_PLAN)
        if not all(d.beyond_plan_document for d in those):
            yield DomainError(f"{says}，请填写批准超计划的文号", field=f"paper-{key}", clause=BEYOND_PLAN)


def _save_row(
    act: Act, line_id: int, row: DraftRow, draft: Allocation | None, day: date, document_no: str | None
) -> str:
    reason, document = _words(row)
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
                beyond_plan_reason=reason,
                beyond_plan_document=document,
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
    draft.amount, draft.beyond_plan_reason, draft.beyond_plan_document = row.amount, reason, document
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
