"""The register as at random days against a replay of the journal of its own: nothing of the program's reading is used for it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from fundsys import printing, store
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.models.assets import Asset
from fundsys.models.office import Region
from fundsys.services.acts import act
from tests.draws import draws
from tests.figures import Figure
from tests.storage.county_money import noon

FIRST = date(2100, 1, 4)
CLASSES = {"OPR": "经营性", "PUB": "公益性", "HH": "到户类"}
FORMS = {"FA": "固定资产", "BA": "生物资产", "EQ": "权益类资产", "IA": "无形资产", "CA": "流动资产"}
OWNERS = {"ST": "国有", "CO": "集体", "HO": "农户", "OT": "其他"}
STATES = {
    "S1": "在用", "S2": "低效", "S3": "闲置", "S4": "损毁", "S5": "流失", "S6": "出租出借", "S7": "待处置", "S8": "已处置",
    "S9": "待确权", "S10": "已并入",
}  # fmt: skip
Change = tuple[str, str, int, dict[str, Any] | None]


def journal() -> list[Change]:
    """Every change of asset and place: its day, table, row and image after, in order, from the journal's own rows."""
    sql = (
        'select a.office_day, c.table_name, c.row_id, c.after from "change" c join act a on a.seq = c.act_seq'
        " where c.table_name in ('asset', 'region') order by c.id"
    )
    with store.snapshot() as session:
        return [
            (str(day), table, row, json.loads(after) if after else None)
            for day, table, row, after in session.execute(text(sql))
        ]


def replayed(changes: list[Change], day: date) -> list[tuple[Any, ...]]:
    """The register at the end of a day: the changes up to it, folded, told and put in order."""
    tables: dict[str, dict[int, dict[str, Any]]] = {"asset": {}, "region": {}}
    for on, table, row, image in changes:
        if on <= day.isoformat():
            tables[table].pop(row, None)
            if image is not None:
                tables[table][row] = image
    places = tables["region"]
    order = list(CLASSES)

    def place(key: int | None, column: str) -> Any:
        return places[key][column] if key else None

    def line(a: dict[str, Any]) -> tuple[Any, ...]:
        return (
            a["code"], a["name"], CLASSES[a["asset_class"]], FORMS[a["form"]], a["kind"], a["project_code"],
            a["project_year"], a["fund_sources"], place(a["town_id"], "name"), place(a["village_id"], "name"),
            a["location"], a["spec"], Decimal(str(a["quantity"])), a["quantity_unit"], a["settled_amount_fen"],
            a["original_cost_fen"], a["appraised_value_fen"], a["accepted_on"], a["life_years"], a["net_value_fen"],
            OWNERS[a["owner_type"]], a["owner_name"], a["operator"], a["supervisor"], a["keeper"], None,
            a["yearly_income_fen"], a["households"], STATES[a["status"]], a["registered_on"], a["remark"],
        )  # fmt: skip

    kept = sorted(
        tables["asset"].values(),
        key=lambda a: (order.index(a["asset_class"]), place(a["town_id"], "code"), place(a["village_id"], "code"), a["code"]),
    )  # fmt: skip
    return [line(a) for a in kept]


def shown(day: date) -> list[tuple[Any, ...]]:
    """LG05 as at the end of the day, as the program typesets it."""
    with printing.sheet(printing.Order("LG05", as_at=day)) as sheet:
        return [tuple(map(_plain, line.values[1:])) for line in sheet.lines() if line.kind == "row"]


def _plain(value: Any) -> Any:
    return value.fen if isinstance(value, Money) else value.isoformat() if isinstance(value, date) else value


def a_history(chance: Random, acts: int) -> date:
    """So many acts on the register over some weeks, several on one day and none on others. The last day."""
    day, number = FIRST, 0
    with store.snapshot() as session:
        villages = session.execute(
            select(Region.id, Region.parent_id).where(Region.level == "village").order_by(Region.id).limit(6)
        ).all()
    for _ in range(acts):
        day += timedelta(days=chance.choice((0, 0, 1, 1, 2, 5)))
        with act(by=None, what="登记", at=noon(day.isoformat())) as opened:
            there = list(opened.session.scalars(select(Asset).order_by(Asset.id)))
            for _ in range(chance.randrange(1, 4)):
                turn = chance.random() if there else 0.0
                if turn < 0.4:
                    number += 1
                    village, town = chance.choice(villages)
                    opened.session.add(_an_asset(chance, number, village, town, day))
                elif turn < 0.85:
                    _changed(chance, chance.choice(there), day)
                elif turn < 0.93:
                    opened.session.get_one(Region, chance.choice(villages)[0]).name = f"新村{chance.randrange(99)}"
                else:
                    opened.session.delete(there.pop(chance.randrange(len(there))))
    return day


def _an_asset(chance: Random, number: int, village: int, town: int | None, day: date) -> Asset:
    return Asset(
        code=f"ZC{number:05d}",
        name=f"第{number}号圈舍",
        asset_class=chance.choice(list(AssetClass)),
        form=chance.choice(list(AssetForm)),
        project_year=chance.randrange(2013, 2025),
        town_id=town,
        village_id=village,
        quantity=Decimal(chance.choice(("1", "2.5", "0.001"))),
        quantity_unit="座",
        original_cost=Money(chance.randrange(10**9)),
        owner_type=chance.choice(list(OwnerType)),
        status=chance.choice(list(AssetStatus)),
        registered_on=chance.choice((None, day)),
    )


def _changed(chance: Random, asset: Asset, day: date) -> None:
    asset.original_cost = Money(chance.randrange(10**9))
    asset.net_value = chance.choice((None, Money(chance.randrange(10**9))))
    asset.keeper, asset.remark = chance.choice(("王五", "赵六", "")), chance.choice(("", "换了屋顶"))
    asset.status, asset.asset_class = chance.choice(list(AssetStatus)), chance.choice(list(AssetClass))
    asset.accepted_on, asset.households = chance.choice((None, day)), chance.choice((None, chance.randrange(90)))


def test_the_register_of_random_days_is_what_a_replay_of_the_journal_says(app: Flask, figure: Figure) -> None:
    chance = Random(20241118)
    last = a_history(chance, draws(40, 160))
    changes = journal()
    span = (last - FIRST).days
    days = [FIRST - timedelta(days=3), last + timedelta(days=9)]
    days += [FIRST + timedelta(days=chance.randrange(span + 1)) for _ in range(draws(6, 198))]
    for day in days:
        assert shown(day) == replayed(changes, day), day
    assert len({str(replayed(changes, day)) for day in days}) > min(4, len(days) // 2)
    figure("资产登记按当日记录", f"任取 {len(days)} 天，与日志重放逐格相同")


def test_a_replay_that_leaves_one_change_out_is_noticed(app: Flask) -> None:
    last = a_history(Random(7), 12)
    changes = journal()
    told = shown(last)
    assert told == replayed(changes, last)
    final = max(n for n, (_, table, _, image) in enumerate(changes) if table == "asset" and image)
    assert told != replayed([c for n, c in enumerate(changes) if n != final], last)
