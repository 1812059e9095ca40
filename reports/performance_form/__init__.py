"""PF04 绩效目标表: what each project of the year's plan is to achieve with its money."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import forms
from fundsys.reports.figures import CODE
from fundsys.reports.ledger import Column, Ledger

LEDGER = Ledger(
    code="PF04",
    title="衔接资金项目绩效目标表",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=8.5,
    rows=forms.performance_targets,
    counter="个",
    group_by=lambda r: r.lead_agency,
    group_title="项目主管单位",
    totals=("planned_investment", "allocated_amount", "benefit_households", "benefit_people"),
    basis=("分配金额是已复核的各年度各来源资金净额；绩效目标取自项目批复，原则上不调整。",),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.LEAD_AGENCY, lambda r: r.lead_agency, printed=False),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=16, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=42),
        Column(terms.PROJECT_TYPE, lambda r: r.project_type, mm=24),
        Column(terms.TOWN, lambda r: r.town, mm=16, missing=""),
        Column(terms.IMPLEMENTING_UNIT, lambda r: r.implementing_unit, mm=26, missing=""),
        Column(terms.PLANNED_INVESTMENT, lambda r: r.planned_investment, mm=19),
        Column(terms.ALLOCATED_AMOUNT, lambda r: r.allocated_amount, mm=19),
        Column(terms.CONTENT, lambda r: r.content, mm=56, small=True),
        Column(terms.GOAL, lambda r: r.goal, mm=60, small=True),
        Column(terms.BENEFIT_HOUSEHOLDS, lambda r: r.benefit_households, mm=13),
        Column(terms.BENEFIT_PEOPLE, lambda r: r.benefit_people, mm=13),
        Column(terms.FARMER_LINKAGE, lambda r: r.farmer_linkage, mm=40, small=True),
        Column(terms.PERIOD, lambda r: r.period, mm=22, missing="", small=True),
        Column(terms.PERSON_IN_CHARGE, lambda r: r.person_in_charge, mm=16, missing=""),
    ),
    signatures=("填表人", "项目主管单位负责人", "县财政局"),
)
