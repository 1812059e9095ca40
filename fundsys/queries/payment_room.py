"""What may still be paid on a project or contract now: the figures behind every limit, from the tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.payment_limits import Gone, Limit, Terms, Works, limits
from fundsys.models.desk import Contract
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Disbursement, FundSource, Payment
from fundsys.models.office import Unit
from fundsys.models.projects import Project

Original = aliased(Payment)


def takes(payment: Any) -> Any:
    """Payments that take from a limit: approved ones net of what came back, and those that wait; as the guards count."""
    return or_(payment.state == MoneyState.APPROVED, and_(payment.state == MoneyState.SUBMITTED, payment.amount > ZERO))


@dataclass(frozen=True, slots=True)
class LineRoom:
    """A notice line a project has money on: approved, gone, and what may still be paid of it."""

    line_id: int
    document_no: str
    source: str
    issued_on: date
    approved: Money
    used: Money

    @property
    def room(self) -> Money:
        return max(self.approved - self.used, ZERO)


def lines_of(session: Session, project_id: int) -> list[LineRoom]:
    """The lines a project has approved money on, the oldest notice first, and what may still be paid of each."""
    return _lines(session, project_id, Payment)


def disbursable(session: Session, project_id: int) -> list[LineRoom]:
    """The same lines, and what may still be disbursed of each."""
    return _lines(session, project_id, Disbursement)


def units_of(session: Session, project: Project) -> list[tuple[int, str]]:
    """The units that may receive a project's money: who builds it, who owns it."""
    ids = [key for key in (project.implementing_unit_id, project.owner_unit_id) if key is not None]
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())
    return [(key, names[key]) for key in dict.fromkeys(ids)]


def _lines(session: Session, project_id: int, table: Any) -> list[LineRoom]:
    sums = (
        select(table.line_id, func.sum(table.amount))
        .where(table.project_id == project_id, takes(table))
        .group_by(table.line_id)
    )
    paid: dict[int, Money] = dict(session.execute(sums).all())
    rows = session.execute(
        select(
            AllotmentLine.id,
            AllotmentNotice.document_no,
            FundSource.name,
            AllotmentNotice.issued_on,
            func.sum(Allocation.amount),
        )
        .join(Allocation, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(Allocation.project_id == project_id, Allocation.state == MoneyState.APPROVED)
        .group_by(AllotmentLine.id, AllotmentNotice.document_no, FundSource.name, AllotmentNotice.issued_on)
        .order_by(AllotmentNotice.issued_on, AllotmentLine.id)
    )
    return [LineRoom(*row, paid.get(row[0], ZERO)) for row in rows]


def proposed_split(lines: Collection[LineRoom], amount: Money) -> dict[int, Money]:
    """An amount over the lines, the oldest first; less than the amount where they do not hold it."""
    left, found = amount, {}
    for line in lines:
        part = min(left, line.room)
        if part > ZERO:
            found[line.line_id] = part
            left -= part
    return found


def gone(session: Session, project_id: int, contract_id: int | None) -> Gone:
    """What went out, net, or waits: on the contract, of it as advances, on the project."""
    whole = session.scalar(select(func.sum(Payment.amount)).where(Payment.project_id == project_id, takes(Payment)))
    if contract_id is None:
        return Gone(project=whole or ZERO)
    mine = and_(Payment.contract_id == contract_id, takes(Payment))
    on_contract = session.scalar(select(func.sum(Payment.amount)).where(mine))
    advances = session.scalar(
        select(func.sum(Payment.amount))
        .outerjoin(Original, Payment.corrects_id == Original.id)
        .where(mine, or_(Payment.kind == PaymentKind.ADVANCE, Original.kind == PaymentKind.ADVANCE))
    )
    return Gone(on_contract or ZERO, advances or ZERO, whole or ZERO)


def terms_of(contract: Contract) -> Terms:
    """The terms of a contract for the limits."""
    return Terms(
        contract.amount,
        contract.advance_bp,
        contract.progress_bp,
        contract.retention_bp,
        contract.retention_due_on,
    )


def works_of(project: Project) -> Works:
    """How far a project is, for the limits."""
    return Works(project.progress_bp, project.accepted_on, project.settled_on, project.settled_amount)


def limits_on(
    session: Session, project: Project, contract: Contract | None, kind: PaymentKind, day: date
) -> tuple[Limit, ...]:
    """Every limit on a payment of this kind for a project, on all its lines together."""
    lines = lines_of(session, project.id)
    approved, used = sum(x.approved.fen for x in lines), sum(x.used.fen for x in lines)
    return limits(
        kind,
        day,
        terms_of(contract) if contract else None,
        works_of(project),
        gone(session, project.id, contract.id if contract else None),
        Money(approved),
        Money(used),
    )


def confirmed_contracts(session: Session, project_id: int) -> list[Contract]:
    """The confirmed contracts of a project, the earliest first."""
    return list(
        session.scalars(
            select(Contract)
            .where(Contract.project_id == project_id, Contract.state == MoneyState.APPROVED)
            .order_by(Contract.signed_on, Contract.id)
        )
    )
