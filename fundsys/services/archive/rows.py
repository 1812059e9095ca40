"""Rows in the one form both databases agree on: a JSON list of the stored values, in order of columns and keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Table
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.models.base import Base

LEFT_OUT = {"job": "state of running work", "sign_in_failure": "counters of a machine"}


def kept_tables() -> list[Table]:
    """The tables of an archive, in an order in which they can be filled."""
    return [t for t in Base.metadata.sorted_tables if t.name not in LEFT_OUT]


def columns(table: Table) -> list[str]:
    """The columns of an archived row."""
    return [c.name for c in table.columns]


def lines(session: Session, table: Table) -> Iterator[bytes]:
    """The rows of a table, one line each."""
    names = ", ".join(f'"{n}"' for n in columns(table))
    key = "seq" if table.name == "act" else "id"
    truths = [n for n, c in enumerate(table.columns) if isinstance(c.type, Boolean)]
    for batch in store.stream(session, f'select {names} from "{table.name}" order by "{key}"'):
        for row in batch:
            values = [v.isoformat() if isinstance(v, date) else v for v in row]
            for number in truths:
                values[number] = None if values[number] is None else bool(values[number])
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def values(line: bytes) -> list[Any]:
    """The values of one archived row."""
    told = json.loads(line)
    if not isinstance(told, list):
        raise ValueError("not a row")
    return told


def digests(session: Session) -> dict[str, str]:
    """SHA-256 of each table's lines: equal digests, equal content, whatever the database."""
    told = {}
    for table in kept_tables():
        made = hashlib.sha256()
        for line in lines(session, table):
            made.update(line)
        told[table.name] = made.hexdigest()
    return told
