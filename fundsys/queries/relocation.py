"""The assets of relocation sites (易地搬迁集中安置点) and their share of maintenance. Source: work plan item 6."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import ZERO, Money, total
from fundsys.models.assets import Asset
from fundsys.models.maintenance import Defect
from fundsys.models.projects import Project
from fundsys.queries.maintenance import DutyFilter, PatrolDuty, Town, duties
from fundsys.queries.maintenance_money import spent_on
from fundsys.queries.viewer import Viewer, seen_assets

SITE = func.coalesce(func.nullif(Asset.relocation_site, ""), Project.relocation_site, "")
"""Where an asset stands: as was registered of it, else as its project says."""


@dataclass(frozen=True, slots=True)
class SiteAsset:
    """One asset of a site. duty: None where 1+12 asks for no patrols. looked_after: sector, body, keeper, money, none overdue."""

    site: str
    town: str
    asset_id: int
    code: str
    name: str
    asset_class: Any
    original_cost: Money
    fund: str
    keeper: str
    duty: PatrolDuty | None
    looked_after: bool
    open_defects: int
    spent: Money


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site with its share of maintenance. needing: assets that must be patrolled; kept: of those, looked after."""

    site: str
    town: str
    assets: int
    original_cost: Money
    needing: int
    kept: int
    late: int
    open_defects: int
    spent: Money
    county_spent: Money

    @property
    def kept_share(self) -> Fraction | None:
        """Looked after of what must be; None where nothing must."""
        return Fraction(self.kept, self.needing) if self.needing else None

    @property
    def money_share(self) -> Fraction | None:
        """Its part of all that was spent on maintenance in the year; None where nothing was."""
        return self.spent.share_of(self.county_spent)


def site_assets(session: Session, who: Viewer | None, year: int, today: date) -> list[SiteAsset]:
    """Every asset this person sees that stands in a site, by site and number."""
    seen = seen_assets(who) if who else true()
    found = session.execute(
        select(
            SITE, func.coalesce(Town.name, ""), Asset.id, Asset.code, Asset.name, Asset.asset_class,
            Asset.original_cost, Asset.maintenance_fund, Asset.keeper,
        )
        .outerjoin(Project, Asset.project_id == Project.id)
        .outerjoin(Town, Asset.town_id == Town.id)
        .where(SITE != "", seen)
        .order_by(SITE, Asset.code)
    ).all()  # fmt: skip
    ids = [row[2] for row in found]
    due = {d.asset_id: d for d in duties(session, who, DutyFilter(ids=tuple(ids)), today)} if ids else {}
    d = Defect
    told = (
        select(d.asset_id, func.count()).where(d.asset_id.in_(ids), d.state != DefectState.CLOSED).group_by(d.asset_id)
    )
    wrong = {asset_id: count for asset_id, count in session.execute(told)}
    spent = spent_on(session, year)
    made = []
    for site, town, asset_id, code, name, kind, cost, fund, keeper in found:
        duty = due.get(asset_id)
        cared = bool(
            duty and duty.sector_id and duty.body and keeper and fund and duty.due and not duty.days_late(today)
        )
        more = (duty, cared, wrong.get(asset_id, 0), spent.get(asset_id, ZERO))
        made.append(SiteAsset(site, town, asset_id, code, name, kind, cost, fund, keeper, *more))
    return made


def sites(found: Iterable[SiteAsset], county_spent: Money, today: date) -> list[SiteRow]:
    """The sites of these assets, in the order of their names."""
    by_site: dict[str, list[SiteAsset]] = {}
    for asset in found:
        by_site.setdefault(asset.site, []).append(asset)
    return [_site(site, told, county_spent, today) for site, told in sorted(by_site.items())]


def _site(site: str, told: list[SiteAsset], county_spent: Money, today: date) -> SiteRow:
    return SiteRow(
        site=site,
        town="、".join(dict.fromkeys(a.town for a in told if a.town)),
        assets=len(told),
        original_cost=total(a.original_cost for a in told),
        needing=sum(a.duty is not None for a in told),
        kept=sum(a.looked_after for a in told),
        late=sum(bool(a.duty and a.duty.days_late(today)) for a in told),
        open_defects=sum(a.open_defects for a in told),
        spent=total(a.spent for a in told),
        county_spent=county_spent,
    )


def county_spent(session: Session, year: int) -> Money:
    """All that was spent on maintenance in the county in a year, approved."""
    return total(spent_on(session, year).values())
