"""Maintenance under 1+12: patrol intervals in days and months, when a patrol is due, conditions, defects and their steps."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .coded import Coded


class PatrolUnit(Coded):
    """What a patrol interval is counted in."""

    DAY = "day", "天"
    MONTH = "month", "个月"


class Condition(Coded):
    """The state a patrol finds an asset in. Source: maintenance_1_plus_12.yaml inspection_record_fields."""

    SOUND = "完好", "完好", "good"
    SLIGHT = "轻微", "轻微", "warn"
    SERIOUS = "严重", "严重", "bad"
    RUINED = "损毁", "损毁", "bad"

    @property
    def digit(self) -> str:
        """How the keyboard says it: 1 完好, 2 轻微, 3 严重, 4 损毁."""
        return str(list(Condition).index(self) + 1)


def condition_said(text: str) -> Condition | None:
    """The condition of a word or of its digit; None for anything else."""
    return next((c for c in Condition if text in (c.label, c.digit)), None)


class PatrolWay(Coded):
    """How a patrol came into the record."""

    DESK = "desk", "录入"
    PHONE = "phone", "手机"
    PAPER = "paper", "巡查表"
    IMPORT = "import", "导入"


class DefectState(Coded):
    """A defect from being found to being closed by somebody else. Source: I29."""

    OPEN = "open", "待整改", "warn"
    FIXED = "fixed", "待销号", "info"
    CLOSED = "closed", "已销号", "good"


class PostingKind(Coded):
    """What a posting of maintenance money is: the year's budget, or what was spent on."""

    BUDGET = "budget", "经费预算", "info"
    REPAIR = "repair", "维修", "plain"
    POST = "post", "公益岗位补贴", "plain"
    MATERIAL = "material", "材料工具", "plain"
    OTHER = "other", "其他支出", "plain"


@dataclass(frozen=True, slots=True)
class Interval:
    """How often: every so many days, or months of the calendar."""

    every: int
    unit: PatrolUnit = PatrolUnit.DAY

    def after(self, day: date) -> date:
        """The day one interval later: a month from 10-03 is 11-03; from 01-31 it is the last day of February."""
        if self.unit is PatrolUnit.DAY:
            return day + timedelta(days=self.every)
        return add_months(day, self.every)

    @property
    def words(self) -> str:
        """每 30 天, 每 1 个月."""
        return f"每 {self.every} {self.unit.label}"


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day (29 February, 30, 31)."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The interval that holds from a day on, until the next rhythm's day. interval: None where none is asked for."""

    from_on: date
    interval: Interval | None


def due_on(last: date, rhythms: Sequence[Rhythm]) -> date | None:
    """When the next patrol is due: the first day on which the interval in force that day has passed since the last one.

    So a changed interval applies from its date only: a shorter one makes nothing due before its date, a longer one
    takes back nothing that was due before it. rhythms: in order of their days; the first holds before its day too.
    Returns None where no patrol is asked for.
    """
    for place, rhythm in enumerate(rhythms):
        ends = rhythms[place + 1].from_on if place + 1 < len(rhythms) else date.max
        if rhythm.interval is None or ends <= last:
            continue
        due = rhythm.interval.after(last)
        if place:
            due = max(due, rhythm.from_on)
        if due < ends:
            return due
    return None


def days_late(due: date | None, today: date) -> int:
    """Days past a due day; due today is not overdue."""
    return 0 if due is None else max(0, (today - due).days)
