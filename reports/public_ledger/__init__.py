"""LG12 项目公示公告台账: every notice of the year with its days, place, objections and pictures. Source: ledger_columns.yaml LG12."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import public_papers
from fundsys.reports.figures import CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="LG12",
    title="项目公示公告台账",
    unit="万元",
    page="A4 landscape",
    size=7.2,
    rows=public_papers.public_ledger,
    counter="份",
    group_by=lambda r: f"{r.level}级",
    group_title="层级",
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.PUBLIC_NO, lambda r: r.public_no, mm=25, kind=CODE, printed=False),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=20, small=True, missing="-"),
        Column(terms.PUBLIC_KIND, lambda r: r.kind, mm=15),
        Column(terms.PUBLIC_LEVEL, lambda r: r.level, mm=7.5, kind=LABEL),
        Column(terms.PUBLIC_FROM, lambda r: r.first_on, mm=15.5, small=True, head="起"),
        Column(terms.PUBLIC_TO, lambda r: r.last_on, mm=15.5, small=True, head="止", missing="长期"),
        Column(terms.PUBLIC_DAYS, lambda r: r.days, mm=9, missing="长期"),
        Column(terms.PUBLIC_PLACE, lambda r: r.place, mm=24),
        Column(terms.PUBLIC_CONTENT, lambda r: r.content, mm=52),
        Column(terms.PUBLIC_AMOUNT, lambda r: r.amount, mm=16, missing=""),
        Column(terms.PUBLIC_HOTLINE, lambda r: r.hotline, mm=18, small=True),
        Column(terms.PUBLIC_OBJECTION, lambda r: r.objection, mm=10, kind=LABEL),
        Column(terms.PUBLIC_HANDLING, lambda r: r.handling, mm=22, missing=""),
        Column(terms.PUBLIC_PHOTO, lambda r: r.photo, mm=10, kind=LABEL),
        Column(terms.PUBLISHING_UNIT, lambda r: r.publishing_unit, mm=20, printed=False),
        Column(terms.REMARK, lambda r: r.remark, mm=14, missing=""),
    ),
    basis=("天数首尾都算。草稿、待审定和退回的不列。",),
    signatures=("公示单位（章）", "经办人"),
)
