"""The records a rule may find fault with, told apart by the database, so that figures need not read the others.

What is told here must never be less than what the rules complain of; the rules themselves judge whatever is read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from fundsys.domain.facts import Facts
from fundsys.domain.further_facts import Unread
from fundsys.domain.money import ZERO
from fundsys.domain.rules.base import all_rules
from fundsys.domain.rules.income_records import month_end
from fundsys.models.assets import Income
from fundsys.queries.asset_records import twin_count
from fundsys.queries.income_told import Books, ended_contracts, income_facts, incomes_up_to
from fundsys.queries.money_pace import lying_count
from fundsys.queries.owed_counted import duty_groups
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.suspect_assets import sums, surely, suspect_assets


class Depth(Enum):
    """Which records come with the figures of a rule: every one; those that miss what is required; or those at hand.

    Figures and sentences are the same at every depth; the lesser ones read less where a county has many records.
    """

    EVERY = "every"
    FAULTS = "faults"
    FIGURES = "figures"


SUSPECTS = frozenset({"assets", "incomes", "operated"})
"""The parts of the facts of which those that are suspect can be read alone."""
COUNTED = frozenset({"assets", "twins", "public_duties", "stations", "given"})
"""The parts of which figures need no record at all, or not all."""


def to_count(facts: Facts) -> frozenset[str]:
    """The parts of which the number of faults is enough: no waiver of this year spares single records of them.

    Assets are always told one by one where a waiver spares them.
    """
    spared = {w.rule for w in facts.waivers if ":" in w.subject}
    singly = {part for r in all_rules() if spared and spared & {*r.names} for part in {*r.watches} - {"assets"}}
    return COUNTED - singly - ({"given"} if lying_limits(facts) is None else set())


def lying_limits(facts: Facts) -> tuple[date, date, Fraction] | None:
    """The last day of money that must be paid in part, and of money that must be paid whole, and the part; None unless
    the year has all of them."""
    days, long, least = facts.policy.lying_days, facts.policy.lying_long_days, facts.policy.lying_paid_min
    if days is None or long is None or least is None:
        return None
    return facts.as_at - timedelta(days), facts.as_at - timedelta(long), least


def suspect_facts(session: Session, facts: Facts, some: Collection[str], counted: Collection[str]) -> Facts:
    """The facts with those records of some parts a rule may find fault with, the others told as unread.

    counted: parts of which even the faulty records are only told as numbers.
    """
    told: dict[str, Any] = {}
    if "assets" in some:
        facts, unread = suspect_assets(session, facts, "assets" in counted)
        told |= unread
    if "incomes" in some:
        limits = facts.policy.income_late_days, facts.policy.income_plan_months
        suspect, numbers = _incomes(facts.year, facts.as_at, *limits)
        facts = replace(facts, incomes=income_facts(session, facts.year, None, suspect))
        told |= zip(("due", "last", "moved"), map(int, plain_rows(session, numbers).one()), strict=True)
    if "operated" in some:
        operated, told["operated"] = ended_contracts(session, facts.as_at)
        facts = replace(facts, operated=operated)
    if "twins" in counted:
        told["twins"] = twin_count(session)
    if "public_duties" in counted:
        told["duties"] = duty_groups(session, facts)
    if "given" in counted and (lying := lying_limits(facts)):
        told["lying"] = lying_count(session, *lying)
    return replace(facts, unread=Unread(**told)) if told else facts


@built_once
def _incomes(year: int, as_at: date, late_days: int | None, plan_months: int | None) -> tuple[Any, Any]:
    """The questions for the incomes a rule may find fault with (came in late, not distributed in time, more given than came
    in), and for the number of the others that are due, of the year before with money, or moved at all."""
    i, told = Income, Books(None)
    tests = [told.distributed > told.received]
    if late_days is not None:
        tests.append(and_(i.due_on.is_not(None), i.due_on <= as_at - timedelta(late_days), i.due > told.received))
    if plan_months is not None and as_at > (until := month_end(year, plan_months)):
        planned = told.planned_on.is_not(None)
        late = or_(and_(~planned, told.distributed <= ZERO), and_(planned, told.planned_on > until))
        tests.append(and_(i.year == year - 1, told.received > ZERO, late))
    suspect = surely(or_(*tests))
    kinds = (
        and_(i.due_on.is_not(None), i.due_on < as_at, i.due > ZERO),
        and_(i.year == year - 1, told.received > ZERO),
        or_(told.received != ZERO, told.distributed != ZERO),
    )
    others = told.rows(*sums(kinds)).where(i.year <= year, ~suspect)
    return incomes_up_to(year, told, suspect), others
