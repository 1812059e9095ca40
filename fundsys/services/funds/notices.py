"""Acts on notices: register, edit, submit, approve by a second person, return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, Stale
from fundsys.domain.funds import MoneyState, NoticeKind
from fundsys.domain.money import ZERO, Money, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource
from fundsys.queries.line_money import line_money
from fundsys.services import attachments
from fundsys.services.acts import Act

from .common import need, own_entry, refuse_all, second_person, step
from .periods import closed_fault, refuse_closed
from .returns import follow_carryover, refuse_made_carryover

AMENDING = (NoticeKind.ADDITION, NoticeKind.REDUCTION)
"""Notices that change what an earlier one gave."""


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line as entered: a source and its amount, above zero also in a 核减. task: empty for the source's own.

    function_code, economic_code: 功能科目, 经济科目. is_direct: 直达资金. budget_no: 预算一体化指标编号; in a 核减 it also tells
    lines of one source apart.
    """

    source_id: int
    amount: Money
    function_code: str = ""
    remark: str = ""
    economic_code: str = ""
    task: str = ""
    budget_no: str = ""
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """A notice as entered. stated_total: above zero also in a 核减. amends_no: number of the notice it adds to or takes from."""

    document_no: str
    title: str
    year: int
    issued_on: date
    received_on: date
    stated_total: Money
    lines: Sequence[LineEntry]
    issuing_unit: str = ""
    batch: int = 1
    remark: str = ""
    kind: NoticeKind = NoticeKind.ALLOTMENT
    amends_no: str = ""


def register_notice(entry: NoticeEntry, *, act: Act) -> AllotmentNotice:
    """Register a notice with its lines, as a draft of the person acting. Raises DomainError, Refusals."""
    need(act, Permission.REGISTER_NOTICE)
    refuse_all(_faults(entry, act))
    notice = AllotmentNotice(state=MoneyState.DRAFT, entered_by=act.person_id, **_facts(entry, act))
    act.session.add(notice)
    act.session.flush()
    _set_lines(notice, entry, act)
    act.session.flush()
    act.subject = act.subject or notice.document_no
    return notice


def edit_notice(notice_id: int, entry: NoticeEntry, *, version: int | None = None, act: Act) -> AllotmentNotice:
    """Change a draft or returned notice of one's own. Raises DomainError, Refusals, Stale with both texts."""
    need(act, Permission.REGISTER_NOTICE)
    notice = _notice(act, notice_id)
    _check_version(notice, entry, version, act)
    own_entry(act, notice.entered_by)
    refuse_made_carryover(notice)
    if notice.state not in (MoneyState.DRAFT, MoneyState.RETURNED):
        raise DomainError(f"指标文现在是“{notice.state.label}”，不能修改；确需修改的，请复核人先退回")
    refuse_all(_faults(entry, act, notice))
    for key, value in _facts(entry, act).items():
        setattr(notice, key, value)
    notice.state = MoneyState.DRAFT
    notice.version += 1
    _set_lines(notice, entry, act)
    act.session.flush()
    act.subject = act.subject or notice.document_no
    return notice


def submit_notice(notice_id: int, *, version: int | None = None, act: Act) -> AllotmentNotice:
    """Hand a notice over for review. Raises DomainError when its lines do not add up to the total it states."""
    need(act, Permission.REGISTER_NOTICE)
    notice = _notice(act, notice_id)
    own_entry(act, notice.entered_by)
    refuse_made_carryover(notice)
    act.check_version(notice, version)
    lines = total(line.amount for line in notice.lines)
    if not notice.lines:
        raise DomainError("请填写这份指标文的资金来源和金额，再提交复核", field="lines")
    if lines != notice.stated_total:
        gap = lines - notice.stated_total
        told = f"多 {exact_wan(gap)}" if gap > ZERO else f"少 {exact_wan(-gap)}"
        raise DomainError(
            f"各行合计 {exact_wan(lines)} 万元，与下达金额 {exact_wan(notice.stated_total)} 万元不符，{told} 万元，请核对后再提交",
            field="stated_total",
        )
    refuse_closed(act, notice.received_on, "received_on")
    step(notice, MoneyState.SUBMITTED, "指标文")
    notice.submitted_at, notice.return_reason, notice.reviewed_by = act.at, "", None
    act.subject = act.subject or notice.document_no
    return notice


