"""Work relief (以工代赈): plans of posts, workers, monthly rosters with pay, training."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.money import Money
from fundsys.domain.work_relief import Household, PayBase, ReliefState

from .base import Base, Editable, Numbered
from .projects import Project
from .types import VAULT, Code, ExactDecimal, Instant, MoneyType


class ReliefPlan(Base, Editable):
    """A project's work-relief plan (劳务组织方案): its own minimum share and base, by which document, and its posts.

    min_share_bp: basis points. replaces_id: the approved plan this one takes the place of.
    """

    __tablename__ = "relief_plan"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    min_share_bp: Mapped[int] = mapped_column(Integer, nullable=False)
    base_kind: Mapped[PayBase] = mapped_column(Code(PayBase), nullable=False)
    base_amount: Mapped[Money] = mapped_column("base_amount_fen", MoneyType, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    planned_pay: Mapped[Money] = mapped_column("planned_pay_fen", MoneyType, nullable=False)
    planned_workers: Mapped[int] = mapped_column(Integer, nullable=False)
    public_posts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    organization: Mapped[str] = mapped_column(Text, nullable=False, default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("relief_plan.id"))
    state: Mapped[ReliefState] = mapped_column(Code(ReliefState), nullable=False, default=ReliefState.DRAFT)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()
    posts: Mapped[list[ReliefPost]] = relationship(order_by="ReliefPost.id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("min_share_bp between 1 and 10000", name="share"),
        CheckConstraint("base_amount_fen > 0 and planned_pay_fen >= 0", name="amounts"),
        CheckConstraint("planned_workers > 0 and public_posts >= 0", name="numbers"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )


class ReliefPost(Base, Numbered):
    """One kind of work of a plan: how many people, for how many days, at what pay a day."""

    __tablename__ = "relief_post"

    plan_id: Mapped[int] = mapped_column(ForeignKey("relief_plan.id"), nullable=False, index=True)
    work_type: Mapped[str] = mapped_column(String(40), nullable=False)
    workers: Mapped[int] = mapped_column(Integer, nullable=False)
    labor_days: Mapped[int] = mapped_column(Integer, nullable=False)
    day_rate: Mapped[Money] = mapped_column("day_rate_fen", MoneyType, nullable=False)

    __table_args__ = (CheckConstraint("workers > 0 and labor_days > 0 and day_rate_fen > 0", name="numbers"),)


class ReliefWorker(Base, Editable):
    """Somebody who works for pay on a project, with the labor agreement. identity, bank, phone: ids in the vault.

    card_doubt: the card number fails its check digit, to be looked at. cash_approval: by which paper pay may be cash.
    """

    __tablename__ = "relief_worker"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    identity: Mapped[int] = mapped_column(Integer, nullable=False, index=True, info=VAULT)
    bank: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    phone: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    card_doubt: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    cash_approval: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    village_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    household: Mapped[Household] = mapped_column(Code(Household), nullable=False)
    work_type: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    agreement_no: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    agreed_on: Mapped[date | None] = mapped_column(Date)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()

    __table_args__ = (UniqueConstraint("project_id", "identity"),)


class ReliefRoster(Base, Editable):
    """One month's attendance and pay of a project. replaces_id: the approved roster it corrects.

    town_checked_by: the second of the three looks (三查), between the unit's own and the county's approval.
    """

    __tablename__ = "relief_roster"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    month: Mapped[str] = mapped_column(String(7), nullable=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("relief_roster.id"))
    correction_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    attendance_place: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    state: Mapped[ReliefState] = mapped_column(Code(ReliefState), nullable=False, default=ReliefState.DRAFT, index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    town_checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    town_checked_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()
    lines: Mapped[list[ReliefLine]] = relationship(order_by="ReliefLine.id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )


class ReliefLine(Base, Numbered):
    """One worker's month: days in the attendance book, days paid for, what was due, deducted and paid, and when.

    attended: None where the attendance book has nothing. voucher_no: the bank's receipt. note: why two books differ.
    """

    __tablename__ = "relief_line"

    roster_id: Mapped[int] = mapped_column(ForeignKey("relief_roster.id"), nullable=False, index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("relief_worker.id"), nullable=False, index=True)
    attended: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    days: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    day_rate: Mapped[Money] = mapped_column("day_rate_fen", MoneyType, nullable=False)
    due: Mapped[Money] = mapped_column("due_fen", MoneyType, nullable=False)
    deducted: Mapped[Money] = mapped_column("deducted_fen", MoneyType, nullable=False, default=Money(0))
    paid: Mapped[Money] = mapped_column("paid_fen", MoneyType, nullable=False, default=Money(0))
    paid_on: Mapped[date | None] = mapped_column(Date)
    voucher_no: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    note: Mapped[str] = mapped_column(String(120), nullable=False, default="")

    worker: Mapped[ReliefWorker] = relationship()

    __table_args__ = (
        UniqueConstraint("roster_id", "worker_id"),
        CheckConstraint("due_fen >= 0 and deducted_fen >= 0 and paid_fen >= 0 and day_rate_fen > 0", name="amounts"),
        CheckConstraint("paid_fen <= due_fen - deducted_fen", name="paid"),
    )


class ReliefTraining(Base, Editable):
    """A training for the workers of a project (技能培训). attendances: 人次. withdrawn: entered by mistake, with why."""

    __tablename__ = "relief_training"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    held_on: Mapped[date] = mapped_column(Date, nullable=False)
    topic: Mapped[str] = mapped_column(String(80), nullable=False)
    attendances: Mapped[int] = mapped_column(Integer, nullable=False)
    place: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    withdrawal_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()

    __table_args__ = (CheckConstraint("attendances > 0", name="attendances"),)
