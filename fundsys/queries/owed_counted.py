"""What assets and incomes owe the public, counted by who owes it: for figures, which need not name thousands of results."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
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
from fundsys.queries.owed_notices import Duty, duties
from fundsys.queries.public_subjects import Town, Village, of_assets

COUNTED = frozenset({Occasion.TITLED, Occasion.INCOME})
"""The occasions of which there are as many results as there are assets."""
SINGLY = frozenset(Occasion) - COUNTED
_LONGEST = 4_000
"""Days: a result older than any time allowed."""
_PUBLIC, _UNDATED, _LATE, _LATER = range(4)


def duty_groups(session: Session, facts: Facts) -> tuple[DutyGroup, ...]:
    """The duties of the year's titles and distributed incomes on the day of the facts; those as `owed_to_the_public` has them."""
    usual = days_of(facts.policy, "publication_days")
    return tuple(
        group
        for duty in duties(session)
        if duty.occasion in COUNTED
        for group in _groups(session, facts, duty, usual if duty.due_days is None else duty.due_days)
    )


def _groups(session: Session, facts: Facts, duty: Duty, days: int) -> list[DutyGroup]:
    key, stage, formed = of_assets(duty.occasion, facts.year)
    if duty.occasion is Occasion.INCOME:
        formed = func.coalesce(formed, date(facts.year, 12, 31))
    kind = case(
        (key.in_(_made_public(duty)), _PUBLIC),
        (formed.is_(None), _UNDATED),
        (formed <= _late_since(facts.as_at, days), _LATE),
        else_=_LATER,
    ).label("duty_stand")
    place = _places(duty.level)
    query = select(*place, kind, func.count()).select_from(Asset)
    if duty.occasion is Occasion.INCOME:
        query = query.join(Income, Income.asset_id == Asset.id)
    if duty.level is not PublicLevel.COUNTY:
        query = query.outerjoin(Town, Asset.town_id == Town.id).outerjoin(Village, Asset.village_id == Village.id)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for *names, which, number in session.execute(query.where(stage).group_by(*place, "duty_stand")):
        if names[-1]:
            found["".join(name or "" for name in names)][which] += number
    return [DutyGroup(by, told[_PUBLIC], told[_LATE], told[_LATER], told[_UNDATED]) for by, told in found.items()]


def _places(level: PublicLevel) -> tuple[Any, ...]:
    """What says who owes it at a level: nobody does where the last of these is empty."""
    places: dict[PublicLevel, tuple[Any, ...]] = {
        PublicLevel.COUNTY: (Asset.owner_name,),
        PublicLevel.TOWN: (Town.name,),
        PublicLevel.VILLAGE: (Town.name, Village.name),
    }
    return places[level]


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
