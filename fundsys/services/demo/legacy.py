"""The demo's 621 industry projects of 2013–2022 and how they came into 四个一批: 612 classified, nine not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from fundsys.domain.industry import FourBatch, RunState
from fundsys.domain.money import Money
from fundsys.models.industry import ClassDecision, LegacyProject

from .diary import FIRST_DAY, Diary, Row, moment
from .legacy_facts import Surveyor
from .world import World, invented_name

_TOWNS: dict[str, tuple[int, int, int, int, int]] = {
    "城关镇": (38, 24, 9, 5, 1),
    "东风镇": (52, 31, 12, 8, 2),
    "八渡镇": (24, 19, 8, 3, 0),
    "东南镇": (41, 25, 11, 6, 1),
    "温水镇": (47, 28, 14, 7, 2),
    "天成镇": (29, 17, 9, 4, 0),
    "曹家湾镇": (33, 21, 8, 5, 1),
    "固关镇": (15, 12, 5, 3, 1),
    "河北镇": (12, 9, 4, 2, 0),
    "新集川镇": (5, 4, 3, 0, 1),
}
"""By town: 巩固, 升级, 盘活, 调整, not yet classified. The sums are 296, 190, 83, 43 and 9."""
_CLASSES = (FourBatch.CONSOLIDATE, FourBatch.UPGRADE, FourBatch.REVIVE, FourBatch.ADJUST, None)
_TRADES = {"奶山羊": 208, "苹果": 100, "食用菌": 77, "核桃": 58, "中蜂": 53, "中药材": 52, "烤烟": 46, "其他": 27}
_THINGS = {
    "奶山羊": (("养殖业基地", "奶山羊养殖小区"), ("养殖业基地", "奶山羊托养点"), ("种植业基地", "饲草基地")),
    "苹果": (("种植业基地", "苹果矮砧园"), ("农产品仓储保鲜冷链基础设施建设", "苹果冷藏库")),
    "食用菌": (("种植业基地", "食用菌示范点"), ("加工业", "食用菌烘干点")),
    "核桃": (("林草基地建设", "核桃基地"), ("加工业", "核桃初加工点")),
    "中蜂": (("养殖业基地", "中蜂场"),),
    "中药材": (("种植业基地", "中药材基地"), ("加工业", "中药材烘干房")),
    "烤烟": (("加工业", "密集烤房"),),
    "其他": (("加工业", "手工编织坊"), ("光伏电站建设", "光伏电站"), ("休闲农业与乡村旅游", "农家接待点")),
}
_LEADS = {"奶山羊": "县畜产局", "苹果": "县果业服务中心", "核桃": "县林业局", "烤烟": "县烟草局"}
_REASONS = {
    FourBatch.CONSOLIDATE: ("近两年盈利，带动稳定，资产在用", "订单稳定，联农带农机制运行正常"),
    FourBatch.UPGRADE: ("运行正常，设备老旧，产能利用不足", "有市场前景，销路单一，需要延链补链"),
    FourBatch.REVIVE: ("停产半年以上，设施完好可用", "主体经营乏力，资产闲置，可更换主体"),
    FourBatch.ADJUST: ("连续亏损三年，扭亏无望", "主体注销失联，资产损坏，不宜继续"),
}
_CAUSES = {
    FourBatch.CONSOLIDATE: "",
    FourBatch.UPGRADE: "技术和设备短板",
    FourBatch.REVIVE: "经营主体缺少流动资金，设施闲置",
    FourBatch.ADJUST: "市场变化，经营失败",
}
_MEASURES = {
    FourBatch.CONSOLIDATE: ("稳定联农带农机制",),
    FourBatch.UPGRADE: ("技术改造与设备更新", "延链补链强链", "良种与标准化提升"),
    FourBatch.REVIVE: ("更换经营主体", "租赁或托管", "维修改造复产", "降租让利招引主体"),
    FourBatch.ADJUST: ("资产清算与处置", "转产转型", "终止项目解除合同"),
}
_RUN = {
    FourBatch.CONSOLIDATE: (RunState.RUNNING,),
    FourBatch.UPGRADE: (RunState.RUNNING, RunState.UNDERUSED),
    FourBatch.REVIVE: (RunState.UNDERUSED, RunState.STOPPED),
    FourBatch.ADJUST: (RunState.STOPPED, RunState.CLOSED, RunState.RUINED),
}
_DECIDED = (date(2024, 4, 19), date(2024, 5, 24), date(2024, 6, 21), date(2024, 8, 23), date(2024, 9, 27))
_OPERATORS = (
    "陇州牧业合作社（演示）",
    "经陇纬秦公司（演示）",
    "关山菌业公司（演示）",
    "千河果业合作社（演示）",
    "村集体自营",
)


@dataclass(frozen=True)
class _Drawn:
    """A project's town, class and trade before the rest is told."""

    town: str
    batch: FourBatch | None
    trade: str


