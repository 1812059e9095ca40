"""Plan against actual by month: how far each project should be and is, who has not reported, what is late."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.construction import Lateness, days_late, planned_bp
from fundsys.domain.funds import MoneyState
from fundsys.domain.library import PlanState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.construction import Extension
from fundsys.models.funds import Payment
from fundsys.models.office import Region, Unit
from fundsys.models.projects import ProgressReport, Project, ProjectStep
from fundsys.queries.construction import days_in_force
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import Viewer, seen_projects

S = ProjectStatus
BUILDING = (S.APPROVED, S.TENDERING, S.UNDER_WAY, S.SUSPENDED)
"""Stages in which an owner reports every month."""
Town = aliased(Region)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One project at the end of a month. start, end: the days in force. reported_on: its last report in the month, if any."""

    id: int
    code: str
    name: str
    town: str
    unit: str
    owner_unit_id: int
    responsible: str
    investment: Money
    status: ProjectStatus
    start: date | None
    end: date | None
    started_on: date | None
    completed_on: date | None
    planned: int
    actual: int
    before: int
    reported_on: date | None
    words: str
    problem: str
    measure: str
    paid: Money
    lateness: Lateness
    late_days: int

    @property
    def must_report(self) -> bool:
        return self.status in BUILDING

    @property
    def is_silent(self) -> bool:
        """Under construction and without a report in the month."""
        return self.must_report and self.reported_on is None

    @property
    def is_late(self) -> bool:
        """Late to start or to end; one whose extension waits for approval is late until it has it."""
        return self.lateness in (Lateness.START_LATE, Lateness.END_LATE, Lateness.WAITING)

    @property
    def is_behind(self) -> bool:
        """Not completed, and its plan is ahead of what was reported."""
        return self.behind > 0 and not self.completed_on

    @property
    def behind(self) -> int:
        """By how much the plan is ahead of what was reported, in 1/10000; never below 0."""
        return max(0, self.planned - self.actual)


@dataclass(frozen=True, slots=True)
class MonthSum:
    """All projects at the end of a month; days: how many should and did start and end by then. Shares by investment."""

    last_day: date
    projects: int
    should_start: int
    started: int
    should_end: int
    ended: int
    planned: int
    actual: int


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def month_rows(session: Session, who: Viewer | None, year: int, last_day: date, today: date) -> list[MonthRow]:
    """The year's planned projects at the end of a month (no later than today), by code."""
    day = min(last_day, today)
    projects = _planned(session, who, year)
    ids = [p.id for p, _, _ in projects]
    days = days_in_force(session, [p for p, _, _ in projects])
    plain = {p.id: (p.plan_start_on, p.plan_end_on) for p, _, _ in projects}
    reports = _reports(session, ids, day)
    standing = _standing(session, ids, day)
    paid = _paid(session, ids, day)
    waiting = set(
        session.scalars(
            select(Extension.project_id).where(Extension.state == PlanState.SUBMITTED, Extension.project_id.in_(ids))
        )
    )
    grace = days_of(policy_of(session, year), "late_start_days")
    first = day.replace(day=1)
    told = []
    for p, town, unit in projects:
        status = standing.get(p.id, p.status)
        start, end = days[p.id]
        mine = reports.get(p.id, [])
        now = mine[-1] if mine else None
        earlier = [r for r in mine if r.reported_on < first]
        this = now if now and now.reported_on >= first else None
        begun = p.started_on if p.started_on and p.started_on <= day else None
        done = p.completed_on if p.completed_on and p.completed_on <= day else None
        lateness, late = _lateness(status, (start, end), (begun, done), day, grace)
        if lateness in (Lateness.START_LATE, Lateness.END_LATE) and p.id in waiting:
            lateness = Lateness.WAITING
        if lateness is Lateness.ON_TIME and plain[p.id] != (start, end):
            lateness = Lateness.EXTENDED
        told.append(
            MonthRow(
                p.id,
                p.code,
                p.name,
                town or "县级",
                unit,
                p.owner_unit_id,
                p.responsible,
                p.planned_investment,
                status,
                start,
                end,
                begun,
                done,
                planned_bp(start, end, day),
                now.progress_bp if now else 0,
                earlier[-1].progress_bp if earlier else 0,
                this.reported_on if this else None,
                this.words if this else "",
                this.problem if this else "",
                this.measure if this else "",
                paid.get(p.id, ZERO),
                lateness,
                late,
            )  # fmt: skip
        )
    return told


