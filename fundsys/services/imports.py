"""Storing what an import prepared: rows by the thousand in one act, journaled by the triggers, with its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.coded import Coded
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.models.papers import ImportRecord
from fundsys.models.types import CodesType
from fundsys.services.acts import Act

CHUNK = 5_000
AT_ONCE = 200
"""Rows in one INSERT on SQLite. Beside triggers that may refuse, SQLite keeps a copy of every page a statement touches:
with a row a statement that is a fifth of the time, and the usual cache would not do."""
BULK = 1_000
"""Rows from which on the table's indexes are set aside while they come in, and sorted once at the end."""
Progress = Callable[[int, int], None]


class ImportRefused(DomainError):
    """A workbook that is not taken in, with everything that is wrong in it."""

    def __init__(self, message: str, faults: Sequence[Any] = (), count: int = 0) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
        self.count = count or len(self.faults)


@dataclass(frozen=True)
class Change:
    """One record as it stands and as it will: shown texts by label. row: its row in the file."""

    row: int
    name: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass
class Plan:
    """What an import would write. added, changed, same: rows; changes: what changes, before → after.

    store: writes it inside an open act; rights and agreement with the database were checked as of act `as_of`.
    """

    kind: str
    label: str
    file_name: str
    sha256: str
    sheet: str
    rows: int
    added: int = 0
    changed: int = 0
    same: int = 0
    changes: list[Change] = field(default_factory=list)
    amount_fen: int | None = None
    as_of: int = 0
    store: Callable[[Act, Progress], None] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether everything stands in the county already."""
        return not self.added and not self.changed


def write(plan: Plan, *, act: Act, progress: Progress | None = None) -> ImportRecord:
    """Write a plan inside an open act and keep its record. The plan must have been made as of the act before."""
    if plan.as_of != act.seq - 1:
        raise RuntimeError("the plan is older than the last act: check again inside this one")
    if plan.store is not None:
        plan.store(act, progress or (lambda done, whole: None))
    record = ImportRecord(
        kind=plan.kind,
        file_name=plan.file_name[:120],
        file_sha256=plan.sha256,
        sheet=plan.sheet[:60],
        row_count=plan.rows,
        added=plan.added,
        changed=plan.changed,
        imported_by=act.person_id,
        imported_at=act.at,
    )
    act.session.add(record)
    act.session.flush()
    act.subject = f"{plan.label}：{plan.file_name}"[:200]
    act.answer = f"新增 {plan.added} 条，改动 {plan.changed} 条，未变 {plan.same} 条"
    return record


def insert_columns(
    session: Session,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    count: int,
    progress: Progress = lambda done, whole: None,
) -> None:
    """Insert rows given column by column as plain values (分, codes, days); the rest takes the models' defaults.

    By the driver itself: on SQLite some hundred rows a statement, on PostgreSQL by COPY. The journal's triggers see
    every row.
    """
    whole: dict[str, Sequence[Any]] = dict(columns)
    for column in table.columns:
        if column.name not in whole and column.name != "id" and not column.nullable:
            whole[column.name] = (plain_default(column),) * count
    names, sqlite = list(whole), store.on_sqlite(session)
    rows = zip(*(_bindable(whole[name]) if sqlite else whole[name] for name in names), strict=True)
    quoted = ", ".join(f'"{name}"' for name in names)
    session.flush()
    if sqlite:
        begin, one = f'INSERT INTO "{table.name}" ({quoted}) VALUES ', f"({', '.join('?' * len(names))})"
        connection = session.connection()
        with _without_indexes(connection, table, count):
            for done in range(0, count, AT_ONCE):
                some = list(islice(rows, AT_ONCE))
                connection.exec_driver_sql(begin + ", ".join([one] * len(some)), tuple(chain.from_iterable(some)))
                progress(done + len(some), count)
        return
    cursor: Any = session.connection().connection.cursor()
    with cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for place, row in enumerate(rows, 1):
            copy.write_row(row)
            if place % CHUNK == 0:
                progress(place, count)
    progress(count, count)


@contextmanager
def _without_indexes(connection: Connection, table: Table, count: int) -> Iterator[None]:
    """SQLite: set a table's indexes aside while many rows come in, and make them again as they were.

    All within the act: whoever reads meanwhile sees the table as it was, and an act that fails leaves its indexes.
    Those of UNIQUE stay and judge every row. Only where most rows are new, for the old ones are sorted once more.
    """
    made: list[tuple[str, str]] = []
    if count >= BULK and count >= (connection.scalar(select(func.count()).select_from(table)) or 0):
        told = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT LIKE '%UNIQUE%'"
        made = [tuple(row) for row in connection.exec_driver_sql(told, (table.name,))]
    for name, _ in made:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, definition in made:
        connection.exec_driver_sql(definition)


def plain_default(column: Any) -> Any:
    """The value a column takes by itself, as the database keeps it."""
    if column.default is None or not column.default.is_scalar:
        return None
    value = column.default.arg
    if isinstance(column.type, CodesType):
        return f",{','.join(value)}," if value else ""
    return value.fen if isinstance(value, Money) else value.code if isinstance(value, Coded) else value


def _bindable(values: Sequence[Any]) -> Sequence[Any]:
    """A column as SQLite's driver takes it: days as text, ticks as 0 and 1."""
    kinds = set(map(type, values))
    if date in kinds:
        memo = {value: value.isoformat() for value in set(values) if value is not None}
        return [memo.get(value) for value in values]
    return [None if value is None else int(value) for value in values] if bool in kinds else values


def update_rows(session: Session, table: Table, changes: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Change rows by id (column → plain value), one version on each; alike changes in one statement."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    sqlite = store.on_sqlite(session)
    for number, told in changes:
        values = _bindable_row(tuple(told.values())) if sqlite else tuple(told.values())
        alike.setdefault(tuple(told), []).append((*values, number))
    session.flush()
    mark = "?" if sqlite else "%s"
    for names, rows in alike.items():
        given = ", ".join(f'"{name}" = {mark}' for name in names)
        statement = f'UPDATE "{table.name}" SET {given}, version = version + 1 WHERE id = {mark}'
        session.connection().exec_driver_sql(statement, rows)


def _bindable_row(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(v.isoformat() if type(v) is date else int(v) if type(v) is bool else v for v in values)
