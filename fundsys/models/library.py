"""The project library's own papers: proposals, proposals for the year's plan, performance targets, papers of changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.library import LibraryState, PlanState, TargetKind
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .projects import Project
from .types import Code, ExactDecimal, MoneyType


class LibraryEntry(Base, Editable):
    """A project's way into the library: handed over by the village, reviewed by the town, appraised by the county."""

    __tablename__ = "library_entry"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, unique=True)
    state: Mapped[LibraryState] = mapped_column(Code(LibraryState), nullable=False, index=True)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_on: Mapped[date | None] = mapped_column(Date)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    review_opinion: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    appraised_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appraised_on: Mapped[date | None] = mapped_column(Date)
    appraisal: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    notice_from: Mapped[date | None] = mapped_column(Date)
    notice_until: Mapped[date | None] = mapped_column(Date)
    admission_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_on: Mapped[date | None] = mapped_column(Date)
    first_year: Mapped[int] = mapped_column(Integer, nullable=False)
    roll_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("notice_until is null or notice_from <= notice_until", name="notice"),
        CheckConstraint("state <> 'returned' or return_reason <> ''", name="returned"),
    )


class PlanProposal(Base, Editable):
    """A library project proposed for a year's plan, with its money; approved by another person with the plan's number."""

    __tablename__ = "plan_proposal"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    planned_fiscal: Mapped[Money] = mapped_column("planned_fiscal_fen", MoneyType, nullable=False)
    planned_other: Mapped[Money] = mapped_column("planned_other_fen", MoneyType, nullable=False)
    plan_start_on: Mapped[date] = mapped_column(Date, nullable=False)
    plan_end_on: Mapped[date] = mapped_column(Date, nullable=False)
    reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    state: Mapped[PlanState] = mapped_column(Code(PlanState), nullable=False, index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("planned_fiscal_fen > 0 and planned_other_fen >= 0", name="amounts"),
        CheckConstraint("plan_start_on <= plan_end_on", name="days"),
        CheckConstraint("state <> 'approved' or document_no <> ''", name="document"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="second_person"),
    )


class PerformanceTarget(Base, Editable):
    """One performance target of a project: an indicator, how much of it, in which unit."""

    __tablename__ = "performance_target"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    kind: Mapped[TargetKind] = mapped_column(Code(TargetKind), nullable=False)
    indicator: Mapped[str] = mapped_column(String(60), nullable=False)
    value: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    unit: Mapped[str] = mapped_column(String(12), nullable=False)

    project: Mapped[Project] = relationship()


class ProjectChange(Base, Editable):
    """A paper of changes to a planned project: proposed by its owner, approved by another person, then applied at once."""

    __tablename__ = "project_change"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    state: Mapped[PlanState] = mapped_column(Code(PlanState), nullable=False, index=True)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    request_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[Project] = relationship()
    items: Mapped[list[ProjectChangeItem]] = relationship(order_by="ProjectChangeItem.id", viewonly=True)

    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("state <> 'approved' or document_no <> ''", name="document"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="second_person"),
    )


class ProjectChangeItem(Base, Numbered):
    """One field of a paper of changes, as it was and as it shall be, in words that can be read back."""

    __tablename__ = "project_change_item"

    change_id: Mapped[int] = mapped_column(ForeignKey("project_change.id"), nullable=False, index=True)
    field: Mapped[str] = mapped_column(String(40), nullable=False)
    old: Mapped[str] = mapped_column(Text, nullable=False)
    new: Mapped[str] = mapped_column(Text, nullable=False)
