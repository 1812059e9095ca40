"""The finance desk beside the postings: contracts, payment requests, plans, periods, years and the treasury's lists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.funds import ContractSubject, MoneyState, PaymentKind, PeriodState, RequestState
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .funds import AllotmentNotice
from .projects import Project
from .types import VAULT, Code, Instant, MoneyType


class Contract(Base, Editable):
    """A project's contract with its payment terms, entered by the owner and confirmed by the lead bureau.

    advance_bp, progress_bp, retention_bp: shares of the amount in 1/10000. retention_due_on: the last day of the
    warranty (缺陷责任期), inclusive. account: id in the vault. subject: works, goods or service.
    """

    __tablename__ = "contract"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    contract_no: Mapped[str] = mapped_column(String(60), nullable=False)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    payee: Mapped[str] = mapped_column(String(80), nullable=False)
    bank: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    account: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    signed_on: Mapped[date] = mapped_column(Date, nullable=False)
    subject: Mapped[ContractSubject] = mapped_column(
        Code(ContractSubject), nullable=False, default=ContractSubject.WORKS, server_default=ContractSubject.WORKS.code
    )
    advance_bp: Mapped[int] = mapped_column(Integer, nullable=False)
    progress_bp: Mapped[int] = mapped_column(Integer, nullable=False)
    retention_bp: Mapped[int] = mapped_column(Integer, nullable=False)
    retention_due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[MoneyState] = mapped_column(Code(MoneyState), nullable=False, default=MoneyState.DRAFT)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(400), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        UniqueConstraint("project_id", "contract_no"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(
            "advance_bp between 0 and 10000 and progress_bp between 0 and 10000 and retention_bp between 0 and 10000",
            name="terms",
        ),
    )


class PaymentRequest(Base, Editable):
    """An owner's request to pay (支付申请, 报账), with its documents. Its payments name it.

    number: given when it is first handed over. progress_bp: 形象进度 at that time. retention_held: money kept back as 质保金.
    documents: what is attached, in words; the files are attachments of the request.
    """

    __tablename__ = "payment_request"

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False)
    kind: Mapped[PaymentKind] = mapped_column(Code(PaymentKind), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    retention_held: Mapped[Money] = mapped_column("retention_held_fen", MoneyType, nullable=False, default=Money(0))
    progress_bp: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    payee: Mapped[str] = mapped_column(String(80), nullable=False)
    bank: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    account: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    reason: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    documents: Mapped[str] = mapped_column(Text, nullable=False, default="")
    applied_on: Mapped[date] = mapped_column(Date, nullable=False)
    state: Mapped[RequestState] = mapped_column(
        Code(RequestState), nullable=False, default=RequestState.DRAFT, index=True
    )
    exception_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    exception_document: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()
    contract: Mapped[Contract | None] = relationship()

    __table_args__ = (
        CheckConstraint("amount_fen > 0 and retention_held_fen >= 0", name="amount"),
        CheckConstraint("handled_by is null or entered_by is null or handled_by <> entered_by", name="two_persons"),
    )


class AllocationPlan(Base, Editable):
    """A what-if plan of one notice: amounts by line and project that count in nothing until they are adopted."""

    __tablename__ = "allocation_plan"

    notice_id: Mapped[int] = mapped_column(ForeignKey("allotment_notice.id"), nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(60), nullable=False)
    note: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_on: Mapped[date] = mapped_column(Date, nullable=False)
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    adopted_at: Mapped[datetime | None] = mapped_column(Instant)

    notice: Mapped[AllotmentNotice] = relationship()
    rows: Mapped[list[AllocationPlanRow]] = relationship(order_by="AllocationPlanRow.id")

    __table_args__ = (UniqueConstraint("notice_id", "name"),)


class AllocationPlanRow(Base, Numbered):
    """One amount of a what-if plan."""

    __tablename__ = "allocation_plan_row"

    plan_id: Mapped[int] = mapped_column(ForeignKey("allocation_plan.id"), nullable=False, index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("allotment_line.id"), nullable=False)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")

    __table_args__ = (
        UniqueConstraint("plan_id", "line_id", "project_id"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )


class AccountingPeriod(Base, Editable):
    """A month that was closed, or opened again (月结). While it is closed, nothing of its days can be posted.

    figures: the frozen figures as JSON, whole 分; figures_digest: SHA-256 over them. letter_no: number of the closing
    letter, given at the first closing. closings: how often the month was closed.
    """

    __tablename__ = "accounting_period"

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    month: Mapped[int] = mapped_column(Integer, nullable=False)
    first_day: Mapped[date] = mapped_column(Date, nullable=False)
    last_day: Mapped[date] = mapped_column(Date, nullable=False)
    state: Mapped[PeriodState] = mapped_column(Code(PeriodState), nullable=False)
    figures: Mapped[str] = mapped_column(Text, nullable=False, default="{}")
    figures_digest: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    letter_no: Mapped[str | None] = mapped_column(String(24), unique=True)
    closings: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reopen_reason: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    reopen_document: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    reopened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("year", "month"),
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )


class WorkYear(Base, Editable):
    """A year that was opened for work: who opened it, when, by which paper, and what it took over."""

    __tablename__ = "work_year"

    year: Mapped[int] = mapped_column(Integer, nullable=False, unique=True)
    opened_on: Mapped[date] = mapped_column(Date, nullable=False)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    carryover_notice_id: Mapped[int | None] = mapped_column(ForeignKey("allotment_notice.id"))


class TreasuryList(Base, Numbered):
    """A payment list of the treasury, taken in for reconciliation. first_day, last_day: the days it covers, inclusive."""

    __tablename__ = "treasury_list"

    file_name: Mapped[str] = mapped_column(String(120), nullable=False)
    file_sha256: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    sheet: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    first_day: Mapped[date] = mapped_column(Date, nullable=False)
    last_day: Mapped[date] = mapped_column(Date, nullable=False)
    row_count: Mapped[int] = mapped_column(Integer, nullable=False)
    total: Mapped[Money] = mapped_column("total_fen", MoneyType, nullable=False)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime] = mapped_column(Instant, nullable=False)

    rows: Mapped[list[TreasuryRow]] = relationship(order_by="TreasuryRow.position")


class TreasuryRow(Base, Numbered):
    """One payment as the treasury lists it. sheet_row: its row in the workbook."""

    __tablename__ = "treasury_row"

    list_id: Mapped[int] = mapped_column(ForeignKey("treasury_list.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    sheet_row: Mapped[int] = mapped_column(Integer, nullable=False)
    voucher_no: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    payee: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    paid_on: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str] = mapped_column(String(200), nullable=False, default="")
