"""Ledgers as JSON: the same rows, totals and digest as the page, the PDF, the workbook and the CSV."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from fundsys import printing
from fundsys.api.guard import allow, me
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.reports.press import answer
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.registry import ledgers as all_ledgers

bp = Blueprint("api_ledgers", __name__, url_prefix="/api/ledgers")
PAGE = 500
_OWN = {"year", "as_at", "until", "public", "page"}


@bp.route("")
@allow(Permission.PRINT)
def index() -> Any:
    """The ledgers there are."""
    return jsonify(
        {"ledgers": [{"ledger": one.code, "title": one.title, "unit": one.unit} for one in all_ledgers().values()]}
    )


@bp.route("/<code>")
@allow(Permission.PRINT)
def show(code: str) -> Any:
    """?year=&as_at=&until=&public=1&page= and the ledger's own filters, as `fundsys print --where` names them.

    500 rows a page; row_count, totals and row_digest are those of all rows.
    """
    told = {key: value.strip() for key, value in request.args.items() if value.strip()}
    order = printing.Order(
        find_ledger(code).code,
        _number(told, "year"),
        {key: value for key, value in told.items() if key not in _OWN},
        as_at=parse_day(told["as_at"]) if "as_at" in told else None,
        until=parse_day(told["until"]) if "until" in told else None,
        public=told.get("public") == "1",
        who=me(),
    )
    page = _number(told, "page") or 1
    with printing.sheet(order) as sheet:
        document = answer.document(sheet, (page - 1) * PAGE, PAGE)
    pages = max(1, -(-document["row_count"] // PAGE))
    return jsonify({**document, "page": page, "pages": pages})


def _number(told: dict[str, str], name: str) -> int | None:
    text = told.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) <= 6):
        words = "年度，请写四位数字" if name == "year" else "页码"
        raise DomainError(f"“{text}”不是{words}", field=name)
    return int(text)
