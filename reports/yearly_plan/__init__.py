"""LG02 年度衔接资金项目计划表: the projects of a year with their money by source. Source: ledger_columns.yaml LG02."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import registers
from fundsys.reports.figures import BOOLEAN, CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

_BY_SOURCE = "其中"

LEDGER = Ledger(
    code="LG02",
    title="年度衔接资金项目计划表",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=7.5,
    rows=registers.yearly_plan,
    counter="个",
    group_by=lambda p: p.lead_agency,
    group_title="主管单位",
    totals=(
        "planned_investment",
        "central_amount",
        "provincial_amount",
        "city_amount",
        "county_amount",
        "cooperation_amount",
        "other_amount",
        "benefit_households",
        "benefit_people",
    ),
    identity=("project_code",),
    columns=(
        Column(terms.SERIAL, mm=7),
        Column(terms.PROJECT_CODE, lambda p: p.project_code, mm=14, kind=CODE, small=True),
        Column(terms.LIBRARY_CODE, lambda p: p.library_code, mm=14, kind=CODE, small=True, head="项目库\n编号"),
        Column(terms.PROJECT_NAME, lambda p: p.project_name, mm=26),
        Column(terms.PROJECT_TYPE, lambda p: p.project_type, mm=12, head="项目\n子类型"),
        Column(terms.TOWN, lambda p: p.town, mm=11, kind=LABEL),
        Column(terms.VILLAGE, lambda p: p.village, mm=11, kind=LABEL),
        Column(terms.CONTENT, lambda p: p.content, mm=36),
        Column(terms.LEAD_AGENCY, lambda p: p.lead_agency, mm=14, head="项目主管\n单位"),
        Column(terms.IMPLEMENTING_UNIT, lambda p: p.implementing_unit, mm=14),
        Column(terms.PLANNED_INVESTMENT, lambda p: p.planned_investment, mm=12.5, head="计划投资"),
        Column(terms.CENTRAL_AMOUNT, lambda p: p.central_amount, mm=12, missing="", head="中央\n衔接", over=_BY_SOURCE),
        Column(
            terms.PROVINCIAL_AMOUNT,
            lambda p: p.provincial_amount,
            mm=12,
            missing="",
            head="省级\n衔接",
            over=_BY_SOURCE,
        ),
        Column(terms.CITY_AMOUNT, lambda p: p.city_amount, mm=11, missing="", head="市级\n衔接", over=_BY_SOURCE),
        Column(terms.COUNTY_AMOUNT, lambda p: p.county_amount, mm=11, missing="", head="县级\n衔接", over=_BY_SOURCE),
        Column(
            terms.COOPERATION_AMOUNT,
            lambda p: p.cooperation_amount,
            mm=11,
            missing="",
            head="苏陕\n协作",
            over=_BY_SOURCE,
        ),
        Column(terms.OTHER_AMOUNT, lambda p: p.other_amount, mm=11, missing="", over=_BY_SOURCE),
        Column(terms.APPROVAL_NO, lambda p: p.approval_no, mm=15),
        Column(terms.IS_INDUSTRY, lambda p: p.is_industry, mm=6.5, kind=BOOLEAN, head="是否\n产业"),
        Column(terms.IS_LEAD_INDUSTRY, lambda p: p.is_lead_industry, mm=6.5, kind=BOOLEAN, head="是否\n首位\n产业"),
        Column(terms.IS_WORK_RELIEF, lambda p: p.is_work_relief, mm=6.5, kind=BOOLEAN, head="是否\n以工\n代赈"),
        Column(terms.BENEFIT_HOUSEHOLDS, lambda p: p.benefit_households, mm=8.5),
        Column(terms.BENEFIT_PEOPLE, lambda p: p.benefit_people, mm=9),
        Column(terms.PERIOD, lambda p: p.period, mm=14),
        Column(terms.GOAL, lambda p: p.goal, mm=30),
        Column(terms.PERSON_IN_CHARGE, lambda p: p.person_in_charge, mm=10, kind=LABEL),
        Column(terms.SUBSIDY_STANDARD, lambda p: p.subsidy_standard, mm=13, missing=""),
        Column(terms.FARMER_LINKAGE, lambda p: p.farmer_linkage, mm=22, missing=""),
        Column(terms.REMARK, lambda p: p.remark, mm=10, missing=""),
    ),
    signatures=("制表人", "县乡村振兴局审核", "县财政局审核", "分管县长"),
)
