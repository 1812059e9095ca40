"""Money as JSON: notices, allocations, and what an allocation sheet would do. Amounts are whole 分 in keys ending _fen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from fundsys.api.guard import allow, me
from fundsys.domain.coded import Coded
from fundsys.domain.errors import DomainError
from fundsys.domain.finding_json import to_json
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import Money
from fundsys.domain.plain_input import GREATEST, hidden_character
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import allocations as allocation_queries
from fundsys.queries import allotment_sheet, funds
from fundsys.queries.facts import county_today

bp = Blueprint("api_funds", __name__, url_prefix="/api")


class Fen(fields.Integer):
    """Money as whole 分, both ways."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> int | None:
        return None if value is None else int(value.fen)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if type(value) is not int:
            raise ValidationError("金额请写整数分")
        return Money(value)


class Code(fields.Field[Coded]):
    """A coded member, as its code."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value.code)


class NoticeSchema(Schema):
    """A notice of the list."""

    id = fields.Integer()
    document_no = fields.String()
    title = fields.String()
    issuing_unit = fields.String()
    year = fields.Integer()
    batch = fields.Integer()
    issued_on = fields.Date()
    received_on = fields.Date()
    due_on = fields.Date()
    days_left = fields.Integer(allow_none=True)
    state = Code()
    amount_fen = Fen(attribute="amount")
    approved_fen = Fen(attribute="approved")
    submitted_fen = Fen(attribute="submitted")
    remaining_fen = Fen(attribute="remaining")
    sources = fields.List(fields.String())


class AllocationSchema(Schema):
    """An allocation of the list."""

    id = fields.Integer()
    version = fields.Integer()
    number = fields.String(allow_none=True)
    kind = Code()
    state = Code()
    amount_fen = Fen(attribute="amount")
    decided_on = fields.Date()
    document_no = fields.String()
    project_code = fields.String()
    project = fields.String()
    notice_no = fields.String()
    source = fields.String()
    level = Code()


class AmountSchema(Schema):
    """One amount of a sheet."""

    project_id = fields.Integer(required=True, strict=True)
    line_id = fields.Integer(strict=True)
    amount_fen = Fen(required=True, attribute="amount", data_key="amount_fen")


class SheetSchema(Schema):
    """The amounts of a sheet that is not saved."""

    class Meta:
        unknown = EXCLUDE

    amounts = fields.List(fields.Nested(AmountSchema), required=True, validate=validate.Length(max=2000))


class QuerySchema(Schema):
    """What a list is asked for."""

    class Meta:
        unknown = EXCLUDE

    year = fields.Integer()
    q = fields.String(load_default="", validate=validate.Length(max=60))
    state = fields.String()
    level = fields.String()
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


@bp.route("/notices")
@allow(Permission.READ_MONEY)
def notices() -> Any:
    """?year=&level=&state=&q=&page=: the notices this person may see, and the totals of what is found."""
    asked = _asked()
    found = funds.notices(db.session, me(), funds.NoticeFilter(**asked), county_today(db.session))
    totals = found.totals
    return jsonify(
        count=found.count,
        page=asked["page"],
        rows=NoticeSchema(many=True).dump(found.rows),
        total_fen=totals.amount.fen,
        approved_fen=totals.approved.fen,
        submitted_fen=totals.submitted.fen,
    )


@bp.route("/allocations")
@allow(Permission.READ_MONEY)
def allocations() -> Any:
    """?year=&level=&state=&q=&page=: the allocations this person may see, and the totals of what is found."""
    asked = _asked()
    found = allocation_queries.allocations(db.session, me(), allocation_queries.AllocationFilter(**asked))
    totals = found.totals
    return jsonify(
        count=found.count,
        page=asked["page"],
        rows=AllocationSchema(many=True).dump(found.rows),
        approved_fen=totals.approved.fen,
        submitted_fen=totals.submitted.fen,
        drafted_fen=totals.drafted.fen,
    )


@bp.route("/notices/<int:notice_id>/preview", methods=["POST"])
@bp.route("/allotments/<int:line_id>/preview", methods=["POST"])
@allow(Permission.ALLOCATE)
def preview(line_id: int = 0, notice_id: int = 0) -> Any:
    """{"amounts": [{"line_id", "project_id", "amount_fen"}]} → every rule that watches allocations, now and after.

    line_id may be left out where there is only one line. Writes nothing.
    """
    told = read(SheetSchema(), request.get_json(silent=True) or {})
    ask = allotment_sheet.notice_sheet if notice_id else allotment_sheet.sheet
    made = ask(db.session, me().id, notice_id or line_id)
    lines = [line.id for line in made.lines]
    only = lines[0] if len(lines) == 1 else 0
    typed = {(row.get("line_id", only), row["project_id"]): row["amount"] for row in told["amounts"]}
    if strange := {project for _, project in typed} - {row.project_id for row in made.rows}:
        raise DomainError(f"项目 {min(strange)} 不在这条指标的候选里，请核对", field="amounts")
    if {line for line, _ in typed} - set(lines):
        raise DomainError("有的金额没有写明是哪一行资金，请写 line_id", field="amounts")
    result = allotment_sheet.preview(db.session, made, typed, county_today(db.session))
    return jsonify(
        filled_fen=result.filled.fen,
        remaining_fen=result.remaining.fen,
        effects=[
            {
                "rule": e.rule,
                "scope": e.scope,
                "outlook": e.outlook.code,
                "touched": e.touched,
                "sentence": e.sentence,
                "before": _short(e.before),
                "after": _short(e.after),
            }
            for e in result.effects
        ],
    )


def _short(finding: Any) -> dict[str, Any]:
    """A finding without its rows."""
    return {key: value for key, value in to_json(finding).items() if key not in ("rows", "left_out")}


def _asked() -> dict[str, Any]:
    """The filter of a list, codes turned into members. Raises DomainError."""
    told = read(QuerySchema(), request.args.to_dict())
    for name, kind in (("state", MoneyState), ("level", FundLevel)):
        if name in told:
            told[name] = next((m for m in kind if m.code == told[name]), None)
            if told[name] is None:
                raise DomainError(f"没有这样的 {name}，请写 {'、'.join(m.code for m in kind)} 之一", field=name)
    return told


def read(schema: Schema, data: Any) -> dict[str, Any]:
    """What was asked, typed. Raises DomainError with the first field that cannot be read."""
    try:
        read: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        field = next(iter(error.messages_dict), None)
        raise DomainError(f"参数 {field} 不对，请按接口说明填写", field=field) from None
    for name, value in read.items():
        if isinstance(value, str) and (hidden := hidden_character(value)):
            raise DomainError(f"参数 {name} 里有看不见的字符（{hidden}）", field=name)
        numbers = (*value, *value.values()) if isinstance(value, dict) else (value,)
        if any(isinstance(number, int) and abs(number) > GREATEST for number in numbers):
            raise DomainError(f"参数 {name} 太大，没有这样的编号", field=name)
    return read
