"""What the rules on money that does not move look at: entries and payments of each project, and the checkpoints passed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.facts import GivenFact, PaceFact
from fundsys.domain.funds import MoneyState
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
