"""Money: sources, notices with their lines, allocations, disbursements and payments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.funds import EntryKind, FundLevel, MoneyState, PaymentKind
from fundsys.domain.money import Money

from .base import Base, Editable
from .office import Person, Unit
from .projects import Project
from .types import Code, Instant, MoneyType


class FundSource(Base, Editable):
    """A source of funds. `in_base` says whether it counts in the 65 % base: yes, no, or as the county decides (config)."""

    __tablename__ = "fund_source"

    code: Mapped[str] = mapped_column(String(12), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(80), nullable=False)
    level: Mapped[FundLevel] = mapped_column(Code(FundLevel), nullable=False)
    task: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    is_transition: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    in_base: Mapped[str] = mapped_column(String(8), nullable=False, default="no")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    note: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    __table_args__ = (CheckConstraint("in_base in ('yes','no','config')", name="in_base"),)


class AllotmentNotice(Base, Editable):
    """A paper from above that gives money to the county (指标文)."""

    __tablename__ = "allotment_notice"

    document_no: Mapped[str] = mapped_column(String(60), nullable=False, unique=True)
    title: Mapped[str] = mapped_column(String(120), nullable=False)
    issuing_unit: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    batch: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    issued_on: Mapped[date] = mapped_column(Date, nullable=False)
    received_on: Mapped[date] = mapped_column(Date, nullable=False)
    stated_total: Mapped[Money] = mapped_column("stated_total_fen", MoneyType, nullable=False)
    state: Mapped[MoneyState] = mapped_column(Code(MoneyState), nullable=False, default=MoneyState.DRAFT)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")

    lines: Mapped[list[AllotmentLine]] = relationship(back_populates="notice", order_by="AllotmentLine.position")

    __table_args__ = (
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
        CheckConstraint("issued_on <= received_on", name="dates"),
    )


class AllotmentLine(Base, Editable):
    """One line of a notice: a source, a task, an amount."""

    __tablename__ = "allotment_line"

    notice_id: Mapped[int] = mapped_column(ForeignKey("allotment_notice.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), nullable=False, index=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    function_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    notice: Mapped[AllotmentNotice] = relationship(back_populates="lines")
    source: Mapped[FundSource] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("notice_id", "position"), CheckConstraint("amount_fen > 0", name="amount"))


class _Posting(Editable):
    """What allocations, disbursements and payments have in common. Amounts below zero only in reversals and recoveries.

    number: given at approval, without gaps within a year, never used again; None until then.
    """

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    state: Mapped[MoneyState] = mapped_column(Code(MoneyState), nullable=False, default=MoneyState.DRAFT, index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(400), nullable=False, default="")


def _two_persons() -> CheckConstraint:
    return CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons")


class Allocation(Base, _Posting):
    """Money of one notice line given to one project (分配), or taken back by an entry below zero that names it."""

    __tablename__ = "allocation"

    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False, index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    kind: Mapped[EntryKind] = mapped_column(Code(EntryKind), nullable=False, default=EntryKind.ALLOCATION)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"))
    decided_on: Mapped[date] = mapped_column(Date, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    beyond_plan_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    line: Mapped[AllotmentLine] = relationship()
    project: Mapped[Project] = relationship()
    enterer: Mapped[Person | None] = relationship(foreign_keys="Allocation.entered_by")

    __table_args__ = (
        _two_persons(),
        CheckConstraint("amount_fen > 0 or (kind <> 'allocation' and amount_fen < 0)", name="amount"),
        CheckConstraint("kind <> 'reversal' or corrects_id is not null", name="reversal_names_original"),
    )


class Disbursement(Base, _Posting):
    """Money passed on to the implementing unit (拨付)."""

    __tablename__ = "disbursement"

    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False, index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    disbursed_on: Mapped[date] = mapped_column(Date, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")

    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (_two_persons(),)


class Payment(Base, _Posting):
    """Money paid to a payee (支付)."""

    __tablename__ = "payment"

    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False, index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    kind: Mapped[PaymentKind] = mapped_column(Code(PaymentKind), nullable=False, default=PaymentKind.PROGRESS)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    payee: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    paid_on: Mapped[date] = mapped_column(Date, nullable=False, index=True)
    voucher_no: Mapped[str] = mapped_column(String(40), nullable=False, default="")

    __table_args__ = (
        _two_persons(),
        CheckConstraint("amount_fen > 0 or (kind = 'reversal' and corrects_id is not null)", name="amount"),
    )
