"""Rules on assets: the four things for last year's new assets (RA23), and “1+12” maintenance (RM)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ..assets import AssetClass
from ..facts import AssetFact, Facts, Waiver
from ..further_facts import FaultGroup
from ..maintenance import Rhythm, days_late, due_on
from ..policy import Policy
from .base import Finding, LeftOut, Outcome, Row, Severity, Unit, at_least, no_data, rule, waived

_CLAUSE_11 = "2024年工作要点 第11条"
_RA23 = ("RA23", "F071", "F076", "F077")
_RM = ("RM", "F079", "F080")
NO_SECTOR, NO_BODY, NO_KEEPER, NO_MONEY = "无管护行业", "无管护主体", "无管护责任人", "无管护经费来源"
PATROL_LATE = "巡查超期"


@rule(
    "RA23",
    "上年新增资产评估、登记、确权、监管",
    clause=_CLAUSE_11,
    aliases=_RA23[1:],
    watches=("assets",),
    threshold="new_asset_share_min",
)
def new_assets(facts: Facts) -> Iterator[Finding]:
    """Share of last year's new assets from transition funds that are valued, registered, titled and supervised.

    Basis: assets of the projects of one year (2023 for the plan of 2024); an act with a later day does not count yet;
    assets below the county's valuation floor need no valuation.
    Source: “做好2023年新增财政衔接资金项目资产评估、登记、确权及监管”。
    """
    policy = facts.policy
    year = policy.new_asset_year
    if year is None:
        message = f"{facts.year}年度没有确认“{Policy.new_asset_year.label}”，请先在政策页填写，暂不判定。"
        yield no_data(Unit.RATIO, ">=", policy.new_asset_share_min, message)
        return
    of_year = [a for a in facts.assets if a.project_year == year]
    counted = [a for a in of_year if a.from_transition]
    name = f"{year}年新增资产"
    yield from _all_done(
        facts,
        counted,
        _undone,
        names=_RA23,
        limit_label=Policy.new_asset_share_min.label,
        limit_code="new_asset_share_min",
        part=f"四项都已办结的{name}",
        whole=name,
        basis=f"{name}，评估、登记、确权、监管四项都办结（{policy.cite('new_asset_share_min')}）",
        left_out=tuple(
            LeftOut(a.label, "不是衔接资金形成的资产", "asset", a.id) for a in of_year if not a.from_transition
        ),
        unlisted=facts.unread.new,
    )


def _undone(asset: AssetFact, facts: Facts) -> list[str]:
    """Which of the four things are still to do."""
    floor = facts.policy.valuation_floor
    valued = _done(asset.is_valued, asset.valued_on, facts.as_at)
    done = {
        "未评估": valued or (floor is not None and asset.original_cost < floor),
        "未登记": _done(asset.is_registered, asset.registered_on, facts.as_at),
        "未确权": _done(asset.is_titled, asset.titled_on, facts.as_at),
        "未明确监管单位": bool(asset.supervisor.strip()),
    }
    return [name for name, there in done.items() if not there]


def _done(recorded: bool, day: date | None, as_at: date) -> bool:
    return recorded and (day is None or day <= as_at)


@rule(
    "RM",
    "“1+12”管护到位",
    clause=_CLAUSE_11,
    severity=Severity.MEDIUM,
    aliases=_RM[1:],
    watches=("assets",),
    threshold="maintained_share_min",
)
def maintained_assets(facts: Facts) -> Iterator[Finding]:
    """Share of public and operating assets in use with sector, body, keeper, money source and no overdue patrol.

    Basis: household assets are left out, and assets not in use. A patrol is overdue when more days have passed since
    the last one than the sector's interval; without any, since the asset came into use.
    Source: “持续落实‘1+12’管护办法”。
    """
    counted = [a for a in facts.assets if a.asset_class.needs_maintenance and a.in_use]
    households = sum(1 for a in facts.assets if a.asset_class is AssetClass.HOUSEHOLD) + facts.unread.households
    idle = sum(1 for a in facts.assets if a.asset_class.needs_maintenance and not a.in_use) + facts.unread.idle
    left_out = []
    if households:
        left_out.append(LeftOut(f"到户类资产 {households} 项", "归农户管护，不适用“1+12”", "asset"))
    if idle:
        left_out.append(LeftOut(f"没有在用的资产 {idle} 项", "闲置、损毁、流失或待处置，另行检查", "asset"))
    yield from _all_done(
        facts,
        counted,
        _unmaintained,
        names=_RM,
        limit_label=Policy.maintained_share_min.label,
        limit_code="maintained_share_min",
        part="管护到位的资产",
        whole="在用的公益性、经营性资产",
        basis=f"在用的公益性和经营性资产：行业、主体、责任人、经费来源齐全，巡查不超期（{facts.policy.cite('maintained_share_min')}）",
        left_out=tuple(left_out),
        unlisted=facts.unread.maintained - sum(group.number for group in facts.unread.unmaintained),
        groups=facts.unread.unmaintained,
    )


def _unmaintained(asset: AssetFact, facts: Facts) -> list[str]:
    """What the asset lacks of 1+12."""
    has = {
        NO_SECTOR: asset.sector,
        NO_BODY: asset.body,
        NO_KEEPER: asset.keeper,
        NO_MONEY: asset.money_source,
    }
    lacks = [words for words, value in has.items() if not value.strip()]
    overdue = days_overdue(asset, facts)
    if overdue is None:
        lacks.append("没有巡查记录")
    elif overdue > 0:
        lacks.append(f"{PATROL_LATE} {overdue} 日")
    return lacks


def days_overdue(asset: AssetFact, facts: Facts) -> int | None:
    """Days past the patrol interval, 0 when in time; None when neither a patrol nor a first day is known.

    The sector's dated intervals count as of the day of judgement, so a changed one changes nothing before its date. A
    sector without an interval has the county's; where the year sets none either, no patrol is asked for.
    """
    since = asset.last_patrol_on
    if since is None or since > facts.as_at:
        first_days = [day for day in (asset.in_use_on, asset.registered_on) if day and day <= facts.as_at]
        since = min(first_days, default=None)
    if since is None:
        asked = any(rhythm.interval for rhythm in asset.rhythms)
        known = asset.interval_days if asset.interval_days is not None else facts.policy.patrol_interval
        return None if asked or known is not None else 0
    return days_overdue_since(since, asset.rhythms, asset.interval_days, facts)


def days_overdue_since(since: date, rhythms: Sequence[Rhythm], interval_days: int | None, facts: Facts) -> int:
    """Days past the interval that began on a day; for an earlier day never fewer."""
    if any(rhythm.interval for rhythm in rhythms):
        return days_late(due_on(since, rhythms), facts.as_at)
    interval = interval_days if interval_days is not None else facts.policy.patrol_interval
    return 0 if interval is None else max(0, (facts.as_at - since).days - interval)


def _all_done(
    facts: Facts,
    counted: Sequence[AssetFact],
    lacks: Callable[[AssetFact, Facts], list[str]],
    *,
    names: tuple[str, ...],
    limit_label: str,
    limit_code: str,
    part: str,
    whole: str,
    basis: str,
    left_out: tuple[LeftOut, ...],
    unlisted: int,
    groups: Sequence[FaultGroup] = (),
) -> Iterator[Finding]:
    """The share of assets that lack nothing. A waived asset stays undone in the figure; where only waived ones are
    undone, the answer is 已豁免. unlisted: how many more lack nothing; groups: what more assets lack."""
    rows: list[Row] = []
    kinds = Counter[str]()
    waivers: list[Waiver] = []
    missed = undone = sum(group.number for group in groups)
    for group in groups:
        kinds.update(dict.fromkeys(group.words, group.number))
    spared = {w.subject for w in facts.waivers if w.rule in names}
    for asset in counted:
        missing = lacks(asset, facts)
        is_spared = missing and f"asset:{asset.id}" in spared
        waiver = facts.waiver(names, f"asset:{asset.id}") if is_spared else None
        note = "、".join(missing)
        if waiver:
            waivers.append(waiver)
            note += f"（已豁免：{waiver.document}，至 {waiver.expires_on.isoformat()}）"
        elif missing:
            undone += 1
        kinds.update(words.partition(" ")[0] for words in missing)
        rows.append(Row("asset", asset.id, asset.label, None, not missing, True, note))
    most = sorted(kinds, key=lambda words: (-kinds[words], words))
    setting = facts.policy.settings.get(limit_code)
    found = at_least(
        sum(1 for row in rows if row.in_numerator) + unlisted,
        len(rows) + unlisted + missed,
        setting.value if setting else None,
        part=part,
        whole=whole,
        missing=limit_label,
        beside=f"其中{'，'.join(f'{words} {kinds[words]} 项' for words in most)}。" if kinds else "",
        basis=basis,
        rows=tuple(rows),
        left_out=left_out,
        unlisted=unlisted,
        missed=missed,
    )
    if found.outcome is not Outcome.FAIL or not waivers or undone:
        yield found
    elif len(waivers) == 1:
        yield waived(found, waivers[0])
    else:
        words = f"未到位的 {len(waivers)} 项都已豁免，文号和期限见清单。"
        yield replace(found, outcome=Outcome.WAIVED, message=found.message + words)
