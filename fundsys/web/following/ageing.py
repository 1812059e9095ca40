"""资金账龄: balances not given, money given and not paid, and what has outlived its years."""

from __future__ import annotations

from flask import render_template, request

from fundsys.domain.errors import DomainError
from fundsys.domain.money import total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import ageing as queries
from fundsys.queries.facts import county_today
from fundsys.queries.funds import years
from fundsys.web.access import allow, me
from fundsys.web.charts import bar
from fundsys.web.frame import work_year
from fundsys.web.tables import Page, page_number

from . import bp
from .spending import the_day

SHOWN = 50


@bp.route("/ageing")
@allow(Permission.READ_MONEY)
def ageing() -> str:
    """How long money has lain on a day."""
    year, refused = request.args.get("year", work_year(), type=int), ""
    try:
        day = the_day()
    except DomainError as wrong:
        day, refused = county_today(db.session()), wrong.message
    found = queries.ageing(db.session(), me(), year, day)
    number = page_number(request.args)
    shown = found.projects[(number - 1) * SHOWN : number * SHOWN]
    tones = ["good", "info", "warn", "bad"]
    return render_template(
        "following/ageing.html",
        found=found,
        year=year,
        refused=refused,
        page=Page(shown, number, len(found.projects), SHOWN),
        not_paid=total(p.amount for p in found.projects),
        undistributed=total(line.balance for line in found.lines),
        bars=[(band.label, amount, tones[-1] if band.is_idle else tone)
              for band, amount, tone in zip(found.bands, found.sums, tones[: len(found.bands) - 1] + ["bad"], strict=True)],
        bar=bar,
        years=[(str(y), f"{y}年") for y in years(db.session())],
    )  # fmt: skip
