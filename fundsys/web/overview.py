"""全县总览: the county on one page for its leaders, the lead bureau and inspectors; each figure leads to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for

from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import show_percent, show_wan, total
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission
from fundsys.domain.rules.base import ORDER
from fundsys.extensions import db
from fundsys.queries.facts import county_today
from fundsys.queries.legacy_records import labels
from fundsys.queries.overview import Overview, overview
from fundsys.queries.slices import Grouping, Slice
from fundsys.queries.spending import SpendingRow, spending
from fundsys.web import bench_charts
from fundsys.web.access import allow
from fundsys.web.bench_charts import TONES, Chart
from fundsys.web.charts import Bar, Part, bar
from fundsys.web.checks import view
from fundsys.web.following.flow import spending_chart
from fundsys.web.following.spending import rows_url
from fundsys.web.frame import work_year

bp = Blueprint("overview", __name__)
LARGEST = 5
_STATIONS = (("allocated", "已分配"), ("disbursed", "已拨付"), ("paid", "已支付"))


@dataclass(frozen=True, slots=True)
class Count:
    """A number with the list it counts. word: what it is; tone: bad or warn where it should be none."""

    word: str
    number: int
    url: str
    tone: str = ""


@bp.route("/overview")
@allow(Permission.READ_OVERVIEW)
def index() -> str:
    """The county today."""
    session, year = db.session(), work_year()
    today = county_today(session)
    seen = overview(session, None, year, today)
    lines = [view.line(c) for c in seen.checked]
    months = spending(session, None, Slice(year), Grouping.MONTH, today)
    return render_template(
        "overview/index.html",
        seen=seen,
        year=year,
        today=today,
        figures=_figures(seen, lines),
        policy=[view.line(c) for c in seen.policy],
        tally=view.tally(lines),
        failing=[c for c in seen.failing if c.approved.rule not in ORDER],
        rows_url=rows_url,
        charts=[money_chart(seen), spending_chart(months, year), stage_chart(seen)],
        classes=bench_charts.legacy_chart(seen.classes, labels(session, year)),
        building=_building(seen),
        upkeep=_upkeep(seen),
        problems=_problems(seen),
        late=seen.building.late[:LARGEST],
        town_url=_assets,
    )


def _figures(seen: Overview, lines: Sequence[view.Line]) -> list[dict[str, Any]]:
    """The strip on top."""
    whole, towns = seen.money.whole, seen.all_towns
    rate = whole.standing
    bad = len(seen.failing)
    late = len(seen.building.late)
    return [
        {"label": "指标下达", "value": show_wan(whole.allotted) if whole.allotted else "-", "unit": "万元",
         "note": f"已分配 {show_percent(whole.allocated.share_of(whole.allotted))}" if whole.allotted else "",
         "url": url_for("following.spending_page", by="level", year=seen.year)},
        {"label": "已支付", "value": show_wan(whole.paid), "unit": "万元",
         "note": f"占已分配 {show_percent(whole.rate)}，{rate.word}节点" if rate.past else f"占已分配 {show_percent(whole.rate)}",
         "tone": "bad" if rate.behind else "", "url": rows_url("paid", whole.cut)},
        {"label": "规则未达到", "value": str(bad), "unit": "项", "note": f"共 {len(lines)} 项",
         "tone": "bad" if bad else "", "url": url_for("checks.index", outcome="FAIL")},
        {"label": "项目超期", "value": str(late), "unit": "个", "note": f"全年 {len(seen.building.rows)} 个",
         "tone": "bad" if late else "", "url": url_for("construction.month_view", only="late")},
        {"label": "未确权资产", "value": f"{towns.untitled:,}", "unit": "项", "note": f"在册 {towns.assets:,} 项",
         "tone": "warn" if towns.untitled else "", "url": _assets(None, "no")},
        {"label": "巡查逾期", "value": f"{towns.late_patrols:,}", "unit": "项", "note": f"应巡查 {towns.patrols:,} 项",
         "tone": "bad" if towns.late_patrols else "", "url": url_for("maintenance.duty_list", state="late")},
        {"label": "问题超期", "value": str(seen.problems.late), "unit": "个",
         "note": f"待整改 {seen.problems.by_state.get(FindingState.OPEN, 0)} 个",
         "tone": "bad" if seen.problems.late else "", "url": url_for("rectification.index", late=1)},
    ]  # fmt: skip


def _assets(town: int | None, titled: str = "", **more: Any) -> str:
    told: dict[str, Any] = {"town": town, "titled": titled or None, "books": 1, **more}
    return url_for("assets.index", **told)


def money_chart(seen: Overview) -> Chart:
    """What came, was allocated, disbursed and paid, by level, each part with its entries."""
    rows = []
    came = tuple(
        Part(r.label, r.allotted, show_wan(r.allotted), _tone(r),
             url_for("following.spending_page", by="notice", year=seen.year, level=r.cut.level.code))
        for r in seen.money.rows if r.allotted is not None and r.cut.level is not None
    )  # fmt: skip
    allotted = total(r.allotted for r in seen.money.rows if r.allotted is not None)
    rows.append(Bar("指标下达", came, show_wan(allotted)))
    for name, word in _STATIONS:
        parts = tuple(
            Part(r.label, getattr(r, name), show_wan(getattr(r, name)), _tone(r), rows_url(name, r.cut))
            for r in seen.money.rows
        )
        rows.append(Bar(word, parts, show_wan(getattr(seen.money.whole, name))))
    reading = f"{seen.year} 年资金：" + "，".join(f"{row.label} {row.shown} 万元" for row in rows)
    link = ("看资金流向", url_for("following.flow", year=seen.year))
    return Chart("stacked", "资金到了哪一步", "按级次，含协作资金，万元", reading, rows, link=link, width=560)


def _tone(row: SpendingRow) -> str:
    return TONES.get(row.cut.level, "plain") if row.cut.level else "plain"


def stage_chart(seen: Overview) -> Chart:
    """The year's projects by stage."""
    rows = [
        bar(s.label, n, f"{n} 个", s.tone, url_for("projects.index", status=s.code)) for s, n in seen.building.stages
    ]
    reading = f"年度项目 {len(seen.building.rows)} 个：" + "，".join(f"{row.label} {row.shown}" for row in rows)
    link = ("看年度计划", url_for("projects.index"))
    return Chart("bars", "项目建设", f"{seen.year} 年项目，按阶段", reading, rows, unit="个", link=link, width=560)


