"""What the desk owes the public, with its last days."""

from __future__ import annotations

from flask import render_template, request

from fundsys.domain.money import total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.funds import years
from fundsys.queries.owed_notices import CARRIERS, owed_to_the_public
from fundsys.web.access import allow
from fundsys.web.frame import work_year

from . import bp
from .forms import today


@bp.route("/owed")
@allow(Permission.REGISTER_NOTICE, Permission.REVIEW_MONEY, Permission.APPROVE_NOTICE_TEXT)
def owed() -> str:
    """The list of a year: what, by which paper, since when, until when."""
    year = request.args.get("year", work_year(), type=int)
    rows = owed_to_the_public(db.session(), year)
    return render_template(
        "funds/owed.html",
        rows=rows,
        year=year,
        today=today(),
        carriers=CARRIERS,
        sum=total(row.amount for row in rows),
        years=[(str(y), f"{y}年") for y in years(db.session())],
    )
