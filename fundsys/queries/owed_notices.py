"""What is owed to the public: every result that the table of duties asks for, with its last day and the notice that made it public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.dates import after_working_days
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.models.publicity import PublicationDuty, PublicNotice, PublicSubject
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.plain_rows import plain_rows
from fundsys.queries.public_subjects import Subject, subjects
from fundsys.queries.viewer import Viewer

READ_FROM = frozenset({
    "allocation", "allotment_line", "allotment_notice", "asset", "correction", "income", "payment", "policy_value",
    "project", "project_step", "public_notice", "public_subject", "publication_duty", "region", "unit", "work_relief_pay",
})  # fmt: skip
"""The tables behind what is owed: an answer may be kept until one of them changes."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the table of duties. due_days: working days; least_days: calendar days; None takes the year's value."""

    id: int
    version: int
    occasion: Occasion
    level: PublicLevel
    label: str
    due_days: int | None
    least_days: int | None
    carrier: str
    confidence: str
    active: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class Published:
    """The notice that made a result public, or is on its way to."""

    id: int
    number: str | None
    state: PublicState
    first_on: date
    last_on: date | None
    has_objection: bool | None


class Owed(NamedTuple):
    """One result to be made public at one level. due_on: the last day, inclusive; None while the result has no day.

    by: who owes it, in words (the finance bureau, the project's owner, the town, the village).
    """

    duty: Duty
    subject: Subject
    by: str
    due_on: date | None
    published: Published | None

    @property
    def is_public(self) -> bool:
        """Whether an approved notice has made it public."""
        return self.published is not None and self.published.state is PublicState.APPROVED

    @property
    def key(self) -> str:
        """How the pages name it: occasion, level and record."""
        return f"{self.duty.occasion.code}:{self.duty.level.code}:{self.subject.id}"

    def days_left(self, today: date) -> int | None:
        """Days until the last day; below zero when it has passed; None where it has none."""
        return None if self.due_on is None else (self.due_on - today).days


def duties(session: Session, active: bool | None = True) -> list[Duty]:
    """The table of duties in the order of the occasions, county first. active None: those out of use too."""
    rows = (Duty(*tuple[Any, ...](row)) for row in plain_rows(session, _DUTIES))
    occasions, levels = list(Occasion), list(PublicLevel)
    found = sorted(rows, key=lambda d: (occasions.index(d.occasion), levels.index(d.level)))
    return [d for d in found if active is None or d.active == active]


_DUTIES: Any = select(*(getattr(PublicationDuty, one.name) for one in fields(Duty)))


def owed_to_the_public(
    session: Session,
    year: int,
    who: Viewer | None = None,
    until: date | None = None,
    only: Occasion | None = None,
) -> list[Owed]:
    """What a year's results owe the public, the earliest due first; what has no day comes last.

    Basis: the table of duties; the year's 公开期限 in working days unless a duty has its own. A village's duty is
    owed only for what lies in a village, a town's only for what lies in a town. until: results formed by that day.
    """
    usual = days_of(policy_of(session, year), "publication_days")
    known = _published(session, until)
    wanted = [d for d in duties(session) if only is None or d.occasion is only]
    found: list[Owed] = []
    for occasion in dict.fromkeys(d.occasion for d in wanted):
        of_year = subjects(session, occasion, year=year, who=who, until=until)
        for duty in (d for d in wanted if d.occasion is occasion):
            found += _owed(duty, of_year, usual, known)
    return sorted(found, key=lambda o: (o.due_on is None, o.due_on or date.max, o.duty.occasion.code, o.subject.code))


def _owed(
    duty: Duty, of_year: list[Subject], usual: int, known: dict[tuple[Occasion, PublicLevel, int], Published]
) -> Iterator[Owed]:
    days = usual if duty.due_days is None else duty.due_days
    for subject in of_year:
        by = owner_of(duty.level, subject.owner, subject.town, subject.village)
        if by:
            due_on = after_working_days(subject.formed_on, days) if subject.formed_on else None
            yield Owed(duty, subject, by, due_on, known.get((duty.occasion, duty.level, subject.id)))


def owner_of(level: PublicLevel, owner: str, town: str, village: str) -> str:
    """Who owes a result at a level; empty where it has no place there."""
    if level is PublicLevel.COUNTY:
        return owner
    return town if level is PublicLevel.TOWN else f"{town}{village}" if village else ""


def _published(session: Session, until: date | None) -> dict[tuple[Occasion, PublicLevel, int], Published]:
    """By occasion, level and record: the notice that counts, an approved one before those on their way."""
    n = PublicNotice
    test: list[Any] = [n.state != PublicState.WITHDRAWN]
    if until is not None:
        test.append(n.first_on <= until)
    rows = plain_rows(
        session,
        select(
            n.occasion, n.level, PublicSubject.row_id, n.id, n.number, n.state, n.first_on, n.last_on, n.has_objection
        )
        .join(PublicSubject, PublicSubject.public_id == n.id)
        .where(*test)
        .order_by(n.id),
    )
    found: dict[tuple[Occasion, PublicLevel, int], Published] = {}
    for occasion, level, row_id, *told in (tuple[Any, ...](row) for row in rows):
        there = found.get((occasion, level, row_id))
        if there is None or there.state is not PublicState.APPROVED:
            found[occasion, level, row_id] = Published(*told)
    return found
