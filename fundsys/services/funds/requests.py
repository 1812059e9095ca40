"""Payment requests (支付申请): drafted and handed over by the owner, taken up by the finance bureau or sent back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.funds import PaymentKind, RequestState
from fundsys.domain.money import ZERO, Money, exact_yuan, total
from fundsys.domain.rights import Permission
from fundsys.models.desk import PaymentRequest
from fundsys.models.funds import Payment
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project
from fundsys.queries.payment_room import lines_of
from fundsys.queries.viewer import require_project, viewer_of
from fundsys.services import attachments, vault
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import need, refuse_all, second_person
from .limits import contract_for, passed
from .payouts import PaymentEntry, enter_payment
from .request_states import follow, under_way

WORD = "申请"
TABLE = "payment_request"
EDITABLE = (RequestState.DRAFT, RequestState.RETURNED)
Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """A request as it is typed. account: the number in plain; None leaves what stands, or takes the contract's.

    documents: what is attached, in words, one a line. exception_*: why it may go beyond a limit, and the paper.
    """

    kind: PaymentKind
    amount: Money
    payee: str
    contract_id: int | None = None
    retention_held: Money = ZERO
    bank: str = ""
    account: str | None = None
    reason: str = ""
    documents: str = ""
    applied_on: date | None = None
    exception_reason: str = ""
    exception_document: str = ""


def draft_request(project_id: int, entry: RequestEntry, *, files: Files = (), act: Act) -> PaymentRequest:
    """Draft a request for an own project. Progress is that of the newest report. Raises: NotAllowed, NotFound, Refusals."""
    project = _project(act, project_id)
    who = viewer_of(act.person) if act.person else None
    made = PaymentRequest(
        project_id=project.id,
        unit_id=who.unit_id if who else project.owner_unit_id,
        entered_by=act.person_id,
        state=RequestState.DRAFT,
    )
    _write(made, project, entry, act)
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    act.subject = f"{project.code} {project.name}"
    return made


def edit_request(
    request_id: int, entry: RequestEntry, *, files: Files = (), version: int | None = None, act: Act
) -> PaymentRequest:
    """Change a draft, or a request that was sent back. Raises: as draft_request, Stale, StepRefused."""
    request, project = _request(act, request_id, version)
    _still_open(request)
    _write(request, project, entry, act)
    request.version += 1
    act.session.flush()
    _keep(request, files, act)
    return request


def submit_request(request_id: int, *, version: int | None = None, act: Act) -> PaymentRequest:
    """Hand a request over to the finance bureau; the first time it gets its number.

    Raises: Refusals beyond a limit without an exception, without a document, a payee's account, or words.
    """
    request, project = _request(act, request_id, version)
    _still_open(request)
    refuse_all(_faults(request, project, act))
    request.progress_bp = _progress(act, project)
    if request.number is None:
        (request.number,) = next_numbers(act.session, PaymentRequest.number, WORD, act.day.year, 1)
    _to(request, RequestState.SUBMITTED)
    request.submitted_at, request.return_reason = act.at, ""
    request.handled_by = request.handled_at = None
    request.entered_by = act.person_id
    act.session.flush()
    act.subject = request.number
    return request


def withdraw_request(request_id: int, *, version: int | None = None, act: Act) -> PaymentRequest:
    """Take a request back that nobody has taken up yet. Raises: StepRefused once payments were entered, Stale."""
    request, _ = _request(act, request_id, version)
    if request.state is not RequestState.SUBMITTED or under_way(act, request.id):
        raise StepRefused(f"这份申请现在是“{request.state.label}”，财政局已经受理，不能撤回，请联系财政局退回")
    _to(request, RequestState.DRAFT)
    act.session.flush()
    return request


def delete_request(request_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a draft that was never handed over; a numbered one stays, so that no number is missing."""
    request, _ = _request(act, request_id, version)
    _still_open(request)
    if request.number is not None:
        raise StepRefused(f"{request.number}已编号，不能删除；不再需要的可以留作草稿")
    act.session.delete(request)
    act.session.flush()


