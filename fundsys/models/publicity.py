"""Public notices (公示公告): what must be published when, the notices themselves and what each is about."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.money import Money
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState

from .base import Base, Editable, Numbered
from .office import Unit
from .types import Code, Instant, MoneyType


class PublicationDuty(Base, Editable):
    """What must be made public at which level (the county's editable table).

    due_days: working days after the result was formed; least_days: how long it stays up at least, both ends counted.
    Either is the year's value where it is None. Carrier: where it is put up, in words.
    """

    __tablename__ = "publication_duty"

    occasion: Mapped[Occasion] = mapped_column(Code(Occasion), nullable=False)
    level: Mapped[PublicLevel] = mapped_column(Code(PublicLevel), nullable=False)
    label: Mapped[str] = mapped_column(String(60), nullable=False)
    due_days: Mapped[int | None] = mapped_column(Integer)
    least_days: Mapped[int | None] = mapped_column(Integer)
    carrier: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    confidence: Mapped[str] = mapped_column(String(8), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    __table_args__ = (UniqueConstraint("occasion", "level"),)


class PublicNotice(Base, Editable):
    """One notice put up, and what came of it.

    number: given when it is first handed over. first_on, last_on: both inclusive; no last day where it stays up.
    has_objection: None until the result has been recorded. Photos of it hanging are its attachments.
    """

    __tablename__ = "public_notice"

    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    occasion: Mapped[Occasion] = mapped_column(Code(Occasion), nullable=False)
    level: Mapped[PublicLevel] = mapped_column(Code(PublicLevel), nullable=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False, index=True)
    title: Mapped[str] = mapped_column(String(120), nullable=False)
    content: Mapped[str] = mapped_column(Text, nullable=False, default="")
    implementing_unit: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    amount: Mapped[Money | None] = mapped_column("amount_fen", MoneyType)
    first_on: Mapped[date] = mapped_column(Date, nullable=False)
    last_on: Mapped[date | None] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    hotline: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    has_objection: Mapped[bool | None] = mapped_column(Boolean)
    objection_handling: Mapped[str] = mapped_column(Text, nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    state: Mapped[PublicState] = mapped_column(Code(PublicState), nullable=False, default=PublicState.DRAFT, index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    withdrawal_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    withdrawn_on: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
    subjects: Mapped[list[PublicSubject]] = relationship(order_by="PublicSubject.id", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("last_on is null or first_on <= last_on", name="days"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )


class PublicSubject(Base, Numbered):
    """What a notice is about: one notice paper, correction, project, asset or year's income of an asset."""

    __tablename__ = "public_subject"

    public_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), nullable=False, index=True)
    table_name: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)

    __table_args__ = (
        UniqueConstraint("public_id", "table_name", "row_id"),
        Index("ix_public_subject_of_row", "table_name", "row_id"),
    )
