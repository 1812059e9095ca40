"""PF23 结账函: the figures a closed month was closed with, source by source; one letter a month, the same at every print."""

from __future__ import annotations

from collections.abc import Sequence

from fundsys.domain import terms
from fundsys.domain.dates import show_day_zh
from fundsys.domain.money import show_yuan, total
from fundsys.domain.terms import Term
from fundsys.queries import closing_letters
from fundsys.queries.closing_letters import LetterRow
from fundsys.reports.figures import CODE, DATE
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet

UNPAID = (
    terms.MONTH_OPENING,
    terms.MONTH_NOTICES,
    terms.MONTH_RETURNED,
    terms.MONTH_PAID,
    terms.MONTH_CLOSING,
)
FREE = (
    terms.MONTH_FREE_OPENING,
    terms.MONTH_ALLOCATED,
    terms.MONTH_CORRECTED,
    terms.MONTH_FREE_CLOSING,
    terms.MONTH_DISBURSED,
)


def form(sheet: Sheet) -> str:
    """The letter: what is certified, the two balances from the first of the month to its last, who closed it and when."""
    rows = list(sheet.rows())
    first = rows[0]
    again = f"（第 {first.closings} 次结账）" if first.closings > 1 else ""
    return forms.document(sheet, [(f"编号：{first.letter_no}{again}", body(rows))])


def body(rows: Sequence[LetterRow]) -> str:
    """The sentence, the two tables and the persons."""
    first = rows[0]
    days = f"{show_day_zh(first.first_day)}至{show_day_zh(first.last_day)}"
    people = (
        (("结账月份", first.closed_period), ("结账时间", first.closed_at)),
        (("提交人", first.entered_by), ("复核人", first.reviewed_by)),
    )
    return (
        forms.words(
            f"{first.closed_period}（{days}）的衔接资金账已经核对，自结账之日起，这个月及以前的账不再登记或改动。"
            "各项数字如下，请各有关单位核对，不符的于收到之日起五个工作日内书面告知。"
        )
        + forms.words("未支付余额：月初加到县、减退回和结转、减支付等于月末。")
        + _table(rows, UNPAID)
        + forms.words("未分配余额：月初加到县、减退回和结转、减分配和调整收回等于月末；拨付另列。")
        + _table(rows, FREE)
        + forms.frame(people)
    )


def _table(rows: Sequence[LetterRow], columns: Sequence[Term]) -> str:
    return forms.rows(
        (("资金来源", "27"), *((term.label, "14.6 num") for term in columns)),
        [(f"{row.source_code} {row.fund_source}", *(show_yuan(getattr(row, t.key)) for t in columns)) for row in rows],
        ("合计", *(show_yuan(total(getattr(row, t.key) for row in rows)) for t in columns)),
        fine=True,
    )


LEDGER = Ledger(
    code="PF23",
    title="财政衔接资金结账函",
    unit="元",
    page="A3 landscape",
    size=7.5,
    rows=closing_letters.closing_letter,
    remarks=closing_letters.letter_remarks,
    counter="项",
    totals=tuple(term.key for term in (*UNPAID, *FREE)),
    form=form,
    basis=("“退回和结转下年”“本月调整收回”以负数列示，只计结账时已复核的账。",),
    columns=(
        Column(terms.LETTER_NO, lambda r: r.letter_no, mm=27, kind=CODE, small=True),
        Column(terms.CLOSED_PERIOD, lambda r: r.closed_period, mm=17),
        Column(terms.PERIOD_FROM, lambda r: r.first_day, kind=DATE, printed=False),
        Column(terms.PERIOD_TO, lambda r: r.last_day, kind=DATE, printed=False),
        Column(terms.CLOSINGS, lambda r: r.closings, mm=10),
        Column(terms.SOURCE_CODE, lambda r: r.source_code, mm=12, kind=CODE),
        Column(terms.FUND_SOURCE, lambda r: r.fund_source, mm=34),
        Column(terms.MONTH_OPENING, lambda r: r.opening, mm=24),
        Column(terms.MONTH_NOTICES, lambda r: r.notices, mm=24),
        Column(terms.MONTH_RETURNED, lambda r: r.returned, mm=22),
        Column(terms.MONTH_PAID, lambda r: r.paid, mm=24),
        Column(terms.MONTH_CLOSING, lambda r: r.closing, mm=24),
        Column(terms.MONTH_FREE_OPENING, lambda r: r.free_opening, mm=24),
        Column(terms.MONTH_ALLOCATED, lambda r: r.allocated, mm=24),
        Column(terms.MONTH_CORRECTED, lambda r: r.corrected, mm=22),
        Column(terms.MONTH_FREE_CLOSING, lambda r: r.free_closing, mm=24),
        Column(terms.MONTH_DISBURSED, lambda r: r.disbursed, mm=24),
        Column(terms.ENTERED_BY, lambda r: r.entered_by, mm=14),
        Column(terms.REVIEWED_BY, lambda r: r.reviewed_by, mm=14),
        Column(terms.CLOSED_AT, lambda r: r.closed_at, mm=24, small=True),
        Column(terms.FIGURES_DIGEST, lambda r: r.figures_digest, printed=False),
    ),
    signatures=("经办人", "复核人", "分管局长", "财政局（章）"),
)