def approve_notice(notice_id: int, *, version: int | None, act: Act) -> AllotmentNotice:
    """Approve a notice as it was seen at `version`, by a person who did not enter it. Raises NotAllowed, Stale."""
    need(act, Permission.REVIEW_MONEY)
    notice = _notice(act, notice_id)
    second_person(act, notice.entered_by)
    act.check_version(notice, version)
    refuse_closed(act, notice.received_on)
    step(notice, MoneyState.APPROVED, "指标文")
    notice.reviewed_by, notice.reviewed_at = act.person_id, act.at
    follow_carryover(notice, act)
    act.subject = act.subject or notice.document_no
    return notice


def return_notice(notice_id: int, reason: str, *, version: int | None = None, act: Act) -> AllotmentNotice:
    """Send a submitted notice back to its enterer with a reason. Raises DomainError, NotAllowed, Stale."""
    need(act, Permission.REVIEW_MONEY)
    notice = _notice(act, notice_id)
    act.check_version(notice, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    step(notice, MoneyState.RETURNED, "指标文")
    notice.return_reason, notice.reviewed_at = reason.strip()[:200], act.at
    follow_carryover(notice, act)
    act.subject = act.subject or notice.document_no
    return notice


def delete_notice(notice_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a draft or returned notice of one's own; the journal keeps what it was."""
    need(act, Permission.REGISTER_NOTICE)
    notice = _notice(act, notice_id)
    own_entry(act, notice.entered_by)
    refuse_made_carryover(notice)
    act.check_version(notice, version)
    if notice.state not in (MoneyState.DRAFT, MoneyState.RETURNED):
        raise DomainError(f"指标文现在是“{notice.state.label}”，不能删除；确需删除的，请复核人先退回")
    act.subject = act.subject or notice.document_no
    for line in list(notice.lines):
        act.session.delete(line)
    act.session.flush()
    act.session.delete(notice)


def keep_notice_papers(notice_id: int, files: Sequence[tuple[str, bytes]], *, act: Act) -> int:
    """Keep scans of a notice, (name, content) each, whatever its state. Returns how many. Raises DomainError."""
    need(act, Permission.REGISTER_NOTICE)
    notice = _notice(act, notice_id)
    if not files:
        raise DomainError("请先选择要存的文件", field="papers")
    for name, content in files:
        attachments.keep(content, name, "allotment_notice", notice.id, act=act, field="papers")
    act.subject = act.subject or notice.document_no
    act.answer = f"已存 {len(files)} 个附件"
    return len(files)


def _notice(act: Act, notice_id: int) -> AllotmentNotice:
    notice = act.session.get(AllotmentNotice, notice_id)
    if notice is None:
        raise NotFound("没有这份指标文，可能已被录入人删除")
    return notice


def _facts(entry: NoticeEntry, act: Act) -> dict[str, Any]:
    amended = _amended(entry, act)
    return {
        "kind": entry.kind,
        "amends_id": amended.id if amended else None,
        "document_no": tidy_document_no(entry.document_no),
        "title": entry.title.strip(),
        "issuing_unit": entry.issuing_unit.strip(),
        "year": entry.year,
        "batch": entry.batch,
        "issued_on": entry.issued_on,
        "received_on": entry.received_on,
        "stated_total": _signed(entry, entry.stated_total),
        "remark": entry.remark.strip(),
    }


def _signed(entry: NoticeEntry, amount: Money) -> Money:
    """An amount as it is kept: what a 核减 takes back stands below zero."""
    return -amount if entry.kind is NoticeKind.REDUCTION else amount


def _amended(entry: NoticeEntry, act: Act) -> AllotmentNotice | None:
    """The notice that this one adds to or takes from; None when it names none, or none that stands."""
    if entry.kind not in AMENDING or not (number := tidy_document_no(entry.amends_no)):
        return None
    return act.session.scalars(
        select(AllotmentNotice).where(
            AllotmentNotice.document_no == number,
            AllotmentNotice.state == MoneyState.APPROVED,
            AllotmentNotice.kind != NoticeKind.REDUCTION,
        )
    ).one_or_none()


def _reduced(entry: LineEntry, amended: AllotmentNotice) -> list[AllotmentLine]:
    """The lines of a notice that a line of a 核减 may mean: of its source, and of its budget number where it names one."""
    found = [line for line in amended.lines if line.source_id == entry.source_id]
    named = [line for line in found if entry.budget_no and line.budget_no == entry.budget_no]
    return named or found


def _faults(entry: NoticeEntry, act: Act, notice: AllotmentNotice | None = None) -> Iterator[DomainError]:
    number = tidy_document_no(entry.document_no)
    if not number:
        yield DomainError("请填写指标文号", field="document_no")
    elif len(number) > 60:
        yield DomainError("指标文号超过 60 个字，请核对", field="document_no")
    else:
        same = act.session.scalar(select(AllotmentNotice.id).where(AllotmentNotice.document_no == number))
        if same is not None and (notice is None or same != notice.id):
            yield DomainError(f"文号{number}已经登记过，请在指标文里查找，不要重复登记", field="document_no")
    if not entry.title.strip():
        yield DomainError("请填写文件标题", field="title")
    if not 2013 <= entry.year <= 2100:
        yield DomainError("资金年度应为四位年份，例如 2024", field="year")
    if entry.batch < 1:
        yield DomainError("批次从 1 开始，请核对", field="batch")
    if entry.received_on < entry.issued_on:
        yield DomainError(f"收文日期不能早于下达日期 {entry.issued_on.isoformat()}", field="received_on")
    if entry.received_on > act.day:
        yield DomainError(f"收文日期不能晚于今天 {act.day.isoformat()}", field="received_on")
    elif closed := closed_fault(act, entry.received_on, "received_on"):
        yield closed
    if entry.stated_total <= ZERO:
        yield DomainError("下达金额应大于零，请核对", field="stated_total")
    yield from _line_faults(entry, act)
    if entry.kind in AMENDING:
        yield from _amending_faults(entry, act)


def _amending_faults(entry: NoticeEntry, act: Act) -> Iterator[DomainError]:
    amended = _amended(entry, act)
    if amended is None:
        if entry.amends_no.strip() or entry.kind is NoticeKind.REDUCTION:
            told = entry.amends_no.strip() or "空"
            yield DomainError(
                f"请填写已复核的原指标文号（现为“{told}”），{entry.kind.label}要写明针对哪一份", field="amends_no"
            )
        return
    if entry.received_on < amended.received_on:
        told = amended.received_on.isoformat()
        yield DomainError(f"收文日期不能早于原指标文的收文日期 {told}", field="received_on")
    if entry.kind is not NoticeKind.REDUCTION:
        return
    taken: dict[int, Money] = {}
    for place, line in enumerate(entry.lines, 1):
        meant = _reduced(line, amended)
        if len(meant) != 1:
            why = "没有这个资金来源" if not meant else "有几行是这个资金来源，请填写预算指标编号说明是哪一行"
            yield DomainError(f"第 {place} 行：原指标文{amended.document_no}{why}", field=f"lines-{place}-source")
            continue
        left = line_money(act.session, meant[0].id).remaining - taken.get(meant[0].id, ZERO)
        taken[meant[0].id] = taken.get(meant[0].id, ZERO) + line.amount
        if line.amount > left:
            yield OverCommitted(
                f"第 {place} 行：原指标尚未分配的只有 {exact_wan(max(left, ZERO))} 万元，不够核减；已分配的请先收回",
                field=f"lines-{place}-amount",
            )


def _line_faults(entry: NoticeEntry, act: Act) -> Iterator[DomainError]:
    wanted = {line.source_id for line in entry.lines}
    known = set(act.session.scalars(select(FundSource.id).where(FundSource.id.in_(wanted), FundSource.active)))
    if not entry.lines:
        yield DomainError("请至少填写一行资金来源和金额", field="lines")
    for place, line in enumerate(entry.lines, 1):
        if line.source_id not in known:
            yield DomainError(f"第 {place} 行：请选择资金来源", field=f"lines-{place}-source")
        if line.amount <= ZERO:
            yield DomainError(f"第 {place} 行：金额应大于零，请核对", field=f"lines-{place}-amount")


def _set_lines(notice: AllotmentNotice, entry: NoticeEntry, act: Act) -> None:
    old, amended = list(notice.lines), _amended(entry, act)
    for place, each in enumerate(entry.lines, 1):
        told = {
            "source_id": each.source_id,
            "amount": _signed(entry, each.amount),
            "function_code": each.function_code.strip(),
            "economic_code": each.economic_code.strip(),
            "task": each.task.strip(),
            "budget_no": each.budget_no.strip(),
            "is_direct": each.is_direct,
            "remark": each.remark.strip(),
            "reduces_id": _reduced(each, amended)[0].id if amended and entry.kind is NoticeKind.REDUCTION else None,
        }
        if place <= len(old):
            line = old[place - 1]
            if any(getattr(line, key) != value for key, value in told.items()):
                line.version += 1
            for key, value in told.items():
                setattr(line, key, value)
            line.position = place
        else:
            act.session.add(AllotmentLine(notice_id=notice.id, position=place, **told))
    for line in old[len(entry.lines) :]:
        act.session.delete(line)
    act.session.flush()
    act.session.expire(notice, ["lines"])


def _check_version(notice: AllotmentNotice, entry: NoticeEntry, version: int | None, act: Act) -> None:
    if version is None or notice.version == version:
        return
    raise Stale(
        "这份指标文在您打开之后已被改过，您填的内容都在，请对照后再保存",
        theirs=shown_texts(_entry_of(notice, act), act),
        mine=shown_texts(entry, act),
        version=notice.version,
    )


def _entry_of(notice: AllotmentNotice, act: Act) -> NoticeEntry:
    amended = act.session.get(AllotmentNotice, notice.amends_id) if notice.amends_id else None
    return NoticeEntry(
        notice.document_no,
        notice.title,
        notice.year,
        notice.issued_on,
        notice.received_on,
        abs(notice.stated_total),
        [
            LineEntry(
                x.source_id, abs(x.amount), x.function_code, x.remark, x.economic_code, x.task, x.budget_no, x.is_direct
            )
            for x in notice.lines
        ],
        notice.issuing_unit,
        notice.batch,
        notice.remark,
        notice.kind,
        amended.document_no if amended else "",
    )


def shown_texts(entry: NoticeEntry, act: Act) -> dict[str, str]:
    """The notice in words, field by field, for the page that puts two versions side by side."""
    names: dict[int, str] = dict(act.session.execute(select(FundSource.id, FundSource.name)).all())
    told = {
        "指标文号": tidy_document_no(entry.document_no),
        "文件标题": entry.title,
        "下达单位": entry.issuing_unit,
        "资金年度": str(entry.year),
        "批次": str(entry.batch),
        "下达日期": entry.issued_on.isoformat(),
        "收文日期": entry.received_on.isoformat(),
        "下达金额（万元）": exact_wan(entry.stated_total),
        "种类": entry.kind.label,
        "针对的指标文": tidy_document_no(entry.amends_no),
        "备注": entry.remark,
    }
    for place, line in enumerate(entry.lines, 1):
        codes = [line.task, line.function_code, line.economic_code, line.budget_no, "直达" if line.is_direct else ""]
        parts = [names.get(line.source_id, ""), exact_wan(line.amount), *codes, line.remark]
        told[f"第 {place} 行"] = "，".join(part for part in parts if part)
    return told
