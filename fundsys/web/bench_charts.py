"""The figures and charts of the workbench, as parts/figures.html and parts/charts.html draw them. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for

from fundsys.domain.assets import AssetClass
from fundsys.domain.funds import FundLevel
from fundsys.domain.industry import UNCLASSIFIED, FourBatch
from fundsys.domain.money import ZERO, Money, show_percent, show_wan, total
from fundsys.queries.bench import Desk, OwnProject, YearSums
from fundsys.queries.slices import Slice
from fundsys.queries.standing import BenchCounts
from fundsys.queries.year_money import LevelMoney
from fundsys.web.charts import Bar, Part, Point, bar
from fundsys.web.filters import instant

TONES = {
    FundLevel.CENTRAL: "central",
    FundLevel.PROVINCIAL: "province",
    FundLevel.CITY: "city",
    FundLevel.COUNTY: "county",
}
_SHOWN_PROJECTS = 9


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its heading. kind: stacked, bars or line, the macro that draws it; link: (word, address) of its rows."""

    kind: str
    title: str
    note: str
    reading: str
    rows: Sequence[Any] = ()
    unit: str = "万元"
    plan: Sequence[Point] = ()
    ticks: Sequence[tuple[Money, str]] = ()
    link: tuple[str, str] | None = None
    width: int = 640


def _figure(label: str, value: str, unit: str = "", note: str = "", url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "url": url}


def money_figures(sums: YearSums, levels: int, beside: Money, year: int) -> list[dict[str, Any]]:
    """What transition money came, was allocated, disbursed, paid. beside: what else came (cooperation and the like)."""
    came = f"{sums.notices} 份指标文，" + (f"另有协作等 {show_wan(beside)}" if beside else f"{levels} 个级次")
    rest = sums.allotted - sums.allocated
    return [
        _figure("衔接资金指标", show_wan(sums.allotted), "万元", came, url_for("funds.index")),
        _figure(
            "已分配",
            show_wan(sums.allocated),
            "万元",
            f"{show_percent(sums.allocated.share_of(sums.allotted))}，未分配 {show_wan(rest)} 万元",
            _transition_rows("allocated", year),
        ),
        _figure(
            "已拨付",
            show_wan(sums.disbursed),
            "万元",
            f"占已分配 {show_percent(sums.disbursed.share_of(sums.allocated))}",
            _transition_rows("disbursed", year),
        ),
        _figure(
            "已支付",
            show_wan(sums.paid),
            "万元",
            f"占指标 {show_percent(sums.paid.share_of(sums.allotted))}",
            _transition_rows("paid", year),
        ),
    ]


def _transition_rows(station: str, year: int) -> str:
    """The entries of transition money that sum to a figure."""
    return url_for("following.rows", station=station, **Slice(year, transition=True).arguments())  # type: ignore[arg-type]


