"""PF51 帮扶项目资产总账: a year's opening, additions, reductions and closing by town, village, owner, class or year. Source: domain.md 5.10."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import asset_book
from fundsys.reports.figures import INTEGER
from fundsys.reports.ledger import Column, Ledger

_OPENING, _ADDED, _REDUCED, _CLOSING = "年初", "本年增加", "本年减少", "期末"

LEDGER = Ledger(
    code="PF51",
    title="帮扶项目资产总账",
    unit="万元",
    page="A4 landscape",
    places=("town",),
    size=9.0,
    rows=asset_book.book_rows,
    remarks=asset_book.book_remarks,
    counter="行",
    group_by=lambda r: r.group,
    group_title="归类",
    totals=(
        "book_opening",
        "book_opening_cost",
        "book_added",
        "book_added_cost",
        "book_reduced",
        "book_reduced_cost",
        "book_closing",
        "book_closing_cost",
    ),
    basis=(
        "项数和原值；评估调整只动账面价值，不动原值。拆分、合并一处减少、一处增加。登记时已经处置、没有处置单的不列。",
        "没有登记日期的按验收日期、再没有的按项目年度 1 月 1 日入账。类别、权属和坐落按登记簿现在的填写。",
    ),
    identity=("group_name", "book_name"),
    columns=(
        Column(terms.SERIAL, mm=9),
        Column(terms.GROUP_NAME, lambda r: r.group, printed=False),
        Column(terms.BOOK_NAME, lambda r: r.name, mm=42),
        Column(terms.BOOK_OPENING, lambda r: r.opening, mm=18, kind=INTEGER, over=_OPENING, head="项数"),
        Column(terms.BOOK_OPENING_COST, lambda r: r.opening_cost, mm=30, over=_OPENING, head="原值"),
        Column(terms.BOOK_ADDED, lambda r: r.added, mm=18, kind=INTEGER, over=_ADDED, head="项数"),
        Column(terms.BOOK_ADDED_COST, lambda r: r.added_cost, mm=30, over=_ADDED, head="原值"),
        Column(terms.BOOK_REDUCED, lambda r: r.reduced, mm=18, kind=INTEGER, over=_REDUCED, head="项数"),
        Column(terms.BOOK_REDUCED_COST, lambda r: r.reduced_cost, mm=30, over=_REDUCED, head="原值"),
        Column(terms.BOOK_CLOSING, lambda r: r.closing, mm=18, kind=INTEGER, over=_CLOSING, head="项数"),
        Column(terms.BOOK_CLOSING_COST, lambda r: r.closing_cost, mm=30, over=_CLOSING, head="原值"),
    ),
    signatures=("制表人", "复核人", "单位负责人"),
)
