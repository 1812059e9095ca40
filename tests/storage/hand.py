"""A hand that reaches past the program into the database, as an administrator with a shell could."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

SEPARATOR = "\x1f"
SEALED = (
    "seq",
    "at",
    "office_day",
    "person_id",
    "person_name",
    "what",
    "subject",
    "address",
    "request_id",
    "form_id",
    "answer",
    "algorithm",
    "previous_digest",
)
"""What an act's digest is made over, beside the digests of its changes."""


class Hand:
    """Plain SQL on the county's database, with the triggers out of the way and put back exactly as they were."""

    def __init__(self, run: Callable[[str], Any], kind: str) -> None:
        self.run = run
        self.kind = kind

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return [tuple(row) for row in self.run(sql).fetchall()]

    def one(self, sql: str) -> Any:
        """The one value of a query."""
        return self.rows(sql)[0][0]

    def text(self, value: str | None) -> str:
        """A value as a literal."""
        return "null" if value is None else "'" + value.replace("'", "''") + "'"

    def set_image(self, change_id: int, column: str, **values: Any) -> None:
        """Rewrite fields in the image of a change, with the change's own digest made to fit."""
        image = json.loads(self.one(f'select {column} from "change" where id = {change_id}')) | values
        told = json.dumps(image, ensure_ascii=False, separators=(",", ":"))
        self.run(f'update "change" set {column} = {self.text(told)} where id = {change_id}')
        self.seal_change(change_id)

    def seal_change(self, change_id: int) -> None:
        """Compute a change's digest anew, as the documentation of the journal says."""
        (row,) = self.rows(f'select table_name, row_id, before, after from "change" where id = {change_id}')
        told = SEPARATOR.join(str(part) if part is not None else "" for part in row)
        digest = hashlib.sha256(told.encode()).hexdigest()
        self.run(f"update \"change\" set digest = '{digest}' where id = {change_id}")

    def seal_chain(self, first: int) -> None:
        """Compute the digests of all acts anew from the act `first` on."""
        seqs = [row[0] for row in self.rows(f"select seq from act where seq >= {first} order by seq")]
        previous = self.rows(f"select digest from act where seq < {first} order by seq desc limit 1")
        digest = previous[0][0] if previous else "0" * 64
        for seq in seqs:
            self.run(f"update act set previous_digest = '{digest}' where seq = {seq}")
            (row,) = self.rows(f"select {', '.join(SEALED)} from act where seq = {seq}")
            told = {n: v if v is None or isinstance(v, int) else str(v) for n, v in zip(SEALED, row, strict=True)}
            made = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
            for (one,) in self.rows(f'select digest from "change" where act_seq = {seq} order by id'):
                made.update(b"\n" + one.encode())
            digest = made.hexdigest()
            self.run(f"update act set digest = '{digest}' where seq = {seq}")


@contextmanager
def reaching_into(url: str) -> Iterator[Hand]:
    """Open the database of this address by hand."""
    opened = _sqlite if url.startswith("sqlite") else _postgres
    with opened(url) as hand:
        yield hand


@contextmanager
def _sqlite(url: str) -> Iterator[Hand]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f'drop trigger "{name}"')
    try:
        yield Hand(connection.execute, "sqlite")
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("pragma wal_checkpoint(truncate)")
    finally:
        connection.close()


@contextmanager
def _postgres(url: str) -> Iterator[Hand]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True) as connection:
        connection.execute("set search_path to county_610327")
        connection.execute("set session_replication_role to replica")
        yield Hand(connection.execute, "postgresql")
