"""A refused workbook on its way back: the same file with its bad cells marked, or, where that cannot be, its rows in our template."""

from __future__ import annotations

from pathlib import Path

from .intake import Asked, Checked
from .kinds.base import Complaint, Table, Told
from .marking.book import NotMarkable, Wrong, mark
from .template import write_refused


def write_returned(found: Checked, asked: Asked, told: Told, target: Path) -> str:
    """Write the workbook that goes back. Returns why it is not the same file; empty when it is.

    Raises: WorkbookRefused.
    """
    why = ""
    try:
        if asked.name.lower().endswith(".xlsx"):
            mark(asked.path, target, found.table.sheet, _wrong(found), _says(found))
            return ""
        why = f"{asked.name[-4:].lower()} 文件不能加底色和批注"
    except NotMarkable as odd:
        why = odd.message
    write_refused(found.kind, told, found.table, found.faults, target)
    return f"{why}，已把各行放进本系统的模板标注"


def _says(found: Checked) -> str:
    more = f"；这里列出前 {len(found.faults)} 处" if found.count > len(found.faults) else ""
    return f"{found.refusal}{more}。"


def _wrong(found: Checked) -> list[Wrong]:
    """The complaints with their cells; one about a whole row stands at the row's first column."""
    table = found.table
    place_of = {number: place for place, number in enumerate(table.numbers)}
    letters = {attr: raw.letter for attr, raw in table.columns.items()}
    first = min(letters.values(), key=lambda letter: (len(letter), letter), default="A")
    return [
        Wrong(one.row, letters.get(one.attr, first), one.label or "整行", _read(table, one, place_of), one.message)
        for one in found.faults
    ]


def _read(table: Table, fault: Complaint, place_of: dict[int, int]) -> str:
    raw = table.columns.get(fault.attr)
    place = place_of.get(fault.row)
    if raw is None or place is None:
        return ""
    value = raw.values[place] if raw.index is None else raw.values[raw.index[place]]
    return "（空）" if value in (None, "") else str(value)
