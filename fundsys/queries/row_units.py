"""Which unit a record belongs to, so that a fault found in it has somebody to put it right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fundsys.models.assets import Asset, Income
from fundsys.models.desk import Contract, PaymentRequest
from fundsys.models.funds import Allocation, Payment
from fundsys.models.industry import LegacyProject
from fundsys.models.matters import AssetMatter
from fundsys.models.office import Unit
from fundsys.models.papers import Rectification
from fundsys.models.projects import Project
from fundsys.models.publicity import PublicNotice
from fundsys.models.work_relief import ReliefLine, ReliefRoster

MOST_AT_ONCE = 900


def _of_project(model: Any) -> Any:
    return select(model.id, Project.owner_unit_id).join(Project, model.project_id == Project.id)


def _of_asset(model: Any) -> Any:
    return select(model.id, Asset.owner_unit_id).join(Asset, model.asset_id == Asset.id)


def _of_town() -> Any:
    """The town government that answers for an industry project of earlier years."""
    town = select(func.min(Unit.id)).where(Unit.region_id == LegacyProject.town_id, Unit.kind == "town")
    return select(LegacyProject.id, town.scalar_subquery())


_ASKED: dict[str, Callable[[], Any]] = {
    "project": lambda: select(Project.id, Project.owner_unit_id),
    "asset": lambda: select(Asset.id, Asset.owner_unit_id),
    "legacy_project": _of_town,
    "rectification": lambda: select(Rectification.id, Rectification.unit_id),
    "public_notice": lambda: select(PublicNotice.id, PublicNotice.unit_id),
    "contract": lambda: _of_project(Contract),
    "payment_request": lambda: _of_project(PaymentRequest),
    "payment": lambda: _of_project(Payment),
    "allocation": lambda: _of_project(Allocation),
    "income": lambda: _of_asset(Income),
    "asset_matter": lambda: select(AssetMatter.id, func.coalesce(AssetMatter.unit_id, Project.owner_unit_id)).outerjoin(
        Project, AssetMatter.project_id == Project.id
    ),
    "relief_line": lambda: (
        select(ReliefLine.id, Project.owner_unit_id)
        .join(ReliefRoster, ReliefLine.roster_id == ReliefRoster.id)
        .join(Project, ReliefRoster.project_id == Project.id)
    ),
    "unit": lambda: select(Unit.id, Unit.id),
}
_FINANCE = frozenset({"allotment_notice", "treasury_list"})


def units_of(session: Session, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """(table, id) → the unit it belongs to; notices and lists belong to the finance bureau, what is nobody's is left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for table, key in records:
        wanted[table].add(key)
    found: dict[tuple[str, int], int] = {}
    for table, keys in wanted.items():
        if table in _FINANCE:
            bureau = unit_of_kind(session, "finance")
            found |= {(table, key): bureau for key in keys if bureau is not None}
        elif table in _ASKED:
            found |= {(table, key): unit for key, unit in _read(session, table, keys).items()}
    return found


def _read(session: Session, table: str, keys: set[int]) -> Mapping[int, int]:
    query = _ASKED[table]()
    column = query.selected_columns[0]
    told: dict[int, int] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), MOST_AT_ONCE):
        rows = session.execute(query.where(column.in_(ordered[start : start + MOST_AT_ONCE])))
        told |= {key: unit for key, unit in rows if unit is not None}
    return told


def unit_of_kind(session: Session, kind: str) -> int | None:
    """The first unit of a kind: the finance bureau, the lead bureau."""
    return session.scalar(select(func.min(Unit.id)).where(Unit.kind == kind, Unit.active))


def units_with_records(session: Session) -> list[tuple[int, str]]:
    """The units that own projects or assets, by name."""
    owners = select(Project.owner_unit_id).union(select(Asset.owner_unit_id)).subquery()
    rows = session.execute(
        select(Unit.id, Unit.name).where(or_(Unit.id.in_(select(owners)), Unit.kind == "finance")).order_by(Unit.name)
    )
    return [(key, name) for key, name in rows]
