"""What the rules on money that does not move look at: entries and payments of each project, and the checkpoints passed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal_column, or_, select, true, type_coerce
from sqlalchemy.orm import Session

from fundsys.domain.facts import GivenFact, PaceFact
from fundsys.domain.funds import MoneyState
from fundsys.domain.further_facts import LyingCount
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.spending import Given
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Payment
from fundsys.models.projects import Project
from fundsys.queries.checkpoints import checkpoints_of
from fundsys.queries.plain_rows import plain_rows

PACE_READ_FROM = frozenset(
    {"allocation", "allotment_line", "allotment_notice", "dictionary_entry", "payment", "project"}
)


def given_facts(session: Session, until: date | None = None) -> tuple[GivenFact, ...]:
    """Every project with approved money, up to the day."""
    a, p = Allocation, Payment
    approved = p.state == MoneyState.APPROVED, p.paid_on <= until if until else true()
    sums = select(p.project_id, func.sum(p.amount)).where(*approved).group_by(p.project_id)
    paid: dict[int, Money] = dict(plain_rows(session, sums).all())
    rows = plain_rows(
        session,
        select(a.project_id, Project.code, Project.name, a.decided_on, a.amount)
        .join(Project, a.project_id == Project.id)
        .where(a.state == MoneyState.APPROVED, a.decided_on <= until if until else true())
        .order_by(a.project_id, a.decided_on, a.id),
    )
    given: dict[int, list[Given]] = defaultdict(list)
    labels = {}
    for number, code, name, on, amount in rows:
        given[number].append(Given(on, amount))
        labels[number] = f"{code} {name}"
    return tuple(
        GivenFact(number, label, tuple(given[number]), paid.get(number, ZERO)) for number, label in labels.items()
    )


def lying_count(session: Session, ripe: date, old: date, least: Fraction) -> LyingCount:
    """Of how many projects money given by `ripe` is judged, and of how many too little is paid of it or any given by `old` is
    not: what F006 finds, told by the database.

    Of what was given by `old` there is left what later entries below zero did not reach: those take the newest money.
    """
    a, p = Allocation, Payment

    def fen(of: Any, *tests: ColumnElement[bool]) -> Any:
        return func.sum(case((and_(*tests), type_coerce(of, BigInteger)), else_=0))

    paid = select(p.project_id, func.sum(type_coerce(p.amount, BigInteger)).label("fen"))
    paid_of = paid.where(p.state == MoneyState.APPROVED).group_by(p.project_id).subquery()
    gift = type_coerce(a.amount, BigInteger) > 0
    given = (
        select(
            a.project_id,
            fen(a.amount, a.decided_on <= ripe).label("ripe"),
            fen(a.amount, gift, a.decided_on <= old).label("old"),
            fen(a.amount, gift, a.decided_on > old).label("newer"),
            fen(-type_coerce(a.amount, BigInteger), ~gift).label("back"),
        )
        .where(a.state == MoneyState.APPROVED)
        .group_by(a.project_id)
        .subquery()
    )
    g = given.c
    none: Any = literal_column("0")
    so_far = func.coalesce(paid_of.c.fen, none)
    settled = case((so_far < none, none), (so_far > g.ripe, g.ripe), else_=so_far)
    left_old = g.old - case((g.back > g.newer, g.back - g.newer), else_=none)
    lies = or_(
        left_old > case((so_far > none, so_far), else_=none), settled * least.denominator < g.ripe * least.numerator
    )
    asked = select(func.count(), func.coalesce(func.sum(case((lies, 1), else_=0)), 0)).select_from(given)
    joined = asked.outerjoin(paid_of, paid_of.c.project_id == g.project_id).where(g.ripe > none)
    judged, lying = session.execute(joined).one()
    return LyingCount(judged, int(lying))


def pace_facts(session: Session, year: int, until: date | None = None) -> tuple[PaceFact, ...]:
    """The year's checkpoints with what was allocated and paid of its notices by each."""

    def told(table: type[Allocation] | type[Payment]) -> list[Given]:
        on = Payment.paid_on if table is Payment else Allocation.decided_on
        rows = session.execute(
            select(on, table.amount)
            .select_from(table)
            .join(AllotmentLine, table.line_id == AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .where(table.state == MoneyState.APPROVED, AllotmentNotice.year == year)
        )
        return [Given(day, amount) for day, amount in rows]

    given, paid = told(Allocation), told(Payment)
    return tuple(
        PaceFact(
            point.on,
            point.least,
            total(g.amount for g in given if g.on <= point.on),
            total(g.amount for g in paid if g.on <= point.on),
        )
        for point in checkpoints_of(session, year)
        if until is None or point.on <= until
    )
