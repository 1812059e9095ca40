"""Following the measures: what is overdue, what was not reported this quarter, what is done."""

from __future__ import annotations

from flask import render_template, request

from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import legacy_follow as queries
from fundsys.queries.facts import county_today
from fundsys.queries.projects import towns
from fundsys.web.access import allow, me
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp
from .lists import shown_labels


@bp.route("/follow")
@allow(Permission.READ_LEGACY)
def follow() -> str:
    """The measures of projects to revive or wind up, by how they stand today."""
    session, args = db.session(), request.args
    today = county_today(session)
    order, number = order_from(args, queries.SORTS, "due"), page_number(args)
    wanted = queries.FollowFilter(
        batch=next((b for b in FourBatch if b.code == args.get("batch")), None),
        stand=args.get("stand", "") if args.get("stand", "") in queries.STANDS else "",
        town_id=args.get("town", type=int),
        text=args.get("q", "").strip()[:60],
    )
    rows, count = queries.followed(
        session, me(), wanted, today, sort=order.name, down=order.down, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return render_template(
        "industry/follow.html",
        page=Page(rows, number, count),
        order=order,
        wanted=wanted,
        stands=list(queries.STANDS.items()),
        counts=queries.stand_counts(session, me(), today),
        by_measure=queries.by_measure(session, me()),
        labels=shown_labels(),
        towns=towns(session),
        today=today,
        may_report=me().can(Permission.PROPOSE_CLASS),
    )
