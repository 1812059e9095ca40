"""How titles are coming on: ageing from acceptance, last year's assets as a campaign, owners by level."""

from __future__ import annotations

from flask import render_template, request

from fundsys.domain.money import total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import matters as queries
from fundsys.queries.facts import county_today
from fundsys.queries.money_facts import policy_of
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year

from . import bp

SHOWN = 100


@bp.route("/asset-papers/titling")
@allow(Permission.READ_ASSETS)
def titling() -> str:
    """What waits for a title, how long and for what; last year's assets; owners by level."""
    session, who = db.session(), me()
    year = work_year() - 1
    only = request.args.get("year", type=int)
    rows = queries.untitled(session, who, county_today(session), only if only and 1990 < only < 2200 else None)
    bounds = queries.age_bounds(policy_of(session, work_year()))
    levels, campaign = queries.by_level(session, who), queries.campaign(session, who, year)
    return render_template(
        "matters/titling.html",
        year=year,
        only=only,
        ages=queries.ageing(rows, bounds),
        bounds=bounds,
        rows=rows[:SHOWN],
        count=len(rows),
        cost=total(r.original_cost for r in rows),
        levels=levels,
        level_cost=total(r.original_cost for r in levels),
        campaign=campaign,
    )
