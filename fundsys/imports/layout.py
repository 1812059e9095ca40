"""Where tables stand in a sheet: heading rows, columns, bodies; stacked and side by side. Not what the rows are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .grid import Cell, Grid, Merge
from .headings import is_known, is_money_word, is_part_group
from .parsers import clean, is_numeric, is_unit_line, squash, units_said

HEADING_DEPTH = 4
_FORM = re.compile(r"(?:填报|编制|报送|制表|填表|申报)(?:单位|部门|人|日期|时间)|截止日期")
_UNIT_ONLY = re.compile(r"[(]?(?:单位:?)?(?:亿元|万元|千元|元|户|人|亩|个|公里|米|座|%|户/人|人次)[)]?")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年.{0,8})?|\d{1,2}月份?|\d季度?")
_NAMES = re.compile(_YEAR.pattern + r"|(?:19|20)\d\d年\D{1,40}|\d{1,2}[.、][^\d.]{1,12}")
"""Words that begin with a figure and are none: 2024年, 1.中央."""
NOTE = re.compile(
    r"[(\[]?(?:注|备注|说明|附注|填表说明|填报说明|编制说明|资金来源|依据|文件依据)\d?[)\]]?[:：.、)]|注\d|\*|※|(?:注|备注|说明)\s"
)
SIGNATURE = re.compile(
    r"(?:制表|填表|填报|编制|审核|复核|审批|经办|负责|联系|分管|主管|财务|统计|校对|报送).{0,8}[:：]|联系电话|\(?(?:签字|盖章|公章|签章)"
)

_ALSO_HEADS = ("联系电话", "负责人签字")
"""Words that stand below a table or on top of a column of it."""


class View:
    """A grid as people see it: a merged range shows its top-left cell."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.last_column = grid.last_column
        self.by_row: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(grid.cells.items()):
            self.by_row.setdefault(row, {})[column] = cell
        self.rows = sorted(self.by_row)
        self._merged: dict[tuple[int, int], Merge] = {}
        last_row = self.rows[-1] if self.rows else 0
        for merge in grid.merges:
            if (merge.top, merge.left) not in grid.cells:
                continue
            for row in range(merge.top, min(merge.bottom, last_row) + 1):
                for column in range(merge.left, min(merge.right, self.last_column) + 1):
                    self._merged[row, column] = merge

    def row(self, row: int) -> dict[int, Cell]:
        """The stored cells of a row by column."""
        return self.by_row.get(row, {})

    def merge(self, row: int, column: int) -> Merge | None:
        """The merge that covers a place and shows something."""
        return self._merged.get((row, column))

    def shown(self, row: int, column: int) -> Cell | None:
        """The cell people see at a place."""
        merge = self._merged.get((row, column))
        return self.grid.cells.get((merge.top, merge.left) if merge else (row, column))

    def words(self, row: int, left: int, right: int) -> list[str]:
        """The squashed texts of a row's stored cells within columns, in order."""
        return [squash(cell.text) for column, cell in self.row(row).items() if left <= column <= right]


@dataclass(slots=True)
class Region:
    """One table: its heading rows, its columns (both inclusive), the rows of its body, and what stands above it."""

    heading_rows: list[int]
    left: int
    right: int
    body: list[int] = field(default_factory=list)
    preamble: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)


def find_regions(view: View) -> list[Region]:
    """All tables of a sheet from top to bottom, those side by side from left to right."""
    regions: list[Region] = []
    start, rows = 0, view.rows
    heads = _heading_tops(view)
    for position, top in enumerate(heads):
        depth = heading_depth(view, top)
        following = heads[position + 1] if position + 1 < len(heads) else None
        end = rows.index(following) if following else len(rows)
        above = list(rows[start : rows.index(top)])
        body = [row for row in rows[rows.index(top) :][: end - rows.index(top)] if row > depth[-1]]
        body, kept = _give_back_title(view, body) if following else (body, [])
        start = end - len(kept)
        known = regions[-1] if regions else None
        if known and _same_heading(view, known, top, depth) and not _says_other_unit(view, known, above):
            for region in [r for r in regions if r.heading_rows == known.heading_rows]:
                region.repeats += [*above, *depth]
                region.body += body
            continue
        ranges = _apart(view, depth, body) or _side_by_side(view, depth)
        first = min((min(view.row(row)) for row in body if len(view.row(row)) > 1), default=ranges[0][0])
        ranges[0] = (min(first, ranges[0][0]), ranges[0][1])
        regions += [Region(depth, left, right, list(body), above) for left, right in ranges]
    return regions


def _heading_tops(view: View) -> list[int]:
    tops: list[int] = []
    seen: set[tuple[str, ...]] = set()
    busy = 0
    for row in view.rows:
        if row <= busy:
            continue
        words = tuple(view.words(row, 1, view.last_column))
        if words in seen or is_heading(view, row, strict=bool(tops)):
            top = _group_row_above(view, row, busy)
            tops.append(top)
            seen.add(words if top == row else tuple(view.words(top, 1, view.last_column)))
            row = top
            busy = heading_depth(view, row)[-1]
    if not tops:
        tops = _fallback_top(view)
    return tops


