"""Acts on money going out: disbursements to units and payments to payees. Their pages come with a later issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, OverCommitted
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money, exact_yuan
from fundsys.domain.rights import Permission
from fundsys.models.funds import AllotmentLine, Disbursement, Payment
from fundsys.queries.line_money import approved_on, gone_out
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import need, open_line, refuse_all, second_person, seen_records, step

P = TypeVar("P", Disbursement, Payment)


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
) -> Payment:
    """Record money paid to a payee, handed over for review at once.

    Raises: OverCommitted beyond what is approved for the project on this line; DomainError for a wrong day or no payee.
    """
    need(act, Permission.PAY)
    line = open_line(act, line_id)
    faults = list(_faults(line, amount, paid_on, "paid_on", act))
    if not payee.strip():
        faults.append(DomainError("请填写收款单位", field="payee"))
    refuse_all(faults)
    _within_allocation(act, Payment, line_id, project_id, amount, "支付")
    made = Payment(
        line_id=line_id,
        project_id=project_id,
        amount=amount,
        paid_on=paid_on,
        payee=payee.strip(),
        kind=kind,
        voucher_no=voucher_no.strip(),
        remark=remark.strip(),
        state=MoneyState.SUBMITTED,
        submitted_at=act.at,
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    return made


def approve_disbursements(seen: Mapping[int, int], *, act: Act) -> list[Disbursement]:
    """Approve disbursements as the reviewer saw them (id → version), and number them."""
    return _approve(act, Disbursement, seen, "拨付")


def approve_payments(seen: Mapping[int, int], *, act: Act) -> list[Payment]:
    """Approve payments as the reviewer saw them (id → version), and number them."""
    return _approve(act, Payment, seen, "支付")


def return_disbursements(seen: Mapping[int, int], reason: str, *, act: Act) -> list[Disbursement]:
    """Send disbursements back with a reason."""
    return _return(act, Disbursement, seen, reason, "拨付")


def return_payments(seen: Mapping[int, int], reason: str, *, act: Act) -> list[Payment]:
    """Send payments back with a reason."""
    return _return(act, Payment, seen, reason, "支付")


def _approve(act: Act, table: type[P], seen: Mapping[int, int], word: str) -> list[P]:
    need(act, Permission.REVIEW_MONEY)
    found = seen_records(act, table, seen, word)
    for posting in found:
        second_person(act, posting.entered_by)
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


def _within_allocation(
    act: Act, table: type[Disbursement] | type[Payment], line_id: int, project_id: int, amount: Money, word: str
) -> None:
    left = approved_on(act.session, line_id, project_id) - gone_out(act.session, table, line_id, project_id)
    if amount > max(left, ZERO):
        raise OverCommitted(
            f"该项目在这条指标上已复核而未{word}的只有{exact_yuan(max(left, ZERO))}元，不够本次{word}", field="amount"
        )
