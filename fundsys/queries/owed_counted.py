"""What projects, assets and incomes owe the public, counted by who owes it: for figures, which need not name each result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.orm import Session

from fundsys.domain.dates import after_working_days, last_such_day
from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import DutyGroup
from fundsys.domain.money import ZERO
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeShare
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.income import money_of, receipts, resolutions
from fundsys.queries.money_facts import days_of
from fundsys.queries.owed_notices import duties, owner_of
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.public_subjects import OF_PROJECT, Town, Village, day_of, formed_of_projects, subjects

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
        days = usual if duty.due_days is None else duty.due_days
        since = last_such_day(facts.as_at, _LONGEST, partial(_is_late, facts.as_at, days))
        if duty.occasion is Occasion.TITLED:
            _count_assets(session, _titles(duty.level, facts.year, since), found)
        elif duty.occasion is Occasion.INCOME:
            _count_assets(session, _incomes(duty.level, facts.year, since), found)
        else:
            others[duty.occasion].append((duty.level, since))
    _count_others(session, facts, others, found)
    return tuple(DutyGroup(by, told[_PUBLIC], told[_LATE], told[_LATER], told[_UNDATED]) for by, told in found.items())


def _is_late(as_at: date, days: int, formed: date) -> bool:
    return after_working_days(formed, days) < as_at


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


def _count_assets(session: Session, asked: Any, found: dict[str, Counter[int]]) -> None:
    for *names, which, number in plain_rows(session, asked):
        if names[-1]:
            found["".join(name or "" for name in names)][which] += number


@built_once
def _titles(level: PublicLevel, year: int, since: date) -> Any:
    """How many assets titled in the year there are at each place of a level, by how they stand."""
    in_year = Asset.titled_on >= date(year, 1, 1), Asset.titled_on <= date(year, 12, 31)
    return _by_place(Occasion.TITLED, level, Asset.id, Asset.titled_on, since).where(*in_year)


@built_once
def _incomes(level: PublicLevel, year: int, since: date) -> Any:
    """How many of the year's incomes were distributed at each place of a level, by how they stand."""
    i, s = Income, IncomeShare
    came, resolved = receipts().subquery(), resolutions().subquery()
    last = select(came.c.income_id, func.max(came.c.received_on).label("day")).group_by(came.c.income_id).subquery()
    told = select(resolved.c.income_id, func.max(resolved.c.meeting_on).label("day"))
    latest = told.group_by(resolved.c.income_id).subquery()
    shared = select(s.income_id, func.sum(s.amount).label("amount")).group_by(s.income_id).subquery()
    formed = func.coalesce(latest.c.day, last.c.day, i.received_on, date(year, 12, 31))
    query = _by_place(Occasion.INCOME, level, i.id, formed, since).join(i, i.asset_id == Asset.id)
    for part in (latest, last, shared):
        query = query.outerjoin(part, part.c.income_id == i.id)
    return query.where(
        i.year == year, money_of(i.distributed + func.coalesce(shared.c.amount, literal_column("0"))) > ZERO
    )


def _by_place(occasion: Occasion, level: PublicLevel, key: Any, formed: Any, since: date) -> Any:
    """Numbers of results by what says who owes them at a level (nobody where the last of it is empty) and how they stand."""
    n, s = PublicNotice, PublicSubject
    named = select(s.row_id).join(n, s.public_id == n.id)
    of_level = n.occasion == occasion, n.level == level, n.state == PublicState.APPROVED
    stand = case(
        (key.in_(named.where(*of_level)), _PUBLIC),
        (formed.is_(None), _UNDATED),
        (formed <= since, _LATE),
        else_=_LATER,
    ).label("duty_stand")
    if level is PublicLevel.COUNTY:
        query = select(Asset.owner_name, stand, func.count()).group_by(Asset.owner_name, stand.name)
        return query.select_from(Asset)
    place = (Town.name,) if level is PublicLevel.TOWN else (Town.name, Village.name)
    return (
        select(*place, stand, func.count())
        .group_by(*place, stand.name)
        .select_from(Asset)
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
    )
