"""LG01 县级巩固拓展脱贫攻坚成果和乡村振兴项目库表: every column of the library. Source: ledger_columns.yaml LG01."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import library_register
from fundsys.reports.figures import BOOLEAN, CODE, INTEGER, LABEL, MONTH
from fundsys.reports.ledger import Column, Ledger

_TIME, _PLACE, _BENEFIT, _MONEY = "时间进度", "实施地点", "受益对象", "资金规模和筹资方式"

LEDGER = Ledger(
    code="LG01",
    title="县级巩固拓展脱贫攻坚成果和乡村振兴项目库表",
    unit="万元",
    page="A3 landscape",
    places=("town", "village"),
    size=6.5,
    rows=library_register.library_register,
    counter="个",
    group_by=lambda p: p.category,
    group_title="项目类型",
    totals=(
        "budget_total",
        "budget_fin",
        "budget_other",
        "village_count",
        "benefit_households",
        "benefit_people",
        "poor_households",
        "poor_people",
    ),
    identity=("project_code",),
    columns=(
        Column(terms.SERIAL, mm=6.5),
        Column(terms.PROJECT_CODE, lambda p: p.project_code, mm=14, kind=CODE, small=True),
        Column(terms.TYPE_CATEGORY, lambda p: p.category, mm=11, head="项目\n类型"),
        Column(terms.TYPE_GROUP, lambda p: p.group, mm=12, head="二级项目\n类型"),
        Column(terms.PROJECT_TYPE, lambda p: p.type_name, mm=13, head="项目\n子类型"),
        Column(terms.PROJECT_NAME, lambda p: p.name, mm=22),
        Column(terms.NATURE, lambda p: p.nature, mm=7, head="建设\n性质"),
        Column(terms.TOWN, lambda p: p.town, mm=10, kind=LABEL, over=_PLACE),
        Column(terms.VILLAGE, lambda p: p.village, mm=10.5, over=_PLACE),
        Column(
            terms.PLAN_START, lambda p: p.start, key="plan_start", mm=10.5, kind=MONTH, head="计划\n开工", over=_TIME
        ),
        Column(terms.PLAN_END, lambda p: p.end, key="plan_end", mm=10.5, kind=MONTH, head="计划\n完工", over=_TIME),
        Column(terms.LIBRARY_OWNER, lambda p: p.unit, key="resp_unit", mm=12, head="责任\n单位"),
        Column(terms.PERSON_IN_CHARGE, lambda p: p.person, mm=9, kind=LABEL),
        Column(terms.LIBRARY_CONTENT, lambda p: p.content, mm=28, head="建设任务\n（内容及规模）"),
        Column(terms.BUDGET_TOTAL, lambda p: p.total, mm=11.5, head="资金\n规模", over=_MONEY),
        Column(terms.BUDGET_FISCAL, lambda p: p.fiscal, mm=11.5, head="其中财\n政资金", over=_MONEY),
        Column(terms.BUDGET_OTHER, lambda p: p.other, mm=10, head="其中其\n他资金", over=_MONEY, missing=""),
        Column(terms.FINANCING, lambda p: p.financing, mm=11, head="筹资\n方式", over=_MONEY),
        Column(terms.SUBSIDY_STANDARD, lambda p: p.subsidy, mm=9.5, head="补助\n标准", missing=""),
        Column(terms.LEAD_GOAT, lambda p: p.is_lead, mm=7, kind=BOOLEAN, head="首位产\n业（奶\n山羊）"),
        Column(terms.WITH_RELIEF, lambda p: p.is_relief, mm=6.5, kind=BOOLEAN, head="以工\n代赈"),
        Column(
            terms.VILLAGE_COUNT,
            lambda p: p.villages,
            key="village_count",
            mm=7.5,
            kind=INTEGER,
            head="村数",
            over=_BENEFIT,
        ),
        Column(terms.BENEFIT_HOUSEHOLDS, lambda p: p.households, mm=8.5, head="户数", over=_BENEFIT),
        Column(terms.BENEFIT_PEOPLE, lambda p: p.people, mm=9, head="人口", over=_BENEFIT),
        Column(
            terms.POOR_HOUSEHOLDS,
            lambda p: p.poor_households,
            key="poor_households",
            mm=8.5,
            head="脱贫监\n测户",
            over=_BENEFIT,
        ),
        Column(
            terms.POOR_PEOPLE, lambda p: p.poor_people, key="poor_people", mm=9, head="脱贫监\n测人口", over=_BENEFIT
        ),
        Column(terms.GOAL, lambda p: p.goal, mm=21),
        Column(terms.PARTICIPATION, lambda p: p.participation, mm=13, missing="", head="群众\n参与"),
        Column(terms.FARMER_LINKAGE, lambda p: p.linkage, mm=14, head="联农带农\n机制"),
        Column(terms.ADMITTED_ON, lambda p: p.admitted_on, key="admitted_on", mm=12.5, head="入库\n日期"),
        Column(terms.LIBRARY_STATUS, lambda p: p.state, mm=9.5, kind=LABEL, head="入库\n状态"),
        Column(terms.REMARK, lambda p: p.remark, mm=9, missing=""),
    ),
    signatures=("制表人", "复核人", "单位负责人", "填报单位（盖章）"),
)