def _building(seen: Overview) -> list[Count]:
    b = seen.building
    return [
        Count("超期", len(b.late), url_for("construction.month_view", only="late"), "bad"),
        Count("落后于计划", len(b.behind), url_for("construction.month_view", only="behind"), "warn"),
        Count("本月未报", len(b.silent), url_for("construction.month_view", only="silent"), "warn"),
        Count("四个一批措施超期", seen.late_measures, url_for("industry.follow", stand="late"), "bad"),
        Count("四个一批未定类", seen.classes.get(None, 0), url_for("industry.index", batch="none"), "warn"),
    ]


def _upkeep(seen: Overview) -> list[Count]:
    counts = [
        Count(f"管护问题{state.label}", number, url_for("maintenance.defect_list", state=state.code))
        for state, number in seen.defects.items()
        if state is not DefectState.CLOSED
    ]
    walked = Count("年内已巡查（次）", seen.walked, url_for("ledgers.show", code="LG07"))
    return [
        walked,
        *counts,
        Count("管护问题超时限", seen.late_defects, url_for("maintenance.defect_list", late=1), "bad"),
    ]


def _problems(seen: Overview) -> list[Count]:
    counts = [
        Count(state.label, seen.problems.by_state.get(state, 0), url_for("rectification.index", state=state.code))
        for state in FindingState
    ]
    return [*counts, Count("已超期限", seen.problems.late, url_for("rectification.index", late=1), "bad")]
