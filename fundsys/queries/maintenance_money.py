"""Maintenance money of a year: budgets and costs by town and by keeper, and the postings behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import MoneyState
from fundsys.domain.maintenance import PostingKind
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset
from fundsys.models.maintenance import MaintenancePosting
from fundsys.models.office import Person, Region
from fundsys.queries.viewer import Viewer, seen_assets

NO_TOWN = "未归镇"


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting. code, name: of its asset, "" for a budget. reversed: whether another posting takes it back."""

    id: int
    version: int
    kind: PostingKind
    year: int
    town_id: int | None
    town: str
    asset_id: int | None
    code: str
    name: str
    public_post: bool
    happened_on: date
    amount: Money
    keeper: str
    source: str
    words: str
    document_no: str
    state: MoneyState
    entered_by: int | None
    enterer: str
    decider: str
    return_reason: str
    reverses_id: int | None

    @property
    def counts(self) -> bool:
        """Only what a second person has approved counts."""
        return self.state is MoneyState.APPROVED


def seen_postings(who: Viewer) -> ColumnElement[bool]:
    """The postings of the assets this person sees, and the budgets of their place. Asset must be joined."""
    whole = who.scope(Permission.READ_ASSETS) is Scope.ALL
    place = MaintenancePosting.town_id == who.town_id if who.town_id is not None else false()
    if who.is_bounded:
        place = MaintenancePosting.town_id.in_(who.scope_towns)
    budgets = true() if whole else place
    mine = MaintenancePosting.asset_id.is_not(None) & seen_assets(who)
    return or_(mine, MaintenancePosting.asset_id.is_(None) & budgets)


def postings(
    session: Session,
    who: Viewer | None,
    *,
    year: int | None = None,
    state: MoneyState | None = None,
    posting_id: int | None = None,
) -> list[PostingRow]:
    """The postings this person sees, the newest first."""
    m, town, enterer, decider = MaintenancePosting, aliased(Region), aliased(Person), aliased(Person)
    test: list[ColumnElement[bool]] = [seen_postings(who) if who else true()]
    test += [column == value for column, value in ((m.year, year), (m.state, state), (m.id, posting_id))
             if value is not None]  # fmt: skip
    rows = session.execute(
        select(
            m.id, m.version, m.kind, m.year, m.town_id, func.coalesce(town.name, NO_TOWN), m.asset_id,
            func.coalesce(Asset.code, ""), func.coalesce(Asset.name, ""), func.coalesce(Asset.public_post, false()),
            m.happened_on, m.amount, m.keeper, m.source, m.words, m.document_no, m.state, m.entered_by,
            func.coalesce(enterer.name, "系统"), func.coalesce(decider.name, ""), m.return_reason, m.reverses_id,
        )
        .outerjoin(Asset, m.asset_id == Asset.id)
        .outerjoin(town, m.town_id == town.id)
        .outerjoin(enterer, m.entered_by == enterer.id)
        .outerjoin(decider, m.decided_by == decider.id)
        .where(*test)
        .order_by(m.happened_on.desc(), m.id.desc())
    )  # fmt: skip
    return [PostingRow(*tuple[Any, ...](row)) for row in rows]


@dataclass(frozen=True, slots=True)
class TownMoney:
    """One town's year. waiting: costs that nobody has approved yet."""

    town: str
    budget: Money
    spent: Money
    waiting: Money

    @property
    def rest(self) -> Money:
        """What is left of the budget; below zero where more was spent."""
        return self.budget - self.spent

    @property
    def share(self) -> Fraction | None:
        """Spent of budget; None without a budget."""
        return self.spent.share_of(self.budget)


@dataclass(frozen=True, slots=True)
class KeeperMoney:
    """What was spent on the assets one person kept."""

    keeper: str
    town: str
    public_post: bool
    assets: int
    spent: Money


def by_town(rows: Iterable[PostingRow]) -> list[TownMoney]:
    """The year by town, in the towns' order."""
    towns: dict[tuple[int, str], list[PostingRow]] = {}
    for row in rows:
        towns.setdefault((row.town_id or 1 << 30, row.town), []).append(row)
    return [_sums(name, told) for (_, name), told in sorted(towns.items())]


def whole(rows: Iterable[PostingRow]) -> TownMoney:
    """The year of all of them together."""
    return _sums("合计", list(rows))


def _sums(name: str, told: list[PostingRow]) -> TownMoney:
    costs = [r for r in told if r.kind is not PostingKind.BUDGET]
    return TownMoney(
        name,
        total(r.amount for r in told if r.kind is PostingKind.BUDGET and r.counts),
        total(r.amount for r in costs if r.counts),
        total(r.amount for r in costs if r.state is MoneyState.SUBMITTED),
    )


def by_keeper(rows: Iterable[PostingRow]) -> list[KeeperMoney]:
    """What was spent by keeper and town, the most first."""
    told: dict[tuple[str, str], list[PostingRow]] = {}
    for row in rows:
        if row.kind is not PostingKind.BUDGET and row.counts:
            told.setdefault((row.keeper, row.town), []).append(row)
    found = [
        KeeperMoney(keeper, town, any(r.public_post for r in of), len({r.asset_id for r in of}), total(r.amount for r in of))
        for (keeper, town), of in told.items()
    ]  # fmt: skip
    return sorted(found, key=lambda k: (-k.spent.fen, k.town, k.keeper))


def spent_on(session: Session, year: int) -> dict[int, Money]:
    """Approved costs of a year by asset."""
    m = MaintenancePosting
    rows = session.execute(
        select(m.asset_id, m.amount).where(m.year == year, m.asset_id.is_not(None), m.state == MoneyState.APPROVED)
    )
    found: dict[int, Money] = {}
    for asset_id, amount in rows:
        assert asset_id is not None  # asked for above
        found[asset_id] = found.get(asset_id, ZERO) + amount
    return found


def may_approve(who: Viewer, row: PostingRow) -> bool:
    """Whether this person may approve it: a budget the finance bureau, a cost the town too; never one's own."""
    if row.state is not MoneyState.SUBMITTED or row.entered_by == who.id:
        return False
    town = row.kind is not PostingKind.BUDGET and who.can(Permission.CONFIRM_PATROL)
    return town or who.can(Permission.REVIEW_MONEY)
