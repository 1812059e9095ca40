"""The asset register for other readers: labels to stick on assets, and the public edition without anybody's personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE, OwnerType
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.queries.assets import HAS_TITLE, Town, Village, condition, filter_from
from fundsys.queries.registers import ASSET_FILTERS, CLASS_ORDER, Wanted, check_filters
from fundsys.queries.viewer import seen_assets

MOST_LABELS = 480
"""Labels in one print: twenty sheets of twenty-four."""
HOUSEHOLDS = "受益户"
"""What the public edition says of an owner who is a household."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label. asset_id: where its code leads."""

    asset_id: int
    asset_no: str
    asset_name: str
    project_year: int
    town: str
    village: str
    title_holder: str
    supervisor: str
    keeper: str


def _tests(session: Session, wanted: Wanted) -> list[Any]:
    check_filters(wanted, ASSET_FILTERS)
    found: list[Any] = [condition(filter_from(session, wanted.where)), Asset.status.not_in(GONE)]
    found.append(true() if wanted.who is None else seen_assets(wanted.who, Permission.PRINT))
    if wanted.until is not None:
        found.append(or_(Asset.registered_on.is_(None), Asset.registered_on <= wanted.until))
    return found


def _placed(*columns: Any) -> Any:
    return select(*columns).outerjoin(Town, Asset.town_id == Town.id).outerjoin(Village, Asset.village_id == Village.id)


def labels(session: Session, wanted: Wanted) -> list[LabelRow]:
    """PF53: the labels of assets in the books, place after place. Raises DomainError for more than one print holds."""
    tests = _tests(session, wanted)
    count = session.scalar(_placed(func.count(Asset.id)).where(*tests)) or 0
    if count > MOST_LABELS:
        raise DomainError(
            f"按现在的筛选有 {count:,} 项资产，一次最多印 {MOST_LABELS} 张标签，请选镇、村或年度后再印", field="where"
        )
    a = Asset
    rows = session.execute(
        _placed(
            a.id, a.code, a.name, a.project_year, func.coalesce(Town.name, "县本级"), func.coalesce(Village.name, ""),
            a.owner_name, a.supervisor, a.keeper,
        )
        .where(*tests)
        .order_by(Town.code, Village.code, a.code)
    )  # fmt: skip
    return [LabelRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PublicAssetRow:
    """One asset of the public edition. It has no place for a name, a number or free words of or about a person."""

    asset_no: str
    asset_name: str
    asset_class: str
    project_year: int
    town: str
    village: str
    quantity: Decimal
    quantity_unit: str
    original_cost: Money
    owner_type: str
    title_holder: str
    titled: str
    supervisor: str
    asset_status: str


def public_assets(session: Session, wanted: Wanted) -> Iterator[PublicAssetRow]:
    """PF54: assets in the books for the public, in the order of the register.

    Keeper, operator, phone, place in words and remark are not read at all; of what belongs to households only the kind.
    """
    a = Asset
    rows = session.execute(
        _placed(
            a.code, a.name, a.kind, a.asset_class, a.project_year, func.coalesce(Town.name, "县本级"),
            func.coalesce(Village.name, ""), a.quantity, a.quantity_unit, a.original_cost, a.owner_type, a.owner_name,
            HAS_TITLE, a.supervisor, a.status,
        )
        .where(*_tests(session, wanted))
        .order_by(CLASS_ORDER, Town.code, Village.code, a.code)
        .execution_options(yield_per=2000)
    )  # fmt: skip
    for (
        code,
        name,
        kind,
        of,
        year,
        town,
        village,
        quantity,
        unit,
        cost,
        owner_type,
        owner,
        titled,
        above,
        status,
    ) in rows:
        private = owner_type is OwnerType.HOUSEHOLD or not of.needs_maintenance
        yield PublicAssetRow(
            code, (kind or "到户资产") if private else name, of.label, year, town, village, quantity, unit, cost,
            owner_type.label, HOUSEHOLDS if private else owner, "已确权" if titled else "待确权", above, status.label,
        )  # fmt: skip
