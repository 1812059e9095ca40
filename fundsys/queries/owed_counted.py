"""What projects, assets and incomes owe the public, counted by who owes it: for figures, which need not name each result."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from fundsys.domain.dates import after_working_days
from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import DutyGroup
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.models.assets import Asset, Income
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.money_facts import days_of
from fundsys.queries.owed_notices import Duty, duties, owner_of
from fundsys.queries.plain_rows import plain_rows
from fundsys.queries.public_subjects import (
    OF_PROJECT,
    Town,
    Village,
    day_of,
    formed_of_projects,
    of_assets,
    subjects,
)

_LONGEST = 4_000
"""Days: a result older than any time allowed."""
_PUBLIC, _UNDATED, _LATE, _LATER = range(4)
_MADE_PUBLIC = (
    select(PublicNotice.occasion, PublicNotice.level, PublicSubject.row_id)
    .join(PublicSubject, PublicSubject.public_id == PublicNotice.id)
    .where(PublicNotice.state == PublicState.APPROVED)
)


def duty_groups(session: Session, facts: Facts) -> tuple[DutyGroup, ...]:
    """What the year's results owe on the day of the facts, as `owed_to_the_public` has it."""
    usual = days_of(facts.policy, "publication_days")
    found: dict[str, Counter[int]] = defaultdict(Counter)
    others: dict[Occasion, list[tuple[PublicLevel, date]]] = defaultdict(list)
    for duty in duties(session):
        since = _late_since(facts.as_at, usual if duty.due_days is None else duty.due_days)
        if duty.occasion in (Occasion.TITLED, Occasion.INCOME):
            _count_assets(session, facts, duty, since, found)
        else:
            others[duty.occasion].append((duty.level, since))
    _count_others(session, facts, others, found)
    return tuple(DutyGroup(by, told[_PUBLIC], told[_LATE], told[_LATER], told[_UNDATED]) for by, told in found.items())


def _count_others(
    session: Session,
    facts: Facts,
    wanted: Mapping[Occasion, Sequence[tuple[PublicLevel, date]]],
    found: dict[str, Counter[int]],
) -> None:
    known = {tuple(row) for row in plain_rows(session, _MADE_PUBLIC)}
    for occasion, levels in wanted.items():
        results = list(_results(session, occasion, facts.year))
        for level, since in levels:
            for key, day, *places in results:
                if by := owner_of(level, *places):
                    stand = _UNDATED if day is None else _LATE if day <= since else _LATER
                    found[by][_PUBLIC if (occasion, level, key) in known else stand] += 1


def _results(session: Session, occasion: Occasion, year: int) -> Iterator[tuple[int, date | None, str, str, str]]:
    """Id, day, owner, town and village of each result."""
    if occasion in OF_PROJECT:
        for key, day, owner, town, village in plain_rows(session, formed_of_projects(occasion, year)):
            yield key, day_of(day), owner, town or "", village or ""
    else:
        for s in subjects(session, occasion, year=year):
            yield s.id, s.formed_on, s.owner, s.town, s.village


def _count_assets(session: Session, facts: Facts, duty: Duty, since: date, found: dict[str, Counter[int]]) -> None:
    key, stage, formed = of_assets(duty.occasion, facts.year)
    if duty.occasion is Occasion.INCOME:
        formed = func.coalesce(formed, date(facts.year, 12, 31))
    stand = case(
        (key.in_(_made_public(duty)), _PUBLIC), (formed.is_(None), _UNDATED), (formed <= since, _LATE), else_=_LATER
    ).label("duty_stand")
    places = {PublicLevel.COUNTY: (Asset.owner_name,), PublicLevel.TOWN: (Town.name,)}
    place = places.get(duty.level, (Town.name, Village.name))
    query = select(*place, stand, func.count()).select_from(Asset)
    if duty.occasion is Occasion.INCOME:
        query = query.join(Income, Income.asset_id == Asset.id)
    if duty.level is not PublicLevel.COUNTY:
        query = query.outerjoin(Town, Asset.town_id == Town.id).outerjoin(Village, Asset.village_id == Village.id)
    for *names, which, number in session.execute(query.where(stage).group_by(*place, "duty_stand")):
        if names[-1]:
            found["".join(name or "" for name in names)][which] += number


def _made_public(duty: Duty) -> Any:
    """The records an approved notice names."""
    n, s = PublicNotice, PublicSubject
    return (
        select(s.row_id)
        .join(n, s.public_id == n.id)
        .where(n.occasion == duty.occasion, n.level == duty.level, n.state == PublicState.APPROVED)
    )


def _late_since(as_at: date, days: int) -> date:
    """The last day of which a result should have been made public before this one."""

    def is_late(ago: int) -> bool:
        return after_working_days(as_at - timedelta(ago), days) < as_at

    return as_at - timedelta(bisect_left(range(_LONGEST), True, key=is_late))
