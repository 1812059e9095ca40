"""What each row of a table is: a record, a category, a subtotal, a total, a note. Evidence first, no guess unnamed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .columns import Column, Columns, name_columns
from .grid import Cell, address
from .layout import NOTE, SIGNATURE, Region, View, _is_numbering
from .parsers import Marker, clean, is_numeric, is_unit_line, read_amount, read_marker, squash

RECORD, CATEGORY, SUBTOTAL, TOTAL = "明细", "类别", "小计", "合计"
NOTE_ROW, SIGNED, UNIT_ROW, HEADING, TITLE, CONTINUED, ITEM = "注", "落款", "单位", "表头", "标题", "续行", "分项"
_GRAND = re.compile(
    r"(?:全县|全市|全区|全省|全州|全旗|全乡|全镇|本县|本市|本区|本表|本批|本次|资金|项目|投资|县级?|市级?|总)?(?:合计|总计|共计|总合计|累计)|计|总数"
)
_SUB = re.compile(r".{0,24}小计|.{1,24}(?:合计|共计|总计)|分计|本页合计|过次页|承前页|页计")
_COUNTED = re.compile(r"(合计|总计|共计|小计)[:：,，]?(?:[（(]?\d+[^\d]{0,6}[)）]?|[(（][^()（）]{0,16}[)）])")
_FORM_WORD = re.compile(r"填报|截止|日期|编制|\d{4}年")
_NOTE_WORD = re.compile(r"注|备注|说明|附注|填表说明|填报说明|编制说明")
_LABELED = re.compile(r"[^:]{2,10}:")
_DAY = re.compile(r"(?:19|20)\d\d[年./-]\d{1,2}[月./-]\d{1,2}日?")
_WHOLE = re.compile(r"全[县市区省州旗乡镇]|.{0,6}(?:总额|总量|全部|总体)")


@dataclass(slots=True, eq=False)
class Line:
    """A row of the body with what decides its kind.

    figure: its amount in a common unit, None when it has none. texts: its own words, the sequence left out.
    filled: how many columns of words it shows, merges from above included. counted: it has or shares a sequence number.
    unit: what its cell in a column of units says, None without one.
    """

    row: int
    cells: dict[int, Cell]
    marker: Marker | None
    texts: dict[int, str]
    figure: int | None
    kind: str = RECORD
    has_seq: bool = False
    filled: int = 0
    counted: bool = False
    unit: str | None = None

    @property
    def level(self) -> float | None:
        """The depth of its numbering, smaller is higher; None when it bears none."""
        if self.marker is None:
            return None
        return self.marker.level + max(len(self.marker.path) - 2, 0) * 0.1


@dataclass(slots=True)
class Rows:
    """All body rows of a table in order, with the problems found in telling them apart."""

    lines: list[Line]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind == kind]


def rough_rows(view: View, region: Region) -> list[int]:
    """Rows that may be records, before the columns are known: two cells or more, no total word, no signature."""
    rows = []
    for row in region.body:
        cells = {c: cell for c, cell in view.row(row).items() if c >= region.left and c <= region.right + 3}
        words = [squash(cell.text) for cell in cells.values()]
        if (
            len(cells) < 2
            or any(total_word(word) for word in words[:3])
            or any(SIGNATURE.match(word) for word in words)
        ):
            continue
        rows.append(row)
    return rows


def total_word(word: str) -> str | None:
    """小计 or 合计 when a squashed text is such a word and nothing else; None otherwise."""
    word = word.strip(":：。")
    if _GRAND.fullmatch(word):
        return TOTAL
    if found := _COUNTED.fullmatch(word):
        return SUBTOTAL if found[1] == "小计" else TOTAL
    if re.fullmatch(r".{1,24}\((?:小计|合计|共计)\)", word):
        return SUBTOTAL
    bare = re.sub(r"\(.*?\)$", "", word)
    if _GRAND.fullmatch(bare):
        return TOTAL
    return SUBTOTAL if _SUB.fullmatch(bare) and not re.search(r"[。，,；;]|设计|审计|统计|会计", bare) else None


def read_rows(view: View, region: Region, columns: Columns) -> Rows:
    """Tell the rows of a table apart. Every row of the body that holds something is in the answer."""
    reader = _RowReader(view, region, columns)
    rows = Rows([line for row in region.body if (line := reader.line(row)) is not None])
    for line in rows.lines:
        line.kind = reader.plain_kind(line)
    _continue_merges(view, columns, rows)
    _settle_singles(view, columns, rows)
    _find_parents(rows)
    _find_items(rows)
    _find_repeats(rows)
    _find_silent_subtotals(columns, rows)
    return rows


class _RowReader:
    def __init__(self, view: View, region: Region, columns: Columns) -> None:
        self.view, self.region, self.columns = view, region, columns
        self.seq = columns.of("seq")
        self.money = [column for column in columns.all if column.money]
        numbers = {"percent", "standard", "income", "households", "people", "area", "quantity", "year", "phone"}
        self.figures = {c.number for c in columns.all if c.money or c.field in numbers}
        self.last = max([c.number for c in columns.all] + [region.right])

    def line(self, row: int) -> Line | None:
        cells = {c: cell for c, cell in self.view.row(row).items() if self.region.left <= c <= self.last}
        if not cells:
            return None
        seq = self.seq.number if self.seq else None
        marker = self._marker(cells, seq)
        counted = seq in cells and (marker is not None or cells[seq].kind == "number")
        texts = {
            c: squash(cell.text) for c, cell in cells.items() if c not in self.figures and (c != seq or not counted)
        }
        merged = [c for c in range(self.region.left, self.last + 1) if c not in cells and self._from_above(row, c)]
        line = Line(row, cells, marker, texts, self._figure(cells), has_seq=counted)
        line.filled = len(texts) + sum(c != seq and c not in self.figures for c in merged)
        line.counted = line.has_seq or seq in merged
        line.unit = self.columns.unit_said(cells)
        return line

    def _from_above(self, row: int, column: int) -> bool:
        merge = self.view.merge(row, column)
        return merge is not None and merge.top < row and merge.left == column

    def _marker(self, cells: dict[int, Cell], seq: int | None) -> Marker | None:
        if seq is not None and seq in cells:
            return read_marker(cells[seq], bare=True)
        first = next((c for c in sorted(cells) if c not in self.figures), None)
        return read_marker(cells[first], bare=False) if first is not None else None

    def _figure(self, cells: dict[int, Cell]) -> int | None:
        amount = self.columns.amount
        if amount is not None and amount.number in cells:
            reading = read_amount(cells[amount.number], self.columns.unit_in(cells, amount) or "万元")
            return reading.fen if not reading.dash else None
        parts = [
            read_amount(cells.get(c.number), c.unit or "万元").fen for c in self.columns.parts if c.number in cells
        ]
        fens = [fen for fen in parts if fen is not None]
        return sum(fens) if fens else None

    def plain_kind(self, line: Line) -> str:
        """The kind by the words of the row alone."""
        words = [squash(cell.text) for cell in line.cells.values()]
        money = any(is_numeric(cell) and not _is_day(cell) for c, cell in line.cells.items() if c in self.figures)
        units = [is_unit_line(cell.text) for cell in line.cells.values()]
        if not money and any(units) and all(u or _FORM_WORD.match(w) for u, w in zip(units, words, strict=True)):
            return UNIT_ROW
        if _is_numbering(self.view, line.row) and line.row == self.region.body[0]:
            return HEADING
        if (word := self._total(line)) is not None:
            return word
        if not money and any(SIGNATURE.match(word) for word in words) and len(line.texts) <= 8:
            return SIGNED
        if not money and (NOTE.match(words[0]) or _NOTE_WORD.fullmatch(words[0])) and len(line.cells) <= 2:
            return NOTE_ROW
        return RECORD

    def _total(self, line: Line) -> str | None:
        beside = [cell for c, cell in self.view.row(line.row).items() if c < self.region.left]
        bare = line.figure is not None and not line.texts and not line.counted
        if bare and any(total_word(squash(cell.text)) == TOTAL for cell in beside[:2]):
            return TOTAL
        stop = min((c.number for c in self.money), default=self.last + 1)
        head = [cell for c, cell in sorted(line.cells.items()) if c < stop or c == min(line.cells)]
        for cell in head[:4]:
            word = squash(cell.text)
            if (kind := total_word(word)) is not None:
                return kind
            marker = read_marker(cell, bare=False)
            if marker and marker.level <= 2 and (kind := total_word(squash(marker.rest))) is not None:
                return SUBTOTAL
        return None


def _settle_singles(view: View, columns: Columns, rows: Rows) -> None:
    """Rows with words only and no record's shape: a category before more records, otherwise a note at the end."""
    money = {column.number for column in columns.all if column.money}
    lines = [line for line in rows.lines if line.kind == RECORD]
    shaped = [
        line for line in lines if len(line.cells) >= 2 and (not money or line.has_seq or money & line.cells.keys())
    ]
    last = shaped[-1].row if shaped else 0
    typical = sorted(line.filled for line in shaped)[len(shaped) // 2] if shaped else 0
    heads = {c.number for c in name_columns(columns)} | {c.number for c in columns.all[:2]}
    endings = {_ending(line) for line in shaped} - {""}
    seq = columns.of("seq")
    by_seq = seq is not None and sum(line.counted for line in shaped) * 10 >= len(shaped) * 6
    known = set(shaped)
    total = _last_total(rows)
    for line in lines:
        alone = len(line.cells) == 1
        if alone and 0 < total < line.row and _is_signed_off(next(iter(line.cells.values()))):
            line.kind = NOTE_ROW
        amount = line.cells.get(columns.amount.number) if columns.amount else None
        if amount is not None and 0 < total < line.row and _is_share(amount):
            line.kind = NOTE_ROW
        if line.kind == NOTE_ROW or line in known or money & line.cells.keys():
            continue
        if alone and typical <= 1 and not line.marker and _ending(line) in endings and not 0 < total < line.row:
            continue
        worded = seq is not None and seq.number in line.texts
        if line.row < last and by_seq and not alone and (worded or line.filled < typical):
            line.kind = CATEGORY
        elif line.row > last:
            labeled = all(_LABELED.match(word) for word in line.texts.values())
            if alone or labeled or len(line.texts) * 2 < typical or 0 < total < line.row:
                line.kind = NOTE_ROW
        elif alone:
            _settle_single(view, columns, rows, line, heads)


def _is_day(cell: Cell) -> bool:
    """Whether a cell holds a date, stored as one or written: 2024-04-01, 2023年11月20日."""
    return cell.kind == "date" or _DAY.fullmatch(squash(cell.text)) is not None


def _is_share(cell: Cell) -> bool:
    return cell.kind == "percent" or re.fullmatch(r"[\d.]+%", squash(cell.text)) is not None


def _is_signed_off(cell: Cell) -> bool:
    """Whether a cell that stands alone below the total is an office or a date, no figure."""
    return _is_day(cell) or cell.kind == "text" and not is_numeric(cell)


def _ending(line: Line) -> str:
    """The last character of a row's first words: rows of one list end alike (镇, 村, 县, 局)."""
    words = next((word for _, word in sorted(line.texts.items())), "")
    return words[-1:] if 1 < len(words) <= 20 else ""


def _last_total(rows: Rows) -> int:
    """The row of the last total, below which no record follows; 0 when there is none or it stands first."""
    totals = [line.row for line in rows.lines if line.kind == TOTAL and line is not rows.lines[0]]
    return totals[-1] if totals else 0


def _settle_single(view: View, columns: Columns, rows: Rows, line: Line, heads: set[int]) -> None:
    number = next(iter(line.cells))
    merge = view.merge(line.row, number)
    paid = view.merge(line.row, columns.amount.number) if columns.amount else None
    if paid is not None and paid.top < line.row:
        line.kind = CONTINUED
    elif not line.texts and line.has_seq:
        line.kind = CATEGORY if line.marker and line.marker.rest else CONTINUED
    elif number in heads or merge is not None and merge.right > merge.left:
        words = next(iter(line.texts.values()), "")
        line.kind = NOTE_ROW if NOTE.match(words) or len(words) > 60 else CATEGORY
    else:
        line.kind = CONTINUED
        where = address(line.row, number)
        rows.problems.append((where, f"第 {line.row} 行只有这一格有内容，按上一行的续行处理，请核对。"))


def _continue_merges(view: View, columns: Columns, rows: Rows) -> None:
    """Several rows that are one record: its number or name and its amount are merged over them."""
    amount, seq = columns.amount, columns.of("seq")
    names = [c for c in name_columns(columns) if c.field == "project_name"]
    keys = [c.number for c in ([seq] if seq else []) + names]
    for line in rows.of(RECORD):
        held = [key for key in keys if (m := view.merge(line.row, key)) and m.top < line.row]
        if not held or held != list(keys):
            continue
        merged = amount is not None and (m := view.merge(line.row, amount.number)) is not None and m.top < line.row
        figures = any(c.number in line.cells for c in columns.all if c.money)
        if merged or not figures and columns.amount is not None:
            line.kind = CONTINUED


def _find_parents(rows: Rows) -> None:
    """Categories with numbering: a line with deeper lines beneath it is no record; a lone line at any depth is one."""
    lines = [line for line in rows.lines if line.kind in (RECORD, CATEGORY, TOTAL)]
    for position, line in enumerate(lines):
        if line.kind == TOTAL or line.level is None:
            continue
        children = _children(lines, position)
        if line.kind == RECORD and children and _is_parent(line, children):
            if line.figure is not None and not any(child.figure is not None for child in children):
                for child in children:
                    child.kind = ITEM if child.kind == RECORD else child.kind
            else:
                line.kind = CATEGORY
        elif line.kind == RECORD and not children and line.marker and line.marker.level <= 2 and _is_empty(line):
            mixed = any(other.level is not None and other.level > line.level for other in lines)
            line.kind = CATEGORY if mixed else line.kind


def _find_items(rows: Rows) -> None:
    """“其中：……” lines under a record, or under the total that closes the records, repeat a part of its amount.

    They are not counted again.
    """
    parent: Line | None = None
    left = since = whole = 0
    for line in rows.lines:
        if line.kind != RECORD:
            closes = line.kind in (SUBTOTAL, TOTAL) and line.figure in (since, whole)
            parent, left, since = line if closes else None, 0, since if line.kind == CATEGORY else 0
            continue
        words = next((word for _, word in sorted(line.texts.items())), "")
        starts = words.startswith("其中") and not line.has_seq
        if parent is not None and parent.figure and (starts or left > 0 and not line.counted and line.marker is None):
            left = (left if left > 0 else parent.figure) - (line.figure or 0)
            line.kind = ITEM
        else:
            parent, left = None if starts else line, 0
            since, whole = since + (line.figure or 0), whole + (line.figure or 0)


def _find_repeats(rows: Rows) -> None:
    """Lines below the last total that make it up once more, by level or by use, are not counted again."""
    last = max((place for place, line in enumerate(rows.lines) if line.kind == TOTAL and line.figure), default=None)
    if last is None:
        return
    total = rows.lines[last].figure
    before, after = ([line for line in part if line.kind == RECORD] for part in (rows.lines[:last], rows.lines[last:]))
    again = [line for line in after if line.figure is not None and not line.has_seq]
    if len(again) >= 2 and sum(line.figure or 0 for line in before) == sum(line.figure or 0 for line in again) == total:
        for line in again:
            line.kind = ITEM


def _is_empty(line: Line) -> bool:
    return not line.figure and len(line.texts) <= 1


def _children(lines: list[Line], position: int) -> list[Line]:
    level = lines[position].level
    assert level is not None
    children = []
    for line in lines[position + 1 :]:
        if line.kind == TOTAL or line.level is not None and line.level <= level:
            break
        children.append(line)
    return children


def _is_parent(line: Line, children: list[Line]) -> bool:
    marker, first = line.marker, children[0]
    assert marker is not None
    if first.marker is not None:
        if len(first.marker.path) > 1:
            return first.marker.path[: len(marker.path)] == marker.path if marker.level >= 3 else True
        return True
    if marker.level >= 3:
        return False
    if line.figure is None:
        return True
    figures = [child.figure for child in children if child.figure is not None]
    if figures and line.figure == sum(figures):
        return True
    return bool(figures) and len(line.texts) <= 1 < max(len(child.texts) for child in children)


def _find_silent_subtotals(columns: Columns, rows: Rows) -> None:
    """Subtotals and totals that do not say so: only where shape and sum agree; where only the shape speaks, a problem."""
    lines = [line for line in rows.lines if line.kind == RECORD and line.figure is not None]
    if len(lines) < 3 or sum(line.figure or 0 for line in lines) in {line.figure for line in rows.of(TOTAL)}:
        return
    seqs = sum(line.counted for line in lines)
    typical = sorted(line.filled for line in lines)[len(lines) // 2]
    by_seq = columns.of("seq") is not None and seqs * 10 >= len(lines) * 6
    lean = {line for line in lines if _is_lean(line, by_seq, typical)}
    if len(lean) * 2 > len(lines):
        lean = set()
    thin = [line for line in lines if line in lean]
    whole = sum(line.figure or 0 for line in lines)
    for line in thin:
        if line.figure and line.figure * 2 == whole and len(lines) - len(lean) >= 2 and line in (lines[0], lines[-1]):
            line.kind = TOTAL
            lean.discard(line)
    lines = [line for line in lines if line.kind == RECORD]
    _unsaid_whole(columns, rows, lines, lean)
    for line in thin:
        if line.kind == RECORD and (_block(rows, line, lean, 1) or _block(rows, line, lean, -1)):
            line.kind = SUBTOTAL
    _subtotals_of_one(rows, thin, lean)
    _unsaid_whole_of_blocks(rows)
    _find_blocks(rows)
    for line in thin:
        if line.kind == RECORD:
            where = address(line.row, min(line.cells))
            rows.problems.append(
                (where, f"第 {line.row} 行缺少其他行都有的内容，看不出是明细还是小计，按明细计入，请核对。")
            )


def _subtotals_of_one(rows: Rows, thin: list[Line], lean: set[Line]) -> None:
    """Lean rows over a single record of the same amount: subtotals where the stated total holds only without them."""
    records = [line for line in rows.lines if line.kind == RECORD]
    alike = [
        line for line in thin if line.kind == RECORD and any(_block(rows, line, lean, step, 1) for step in (1, -1))
    ]
    whole = sum(line.figure or 0 for line in records) - sum(line.figure or 0 for line in alike)
    if alike and whole in {line.figure for line in rows.of(TOTAL)}:
        for line in alike:
            line.kind = SUBTOTAL


def _unsaid_whole_of_blocks(rows: Rows) -> None:
    """A first or last row that is half of all the others, where these are groups under their own sums: 全县, 县直, 乡镇."""
    lines = [line for line in rows.lines if line.kind == RECORD and line.figure is not None]
    if not 5 <= len(lines) <= 2_000 or rows.of(TOTAL) or rows.of(SUBTOTAL):
        return
    whole = sum(line.figure or 0 for line in lines)
    for line, others in ((lines[0], lines[1:]), (lines[-1], lines[:-1])):
        figures = [other.figure or 0 for other in others]
        if not line.figure or line.has_seq or whole != 3 * line.figure:
            continue
        if any((heads := _group_heads(figures[::step])) and len(heads) > 1 for step in (1, -1)):
            line.kind = TOTAL
            if not any(_WHOLE.fullmatch(word) for word in line.texts.values()):
                where = address(line.row, min(line.cells))
                said = "没有写“合计”，但其余各行分组相加恰为它的两倍，按合计处理"
                rows.problems.append((where, f"第 {line.row} 行{said}，请核对。"))
            return


def _find_blocks(rows: Rows) -> None:
    """Rows of one shape that count everything twice: each group's own row equals the rows after (or before) it.

    Only where the table's total is exactly half of its rows and the rows fall into groups in one way; named as problems.
    """
    lines = [line for line in rows.lines if line.kind == RECORD and line.figure is not None]
    totals = {line.figure for line in rows.of(TOTAL)} - {None, 0}
    figures = [line.figure or 0 for line in lines]
    if (
        not 4 <= len(lines) <= 2_000
        or sum(figures) not in {2 * total for total in totals if total}
        or rows.of(SUBTOTAL)
    ):
        return
    for step in (1, -1):
        heads = _group_heads(figures[::step])
        if heads is None:
            continue
        for line in (lines[::step][head] for head in heads):
            line.kind = SUBTOTAL
            where = address(line.row, min(line.cells))
            rows.problems.append((where, f"第 {line.row} 行恰为所属各行之和，且全表合计只计一次，按小计处理，请核对。"))
        rows.problems.sort(key=lambda problem: int(problem[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
        return


def _group_heads(figures: list[int]) -> list[int] | None:
    """Positions of group heads when the figures fall into head + members in exactly one way; None otherwise."""
    ways: dict[int, list[list[int]]] = {len(figures): [[]]}
    positive = min(figures) > 0
    for start in range(len(figures) - 1, -1, -1):
        found: list[list[int]] = []
        running = 0
        for end in range(start + 1, len(figures)):
            running += figures[end]
            if positive and running > figures[start]:
                break
            if running == figures[start]:
                found += [[start, *rest] for rest in ways[end + 1]]
        ways[start] = found[:2]
    return ways[0][0] if len(ways[0]) == 1 else None


def _is_lean(line: Line, by_seq: bool, typical: int) -> bool:
    if line.marker is not None and line.has_seq:
        return False
    if by_seq:
        return not line.counted and line.filled <= min(1, typical)
    return typical >= 2 and line.filled <= 1


def _unsaid_whole(columns: Columns, rows: Rows, lines: list[Line], lean: set[Line]) -> None:
    """A first or last row that equals all the others together and is called 全县, or stands among plain names."""
    for line in (lines[0], lines[-1]) if len(lines) >= 3 else ():
        others = [other for other in lines if other is not line and other not in lean]
        figures = [other.figure or 0 for other in others]
        if not line.figure or line.figure != sum(figures) or min(figures, default=0) < 0 or line.has_seq:
            continue
        called = any(_WHOLE.fullmatch(word) for word in line.texts.values())
        if called and len(others) >= 2 or len([f for f in figures if f]) >= 3:
            line.kind = TOTAL
            lean.discard(line)
            if not called:
                where = address(line.row, min(line.cells))
                rows.problems.append((where, f"第 {line.row} 行没有写“合计”，但恰为其余各行之和，按合计处理，请核对。"))
            return


def _block(rows: Rows, line: Line, lean: set[Line], step: int, least: int = 2) -> bool:
    """Whether the records next to a line (up to the next lean line, category or total) add up to it."""
    ordered = rows.lines[::step]
    start = ordered.index(line)
    figures: list[int] = []
    for other in ordered[start + 1 :]:
        if other in lean or other.kind in (CATEGORY, SUBTOTAL, TOTAL):
            break
        if other.kind == RECORD and other.figure is not None:
            figures.append(other.figure)
    return len(figures) >= least and sum(figures) == line.figure


def category_text(line: Line) -> str:
    """The words of a category or total row, for messages."""
    for _, cell in sorted(line.cells.items()):
        if not is_numeric(cell):
            return " ".join(clean(cell.text).split())[:20]
    return f"第 {line.row} 行"


def is_money_column(column: Column) -> bool:
    """Whether a column holds money."""
    return column.money
