"""台账差异: two prints of a ledger, or two days of it, side by side with the bridge of the totals."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from fundsys.domain.difference import Turn
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import ledgers as prints
from fundsys.queries.registers import Wanted
from fundsys.reports import difference
from fundsys.reports.registry import ledgers
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year

bp = Blueprint("differences", __name__, url_prefix="/ledgers/differences")
SHOWN = 300
"""Rows on the page; the print has them all."""


_ASKED = (*difference.FILTERS, "town", "village", "class", "unit", "owner", "status")


@bp.route("/")
@allow(Permission.PRINT)
def index() -> Any:
    """What changed between two prints, or two days; with one print, the others it can be compared with."""
    told: dict[str, Any] = {
        key: value.strip() for key, value in request.args.items() if value.strip() and key in _ASKED
    }
    found, others, refused = None, [], ""
    try:
        one = told.get("new") or told.get("old")
        if one and not (told.get("new") and told.get("old")):
            others = prints.of_scope(db.session(), me(), prints.kept_print(db.session(), me(), one))
        elif told:
            found = difference.asked(db.session(), Wanted(work_year(), told, None, me()))
    except DomainError as wrong:
        refused = wrong.message
    page = render_template(
        "differences/index.html",
        told=told,
        found=found,
        said=difference.said(found) if found else [],
        counts=difference.counted(found) if found else {},
        turns=list(Turn),
        others=others,
        codes=[(one.code, f"{one.code} {one.title}") for one in ledgers().values() if one.code != "PF52"],
        rows=found.differences[:SHOWN] if found else (),
        shown=SHOWN,
        refused=refused,
        print_url=url_for("ledgers.show", code="PF52", **told),
    )
    return page, 422 if refused else 200
