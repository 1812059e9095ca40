"""A year's incomes with everything told of them up to a day: receipts, shares by use, resolutions, public notices; the rule's facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_income import PRIORITY_USES, STATION, SharingUse
from fundsys.domain.asset_matters import IN_BOOKS, MatterState
from fundsys.domain.assets import GONE
from fundsys.domain.facts import IncomeRecordFact, OperatedFact, StationShareFact
from fundsys.domain.money import ZERO, Money
from fundsys.domain.publicity import Occasion, PublicState
from fundsys.models.assets import Asset, Income
from fundsys.models.income import AssetContract, IncomeReceipt, IncomeShare, IncomeSharing, SharingLine
from fundsys.models.matters import AssetMatter
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.income import Town, Village, money_of, stands
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_assets


@dataclass(slots=True)
class Told:
    """One income with everything told of it up to a day."""

    income: Income
    asset: Asset
    town: str
    village: str
    received: Money
    received_on: date | None
    distributed: Money
    uses: dict[SharingUse, Money] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    resolved_on: date | None = None
    meetings: list[str] = field(default_factory=list)
    households: int = 0
    workers: int = 0
    publicity: str = ""

    @property
    def balance(self) -> Money:
        return self.received - self.distributed


def told_incomes(
    session: Session,
    year: int,
    until: date | None = None,
    *,
    who: Viewer | None = None,
    where: Mapping[str, str] | None = None,
    stations: bool = False,
) -> list[Told]:
    """The year's incomes that stand, by place and asset, with receipts and shares up to the day asked for."""
    query = (
        select(Income, Asset, Town.name, Village.name)
        .join(Asset, Income.asset_id == Asset.id)
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .where(stands(), Income.year == year, true() if who is None else seen_assets(who))
        .order_by(Income.due_on, Income.id)
    )
    if stations:
        query = query.where(Asset.kind == STATION)
    if until is not None:
        query = query.where((Income.due_on <= until) | (Income.received_on <= until))
    for key, column in (("town", Town.name), ("village", Village.name), ("asset", Asset.code)):
        if where and where.get(key):
            query = query.where(column == where[key])
    found = {}
    for income, asset, town, village in session.execute(query):
        begun = until is None or income.received_on is None or income.received_on <= until
        found[income.id] = Told(
            income, asset, town or "县直", village or town or "县直", income.received if begun else ZERO,
            income.received_on if begun else None, income.distributed if begun else ZERO,
        )  # fmt: skip
    _receipts(session, found, until)
    _shares(session, found, until)
    _notices(session, found)
    return sorted(
        found.values(), key=lambda t: (t.town, t.village, t.asset.code, t.income.due_on or date.min, t.income.id)
    )


def _receipts(session: Session, found: dict[int, Told], until: date | None) -> None:
    r = IncomeReceipt
    query = (
        select(r.income_id, r.amount, r.received_on)
        .join(AssetMatter, r.matter_id == AssetMatter.id)
        .join(Income, r.income_id == Income.id)
        .where(AssetMatter.state.in_(IN_BOOKS))
        .order_by(r.received_on, r.id)
    )
    if until is not None:
        query = query.where(r.received_on <= until)
    for key, amount, day in session.execute(query):
        if (told := found.get(key)) is not None:
            told.received += amount
            told.received_on = day if told.received > ZERO else None


def _shares(session: Session, found: dict[int, Told], until: date | None) -> None:
    s, line, sharing = IncomeShare, SharingLine, IncomeSharing
    query = (
        select(s.income_id, s.amount, s.reverses_id, line, sharing, AssetMatter.state)
        .join(line, s.line_id == line.id)
        .join(sharing, line.sharing_id == sharing.id)
        .join(AssetMatter, sharing.matter_id == AssetMatter.id)
        .order_by(s.id)
    )
    if until is not None:
        query = query.where(sharing.meeting_on <= until)
    reached: set[int] = set()
    for key, amount, back, row, paper, state in session.execute(query):
        told = found.get(key)
        if told is None:
            continue
        told.distributed += amount
        told.uses[row.use] += amount
        if back is not None or state is not MatterState.APPROVED:
            continue
        told.resolved_on = max(filter(None, (told.resolved_on, paper.meeting_on)), default=None)
        if paper.meeting and paper.meeting not in told.meetings:
            told.meetings.append(paper.meeting)
        if row.id not in reached:
            reached.add(row.id)
            told.households += row.households
            told.workers += row.workers


