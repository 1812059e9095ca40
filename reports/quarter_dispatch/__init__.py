"""PF62 季调度表: every target of the year at the end of a quarter, for the leading group's meeting. Source: 工作要点 第19条 “季度一次领导小组会”."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import target_papers
from fundsys.reports.ledger import Ledger
from fundsys.reports.month_dispatch import BASIS, columns

LEDGER = Ledger(
    code="PF62",
    title="年度目标任务季调度表",
    unit="见各项目标",
    page="A3 landscape",
    size=8.5,
    rows=target_papers.quarter_sheet,
    remarks=target_papers.scope_remark,
    titled=target_papers.quarter_title,
    identity=("target_code",),
    basis=BASIS,
    columns=columns(terms.ADDED_THIS_QUARTER),
    signatures=("填表人", "审核人", "领导小组办公室负责人", "领导小组组长"),
)
