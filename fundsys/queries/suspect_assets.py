"""The assets a rule may find fault with, told apart by the database; those plainly at fault can be counted instead of read.

Two measures: what is suspect must never be less than what the rules complain of; what is counted as plainly at fault must be
exactly that, and nothing any other rule speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, IN_SERVICE, AssetClass, AssetStatus
from fundsys.domain.dates import last_such_day
from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import FaultGroup
from fundsys.domain.maintenance import Rhythm
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rules.assets import NO_BODY, NO_KEEPER, NO_MONEY, NO_SECTOR, PATROL_LATE, days_overdue_since
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector
from fundsys.models.stocktakes import CountEntry, StocktakeLine
from fundsys.queries.asset_facts import asset_facts, register, without_transition
from fundsys.queries.assets import HAS_TITLE, IS_VALUED
from fundsys.queries.count_facts import last_counts
from fundsys.queries.maintenance import rhythms
from fundsys.queries.plain_rows import built_once, plain_rows

_LONGEST = 40_000
"""Days: a patrol longer ago than any interval."""
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_SHARED = Asset.asset_class != AssetClass.HOUSEHOLD


class _Asked(NamedTuple):
    """What the questions depend on. late: the last day of which a patrol is overdue, by sector; rest: for any other.

    nameless: sectors that say nothing; spared: assets a waiver names; counted: whether those plainly at fault are counted.
    """

    year: int
    as_at: date
    new_year: int | None
    floor: Money | None
    late: tuple[tuple[int, date], ...]
    rest: date
    nameless: tuple[int, ...]
    spared: tuple[int, ...]
    counted: bool


class _Questions(NamedTuple):
    """assets: the suspect ones, as `asset_facts` reads them; outside: those without transition money; numbers: of all there
    are, by the names of `_KINDS`; groups: of those plainly at fault, by what they lack."""

    assets: Any
    outside: Any
    numbers: Any
    groups: Any


_KINDS = ("assets", "shared", "maintained", "new", "to_count", "counted", "idle")
_LACKS = (NO_SECTOR, NO_BODY, NO_KEEPER, NO_MONEY, PATROL_LATE)


def suspect_assets(session: Session, facts: Facts, counted: bool) -> tuple[Facts, dict[str, Any]]:
    """The facts with the suspect assets, and what the others in the books are, by the names of `Unread`.

    counted: idle ones, and those that lack something of 1+12, are told as numbers where no other rule speaks of them and
    no waiver spares them.
    """
    asked = _questions(_asked(session, facts, counted))
    facts = replace(facts, assets=asset_facts(session, None, asked.assets, asked.outside))
    there = dict(zip(_KINDS, map(int, plain_rows(session, asked.numbers).one()), strict=True))
    groups = plain_rows(session, asked.groups) if counted else ()
    lacking = tuple(
        FaultGroup(tuple(word for word, lacks in zip(_LACKS, told, strict=True) if lacks), number)
        for *told, number in groups
    )
    return facts, _unread(facts, there) | {"unmaintained": lacking}


def _asked(session: Session, facts: Facts, counted: bool) -> _Asked:
    told, sectors = rhythms(session), plain_rows(session, _SECTORS).all()
    subjects = [w.subject.removeprefix("asset:") for w in facts.waivers if w.subject.startswith("asset:")]
    return _Asked(
        facts.year,
        facts.as_at,
        facts.policy.new_asset_year,
        facts.policy.valuation_floor,
        tuple((number, _late_since(facts, told.get(number, ()), days)) for number, _, days in sectors),
        _late_since(facts, (), None),
        tuple(number for number, name, _ in sectors if not name.strip()),
        tuple(int(subject) for subject in subjects if subject.isdigit()),
        counted,
    )


_SECTORS = select(MaintenanceSector.id, MaintenanceSector.name, MaintenanceSector.patrol_days)


def _late_since(facts: Facts, rhythms: Sequence[Rhythm], interval_days: int | None) -> date:
    """The last day of which a patrol is overdue by now; the first day of all where none can be."""

    def is_late(last: date) -> bool:
        return days_overdue_since(last, tuple(rhythms), interval_days, facts) > 0

    return last_such_day(facts.as_at, _LONGEST, is_late)


def _unread(facts: Facts, there: Mapping[str, int]) -> dict[str, Any]:
    """What the assets in the books are that were not read, by the names of `Unread`."""
    year, begin = facts.policy.new_asset_year, date(facts.year, 1, 1)
    shared = [a for a in facts.assets if a.asset_class is not AssetClass.HOUSEHOLD]
    to_count = [a for a in shared if a.registered_on is None or a.registered_on < begin]
    read = {
        "assets": len(facts.assets),
        "shared": len(shared),
        "maintained": sum(a.in_use for a in shared),
        "new": sum(a.project_year == year for a in facts.assets),
        "to_count": len(to_count),
        "counted": sum(a.counted_on is not None and begin <= a.counted_on <= facts.as_at for a in to_count),
    }
    unread = {name: there[name] - number for name, number in read.items()}
    return unread | {"households": unread["assets"] - unread["shared"], "idle": there["idle"]}


# ---------- the questions ----------


@built_once
def _questions(asked: _Asked) -> _Questions:
    a = Asset
    besides, lacks = surely(_suspect_besides(asked)), _lacks(asked)
    is_unknown = or_(a.last_patrol_on.is_(None), a.last_patrol_on > asked.as_at)
    unmaintained = and_(a.status.in_(IN_SERVICE), _SHARED, or_(*lacks))
    suspect = or_(a.status.not_in(IN_SERVICE), unmaintained, and_(_SHARED, is_unknown), besides)
    idle: ColumnElement[bool] = false()
    groups = None
    if asked.counted:
        alone = and_(~besides, a.id.not_in(asked.spared))
        idle = and_(a.status == AssetStatus.IDLE, _SHARED, alone)
        plainly = and_(unmaintained, ~is_unknown, alone)
        flags = [case((lack, 1), else_=0).label(f"lacks_{place}") for place, lack in enumerate(lacks)]
        groups = select(*flags, func.count()).where(plainly).group_by(*(flag.name for flag in flags))
        suspect = and_(suspect, ~idle, ~plainly)
    kinds = (
        true(),
        _SHARED,
        and_(_SHARED, a.status.in_(IN_SERVICE)),
        a.project_year == (asked.new_year if asked.new_year is not None else -1),
        _to_count(asked),
        and_(_to_count(asked), _counted(asked)),
        idle,
    )
    numbers = select(*sums(kinds)).select_from(a).where(a.status.not_in(GONE))
    return _Questions(register(None, suspect), _outside(asked), numbers, groups)


def _suspect_besides(asked: _Asked) -> ColumnElement[bool]:
    """Whether a rule may find fault with an asset, its state and its upkeep apart; twins are read apart too."""
    a = Asset
    unhanded = a.handed_over_on.is_(None) & a.in_use_on.is_(None)
    return or_(
        a.encumbrance != "",
        _not_all_done(asked),
        and_(~_SHARED, or_(a.owner_name == "", a.original_cost <= ZERO, unhanded)),
        *([and_(_to_count(asked), ~_counted(asked))] if asked.as_at >= date(asked.year, 12, 31) else []),
    )


def _lacks(asked: _Asked) -> tuple[ColumnElement[bool], ...]:
    """Whether an asset lacks what `_LACKS` says; whether a patrol is late where the last one is known."""
    a = Asset
    latest: Any = case(dict(asked.late), value=a.sector_id, else_=asked.rest) if asked.late else asked.rest
    return (
        or_(a.sector_id.is_(None), a.sector_id.in_(asked.nameless)),
        _blank(a.maintenance_body),
        _blank(a.keeper),
        _blank(a.maintenance_fund),
        func.coalesce(a.last_patrol_on <= latest, false()),
    )


def _not_all_done(asked: _Asked) -> ColumnElement[bool]:
    """An asset of the year of RA23 that lacks one of the four things, or was not paid from transition funds."""
    a = Asset
    return and_(
        a.project_year == (asked.new_year or -1),
        or_(
            and_(~IS_VALUED, a.original_cost >= (asked.floor if asked.floor is not None else ZERO)),
            a.registered_on.is_(None),
            a.registered_on > asked.as_at,
            ~HAS_TITLE,
            and_(a.titled_on.is_not(None), a.titled_on > asked.as_at),
            _blank(a.supervisor),
            a.id.in_(_outside(asked)),
        ),
    )


def _outside(asked: _Asked) -> Select[int]:
    """The assets of the year of RA23 without transition money."""
    of_year = select(Asset.id).where(Asset.project_year == (asked.new_year or -1))
    return without_transition().where(AssetCost.asset_id.in_(of_year))


def _to_count(asked: _Asked) -> ColumnElement[bool]:
    return and_(_SHARED, or_(Asset.registered_on.is_(None), Asset.registered_on < date(asked.year, 1, 1)))


def _counted(asked: _Asked) -> ColumnElement[bool]:
    last = func.max(CountEntry.counted_on)
    in_year = last_counts().having(and_(last >= date(asked.year, 1, 1), last <= asked.as_at))
    return Asset.id.in_(in_year.with_only_columns(StocktakeLine.asset_id))


def _blank(column: Any) -> ColumnElement[bool]:
    """Nothing, or nothing but blanks."""
    return func.trim(column, _BLANKS) == ""


def surely(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """The test, passed where the database cannot say."""
    return func.coalesce(test, true())


def sums(kinds: Iterable[ColumnElement[bool]]) -> tuple[Any, ...]:
    """Columns that say how many rows are of each kind."""
    return tuple(func.coalesce(func.sum(case((test, 1), else_=0)), 0) for test in kinds)
