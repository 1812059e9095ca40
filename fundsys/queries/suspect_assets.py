"""The assets a rule may find fault with, told apart by the database; those plainly at fault can be counted instead of read.

Two measures: what is suspect must never be less than what the rules complain of; what is counted as plainly at fault must be
exactly that, and nothing any other rule speaks of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, IN_SERVICE, AssetClass, AssetStatus
from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import FaultGroup
from fundsys.domain.maintenance import Rhythm
from fundsys.domain.money import ZERO
from fundsys.domain.rules.assets import NO_BODY, NO_KEEPER, NO_MONEY, NO_SECTOR, PATROL_LATE, days_overdue_since
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector
from fundsys.models.stocktakes import CountEntry, StocktakeLine
from fundsys.queries.asset_facts import asset_facts, without_transition
from fundsys.queries.assets import HAS_TITLE, IS_VALUED
from fundsys.queries.count_facts import last_counts
from fundsys.queries.maintenance import rhythms

_LONGEST = 40_000
"""Days: a patrol longer ago than any interval."""
_BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_SHARED = Asset.asset_class != AssetClass.HOUSEHOLD


def suspect_assets(session: Session, facts: Facts, counted: bool) -> tuple[Facts, dict[str, Any]]:
    """The facts with the suspect assets, and what the others in the books are, by the names of `Unread`.

    counted: idle ones, and those that lack something of 1+12, are told as numbers where no other rule speaks of them and
    no waiver spares them.
    """
    besides, upkeep = surely(_suspect_besides(facts)), _Upkeep(session, facts)
    lacks = upkeep.lacks()
    unmaintained = and_(Asset.status.in_(IN_SERVICE), _SHARED, or_(*lacks.values()))
    told: dict[str, Any] = {}
    test = or_(Asset.status.not_in(IN_SERVICE), unmaintained, and_(_SHARED, upkeep.is_unknown), besides)
    idle: ColumnElement[bool] = false()
    if counted:
        alone = and_(~besides, Asset.id.not_in(_spared(facts)))
        idle = and_(Asset.status == AssetStatus.IDLE, _SHARED, alone)
        plainly = and_(unmaintained, ~upkeep.is_unknown, alone)
        told["unmaintained"] = _groups(session, lacks, plainly)
        test = and_(test, ~idle, ~plainly)
    facts = replace(facts, assets=asset_facts(session, None, test, _outside(facts)))
    return facts, told | _unread(session, facts, idle)


def _spared(facts: Facts) -> list[int]:
    """The assets a waiver names."""
    return [int(w.subject[6:]) for w in facts.waivers if w.subject.startswith("asset:") and w.subject[6:].isdigit()]


def _suspect_besides(facts: Facts) -> ColumnElement[bool]:
    """Whether a rule may find fault with an asset, its state and its upkeep apart; twins are read apart too."""
    a = Asset
    unhanded = a.handed_over_on.is_(None) & a.in_use_on.is_(None)
    return or_(
        a.encumbrance != "",
        _not_all_done(facts),
        and_(~_SHARED, or_(a.owner_name == "", a.original_cost <= ZERO, unhanded)),
        *([and_(_to_count(facts), ~_counted(facts))] if facts.as_at >= date(facts.year, 12, 31) else []),
    )


def _unread(session: Session, facts: Facts, idle: ColumnElement[bool]) -> dict[str, int]:
    """What the assets in the books are that were not read, by the names of `Unread`."""
    year, begin = facts.policy.new_asset_year, date(facts.year, 1, 1)
    there = numbers(
        session,
        select(Asset.id).where(Asset.status.not_in(GONE)),
        {
            "assets": true(),
            "shared": _SHARED,
            "maintained": and_(_SHARED, Asset.status.in_(IN_SERVICE)),
            "new": Asset.project_year == (year if year is not None else -1),
            "to_count": _to_count(facts),
            "counted": and_(_to_count(facts), _counted(facts)),
            "idle": idle,
        },
    )
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


# ---------- the year's new assets, counts ----------


def _not_all_done(facts: Facts) -> ColumnElement[bool]:
    """An asset of the year of RA23 that lacks one of the four things, or was not paid from transition funds."""
    a, floor = Asset, facts.policy.valuation_floor
    return and_(
        a.project_year == (facts.policy.new_asset_year or -1),
        or_(
            and_(~IS_VALUED, a.original_cost >= (floor if floor is not None else ZERO)),
            a.registered_on.is_(None),
            a.registered_on > facts.as_at,
            ~HAS_TITLE,
            and_(a.titled_on.is_not(None), a.titled_on > facts.as_at),
            _blank(a.supervisor),
            a.id.in_(_outside(facts)),
        ),
    )


def _outside(facts: Facts) -> Select[int]:
    """The assets of the year of RA23 without transition money."""
    of_year = select(Asset.id).where(Asset.project_year == (facts.policy.new_asset_year or -1))
    return without_transition().where(AssetCost.asset_id.in_(of_year))


def _to_count(facts: Facts) -> ColumnElement[bool]:
    return and_(_SHARED, or_(Asset.registered_on.is_(None), Asset.registered_on < date(facts.year, 1, 1)))


def _counted(facts: Facts) -> ColumnElement[bool]:
    last = func.max(CountEntry.counted_on)
    in_year = last_counts().having(and_(last >= date(facts.year, 1, 1), last <= facts.as_at))
    return Asset.id.in_(in_year.with_only_columns(StocktakeLine.asset_id))


# ---------- 1+12 ----------


class _Upkeep:
    """How an asset stands with its sector and its patrols. is_unknown: no patrol on record that has happened by the day."""

    def __init__(self, session: Session, facts: Facts) -> None:
        s, last, told = MaintenanceSector, Asset.last_patrol_on, rhythms(session)
        sectors = session.execute(select(s.id, s.name, s.patrol_days)).all()
        late = {number: _late_since(facts, told.get(number, ()), days) for number, _, days in sectors}
        rest = _late_since(facts, (), None)
        self._nameless = [number for number, name, _ in sectors if not name.strip()]
        self.is_unknown: ColumnElement[bool] = or_(last.is_(None), last > facts.as_at)
        self._is_late: ColumnElement[bool] = last <= (case(late, value=Asset.sector_id, else_=rest) if late else rest)

    def lacks(self) -> dict[str, ColumnElement[bool]]:
        """What an asset lacks of 1+12 in the words of the rule; whether a patrol is late where the last one is known."""
        return {
            NO_SECTOR: or_(Asset.sector_id.is_(None), Asset.sector_id.in_(self._nameless)),
            NO_BODY: _blank(Asset.maintenance_body),
            NO_KEEPER: _blank(Asset.keeper),
            NO_MONEY: _blank(Asset.maintenance_fund),
            PATROL_LATE: func.coalesce(self._is_late, false()),
        }


def _late_since(facts: Facts, rhythms: Sequence[Rhythm], interval_days: int | None) -> date:
    """The last day of which a patrol is overdue by now; the first day of all where none can be."""

    def is_late(days: int) -> bool:
        return days_overdue_since(facts.as_at - timedelta(days), tuple(rhythms), interval_days, facts) > 0

    days = bisect_left(range(_LONGEST), True, key=is_late)
    return facts.as_at - timedelta(days) if days < _LONGEST else date.min


def _groups(
    session: Session, lacks: Mapping[str, ColumnElement[bool]], test: ColumnElement[bool]
) -> tuple[FaultGroup, ...]:
    """How many of these assets lack the same things."""
    flags = [case((lack, 1), else_=0).label(f"lacks_{place}") for place, lack in enumerate(lacks.values())]
    rows = session.execute(select(*flags, func.count()).where(test).group_by(*(flag.name for flag in flags)))
    return tuple(
        FaultGroup(tuple(word for word, is_lacking in zip(lacks, told, strict=True) if is_lacking), number)
        for *told, number in rows
    )


# ---------- tests and sums ----------


def _blank(column: Any) -> ColumnElement[bool]:
    """Nothing, or nothing but blanks."""
    return func.trim(column, _BLANKS) == ""


def surely(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """The test, passed where the database cannot say."""
    return func.coalesce(test, true())


def numbers(session: Session, of: Any, kinds: Mapping[str, ColumnElement[bool]]) -> dict[str, int]:
    """How many of the rows are of each kind."""
    sums = [func.coalesce(func.sum(case((test, 1), else_=0)), 0) for test in kinds.values()]
    row = session.execute(of.with_only_columns(*sums)).one()
    return {name: int(number) for name, number in zip(kinds, row, strict=True)}
