"""The rules of a year as JSON: the same document as `fundsys check --json`."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

from flask import Blueprint, jsonify, request

from fundsys.api.guard import allow, me
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.check_json import check_json, rules_named
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.findings import Checked, findings
from fundsys.queries.past import past
from fundsys.queries.seen_rows import as_seen

bp = Blueprint("api_checks", __name__, url_prefix="/api/checks")


@bp.route("")
@allow(Permission.READ_RULES)
def check() -> Any:
    """?year=&rule=&as_at=&until=, as the command's options; rows of other units are told together."""
    year = request.args.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise DomainError(f"“{year}”不是年度，请写四位数字", field="year")
    as_at, until = _day("as_at"), _day("until")
    rules = rules_named(request.args.getlist("rule"))
    with past(as_at) if as_at else nullcontext(db.session()) as session:
        judged = int(year) if year else work_year(session)
        found = findings(session, judged, as_at, until, rules)
        seen = [Checked(as_seen(session, me(), c.approved), c.reserved) for c in found]
        day = as_at or county_today(session)
    return jsonify(check_json(judged, day, until, seen))


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    return parse_day(text) if text else None
