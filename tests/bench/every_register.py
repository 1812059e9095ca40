"""P1 to P3 and P6 for every register of the county: python -m tests.bench.every_register [LEDGER …].

Each ledger that is a table, over rows made by chance with all its columns. 621 rows in a cold process and in a warm worker
beside the same table through plain WeasyPrint (P3, P6); then 62,100 rows in one process beside 6,210 (P2). The three that
are forms (LG13, LG16, LG17) have a sheet a record and are left out. Exits 1 when a goal is missed.

The two cold processes of P3 read their rows from files (handed.py): from the start of Python to its end they import a
printing program, read, print and write. Asking the database and composing the sheet is in neither; our process formats
every figure, adds up and folds, the other one finds the texts of its cells ready. The floor is a cold process that
imports WeasyPrint and prints one empty page: a ledger whose goal lies below it cannot reach it while WeasyPrint prints.
The processes of P2 and the warm worker import the whole program and invent their rows themselves.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from time import process_time

from fundsys.reports.registry import ledger, ledgers
from tests.bench.handed import hand_over
from tests.bench.paper import Measured, Report, handed, measure
from tests.reports.invented import sheet_of

SHORT, LONG, WHOLE = 621, 6_210, 62_100
TURNS = 7


def job(kind: str, code: str, count: int, target: Path) -> dict[str, float]:
    """One process of the benchmark."""
    from fundsys.reports.press import pdf

    if kind == "press":
        begun = process_time()
        sheet = sheet_of(ledger(code), count)
        invented = process_time() - begun
        pdf.render(sheet, target)
        return {"invented": invented}
    sheets = [sheet_of(ledger(code), count, seed) for seed in range(TURNS)]
    pdf.render(sheet_of(ledger(code), 60), target)
    spent = []
    for sheet in sheets:
        begun = process_time()
        pdf.render(sheet, target)
        spent.append(process_time() - begun)
    return {"warm": sorted(spent)[TURNS // 2]}


def run(kind: str, code: str, count: int, folder: Path) -> tuple[Measured, dict[str, float]]:
    """A job as a process of its own, and what it told."""
    target = folder / f"{kind}.pdf"
    done, said = measure(
        [sys.executable, "-m", "tests.bench.every_register", "job", kind, code, str(count), str(target)]
    )
    return done, json.loads(said)


def middle(job: str, folder: Path) -> Measured:
    """A short cold job: of three processes the one in the middle, by processor time."""
    return sorted((handed(job, folder) for _ in range(3)), key=lambda done: done.cpu)[1]


def compare(report: Report, code: str, folder: Path) -> None:
    """All goals of one register."""
    hand_over(sheet_of(ledger(code), SHORT), folder)
    naive, cold, floor = handed("naive", folder), middle("press", folder), middle("floor", folder)
    _, warm = run("warm", code, SHORT, folder)
    floors = f"an empty page {floor.cpu:.3f} = {floor.cpu / naive.cpu:.4f}x"
    report.ratio("P3", cold.cpu, naive.cpu, 0.12, f"{code}, {SHORT} rows, cold, processor s; {floors}")
    report.ratio("P3", warm["warm"], naive.cpu, 0.025, f"{code}, {SHORT} rows, warm, processor s")
    report.most("P3", cold.mib, 180, f"{code}, {SHORT} rows, peak MiB")
    report.ratio("P6", cold.said["bytes"] / 1e6, naive.said["bytes"] / 1e6, 0.5, f"{code}, {SHORT} rows, file size, MB")
    (tenth, short), (whole, long) = run("press", code, LONG, folder), run("press", code, WHOLE, folder)
    report.most("P1", tenth.mib, 220, f"{code}, {LONG} rows, peak MiB")
    what = f"{code}, {WHOLE} rows beside {LONG}, processor s without the inventing of rows"
    report.ratio("P2", whole.cpu - long["invented"], tenth.cpu - short["invented"], 6, what)
    report.most("P2", whole.mib, 400, f"{code}, {WHOLE} rows, peak MiB")


def main() -> int:
    """Every register, or those named."""
    report = Report()
    tables = [code for code, one in sorted(ledgers().items()) if code.startswith("LG") and one.form is None]
    with tempfile.TemporaryDirectory() as name:
        for code in sys.argv[1:] or tables:
            compare(report, code, Path(name))
    return 1 if report.missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["job"]:
        kind, code, count, target = sys.argv[2:]
        found = job(kind, code, int(count), Path(target))
        print(json.dumps({**found, "bytes": Path(target).stat().st_size}))
        sys.exit(0)
    sys.exit(main())
