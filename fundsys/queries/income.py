"""Income of assets: what is due, came in and was distributed, arrears, what can be distributed; figures told one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from fundsys.domain.asset_income import STATION, IncomeKind
from fundsys.domain.asset_matters import IN_BOOKS, MatterState
from fundsys.domain.coded import Coded
from fundsys.domain.errors import NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.publicity import Occasion, PublicState
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, Income
from fundsys.models.income import (
    AssetContract,
    IncomeReceipt,
    IncomeShare,
    IncomeSharing,
    SharingLine,
    SharingPayout,
)
from fundsys.models.matters import AssetMatter
from fundsys.models.office import Region
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.models.types import MoneyType
from fundsys.queries.viewer import Viewer, seen_assets

PAGE_SIZE = 50
Town, Village = aliased(Region), aliased(Region)
_Back = aliased(Income)
_Came = aliased(IncomeReceipt)


class IncomeStand(Coded):
    """How an income stands, for filters."""

    OPEN = "open", "未到期", "plain"
    OWED = "owed", "拖欠", "bad"
    DONE = "done", "已收齐", "good"


def money_of(expression: Any) -> Any:
    """An expression of sums as Money."""
    return type_coerce(expression, MoneyType)


def received_of() -> Any:
    """What came in for an income: what was set down at the beginning, and every receipt that counts."""
    r = IncomeReceipt
    told = (
        select(func.coalesce(func.sum(r.amount), literal_column("0")))
        .join(AssetMatter, r.matter_id == AssetMatter.id)
        .where(r.income_id == Income.id, AssetMatter.state.in_(IN_BOOKS))
        .correlate(Income)
        .scalar_subquery()
    )
    return money_of(Income.received + told)


def distributed_of() -> Any:
    """What was distributed of an income: what was set down at the beginning, and every share."""
    told = (
        select(func.coalesce(func.sum(IncomeShare.amount), literal_column("0")))
        .where(IncomeShare.income_id == Income.id)
        .correlate(Income)
        .scalar_subquery()
    )
    return money_of(Income.distributed + told)


def last_received() -> Any:
    """The last day something came in for an income and was not taken back."""
    told = receipts().with_only_columns(func.max(_Came.received_on)).where(_Came.income_id == Income.id)
    return func.coalesce(told.correlate(Income).scalar_subquery(), Income.received_on)


def receipts() -> Any:
    """Income id and the day of each receipt that was not taken back."""
    back = aliased(IncomeReceipt)
    return (
        select(_Came.income_id, _Came.received_on)
        .join(AssetMatter, _Came.matter_id == AssetMatter.id)
        .where(AssetMatter.state == MatterState.APPROVED, _Came.reverses_id.is_(None))
        .where(~select(back.id).where(back.reverses_id == _Came.id).exists())
    )


def resolved_on() -> Any:
    """The last day the villagers resolved on a distribution of an income; none without one."""
    told = resolutions().with_only_columns(func.max(IncomeSharing.meeting_on)).where(IncomeShare.income_id == Income.id)
    return told.correlate(Income).scalar_subquery()


def resolutions() -> Any:
    """Income id and the day of each resolution on its distribution."""
    s, line, sharing = IncomeShare, SharingLine, IncomeSharing
    return (
        select(s.income_id, sharing.meeting_on)
        .join(line, line.sharing_id == sharing.id)
        .join(s, s.line_id == line.id)
        .join(AssetMatter, sharing.matter_id == AssetMatter.id)
        .where(AssetMatter.state == MatterState.APPROVED)
    )


def stands() -> ColumnElement[bool]:
    """The dues that stand: neither taken back, nor a row that takes one back."""
    taken_back = select(_Back.id).where(_Back.reverses_id == Income.id).correlate(Income).exists()
    return and_(Income.reverses_id.is_(None), ~taken_back)


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """One income as lists show it. balance: came in and is not distributed."""

    id: int
    asset_id: int
    code: str
    asset: str
    village: str
    year: int
    kind: IncomeKind | None
    payer: str
    contract_no: str
    due_on: date | None
    due: Money
    received: Money
    received_on: date | None
    distributed: Money
    matter_id: int | None

    @property
    def arrears(self) -> Money:
        return self.due - self.received

    @property
    def balance(self) -> Money:
        return self.received - self.distributed

    def stand(self, today: date) -> IncomeStand:
        """Whether it came in, is owed, or is not due yet; due today is not owed yet."""
        if self.arrears <= ZERO:
            return IncomeStand.DONE
        return IncomeStand.OWED if self.due_on is None or self.due_on < today else IncomeStand.OPEN

    def days_late(self, today: date) -> int:
        """Days since it was due, of what is owed."""
        return (today - self.due_on).days if self.due_on and self.stand(today) is IncomeStand.OWED else 0


@dataclass(frozen=True, slots=True)
class IncomeFilter:
    """Which incomes. kept: only those with something to distribute."""

    year: int | None = None
    stand: IncomeStand | None = None
    kept: bool = False
    q: str = ""
    asset_id: int | None = None
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class FoundIncome:
    """A page of incomes, the count of all and their sums."""

    rows: Sequence[IncomeRow]
    count: int
    due: Money
    received: Money
    distributed: Money
    arrears: Money


def _tests(who: Viewer, wanted: IncomeFilter, today: date) -> list[Any]:
    tests: list[Any] = [seen_assets(who), stands()]
    if wanted.year:
        tests.append(Income.year == wanted.year)
    if wanted.asset_id:
        tests.append(Income.asset_id == wanted.asset_id)
    if wanted.q:
        words = (Asset.name, Asset.code, Income.payer, Income.contract_no, Asset.owner_name)
        tests.append(or_(*(c.contains(wanted.q, autoescape=True) for c in words)))
    got = received_of()
    past = or_(Income.due_on.is_(None), Income.due_on < today)
    if wanted.stand is IncomeStand.DONE:
        tests.append(got >= Income.due)
    elif wanted.stand is IncomeStand.OWED:
        tests += [got < Income.due, past]
    elif wanted.stand is IncomeStand.OPEN:
        tests += [got < Income.due, Income.due_on >= today]
    if wanted.kept:
        tests.append(got > distributed_of())
    return tests


def _columns() -> tuple[Any, ...]:
    return (
        Income.id, Asset.id, Asset.code, Asset.name, func.coalesce(Village.name, Town.name, "县直"), Income.year, Income.kind,
        Income.payer, Income.contract_no, Income.due_on, Income.due, received_of(), last_received(), distributed_of(),
        Income.matter_id,
    )  # fmt: skip


def _joined(query: Any) -> Any:
    return (
        query.select_from(Income)
        .join(Asset, Income.asset_id == Asset.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(Town, Asset.town_id == Town.id)
    )


def incomes(session: Session, who: Viewer, wanted: IncomeFilter, today: date) -> FoundIncome:
    """The incomes of assets this person may see, the latest due first, with the sums of all that match."""
    tests = _tests(who, wanted, today)
    order = (Income.due_on.desc(), Income.id.desc())
    offset = (wanted.page - 1) * wanted.size
    rows = session.execute(
        _joined(select(*_columns())).where(*tests).order_by(*order).limit(wanted.size).offset(offset)
    )
    found = [IncomeRow(*row) for row in rows]
    sums = _joined(
        select(func.count(), func.sum(Income.due), func.sum(received_of()), func.sum(distributed_of()))
    ).where(*tests)
    count, due, got, shared = session.execute(sums).one()
    money = [value if isinstance(value, Money) else Money(int(value or 0)) for value in (due, got, shared)]
    return FoundIncome(found, count or 0, money[0], money[1], money[2], money[0] - money[1])


def income(session: Session, who: Viewer, income_id: int) -> IncomeRow:
    """One income. Raises NotFound for hidden and missing alike."""
    row = session.execute(_joined(select(*_columns())).where(Income.id == income_id, seen_assets(who))).first()
    if row is None:
        raise NotFound("没有这笔应收收益，或者不在您的管理范围内")
    return IncomeRow(*row)


def of_asset(session: Session, asset_id: int) -> list[IncomeRow]:
    """Every income of an asset that stands, the latest first."""
    query = _joined(select(*_columns())).where(Income.asset_id == asset_id, stands())
    return [IncomeRow(*row) for row in session.execute(query.order_by(Income.due_on.desc(), Income.id.desc()))]


# ---------- contracts ----------


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract in the books with what it brings. until: its last day, or the day it was ended."""

    matter_id: int
    number: str
    asset: str
    asset_id: int
    kind: Coded
    operator: str
    contract_no: str
    begins_on: date
    ends_on: date
    ended_on: date | None
    amount: Money

    @property
    def until(self) -> date:
        return self.ended_on or self.ends_on


