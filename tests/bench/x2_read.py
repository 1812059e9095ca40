"""X2, side by side in one run: reading a 62,100 x 16 workbook behind our guards against openpyxl read_only.

    .venv/bin/python -m tests.bench.x2_read [ROWS]

Goal: at most 0.15x of openpyxl read_only. Each reader is a process of its own over the same file; processor time is
compared, wall and peak memory stand beside it. Exits 1 on a miss.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, COLUMNS, GOAL = 62_100, 16, 0.15


def write(target: Path, rows: int) -> None:
    """The workbook both read: Chinese words, codes, numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("资产")
    sheet.append([f"第{n}列" for n in range(1, COLUMNS + 1)])
    for n in range(rows):
        words = [f"610327102205-2023-G1-{n:05d}", f"大力村产业路第{n % 97}段", "公益性", "固定资产", "八渡镇", "大力村"]
        numbers = [n, n / 100, n % 365, 12.5, 2013 + n % 12, n * 3, 0.04, 7, 1_000_000 + n]
        sheet.append([*words, *numbers, "备注"])
    book.save(target)


def ours(path: str) -> int:
    """Cells through our bulk reader."""
    from fundsys.imports.table import read_table

    return sum(len(values) for _, values in read_table(Path(path)))


def naive(path: str) -> int:
    """Cells through openpyxl read_only."""
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True).worksheets[0]
    return sum(len(values) for values in sheet.iter_rows(values_only=True))


def measured(way: str, path: Path) -> tuple[float, float, float, int]:
    """CPU seconds, wall seconds, peak MiB and cells of one reader in a process of its own."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.x2_read", way, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), time.perf_counter() - began, float(told[1]), int(told[2])


def main() -> int:
    """Compare, print, judge."""
    if len(sys.argv) == 3:
        cells = {"ours": ours, "naive": naive}[sys.argv[1]](sys.argv[2])
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, cells)
        return 0
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "rows.xlsx"
        write(book, rows)
        fast, slow = measured("ours", book), measured("naive", book)
    assert fast[3] == slow[3] == (rows + 1) * COLUMNS, "the two read different cells"
    ratio = fast[0] / slow[0]
    for name, (cpu, wall, peak, _) in (("ours", fast), ("openpyxl read_only", slow)):
        print(f"X2 {name:<20} cpu {cpu:6.2f} s  wall {wall:6.2f} s  peak {peak:6.0f} MiB")
    print(f"X2 ratio {ratio:.3f} (goal ≤ {GOAL}) {'met' if ratio <= GOAL else 'MISSED'}")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
