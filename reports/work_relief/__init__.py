"""LG09 以工代赈项目台账: every work-relief project of the year with plan, people, pay and share. Source: ledger_columns.yaml LG09."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import relief_ledgers
from fundsys.reports.figures import CODE, DECIMAL, INTEGER
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG09",
    title="以工代赈项目台账",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=8.5,
    rows=relief_ledgers.relief_ledger,
    counter="个",
    group_by=lambda r: r.town,
    group_title="镇",
    totals=(
        "fiscal_amount", "planned_pay", "planned_workers", "actual_workers", "poor_workers", "labor_days", "labor_paid",
        "base_amount", "trained", "public_posts", "agreements", "arrears",
    ),
    identity=("project_code",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=20, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=48),
        Column(terms.RELIEF_FUND_CODE, lambda r: r.fund_codes, mm=22, missing="未安排"),
        Column(terms.RELIEF_FISCAL, lambda r: r.fiscal_amount, mm=19),
        Column(terms.RELIEF_PLANNED_PAY, lambda r: r.planned_pay, mm=19),
        Column(terms.RELIEF_PLANNED_WORKERS, lambda r: r.planned_workers, mm=14, kind=INTEGER),
        Column(terms.RELIEF_WORKERS, lambda r: r.actual_workers, mm=14, kind=INTEGER),
        Column(terms.RELIEF_POOR, lambda r: r.poor_workers, mm=16, kind=INTEGER),
        Column(terms.RELIEF_DAYS, lambda r: r.labor_days, mm=17, kind=DECIMAL),
        Column(terms.RELIEF_PAID, lambda r: r.labor_paid, mm=23),
        Column(terms.RELIEF_RATIO, lambda r: r.labor_share, mm=15),
        Column(terms.RELIEF_BASE, lambda r: r.base_amount, mm=19),
        Column(terms.RELIEF_TRAINED, lambda r: r.trained, mm=15, kind=INTEGER),
        Column(terms.RELIEF_PUBLIC_POSTS, lambda r: r.public_posts, mm=14, kind=INTEGER),
        Column(terms.RELIEF_AGREEMENTS, lambda r: r.agreements, mm=14, kind=INTEGER),
        Column(terms.RELIEF_PUBLICITY, lambda r: r.labor_publicity, mm=26, small=True),
        Column(terms.RELIEF_ARREARS, lambda r: r.arrears, mm=20),
        Column(terms.REMARK, lambda r: r.remark, mm=18, missing=""),
    ),
    basis=(
        "发放比例＝累计发放÷计提基数，各项目的最低比例按其审定方案；同一项目分几批安排资金只列一次；出库和终止的不列。",
        "没有逐人花名册的月份，人数取当月人数中最多的一个月。",
    ),
    signatures=("项目业主", "镇劳务审核", "县发改/乡村振兴"),
)  # fmt: skip
