"""Printing side by side with its rivals in one run: python -m tests.bench.paper [--rows 6210] [--short 621] [--wide 62100].

P1, P3, P4 and P6 print the real LG05 with its 32 columns against a plain HTML table through WeasyPrint as it comes; in the
cold processes of P1 and P3 both read their rows as values (handed.py), in the others the whole program is imported. X1 writes its workbook against openpyxl's write-only mode. Every job is a process of its own; wall time, processor time
and peak memory (proportional share of the process) are taken from outside. Goals are ratios, so a busy machine moves
both sides; the processor-time ratio stands beside the wall-time ratio. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from tests.bench.handed import hand_over
from tests.bench.register_rows import register

ROOT = Path(__file__).parents[2]


@dataclass
class Measured:
    """One finished job."""

    wall: float
    cpu: float
    mib: float
    said: dict[str, float] = field(default_factory=dict)


def run(job: str, rows: int, folder: Path) -> Measured:
    """One job in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.register_rows", job, str(rows), str(folder / f"{job}.out")]
    measured, told = measure(command)
    measured.said = json.loads(told.splitlines()[-1])
    return measured


def handed(job: str, folder: Path) -> Measured:
    """A job of handed.py over what was handed over there."""
    measured, told = measure([sys.executable, "-m", "tests.bench.handed", job, str(folder)])
    measured.said = json.loads(told)
    return measured


def measure(command: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[Measured, str]:
    """A command from outside: its time, its peak, and what it said. Ends the benchmark when it fails."""
    before = os.times()
    begun = perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env)
    peak = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _proportional_mib(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    wall = perf_counter() - begun
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(wall, cpu, peak[0]), said


def _proportional_mib(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return 0.0


class Report:
    """Lines of figures and the goals missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def ratio(self, name: str, ours: float, theirs: float, goal: float, what: str) -> None:
        """ours / theirs against a goal."""
        got = ours / theirs
        self._line(name, got <= goal, f"{what}: {ours:.3f} / {theirs:.3f} = {got:.4f}x (goal {goal}x)")

    def most(self, name: str, got: float, goal: float, what: str) -> None:
        """A figure against an upper limit."""
        self._line(name, got <= goal, f"{what}: {got:.3f} (goal {goal})")

    def _line(self, name: str, good: bool, text: str) -> None:
        print(f"{name:3} {'ok  ' if good else 'MISS'} {text}", flush=True)
        if not good:
            self.missed.append(name)


def main() -> int:
    """Run every comparison once and say which goals were missed."""
    parser = argparse.ArgumentParser(description="打印与导出的对比测量")
    parser.add_argument("--rows", type=int, default=6210, help="rows of P1 and P6; 0 leaves them out")
    parser.add_argument("--short", type=int, default=621, help="rows of P3")
    parser.add_argument("--wide", type=int, default=62100, help="rows of X1; 0 leaves it out")
    parser.add_argument("--by-hand", type=int, default=62100, help="rows of P2 beside ReportLab; 0 leaves them out")
    wanted = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_over(register(wanted.short), folder)
        naive, cold = handed("naive", folder), handed("press", folder)
        warm = run("press_warm", wanted.short, folder)
        report.ratio("P3", cold.wall, naive.wall, 0.12, f"PDF, {wanted.short} rows, cold, wall s")
        report.ratio("P3", cold.cpu, naive.cpu, 0.12, "  the same, processor s")
        report.ratio("P3", warm.said["warm"], naive.wall, 0.025, "  warm worker, wall s")
        report.ratio("P3", warm.said["warm_cpu"], naive.cpu, 0.025, "  warm worker, processor s")
        report.most("P3", cold.mib, 180, "  peak MiB")
        report.most(
            "P4", run("press_warm", 123, folder).said["warm_cpu"], 0.15, "register of 123 rows, warm, processor s"
        )
        report.most("P4", run("card_warm", 1, folder).said["warm_cpu"], 0.15, "one card, warm, processor s")
        if wanted.rows:
            hand_over(register(wanted.rows), folder)
            naive, ours = handed("naive", folder), handed("press", folder)
            report.ratio("P1", ours.wall, naive.wall, 0.03, f"PDF, {wanted.rows} rows, cold, wall s")
            report.ratio("P1", ours.cpu, naive.cpu, 0.03, "  the same, processor s")
            report.most("P1", ours.mib, 220, f"  peak MiB (naive {naive.mib:.0f})")
            report.ratio("P6", ours.said["bytes"] / 1e6, naive.said["bytes"] / 1e6, 0.5, "file size, MB")
        if wanted.by_hand:
            theirs, ours = run("by_hand", wanted.by_hand, folder), run("press", wanted.by_hand, folder)
            tenth = run("press", wanted.by_hand // 10, folder)
            report.ratio(
                "P2", ours.wall, theirs.wall, 0.6, f"PDF, {wanted.by_hand} rows, beside ReportLab by hand, wall s"
            )
            report.ratio("P2", ours.cpu, theirs.cpu, 0.6, "  the same, processor s")
            report.ratio("P2", ours.cpu, tenth.cpu, 6, "  beside a tenth of the rows, processor s")
            report.most("P2", ours.mib, 400, f"  peak MiB (ReportLab {theirs.mib:.0f})")
        if wanted.wide:
            theirs, ours = run("openpyxl_stream", wanted.wide, folder), run("workbook", wanted.wide, folder)
            report.ratio(
                "X1",
                ours.said["cpu_after_rows"],
                theirs.said["cpu_after_rows"],
                0.18,
                f"workbook, {wanted.wide} rows, s",
            )
            small, large = (
                run("workbook_memory", wanted.wide // 10, folder),
                run("workbook_memory", wanted.wide, folder),
            )
            report.most(
                "X1", large.mib - small.mib, 16, f"  MiB more than at a tenth of the rows ({large.mib:.0f} in all)"
            )
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
