"""The smallest re-allocation of a year as JSON. Amounts are whole 分 in keys ending _fen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from fundsys.api.guard import allow
from fundsys.domain.errors import DomainError
from fundsys.domain.finding_json import to_json
from fundsys.domain.rebalance import RULES
from fundsys.domain.rebalance_words import measured, required
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import rebalance
from fundsys.queries.facts import county_today, work_year

bp = Blueprint("api_rebalance", __name__, url_prefix="/api/rebalance")


@bp.route("")
@allow(Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)
def proposal() -> Any:
    """?year=&rule=&filled=1: the least adjustment of what is allocated, so that the rules hold. Writes nothing.

    verdict: stands, offer, conflict, stuck or no_time; least: proven to be the smallest there is; conflict: the rules
    that cannot hold together, each with how far it gets while the others hold.
    """
    args = request.args
    year = args.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise DomainError(f"“{year}”不是年度，请写四位数字", field="year")
    strange = [code for code in args.getlist("rule") if code not in RULES]
    if strange:
        raise DomainError(f"没有“{strange[0]}”这条可以求调整的规则，请写 {'、'.join(RULES)}", field="rule")
    wish = rebalance.Wish(frozenset(args.getlist("rule") or RULES), only_filled=args.get("filled") == "1")
    judged = int(year) if year else work_year(db.session)
    found = rebalance.of_year(db.session, judged, county_today(db.session), wish)
    return jsonify(
        year=judged,
        verdict=found.verdict.value,
        message=found.title,
        why=found.why,
        least=found.answer.least,
        movement_fen=found.movement.fen,
        moves=[_move(move) for move in found.moves],
        effects=[
            {"rule": e.rule, "scope": e.scope, "before": _short(e.before), "after": _short(e.after)}
            for e in found.effects
        ],
        conflict=[
            {
                "rule": reach.demand.rule,
                "scope": reach.demand.scope,
                "required": required(reach.demand),
                "reaches": measured(reach.demand, reach.amounts) if reach.amounts else None,
            }
            for reach in found.answer.conflict
        ],
    )


def _move(move: Any) -> dict[str, Any]:
    return {
        "line_id": move.line.id,
        "line": move.line.label,
        "project_id": move.cell.project_id,
        "project_code": move.cell.code,
        "project": move.cell.name,
        "before_fen": move.cell.present.fen,
        "after_fen": move.after.fen,
        "change_fen": move.change.fen,
        "why": move.why,
    }


def _short(finding: Any) -> dict[str, Any]:
    """A finding without its rows."""
    return {key: value for key, value in to_json(finding).items() if key not in ("rows", "left_out")}
