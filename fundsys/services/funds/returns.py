"""Acts on money that leaves a notice line without a project: returned to a higher level (退回上级), and taking that back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, StepRefused
from fundsys.domain.funds import LineEntryKind, MoneyState, NoticeKind
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.rights import Permission
from fundsys.models.funds import AllotmentLine, AllotmentNotice, LinePosting
from fundsys.queries.line_money import line_money
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import need, open_line, refuse_all, second_person, step
from .periods import closed_fault, refuse_closed

WORDS = {LineEntryKind.RETURN: "退回", LineEntryKind.CARRYOVER: "结转", LineEntryKind.REVERSAL: "冲退"}
"""The words numbers begin with."""


def return_money(
    line_id: int, amount: Money, document_no: str, reason: str, *, decided_on: date | None = None, act: Act
) -> LinePosting:
    """Return unallocated money of a line to the higher level, handed over for review at once; it is reserved from now on.

    amount: above zero. Raises: OverCommitted beyond what is unallocated; DomainError without document or reason.
    """
    need(act, Permission.REVERSE)
    line = open_line(act, line_id)
    day = decided_on or act.day
    refuse_all([*_amount_faults(act, line, amount), *_head_faults(act, line, day, document_no, reason)])
    made = LinePosting(
        line_id=line_id,
        kind=LineEntryKind.RETURN,
        amount=-amount,
        decided_on=day,
        document_no=tidy_document_no(document_no),
        reason=reason.strip()[:400],
        state=MoneyState.SUBMITTED,
        submitted_at=act.at,
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    act.subject = act.subject or line.notice.document_no
    act.answer = "已登记退回上级，等待另一人复核；复核前这笔钱已不能再分配"
    return made


def reverse_posting(
    posting_id: int, document_no: str, reason: str, *, decided_on: date | None = None, act: Act
) -> LinePosting:
    """Take back an approved return by an entry of its negative that names it (红字冲销); waits for a second person.

    Raises: StepRefused for what is not approved, is a reversal itself, belongs to a carry-over, or was reversed before.
    """
    need(act, Permission.REVERSE)
    old = _posting(act, posting_id)
    if old.state is not MoneyState.APPROVED:
        raise StepRefused(f"这笔{old.kind.label}现在是“{old.state.label}”，还没有复核，请直接退回修改，不用冲销")
    if old.kind is not LineEntryKind.RETURN:
        raise StepRefused(f"{old.kind.label}不能单独冲销，请从对应的文书办理")
    day = decided_on or act.day
    again = act.session.scalar(select(LinePosting.id).where(LinePosting.corrects_id == old.id))
    if again is not None:
        raise StepRefused("这笔退回已经登记过冲销，不能再冲一次")
    refuse_all(_head_faults(act, old.line, day, document_no, reason))
    made = LinePosting(
        line_id=old.line_id,
        kind=LineEntryKind.REVERSAL,
        corrects_id=old.id,
        amount=-old.amount,
        decided_on=day,
        document_no=tidy_document_no(document_no),
        reason=reason.strip()[:400],
        state=MoneyState.SUBMITTED,
        submitted_at=act.at,
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    act.subject = act.subject or (old.number or "")
    act.answer = "已登记冲销，等待另一人复核；复核前资金不回到指标"
    return made


def approve_posting(posting_id: int, *, version: int | None, act: Act) -> LinePosting:
    """Approve a return, or its reversal, as it was seen at `version`, and number it. Raises NotAllowed, Stale."""
    need(act, Permission.REVIEW_MONEY)
    posting = _posting(act, posting_id)
    _refuse_carried(posting)
    second_person(act, posting.entered_by)
    act.check_version(posting, version)
    refuse_closed(act, posting.decided_on)
    approve_as_seen(posting, act)
    act.subject = act.subject or posting.document_no
    act.answer = f"已复核，编号{posting.number}"
    return posting


def approve_as_seen(posting: LinePosting, act: Act) -> None:
    """Approve and number one posting whose checks are done."""
    step(posting, MoneyState.APPROVED, posting.kind.label)
    (posting.number,) = next_numbers(act.session, LinePosting.number, WORDS[posting.kind], act.day.year, 1)
    posting.reviewed_by, posting.reviewed_at = act.person_id, act.at
    act.session.flush()


def send_posting_back(posting_id: int, reason: str, *, version: int | None = None, act: Act) -> LinePosting:
    """Send a return back to its enterer with a reason; the money is free again. Raises DomainError, Stale."""
    need(act, Permission.REVIEW_MONEY)
    posting = _posting(act, posting_id)
    _refuse_carried(posting)
    act.check_version(posting, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    step(posting, MoneyState.RETURNED, posting.kind.label)
    posting.return_reason, posting.reviewed_at = reason.strip()[:200], act.at
    act.session.flush()
    act.subject = act.subject or posting.document_no
    act.answer = "已退回录入人"
    return posting


def withdraw_posting(posting_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a returned posting of one's own; the journal keeps what it was. Raises DomainError, Stale."""
    need(act, Permission.REVERSE)
    posting = _posting(act, posting_id)
    act.check_version(posting, version)
    if act.person_id is not None and posting.entered_by != act.person_id:
        raise DomainError("只有录入人能删除自己的退回登记，请由录入人办理")
    if posting.state is not MoneyState.RETURNED:
        raise StepRefused(f"这笔{posting.kind.label}现在是“{posting.state.label}”，不能删除")
    posting.state = MoneyState.DRAFT
    act.session.flush()
    act.session.delete(posting)


