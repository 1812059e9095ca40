"""PF36 抽样检查单: a drawn sample with its seed, frame and method, and a place to write what was seen of each record."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import samples
from fundsys.reports.figures import CODE, INTEGER, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF36",
    title="抽样检查单",
    unit="万元",
    page="A4 landscape",
    size=8.0,
    row_mm=11.0,
    rows=samples.paper_rows,
    remarks=samples.paper_words,
    counter="条",
    totals=("amount",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.SAMPLE_CODE, lambda r: r.code, mm=26, kind=CODE, small=True),
        Column(terms.SAMPLE_NAME, lambda r: r.name, mm=42),
        Column(terms.SAMPLE_PLACE, lambda r: r.place, mm=34, missing=""),
        Column(terms.SAMPLE_AMOUNT, lambda r: r.amount, mm=18),
        Column(terms.SAMPLE_TICKETS, lambda r: r.tickets, mm=9, kind=INTEGER),
        Column(terms.SAMPLE_TICKET, lambda r: r.ticket, mm=30, kind=CODE, small=True),
        Column(terms.SAMPLE_WHY, lambda r: r.why, mm=24, missing=""),
        Column(terms.LOOK_OUTCOME, lambda r: r.outcome, mm=14, kind=LABEL, missing=""),
        Column(terms.LOOK_WORDS, lambda r: r.words, mm=40, missing=""),
        Column(terms.LOOKED_ON, lambda r: r.looked_on, mm=18, missing=""),
        Column(terms.LOOKED_BY, lambda r: r.looked_by, mm=14, kind=LABEL, missing=""),
        Column(terms.LOOK_FINDING, lambda r: r.finding, mm=14, missing=""),
    ),
    signatures=("检查人", "被检查单位", "日期"),
)
