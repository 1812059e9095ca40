"""Reading payments and disbursements: the lists with their totals, one of them, and what waits for review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import FundLevel, MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.journal import Vault
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project
from fundsys.queries.funds import PAGE_SIZE, READ, Found
from fundsys.queries.viewer import Viewer, seen_projects

Enterer, Checker = aliased(Person), aliased(Person)
EDITABLE = (MoneyState.DRAFT, MoneyState.RETURNED)
PAYMENTS, DISBURSEMENTS = "payment", "disbursement"


@dataclass(frozen=True, slots=True)
class OutFilter:
    """Which payments or disbursements, in which order. sort: day, project, amount, number; a minus turns it.

    begin, end: business days, both inclusive. entered_by: only that person's.
    """

    year: int | None = None
    state: MoneyState | None = None
    level: FundLevel | None = None
    kind: PaymentKind | None = None
    project_id: int | None = None
    line_id: int | None = None
    notice_id: int | None = None
    contract_id: int | None = None
    request_id: int | None = None
    unit_id: int | None = None
    begin: date | None = None
    end: date | None = None
    entered_by: int | None = None
    excepted: bool = False
    id: int | None = None
    q: str = ""
    sort: str = "-day"
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class OutRow:
    """One payment or disbursement. to: payee, or the unit; paper: voucher, or document number; account: as masked."""

    id: int
    version: int
    number: str | None
    state: MoneyState
    amount: Money
    on: date
    to: str
    paper: str
    return_reason: str
    remark: str
    corrects_id: int | None
    submitted_at: datetime | None
    reviewed_at: datetime | None
    entered_by_id: int | None
    line_id: int
    project_id: int
    project_code: str
    project: str
    notice_id: int
    notice_no: str
    source: str
    level: FundLevel
    entered_by: str
    reviewed_by: str
    kind: PaymentKind | None = None
    contract_id: int | None = None
    contract_no: str = ""
    request_id: int | None = None
    request_no: str = ""
    bank: str = ""
    account: str = ""
    exception_reason: str = ""
    exception_document: str = ""
    capitals: str = ""

    @property
    def is_reversal(self) -> bool:
        return self.corrects_id is not None


@dataclass(frozen=True, slots=True)
class OutTotals:
    """What the filter found, by state; drafts and returned ones count in nothing."""

    count: int
    approved: Money
    submitted: Money
    drafted: Money


def payments(session: Session, who: Viewer, wanted: OutFilter) -> Found[OutRow]:
    """The payments this person may see; drafts only for the finance bureau."""
    return _listed(session, who, wanted, Payment)


def disbursements(session: Session, who: Viewer, wanted: OutFilter) -> Found[OutRow]:
    """The disbursements this person may see."""
    return _listed(session, who, wanted, Disbursement)


def payment(session: Session, who: Viewer, payment_id: int) -> OutRow:
    """One payment. Raises NotFound."""
    return _one(payments(session, who, OutFilter(id=payment_id)).rows, "支付")


def disbursement(session: Session, who: Viewer, disbursement_id: int) -> OutRow:
    """One disbursement. Raises NotFound."""
    return _one(disbursements(session, who, OutFilter(id=disbursement_id)).rows, "拨付")


def reversal_of(session: Session, table: str, record_id: int) -> int | None:
    """The entry that reverses this one, waiting or approved; None while it stands."""
    kept: Any = Payment if table == PAYMENTS else Disbursement
    found: int | None = session.scalar(
        select(kept.id).where(
            kept.corrects_id == record_id, kept.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED))
        )
    )
    return found


def _one(rows: Sequence[OutRow], word: str) -> OutRow:
    if not rows:
        raise NotFound(f"没有这笔{word}，或者不在您的管理范围内")
    return rows[0]


def _listed(session: Session, who: Viewer, wanted: OutFilter, table: Any) -> Found[OutRow]:
    pays = table is Payment
    on = table.paid_on if pays else table.disbursed_on
    conditions = [*_conditions(wanted, table, on), seen_projects(who, READ), _seen_states(who, table)]
    sums = [func.sum(case((table.state.in_(states), table.amount))) for states in _STATES]
    counted = session.execute(_joined(table, func.count(), *sums).where(*conditions)).one()
    orders = {"day": on, "project": Project.code, "amount": table.amount, "number": table.number}
    key, turned = orders.get(wanted.sort.removeprefix("-"), on), wanted.sort.startswith("-")
    query = (
        _joined(
            table, table.id, table.version, table.number, table.state, table.amount, on,
            table.payee if pays else func.coalesce(Unit.name, ""), table.voucher_no if pays else table.document_no,
            table.return_reason, table.remark, table.corrects_id, table.submitted_at, table.reviewed_at,
            table.entered_by, table.line_id, Project.id, Project.code, Project.name, AllotmentNotice.id,
            AllotmentNotice.document_no, FundSource.name, FundSource.level, func.coalesce(Enterer.name, "系统"),
            func.coalesce(Checker.name, ""), *(_PAYMENT_MORE if pays else ()),
        )
        .outerjoin(Enterer, table.entered_by == Enterer.id)
        .outerjoin(Checker, table.reviewed_by == Checker.id)
        .where(*conditions)
        .order_by(key.desc() if turned else key, table.id.desc() if turned else table.id)
        .limit(wanted.size)
        .offset((max(wanted.page, 1) - 1) * wanted.size)
    )  # fmt: skip
    if pays:
        query = (
            query.outerjoin(Contract, Payment.contract_id == Contract.id)
            .outerjoin(PaymentRequest, Payment.request_id == PaymentRequest.id)
            .outerjoin(Vault, Payment.account == Vault.id)
        )
    rows = [OutRow(*row) for row in session.execute(query)]
    return Found(rows, counted[0], OutTotals(counted[0], *(m or ZERO for m in counted[1:])))


_STATES = ((MoneyState.APPROVED,), (MoneyState.SUBMITTED,), EDITABLE)
_PAYMENT_MORE = (
    Payment.kind,
    Payment.contract_id,
    func.coalesce(Contract.contract_no, ""),
    Payment.request_id,
    func.coalesce(PaymentRequest.number, ""),
    Payment.bank,
    func.coalesce(Vault.masked, ""),
    Payment.exception_reason,
    Payment.exception_document,
    Payment.capitals,
)


def _joined(table: Any, *columns: Any) -> Any:
    query = (
        select(*columns)
        .select_from(table)
        .join(Project, table.project_id == Project.id)
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
    )
    return query if table is Payment else query.outerjoin(Unit, Disbursement.unit_id == Unit.id)


def _seen_states(who: Viewer, table: Any) -> ColumnElement[bool]:
    if who.can(Permission.PAY) or who.can(Permission.REVIEW_MONEY):
        return true()
    counted: ColumnElement[bool] = table.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED))
    return counted


def _conditions(wanted: OutFilter, table: Any, on: Any) -> Iterable[ColumnElement[bool]]:
    pays = table is Payment
    exact: list[tuple[Any, Any]] = [
        (wanted.year, AllotmentNotice.year),
        (wanted.state, table.state),
        (wanted.level, FundSource.level),
        (wanted.project_id, table.project_id),
        (wanted.line_id, table.line_id),
        (wanted.notice_id, AllotmentNotice.id),
        (wanted.entered_by, table.entered_by),
        (wanted.id, table.id),
    ]
    if pays:
        exact += [
            (wanted.kind, Payment.kind),
            (wanted.contract_id, Payment.contract_id),
            (wanted.request_id, Payment.request_id),
        ]
    else:
        exact.append((wanted.unit_id, Disbursement.unit_id))
    yield from (column == value for value, column in exact if value)
    if wanted.begin:
        yield on >= wanted.begin
    if wanted.end:
        yield on <= wanted.end
    if wanted.excepted and pays:
        yield Payment.exception_reason != ""
    if words := wanted.q.strip():
        boxes = (Project.name, Project.code, AllotmentNotice.document_no, table.number, table.remark)
        own = (Payment.payee, Payment.voucher_no) if pays else (Disbursement.document_no, Unit.name)
        yield or_(*(box.icontains(words, autoescape=True) for box in (*boxes, *own)))


@dataclass(frozen=True, slots=True)
class WaitingOut:
    """How much money out waits for a reviewer: counts and sums."""

    payments: int
    paid: Money
    disbursements: int
    disbursed: Money
    since: datetime | None


def waiting_out(session: Session) -> WaitingOut:
    """What of payments and disbursements waits for review."""
    paid, first_paid = _waits(session, Payment)
    disbursed, first_disbursed = _waits(session, Disbursement)
    since = min((first for first in (first_paid, first_disbursed) if first), default=None)
    return WaitingOut(*paid, *disbursed, since)


def _waits(session: Session, table: Any) -> tuple[tuple[int, Money], datetime | None]:
    wanted = select(func.count(), func.sum(table.amount), func.min(table.submitted_at))
    count, amount, first = session.execute(wanted.where(table.state == MoneyState.SUBMITTED)).one()
    return (count, amount or ZERO), first
