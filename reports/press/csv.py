"""A sheet as CSV: UTF-8 with BOM, every column, exact figures, one line per row; nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ..sheet import GROUP, ROW, Sheet
from .safety import quoted

DEMO_HEADING, DEMO_WORD = "数据性质", "演示数据"


def write(sheet: Sheet, target: Path | TextIO) -> None:
    """Write heading and rows, with a leading column for each level of grouping; sums are left to the reader.

    target: a path, where the file appears whole or not at all, or an open text file (UTF-8 with BOM, newline="").
    """
    if not isinstance(target, Path):
        csv.writer(target).writerows(records(sheet))
        return
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with open(unfinished, "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(records(sheet))
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def headings(sheet: Sheet) -> list[str]:
    """Titles of the groups, then each column with its unit."""
    titles = [group.title for group in sheet.ledger.groups]
    for column in sheet.columns:
        unit = column.term.unit
        titles.append(column.term.label + (f"（{unit}）" if unit and unit != "%" else ""))
    return titles + ([DEMO_HEADING] if sheet.imprint.demo else [])


def records(sheet: Sheet) -> Iterator[list[str]]:
    """The lines of the CSV. A share is written as an exact part of one: 0.6554."""
    yield headings(sheet)
    figures = [column.figure for column in sheet.columns]
    levels = [""] * len(sheet.ledger.groups)
    mark = [DEMO_WORD] if sheet.imprint.demo else []
    for line in sheet.lines():
        if line.kind == GROUP:
            levels[line.level] = quoted(line.name)
        elif line.kind == ROW:
            cells = [
                ""
                if value is None
                else figure.exact(value)
                if figure.style not in ("text",)
                else quoted(figure.exact(value))
                for figure, value in zip(figures, line.values, strict=True)
            ]
            yield [*levels, *cells, *mark]
