"""Which acts stand behind a figure that changed after it was printed, and what the last watch over the prints found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from fundsys.domain.rights import Permission
from fundsys.models.base import Base
from fundsys.models.journal import Act, Change, business_tables
from fundsys.models.papers import Job
from fundsys.queries.viewer import Viewer

WATCH = "watch"
MOST_ACTS = 12
ANCHORS = {
    "asset_no": ("asset", "code"),
    "project_code": ("project", "code"),
    "notice_no": ("allotment_notice", "document_no"),
    "matter_no": ("asset_matter", "number"),
}
"""Columns of ledgers that name a record: its table, and the column with the number."""


@dataclass(frozen=True, slots=True)
class ActBehind:
    """An act that changed what a printed row is made of."""

    seq: int
    office_day: date
    person: str
    what: str
    subject: str

    @property
    def said(self) -> str:
        about = f"（{self.subject}）" if self.subject else ""
        return f"{self.office_day.isoformat()} {self.person}{self.what}{about}，日志第 {self.seq} 号"


def acts_behind(session: Session, named: Mapping[str, str], since: int) -> list[ActBehind]:
    """The acts after the act `since` that changed the records a row names, or what hangs on them; the latest first.

    named: key and text of the row's identity columns.
    """
    seqs: set[int] = set()
    for table, ids in _records(session, named).items():
        query = select(Change.act_seq).where(
            Change.table_name == table, Change.row_id.in_(sorted(ids)), Change.act_seq > since
        )
        seqs |= set(session.scalars(query))
    rows = session.execute(
        select(Act.seq, Act.office_day, Act.person_name, Act.what, Act.subject)
        .where(Act.seq.in_(seqs))
        .order_by(Act.seq.desc())
        .limit(MOST_ACTS)
    )
    return [ActBehind(*row) for row in rows]


def _records(session: Session, named: Mapping[str, str]) -> dict[str, set[int]]:
    """The records a row names, by table: those with its numbers, as they are or were, and the rows that point at them."""
    found: dict[str, set[int]] = defaultdict(set)
    for key, text in named.items():
        if key in ANCHORS and text:
            name, column = ANCHORS[key]
            table = Base.metadata.tables[name]
            found[name] |= set(session.scalars(select(table.c.id).where(table.c[column] == text)))
            if not found[name]:
                found[name] |= set(_gone(session, name, column, text))
    anchors = dict(found)
    lines = _lines(session, anchors.get("allotment_notice", set())) if "allotment_notice" in anchors else None
    for table in business_tables():
        for target, ids in anchors.items():
            if target == "allotment_notice" and len(anchors) > 1:
                continue  # its lines narrow what is found by the project
            for column in _pointing(table, target):
                query = select(table.c.id).where(column.in_(sorted(ids)))
                if lines is not None:
                    if "line_id" not in table.c:
                        continue
                    query = query.where(table.c.line_id.in_(sorted(lines)))
                found[table.name] |= set(session.scalars(query))
    return found


def _gone(session: Session, name: str, column: str, text: str) -> Iterator[int]:
    """Rows that had this number once and have it no more."""
    rows = session.execute(
        select(Change.row_id, Change.before).where(
            Change.table_name == name, Change.before.contains(text, autoescape=True)
        )
    )
    for row_id, before in rows:
        if before and json.loads(before).get(column) == text:
            yield row_id


def _lines(session: Session, notices: set[int]) -> set[int]:
    line = Base.metadata.tables["allotment_line"]
    return set(session.scalars(select(line.c.id).where(line.c.notice_id.in_(sorted(notices)))))


def _pointing(table: Table, target: str) -> list[Any]:
    return [c for c in table.columns if any(key.column.table.name == target for key in c.foreign_keys)]


# ---------- what the last watch found ----------


@dataclass(frozen=True, slots=True)
class WatchedPrint:
    """A print at the last watch: rows whose figures changed, rows of which only words did, rows no act explains."""

    number: str
    figures: int
    words: int
    tampered: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The last watch that ended: when, and what it found of each print."""

    at: datetime | None
    prints: tuple[WatchedPrint, ...]

    @property
    def moved(self) -> int:
        """How many prints have figures that changed since."""
        return sum(bool(p.figures or p.tampered) for p in self.prints)

    @property
    def tampered(self) -> int:
        return sum(p.tampered for p in self.prints)


def last_watch(session: Session) -> Watched | None:
    """What the last watch over the prints found; None when none has ended."""
    row = session.execute(
        select(Job.ended_at, Job.result).where(Job.kind == WATCH, Job.state == "done").order_by(Job.id.desc()).limit(1)
    ).first()
    if row is None:
        return None
    return Watched(row[0], tuple(WatchedPrint(*told) for told in json.loads(row[1])))


def drift_waiting(session: Session, who: Viewer) -> Iterator[tuple[str, int, date | None, str, str]]:
    """For who follows findings: how many prints have figures that changed since they were printed."""
    if not who.can(Permission.FIND):
        return
    found = last_watch(session)
    if found is not None and found.moved:
        tampered = f"；其中 {found.tampered} 行没有办理记录，先查原因" if found.tampered else ""
        yield (
            "drift", 0, None, f"{found.moved} 份已打印台账的数字后来有变动",
            f"补记或更正要看是哪一次办理{tampered}",
        )  # fmt: skip
