"""Money: sources, notices with their lines, allocations, disbursements and payments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.funds import (
    CorrectionKind,
    EntryKind,
    FundLevel,
    LineEntryKind,
    MoneyState,
    NoticeKind,
    PaymentKind,
)
from fundsys.domain.money import Money

from .base import Base, Editable
from .office import Person, Unit
from .projects import Project
from .types import VAULT, Code, Instant, MoneyType


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
    """A paper from above that gives money to the county (指标文), or changes what an earlier one gave.

    amends_id: the notice that a further one adds to or takes from. A carry-over is the county's own paper of the new year.
    """

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
    kind: Mapped[NoticeKind] = mapped_column(
        Code(NoticeKind), nullable=False, default=NoticeKind.ALLOTMENT, server_default=NoticeKind.ALLOTMENT.code
    )
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("allotment_notice.id"))

    lines: Mapped[list[AllotmentLine]] = relationship(back_populates="notice", order_by="AllotmentLine.position")

    __table_args__ = (
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
        CheckConstraint("issued_on <= received_on", name="dates"),
    )


class AllotmentLine(Base, Editable):
    """One line of a notice: a source, a task, an amount.

    task: empty means the source's own. is_direct: 直达资金. budget_no: the number in the budget-integration system.
    reduces_id: the line this one takes back from, its amount below zero. origin_id: the earlier year's line whose
    balance this one carries over.
    """

    __tablename__ = "allotment_line"

    notice_id: Mapped[int] = mapped_column(ForeignKey("allotment_notice.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    source_id: Mapped[int] = mapped_column(ForeignKey("fund_source.id"), nullable=False, index=True)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    function_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    task: Mapped[str] = mapped_column(String(40), nullable=False, default="", server_default="")
    economic_code: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    is_direct: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    budget_no: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    reduces_id: Mapped[int | None] = mapped_column(ForeignKey("allotment_line.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("allotment_line.id"), index=True)

    notice: Mapped[AllotmentNotice] = relationship(back_populates="lines")
    source: Mapped[FundSource] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("notice_id", "position"),
        CheckConstraint(
            "(reduces_id is null and amount_fen > 0) or (reduces_id is not null and amount_fen < 0)", name="amount"
        ),
    )


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


class LinePosting(Base, _Posting):
    """Money that leaves a notice line without a project: returned to a higher level, or carried into the next year.

    The amount is below zero; above it only where an entry is reversed, which names the old one.
    """

    __tablename__ = "line_posting"

    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False, index=True)
    kind: Mapped[LineEntryKind] = mapped_column(Code(LineEntryKind), nullable=False)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("line_posting.id"), unique=True)
    decided_on: Mapped[date] = mapped_column(Date, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    reason: Mapped[str] = mapped_column(String(400), nullable=False, default="")

    line: Mapped[AllotmentLine] = relationship()

    __table_args__ = (
        _two_persons(),
        CheckConstraint(
            "(kind <> 'reversal' and amount_fen < 0) or (kind = 'reversal' and corrects_id is not null and amount_fen > 0)",
            name="amount",
        ),
    )


class Correction(Base, Editable):
    """A paper that moves allocated money (调整) or takes it back (收回): its entries are allocations that name the old.

    Reviewed as one: its entries have its state. The entries of an adjustment sum to zero on every line.
    """

    __tablename__ = "correction"

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    kind: Mapped[CorrectionKind] = mapped_column(Code(CorrectionKind), nullable=False)
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    decided_on: Mapped[date] = mapped_column(Date, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    reason: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    state: Mapped[MoneyState] = mapped_column(Code(MoneyState), nullable=False, default=MoneyState.DRAFT, index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    entries: Mapped[list[Allocation]] = relationship(back_populates="correction", order_by="Allocation.id")

    __table_args__ = (_two_persons(),)


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
    beyond_plan_document: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)

    line: Mapped[AllotmentLine] = relationship()
    project: Mapped[Project] = relationship()
    correction: Mapped[Correction | None] = relationship(back_populates="entries")
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

    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("disbursement.id"), unique=True)

    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        _two_persons(),
        CheckConstraint("amount_fen > 0 or corrects_id is not null", name="amount"),
    )


class Payment(Base, _Posting):
    """Money paid to a payee (支付). account: id in the vault. exception_*: why it may go beyond a limit, and the paper.

    capitals: the amount in capitals as the voucher has it, where somebody entered it; we write our own otherwise.
    """

    __tablename__ = "payment"

    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False, index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    kind: Mapped[PaymentKind] = mapped_column(Code(PaymentKind), nullable=False, default=PaymentKind.PROGRESS)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    payee: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    paid_on: Mapped[date] = mapped_column(Date, nullable=False, index=True)
    voucher_no: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("payment_request.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    bank: Mapped[str] = mapped_column(String(80), nullable=False, default="", server_default="")
    account: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    exception_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    exception_document: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    capitals: Mapped[str] = mapped_column(String(80), nullable=False, default="", server_default="")

    __table_args__ = (
        _two_persons(),
        CheckConstraint("amount_fen > 0 or (kind = 'reversal' and corrects_id is not null)", name="amount"),
    )
