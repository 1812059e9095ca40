"""Money out through the API: lists, entering, taking requests up, review, returns; same acts, same refusals as the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from marshmallow import Schema, fields, validate

from fundsys.api.acting import ActSchema, approved, returned, shown, told_by
from fundsys.api.funds import Code, Fen, read
from fundsys.api.guard import allow, do, me
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import payouts as queries
from fundsys.services.acts import Act
from fundsys.services.funds import payouts as services
from fundsys.services.funds import requests as request_services

bp = Blueprint("api_payments", __name__, url_prefix="/api")


class OutSchema(Schema):
    """A payment or disbursement of a list. Accounts are as masked."""

    id = fields.Integer()
    version = fields.Integer()
    number = fields.String(allow_none=True)
    kind = Code()
    state = Code()
    amount_fen = Fen(attribute="amount")
    on = fields.Date()
    to = fields.String()
    paper = fields.String()
    project_code = fields.String()
    project = fields.String()
    notice_no = fields.String()
    source = fields.String()
    contract_no = fields.String()
    request_no = fields.String()
    account = fields.String()
    exception_reason = fields.String()
    exception_document = fields.String()
    corrects_id = fields.Integer(allow_none=True)


class ListSchema(Schema):
    """What a list of money out is asked for."""

    year = fields.Integer(load_default=None)
    state = fields.String(load_default="")
    q = fields.String(load_default="", validate=validate.Length(max=60))
    begin = fields.Date(load_default=None)
    end = fields.Date(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


class PaySchema(ActSchema):
    """One payment. submit: handed over for review in the same act."""

    line_id = fields.Integer(required=True, strict=True)
    project_id = fields.Integer(required=True, strict=True)
    amount_fen = Fen(required=True, attribute="amount", data_key="amount_fen")
    paid_on = fields.Date(required=True)
    payee = fields.String(required=True, validate=validate.Length(max=80))
    kind = fields.String(load_default=PaymentKind.PROGRESS.code)
    contract_id = fields.Integer(load_default=None, allow_none=True, strict=True)
    voucher_no = fields.String(load_default="", validate=validate.Length(max=40))
    bank = fields.String(load_default="", validate=validate.Length(max=80))
    account = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    remark = fields.String(load_default="", validate=validate.Length(max=400))
    exception_reason = fields.String(load_default="", validate=validate.Length(max=200))
    exception_document = fields.String(load_default="", validate=validate.Length(max=60))
    submit = fields.Boolean(load_default=True)


class AcceptSchema(ActSchema):
    """A request taken up: 分 by notice line."""

    parts = fields.Dict(keys=fields.Integer(), values=Fen(), required=True)
    paid_on = fields.Date(required=True)
    voucher_no = fields.String(load_default="", validate=validate.Length(max=40))
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class ReverseSchema(ActSchema):
    """A returned payment: why, by which slip, when."""

    reason = fields.String(required=True, validate=validate.Length(max=200))
    document_no = fields.String(required=True, validate=validate.Length(max=40))
    reversed_on = fields.Date(load_default=None, allow_none=True)


@bp.route("/payments")
@allow(Permission.READ_MONEY)
def payments() -> Any:
    """?year=&state=&q=&begin=&end=&page=: the payments this person may see, and the totals of what is found."""
    return _list(queries.payments)


@bp.route("/disbursements")
@allow(Permission.READ_MONEY)
def disbursements() -> Any:
    """?year=&state=&q=&begin=&end=&page=: the disbursements this person may see, and the totals of what is found."""
    return _list(queries.disbursements)


def _list(ask: Any) -> Any:
    told = read(ListSchema(), request.args.to_dict())
    state = told.pop("state")
    told["state"] = next((s for s in MoneyState if s.code == state), None)
    if state and told["state"] is None:
        raise DomainError(f"没有这样的 state，请写 {'、'.join(s.code for s in MoneyState)} 之一", field="state")
    found = ask(db.session(), me(), queries.OutFilter(**told))
    totals = found.totals
    return jsonify(
        count=found.count,
        page=told["page"],
        rows=OutSchema(many=True).dump(found.rows),
        approved_fen=totals.approved.fen,
        submitted_fen=totals.submitted.fen,
        drafted_fen=totals.drafted.fen,
    )


@bp.route("/payments", methods=["POST"])
@allow(Permission.PAY)
def pay() -> Any:
    """{"line_id", "project_id", "amount_fen", "paid_on", "payee", "kind", …} → {"id", "version", "state", "number"}."""
    told = told_by(PaySchema())
    request_id, submit, kind = told.pop("request_id"), told.pop("submit"), told.pop("kind")
    known = next((k for k in PaymentKind if k.code == kind), None)
    if known is None:
        raise DomainError(f"没有这样的 kind，请写 {'、'.join(k.code for k in PaymentKind)} 之一", field="kind")
    entry = services.PaymentEntry(kind=known, **told)
    return do("登记支付", lambda act: shown(services.enter_payment(entry, submit=submit, act=act)), request_id)


@bp.route("/payment-requests/<int:key>/accept", methods=["POST"])
@allow(Permission.PAY)
def accept(key: int) -> Any:
    """{"parts": {line: fen}, "paid_on", "voucher_no", "version"} → {"rows": […]}: the payments of the request."""
    told = told_by(AcceptSchema())
    request_id, parts, paid_on = told.pop("request_id"), told.pop("parts"), told.pop("paid_on")

    def work(act: Act) -> dict[str, Any]:
        made = request_services.accept_request(key, parts, paid_on, act=act, **told)
        return {"rows": [shown(one) for one in made]}

    return do("受理支付申请", work, request_id)


@bp.route("/payments/approve", methods=["POST"])
@allow(Permission.REVIEW_MONEY)
def approve() -> Any:
    """{"seen": {id: version}, "request_id"} → {"rows": […]}: approved as seen, or none of them."""
    return approved("复核支付", services.approve_payments)


@bp.route("/payments/return", methods=["POST"])
@allow(Permission.REVIEW_MONEY)
def send_back() -> Any:
    """{"seen": {id: version}, "reason", "request_id"} → {"rows": […]}: returned with the reason."""
    return returned("退回支付", services.return_payments)


@bp.route("/payments/<int:payment_id>/reverse", methods=["POST"])
@allow(Permission.REVERSE)
def reverse(payment_id: int) -> Any:
    """{"reason", "document_no", "reversed_on"} → the reversal that waits for review."""
    told = told_by(ReverseSchema())
    request_id = told.pop("request_id")
    return do("登记退汇", lambda act: shown(services.reverse_payment(payment_id, act=act, **told)), request_id)
