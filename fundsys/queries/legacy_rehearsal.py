"""A re-class of many projects before it is done: what would change by class and town, what forbids it, what R621 would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.facts import Facts
from fundsys.domain.industry import FourBatch
from fundsys.domain.reclass import Decision, faults_of_change
from fundsys.domain.rules.base import Finding, check, rule_called
from fundsys.models.industry import LegacyProject
from fundsys.queries.facts import county_today, facts
from fundsys.queries.industry import Town
from fundsys.queries.legacy_records import advice_for, change_limits, pasts
from fundsys.queries.viewer import Viewer, seen_legacy

Counts = Counter[FourBatch | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One project of the rehearsal. fault: why it may not change; "" when it may. suggested: what the facts suggest."""

    id: int
    version: int
    code: str
    name: str
    town: str
    industry: str
    batch: FourBatch | None
    suggested: FourBatch | None
    why: str
    fault: str = ""


@dataclass(frozen=True)
class Shift:
    """How many projects of each class there are under one heading, before and after."""

    label: str
    before: Counts
    after: Counts

    def moved(self, batch: FourBatch | None) -> int:
        """How many more there would be of a class."""
        return self.after[batch] - self.before[batch]


@dataclass(frozen=True)
class Rehearsal:
    """What a re-class would do. whole: the county; towns: those where anything moves."""

    rows: tuple[Candidate, ...]
    whole: Shift
    towns: tuple[Shift, ...]
    rule_before: Finding
    rule_after: Finding

    @property
    def faults(self) -> list[Candidate]:
        """Projects that may not change."""
        return [row for row in self.rows if row.fault]

    @property
    def changing(self) -> int:
        """How many would come into another class."""
        return sum(-min(self.whole.moved(batch), 0) for batch in (*FourBatch, None))


def candidates(session: Session, who: Viewer, ids: Collection[int], year: int) -> list[Candidate]:
    """The chosen projects this person sees, with what their facts suggest, in order of their codes."""
    p = LegacyProject
    rows = session.execute(
        select(p.id, p.version, p.code, p.name, func.coalesce(Town.name, "未填镇"), p.industry, p.batch)
        .outerjoin(Town, p.town_id == Town.id)
        .where(p.id.in_(list(ids)), seen_legacy(who))
        .order_by(p.code)
    ).all()
    advice = advice_for(session, [row[0] for row in rows], year, county_today(session))
    return [
        Candidate(number, version, code, name, town, trade, batch, advice[number].batch, advice[number].why)
        for number, version, code, name, town, trade, batch in rows
    ]


def rehearse(session: Session, who: Viewer, ids: Collection[int], decision: Decision, year: int) -> Rehearsal:
    """What would change if all these came into the class of the decision. Nothing is written."""
    limits, past = change_limits(session, year), pasts(session, ids)
    rows = tuple(
        replace(row, fault="；".join(e.message for e in faults_of_change(past[row.id], decision, limits)))
        for row in candidates(session, who, ids, year)
    )
    going = {row.id for row in rows if not row.fault}
    p = LegacyProject
    town_before: dict[str, Counts] = {}
    town_after: dict[str, Counts] = {}
    towns = session.execute(
        select(p.id, func.coalesce(Town.name, "未填镇"), p.batch)
        .outerjoin(Town, p.town_id == Town.id)
        .order_by(Town.code)
    )
    for number, town, batch in towns:
        town_before.setdefault(town, Counter())[batch] += 1
        town_after.setdefault(town, Counter())[decision.batch if number in going else batch] += 1
    told = facts(session, year, parts=frozenset({"legacy"}))
    return Rehearsal(
        rows,
        Shift("全县", sum(town_before.values(), Counter()), sum(town_after.values(), Counter())),
        tuple(
            Shift(town, before, town_after[town]) for town, before in town_before.items() if before != town_after[town]
        ),
        _r621(told),
        _r621(_as_decided(told, going, decision)),
    )


def _as_decided(told: Facts, going: Collection[int], decision: Decision) -> Facts:
    legacy = tuple(
        replace(
            one,
            classes=(decision.batch,),
            reason=decision.reason,
            person="审定人",
            decided_on=decision.decided_on,
            measure=decision.measure or "、".join(decision.measure_codes),
            deadline=decision.due_on,
            responsible=decision.responsible,
        )
        if one.id in going
        else one
        for one in told.legacy
    )
    return replace(told, legacy=legacy)


def _r621(told: Facts) -> Finding:
    rule = rule_called("R621")
    assert rule is not None
    return next(iter(check(told, [rule])))
