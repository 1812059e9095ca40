"""Papers about assets: what each sets down before it counts, titles dated, and every movement of book value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.asset_matters import BenefitScope, MatterKind, MatterState, Right, ValueKind
from fundsys.domain.assets import AssetClass, AssetForm, OwnerType
from fundsys.domain.money import Money

from .assets import Asset
from .base import Base, Editable, Numbered
from .funds import FundSource
from .income import AssetContract, IdleStep, IncomeReceipt, IncomeShare, IncomeSharing, SharingPayout, StationSettlement
from .office import Unit
from .projects import Project
from .publicity import PublicNotice
from .types import Code, ExactDecimal, Instant, MoneyType


class AssetMatter(Base, Editable):
    """One paper about one asset, or about what a project left behind (formation). Approved by a second person.

    number: given at approval. happened_on: from which day it counts. reverses_id: the disposal it takes back.
    """

    __tablename__ = "asset_matter"

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    kind: Mapped[MatterKind] = mapped_column(Code(MatterKind), nullable=False, index=True)
    state: Mapped[MatterState] = mapped_column(Code(MatterState), nullable=False, index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    words: Mapped[str] = mapped_column(Text, nullable=False, default="")
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    public_id: Mapped[int | None] = mapped_column(ForeignKey("public_notice.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("asset_matter.id"), unique=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project | None] = relationship()
    asset: Mapped[Asset | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    notice: Mapped[PublicNotice | None] = relationship()
    lines: Mapped[list[MatterLine]] = relationship(order_by="MatterLine.position", cascade="all, delete-orphan")
    sources: Mapped[list[MatterSource]] = relationship(order_by="MatterSource.source_id", cascade="all, delete-orphan")
    valuation: Mapped[Valuation | None] = relationship(cascade="all, delete-orphan")
    title: Mapped[AssetTitle | None] = relationship(cascade="all, delete-orphan")
    disposal: Mapped[Disposal | None] = relationship(cascade="all, delete-orphan")
    contract: Mapped[AssetContract | None] = relationship(cascade="all, delete-orphan")
    receipts: Mapped[list[IncomeReceipt]] = relationship(order_by="IncomeReceipt.id", cascade="all, delete-orphan")
    settlement: Mapped[StationSettlement | None] = relationship(cascade="all, delete-orphan")
    sharing: Mapped[IncomeSharing | None] = relationship(cascade="all, delete-orphan")
    shares: Mapped[list[IncomeShare]] = relationship(order_by="IncomeShare.id", cascade="all, delete-orphan")
    payouts: Mapped[list[SharingPayout]] = relationship(order_by="SharingPayout.id", cascade="all, delete-orphan")
    idle: Mapped[IdleStep | None] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("project_id is not null or asset_id is not null", name="about"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
        CheckConstraint("state not in ('approved','reversed') or number is not null", name="number"),
    )


class MatterLine(Base, Numbered):
    """One line: an asset a project left behind, money spent on no asset, a part split off, or an asset merged in.

    asset_id: the asset it became at approval; for a merge the asset that goes in.
    """

    __tablename__ = "matter_line"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    expense: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    asset_class: Mapped[AssetClass | None] = mapped_column(Code(AssetClass))
    form: Mapped[AssetForm | None] = mapped_column(Code(AssetForm))
    kind: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    quantity: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    quantity_unit: Mapped[str] = mapped_column(String(12), nullable=False, default="")
    location: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    owner_name: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)

    parts: Mapped[list[LinePart]] = relationship(order_by="LinePart.source_id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="amount"),
        UniqueConstraint("matter_id", "position"),
    )


class MatterSource(Base, Numbered):
    """What one fund source paid of a project's settled cost."""

    __tablename__ = "matter_source"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)

    source: Mapped[FundSource] = relationship()

    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"), UniqueConstraint("matter_id", "source_id"))


