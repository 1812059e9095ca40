"""Prints as people look them up: the latest, one by number, and what its paper can be checked against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.models.journal import Act
from fundsys.models.office import Person
from fundsys.models.papers import PrintRecord
from fundsys.queries.history import OFFICE_ZONE
from fundsys.queries.past import past, told
from fundsys.queries.viewer import Viewer

LOOKED_THROUGH = 500
"""How many of the latest prints are looked through for those of one scope."""


@dataclass(frozen=True, slots=True)
class PrintRow:
    """One print in the list."""

    number: str
    ledger: str
    row_count: int
    printed_at: datetime
    printed_by: str
    check_code: str
    is_public_copy: bool


@dataclass(frozen=True, slots=True)
class KeptPrint:
    """A print as it was ordered and recorded. day: the office day it was made on; seq: the last act it knew of.

    totals: key and the sum as kept (分, a number, or a quantity's digits).
    """

    number: str
    ledger: str
    year: int | None
    where: tuple[tuple[str, str], ...]
    until: date | None
    as_at: date | None
    day: date
    seq: int
    row_count: int
    row_digest: str
    totals: dict[str, int | str]
    printed_by: int | None
    printed_at: datetime
    public: bool

    @property
    def scope(self) -> tuple[Any, ...]:
        """What two prints must share to be compared: ledger, year, filters, edition."""
        return self.ledger, self.year, self.where, self.public


def kept_print(session: Session, who: Viewer | None, number: str) -> KeptPrint:
    """One print this person may fetch again. Raises NotFound for hidden and missing alike."""
    test = true() if who is None else seen_prints(who)
    found = session.scalars(select(PrintRecord).where(PrintRecord.number == number.strip(), test)).one_or_none()
    if found is None:
        raise NotFound(f"没有打印号“{number.strip()}”，或者不是您打印的，请核对号码")
    return of_records(session, [found])[0]


def of_scope(session: Session, who: Viewer, wanted: KeptPrint, limit: int = 30) -> list[KeptPrint]:
    """The other prints of the same ledger and scope this person may fetch, newest first."""
    rows = session.scalars(
        select(PrintRecord)
        .where(PrintRecord.ledger == wanted.ledger, seen_prints(who))
        .order_by(PrintRecord.id.desc())
        .limit(LOOKED_THROUGH)
    )
    found = [p for p in of_records(session, list(rows)) if p.scope == wanted.scope and p.number != wanted.number]
    return found[:limit]


def kept_prints(session: Session) -> list[KeptPrint]:
    """Of each ledger, scope and days the latest print, newest first; public editions are left out, they are made of the others."""
    rows = session.scalars(
        select(PrintRecord).where(~PrintRecord.is_public_copy).order_by(PrintRecord.id.desc()).limit(LOOKED_THROUGH)
    )
    found: dict[tuple[Any, ...], KeptPrint] = {}
    for kept in of_records(session, list(rows)):
        found.setdefault((*kept.scope, kept.until, kept.as_at, kept.day), kept)
    return list(found.values())


def of_records(session: Session, records: list[PrintRecord]) -> list[KeptPrint]:
    """These prints with the office days they were made on, in the same order."""
    numbers = [record.number for record in records]
    days = dict(
        session.execute(
            select(Act.subject, Act.office_day).where(Act.what == "打印台账", Act.subject.in_(numbers))
        ).all()
    )
    return [_one(record, days.get(record.number)) for record in records]


def _one(record: PrintRecord, day: date | None) -> KeptPrint:
    told = json.loads(record.parameters)
    until, as_at = (date.fromisoformat(told[name]) if told.get(name) else None for name in ("until", "as_at"))
    return KeptPrint(
        record.number, record.ledger, told.get("year"), tuple(sorted(told.get("where", {}).items())), until, as_at,
        day or record.printed_at.astimezone(OFFICE_ZONE).date(), record.journal_seq, record.row_count, record.row_digest,
        json.loads(record.totals), record.printed_by, record.printed_at, record.is_public_copy,
    )  # fmt: skip


def latest_prints(session: Session, who: Viewer, limit: int = 30) -> list[PrintRow]:
    """The latest prints this person may fetch again, newest first."""
    rows = session.execute(
        select(
            PrintRecord.number,
            PrintRecord.ledger,
            PrintRecord.row_count,
            PrintRecord.printed_at,
            Person.name,
            PrintRecord.check_code,
            PrintRecord.is_public_copy,
        )
        .outerjoin(Person, PrintRecord.printed_by == Person.id)
        .where(seen_prints(who))
        .order_by(PrintRecord.id.desc())
        .limit(limit)
    )
    return [
        PrintRow(n, ledger, count, at, name or "系统", code, public)
        for n, ledger, count, at, name, code, public in rows
    ]


def seen_prints(who: Viewer) -> ColumnElement[bool]:
    """The test of a print this person may fetch again: all of them, or those of their own."""
    return true() if who.scope(Permission.PRINT) is Scope.ALL else PrintRecord.printed_by == who.id


def may_fetch(who: Viewer, printed_by: int | None) -> bool:
    """Whether this person may fetch a print of that person (None: 系统) again."""
    return who.can(Permission.PRINT) and (who.scope(Permission.PRINT) is Scope.ALL or printed_by == who.id)


def print_record(session: Session, who: Viewer, number: str) -> PrintRecord:
    """One print. Raises NotFound for hidden and missing alike."""
    found = session.scalars(select(PrintRecord).where(PrintRecord.number == number, seen_prints(who))).one_or_none()
    if found is None:
        raise NotFound("没有这次打印，或者不是您打印的")
    return found


def print_of_form(session: Session, form_id: str) -> str | None:
    """The number of the print this form made before; None when it has not."""
    return session.scalar(select(Act.answer).where(Act.form_id == form_id, Act.what == "打印台账")) or None


def past_note(day: date | None) -> str:
    """The sentence a past view has for its reader; empty for the present."""
    if day is None:
        return ""
    with past(day) as session:
        found = told(session)
        return found.note if found else ""
