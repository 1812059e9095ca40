"""When a patrol is due, to the day of the calendar, and what a changed interval changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fundsys.domain.maintenance import Interval, PatrolUnit, Rhythm, days_late, due_on

MONTHLY, BIMONTHLY = Interval(1, PatrolUnit.MONTH), Interval(2, PatrolUnit.MONTH)
LONG_AGO = date(2013, 1, 1)


def due(last: date, *rhythms: tuple[date, Interval | None]) -> date | None:
    """The due day under these rhythms."""
    return due_on(last, [Rhythm(*r) for r in rhythms])


def test_monthly_from_the_first_of_october_done_on_the_third_is_next_due_on_the_third_of_november() -> None:
    assert due(date(2024, 10, 3), (date(2024, 10, 1), MONTHLY)) == date(2024, 11, 3)


@pytest.mark.parametrize(
    ("last", "interval", "expected"),
    [
        (date(2024, 1, 31), MONTHLY, date(2024, 2, 29)),
        (date(2023, 1, 31), MONTHLY, date(2023, 2, 28)),
        (date(2024, 2, 29), Interval(12, PatrolUnit.MONTH), date(2025, 2, 28)),
        (date(2024, 2, 29), Interval(48, PatrolUnit.MONTH), date(2028, 2, 29)),
        (date(2024, 12, 31), MONTHLY, date(2025, 1, 31)),
        (date(2024, 12, 15), BIMONTHLY, date(2025, 2, 15)),
        (date(2024, 11, 30), Interval(3, PatrolUnit.MONTH), date(2025, 2, 28)),
        (date(2024, 12, 31), Interval(1), date(2025, 1, 1)),
        (date(2024, 2, 28), Interval(1), date(2024, 2, 29)),
        (date(2023, 2, 28), Interval(1), date(2023, 3, 1)),
        (date(2024, 1, 30), Interval(30), date(2024, 2, 29)),
    ],
)
def test_leap_days_and_the_end_of_the_year_are_counted_as_the_calendar_has_them(
    last: date, interval: Interval, expected: date
) -> None:
    assert due(last, (LONG_AGO, interval)) == expected


def test_due_today_is_not_overdue_and_tomorrow_it_is_by_one_day() -> None:
    day = date(2024, 11, 3)
    assert [days_late(day, day + timedelta(days=n)) for n in (-1, 0, 1, 40)] == [0, 0, 1, 40]
    assert days_late(None, day) == 0


def test_a_longer_interval_takes_back_nothing_that_was_due_before_its_date() -> None:
    last = date(2024, 10, 3)
    assert due(last, (LONG_AGO, MONTHLY), (date(2024, 11, 4), BIMONTHLY)) == date(2024, 11, 3)
    assert due(last, (LONG_AGO, MONTHLY), (date(2024, 11, 3), BIMONTHLY)) == date(2024, 12, 3)


def test_a_shorter_interval_makes_nothing_due_before_its_date() -> None:
    last = date(2024, 10, 3)
    assert due(last, (LONG_AGO, BIMONTHLY), (date(2024, 11, 20), Interval(7))) == date(2024, 11, 20)
    assert due(last, (LONG_AGO, BIMONTHLY), (date(2024, 10, 5), Interval(7))) == date(2024, 10, 10)


def test_patrols_after_the_change_go_by_the_new_interval_and_a_version_passed_over_plays_no_part() -> None:
    versions = ((LONG_AGO, MONTHLY), (date(2024, 6, 1), Interval(7)), (date(2024, 9, 1), Interval(90)))
    assert due(date(2024, 9, 1), *versions) == date(2024, 11, 30)
    assert due(date(2024, 5, 20), *versions) == date(2024, 6, 1)
    assert due(date(2024, 4, 20), *versions) == date(2024, 5, 20)


def test_where_no_patrol_is_asked_for_none_is_due_until_one_is() -> None:
    assert due(date(2024, 1, 1), (LONG_AGO, None)) is None
    assert due(date(2024, 1, 1), (LONG_AGO, None), (date(2024, 5, 1), Interval(30))) == date(2024, 5, 1)
    assert due(date(2024, 1, 1)) is None


def test_the_due_day_is_the_first_day_on_which_the_interval_of_that_day_has_passed() -> None:
    """Against a search day by day, over many histories of intervals."""
    intervals = [Interval(7), Interval(30), MONTHLY, BIMONTHLY, Interval(90), None]
    start = date(2024, 1, 1)
    for seed in range(400):
        firsts = sorted({start + timedelta(days=seed * 7919 * k % 211) for k in range(1, 4)})
        rhythms = [Rhythm(day, intervals[(seed + 5 * n) % 6]) for n, day in enumerate(firsts)]
        last = start + timedelta(days=seed * 31 % 150)
        found = None
        for n in range(400):
            day = last + timedelta(days=n)
            holding = [r for r in rhythms if r.from_on <= day] or rhythms[:1]
            interval = holding[-1].interval
            if interval and day >= interval.after(last):
                found = day
                break
        assert due_on(last, rhythms) == found