def contracts(session: Session, who: Viewer, q: str = "") -> list[ContractRow]:
    """Contracts in the books, those that end first first."""
    c, m = AssetContract, AssetMatter
    query = (
        select(
            m.id, m.number, Asset.name, Asset.id, c.kind, c.operator, c.contract_no, c.begins_on, c.ends_on, c.ended_on,
            m.amount,
        )
        .join(m, c.matter_id == m.id)
        .join(Asset, m.asset_id == Asset.id)
        .where(m.state == MatterState.APPROVED, seen_assets(who))
        .order_by(func.coalesce(c.ended_on, c.ends_on), m.id)
    )  # fmt: skip
    if q:
        query = query.where(
            or_(*(x.contains(q, autoescape=True) for x in (Asset.name, Asset.code, c.operator, c.contract_no)))
        )
    return [ContractRow(*tuple[Any, ...](row)) for row in session.execute(query)]


# ---------- a distribution on its way ----------


@dataclass(frozen=True, slots=True)
class LineStand:
    """One line of a distribution: what it is, what was paid of it."""

    id: int
    use: Any
    amount: Money
    households: int
    workers: int
    words: str
    paid: Money

    @property
    def left(self) -> Money:
        return self.amount - self.paid if self.use.is_paid_out else ZERO


def lines_of(session: Session, matter: AssetMatter) -> list[LineStand]:
    """The lines of a distribution with what was paid of each."""
    if matter.sharing is None:
        return []
    p = SharingPayout
    paid = dict(
        session.execute(
            select(p.line_id, func.sum(p.amount))
            .join(AssetMatter, p.matter_id == AssetMatter.id)
            .join(SharingLine, p.line_id == SharingLine.id)
            .where(SharingLine.sharing_id == matter.sharing.id, AssetMatter.state.in_(IN_BOOKS))
            .group_by(p.line_id)
        ).all()
    )
    return [
        LineStand(x.id, x.use, x.amount, x.households, x.workers, x.words, paid.get(x.id) or ZERO)
        for x in matter.sharing.lines
    ]


