"""What the county knew at the end of a past day: every table rebuilt from the journal, in memory."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from fundsys import store
from fundsys.domain.dates import show_day_zh
from fundsys.domain.errors import NotFound
from fundsys.models.base import Base
from fundsys.models.journal import Act, Change, Vault, business_tables, canonical, vault_columns

ERASED = "已按规定删除"
_KEPT = 1


@dataclass(frozen=True)
class Past:
    """Which past a session shows.

    day: what was known at its end. seq, digest: the last act counted; 0 and "" before the first act.
    note: a sentence for the reader when there is something to say, else empty.
    """

    day: date
    seq: int
    digest: str
    note: str


@dataclass
class _View:
    engine: Engine
    lock: threading.Lock


_views: OrderedDict[tuple[str, str, str, int, str], _View] = OrderedDict()
_views_lock = threading.Lock()


@contextmanager
def past(day: date, county: str | None = None) -> Iterator[Session]:
    """A reading session on the county as it was known at the end of a day (Asia/Shanghai).

    Every query, rule and ledger runs on it unchanged. `told(session)` says which past it is. The vault is today's:
    personal data erased since then shows 已按规定删除. Nothing can be written.
    """
    with _opened(county, lambda source: _which(source, day)) as session:
        yield session


@contextmanager
def after_act(seq: int, day: date, county: str | None = None) -> Iterator[Session]:
    """A reading session on the county as it was after the act `seq`, looked at on a day. Raises NotFound when there is no such act."""
    with _opened(county, lambda source: _at(source, seq, day)) as session:
        yield session


@contextmanager
def _opened(county: str | None, which_of: Callable[[Session], Past]) -> Iterator[Session]:
    code = county or store.current_county()
    with store.snapshot(code) as source:
        which = which_of(source)
        view = _view(source, code, which)
    try:
        with Session(bind=view.engine) as session:
            session.info["past"] = which
            yield session
            session.rollback()
    finally:
        view.lock.release()


def told(session: Session) -> Past | None:
    """Which past a session shows; None when it shows the present."""
    found = session.info.get("past")
    return found if isinstance(found, Past) else None


def last_seq(session: Session, day: date) -> int:
    """The last act counted in what was known at the end of a day; 0 when there is none."""
    return session.scalar(select(func.max(Act.seq)).where(Act.office_day <= day)) or 0


def _which(session: Session, day: date) -> Past:
    seq = last_seq(session, day)
    if not seq:
        first = session.scalar(select(func.min(Act.office_day)))
        since = f"最早的记录在{show_day_zh(first)}" if first else "目前没有任何记录"
        return Past(day, 0, "", f"截至{show_day_zh(day)}本县还没有任何记录（{since}），以下为空")
    return _at(session, seq, day)


def _at(session: Session, seq: int, day: date) -> Past:
    digest = session.scalar(select(Act.digest).where(Act.seq == seq))
    if digest is None:
        raise NotFound("办理日志里没有这一步，不能还原当时的记录")
    return Past(day, seq, digest, "")


def _view(source: Session, code: str, which: Past) -> _View:
    """The view, its lock taken: one kept from before when it shows the same past, else made anew."""
    key = (store.settings().database_url, str(store.settings().instance), code, which.seq, which.digest)
    with _views_lock:
        kept = _views.get(key)
        if kept and kept.lock.acquire(blocking=False):
            _views.move_to_end(key)
            _fill_vault(source, kept.engine)
            return kept
    view = _View(store.past_engine(), threading.Lock())
    view.lock.acquire()
    try:
        _fill(source, view.engine, which)
    except BaseException:
        view.lock.release()
        view.engine.dispose()
        raise
    with _views_lock:
        _views[key] = view
        while len(_views) > _KEPT:
            _forget(_views.popitem(last=False)[1])
    return view


def _forget(view: _View) -> None:
    """Close a view nobody reads; one still being read is left to the collector."""
    if view.lock.acquire(blocking=False):
        view.engine.dispose()


# ---------- filling ----------


def _fill(source: Session, target: Engine, which: Past) -> None:
    with target.connect() as connection:
        cursor = connection.connection.cursor()
        for pragma in ("foreign_keys=off", "ignore_check_constraints=on", "synchronous=off"):
            cursor.execute(f"pragma {pragma}")
        cursor.execute("begin")
        tables = Base.metadata.sorted_tables
        for table in tables:
            cursor.execute(str(CreateTable(table).compile(target)))
        top = _last_change(source, which.seq)
        for table in business_tables():
            for rows in _images(source, table, top):
                cursor.executemany(_insert(table), rows)
        _fill_acts(source, cursor, which.seq)
        for table in tables:
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                cursor.execute(str(CreateIndex(index).compile(target)))
        cursor.execute("commit")
        cursor.execute("analyze")
        cursor.close()
    _fill_vault(source, target)


def _insert(table: Table) -> str:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.columns))})'


def _last_change(source: Session, seq: int) -> int:
    return (
        source.scalar(
            select(Change.id).where(Change.act_seq <= seq).order_by(Change.act_seq.desc(), Change.id.desc()).limit(1)
        )
        or 0
    )


def _images(source: Session, table: Table, top: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table after the change `top`, in batches of values in column order."""
    names = [c.name for c in table.columns]
    pick = itemgetter(*names)
    rows = store.stream(
        source,
        'select c.after from "change" c join (select max(id) as id from "change"'
        " where table_name = :name and id <= :top group by row_id) l on l.id = c.id where c.after is not null",
        {"name": table.name, "top": top},
    )
    for batch in rows:
        told = []
        for (image,) in batch:
            values = json.loads(image)
            try:
                told.append(pick(values))
            except KeyError:  # an image older than a column
                told.append(pick(canonical(table, values)))
        yield told


def _fill_acts(source: Session, cursor: Any, seq: int) -> None:
    table = Base.metadata.tables["act"]
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    sql = f"select {names} from act where seq <= :seq order by seq"
    for batch in store.stream(source, sql, {"seq": seq}):
        cursor.executemany(_insert(table), [tuple(str(v) if isinstance(v, date) else v for v in row) for row in batch])


def _fill_vault(source: Session, target: Engine) -> None:
    """The vault as it is today; what the past names and the vault no longer holds is an erased entry."""
    rows = {
        row.id: (row.id, row.kind, row.key_no, row.ciphertext, row.lookup, row.masked if row.ciphertext else ERASED)
        for row in source.execute(select(*Vault.__table__.columns))
    }
    with target.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("pragma query_only=off")
        for table in business_tables():
            for column in vault_columns(table):
                for (number,) in cursor.execute(f'select distinct "{column}" from "{table.name}" where "{column}" > 0'):
                    rows.setdefault(number, (number, "", 0, None, None, ERASED))
        cursor.execute("begin")
        cursor.execute("delete from vault")
        cursor.executemany(
            "insert into vault (id, kind, key_no, ciphertext, lookup, masked) values (?, ?, ?, ?, ?, ?)",
            list(rows.values()),
        )
        cursor.execute("commit")
        cursor.execute("pragma query_only=on")
        cursor.close()
