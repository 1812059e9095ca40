"""Payments as an import compares with them: plain values, and what may still be paid of each line and project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, String, func, select, type_coerce
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.models.desk import Contract
from fundsys.models.funds import Allocation, Payment
from fundsys.queries.payment_room import takes


@dataclass(frozen=True, slots=True)
class StoredPayment:
    """One payment, money in 分."""

    id: int
    line_id: int
    project_id: int
    state: str
    entered_by: int | None
    amount: int
    paid_on: date
    voucher_no: str
    payee: str
    bank: str
    kind: str
    contract_id: int | None
    remark: str


def stored_payments(session: Session, lines: Collection[int] | None) -> list[StoredPayment]:
    """Payments on lines, reversals left out. lines: None for all."""
    p = Payment
    wanted = select(
        p.id, p.line_id, p.project_id, type_coerce(p.state, String), p.entered_by, type_coerce(p.amount, BigInteger),
        p.paid_on, p.voucher_no, p.payee, p.bank, type_coerce(p.kind, String), p.contract_id, p.remark,
    ).where(p.kind != PaymentKind.REVERSAL)  # fmt: skip
    if lines is not None:
        wanted = wanted.where(p.line_id.in_(lines))
    rows: list[Any] = list(session.execute(wanted.order_by(p.id)))
    return [StoredPayment(*row) for row in rows]


def payable_by_pair(session: Session, lines: Collection[int]) -> dict[tuple[int, int], int]:
    """What of the approved allocations is neither paid nor waits to be, in 分, by (line, project)."""
    given: list[Any] = list(
        session.execute(
            select(Allocation.line_id, Allocation.project_id, func.sum(Allocation.amount))
            .where(Allocation.line_id.in_(lines), Allocation.state == MoneyState.APPROVED)
            .group_by(Allocation.line_id, Allocation.project_id)
        )
    )
    gone: list[Any] = list(
        session.execute(
            select(Payment.line_id, Payment.project_id, func.sum(Payment.amount))
            .where(Payment.line_id.in_(lines), takes(Payment))
            .group_by(Payment.line_id, Payment.project_id)
        )
    )
    left = {(line, project): amount.fen for line, project, amount in given}
    for line, project, amount in gone:
        left[line, project] = left.get((line, project), 0) - amount.fen
    return left


def contracts_by_project(session: Session) -> dict[int, dict[str, int]]:
    """The confirmed contracts of every project: number → id."""
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        select(Contract.project_id, Contract.contract_no, Contract.id)
        .where(Contract.state == MoneyState.APPROVED)
        .order_by(Contract.id)
    )
    for project_id, number, key in rows:
        found.setdefault(project_id, {})[number] = key
    return found
