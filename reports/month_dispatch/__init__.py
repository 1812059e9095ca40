"""PF61 月调度表: every target of the year at the end of a month, for the monthly dispatch meeting. Source: 工作要点 第19条 “每月一次调度推进会”."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import target_papers
from fundsys.reports.figures import LABEL, TEXT, Kind
from fundsys.reports.ledger import Column, Ledger

FIGURE = Kind("figure", TEXT.show, TEXT.exact, "right", False)
BASIS = (
    "有规则或系统数据的，数字取自规则检查，只算已复核的记录；其余取自填报单位上报、主管部门已确认的月报。",
    "累计指年初至期末；“差”是距目标的缺口。填报期限以前没有报的列“进行中”或“无数据”，过期没有报的列“逾期未报”。",
)


def columns(added: terms.Term) -> tuple[Column, ...]:
    """The columns both dispatch sheets have."""
    return (
        Column(terms.SERIAL, mm=8),
        Column(terms.TARGET_CODE, lambda r: r.code, mm=13, kind=LABEL),
        Column(terms.TARGET_CLAUSE, lambda r: r.clause, mm=14, kind=LABEL),
        Column(terms.TARGET_NAME, lambda r: r.name, mm=48),
        Column(terms.TARGET_ASKED, lambda r: r.required, mm=24, kind=FIGURE),
        Column(added, lambda r: r.added, mm=24, kind=FIGURE, missing="-"),
        Column(terms.TARGET_REACHED, lambda r: r.reached, mm=30, kind=FIGURE, missing="无数据"),
        Column(terms.TARGET_DISTANCE, lambda r: r.distance, mm=28, kind=FIGURE, missing="-"),
        Column(terms.TARGET_UNIT, lambda r: r.unit, mm=30, missing="-"),
        Column(terms.TARGET_STAND, lambda r: r.stand, mm=17, kind=LABEL),
        Column(terms.TARGET_PROBLEM, lambda r: r.problem, mm=52, missing=""),
        Column(terms.TARGET_NEXT, lambda r: r.next_step, mm=52, missing=""),
        Column(terms.TARGET_SOURCE, lambda r: r.source, mm=18, small=True),
    )


LEDGER = Ledger(
    code="PF61",
    title="年度目标任务月调度表",
    unit="见各项目标",
    page="A3 landscape",
    size=8.5,
    rows=target_papers.month_sheet,
    remarks=target_papers.scope_remark,
    titled=target_papers.month_title,
    identity=("target_code",),
    basis=BASIS,
    columns=columns(terms.ADDED_THIS_MONTH),
    signatures=("填表人", "审核人", "领导小组办公室负责人", "分管领导"),
)
