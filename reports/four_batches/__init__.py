"""LG11 四个一批分类台账: the legacy industry projects by class. Source: ledger_columns.yaml LG11."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import legacy_register
from fundsys.reports.figures import CODE, LABEL, YEAR
from fundsys.reports.ledger import Column, Ledger

_FACTS = "运行和效益"
_LED = "联农带农"
_ASSETS = "项目资产"

LEDGER = Ledger(
    code="LG11",
    title="四个一批分类台账",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=6.5,
    rows=legacy_register.four_batch_register,
    remarks=legacy_register.class_counts,
    counter="个",
    group_by=lambda p: p.group,
    group_title="分类",
    totals=(
        "total_investment",
        "fiscal_amount",
        "output",
        "profit",
        "income",
        "households",
        "poor_households",
        "asset_orig",
    ),
    identity=("project_code",),
    columns=(
        Column(terms.SERIAL, mm=6),
        Column(terms.PROJECT_CODE, lambda p: p.project_code, mm=13, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda p: p.project_name, mm=19),
        Column(terms.PROJECT_YEAR, lambda p: p.project_year, mm=7, kind=YEAR, head="项目\n年度"),
        Column(terms.TOWN, lambda p: p.town, mm=9, kind=LABEL),
        Column(terms.VILLAGE, lambda p: p.village, mm=9, kind=LABEL),
        Column(terms.PROJECT_TYPE, lambda p: p.project_type, mm=11, head="项目\n子类型"),
        Column(terms.INDUSTRY, lambda p: p.industry, mm=8, kind=LABEL),
        Column(terms.TOTAL_INVESTMENT, lambda p: p.total_investment, mm=11),
        Column(terms.FISCAL_AMOUNT, lambda p: p.fiscal_amount, mm=11, head="财政\n投入"),
        Column(terms.OPERATOR, lambda p: p.operator, mm=14, head="经营主体"),
        Column(terms.LG11_CREDIT_CODE, lambda p: p.credit_code, mm=14, head="统一社会\n信用代码", missing=""),
        Column(terms.LG11_RUN, lambda p: p.run_state, mm=8, kind=LABEL, head="运行\n状态", over=_FACTS),
        Column(terms.YEARLY_OUTPUT, lambda p: p.output, mm=10, missing="", over=_FACTS),
        Column(terms.YEARLY_PROFIT, lambda p: p.profit, mm=10, missing="", over=_FACTS),
        Column(terms.YEARLY_EARNED, lambda p: p.income, mm=10, missing="", over=_FACTS),
        Column(terms.LINKAGE_WAY, lambda p: p.linkage, mm=11, missing="", head="方式", over=_LED),
        Column(terms.HOUSEHOLDS_LED, lambda p: p.households, mm=8, missing="", over=_LED),
        Column(terms.POOR_LED, lambda p: p.poor_households, mm=9, missing="", head="脱贫\n监测户", over=_LED),
        Column(terms.LG11_ASSET_COST, lambda p: p.asset_cost, mm=11, missing="", head="原值", over=_ASSETS),
        Column(terms.LG11_USE, lambda p: p.asset_use, mm=8, missing="", over=_ASSETS),
        Column(terms.LG11_CLASS, lambda p: p.group, mm=9, kind=LABEL),
        Column(terms.BATCH_REASON, lambda p: p.reason, key="basis", mm=18),
        Column(terms.TROUBLE, lambda p: p.root_cause, mm=13, missing=""),
        Column(terms.MEASURE, lambda p: p.measure, mm=15, missing="-"),
        Column(terms.RESPONSIBLE_UNIT, lambda p: p.responsible_unit, mm=11),
        Column(terms.RESPONSIBLE, lambda p: p.responsible, mm=8, kind=LABEL),
        Column(terms.DUE_ON, lambda p: p.due_on, mm=12, head="完成\n时限", missing="-"),
        Column(terms.LG11_PROGRESS, lambda p: p.progress, mm=15, missing="-"),
        Column(terms.LG11_DONE, lambda p: p.done_on, key="done_on", mm=12, missing=""),
        Column(terms.LG11_WAS, lambda p: p.previous, mm=9, kind=LABEL, missing=""),
        Column(terms.CHECKED_BY, lambda p: p.checked_by, mm=8, kind=LABEL),
        Column(terms.CHECKED_ON, lambda p: p.checked_on, mm=12),
        Column(terms.REMARK, lambda p: p.remark, mm=9, missing=""),
    ),
    signatures=("村", "镇", "县专班"),
)
"""The paper's 34 columns. 年度、地点、投资、运行、带农、资产、分类、措施、核查 stand in the order of the county's table."""
