"""PF12 国库支付对账差异表: payments that do not agree with the treasury's list, with both figures."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import treasury
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF12",
    title="国库支付对账差异表",
    unit="元",
    page="A4 landscape",
    size=8.5,
    rows=treasury.reconcile_form,
    remarks=treasury.reconcile_remarks,
    counter="笔",
    group_by=lambda r: r.agreement,
    group_title="结果",
    totals=("our_amount", "their_amount", "amount_apart"),
    basis=("先按凭证号核对，再按收款人、金额、日期核对；一张凭证分到几个项目的合并比较；相差＝本系统－国库。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.AGREEMENT, lambda r: r.agreement, mm=18, kind=LABEL, printed=False),
        Column(terms.VOUCHER_NO, lambda r: r.voucher_no, mm=30, kind=CODE, missing="", small=True),
        Column(terms.PAYEE, lambda r: r.payee, mm=42, missing=""),
        Column(terms.OUR_PAID_ON, lambda r: r.our_paid_on, mm=18, missing=""),
        Column(terms.OUR_AMOUNT, lambda r: r.our_amount, mm=25),
        Column(terms.THEIR_AMOUNT, lambda r: r.their_amount, mm=25),
        Column(terms.AMOUNT_APART, lambda r: r.amount_apart, mm=23),
        Column(terms.WHAT_DIFFERS, lambda r: r.what_differs, mm=52, missing="", small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=40, missing="", small=True),
        Column(terms.REMARK, lambda r: r.remark, mm=20, missing="", small=True),
    ),
    signatures=("制表人", "复核人", "国库股"),
)
