"""Balances: what of a line nobody has been given, what a project has not been paid (结转), and what it will not need (结余)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Scope
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.projects import Project
from fundsys.queries.corrections import Standing, StandingRow, standings, told_standings
from fundsys.queries.funds import READ
from fundsys.queries.line_money import lines_money
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import Viewer, seen_projects


def age_words(days: int, limit_years: int) -> str:
    """How old money is, and what follows from it; the limit of years is the county's. A hint, never a refusal.

    Source: rule C3 (连续两年未用完收回统筹), confidence C.
    """
    if days >= 365 * limit_years:
        return f"满{limit_years}年，应收回统筹"
    return f"满{days // 365}年" if days >= 365 else "一年以内"


@dataclass(frozen=True, slots=True)
class OpenLineRow:
    """A line with money nobody has been given. origin: number of the notice a carried-over line comes from."""

    line_id: int
    notice_id: int
    notice_no: str
    year: int
    source: str
    origin: str
    since: date
    amount: Money
    remaining: Money
    days: int
    age: str


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What a project has of a line and has not been paid. unspent: what of it a settled or completed project will not need."""

    row: StandingRow
    left: Money
    unspent: Money
    days: int
    age: str


def open_lines(session: Session, who: Viewer, today: date, year: int | None = None) -> list[OpenLineRow]:
    """Lines with unallocated money, oldest first; of no unit but those that see the whole county."""
    if who.scope(READ) is not Scope.ALL:
        return []
    origin, older = aliased(AllotmentLine), aliased(AllotmentNotice)
    query = (
        select(AllotmentLine, AllotmentNotice, FundSource.name, older.document_no, older.received_on)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(origin, AllotmentLine.origin_id == origin.id)
        .outerjoin(older, origin.notice_id == older.id)
        .where(AllotmentNotice.state == MoneyState.APPROVED, AllotmentLine.reduces_id.is_(None))
        .order_by(AllotmentNotice.received_on, AllotmentLine.id)
    )
    if year:
        query = query.where(AllotmentNotice.year == year)
    limit, found = _limit(session, today), []
    lines = session.execute(query).all()
    money = lines_money(session, [row[0].id for row in lines])
    for line, notice, source, origin_no, origin_day in lines:
        left = money[line.id].remaining
        if left > ZERO:
            since = origin_day or notice.received_on
            found.append(
                OpenLineRow(
                    line.id, notice.id, notice.document_no, notice.year, source, origin_no or "", since,
                    line.amount, left, (today - since).days, age_words((today - since).days, limit),
                )
            )  # fmt: skip
    return found


def project_balances(session: Session, who: Viewer, today: date, year: int | None = None) -> list[BalanceRow]:
    """Projects with approved money that is not paid, by notice; years are those of the notices."""
    seen = set(session.scalars(select(Project.id).where(seen_projects(who, READ))))
    found = standings(session)
    keys = [key for key, s in found.items() if key[1] in seen and s.allocated > s.paid]
    rows = told_standings(session, keys, found)
    over = _unspent(session, {row.standing.project_id for row in rows}, found)
    limit, made = _limit(session, today), []
    for row in rows:
        if year and row.year != year:
            continue
        left = row.standing.allocated - row.standing.paid
        unspent = min(over.get((row.standing.line_id, row.standing.project_id), ZERO), row.standing.movable)
        days = (today - (row.since or today)).days
        made.append(BalanceRow(row, left, unspent, days, age_words(days, limit)))
    return made


def _limit(session: Session, today: date) -> int:
    return days_of(policy_of(session, today.year), "leftover_years")


def unspent_rows(session: Session, who: Viewer, today: date, year: int | None = None) -> list[BalanceRow]:
    """Projects whose recovery is proposed (结余): settled or completed with more than they need."""
    return [row for row in project_balances(session, who, today, year) if row.unspent > ZERO]


def _unspent(
    session: Session, project_ids: Collection[int], found: dict[tuple[int, int], Standing]
) -> dict[tuple[int, int], Money]:
    """What settled projects have beyond their settled amount, taken from the lines given last.

    A project that is only completed may still be owed its settlement: nothing is proposed before it is settled.
    """
    settled = session.execute(
        select(Project.id, Project.settled_amount).where(
            Project.id.in_(project_ids),
            Project.settled_amount.is_not(None),
            Project.status.in_([s for s in ProjectStatus if s.reached(ProjectStatus.SETTLED)]),
        )
    )
    proposals: dict[tuple[int, int], Money] = {}
    for project_id, need in settled:
        mine = sorted((key for key in found if key[1] == project_id), reverse=True)
        over = sum((found[key].allocated for key in mine), ZERO) - (need or ZERO)
        for key in mine:
            part = min(over, found[key].movable)
            if part > ZERO:
                proposals[key] = part
                over -= part
    return proposals
