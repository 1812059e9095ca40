"""Money going out: payments to payees and disbursements to units, entered, handed over, reviewed, returned by the bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, OverCommitted, StepRefused
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money, exact_wan, exact_yuan
from fundsys.domain.money_words import capitals_fault
from fundsys.domain.rights import Permission
from fundsys.models.funds import AllotmentLine, Disbursement, Payment
from fundsys.models.projects import Project
from fundsys.queries.line_money import EDITABLE, approved_on
from fundsys.queries.payment_room import takes
from fundsys.services import vault
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from . import request_states
from .common import each, need, open_line, own_entry, refuse_all, second_person, seen_records, step
from .limits import contract_for, month_faults, passed
from .periods import refuse_closed_records

P = TypeVar("P", Disbursement, Payment)


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """A payment as it is typed. account: the number in plain; None leaves what stands (or takes `account_id`).

    account_id: an entry of the vault to use. exception_*: why it may go beyond a limit, and the paper.
    """

    line_id: int
    project_id: int
    amount: Money
    paid_on: date
    payee: str
    kind: PaymentKind = PaymentKind.PROGRESS
    voucher_no: str = ""
    contract_id: int | None = None
    request_id: int | None = None
    bank: str = ""
    account: str | None = None
    account_id: int | None = None
    exception_reason: str = ""
    exception_document: str = ""
    remark: str = ""
    capitals: str = ""


def disburse(
    line_id: int,
    project_id: int,
    amount: Money,
    disbursed_on: date,
    *,
    unit_id: int | None = None,
    document_no: str = "",
    remark: str = "",
    act: Act,
) -> Disbursement:
    """Record money passed on to the implementing unit, handed over for review at once.

    Raises: OverCommitted beyond what is approved for the project on this line; DomainError for a wrong day.
    """
    need(act, Permission.DISBURSE)
    line = open_line(act, line_id)
    refuse_all(_faults(line, amount, disbursed_on, "disbursed_on", act))
    _within_allocation(act, Disbursement, line_id, project_id, amount, "拨付")
    made = Disbursement(
        line_id=line_id,
        project_id=project_id,
        amount=amount,
        disbursed_on=disbursed_on,
        unit_id=unit_id,
        document_no=tidy_document_no(document_no),
        remark=remark.strip(),
        state=MoneyState.SUBMITTED,
        submitted_at=act.at,
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    return made


def pay(
    line_id: int,
    project_id: int,
    amount: Money,
    paid_on: date,
    *,
    payee: str,
    kind: PaymentKind = PaymentKind.PROGRESS,
    voucher_no: str = "",
    remark: str = "",
    act: Act,
    **more: object,
) -> Payment:
    """Record money paid to a payee, handed over for review at once. more: further fields of PaymentEntry.

    Raises: OverCommitted beyond what is approved for the project on this line; DomainError for a wrong day, no payee,
    or beyond a limit without an exception.
    """
    entry = PaymentEntry(line_id, project_id, amount, paid_on, payee, kind, voucher_no, remark=remark)
    return enter_payment(replace(entry, **more), act=act)  # type: ignore[arg-type]


def enter_payment(entry: PaymentEntry, *, submit: bool = True, act: Act) -> Payment:
    """Record a payment: as a draft that counts in nothing, or handed over for review at once.

    Raises: as pay(); a draft may lack what review asks for but never a line, an amount and a payee.
    """
    need(act, Permission.PAY)
    made = Payment(entered_by=act.person_id, state=MoneyState.DRAFT)
    _write(made, entry, act)
    if submit:
        _check_out(made, act)
        made.state = MoneyState.SUBMITTED
    act.session.add(made)
    act.session.flush()
    return made


def edit_payment(
    payment_id: int, entry: PaymentEntry, *, version: int | None = None, submit: bool = False, act: Act
) -> Payment:
    """Change a draft or returned payment of one's own, and hand it over when asked. Raises: as pay(), Stale, StepRefused."""
    need(act, Permission.PAY)
    payment = _own_open(act, payment_id, version)
    _write(payment, replace(entry, request_id=payment.request_id), act)
    payment.state = MoneyState.DRAFT
    payment.version += 1
    act.session.flush()
    if submit:
        _check_out(payment, act)
        payment.state = MoneyState.SUBMITTED
    request_states.follow([payment.request_id], act=act)
    return payment


