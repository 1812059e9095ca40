"""Who keeps an asset since when: one person and one fund source at a time, the register's row always saying the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, MaintenanceSector
from fundsys.models.maintenance import KeeperAssignment
from fundsys.queries.facts import county_today
from fundsys.queries.viewer import require_asset, viewer_of
from fundsys.services import vault
from fundsys.services.acts import Act

FIELDS = ("keeper", "keeper_phone_id", "maintenance_body", "maintenance_fund", "sector_id", "public_post")
"""What an assignment and the register's row both say."""


@dataclass(frozen=True, slots=True)
class AssignEntry:
    """Who keeps it from a day on. phone: "" keeps the number only where the keeper stays the same. public_post: paid as 公益岗位."""

    from_on: date
    keeper: str
    maintenance_body: str
    maintenance_fund: str
    sector_id: int | None
    phone: str = ""
    reason: str = ""
    document_no: str = ""
    public_post: bool = False


def assign_keeper(asset_id: int, entry: AssignEntry, *, version: int | None = None, act: Act) -> KeeperAssignment:
    """Give an asset its keeper from a day on. Raises: NotAllowed, NotFound, DomainError, Stale."""
    asset = require_asset(act.session, viewer_of(act.person) if act.person else None, Permission.MAINTAIN, asset_id)
    act.check_version(asset, version, {"keeper": entry.keeper, "maintenance_fund": entry.maintenance_fund})
    for name, value, said in (
        ("keeper", entry.keeper, "管护责任人"),
        ("maintenance_body", entry.maintenance_body, "管护主体"),
        ("maintenance_fund", entry.maintenance_fund, "管护经费来源"),
    ):
        if not value.strip():
            raise DomainError(f"请填写{said}", field=name)
    if entry.from_on > county_today(act.session):
        raise DomainError("起始日期不能晚于今天，到任当天再登记", field="from_on")
    if entry.sector_id is None or act.session.get(MaintenanceSector, entry.sector_id) is None:
        raise DomainError("请选择管护行业", field="sector_id")
    before = {name: getattr(asset, name) for name in FIELDS}
    phone = vault.put("phone", entry.phone, act=act) if entry.phone.strip() else None
    if phone is None and entry.keeper.strip() == asset.keeper:
        phone = asset.keeper_phone_id
    after: dict[str, Any] = {
        "keeper": entry.keeper.strip()[:40],
        "keeper_phone_id": phone,
        "maintenance_body": entry.maintenance_body.strip()[:80],
        "maintenance_fund": entry.maintenance_fund.strip()[:80],
        "sector_id": entry.sector_id,
        "public_post": entry.public_post,
    }
    made = _succeed(act, asset, before, after, entry.from_on)
    made.reason, made.document_no = entry.reason.strip()[:200], entry.document_no.strip()[:60]
    for name, value in after.items():
        setattr(asset, name, value)
    asset.version += 1
    act.session.flush()
    act.subject = f"{asset.name}：{made.keeper}"
    return made


def note_changes(changed: Iterable[tuple[int, Mapping[str, Any]]], *, act: Act) -> None:
    """Keep the time of changes an import made to registers' rows (asset id → what stood before), from today on.

    Call it after the rows were changed. Assets that lose their keeper or fund lose their assignment too.
    """
    before = {asset_id: told for asset_id, told in changed if any(name in told for name in FIELDS)}
    if not before:
        return
    today = county_today(act.session)
    act.session.flush()
    for asset in act.session.scalars(
        select(Asset).where(Asset.id.in_(before)).execution_options(populate_existing=True)
    ):
        after = {name: getattr(asset, name) for name in FIELDS}
        was = after | {name: value for name, value in before[asset.id].items() if name in FIELDS}
        if after["keeper"] and after["maintenance_fund"]:
            made = _succeed(act, asset, was, after, today, overwrite=True)
            made.reason = made.reason or "导入资产登记"
        else:
            _end(act, asset.id, today)
    act.session.flush()


def _succeed(
    act: Act, asset: Asset, before: Mapping[str, Any], after: Mapping[str, Any], day: date, overwrite: bool = False
) -> KeeperAssignment:
    """End what stood and begin what is new; the first time, what the register said before becomes a row too."""
    standing = act.session.scalars(
        select(KeeperAssignment).where(KeeperAssignment.asset_id == asset.id, KeeperAssignment.to_on.is_(None))
    ).one_or_none()
    if standing is None and not _ever(act, asset.id):
        begun = min((d for d in (asset.in_use_on, asset.registered_on, asset.accepted_on) if d), default=None)
        if begun and begun < day and before["keeper"] and before["maintenance_fund"]:
            standing = KeeperAssignment(asset_id=asset.id, from_on=begun, reason="资产登记时的责任人", **before)
            act.session.add(standing)
            act.session.flush()
    if standing is not None and standing.from_on >= day:
        if standing.from_on > day or not overwrite:
            told = standing.from_on.isoformat()
            raise DomainError(f"{told} 起已由{standing.keeper}负责，新的起始日期要在这以后", field="from_on")
        for name, value in after.items():
            setattr(standing, name, value)
        standing.version += 1
        return standing
    if standing is not None:
        standing.to_on = day
        standing.version += 1
        act.session.flush()
    made = KeeperAssignment(asset_id=asset.id, from_on=day, assigned_by=act.person_id, **after)
    act.session.add(made)
    return made


def _ever(act: Act, asset_id: int) -> bool:
    return (
        act.session.scalar(select(KeeperAssignment.id).where(KeeperAssignment.asset_id == asset_id).limit(1))
        is not None
    )


def _end(act: Act, asset_id: int, day: date) -> None:
    standing = act.session.scalars(
        select(KeeperAssignment).where(KeeperAssignment.asset_id == asset_id, KeeperAssignment.to_on.is_(None))
    ).one_or_none()
    if standing is None:
        return
    if standing.from_on >= day:
        act.session.delete(standing)
    else:
        standing.to_on = day
        standing.version += 1
