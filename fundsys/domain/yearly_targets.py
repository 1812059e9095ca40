"""Yearly targets (年度目标): what the work plan asks for, what a unit must report when, and how a figure stands. Source: 第19、20、22条."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .coded import Coded


class TargetKind(Coded):
    """What a figure of the plan is. Source: annual_targets_2024.yaml."""

    TARGET = "target", "目标", "info"
    FREQUENCY = "frequency", "频次", "info"
    PARAM = "param", "参数", "plain"
    SLOGAN = "slogan", "提法", "plain"

    @property
    def is_reported(self) -> bool:
        """Whether units report it where no rule feeds it."""
        return self in (TargetKind.TARGET, TargetKind.FREQUENCY)


class Comparison(Coded):
    """How the figure reached is held against the target; 以上、不少于 include the figure itself."""

    AT_LEAST = ">=", "不少于"
    AT_MOST = "<=", "不超过"
    EQUAL = "=", "等于"

    @property
    def sign(self) -> str:
        return {">=": "≥", "<=": "≤", "=": "="}[self.code]


class TargetState(Coded):
    """Whether somebody has confirmed the figure of the year."""

    PROPOSED = "proposed", "待批准", "warn"
    RETURNED = "returned", "已退回", "bad"
    APPROVED = "approved", "已确认", "good"


class ReportState(Coded):
    """A monthly report's way from the unit to the lead bureau."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待确认", "info"
    RETURNED = "returned", "已退回", "warn"
    APPROVED = "approved", "已确认", "good"


OPEN_REPORTS = (ReportState.DRAFT, ReportState.RETURNED)
"""States in which the unit may change a report."""


class Stand(Coded):
    """How a target stands on a day."""

    MET = "met", "达标", "good"
    SHORT = "short", "未达标", "bad"
    GOING = "going", "进行中", "info"
    LATE = "late", "逾期未报", "warn"
    NO_DATA = "no_data", "无数据", "plain"
    REVIEW = "review", "待定", "warn"
    WAIVED = "waived", "已豁免", "plain"
    UNCONFIRMED = "unconfirmed", "待批准", "warn"
    PLAIN = "plain", "不考核", "plain"


STANDS = (
    Stand.SHORT, Stand.LATE, Stand.REVIEW, Stand.UNCONFIRMED, Stand.GOING, Stand.NO_DATA, Stand.WAIVED, Stand.MET,
    Stand.PLAIN,
)  # fmt: skip
"""Stands of targets, those that need something done first."""


class Rhythm(Coded):
    """The period in which something has to be done so many times."""

    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    HALF = "half", "半年"
    YEAR = "year", "年"

    @property
    def months(self) -> int:
        """How many months a period has."""
        return {"month": 1, "quarter": 3, "half": 6, "year": 12}[self.code]


