"""The facts behind every rule on money: a year's allocations and payments, its projects, policy and waivers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.facts import AllocationFact, Facts, PaymentFact, ProjectFact, Waiver
from fundsys.domain.funds import BaseUse, MoneyState
from fundsys.domain.kept_checks import WaiverState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.policy import Policy
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, Payment
from fundsys.models.office import Person, PolicyValue, Unit
from fundsys.models.papers import Waiver as WaiverRow
from fundsys.models.projects import Project, ProjectType, WorkReliefPay
from fundsys.queries.construction import extended
from fundsys.queries.kept import kept
from fundsys.queries.plain_rows import built_once, plain_rows

EVERY_STATE = tuple(MoneyState)
COUNTED_STATES = (MoneyState.SUBMITTED, MoneyState.APPROVED)
MONEY_READ_FROM = frozenset(
    {
        *("allocation", "allotment_line", "allotment_notice", "extension", "fund_source", "payment"),
        *("project", "project_type", "unit", "work_relief_pay"),
        *("person", "policy_value", "waiver"),
    }
)
"""The tables behind `money_facts`."""


def money_facts(
    session: Session,
    year: int,
    today: date,
    *,
    until: date | None = None,
    states: Collection[MoneyState] = EVERY_STATE,
) -> Facts:
    """The year on a day, without assets and legacy projects: all that rules watching allocations look at.

    until: business dates up to and including it. states: which entries to read; those not counted are only left out
    with a reason, so a page that shows no reasons may leave them unread.
    """
    policy = policy_of(session, year)
    base = _bases(session, policy)
    return Facts(
        year=year,
        as_at=until or today,
        policy=policy,
        allocations=_allocations(session, year, base, until, states),
        payments=_payments(session, year, base, until, states),
        projects=_projects(session, year, until),
        waivers=waivers(session, year),
    )


def counted_facts(session: Session, year: int, today: date) -> Facts:
    """The year's approved and submitted money, both counted; kept until an act touches it: what-ifs ask many times a minute."""
    return kept(
        session,
        ("counted money", year, today),
        MONEY_READ_FROM,
        lambda: money_facts(session, year, today, states=COUNTED_STATES).with_submitted(),
    )


def policy_of(session: Session, year: int) -> Policy:
    """The year's thresholds and bases as approved."""
    rows = plain_rows(session, _policy_values(year))
    return Policy.of(year, [(code, value, document, clause) for code, value, document, clause in rows])


@built_once
def _policy_values(year: int) -> Select[str, str, str, str]:
    v = PolicyValue
    return select(v.code, v.value, v.document, v.clause).where(v.year == year, v.value != "")


def days_of(policy: Policy, code: str) -> int:
    """A number of the year's policy; the delivered default where the year has no value."""
    found = getattr(policy, code)
    return int(found if found is not None else str(Policy.kinds()[code].default(policy.year)))


def waivers(session: Session, year: int) -> tuple[Waiver, ...]:
    """The waivers of a year that somebody has approved; whether one still holds is asked of its last day."""
    return tuple(Waiver(*tuple[Any, ...](row)) for row in plain_rows(session, _waivers(year)))


@built_once
def _waivers(year: int) -> Select[str, str, str, str, date, str]:
    w = WaiverRow
    return (
        select(w.rule, w.reason, w.document_no, Person.name, w.expires_on, w.subject)
        .join(Person, w.approved_by == Person.id)
        .where(w.year == year, w.state.not_in((WaiverState.RETURNED, WaiverState.WITHDRAWN)))
    )


_ABOUT = (
    FundSource.level,
    FundSource.code.label("source_code"),
    FundSource.is_transition,
    FundSource.in_base,
    func.coalesce(func.nullif(AllotmentLine.task, ""), FundSource.task).label("task"),
    Project.id.label("project_id"),
    Project.code.label("project_code"),
    Project.name.label("project_name"),
    Project.is_lead_industry,
    ProjectType.counts_as_industry,
    ProjectType.is_management_fee,
    AllotmentNotice.document_no.label("notice"),
)


@built_once
def _entries(table: Any, day: Any, year: int, until: date | None, states: tuple[MoneyState, ...]) -> Any:
    """The entries of a year's notices with what the rules look at; of allocations their kind too."""
    columns = (Allocation.kind,) if table is Allocation else ()
    return (
        select(table.id, table.amount.label("amount"), table.state, *columns, *_ABOUT)
        .select_from(table)
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, table.project_id == Project.id)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .where(AllotmentNotice.year == year, table.state.in_(states), day <= until if until else true())
        .order_by(table.id)
    )


