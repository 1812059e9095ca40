"""How long money has lain: notice lines not given to projects, allocated money not paid, and balances carried for years."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.dates import after_working_days
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.policy import Policy
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.spending import AgeBand, Given, age_bands, band_of, unpaid
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, LinePosting, Payment
from fundsys.models.office import Unit
from fundsys.models.projects import Project
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import Viewer, seen_projects

APPROVED = MoneyState.APPROVED


@dataclass(frozen=True, slots=True)
class LyingLine:
    """A notice line whose balance has not been given to projects. days: since it came to the county.

    due_on: the last day to distribute it; full_on, zero_on: the working-day limits of the evaluation. first_year: the
    year of the line it was first carried over from; waiting: submitted and not yet approved, part of the balance.
    """

    line_id: int
    notice_id: int
    notice_no: str
    source: str
    level: FundLevel
    received_on: date
    balance: Money
    waiting: Money
    days: int
    due_on: date
    full_on: date
    zero_on: date
    first_year: int
    is_old: bool

    def state(self, day: date) -> tuple[str, str]:
        """Where it stands with its limits, and the tone."""
        if day <= self.full_on and day <= self.due_on:
            return f"期限内，还有 {(self.due_on - day).days} 天", "plain"
        if day <= self.due_on:
            return f"期限内，已过 {self.full_on:%m-%d} 满分日", "warn"
        late = f"超过分解期限 {(day - self.due_on).days} 天"
        return (f"{late}，已过零分日" if day > self.zero_on else late), "bad"


@dataclass(frozen=True, slots=True)
class IdleProject:
    """A project with money it has not paid, by age since it was allocated. bands: amounts in the order of the bands."""

    project_id: int
    label: str
    unit: str
    amount: Money
    bands: tuple[Money, ...]
    oldest_on: date
    days: int

    @property
    def idle(self) -> Money:
        """What counts as idle: the last band."""
        return self.bands[-1]


@dataclass(frozen=True, slots=True)
class OldBalance:
    """Money of a line that has outlived the county's limit of years: not given, or given and not paid. Rule C3."""

    notice_id: int
    notice_no: str
    source: str
    first_year: int
    undistributed: Money
    not_paid: Money


@dataclass(frozen=True, slots=True)
class Ageing:
    """Everything that lies on a day."""

    day: date
    lines: tuple[LyingLine, ...]
    bands: tuple[AgeBand, ...]
    projects: tuple[IdleProject, ...]
    old: tuple[OldBalance, ...]
    idle_days: int
    leftover_years: int

    @property
    def sums(self) -> tuple[Money, ...]:
        """What is not paid, by band."""
        return tuple(total(p.bands[n] for p in self.projects) for n in range(len(self.bands)))


def ageing(session: Session, who: Viewer | None, year: int, day: date) -> Ageing:
    """What lies on the day, of notices of this year and before; business dates, approved entries.

    Basis: the year's policy values (分解期限, 满分和零分工作日, 闲置日数, 结转年数). A unit sees its own projects only.
    """
    policy = policy_of(session, year)
    idle_days, years = days_of(policy, "idle_days"), days_of(policy, "leftover_years")
    sees_all = who is None or who.scope(Permission.READ_MONEY) is Scope.ALL
    bands = age_bands(idle_days)
    given = _given(session, who, year, day)
    paid = _paid(session, who, year, day)
    left = {pair: unpaid(entries, paid.get(pair, ZERO)) for pair, entries in given.items()}
    lines = _lines(session, policy, day, _first_years(session), years) if sees_all else []
    return Ageing(
        day,
        tuple(line for line in lines if line.balance > ZERO),
        bands,
        tuple(_projects(session, left, bands, day)),
        tuple(_old(lines, left)),
        idle_days,
        years,
    )


Pair = tuple[int, int]


def _given(session: Session, who: Viewer | None, year: int, day: date) -> dict[Pair, list[Given]]:
    rows = session.execute(_entries(Allocation, Allocation.decided_on, who, year, day))
    found: dict[Pair, list[Given]] = defaultdict(list)
    for line_id, project_id, on, amount in rows:
        found[line_id, project_id].append(Given(on, amount))
    return found


def _paid(session: Session, who: Viewer | None, year: int, day: date) -> dict[Pair, Money]:
    found: dict[Pair, Money] = defaultdict(Money)
    for line_id, project_id, _, amount in session.execute(_entries(Payment, Payment.paid_on, who, year, day)):
        found[line_id, project_id] += amount
    return found