def write_legacy(
    world: World, diary: Diary, lead: int, seed: int, clerks: dict[int, tuple[int, str]], people: tuple[int, int]
) -> None:
    """Enter the 621 as the year begins, survey them, decide their classes in five meetings and follow their measures.

    people: the owner and the town that propose.
    """
    chance = Random(f"{seed}/legacy")
    trades = [trade for trade, count in _TRADES.items() for _ in range(count)]
    chance.shuffle(trades)
    drawn = [
        _Drawn(town, batch, trades.pop())
        for town, counts in _TOWNS.items()
        for batch, count in zip(_CLASSES, counts, strict=True)
        for _ in range(count)
    ]
    chance.shuffle(drawn)
    years = sorted(chance.choices(range(2013, 2023), (2, 3, 4, 7, 10, 12, 14, 15, 16, 17))[0] for _ in drawn)
    serial: dict[int, int] = {}
    rows, decisions = [], []
    classes: dict[int, FourBatch | None] = {}
    for one, year in zip(drawn, years, strict=True):
        serial[year] = serial.get(year, 0) + chance.randint(1, 4)
        row = _row(one, year, serial[year], world, diary, chance)
        rows.append(row | {"entered_by": lead})
        classes[row["id"]] = one.batch
        if one.batch:
            decisions.append(_decision(row["id"], one, chance))
    diary.on(moment(FIRST_DAY, 16), lead, "导入存量产业项目", f"{len(rows)}个项目").add(LegacyProject, rows)
    surveyor = Surveyor(world, diary, lead, clerks, seed)
    surveyor.survey(rows, classes)
    for day, number in zip(_DECIDED, (4, 7, 9, 13, 16), strict=True):
        chosen = [d for d in decisions if d["decided_on"] == day]
        paper = f"四个一批专班纪要〔2024〕{number}号"
        entry = diary.on(moment(day, 17), lead, "审定四个一批分类", f"{paper}（{len(chosen)}个项目）")
        entry.add(ClassDecision, surveyor.decisions(chosen, paper)).change(LegacyProject, chosen)
    decided = {d["id"]: d for d in decisions}
    surveyor.follow(rows, decided)
    surveyor.propose(rows, classes, people)
    surveyor.wind_up(rows, decided)


def _row(one: _Drawn, year: int, number: int, world: World, diary: Diary, chance: Random) -> Row:
    village = chance.choice(world.by_town[one.town])
    type_name, thing = chance.choice(_THINGS[one.trade])
    fen = chance.randint(60, 1800) * 100_000
    total_fen = fen + (chance.randint(5, 60) * 1_000_000 if chance.random() < 0.4 else 0)
    households = chance.randint(6, 90)
    batch = one.batch or chance.choice(list(FourBatch))
    running = batch in (FourBatch.CONSOLIDATE, FourBatch.UPGRADE)
    return {
        "id": diary.next_id(LegacyProject),
        "code": f"{year}-{number:04d}",
        "name": f"{village.name}{thing}",
        "year": year,
        "town_id": village.town_id,
        "village_id": village.id,
        "industry": one.trade,
        "type_name": type_name,
        "fund_source": "财政专项扶贫资金" if year <= 2020 else "中央衔接资金",
        "fiscal_amount": Money(fen),
        "total_investment": Money(total_fen),
        "operator": chance.choice(_OPERATORS),
        "run_state": chance.choice(_RUN[batch]),
        "yearly_income": Money(fen * chance.randint(20, 70) // 1000 // 10_000 * 10_000) if running else Money(0),
        "households": households,
        "poor_households": households * chance.randint(30, 80) // 100,
        "root_cause": _CAUSES[batch],
    }


def _decision(project_id: int, one: _Drawn, chance: Random) -> Row:
    assert one.batch is not None
    needs = one.batch.needs_remedy
    return {
        "id": project_id,
        "batch": one.batch,
        "batch_reason": chance.choice(_REASONS[one.batch]),
        "measure": chance.choice(_MEASURES[one.batch]),
        "responsible_unit": _LEADS.get(one.trade, "县农业农村局"),
        "responsible": invented_name(chance),
        "due_on": date(2025, chance.choice((3, 6, 9, 12)), 30) if needs else None,
        "decided_by": "杨秀兰",
        "decided_on": chance.choice(_DECIDED),
        "version": 2,
    }