class LinePart(Base, Numbered):
    """What one source paid of one line, split to the 分 at approval."""

    __tablename__ = "line_part"

    line_id: Mapped[int] = mapped_column(ForeignKey("matter_line.id"), nullable=False, index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)

    __table_args__ = (UniqueConstraint("line_id", "source_id"),)


class Valuation(Base, Numbered):
    """What an asset was found to be worth (评估). adjusts: whether the books follow, as a revaluation of its own."""

    __tablename__ = "valuation"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    method: Mapped[str] = mapped_column(String(40), nullable=False)
    appraiser: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    adjusts: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)


class AssetTitle(Base, Numbered):
    """Who holds which right in an asset from a day on (确权), and how it was handed over (移交).

    begins_on inclusive, ends_on exclusive; both are set at approval, the end when the next title begins.
    """

    __tablename__ = "asset_title"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    begins_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    scope: Mapped[BenefitScope] = mapped_column(Code(BenefitScope), nullable=False)
    certificate_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    handover_no: Mapped[str | None] = mapped_column(String(24), unique=True)
    giver: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    receiver: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    overseer: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    signers: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    handed_over_on: Mapped[date | None] = mapped_column(Date)
    condition_words: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    papers_words: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    care_words: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    holders: Mapped[list[TitleHolder]] = relationship(order_by="TitleHolder.id", cascade="all, delete-orphan")

    __table_args__ = (CheckConstraint("ends_on is null or begins_on < ends_on", name="days"),)


class TitleHolder(Base, Numbered):
    """One holder of one right with an exact share: part ÷ whole. The shares of a right add up to 1."""

    __tablename__ = "title_holder"

    title_id: Mapped[int] = mapped_column(ForeignKey("asset_title.id"), nullable=False, index=True)
    right: Mapped[Right] = mapped_column("title_right", Code(Right), nullable=False)
    owner_type: Mapped[OwnerType] = mapped_column(Code(OwnerType), nullable=False)
    name: Mapped[str] = mapped_column(String(80), nullable=False)
    credit_code: Mapped[str] = mapped_column(String(18), nullable=False, default="")
    part: Mapped[int] = mapped_column(Integer, nullable=False)
    whole: Mapped[int] = mapped_column(Integer, nullable=False)

    __table_args__ = (CheckConstraint("part > 0 and part <= whole", name="share"),)


class Disposal(Base, Numbered):
    """Why and how an asset leaves the books, what it brought and what that is for (LG17).

    was_status: the state it had, to which a reversal takes it back.
    """

    __tablename__ = "disposal"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    ground: Mapped[str] = mapped_column(String(80), nullable=False)
    method: Mapped[str] = mapped_column(String(20), nullable=False)
    appraised: Mapped[Money | None] = mapped_column("appraised_fen", MoneyType)
    appraiser: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    meeting: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    owner_opinion: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    town_opinion: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    bureau_opinion: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    county_opinion: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    proceeds: Mapped[Money | None] = mapped_column("proceeds_fen", MoneyType)
    proceeds_on: Mapped[date | None] = mapped_column(Date)
    proceeds_use: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    was_status: Mapped[str] = mapped_column(String(16), nullable=False, default="")

    __table_args__ = (CheckConstraint("proceeds_fen is null or proceeds_fen >= 0", name="proceeds"),)


class ValueEntry(Base, Numbered):
    """One movement of an asset's book value. Never edited: an asset's first movement is told after its opening value."""

    __tablename__ = "value_entry"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    kind: Mapped[ValueKind] = mapped_column(Code(ValueKind), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)


class AssetNumber(Base, Numbered):
    """The last running number given under a beginning, so that none is used twice whatever became of its asset."""

    __tablename__ = "asset_number"

    begin: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    last: Mapped[int] = mapped_column("last_no", Integer, nullable=False)


Index("ix_value_entry_of_asset", ValueEntry.asset_id, ValueEntry.happened_on)
