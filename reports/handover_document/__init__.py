"""PF33 资产移交书: what is handed over, in which state, by whom to whom before whom. Source: domain.md 5.10."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.money import show_wan
from fundsys.queries import matter_papers
from fundsys.queries.matter_papers import TitleRow
from fundsys.reports.figures import CODE
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: a page for every handover."""
    return forms.document(sheet, ((f"移交书编号：{row.handover_no}", _body(row)) for row in sheet.rows()))


def _body(row: TitleRow) -> str:
    day = show_day_zh(row.handed_over_on) if row.handed_over_on else ""
    told = (
        f"{row.giver}将下列资产移交给{row.receiver}，由{row.overseer}监交。自移交之日起，由接收方按本书载明的权属和管护要求"
        "管理使用；移交以前发生的债务、质量责任仍由移交方负责。"
    )
    return forms.words(told) + forms.frame(
        (
            (("资产名称", row.asset_name),),
            (("资产编码", row.asset_no), ("数量", row.quantity)),
            (("原值", f"{show_wan(row.original_cost)} 万元"), ("来源项目", row.project)),
            (("坐落", row.location),),
            (("所有权人", row.share or row.owner),),
            (("确权凭证", row.title_document), ("移交日期", day)),
            (("质量状况", row.condition),),
            (("资料清单", row.papers),),
            (("管护要求", row.care),),
            (("经手人", row.signers),),
        )
    )


LEDGER = Ledger(
    code="PF33",
    title="资产移交书",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=7.5,
    rows=matter_papers.titles,
    counter="份",
    form=form,
    columns=(
        Column(terms.HANDOVER_NO, lambda r: r.handover_no, mm=26, kind=CODE),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=24, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=34),
        Column(terms.QUANTITY, lambda r: r.quantity, mm=16),
        Column(terms.ORIGINAL_COST, lambda r: r.original_cost, mm=18),
        Column(terms.SOURCE_PROJECT, lambda r: r.project, mm=20, kind=CODE, small=True),
        Column(terms.LOCATION, lambda r: r.location, mm=26),
        Column(terms.TITLE_HOLDER, lambda r: r.share or r.owner, mm=32),
        Column(terms.TITLE_DOCUMENT, lambda r: r.title_document, mm=24),
        Column(terms.HANDOVER_GIVER, lambda r: r.giver, mm=24),
        Column(terms.HANDOVER_RECEIVER, lambda r: r.receiver, mm=24),
        Column(terms.HANDOVER_OVERSEER, lambda r: r.overseer, mm=24),
        Column(terms.HANDED_OVER_ON, lambda r: r.handed_over_on, mm=17),
        Column(terms.HANDOVER_CONDITION, lambda r: r.condition, mm=26, missing=""),
        Column(terms.HANDOVER_PAPERS, lambda r: r.papers, mm=26, missing=""),
        Column(terms.HANDOVER_CARE, lambda r: r.care, mm=26, missing=""),
        Column(terms.HANDOVER_SIGNERS, lambda r: r.signers, mm=22, missing=""),
    ),
    basis=("本书一式三份，移交、接收、监交三方各执一份。",),
    signatures=("移交方（章）", "接收方（章）", "监交方（章）", "日期"),
)
