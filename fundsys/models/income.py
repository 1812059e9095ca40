"""Income of assets: contracts and their terms, what came in, what a station sold, distributions, and idle assets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.asset_income import ContractKind, SharingUse
from fundsys.domain.assets import AssetStatus
from fundsys.domain.money import Money

from .base import Base, Numbered
from .types import Code, ExactDecimal, MoneyType


class AssetContract(Base, Numbered):
    """A contract by which an asset is operated, begins_on and ends_on inclusive. ended_on: ended before its time, that day on."""

    __tablename__ = "asset_contract"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    kind: Mapped[ContractKind] = mapped_column(Code(ContractKind), nullable=False)
    operator: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    contract_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    begins_on: Mapped[date] = mapped_column(Date, nullable=False)
    ends_on: Mapped[date] = mapped_column(Date, nullable=False)
    ended_on: Mapped[date | None] = mapped_column(Date)

    terms: Mapped[list[ContractTerm]] = relationship(order_by="ContractTerm.position", cascade="all, delete-orphan")

    __table_args__ = (CheckConstraint("begins_on <= ends_on", name="days"),)


class ContractTerm(Base, Numbered):
    """One term of a contract: what falls due on which day. It becomes an income at approval."""

    __tablename__ = "contract_term"

    contract_id: Mapped[int] = mapped_column(ForeignKey("asset_contract.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"), UniqueConstraint("contract_id", "position"))


class IncomeReceipt(Base, Numbered):
    """Money that came in for an income due. Counts once its paper is approved; a negative row takes one back."""

    __tablename__ = "income_receipt"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    income_id: Mapped[int] = mapped_column(ForeignKey("income.id"), nullable=False, index=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    received_on: Mapped[date] = mapped_column(Date, nullable=False)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("income_receipt.id"), unique=True)

    __table_args__ = (CheckConstraint("amount_fen > 0 or reverses_id is not null", name="amount"),)


class StationSettlement(Base, Numbered):
    """What a photovoltaic station sold in a period. The paper's amount is what was passed on to the collective.

    begins_on and ends_on inclusive. billed: the bill for electricity; settled_on: the day of the bill.
    """

    __tablename__ = "station_settlement"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    begins_on: Mapped[date] = mapped_column(Date, nullable=False)
    ends_on: Mapped[date] = mapped_column(Date, nullable=False)
    kilowatt_hours: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    billed: Mapped[Money] = mapped_column("billed_fen", MoneyType, nullable=False)
    settled_on: Mapped[date] = mapped_column(Date, nullable=False)
    payer: Mapped[str] = mapped_column(String(80), nullable=False, default="")

    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="days"),
        CheckConstraint("billed_fen > 0", name="billed"),
    )


class IncomeSharing(Base, Numbered):
    """A distribution of an asset's income: what the villagers resolved, and what the town says to it."""

    __tablename__ = "income_sharing"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    meeting_on: Mapped[date | None] = mapped_column(Date)
    meeting: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    town_opinion: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    lines: Mapped[list[SharingLine]] = relationship(order_by="SharingLine.position", cascade="all, delete-orphan")


class SharingLine(Base, Numbered):
    """One use of a distribution. households, workers: how many it reaches."""

    __tablename__ = "sharing_line"

    sharing_id: Mapped[int] = mapped_column(ForeignKey("income_sharing.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    use: Mapped[SharingUse] = mapped_column("sharing_use", Code(SharingUse), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    households: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    workers: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    words: Mapped[str] = mapped_column(String(120), nullable=False, default="")

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"), UniqueConstraint("sharing_id", "position"))


class IncomeShare(Base, Numbered):
    """What a line of a distribution takes of one income. Made at approval; a negative row takes one back."""

    __tablename__ = "income_share"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    income_id: Mapped[int] = mapped_column(ForeignKey("income.id"), nullable=False, index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sharing_line.id"), nullable=False, index=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("income_share.id"), unique=True)

    line: Mapped[SharingLine] = relationship()

    __table_args__ = (CheckConstraint("amount_fen > 0 or reverses_id is not null", name="amount"),)


class SharingPayout(Base, Numbered):
    """What was paid of a line of a distribution. Counts once its paper is approved; a negative row takes one back."""

    __tablename__ = "sharing_payout"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sharing_line.id"), nullable=False, index=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("sharing_payout.id"), unique=True)

    line: Mapped[SharingLine] = relationship()

    __table_args__ = (CheckConstraint("amount_fen > 0 or reverses_id is not null", name="amount"),)


class IdleStep(Base, Numbered):
    """An asset found idle or under-used with a remedy and its deadline, or found in use again."""

    __tablename__ = "idle_step"

    matter_id: Mapped[int] = mapped_column(ForeignKey("asset_matter.id"), nullable=False, unique=True)
    to_status: Mapped[AssetStatus] = mapped_column(Code(AssetStatus), nullable=False)
    was_status: Mapped[str] = mapped_column(String(16), nullable=False, default="")
    responsible: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
