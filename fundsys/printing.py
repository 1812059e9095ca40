"""Printing a ledger from question to kept paper: rows are asked, typeset once, pressed, and the print is recorded."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.models.office import County
from fundsys.models.papers import PrintRecord
from fundsys.queries import assets as asset_queries
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.past import past
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import Viewer
from fundsys.reports.press import csv, html, pdf, xlsx
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.sheet import Imprint, Sheet, compose
from fundsys.services import attachments, prints
from fundsys.services.acts import SHANGHAI, act

FORMATS = ("pdf", "xlsx", "csv", "html")
_OF_ASSET_PAPERS = {"LG06", "LG17", "PF33"}
_TRIES = 40
"""How often a print whose number was taken is pressed again; each time somebody else has finished."""


@dataclass(frozen=True)
class Order:
    """What is to be printed. who: the person asking, None for 系统; base_url: where the QR's page is served."""

    ledger: str
    year: int | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    as_at: date | None = None
    until: date | None = None
    public: bool = False
    who: Viewer | None = None
    base_url: str = "http://127.0.0.1:5000"

    def parameters(self) -> dict[str, Any]:
        """The order as kept with the print."""
        told = asdict(self)
        told.pop("who")
        told.pop("base_url")
        return told | {
            "where": dict(self.where),
            "as_at": self.as_at.isoformat() if self.as_at else None,
            "until": self.until.isoformat() if self.until else None,
        }


def order_of(record: PrintRecord, who: Viewer | None) -> Order:
    """The order a kept print was made from."""
    told = json.loads(record.parameters)
    as_at, until = (date.fromisoformat(told[day]) if told[day] else None for day in ("as_at", "until"))
    return Order(told["ledger"], told["year"], told["where"], public=told["public"], who=who, as_at=as_at, until=until)


@contextmanager
def sheet(order: Order, **imprint: Any) -> Iterator[Sheet]:
    """The typeset ledger of an order, readable inside the block. Raises NotFound, DomainError."""
    ledger = find_ledger(order.ledger)
    with past(order.as_at) if order.as_at else store.snapshot() as session:
        wanted = Wanted(order.year or work_year(session), dict(order.where), order.until, order.who)
        if ledger.rows is None:
            raise DomainError(f"{ledger.code} {ledger.title}还没有接上数据")
        said = ledger.remarks(session, wanted) if ledger.remarks else ()
        told = replace(ledger, basis=(*ledger.basis, *said))
        yield compose(told, list(ledger.rows(session, wanted)), _imprint(session, ledger.code, order, imprint))


def _imprint(session: Session, code: str, order: Order, told: dict[str, Any]) -> Imprint:
    county = session.scalars(select(County).limit(1)).first()
    words = {"town": "镇", "village": "村", "class": "类别", "year": "年度", "owner": "所有权人", "sector": "管护行业",
             "status": "状态", "titled": "确权", "q": "查找", "unit": "单位", "lead": "首位产业", "relief": "以工代赈",
             "notice": "文号", "level": "级次", "request": "申请序号", "payment": "支付序号",
             "disbursement": "拨付序号", "voucher": "凭证号", "project": "项目",
             "month": "月份", "quarter": "季度", "by": "统计口径", "list": "清单编号", "result": "结果",
             "old": "原打印", "new": "新打印", "ledger": "台账", "from": "原日期", "to": "新日期",
             "no": "公示序号", "kind": "公示事项", "sheet": "巡查表", "stocktake": "盘点", "sample": "抽样"}  # fmt: skip
    if code in _OF_ASSET_PAPERS:
        words["no"] = "办理单号"
    if code == "LG16":
        words["sheet"] = "盘点表"
    where = (
        asset_queries.in_words(session, order.where) if code in ("LG05", "LG07", "PF53", "PF54") else dict(order.where)
    )
    yes_no = {"yes": "已确权", "no": "待确权"}
    filters = tuple(f"{words.get(key, key)} {yes_no.get(value, value)}" for key, value in sorted(where.items()))
    if order.year:
        filters = (f"{order.year} 年度", *filters)
    usual = Imprint(
        place=county.name if county else "",
        reporting_unit=order.who.unit_name if order.who else (county.reporting_unit if county else ""),
        until=order.until,
        as_at=order.as_at,
        today=county_today(session),
        filters=filters,
        public=order.public,
        demo=bool(county and county.is_demo),
        printed_by=order.who.name if order.who else "系统",
        printed_at=datetime.now(UTC).astimezone(SHANGHAI),
        base_url=order.base_url,
    )
    return replace(usual, **told)


def press(made: Sheet, target: Path) -> None:
    """Write a typeset ledger in the format of the file's name: whole, or not at all. Raises DomainError."""
    suffix = target.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise DomainError(f"不认识“{target.suffix}”，输出文件请用 .pdf、.xlsx、.csv 或 .html 结尾")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".printing-") as folder:
        part = Path(folder) / f"part.{suffix}"
        if suffix == "pdf":
            _to_pdf(made, part)
        elif suffix == "xlsx":
            xlsx.write(made, part)
        elif suffix == "csv":
            csv.write(made, part)
        else:
            part.write_text(_whole_page(made), "utf-8")
        part.replace(target)


def _to_pdf(made: Sheet, part: Path) -> None:
    if made.ledger.bind is not None:
        made.ledger.bind(made, attachments.file_of, part)
    elif made.ledger.form is not None:
        pdf.form(made.ledger.form(made), part)
    else:
        pdf.render(made, part)


def _whole_page(made: Sheet) -> str:
    left, middle, right = made.unit_line
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(made.title)}</title></head><body>'
        f"<h1>{escape(made.title)}</h1><p>{escape(left)}　{escape(middle)}　{escape(right)}</p>{html.page(made)}"
        f"<p>{escape(made.foot_left)}　{escape(made.foot_right)}</p></body></html>"
    )


def print_ledger(order: Order, target: Path, *, form_id: str | None = None) -> PrintRecord:
    """Print a ledger into a file and record it: number, digest, totals. The file is kept under its number too.

    When another print of the ledger took the number while this one was pressed, it is pressed again with the next.
    Raises: NotFound for an unknown ledger, DomainError for a wrong filter, Unavailable without fonts.
    """
    for _ in range(_TRIES):
        with suppress(prints.NumberTaken):
            return _print(order, target, form_id)
    return _print(order, target, form_id)


def _print(order: Order, target: Path, form_id: str | None) -> PrintRecord:
    with sheet(order) as plain:
        today = datetime.now(UTC).astimezone(SHANGHAI)
        with store.snapshot() as session:
            number = prints.next_number(session, plain.ledger.code, today.year)
        code = prints.check_code(number, plain.row_digest)
        imprint = replace(
            plain.imprint,
            print_no=number,
            verification_code=code,
            verify_url=f"{order.base_url.rstrip('/')}/prints/{number}?c={code}",
        )
        numbered = replace(plain, imprint=imprint)
        press(numbered, target)
        made = prints.Finished(
            number=number,
            check_code=code,
            ledger=plain.ledger.code,
            parameters=order.parameters(),
            row_count=plain.count,
            row_digest=plain.row_digest,
            totals=plain.totals,
            is_public_copy=order.public,
            file=target,
        )
    with act(by=order.who.id if order.who else None, what="打印台账", form_id=form_id) as opened:
        record = prints.record_print(made, act=opened)
        opened.answer = record.number
    kept = prints.kept_file(number, target.suffix.lower())
    if kept.resolve() != target.resolve():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, kept)
    return record
