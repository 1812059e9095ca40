"""Monthly reports of yearly targets: what counts, what is owed by which unit for which month, and the lists of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.yearly_targets import Period, ReportState, TargetKind, due_on, periods, rhythm_of, words_of
from fundsys.models.office import Person, Unit
from fundsys.models.papers import Attachment
from fundsys.models.yearly_targets import TargetReport, YearTarget
from fundsys.queries.viewer import Viewer

TABLE = "target_report"
Enterer, Checker = aliased(Person), aliased(Person)
HANDED = (ReportState.SUBMITTED, ReportState.APPROVED)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report. superseded: a confirmed correction stands in its place. papers: how many pieces of evidence it has."""

    id: int
    version: int
    number: str | None
    target_id: int
    year: int
    code: str
    name: str
    clause: str
    kind: TargetKind
    figure_unit: str
    month: int
    unit_id: int
    unit: str
    figure: Decimal | None
    held_on: date | None
    document_no: str
    words: str
    problem: str
    next_step: str
    strikes: bool
    replaces_id: int | None
    state: ReportState
    entered_by_id: int | None
    entered_by: str
    submitted_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    return_reason: str
    papers: int
    superseded: bool

    @property
    def counts(self) -> bool:
        """Whether it is counted: confirmed, not corrected since, and not itself a striking out."""
        return self.state is ReportState.APPROVED and not self.superseded and not self.strikes

    @property
    def told(self) -> str:
        """What it says, in one line."""
        if self.strikes:
            return "撤销原报告"
        if self.held_on is not None:
            return f"{self.held_on.isoformat()} 开展一次" + (f"，{self.document_no}" if self.document_no else "")
        if self.kind is TargetKind.FREQUENCY and rhythm_of(self.kind, self.figure_unit) and not self.figure:
            return "本期没有开展"
        return f"累计 {words_of(self.figure, self.figure_unit)}"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.number or '月报（未提交）'} {self.code} {self.month}月"


def reports(session: Session, year: int, *tests: Any) -> list[ReportRow]:
    """The reports of a year's targets, by target and month; `tests` narrow them."""
    t, r = YearTarget, TargetReport
    papers = select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == r.id).scalar_subquery()
    other = aliased(TargetReport)
    corrected = (
        select(func.count())
        .where(other.replaces_id == r.id, other.state == ReportState.APPROVED)
        .correlate(r)
        .scalar_subquery()
    )
    rows: Any = session.execute(
        select(
            r.id, r.version, r.number, t.id, t.year, t.code, t.name, t.clause, t.kind, t.unit, r.month, r.unit_id,
            Unit.name, r.figure, r.held_on, r.document_no, r.words, r.problem, r.next_step, r.strikes, r.replaces_id,
            r.state, r.entered_by, func.coalesce(Enterer.name, "系统"), r.submitted_at, func.coalesce(Checker.name, ""),
            r.reviewed_at, r.return_reason, papers, corrected,
        )
        .join(t, r.target_id == t.id)
        .join(Unit, r.unit_id == Unit.id)
        .outerjoin(Enterer, r.entered_by == Enterer.id)
        .outerjoin(Checker, r.reviewed_by == Checker.id)
        .where(t.year == year, *tests)
        .order_by(t.code, r.month, r.id)
    )  # fmt: skip
    return [replace(ReportRow(*row), superseded=bool(row[-1])) for row in rows]


def sees_report(who: Viewer | None, unit_id: int) -> bool:
    """Whether this person may read a report of a unit."""
    if who is None or who.scope(Permission.READ_TARGETS) is Scope.ALL:
        return True
    return who.can(Permission.READ_TARGETS) and (unit_id == who.unit_id or unit_id in who.scope_units)


def report(session: Session, who: Viewer | None, report_id: int) -> ReportRow:
    """One report. Raises NotFound for hidden and missing alike."""
    year = session.scalar(
        select(YearTarget.year).join(TargetReport, TargetReport.target_id == YearTarget.id).where(TargetReport.id == report_id)
    )  # fmt: skip
    found = reports(session, year, TargetReport.id == report_id) if year else []
    if not found or not sees_report(who, found[0].unit_id):
        raise NotFound("没有这份目标月报，请从年度目标进入")
    return found[0]


# ---------- what is owed ----------


@dataclass(frozen=True, slots=True)
class Duty:
    """A target somebody has to report: by which unit, since when it is in force."""

    target_id: int
    code: str
    name: str
    clause: str
    kind: TargetKind
    figure_unit: str
    unit_id: int
    unit: str
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class OwedReport:
    """What a unit owes for a month. report: the latest handed in or begun, None when there is nothing."""

    duty: Duty
    month: int
    due_on: date
    report: ReportRow | None

    @property
    def is_missing(self) -> bool:
        """Whether nothing has been handed over."""
        return self.report is None or self.report.state not in HANDED


def duties(session: Session, year: int, unit_id: int | None = None) -> list[Duty]:
    """Which targets of a year are reported by people; those of one unit when it is named."""
    t = YearTarget
    query = (
        select(t.id, t.code, t.name, t.clause, t.kind, t.unit, t.reporting_unit_id, Unit.name, t.confirmed_on)
        .join(Unit, t.reporting_unit_id == Unit.id)
        .where(t.year == year, t.active, t.confirmed_on.is_not(None), t.rule == "", t.figure == "", t.policy_code == "")
        .order_by(t.code)
    )
    if unit_id is not None:
        query = query.where(t.reporting_unit_id == unit_id)
    rows: Any = session.execute(query)
    return [d for d in (Duty(*row) for row in rows) if d.kind.is_reported]


def span_of(duty: Duty, month: int) -> Period | None:
    """The months a report of this month speaks for; None where nothing is owed at the end of it."""
    rhythm = rhythm_of(duty.kind, duty.figure_unit)
    if rhythm is None:
        return Period(f"{month}月", month, month)
    return next((p for p in periods(rhythm) if p.last == month), None)


def owed(year: int, month: int, day: int, who_owes: Iterable[Duty], there: Sequence[ReportRow]) -> list[OwedReport]:
    """What is owed for a month, each with what has come in. day: the county's day of the month after."""
    last = due_on(year, month, day)
    by_target: dict[int, list[ReportRow]] = {}
    for row in there:
        if not row.superseded:
            by_target.setdefault(row.target_id, []).append(row)
    found = []
    for duty in who_owes:
        span = span_of(duty, month)
        if span is None or duty.confirmed_on > last:
            continue
        mine = [r for r in by_target.get(duty.target_id, ()) if span.first <= r.month <= span.last and not r.strikes]
        best = max(mine, key=lambda r: (r.state in HANDED, r.month, r.id), default=None)
        found.append(OwedReport(duty, month, last, best))
    return found
