"""Opening databases: one county is one namespace (a SQLite file or a PostgreSQL schema). Nothing else opens one."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from fundsys.config import Settings
from fundsys.domain.errors import DomainError, Unavailable

try:
    from pysqlite3 import dbapi2 as sqlite
except (
    ImportError
):  # a platform without the wheel: the standard library's SQLite, in rollback mode where it is affected
    import sqlite3 as sqlite

BUSY_SECONDS = 5
QUEUE_SECONDS = 30
STREAMED = 2000
UNBOUNDED = -1
"""Connections a process may open: a request holds one and asks for a second, so a full pool would make it wait for itself."""
HOME_COUNTY = "610327"
_CODE = re.compile(r"\d{6}")
_WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


@dataclass
class Pen:
    """What a connection is writing: the number of the open act, None while it only reads."""

    seq: int | None = None


@dataclass
class _Open:
    settings: Settings | None = None
    engines: dict[str, Engine] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_open = _Open()
_county: ContextVar[str | None] = ContextVar("county", default=None)
_beside: ContextVar[str] = ContextVar("beside", default="")


def use(settings: Settings) -> None:
    """Work on the databases these settings name; engines of other settings are closed."""
    close()
    _open.settings = settings


def close() -> None:
    """Close every connection of this process."""
    with _open.lock:
        for engine_ in _open.engines.values():
            engine_.dispose()
        _open.engines.clear()


def after_fork() -> None:
    """Forget connections inherited from the parent process, without closing the parent's."""
    _open.lock = threading.Lock()
    for engine_ in _open.engines.values():
        engine_.dispose(close=False)
    _open.engines.clear()


def settings() -> Settings:
    """The settings in use."""
    if _open.settings is None:
        raise RuntimeError("store.use(settings) comes first")
    return _open.settings


# ---------- counties ----------


@cache
def _address(told: str) -> URL:
    return make_url(told)


def is_sqlite() -> bool:
    """Whether counties are files (SQLite) rather than schemas (PostgreSQL)."""
    return _address(settings().database_url).get_backend_name() == "sqlite"


def sqlite_file(county: str) -> Path:
    """The file of a county: the one the address names for the first county, files beside it for the others."""
    home = Path(_address(settings().database_url).database or "").absolute()
    file = home if county == HOME_COUNTY else home.with_name(f"{home.stem}-{_checked(county)}{home.suffix}")
    return file.with_name(file.name + _beside.get())


def schema(county: str) -> str:
    """The PostgreSQL schema of a county."""
    return f"county_{_checked(county)}{_beside.get().replace('.', '_')}"


def _checked(county: str) -> str:
    if not _CODE.fullmatch(county):
        raise DomainError(f"县代码“{county}”不对，应为六位数字")
    return county


def counties() -> list[str]:
    """Codes of the counties there are, in order."""
    if is_sqlite():
        home = sqlite_file(HOME_COUNTY)
        beside = [p.stem[len(home.stem) + 1 :] for p in home.parent.glob(f"{home.stem}-*{home.suffix}")]
        found = [code for code in beside if _CODE.fullmatch(code)]
        return sorted(found + ([HOME_COUNTY] if home.exists() else []))
    with engine(None).connect() as connection:
        names = connection.scalars(text("select nspname from pg_namespace where nspname like 'county\\_%'"))
        return sorted(n.removeprefix("county_") for n in names if _CODE.fullmatch(n.removeprefix("county_")))


def current_county() -> str:
    """The county at work: the one chosen for this request or command, else the only one there is."""
    if chosen := chosen_county():
        return chosen
    there = counties()
    if len(there) > 1:
        raise DomainError("本机有几个县的数据，请用 --county 县代码 说明办理哪个县")
    return there[0] if there else HOME_COUNTY


@contextmanager
def in_county(code: str | None) -> Iterator[None]:
    """Work on this county inside the block."""
    token = _county.set(code)
    try:
        yield
    finally:
        _county.reset(token)


def chosen_county() -> str | None:
    """The county somebody named for this request or command; None when it is left to what there is."""
    return _county.get() or settings().county


