"""Days of the office: working days, counted in weeks as one would count them on the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fundsys.domain.dates import after_working_days

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
