"""Prints as people look them up: the latest, one by number, and what its paper can be checked against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.models.journal import Act
from fundsys.models.office import Person
from fundsys.models.papers import PrintRecord
from fundsys.queries.past import past, told
from fundsys.queries.viewer import Viewer


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
class Proof:
    """What the holder of a paper may compare: no content, only figures. totals: key and whole 分 or count."""

    number: str
    ledger: str
    printed_at: datetime
    row_count: int
    row_digest: str
    check_code: str
    totals: tuple[tuple[str, int], ...]
    journal_seq: int


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
        .where(_seen(who))
        .order_by(PrintRecord.id.desc())
        .limit(limit)
    )
    return [
        PrintRow(n, ledger, count, at, name or "系统", code, public)
        for n, ledger, count, at, name, code, public in rows
    ]


def _seen(who: Viewer) -> ColumnElement[bool]:
    return true() if who.scope(Permission.PRINT) is Scope.ALL else PrintRecord.printed_by == who.id


def print_record(session: Session, who: Viewer, number: str) -> PrintRecord:
    """One print. Raises NotFound for hidden and missing alike."""
    found = session.scalars(select(PrintRecord).where(PrintRecord.number == number, _seen(who))).one_or_none()
    if found is None:
        raise NotFound("没有这次打印，或者不是您打印的")
    return found


def print_of_form(session: Session, form_id: str) -> str | None:
    """The number of the print this form made before; None when it has not."""
    return session.scalar(select(Act.answer).where(Act.form_id == form_id, Act.what == "打印台账")) or None


def proof(record: PrintRecord) -> Proof:
    """What a print can be checked against."""
    totals = tuple(json.loads(record.totals).items())
    return Proof(
        record.number,
        record.ledger,
        record.printed_at,
        record.row_count,
        record.row_digest,
        record.check_code,
        totals,
        record.journal_seq,
    )


def past_note(day: date | None) -> str:
    """The sentence a past view has for its reader; empty for the present."""
    if day is None:
        return ""
    with past(day) as session:
        found = told(session)
        return found.note if found else ""
