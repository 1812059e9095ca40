"""Stated totals against the rows: subtotals, totals, parts, and totals written in titles and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fundsys.domain.money import Money, exact_wan

from .columns import Column, Columns
from .grid import Cell, address
from .parsers import UNIT_FEN, clean, read_amount
from .rows import CATEGORY, RECORD, SUBTOTAL, TOTAL, Line, category_text


@dataclass(slots=True)
class Checked:
    """What the comparison found. stated: the total the table states, None when it states none."""

    stated: int | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def shown(fen: int) -> str:
    """An amount for a message: every digit, in 万元."""
    return f"{exact_wan(Money(fen))} 万元"


def stated_amount(line: Line, column: Column | None, unit: str | None) -> int | None:
    """The amount a subtotal, total or category row states in a column."""
    if column is None:
        return None
    reading = read_amount(line.cells.get(column.number), column.unit or line.unit or unit)
    return None if reading.dash else reading.fen


def compare(
    lines: list[Line],
    columns: Columns,
    unit: str | None,
    amounts: dict[int, int | None],
    earlier: list[int | None],
) -> Checked:
    """Compare every subtotal and total with its rows. Totals that only together make the rows each speak for a part.

    amounts: the amount of each record by row. earlier: amounts of the columns to the left that this table continues.
    """
    checked = Checked()
    column = columns.amount or (columns.parts[0] if columns.added and len(columns.parts) == 1 else None)
    if column is None and columns.added:
        _compare_added(lines, columns, unit, amounts, checked)
        return checked
    if column is None:
        return checked
    grand = [line for line in lines if line.kind == TOTAL and stated_amount(line, column, unit) is not None]
    whole = _sum([*earlier, *(amounts.get(line.row) for line in lines if line.kind == RECORD)])
    final = _final(grand, column, unit, whole)
    each = [figure for line in grand if (figure := stated_amount(line, column, unit)) is not None]
    if whole is not None and whole not in each and len(each) > 1 and sum(each) == whole:
        checked.stated, final = whole, None
    elif final is not None:
        checked.stated = stated_amount(final, column, unit)
        _complain(checked, final, column, checked.stated, whole)
    subs = [line for line in lines if line.kind == SUBTOTAL or line in grand and line is not final]
    _compare_subtotals(lines, subs, column, unit, amounts, checked)
    for line in lines:
        if line.kind == CATEGORY and (stated := stated_amount(line, column, unit)) is not None:
            _complain(checked, line, column, stated, _sum(_beneath(lines, line, amounts)))
    if not earlier:
        _compare_parts(lines, columns, unit, final, checked)
    return checked


def _final(grand: list[Line], column: Column, unit: str | None, whole: int | None) -> Line | None:
    """Of several total rows the one that speaks for the table: which equals the rows, else 总计, else the largest."""
    if not grand:
        return None
    for line in grand:
        if whole is not None and stated_amount(line, column, unit) == whole:
            return line
    return max(
        grand, key=lambda line: ("总计" in category_text(line).replace(" ", ""), stated_amount(line, column, unit) or 0)
    )


def _sum(figures: list[int | None]) -> int | None:
    """The sum, None when any figure is not sure."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def _complain(checked: Checked, line: Line, column: Column, stated: int | None, summed: int | None) -> None:
    if stated is None or summed is None or stated == summed:
        return
    where = address(line.row, column.number)
    checked.problems.append(
        (
            where,
            f"“{category_text(line)}”写的是 {shown(stated)}，明细相加是 {shown(summed)}，相差 {shown(stated - summed)}，请核对。",
        )
    )


def _beneath(lines: list[Line], category: Line, amounts: dict[int, int | None]) -> list[int | None]:
    """The amounts of the records under a category: up to the next category as high, or the total."""
    found: list[int | None] = []
    for line in lines[lines.index(category) + 1 :]:
        if line.kind == TOTAL:
            break
        if line.kind == CATEGORY and (line.level is None or category.level is None or line.level <= category.level):
            break
        if line.kind == RECORD:
            if line.level is not None and category.level is not None and line.level <= category.level:
                break
            found.append(amounts.get(line.row))
    return found


