"""PF24 公示单: the notice as it hangs, with what it is about line by line; personal numbers are masked whoever prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from fundsys.domain import terms
from fundsys.domain.money import show_wan, total
from fundsys.queries import public_papers
from fundsys.queries.public_papers import PublicPaperRow, period_words
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: a page for every notice."""
    return forms.document(sheet, _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for _, found in groupby(sheet.rows(), key=lambda r: (r.public_no, r.title, r.first_on)):
        rows = list(found)
        yield f"编号：{rows[0].public_no}", body(rows)


def body(rows: Sequence[PublicPaperRow]) -> str:
    """The text, the table of what it is about, where it hangs, how long, and whom to call."""
    first = rows[0]
    amount = f"{show_wan(first.amount)} 万元" if first.amount is not None else "-"
    words = "".join(forms.words(line) for line in first.content.splitlines() if line.strip())
    head = forms.frame(
        (
            (("公示标题", first.title),),
            (("公示事项", first.kind), ("层级", f"{first.level}级")),
            (("公示单位", first.publishing_unit), ("金额", amount)),
            (("公示期", period_words(first)),),
            (("地点或网址", first.place),),
            (("监督电话", first.hotline),),
        )
    )
    ask = "公示期内对以上内容有异议的，可以拨打监督电话，或者向公示单位书面反映；反映问题请留下姓名和联系方式，便于核实回复。"
    return head + words + (_table(rows) if first.subject_code else "") + forms.words(ask)


def _table(rows: Sequence[PublicPaperRow]) -> str:
    return forms.rows(
        (("编号", "16"), ("名称", "24"), ("内容", "28"), ("实施单位", "18"), ("金额（万元）", "14 num")),
        [
            (r.subject_code, r.subject, r.subject_content, r.implementing_unit, _wan(r))
            for r in rows
        ],
        ("合计", f"{len(rows)} 项", "", "", show_wan(total(r.subject_amount for r in rows if r.subject_amount))),
        fine=len(rows) > 6,
    )  # fmt: skip


def _wan(row: PublicPaperRow) -> str:
    return show_wan(row.subject_amount) if row.subject_amount is not None else "-"


LEDGER = Ledger(
    code="PF24",
    title="公示单",
    unit="万元",
    page="A3 landscape",
    size=7.5,
    rows=public_papers.public_papers,
    counter="项",
    group_by=lambda r: r.title,
    group_title="公示标题",
    totals=("subject_amount",),
    form=form,
    basis=("公示版：不出现身份证号、银行卡号、手机号。天数首尾都算。",),
    columns=(
        Column(terms.PUBLIC_NO, lambda r: r.public_no, mm=27, kind=CODE, small=True),
        Column(terms.PUBLIC_TITLE, lambda r: r.title, mm=34),
        Column(terms.PUBLIC_KIND, lambda r: r.kind, mm=18),
        Column(terms.PUBLIC_LEVEL, lambda r: r.level, mm=8, kind=LABEL),
        Column(terms.PUBLISHING_UNIT, lambda r: r.publishing_unit, mm=26),
        Column(terms.PUBLIC_FROM, lambda r: r.first_on, mm=17),
        Column(terms.PUBLIC_TO, lambda r: r.last_on, mm=17, missing="长期"),
        Column(terms.PUBLIC_DAYS, lambda r: r.days, mm=10, missing="长期"),
        Column(terms.PUBLIC_PLACE, lambda r: r.place, mm=26),
        Column(terms.PUBLIC_CONTENT, lambda r: r.content, mm=44),
        Column(terms.PUBLIC_AMOUNT, lambda r: r.amount, mm=18, missing=""),
        Column(terms.PUBLIC_HOTLINE, lambda r: r.hotline, mm=20),
        Column(terms.PUBLIC_SUBJECT_CODE, lambda r: r.subject_code, mm=20, small=True, missing=""),
        Column(terms.PUBLIC_SUBJECT, lambda r: r.subject, mm=34, missing=""),
        Column(terms.PUBLIC_SUBJECT_CONTENT, lambda r: r.subject_content, mm=34, missing=""),
        Column(terms.PUBLIC_UNIT, lambda r: r.implementing_unit, mm=26, missing=""),
        Column(terms.PUBLIC_HOUSEHOLDS, lambda r: r.subject_households, mm=10),
        Column(terms.PUBLIC_SUBJECT_AMOUNT, lambda r: r.subject_amount, mm=18, missing=""),
    ),
    signatures=("公示单位（章）", "经办人"),
)
