"""The demo's prints: a town's register before and after a split that was posted late, so that both show and differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys import printing, store
from fundsys.domain.assets import AssetStatus
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.matters import ValueEntry
from fundsys.models.office import Person
from fundsys.queries.drift import WATCH
from fundsys.queries.viewer import Viewer, viewer
from fundsys.services import jobs, matters, prints
from fundsys.services.acts import act

POSTED_FOR = date(2024, 11, 15)
"""The day the split counts from; it is approved after the register was printed."""


def write_prints() -> list[str]:
    """Print the town's register, split an asset dated back, print again, and look what changed. Returns the numbers."""
    from fundsys import tasks  # noqa: F401  (declares what the watch does)

    lead, town = _person(Role.LEAD), _person(Role.TOWN)
    if lead is None or town is None or town.town_id is None:
        return []
    where = {"town": str(town.town_id)}
    signed = _printed(lead, where | {"status": AssetStatus.IN_USE.code})
    made = [signed, _printed(lead, where)]
    _split(lead, town)
    made.append(_printed(lead, where))
    jobs.do_now(WATCH, {})
    return made


def _person(role: Role) -> Viewer | None:
    with store.snapshot() as session:
        key = session.scalar(select(Person.id).where(Person.role == role).order_by(Person.id).limit(1))
        return viewer(session, key) if key else None


def _printed(who: Viewer, where: dict[str, str]) -> str:
    target = prints.kept_file("demo", ".csv")
    made = printing.print_ledger(printing.Order("LG05", where=where, who=who), target).number
    target.unlink(missing_ok=True)
    return made


def _split(lead: Viewer, town: Viewer) -> None:
    """A third of an asset of the town becomes one of its own."""
    with store.snapshot() as session:
        asset = session.scalars(
            select(Asset)
            .where(Asset.town_id == town.town_id, Asset.status == AssetStatus.IN_USE)
            .where(Asset.registered_on < POSTED_FOR, Asset.original_cost > Money.wan(3))
            .where(Asset.id.not_in(select(ValueEntry.asset_id)))
            .order_by(Asset.id)
            .limit(1)
        ).first()
        if asset is None:
            return
        key, name, unit = asset.id, asset.name, asset.quantity_unit
    part = matters.LineEntry(
        name=f"{name}（分出部分）", amount=Money.wan(1), quantity=Decimal(1), quantity_unit=unit, owner_name=""
    )
    entry = matters.SplitEntry(POSTED_FOR, (part,), "", "两个村各管一部分，11 月 15 日起分账")
    with act(by=town.id, what="登记资产办理单") as opened:
        matter = matters.draft_split(key, entry, act=opened).id
        matters.submit_matter(matter, act=opened)
    with act(by=lead.id, what="审定资产办理单") as opened:
        matters.approve_matter(matter, act=opened)
