"""PF26 以工代赈佐证材料: one project's plan, rosters with pay, training, totals and share on one paper; numbers masked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fundsys.domain import terms
from fundsys.domain.money import show_percent, show_wan, show_yuan
from fundsys.queries import relief_ledgers
from fundsys.queries.relief import RosterRow
from fundsys.queries.relief_ledgers import Evidence
from fundsys.reports.figures import ACCOUNT, CODE, DECIMAL, IDENTITY, LABEL
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet


def form(sheet: Sheet) -> str:
    """The paper: as many pages as each project takes."""
    return forms.document(sheet, _pages(sheet))


def _pages(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for code, found in groupby(sheet.rows(), key=lambda r: r.project_code):
        yield f"项目编号：{code}", body(next(found).evidence)


def body(e: Evidence) -> str:
    """Verdict, plan, then each month, then training."""
    parts = [_summary(e)]
    if e.plan:
        plan = e.plan
        parts.append(forms.words("一、劳务组织方案"))
        parts.append(
            forms.rows(
                (("工种", "34"), ("人数", "16 num"), ("工日", "20 num"), ("日工资（元）", "30 num")),
                [(kind, str(people), str(days), show_yuan(rate)) for kind, people, days, rate in plan.posts],
                ("合计", str(plan.planned_workers), str(sum(p[2] for p in plan.posts)), ""),
            )
        )
        if plan.organization:
            parts.append(forms.words(plan.organization))
    parts.append(forms.words("二、每月出勤和报酬发放（考勤台账与发放明细逐人核对）"))
    parts += [_month(r) for r in e.rosters]
    parts.append(forms.words("三、技能培训"))
    training = [(t.held_on.isoformat(), t.topic, t.place, str(t.attendances)) for t in e.trainings]
    heads = (("日期", "18"), ("内容", "42"), ("地点", "26"), ("人次", "14 num"))
    sum_line = ("合计", "", "", str(sum(t.attendances for t in e.trainings)))
    parts.append(forms.rows(heads, training, sum_line) if training else forms.words("没有培训记录。"))
    return "".join(parts)


def _summary(e: Evidence) -> str:
    s, plan = e.sums, e.plan
    rows: list[tuple[tuple[str, str], ...]] = [(("项目名称", e.project_name),)]
    if plan:
        share = s.paid.share_of(plan.base_amount)
        reached = share is not None and share >= plan.min_share
        verdict = f"{show_percent(share, plan.min_share)}，{'达到' if reached else '没有达到'}最低 {show_percent(plan.min_share)}"
        rows += [
            (("计提基数", f"{show_wan(plan.base_amount)} 万元"), ("口径", plan.base_kind.label)),
            (("文号", plan.document_no), ("最低应发", f"{show_yuan(plan.least_pay)} 元")),
            (("累计发放", f"{show_yuan(s.paid)} 元"), ("发放比例", verdict)),
            (("计划吸纳", f"{plan.planned_workers} 人"), ("实际吸纳", f"{s.workers} 人，其中脱贫监测 {s.poor} 人")),
        ]
    else:
        rows.append((("方案", "没有审定的方案，不能判定比例"),))
    rows.append((("务工工日", f"{s.days} 工日"), ("拖欠", f"{show_yuan(s.arrears)} 元")))
    rows.append((("劳务协议", f"{s.agreements} 份"), ("技能培训", f"{s.trained} 人次")))
    return forms.frame(rows)


def _month(r: RosterRow) -> str:
    looks = f"项目单位 {r.entered_by}，镇 {r.town_checked_by or '未核查'}，县 {r.reviewed_by}"
    said = f"{r.month}：{len(r.lines)} 人，考勤台账存放在{r.attendance_place or '未填'}；三查：{looks}。"
    heads = (
        ("姓名", "9"), ("身份证号", "19"), ("户属性", "9"), ("考勤", "7 num"), ("计酬", "7 num"),
        ("日工资", "9 num"), ("实发", "11 num"), ("银行卡", "12"), ("发放日期", "11"), ("核对", "6"),
    )  # fmt: skip
    lines = [
        (
            x.worker.name, x.worker.identity or "已删除", x.worker.household.label,
            "无" if x.attended is None else str(x.attended), str(x.days), show_yuan(x.day_rate), show_yuan(x.paid),
            x.worker.bank or ("现金" if x.worker.cash_approval else "未填"),
            x.paid_on.isoformat() if x.paid_on else "未发", "相符" if x.agrees else "不符",
        )
        for x in r.lines
    ]  # fmt: skip
    sums = ("合计", f"{len(r.lines)} 人", "", "", str(r.days), "", show_yuan(r.paid), "", "", f"不符{r.apart}")
    return forms.words(said) + forms.rows(heads, lines, sums, fine=True)


LEDGER = Ledger(
    code="PF26",
    title="以工代赈佐证材料",
    unit="元",
    page="A3 landscape",
    places=("town",),
    size=8.0,
    rows=relief_ledgers.evidence,
    counter="人次",
    group_by=lambda r: f"{r.project_code} {r.project_name}",
    group_title="项目",
    totals=("days", "due", "paid"),
    form=form,
    basis=("只列已审定的花名册；身份证号和银行卡号只显示首尾几位。",),
    columns=(
        Column(terms.PROJECT_CODE, lambda r: r.project_code, mm=22, kind=CODE),
        Column(terms.LABOR_MONTH, lambda r: r.month, mm=14, kind=LABEL),
        Column(terms.WORKER_NAME, lambda r: r.name, mm=18),
        Column(terms.WORKER_ID_NO, lambda r: r.identity, mm=34, kind=IDENTITY),
        Column(terms.WORKER_HOUSEHOLD, lambda r: r.household, mm=14, kind=LABEL),
        Column(terms.WORK_TYPE, lambda r: r.work_type, mm=18, missing=""),
        Column(terms.LABOR_RATE, lambda r: r.day_rate, mm=15),
        Column(terms.LABOR_DAYS, lambda r: r.days, mm=13, kind=DECIMAL),
        Column(terms.LABOR_DUE, lambda r: r.due, mm=18),
        Column(terms.LABOR_PAID, lambda r: r.paid, mm=18),
        Column(terms.WORKER_CARD, lambda r: r.bank_card, mm=22, kind=ACCOUNT),
        Column(terms.LABOR_PAID_ON, lambda r: r.paid_on, mm=18, missing="未发"),
        Column(terms.REMARK, lambda r: r.remark, mm=18, missing=""),
    ),
    signatures=("项目单位（章）", "镇核查人", "县主管部门"),
)
