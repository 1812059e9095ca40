"""LG03 项目实施进度台账: every project of the plan from contract to settlement. Source: ledger_columns.yaml LG03."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import construction_register
from fundsys.reports.figures import CODE, DATE, LABEL
from fundsys.reports.ledger import Column, Ledger

_CONTRACT, _START, _END, _DONE = "合同", "开工", "完工", "验收和结算"

LEDGER = Ledger(
    code="LG03",
    title="项目实施进度台账",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=6.5,
    rows=construction_register.construction_register,
    remarks=construction_register.counted,
    counter="个",
    group_by=lambda r: r.town,
    group_title="镇",
    totals=("budget", "contract_amt", "pay_total", "settle_amt", "defect"),
    basis=("形象进度、存在问题取最后一次填报；支付进度＝累计支付÷已分配，只算已复核的；质保金按合同条款计算。",),
    identity=("project_code",),
    columns=(
        Column(terms.SERIAL, mm=6.5),
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=15, kind=CODE, small=True),
        Column(terms.PROJECT_NAME, lambda r: r.project_name, mm=30),
        Column(terms.IMPLEMENTING_UNIT, lambda r: r.implementing_unit, key="impl_unit", mm=18),
        Column(terms.PLANNED_INVESTMENT, lambda r: r.budget, key="budget", mm=13, head="计划\n投资"),
        Column(terms.CONTRACT_SUM, lambda r: r.contract_amount, mm=13, missing="", head="合同\n金额", over=_CONTRACT),
        Column(terms.BID_WAY, lambda r: r.bid_way, mm=12, missing="", head="招标或\n采购方式", over=_CONTRACT),
        Column(terms.CONTRACTOR, lambda r: r.contractor, mm=20, missing="", head="施工\n（供应）单位", over=_CONTRACT),
        Column(
            terms.CONTRACT_SIGNED, lambda r: r.contract_on, mm=13, kind=DATE, missing="", head="签订", over=_CONTRACT
        ),
        Column(terms.START_PLANNED, lambda r: r.plan_start_on, mm=13, kind=DATE, head="计划\n开工", over=_START),
        Column(
            terms.START_ACTUAL, lambda r: r.started_on, mm=13, kind=DATE, missing="", head="实际\n开工", over=_START
        ),
        Column(terms.END_PLANNED, lambda r: r.plan_end_on, mm=13, kind=DATE, head="计划\n完工", over=_END),
        Column(terms.END_ACTUAL, lambda r: r.completed_on, mm=13, kind=DATE, missing="", head="实际\n完工", over=_END),
        Column(terms.PHYSICAL_RATE, lambda r: r.progress, mm=12, head="形象\n进度"),
        Column(terms.PAID_SUM, lambda r: r.paid, mm=13, head="累计\n支付"),
        Column(terms.PAID_RATE, lambda r: r.paid_rate, mm=12, head="支付\n进度"),
        Column(
            terms.ACCEPTED_DAY, lambda r: r.accepted_on, mm=13, kind=DATE, missing="", head="验收\n日期", over=_DONE
        ),
        Column(terms.ACCEPTED_NO, lambda r: r.acceptance_no, mm=24, missing="", head="验收\n文号", over=_DONE),
        Column(terms.SETTLED_SUM, lambda r: r.settled_amount, mm=13, missing="", head="结算（审\n定）金额", over=_DONE),
        Column(terms.RETENTION_SUM, lambda r: r.retention, mm=11, missing="", head="质保金", over=_DONE),
        Column(terms.STAGE_NOW, lambda r: r.stage, mm=11, kind=LABEL, head="当前\n阶段"),
        Column(terms.PROBLEM, lambda r: r.problem, mm=18, missing=""),
        Column(terms.PROBLEM_MEASURE, lambda r: r.measure, mm=18, missing="", head="措施与\n责任人"),
        Column(terms.UPDATED_DAY, lambda r: r.reported_on, mm=13, kind=DATE, head="更新\n日期"),
        Column(terms.PHOTO_COUNT, lambda r: r.photos, mm=8, missing="", head="现场\n照片"),
        Column(terms.REMARK, lambda r: r.remark, mm=13, missing=""),
    ),
    signatures=("填报人", "项目负责人", "镇/单位负责人"),
)
