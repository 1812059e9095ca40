"""Days as the office writes and reads them. Nothing here asks the clock: today is always an argument."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from .errors import DomainError

_SEPARATED = re.compile(r"(\d{4})(?:[-./]|年)(\d{1,2})(?:[-./]|月)(\d{1,2})日?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WITHOUT_YEAR = re.compile(r"(?:(\d{1,2})(?:[-./]|月)(\d{1,2})日?|(\d{2})(\d{2}))")


class NotADay(DomainError):
    """Text that is not one day of the calendar."""


def parse_day(text: str, year: int | None = None) -> date:
    """A day as people type it: 2024-03-01, 2024.3.1, 2024/3/1, 20240301, 2024年3月1日, full-width digits too.

    year: the year meant by a day written without one (“1018”, “10-18”, “10月18日”); without it such a text is refused.
    Raises: NotADay.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace("．", ".").replace("。", "."))
    parts = _SEPARATED.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain)
    if parts:
        numbers = [int(part) for part in parts.groups()]
    elif year is not None and (short := _WITHOUT_YEAR.fullmatch(plain)):
        numbers = [year, *(int(part) for part in short.groups() if part)]
    else:
        raise NotADay(f"“{text.strip()}”不是日期，请写成 2024-03-01")
    try:
        day = date(*numbers)
    except ValueError:
        raise NotADay(f"“{text.strip()}”不是日历上的日子，请核对") from None
    if not 1949 <= day.year <= 2100:
        raise NotADay(f"“{text.strip()}”的年份不对，请核对")
    return day


def half_open(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """The days from first to last, both inclusive as people say them, as the [begin, end) the program uses."""
    return first, (last + timedelta(days=1) if last is not None else None)


@lru_cache(maxsize=4_096)
def after_working_days(day: date, count: int) -> date:
    """The day `count` working days after a day, the day itself not counted. Saturdays and Sundays are left out; public
    holidays and the working weekends beside them are not known here, so the true day may lie some days later."""
    weeks = max(0, count - 1) // 5
    day, count = day + timedelta(weeks=weeks), count - 5 * weeks
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def last_such_day(until: date, within: int, test: Callable[[date], bool]) -> date:
    """The latest day of which a test holds that holds of every earlier day too, looked for from `until` back so many days.

    The first day of all where it holds of none of them.
    """
    ago = bisect_left(range(within), True, key=lambda days: test(until - timedelta(days)))
    return until - timedelta(ago) if ago < within else date.min


def show_day(day: date) -> str:
    """For tables: 2024-03-01."""
    return day.isoformat()


def show_day_zh(day: date) -> str:
    """For sentences: 2024年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
