"""Days of the office: working days, counted in weeks as one would count them on the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fundsys.domain.dates import after_working_days, last_such_day

MONDAY = date(2024, 1, 1)


def day_by_day(day: date, count: int) -> date:
    """The same with a finger on the calendar."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


@pytest.mark.parametrize("weekday", range(7))
def test_working_days_are_those_of_the_calendar_from_any_day_of_the_week(weekday: int) -> None:
    first = MONDAY + timedelta(days=weekday)
    assert [after_working_days(first, n) for n in range(64)] == [day_by_day(first, n) for n in range(64)]


def test_five_working_days_after_a_saturday_are_the_next_friday() -> None:
    assert after_working_days(date(2024, 1, 6), 5) == date(2024, 1, 12)
    assert after_working_days(date(2024, 1, 5), 0) == date(2024, 1, 5)


def test_the_last_day_of_which_something_holds_that_holds_of_all_before() -> None:
    until = date(2024, 11, 20)
    assert last_such_day(until, 400, lambda day: day <= date(2024, 3, 1)) == date(2024, 3, 1)
    assert last_such_day(until, 400, lambda day: True) == until
    assert last_such_day(until, 400, lambda day: False) == date.min
    assert last_such_day(until, 400, lambda day: day < date(2023, 1, 1)) == date.min, "looked for no further back"
