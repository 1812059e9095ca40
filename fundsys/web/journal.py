"""The journal's page: every act, who did it, on which record."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import acts as queries
from fundsys.web.access import allow, me
from fundsys.web.tables import PAGE_SIZE, Page

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.route("/")
@allow(Permission.READ_JOURNAL, Permission.READ_BUSINESS_TRAIL)
def index() -> str:
    """Acts, latest first, by words and days."""
    number = max(1, request.args.get("page", 1, type=int))
    wanted = queries.ActFilter(request.args.get("q", "").strip()[:60], _day("from"), _day("to"))
    rows, total = queries.acts(db.session, me(), wanted, (number - 1) * PAGE_SIZE, PAGE_SIZE)
    return render_template("journal/index.html", page=Page(rows, number, total), wanted=wanted)


def _day(name: str) -> date | None:
    """A day of the filter; what cannot be read asks for nothing."""
    try:
        return parse_day(request.args[name]) if request.args.get(name) else None
    except DomainError:
        return None
