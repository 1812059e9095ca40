"""LG07 资产管护巡查台账: every patrol of the year by sector, and what is overdue. Source: ledger_columns.yaml LG07."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import patrol_papers
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG07",
    title="资产管护巡查台账",
    unit="元",
    page="A4 landscape",
    places=("town", "village"),
    size=6.5,
    rows=patrol_papers.patrol_ledger,
    remarks=patrol_papers.patrol_counts,
    counter="次",
    group_by=lambda r: r.sector,
    group_title="管护行业",
    totals=("repair_cost",),
    identity=("asset_no",),
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=24, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=28),
        Column(terms.SECTOR, lambda r: r.sector, mm=18, printed=False),
        Column(terms.MAINTENANCE_BODY, lambda r: r.maintenance_body, mm=22),
        Column(terms.KEEPER, lambda r: r.keeper, mm=12, kind=LABEL, head="责任人"),
        Column(terms.MAINTENANCE_FUND, lambda r: r.maintenance_fund, mm=16, head="经费来源"),
        Column(terms.YEARLY_UPKEEP, lambda r: r.yearly_upkeep, mm=12, missing=""),
        Column(terms.PATROL_DUE, lambda r: r.due_on, mm=15.5, small=True, head="应巡查\n日期"),
        Column(
            terms.PATROLLED_ON, lambda r: r.patrolled_on, mm=15.5, small=True, head="实际巡查\n日期", missing="未巡查"
        ),
        Column(terms.CONDITION, lambda r: r.condition, mm=10, kind=LABEL, head="设施\n状况"),
        Column(terms.PATROL_WORDS, lambda r: r.words, mm=26, missing=""),
        Column(terms.PATROL_MEASURE, lambda r: r.measure, mm=18, missing=""),
        Column(terms.REPAIR_COST, lambda r: r.repair_cost, mm=14, missing=""),
        Column(terms.DEFECT_DUE, lambda r: r.defect_due_on, key="defect_due_on", mm=15.5, small=True, missing=""),
        Column(terms.FIXED_ON, lambda r: r.fixed_on, mm=15.5, small=True, missing=""),
        Column(terms.POST_PERSON, lambda r: r.post_person, mm=11, kind=LABEL, head="公益岗位\n人员", missing=""),
        Column(terms.REMARK, lambda r: r.remark, mm=11, missing=""),
    ),
    basis=("应巡查日期按当时的管护办法推算；在用的公益性、经营性资产应巡，到户类不列。",),
    signatures=("巡查人", "镇复核", "县行业部门抽查"),
)
