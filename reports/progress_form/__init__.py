"""PF25 项目建设进度月报表: every project at the end of a month against its plan, by the unit that reports it."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import construction_register
from fundsys.reports.figures import CODE, DATE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF25",
    title="项目建设进度月报表",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=8.0,
    rows=construction_register.month_report,
    remarks=construction_register.month_remarks,
    counter="个",
    group_by=lambda r: r.unit,
    group_title="项目主管单位",
    totals=("planned_investment", "pay_total"),
    basis=("计划进度按现行开工、完工期限均匀推算；本月末进度取截至月末的最后一次填报；累计支付只算已复核的。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.MONTH_UNIT, lambda r: r.unit, printed=False),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=17, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=44),
        Column(terms.TOWN, lambda r: r.town, mm=15, kind=LABEL),
        Column(terms.PERSON_IN_CHARGE, lambda r: r.responsible, mm=14, kind=LABEL, missing=""),
        Column(terms.STAGE_NOW, lambda r: r.stage, mm=16, kind=LABEL),
        Column(terms.PLANNED_INVESTMENT, lambda r: r.investment, mm=18),
        Column(terms.MONTH_END_ON, lambda r: r.end_on, mm=19, kind=DATE),
        Column(terms.MONTH_PLANNED, lambda r: r.planned, mm=15, head="计划\n进度"),
        Column(terms.MONTH_BEFORE, lambda r: r.before, mm=15, head="上月末\n进度"),
        Column(terms.MONTH_ACTUAL, lambda r: r.actual, mm=15, head="本月末\n进度"),
        Column(terms.PAID_SUM, lambda r: r.paid, mm=18),
        Column(terms.MONTH_WORDS, lambda r: r.words, mm=46, missing="", small=True),
        Column(terms.PROBLEM, lambda r: r.problem, mm=28, missing="", small=True),
        Column(terms.PROBLEM_MEASURE, lambda r: r.measure, mm=30, missing="", small=True),
        Column(terms.MONTH_LATE, lambda r: r.lateness, mm=22, missing=""),
        Column(terms.MONTH_REPORTED, lambda r: r.reported, mm=18, kind=LABEL, head="本月\n填报"),
    ),
    signatures=("填报人", "项目负责人", "单位负责人"),
)