@contextmanager
def beside() -> Iterator[None]:
    """Inside the block every county means a namespace beside its own, where a restore is built and proven."""
    token = _beside.set(".restoring")
    try:
        yield
    finally:
        with _open.lock:
            for key in [k for k in _open.engines if k.endswith(_beside.get())]:
                _open.engines.pop(key).dispose()
        _beside.reset(token)


def exists(county: str) -> bool:
    """Whether the county's namespace has been made."""
    if is_sqlite():
        return sqlite_file(county).exists()
    with engine(None).connect() as connection:
        found = text("select count(*) from pg_namespace where nspname = :name")
        return bool(connection.scalar(found, {"name": schema(county)}))


# ---------- engines ----------


def engine(county: str | None) -> Engine:
    """The engine of a county's namespace; None is the PostgreSQL database outside any county."""
    key = f"{county}{_beside.get()}" if county else ""
    with _open.lock:
        if key not in _open.engines:
            _open.engines[key] = _make_sqlite(sqlite_file(str(county))) if is_sqlite() else _make_postgres(county)
        return _open.engines[key]


def sqlite_is_safe_for_wal() -> bool:
    """Whether this SQLite is free of the WAL-reset fault (3.7.0 to 3.51.2, mended in 3.50.7 and 3.44.6 too)."""
    version = sqlite.sqlite_version_info
    return version >= _WAL_RESET_FIXED[0] or any(version[:2] == f[:2] and version >= f for f in _WAL_RESET_FIXED[1:])


def sqlite_version() -> str:
    """The version of SQLite at work."""
    return str(sqlite.sqlite_version)


