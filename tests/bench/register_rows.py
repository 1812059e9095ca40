"""Jobs the benchmark starts as processes of their own: python -m tests.bench.register_rows JOB ROWS TARGET.

Every job works on the same invented rows of LG05 with all 32 printed columns; a job prints one JSON line with its times.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reports.registers import an_imprint, assets


def register(count: int) -> Any:
    """The sheet all jobs of this file print."""
    return _sheet(list(assets(count)))


def _sheet(rows: Any) -> Any:
    from fundsys.reports.registry import ledger
    from fundsys.reports.sheet import compose

    return compose(ledger("LG05"), rows, an_imprint())


def press(count: int, target: Path) -> dict[str, float]:
    """Our PDF, once: the whole process is the measure."""
    from fundsys.reports.press import pdf

    pdf.render(register(count), target)
    return {}


def press_warm(count: int, target: Path) -> dict[str, float]:
    """Our PDF in a worker that has printed before: the median of seven prints."""
    from fundsys.reports.press import pdf

    pdf.render(register(60), target)
    rows = [list(assets(count, seed=seed)) for seed in range(7)]
    return _median(lambda turn: pdf.render(_sheet(rows[turn]), target))


def _median(work: Callable[[int], object]) -> dict[str, float]:
    """Wall and processor seconds of the middle one of seven turns."""
    walls, cpus = [], []
    for turn in range(7):
        begun, spent = time.perf_counter(), time.process_time()
        work(turn)
        walls.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - spent)
    return {"warm": sorted(walls)[3], "warm_cpu": sorted(cpus)[3]}


def card_warm(count: int, target: Path) -> dict[str, float]:
    """An A4 card of one project as an HTML form in a warm worker: the median of seven prints."""
    from fundsys.reports.press import pdf

    row = next(iter(assets(count)))
    facts = "".join(f"<tr><th>{key}</th><td>{value}</td></tr>" for key, value in vars(row).items())
    html = (
        f'<html lang="zh-CN"><style>@page{{size:A4;margin:18mm}}{pdf.base_style()}table{{width:100%;border-collapse:collapse}}'
        f"th,td{{border:.2mm solid #000;padding:1mm;font-size:10pt}}</style><h1>资产卡片</h1><table>{facts}</table></html>"
    )
    pdf.form(html, target)
    return _median(lambda turn: pdf.form(html, target))


def by_hand(count: int, target: Path) -> dict[str, float]:
    """The same rows and printed columns drawn by hand with ReportLab: one line a cell, nothing folded, added up or cut to fit."""
    from reportlab.lib.pagesizes import A3, landscape
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from fundsys.reports.press import pdf
    from fundsys.reports.sheet import ROW

    layout = pdf.plan(register(60)).layout
    sheet = register(count)
    cells = [[sheet.texts(line)[i] for i in layout.places] for line in sheet.lines() if line.kind == ROW]
    pdfmetrics.registerFont(TTFont("F", _truetype(), subfontIndex=0))
    width, height = landscape(A3)
    canvas = Canvas(str(target), pagesize=(width, height), pageCompression=1)
    edges = [(12 + edge) * mm for edge in layout.edges]
    right = {k for k, column in enumerate(layout.columns) if column.figure.align == "right"}
    heads = [column.term.label for column in layout.columns]
    tall, on_page = layout.row_height * mm, int(layout.capacity(False) / layout.row_height)
    pages = -(-count // on_page)
    for number in range(pages):
        here = [heads, *cells[number * on_page : (number + 1) * on_page]]
        canvas.setFont("F", 11)
        canvas.drawCentredString(width / 2, height - 10 * mm, sheet.title)
        canvas.setFont("F", 8)
        canvas.drawCentredString(width / 2, 6 * mm, f"第 {number + 1} 页 共 {pages} 页")
        canvas.setLineWidth(0.5)
        levels = [height - 14 * mm - k * tall for k in range(len(here) + 1)]
        canvas.grid(edges, levels)
        canvas.setFont("F", 7)
        for k, row in enumerate(here):
            baseline = levels[k + 1] + tall / 2 - 2.5
            for place, text in enumerate(row):
                if place in right:
                    canvas.drawRightString(edges[place + 1] - 2, baseline, text)
                else:
                    canvas.drawString(edges[place] + 2, baseline, text)
        canvas.showPage()
    canvas.save()
    return {}


def _truetype() -> str:
    """A Chinese font ReportLab can embed. Ends the benchmark where there is none."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "WenQuanYi Micro Hei"], capture_output=True, text=True, check=True
    )
    if "wqy" not in found.stdout:
        raise SystemExit("ReportLab needs a TrueType font: apt-get install fonts-wqy-microhei")
    return found.stdout


def workbook(count: int, target: Path) -> dict[str, float]:
    """Our streamed workbook from a stream of rows."""
    from fundsys.reports.press import xlsx

    xlsx.write(_plain_sheet(count), target)
    return {}


def workbook_memory(count: int, target: Path) -> dict[str, float]:
    """Our workbook from rows made while it is written: nothing is held."""
    from fundsys.reports.press import xlsx

    xlsx.write(_sheet(lambda: assets(count)), target)
    return {}


def openpyxl_stream(count: int, target: Path) -> dict[str, float]:
    """The same cells through openpyxl's write-only mode, without any style."""
    import openpyxl

    from fundsys.domain.money import Money
    from fundsys.reports.sheet import ROW

    sheet = _plain_sheet(count)
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    page.append([column.term.label for column in sheet.columns])
    for line in sheet.lines():
        if line.kind == ROW:
            page.append([value.fen / 1_000_000 if isinstance(value, Money) else value for value in line.values])
    book.save(target)
    return {}


def _plain_sheet(count: int) -> Any:
    """The ledger over rows made beforehand; the clock starts when rows and programs are in memory, for both rivals."""
    rows = tuple(assets(count))
    sheet = _sheet(lambda: iter(rows))
    begun_with[0] = time.process_time()
    return sheet


begun_with = [0.0]
JOBS: dict[str, Callable[[int, Path], dict[str, float]]] = {
    job.__name__: job for job in (press, press_warm, card_warm, by_hand, workbook, workbook_memory, openpyxl_stream)
}

if __name__ == "__main__":
    name, rows_wanted, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    found = JOBS[name](rows_wanted, path)
    if begun_with[0]:
        found["cpu_after_rows"] = time.process_time() - begun_with[0]
    print(json.dumps({**found, "bytes": path.stat().st_size}))
