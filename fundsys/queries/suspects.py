"""The records a rule may find fault with, told apart by the database, so that figures need not read the others.

What is told here must never be less than what the rules complain of; the rules themselves judge whatever is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, IN_SERVICE, AssetClass
from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import Unread
from fundsys.domain.maintenance import Rhythm
from fundsys.domain.money import ZERO
from fundsys.domain.rules.assets import days_overdue_since
from fundsys.domain.rules.base import all_rules
from fundsys.domain.rules.income_records import month_end
from fundsys.models.assets import Asset, AssetCost, Income, MaintenanceSector
from fundsys.models.stocktakes import CountEntry, StocktakeLine
from fundsys.queries.asset_facts import asset_facts, without_transition
from fundsys.queries.asset_records import twin_count
from fundsys.queries.assets import HAS_TITLE, IS_VALUED
from fundsys.queries.count_facts import last_counts
from fundsys.queries.income_told import Books, ended_contracts, income_facts
from fundsys.queries.maintenance import rhythms
from fundsys.queries.owed_counted import duty_groups


class Depth(Enum):
    """Which records come with the figures of a rule: every one; those that miss what is required; or those at hand.

    Figures and sentences are the same at every depth; the lesser ones read less where a county has many records.
    """

    EVERY = "every"
    FAULTS = "faults"
    FIGURES = "figures"


SUSPECTS = frozenset({"assets", "incomes", "operated"})
"""The parts of the facts of which those that are suspect can be read alone."""
COUNTED = frozenset({"twins", "public_duties", "stations"})
"""The parts of which figures need no record at all, or not all."""
_LONGEST = 4_000
"""Days: a patrol longer ago than any interval."""
_BLANKS = ("", *(c for c in map(chr, range(0x3001)) if c.isspace()))
_SHARED = Asset.asset_class != AssetClass.HOUSEHOLD


def to_count(facts: Facts) -> frozenset[str]:
    """The parts of which the number of faults is enough: no waiver of this year spares single records of them."""
    spared = {w.rule for w in facts.waivers if ":" in w.subject}
    return COUNTED - {part for r in all_rules() if spared and spared & {*r.names} for part in r.watches}


def suspect_facts(session: Session, facts: Facts, some: Collection[str], counted: Collection[str]) -> Facts:
    """The facts with those records of some parts a rule may find fault with, the others told as unread.

    counted: parts of which even the faulty records are only told as numbers.
    """
    told: dict[str, Any] = {}
    if "assets" in some:
        assets = asset_facts(session, None, _surely(_suspect_assets(session, facts)), _outside(facts))
        facts = replace(facts, assets=assets)
        told |= _unread_assets(session, facts)
    if "incomes" in some:
        given = facts
        incomes = income_facts(session, facts.year, None, lambda told: _surely(_suspect_incomes(given, told)))
        facts = replace(facts, incomes=incomes)
        told |= _unread_incomes(session, facts)
    if "operated" in some:
        operated, told["operated"] = ended_contracts(session, facts.as_at)
        facts = replace(facts, operated=operated)
    if "twins" in counted:
        told["twins"] = twin_count(session)
    if "public_duties" in counted:
        told["duties"] = duty_groups(session, facts)
    return replace(facts, unread=Unread(**told)) if told else facts


# ---------- assets ----------


def _suspect_assets(session: Session, facts: Facts) -> ColumnElement[bool]:
    """Whether a rule may find fault with an asset in the books, or tells of it as left out; twins are read apart."""
    a = Asset
    return or_(
        a.status.not_in(IN_SERVICE),
        a.encumbrance != "",
        _not_all_done(facts),
        and_(_SHARED, or_(_blank(a.maintenance_body), _blank(a.keeper), _blank(a.maintenance_fund))),
        and_(_SHARED, _not_patrolled(session, facts)),
        and_(
            ~_SHARED,
            or_(a.owner_name == "", a.original_cost <= ZERO, a.handed_over_on.is_(None) & a.in_use_on.is_(None)),
        ),
        *([and_(_to_count(facts), ~_counted(facts))] if facts.as_at >= date(facts.year, 12, 31) else []),
    )


def _unread_assets(session: Session, facts: Facts) -> dict[str, int]:
    """What the assets in the books are that were not read, by the names of `Unread`."""
    year, begin = facts.policy.new_asset_year, date(facts.year, 1, 1)
    there = _numbers(
        session,
        select(Asset.id).where(Asset.status.not_in(GONE)),
        {
            "assets": true(),
            "shared": _SHARED,
            "maintained": and_(_SHARED, Asset.status.in_(IN_SERVICE)),
            "new": Asset.project_year == (year if year is not None else -1),
            "to_count": _to_count(facts),
            "counted": and_(_to_count(facts), _counted(facts)),
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
    return unread | {"households": unread["assets"] - unread["shared"]}


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


def _not_patrolled(session: Session, facts: Facts) -> ColumnElement[bool]:
    """Without a patrol, without a sector, or with the last patrol too long ago for the sector."""
    last, told = Asset.last_patrol_on, rhythms(session)
    sectors = session.execute(
        select(MaintenanceSector.id, MaintenanceSector.patrol_days).where(~_blank(MaintenanceSector.name))
    )
    late = {number: _late_since(facts, told.get(number, ()), days) for number, days in sectors}
    latest: Any = case(late, value=Asset.sector_id, else_=facts.as_at) if late else facts.as_at
    return or_(last.is_(None), last > facts.as_at, last <= latest)


def _late_since(facts: Facts, rhythms: Sequence[Rhythm], interval_days: int | None) -> date:
    """The last day of which a patrol is overdue by now."""

    def is_late(days: int) -> bool:
        return days_overdue_since(facts.as_at - timedelta(days), tuple(rhythms), interval_days, facts) > 0

    return facts.as_at - timedelta(bisect_left(range(_LONGEST), True, key=is_late))


def _to_count(facts: Facts) -> ColumnElement[bool]:
    return and_(_SHARED, or_(Asset.registered_on.is_(None), Asset.registered_on < date(facts.year, 1, 1)))


def _counted(facts: Facts) -> ColumnElement[bool]:
    last = func.max(CountEntry.counted_on)
    in_year = last_counts().having(and_(last >= date(facts.year, 1, 1), last <= facts.as_at))
    return Asset.id.in_(in_year.with_only_columns(StocktakeLine.asset_id))


# ---------- incomes ----------


def _suspect_incomes(facts: Facts, told: Books) -> ColumnElement[bool]:
    """Whether a rule may find fault with an income: came in late, not distributed in time, more given than came in."""
    i, as_at, tests = Income, facts.as_at, [told.distributed > told.received]
    days, months = facts.policy.income_late_days, facts.policy.income_plan_months
    if days is not None:
        tests.append(and_(i.due_on.is_not(None), i.due_on <= as_at - timedelta(days), i.due > told.received))
    if months is not None and as_at > (until := month_end(facts.year, months)):
        planned = told.planned_on.is_not(None)
        late = or_(and_(~planned, told.distributed <= ZERO), and_(planned, told.planned_on > until))
        tests.append(and_(i.year == facts.year - 1, told.received > ZERO, late))
    return or_(*tests)


def _unread_incomes(session: Session, facts: Facts) -> dict[str, int]:
    """What the incomes are that were not read, by the names of `Unread`."""
    i, told = Income, Books(None)
    return _numbers(
        session,
        told.rows(i.id).where(i.year <= facts.year, ~_surely(_suspect_incomes(facts, told))),
        {
            "due": and_(i.due_on.is_not(None), i.due_on < facts.as_at, i.due > ZERO),
            "last": and_(i.year == facts.year - 1, told.received > ZERO),
            "moved": or_(told.received != ZERO, told.distributed != ZERO),
        },
    )


def _blank(column: Any) -> ColumnElement[bool]:
    """Nothing, or begun with a blank as what is nothing but blanks is."""
    return func.substr(column, 1, 1).in_(_BLANKS)


def _surely(test: ColumnElement[bool]) -> ColumnElement[bool]:
    """The test, passed where the database cannot say."""
    return func.coalesce(test, true())


def _numbers(session: Session, of: Any, kinds: Mapping[str, ColumnElement[bool]]) -> dict[str, int]:
    sums = [func.coalesce(func.sum(case((test, 1), else_=0)), 0) for test in kinds.values()]
    row = session.execute(of.with_only_columns(*sums)).one()
    return {name: int(number) for name, number in zip(kinds, row, strict=True)}
