"""LG10 以工代赈务工人员及报酬发放明细表: worker by worker and month by month. Source: ledger_columns.yaml LG10."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import relief_ledgers
from fundsys.reports.figures import ACCOUNT, CODE, DECIMAL, IDENTITY, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG10",
    title="以工代赈务工人员及报酬发放明细表",
    unit="元",
    page="A4 landscape",
    places=("town",),
    size=7.0,
    rows=relief_ledgers.labor_pay,
    counter="人次",
    group_by=lambda r: f"{r.project_code} {r.project_name}",
    group_title="项目",
    totals=("days", "due", "deducted", "paid"),
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=20, kind=CODE, printed=False),
        Column(terms.LABOR_MONTH, lambda r: r.month, mm=12, kind=LABEL),
        Column(terms.WORKER_NAME, lambda r: r.name, mm=15),
        Column(terms.WORKER_ID_NO, lambda r: r.identity, mm=31, kind=IDENTITY),
        Column(terms.WORKER_VILLAGE_NAME, lambda r: r.worker_village, mm=16, missing=""),
        Column(terms.WORKER_HOUSEHOLD, lambda r: r.household, mm=12, kind=LABEL),
        Column(terms.WORK_TYPE, lambda r: r.work_type, mm=16, missing=""),
        Column(terms.LABOR_RATE, lambda r: r.day_rate, mm=13),
        Column(terms.LABOR_DAYS, lambda r: r.days, mm=11, kind=DECIMAL, head="出勤\n工日"),
        Column(terms.LABOR_DUE, lambda r: r.due, mm=17),
        Column(terms.LABOR_DEDUCTED, lambda r: r.deducted, mm=13),
        Column(terms.LABOR_PAID, lambda r: r.paid, mm=17),
        Column(terms.WORKER_CARD, lambda r: r.bank_card, mm=20, kind=ACCOUNT, head="银行卡\n（一卡通）号"),
        Column(terms.LABOR_PAID_ON, lambda r: r.paid_on, mm=16, missing="未发"),
        Column(terms.LABOR_VOUCHER, lambda r: r.bank_receipt, mm=18, small=True, missing=""),
        Column(terms.LABOR_SIGNED, lambda r: "", mm=12, missing=""),
        Column(terms.REMARK, lambda r: r.remark, mm=16, missing=""),
    ),
    basis=("应发＝出勤工日×日工资；只列已审定的花名册，更正过的列更正后的；身份证号和银行卡号只显示首尾几位。",),
    signatures=("考勤员", "施工单位", "村委会审核", "镇审核"),
)