def income_notices(session: Session, matter: AssetMatter) -> list[tuple[int, str, date, date | None, PublicState]]:
    """Public notices about the income a distribution takes from: id, number, first and last day, state."""
    incomes_of = sorted({share.income_id for share in matter.shares}) if matter.sharing is not None else []
    if not incomes_of:
        return []
    n, s = PublicNotice, PublicSubject
    rows = session.execute(
        select(n.id, n.number, n.first_on, n.last_on, n.state)
        .join(s, s.public_id == n.id)
        .where(s.table_name == Occasion.INCOME.table, s.row_id.in_(incomes_of), n.state != PublicState.WITHDRAWN)
        .distinct()
        .order_by(n.id)
    )
    return [(key, number or "未编号", first, last, state) for key, number, first, last, state in rows]


def payable(session: Session, who: Viewer) -> list[tuple[int, str, Money]]:
    """Approved distributions that are not paid in full: paper, asset, what is left."""
    m, s, line, p = AssetMatter, IncomeSharing, SharingLine, SharingPayout
    Paying = aliased(AssetMatter)
    paid = (
        select(func.coalesce(func.sum(p.amount), literal_column("0")))
        .join(Paying, p.matter_id == Paying.id)
        .where(p.line_id == line.id, Paying.state.in_(IN_BOOKS))
        .correlate(line)
        .scalar_subquery()
    )
    rows = session.execute(
        select(m.id, Asset.name, line.use, line.amount, money_of(paid))
        .join(s, s.matter_id == m.id)
        .join(line, line.sharing_id == s.id)
        .join(Asset, m.asset_id == Asset.id)
        .where(m.state == MatterState.APPROVED, seen_assets(who, Permission.RECORD_INCOME))
        .order_by(m.id, line.position)
    )
    left: dict[tuple[int, str], Money] = {}
    for key, name, use, amount, told in rows:
        if use.is_paid_out and told < amount:
            left[key, name] = left.get((key, name), ZERO) + amount - told
    return [(key, name, amount) for (key, name), amount in left.items()]


def is_station(asset: Asset) -> bool:
    """Whether the asset's income is electricity."""
    return asset.kind == STATION
