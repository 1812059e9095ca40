"""The state of the system for its administrators: database, journal head, disk, fonts, versions. No secrets, no paths."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.models.base import Base
from fundsys.models.journal import Act, business_tables
from fundsys.models.papers import Job
from fundsys.queries.facts import OFFICE_ZONE
from fundsys.version import VERSION

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
_PARTS = ("Flask", "SQLAlchemy", "WeasyPrint", "openpyxl", "python-calamine")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page. tone: "" when all is as it should be, "warn" or "bad" with the reason in the value."""

    name: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What the page of the state shows."""

    database: list[Fact]
    journal: list[Fact]
    machine: list[Fact]
    programs: list[Fact]
    tables: list[tuple[str, int]]
    jobs_waiting: int


def health(session: Session) -> Health:
    """Read everything now."""
    return Health(
        database=_sqlite(session) if store.on_sqlite(session) else _postgres(session),
        journal=_journal(session),
        machine=_machine(),
        programs=_programs(),
        tables=_tables(session),
        jobs_waiting=session.scalar(select(func.count()).where(Job.state.in_(("waiting", "running")))) or 0,
    )


def _sqlite(session: Session) -> list[Fact]:
    mode = session.scalar(text("pragma journal_mode")) or ""
    level = _SYNCHRONOUS.get(int(session.scalar(text("pragma synchronous")) or 0), "?")
    safe = store.sqlite_is_safe_for_wal()
    file = store.sqlite_file(store.current_county())
    size = sum(p.stat().st_size for p in (file, file.with_name(f"{file.name}-wal")) if p.exists())
    return [
        Fact("数据库", f"SQLite {session.scalar(text('select sqlite_version()'))}"),
        Fact("日志方式", f"{mode}（{'WAL 缺陷已修复' if safe else '此版本有 WAL 缺陷，改用回滚日志'}）"),
        Fact("写盘方式", level if level == "FULL" else f"{level}，断电可能丢失数据", "" if level == "FULL" else "bad"),
        Fact("数据库大小", _size(size)),
    ]


def _postgres(session: Session) -> list[Fact]:
    size = session.scalar(
        text(
            "select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = current_schema() and c.relkind = 'r'"
        )
    )
    commit = str(session.scalar(text("show synchronous_commit")))
    return [
        Fact("数据库", f"PostgreSQL {session.scalar(text('show server_version'))}"),
        Fact("提交方式", commit if commit == "on" else f"{commit}，断电可能丢失数据", "" if commit == "on" else "bad"),
        Fact("数据页校验", str(session.scalar(text("show data_checksums")))),
        Fact("本县数据大小", _size(int(size or 0))),
    ]


def _journal(session: Session) -> list[Fact]:
    last = session.execute(
        select(Act.seq, Act.digest, Act.at, Act.office_day).order_by(Act.seq.desc()).limit(1)
    ).first()
    if last is None:
        return [Fact("办理记录", "还没有", "warn")]
    return [
        Fact("办理记录", f"{last.seq:,} 条"),
        Fact("最末一条的核验码", last.digest),
        Fact("最末一条的时刻", _moment(last.at)),
        Fact("办公日", last.office_day.isoformat()),
    ]


def _machine() -> list[Fact]:
    usage = shutil.disk_usage(store.settings().instance)
    part = usage.free / usage.total if usage.total else 0
    low = usage.free < 2 * 1024**3
    fonts = sorted(
        {p.name for folder in _FONT_FOLDERS if folder.exists() for p in folder.rglob("*CJK*") if p.is_file()}
    )
    has_both = any("Serif" in name for name in fonts) and any("Sans" in name for name in fonts)
    return [
        Fact(
            "磁盘剩余", f"{_size(usage.free)}（{part:.0%}）{'，不足 2 GB，请清理' if low else ''}", "bad" if low else ""
        ),
        Fact("中文字体", f"{len(fonts)} 个文件" if has_both else "缺宋体或黑体，打印会缺字", "" if has_both else "bad"),
        Fact("操作系统", platform.platform(terse=True)),
    ]


def _programs() -> list[Fact]:
    found = [Fact("本系统", VERSION), Fact("Python", platform.python_version())]
    for name in _PARTS:
        try:
            found.append(Fact(name, version(name)))
        except PackageNotFoundError:
            found.append(Fact(name, "没有安装", "warn"))
    return found


def _tables(session: Session) -> list[tuple[str, int]]:
    tables = [*business_tables(), Base.metadata.tables["change"]]
    return [(table.name, session.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


def _size(size: int) -> str:
    if size >= 1024**3:
        return f"{size / 1024**3:.1f} GB"
    return f"{size / 1024**2:.1f} MB"


def _moment(at: datetime) -> str:
    return at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M:%S")
