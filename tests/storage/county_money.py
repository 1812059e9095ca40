"""A small county's money for the tests of the storage: one notice, one project, some assets, written by plain acts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.services.acts import act

PATROL_DAY = date(2024, 3, 1)
"""The day of every patrol that is saved to see whether saves are kept; the assets know of it beforehand."""


def noon(day: str) -> datetime:
    """Noon in Longxian on a day like 2024-03-01."""
    return datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC)


def a_notice(amount: Money, document_no: str = "宝财农〔2024〕1号", at: datetime | None = None) -> int:
    """A notice with one line; answers the line's id."""
    with act(by=None, what="登记指标文", at=at) as opened:
        source = opened.session.scalars(select(FundSource.id).order_by(FundSource.id).limit(1)).one()
        notice = AllotmentNotice(
            document_no=document_no,
            title="衔接资金",
            year=2024,
            issued_on=date(2024, 1, 10),
            received_on=date(2024, 1, 12),
            stated_total=amount,
        )
        line = AllotmentLine(notice=notice, source_id=source, amount=amount)
        opened.session.add_all([notice, line])
        opened.session.flush()
        return line.id


def a_project(code: str = "P2024001", at: datetime | None = None) -> int:
    """A project of the year; answers its id."""
    with act(by=None, what="登记项目", at=at) as opened:
        project = Project(
            code=code,
            name=f"{code}奶山羊圈舍",
            year=2024,
            type_id=opened.session.scalars(select(ProjectType.id).order_by(ProjectType.id).limit(1)).one(),
            owner_unit_id=opened.session.scalars(select(Unit.id).order_by(Unit.id).limit(1)).one(),
            planned_investment=Money.wan(100),
            planned_fiscal=Money.wan(100),
            status=next(iter(ProjectStatus)),
        )
        opened.session.add(project)
        opened.session.flush()
        return project.id


def an_allocation(line_id: int, project_id: int, fen: int, at: datetime | None = None) -> int:
    """Money of the line reserved for the project; answers the allocation's id. Raises OverCommitted."""
    with act(by=None, what="登记分配", at=at) as opened:
        made = Allocation(
            line_id=line_id,
            project_id=project_id,
            amount=Money(fen),
            state=MoneyState.SUBMITTED,
            decided_on=date(2024, 2, 1),
        )
        opened.session.add(made)
        opened.session.flush()
        return made.id


def some_assets(count: int, at: datetime | None = None) -> list[int]:
    """Registered assets, each paid by one source; answers their ids."""
    with act(by=None, what="登记资产", at=at) as opened:
        source = opened.session.scalars(select(FundSource.id).order_by(FundSource.id).limit(1)).one()
        village = opened.session.scalars(
            select(Region.id).where(Region.level == "village").order_by(Region.id).limit(1)
        ).one()
        assets = [
            Asset(
                code=f"ZC{n:05d}",
                name=f"第{n}号圈舍",
                asset_class=AssetClass.INCOME,
                form=next(iter(AssetForm)),
                project_year=2023,
                village_id=village,
                quantity=Decimal("1"),
                quantity_unit="座",
                original_cost=Money.wan(10),
                owner_type=next(iter(OwnerType)),
                status=next(iter(AssetStatus)),
                last_patrol_on=PATROL_DAY,
            )
            for n in range(1, count + 1)
        ]
        opened.session.add_all(assets)
        opened.session.flush()
        opened.session.add_all(AssetCost(asset_id=a.id, source_id=source, amount=a.original_cost) for a in assets)
        return [a.id for a in assets]
