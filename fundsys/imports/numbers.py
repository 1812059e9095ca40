"""Numbers as files store them: number formats, exact decimals, dates counted in days. No meaning yet."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from .grid import Cell

EXACT_DIGITS = 15
_STORED = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*")
_BUILTIN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILTIN_PERCENTS = {9, 10}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_UNIT = re.compile(r"亿元|万元|千元|元|亿|万")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a number format says about the value: kind is number, date, time or percent."""

    kind: str = "number"
    unit: str | None = None


def number_format(number_id: int, code: str | None) -> NumberFormat:
    """The meaning of a number format by its id or its code.

    A format that both divides the shown figure and prints a unit (0!.0,"万元") does not say the unit of the stored
    value; its unit is "?".
    """
    if code is None:
        if number_id in _BUILTIN_DATES:
            return NumberFormat("time" if number_id in (18, 19, 20, 21, 45, 46, 47) else "date")
        return NumberFormat("percent" if number_id in _BUILTIN_PERCENTS else "number")
    first = code.split(";")[0]
    literals = "".join(a or b for a, b in _LITERAL.findall(first))
    bare = _LITERAL.sub("", first)
    if "%" in bare:
        return NumberFormat("percent")
    if re.search(r"[yYdD]|(?<![A-Za-z])[mM]{1,4}(?=[-/年月. ]|$)", bare) and not re.search(
        r"[#0]|general", bare, re.IGNORECASE
    ):
        return NumberFormat("date")
    if re.search(r"[hHsS]", bare) and not re.search(r"#|general", bare, re.IGNORECASE):
        return NumberFormat("time")
    found = _UNIT.search(literals) or _UNIT.search(bare)
    if found is None:
        return NumberFormat()
    scaled = re.search(r"[0#?],+(?![0#?])", bare) is not None or "!" in bare
    return NumberFormat("number", "?" if scaled else {"亿": "亿元", "万": "万元"}.get(found[0], found[0]))


def exact_decimal(stored: str) -> tuple[Decimal, bool] | None:
    """The number a file means, and whether digits may already be lost; None when it is not a number.

    Programs store 0.3 as 0.30000000000000004; a sheet has 15 digits, so a longer tail that says the same number in
    binary is an artifact and is dropped. Whole numbers of more than 15 digits are kept as they stand and marked.
    """
    if not _STORED.fullmatch(stored):
        return None
    value = Decimal(stored.strip())
    if abs(value.adjusted()) > 40:
        return None
    if len(value.as_tuple().digits) <= EXACT_DIGITS:
        return value, False
    short = Decimal(f"{float(value):.{EXACT_DIGITS}g}")
    if abs(value - short) <= abs(value) * Decimal("1e-15"):
        return short, value == value.to_integral_value()
    return value, True


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: 205.5, 660, 0.00001."""
    text = f"{value.normalize():f}"
    return "0" if text in ("-0", "") else text


def date_text(serial: Decimal, epoch_1904: bool) -> str | None:
    """A day count as 2024-03-01, with the time when it has one; None outside 1900–9999 or on the day that never was."""
    days = int(serial)
    seconds = int(((serial - days) * 86_400).to_integral_value())
    if epoch_1904:
        start = datetime.datetime(1904, 1, 1)
    elif days == 60:
        return None
    else:
        start = datetime.datetime(1899, 12, 31 if days < 60 else 30)
    try:
        moment = start + datetime.timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    if serial < 0 or (days == 0 and not epoch_1904):
        return None
    return moment.strftime("%Y-%m-%d" if seconds == 0 else "%Y-%m-%d %H:%M:%S")


def number_cell(stored: str, shown: NumberFormat, epoch_1904: bool, formula: bool) -> Cell | None:
    """A number cell with the meaning of its format; None when the stored text is not a number we can hold."""
    exact = exact_decimal(stored)
    if exact is None:
        return None
    value, inexact = exact
    if shown.kind == "percent":
        return Cell(plain(value * 100) + "%", "percent", value, formula, inexact)
    if shown.kind == "date" and (text := date_text(value, epoch_1904)) is not None:
        return Cell(text, "date", None, formula)
    if shown.kind == "time":
        return Cell(_time_text(value), "date", None, formula)
    text = stored.strip() if inexact and "e" not in stored.lower() else plain(value)
    return Cell(text, "number", value, formula, inexact, shown.unit)


def _time_text(value: Decimal) -> str:
    seconds = int((value * 86_400).to_integral_value())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
