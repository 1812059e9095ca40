"""Papers of construction: tenders, extensions of time, acceptances, settlements. Contracts stand in desk.py."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.construction import AcceptanceLevel, Review
from fundsys.domain.library import PlanState
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .projects import Project
from .types import Code, MoneyType


class Tender(Base, Numbered):
    """How the builder or supplier of a project was found. Never edited: the last one entered counts.

    method: code of the dictionary tender_method. control_price: the most that was to be paid (最高限价), where one was set.
    exemption_no: the paper that gave leave not to tender (不招标批准文号).
    """

    __tablename__ = "tender"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    method: Mapped[str] = mapped_column(String(20), nullable=False)
    announced_on: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date] = mapped_column(Date, nullable=False)
    winner: Mapped[str] = mapped_column(String(80), nullable=False)
    control_price: Mapped[Money | None] = mapped_column("control_price_fen", MoneyType)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    exemption_no: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("announced_on is null or announced_on <= decided_on", name="days"),
    )


class Extension(Base, Editable):
    """An extension of time (工期延期): asked for by owner or town, approved by another person with a document.

    old_start_on, old_end_on: the days in force when it was asked for; new_start_on: None where only the end moves.
    The plan's own days stay as they are.
    """

    __tablename__ = "extension"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    old_start_on: Mapped[date | None] = mapped_column(Date)
    new_start_on: Mapped[date | None] = mapped_column(Date)
    old_end_on: Mapped[date] = mapped_column(Date, nullable=False)
    new_end_on: Mapped[date] = mapped_column(Date, nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    request_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    state: Mapped[PlanState] = mapped_column(Code(PlanState), nullable=False, index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("new_end_on > old_end_on", name="later"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("state <> 'approved' or document_no <> ''", name="document"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="second_person"),
    )


class Acceptance(Base, Editable):
    """One acceptance on the spot: by the town first, then by the county, which another person confirms.

    remedy, remedy_due_on: what must be put right until when, where it failed.
    """

    __tablename__ = "acceptance"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    level: Mapped[AcceptanceLevel] = mapped_column(Code(AcceptanceLevel), nullable=False)
    held_on: Mapped[date] = mapped_column(Date, nullable=False)
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False)
    members: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    opinion: Mapped[str] = mapped_column(Text, nullable=False)
    remedy: Mapped[str] = mapped_column(Text, nullable=False, default="")
    remedy_due_on: Mapped[date | None] = mapped_column(Date)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    state: Mapped[PlanState] = mapped_column(Code(PlanState), nullable=False, index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("opinion <> ''", name="opinion"),
        CheckConstraint("passed or remedy <> ''", name="remedy"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="second_person"),
    )


class Settlement(Base, Editable):
    """What a project was handed in for and what it was settled at; the finance bureau confirms the settled amount."""

    __tablename__ = "settlement"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    review: Mapped[Review] = mapped_column(Code(Review), nullable=False)
    asked_amount: Mapped[Money] = mapped_column("asked_amount_fen", MoneyType, nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    reviewer: Mapped[str] = mapped_column(String(80), nullable=False)
    report_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    reported_on: Mapped[date] = mapped_column(Date, nullable=False)
    remark: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    state: Mapped[PlanState] = mapped_column(Code(PlanState), nullable=False, index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("amount_fen > 0 and amount_fen <= asked_amount_fen", name="amount"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="second_person"),
    )
