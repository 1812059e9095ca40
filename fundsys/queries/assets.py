"""The asset register as people read it: the list with its totals, and one asset's card."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.assets import GONE, AssetClass, AssetStatus
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector, Patrol
from fundsys.models.funds import FundSource
from fundsys.models.journal import Vault
from fundsys.models.office import Region
from fundsys.models.types import MoneyType
from fundsys.queries.income import IncomeRow, of_asset
from fundsys.queries.kept import kept
from fundsys.queries.looking import holds
from fundsys.queries.maintenance import next_due, rhythms, schemes_on
from fundsys.queries.viewer import Viewer, reach, seen_assets

NOTHING = literal(ZERO, MoneyType())
Town, Village = aliased(Region), aliased(Region)
HAS_TITLE = and_(Asset.titled_on.is_not(None), Asset.title_document != "")
"""Titled: the day and the document are both there."""
IS_VALUED = or_(Asset.appraised_value.is_not(None), Asset.appraisal_no != "")
"""Valued: the value or the number of the appraisal is there."""
SORTS: dict[str, Any] = {
    "code": Asset.code,
    "name": Asset.name,
    "town": Town.code,
    "year": Asset.project_year,
    "cost": Asset.original_cost,
    "net": Asset.net_value,
    "status": Asset.status,
}


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What is looked for; empty fields ask for nothing. titled: "yes", "no" or "". years inclusive.

    on_books: what was disposed of or merged into another is left out.
    """

    text: str = ""
    town_id: int | None = None
    village_id: int | None = None
    asset_class: AssetClass | None = None
    first_year: int | None = None
    last_year: int | None = None
    owner: str = ""
    sector_id: int | None = None
    status: AssetStatus | None = None
    titled: str = ""
    on_books: bool = False


def condition(wanted: AssetFilter) -> ColumnElement[bool]:
    """The filter as a WHERE clause over asset."""
    tests: list[ColumnElement[bool]] = [true()]
    if wanted.text:
        tests.append(holds(wanted.text, Asset.code, Asset.name, Asset.keeper))
    for column, value in (
        (Asset.town_id, wanted.town_id),
        (Asset.village_id, wanted.village_id),
        (Asset.asset_class, wanted.asset_class),
        (Asset.sector_id, wanted.sector_id),
        (Asset.status, wanted.status),
    ):
        if value is not None:
            tests.append(column == value)
    if wanted.first_year is not None:
        tests.append(Asset.project_year >= wanted.first_year)
    if wanted.last_year is not None:
        tests.append(Asset.project_year <= wanted.last_year)
    if wanted.owner:
        tests.append(holds(wanted.owner, Asset.owner_name))
    if wanted.titled:
        tests.append(HAS_TITLE if wanted.titled == "yes" else ~HAS_TITLE)
    if wanted.on_books:
        tests.append(Asset.status.not_in(GONE))
    return and_(*tests)


def filter_from(session: Session, told: Mapping[str, str]) -> AssetFilter:
    """The filter of an address or a command: town, village, class, year (2021 or 2021-2023), owner, sector, status, titled, books, q.

    Places and sectors are told by name, code or id. Raises DomainError for a value there is none of.
    """
    first, last = _years(told.get("year", ""))
    town_id = _place(session, told.get("town", ""), "town")
    return AssetFilter(
        text=told.get("q", "").strip()[:60],
        town_id=town_id,
        village_id=_place(session, told.get("village", ""), "village", town_id),
        asset_class=_coded(AssetClass, told.get("class", ""), "资产类别"),
        first_year=first,
        last_year=last,
        owner=told.get("owner", "").strip()[:60],
        sector_id=_sector(session, told.get("sector", "")),
        status=_coded(AssetStatus, told.get("status", ""), "资产状态"),
        titled=told.get("titled", "") if told.get("titled") in ("yes", "no") else "",
        on_books=told.get("books") == "1",
    )


def _years(text: str) -> tuple[int | None, int | None]:
    if not text.strip():
        return None, None
    parts = text.replace("—", "-").replace("至", "-").split("-")
    if len(parts) > 2 or not all(p.strip().isdecimal() and len(p.strip()) == 4 for p in parts):
        raise DomainError(f"年度“{text}”看不懂，请写 2023 或 2021-2023", field="year")
    return int(parts[0]), int(parts[-1])


def _coded(kind: Any, text: str, word: str) -> Any:
    if not text:
        return None
    found = next((m for m in kind if text in (m.code, m.label)), None)
    if found is None:
        raise DomainError(f"没有“{text}”这种{word}，可选：{'、'.join(m.label for m in kind)}", field="where")
    return found


