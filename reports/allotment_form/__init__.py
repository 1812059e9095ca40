"""PF01 指标下达（分配）表: the allocations of the year's notices, project by project, as they were approved."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import forms
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF01",
    title="衔接资金指标下达（分配）表",
    unit="万元",
    page="A4 landscape",
    places=("town",),
    size=8.2,
    rows=forms.allotment_form,
    counter="笔",
    group_by=lambda r: r.notice_no,
    group_title="上级文号",
    totals=("allocated_amount",),
    basis=("只列已复核的分配和红字冲销；调整、收回另见收回表和分配台账。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.NOTICE_NO, lambda r: r.notice_no, printed=False),
        Column(terms.ENTRY_NUMBER, lambda r: r.entry_number, mm=26, kind=CODE, small=True),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=16, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=46),
        Column(terms.TOWN, lambda r: r.town, mm=18, missing=""),
        Column(terms.LEAD_AGENCY, lambda r: r.lead_agency, mm=24),
        Column(terms.IMPLEMENTING_UNIT, lambda r: r.implementing_unit, mm=24, missing=""),
        Column(terms.FUND_SOURCE, lambda r: r.fund_source, mm=32, small=True),
        Column(terms.TASK, lambda r: r.task, mm=24, kind=LABEL, printed=False, missing=""),
        Column(terms.FUNCTION_CODE, lambda r: r.function_code, mm=15, missing="", small=True),
        Column(terms.ECONOMIC_CODE, lambda r: r.economic_code, mm=14, missing="", small=True),
        Column(terms.ALLOCATED_AMOUNT, lambda r: r.allocated_amount, mm=20),
        Column(terms.ALLOCATED_ON, lambda r: r.allocated_on, mm=18, small=True, head="分解下达\n日期"),
        Column(terms.COUNTY_NOTICE_NO, lambda r: r.county_notice_no, mm=31, missing=""),
        Column(terms.REMARK, lambda r: r.remark, mm=14, missing=""),
    ),
    signatures=("经办人", "复核人", "单位负责人"),
)
