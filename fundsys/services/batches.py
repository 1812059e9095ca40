"""Deciding several papers at once where each also has a page of its own: all of those chosen, or none, each refusal named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.money import exact_yuan
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import AllotmentNotice, Correction, LinePosting
from fundsys.models.library import ProjectChange
from fundsys.models.projects import Project
from fundsys.queries.payment_room import lines_of
from fundsys.services.acts import Act
from fundsys.services.funds import contracts, corrections, notices, requests, returns
from fundsys.services.funds.common import each
from fundsys.services.funds.request_states import under_way
from fundsys.services.library import changes

Seen = Mapping[int, int]


def approve_notices(seen: Seen, *, act: Act) -> int:
    """Approve notices as they were seen (id → version). Raises: Refusals naming each that cannot be approved, Stale."""
    return _all(
        seen, AllotmentNotice, "指标文", lambda n: n.document_no,
        lambda n: notices.approve_notice(n.id, version=seen[n.id], act=act), act, "已复核",
    )  # fmt: skip


def return_notices(seen: Seen, reason: str, *, act: Act) -> int:
    """Send notices back with one reason."""
    return _all(
        seen, AllotmentNotice, "指标文", lambda n: n.document_no,
        lambda n: notices.return_notice(n.id, reason, version=seen[n.id], act=act), act, "已退回",
    )  # fmt: skip


def approve_corrections(seen: Seen, *, act: Act) -> int:
    """Approve papers of correction as they were seen."""
    return _all(
        seen, Correction, "调整收回", lambda c: c.document_no,
        lambda c: corrections.approve_correction(c.id, version=seen[c.id], act=act), act, "已复核",
    )  # fmt: skip


def return_corrections(seen: Seen, reason: str, *, act: Act) -> int:
    """Send papers of correction back with one reason."""
    return _all(
        seen, Correction, "调整收回", lambda c: c.document_no,
        lambda c: corrections.return_correction(c.id, reason, version=seen[c.id], act=act), act, "已退回",
    )  # fmt: skip


def approve_postings(seen: Seen, *, act: Act) -> int:
    """Approve returns of money as they were seen."""
    return _all(
        seen, LinePosting, "退回登记", lambda p: p.document_no,
        lambda p: returns.approve_posting(p.id, version=seen[p.id], act=act), act, "已复核",
    )  # fmt: skip


def return_postings(seen: Seen, reason: str, *, act: Act) -> int:
    """Send returns of money back with one reason."""
    return _all(
        seen, LinePosting, "退回登记", lambda p: p.document_no,
        lambda p: returns.send_posting_back(p.id, reason, version=seen[p.id], act=act), act, "已退回",
    )  # fmt: skip


def confirm_contracts(seen: Seen, *, act: Act) -> int:
    """Confirm contracts as they were seen."""
    return _all(
        seen, Contract, "合同", lambda c: f"{c.project.name} {c.contract_no}",
        lambda c: contracts.confirm_contract(c.id, version=seen[c.id], act=act), act, "已确认",
    )  # fmt: skip


def return_contracts(seen: Seen, reason: str, *, act: Act) -> int:
    """Send contracts back with one reason."""
    return _all(
        seen, Contract, "合同", lambda c: f"{c.project.name} {c.contract_no}",
        lambda c: contracts.return_contract(c.id, reason, version=seen[c.id], act=act), act, "已退回",
    )  # fmt: skip


def approve_changes(seen: Seen, document_no: str, *, act: Act) -> int:
    """Approve papers of changes under one document."""
    if not tidy_document_no(document_no):
        raise DomainError("请填写批复文号", field="document_no")
    return _all(
        seen, ProjectChange, "变更", lambda c: c.project.name,
        lambda c: changes.approve_change(c.id, document_no, version=seen[c.id], act=act), act, "已批准",
    )  # fmt: skip


def return_changes(seen: Seen, reason: str, *, act: Act) -> int:
    """Send papers of changes back with one reason."""
    return _all(
        seen, ProjectChange, "变更", lambda c: c.project.name,
        lambda c: changes.return_change(c.id, reason, version=seen[c.id], act=act), act, "已退回",
    )  # fmt: skip


def accept_requests(seen: Seen, paid_on: date, voucher_no: str, *, act: Act) -> int:
    """Take requests up, each paid from the one notice line its project has money on; under one voucher and day.

    Raises: as the others; a request whose project has several lines is named, for the clerk decides between them.
    """

    def accept(request: PaymentRequest) -> None:
        lines = lines_of(act.session, request.project_id)
        if len(lines) != 1:
            raise StepRefused(f"有 {len(lines)} 条指标可付，请单独受理，选定从哪条指标付")
        amount = request.amount - under_way(act, request.id)
        parts = {lines[0].line_id: amount}
        requests.accept_request(request.id, parts, paid_on, voucher_no=voucher_no, version=seen[request.id], act=act)

    return _all(seen, PaymentRequest, "支付申请", lambda r: _request(r, act), accept, act, "已受理")


def return_requests(seen: Seen, reason: str, *, act: Act) -> int:
    """Send requests back with one reason."""
    return _all(
        seen, PaymentRequest, "支付申请", lambda r: _request(r, act),
        lambda r: requests.return_request(r.id, reason, version=seen[r.id], act=act), act, "已退回",
    )  # fmt: skip


def _request(request: PaymentRequest, act: Act) -> str:
    project = act.session.get_one(Project, request.project_id)
    return f"{request.number} {project.name} {exact_yuan(request.amount)} 元"


def _all(
    seen: Seen, table: Any, word: str, name: Callable[[Any], str], judge: Callable[[Any], object], act: Act, done: str
) -> int:
    """All of the records chosen, or none."""
    if not seen:
        raise DomainError(f"请先勾选要办理的{word}")
    found = list(act.session.scalars(select(table).where(table.id.in_(seen)).order_by(table.id)))
    if len(found) != len(seen):
        raise NotFound(f"有的{word}已被录入人删除，请刷新后再看")
    each(found, name, judge)
    act.session.flush()
    act.subject = "、".join(name(one) for one in found)[:200]
    act.answer = f"{done} {len(found)} 份{word}"
    return len(found)
