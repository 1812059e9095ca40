"""Deciding several papers at once: one page for each kind, all alike; all of those ticked or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.reviewed import reviewed, waiting_papers
from fundsys.services import batches as services
from fundsys.web.access import allow, me
from fundsys.web.forms import DateField, DocumentNoField, OfficeForm, TextField
from fundsys.web.frame import work_year
from fundsys.web.ticks import chosen_rows

from . import bp
from .links import record_url

P = Permission


class BatchForm(OfficeForm):
    """Deciding those ticked, or sending them back with a reason."""

    reason = TextField(terms.BATCH_RETURN_REASON, limit=200)


class ChangesForm(BatchForm):
    """Approving changes under one document."""

    document_no = DocumentNoField(terms.BATCH_DOCUMENT_NO)


class RequestsForm(BatchForm):
    """Taking requests up under one voucher."""

    paid_on = DateField(terms.BATCH_PAID_ON, year=work_year)
    voucher_no = TextField(terms.BATCH_VOUCHER_NO, limit=40)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper: its table, what the page is called, the acts, and the form."""

    about: str
    title: str
    back: str
    word: str
    done: str
    approve: Callable[..., int]
    send_back: Callable[..., int]
    form: type[BatchForm] = BatchForm
    asks: tuple[str, ...] = ()


_NOTICES = Kind("allotment_notice", "复核多份指标文", "funds.review", "同意勾选", "复核指标文", services.approve_notices, services.return_notices)  # fmt: skip
_CORRECTIONS = Kind("correction", "复核多份调整收回", "corrections.index", "同意勾选", "复核调整收回", services.approve_corrections, services.return_corrections)  # fmt: skip
_POSTINGS = Kind("line_posting", "复核多笔退回上级", "corrections.returns", "同意勾选", "复核退回上级", services.approve_postings, services.return_postings)  # fmt: skip
_CONTRACTS = Kind("contract", "确认多份合同", "payments.contracts", "确认勾选", "确认合同", services.confirm_contracts, services.return_contracts)  # fmt: skip
_REQUESTS = Kind("payment_request", "受理多份支付申请", "payments.requests", "受理勾选", "受理支付申请", services.accept_requests, services.return_requests, RequestsForm, ("paid_on", "voucher_no"))  # fmt: skip
_CHANGES = Kind("project_change", "审定多份变更", "library.change_list", "批准勾选", "审定变更", services.approve_changes, services.return_changes, ChangesForm, ("document_no",))  # fmt: skip


@bp.route("/review/notices", methods=["GET", "POST"])
@allow(P.REVIEW_MONEY)
def approve_notices() -> Any:
    """Notices that wait, several at once."""
    return _page(_NOTICES)


@bp.route("/review/corrections", methods=["GET", "POST"])
@allow(P.REVIEW_MONEY)
def approve_corrections() -> Any:
    """Papers of correction that wait, several at once."""
    return _page(_CORRECTIONS)


@bp.route("/review/returns", methods=["GET", "POST"])
@allow(P.REVIEW_MONEY)
def approve_postings() -> Any:
    """Returns of money that wait, several at once."""
    return _page(_POSTINGS)


@bp.route("/review/contracts", methods=["GET", "POST"])
@allow(P.APPROVE_CONTRACT)
def confirm_contracts() -> Any:
    """Contracts that wait, several at once."""
    return _page(_CONTRACTS)


@bp.route("/review/payment-requests", methods=["GET", "POST"])
@allow(P.PAY)
def accept_requests() -> Any:
    """Payment requests that wait, several at once."""
    return _page(_REQUESTS)


@bp.route("/review/changes", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def approve_changes() -> Any:
    """Papers of changes that wait, several at once."""
    return _page(_CHANGES)


def _page(kind: Kind) -> Any:
    rows = waiting_papers(db.session(), kind.about)
    form, chosen = kind.form(), chosen_rows(rows, lambda row: row.enterer_id != me().id)
    returning = request.form.get("action") == "return"
    form.act_name = f"退回{reviewed()[kind.about].word}" if returning else kind.done
    if form.submitted() and _judge(form, kind, chosen, returning):
        flash(form.repeated or f"已{'退回' if returning else '办理'} {form.result} 份", "good")
        return redirect(url_for(request.endpoint or kind.back))
    shown = render_template(
        "working/batch.html",
        form=form,
        kind=kind,
        rows=[(row, record_url(row.about, row.id, row.parent_id), row.enterer_id == me().id) for row in rows],
        chosen=chosen,
    )
    return (shown, 422) if request.method == "POST" else shown


def _judge(form: BatchForm, kind: Kind, chosen: dict[int, int], returning: bool) -> bool:
    if returning:
        return form.try_to(kind.send_back, chosen, form.reason.data or "")
    answers = {name: form[name].data or "" for name in kind.asks}
    if "paid_on" in answers and not answers["paid_on"]:
        form.say("请填写支付日期", "paid_on")
        return False
    return form.try_to(kind.approve, chosen, **answers)
