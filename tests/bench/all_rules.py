"""R1: all rules over 62,100 assets and ten years of projects beside ORM objects. python -m tests.bench.all_rules [FOLDER]

Theirs: every row of every table a rule reads as an ORM object, and our rules on facts that are there already: what a program
that thinks in objects does at least. Ours: every rule judged anew as a page of figures asks for it, nothing kept from before
but questions already put into words; the records that miss a rule are read where somebody looks at them, and their time is
told beside. On SQLite and on PostgreSQL, processor seconds of the program (the database's own work is in them on SQLite and
not on PostgreSQL, where the wall seconds tell of it), the middle of five. FOLDER keeps the SQLite county for the next run.
Exits 1 when a goal is missed.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from sqlalchemy import Column, String, Table, UniqueConstraint, func, insert, select

from fundsys import create_app, store
from fundsys.collector import paused
from fundsys.domain.facts import Facts
from fundsys.domain.rules.base import all_rules, check
from fundsys.models.base import Base
from fundsys.models.projects import Project
from fundsys.queries.facts import facts, work_year
from fundsys.queries.findings import judged_anew, tables_behind
from fundsys.queries.suspects import Depth
from fundsys.services.acts import act
from tests.bench.list_page import HOME, make_county
from tests.bench.paper import Report
from tests.postgres import start_server

YEARS, APART = 10, 1_000_000
"""How many years of projects; how far apart the numbers of two years' rows are."""
GOALS = {"sqlite": 0.12, "postgresql": 0.02}


class Spent(NamedTuple):
    """Seconds of the processor and by the clock."""

    cpu: float
    wall: float


def middle(call: Callable[[], object]) -> Spent:
    """What one call takes, the middle of five."""
    spent = []
    for _ in range(5):
        gc.collect()
        begun, at = process_time(), perf_counter()
        call()
        spent.append(Spent(process_time() - begun, perf_counter() - at))
    return Spent(*(statistics.median(figures) for figures in zip(*spent, strict=True)))


def tables() -> frozenset[str]:
    """Every table a rule reads."""
    return frozenset[str]().union(*map(tables_behind, all_rules()))


def of_a_year() -> list[Table]:
    """The tables of which every year has its own rows: notices, projects, corrections and what hangs on them."""
    found = {"allotment_notice", "correction", "project"}
    for table in Base.metadata.sorted_tables:
        behind = {key.column.table.name for key in table.foreign_keys}
        if table.name in tables() - {"asset", "asset_matter"} and behind & found:
            found.add(table.name)
    return [table for table in Base.metadata.sorted_tables if table.name in found]


def ten_years() -> None:
    """Give the county the nine years before, each as the year at work, unless it has them."""
    yearly = of_a_year()
    names = {table.name for table in yearly}

    def earlier(column: Column[Any], value: Any, years: int) -> Any:
        alone = [c for c in yearly_keys if column.name in c.columns and c.table is column.table]
        if value is None or isinstance(value, datetime):
            return value
        if column.primary_key or any(key.column.table.name in names for key in column.foreign_keys):
            return value + years * APART
        if column.name == "year":
            return value - years
        if isinstance(value, date):
            return value.replace(value.year - years, day=min(value.day, 28))
        is_number = column.unique or alone or column.name == "library_code"
        return f"{value}-{years}" if is_number and isinstance(column.type, String) and value else value

    yearly_keys = [c for table in yearly for c in table.constraints if isinstance(c, UniqueConstraint)]
    with act(by=None, what="补齐历年项目") as opened:
        if opened.session.scalar(select(func.count()).where(Project.id > APART)):
            return
        there = {t: opened.session.execute(select(*t.columns).order_by(t.c.id)).all() for t in yearly}
        for years in range(1, YEARS):
            for table, rows in there.items():
                copies = [
                    {c.name: earlier(c, v, years) for c, v in zip(table.columns, row, strict=True)} for row in rows
                ]
                if copies:
                    opened.session.execute(insert(table), copies)


def as_objects() -> int:
    """Every row of every table that a rule reads, as objects; how many."""
    with store.snapshot(HOME) as session:
        kept = [
            session.scalars(select(m.class_)).all()
            for m in Base.registry.mappers
            if getattr(m.local_table, "key", "") in tables()
        ]
        return sum(map(len, kept))


def judged_there(there: Facts) -> int:
    """Every rule on facts that are there; how many findings."""
    with paused():
        return len(check(there))


def judged(depth: Depth = Depth.FIGURES) -> int:
    """Every rule anew; how many findings."""
    with store.snapshot(HOME) as session:
        return sum(map(len, judged_anew(session, work_year(session), all_rules(), depth=depth).values()))


def compare(report: Report, engine: str, folder: Path, url: str | None) -> None:
    """Both ways on one database."""
    app = create_app({"instance": folder} | ({"database_url": url} if url else {}), pages=False)
    make_county(app)
    with app.app_context(), store.in_county(HOME):
        ten_years()
        rows, findings = as_objects(), judged()
        with store.snapshot(HOME) as session:
            there = facts(session, work_year(session))
        ours, objects, rules = middle(judged), middle(as_objects), middle(lambda: judged_there(there))
        what = f"{engine}, {len(all_rules())} rules, {findings} findings, beside {rows} objects judged, processor s"
        report.ratio("R1", ours.cpu, objects.cpu + rules.cpu, GOALS[engine], what)
        faults = middle(lambda: judged(Depth.FAULTS))
        print(
            f"         by the clock {ours.wall:.2f} s beside {objects.wall + rules.wall:.2f} s; with every record that misses a"
            f" rule {faults.cpu:.2f} s of the processor, {faults.wall:.2f} s by the clock"
        )
        store.close()


def main() -> int:
    """Both databases, one after the other."""
    report = Report()
    with tempfile.TemporaryDirectory() as passing:
        compare(report, "sqlite", Path(sys.argv[1]) / "instance" if sys.argv[1:] else Path(passing) / "sqlite", None)
        server = start_server(full=True)
        try:
            compare(report, "postgresql", Path(passing) / "postgresql", server.create())
        finally:
            server.destroy()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
