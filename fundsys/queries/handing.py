"""What lies in a person's hands, counted by kind, and the hand-overs there have been."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.assets import IN_SERVICE
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project
from fundsys.models.working import HandOver
from fundsys.queries.reviewed import open_work, reviewed
from fundsys.queries.viewer import Viewer, viewer_of

DRAFT_PROPOSALS = "申报草稿"
KEPT_ASSETS = "管护的资产"
ANSWERED = "负责的四个一批措施"


def held(session: Session, person: Person) -> Counter[str]:
    """What lies in this person's hands: open records by kind, and what stands in their name."""
    found: Counter[str] = Counter()
    for one in open_work(session, person.id):
        found[reviewed()[one.about].word] += 1
    drafts = select(func.count()).where(Project.is_draft, Project.entered_by == person.id)
    place = viewer_of(person)
    here = or_(
        Asset.owner_unit_id == person.unit_id,
        Asset.village_id == (place.village_id or 0),
        Asset.town_id == (place.town_id or 0),
    )
    kept = select(func.count()).where(Asset.keeper == person.name, here, Asset.status.in_(IN_SERVICE))
    answered = select(func.count()).where(
        LegacyProject.responsible == person.name, LegacyProject.responsible_unit == person.unit.name
    )
    for word, query in ((DRAFT_PROPOSALS, drafts), (KEPT_ASSETS, kept), (ANSWERED, answered)):
        if count := session.scalar(query) or 0:
            found[word] = count
    return found


@dataclass(frozen=True, slots=True)
class Leaver:
    """A person whose work can be handed over, and who could take it."""

    id: int
    name: str
    unit: str
    role: str
    active: bool
    takers: tuple[tuple[int, str], ...]
    holds: int


def leavers(session: Session, who: Viewer) -> list[Leaver]:
    """The people whose work this person may hand over, those that hold something first."""
    wanted = select(Person).where(_within(who)).order_by(Person.unit_id, Person.name, Person.id)
    people = [p for p in session.scalars(wanted) if not p.role.is_administrator]
    found = []
    for p in people:
        takers = tuple(
            (q.id, f"{q.name}（{q.unit.name}）")
            for q in people
            if q.id != p.id and q.active and (q.unit_id, q.role) == (p.unit_id, p.role)
        )
        found.append(Leaver(p.id, p.name, p.unit.name, p.role.label, p.active, takers, sum(held(session, p).values())))
    return sorted(found, key=lambda one: (not one.holds, one.unit, one.name))


def leaver(session: Session, who: Viewer, person_id: int) -> Person | None:
    """One of them; None when hidden or missing."""
    return session.scalars(select(Person).where(Person.id == person_id, _within(who))).one_or_none()


def takers(session: Session, person: Person) -> list[Person]:
    """Who could take over from a person: same unit, same role, account in use."""
    same = (Person.unit_id == person.unit_id, Person.role == person.role, Person.active, Person.id != person.id)
    return list(session.scalars(select(Person).where(*same).order_by(Person.name)))


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One hand-over that took place. counts: kind of task → before and after of both."""

    id: int
    handed_on: date
    leaving: str
    taking: str
    unit: str
    reason: str
    by: str
    counts: dict[str, list[int]]

    @property
    def total(self) -> int:
        """How many tasks changed hands."""
        return sum(a - c for a, _, c, _ in self.counts.values())


def hand_overs(session: Session, who: Viewer, only: int | None = None) -> list[HandedOver]:
    """The hand-overs this person may see: those they may do, and those they took part in."""
    leaving, taking, by = aliased(Person), aliased(Person), aliased(Person)
    seen = _scope(who) if who.can(Permission.HAND_OVER) else None
    own = or_(HandOver.from_id == who.id, HandOver.to_id == who.id)
    query = (
        select(HandOver, leaving.name, taking.name, Unit.name, by.name)
        .join(leaving, HandOver.from_id == leaving.id)
        .join(taking, HandOver.to_id == taking.id)
        .join(Unit, HandOver.unit_id == Unit.id)
        .outerjoin(by, HandOver.handed_by == by.id)
        .where(own if seen is None else or_(own, seen))
        .order_by(HandOver.id.desc())
        .limit(100)
    )
    if only is not None:
        query = query.where(HandOver.id == only)
    return [
        HandedOver(h.id, h.handed_on, a, b, unit, h.reason, done or "系统", json.loads(h.counts))
        for h, a, b, unit, done in session.execute(query)
    ]


def _within(who: Viewer):  # type: ignore[no-untyped-def]
    return true() if who.scope(Permission.HAND_OVER) is Scope.ALL else Person.unit_id == who.unit_id


def _scope(who: Viewer):  # type: ignore[no-untyped-def]
    return true() if who.scope(Permission.HAND_OVER) is Scope.ALL else HandOver.unit_id == who.unit_id
