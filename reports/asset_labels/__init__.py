"""PF53 资产标签: twenty-four labels on an A4 sheet, each with the code that leads to the asset's card."""

from __future__ import annotations

import io
from html import escape

import segno

from fundsys.domain import terms
from fundsys.queries import asset_editions
from fundsys.queries.asset_editions import LabelRow
from fundsys.reports.figures import CODE, LABEL, YEAR
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import engine
from fundsys.reports.sheet import Sheet

A_SHEET = 24
_STYLE = """
@page { size: 210mm 297mm; margin: 4.5mm 0 }
body { margin: 0 } section { width: 210mm; break-after: page } section:last-child { break-after: auto }
.row { display: flex; height: 36mm } .label { box-sizing: border-box; width: 70mm; height: 36mm; padding: 3mm 3mm 2mm 4mm; display: flex; justify-content: space-between; overflow: hidden; border: .1mm dotted #999 }
.label div { width: 41mm; font-size: 6.8pt; line-height: 3.5mm; overflow: hidden } .label b { display: block; font-size: 8.5pt; line-height: 4.2mm; max-height: 8.4mm; overflow: hidden; font-weight: normal } .label i { display: block; font-style: normal; font-size: 7pt; white-space: nowrap; margin: .6mm 0 }
.label p { margin: 0; width: 20mm; text-align: center; font-size: 5.8pt; line-height: 2.6mm } .label svg { width: 20mm; height: 20mm; display: block; margin-bottom: 1mm }
"""


def _code(sheet: Sheet, row: LabelRow) -> str:
    """The picture of the code: the way to the asset's card where the print knows its address, else the asset's number."""
    base, found, _ = sheet.imprint.verify_url.partition("/prints/")
    drawn = io.BytesIO()
    segno.make(f"{base}/assets/{row.asset_id}" if found else row.asset_no, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True, dark="#000"
    )
    return drawn.getvalue().decode("ascii")


def _label(sheet: Sheet, row: LabelRow) -> str:
    lines = (
        f"{row.town}{row.village}　{row.project_year} 年",
        f"所有：{row.title_holder or '待确权'}",
        f"监管：{row.supervisor or '未明确'}",
        f"管护：{row.keeper or '未明确'}",
    )
    told = "".join(f"{escape(line)}<br>" for line in lines).removesuffix("<br>")
    demo = "演示数据" if sheet.imprint.demo else "扫码看卡片"
    return (
        f'<div class="label"><div><b>{escape(row.asset_name)}</b><i>{escape(row.asset_no)}</i>{told}</div>'
        f"<p>{_code(sheet, row)}{escape(sheet.imprint.place)}<br>帮扶项目资产<br>{demo}</p></div>"
    )


def write(sheet: Sheet) -> str:
    """The labels, three in a row, eight rows on a sheet."""
    rows = list(sheet.rows())
    pages = []
    for first in range(0, len(rows), A_SHEET):
        on_page = rows[first : first + A_SHEET]
        lines = (on_page[k : k + 3] for k in range(0, len(on_page), 3))
        pages.append(
            "<section>"
            + "".join(f'<div class="row">{"".join(_label(sheet, row) for row in line)}</div>' for line in lines)
            + "</section>"
        )
    body = engine.css_families("body")
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>'
        f"<style>html{{font-family:{body}}}{_STYLE}</style></head><body>{''.join(pages) or '<p>没有符合条件的资产</p>'}</body></html>"
    )


LEDGER = Ledger(
    code="PF53",
    title="资产标签",
    unit="万元",
    page="A4 portrait",
    places=("town", "village"),
    size=8.0,
    rows=asset_editions.labels,
    form=write,
    counter="张",
    columns=(
        Column(terms.SERIAL, mm=9),
        Column(terms.ASSET_NO, lambda a: a.asset_no, mm=38, kind=CODE),
        Column(terms.ASSET_NAME, lambda a: a.asset_name, mm=40),
        Column(terms.PROJECT_YEAR, lambda a: a.project_year, mm=11, kind=YEAR, head="项目\n年度"),
        Column(terms.TOWN, lambda a: a.town, mm=15, kind=LABEL),
        Column(terms.VILLAGE, lambda a: a.village, mm=17, kind=LABEL, missing="-"),
        Column(terms.TITLE_HOLDER, lambda a: a.title_holder, mm=30),
        Column(terms.SUPERVISOR, lambda a: a.supervisor, mm=24),
        Column(terms.KEEPER, lambda a: a.keeper, mm=14, kind=LABEL),
    ),
    basis=("每张 A4 纸 24 张标签（3 列 8 行，每张 70×36 毫米），用不干胶标签纸打印。",),
)
