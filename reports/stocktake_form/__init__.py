"""LG16 资产盘点表: a sheet a village in route order, each row with its code and the asset's QR. Source: ledger_columns.yaml LG16."""

from __future__ import annotations

import io
from html import escape
from itertools import groupby

import segno

from fundsys.domain import terms
from fundsys.domain.money import show_wan
from fundsys.domain.stocktakes import CountResult
from fundsys.queries import stocktake_papers
from fundsys.queries.stocktake_papers import CountRow
from fundsys.reports import figures
from fundsys.reports.figures import BOOLEAN, CODE, DECIMAL, LABEL
from fundsys.reports.ledger import Column, Group, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet

_BOXES = "　".join(f"□{r.digit}{r.label}" for r in CountResult)
_STYLE = """
@page { size: 420mm 297mm; margin: 14mm 15mm 16mm }
table.count { font-size: 9pt; line-height: 4mm; border: .45mm solid #000 } table.count th { text-align: center; font-size: 8.5pt; padding: 1mm }
table.count td { padding: .6mm 1mm; height: 11mm } table.count td.mid { text-align: center } table.count svg { width: 10mm; height: 10mm; display: block; margin: auto }
table.count td.code { font-size: 9.5pt; white-space: nowrap; text-align: center } table.count td.small { font-size: 7.5pt }
"""
_HEADS = (
    ("序号", 8), ("二维码", 13), ("行码", 25), ("资产编码", 24), ("资产名称", 40), ("坐落", 24), ("账面\n数量", 13), ("实盘\n数量", 15),
    ("盘盈\n盘亏", 12), ("原值\n（万元）", 17), ("盘点结果", 36), ("现状", 13), ("是否\n在用", 10), ("坐落\n相符", 10), ("标识牌", 10),
    ("差异原因", 45), ("处理意见", 35), ("盘点人", 15), ("盘点日期", 20),
)  # fmt: skip


def form(sheet: Sheet) -> str:
    """The paper: a section for every sheet, so that each village takes its own along."""
    told = groupby(enumerate(sheet.rows(), 1), key=lambda pair: (pair[1].stocktake, pair[1].village, pair[1].sheet))
    return forms.document(sheet, (_section(sheet, *key, [row for _, row in rows]) for key, rows in told), _STYLE)


def _section(sheet: Sheet, campaign: str, village: str, number: str, rows: list[CountRow]) -> tuple[str, str]:
    columns = "".join(f'<col style="width:{mm}mm">' for _, mm in _HEADS)
    heads = "".join(f"<th>{escape(name).replace(chr(10), '<br>')}</th>" for name, _ in _HEADS)
    body = "".join(_row(sheet, place, row) for place, row in enumerate(rows, 1))
    cost = show_wan(sum((row.original_cost for row in rows), start=type(rows[0].original_cost)(0)))
    foot = f'<tr class="sum"><td colspan="9">{escape(village)}合计（{len(rows)} 项）</td><td class="num">{cost}</td><td colspan="9"></td></tr>'
    table = f'<table class="count"><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}{foot}</tbody></table>'
    return f"填报单位：{sheet.imprint.reporting_unit}　　{campaign}　　{village}　　{number}", table


def _row(sheet: Sheet, place: int, row: CountRow) -> str:
    difference = "" if row.difference is None else figures.DECIMAL.show(row.difference)
    cells = (
        ("mid", escape(str(place))),
        ("mid", _qr(f"{sheet.imprint.base_url.rstrip('/')}/assets/{row.asset_id}")),
        ("code", escape(row.row_code)),
        ("small", _told(row.asset_no)),
        ("", _told(row.asset_name)),
        ("small", _told(row.location)),
        ("num", _told(f"{figures.DECIMAL.show(row.book_quantity)}{row.quantity_unit}")),
        ("num", "" if row.quantity is None else figures.DECIMAL.show(row.quantity)),
        ("num", difference),
        ("num", show_wan(row.original_cost)),
        ("small", escape(row.result or _BOXES)),
        ("mid", escape(row.condition)),
        ("mid", _yes(row.in_use)),
        ("mid", _yes(row.place_fits)),
        ("mid", _yes(row.label_there, "有", "无")),
        ("small", _told(row.reason)),
        ("small", _told(row.advice)),
        ("mid small", _told(row.counter)),
        ("mid small", row.counted_on.isoformat() if row.counted_on else ""),
    )
    return "<tr>" + "".join(f'<td class="{look}">{told}</td>' for look, told in cells) + "</tr>"


def _told(text: str) -> str:
    return escape(figures.plain(text))


def _yes(value: bool | None, yes: str = "是", no: str = "否") -> str:
    return "" if value is None else yes if value else no


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True, dark="#000"
    )
    return drawn.getvalue().decode("ascii")


LEDGER = Ledger(
    code="LG16",
    title="资产盘点表",
    unit="万元",
    page="A3 landscape",
    places=("town", "village"),
    size=8.0,
    rows=stocktake_papers.count_rows,
    remarks=stocktake_papers.count_totals,
    group_by=(Group("盘点", lambda r: r.stocktake), Group("村", lambda r: r.village)),
    totals=("original_cost",),
    form=form,
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.ROW_CODE, lambda r: r.row_code, mm=26, kind=CODE),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=24, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=36),
        Column(terms.LOCATION, lambda r: r.location, mm=22, missing=""),
        Column(terms.BOOK_QUANTITY, lambda r: r.book_quantity, mm=13, kind=DECIMAL),
        Column(terms.QUANTITY_UNIT, lambda r: r.quantity_unit, mm=10, kind=LABEL),
        Column(terms.COUNTED_QUANTITY, lambda r: r.quantity, mm=13, kind=DECIMAL, missing=""),
        Column(terms.QUANTITY_DIFFERENCE, lambda r: r.difference, mm=12, kind=DECIMAL, missing=""),
        Column(terms.ORIGINAL_COST, lambda r: r.original_cost, mm=16),
        Column(terms.COUNT_RESULT, lambda r: r.result, mm=14, kind=LABEL, missing=""),
        Column(terms.COUNT_CONDITION, lambda r: r.condition, mm=12, kind=LABEL, missing=""),
        Column(terms.COUNT_IN_USE, lambda r: r.in_use, mm=10, kind=BOOLEAN, missing=""),
        Column(terms.PLACE_FITS, lambda r: r.place_fits, mm=12, kind=BOOLEAN, missing=""),
        Column(terms.LABEL_THERE, lambda r: r.label_there, mm=12, kind=BOOLEAN, missing=""),
        Column(terms.DIFFERENCE_REASON, lambda r: r.reason, key="reason", mm=40, missing=""),
        Column(terms.DIFFERENCE_ADVICE, lambda r: r.advice, mm=34, missing=""),
        Column(terms.COUNTER, lambda r: r.counter, mm=14, kind=LABEL, missing=""),
        Column(terms.COUNTED_ON, lambda r: r.counted_on, mm=18, missing=""),
    ),
    basis=(
        "行码末两位是校验位，录入时写错一个数字或颠倒两个数字都录不进去；扫二维码打开资产页面可以在手机上盘点。",
        "结果勾选一项：整项找不到的为盘亏，还剩一部分的为变化并填实盘数量；有差异和未盘的写明原因。",
    ),
    signatures=("盘点人", "监盘人", "负责人"),
)