def _notices(session: Session, found: dict[int, Told]) -> None:
    n, s = PublicNotice, PublicSubject
    rows = session.execute(
        select(s.row_id, n.first_on, n.last_on)
        .join(n, s.public_id == n.id)
        .where(s.table_name == Occasion.INCOME.table, n.occasion == Occasion.INCOME, n.state == PublicState.APPROVED)
        .order_by(n.first_on, n.id)
    )
    for key, first, last in rows:
        if key in found:
            found[key].publicity = f"{first.isoformat()} 至 {last.isoformat() if last else '长期'}"


def station_facts(
    session: Session, year: int, until: date | None = None, rest: bool = True
) -> tuple[StationShareFact, ...]:
    """What photovoltaic income the villagers resolved on in the year went to; the rest says why it has no use yet.

    Basis: the day of the resolution, whichever year the income was due in; what was set down of the year without uses,
    and what came in of the year and is not distributed, are told apart, unless the rest is not wanted.
    """
    sums: dict[tuple[int, str, SharingUse, date | None], Money] = {}
    for asset, name, use, day, amount in plain_rows(session, _resolved(year, until)):
        key = (asset, name, use, day)
        sums[key] = sums.get(key, ZERO) + amount
    made = [
        StationShareFact(asset, name, use.label, amount, use in PRIORITY_USES, day)
        for (asset, name, use, day), amount in sums.items()
        if amount
    ]
    if not rest:
        return tuple(made)
    i, told = Income, Books(until)
    here = told.rows(Asset.id, Asset.name, told.received, told.distributed, told.shared).where(
        i.year == year, Asset.kind == STATION, or_(i.due_on <= until, i.received_on <= until) if until else true()
    )
    for asset, name, received, distributed, shared in session.execute(here.order_by(Asset.code, i.due_on, i.id)):
        if untold := distributed - shared:
            made.append(StationShareFact(asset, name, "期初已分配，未分用途", untold))
        if balance := received - distributed:
            made.append(StationShareFact(asset, name, "已到账，还没有分配", balance))
    return tuple(made)


@built_once
def _resolved(year: int, until: date | None) -> Select[int, str, SharingUse, date | None, Money]:
    """What was resolved on in a year of the income of stations, share by share."""
    s, line, sharing = IncomeShare, SharingLine, IncomeSharing
    last = min(until, date(year, 12, 31)) if until else date(year, 12, 31)
    return (
        select(Asset.id, Asset.name, line.use, sharing.meeting_on, s.amount)
        .join(Income, s.income_id == Income.id)
        .join(Asset, Income.asset_id == Asset.id)
        .join(line, s.line_id == line.id)
        .join(sharing, line.sharing_id == sharing.id)
        .where(Asset.kind == STATION, sharing.meeting_on >= date(year, 1, 1), sharing.meeting_on <= last)
        .order_by(Asset.id, line.id, s.id)
    )


