"""PF54 帮扶项目资产公示表: the public edition of the register, with no column that could hold personal data."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import asset_editions
from fundsys.reports.figures import CODE, DECIMAL, LABEL, YEAR
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF54",
    title="帮扶项目资产公示表",
    unit="万元",
    page="A4 landscape",
    places=("town", "village"),
    size=8.5,
    rows=asset_editions.public_assets,
    group_by=lambda a: f"{a.asset_class}资产",
    group_title="资产类别",
    totals=("original_cost",),
    identity=("asset_no",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.ASSET_NO, lambda a: a.asset_no, mm=32, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda a: a.asset_name, mm=42),
        Column(terms.PROJECT_YEAR, lambda a: a.project_year, mm=10, kind=YEAR, head="项目\n年度"),
        Column(terms.TOWN, lambda a: a.town, mm=16, kind=LABEL),
        Column(terms.VILLAGE, lambda a: a.village, mm=18, kind=LABEL, missing="-"),
        Column(terms.QUANTITY, lambda a: a.quantity, mm=14, kind=DECIMAL),
        Column(terms.QUANTITY_UNIT, lambda a: a.quantity_unit, mm=11, kind=LABEL),
        Column(terms.ORIGINAL_COST, lambda a: a.original_cost, mm=18),
        Column(terms.OWNER_TYPE, lambda a: a.owner_type, mm=11, kind=LABEL, head="所有权\n类型"),
        Column(terms.TITLE_HOLDER, lambda a: a.title_holder, mm=36),
        Column(terms.ASSET_TITLED, lambda a: a.titled, mm=12, kind=LABEL),
        Column(terms.SUPERVISOR, lambda a: a.supervisor, mm=26),
        Column(terms.ASSET_STATUS, lambda a: a.asset_status, mm=12, kind=LABEL),
    ),
    basis=("公示表不含管护责任人、电话、住址和备注；到户类资产只列种类，所有权人写“受益户”。已处置、已并入的不列。",),
    signatures=("公示单位（章）", "经办人"),
)
