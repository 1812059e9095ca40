"""Understanding a workbook: sheets → tables → rows with amounts in whole 分, and every doubt as a problem with a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fundsys.domain.errors import DomainError

from .columns import Column, Columns, read_columns
from .flat import read_csv, read_xls
from .grid import Cell, Grid, address, column_letter, column_number
from .guard import LIMITS, Limits, WorkbookRefused, open_kind
from .layout import NOTE, Region, View, find_regions
from .marking.named import is_summary
from .parsers import BIDI, Reading, is_unit_line, read_amount, squash, units_said
from .rows import HEADING, NOTE_ROW, RECORD, SIGNED, TITLE, TOTAL, UNIT_ROW, Line, Rows, read_rows, rough_rows
from .totals import Checked, compare, shown, totals_in_text
from .xlsx import read_grids

UNITS = ("元", "万元")
_PROBLEM_CAP = 500


@dataclass(slots=True)
class RowRead:
    """One record of a table: its row, the original text of every column by heading, and what it is allotted."""

    row: int
    values: dict[str, str]
    amount_fen: int | None


@dataclass(slots=True)
class SheetRead:
    """What we understand of one sheet; the keys of the JSON document are the names of these fields."""

    name: str
    unit: str | None = None
    heading_rows: list[int] = field(default_factory=list)
    columns: list[dict[str, str | None]] = field(default_factory=list)
    rows: list[RowRead] = field(default_factory=list)
    skipped_rows: list[dict[str, Any]] = field(default_factory=list)
    total_fen: int | None = None
    stated_total_fen: int | None = None
    problems: list[dict[str, str]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The sheet as plain JSON values."""
        rows = [{"row": r.row, "values": r.values, "amount_fen": r.amount_fen} for r in self.rows]
        return {
            "name": self.name, "unit": self.unit, "heading_rows": self.heading_rows, "columns": self.columns,
            "rows": rows, "skipped_rows": self.skipped_rows, "total_fen": self.total_fen,
            "stated_total_fen": self.stated_total_fen, "problems": self.problems,
        }  # fmt: skip


def read_workbook(
    path: Path, *, sheet: str | None = None, unit: str | None = None, name: str | None = None, limits: Limits = LIMITS
) -> list[SheetRead]:
    """What each sheet of a workbook says. Runs in this process: for tests and for read_in_child.

    sheet: only this sheet, also when it is hidden. unit: 元 or 万元, for tables that state none.
    name: the name the person gave the file. Sheets that hold nothing are left out.
    Raises: WorkbookRefused when the file is not opened or holds no rows.
    """
    if unit is not None and unit not in UNITS:
        raise DomainError(f"单位只能是 元 或 万元，“{unit}”不行。")
    kind = open_kind(path, name, limits)
    read = [
        _read_grid(grid, unit)
        for grid in _grids(path, kind, name or path.name, sheet, limits)
        if (grid.cells or grid.hidden) and not _is_ours(grid)
    ]
    if not any(each.rows for each in read):
        reasons = [problem["message"] for each in read for problem in each.problems]
        raise WorkbookRefused("文件里没有读到数据行。" + (reasons[0] if reasons else "各工作表都是空的。"))
    return read


def _is_ours(grid: Grid) -> bool:
    """Whether a sheet is the list of bad cells that a returned workbook carries."""
    first = grid.cells.get((1, 1))
    return first is not None and is_summary(grid.name, first.text)


def _grids(path: Path, kind: str, name: str, sheet: str | None, limits: Limits) -> Iterator[Grid]:
    if kind == "xlsx":
        return read_grids(path, sheet, limits)
    return read_xls(path, sheet, limits) if kind == "xls" else read_csv(path, name, sheet, limits)


def _read_grid(grid: Grid, unit: str | None) -> SheetRead:
    if grid.hidden and not grid.cells:
        said = f"工作表“{grid.name}”是隐藏的，没有读取；确需读取请用 --sheet 指明。"
        return SheetRead(grid.name, problems=[{"cell": "A1", "message": said}])
    view = View(grid)
    regions = find_regions(view)
    if not regions:
        skipped = [{"row": row, "why": NOTE_ROW} for row in view.rows]
        said = f"工作表“{grid.name}”里没有找到表头，没有读取。"
        return SheetRead(
            grid.name,
            skipped_rows=skipped,
            problems=[{"cell": address(view.rows[0], min(view.row(view.rows[0]))), "message": said}],
        )
    tables: list[_Table] = []
    for region in regions:
        beside = [table for table in tables if table.region.heading_rows == region.heading_rows]
        tables.append(_TableReader(view, region, unit, _notes_units(view, regions)).read(beside))
    out = _joined(grid, view, tables)
    for row, column, text in grid.covered:
        said = f"被合并单元格盖住的“{text[:20]}”看不见，没有读取，请核对。"
        out.problems.append({"cell": address(row, column), "message": said})
    return out


def _notes_units(view: View, regions: list[Region]) -> set[str]:
    """Units that notes state for the whole table: 注：以上金额单位为万元."""
    body = [row for region in regions for row in region.body]
    texts = [cell.text for row in body if len(view.row(row)) <= 2 for cell in view.row(row).values()]
    return {unit for text in texts if is_unit_line(text) or NOTE.match(squash(text)) for unit in units_said(text)}


@dataclass(slots=True)
class _Table:
    """One table as read, before the tables of a sheet are put together."""

    region: Region
    unit: str | None
    columns: Columns
    rows: Rows
    records: list[RowRead]
    checked: Checked
    problems: list[tuple[str, str]]
    skipped: dict[int, str]


class _TableReader:
    """Reads one region: unit, columns, rows, amounts, totals."""

    def __init__(self, view: View, region: Region, unit: str | None, note_units: set[str]) -> None:
        self.view, self.region, self.given = view, region, unit
        self.problems: list[tuple[str, str]] = []
        self.skipped = self._above()
        self.stated_unit = self._stated_unit(note_units)
        self.used_units: Counter[str] = Counter()
        self.formulas: dict[int, list[int]] = {}
        self.no_unit: list[str] = []

    def _above(self) -> dict[int, str]:
        skipped = {row: HEADING for row in self.region.heading_rows if self.view.row(row)}
        for row in self.region.preamble:
            texts = [cell.text for cell in self.view.row(row).values()]
            skipped[row] = UNIT_ROW if any(is_unit_line(t) for t in texts) and len(texts) <= 4 else TITLE
        for row in self.region.repeats:
            heading = len(self.view.row(row)) > 1 and not any(is_unit_line(c.text) for c in self.view.row(row).values())
            unit = any(is_unit_line(c.text) for c in self.view.row(row).values())
            skipped[row] = HEADING if heading else UNIT_ROW if unit else TITLE
        return skipped

    def _stated_unit(self, note_units: set[str]) -> str | None:
        places = [(c, cell) for row in self.region.preamble for c, cell in self.view.row(row).items()]
        over = [cell for c, cell in places if self.region.left <= c <= self.region.right]
        above = over if any(units_said(cell.text) for cell in over) else [cell for _, cell in places]
        lines = {unit for cell in above if is_unit_line(cell.text) for unit in units_said(cell.text)}
        titles = {unit for cell in above for unit in units_said(cell.text)}
        if len(lines) == 1 and titles - lines:
            self.problems.append(
                (self._corner(), f"标题与单位行写的金额单位不同（{'、'.join(sorted(titles))}），按单位行读取，请核对。")
            )
        for units in (lines, titles, note_units, units_said(self.view.grid.name)):
            if len(units) == 1:
                return self._agreed(next(iter(units)))
            if len(units) > 1:
                self.problems.append(
                    (self._corner(), f"表内写了{'、'.join(sorted(units))}两种金额单位，看不出以哪个为准。")
                )
                return self.given
        return self.given

    def _agreed(self, stated: str) -> str:
        if self.given is not None and self.given != stated:
            self.problems.append(
                (self._corner(), f"表内写明单位为{stated}，与指定的{self.given}不同，按表内的读取，请核对。")
            )
        return stated

    def _corner(self) -> str:
        row = self.region.heading_rows[0]
        return address(row, min(self.view.row(row), default=self.region.left))

    def read(self, beside: list[_Table]) -> _Table:
        columns = read_columns(self.view, self.region, rough_rows(self.view, self.region), self.stated_unit)
        rows = read_rows(self.view, self.region, columns)
        self.problems += columns.problems + rows.problems
        records = [self._record(line, columns) for line in rows.of(RECORD)]
        self.skipped |= {line.row: self._why(line) for line in rows.lines if line.kind != RECORD}
        if columns.amount is None and not columns.added:
            self.problems.append((self._corner(), "没有找到金额列，只列出各行，不计金额。"))
        self._name_doubts(columns)
        unit = self._unit(columns, records)
        amounts = {record.row: record.amount_fen for record in records}
        continued = [table for table in beside if all(line.figure is None for line in table.rows.of(TOTAL))]
        earlier = [record.amount_fen for table in continued for record in table.records]
        checked = compare(rows.lines, columns, unit or self.stated_unit, amounts, earlier)
        return _Table(
            self.region, unit, columns, rows, records, checked, self.problems + checked.problems, self.skipped
        )

    def _why(self, line: Line) -> str:
        return "小计" if line.kind == "类别" and line.figure is not None else line.kind

    def _record(self, line: Line, columns: Columns) -> RowRead:
        values = {}
        for column in columns.all:
            cell = self._value(line.row, column)
            values[column.heading] = cell.text if cell else ""
            if cell is not None and (BIDI.search(cell.text) or cell.kind == "error" and not column.money):
                said = (
                    f"是错误值“{cell.text}”"
                    if cell.kind == "error"
                    else "含有改变文字方向的隐藏字符，看到的与存的不一样"
                )
                self.problems.append((address(line.row, column.number), f"{said}，请核对。"))
            elif cell is not None and cell.inexact and column is not columns.amount:
                self.problems.append(
                    (address(line.row, column.number), f"“{cell.text}”超过 15 位，文件里可能已经失真，请改成文本。")
                )
        return RowRead(line.row, values, self._amount(line, columns))

    def _value(self, row: int, column: Column) -> Cell | None:
        """A cell, words filled down from a merge that begins above; money never."""
        merge = self.view.merge(row, column.number)
        if merge is None:
            return self.view.row(row).get(column.number)
        if merge.left != column.number or column.money and merge.top != row:
            return None
        return self.view.shown(row, column.number)

    def _amount(self, line: Line, columns: Columns) -> int | None:
        amount = columns.amount
        if amount is None:
            return self._added(line, columns, named=False) if columns.added else None
        where, cell = address(line.row, amount.number), line.cells.get(amount.number)
        reading = self._reading(where, columns.unit_in(line.cells, amount), cell)
        merge = self.view.merge(line.row, amount.number)
        if merge is not None and merge.bottom > merge.top:
            if merge.top < line.row:
                self.problems.append((where, f"金额格与第 {merge.top} 行合并，分不清各行是多少，请拆开填写。"))
                return None
            covered = [r for r in range(merge.top + 1, merge.bottom + 1) if self.view.row(r)]
            if any(not self._same_record(line.row, r, columns) for r in covered):
                return reading.fen
        if reading.blank:
            return self._added(line, columns, named=True)
        fen = reading.fen
        if fen is not None and not reading.dash:
            self._check_parts(line, columns, fen, where)
        return fen

    def _same_record(self, row: int, other: int, columns: Columns) -> bool:
        return all(
            (m := self.view.merge(row, c.number)) and m.bottom >= other
            for c in columns.all
            if c.field in ("seq", "project_name")
        )

    def _reading(self, where: str, unit: str | None, cell: Cell | None) -> Reading:
        unit = unit or self.stated_unit
        reading = read_amount(cell, unit)
        if reading.needs_unit:
            self.no_unit.append(where)
        elif reading.problem:
            self.problems.append((where, reading.problem + "。"))
        elif reading.dash:
            self.problems.append((where, f"“{cell.text.strip() if cell else ''}”按 0 计，请核对。"))
        if reading.fen is not None and not reading.dash:
            self.used_units[reading.unit or unit or ""] += 1
        if cell is not None and cell.formula:
            letters = where.rstrip("0123456789")
            self.formulas.setdefault(column_number(letters), []).append(int(where.removeprefix(letters)))
        if reading.fen is not None and abs(reading.fen) >= 10**12:
            self.problems.append((where, f"{shown(reading.fen)}，超过 100 亿元，请核对单位。"))
        return reading

    def _added(self, line: Line, columns: Columns, named: bool) -> int | None:
        """Parts added where the total is empty. named: say so as a problem for this row."""
        column = columns.amount or columns.parts[0]
        where = address(line.row, column.number)
        readings = [
            self._reading(address(line.row, part.number), columns.unit_in(line.cells, part), line.cells[part.number])
            for part in columns.parts if part.number in line.cells
        ]  # fmt: skip
        if not readings:
            self.problems.append((where, "没有填写金额。"))
            return None
        fens = [reading.fen for reading in readings]
        if any(fen is None for fen in fens):
            return None
        total = sum(fen for fen in fens if fen is not None)
        if named:
            self.problems.append((where, f"合计格是空的，按各部分相加为 {shown(total)}，请核对。"))
        return total

    def _check_parts(self, line: Line, columns: Columns, fen: int, where: str) -> None:
        readings = [
            read_amount(line.cells.get(p.number), columns.unit_in(line.cells, p) or self.stated_unit)
            for p in columns.parts
        ]
        if any(reading.problem for reading in readings) or not any(reading.fen for reading in readings):
            return
        total = sum(reading.fen or 0 for reading in readings)
        if total != fen:
            self.problems.append(
                (where, f"合计写的是 {shown(fen)}，各部分相加是 {shown(total)}，相差 {shown(fen - total)}，请核对。")
            )

    def _name_doubts(self, columns: Columns) -> None:
        """One problem for each kind of doubt that many cells share."""
        if self.no_unit:
            many = f"等 {len(self.no_unit)} 格" if len(self.no_unit) > 1 else ""
            said = (
                "表里没有写明金额单位，不能确定是元还是万元"
                if len(self.no_unit) > 1 or not self.used_units
                else "没有写明单位"
            )
            self.problems.append(
                (self.no_unit[0], f"{self.no_unit[0]}{many}：{said}，金额暂空；请用 --unit 万元（或 元）说明。")
            )
        for number, rows in self.formulas.items():
            where = address(rows[0], number)
            self.problems.append((where, f"{where}等 {len(rows)} 格是公式，所用为文件里保存的结果，请核对。"))
        hidden = sorted(set(self.region.body) & self.view.grid.hidden_rows)
        if hidden:
            named = "、".join(str(row) for row in hidden[:10]) + ("等" if len(hidden) > 10 else "")
            self.problems.append((address(hidden[0], self.region.left), f"第 {named} 行是隐藏行，已照样读取，请核对。"))
        for column in columns.all:
            if column.number in self.view.grid.hidden_columns and (column.money or column is columns.amount):
                where = address(self.region.heading_rows[0], column.number)
                self.problems.append(
                    (where, f"{column_letter(column.number)} 列“{column.heading}”是隐藏列，已照样读取，请核对。")
                )

    def _unit(self, columns: Columns, records: list[RowRead]) -> str | None:
        if columns.amount is None and not columns.added:
            return None
        if self.used_units:
            return self.used_units.most_common(1)[0][0] or None
        return (columns.amount.unit if columns.amount else None) or self.stated_unit


def _joined(grid: Grid, view: View, tables: list[_Table]) -> SheetRead:
    """The tables of a sheet as one answer; rows that no table claims are named too."""
    out = SheetRead(grid.name)
    skipped: dict[int, str] = {}
    for table in tables:
        out.heading_rows += [row for row in table.region.heading_rows if row not in out.heading_rows]
        out.columns += [_column_document(column) for column in table.columns.all]
        out.rows += table.records
        skipped = {**table.skipped, **skipped}
        out.problems += [{"cell": cell, "message": message} for cell, message in table.problems]
    records = {record.row for record in out.rows}
    claimed = records | set(skipped)
    skipped |= {row: NOTE_ROW for row in view.rows if row not in claimed}
    out.skipped_rows = [{"row": row, "why": why} for row, why in sorted(skipped.items()) if row not in records]
    units = list(dict.fromkeys(table.unit for table in tables if table.unit))
    out.unit = "、".join(units) or None
    amounts = [row.amount_fen for row in out.rows]
    out.total_fen = None if not amounts or None in amounts else sum(a for a in amounts if a is not None)
    _state_total(out, view, tables, skipped)
    if len(out.problems) > _PROBLEM_CAP:
        more = len(out.problems) - _PROBLEM_CAP
        out.problems = [
            *out.problems[:_PROBLEM_CAP],
            {"cell": out.problems[0]["cell"], "message": f"还有 {more} 处问题没有列出。"},
        ]
    return out


def _column_document(column: Column) -> dict[str, str | None]:
    return {"column": column_letter(column.number), "heading": column.heading, "field": column.field}


def _state_total(out: SheetRead, view: View, tables: list[_Table], skipped: dict[int, str]) -> None:
    """The total the sheet states: its total rows, else its notes and title where they leave no doubt."""
    stated = [table.checked.stated for table in tables]
    if any(figure is not None for figure in stated):
        whole = [figure for figure in stated if figure is not None]
        out.stated_total_fen = sum(whole) if len(whole) == len(tables) else whole[0] if len(tables) == 1 else None
        if len(whole) != len(tables) and out.total_fen in whole:
            out.stated_total_fen = out.total_fen
    if all(table.columns.amount is None and not table.columns.added for table in tables):
        return
    first = min((record.row for record in out.rows), default=0)
    last = max((row for row, why in skipped.items() if why == TOTAL), default=0)
    notes = [
        (row, c, cell)
        for row, why in skipped.items()
        if why in (NOTE_ROW, SIGNED) and not first < row < last
        for c, cell in view.row(row).items()
    ]
    titles = [(row, c, cell) for row, why in skipped.items() if why == TITLE for c, cell in view.row(row).items()]
    _state_in_words(out, notes, titles)


def _state_in_words(
    out: SheetRead, notes: Iterable[tuple[int, int, Cell]], titles: Iterable[tuple[int, int, Cell]]
) -> None:
    """Totals in words: one that equals the rows is the stated one; a single other one is compared and named."""
    for title, places in ((False, list(notes)), (True, list(titles))):
        strong, weak = totals_in_text([cell for _, _, cell in places], title)
        said = strong or weak[:1]
        if not said:
            continue
        known = out.stated_total_fen
        figures = {out.total_fen, known} - {None}
        match = next((figure for figure in [*strong, *weak] if figure in figures), None)
        if match is not None:
            out.stated_total_fen = known if known is not None else match
            continue
        largest = max(said)
        if known is None and (len(set(said)) == 1 or strong and largest == strong[-1]):
            out.stated_total_fen = largest
        if out.total_fen is not None and (len(set(said)) == 1 or strong and largest == strong[-1]):
            row, column, _ = places[0]
            difference = largest - out.total_fen
            message = f"文字里写的总额是 {shown(largest)}，明细相加是 {shown(out.total_fen)}，相差 {shown(difference)}，请核对。"
            out.problems.append({"cell": address(row, column), "message": message})


__all__ = ["RowRead", "SheetRead", "read_workbook"]
