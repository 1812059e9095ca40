"""Reading contracts and payment requests: lists for owners and the bureaus, one of each with what may still be paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import ContractSubject, MoneyState, PaymentKind, RequestState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.payment_limits import Limit, payable
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import Payment
from fundsys.models.journal import Vault
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project
from fundsys.queries.funds import PAGE_SIZE, READ, Found
from fundsys.queries.payment_room import limits_on, takes
from fundsys.queries.viewer import Viewer, seen_projects

Enterer, Checker, Owner = aliased(Person), aliased(Person), aliased(Unit)
PAID_KINDS = tuple(kind for kind in PaymentKind if kind is not PaymentKind.REVERSAL)


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """Which contracts or requests; empty fields ask for nothing."""

    state: Any = None
    project_id: int | None = None
    unit_id: int | None = None
    id: int | None = None
    q: str = ""
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract; paid is approved and waiting money, net. Shares in 1/10000, the account as masked."""

    id: int
    version: int
    contract_no: str
    name: str
    payee: str
    bank: str
    account: str
    account_id: int | None
    amount: Money
    signed_on: date
    advance_bp: int
    progress_bp: int
    retention_bp: int
    retention_due_on: date | None
    subject: ContractSubject
    state: MoneyState
    return_reason: str
    remark: str
    project_id: int
    project_code: str
    project: str
    owner_unit: str
    entered_by_id: int | None
    entered_by: str
    reviewed_by: str
    paid: Money

    @property
    def left(self) -> Money:
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request; paid is approved money, net."""

    id: int
    version: int
    number: str | None
    state: RequestState
    kind: PaymentKind
    amount: Money
    retention_held: Money
    progress_bp: int
    payee: str
    bank: str
    account: str
    account_id: int | None
    reason: str
    documents: str
    applied_on: date
    exception_reason: str
    exception_document: str
    return_reason: str
    submitted_at: datetime | None
    project_id: int
    project_code: str
    project: str
    contract_id: int | None
    contract_no: str
    contract_amount: Money | None
    unit: str
    entered_by_id: int | None
    entered_by: str
    handled_by: str
    paid: Money


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """Count and sums of what the filter found."""

    count: int
    amount: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class KindRoom:
    """What may be paid of one kind now: every limit, the tightest of them, and the amount."""

    kind: PaymentKind
    limits: tuple[Limit, ...]
    amount: Money
    tightest: Limit


def _paid(column: Any, condition: Any) -> Any:
    return (
        select(column.label("key"), func.sum(Payment.amount).label("fen")).where(condition).group_by(column).subquery()
    )


def contracts(session: Session, who: Viewer, wanted: PaperFilter) -> Found[ContractRow]:
    """The contracts of the projects this person may see."""
    paid = _paid(Payment.contract_id, takes(Payment))
    conditions: list[Any] = [
        seen_projects(who, READ),
        *_conditions(Contract, wanted, (Contract.contract_no, Contract.name, Contract.payee)),
    ]
    if not (who.can(Permission.RECORD_CONTRACT) or who.can(Permission.APPROVE_CONTRACT)):
        conditions.append(Contract.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED)))
    base: Any = (
        select(func.count(), func.sum(Contract.amount), func.sum(paid.c.fen))
        .select_from(Contract)
        .join(Project, Contract.project_id == Project.id)
        .join(Owner, Project.owner_unit_id == Owner.id)
        .outerjoin(paid, paid.c.key == Contract.id)
        .where(*conditions)
    )
    count, amount, gone = session.execute(base).one()
    orders: dict[str, Any] = {
        "signed": Contract.signed_on,
        "amount": Contract.amount,
        "project": Project.code,
        "no": Contract.contract_no,
    }
    key, turned = orders.get(wanted.sort.removeprefix("-"), Contract.signed_on), wanted.sort.startswith("-")
    rows = session.execute(
        base.with_only_columns(
            Contract.id, Contract.version, Contract.contract_no, Contract.name, Contract.payee, Contract.bank,
            func.coalesce(Vault.masked, ""), Contract.account, Contract.amount, Contract.signed_on, Contract.advance_bp,
            Contract.progress_bp, Contract.retention_bp, Contract.retention_due_on, Contract.subject, Contract.state,
            Contract.return_reason, Contract.remark, Project.id, Project.code, Project.name, Owner.name,
            Contract.entered_by, func.coalesce(Enterer.name, "系统"), func.coalesce(Checker.name, ""), paid.c.fen,
        )
        .outerjoin(Vault, Contract.account == Vault.id)
        .outerjoin(Enterer, Contract.entered_by == Enterer.id)
        .outerjoin(Checker, Contract.reviewed_by == Checker.id)
        .order_by(key.desc() if turned else key, Contract.id)
        .limit(wanted.size)
        .offset((max(wanted.page, 1) - 1) * wanted.size)
    )  # fmt: skip
    found = [ContractRow(*_whole(row)) for row in rows]
    return Found(found, count, PaperTotals(count, amount or ZERO, gone or ZERO))


def contract(session: Session, who: Viewer, contract_id: int) -> ContractRow:
    """One contract. Raises NotFound for hidden and missing alike."""
    found = contracts(session, who, PaperFilter(id=contract_id)).rows
    if not found:
        raise NotFound("没有这份合同，或者不在您的管理范围内")
    return found[0]


def requests(session: Session, who: Viewer, wanted: PaperFilter) -> Found[RequestRow]:
    """The requests of the projects this person may see; drafts only for those who draft them."""
    paid = _paid(Payment.request_id, Payment.state == MoneyState.APPROVED)
    r = PaymentRequest
    conditions: list[Any] = [seen_projects(who, READ), *_conditions(r, wanted, (r.number, r.payee, r.reason))]
    if not who.can(Permission.REQUEST_PAYMENT):
        conditions.append(r.number.is_not(None))
        conditions.append(r.state != RequestState.DRAFT)
    base: Any = (
        select(func.count(), func.sum(r.amount), func.sum(paid.c.fen))
        .select_from(r)
        .join(Project, r.project_id == Project.id)
        .join(Owner, r.unit_id == Owner.id)
        .outerjoin(paid, paid.c.key == r.id)
        .where(*conditions)
    )
    count, amount, gone = session.execute(base).one()
    orders: dict[str, Any] = {"applied": r.applied_on, "amount": r.amount, "project": Project.code, "number": r.number}
    key, turned = orders.get(wanted.sort.removeprefix("-"), r.applied_on), wanted.sort.startswith("-")
    rows = session.execute(
        base.with_only_columns(
            r.id, r.version, r.number, r.state, r.kind, r.amount, r.retention_held, r.progress_bp, r.payee, r.bank,
            func.coalesce(Vault.masked, ""), r.account, r.reason, r.documents, r.applied_on, r.exception_reason,
            r.exception_document, r.return_reason, r.submitted_at, Project.id, Project.code, Project.name, Contract.id,
            func.coalesce(Contract.contract_no, ""), Contract.amount, Owner.name, r.entered_by,
            func.coalesce(Enterer.name, "系统"), func.coalesce(Checker.name, ""), paid.c.fen,
        )
        .outerjoin(Contract, r.contract_id == Contract.id)
        .outerjoin(Vault, r.account == Vault.id)
        .outerjoin(Enterer, r.entered_by == Enterer.id)
        .outerjoin(Checker, r.handled_by == Checker.id)
        .order_by(key.desc() if turned else key, r.id.desc() if turned else r.id)
        .limit(wanted.size)
        .offset((max(wanted.page, 1) - 1) * wanted.size)
    )  # fmt: skip
    found = [RequestRow(*_whole(row)) for row in rows]
    return Found(found, count, PaperTotals(count, amount or ZERO, gone or ZERO))


def request_of(session: Session, who: Viewer, request_id: int) -> RequestRow:
    """One request. Raises NotFound for hidden and missing alike."""
    found = requests(session, who, PaperFilter(id=request_id)).rows
    if not found:
        raise NotFound("没有这份支付申请，或者不在您的管理范围内")
    return found[0]


def rooms(session: Session, project_id: int, contract_id: int | None, day: date) -> list[KindRoom]:
    """What may be paid now of each kind, on a contract or (None) without one."""
    project = session.get_one(Project, project_id)
    held = session.get(Contract, contract_id) if contract_id else None
    kinds = (
        (PaymentKind.ADVANCE, PaymentKind.PROGRESS, PaymentKind.SETTLEMENT, PaymentKind.RETENTION)
        if held
        else (PaymentKind.SUBSIDY,)
    )
    found = []
    for kind in kinds:
        told = limits_on(session, project, held, kind, day)
        amount, tightest = payable(told)
        found.append(KindRoom(kind, told, amount, tightest))
    return found


def choices(session: Session, who: Viewer, permission: Permission) -> list[tuple[int, str]]:
    """The projects this person may do this for, that have a plan and are not closed: (id, code and name)."""
    rows = session.execute(
        select(Project.id, Project.code, Project.name)
        .where(
            seen_projects(who, permission),
            Project.status.in_([s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]),
        )
        .order_by(Project.code)
    )
    return [(key, f"{code} {name}") for key, code, name in rows]


def contract_choices(session: Session, project_id: int) -> list[tuple[int, str]]:
    """The confirmed contracts of a project: (id, number and payee)."""
    rows = session.execute(
        select(Contract.id, Contract.contract_no, Contract.payee)
        .where(Contract.project_id == project_id, Contract.state == MoneyState.APPROVED)
        .order_by(Contract.signed_on, Contract.id)
    )
    return [(key, f"{number} {payee}") for key, number, payee in rows]


def _whole(row: Any) -> list[Any]:
    """A row with its last figure, the sum paid, filled."""
    return [*row[:-1], row[-1] or ZERO]


def _conditions(table: Any, wanted: PaperFilter, words: Iterable[Any]) -> Iterable[ColumnElement[bool]]:
    exact = ((wanted.state, table.state), (wanted.project_id, table.project_id), (wanted.id, table.id))
    yield from (column == value for value, column in exact if value)
    if wanted.unit_id:
        yield or_(Project.owner_unit_id == wanted.unit_id, Project.implementing_unit_id == wanted.unit_id)
    if told := wanted.q.strip():
        yield or_(*(box.icontains(told, autoescape=True) for box in (Project.code, Project.name, *words)))