def _posting(act: Act, posting_id: int) -> LinePosting:
    found = act.session.get(LinePosting, posting_id)
    if found is None:
        raise NotFound("没有这笔退回或结转")
    return found


def _refuse_carried(posting: LinePosting) -> None:
    if posting.kind is LineEntryKind.CARRYOVER:
        raise StepRefused(f"结转随指标文{posting.document_no}一起复核，请从那份指标文办理")


def _amount_faults(act: Act, line: AllotmentLine, amount: Money) -> Iterator[DomainError]:
    left = line_money(act.session, line.id).remaining
    if amount <= ZERO:
        yield DomainError("退回金额应大于零，请核对", field="amount")
    elif amount > left:
        yield OverCommitted(
            f"该指标尚未分配的只有 {exact_wan(max(left, ZERO))} 万元，不够退回；已分配给项目的请先收回", field="amount"
        )


def _head_faults(act: Act, line: AllotmentLine, day: date, document_no: str, reason: str) -> Iterator[DomainError]:
    if not document_no.strip():
        yield DomainError("请填写文号", field="document_no")
    if not reason.strip():
        yield DomainError("请填写原因", field="reason")
    if day < line.notice.issued_on:
        yield DomainError(f"日期不能早于指标文下达日期 {line.notice.issued_on.isoformat()}", field="decided_on")
    elif day > act.day:
        yield DomainError(f"日期不能晚于今天 {act.day.isoformat()}", field="decided_on")
    elif closed := closed_fault(act, day, "decided_on"):
        yield closed


def follow_carryover(notice: AllotmentNotice, act: Act) -> None:
    """The postings of a carry-over are approved or sent back with its notice, in the same act: the sum stays zero."""
    if notice.kind is not NoticeKind.CARRYOVER:
        return
    for posting in act.session.scalars(
        select(LinePosting)
        .where(
            LinePosting.kind == LineEntryKind.CARRYOVER,
            LinePosting.document_no == notice.document_no,
            LinePosting.state == MoneyState.SUBMITTED,
        )
        .order_by(LinePosting.id)
    ).all():
        if notice.state is MoneyState.APPROVED:
            approve_as_seen(posting, act)
        else:
            step(posting, MoneyState.RETURNED, posting.kind.label)
            posting.return_reason = notice.return_reason
    act.session.flush()


def refuse_made_carryover(notice: AllotmentNotice) -> None:
    """A carry-over that opening a year made is changed there only: its lines belong to postings. Raises StepRefused."""
    if notice.kind is NoticeKind.CARRYOVER and any(line.origin_id for line in notice.lines):
        raise StepRefused("这份结转由“开启年度”生成，不能在这里修改或提交，请到“开启年度”重新办理")
