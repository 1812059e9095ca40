"""Papers that correct allocations: an adjustment (调整) moves money between projects, a recovery (收回) takes it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, Stale, StepRefused
from fundsys.domain.funds import CorrectionKind, EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, Correction
from fundsys.models.projects import Project
from fundsys.queries.corrections import Standing, standings
from fundsys.queries.line_money import COUNTED, EDITABLE, allocated_to
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .allocations import library_faults
from .common import need, open_line, own_entry, refuse_all, second_person, step
from .periods import closed_fault, refuse_closed

_ENTRY = {CorrectionKind.ADJUSTMENT: EntryKind.ADJUSTMENT, CorrectionKind.RECOVERY: EntryKind.RECOVERY}


@dataclass(frozen=True, slots=True)
class Move:
    """By how much a project's money of one line changes: below zero it gives, above it gets.

    now: what the clerk saw as allocated when they typed; None where nobody looked.
    """

    line_id: int
    project_id: int
    change: Money
    now: Money | None = None

    @property
    def field(self) -> str:
        """The box the amount was typed in."""
        return f"after-{self.line_id}-{self.project_id}"


@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    """A paper as entered. reason and document_no may wait until it is handed over."""

    kind: CorrectionKind
    moves: Sequence[Move]
    decided_on: date | None = None
    document_no: str = ""
    reason: str = ""


def save_correction(
    entry: CorrectionEntry, *, correction_id: int | None = None, version: int | None = None, act: Act
) -> Correction:
    """Keep an adjustment or recovery as a draft of the person acting: new, or a draft or returned one of theirs.

    Raises: OverCommitted where more would be taken than is unpaid; Stale when allocations moved since they were seen;
    DomainError where an adjustment does not come out at zero on every line.
    """
    need(act, Permission.REVERSE)
    moves = [m for m in entry.moves if m.change]
    paper = _open(act, correction_id, entry.kind, version)
    day = entry.decided_on or act.day
    refuse_all(_faults(act, entry.kind, moves, day, paper))
    lines = [open_line(act, line_id) for line_id in sorted({m.line_id for m in moves})]
    paper.year = min(line.notice.year for line in lines)
    paper.decided_on, paper.document_no = day, tidy_document_no(entry.document_no)
    paper.reason, paper.state = entry.reason.strip()[:400], MoneyState.DRAFT
    act.session.add(paper)
    act.session.flush()
    _write_entries(act, paper, moves)
    act.subject = act.subject or paper.document_no or paper.kind.label
    return paper


def submit_correction(correction_id: int, *, version: int | None = None, act: Act) -> Correction:
    """Hand the paper over for review, all its entries as one; everything is asked again.

    Raises: DomainError without document or reason, beyond what may move, or on a day of a closed month.
    """
    need(act, Permission.REVERSE)
    paper = _paper(act, correction_id)
    own_entry(act, paper.entered_by)
    act.check_version(paper, version)
    moves = _moves(paper)
    faults = []
    if not paper.document_no:
        faults.append(DomainError(f"请填写同意{paper.kind.label}的文号", field="document_no"))
    if not paper.reason:
        faults.append(DomainError(f"请填写{paper.kind.label}的原因", field="reason"))
    refuse_all([*faults, *_faults(act, paper.kind, moves, paper.decided_on, paper)])
    _write_entries(act, paper, moves)  # old allocations are named as they stand now
    _cite_beyond_plan(act, paper)
    step(paper, MoneyState.SUBMITTED, paper.kind.label)
    paper.submitted_at, paper.return_reason, paper.reviewed_by = act.at, "", None
    for allocation in _negatives_first(paper):
        step(allocation, MoneyState.SUBMITTED, paper.kind.label)
        allocation.submitted_at, allocation.return_reason, allocation.reviewed_by = act.at, "", None
        act.session.flush()
    act.subject = act.subject or paper.document_no
    act.answer = f"{paper.kind.label}已提交，由另一人复核后生效"
    return paper


def approve_correction(correction_id: int, *, version: int | None, act: Act) -> Correction:
    """Approve the paper as it was seen at `version`: its entries are numbered and take effect together.

    Raises: NotAllowed for an own entry; Stale; OverCommitted where payments were entered in between.
    """
    need(act, Permission.REVIEW_MONEY)
    paper = _paper(act, correction_id)
    second_person(act, paper.entered_by)
    act.check_version(paper, version)
    if paper.state is not MoneyState.SUBMITTED:
        raise StepRefused(f"{paper.kind.label}现在是“{paper.state.label}”，不用复核，请刷新后再看")
    refuse_closed(act, paper.decided_on)
    for allocation in paper.entries:
        if allocation.amount > ZERO:
            refuse_all(library_faults(allocation.project, allocation.decided_on, None))
    step(paper, MoneyState.APPROVED, paper.kind.label)
    word = paper.kind.label
    (paper.number,) = next_numbers(act.session, Correction.number, word, act.day.year, 1)
    paper.reviewed_by, paper.reviewed_at = act.person_id, act.at
    entries = _negatives_first(paper)
    numbers = next_numbers(act.session, Allocation.number, "分配", act.day.year, len(entries))
    for allocation, number in zip(entries, numbers, strict=True):
        step(allocation, MoneyState.APPROVED, word)
        allocation.number, allocation.reviewed_by, allocation.reviewed_at = number, act.person_id, act.at
        act.session.flush()
    act.subject = act.subject or paper.document_no
    act.answer = f"已复核，编号{paper.number}"
    return paper


def return_correction(correction_id: int, reason: str, *, version: int | None = None, act: Act) -> Correction:
    """Send the paper back to its enterer with a reason; nothing moves. Raises DomainError, Stale, StepRefused."""
    need(act, Permission.REVIEW_MONEY)
    paper = _paper(act, correction_id)
    act.check_version(paper, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    step(paper, MoneyState.RETURNED, paper.kind.label)
    paper.return_reason, paper.reviewed_at = reason.strip()[:200], act.at
    for allocation in paper.entries:
        step(allocation, MoneyState.RETURNED, paper.kind.label)
        allocation.return_reason = paper.return_reason
    act.session.flush()
    act.subject = act.subject or paper.document_no
    act.answer = "已退回录入人"
    return paper


def delete_correction(correction_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a draft or returned paper of one's own; the journal keeps what it was. Raises DomainError, Stale."""
    need(act, Permission.REVERSE)
    paper = _paper(act, correction_id)
    own_entry(act, paper.entered_by)
    act.check_version(paper, version)
    if paper.state not in EDITABLE:
        raise StepRefused(f"{paper.kind.label}现在是“{paper.state.label}”，不能删除；确需删除的，请复核人先退回")
    _clear(act, paper)
    act.session.delete(paper)


