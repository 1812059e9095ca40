"""支出进度: what was spent by a day against the checkpoints, and the entries behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import slices
from fundsys.queries.facts import county_today
from fundsys.queries.funds import years
from fundsys.queries.slices import Grouping, Slice, Station, slice_from
from fundsys.queries.spending import month_end, spending
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.tables import Page, page_number

from . import bp


def the_day() -> date:
    """The day asked for; the day at work when none is. Raises DomainError."""
    text = request.args.get("until", "").strip()
    return parse_day(text) if text else county_today(db.session())


@bp.route("/spending")
@allow(Permission.READ_MONEY)
def spending_page() -> str:
    """Spending by the grouping asked for."""
    refused = ""
    try:
        cut, day = slice_from(request.args, work_year()), the_day()
    except DomainError as wrong:
        cut, day, refused = Slice(work_year()), county_today(db.session()), wrong.message
    grouping = next((g for g in Grouping if g.code == request.args.get("by")), Grouping.NOTICE)
    found = spending(db.session(), me(), cut, grouping, day)
    return render_template(
        "following/spending.html",
        found=found,
        cut=cut,
        day=day,
        refused=refused,
        groupings=list(Grouping),
        rows_url=rows_url,
        opened=opened,
        years=[(str(y), f"{y}年") for y in years(db.session())],
        month_ends=[(month_end(cut.year, m).isoformat(), f"{m}月底") for m in range(1, 13)],
        print_url=url_for("ledgers.show", code="PF03", plan_year=cut.year, until=day.isoformat(), by=grouping.code),
    )


def rows_url(station: str, cut: Slice) -> str:
    """The way to the entries behind a figure."""
    told: dict[str, Any] = dict(cut.arguments())
    return url_for("following.rows", station=station, **told)


def opened(grouping: Grouping, cut: Slice) -> str:
    """Where the name of a group leads: a notice to its trail, anything else to the same page by project unit."""
    if grouping is Grouping.NOTICE and cut.notice:
        return url_for("following.notice_trail", notice_id=cut.notice)
    if grouping in (Grouping.MONTH, Grouping.NOTICE):
        return ""
    told: dict[str, Any] = dict(cut.arguments())
    finer = Grouping.UNIT if grouping is not Grouping.UNIT else Grouping.NOTICE
    return url_for("following.spending_page", by=finer.code, **told)


@bp.route("/rows/<any('allocated', 'disbursed', 'paid'):station>")
@allow(Permission.READ_MONEY)
def rows(station: str) -> Any:
    """The approved entries behind a figure; their sum is the figure."""
    where = next(s for s in Station if s.code == station)
    number = page_number(request.args)
    try:
        cut = slice_from(request.args, work_year())
    except DomainError as wrong:
        page: Page[slices.Entry] = Page([], 1, 0, slices.PAGE_SIZE)
        return render_template("following/rows.html", refused=wrong.message, page=page, station=where, cut=None), 422
    found = slices.entries(db.session(), where, cut, me(), number)
    return render_template(
        "following/rows.html",
        refused="",
        station=where,
        stations=list(Station),
        cut=cut,
        chosen=_in_words(cut),
        sum=found.sum,
        page=Page(found.rows, number, found.count, slices.PAGE_SIZE),
        rows_url=rows_url,
    )


def _in_words(cut: Slice) -> list[tuple[str, str, str]]:
    """What the slice is cut by, for chips: name, value, and the argument to take away."""
    return [(name, value, key) for name, value, key in slices.told(db.session(), cut)]
