"""资产总账: the general account of assets by town, village, owner, class and year, with its check lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from fundsys.domain.asset_book import BookBy, Tally
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import asset_book as queries
from fundsys.queries.facts import county_today
from fundsys.queries.projects import towns
from fundsys.queries.registers import Wanted
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year

bp = Blueprint("books", __name__, url_prefix="/assets/book")


@bp.route("/")
@allow(Permission.READ_ASSETS)
def index() -> Any:
    """A year's account of the assets this person sees, and whether it agrees with the register."""
    told = {key: value.strip() for key, value in request.args.items() if value.strip()}
    year = request.args.get("year", work_year(), type=int)
    refused, until = "", None
    by, town_id = BookBy.TOWN, None
    try:
        until = parse_day(told["until"]) if "until" in told else None
        where = {key: told[key] for key in queries.BOOK_FILTERS if key in told}
        by, town_id = queries.asked(db.session(), Wanted(year, where, until, me()))
    except DomainError as wrong:
        refused = wrong.message
    found = queries.book(db.session(), me(), year, until or county_today(db.session()))
    rows = queries.lines(found, by, town_id)
    whole = Tally()
    for key, tally in found.cells.items():
        if town_id is None or key[0] == town_id:
            whole.add(tally)
    page = render_template(
        "books/index.html",
        found=found,
        rows=rows,
        by=by,
        sides=[(side.label, side.label) for side in BookBy],
        town_id=town_id,
        towns=towns(db.session),
        year=year,
        until=until,
        whole=whole,
        sums=[
            whole.opening, Money(whole.opening_fen), whole.added, Money(whole.added_fen), whole.reduced,
            Money(whole.reduced_fen), whole.closing, Money(whole.closing_fen),
        ],
        grouped=by is BookBy.VILLAGE,
        refused=refused,
        print_url=url_for(
            "ledgers.show", code="PF51", plan_year=year, by=by.label, town=told.get("town"), until=told.get("until")
        ),
    )  # fmt: skip
    return page, 422 if refused else 200