def _entries(table: type[Allocation] | type[Payment], on: object, who: Viewer | None, year: int, day: date):  # type: ignore[no-untyped-def]
    query = (
        select(table.line_id, table.project_id, on, table.amount)  # type: ignore[call-overload]
        .join(AllotmentLine, table.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(table.state == APPROVED, AllotmentNotice.year <= year, on <= day)  # type: ignore[operator]
    )
    if who is not None:
        query = query.join(Project, table.project_id == Project.id).where(seen_projects(who, Permission.READ_MONEY))
    return query


def _first_years(session: Session) -> dict[int, int]:
    """The year of the line each line's money first came with, following carry-overs back."""
    rows = session.execute(
        select(AllotmentLine.id, AllotmentLine.origin_id, AllotmentNotice.year).join(
            AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id
        )
    ).all()
    origins, years = {r[0]: r[1] for r in rows}, {r[0]: r[2] for r in rows}
    found = {}
    for line_id in origins:
        first, seen = line_id, {line_id}
        while (before := origins.get(first)) is not None and before not in seen:
            first = before
            seen.add(first)
        found[line_id] = years[first]
    return found


def _lines(session: Session, policy: Policy, day: date, first_years: dict[int, int], years: int) -> list[LyingLine]:
    days = days_of(policy, "allotment_days")
    full, zero = days_of(policy, "issue_days_full"), days_of(policy, "issue_days_zero")
    rows = session.execute(
        select(AllotmentLine, AllotmentNotice, FundSource.name, FundSource.level)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(
            AllotmentNotice.state == APPROVED,
            AllotmentNotice.year <= policy.year,
            AllotmentNotice.received_on <= day,
            AllotmentLine.reduces_id.is_(None),
        )
        .order_by(AllotmentNotice.received_on, AllotmentLine.id)
    ).all()
    taken = _taken(session, day)
    waiting = _waiting(session)
    return [
        LyingLine(
            line.id,
            notice.id,
            notice.document_no,
            source,
            level,
            notice.received_on,
            line.amount + taken.get(line.id, ZERO),
            waiting.get(line.id, ZERO),
            (day - notice.received_on).days,
            notice.received_on + timedelta(days=days),
            after_working_days(notice.received_on, full),
            after_working_days(notice.received_on, zero),
            first_years[line.id],
            policy.year - first_years[line.id] >= years,
        )
        for line, notice, source, level in rows
    ]


def _taken(session: Session, day: date) -> dict[int, Money]:
    """What has left each line by the day: given to projects, reduced, returned, carried over; below zero."""
    found: dict[int, Money] = defaultdict(Money)
    given = select(Allocation.line_id, Allocation.amount).where(
        Allocation.state == APPROVED, Allocation.decided_on <= day
    )
    for line_id, amount in session.execute(given):
        found[line_id] -= amount
    reduced = (
        select(AllotmentLine.reduces_id, AllotmentLine.amount)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(
            AllotmentLine.reduces_id.is_not(None),
            AllotmentNotice.state == APPROVED,
            AllotmentNotice.received_on <= day,
        )
    )
    left = select(LinePosting.line_id, LinePosting.amount).where(
        LinePosting.state == APPROVED, LinePosting.decided_on <= day
    )
    for query in (reduced, left):
        for key, amount in session.execute(query):
            found[key or 0] += amount
    return found


def _waiting(session: Session) -> dict[int, Money]:
    found: dict[int, Money] = defaultdict(Money)
    query = select(Allocation.line_id, Allocation.amount).where(Allocation.state == MoneyState.SUBMITTED)
    for line_id, amount in session.execute(query):
        found[line_id] += amount
    return found


def _projects(
    session: Session, left: dict[Pair, list[Given]], bands: tuple[AgeBand, ...], day: date
) -> list[IdleProject]:
    lying: dict[int, list[Given]] = defaultdict(list)
    for (_, project_id), entries in left.items():
        lying[project_id] += entries
    rows = session.execute(
        select(Project.id, Project.code, Project.name, Unit.name)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .where(Project.id.in_([key for key, entries in lying.items() if entries]))
    )
    found = []
    for key, code, name, unit in rows:
        sums = dict.fromkeys(bands, ZERO)
        for entry in lying[key]:
            sums[band_of(bands, (day - entry.on).days)] += entry.amount
        oldest = min(entry.on for entry in lying[key])
        amount = total(sums.values())
        found.append(
            IdleProject(key, f"{code} {name}", unit, amount, tuple(sums.values()), oldest, (day - oldest).days)
        )
    return sorted(found, key=lambda p: (-p.idle.fen, -p.days, p.label))


def _old(lines: list[LyingLine], left: dict[Pair, list[Given]]) -> list[OldBalance]:
    not_paid: dict[int, Money] = defaultdict(Money)
    for (line_id, _), entries in left.items():
        not_paid[line_id] += total(e.amount for e in entries)
    return [
        OldBalance(
            line.notice_id, line.notice_no, line.source, line.first_year, line.balance, not_paid.get(line.line_id, ZERO)
        )
        for line in lines
        if line.is_old and (line.balance > ZERO or not_paid.get(line.line_id))
    ]