def _paper(act: Act, correction_id: int) -> Correction:
    paper = act.session.get(Correction, correction_id)
    if paper is None:
        raise NotFound("没有这份调整或收回，可能已被录入人删除")
    return paper


def _open(act: Act, correction_id: int | None, kind: CorrectionKind, version: int | None) -> Correction:
    if correction_id is None:
        return Correction(kind=kind, entered_by=act.person_id)
    paper = _paper(act, correction_id)
    own_entry(act, paper.entered_by)
    act.check_version(paper, version)
    if paper.state not in EDITABLE or paper.kind is not kind:
        raise StepRefused(f"{paper.kind.label}现在是“{paper.state.label}”，不能修改；确需修改的，请复核人先退回")
    paper.version += 1
    return paper


def _moves(paper: Correction) -> list[Move]:
    sums: dict[tuple[int, int], Money] = defaultdict(lambda: ZERO)
    for a in paper.entries:
        sums[a.line_id, a.project_id] += a.amount
    return [Move(line, project, change) for (line, project), change in sums.items()]


def _negatives_first(paper: Correction) -> list[Allocation]:
    """The order in which the database may judge row after row: what gives before what gets."""
    return sorted(paper.entries, key=lambda a: (a.amount > ZERO, a.id))


def _faults(
    act: Act, kind: CorrectionKind, moves: Sequence[Move], day: date, paper: Correction | None
) -> Iterator[DomainError]:
    if not moves:
        yield DomainError(f"请填写要{kind.label}的金额", field="moves")
    if day > act.day:
        yield DomainError(f"日期不能晚于今天 {act.day.isoformat()}", field="decided_on")
    elif closed := closed_fault(act, day, "decided_on"):
        yield closed
    line_ids = {m.line_id for m in moves}
    now = standings(act.session, line_ids=line_ids, besides=paper.id if paper else None)
    _refuse_moved(act, moves, now)
    names = dict(
        act.session.execute(select(Project.id, Project.name).where(Project.id.in_({m.project_id for m in moves}))).all()
    )
    for move in moves:
        standing = now.get((move.line_id, move.project_id), Standing(move.line_id, move.project_id))
        name = names.get(move.project_id, str(move.project_id))
        if kind is CorrectionKind.RECOVERY and move.change > ZERO:
            yield DomainError(f"“{name}”：收回只能减少，不能增加", field=move.field)
        if -move.change > standing.movable:
            yield OverCommitted(
                f"“{name}”已分配 {exact_wan(standing.allocated)} 万元，已支付 {exact_wan(standing.paid)} 万元、"
                f"已拨付 {exact_wan(standing.disbursed)} 万元，"
                + (f"最多减少 {exact_wan(standing.movable)} 万元" if standing.movable > ZERO else "不能再减少"),
                field=move.field,
            )
    if kind is CorrectionKind.ADJUSTMENT:
        yield from _uneven(act, moves)
    yield from _getting_faults(act, moves, day)


