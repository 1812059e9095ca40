"""Balances (结转结余): lines nobody has been given, projects not paid, and what they will not need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, request

from fundsys.domain.money import total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import balances as queries
from fundsys.queries import funds
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp

SORTS: dict[str, Callable[[queries.BalanceRow], Any]] = {
    "project": lambda b: b.row.code,
    "notice": lambda b: (b.row.notice_no, b.row.code),
    "since": lambda b: b.row.since or date.min,
    "allocated": lambda b: b.row.standing.allocated,
    "paid": lambda b: b.row.standing.paid,
    "left": lambda b: b.left,
    "unspent": lambda b: b.unspent,
}


@bp.route("/balances")
@allow(Permission.READ_MONEY)
def balances() -> str:
    """The balances of a year's notices, of all years without one."""
    year = request.args.get("year", type=int)
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("kind", "")
    order, number = order_from(request.args, SORTS, "-left"), page_number(request.args)
    lines = [
        line
        for line in queries.open_lines(db.session, me(), today(), year)
        if not words or words in line.notice_no or words in line.source
    ]
    rows = [
        b
        for b in queries.project_balances(db.session, me(), today(), year)
        if (not words or words in b.row.name or words in b.row.code or words in b.row.notice_no)
        and (kind != "unspent" or b.unspent)
        and (kind != "old" or b.days >= 365)
    ]
    rows.sort(key=SORTS[order.name], reverse=order.down)
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "corrections/balances.html",
        lines=lines,
        page=Page(rows[first : first + PAGE_SIZE], number, len(rows)),
        order=str(order),
        year=year,
        q=words,
        kind=kind,
        years=[(str(y), f"{y}年") for y in funds.years(db.session)],
        sums=(
            total(line.remaining for line in lines),
            total(b.left for b in rows),
            total(b.unspent for b in rows),
        ),
        may=me().can(Permission.REVERSE),
    )
