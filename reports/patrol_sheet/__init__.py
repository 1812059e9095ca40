"""PF34 资产管护巡查表: the sheet taken along on a patrol, each row with the code by which it is read back."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import patrol_papers
from fundsys.reports.figures import CODE, LABEL, TEXT
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF34",
    title="资产管护巡查表",
    unit="元",
    page="A4 landscape",
    size=8.5,
    row_mm=12.0,
    rows=patrol_papers.sheet_rows,
    counter="项",
    group_by=lambda r: r.sheet,
    group_title="巡查表",
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.ROW_CODE, lambda r: r.row_code, mm=26, kind=CODE),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=24, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=30),
        Column(terms.VILLAGE, lambda r: r.village, mm=14, kind=LABEL),
        Column(terms.LOCATION, lambda r: r.location, mm=16, missing=""),
        Column(terms.SECTOR, lambda r: r.sector, mm=20, printed=False),
        Column(terms.KEEPER, lambda r: r.keeper, mm=13, kind=LABEL, head="责任人"),
        Column(terms.LAST_PATROL_ON, lambda r: r.last_patrol_on, mm=16, missing="无", small=True),
        Column(terms.PATROL_DUE, lambda r: r.due_on, mm=16, small=True, head="应巡查\n日期"),
        Column(terms.PATROLLED_ON, lambda r: r.patrolled_on, key="walked", mm=18, missing=""),
        Column(terms.CONDITION, lambda r: r.condition, mm=14),
        Column(terms.PATROL_WORDS, lambda r: r.words, mm=38, missing=""),
        Column(terms.DEFECT_DUE, lambda r: r.defect_due_on, key="fix_by", mm=17, kind=TEXT, missing=""),
        Column(terms.NEEDED_AMOUNT, lambda r: r.needed_amount, mm=15, kind=TEXT, missing=""),
        Column(terms.PATROLLER, lambda r: r.patroller, mm=15, missing=""),
    ),
    basis=(
        "行码末两位是校验位，录入时写错一个数字或颠倒两个数字都录不进去；设施状况勾选一项，严重、损毁的写明问题和整改时限。",
    ),
    signatures=("巡查人", "镇复核"),
)