def submit_payments(seen: Mapping[int, int], *, act: Act) -> list[Payment]:
    """Hand drafts of one's own over for review, as they were seen (id → version); all or none."""
    need(act, Permission.PAY)
    found = seen_records(act, Payment, seen, "支付")
    for payment in found:
        own_entry(act, payment.entered_by)
        _check_out(payment, act)
        step(payment, MoneyState.SUBMITTED, "支付")
        act.session.flush()
    request_states.follow([payment.request_id for payment in found], act=act)
    return found


def delete_payment(payment_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a draft or returned payment of one's own; its request waits for the finance bureau again."""
    need(act, Permission.PAY)
    payment = _own_open(act, payment_id, version)
    payment.state = MoneyState.DRAFT
    act.session.flush()
    request_id = payment.request_id
    act.session.delete(payment)
    request_states.follow([request_id], act=act)


def delete_disbursement(disbursement_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a disbursement of one's own that was sent back; it is entered anew. Raises: StepRefused, Stale, NotFound."""
    need(act, Permission.DISBURSE)
    found = act.session.get(Disbursement, disbursement_id)
    if found is None:
        raise NotFound("没有这笔拨付，请从拨付列表进入")
    own_entry(act, found.entered_by)
    act.check_version(found, version)
    if found.state not in EDITABLE:
        raise StepRefused(f"这笔拨付现在是“{found.state.label}”，不能删除")
    found.state = MoneyState.DRAFT
    act.session.flush()
    act.session.delete(found)
    act.session.flush()


def approve_disbursements(seen: Mapping[int, int], *, act: Act) -> list[Disbursement]:
    """Approve disbursements as the reviewer saw them (id → version), and number them."""
    return _approve(act, Disbursement, seen, "拨付")


def approve_payments(seen: Mapping[int, int], *, act: Act) -> list[Payment]:
    """Approve payments as the reviewer saw them (id → version), and number them; their requests follow."""
    found = _approve(act, Payment, seen, "支付")
    request_states.follow([payment.request_id for payment in found], act=act)
    return found


def return_disbursements(seen: Mapping[int, int], reason: str, *, act: Act) -> list[Disbursement]:
    """Send disbursements back with a reason."""
    return _return(act, Disbursement, seen, reason, "拨付")


def return_payments(seen: Mapping[int, int], reason: str, *, act: Act) -> list[Payment]:
    """Send payments back with a reason."""
    found = _return(act, Payment, seen, reason, "支付")
    request_states.follow([payment.request_id for payment in found], act=act)
    return found


def reverse_payment(
    payment_id: int, reason: str, document_no: str, *, reversed_on: date | None = None, act: Act
) -> Payment:
    """Take a payment the bank returned (退汇), or a wrong one, off the books whole by its negative that names it.

    document_no: the return slip or paper. Waits for a second person; then its request waits to be paid anew.
    Raises: StepRefused when it is not approved, is a reversal, or was reversed; DomainError without reason or paper.
    """
    original = _to_reverse(act, Payment, payment_id, "支付")
    if original.kind is PaymentKind.REVERSAL:
        raise StepRefused("红字冲销不能再冲销，请重新登记支付")
    day = reversed_on or act.day
    refuse_all(_reversal_faults(act, reason, document_no, day, original.paid_on))
    made = Payment(
        line_id=original.line_id,
        project_id=original.project_id,
        kind=PaymentKind.REVERSAL,
        payee=original.payee,
        paid_on=day,
        voucher_no=document_no.strip()[:40],
        request_id=original.request_id,
        contract_id=original.contract_id,
        bank=original.bank,
        account=original.account,
        exception_reason=original.exception_reason,
        exception_document=original.exception_document,
    )
    return _reversed(act, made, original, reason)


def reverse_disbursement(
    disbursement_id: int, reason: str, document_no: str, *, reversed_on: date | None = None, act: Act
) -> Disbursement:
    """Take a disbursement back whole by its negative that names it; waits for a second person.

    Raises: as reverse_payment; StepRefused when it is a reversal itself.
    """
    original = _to_reverse(act, Disbursement, disbursement_id, "拨付")
    if original.amount < ZERO:
        raise StepRefused("红字冲销不能再冲销，请重新登记拨付")
    day = reversed_on or act.day
    refuse_all(_reversal_faults(act, reason, document_no, day, original.disbursed_on))
    made = Disbursement(
        line_id=original.line_id,
        project_id=original.project_id,
        unit_id=original.unit_id,
        disbursed_on=day,
        document_no=tidy_document_no(document_no),
    )
    return _reversed(act, made, original, reason)


def _to_reverse(act: Act, table: type[P], record_id: int, word: str) -> P:
    need(act, Permission.REVERSE)
    original = act.session.get(table, record_id)
    if original is None:
        raise NotFound(f"没有这笔{word}，请从{word}列表进入")
    if original.state is not MoneyState.APPROVED:
        raise StepRefused(f"这笔{word}现在是“{original.state.label}”，还没有复核，请直接退回修改，不用冲销")
    for old in act.session.scalars(select(table).where(table.corrects_id == record_id)):
        if old.state not in EDITABLE:
            raise StepRefused(f"这笔{word}已经登记过红字冲销，不能再冲一次")
        old.state = MoneyState.DRAFT
        act.session.flush()
        act.session.delete(old)
        act.session.flush()
    return original


def _reversal_faults(act: Act, reason: str, document_no: str, day: date, first: date) -> Iterator[DomainError]:
    if not reason.strip():
        yield DomainError("请填写退汇或冲销的原因", field="reason")
    if not document_no.strip():
        yield DomainError("请填写退汇凭证号或依据文号", field="document_no")
    if day < first:
        yield DomainError(f"日期不能早于原业务日期 {first.isoformat()}", field="reversed_on")
    if day > act.day:
        yield DomainError(f"日期不能晚于今天 {act.day.isoformat()}", field="reversed_on")
    yield from month_faults(act, day, "reversed_on")


def _reversed(act: Act, made: P, original: P, reason: str) -> P:
    made.amount, made.corrects_id = -original.amount, original.id
    made.remark = reason.strip()[:400]
    made.state, made.submitted_at, made.entered_by = MoneyState.SUBMITTED, act.at, act.person_id
    act.session.add(made)
    act.session.flush()
    act.subject = act.subject or (original.number or "")
    return made


def _write(payment: Payment, entry: PaymentEntry, act: Act) -> None:
    """Bring what was typed to a payment that is not handed over."""
    open_line(act, entry.line_id)
    if entry.amount <= ZERO:
        raise DomainError("金额应大于零，请核对", field="amount")
    if not entry.payee.strip():
        raise DomainError("请填写收款单位", field="payee")
    if entry.kind is PaymentKind.REVERSAL:
        raise DomainError("红字冲销请从原支付办理", field="kind")
    payment.line_id, payment.project_id, payment.amount = entry.line_id, entry.project_id, entry.amount
    payment.paid_on, payment.kind, payment.contract_id = entry.paid_on, entry.kind, entry.contract_id
    payment.request_id = entry.request_id
    payment.payee, payment.bank = entry.payee.strip()[:80], entry.bank.strip()[:80]
    payment.voucher_no, payment.remark = entry.voucher_no.strip()[:40], entry.remark.strip()[:400]
    if told := capitals_fault(entry.amount, entry.capitals):
        raise DomainError(told, field="capitals", clause="F116 大小写金额不一致")
    payment.capitals = entry.capitals.strip()[:80]
    payment.exception_reason = entry.exception_reason.strip()[:200]
    payment.exception_document = tidy_document_no(entry.exception_document)[:60]
    if entry.account:
        payment.account = vault.put("bank", entry.account, act=act)
    elif entry.account_id is not None:
        payment.account = entry.account_id


def _check_out(payment: Payment, act: Act) -> None:
    """Check everything review counts on, before a payment is handed over."""
    line = open_line(act, payment.line_id)
    refuse_all(_faults(line, payment.amount, payment.paid_on, "paid_on", act))
    contract = contract_for(act, payment.project_id, payment.contract_id, payment.kind)
    _within_allocation(act, Payment, payment.line_id, payment.project_id, payment.amount, "支付")
    project = act.session.get_one(Project, payment.project_id)
    refused, beyond = passed(
        act,
        project,
        contract,
        payment.kind,
        payment.amount,
        payment.paid_on,
        payment.exception_reason,
        payment.exception_document,
    )
    refuse_all(refused)
    if not beyond:
        payment.exception_reason = payment.exception_document = ""
    payment.submitted_at, payment.return_reason, payment.reviewed_by = act.at, "", None


def _own_open(act: Act, payment_id: int, version: int | None) -> Payment:
    payment = act.session.get(Payment, payment_id)
    if payment is None:
        raise NotFound("没有这笔支付，请从支付列表进入")
    own_entry(act, payment.entered_by)
    act.check_version(payment, version)
    if payment.state not in EDITABLE or payment.kind is PaymentKind.REVERSAL:
        raise StepRefused(f"这笔支付现在是“{payment.state.label}”，不能修改")
    return payment


def _approve(act: Act, table: type[P], seen: Mapping[int, int], word: str) -> list[P]:
    need(act, Permission.REVIEW_MONEY)
    found = seen_records(act, table, seen, word)

    def name(posting: P) -> str:
        project = act.session.get_one(Project, posting.project_id)
        return f"{project.name} {exact_wan(posting.amount)} 万元" if len(found) > 1 else ""

    def judge(posting: P) -> None:
        second_person(act, posting.entered_by)
        refuse_closed_records(act, [posting])

    each(found, name, judge)
    numbers = next_numbers(act.session, table.number, word, act.day.year, len(found))
    for posting, number in zip(found, numbers, strict=True):
        step(posting, MoneyState.APPROVED, word)
        posting.number, posting.reviewed_by, posting.reviewed_at = number, act.person_id, act.at
    act.session.flush()
    return found


def _return(act: Act, table: type[P], seen: Mapping[int, int], reason: str, word: str) -> list[P]:
    need(act, Permission.REVIEW_MONEY)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    found = seen_records(act, table, seen, word)
    for posting in found:
        step(posting, MoneyState.RETURNED, word)
        posting.return_reason, posting.reviewed_at = reason.strip()[:200], act.at
    act.session.flush()
    return found


def _faults(line: AllotmentLine, amount: Money, day: date, field: str, act: Act) -> Iterator[DomainError]:
    if amount <= ZERO:
        yield DomainError("金额应大于零，请核对", field="amount")
    if day < line.notice.issued_on:
        yield DomainError(f"日期不能早于指标文下达日期 {line.notice.issued_on.isoformat()}", field=field)
    if day > act.day:
        yield DomainError(f"日期不能晚于今天 {act.day.isoformat()}", field=field)
    yield from month_faults(act, day, field)


def _within_allocation(act: Act, table: type[P], line_id: int, project_id: int, amount: Money, word: str) -> None:
    """What is approved of the line for the project holds what went out, what waits, and this. As the guards count."""
    gone = act.session.scalar(
        select(func.sum(table.amount)).where(table.line_id == line_id, table.project_id == project_id, takes(table))
    )
    left = max(approved_on(act.session, line_id, project_id) - (gone or ZERO), ZERO)
    if amount > left:
        raise OverCommitted(
            f"该项目在这条指标上已复核而未{word}的只有{exact_yuan(left)}元，不够本次{word}", field="amount"
        )
