"""LG17 资产处置审批表: one form a disposal. Source: ledger_columns.yaml LG17."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.money import Money, show_wan
from fundsys.queries import matter_papers
from fundsys.queries.matter_papers import DisposalRow
from fundsys.reports.figures import CODE
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: every column of the ledger in a box of its own."""
    return forms.document(sheet, ((f"编号：{row.no}", _body(row)) for row in sheet.rows()))


def _body(row: DisposalRow) -> str:
    return forms.frame(
        (
            (("资产名称", row.asset_name),),
            (("资产编码", row.asset_no),),
            (("原值", _wan(row.original_cost)), ("净值", _wan(row.net_value))),
            (("处置原因", row.ground), ("处置方式", row.method)),
            (("评估值", _wan(row.appraised)), ("评估机构", row.appraiser or "-")),
            (("民主程序记录", row.meeting),),
            (("所有权人意见", row.owner_opinion),),
            (("镇意见", row.town_opinion),),
            (("行业部门意见", row.bureau_opinion),),
            (("县意见", row.county_opinion),),
            (("公示起止", row.publicity),),
            (
                ("成交价", _wan(row.proceeds)),
                ("收入入账日期", show_day_zh(row.proceeds_on) if row.proceeds_on else "-"),
            ),
            (("收入用途", row.proceeds_use),),
        )
    )


def _wan(amount: Money | None) -> str:
    return "-" if amount is None else f"{show_wan(amount)} 万元"


LEDGER = Ledger(
    code="LG17",
    title="资产处置审批表",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=7.5,
    rows=matter_papers.disposals,
    counter="份",
    group_by=lambda r: f"{r.asset_no} {r.asset_name}",
    group_title="资产",
    form=form,
    identity=("matter_no",),
    columns=(
        Column(terms.MATTER_NO, lambda r: r.no, mm=26, kind=CODE),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=24, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=32),
        Column(terms.ORIGINAL_COST, lambda r: r.original_cost, mm=16),
        Column(terms.NET_VALUE, lambda r: r.net_value, mm=16),
        Column(terms.DISPOSAL_GROUND, lambda r: r.ground, mm=24),
        Column(terms.DISPOSAL_METHOD, lambda r: r.method, key="disposal_method", mm=12),
        Column(terms.VALUATION, lambda r: r.appraised, mm=16, missing="-"),
        Column(terms.APPRAISER, lambda r: r.appraiser, mm=20, missing="-"),
        Column(terms.DISPOSAL_MEETING, lambda r: r.meeting, mm=28),
        Column(terms.OWNER_OPINION, lambda r: r.owner_opinion, mm=24),
        Column(terms.DISPOSAL_TOWN_OPINION, lambda r: r.town_opinion, mm=24),
        Column(terms.BUREAU_OPINION, lambda r: r.bureau_opinion, mm=24),
        Column(terms.COUNTY_OPINION, lambda r: r.county_opinion, mm=24, missing="-"),
        Column(terms.PUBLICITY_PERIOD, lambda r: r.publicity, mm=26),
        Column(terms.DISPOSAL_PROCEEDS, lambda r: r.proceeds, mm=16, missing="-"),
        Column(terms.PROCEEDS_ON, lambda r: r.proceeds_on, mm=17, missing="-"),
        Column(terms.PROCEEDS_USE, lambda r: r.proceeds_use, mm=28),
    ),
    basis=("净值为处置时的账面价值。",),
    signatures=("经办", "负责人（章）"),
)
