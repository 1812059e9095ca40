"""A workbook marked where it is wrong, and a marked one made clean again."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fundsys.domain.errors import DomainError

from ..grid import column_number
from ..guard import BULK_LIMITS, WorkbookRefused
from ..xlsx import open_book, read_grids
from .cells import Place, applied, scan
from .named import SUMMARY, is_summary
from .notes import Notes
from .parts import NotMarkable, Parts
from .styles import Styles
from .summary import HEADS, Line, add_summary, drop_summary


@dataclass(frozen=True, slots=True)
class Wrong:
    """One bad cell: where, of which column, what was read there and why it is refused."""

    row: int
    column: str
    label: str
    read: str
    message: str


@dataclass
class _Former:
    """What a former return left: the sheets that list it, and the fills to give back by sheet and place."""

    summaries: list[str] = field(default_factory=list)
    fills: dict[str, dict[Place, str]] = field(default_factory=dict)


def mark(path: Path, target: Path, sheet: str, wrong: Iterable[Wrong], refusal: str) -> None:
    """Write the workbook with these cells of a sheet coloured and commented, and a sheet at the end that lists them.

    sheet: its name; empty for the first that is shown. Marks of a former return go first.
    Raises: NotMarkable where the file cannot be marked as it stands, WorkbookRefused.
    """
    _write(path, target, sheet, sorted(wrong, key=lambda one: (one.row, column_number(one.column))), refusal)


def clean(path: Path, target: Path) -> bool:
    """Write the workbook without the marks of a former return. Returns whether there were any; without, nothing is written."""
    return _write(path, target, None, [], "")


def _write(path: Path, target: Path, sheet: str | None, wrong: list[Wrong], refusal: str) -> bool:
    former = _former(path)
    try:
        with closing(Parts(path)) as parts:
            book = open_book(parts.package, BULK_LIMITS, with_strings=False)
            shown = [each for each in book.sheets if not each.hidden and not each.name.startswith(SUMMARY)]
            chosen = sheet or (shown[0].name if shown else book.sheets[0].name)
            styles_part = parts.linked(parts.workbook, "styles")
            if styles_part is None:
                raise NotMarkable("文件里没有单元格格式，不能在原表上标注")
            styles = Styles(parts.tree(styles_part))
            lines: list[Line] = []
            was_marked = bool(former.summaries or styles.ours)
            if sheet is None and not was_marked:
                return False
            touched = {chosen} | set(former.fills)
            for each in (one for one in book.sheets if one.name in touched):
                told = wrong if each.name == chosen else []
                lines += _mark_sheet(parts, each.part, each.name, styles, told, former.fills.get(each.name, {}))
            for name in former.summaries:
                drop_summary(parts, name)
            if sheet is not None:
                add_summary(parts, styles, lines, [refusal, _ASKED])
            else:
                styles.forget()
            parts.save(target)
            return True
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as odd:
        raise NotMarkable("这个文件的内部写法特别，不能在原表上标注") from odd


_ASKED = "请到涂色的单元格里改正，存盘后重新导入；底色、批注和这一页不用删，导入时不读，再次退回或下载时由系统去掉。"


def _mark_sheet(
    parts: Parts, part: str, name: str, styles: Styles, wrong: list[Wrong], fills: dict[Place, str]
) -> list[Line]:
    """Take the old marks off a sheet and put the new ones on. Returns the lines of the summary."""
    places = {(one.row, column_number(one.column)) for one in wrong}
    own: dict[Place, str] = {}

    def restyle(place: Place, style: int) -> int:
        base = styles.unmarked(style, fills.get(place, "")) if style in styles.marked_styles else style
        own[place] = styles.fill_of(base)
        return styles.marked(base) if place in places else base

    found = scan(partial(parts.chunks, part), places, styles.marked_styles, restyle)
    notes = Notes(parts, part)
    notes.clear()
    said: dict[Place, list[str]] = {}
    for one in wrong:
        said.setdefault((one.row, column_number(one.column)), []).append(one.message)
    notes.put({place: "；".join(words) for place, words in said.items() if place in found.placed}, found)
    if found.edits:
        parts.rewritten[part] = partial(applied, edits=found.edits)
    return [
        Line(name, f"{one.column}{one.row}", one.label, one.read, one.message,
             own.get((one.row, column_number(one.column)), ""))
        for one in wrong
    ]  # fmt: skip


def is_marked(path: Path) -> bool:
    """Whether a workbook carries the marks of a former return."""
    try:
        if _former(path).summaries:
            return True
        with closing(Parts(path)) as parts:
            styles = parts.linked(parts.workbook, "styles")
            return styles is not None and bool(Styles(parts.tree(styles)).ours)
    except (DomainError, zipfile.BadZipFile, KeyError, ValueError):
        return False


def _former(path: Path) -> _Former:
    """The marks of a former return, from the sheets that list them."""
    found = _Former()
    if not zipfile.is_zipfile(path):
        raise NotMarkable("只有 .xlsx 文件能在原表上标注")
    with zipfile.ZipFile(path) as package:
        names = [sheet.name for sheet in open_book(package, BULK_LIMITS, with_strings=False).sheets]
    for name in names:
        if not name.startswith(SUMMARY):
            continue
        for grid in read_grids(path, name):
            first = grid.cells.get((1, 1))
            if first is None or not is_summary(name, first.text):
                continue
            found.summaries.append(name)
            for row in grid.rows():
                sheet, cell, fill = (grid.cells.get((row, column)) for column in (2, 3, len(HEADS)))
                place = _place(cell.text) if cell else None
                if sheet is not None and place is not None:
                    found.fills.setdefault(sheet.text, {})[place] = fill.text if fill else ""
    return found


def _place(cell: str) -> Place | None:
    letters = cell.rstrip("0123456789")
    digits = cell[len(letters) :]
    return (int(digits), column_number(letters)) if letters.isascii() and letters.isupper() and digits else None


__all__ = ["NotMarkable", "Wrong", "WorkbookRefused", "clean", "is_marked", "mark"]