def _group_row_above(view: View, row: int, busy: int) -> int:
    """The first row of a heading whose second one was known first: groups of unknown words over 人数、金额."""
    above = row - 1
    cells = view.row(above)
    words = [squash(cell.text) for cell in cells.values()]
    if above <= busy or len(set(words)) < 2 or min(cells) >= min(view.row(row)) or min(cells) in view.row(row):
        return row
    figures = any(is_numeric(cell) and not _YEAR.fullmatch(squash(cell.text)) for cell in cells.values())
    if (
        figures
        or any(":" in word or len(word) > 20 for word in words)
        or any(cell.kind == "date" for cell in cells.values())
    ):
        return row
    return above if row in heading_depth(view, above) else row


def _fallback_top(view: View) -> list[int]:
    for row, following in zip(view.rows, view.rows[1:], strict=False):
        cells = view.row(row)
        if (
            len(cells) >= 2
            and not any(is_numeric(cell) for cell in cells.values())
            and any(is_known(cell.text) for cell in cells.values())
            and any(is_numeric(cell) for cell in view.row(following).values())
        ):
            words = view.words(row, 1, view.last_column)
            return [again for again in view.rows if again >= row and view.words(again, 1, view.last_column) == words]
    return []


def is_heading(view: View, row: int, strict: bool) -> bool:
    """Whether a row reads as the first line of a heading. strict: inside a body, where data may look alike."""
    cells = list(view.row(row).values())
    words = [squash(cell.text) for cell in cells]
    if len(set(words)) < 2 or any(is_unit_line(cell.text) for cell in cells):
        return False
    if any(is_numeric(cell) and not _NAMES.fullmatch(word) for cell, word in zip(cells, words, strict=True)):
        return False
    if any(SIGNATURE.match(word) and word not in _ALSO_HEADS or NOTE.match(word) for word in words) or any(
        cell.kind == "date" for cell in cells
    ):
        return False
    if any(_FORM.match(word) for word in words):
        return False
    known = sum(is_known(cell.text) for cell in cells)
    cells = [cell for cell, word in zip(cells, words, strict=True) if not _YEAR.fullmatch(word)]
    if strict:
        return (
            known >= 3
            and known * 10 >= len(cells) * 8
            or known == len(cells) == 2
            and words[0] in ("序号", "项目名称", "乡镇", "项目")
        )
    return known >= 2 and known * 2 >= len(cells)


def heading_depth(view: View, top: int) -> list[int]:
    """The rows a heading takes: down to where its merges end and its groups have their columns."""
    last = top
    while last < top + HEADING_DEPTH:
        reach = max((m.bottom for c in range(1, view.last_column + 1) if (m := view.merge(last, c))), default=last)
        reach = min(reach, top + HEADING_DEPTH - 1)
        if reach > last:
            last = reach
            continue
        following = last + 1
        if not _is_subheading(view, last, following):
            break
        last = following
    rows = list(range(top, last + 1))
    numbering = next((row for row in view.rows if row > last), None)
    if numbering is not None and _is_numbering(view, numbering):
        rows += range(last + 1, numbering + 1)
    return rows


def _is_subheading(view: View, row: int, following: int) -> bool:
    """A row under a heading row that splits its groups: words only, none under the outermost single column."""
    below, above = view.row(following), view.row(row)
    if not below or len(below) < 1:
        return False
    if any(is_numeric(c) and not _YEAR.fullmatch(squash(c.text)) or len(squash(c.text)) > 25 for c in below.values()):
        return False
    if any(is_unit_line(c.text) and not _UNIT_ONLY.fullmatch(squash(c.text)) for c in below.values()):
        return False
    first = below[min(below)]
    leaves = len(below) > 1 and all(is_known(c.text) for c in below.values())
    if TOTAL_START.match(squash(first.text)) and min(below) <= min(above, default=1) and not leaves:
        return False
    if all(_UNIT_ONLY.fullmatch(squash(c.text)) for c in below.values()):
        return True
    wide = {c for c in range(1, view.last_column + 1) if (m := view.merge(row, c)) and m.right > m.left}
    open_columns = {c for c in below if c in wide or c not in above or is_part_group(above[c].text)}
    if wide and open_columns:
        return len(open_columns) * 2 >= len(below)
    gaps = {c for c in below if c not in above}
    groups = {c for c in below if c in above and is_part_group(above[c].text)}
    known = sum(is_known(c.text) for c in below.values())
    return (
        bool(gaps or groups)
        and len(gaps | groups | _group_starts(view, row, below)) == len(below)
        and (known * 2 >= len(below) or min(below) in groups)
    )


def _group_starts(view: View, row: int, below: dict[int, Cell]) -> set[int]:
    """Columns with a word above that begin an unmerged group: the next column has a word below and none above."""
    above = view.row(row)
    return {c for c in below if c in above and c + 1 in below and c + 1 not in above}


TOTAL_START = re.compile(r"合计|总计|小计|共计")