class Books:
    """What came in and was distributed of every income up to a day: columns to select and to test.

    shared: what of the distributed is told by use; planned_on: the first day a distribution was resolved on.
    """

    def __init__(self, until: date | None) -> None:
        i, r, s, line, sharing = Income, IncomeReceipt, IncomeShare, SharingLine, IncomeSharing
        none: Any = literal_column("0")
        self._came = (
            select(r.income_id, func.sum(r.amount).label("amount"))
            .join(AssetMatter, r.matter_id == AssetMatter.id)
            .where(AssetMatter.state.in_(IN_BOOKS), r.received_on <= until if until else true())
            .group_by(r.income_id)
            .subquery()
        )
        self._shared = (
            select(s.income_id, func.sum(s.amount).label("amount"), func.min(sharing.meeting_on).label("planned_on"))
            .join(line, s.line_id == line.id)
            .join(sharing, line.sharing_id == sharing.id)
            .where(sharing.meeting_on <= until if until else true())
            .group_by(s.income_id)
            .subquery()
        )
        begun = or_(i.received_on.is_(None), i.received_on <= until) if until else true()
        shared = func.coalesce(self._shared.c.amount, none)
        self.shared = money_of(shared)
        self.received = money_of(case((begun, i.received), else_=none) + func.coalesce(self._came.c.amount, none))
        self.distributed = money_of(case((begun, i.distributed), else_=none) + shared)
        self.planned_on: Any = case((shared != none, self._shared.c.planned_on))

    def rows(self, *columns: Any) -> Select[Any]:
        """These columns of the incomes that stand."""
        return (
            select(*columns)
            .select_from(Income)
            .join(Asset, Income.asset_id == Asset.id)
            .outerjoin(self._came, self._came.c.income_id == Income.id)
            .outerjoin(self._shared, self._shared.c.income_id == Income.id)
            .where(stands())
        )


def income_facts(
    session: Session, year: int, until: date | None = None, asked: Any = None
) -> tuple[IncomeRecordFact, ...]:
    """The incomes due of the year and of earlier years, with what came in and was distributed of each up to the day.

    asked: only some of them, by a question of `incomes_up_to`.
    """
    rows = plain_rows(session, incomes_up_to(year, Books(until)) if asked is None else asked)
    return tuple(
        IncomeRecordFact(number, f"{name} {due_on.isoformat() if due_on else of_year}", of_year, due_on, *figures)
        for number, name, of_year, due_on, *figures in rows
    )


def incomes_up_to(year: int, told: Books, test: ColumnElement[bool] | None = None) -> Any:
    """The question for the incomes of a year and of earlier ones (those of this test), told in the columns of these books."""
    i = Income
    columns = (i.id, Asset.name, i.year, i.due_on, i.due, told.received, told.distributed, told.planned_on)
    return told.rows(*columns).where(i.year <= year, true() if test is None else test).order_by(i.id)


def operated_facts(session: Session, until: date | None = None) -> tuple[OperatedFact, ...]:
    """The assets with a contract, and the last day of their last one: of an approved contract paper, else of the register."""
    return _operated(session, _last_days(session, until), true())


def ended_contracts(session: Session, as_at: date) -> tuple[tuple[OperatedFact, ...], int]:
    """The assets whose contract may have ended before a day, and the number of the others with a contract."""
    told = _last_days(session, None)
    holds = and_(Asset.contract_to >= as_at, Asset.id.not_in(sorted(told)))
    found = _operated(session, told, func.coalesce(~holds, true()))
    others = select(func.count()).select_from(Asset).where(Asset.status.not_in(GONE), holds)
    return found, plain_rows(session, others).scalar_one()


def _last_days(session: Session, until: date | None) -> dict[int, date]:
    """Asset id → the last day of its last contract of an approved paper."""
    told: dict[int, date] = {}
    for asset, ends_on, ended_on in plain_rows(session, _contracts(until)):
        if asset is None:
            continue
        over = min(ended_on, ends_on) if ended_on else ends_on
        told[asset] = max(told.get(asset, over), over)
    return told


@built_once
def _contracts(until: date | None) -> Select[int | None, date, date | None]:
    c, m = AssetContract, AssetMatter
    return (
        select(m.asset_id, c.ends_on, c.ended_on)
        .join(m, c.matter_id == m.id)
        .where(m.state == MatterState.APPROVED, c.begins_on <= until if until else true())
    )


def _operated(session: Session, told: Mapping[int, date], test: ColumnElement[bool]) -> tuple[OperatedFact, ...]:
    wanted = select(Asset.id, Asset.code, Asset.name, Asset.status, Asset.contract_to).where(
        Asset.status.not_in(GONE), Asset.contract_to.is_not(None) | Asset.id.in_(sorted(told)), test
    )
    return tuple(
        OperatedFact(number, f"{code} {name}", last, status.label, status.in_use)
        for number, code, name, status, ends_on in plain_rows(session, wanted.order_by(Asset.id))
        if (last := told.get(number) or ends_on) is not None
    )
