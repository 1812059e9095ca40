"""Years of work: which are opened, what opening the next one would take over, and projects that go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.funds import MoneyState, PeriodState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.models.desk import AccountingPeriod, WorkYear
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import County, Person, PolicyValue, Unit
from fundsys.models.projects import Project
from fundsys.queries.corrections import standings
from fundsys.queries.line_money import lines_money

CARRIED_SOURCE = "F902"
"""The source of balances carried over (上年结转). Source: fund_sources.yaml."""


@dataclass(frozen=True, slots=True)
class OpenedYear:
    """A year that was opened. notice_state: None when nothing was carried over."""

    year: int
    opened_on: date
    opened_by: str
    document_no: str
    notice_id: int | None
    notice_state: MoneyState | None


@dataclass(frozen=True, slots=True)
class Balance:
    """Unallocated money of a line of an earlier year."""

    line_id: int
    notice_id: int
    notice_no: str
    year: int
    source: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value of the year before, to be confirmed for the new one."""

    code: str
    label: str
    value: str
    shown: str
    clause: str
    document: str


@dataclass(frozen=True, slots=True)
class Continuing:
    """A project of an earlier year that is not finished, or not paid. left: allocated and not paid."""

    project_id: int
    code: str
    name: str
    year: int
    status: ProjectStatus
    owner: str
    left: Money


def opened_years(session: Session) -> list[OpenedYear]:
    """The years that were opened here, latest first."""
    rows = session.execute(
        select(WorkYear, Person.name, AllotmentNotice.state)
        .outerjoin(Person, WorkYear.opened_by == Person.id)
        .outerjoin(AllotmentNotice, WorkYear.carryover_notice_id == AllotmentNotice.id)
        .order_by(WorkYear.year.desc())
    )
    return [
        OpenedYear(y.year, y.opened_on, name or "系统", y.document_no, y.carryover_notice_id, state)
        for y, name, state in rows
    ]


def next_year(session: Session) -> int:
    """The year after the one at work."""
    return (session.scalar(select(County.work_year).limit(1)) or 0) + 1


def balances_before(session: Session, year: int) -> list[Balance]:
    """Unallocated money of approved notices of earlier years, by notice and line."""
    rows = session.execute(
        select(AllotmentLine.id, AllotmentNotice.id, AllotmentNotice.document_no, AllotmentNotice.year, FundSource.name)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(
            AllotmentNotice.state == MoneyState.APPROVED,
            AllotmentNotice.year < year,
            AllotmentLine.reduces_id.is_(None),
        )
        .order_by(AllotmentNotice.year, AllotmentNotice.received_on, AllotmentLine.id)
    ).all()
    money = lines_money(session, [key for key, *_ in rows])
    found = [
        Balance(key, notice, number, year, source, money[key].remaining) for key, notice, number, year, source in rows
    ]
    return [balance for balance in found if balance.amount > ZERO]


def proposals_for(session: Session, year: int) -> list[Proposal]:
    """Values in force the year before that the year has no row of yet; a year among them moves on with the year."""
    kinds = Policy.kinds()
    there = set(session.scalars(select(PolicyValue.code).where(PolicyValue.year == year)))
    rows = session.scalars(
        select(PolicyValue).where(PolicyValue.year == year - 1, PolicyValue.value != "").order_by(PolicyValue.id)
    )
    found = []
    for row in rows:
        kind = kinds.get(row.code)
        if kind is None or row.code in there:
            continue
        value = row.value
        if row.code == "new_asset_year":
            value = kind.write(int(value) + 1)
        told = row.document or row.clause
        found.append(
            Proposal(
                row.code, kind.label, value, kind.show(kind.read(value)), row.clause, f"沿用{year - 1}年度：{told}"[:60]
            )
        )
    return found


def continuing(session: Session, year: int) -> list[Continuing]:
    """Projects of earlier years that are not settled, or still have money to be paid."""
    left: dict[int, Money] = {}
    for (_, project_id), standing in standings(session).items():
        left[project_id] = left.get(project_id, ZERO) + standing.allocated - standing.paid
    rows = session.execute(
        select(Project, Unit.name)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .where(Project.year < year, Project.is_draft.is_(False))
        .order_by(Project.code)
    )
    return [
        Continuing(p.id, p.code, p.name, p.year, p.status, owner, left.get(p.id, ZERO))
        for p, owner in rows
        if not p.status.is_withdrawn
        and p.status.reached(ProjectStatus.PLANNED)
        and (not p.status.reached(ProjectStatus.SETTLED) or left.get(p.id, ZERO) > ZERO)
    ]


def december_is_closed(session: Session, year: int) -> bool:
    """Whether the accounts of December of a year are closed."""
    found = session.scalar(
        select(AccountingPeriod.id).where(
            AccountingPeriod.year == year,
            AccountingPeriod.month == 12,
            AccountingPeriod.state == PeriodState.CLOSED,
        )
    )
    return found is not None
