"""PF11 资金流转表: one project's or one notice's money from the notice to the asset and its income, and what is missing."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import trail
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.figures import MONEY_TO_THE_FEN as EXACT
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF11",
    title="资金流转表",
    unit="万元",
    page="A3 landscape",
    size=8.5,
    rows=trail.trail_form,
    remarks=trail.trail_remarks,
    counter="笔",
    group_by=lambda r: r.group_name,
    group_title="项目或指标",
    totals=(
        "trail_allotted",
        "trail_allocated",
        "trail_corrected",
        "trail_disbursed",
        "trail_paid",
        "trail_settled",
        "trail_assets",
        "trail_expensed",
        "trail_due",
        "trail_received",
        "trail_shared",
        "trail_paid_out",
    ),
    basis=("只列已复核的记录；“下达”是指标全额，可能含其他项目的资金；结算、资产和收益按项目全部资金；金额写到分。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.GROUP_NAME, lambda r: r.group_name, printed=False),
        Column(terms.TRAIL_STATION, lambda r: r.trail_station, mm=18, kind=LABEL),
        Column(terms.ENTRY_ON, lambda r: r.entry_on, mm=19),
        Column(terms.ENTRY_NUMBER, lambda r: r.entry_number, mm=30, kind=CODE, missing="", small=True),
        Column(terms.BASIS_NO, lambda r: r.basis_no, mm=32, missing="", head="文号或凭证号"),
        Column(terms.TRAIL_WORDS, lambda r: r.trail_words, mm=62, small=True),
        Column(terms.TRAIL_ALLOTTED, lambda r: r.trail_allotted, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_ALLOCATED, lambda r: r.trail_allocated, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_CORRECTED, lambda r: r.trail_corrected, mm=22, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_DISBURSED, lambda r: r.trail_disbursed, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_PAID, lambda r: r.trail_paid, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_SETTLED, lambda r: r.trail_settled, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_ASSETS, lambda r: r.trail_assets, mm=24, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_EXPENSED, lambda r: r.trail_expensed, mm=22, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_DUE, lambda r: r.trail_due, mm=22, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_RECEIVED, lambda r: r.trail_received, mm=22, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_SHARED, lambda r: r.trail_shared, mm=22, kind=EXACT, missing="", small=True),
        Column(terms.TRAIL_PAID_OUT, lambda r: r.trail_paid_out, mm=22, kind=EXACT, missing="", small=True),
    ),
    signatures=("制表人", "复核人", "单位负责人"),
)
