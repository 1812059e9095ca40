"""R1: all rules over a county of 62,100 assets beside ORM objects of the same tables. python -m tests.bench.all_rules [FOLDER]

Theirs: every row of every table a rule reads as an ORM object, and nothing judged yet: the least any program that thinks in
objects does. Ours: every rule judged anew, with the records that miss it. On SQLite and on PostgreSQL, processor
seconds of the program, the middle of three. FOLDER keeps the SQLite county for the next run. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from sqlalchemy import select

from fundsys import create_app, store
from fundsys.domain.rules.base import all_rules
from fundsys.models.base import Base
from fundsys.queries.facts import work_year
from fundsys.queries.findings import judged_anew, tables_behind
from tests.bench.list_page import HOME, make_county
from tests.bench.paper import Report
from tests.postgres import start_server

GOALS = {"sqlite": 0.12, "postgresql": 0.02}


def middle(call: Callable[[], object]) -> float:
    """Processor seconds of one call, the middle of three."""
    spent = []
    for _ in range(3):
        gc.collect()
        begun = process_time()
        call()
        spent.append(process_time() - begun)
    return statistics.median(spent)


def as_objects() -> int:
    """Every row of every table that a rule reads, as objects; how many."""
    names = frozenset[str]().union(*map(tables_behind, all_rules()))
    with store.snapshot(HOME) as session:
        kept = [session.scalars(select(m.class_)).all() for m in Base.registry.mappers if m.local_table.key in names]
        return sum(map(len, kept))


def judged() -> int:
    """Every rule anew; how many findings."""
    with store.snapshot(HOME) as session:
        return sum(map(len, judged_anew(session, work_year(session), all_rules(), whole=False).values()))


def compare(report: Report, engine: str, folder: Path, url: str | None) -> None:
    """Both ways on one database."""
    app = create_app({"instance": folder} | ({"database_url": url} if url else {}), pages=False)
    make_county(app)
    with app.app_context(), store.in_county(HOME):
        rows, findings = as_objects(), judged()
        ours, theirs = middle(judged), middle(as_objects)
        what = f"{engine}, {len(all_rules())} rules, {findings} findings, beside {rows} objects, processor s"
        report.ratio("R1", ours, theirs, GOALS[engine], what)
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