def rules_figure(tally: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    """How many rules stand how: passed and missed at large, the others beside their number."""
    parts = [(str(n), word, "bad" if tone == "bad" else "") for n, word, tone in tally if tone in ("good", "bad")]
    others = "".join(f"，{word} {n}" for n, word, tone in tally if tone not in ("good", "bad"))
    return {"label": "规则检查", "parts": parts, "note": f"共 {sum(n for n, _, _ in tally)} 项{others}"}


def money_chart(levels: Sequence[LevelMoney], year: int) -> Chart:
    """Where the year's money has come to: four bars by level."""
    stations = (
        ("指标下达", "allotted", "", ""),
        ("已分配", "allocated", "未分配", "allotted"),
        ("已拨付", "disbursed", "待拨付", "allocated"),
        ("已支付", "paid", "待支付", "disbursed"),
    )
    rows = []
    for word, name, gap, before in stations:
        amount = total(getattr(level, name) for level in levels)
        rest = total(getattr(level, before) for level in levels) - amount if before else ZERO
        parts = tuple(_level_part(level, getattr(level, name), year) for level in levels)
        note = f"{gap} {show_wan(rest)}" if gap and rest > ZERO else ""
        rows.append(Bar(word, parts, show_wan(amount), note=note))
    reading = "，".join(f"{row.label} {row.shown} 万元" for row in rows)
    return Chart(
        "stacked",
        "资金到了哪一步",
        f"{year} 年财政衔接资金，万元",
        f"{year} 年财政衔接资金：{reading}",
        rows,
        link=("看资金流向", url_for("following.flow", year=year)),
    )


def _level_part(level: LevelMoney, amount: Money, year: int) -> Part:
    url = url_for("funds.index", year=year, level=level.level.code)
    return Part(f"{level.level.label}衔接", amount, show_wan(amount), TONES.get(level.level, "plain"), url)


def payment_chart(months: Sequence[Money], least: Mapping[int, Fraction], sums: YearSums, year: int) -> Chart:
    """What has been paid by the end of each month, beside the least that should be."""
    link = url_for("following.spending_page", year=year, by="month")
    points = [Point(f"{n}月", amount, show_wan(amount), link) for n, amount in enumerate(months, 1)]
    if points:
        share = show_percent(months[-1].share_of(sums.allotted))
        points[-1] = Point(points[-1].label, months[-1], share, link)
    plan = []
    for n in range(1, 13):
        due = Money(int(least[n] * sums.allotted.fen)) if n in least else None
        plan.append(Point(f"{n}月", due, show_wan(due) if due is not None else "-"))
    said = f"到 {len(months)} 月底累计支付 {show_wan(months[-1])} 万元" if months else f"{year} 年还没有支付"
    return Chart(
        "line",
        "支付进度",
        "累计，万元；虚线为序时要求（县可改）",
        f"{year} 年财政衔接资金支付进度：{said}",
        points,
        plan=plan,
        ticks=scale(max([sums.allotted, *months])),
        link=("看支出进度", link),
    )


def scale(most: Money) -> list[tuple[Money, str]]:
    """A scale of about four even steps."""
    wan = most.fen // 1_000_000
    step = next(
        (s for s in (10, 50, 100, 200, 500, 1000, 2000, 3000, 5000, 10000, 20000, 50000) if s * 4 >= wan), 100000
    )
    return [(Money.wan(n), f"{n:,}") for n in range(0, int(wan) + 1, step)]


def legacy_chart(counts: Mapping[FourBatch | None, int], labels: Mapping[str, str]) -> Chart:
    """The legacy projects by class. labels: what the county calls the classes, by code."""
    rows = [
        bar(labels[b.code], counts.get(b, 0), f"{counts.get(b, 0)} 个", b.tone, url_for("industry.index", batch=b.code))
        for b in FourBatch
    ]
    rows.append(
        bar(
            UNCLASSIFIED,
            counts.get(None, 0),
            f"{counts.get(None, 0)} 个",
            "plain",
            url_for("industry.index", batch="none"),
        )
    )
    whole = sum(counts.values())
    reading = f"存量产业项目 {whole} 个：" + "，".join(f"{row.label} {row.shown}" for row in rows)
    link = ("看四个一批", url_for("industry.index"))
    return Chart("bars", "四个一批", f"2013—2022 年产业项目 {whole} 个", reading, rows, unit="个", link=link, width=460)


def asset_chart(assets: Mapping[tuple[AssetClass, bool], tuple[int, Money]]) -> Chart:
    """Assets by class and whether titled."""
    rows = []
    for kind in AssetClass:
        parts = tuple(
            Part(word, count, f"{count} 项", tone, _assets_url(kind.code, titled))
            for titled, word, tone, count in (
                ("yes", "已确权", "good", assets.get((kind, True), (0, ZERO))[0]),
                ("no", "未确权", "warn", assets.get((kind, False), (0, ZERO))[0]),
            )
        )
        whole = sum(int(str(part.value)) for part in parts)
        rows.append(Bar(kind.label, parts, f"{whole:,} 项"))
    reading = "资产：" + "，".join(
        f"{row.label} {row.shown}，其中未确权 {row.parts[1].shown}" for row in rows if row.size
    )
    link = ("看资产登记", url_for("assets.index"))
    return Chart("stacked", "资产和确权", "按类别，项", reading, rows, unit="项", link=link, width=460)


def _assets_url(asset_class: str, titled: str) -> str:
    told: dict[str, Any] = {"class": asset_class, "titled": titled, "books": 1}
    return url_for("assets.index", **told)


def own_chart(projects: Sequence[OwnProject]) -> Chart:
    """The unit's projects, furthest behind first."""
    rows = [
        bar(
            _cut(p.name),
            Fraction(p.progress_bp, 100),
            f"{p.progress_bp / 100:g}%",
            "good" if p.progress_bp == 10000 else "info",
            url_for("projects.show", project_id=p.id),
        )
        for p in projects[:_SHOWN_PROJECTS]
    ]
    rest = len(projects) - len(rows)
    reading = f"本单位 {len(projects)} 个项目的形象进度" + (f"，列出最慢的 {len(rows)} 个" if rest > 0 else "")
    link = ("看全部项目", url_for("projects.index"))
    return Chart("bars", "本单位项目进度", "形象进度，慢的在前", reading, rows, unit="%", link=link)


def _cut(name: str) -> str:
    return name if len(name) <= 14 else f"{name[:13]}…"


def own_figures(
    projects: Sequence[OwnProject],
    year: int,
    money: tuple[Money, Money],
    assets: Mapping[tuple[AssetClass, bool], tuple[int, Money]],
    may_open_money: bool,
) -> list[dict[str, Any]]:
    """A unit's projects, money and assets. money: allocated and paid, of the year's notices.

    may_open_money: the figure leads to the allocations behind it.
    """
    allocated, paid = money
    done = sum(1 for p in projects if p.progress_bp == 10000)
    return [
        _figure("本年度项目", f"{len(projects)}", "个", f"已完工 {done} 个", url_for("projects.index")),
        _figure(
            "已分配",
            show_wan(allocated),
            "万元",
            f"{year}年指标，已复核的分配",
            url_for("funds.allocations", year=year, state="approved") if allocated and may_open_money else "",
        ),
        _figure("已支付", show_wan(paid), "万元", f"支付进度 {show_percent(paid.share_of(allocated))}"),
        *asset_figures(assets),
    ]


def asset_figures(assets: Mapping[tuple[AssetClass, bool], tuple[int, Money]]) -> list[dict[str, Any]]:
    """How many assets, at what cost, how many without a title."""
    count = sum(n for n, _ in assets.values())
    untitled = sum(n for (_, titled), (n, _) in assets.items() if not titled)
    cost = total(amount for _, amount in assets.values())
    return [
        _figure("资产", f"{count:,}", "项", f"未确权 {untitled:,} 项", url_for("assets.index")),
        _figure("资产原值", show_wan(cost), "万元", "已处置的不计"),
    ]


def desk_figures(desk: Desk) -> list[dict[str, Any]]:
    """Accounts and journal, for the three administrators."""
    return [
        _figure("账号", f"{desk.accounts:,}", "个", f"在用 {desk.active:,} 个"),
        _figure("办理记录", f"{desk.acts:,}", "条", f"最近一条：{desk.last_act}"),
        _figure("最近办理", instant(desk.last_at) if desk.last_at else "-", "", ""),  # type: ignore[arg-type]
    ]


def standing_figures(told: BenchCounts) -> list[dict[str, Any]]:
    """How construction, titles, patrols, classes and problems stand; each number is that of the list it leads to."""
    asked: list[tuple[str, int | None, str, str, str, str]] = [
        (
            "项目超期",
            told.late_projects,
            "个",
            f"落后于计划 {told.behind_projects} 个",
            "construction.month_view",
            "bad",
        ),
        ("本月未报进度", told.silent_projects, "个", "在建项目", "construction.silent", "warn"),
        ("未确权资产", told.untitled, "项", "在册的", "assets.index", "warn"),
        ("巡查逾期", told.late_patrols, "项", f"应巡查 {told.patrols or 0:,} 项", "maintenance.duty_list", "bad"),
        ("管护问题待整改", told.open_defects, "个", "巡查发现的", "maintenance.defect_list", "warn"),
        ("措施超期", told.late_measures, "个", f"四个一批未定类 {told.undecided} 个", "industry.follow", "bad"),
        ("问题超期", told.late_problems, "个", f"待整改 {told.open_problems} 个", "rectification.index", "bad"),
        ("目标未达标", told.short_targets, "项", "年度目标", "targets.index", "bad"),
    ]
    more: dict[str, dict[str, Any]] = {
        "construction.month_view": {"only": "late"},
        "assets.index": {"titled": "no", "books": 1},
        "maintenance.duty_list": {"state": "late"},
        "maintenance.defect_list": {"state": "open"},
        "industry.follow": {"stand": "late"},
        "rectification.index": {"late": 1},
        "targets.index": {"stand": "short"},
    }
    return [
        _figure(label, f"{number:,}", unit, note, url_for(endpoint, **more.get(endpoint, {})))
        | {"tone": tone if number else ""}
        for label, number, unit, note, endpoint, tone in asked
        if number is not None
    ]