def _make_sqlite(file: Path, memory: bool = False) -> Engine:
    options: dict[str, Any] = {"module": sqlite, "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    if memory:
        options["poolclass"] = StaticPool
    else:
        options["max_overflow"] = UNBOUNDED
        file.parent.mkdir(parents=True, exist_ok=True)
    made = create_engine("sqlite://" if memory else f"sqlite:///{file}", **options)

    @event.listens_for(made, "connect")
    def prepare(dbapi: Any, record: Any) -> None:
        dbapi.isolation_level = None
        pen = record.info["pen"] = Pen()
        dbapi.create_function("fundsys_act", 0, lambda: pen.seq)
        dbapi.create_function("fundsys_digest", 4, change_digest, deterministic=True)
        cursor = dbapi.cursor()
        if not memory:
            mode = "wal" if sqlite_is_safe_for_wal() else "delete"
            if cursor.execute(f"pragma journal_mode={mode}").fetchone()[0] != mode:
                raise Unavailable("数据库文件不能切换到要求的日志方式，请检查磁盘和权限")
        for pragma in (
            "synchronous=full",
            "foreign_keys=on",
            "cache_size=-16384",
            "recursive_triggers=on",
            "secure_delete=on",
            "trusted_schema=on",
        ):
            cursor.execute(f"pragma {pragma}")
        if cursor.execute("pragma synchronous").fetchone()[0] != 2:
            raise Unavailable("数据库的写盘方式不是 FULL，断电可能丢失数据，已停止")
        cursor.close()

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return made


def _make_postgres(county: str | None) -> Engine:
    made = create_engine(settings().database_url, pool_size=4, max_overflow=UNBOUNDED, pool_pre_ping=True)

    @event.listens_for(made, "connect")
    def prepare(dbapi: Any, record: Any) -> None:
        record.info["pen"] = Pen()

    if county is not None:
        name = schema(county)

        @event.listens_for(made, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(f'SET LOCAL search_path TO "{name}"')

    return made


def past_engine() -> Engine:
    """An empty database in memory for a past view; it never touches a disk."""
    return _make_sqlite(Path(), memory=True)


def change_digest(table: str, row_id: int, before: str | None, after: str | None) -> str:
    """SHA-256 over one change, as the triggers of both databases compute it."""
    told = "\x1f".join((table, str(row_id), before or "", after or ""))
    return hashlib.sha256(told.encode()).hexdigest()


# ---------- transactions ----------


@contextmanager
def snapshot(county: str | None = None) -> Iterator[Session]:
    """A reading session that sees one state from first to last, for prints, exports and checks."""
    made = engine(county or current_county())
    options = {} if is_sqlite() else {"isolation_level": "REPEATABLE READ"}
    with made.connect() as connection:
        with Session(bind=connection.execution_options(**options)) as session:
            yield session
            session.rollback()


@contextmanager
def glance(county: str) -> Iterator[Connection]:
    """A connection for one question, apart from every other transaction."""
    with engine(county).connect() as connection:
        yield connection


@contextmanager
def writing(county: str | None = None) -> Iterator[Session]:
    """A session that alone may write in this county until the block ends; commits, or leaves no trace.

    Writers wait in the order they came: a kernel-queued file lock before BEGIN IMMEDIATE on SQLite, an advisory
    transaction lock on PostgreSQL. Raises Unavailable when the database stays locked or cannot be written.
    """
    code = county or current_county()
    made = engine(code)
    try:
        with made.connect() as connection, _left_clean(connection):
            connection = connection.execution_options(begin="BEGIN IMMEDIATE")
            with Session(bind=connection, autoflush=True, expire_on_commit=False) as session:
                with turn(code), session.begin():
                    if not is_sqlite():
                        session.execute(text(f"set local lock_timeout = '{QUEUE_SECONDS}s'"))
                        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": queue_key(code)})
                    yield session
    except DBAPIError as error:
        if sentence := why_unavailable(str(error.orig)):
            raise Unavailable(sentence) from error
        if isinstance(error, OperationalError):
            raise Unavailable("数据库暂时不能写入，这次没有保存。已填内容都在，请稍后再试") from error
        raise


@contextmanager
def _left_clean(connection: Connection) -> Iterator[None]:
    """A commit that fails (full disk, broken reference) leaves SQLite inside its transaction: leave it."""
    raw = connection.connection.driver_connection
    try:
        yield
    except BaseException:
        if is_sqlite() and raw is not None and raw.in_transaction:
            raw.rollback()
        raise


def queue_key(county: str) -> int:
    """The number of the advisory lock that a county's writers on PostgreSQL wait for."""
    return int.from_bytes(hashlib.sha256(county.encode()).digest()[:8], "big", signed=True)


def why_unavailable(told: str) -> str | None:
    """The sentence for what a database or disk said; None when it is no matter of being busy, full or read-only."""
    said = told.lower()
    if "locked" in said or "busy" in said or "lock timeout" in said:
        return "数据库正被占用，这次没有保存。已填内容都在，请稍后再试"
    if "disk is full" in said or "no space left" in said or "quota" in said or "file too large" in said:
        return "磁盘已满，这次没有保存。已填内容都在，请通知系统管理员清理磁盘后再试"
    if "readonly" in said or "read-only" in said or "permission denied" in said:
        return "数据库现在只能读，这次没有保存。已填内容都在，请通知系统管理员"
    if "disk i/o error" in said or "input/output error" in said:
        return "磁盘读写出错，这次没有保存。已填内容都在，请通知系统管理员检查磁盘"
    return None


@contextmanager
def turn(county: str) -> Iterator[None]:
    """Wait for one's turn to write in a county kept in SQLite; the kernel keeps the queue (PostgreSQL keeps its own)."""
    if not is_sqlite():
        yield
        return
    try:
        lock = os.open(f"{sqlite_file(county)}.queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(why_unavailable(str(error)) or f"不能写入数据文件夹（{error.strerror}）") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)  # by name: a child forked in between still has the file open
        os.close(lock)


def pen(session: Session) -> Pen:
    """The pen of the session's connection."""
    connection: Connection = session.connection()
    found = connection.info["pen"]
    assert isinstance(found, Pen)
    return found


def on_sqlite(session: Session) -> bool:
    """Whether this session reads SQLite (a past view does on any installation)."""
    return session.get_bind().dialect.name == "sqlite"


def stream(session: Session, sql: str, parameters: dict[str, Any] | None = None) -> Iterator[Sequence[Any]]:
    """Rows of a query in batches, read as they are wanted; neither side holds them all."""
    options = {"stream_results": True, "max_row_buffer": STREAMED}
    rows = session.connection().execute(text(sql), parameters or {}, execution_options=options)
    yield from rows.partitions(STREAMED)


OnProgress = Callable[[int, int], None]
