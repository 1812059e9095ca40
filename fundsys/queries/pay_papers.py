"""Rows of the papers of money going out: LG13 支付申请单, the payment voucher (PF21), the disbursement paper (PF22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState, RequestState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.money_words import in_capitals
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.journal import Vault
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import seen_projects

Enterer, Checker = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class PayRequestRow:
    """One request of LG13. The account is as masked."""

    pay_no: str
    project_code: str
    project_name: str
    contract_no: str
    contract_amount: Money | None
    paid_before: Money
    this_time: Money
    this_upper: str
    paid_after: Money
    ratio: Fraction | None
    progress: Fraction
    defect_hold: Money
    payee: str
    bank: str
    account: str
    docs: str
    reason: str
    apply_date: date
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One payment or disbursement of PF21, PF22. to: payee or unit; capitals: of the amount without its sign."""

    id: int
    number: str
    on: date
    paper: str
    project_code: str
    project: str
    kind: str
    to: str
    bank: str
    account: str
    notice_no: str
    source: str
    amount: Money
    capitals: str
    remark: str
    entered_by: str
    reviewed_by: str
    request_no: str
    contract_no: str
    exception: str


def payment_requests(session: Session, wanted: Wanted) -> Iterator[PayRequestRow]:
    """LG13: handed-over requests of the year by project and number; one, with `request`. until: applied by that day."""
    check_filters(wanted, ("request", "project", "state"))
    r = PaymentRequest
    tests: list[Any] = [r.number.is_not(None), r.state != RequestState.DRAFT]
    tests.append(
        r.id == _number(wanted, "request") if "request" in wanted.where else r.number.like(f"%〔{wanted.year}〕%")
    )
    if "project" in wanted.where:
        tests.append(Project.code == wanted.where["project"])
    if "state" in wanted.where:
        tests.append(r.state == wanted.where["state"])
    if wanted.until is not None:
        tests.append(r.applied_on <= wanted.until)
    if wanted.who is not None:
        tests.append(seen_projects(wanted.who, Permission.PRINT))
    rows = session.execute(
        select(r, Project.code, Project.name, Contract.contract_no, Contract.amount, Vault.masked, Unit.name)
        .join(Project, r.project_id == Project.id)
        .join(Unit, r.unit_id == Unit.id)
        .outerjoin(Contract, r.contract_id == Contract.id)
        .outerjoin(Vault, r.account == Vault.id)
        .where(*tests)
        .order_by(Project.code, r.number)
    ).all()
    for request, code, name, contract_no, whole, masked, unit in rows:
        before = _paid_before(session, request)
        after = before + request.amount
        yield PayRequestRow(
            pay_no=request.number or "",
            project_code=code,
            project_name=name,
            contract_no=contract_no or "不按合同支付",
            contract_amount=whole,
            paid_before=before,
            this_time=request.amount,
            this_upper=in_capitals(request.amount),
            paid_after=after,
            ratio=after.share_of(whole) if whole else None,
            progress=Fraction(request.progress_bp, 10_000),
            defect_hold=request.retention_held,
            payee=request.payee,
            bank=request.bank,
            account=masked or "",
            docs=request.documents.replace("\n", "；"),
            reason=request.reason,
            apply_date=request.applied_on,
            kind=request.kind.label,
            unit=unit,
        )


def _paid_before(session: Session, request: PaymentRequest) -> Money:
    """What was approved before this request's own payments, on its contract, or on the project without one."""
    same = (
        Payment.contract_id == request.contract_id
        if request.contract_id is not None
        else and_(Payment.project_id == request.project_id, Payment.contract_id.is_(None))
    )
    own = select(func.min(Payment.reviewed_at)).where(
        Payment.request_id == request.id, Payment.state == MoneyState.APPROVED, Payment.amount > ZERO
    )
    first = session.scalar(own)
    tests = [same, Payment.state == MoneyState.APPROVED, Payment.request_id.is_distinct_from(request.id)]
    if first is not None:
        tests.append(Payment.reviewed_at < first)
    return session.scalar(select(func.sum(Payment.amount)).where(*tests)) or ZERO


