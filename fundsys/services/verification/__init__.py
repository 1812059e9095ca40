"""Proving a county's data: engine, schema, triggers, journal, tables, money, papers, vault. Reads only."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError

from . import (
    asset_values,
    chain,
    classes,
    days,
    engine,
    income,
    keepers,
    money,
    papers,
    rectification,
    rows,
    shape,
    stocktakes,
)
from .report import Check, Problem, Report

__all__ = ["STEPS", "Check", "Problem", "Report", "verify"]

STEPS: tuple[tuple[str, Callable[[Check], None]], ...] = (
    ("数据库文件", engine.integrity),
    ("表结构", shape.schema),
    ("触发器", shape.triggers),
    ("列的类型", rows.types),
    ("逐行核对", rows.fold),
    ("办理记录", chain.chain),
    ("办理记录的锚", chain.anchor),
    ("相互引用", engine.references),
    ("资金", money.money),
    ("四个一批", classes.classes),
    ("资产账面和确权", asset_values.asset_values),
    ("资产收益和分配", income.income),
    ("问题整改", rectification.steps),
    ("管护责任", keepers.keepers),
    ("盘点和抽样", stocktakes.stocktakes),
    ("日期", days.dates),
    ("附件", papers.attachments),
    ("打印记录", papers.prints),
    ("个人信息", papers.vault_entries),
)
OnStep = Callable[[int, int, str], None]


def verify(county: str | None = None, on_step: OnStep | None = None, anchored: bool = True) -> Report:
    """Check everything the county's data promises, in one snapshot. on_step: told (done, of how many, step).

    anchored: whether the head noted on this machine speaks of this data; a restore being proven has none yet.
    The report names each broken record; what cannot be read at all is a problem too, never an exception.
    """
    code = county or store.current_county()
    report = Report()
    try:
        with store.snapshot(code) as session:
            for number, (name, step) in enumerate(STEPS):
                if on_step:
                    on_step(number, len(STEPS), name)
                if anchored or step is not chain.anchor:
                    _run(session, code, report, name, step)
    except (DBAPIError, DomainError, ValueError) as error:
        report.problems.append(Problem("unreadable", "", None, "", f"数据库打不开：{_said(error)}"))
    if on_step:
        on_step(len(STEPS), len(STEPS), "完成")
    return report


def _run(session: Session, code: str, report: Report, name: str, step: Callable[[Check], None]) -> None:
    check = Check(session, code, report)
    try:
        step(check)
    except Exception as error:  # a broken file may say anything; whatever it says is a finding
        check.broken("unreadable", f"检查“{name}”时读不出数据：{_said(error)}")
        if not store.on_sqlite(session):
            session.rollback()


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).split("\n")[0][:200]
