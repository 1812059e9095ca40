"""Legacy industry projects (2013–2022): four classes, how a project runs, and what stands of the recorded facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from .coded import Coded
from .money import Money


class FourBatch(Coded):
    """Classes of legacy industry projects; the county may rename the labels. Source: 2024年工作要点 第16条。"""

    CONSOLIDATE = "B1", "巩固一批", "good"
    UPGRADE = "B2", "升级一批", "info"
    REVIVE = "B3", "盘活一批", "warn"
    ADJUST = "B4", "调整一批", "bad"

    @property
    def needs_remedy(self) -> bool:
        """Whether a project of this class must have measures and a deadline. Source: 农规发〔2024〕26号。"""
        return self in (FourBatch.REVIVE, FourBatch.ADJUST)

    def shown(self, renamed: Mapping[str, str]) -> str:
        """The label the county uses; `renamed` maps codes to its own labels and may be empty."""
        return renamed.get(self.code) or self.label


UNCLASSIFIED = "未定"
"""What is shown where a project has no class yet; its tone is plain."""


class RunState(Coded):
    """How a legacy project runs."""

    RUNNING = "R1", "正常运行", "good"
    UNDERUSED = "R2", "低效运行", "warn"
    STOPPED = "R3", "停产闲置", "bad"
    CLOSED = "R4", "注销失联", "bad"
    RUINED = "R5", "毁损", "bad"

    @property
    def stands_still(self) -> bool:
        """Whether nothing runs: a class that keeps or upgrades contradicts it. Source: audit finding F103."""
        return self in (RunState.STOPPED, RunState.CLOSED, RunState.RUINED)


class Prospect(Coded):
    """What the market promises. Source: four_batches.yaml D5."""

    GOOD = "good", "好", "good"
    MIDDLE = "middle", "中", "plain"
    POOR = "poor", "差", "bad"


class Opinion(Coded):
    """What the villagers say. Source: four_batches.yaml D6."""

    CONTENT = "content", "满意", "good"
    FAIR = "fair", "基本满意", "plain"
    UNHAPPY = "unhappy", "不满意", "bad"


class DecisionState(Coded):
    """How far a class has come: proposed by owner or town, decided by the lead bureau."""

    PROPOSED = "proposed", "待审核", "warn"
    DECIDED = "decided", "已审定", "good"
    RETURNED = "returned", "已退回", "bad"
    WITHDRAWN = "withdrawn", "已撤回", "plain"


@dataclass(frozen=True, slots=True)
class OperationFact:
    """What was found about a project on one day; what was not looked at is None. Source: four_batches.yaml D1–D6.

    capacity_bp, use_bp: capacity use and share of assets in use, 1/10000. figures_year: the year of output, profit,
    income and distributed. fits_leading: whether it belongs to the county's leading industries.
    """

    observed_on: date
    run_state: RunState | None = None
    months_stopped: int | None = None
    capacity_bp: int | None = None
    figures_year: int | None = None
    output: Money | None = None
    profit: Money | None = None
    income: Money | None = None
    distributed: Money | None = None
    linkage_works: bool | None = None
    households: int | None = None
    poor_households: int | None = None
    use_bp: int | None = None
    title_clear: bool | None = None
    compliant: bool | None = None
    prospect: Prospect | None = None
    fits_leading: bool | None = None
    opinion: Opinion | None = None


YEARLY = ("output", "profit", "income", "distributed")
"""The figures that belong to a year."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a project on a day: of every fact the newest record that says it. profits: by year."""

    facts: OperationFact
    profits: Mapping[int, Money] = field(default_factory=dict)
    said_on: Mapping[str, date] = field(default_factory=dict)


def standing(records: Iterable[OperationFact], until: date | None = None) -> Standing:
    """The newest word on every fact by `until` (inclusive). Records of one day: the later in order wins.

    A record that leaves something empty leaves what stood. output, profit, income and distributed are those of the
    newest year there are figures of.
    """
    told: dict[str, object] = {}
    said_on: dict[str, date] = {}
    by_year: dict[int, dict[str, Money]] = {}
    last = date.min
    for record in sorted(records, key=lambda r: r.observed_on):
        if until is not None and record.observed_on > until:
            continue
        last = max(last, record.observed_on)
        for one in fields(OperationFact):
            value = getattr(record, one.name)
            if value is None or one.name in ("observed_on", "figures_year", *YEARLY):
                continue
            told[one.name], said_on[one.name] = value, record.observed_on
        figures = {name: getattr(record, name) for name in YEARLY if getattr(record, name) is not None}
        if record.figures_year is not None and figures:
            by_year.setdefault(record.figures_year, {}).update(figures)
    if by_year:
        newest = max(by_year)
        told["figures_year"] = newest
        told.update(by_year[newest])
    profits = {year: figures["profit"] for year, figures in by_year.items() if "profit" in figures}
    return Standing(OperationFact(last, **told), profits, said_on)  # type: ignore[arg-type]


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def runs_since(records: Iterable[OperationFact], until: date) -> tuple[date, date] | None:
    """First and last record of the unbroken normal operation that stands on a day; None when it does not stand."""
    first = last = None
    for record in sorted(records, key=lambda r: r.observed_on):
        if record.observed_on > until or record.run_state is None:
            continue
        if record.run_state is RunState.RUNNING:
            first, last = first or record.observed_on, record.observed_on
        else:
            first = last = None
    return (first, last) if first and last else None


def proves_revival(records: Iterable[OperationFact], until: date, months: int) -> bool:
    """Whether records show normal operation over so many months without a break.

    Basis: from the first to the last record that says 正常运行, no other state between. Source: four_batches.yaml
    “B3转B1须有连续6个月以上正常运行证据”; 以上 includes the figure itself.
    """
    found = runs_since(records, until)
    return found is not None and months_later(found[0], months) <= found[1]


def quarter_begin(day: date) -> date:
    """The first day of the quarter a day lies in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    """The last day of the quarter a day lies in."""
    return months_later(quarter_begin(day), 3) - timedelta(days=1)