def month_sums(session: Session, who: Viewer | None, year: int, today: date) -> list[MonthSum]:
    """Each month of the year up to today: what the plan asks for and what was reported."""
    projects = [p for p, _, _ in _planned(session, who, year)]
    days = days_in_force(session, projects)
    reports = _reports(session, [p.id for p in projects], today)
    whole = sum(p.planned_investment.fen for p in projects)
    told = []
    for month in range(1, 13):
        day = min(month_end(year, month), today)
        if date(year, month, 1) > today:
            break
        planned = sum(planned_bp(*days[p.id], day) * p.planned_investment.fen for p in projects)
        actual = sum(_at(reports.get(p.id, []), day) * p.planned_investment.fen for p in projects)
        told.append(
            MonthSum(
                day,
                len(projects),
                sum(1 for p in projects if (start := days[p.id][0]) and start <= day),
                sum(1 for p in projects if p.started_on and p.started_on <= day),
                sum(1 for p in projects if (end := days[p.id][1]) and end <= day),
                sum(1 for p in projects if p.completed_on and p.completed_on <= day),
                planned // whole if whole else 0,
                actual // whole if whole else 0,
            )
        )
    return told


def silent(session: Session, who: Viewer, year: int, today: date) -> list[MonthRow]:
    """Projects under construction of which nothing has been reported this month, by unit."""
    rows = month_rows(session, who, year, month_end(today.year, today.month), today)
    return sorted((r for r in rows if r.is_silent), key=lambda r: (r.unit, r.code))


def _planned(session: Session, who: Viewer | None, year: int) -> list[tuple[Project, str | None, str]]:
    query = (
        select(Project, Town.name, Unit.name)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .where(Project.year == year, Project.status.in_([s for s in S if s.reached(S.PLANNED)]))
        .order_by(Project.code)
    )
    if who is not None:
        query = query.where(seen_projects(who, Permission.READ_PROJECTS))
    return [(p, town, unit) for p, town, unit in session.execute(query)]


def _reports(session: Session, ids: list[int], day: date) -> dict[int, list[Any]]:
    r = ProgressReport
    told: dict[int, list[Any]] = {}
    rows = session.execute(
        select(r.project_id, r.reported_on, r.progress_bp, r.words, r.problem, r.measure)
        .where(r.reported_on <= day, r.project_id.in_(ids))
        .order_by(r.reported_on, r.id)
    )
    for row in rows:
        told.setdefault(row.project_id, []).append(row)
    return told


def _at(reports: list[Any], day: date) -> int:
    return next((int(r.progress_bp) for r in reversed(reports) if r.reported_on <= day), 0)


def _standing(session: Session, ids: list[int], day: date) -> Mapping[int, ProjectStatus]:
    s = ProjectStep
    query = select(s.project_id, s.to_status).where(s.happened_on <= day, s.project_id.in_(ids)).order_by(s.id)
    return dict(session.execute(query).all())


def _paid(session: Session, ids: list[int], day: date) -> dict[int, Money]:
    rows = session.execute(
        select(Payment.project_id, func.sum(Payment.amount))
        .where(Payment.state == MoneyState.APPROVED, Payment.paid_on <= day, Payment.project_id.in_(ids))
        .group_by(Payment.project_id)
    )
    return dict(rows.all())


def _lateness(
    status: ProjectStatus,
    due: tuple[date | None, date | None],
    happened: tuple[date | None, date | None],
    day: date,
    grace: int,
) -> tuple[Lateness, int]:
    """Whether a project waits for its start or its end longer than it may, and for how many days."""
    if status.reached(S.COMPLETED) or happened[1] is not None:
        return Lateness.ON_TIME, 0
    late_end = days_late(due[1], None, day)
    if late_end:
        return Lateness.END_LATE, late_end
    if happened[0] is None and due[0] is not None:
        late_start = days_late(due[0] + timedelta(days=grace), None, day)
        if late_start:
            return Lateness.START_LATE, (day - due[0]).days
    return Lateness.ON_TIME, 0