def _compare_subtotals(
    lines: list[Line],
    subs: list[Line],
    column: Column,
    unit: str | None,
    amounts: dict[int, int | None],
    checked: Checked,
) -> None:
    """Subtotals stand after their rows or before them; the side on which more of them fit is the table's habit."""
    stops = set(subs)
    sides = {side: [(sub, _sum(_beside(lines, sub, stops, amounts, side))) for sub in subs] for side in (-1, 1)}

    def fits(side: int) -> int:
        return sum(stated_amount(sub, column, unit) == summed for sub, summed in sides[side])

    side = 1 if fits(1) > fits(-1) else -1
    for sub, summed in sides[side]:
        stated = stated_amount(sub, column, unit)
        wider = _sum(_beside(lines, sub, {sub}, amounts, side))
        if stated is not None and stated in (wider, {s.row: v for s, v in sides[-side]}.get(sub.row)):
            continue
        if _sums_subtotals(lines, sub, column, unit, side):
            continue
        _complain(checked, sub, column, stated, summed)


def _beside(
    lines: list[Line], sub: Line, stops: set[Line], amounts: dict[int, int | None], side: int
) -> list[int | None]:
    ordered = lines[::side]
    found: list[int | None] = []
    for line in ordered[ordered.index(sub) + 1 :]:
        if (
            line in stops
            or line.kind == TOTAL
            or line.kind == CATEGORY
            and (line.level is None or line.level <= 2)
            and found
        ):
            break
        if line.kind == RECORD:
            found.append(amounts.get(line.row))
    return found


def _sums_subtotals(lines: list[Line], sub: Line, column: Column, unit: str | None, side: int) -> bool:
    """Whether a subtotal is the sum of the subtotals beside it, towns within a sector, or of the one next to it."""
    stated, running, count = stated_amount(sub, column, unit), 0, 0
    ordered = lines[::side]
    following = ordered[ordered.index(sub) + 1 :]
    for line in following:
        if line.kind in (SUBTOTAL, CATEGORY) and (figure := stated_amount(line, column, unit)) is not None:
            running += figure
            count += 1
            if running == stated and (count >= 2 or line is following[0]):
                return True
    return False


def _compare_parts(lines: list[Line], columns: Columns, unit: str | None, final: Line | None, checked: Checked) -> None:
    """The total row's parts against the parts of the rows."""
    if final is None:
        return
    for part in columns.parts:
        stated = stated_amount(final, part, unit)
        figures = [read_amount(line.cells.get(part.number), part.unit or unit) for line in lines if line.kind == RECORD]
        if stated is None or any(reading.problem for reading in figures):
            continue
        summed = sum(reading.fen or 0 for reading in figures)
        if summed:
            _complain(checked, final, part, stated, summed)


def _compare_added(
    lines: list[Line], columns: Columns, unit: str | None, amounts: dict[int, int | None], checked: Checked
) -> None:
    """Without a total column the total row states the table's total only through its parts."""
    whole = _sum([amounts.get(line.row) for line in lines if line.kind == RECORD])
    for line in lines:
        if line.kind != TOTAL:
            continue
        stated = [fen for part in columns.parts if (fen := stated_amount(line, part, unit)) is not None]
        if stated:
            checked.stated = sum(stated)
            _complain(checked, line, columns.parts[0], checked.stated, whole)


_UNIT = "亿元|万元|千元|元|亿|万"
_STRONG = re.compile(
    rf"(?:合计|共计|总计|总投资|总额|总资金|资金总量|共安排|共下达|共分配|共投入|共)(?:[:：]?共?\d+[个户人项处名]\D{{0,6}}?)?(?:[^\d,，。;；:：]{{0,16}})[:：为是]?\s*(\d[\d,]*(?:\.\d+)?)\s*({_UNIT})(?![/\d])"
)
_WEAK = re.compile(
    rf"(?:下达|安排|分配|到位|投入|拨付|批复)[^\d。;；]{{0,6}}(?:(?:19|20)\d\d年)?[^\d。;；]{{0,40}}?(\d[\d,]*(?:\.\d+)?)\s*({_UNIT})(?![/\d])"
)
_IN_TITLE = re.compile(rf"(?<!每[户人亩村])(\d[\d,]*(?:\.\d+)?)\s*({_UNIT})(?![/\d]|以[上下内])")


def totals_in_text(texts: list[Cell], title: bool) -> tuple[list[int], list[int]]:
    """The totals that notes (or titles) state in words: those that say total, and those that say only 下达, 安排."""
    strong: list[int] = []
    weak: list[int] = []
    for cell in texts:
        text = re.sub(r"\(原[^()]*\)", "", clean(cell.text))
        strong += [_fen(*found) for found in _STRONG.findall(text)]
        named = title and len(text) <= 60 and not re.search(r"[。；;]", text)
        found = _IN_TITLE.findall(text) if named else _WEAK.findall(text.split("其中")[0])
        weak += [_fen(*pair) for pair in found]
    return strong, weak


def _fen(number: str, unit: str) -> int:
    from decimal import Decimal

    return int(Decimal(number.replace(",", "")) * UNIT_FEN[unit])
