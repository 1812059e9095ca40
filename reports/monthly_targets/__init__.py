"""LG14 县域比例与目标达成月报: the ratios and targets of the year, each as its rule finds it. Source: ledger_columns.yaml LG14."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import targets
from fundsys.reports.figures import DECIMAL, LABEL, TEXT, Kind
from fundsys.reports.ledger import Column, Ledger

FIGURE = Kind("figure", TEXT.show, TEXT.exact, "right", False)
"""A figure with its unit, as the rule says it: it never looks as if it met a limit it misses."""

LEDGER = Ledger(
    code="LG14",
    title="县域比例与目标达成月报",
    unit="万元",
    page="A4 portrait",
    size=8.5,
    rows=targets.monthly_targets,
    counter="项",
    basis=(
        "数字取自规则检查，只算已复核的记录；差额为正是余量，为负是缺口。",
        "金额的分子、分母、差额写到分，单位万元；个数的单位见指标名称。",
    ),
    columns=(
        Column(terms.TARGET_ITEM, lambda r: r.item, mm=32),
        Column(terms.TARGET_REQUIRED, lambda r: r.target, mm=13, kind=FIGURE),
        Column(terms.TARGET_ACTUAL, lambda r: r.actual, mm=16, kind=FIGURE, missing="无数据"),
        Column(terms.TARGET_NUMERATOR, lambda r: r.num, mm=20, kind=DECIMAL, missing="-"),
        Column(terms.TARGET_DENOMINATOR, lambda r: r.den, mm=20, kind=DECIMAL, missing="-"),
        Column(terms.TARGET_GAP, lambda r: r.gap, mm=19, kind=DECIMAL, missing="-"),
        Column(terms.TARGET_MET, lambda r: r.status, mm=11, kind=LABEL, head="是否\n达标"),
        Column(terms.TARGET_NOTE, lambda r: r.note, mm=55, small=True),
    ),
    signatures=("制表", "审核", "分管领导"),
)
