"""质保金 by contract: how much is kept, until when, and what has been released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.coded import Coded
from fundsys.domain.construction import WHOLE
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract
from fundsys.models.funds import Payment
from fundsys.models.projects import Project
from fundsys.queries.viewer import Viewer, seen_projects


class RetentionState(Coded):
    """Where a retention stands on a day."""

    HELD = "held", "质保期内", "info"
    DUE = "due", "到期待付", "warn"
    RELEASED = "released", "已付清", "good"
    UNDATED = "undated", "没有期满日", "bad"


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """The retention of one confirmed contract. released: what was paid of it, approved and net."""

    contract_id: int
    contract_no: str
    project_id: int
    code: str
    project: str
    payee: str
    amount: Money
    share_bp: int
    retention: Money
    due_on: date | None
    released: Money
    state: RetentionState


def retentions(session: Session, who: Viewer, today: date, project_id: int | None = None) -> list[RetentionRow]:
    """Every retention this person may see, by the day it falls due."""
    c = Contract
    released = (
        select(Payment.contract_id, func.sum(Payment.amount).label("fen"))
        .where(Payment.kind == PaymentKind.RETENTION, Payment.state == MoneyState.APPROVED)
        .group_by(Payment.contract_id)
        .subquery()
    )
    query = (
        select(
            c.id, c.contract_no, Project.id, Project.code, Project.name, c.payee, c.amount, c.retention_bp,
            c.retention_due_on, released.c.fen, Project.settled_amount,
        )
        .join(Project, c.project_id == Project.id)
        .outerjoin(released, released.c.contract_id == c.id)
        .where(seen_projects(who, Permission.READ_PROJECTS), c.state == MoneyState.APPROVED, c.retention_bp > 0)
        .order_by(c.retention_due_on, c.id)
    )  # fmt: skip
    if project_id is not None:
        query = query.where(c.project_id == project_id)
    told = []
    for key, number, pid, code, name, payee, amount, bp, due_on, paid, settled in session.execute(query):
        base = min(amount, settled) if settled else amount
        kept, out = Money(base.fen * bp // WHOLE), paid or ZERO
        state = RetentionState.HELD
        if out >= kept:
            state = RetentionState.RELEASED
        elif due_on is None:
            state = RetentionState.UNDATED
        elif today > due_on:
            state = RetentionState.DUE
        told.append(RetentionRow(key, number, pid, code, name, payee, amount, bp, kept, due_on, out, state))
    return told
