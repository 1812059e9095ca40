"""LG05 帮扶项目资产登记台账: every asset with its money, title, keeper and state. Source: ledger_columns.yaml LG05."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import registers
from fundsys.reports.figures import CODE, DECIMAL, LABEL, NOT_VALUED, PHONE, YEAR
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG05",
    title="帮扶项目资产登记台账",
    unit="万元",
    page="A3 landscape",
    places=("town", "village"),
    size=7.8,
    rows=registers.asset_register,
    group_by=lambda a: f"{a.asset_class}资产",
    group_title="资产类别",
    totals=("settled_amount", "original_cost", "valuation", "net_value", "yearly_income", "benefit_households"),
    identity=("asset_no",),
    columns=(
        Column(terms.SERIAL, mm=7.2),
        Column(terms.ASSET_NO, lambda a: a.asset_no, mm=19.5, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda a: a.asset_name, mm=25.5),
        Column(terms.ASSET_CLASS, lambda a: a.asset_class, mm=10, kind=LABEL),
        Column(terms.ASSET_FORM, lambda a: a.asset_form, mm=8.4, kind=LABEL),
        Column(terms.ASSET_KIND, lambda a: a.asset_kind, mm=13),
        Column(terms.SOURCE_PROJECT, lambda a: a.source_project, mm=14, kind=CODE, small=True),
        Column(terms.PROJECT_YEAR, lambda a: a.project_year, mm=8, kind=YEAR, head="项目\n年度"),
        Column(terms.FUND_SOURCE, lambda a: a.fund_source, mm=12.3, kind=LABEL),
        Column(terms.TOWN, lambda a: a.town, mm=12.8, kind=LABEL),
        Column(terms.VILLAGE, lambda a: a.village, mm=12.8, kind=LABEL),
        Column(terms.LOCATION, lambda a: a.location, mm=9, kind=LABEL),
        Column(terms.SPECIFICATION, lambda a: a.specification, mm=11.3, missing="", head="规格\n结构"),
        Column(terms.QUANTITY, lambda a: a.quantity, mm=9, kind=DECIMAL),
        Column(terms.QUANTITY_UNIT, lambda a: a.quantity_unit, mm=8.3, kind=LABEL),
        Column(terms.SETTLED_AMOUNT, lambda a: a.settled_amount, mm=13.7),
        Column(terms.ORIGINAL_COST, lambda a: a.original_cost, mm=13.7),
        Column(terms.VALUATION, lambda a: a.valuation, mm=13.7, missing=NOT_VALUED),
        Column(terms.ACCEPTED_ON, lambda a: a.accepted_on, mm=14.5, small=True),
        Column(terms.SERVICE_LIFE, lambda a: a.service_life, mm=7.9, missing="", head="使用\n年限"),
        Column(terms.NET_VALUE, lambda a: a.net_value, mm=13.7),
        Column(terms.OWNER_TYPE, lambda a: a.owner_type, mm=9.3, kind=LABEL, head="所有权\n类型"),
        Column(terms.TITLE_HOLDER, lambda a: a.title_holder, mm=19),
        Column(terms.OPERATOR, lambda a: a.operator, mm=16, missing="", head="经营使用\n主体"),
        Column(terms.SUPERVISOR, lambda a: a.supervisor, mm=15),
        Column(terms.KEEPER, lambda a: a.keeper, mm=10.8, kind=LABEL, head="管护\n责任人"),
        Column(terms.PHONE, lambda a: a.phone, mm=15.2, kind=PHONE, small=True),
        Column(terms.YEARLY_INCOME, lambda a: a.yearly_income, mm=11.3, missing=""),
        Column(terms.BENEFIT_HOUSEHOLDS, lambda a: a.benefit_households, mm=9.3, missing=""),
        Column(terms.ASSET_STATUS, lambda a: a.asset_status, mm=9.3, kind=LABEL),
        Column(terms.REGISTERED_ON, lambda a: a.registered_on, mm=14.5, small=True),
        Column(terms.REMARK, lambda a: a.remark, mm=9.5, missing=""),
    ),
    signatures=("登记人", "复核人", "村（单位）负责人", "镇审核", "县主管部门"),
    basis=("零写“-”，没有填写写“未填”，没有评估写“未评估”。",),
)
