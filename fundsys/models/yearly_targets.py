"""Yearly targets (年度目标), the units that answer for them, and the monthly reports of what was reached."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.yearly_targets import Comparison, ReportState, TargetKind, TargetState

from .base import Base, Editable, Numbered
from .office import Unit
from .types import Code, ExactDecimal, Instant


class YearTarget(Base, Editable):
    """A figure of the work plan of a year. Proposed by one person, approved by another.

    value: None where the figure is a policy value (policy_code) and so has its one home there. rule, figure: what feeds
    it with what was reached; both empty where the reporting unit reports. confirmed_on: since when the figure is in
    force, None before the first approval.
    """

    __tablename__ = "year_target"

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(16), nullable=False)
    clause: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    comparison: Mapped[Comparison] = mapped_column(Code(Comparison), nullable=False)
    kind: Mapped[TargetKind] = mapped_column(Code(TargetKind), nullable=False)
    policy_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    rule: Mapped[str] = mapped_column(String(16), nullable=False, default="")
    figure: Mapped[str] = mapped_column(String(24), nullable=False, default="")
    reporting_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    document: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    note: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    confirmed_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[TargetState] = mapped_column(Code(TargetState), nullable=False, default=TargetState.PROPOSED)
    proposed_value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    proposed_document: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    reporting_unit: Mapped[Unit | None] = relationship()
    units: Mapped[list[TargetUnit]] = relationship(order_by="TargetUnit.position", cascade="all, delete-orphan")

    __table_args__ = (
        UniqueConstraint("year", "code"),
        CheckConstraint("policy_code = '' or (value is null and proposed_value is null)", name="one_truth"),
        CheckConstraint("approved_by is null or proposed_by is null or approved_by <> proposed_by", name="two_persons"),
    )


class TargetUnit(Base, Numbered):
    """A unit that answers for a target, the leading one first; a phrase of the plan (各镇) where it names no one unit."""

    __tablename__ = "target_unit"

    target_id: Mapped[int] = mapped_column(ForeignKey("year_target.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    phrase: Mapped[str] = mapped_column(String(60), nullable=False, default="")

    __table_args__ = (UniqueConstraint("target_id", "position"),)


class TargetReport(Base, Editable):
    """What a unit reports of a target for a month: the figure reached so far, or something that was held on a day.

    number: given when it is first handed over. figure: reached since the year began (a frequency that was not kept in a
    month is a figure of 0). replaces_id: the report this one corrects; strikes: it only strikes that one out.
    """

    __tablename__ = "target_report"

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("year_target.id"), nullable=False, index=True)
    month: Mapped[int] = mapped_column(Integer, nullable=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False, index=True)
    figure: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    held_on: Mapped[date | None] = mapped_column(Date)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    problem: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    next_step: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    strikes: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("target_report.id"), unique=True)
    state: Mapped[ReportState] = mapped_column(Code(ReportState), nullable=False, default=ReportState.DRAFT, index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    target: Mapped[YearTarget] = relationship()

    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("figure is null or held_on is null", name="one_thing"),
        CheckConstraint("not strikes or replaces_id is not null", name="strikes"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )
