"""Another system's export, read under a layout's headings: which of its columns are ours, and its rows as texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..child import read_columns_in_child, read_in_child
from ..guard import WorkbookRefused
from ..headings import bare_heading
from ..kinds.cells import written
from ..parsers import heading_unit, squash
from .records import Bound, Opened


@dataclass
class TheirColumn:
    """One column of theirs that a layout's column asks for. values: by row; unit: what its heading says."""

    bound: Bound
    letter: str
    values: Sequence[Any]
    unit: str | None


@dataclass
class TheirTable:
    """Their rows. numbers: the rows of the file; ignored: headings no column of the layout asks for; passed_over: rows
    that name no record, such as totals."""

    numbers: Sequence[int]
    columns: list[TheirColumn] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    passed_over: int = 0
    unit: str | None = None

    def texts(self, attr: str) -> list[str] | None:
        """What stands in the column of this attribute, row by row; None where there is no such column."""
        for column in self.columns:
            source = column.bound.source
            if source and source.column and source.column.attr == attr:
                return [written(value) for value in column.values]
        return None


def read_theirs(opened: Opened, path: Path, name: str, sheet: str | None = None) -> TheirTable:
    """Read their workbook. Raises WorkbookRefused when it cannot be read or has neither code nor name of ours."""
    keys = [b for b in (opened.bound("code"), opened.bound("name")) if b is not None]
    if not keys:
        raise WorkbookRefused("这个表式没有编号、名称两列，不能比对，请先在表式里补上")
    read = read_columns_in_child(path, [squash(b.column.heading) for b in keys], sheet=sheet, name=name)
    if read is not None:
        table = TheirTable(read["numbers"])
        told = [
            (one["letter"], one["heading"], one["values"] if one["index"] is None
             else [one["values"][place] for place in one["index"]])
            for one in read["columns"]
        ]  # fmt: skip
    else:
        table, told = _foreign(path, name, sheet)
    _choose(opened, table, told)
    if table.texts("code") is None and table.texts("name") is None:
        wanted = "、".join(b.column.heading for b in keys)
        raise WorkbookRefused(f"表里没有“{wanted}”列，不能与本系统对应；请核对选的表式和文件")
    _pass_over(table)
    if not table.numbers:
        raise WorkbookRefused("表里没有数据行，请核对文件")
    return table


def _pass_over(table: TheirTable) -> None:
    """Leave out the rows that name no record."""
    count = len(table.numbers)
    codes, names = (table.texts(attr) or [""] * count for attr in ("code", "name"))
    stays = [
        place for place, (code, name) in enumerate(zip(codes, names, strict=True))
        if {code, squash(name)} - {"", *_SUMS} and squash(code) not in _SUMS
    ]  # fmt: skip
    if len(stays) < count:
        table.passed_over = count - len(stays)
        table.numbers = [table.numbers[place] for place in stays]
        for column in table.columns:
            column.values = [column.values[place] for place in stays]


_SUMS = ("合计", "总计", "小计", "共计")
Told = list[tuple[str, str, Sequence[Any]]]


def _foreign(path: Path, name: str, sheet: str | None) -> tuple[TheirTable, Told]:
    full = [one for one in read_in_child(path, sheet=sheet, name=name) if one["rows"]]
    if len(full) > 1:
        names = "、".join(one["name"] for one in full)
        raise WorkbookRefused(f"有 {len(full)} 个工作表有数据：{names}；请说明比对哪一个")
    read = full[0]
    table = TheirTable([row["row"] for row in read["rows"]], unit=read["unit"])
    return table, [
        (one["column"], one["heading"], [row["values"].get(one["heading"]) or None for row in read["rows"]])
        for one in read["columns"]
    ]


def _choose(opened: Opened, table: TheirTable, told: Told) -> None:
    """Their columns by heading: the whole heading, its last part, or without brackets and units."""
    left = {b.column.heading: b for b in opened.columns if b.source is not None}
    ways: tuple[Callable[[str, str], bool], ...] = (
        lambda theirs, ours: squash(theirs) == squash(ours),
        lambda theirs, ours: squash(theirs.split("/")[-1]) == squash(ours),
        lambda theirs, ours: bare_heading(theirs.split("/")[-1]) == bare_heading(ours),
    )
    taken: set[str] = set()
    for fits in ways:
        for letter, heading, values in told:
            ours = next((one for one in left if letter not in taken and fits(heading, one)), None)
            if ours is not None:
                taken.add(letter)
                table.columns.append(TheirColumn(left.pop(ours), letter, values, heading_unit(heading.split("/")[-1])))
    wanted = {squash(b.column.heading) for b in opened.columns}
    table.ignored = [
        heading for letter, heading, _ in told
        if letter not in taken and squash(heading) not in wanted and squash(heading) != "序号"
    ]  # fmt: skip