def _is_numbering(view: View, row: int) -> bool:
    """The line of column numbers some forms carry: 1 2 3 …, 甲 乙 1 2, 栏次."""
    words = [squash(cell.text) for _, cell in sorted(view.row(row).items())]
    if len(words) < 3:
        return False
    if words[0] in ("栏次", "列次", "栏目"):
        return True
    rest = [word for word in words if word not in "甲乙丙丁戊己庚"]
    bare = [re.split(r"[=＝]", word.strip("()①②③④⑤⑥⑦⑧⑨⑩"))[0] for word in rest]
    if not rest or not all(word.isdigit() for word in bare):
        return False
    numbers = [int(word) for word in bare]
    return (
        numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] <= 2
        and len(numbers) >= 2
        and (len(words) >= 4 or len(rest) < len(words))
    )


def _same_heading(view: View, region: Region, top: int, depth: list[int]) -> bool:
    first = [view.words(row, 1, view.last_column) for row in region.heading_rows]
    again = [view.words(row, 1, view.last_column) for row in depth]
    return first == again


def _says_other_unit(view: View, region: Region, above: list[int]) -> bool:
    """Whether the lines over a repeated heading state another money unit than those over the first: a new table."""
    first, again = (
        {unit for row in rows for cell in view.row(row).values() for unit in units_said(cell.text)}
        for rows in (region.preamble, above)
    )
    return bool(first and again) and first != again


def _give_back_title(view: View, body: list[int]) -> tuple[list[int], list[int]]:
    """Lines before the next heading that are its title or unit line, not the end of this table."""
    cut = len(body)
    while cut:
        cells = view.row(body[cut - 1])
        words = [clean(cell.text) for cell in cells.values()]
        title = (
            len(words) == 1 and not NOTE.match(words[0]) and len(words[0]) <= 60 and not re.search(r"[。；;]", words[0])
        )
        unit = any(is_unit_line(word) for word in words) and not any(is_numeric(cell) for cell in cells.values())
        if not (title or unit):
            break
        cut -= 1
    return body[:cut], body[cut:]


def _side_by_side(view: View, heading: list[int]) -> list[tuple[int, int]]:
    """The column ranges of tables that share heading rows: 序号 乡镇 资金 | 序号 乡镇 资金."""
    columns = sorted({c for row in heading for c in view.row(row)})
    left, right = columns[0], max(columns[-1], _merged_right(view, heading))
    words = [(c, squash(cell.text)) for c, cell in sorted(view.row(heading[0]).items())]
    names = [word for _, word in words]
    starts = [c for c, word in words if word == names[0]]
    period = len(names) // len(starts)
    if names[0] not in ("序号", "编号") and (period < 2 or names != names[:period] * len(starts)):
        return [(left, right)]
    if len(starts) < 2:
        return [(left, right)]
    ranges = [(start, (starts[i + 1] - 1) if i + 1 < len(starts) else right) for i, start in enumerate(starts)]
    money = [any(is_money_word(word) for c, word in words if first <= c <= last) for first, last in ranges]
    return ranges if all(money) or not any(money) else [(left, right)]


def _apart(view: View, heading: list[int], body: list[int]) -> list[tuple[int, int]] | None:
    """The column ranges of different tables with an empty column between them, each with names and money of its own; else None."""
    filled = {c for row in (*heading, *body) for c in view.row(row)}
    right = max(max(filled), _merged_right(view, heading))
    filled |= {c for row in heading for c in range(1, right + 1) if view.merge(row, c)}
    starts = [c for c in sorted(filled) if c - 1 not in filled]
    ranges = [(first, min(c for c in range(first, right + 2) if c not in filled) - 1) for first in starts]
    words = [[w for row in heading for w in view.words(row, first, last)] for first, last in ranges]
    alone = all(
        len(block) > 1 and not is_money_word(block[0]) and any(is_money_word(word) for word in block) for block in words
    )
    return ranges if len(ranges) > 1 and alone else None


def _merged_right(view: View, heading: list[int]) -> int:
    return max((m.right for row in heading for c in view.row(row) if (m := view.merge(row, c))), default=1)


def heading_path(view: View, heading: list[int], column: int, left: int) -> tuple[str, ...]:
    """The heading words above a column from top to leaf, merges and unmerged groups followed; line breaks dropped."""
    path: list[str] = []
    for position, row in enumerate(heading):
        cell = view.shown(row, column)
        if cell is None and position + 1 < len(heading):
            cell = _group_to_the_left(view, heading, position, column, left)
        word = re.sub(r"\s+", "", cell.text) if cell else ""
        if word and (not path or path[-1] != word) and not _is_numbering(view, row):
            path.append(word)
    return tuple(path)


def _group_to_the_left(view: View, heading: list[int], position: int, column: int, left: int) -> Cell | None:
    """The unmerged group heading a column belongs to: the nearest word to the left that also has a word below it."""
    row, below = heading[position], heading[position + 1 :]
    if not any(column in view.row(r) for r in below) or any(view.row(r).get(column) for r in heading[:position]):
        return None
    for other in range(column - 1, left - 1, -1):
        cell = view.row(row).get(other)
        if cell is None:
            continue
        merge = view.merge(row, other)
        split = any(other in view.row(r) for r in below)
        return cell if merge is None and split else None
    return None
