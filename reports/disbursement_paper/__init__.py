"""PF22 拨付单: one paper a document number and unit, its sources line by line, the amount in figures and in capitals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fundsys.domain import terms
from fundsys.queries import pay_papers
from fundsys.reports.figures import CODE, DATE, LABEL
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.payment_voucher import body, voucher_of
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: a page for every document and unit."""
    return forms.document(sheet, _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for _, found in groupby(sheet.rows(), key=voucher_of):
        rows = list(found)
        numbers = rows[0].number + (f" 至 {rows[-1].number}" if rows[1:] else "")
        yield f"编号：{numbers}", body(rows, "拨付文号", "拨付日期", "收款实施单位")


LEDGER = Ledger(
    code="PF22",
    title="资金拨付单",
    unit="元",
    page="A3 landscape",
    size=8.0,
    rows=pay_papers.disbursement_papers,
    counter="笔",
    totals=("amount",),
    form=form,
    columns=(
        Column(terms.ENTRY_NO, lambda p: p.number, mm=28, kind=CODE),
        Column(terms.DISBURSED_PAPER, lambda p: p.paper, mm=30, kind=CODE, missing="-"),
        Column(terms.DISBURSED_ON, lambda p: p.on, mm=18, kind=DATE),
        Column(terms.PROJECT_CODE, lambda p: p.project_code, mm=26, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda p: p.project, mm=48),
        Column(terms.PAYMENT_KIND, lambda p: p.kind, mm=16, kind=LABEL),
        Column(terms.DISBURSED_TO, lambda p: p.to, mm=40, missing="-"),
        Column(terms.NOTICE_NO, lambda p: p.notice_no, mm=30),
        Column(terms.FUND_SOURCE, lambda p: p.source, mm=38),
        Column(terms.AMOUNT_YUAN, lambda p: p.amount, mm=26),
        Column(terms.CAPITALS, lambda p: p.capitals, mm=46),
        Column(terms.REMARK, lambda p: p.remark, mm=24, missing=""),
        Column(terms.ENTERED_BY, lambda p: p.entered_by, mm=14),
        Column(terms.REVIEWED_BY, lambda p: p.reviewed_by, mm=14),
    ),
    basis=("金额大小写一致，按指标逐行列出资金来源。",),
    signatures=("经办人", "复核人", "股室负责人", "分管局长"),
)