def payment_vouchers(session: Session, wanted: Wanted) -> Iterator[PaperRow]:
    """PF21: approved payments by voucher; with `payment`, those that stand under the same voucher on the same day."""
    check_filters(wanted, ("payment", "voucher"))
    yield from _papers(session, wanted, Payment, Payment.paid_on, Payment.voucher_no, "payment")


def disbursement_papers(session: Session, wanted: Wanted) -> Iterator[PaperRow]:
    """PF22: approved disbursements by document; with `disbursement`, those under the same document to the same unit."""
    check_filters(wanted, ("disbursement", "voucher"))
    yield from _papers(
        session, wanted, Disbursement, Disbursement.disbursed_on, Disbursement.document_no, "disbursement"
    )


def _papers(session: Session, wanted: Wanted, table: Any, on: Any, paper: Any, key: str) -> Iterator[PaperRow]:
    pays = table is Payment
    tests: list[Any] = [table.state == MoneyState.APPROVED]
    if key in wanted.where:
        tests.append(_same_paper(session, table, on, paper, _number(wanted, key)))
    else:
        tests.append(AllotmentNotice.year == wanted.year)
    if "voucher" in wanted.where:
        tests.append(paper == wanted.where["voucher"])
    if wanted.until is not None:
        tests.append(on <= wanted.until)
    if wanted.who is not None:
        tests.append(seen_projects(wanted.who, Permission.PRINT))
    query: Any = (
        select(
            table, Project.code, Project.name, AllotmentNotice.document_no, FundSource.name, Enterer.name, Checker.name
        )
        .join(Project, table.project_id == Project.id)
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(Enterer, table.entered_by == Enterer.id)
        .outerjoin(Checker, table.reviewed_by == Checker.id)
        .where(*tests)
        .order_by(paper, on, table.id)
    )
    if pays:
        query = (
            query.add_columns(Vault.masked, PaymentRequest.number, Contract.contract_no)
            .outerjoin(Vault, Payment.account == Vault.id)
            .outerjoin(PaymentRequest, Payment.request_id == PaymentRequest.id)
            .outerjoin(Contract, Payment.contract_id == Contract.id)
        )
    else:
        query = query.add_columns(Unit.name).outerjoin(Unit, Disbursement.unit_id == Unit.id)
    for record, code, name, notice_no, source, enterer, checker, *more in session.execute(query):
        yield PaperRow(
            id=record.id,
            number=record.number or "",
            on=record.paid_on if pays else record.disbursed_on,
            paper=record.voucher_no if pays else record.document_no,
            project_code=code,
            project=name,
            kind=record.kind.label if pays else ("红字冲销" if record.amount < ZERO else "拨付"),
            to=record.payee if pays else (more[0] or ""),
            bank=record.bank if pays else "",
            account=(more[0] or "") if pays else "",
            notice_no=notice_no,
            source=source,
            amount=record.amount,
            capitals=in_capitals(record.amount if record.amount > ZERO else -record.amount),
            remark=record.remark,
            entered_by=enterer or "系统",
            reviewed_by=checker or "系统",
            request_no=(more[1] or "") if pays else "",
            contract_no=(more[2] or "") if pays else "",
            exception=f"{record.exception_reason}（{record.exception_document}）"
            if pays and record.exception_reason
            else "",
        )


def _same_paper(session: Session, table: Any, on: Any, paper: Any, record_id: int) -> Any:
    """The record, and those that share its project, day, paper and receiver."""
    to = table.payee if table is Payment else table.unit_id
    found = session.execute(select(table.project_id, on, paper, to).where(table.id == record_id)).first()
    if found is None or not found[2]:
        return table.id == record_id
    return or_(
        table.id == record_id,
        and_(table.project_id == found[0], on == found[1], paper == found[2], to.is_not_distinct_from(found[3])),
    )


def _number(wanted: Wanted, key: str) -> int:
    text = wanted.where[key]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