def return_request(request_id: int, reason: str, *, version: int | None = None, act: Act) -> PaymentRequest:
    """Send a request back to its owner with a reason. Raises: DomainError, StepRefused once payments were entered."""
    request, _ = _for_finance(act, request_id, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，申请单位才知道改哪里", field="reason")
    if under_way(act, request.id):
        raise StepRefused("这份申请已经登记支付，请先退回或删除那几笔支付")
    _to(request, RequestState.RETURNED)
    request.return_reason = reason.strip()[:200]
    act.session.flush()
    return request


def accept_request(
    request_id: int,
    parts: Mapping[int, Money],
    paid_on: date,
    *,
    voucher_no: str = "",
    version: int | None = None,
    act: Act,
) -> list[Payment]:
    """Take a request up: one payment a notice line (line id → amount), handed over for review, under one voucher.

    The parts add up to what of the request is not yet under way, to the 分.
    Raises: DomainError when they do not; OverCommitted; Refusals beyond a limit; NotAllowed; Stale; StepRefused.
    """
    request, project = _for_finance(act, request_id, version)
    outstanding = request.amount - under_way(act, request.id)
    chosen = {line: amount for line, amount in parts.items() if amount}
    if any(amount < ZERO for amount in chosen.values()):
        raise DomainError("各条指标的金额不能小于零", field="total")
    if total(chosen.values()) != outstanding:
        gap = exact_yuan(total(chosen.values()) - outstanding)
        raise DomainError(f"各条指标合计须等于待支付的 {exact_yuan(outstanding)} 元，现在相差 {gap} 元", field="total")
    strange = chosen.keys() - {line.line_id for line in lines_of(act.session, project.id)}
    if strange:
        raise NotFound("有的指标没有给这个项目分配资金，请刷新后再看", field="total")
    contract = contract_for(act, project.id, request.contract_id, request.kind)
    why, paper = request.exception_reason, request.exception_document
    refused, beyond = passed(act, project, contract, request.kind, outstanding, paid_on, why, paper)
    refuse_all(refused)
    made = []
    for line_id, amount in chosen.items():
        entry = PaymentEntry(
            line_id, project.id, amount, paid_on, request.payee, request.kind, voucher_no, request.contract_id,
            request.id, request.bank, account_id=request.account, remark=request.reason,
            exception_reason=why if beyond else "", exception_document=paper if beyond else "",
        )  # fmt: skip
        made.append(enter_payment(entry, act=act))
    follow([request.id], act=act)
    act.subject = request.number or ""
    return made


def _project(act: Act, project_id: int) -> Project:
    who = viewer_of(act.person) if act.person else None
    return require_project(act.session, who, Permission.REQUEST_PAYMENT, project_id)


def _request(act: Act, request_id: int, version: int | None) -> tuple[PaymentRequest, Project]:
    request = act.session.get(PaymentRequest, request_id)
    if request is None:
        raise NotFound("没有这份支付申请，或者不在您的管理范围内")
    project = _project(act, request.project_id)
    act.subject = request.number or f"{project.code} {project.name}"
    act.check_version(request, version)
    return request, project


def _for_finance(act: Act, request_id: int, version: int | None) -> tuple[PaymentRequest, Project]:
    need(act, Permission.PAY)
    request = act.session.get(PaymentRequest, request_id)
    if request is None or request.number is None:
        raise NotFound("没有这份支付申请，请从支付申请列表进入")
    act.check_version(request, version)
    if request.state is not RequestState.SUBMITTED:
        raise StepRefused(f"这份申请现在是“{request.state.label}”，不能受理，请刷新后再看")
    second_person(act, request.entered_by)
    request.handled_by, request.handled_at = act.person_id, act.at
    act.subject = request.number
    return request, act.session.get_one(Project, request.project_id)


def _still_open(request: PaymentRequest) -> None:
    if request.state not in EDITABLE:
        raise StepRefused(f"这份申请现在是“{request.state.label}”，不能修改；需要改的先撤回")


def _to(request: PaymentRequest, state: RequestState) -> None:
    request.state = state
    request.version += 1


def _write(request: PaymentRequest, project: Project, entry: RequestEntry, act: Act) -> None:
    if entry.amount <= ZERO:
        raise DomainError("申请金额应大于零，请核对", field="amount")
    if entry.retention_held < ZERO:
        raise DomainError("扣留质保金不能小于零", field="retention_held")
    if entry.kind is PaymentKind.REVERSAL:
        raise DomainError("请选择申请支付的款项类别", field="kind")
    with act.session.no_autoflush:
        contract = contract_for(act, project.id, entry.contract_id, entry.kind)
        request.progress_bp = _progress(act, project)
    request.contract_id, request.kind = entry.contract_id, entry.kind
    request.amount, request.retention_held = entry.amount, entry.retention_held
    request.payee = (entry.payee.strip() or (contract.payee if contract else ""))[:80]
    request.bank = (entry.bank.strip() or (contract.bank if contract else ""))[:80]
    request.reason, request.documents = entry.reason.strip()[:400], entry.documents.strip()
    request.applied_on = entry.applied_on or act.day
    request.exception_reason = entry.exception_reason.strip()[:200]
    request.exception_document = tidy_document_no(entry.exception_document)[:60]
    if entry.account:
        request.account = vault.put("bank", entry.account, act=act)
    elif request.account is None and contract is not None:
        request.account = contract.account


def _progress(act: Act, project: Project) -> int:
    """What the newest report says; what the project says where nothing was reported."""
    newest = (
        select(ProgressReport.progress_bp)
        .where(ProgressReport.project_id == project.id)
        .order_by(ProgressReport.reported_on.desc(), ProgressReport.id.desc())
        .limit(1)
    )
    found = act.session.scalar(newest)
    return project.progress_bp if found is None else found


def _keep(request: PaymentRequest, files: Files, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, request.id, act=act)


def _faults(request: PaymentRequest, project: Project, act: Act) -> Iterator[DomainError]:
    if not request.payee:
        yield DomainError("请填写收款单位", field="payee")
    if request.kind is not PaymentKind.SUBSIDY:
        if not request.bank:
            yield DomainError("请填写开户行", field="bank")
        if request.account is None:
            yield DomainError("请填写收款账号", field="account")
    if not request.reason:
        yield DomainError("请填写付款事由", field="reason")
    if request.applied_on > act.day:
        yield DomainError(f"申请日期不能晚于今天 {act.day.isoformat()}", field="applied_on")
    kept = select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == request.id)
    if not request.documents or not act.session.scalar(kept):
        yield DomainError("请附上报账资料（发票、进度确认、验收等）并写明附件清单", field="documents")
    contract = contract_for(act, project.id, request.contract_id, request.kind)
    refused, _ = passed(
        act, project, contract, request.kind, request.amount, act.day, request.exception_reason,
        request.exception_document,
    )  # fmt: skip
    yield from refused
