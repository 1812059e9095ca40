"""LG13 项目支付（报账）申请单: one form a request. Source: ledger_columns.yaml LG13."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.money import show_percent, show_yuan
from fundsys.queries import pay_papers
from fundsys.queries.pay_papers import PayRequestRow
from fundsys.reports.figures import ACCOUNT, CODE, DATE
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: every column of the ledger in a box of its own, the amount in figures and in capitals side by side."""
    return forms.document(sheet, ((f"申请编号：{row.pay_no}", _body(row)) for row in sheet.rows()))


def _body(row: PayRequestRow) -> str:
    contract = f"{show_yuan(row.contract_amount)} 元" if row.contract_amount is not None else "-"
    return forms.frame(
        (
            (("项目名称", row.project_name),),
            (("项目编号", row.project_code), ("申请单位", row.unit)),
            (("合同编号", row.contract_no), ("合同金额", contract)),
            (("此前累计已付", f"{show_yuan(row.paid_before)} 元"), ("款项类别", row.kind)),
            (("本次申请", f"￥{show_yuan(row.this_time)}"), ("扣留质保金", f"{show_yuan(row.defect_hold)} 元")),
            (("本次大写", f"人民币{row.this_upper}"),),
            (
                ("支付后累计", f"{show_yuan(row.paid_after)} 元"),
                ("占合同比例", show_percent(row.ratio) if row.ratio else "-"),
            ),
            (("形象进度", show_percent(row.progress)), ("申请日期", show_day_zh(row.apply_date))),
            (("收款单位", row.payee),),
            (("开户行", row.bank), ("账号", row.account)),
            (("付款事由", row.reason),),
            (("附件清单", row.docs),),
        )
    )


LEDGER = Ledger(
    code="LG13",
    title="项目支付（报账）申请单",
    unit="元",
    page="A3 landscape",
    size=8.0,
    rows=pay_papers.payment_requests,
    counter="份",
    group_by=lambda r: r.project_name,
    group_title="项目",
    totals=("this_time",),
    form=form,
    basis=("此前累计已付为本申请之前已复核的支付，减去退汇。账号只印末四位，完整账号在系统中凭原因查看。",),
    columns=(
        Column(terms.REQUEST_NO, lambda r: r.pay_no, mm=30, kind=CODE),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=22, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=36),
        Column(terms.WORKS_CONTRACT_NO, lambda r: r.contract_no, mm=24),
        Column(terms.CONTRACT_AMOUNT, lambda r: r.contract_amount, mm=22, missing="-"),
        Column(terms.PAID_BEFORE, lambda r: r.paid_before, mm=22),
        Column(terms.THIS_TIME, lambda r: r.this_time, mm=22),
        Column(terms.IN_CAPITALS, lambda r: r.this_upper, mm=36),
        Column(terms.PAID_AFTER, lambda r: r.paid_after, mm=22),
        Column(terms.CONTRACT_RATIO, lambda r: r.ratio, mm=14, missing="-"),
        Column(terms.WORKS_PROGRESS, lambda r: r.progress, mm=14),
        Column(terms.DEFECT_HOLD, lambda r: r.defect_hold, mm=18),
        Column(terms.PAYEE, lambda r: r.payee, mm=28),
        Column(terms.BANK, lambda r: r.bank, mm=26),
        Column(terms.PAYEE_ACCOUNT, lambda r: r.account, mm=18, kind=ACCOUNT),
        Column(terms.DOCUMENT_LIST, lambda r: r.docs, mm=34),
        Column(terms.PAY_REASON, lambda r: r.reason, mm=30),
        Column(terms.APPLY_DATE, lambda r: r.apply_date, mm=17, kind=DATE),
    ),
    signatures=("实施单位（章）", "监理", "主管单位", "县财政局支付"),
)
