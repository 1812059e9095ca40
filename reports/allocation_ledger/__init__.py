"""LG04 衔接资金分配与支出台账: what each notice gave to which project and what was paid. Source: ledger_columns.yaml LG04."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import registers
from fundsys.reports.figures import CODE, LABEL, YEAR
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG04",
    title="衔接资金分配与支出台账",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=8.2,
    rows=registers.allocation_ledger,
    remarks=registers.ratios,
    counter="笔",
    group_by=lambda a: a.notice_no,
    group_title="上级文号",
    totals=("allocated_amount", "adjusted_amount", "paid_this_month", "paid_total", "carryover", "recovered"),
    identity=("notice_no", "fund_code", "project_code"),
    columns=(
        Column(terms.SERIAL, mm=7.5),
        Column(terms.NOTICE_NO, lambda a: a.notice_no, mm=23),
        Column(terms.FUND_CODE, lambda a: a.fund_code, mm=14, kind=LABEL),
        Column(terms.PLAN_YEAR, lambda a: a.plan_year, mm=8.5, kind=YEAR),
        Column(terms.NOTICE_ROUND, lambda a: a.notice_round, mm=7.5, kind=YEAR),
        Column(terms.ARRIVED_ON, lambda a: a.arrived_on, mm=15.5, small=True),
        Column(terms.ALLOCATED_ON, lambda a: a.allocated_on, mm=15.5, small=True, head="分解下达\n日期"),
        Column(terms.ALLOCATION_DAYS, lambda a: a.allocation_days, mm=9, head="分解\n用时"),
        Column(terms.COUNTY_NOTICE_NO, lambda a: a.county_notice_no, mm=22),
        Column(terms.PROJECT_CODE, lambda a: a.project_code, mm=15, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda a: a.project_name, mm=35),
        Column(terms.IMPLEMENTING_UNIT, lambda a: a.implementing_unit, mm=21),
        Column(terms.TASK, lambda a: a.task, mm=16, kind=LABEL),
        Column(terms.ALLOCATED_AMOUNT, lambda a: a.allocated_amount, mm=17),
        Column(terms.ADJUSTED_AMOUNT, lambda a: a.adjusted_amount, mm=15, missing=""),
        Column(terms.PAID_THIS_MONTH, lambda a: a.paid_this_month, mm=15),
        Column(terms.PAID_TOTAL, lambda a: a.paid_total, mm=17),
        Column(terms.SPENDING_RATE, lambda a: a.spending_rate, mm=14),
        Column(terms.CARRYOVER, lambda a: a.carryover, mm=14, missing=""),
        Column(terms.RECOVERED, lambda a: a.recovered, mm=14, missing=""),
        Column(terms.PAYEE, lambda a: a.payee, mm=24, missing=""),
        Column(terms.VOUCHER_NO, lambda a: a.voucher_no, mm=18, missing="", small=True),
        Column(terms.REMARK, lambda a: a.remark, mm=14, missing=""),
    ),
    signatures=("经办人", "股室负责人", "分管局长（县财政局）"),
)
