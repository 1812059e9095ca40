"""The diary of the demo: acts planned for their moments, then done one after the other as an office would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, text, update

from fundsys import store
from fundsys.models.base import Base
from fundsys.services.acts import SHANGHAI, Act, act

FIRST_DAY = date(2024, 1, 2)
LAST_DAY = date(2024, 11, 15)
_BATCH = 2000
Row = dict[str, Any]
OnProgress = Callable[[int, int], None]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of an office day."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


@dataclass
class Entry:
    """One act to come: rows to add and rows to change, in order, and what else is done in it."""

    at: datetime
    by: int | None
    what: str
    subject: str = ""
    writes: list[tuple[type[Base], bool, list[Row]]] = field(default_factory=list)
    also: list[Callable[[Act], None]] = field(default_factory=list)

    def add(self, model: type[Base], rows: Iterable[Row]) -> Entry:
        """Rows to insert."""
        self.writes.append((model, True, list(rows)))
        return self

    def change(self, model: type[Base], rows: Iterable[Row]) -> Entry:
        """Rows to update, each named by its id."""
        self.writes.append((model, False, list(rows)))
        return self

    def then(self, doing: Callable[[Act], None]) -> Entry:
        """Something else to do in the act, after its rows."""
        self.also.append(doing)
        return self

    @property
    def size(self) -> int:
        """How many rows the act writes."""
        return 1 + sum(len(rows) for _, _, rows in self.writes)


class Diary:
    """Gives ids to rows before they exist, keeps the entries, and writes them all."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self.entries: list[Entry] = []

    def next_id(self, model: type[Base]) -> int:
        """The next id of a table that has no rows yet."""
        name = model.__tablename__
        self._ids[name] = self._ids.get(name, 0) + 1
        return self._ids[name]

    def on(self, at: datetime, by: int | None, what: str, subject: str = "") -> Entry:
        """Plan an act."""
        entry = Entry(at, by, what, subject)
        self.entries.append(entry)
        return entry

    def write(self, progress: OnProgress) -> None:
        """Do every act at its moment; those of one moment in the order they were planned."""
        entries = sorted(self.entries, key=lambda e: e.at)
        done, whole = 0, sum(e.size for e in entries)
        for entry in entries:
            with act(by=entry.by, what=entry.what, subject=entry.subject, at=entry.at) as a:
                for model, is_new, rows in entry.writes:
                    for start in range(0, len(rows), _BATCH):
                        batch = rows[start : start + _BATCH]
                        a.session.execute(insert(model) if is_new else update(model), batch)
                        progress(done := done + len(batch), whole)
                for doing in entry.also:
                    doing(a)
            entry.writes.clear()
            progress(done := done + 1, whole)
        let_numbers_go_on(self._ids)


def let_numbers_go_on(tables: Iterable[str]) -> None:
    """PostgreSQL: ids given by us are not known to its counters."""
    if store.is_sqlite():
        return
    with store.writing() as session:
        for table in tables:
            session.execute(
                text(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from \"{table}\"))")
            )
