"""PF52 台账差异表: what changed between two prints of one ledger, or between two days, with the bridge of the totals."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.reports import difference
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF52",
    title="台账差异表",
    unit="万元",
    page="A4 landscape",
    size=8.5,
    rows=difference.rows,
    remarks=difference.remarks,
    counter="处",
    group_by=lambda r: r.turn,
    group_title="差异",
    basis=("每个打印按当时的办理日志还原；空白写“未填”。",),
    columns=(
        Column(terms.SERIAL, mm=10),
        Column(terms.DIFF_RECORD, lambda r: r.record, mm=58),
        Column(terms.DIFF_NAME, lambda r: r.name, mm=58, missing=""),
        Column(terms.DIFF_COLUMN, lambda r: r.column, mm=32),
        Column(terms.DIFF_BEFORE, lambda r: r.before, mm=50),
        Column(terms.DIFF_AFTER, lambda r: r.after, mm=50),
    ),
    signatures=("制表人", "复核人"),
)
