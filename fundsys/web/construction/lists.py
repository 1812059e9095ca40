"""Lists of construction: plan against actual by month, who has not reported, 质保金."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from fundsys.domain.construction import Lateness
from fundsys.domain.money import total
from fundsys.domain.rights import Permission as P
from fundsys.extensions import db
from fundsys.queries import construction_months as months
from fundsys.queries.facts import county_today
from fundsys.queries.retention import RetentionState, retentions
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year

from . import bp


@bp.route("/months")
@allow(P.READ_PROJECTS)
def month_view() -> str:
    """Plan against actual, month by month, and every project in the month chosen."""
    session, year = db.session(), work_year()
    today = county_today(session)
    sums = months.month_sums(session, me(), year, today)
    chosen = _month(len(sums))
    rows = months.month_rows(session, me(), year, months.month_end(year, chosen), today)
    only = request.args.get("only", "")
    tests: dict[str, Any] = {
        "late": lambda r: r.is_late,
        "behind": lambda r: r.is_behind,
        "silent": lambda r: r.is_silent,
        "extended": lambda r: r.lateness in (Lateness.EXTENDED, Lateness.WAITING),
    }
    return render_template(
        "construction/months.html",
        year=year,
        month=chosen,
        sums=sums,
        all_rows=rows,
        rows=[r for r in rows if only not in tests or tests[only](r)],
        counts={key: sum(1 for r in rows if test(r)) for key, test in tests.items()},
        only=only,
    )


def _month(last: int) -> int:
    """The month asked for, the last one that has begun unless said."""
    asked = request.args.get("month", type=int)
    return asked if asked is not None and 1 <= asked <= max(last, 1) else max(last, 1)


@bp.route("/silent")
@allow(P.READ_PROJECTS)
def silent() -> str:
    """Who has not reported this month."""
    session = db.session()
    today = county_today(session)
    rows = months.silent(session, me(), work_year(), today)
    return render_template(
        "construction/silent.html", rows=rows, today=today, units=len({r.owner_unit_id for r in rows})
    )


@bp.route("/retentions")
@allow(P.READ_PROJECTS)
def retention_list() -> str:
    """质保金: what is kept, what is due, what has been paid."""
    session = db.session()
    rows = retentions(session, me(), county_today(session))
    state = next((s for s in RetentionState if s.code == request.args.get("state")), None)
    shown = [r for r in rows if state is None or r.state is state]
    return render_template(
        "construction/retentions.html",
        rows=shown,
        state=state,
        states=list(RetentionState),
        kept=total(r.retention for r in shown),
        released=total(r.released for r in shown),
    )
