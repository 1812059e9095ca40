"""Printing a ledger from question to kept paper: rows are asked, typeset once, pressed, and the print is recorded."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import uuid
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
from fundsys.domain.proof_list import check_code
from fundsys.models.office import County
from fundsys.models.papers import PrintRecord
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.kept_files import ROWS
from fundsys.queries.ledgers import of_records
from fundsys.queries.past import after_act, last_seq, past
from fundsys.queries.print_log import filters_in_words, last_act
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import Viewer, viewer
from fundsys.reports.press import csv, html, pdf, xlsx
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.sheet import Imprint, Sheet, compose
from fundsys.services import attachments, prints
from fundsys.services.acts import SHANGHAI, act

FORMATS = ("pdf", "xlsx", "csv", "html")
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
    base_url = told.get("base_url", Order.base_url)
    return Order(told["ledger"], told["year"], told["where"], as_at, until, told["public"], who, base_url)


@contextmanager
def sheet(order: Order, **imprint: Any) -> Iterator[Sheet]:
    """The typeset ledger of an order, readable inside the block. Raises NotFound, DomainError."""
    with past(order.as_at) if order.as_at else store.snapshot() as session:
        yield _composed(session, order, imprint)


def _composed(session: Session, order: Order, imprint: dict[str, Any]) -> Sheet:
    ledger = find_ledger(order.ledger)
    wanted = Wanted(order.year or work_year(session), dict(order.where), order.until, order.who)
    if ledger.rows is None:
        raise DomainError(f"{ledger.code} {ledger.title}还没有接上数据")
    said = ledger.remarks(session, wanted) if ledger.remarks else ()
    title = ledger.titled(session, wanted) if ledger.titled else ledger.title
    told = replace(ledger, title=title, basis=(*ledger.basis, *said))
    return compose(told, list(ledger.rows(session, wanted)), _imprint(session, ledger.code, order, imprint))


def _imprint(session: Session, code: str, order: Order, told: dict[str, Any]) -> Imprint:
    county = session.scalars(select(County).limit(1)).first()
    filters = filters_in_words(session, code, order.year, order.where)
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


def press(made: Sheet, target: Path, on_page: pdf.OnPage | None = None) -> None:
    """Write a typeset ledger in the format of the file's name: whole, or not at all. Raises DomainError."""
    suffix = target.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise DomainError(f"不认识“{target.suffix}”，输出文件请用 .pdf、.xlsx、.csv 或 .html 结尾")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".printing-") as folder:
        part = Path(folder) / f"part.{suffix}"
        if suffix == "pdf":
            _to_pdf(made, part, on_page)
        elif suffix == "xlsx":
            xlsx.write(made, part)
        elif suffix == "csv":
            csv.write(made, part)
        else:
            part.write_text(_whole_page(made), "utf-8")
        part.replace(target)


def _to_pdf(made: Sheet, part: Path, on_page: pdf.OnPage | None) -> None:
    if made.ledger.bind is not None:
        made.ledger.bind(made, attachments.file_of, part)
    elif made.ledger.form is not None:
        pdf.form(made.ledger.form(made), part)
    else:
        pdf.render(made, part, on_page=on_page)


def _whole_page(made: Sheet) -> str:
    left, middle, right = made.unit_line
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(made.title)}</title></head><body>'
        f"<h1>{escape(made.title)}</h1><p>{escape(left)}　{escape(middle)}　{escape(right)}</p>{html.page(made)}"
        f"<p>{escape(made.foot_left)}　{escape(made.foot_right)}</p></body></html>"
    )


def print_ledger(
    order: Order, target: Path, *, form_id: str | None = None, on_page: pdf.OnPage | None = None
) -> PrintRecord:
    """Print a ledger into a file and record it: number, digest, totals. The file is kept under its number too.

    When another print of the ledger took the number while this one was pressed, it is pressed again with the next.
    Raises: NotFound for an unknown ledger, DomainError for a wrong filter, Unavailable without fonts.
    """
    for _ in range(_TRIES):
        with suppress(prints.NumberTaken):
            return _print(order, target, form_id, on_page)
    return _print(order, target, form_id, on_page)


