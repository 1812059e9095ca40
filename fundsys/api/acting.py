"""What requests that act on money share: their schemas, the answer about an entry, and review as it was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, request
from marshmallow import EXCLUDE, Schema, fields, validate

from fundsys.api.funds import read
from fundsys.api.guard import do
from fundsys.services.acts import Act


class ActSchema(Schema):
    """What every act may say of itself."""

    class Meta:
        unknown = EXCLUDE

    request_id = fields.String(load_default="", validate=validate.Length(max=60))


class SeenSchema(ActSchema):
    """Entries as they were seen: id and version of each; reason where they are returned."""

    seen = fields.Dict(keys=fields.Integer(), values=fields.Integer(strict=True), required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=200))


def told_by(schema: Schema) -> dict[str, Any]:
    """The body of the request, read. Raises DomainError at its field."""
    return read(schema, request.get_json(silent=True) or {})


def shown(one: Any) -> dict[str, Any]:
    """An allocation, payment or disbursement as an answer."""
    return {
        "id": one.id,
        "version": one.version,
        "state": one.state.code,
        "number": one.number,
        "amount_fen": one.amount.fen,
    }


def approved(what: str, service: Callable[..., Iterable[Any]]) -> Response:
    """{"seen": {id: version}, "request_id"} → {"rows": […]}: approved as seen, or none of them."""
    told = told_by(SeenSchema())

    def work(act: Act) -> dict[str, Any]:
        return {"rows": [shown(one) for one in service(told["seen"], act=act)]}

    return do(what, work, told["request_id"])


def returned(what: str, service: Callable[..., Iterable[Any]]) -> Response:
    """{"seen": {id: version}, "reason", "request_id"} → {"rows": […]}: returned with the reason."""
    told = told_by(SeenSchema())

    def work(act: Act) -> dict[str, Any]:
        return {"rows": [shown(one) for one in service(told["seen"], told["reason"], act=act)]}

    return do(what, work, told["request_id"])
