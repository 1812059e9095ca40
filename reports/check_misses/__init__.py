"""PF42 规则检查不符合明细: record by record what does not meet the rules, so that each unit can set to work."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import check_report
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF42",
    title="规则检查不符合明细",
    unit="万元",
    page="A4 landscape",
    size=9,
    rows=check_report.check_misses,
    group_by=lambda r: r.title,
    group_title="规则",
    counter="条",
    basis=("只列未达到、待定和已豁免的规则中不符合要求的记录；别的单位的记录只列条数。",),
    columns=(
        Column(terms.SERIAL, mm=10),
        Column(terms.CHECK_RULE, lambda r: r.rule, mm=18, kind=CODE),
        Column(terms.CHECK_SEVERITY, lambda r: r.severity, mm=16, kind=LABEL),
        Column(terms.CHECK_KIND, lambda r: r.kind, mm=26),
        Column(terms.CHECK_RECORD, lambda r: r.record, mm=90),
        Column(terms.CHECK_AMOUNT, lambda r: r.amount, mm=22, missing="-"),
        Column(terms.CHECK_NOTE, lambda r: r.note, mm=70, missing=""),
    ),
    signatures=("检查人", "责任单位", "复核人"),
)