def rhythm_of(kind: TargetKind, unit: str) -> Rhythm | None:
    """The period of a frequency, from its unit (“次/季”); None for what is reported as a figure (“次/周”, “小时/日”)."""
    if kind is not TargetKind.FREQUENCY:
        return None
    return Rhythm.by_label(unit.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the year, by its first and last month (both inclusive)."""

    label: str
    first: int
    last: int


def periods(rhythm: Rhythm) -> list[Period]:
    """The periods of a year in order."""
    step = rhythm.months
    names = {
        Rhythm.MONTH: "{}月",
        Rhythm.QUARTER: "第{}季度",
        Rhythm.HALF: "第{}个半年",
        Rhythm.YEAR: "全年",
    }
    return [Period(names[rhythm].format(n + 1), n * step + 1, n * step + step) for n in range(12 // step)]


def due_on(year: int, month: int, day: int) -> date:
    """The last day, inclusive, on which a month's report is in time: the county's day of the month after."""
    after_year, after = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(after_year, after, min(max(day, 1), calendar.monthrange(after_year, after)[1]))


def month_due(year: int, today: date, day: int) -> int:
    """The latest month of a year whose report is owed and late by today; 0 when none is."""
    return max((month for month in range(1, 13) if due_on(year, month, day) < today), default=0)


def month_ended(year: int, today: date) -> int:
    """The latest month of a year that is over; 0 before the end of January."""
    if today.year != year:
        return 12 if today.year > year else 0
    return today.month - 1


def words_of(value: Decimal | None, unit: str) -> str:
    """A figure with its unit: “65%”, “35,000 只”; empty for none."""
    if value is None:
        return ""
    if unit == "比例":
        return f"{_plain(value * 100)}%"
    return f"{_plain(value)}年" if unit == "年" and value > 1000 else f"{_plain(value, ',')} {unit}".strip()


def _plain(value: Decimal, comma: str = "") -> str:
    told = format(value, f"{comma}f")
    return told.rstrip("0").rstrip(".") if "." in told else told


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the figure, its unit, how it is compared."""

    value: Decimal
    unit: str
    comparison: Comparison

    @property
    def words(self) -> str:
        """“≥ 65%”."""
        return f"{self.comparison.sign} {words_of(self.value, self.unit)}"

    def is_met_by(self, reached: Decimal) -> bool:
        """Whether a figure meets it. More than an exact target meets it; the distance says how much more."""
        return reached <= self.value if self.comparison is Comparison.AT_MOST else reached >= self.value

    def distance(self, reached: Decimal) -> str:
        """“差 5 个”, “多 1 个”, “正好”."""
        gap = reached - self.value
        if not gap:
            return "正好"
        word = "多" if gap > 0 else "差" if self.comparison is not Comparison.AT_MOST else "余"
        if self.comparison is Comparison.AT_MOST and gap > 0:
            word = "超"
        unit = f"{_plain(abs(gap) * 100)} 个百分点" if self.unit == "比例" else words_of(abs(gap), self.unit)
        return f"{word} {unit}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands, in words for people. reached: the figure itself, where there is one."""

    stand: Stand
    reached_words: str = ""
    distance: str = ""
    reached: Decimal | None = None


def judge_figure(asked: Asked, reached: Decimal | None, *, over: bool, late: bool) -> Standing:
    """How a figure that units report stands.

    reached: what has been reached so far, None when nothing is confirmed. over: the year is over and all its reports
    were due. late: the latest month that was due has not been reported. An upper limit is kept only once the year is over.
    """
    if reached is None:
        return Standing(Stand.LATE if late else Stand.NO_DATA)
    told = (words_of(reached, asked.unit), asked.distance(reached), reached)
    met = asked.is_met_by(reached)
    if asked.comparison is Comparison.AT_MOST:
        stand = Stand.SHORT if not met else Stand.MET if over and not late else Stand.LATE if late else Stand.GOING
    elif met:
        stand = Stand.MET
    else:
        stand = Stand.LATE if late else Stand.SHORT if over else Stand.GOING
    return Standing(stand, *told)


@dataclass(frozen=True, slots=True)
class Told:
    """What the confirmed reports say of one period. held: times; silent: nothing was handed over at all."""

    period: Period
    held: int
    silent: bool


def judge_frequency(asked: Asked, told: Sequence[Told], *, due: int, now: int) -> Standing:
    """How a frequency stands, period by period.

    due: the latest month whose report was due; now: the month at work, 13 after the year. A period is judged once its
    last month was due; a silent one is 逾期未报, one held too seldom 未达标.
    """
    judged = [t for t in told if t.period.last <= due]
    begun = [t for t in told if t.period.first <= now]
    if not begun or (not judged and not any(t.held for t in begun)):
        return Standing(Stand.NO_DATA)
    good = [t for t in begun if t.held >= asked.value]
    held = sum(t.held for t in told)
    words = f"{len(good)}/{len(begun)} 期达到，共 {held} 次"
    lacking = [t for t in judged if t.held < asked.value]
    silent = [t for t in lacking if t.silent]
    if silent:
        return Standing(Stand.LATE, words, f"{_named(silent)}没有报", Decimal(held))
    if lacking:
        return Standing(Stand.SHORT, words, f"{_named(lacking)}没有达到", Decimal(held))
    open_ones = [t for t in begun if t.held < asked.value]
    if open_ones:
        return Standing(Stand.GOING, words, f"{_named(open_ones)}还没有开展", Decimal(held))
    return Standing(Stand.MET, words, "逐期达到", Decimal(held))


def _named(told: Sequence[Told]) -> str:
    """The latest periods by name, and how many there are."""
    names = "、".join(t.period.label for t in told[-2:])
    return names if len(told) <= 2 else f"{names}等 {len(told)} 期"
