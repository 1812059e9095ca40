"""PF02 资金收回表: what was taken back of allocated money, from whom, by which paper and why."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import forms
from fundsys.reports.figures import CODE
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF02",
    title="衔接资金收回表",
    unit="万元",
    page="A4 landscape",
    places=("town",),
    size=8.5,
    rows=forms.recovery_form,
    counter="笔",
    group_by=lambda r: r.notice_no,
    group_title="上级文号",
    totals=("recovered",),
    basis=("收回金额写正数；“收回后余额”是项目在这条指标上现有的已复核分配净额。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.NOTICE_NO, lambda r: r.notice_no, printed=False),
        Column(terms.ENTRY_NUMBER, lambda r: r.entry_number, mm=27, kind=CODE, small=True),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=17, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=48),
        Column(terms.IMPLEMENTING_UNIT, lambda r: r.implementing_unit, mm=28, missing=""),
        Column(terms.FUND_SOURCE, lambda r: r.fund_source, mm=36, small=True),
        Column(terms.FIRST_ALLOCATED, lambda r: r.first_allocated, mm=20, missing=""),
        Column(terms.RECOVERED, lambda r: r.recovered, mm=20, head="收回金额"),
        Column(terms.LEFT_AFTER, lambda r: r.left_after, mm=20),
        Column(terms.RECOVERED_ON, lambda r: r.recovered_on, mm=18),
        Column(terms.BASIS_NO, lambda r: r.basis_no, mm=26, missing=""),
        Column(terms.RECOVERED_REASON, lambda r: r.recovered_reason, mm=32, missing=""),
    ),
    signatures=("经办人", "复核人", "单位负责人"),
)
