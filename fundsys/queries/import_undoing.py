"""What taking an import back would undo, and what stands in its way: read from the journal, act by act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState
from fundsys.domain.record_words import table_name
from fundsys.models.base import Base
from fundsys.models.guards import POSTED_ON
from fundsys.models.journal import Act, Change, business_tables
from fundsys.models.papers import ImportRecord
from fundsys.queries.history import record_label

LEFT_ALONE = ("import_record", "message", "spent_code")
"""What an import's act writes beside the county's business: it stays when the business is undone."""
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One record that was touched after the import: what it is, by which act, of whom, on which day."""

    record: str
    seq: int
    what: str
    person: str
    day: date

    def __str__(self) -> str:
        return f"{self.record}：{self.day} {self.person}办理“{self.what}”（第 {self.seq} 号）"


@dataclass
class Undoing:
    """What an import changed: rows it made, rows it changed or took away with their images before, by table and id."""

    seq: int
    made: dict[str, list[int]] = field(default_factory=dict)
    before: dict[str, list[int]] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)
    hindered: int = 0

    @property
    def made_count(self) -> int:
        """How many rows would be taken away."""
        return sum(map(len, self.made.values()))

    @property
    def before_count(self) -> int:
        """How many rows would be put back as they were."""
        return sum(map(len, self.before.values()))


def act_of(session: Session, record_id: int) -> int | None:
    """The number of the act that took a workbook in; None where the journal does not know it."""
    return session.scalar(
        select(Change.act_seq).where(
            Change.table_name == ImportRecord.__tablename__, Change.row_id == record_id, Change.before.is_(None)
        )
    )


def undoing(session: Session, seq: int) -> Undoing:
    """What it means to take the import of this act back now."""
    found = Undoing(seq)
    first: dict[tuple[str, int], bool] = {}
    rows = session.execute(
        select(Change.table_name, Change.row_id, Change.before.is_(None))
        .where(Change.act_seq == seq, Change.table_name.not_in(LEFT_ALONE))
        .order_by(Change.id)
    ).yield_per(5_000)
    for name, row_id, is_new in rows:
        first.setdefault((name, row_id), bool(is_new))
    for (name, row_id), is_new in first.items():
        (found.made if is_new else found.before).setdefault(name, []).append(row_id)
    told: dict[tuple[str, int], int] = {}
    void = _void(session, seq)
    for name, row_id, later in (*_edited(session, seq, void), *_leaning(session, seq, void), *_decided(session, seq)):
        told.setdefault((name, row_id), later)
    found.hindered = len(told)
    found.obstacles = _named(session, dict(sorted(told.items(), key=lambda one: (one[1], one[0]))[:MOST_NAMED]))
    return found


Touched = tuple[str, int, int]
"""Table and id of a record, and the last act that touched it."""


def _void(session: Session, seq: int) -> str:
    """Later imports that were taken back, and the acts that took imports back: together they left nothing behind."""
    name, c = ImportRecord.__tablename__, Change
    back = select(ImportRecord.id).where(ImportRecord.reversed_at.is_not(None))
    acts = session.scalars(
        select(c.act_seq).where(c.table_name == name, c.act_seq > seq, c.row_id.in_(back)).distinct()
    )
    return ", ".join(map(str, acts)) or "0"


def _edited(session: Session, seq: int, void: str) -> Iterator[Touched]:
    """Rows of the import that a later act changed."""
    rows = session.execute(
        text(
            'select later.table_name, later.row_id, max(later.act_seq) from "change" own'
            ' join "change" later on later.table_name = own.table_name and later.row_id = own.row_id'
            f" and later.act_seq > :seq and later.act_seq not in ({void}) where own.act_seq = :seq and own.table_name not in"
            f" ({', '.join(repr(name) for name in LEFT_ALONE)}) group by later.table_name, later.row_id"
        ),
        {"seq": seq},
    )
    yield from ((name, row_id, later) for name, row_id, later in rows)


def _leaning(session: Session, seq: int, void: str) -> Iterator[Touched]:
    """Records made or changed since that refer to rows of the import: they were written on the strength of it."""
    touched = set(session.scalars(select(Change.table_name).where(Change.act_seq == seq).distinct()))
    for table in business_tables():
        if table.name in LEFT_ALONE:
            continue
        for column, target in _references(table):
            if target in touched - set(LEFT_ALONE):
                yield from _later(session, table.name, f't."{column}" = own.row_id', target, seq, void)
        if {"table_name", "row_id"} <= set(table.c.keys()):
            for target in touched - set(LEFT_ALONE):
                where = f"t.table_name = '{target}' and t.row_id = own.row_id"
                yield from _later(session, table.name, where, target, seq, void)


def _references(table: Table) -> list[tuple[str, str]]:
    return [(c.name, f.column.table.name) for c in table.columns for f in c.foreign_keys]


def _later(session: Session, name: str, where: str, target: str, seq: int, void: str) -> Iterator[Touched]:
    rows = session.execute(
        text(
            f'select t.id, max(later.act_seq) from "change" own join "{name}" t on {where}'
            f" join \"change\" later on later.table_name = '{name}' and later.row_id = t.id and later.act_seq > :seq"
            f" and later.act_seq not in ({void}) where own.act_seq = :seq and own.table_name = '{target}' group by t.id"
        ),
        {"seq": seq},
    )
    yield from ((name, row_id, later) for row_id, later in rows)


def _decided(session: Session, seq: int) -> Iterator[Touched]:
    """Money of the import that is posted: it is corrected by a new entry, whoever posted it."""
    posted = f"'{MoneyState.SUBMITTED.code}', '{MoneyState.APPROVED.code}'"
    for name in POSTED_ON:
        if "state" in Base.metadata.tables[name].c:
            yield from (
                (name, row_id, seq)
                for (row_id,) in session.execute(
                    text(
                        f'select distinct t.id from "change" own join "{name}" t on t.id = own.row_id'
                        f" where own.act_seq = :seq and own.table_name = '{name}' and t.state in ({posted})"
                    ),
                    {"seq": seq},
                )
            )


def _named(session: Session, told: dict[tuple[str, int], int]) -> list[Obstacle]:
    """Obstacles with their words: the record's name as the journal last knew it, the act and who did it."""
    acts = {act.seq: act for act in session.scalars(select(Act).where(Act.seq.in_(set(told.values()))))}
    found = []
    for (name, row_id), seq in told.items():
        last = select(Change.after, Change.before).where(Change.table_name == name, Change.row_id == row_id)
        row = session.execute(last.order_by(Change.id.desc()).limit(1)).one()
        image: dict[str, Any] = json.loads(row.after or row.before)
        label = record_label(name, image) or f"编号 {row_id}"
        act = acts[seq]
        found.append(Obstacle(f"{table_name(name)}“{label}”", seq, act.what, act.person_name, act.office_day))
    return found
