"""What pages ask again and again, kept in this process until an act changes a table it was read from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from fundsys.models.journal import Act, Change

T = TypeVar("T")
Q = TypeVar("Q", bound=Hashable)
MOST = 192
"""How many answers are kept for one county; the one not asked for longest goes first."""
FOLLOWED = 2_000
"""So many changed rows are read again one by one; beyond that the whole table is."""
_LAST_ACT = select(Act.seq, Act.digest).order_by(Act.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    digest: str
    value: Any


_entries: WeakKeyDictionary[Engine, OrderedDict[Hashable, _Entry]] = WeakKeyDictionary()
_lock = threading.Lock()


def kept(session: Session, question: Hashable, tables: frozenset[str], read: Callable[[], T]) -> T:
    """The answer to a question: what `read` gave before while no act has changed these tables, else read anew.

    The journal misses no change, so an answer is never older than the state this session sees. question: names the
    answer with everything it depends on beside the tables. The answer is shared: it must not be changed.
    """
    return kept_all(session, {question: tables}, lambda _: {question: read()})[question]


def kept_all(
    session: Session,
    questions: Mapping[Q, frozenset[str]],
    read: Callable[[list[Q]], Mapping[Q, T]],
) -> dict[Q, T]:
    """The answers to several questions, as `kept`; read: answers at once all those that have to be read anew."""
    engine, seq, digest = _last_act(session)
    stands: dict[Q, Any] = {}
    older: dict[Q, _Entry] = {}
    with _lock:
        mine = _entries.setdefault(engine, OrderedDict())
        for question in questions:
            entry = mine.get(question)
            if entry is None:
                continue
            if entry.seq == seq and entry.digest == digest:
                mine.move_to_end(question)
                stands[question] = entry.value
            else:
                older[question] = entry
    if len(stands) == len(questions):
        return stands
    told = _answers(session, seq, digest, {q: (older.get(q), questions[q]) for q in questions if q not in stands}, read)
    with _lock:
        for question, value in told.items():
            mine[question] = _Entry(seq, digest, value)
            mine.move_to_end(question)
        while len(mine) > MOST:
            mine.popitem(last=False)
    return stands | told


def kept_rows(
    session: Session,
    question: Hashable,
    table: str,
    beside: frozenset[str],
    read: Callable[[Sequence[int] | None], Mapping[int, T]],
) -> Mapping[int, T]:
    """Something of every row of a table by its id, kept and brought up to date row by row, not read anew as a whole.

    beside: other tables that stand behind it; a change of those is a reason to read all. read: the rows of these ids, or
    all for None. The answer is shared: it must not be changed.
    """
    engine, seq, digest = _last_act(session)
    with _lock:
        entry = _entries.setdefault(engine, OrderedDict()).get(question)
    if entry is not None and (entry.seq, entry.digest) == (seq, digest):
        rows: Mapping[int, T] = entry.value
        return rows
    changed = _changed(session, entry, table, seq, beside) if entry is not None else None
    if entry is None or changed is None:
        rows = dict(read(None))
    elif changed:
        gone = set(changed)
        rows = {key: value for key, value in entry.value.items() if key not in gone} | dict(read(changed))
    else:
        rows = entry.value
    with _lock:
        mine = _entries.setdefault(engine, OrderedDict())
        mine[question] = _Entry(seq, digest, rows)
        mine.move_to_end(question)
        while len(mine) > MOST:
            mine.popitem(last=False)
    return rows


def _changed(session: Session, entry: _Entry, table: str, seq: int, beside: frozenset[str]) -> list[int] | None:
    """The rows of the table that acts have touched since; None when all must be read anew."""
    if entry.seq >= seq or not _stands(session, seq, "", entry.seq, entry.digest, beside):
        return None
    touched = select(Change.row_id).where(Change.act_seq > entry.seq, Change.table_name == table).distinct()
    found = list(session.connection().scalars(touched.limit(FOLLOWED + 1)))
    return found if len(found) <= FOLLOWED else None


def _answers(
    session: Session,
    seq: int,
    digest: str,
    asked: Mapping[Q, tuple[_Entry | None, frozenset[str]]],
    read: Callable[[list[Q]], Mapping[Q, T]],
) -> dict[Q, Any]:
    """Answers given before an act that did not touch their tables, and the others read anew."""
    stands_still = cache(partial(_stands, session, seq, digest))
    told = {
        question: entry.value
        for question, (entry, tables) in asked.items()
        if entry is not None and stands_still(entry.seq, entry.digest, tables)
    }
    missing = [question for question in asked if question not in told]
    return told | dict(read(missing)) if missing else told


def _last_act(session: Session) -> tuple[Engine, int, str]:
    """The county's engine, number and digest of the last act this session sees; asked once in each transaction."""
    known = session.info.get("last_act")
    if known is None or not known[0].is_active:
        reading = session.connection()
        row = reading.execute(_LAST_ACT).first()
        known = session.info["last_act"] = (reading.get_transaction(), reading.engine, *(row or (0, "")))
    told: tuple[Engine, int, str] = known[1:]
    return told


def _stands(session: Session, seq: int, digest: str, then: int, sealed: str, tables: frozenset[str]) -> bool:
    """Whether these tables are now, at act `seq`, as they were at act `then`; a county put back from a copy has another journal."""
    if then >= seq:
        return (then, sealed) == (seq, digest)
    reading = session.connection()
    if reading.scalar(select(Act.digest).where(Act.seq == then)) != (sealed or None):
        return False
    changed = select(Change.id).where(Change.act_seq > then, Change.table_name.in_(tables)).limit(1)
    return reading.scalar(changed) is None
