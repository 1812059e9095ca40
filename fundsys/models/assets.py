"""Assets: the register, the cost by source, maintenance sectors, patrols and income."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.asset_income import IncomeKind
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.maintenance import PatrolWay
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .funds import FundSource
from .office import Region, Unit
from .projects import Project
from .types import VAULT, Code, ExactDecimal, MoneyType


class MaintenanceSector(Base, Editable):
    """One of the sector schemes under the county's 1+12 (all of them data the county confirms and edits)."""

    __tablename__ = "maintenance_sector"

    code: Mapped[str] = mapped_column(String(8), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(60), nullable=False)
    lead: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    body: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    patrol_days: Mapped[int] = mapped_column(Integer, nullable=False)
    after_event: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    money_source: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)


class Asset(Base, Editable):
    """One entry of the asset register. Fields as the registration card (asset_classes.yaml, LG05).

    encumbrance: to whom and for what it is pledged or stands as a guarantee (抵押担保), empty where it does not.
    """

    __tablename__ = "asset"

    code: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    asset_class: Mapped[AssetClass] = mapped_column(Code(AssetClass), nullable=False, index=True)
    form: Mapped[AssetForm] = mapped_column(Code(AssetForm), nullable=False)
    kind: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    project_code: Mapped[str] = mapped_column(String(40), nullable=False, default="", index=True)
    project_year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    fund_sources: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    town_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    location: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    spec: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    quantity: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    quantity_unit: Mapped[str] = mapped_column(String(12), nullable=False)
    settled_amount: Mapped[Money | None] = mapped_column("settled_amount_fen", MoneyType)
    original_cost: Mapped[Money] = mapped_column("original_cost_fen", MoneyType, nullable=False)
    appraised_value: Mapped[Money | None] = mapped_column("appraised_value_fen", MoneyType)
    appraisal_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    net_value: Mapped[Money | None] = mapped_column("net_value_fen", MoneyType)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    in_use_on: Mapped[date | None] = mapped_column(Date)
    life_years: Mapped[int | None] = mapped_column(Integer)
    owner_type: Mapped[OwnerType] = mapped_column(Code(OwnerType), nullable=False)
    owner_name: Mapped[str] = mapped_column(String(80), nullable=False, default="", index=True)
    title_document: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    titled_on: Mapped[date | None] = mapped_column(Date)
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    operator: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    contract_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    contract_to: Mapped[date | None] = mapped_column(Date)
    yearly_income: Mapped[Money | None] = mapped_column("yearly_income_fen", MoneyType)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_sector.id"), index=True)
    maintenance_body: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    keeper: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    keeper_phone_id: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    maintenance_fund: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    public_post: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    relocation_site: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    supervisor: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    owner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    households: Mapped[int | None] = mapped_column(Integer)
    people: Mapped[int | None] = mapped_column(Integer)
    encumbrance: Mapped[str] = mapped_column(String(120), nullable=False, default="", server_default="")
    status: Mapped[AssetStatus] = mapped_column(Code(AssetStatus), nullable=False, index=True)
    registered_on: Mapped[date | None] = mapped_column(Date, index=True)
    last_patrol_on: Mapped[date | None] = mapped_column(Date)
    last_count_on: Mapped[date | None] = mapped_column(Date)
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project | None] = relationship()
    town: Mapped[Region | None] = relationship(foreign_keys=[town_id])
    village: Mapped[Region | None] = relationship(foreign_keys=[village_id])
    sector: Mapped[MaintenanceSector | None] = relationship()
    owner_unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        CheckConstraint("original_cost_fen >= 0", name="original_cost"),
        CheckConstraint("asset_class in ('OPR','PUB','HH')", name="asset_class"),
    )


class AssetCost(Base, Numbered):
    """Which source paid how much of an asset; the parts sum to its original cost."""

    __tablename__ = "asset_cost"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)

    source: Mapped[FundSource] = relationship()

    __table_args__ = (UniqueConstraint("asset_id", "source_id"),)


class Patrol(Base, Numbered):
    """One patrol of an asset (巡查). due_on: when it was due, as the scheme of that time had it; None where not known."""

    __tablename__ = "patrol"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    patrolled_on: Mapped[date] = mapped_column(Date, nullable=False)
    patroller: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    condition: Mapped[str] = mapped_column(String(8), nullable=False, default="完好")
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    measure: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    weather: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    way: Mapped[PatrolWay] = mapped_column(
        Code(PatrolWay), nullable=False, default=PatrolWay.DESK, server_default=PatrolWay.DESK.code
    )
    due_on: Mapped[date | None] = mapped_column(Date)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("condition in ('完好','轻微','严重','损毁')", name="condition"),)


class Income(Base, Editable):
    """An income of an asset that falls due (应收收益): of a term of a contract, of a station's settlement, or of a year.

    received, distributed: what was set down before receipts and distributions were told one by one (期初); what came
    since stands in income_receipt and income_share. matter_id: the paper it comes from. A negative one takes one back.
    """

    __tablename__ = "income"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    due: Mapped[Money] = mapped_column("due_fen", MoneyType, nullable=False)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    received: Mapped[Money] = mapped_column("received_fen", MoneyType, nullable=False)
    received_on: Mapped[date | None] = mapped_column(Date)
    distributed: Mapped[Money] = mapped_column("distributed_fen", MoneyType, nullable=False, default=Money(0))
    kind: Mapped[IncomeKind | None] = mapped_column(Code(IncomeKind))
    payer: Mapped[str] = mapped_column(String(80), nullable=False, default="", server_default="")
    contract_no: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("asset_matter.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("income.id"), unique=True)

    __table_args__ = (CheckConstraint("due_fen >= 0 or reverses_id is not null", name="due"),)
