"""Rows of LG11: the legacy projects by class with facts, measures and assets, as of a day where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.domain.industry import UNCLASSIFIED, DecisionState, FourBatch
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.industry import ClassDecision, LegacyProject
from fundsys.queries import assets as asset_queries
from fundsys.queries.industry import Town, Village
from fundsys.queries.legacy_records import labels
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import seen_legacy

FILTERS = ("town", "class", "industry", "year")
P, D = LegacyProject, ClassDecision


@dataclass(frozen=True, slots=True)
class LegacyLedgerRow:
    """One legacy project of LG11. group: the class as the county calls it."""

    group: str
    project_code: str
    project_name: str
    project_year: int
    town: str | None
    village: str | None
    project_type: str
    industry: str
    total_investment: Money | None
    fiscal_amount: Money | None
    operator: str
    credit_code: str
    run_state: str | None
    output: Money | None
    profit: Money | None
    income: Money | None
    linkage: str
    households: int | None
    poor_households: int | None
    asset_cost: Money | None
    asset_use: Fraction | None
    reason: str
    root_cause: str
    measure: str
    responsible_unit: str
    responsible: str
    due_on: date | None
    progress: str
    done_on: date | None
    previous: str | None
    checked_by: str
    checked_on: date | None
    remark: str


@dataclass(frozen=True, slots=True)
class _Class:
    """A class with what it was decided on."""

    batch: FourBatch | None
    reason: str
    measure: str
    unit: str
    responsible: str
    due_on: date | None
    was: FourBatch | None


def four_batch_register(session: Session, wanted: Wanted) -> Iterator[LegacyLedgerRow]:
    """LG11: by class, then town and number; those without a class last. until: the class that stood on that day."""
    check_filters(wanted, FILTERS)
    shown = labels(session, wanted.year)
    costs = _costs(session)
    chosen = _class_asked(wanted.where.get("class", ""), shown)
    rows = session.execute(
        select(P, Town.name, Village.name)
        .outerjoin(Town, P.town_id == Town.id)
        .outerjoin(Village, P.village_id == Village.id)
        .where(*_asked(session, wanted))
        .order_by(Town.code, P.code)
    ).all()
    decided = _decided(session, wanted.until)
    made: list[tuple[str, LegacyLedgerRow]] = []
    for p, town, village in rows:
        stands = decided.get(p.id) or _entered(p, wanted.until)
        code = stands.batch.code if stands.batch else ""
        if chosen is None or chosen == code:
            made.append((code or "Z", _row(p, town, village, stands, shown, costs.get(p.code))))
    made.sort(key=lambda pair: pair[0])
    yield from (row for _, row in made)


def _row(
    p: LegacyProject, town: str | None, village: str | None, stands: _Class, shown: dict[str, str], cost: Money | None
) -> LegacyLedgerRow:
    return LegacyLedgerRow(
        shown[stands.batch.code] if stands.batch else UNCLASSIFIED,
        p.code, p.name, p.year, town, village, p.type_name, p.industry, p.total_investment, p.fiscal_amount,
        p.operator, p.operator_credit_code, p.run_state.label if p.run_state else None, p.yearly_output,
        p.yearly_profit, p.yearly_income, p.farmer_linkage, p.households, p.poor_households, cost,
        None if p.asset_use_bp is None else Fraction(p.asset_use_bp, 10_000), stands.reason, p.root_cause,
        stands.measure, stands.unit or p.responsible_unit, stands.responsible, stands.due_on, p.progress, p.done_on,
        shown[stands.was.code] if stands.was else None, p.checked_by, p.checked_on, p.remark,
    )  # fmt: skip


def _asked(session: Session, wanted: Wanted) -> Iterator[Any]:
    yield true() if wanted.who is None else seen_legacy(wanted.who, Permission.PRINT)
    yield true() if wanted.who is None else seen_legacy(wanted.who)
    where = wanted.where
    if where.get("town"):
        yield P.town_id == asset_queries.filter_from(session, {"town": where["town"]}).town_id
    if where.get("industry"):
        yield P.industry == where["industry"]
    if where.get("year"):
        if not where["year"].isdecimal():
            raise DomainError(f"“{where['year']}”不是年度，请填四位年份", field="where")
        yield P.year == int(where["year"])


def _class_asked(text: str, shown: dict[str, str]) -> str | None:
    """The code of the class asked for; "" for those without; None when none is asked for."""
    if not text:
        return None
    if text in ("none", UNCLASSIFIED):
        return ""
    found = next((code for code, label in shown.items() if text in (code, label)), None)
    if found is None:
        raise DomainError(f"没有“{text}”这一类，可以用：{'、'.join(shown.values())}、{UNCLASSIFIED}", field="where")
    return found


def _costs(session: Session) -> dict[str, Money]:
    """What the assets of each project cost."""
    rows = session.execute(
        select(Asset.project_code, func.sum(Asset.original_cost))
        .where(Asset.project_code.in_(select(P.code)))
        .group_by(Asset.project_code)
    )
    return {code: cost for code, cost in rows}


def _decided(session: Session, until: date | None) -> dict[int, _Class]:
    """The newest decision of each project, by `until`, and the class it came from."""
    by_then = true() if until is None else D.decided_on <= until
    rows = session.execute(
        select(D.project_id, D.batch, D.reason, D.measure, D.responsible_unit, D.responsible, D.due_on, D.was)
        .where(D.state == DecisionState.DECIDED, by_then)
        .order_by(D.decided_on, D.id)
    )
    found: dict[int, _Class] = {}
    for number, batch, reason, measure, unit, responsible, due_on, was in rows:
        before = found.get(number)
        came_from = was if was is not batch else before.was if before else None
        found[number] = _Class(batch, reason, measure, unit, responsible, due_on, came_from)
    if until is not None:
        later = session.scalars(select(D.project_id).distinct().where(D.state == DecisionState.DECIDED))
        for number in later:
            found.setdefault(number, _Class(None, "", "", "", "", None, None))
    return found


def _entered(p: LegacyProject, until: date | None) -> _Class:
    """A project entered with a class and never decided here."""
    if p.batch is None or (until is not None and p.decided_on is not None and p.decided_on > until):
        return _Class(None, "", "", "", "", None, None)
    return _Class(p.batch, p.batch_reason, p.measure, p.responsible_unit, p.responsible, p.due_on, None)


def class_counts(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The sentence under LG11: how many of each class, and whether they make the year's target."""
    shown = labels(session, wanted.year)
    counts: dict[str, int] = {}
    for row in four_batch_register(session, wanted):
        counts[row.group] = counts.get(row.group, 0) + 1
    names = [*shown.values(), UNCLASSIFIED]
    parts = "，".join(f"{name} {counts.get(name, 0)} 个" for name in names)
    return (f"{parts}，合计 {sum(counts.values())} 个。",)
