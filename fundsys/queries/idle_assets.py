"""Idle and under-used assets with their remedies, and operating assets for which nothing comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.assets import GONE, AssetClass, AssetStatus
from fundsys.domain.money import Money
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IdleStep
from fundsys.models.matters import AssetMatter
from fundsys.queries.income import Town, Village, last_received
from fundsys.queries.viewer import Viewer, seen_assets


@dataclass(frozen=True, slots=True)
class IdleRow:
    """An asset that is idle, under-used or suspected of it, with its remedy. paper: the paper that says so."""

    asset_id: int
    code: str
    asset: str
    village: str
    status: AssetStatus
    original_cost: Money
    since: date | None
    words: str
    responsible: str
    due_on: date | None
    paper: int | None

    def is_late(self, today: date) -> bool:
        """Whether the deadline has passed; today is still in time."""
        return self.due_on is not None and self.due_on < today


def idle(session: Session, who: Viewer) -> list[IdleRow]:
    """Idle and under-used assets with their newest remedy, those without one first."""
    m, i = AssetMatter, IdleStep
    newest = (
        select(func.max(m.id))
        .where(m.asset_id == Asset.id, m.kind == MatterKind.IDLE, m.state == MatterState.APPROVED)
        .correlate(Asset)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Asset.id, Asset.code, Asset.name, func.coalesce(Village.name, Town.name, "县直"), Asset.status, Asset.original_cost,
            m.happened_on, func.coalesce(m.words, ""), func.coalesce(i.responsible, ""), i.due_on, m.id,
        )
        .outerjoin(m, m.id == newest)
        .outerjoin(i, i.matter_id == m.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .outerjoin(Town, Asset.town_id == Town.id)
        .where(Asset.status.in_((AssetStatus.IDLE, AssetStatus.UNDERUSED)), seen_assets(who))
        .order_by(m.id.is_not(None), i.due_on, Asset.id)
    )  # fmt: skip
    return [IdleRow(*row) for row in rows]


def without_income(
    session: Session, who: Viewer, today: date, months: int
) -> list[tuple[int, str, str, Money, date | None]]:
    """Operating assets in use for which nothing came in for so many months: id, code, name, cost, the last receipt.

    Source: audit_findings.yaml F081. Assets in use for a shorter time are left out.
    """
    since = today - timedelta(days=30 * months)
    last = select(func.max(last_received())).where(Income.asset_id == Asset.id).correlate(Asset).scalar_subquery()
    rows = session.execute(
        select(Asset.id, Asset.code, Asset.name, Asset.original_cost, last)
        .where(
            seen_assets(who), Asset.asset_class == AssetClass.INCOME, Asset.status.not_in(GONE),
            Asset.status.in_((AssetStatus.IN_USE, AssetStatus.LEASED)),
            func.coalesce(Asset.in_use_on, Asset.registered_on, since) <= since,
        )
        .order_by(Asset.id)
    )  # fmt: skip
    return [
        (key, code, name, cost, day)
        for key, code, name, cost, told in rows
        if (day := date.fromisoformat(told) if isinstance(told, str) else told) is None or day < since
    ]
