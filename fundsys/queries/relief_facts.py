"""What the rules on work relief look at: projects with their plan and pay, and every worker's month."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.facts import LaborFact, ReliefFact
from fundsys.domain.money import total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.work_relief import ReliefState, month_end
from fundsys.models.projects import Project, WorkReliefPay
from fundsys.models.work_relief import ReliefLine, ReliefPlan, ReliefRoster, ReliefWorker
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.relief import paid_by_month

RELIEF_READ_FROM = frozenset(
    {"project", "relief_line", "relief_plan", "relief_roster", "relief_worker", "work_relief_pay"}
)


def relief_facts(session: Session, year: int, until: date | None = None) -> tuple[ReliefFact, ...]:
    """Work-relief projects of the year, and those with labor pay in its months."""
    plans = {plan.project_id: plan for plan in plain_rows(session, _plans())}
    paid = paid_by_month(session, until)
    people = _people(session)
    return tuple(
        ReliefFact(
            id=project_id,
            label=f"{code} {name}",
            is_completed=status.reached(ProjectStatus.COMPLETED),
            is_withdrawn=status.is_withdrawn,
            min_share=Fraction(plan.min_share_bp, 10_000) if plan else None,
            base=plan.base if plan else None,
            base_words=plan.base_kind.label if plan else "",
            document=plan.document_no if plan else "",
            paid=total(paid.get(project_id, {}).values()),
            planned_workers=plan.planned_workers if plan else 0,
            workers=people.get(project_id, 0),
        )
        for project_id, code, name, status in plain_rows(session, _projects(year))
        for plan in (plans.get(project_id),)
    )


@built_once
def _projects(year: int) -> Select[int, str, str, ProjectStatus]:
    in_year = select(WorkReliefPay.project_id).where(WorkReliefPay.month.like(f"{year}-%"))
    return (
        select(Project.id, Project.code, Project.name, Project.status)
        .where(
            Project.is_work_relief.is_(True),
            Project.is_draft.is_(False),
            or_(Project.year == year, Project.id.in_(in_year)),
        )
        .order_by(Project.id)
    )


@built_once
def _plans() -> Select[*tuple[Any, ...]]:
    p = ReliefPlan
    return select(
        *(p.project_id, p.min_share_bp, p.base_amount.label("base"), p.base_kind, p.document_no, p.planned_workers)
    ).where(p.state == ReliefState.APPROVED)


def _people(session: Session) -> dict[int, int]:
    """Different people of each project: of its approved rosters, or the most of a month where only sums are kept."""
    found: dict[int, int] = {}
    for project_id, workers in plain_rows(session, _paid_workers()):
        found[project_id] = max(found.get(project_id, 0), workers)
    named: dict[int, set[int]] = {}
    for project_id, identity in plain_rows(session, _named_workers()):
        named.setdefault(project_id, set()).add(identity)
    return found | {key: max(len(people), found.get(key, 0)) for key, people in named.items()}


@built_once
def _paid_workers() -> Select[int, int]:
    return select(WorkReliefPay.project_id, WorkReliefPay.workers)


@built_once
def _named_workers() -> Select[int, int]:
    return (
        select(ReliefRoster.project_id, ReliefWorker.identity)
        .join(ReliefLine, ReliefLine.roster_id == ReliefRoster.id)
        .join(ReliefWorker, ReliefLine.worker_id == ReliefWorker.id)
        .where(ReliefRoster.state == ReliefState.APPROVED)
    )


def labor_facts(session: Session, year: int, until: date | None = None) -> tuple[LaborFact, ...]:
    """Every worker's month of the year in approved rosters. until: months ended by that day, payments made by it."""
    found = []
    for (
        line,
        name,
        project,
        project_name,
        month,
        person,
        days,
        attended,
        rate,
        due,
        deducted,
        paid,
        on,
        bank,
        cash,
    ) in plain_rows(session, _lines(year)):
        end = month_end(month)
        if until is not None and end > until:
            continue
        known = on if on is None or until is None or on <= until else None
        label = f"{project_name} {month} {name}"
        found.append(
            LaborFact(
                line, label, project, project_name, month, end, person, days, attended, rate, due, due - deducted, paid,
                known, bank is not None, cash,
            )
        )  # fmt: skip
    return tuple(found)


@built_once
def _lines(year: int) -> Select[*tuple[Any, ...]]:
    x, w, r = ReliefLine, ReliefWorker, ReliefRoster
    return (
        select(
            x.id, w.name, r.project_id, Project.name, r.month, w.identity, x.days, x.attended, x.day_rate, x.due,
            x.deducted, x.paid, x.paid_on, w.bank, w.cash_approval,
        )
        .join(r, x.roster_id == r.id)
        .join(w, x.worker_id == w.id)
        .join(Project, r.project_id == Project.id)
        .where(r.state == ReliefState.APPROVED, r.month.like(f"{year}-%"))
        .order_by(x.id)
    )  # fmt: skip
