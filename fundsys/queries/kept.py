"""What pages ask again and again, kept in this process until an act changes a table it was read from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from fundsys.models.journal import Act, Change

T = TypeVar("T")
Q = TypeVar("Q", bound=Hashable)
MOST = 144
"""How many answers are kept for one county; the one not asked for longest goes first."""
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
    with _lock:
        mine = _entries.setdefault(engine, OrderedDict())
        known = {question: mine.get(question) for question in questions}
    stands_still = cache(partial(_stands, session, seq, digest))
    stands = {
        question: entry if entry.seq == seq else replace(entry, seq=seq, digest=digest)
        for question, entry in known.items()
        if entry is not None and stands_still(entry.seq, entry.digest, questions[question])
    }
    missing = [question for question in questions if question not in stands]
    if missing:
        stands |= {question: _Entry(seq, digest, value) for question, value in read(missing).items()}
    with _lock:
        for question, entry in stands.items():
            mine[question] = entry
            mine.move_to_end(question)
        while len(mine) > MOST:
            mine.popitem(last=False)
    return {question: stands[question].value for question in questions}


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
