"""What waits on the way of money to its payee: requests to take up, payments to review, contracts to confirm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState, RequestState
from fundsys.domain.money import show_wan
from fundsys.domain.rights import Permission
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import Disbursement, Payment
from fundsys.models.projects import Project
from fundsys.queries.viewer import Viewer, seen_projects

Told = tuple[str, int, datetime | None, str, str, str]
"""Kind, id (0 for a list), since when, title, why, the words before the days."""

_P = Permission


def payouts_waiting(session: Session, who: Viewer) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.can(_P.PAY):
        yield from _requests(session)
    if who.can(_P.REVIEW_MONEY):
        yield from _reviews(session)
    if who.can(_P.APPROVE_CONTRACT):
        yield from _contracts(session)
    if who.can(_P.REQUEST_PAYMENT):
        yield from _returned(session, who)


def _requests(session: Session) -> Iterator[Told]:
    r = PaymentRequest
    count, amount, since = _sums(session, r, r.state == RequestState.SUBMITTED)
    if count:
        title = f"支付申请待受理 {count} 笔，{show_wan(amount)} 万元"
        yield "requests", 0, since, title, "核对资料和可支付金额后受理，或退回写明原因", "已等"


def _reviews(session: Session) -> Iterator[Told]:
    for table, kind, word in ((Payment, "review_payments", "支付"), (Disbursement, "review_disbursements", "拨付")):
        count, amount, since = _sums(session, table, table.state == MoneyState.SUBMITTED)
        if count:
            yield kind, 0, since, f"{word}待复核 {count} 笔，{show_wan(amount)} 万元", "由录入以外的人复核", "已等"


def _contracts(session: Session) -> Iterator[Told]:
    wanted = (Contract.state == MoneyState.SUBMITTED, Contract.project_id == Project.id)
    rows = session.execute(
        select(Contract.id, Contract.contract_no, Contract.amount, Contract.submitted_at, Project.name).where(*wanted)
    )
    for key, number, amount, since, project in rows:
        title = f"{number} 合同待确认，{show_wan(amount)} 万元"
        yield "contract", key, since, title, f"{project}；确认后才能按合同支付", "已等"


def _returned(session: Session, who: Viewer) -> Iterator[Told]:
    r = PaymentRequest
    rows = session.execute(
        select(r.id, r.number, r.amount, r.handled_at, r.return_reason, Project.name)
        .join(Project, r.project_id == Project.id)
        .where(r.state == RequestState.RETURNED, seen_projects(who, _P.REQUEST_PAYMENT))
    )
    for key, number, amount, since, reason, project in rows:
        title = f"{number} 支付申请退回待改，{show_wan(amount)} 万元"
        yield "request", key, since, title, f"{project}：{reason}", "已退回"


def _sums(session: Session, table: Any, state: Any) -> Any:
    return session.execute(
        select(func.count(), func.sum(table.amount), func.min(table.submitted_at)).where(state)
    ).one()