def _uneven(act: Act, moves: Sequence[Move]) -> Iterator[DomainError]:
    for line_id in sorted({m.line_id for m in moves}):
        left = total(m.change for m in moves if m.line_id == line_id)
        if left:
            line = act.session.get_one(AllotmentLine, line_id)
            told = f"增加比减少多 {exact_wan(left)}" if left > ZERO else f"减少比增加多 {exact_wan(-left)}"
            yield DomainError(
                f"{line.notice.document_no}的“{line.source.name}”{told} 万元，调整应在同一条指标内增减相等",
                field="moves",
            )


def _getting_faults(act: Act, moves: Sequence[Move], day: date) -> Iterator[DomainError]:
    """Money only goes to projects in the library, and not before its notice came."""
    for move in moves:
        line = act.session.get(AllotmentLine, move.line_id)
        if line is not None and day < line.notice.issued_on:
            yield DomainError(f"日期不能早于指标文下达日期 {line.notice.issued_on.isoformat()}", field="decided_on")
            return
        if move.change > ZERO:
            project = act.session.get(Project, move.project_id)
            if project is None:
                yield NotFound("没有这个项目，请刷新后再看", field=move.field)
            else:
                yield from library_faults(project, day, move.field)


def _refuse_moved(act: Act, moves: Sequence[Move], now: dict[tuple[int, int], Standing]) -> None:
    moved = [
        m
        for m in moves
        if m.now is not None
        and m.now != now.get((m.line_id, m.project_id), Standing(m.line_id, m.project_id)).allocated
    ]
    if not moved:
        return
    names = dict(
        act.session.execute(select(Project.id, Project.name).where(Project.id.in_({m.project_id for m in moved}))).all()
    )
    raise Stale(
        "这些项目的分配在您打开之后有变化，您填的内容都在，请对照后再保存",
        theirs={
            names[
                m.project_id
            ]: f"已分配 {exact_wan(now.get((m.line_id, m.project_id), Standing(0, 0)).allocated)} 万元"
            for m in moved
        },
        mine={names[m.project_id]: f"当时已分配 {exact_wan(m.now or ZERO)} 万元" for m in moved},
    )


def _write_entries(act: Act, paper: Correction, moves: Sequence[Move]) -> None:
    _clear(act, paper)
    for move in moves:
        parts = [(None, move.change)] if move.change > ZERO else _named(act, move)
        for corrects_id, amount in parts:
            act.session.add(
                Allocation(
                    line_id=move.line_id,
                    project_id=move.project_id,
                    kind=_ENTRY[paper.kind],
                    corrects_id=corrects_id,
                    correction_id=paper.id,
                    decided_on=paper.decided_on,
                    document_no=paper.document_no,
                    remark=paper.reason[:400],
                    amount=amount,
                    entered_by=act.person_id,
                )
            )
    act.session.flush()
    act.session.expire(paper, ["entries"])


def _clear(act: Act, paper: Correction) -> None:
    for allocation in list(paper.entries):
        allocation.state = MoneyState.DRAFT
    act.session.flush()
    for allocation in list(paper.entries):
        act.session.delete(allocation)
    act.session.flush()
    act.session.expire(paper, ["entries"])


def _named(act: Act, move: Move) -> list[tuple[int, Money]]:
    """(old allocation, what is taken from it), the latest given first; no old one gives more than it has left."""
    old = act.session.scalars(
        select(Allocation)
        .where(
            Allocation.line_id == move.line_id,
            Allocation.project_id == move.project_id,
            Allocation.state == MoneyState.APPROVED,
            Allocation.amount > ZERO,
        )
        .order_by(Allocation.decided_on.desc(), Allocation.id.desc())
    ).all()
    taken: dict[int, Money] = defaultdict(lambda: ZERO)
    for entry in act.session.scalars(
        select(Allocation).where(Allocation.corrects_id.in_([a.id for a in old]), Allocation.state.in_(COUNTED))
    ):
        taken[entry.corrects_id or 0] += entry.amount
    left, parts = -move.change, []
    for allocation in old:
        part = min(left, allocation.amount + taken[allocation.id])
        if part > ZERO:
            parts.append((allocation.id, -part))
            left -= part
    if left > ZERO:
        raise OverCommitted(f"原分配不够减少，还差 {exact_wan(left)} 万元，请先核对这个项目的分配", field=move.field)
    return parts


def _cite_beyond_plan(act: Act, paper: Correction) -> None:
    """Where a project gets beyond its planned investment, the paper is the reason and the document. Source: F010."""
    given = allocated_to(act.session, {a.project_id for a in paper.entries})
    change = {m.project_id: ZERO for m in _moves(paper)}
    for a in paper.entries:
        change[a.project_id] += a.amount
    for allocation in paper.entries:
        project = allocation.project
        beyond = given.get(project.id, ZERO) + change[project.id] > project.planned_investment
        if allocation.amount > ZERO and beyond:
            allocation.beyond_plan_reason = paper.reason[:200]
            allocation.beyond_plan_document = paper.document_no
