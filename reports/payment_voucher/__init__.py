"""PF21 支付凭证: one voucher a payment number, its sources line by line, the amount in figures and in capitals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.money import ZERO, Money, show_yuan, total
from fundsys.domain.money_words import in_capitals
from fundsys.queries import pay_papers
from fundsys.queries.pay_papers import PaperRow
from fundsys.reports.figures import ACCOUNT, CODE, DATE, LABEL
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: a page for every voucher."""
    return forms.document(sheet, _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for _, found in groupby(sheet.rows(), key=voucher_of):
        rows = list(found)
        numbers = rows[0].number + (f" 至 {rows[-1].number}" if rows[1:] else "")
        yield f"编号：{numbers}", body(rows)


def voucher_of(row: PaperRow) -> tuple[object, ...]:
    """What rows of one voucher share: paper, day, project, payee; a row without a paper stands alone."""
    return (row.paper or f"#{row.id}", row.on, row.project_code, row.to, row.amount < ZERO)


def body(rows: list[PaperRow], paper: str = "支付凭证号", day: str = "支付日期", to: str = "收款单位") -> str:
    """Boxes, the lines of the sources and their sum."""
    first, whole = rows[0], total(row.amount for row in rows)
    red = "（红字）" if whole < ZERO else ""
    boxes = [
        ((paper, first.paper or "-"), (day, show_day_zh(first.on))),
        (("项目", f"{first.project_code} {first.project}"),),
        ((to, first.to or "-"), ("类别", first.kind)),
        (("金额", f"{red}￥{show_yuan(_plain(whole))}"), ("申请单", first.request_no or "-")),
        (("大写金额", f"{red}人民币{in_capitals(_plain(whole))}"),),
    ]
    if first.bank or first.account:
        boxes.insert(3, (("开户行", first.bank), ("账号", first.account)))
    boxes.append((("摘要", first.remark or "-"),))
    if first.exception:
        boxes.append((("例外支付", first.exception),))
    lines = forms.rows(
        (("编号", "24"), ("指标文号", "27"), ("资金来源", "30"), ("金额（元）", "19 num")),
        [(row.number, row.notice_no, row.source, show_yuan(row.amount)) for row in rows],
        ("合计", "", "", show_yuan(whole)),
    )
    people = forms.frame(((("录入人", first.entered_by), ("复核人", first.reviewed_by)),))
    return forms.frame(boxes) + lines + people


def _plain(amount: Money) -> Money:
    return -amount if amount < ZERO else amount


COLUMNS = (
    Column(terms.ENTRY_NO, lambda p: p.number, mm=28, kind=CODE),
    Column(terms.PAID_VOUCHER, lambda p: p.paper, mm=26, kind=CODE, missing="-"),
    Column(terms.PAID_ON, lambda p: p.on, mm=18, kind=DATE),
    Column(terms.PROJECT_CODE, lambda p: p.project_code, mm=24, kind=CODE, small=True),
    Column(terms.PROJECT_NAME, lambda p: p.project, mm=40),
    Column(terms.PAYMENT_KIND, lambda p: p.kind, mm=16, kind=LABEL),
    Column(terms.PAYEE, lambda p: p.to, mm=34),
    Column(terms.BANK, lambda p: p.bank, mm=30, missing="-"),
    Column(terms.PAYEE_ACCOUNT, lambda p: p.account, mm=18, kind=ACCOUNT, missing="-"),
    Column(terms.NOTICE_NO, lambda p: p.notice_no, mm=28),
    Column(terms.FUND_SOURCE, lambda p: p.source, mm=34),
    Column(terms.AMOUNT_YUAN, lambda p: p.amount, mm=24),
    Column(terms.CAPITALS, lambda p: p.capitals, mm=40),
    Column(terms.REMARK, lambda p: p.remark, mm=24, missing=""),
    Column(terms.ENTERED_BY, lambda p: p.entered_by, mm=14),
    Column(terms.REVIEWED_BY, lambda p: p.reviewed_by, mm=14),
)

LEDGER = Ledger(
    code="PF21",
    title="支付凭证",
    unit="元",
    page="A3 landscape",
    size=8.0,
    rows=pay_papers.payment_vouchers,
    counter="笔",
    totals=("amount",),
    form=form,
    columns=COLUMNS,
    basis=("金额大小写一致，一张凭证按指标逐行列出资金来源。",),
    signatures=("经办人", "复核人", "股室负责人", "分管局长"),
)
