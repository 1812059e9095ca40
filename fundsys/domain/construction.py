"""Construction: how far a project should be on a day, how late it is, and the words of acceptance and settlement. Knows no tables."""

from __future__ import annotations

from datetime import date

from .coded import Coded

WHOLE = 10_000
"""All of it, in 1/10000."""


class AcceptanceLevel(Coded):
    """Who accepts: the town first, then the county. Source: domain.md 2.4 “镇初验、县复验”."""

    TOWN = "town", "镇级初验", "info"
    COUNTY = "county", "县级验收", "info"


class Review(Coded):
    """How a settlement was checked. Source: domain.md 2.4 “评审或审计”."""

    BUDGET = "budget", "财政评审", "plain"
    AUDIT = "audit", "审计", "plain"
    FIRM = "firm", "委托造价咨询", "plain"


class Lateness(Coded):
    """Where a project stands against its days."""

    ON_TIME = "on_time", "按期", "good"
    START_LATE = "start_late", "逾期未开工", "bad"
    END_LATE = "end_late", "超期未完工", "bad"
    WAITING = "waiting", "延期待审定", "warn"
    EXTENDED = "extended", "已批准延期", "info"


def planned_bp(start: date | None, end: date | None, day: date) -> int:
    """Progress the plan asks for at the end of a day, in 1/10000: evenly from the first day to the last, both included."""
    if start is None or end is None or day < start:
        return 0
    if day >= end:
        return WHOLE
    return WHOLE * ((day - start).days + 1) // ((end - start).days + 1)


def days_late(due: date | None, happened: date | None, today: date) -> int:
    """How many days after its last day something happened, or has not happened yet; 0 when in time or without a day."""
    if due is None:
        return 0
    done = happened if happened is not None and happened <= today else today
    return max(0, (done - due).days)