def _place(session: Session, text: str, level: str, town_id: int | None = None) -> int | None:
    """The place told by id, code or name. Villages of one name in several towns are told apart by their town."""
    if not text:
        return None
    places = _places(session, level)
    if text.isdecimal() and len(text) < 7:
        found = [place_id for place_id, _, _ in places if place_id == int(text)]
    else:
        town = next((code[:9] for place_id, code, _ in _places(session, "town") if place_id == town_id), "")
        found = [i for i, code, name in places if text in (code, name) and code.startswith(town)]
    if len(found) == 1:
        return found[0]
    if found:
        raise DomainError(f"有 {len(found)} 个村都叫“{text}”，请同时写明镇", field="where")
    raise DomainError(f"没有名为“{text}”的{'镇' if level == 'town' else '村'}", field="where")


def in_words(session: Session, told: Mapping[str, str], wanted: AssetFilter | None = None) -> dict[str, str]:
    """The same filter with every id and code in words, as a paper tells it. Raises DomainError as `filter_from`.

    wanted: what filter_from made of it, where that is known.
    """
    wanted = wanted or filter_from(session, told)
    words = {
        "town": wanted.town_id and _named(_places(session, "town"), wanted.town_id),
        "village": wanted.village_id and _named(_places(session, "village"), wanted.village_id),
        "class": wanted.asset_class and wanted.asset_class.label,
        "status": wanted.status and wanted.status.label,
        "books": "在册（已处置、已合并的不计）" if wanted.on_books else None,
        "sector": wanted.sector_id and _named(_sectors(session), wanted.sector_id),
    }
    return {key: words.get(key) or value for key, value in told.items()}


def _named(rows: list[tuple[int, str, str]], wanted: int) -> str | None:
    return next((name for number, _, name in rows if number == wanted), None)


def _places(session: Session, level: str) -> list[tuple[int, str, str]]:
    return kept(
        session,
        ("places", level),
        frozenset({"region"}),
        lambda: _three(session, select(Region.id, Region.code, Region.name).where(Region.level == level)),
    )


def _three(session: Session, query: Select[*tuple[Any, ...]]) -> list[tuple[int, str, str]]:
    return [(i, code, name) for i, code, name in session.execute(query)]


def _sector(session: Session, text: str) -> int | None:
    if not text:
        return None
    for sector_id, code, name in _sectors(session):
        if text in (code, name, str(sector_id)):
            return sector_id
    raise DomainError(f"没有名为“{text}”的管护行业", field="where")


def _sectors(session: Session) -> list[tuple[int, str, str]]:
    return kept(session, "sectors", frozenset({"maintenance_sector"}), lambda: _three(session, _SECTORS))


_SECTORS = select(MaintenanceSector.id, MaintenanceSector.code, MaintenanceSector.name)
_VILLAGES = select(Region.id, Region.name).where(Region.level == "village").order_by(Region.code)
_ACTIVE_SECTORS = (
    select(MaintenanceSector.id, MaintenanceSector.name)
    .where(MaintenanceSector.active)
    .order_by(MaintenanceSector.code)
)


# ---------- the list ----------


class AssetRow(NamedTuple):
    """One line of the register's list."""

    id: int
    code: str
    name: str
    asset_class: AssetClass
    town: str
    village: str
    year: int
    original_cost: Money
    net_value: Money | None
    titled_on: date | None
    title_document: str
    sector: str
    keeper: str
    status: AssetStatus

    @property
    def is_titled(self) -> bool:
        return self.titled_on is not None and self.title_document != ""


@dataclass(frozen=True, slots=True)
class AssetSums:
    """Totals of what was found: count, cost, net value, per class, and how many have a title."""

    count: int
    original_cost: Money
    net_value: Money
    titled: int
    by_class: tuple[tuple[AssetClass, int, Money], ...] = field(default=())


_LINES = (
    select(
        Asset.id,
        Asset.code,
        Asset.name,
        Asset.asset_class,
        func.coalesce(Town.name, ""),
        func.coalesce(Village.name, ""),
        Asset.project_year,
        Asset.original_cost,
        Asset.net_value,
        Asset.titled_on,
        Asset.title_document,
        func.coalesce(MaintenanceSector.name, ""),
        Asset.keeper,
        Asset.status,
    )
    .outerjoin(Town, Asset.town_id == Town.id)
    .outerjoin(Village, Asset.village_id == Village.id)
    .outerjoin(MaintenanceSector, Asset.sector_id == MaintenanceSector.id)
    .where(Asset.id.in_(bindparam("ids", expanding=True)))
)
_BEHIND = frozenset({"asset", "region"})
"""What the order and the totals of the list are read from."""
BEHIND_LINES = _BEHIND | {"maintenance_sector"}
"""What its lines are read from."""


def assets(
    session: Session,
    who: Viewer,
    wanted: AssetFilter,
    *,
    sort: str = "code",
    down: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[AssetRow], AssetSums]:
    """One page of the assets found, and the totals of all found. sort: a key of SORTS.

    Which assets these are and in what order is kept until an asset changes: the last page costs what the first does.
    """
    seen_by = reach(who, Permission.READ_ASSETS)

    def found() -> ColumnElement[bool]:
        return and_(seen_assets(who), condition(wanted))

    ids = kept(session, ("asset ids", seen_by, wanted, sort, down), _BEHIND, lambda: _ids(session, found(), sort, down))
    told = kept(session, ("asset sums", seen_by, wanted), _BEHIND, lambda: sums(session, found()))
    page = ids[offset : offset + limit].tolist()
    rows = {
        row[0]: AssetRow(*tuple[Any, ...](row)) for row in session.connection().execute(_LINES, {"ids": page}).all()
    }
    return [rows[i] for i in page if i in rows], told