def _counts(row: Any, base: Mapping[str, bool]) -> dict[str, Any]:
    is_industry = row.counts_as_industry == "yes"
    return {
        "id": row.id,
        "label": f"{row.project_code} {row.project_name}（{row.notice}）",
        "amount": row.amount,
        "level": row.level,
        "source_code": row.source_code,
        "is_transition": row.is_transition,
        "counts_in_base": base[row.source_code],
        "is_industry": is_industry,
        "is_leading": is_industry and row.is_lead_industry,
        "is_fee": row.is_management_fee,
        "project_id": row.project_id,
        "state": row.state,
    }


_SOURCES = select(FundSource.code, FundSource.in_base)


def _bases(session: Session, policy: Policy) -> dict[str, bool]:
    """Code of each source of money → whether it counts in the base of the shares."""
    rows = session.execute(_SOURCES)
    return {code: policy.counts_in_base(code, BaseUse(use)) for code, use in rows}


def _allocations(
    session: Session, year: int, base: Mapping[str, bool], until: date | None, states: Collection[MoneyState]
) -> tuple[AllocationFact, ...]:
    rows = plain_rows(session, _entries(Allocation, Allocation.decided_on, year, until, tuple(states)))
    return tuple(AllocationFact(**_counts(row, base), kind=row.kind, task=row.task, notice=row.notice) for row in rows)


def _payments(
    session: Session, year: int, base: Mapping[str, bool], until: date | None, states: Collection[MoneyState]
) -> tuple[PaymentFact, ...]:
    rows = plain_rows(session, _entries(Payment, Payment.paid_on, year, until, tuple(states)))
    return tuple(PaymentFact(**_counts(row, base)) for row in rows)


def _projects(session: Session, year: int, until: date | None) -> tuple[ProjectFact, ...]:
    """The year's projects, and those of other years that have money of this one."""
    rows = plain_rows(session, _of_year(year))
    earlier = _earlier(session, year, until)
    later = _extensions(session, until)
    paid = _with_labor_pay(session, until)
    told: list[list[Any]] = [
        [*row[:10], earlier.get(row[0], ZERO), *row[10:], *later.get(row[0], (None, None)), row[0] in paid]
        for row in rows
    ]
    return tuple(ProjectFact(*one) for one in told)


@built_once
def _of_year(year: int) -> Any:
    given = (
        select(Allocation.project_id)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(AllotmentNotice.year == year)
    )
    return (
        select(
            Project.id,
            Project.code,
            Project.name,
            Project.status,
            Project.year,
            Project.plan_document_no,
            Unit.name,
            Project.plan_start_on,
            Project.plan_end_on,
            Project.is_work_relief,
            Project.is_cooperation,
            Project.started_on,
            Project.completed_on,
        )
        .join(Unit, Project.owner_unit_id == Unit.id)
        .where(or_(Project.year == year, Project.id.in_(given)), Project.is_draft.is_(False))
        .order_by(Project.id)
    )


def _extensions(session: Session, until: date | None) -> dict[int, tuple[date | None, date]]:
    """The days of each project's approved extensions: the last new start, the latest end."""
    told: dict[int, tuple[date | None, date]] = {}
    for project_id, start, end in extended(session, None, until):
        before = told.get(project_id, (None, end))
        told[project_id] = (start or before[0], max(before[1], end))
    return told


def _with_labor_pay(session: Session, until: date | None) -> frozenset[int]:
    """Projects some labor pay of which has been paid out."""
    return frozenset(plain_rows(session, _paid_labor(until)).scalars())


@built_once
def _paid_labor(until: date | None) -> Select[int]:
    p = WorkReliefPay
    by_then = p.paid_on <= until if until else p.paid_on.is_not(None)
    return select(p.project_id).where(by_then, p.amount > ZERO).distinct()


def _earlier(session: Session, year: int, until: date | None) -> dict[int, Money]:
    """What notices of earlier years gave the year's projects, approved and net."""
    return dict(plain_rows(session, _given_before(year, until)).all())


@built_once
def _given_before(year: int, until: date | None) -> Select[int, Money]:
    return (
        select(Allocation.project_id, func.sum(Allocation.amount))
        .join(Project, Allocation.project_id == Project.id)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(
            Project.year == year,
            AllotmentNotice.year < year,
            Allocation.state == MoneyState.APPROVED,
            Allocation.decided_on <= until if until else true(),
        )
        .group_by(Allocation.project_id)
    )
