"""LG08 资产收益与分配台账: every income due with what came in, what it went to, and what is left. Source: ledger_columns.yaml LG08."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import income_ledgers
from fundsys.reports.figures import CODE, INTEGER, LABEL, YEAR
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG08",
    title="资产收益与分配台账",
    unit="万元",
    page="A3 landscape",
    places=("town", "village"),
    size=7.2,
    rows=income_ledgers.income_ledger,
    counter="笔",
    group_by=lambda r: r.village,
    group_title="村",
    totals=(
        "due", "recv", "arrears", "dist_total", "dist_post", "dist_works", "dist_reward", "dist_coll", "dist_hh", "hh", "bal",
    ),
    identity=("asset_no", "contract_no", "due_on"),
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.INCOME_YEAR, lambda r: r.year, mm=9, kind=YEAR),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=23, kind=CODE, small=True),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=17, kind=CODE, small=True, missing="", head="来源\n项目"),
        Column(terms.INCOME_KIND, lambda r: r.income_kind, mm=13, kind=LABEL, head="收益\n类型"),
        Column(terms.INCOME_PAYER, lambda r: r.payer or None, mm=24),
        Column(terms.CONTRACT_NO, lambda r: r.contract_no, mm=18, small=True, missing="-"),
        Column(terms.INCOME_DUE_ON, lambda r: r.due_on, mm=15, small=True),
        Column(terms.INCOME_DUE, lambda r: r.due, mm=13.5),
        Column(terms.INCOME_RECEIVED_ON, lambda r: r.received_on, mm=15, small=True, missing="-"),
        Column(terms.INCOME_RECEIVED, lambda r: r.received, mm=13.5),
        Column(terms.INCOME_ARREARS, lambda r: r.arrears, mm=12.5),
        Column(terms.INCOME_RESOLVED_ON, lambda r: r.resolved_on, mm=15, small=True, missing="-", head="分配方案\n通过日"),
        Column(terms.INCOME_MEETING, lambda r: r.meeting, mm=24, missing="-", small=True),
        Column(terms.INCOME_SHARED, lambda r: r.distributed, mm=13.5, head="分配\n总额"),
        Column(terms.INCOME_POSTS, lambda r: r.posts, mm=12.5, head="公益\n岗位"),
        Column(terms.INCOME_WORKS, lambda r: r.works, mm=12.5, head="小型公\n益事业"),
        Column(terms.INCOME_REWARD, lambda r: r.reward, mm=12, head="奖励\n补助"),
        Column(terms.INCOME_RETAINED, lambda r: r.retained, mm=12.5, head="村集体\n留存"),
        Column(terms.INCOME_TO_HOUSEHOLDS, lambda r: r.households_share, mm=12.5, head="分配\n到户"),
        Column(terms.INCOME_HOUSEHOLDS, lambda r: r.households, mm=10, kind=INTEGER, head="受益\n户数"),
        Column(terms.PUBLICITY_PERIOD, lambda r: r.publicity, mm=19, small=True, missing="-"),
        Column(terms.INCOME_BALANCE, lambda r: r.balance, mm=13.5),
        Column(terms.REMARK, lambda r: r.remark, mm=18, missing="", small=True),
    ),
    basis=(
        "应收＝实收＋拖欠；实收＝分配总额＋结余，逐笔相等。没有到期的应收也列入拖欠栏，看应收日期；上年结余看上年度本台账。已冲销的应收不列。",
    ),
    signatures=("制表人", "村股份经济合作社", "镇审核"),
)  # fmt: skip
