"""PF41 规则检查报告: every rule of the year with what was measured, what is required and what follows, failures first."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import check_report
from fundsys.reports.figures import CODE, INTEGER, LABEL, TEXT, Kind
from fundsys.reports.ledger import Column, Ledger

FIGURE = Kind("figure", TEXT.show, TEXT.exact, "right", False)
"""A figure with its unit, as the rule says it: it never looks as if it met a limit it misses."""

LEDGER = Ledger(
    code="PF41",
    title="规则检查报告",
    unit="万元",
    page="A4 landscape",
    size=8.5,
    rows=check_report.check_report,
    remarks=check_report.tally,
    group_by=lambda r: r.outcome,
    group_title="结论",
    totals=("missing",),
    identity=("rule",),
    counter="项",
    basis=(
        "只算已复核的记录。分母为 0 记无数据，不记 100%；恰好等于界线算通过；已豁免的须有文件和期限。",
        "不符合的记录逐条列在《规则检查不符合明细》（PF42）；按金额比例判定的规则没有单独不符合的记录。",
    ),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.CHECK_RULE, lambda r: r.rule, mm=15, kind=CODE, small=True),
        Column(terms.CHECK_TITLE, lambda r: r.title, mm=40),
        Column(terms.CHECK_CLAUSE, lambda r: r.clause, mm=34, small=True),
        Column(terms.CHECK_SEVERITY, lambda r: r.severity, mm=13, kind=LABEL),
        Column(terms.CHECK_OUTCOME, lambda r: r.outcome, mm=13, kind=LABEL),
        Column(terms.CHECK_MEASURED, lambda r: r.measured, mm=17, kind=FIGURE),
        Column(terms.CHECK_REQUIRED, lambda r: r.required, mm=17, kind=FIGURE),
        Column(terms.CHECK_DISTANCE, lambda r: r.distance, mm=19, kind=FIGURE, missing="-"),
        Column(terms.CHECK_MISSING, lambda r: r.missing, mm=15, kind=INTEGER, head="不符合\n的记录"),
        Column(terms.CHECK_MESSAGE, lambda r: r.message, mm=74, small=True),
    ),
    signatures=("检查人", "复核人", "分管领导"),
)