def _print(order: Order, target: Path, form_id: str | None, on_page: pdf.OnPage | None) -> PrintRecord:
    rows = prints.kept_file(f".{uuid.uuid4()}", ROWS)
    try:
        with past(order.as_at) if order.as_at else store.snapshot() as read:
            head = None if order.as_at else last_act(read)
            plain = _composed(read, order, {})
            with store.snapshot() as session:
                number = prints.next_number(session, plain.ledger.code, datetime.now(UTC).astimezone(SHANGHAI).year)
            numbered = _numbered(plain, number, order.base_url)
            press(numbered, target, on_page)
            _keep_rows(numbered, rows)
            made = prints.Finished(
                number=number,
                check_code=numbered.imprint.verification_code,
                ledger=plain.ledger.code,
                parameters=order.parameters() | {"printed_at": _instant(plain), "base_url": order.base_url},
                row_count=plain.count,
                row_digest=plain.row_digest,
                totals=plain.totals,
                is_public_copy=order.public,
                file=target,
                head=head,
            )
        with act(by=order.who.id if order.who else None, what="打印台账", form_id=form_id) as opened:
            record = prints.record_print(made, act=opened)
            opened.answer = record.number
        rows.replace(prints.kept_file(number, ROWS))
    finally:
        rows.unlink(missing_ok=True)
    kept = prints.kept_file(number, target.suffix.lower())
    if kept.resolve() != target.resolve():
        shutil.copyfile(target, kept)
    return record


def _keep_rows(made: Sheet, target: Path) -> None:
    """Keep the rows as they are hashed, so that a later look need not rebuild the past."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out, gzip.GzipFile("", "wb", 1, out, mtime=0) as packed:
        for told in made.exact_rows():
            packed.write(told)


@contextmanager
def as_printed(number: str) -> Iterator[Sheet]:
    """The sheet of a kept print, made again of the journal as it stood then, with the same imprint.

    Raises: NotFound for a number there is none of; DomainError when its rows cannot be given back.
    """
    with store.snapshot() as session:
        record = prints.recorded(session, number)
        kept = of_records(session, [record])[0]
        session.expunge(record)
        seq = min(kept.seq, last_seq(session, kept.as_at)) if kept.as_at else kept.seq
    with after_act(seq, kept.as_at or kept.day) if seq else past(date.min) as then:
        who = viewer(then, kept.printed_by) if kept.printed_by else None
        stamped = json.loads(record.parameters).get("printed_at", "")
        instant = datetime.fromisoformat(stamped) if stamped else record.printed_at.astimezone(SHANGHAI)
        order = order_of(record, who)
        plain = _composed(then, order, {"printed_at": instant})
        if plain.row_digest != record.row_digest:
            raise DomainError(
                f"{number} 不能照原样重印：按办理日志还原的行与打印时不同（个人信息后来已删除，或台账的列改过）。请重新打印一份"
            )
        yield _numbered(plain, number, order.base_url)


def press_again(number: str, suffix: str) -> Path:
    """The kept file of a print; where it is not there any more, it is made again as it was. Raises as `as_printed`."""
    kept = prints.kept_file(number, suffix)
    if not kept.exists():
        with as_printed(number) as again:
            press(again, kept)
    return kept


def _numbered(plain: Sheet, number: str, base_url: str) -> Sheet:
    """A sheet under its number, with the code and the address that prove it."""
    code = check_code(number, plain.row_digest)
    address = f"{base_url.rstrip('/')}/prints/{number}?c={code}"
    return replace(plain, imprint=replace(plain.imprint, print_no=number, verification_code=code, verify_url=address))


def _instant(made: Sheet) -> str:
    """The instant on the paper, kept so that the same bytes can be made again."""
    return made.imprint.printed_at.isoformat() if made.imprint.printed_at else ""
