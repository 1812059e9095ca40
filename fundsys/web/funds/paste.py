"""A block copied from a workbook, one project a row by code or name: which boxes it fills, and what it does not, in words."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, parse_number

MOST_ROWS = 2000
_SUMS = ("合计", "小计", "总计")


class Named(NamedTuple):
    """A project a row may mean."""

    id: int
    code: str
    name: str
    in_library: bool
    on_sheet: bool


@dataclass
class Pasted:
    """What came of a block. filled: texts of boxes by (line, project); left: rows not filled, as they were; said: why."""

    filled: dict[tuple[int, int], str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    projects: int = 0


def rows_of(text: str) -> list[list[str]]:
    """The rows and cells of a block: tabs as Excel copies them, else commas or runs of blanks as people type them."""
    rows = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if "\t" in line:
            cells = line.split("\t")
        else:
            cells = line.replace("，", " ").split()
        rows.append([cell.strip().strip('"').strip() for cell in cells])
    return [row for row in rows if any(row)][:MOST_ROWS]


def words_of(rows: Iterable[Sequence[str]]) -> set[str]:
    """The cells that could be a code or a name."""
    return {cell for row in rows for cell in row if cell and not _is_number(cell)}


def fill(rows: Sequence[Sequence[str]], projects: Iterable[Named], lines: Sequence[int], begin: int) -> Pasted:
    """Which boxes a block fills. lines: ids in the order of the columns; begin: the column the first amount goes to."""
    by_word = _by_word(projects)
    made, seen = Pasted(), set[int]()
    for place, row in enumerate(rows, 1):
        why = _fill_row(row, by_word, lines[begin:], made, seen)
        if why:
            made.left.append("\t".join(row))
            made.said.append(f"第 {place} 行：{why}")
    made.projects = len(seen)
    return made


def _fill_row(
    row: Sequence[str], by_word: dict[str, list[Named]], lines: Sequence[int], made: Pasted, seen: set[int]
) -> str:
    """Fill the boxes of one row; why it could not be, or nothing."""
    place = next((n for n, cell in enumerate(row) if plain(cell) in by_word), None)
    if place is None:
        return _unknown(row)
    meant = by_word[plain(row[place])]
    if len(meant) > 1:
        return f"有 {len(meant)} 个项目叫“{row[place]}”，请改用项目编号"
    project = meant[0]
    if not project.in_library:
        return f"“{project.code} {project.name}”没有入库，不能安排资金"
    if project.id in seen:
        return f"“{project.code} {project.name}”前面已有一行，请合并后再填"
    amounts = _amounts(row[place + 1 :], len(lines))
    if not any(amounts):
        return f"“{project.code} {project.name}”没有金额"
    if len(amounts) > len(lines):
        return f"有 {len(amounts)} 列金额，表上从这一列起只有 {len(lines)} 列，请只留本次安排"
    if wrong := next((text for text in amounts if text and not _is_amount(text)), ""):
        return f"“{wrong}”不是金额"
    seen.add(project.id)
    made.filled |= {(line, project.id): text for line, text in zip(lines, amounts, strict=False) if text}
    return ""


def _amounts(cells: Sequence[str], most: int) -> list[str]:
    """The cells after the last words before the first amount; blank columns at both ends only where there is room."""
    first = next((n for n, cell in enumerate(cells) if _is_number(cell)), None)
    if first is None:
        return [cell for cell in cells if cell][-1:]
    words = max((n for n, cell in enumerate(cells[:first]) if cell), default=-1)
    found = list(cells[words + 1 :])
    while not found[-1]:
        found.pop()
    while len(found) > most and not found[0]:
        found.pop(0)
    return found


def _unknown(row: Sequence[str]) -> str:
    word = next((cell for cell in row if cell and not _is_number(cell)), "")
    if not word:
        return "没有项目编号或名称"
    if any(one in word for one in _SUMS):
        return f"“{word}”是合计行，没有填入"
    if not any(_is_number(cell) for cell in row):
        return "没有金额，像是表头，没有填入"
    return f"没有编号或名称为“{word}”的项目"


def _by_word(projects: Iterable[Named]) -> dict[str, list[Named]]:
    """Projects by code and by name; of those alike, the ones on the sheet come before the others."""
    found: dict[str, list[Named]] = defaultdict(list)
    for project in projects:
        for word in {plain(project.code), plain(project.name)}:
            found[word].append(project)
    return {word: [p for p in those if p.on_sheet] or those for word, those in found.items()}


def plain(text: str) -> str:
    """A code or name without what typing adds: full-width letters, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _is_number(text: str) -> bool:
    if text == "-":
        return True
    try:
        parse_number(text.removesuffix("万元"))
    except DomainError:
        return False
    return True


def _is_amount(text: str) -> bool:
    try:
        return text == "-" or Money.wan(text.removesuffix("万元").strip()) >= Money(0)
    except DomainError:
        return False
