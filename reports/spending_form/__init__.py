"""PF03 支出进度表: what was allocated, disbursed and paid by a day, against the checkpoints, by the grouping asked for."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import spending
from fundsys.reports.figures import LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF03",
    title="衔接资金支出进度表",
    unit="万元",
    page="A4 landscape",
    size=9.0,
    rows=spending.spending_form,
    remarks=spending.spending_remarks,
    totals=("allotted_amount", "net_allocated", "disbursed_total", "paid_total", "behind_amount"),
    basis=("支付进度＝累计支付÷累计分配，只算已复核的；节点当日计入节点；“还须支付”进到分。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.GROUP_NAME, lambda r: r.group_name, mm=60),
        Column(terms.ALLOTTED_AMOUNT, lambda r: r.allotted_amount, mm=22, missing=""),
        Column(terms.NET_ALLOCATED, lambda r: r.net_allocated, mm=22),
        Column(terms.DISBURSED_TOTAL, lambda r: r.disbursed_total, mm=22),
        Column(terms.PAID_TOTAL, lambda r: r.paid_total, mm=22),
        Column(terms.SPENDING_RATE, lambda r: r.spending_rate, mm=18),
        Column(terms.CHECKPOINT_WORDS, lambda r: r.checkpoint_words, mm=26),
        Column(terms.CHECKPOINT_STATE, lambda r: r.checkpoint_state, mm=18, kind=LABEL),
        Column(terms.BEHIND_AMOUNT, lambda r: r.behind_amount, mm=22),
        Column(terms.NEXT_NEEDED, lambda r: r.next_needed, mm=24, missing=""),
    ),
    signatures=("制表人", "复核人", "单位负责人"),
)
