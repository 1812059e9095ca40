"""资金流向: charts of the year's money, each part a link to the entries behind it."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from fundsys.domain.money import show_percent, show_wan
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries.funds import years
from fundsys.queries.money_flow import MoneyFlow, Place, RatioLine, money_flow, ratio_lines
from fundsys.queries.slices import Grouping, Slice
from fundsys.queries.spending import Spending, month_end, spending
from fundsys.web.access import allow, me
from fundsys.web.bench_charts import TONES, Chart, scale
from fundsys.web.charts import Point, Stop, Stream
from fundsys.web.checks.view import trend, trend_ticks
from fundsys.web.frame import work_year

from . import bp
from .spending import rows_url, the_day

LONGEST = 9
"""Letters of a name that fit beside a column of the flow."""


@bp.route("/flow")
@allow(Permission.READ_MONEY)
def flow() -> str:
    """Where the year's money goes, its ratios month by month, and what was paid against the checkpoints."""
    session, who = db.session(), me()
    year = request.args.get("year", work_year(), type=int)
    day = the_day()
    moved = money_flow(session, who, Slice(year, until=day))
    months = spending(session, who, Slice(year), Grouping.MONTH, day)
    sees_all = who.scope(Permission.READ_MONEY) is Scope.ALL
    lines = ratio_lines(session, year) if sees_all else []
    columns, streams = flow_parts(moved)
    return render_template(
        "following/flow.html",
        year=year,
        day=day,
        moved=moved,
        columns=columns,
        streams=streams,
        tall=max(320, 48 * max((len(c) for c in columns), default=1) + 40),
        ratios=[(line, monthly(line, year, day), trend_ticks(line.points)) for line in lines],
        curve=spending_chart(months, year),
        years=[(str(y), f"{y}年") for y in years(session)],
    )


def flow_parts(moved: MoneyFlow) -> tuple[list[list[Stop]], list[Stream]]:
    """The columns and streams of the flow chart."""
    columns = [[_stop(place) for place in column] for column in (moved.sources, moved.kinds, moved.towns)]
    streams = [
        Stream(leg.origin, leg.goal, leg.amount, show_wan(leg.amount), rows_url("allocated", leg.cut))
        for leg in moved.legs
    ]
    return columns if moved.whole else [], streams


def _stop(place: Place) -> Stop:
    name = place.label.replace("衔接资金·", "").removesuffix("任务")
    if place.level is not None:
        name = f"{place.level.label}·{name.removeprefix(place.level.label)}"
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    tone = TONES.get(place.level, "plain") if place.level else "info" if place.key.startswith("k") else "plain"
    return Stop(place.key, short, place.amount, show_wan(place.amount), tone, rows_url("allocated", place.cut))


def monthly(line: RatioLine, year: int, day: date) -> list[Point]:
    """The ratio at the end of each month, each point the way to the allocations decided by then."""
    points = trend(line.points)
    return [
        Point(
            p.label,
            p.value,
            p.shown,
            rows_url("allocated", Slice(year, until=min(month_end(year, month), day))),
            p.tone,
        )
        for p, (month, _) in zip(points, line.points, strict=True)
    ]


def spending_chart(months: Spending, year: int) -> Chart:
    """What was paid by the end of each month beside the checkpoints of what is allocated."""
    points = [Point(r.label, r.paid, show_wan(r.paid), rows_url("paid", r.cut), r.standing.tone) for r in months.rows]
    whole = months.whole.standing
    if points:
        points[-1] = Point(
            points[-1].label, points[-1].value, show_percent(whole.rate), points[-1].url, points[-1].tone
        )
    due = {c.on.month: c.due(whole.allocated) for c in months.checkpoints}
    plan = [Point(f"{n}月", due.get(n), show_wan(due[n]) if n in due else "-") for n in range(1, 13)]
    return Chart(
        "line",
        "支出曲线与节点",
        "累计支付，万元；虚线是各节点按现有分配应付的数",
        f"{year} 年支出：{whole.words}",
        points,
        plan=plan,
        ticks=scale(max(whole.allocated, whole.paid)),
        link=("看支出进度", url_for("following.spending_page", by="month", year=year)),
    )
