"""LG15 防止返贫公益岗位与光伏收益台账: what every station sold, and what it went to. Source: ledger_columns.yaml LG15."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import income_ledgers
from fundsys.reports.figures import DECIMAL, INTEGER, MONEY_YUAN
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG15",
    title="防止返贫公益岗位与光伏收益台账",
    unit="元",
    page="A4 landscape",
    places=("town", "village"),
    size=7.0,
    rows=income_ledgers.station_ledger,
    counter="笔",
    group_by=lambda r: r.station,
    group_title="电站",
    totals=("kilowatt_hours", "billed", "passed_on", "post_wage", "works", "reward", "om", "bal", "workers"),
    identity=("station", "village"),
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.STATION_NAME, lambda r: r.station, mm=30),
        Column(terms.VILLAGE, lambda r: r.village, mm=13),
        Column(terms.STATION_KW, lambda r: r.kilowatts, mm=13, kind=DECIMAL),
        Column(terms.STATION_KWH, lambda r: r.kilowatt_hours, mm=16, kind=DECIMAL),
        Column(terms.STATION_BILL, lambda r: r.billed, mm=18, kind=MONEY_YUAN),
        Column(terms.STATION_SETTLED_ON, lambda r: r.settled_on, mm=16, small=True),
        Column(terms.STATION_PASSED_ON, lambda r: r.passed_on, mm=18, kind=MONEY_YUAN),
        Column(terms.STATION_POSTS, lambda r: r.posts, mm=17, kind=MONEY_YUAN, head="公益岗位\n工资"),
        Column(terms.STATION_WORKS, lambda r: r.works, mm=17, kind=MONEY_YUAN, head="小型公\n益事业"),
        Column(terms.STATION_REWARD, lambda r: r.reward, mm=16, kind=MONEY_YUAN),
        Column(terms.STATION_UPKEEP, lambda r: r.upkeep, mm=16, kind=MONEY_YUAN),
        Column(terms.STATION_BALANCE, lambda r: r.balance, mm=17, kind=MONEY_YUAN),
        Column(terms.STATION_WORKERS, lambda r: r.workers, mm=12, kind=INTEGER, head="公益岗\n位人数"),
        Column(terms.STATION_PUBLICITY, lambda r: r.publicity, mm=19, small=True),
        Column(terms.REMARK, lambda r: r.remark, mm=22, missing="", small=True),
    ),
    basis=(
        "光伏收入优先用于公益岗位和小型公益事业（2024年工作要点第10条）。",
        "转村集体＝公益岗位工资＋小型公益事业＋奖励补助＋运维费＋结余，备注写明另有用途的除外；公益岗位人数按每次分配填报，同一人几次领取的重复计。",
    ),
    signatures=("村", "镇", "县"),
)  # fmt: skip
