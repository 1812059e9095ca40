"""Restoring an archive: built beside the living data, proven, then put in its place in one step."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from fundsys import store
from fundsys.domain.errors import DomainError, Unavailable
from fundsys.models.base import Base
from fundsys.models.journal import install_triggers, remove_triggers
from fundsys.services import anchors, attachments, counties
from fundsys.services.verification import verify

from .backup import OnTable
from .opened import Archive, opened
from .rows import digests

_BATCH = 2000


@dataclass(frozen=True)
class Restored:
    """What was restored. kept: where the data that stood there before is kept; None when there was none."""

    county: str
    rows: int
    seq: int
    digest: str
    kept: str | None


def restore(file: Path, on_table: OnTable | None = None) -> Restored:
    """Put the county of an archive in place of what is there. Needs an application context.

    What was there is kept under another name. Raises DomainError for anything that is not a whole archive of this
    county and version, and Unavailable when the disk or the database does not allow it; living data is then untouched.
    """
    tell = on_table or (lambda *_: None)
    with opened(file, tell) as archive:
        _refuse_other_county(archive)
        code = archive.county
        try:
            with store.in_county(code), store.beside():
                _clear_beside(code)
                try:
                    _build(archive, code, tell)
                    _prove(archive, code)
                except BaseException:
                    _clear_beside(code)
                    raise
            kept = _swap(code)
        except (OSError, DBAPIError) as error:
            told = str(getattr(error, "orig", error)).split("\n")[0]
            raise Unavailable(f"恢复没有做成（{told[:120]}），现有数据没有动") from error
        head = archive.manifest["head"]
        anchors.write(code, archive.manifest["first"], head["seq"], head["digest"])
        _note(file, archive, kept)
        rows = sum(t["rows"] for t in archive.manifest["tables"])
        return Restored(code, rows, head["seq"], head["digest"], kept)


def _refuse_other_county(archive: Archive) -> None:
    there = store.counties()
    wanted = store.chosen_county()
    if (wanted or archive.county) != archive.county or (wanted is None and there and archive.county not in there):
        name = f"{archive.manifest['county']['name']}（{archive.county}）"
        raise DomainError(
            f"这是{name}的备份，不是本县的，没有动现有数据。要在本机恢复该县，请加 --county {archive.county}"
        )


# ---------- building beside ----------


def _clear_beside(code: str) -> None:
    if store.is_sqlite():
        for end in ("", "-wal", "-shm"):
            Path(f"{store.sqlite_file(code)}{end}").unlink(missing_ok=True)
    else:
        with store.engine(None).begin() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{store.schema(code)}" CASCADE'))


def _build(archive: Archive, code: str, tell: OnTable) -> None:
    counties.migrate(code)
    tables = [Base.metadata.tables[t["name"]] for t in archive.manifest["tables"]]
    with store.engine(code).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("pragma foreign_keys=off")
        connection = connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            remove_triggers(connection)
            for number, table in enumerate(tables):
                tell(number, len(tables), table.name)
                (_fill_sqlite if sqlite else _fill_postgres)(connection, table, archive.rows(table.name))
            if not sqlite:
                _set_sequences(connection, tables)
            install_triggers(connection)
        if sqlite:
            connection.connection.cursor().execute("pragma foreign_keys=on")
    for listed in archive.manifest["files"]:
        _put_file(archive, code, listed["sha256"])


def _fill_sqlite(connection: Connection, table: Table, rows: Iterator[list[Any]]) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(table.columns))})'
    cursor = connection.connection.cursor()
    while batch := list(islice(rows, _BATCH)):
        cursor.executemany(sql, batch)
    cursor.close()


def _fill_postgres(connection: Connection, table: Table, rows: Iterator[list[Any]]) -> None:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


def _set_sequences(connection: Connection, tables: list[Table]) -> None:
    """The next number of each table is above every number it or its journal ever had."""
    for table in tables:
        if "id" in table.columns:
            connection.execute(
                text(
                    f"select setval(pg_get_serial_sequence('{table.name}', 'id'), greatest(1,"
                    f' (select coalesce(max(id), 0) from "{table.name}"),'
                    ' (select coalesce(max(row_id), 0) from "change" where table_name = :name)))'
                ),
                {"name": table.name},
            )


def _put_file(archive: Archive, code: str, digest: str) -> None:
    """An attachment's file beside the others; one that is there already with the right content stays."""
    target = attachments.file_of(digest, code)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with archive.file(digest) as source, open(part, "wb") as out:
        while piece := source.read(1 << 20):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, target)


def _prove(archive: Archive, code: str) -> None:
    """What was built verifies, and holds exactly what the archive says."""
    report = verify(code, anchored=False)
    lost = set(archive.manifest["lost_files"])
    problems = [p for p in report.problems if not (p.check == "attachments" and lost)]
    if problems:
        raise DomainError(f"备份的内容核对不符，没有动现有数据：{problems[0].message}")
    if (report.head_seq, report.head_digest) != (archive.manifest["head"]["seq"], archive.manifest["head"]["digest"]):
        raise DomainError("备份的办理记录与封印不符，没有动现有数据")
    with store.snapshot(code) as session:
        there = digests(session)
    for table in archive.manifest["tables"]:
        if there[table["name"]] != table["sha256"]:
            raise DomainError(f"恢复出的{table['name']}与备份不同，没有动现有数据")


# ---------- putting in place ----------


def _swap(code: str) -> str | None:
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return _swap_sqlite(code, stamp) if store.is_sqlite() else _swap_postgres(code, stamp)


def _swap_sqlite(code: str, stamp: str) -> str | None:
    """The new content replaces the old in one transaction of the living file, whoever has it open; a copy is kept.

    Renaming the file would leave other processes writing into the old one, and let them remove the new one's log.
    """
    live = store.sqlite_file(code)
    with store.beside():
        new = store.sqlite_file(code)
        with store.engine(code).connect() as connection:
            connection.connection.cursor().execute("pragma wal_checkpoint(truncate)")
    with store.turn(code):
        if not live.exists():
            os.replace(new, live)
            return None
        kept = live.with_name(f"{live.name}.replaced-{stamp}")
        engine = store.engine(code)
        with closing(engine.raw_connection()) as target, store.beside():
            living: Any = target.driver_connection
            living.execute("vacuum into ?", (str(kept),))
            kept.chmod(0o600)
            with closing(store.engine(code).raw_connection()) as source:
                built: Any = source.driver_connection
                built.backup(living)
            living.execute("pragma wal_checkpoint(passive)")
    with store.beside():
        _clear_beside(code)
    return str(kept)


def _swap_postgres(code: str, stamp: str) -> str | None:
    live = store.schema(code)
    with store.beside():
        new = store.schema(code)
    kept = f"{live}_replaced_{stamp}"
    there = store.exists(code)
    with store.engine(None).begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": store.queue_key(code)})
        if there:
            connection.execute(text(f'ALTER SCHEMA "{live}" RENAME TO "{kept}"'))
        connection.execute(text(f'ALTER SCHEMA "{new}" RENAME TO "{live}"'))
    return kept if there else None


def _note(file: Path, archive: Archive, kept: str | None) -> None:
    """A restore stands in no journal, since it replaces the journal: it is noted beside the anchors."""
    note = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "county": archive.county,
        "file": file.name,
        "head": archive.manifest["head"],
        "kept": kept,
    }
    with open(store.settings().instance / "anchors" / "restores.log", "a", encoding="utf-8") as log:
        log.write(json.dumps(note, ensure_ascii=False) + "\n")