def _ids(session: Session, found: ColumnElement[bool], sort: str, down: bool) -> array[int]:
    """The ids of all assets found, in order."""
    order = SORTS.get(sort, Asset.code)
    query = select(Asset.id).where(found).order_by(order.desc() if down else order, Asset.id)
    if sort == "town":
        query = query.outerjoin(Town, Asset.town_id == Town.id)
    return array("q", session.connection().execute(query).scalars())


def sums(session: Session, found: ColumnElement[bool]) -> AssetSums:
    """The totals of what was found, from one grouped select."""
    titled = func.sum(case((and_(Asset.titled_on.is_not(None), Asset.title_document != ""), 1), else_=0))
    rows = session.execute(
        select(
            Asset.asset_class,
            func.count(),
            func.coalesce(func.sum(Asset.original_cost), NOTHING),
            func.coalesce(func.sum(Asset.net_value), NOTHING),
            titled,
        )
        .where(found)
        .group_by(Asset.asset_class)
    ).all()
    return AssetSums(
        count=sum(r[1] for r in rows),
        original_cost=sum((r[2] for r in rows), ZERO),
        net_value=sum((r[3] for r in rows), ZERO),
        titled=int(sum(r[4] or 0 for r in rows)),
        by_class=tuple((r[0], r[1], r[2]) for r in sorted(rows, key=lambda r: list(AssetClass).index(r[0]))),
    )


# ---------- one asset ----------


@dataclass(frozen=True, slots=True)
class AssetCard:
    """Everything the card of one asset shows. record: the asset, for reading only; phone is masked."""

    record: Asset
    town: str
    village: str
    sector: str
    sector_lead: str
    patrol_words: str
    next_patrol_on: date | None
    supervisor: str
    phone: str
    costs: tuple[tuple[str, str, Money], ...]
    patrols: tuple[Patrol, ...]
    incomes: tuple[IncomeRow, ...]


def asset_card(session: Session, who: Viewer, asset_id: int, day: date = date.max) -> AssetCard:
    """One asset with its cost by source, patrols and income; its scheme as of the day. Raises NotFound for hidden and missing."""
    found = session.scalars(
        select(Asset).where(Asset.id == asset_id, seen_assets(who, Permission.READ_ASSETS))
    ).one_or_none()
    if found is None:
        raise NotFound("没有这项资产，或者不在您的管理范围内")
    phone = (
        session.scalar(select(Vault.masked).where(Vault.id == found.keeper_phone_id)) if found.keeper_phone_id else ""
    )
    costs = session.execute(
        select(FundSource.level, FundSource.name, AssetCost.amount)
        .join(FundSource, AssetCost.source_id == FundSource.id)
        .where(AssetCost.asset_id == asset_id)
        .order_by(FundSource.code)
    )
    scheme = schemes_on(session, day).get(found.sector_id) if found.sector_id else None
    begun = min((d for d in (found.in_use_on, found.registered_on) if d), default=None)
    return AssetCard(
        record=found,
        town=found.town.name if found.town else "",
        village=found.village.name if found.village else "",
        sector=found.sector.name if found.sector else "",
        sector_lead=found.sector.lead if found.sector else "",
        patrol_words=scheme.interval.words if scheme and scheme.interval else "",
        next_patrol_on=next_due(rhythms(session), found.sector_id, found.last_patrol_on, begun)
        if found.sector_id
        else None,
        supervisor=found.supervisor,
        phone=phone or "",
        costs=tuple((level.label, name, amount) for level, name, amount in costs),
        patrols=tuple(
            session.scalars(
                select(Patrol).where(Patrol.asset_id == asset_id).order_by(Patrol.patrolled_on.desc()).limit(24)
            )
        ),
        incomes=tuple(of_asset(session, asset_id)),
    )


def villages(session: Session, town_id: int | None) -> list[tuple[int, str]]:
    """The villages of a town, for filters; none without a town (there are too many of one name)."""
    if town_id is None:
        return []
    return kept(
        session,
        ("villages", town_id),
        frozenset({"region"}),
        lambda: _pairs(session, _VILLAGES.where(Region.parent_id == town_id)),
    )


def sectors(session: Session) -> list[tuple[int, str]]:
    """The maintenance sectors, for filters."""
    return kept(session, "active sectors", frozenset({"maintenance_sector"}), lambda: _pairs(session, _ACTIVE_SECTORS))


def _pairs(session: Session, query: Select[*tuple[Any, ...]]) -> list[tuple[int, str]]:
    return [(i, name) for i, name in session.execute(query)]
