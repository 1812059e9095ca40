"""The log of prints: who printed what, when, from which filters; what a print is called and reads of, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.models.journal import Act
from fundsys.models.office import County, Person, Unit
from fundsys.models.papers import PrintRecord
from fundsys.queries import assets as asset_queries
from fundsys.queries.history import OFFICE_ZONE
from fundsys.queries.ledgers import KeptPrint, of_records, seen_prints
from fundsys.queries.viewer import Viewer

WORDS = {"town": "镇", "village": "村", "class": "类别", "year": "年度", "owner": "所有权人", "sector": "管护行业",
         "status": "状态", "titled": "确权", "books": "范围", "q": "查找", "unit": "单位", "lead": "首位产业", "relief": "以工代赈",
         "notice": "文号", "level": "级次", "request": "申请序号", "payment": "支付序号",
         "disbursement": "拨付序号", "voucher": "凭证号", "project": "项目",
         "month": "月份", "quarter": "季度", "by": "统计口径", "list": "清单编号", "result": "结果",
         "old": "原打印", "new": "新打印", "ledger": "台账", "from": "原日期", "to": "新日期",
         "no": "公示序号", "kind": "公示事项", "sheet": "巡查表", "stocktake": "盘点", "sample": "抽样",
         "rule": "规则", "outcome": "结论", "issue": "期号"}  # fmt: skip
_OF_ASSET_PAPERS = {"LG06", "LG17", "PF33"}
_OF_ASSETS = ("LG05", "LG07", "PF53", "PF54")
_YES_NO = {"yes": "已确权", "no": "待确权"}
OPEN_FILTERS = {"town", "village", "class", "year", "sector", "status", "titled", "books", "level", "month", "by", "notice",
                "project", "kind", "lead", "relief", "stocktake", "sheet", "sample", "old", "new", "ledger", "from", "to",
                "rule", "outcome", "issue"}  # fmt: skip
"""Filters that may be told to whoever holds the paper; in the others people may have typed a name."""


def filters_in_words(
    session: Session, code: str, year: int | None, where: Mapping[str, str], everybody: bool = False
) -> tuple[str, ...]:
    """The filters of a print as its paper tells them. everybody: what a person may have typed freely is left out."""
    words = dict(WORDS)
    if code in _OF_ASSET_PAPERS:
        words["no"] = "办理单号"
    if code == "LG16":
        words["sheet"] = "盘点表"
    told = asset_queries.in_words(session, where) if code in _OF_ASSETS else dict(where)
    if everybody:
        told = {key: value if key in OPEN_FILTERS else "（已隐去）" for key, value in told.items()}
    found = tuple(f"{words.get(key, key)} {_YES_NO.get(value, value)}" for key, value in sorted(told.items()))
    return (f"{year} 年度", *found) if year else found


def scope_in_words(session: Session, kept: KeptPrint, everybody: bool = False) -> str:
    """The filters of a kept print in one line; 全部 without any."""
    try:
        told = filters_in_words(session, kept.ledger, kept.year, dict(kept.where), everybody)
    except DomainError:  # a place or class that is there no more
        told = tuple(
            f"{WORDS.get(key, key)} {value}" for key, value in kept.where if not everybody or key in OPEN_FILTERS
        )
    return "，".join(told) or "全部"


@dataclass(frozen=True, slots=True)
class Logged:
    """A print in the log."""

    kept: KeptPrint
    check_code: str
    printed_by: str
    unit: str


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which prints are wanted; nothing said is all. first, last: office days, both included."""

    ledger: str = ""
    person: str = ""
    number: str = ""
    first: date | None = None
    last: date | None = None


def print_log(session: Session, who: Viewer, wanted: LogFilter, offset: int, limit: int) -> tuple[list[Logged], int]:
    """A page of the prints this person may fetch, newest first, and how many there are."""
    tests = [seen_prints(who), *_tests(wanted)]
    count = select(func.count()).select_from(PrintRecord).outerjoin(Person, PrintRecord.printed_by == Person.id)
    total = session.scalar(count.where(*tests)) or 0
    rows = _logged(session, _prints().where(*tests).order_by(PrintRecord.id.desc()).offset(offset).limit(limit))
    return rows, total


def _tests(wanted: LogFilter) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    if wanted.ledger:
        tests.append(PrintRecord.ledger == wanted.ledger)
    if wanted.number:
        tests.append(PrintRecord.number.contains(wanted.number, autoescape=True))
    if wanted.person:
        named = Person.name.contains(wanted.person, autoescape=True)
        tests.append(or_(named, PrintRecord.printed_by.is_(None)) if wanted.person == "系统" else named)
    if wanted.first:
        tests.append(PrintRecord.printed_at >= _begins(wanted.first))
    if wanted.last:
        tests.append(PrintRecord.printed_at < _begins(wanted.last + timedelta(days=1)))
    return tests


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC)


def _prints() -> Any:
    return (
        select(PrintRecord, Person.name, Unit.name)
        .outerjoin(Person, PrintRecord.printed_by == Person.id)
        .outerjoin(Unit, Person.unit_id == Unit.id)
    )


def _logged(session: Session, query: Any) -> list[Logged]:
    rows: list[Any] = list(session.execute(query))
    kept = of_records(session, [record for record, _, _ in rows])
    return [
        Logged(one, record.check_code, name or "系统", unit or "系统")
        for one, (record, name, unit) in zip(kept, rows, strict=True)
    ]


def all_prints(session: Session) -> list[Logged]:
    """Every print there is, in the order in which they were made."""
    return _logged(session, _prints().order_by(PrintRecord.id))


def logged(session: Session, number: str) -> Logged:
    """One print as the log has it; it has been proven before that the person may see it."""
    return _logged(session, _prints().where(PrintRecord.number == number))[0]


def last_act(session: Session) -> tuple[int, str]:
    """Number and digest of the last act this session sees; 0 and "" before the first."""
    head = session.execute(select(Act.seq, Act.digest).order_by(Act.seq.desc()).limit(1)).first()
    return (head[0], head[1]) if head else (0, "")


def list_head(session: Session) -> tuple[str, str]:
    """The county's name, and the head of its journal in words."""
    seq, digest = last_act(session)
    return session.scalar(select(County.name).limit(1)) or "", f"第 {seq} 号 {digest}" if seq else "没有记录"
