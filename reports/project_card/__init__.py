"""PF31 项目卡片: one project on one sheet: what it is, its money by source, how it went, which papers are missing."""

from __future__ import annotations

from datetime import date

from fundsys.domain import terms
from fundsys.domain.dates import show_day
from fundsys.domain.money import show_wan
from fundsys.queries import dossiers
from fundsys.queries.dossiers import CardRow
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """A page for every project."""
    return forms.document(sheet, ((f"项目编号：{row.project.code}", body(row)) for row in sheet.rows()))


def body(row: CardRow) -> str:
    """The frame of facts, the money, the steps and the papers."""
    p = row.project
    facts = forms.frame(
        (
            (("项目名称", p.name),),
            (("项目类型", row.type_name), ("年度", str(p.year)), ("现在环节", p.status.label)),
            (("实施地点", row.places), ("项目库编号", p.library_code or "-")),
            (("主管单位", row.owner), ("实施单位", row.builder or "-")),
            (("建设内容", p.content or "-"),),
            (("计划投资", show_wan(p.planned_investment)), ("其中财政", show_wan(p.planned_fiscal)), ("计划文号", p.plan_document_no or "-")),
            (("计划工期", f"{_day(p.plan_start_on)} 至 {_day(p.plan_end_on)}"), ("形象进度", f"{p.progress_bp / 100:g}%")),
            (("开工", _day(p.started_on)), ("完工", _day(p.completed_on)), ("验收", _day(p.accepted_on))),
            (("受益户数", f"{p.households} 户"), ("受益人数", f"{p.people} 人"), ("其中脱贫户", f"{p.poor_households} 户")),
            (("绩效目标", p.performance_target or "-"),),
            (("联农带农", p.farmer_linkage or "-"),),
            (("必备资料", f"{row.must} 项，已归 {row.there} 项" + (f"；缺：{'、'.join(row.missing)}" if row.missing else "")),),
        )
    )  # fmt: skip
    money = forms.rows(
        (("资金来源", "52"), ("分配（万元）", "24 num"), ("支付（万元）", "24 num")),
        [(name, show_wan(got), show_wan(paid)) for name, got, paid in row.money],
        ("合计", show_wan(row.allocated), show_wan(row.paid)),
    )
    steps = forms.rows(
        (("日期", "20"), ("环节", "24"), ("文号或原因", "56")),
        [(show_day(on), word, paper or "-") for on, word, paper in row.steps],
        fine=len(row.steps) > 8,
    )
    return facts + forms.words("资金按指标文和来源：") + money + (forms.words("经过：") + steps if row.steps else "")


def _day(value: date | None) -> str:
    return show_day(value) if value else "-"


LEDGER = Ledger(
    code="PF31",
    title="项目卡片",
    unit="万元",
    page="A3 landscape",
    size=8,
    rows=dossiers.cards,
    counter="个",
    totals=("planned_investment", "card_allocated", "card_paid"),
    form=form,
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.PROJECT_CODE, lambda r: r.project.code, mm=30, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project.name, mm=46),
        Column(terms.PROJECT_TYPE, lambda r: r.type_name, mm=26),
        Column(terms.CARD_PLACES, lambda r: r.places, mm=24),
        Column(terms.LEAD_AGENCY, lambda r: r.owner, mm=28),
        Column(terms.IMPLEMENTING_UNIT, lambda r: r.builder, mm=28, missing=""),
        Column(terms.PROJECT_STATUS, lambda r: r.project.status.label, mm=16, kind=LABEL),
        Column(terms.PLANNED_INVESTMENT, lambda r: r.project.planned_investment, mm=20),
        Column(terms.CARD_ALLOCATED, lambda r: r.allocated, mm=20),
        Column(terms.CARD_PAID, lambda r: r.paid, mm=20),
        Column(terms.CARD_MONEY, lambda r: "；".join(f"{n} {show_wan(a)}/{show_wan(b)}" for n, a, b in r.money), mm=46, small=True),
        Column(terms.CARD_STEPS, lambda r: "；".join(f"{show_day(on)} {word}" for on, word, _ in r.steps), mm=46, small=True),
        Column(terms.CARD_PAPERS, lambda r: f"{r.there}/{r.must}", mm=16, kind=LABEL),
        Column(terms.CARD_MISSING, lambda r: "、".join(r.missing), mm=36, missing="", small=True),
    ),
    signatures=("填表人", "实施单位负责人", "主管单位负责人"),
)  # fmt: skip
