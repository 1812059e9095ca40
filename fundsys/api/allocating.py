"""Allocating through the API: a draft, handing over, and review by a second person; same acts, same refusals as the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from marshmallow import fields, validate

from fundsys.api.acting import ActSchema, approved, returned, shown, told_by
from fundsys.api.funds import Fen
from fundsys.api.guard import allow, do
from fundsys.domain.rights import Permission
from fundsys.services import funds
from fundsys.services.acts import Act

bp = Blueprint("api_allocating", __name__, url_prefix="/api")


class AllocateSchema(ActSchema):
    """One allocation. submit: hand the person's drafts on the line over in the same act."""

    project_id = fields.Integer(required=True, strict=True)
    amount_fen = Fen(required=True, attribute="amount", data_key="amount_fen")
    decided_on = fields.Date(load_default=None)
    document_no = fields.String(load_default="", validate=validate.Length(max=60))
    beyond_plan_reason = fields.String(load_default="", validate=validate.Length(max=200))
    beyond_plan_document = fields.String(load_default="", validate=validate.Length(max=60))
    submit = fields.Boolean(load_default=False)


@bp.route("/allotments/<int:line_id>/allocations", methods=["POST"])
@allow(Permission.ALLOCATE)
def allocate(line_id: int) -> Any:
    """{"project_id", "amount_fen", "submit", "request_id", …} → {"id", "version", "state", "number"}."""
    told = told_by(AllocateSchema())
    request_id, submit = told.pop("request_id"), told.pop("submit")
    project, amount = told.pop("project_id"), told.pop("amount")

    def work(act: Act) -> dict[str, Any]:
        made = funds.allocate(line_id, project, amount, act=act, **told)
        if submit:
            funds.submit_allocations(line_id, only=[made.id], act=act)
        return shown(made)

    return do("分配资金", work, request_id)


@bp.route("/allocations/approve", methods=["POST"])
@allow(Permission.REVIEW_MONEY)
def approve() -> Any:
    """{"seen": {id: version}, "request_id"} → {"rows": […]}: approved as seen, or none of them."""
    return approved("复核分配", funds.approve_allocations)


@bp.route("/allocations/return", methods=["POST"])
@allow(Permission.REVIEW_MONEY)
def send_back() -> Any:
    """{"seen": {id: version}, "reason", "request_id"} → {"rows": […]}: returned with the reason."""
    return returned("退回分配", funds.return_allocations)
