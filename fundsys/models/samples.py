"""Samples an inspector drew: the order and its frame, the drawn records with their tickets, and what was seen of each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.money import Money
from fundsys.domain.samples import LookOutcome, SampleMethod, SampleSubject

from .base import Base, Numbered
from .types import Code, CodesType, MoneyType, Sequence


class Sample(Base, Numbered):
    """A sample, kept so that it can be drawn again and proven. Never changed.

    The frame is what was recorded at the end of register_on, made by the acts up to frame_seq. points: the tickets each
    risk adds, as JSON; value_from: from which amount the value counts as a risk. ticket_count: all tickets of the frame.
    """

    __tablename__ = "sample"

    number: Mapped[str] = mapped_column(String(24), nullable=False, unique=True)
    title: Mapped[str] = mapped_column(String(80), nullable=False)
    subject: Mapped[SampleSubject] = mapped_column(Code(SampleSubject), nullable=False)
    method: Mapped[SampleMethod] = mapped_column(Code(SampleMethod), nullable=False)
    seed: Mapped[str] = mapped_column(String(60), nullable=False)
    lot: Mapped[int] = mapped_column(Integer, nullable=False)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    register_on: Mapped[date] = mapped_column(Date, nullable=False)
    first_year: Mapped[int | None] = mapped_column(Integer)
    last_year: Mapped[int | None] = mapped_column(Integer)
    towns: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=())
    classes: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=())
    points: Mapped[str] = mapped_column(Text, nullable=False, default="{}")
    value_from: Mapped[Money] = mapped_column("value_from_fen", MoneyType, nullable=False, default=Money(0))
    frame_seq: Mapped[int] = mapped_column(Sequence, nullable=False)
    frame_count: Mapped[int] = mapped_column(Integer, nullable=False)
    frame_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    ticket_count: Mapped[int] = mapped_column(Integer, nullable=False)
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    drawn_on: Mapped[date] = mapped_column(Date, nullable=False)

    __table_args__ = (CheckConstraint("size between 1 and frame_count", name="size"),)


class SampleItem(Base, Numbered):
    """One drawn record, as it was on the day of the frame. subject_id: of the asset, project or payment. Never changed."""

    __tablename__ = "sample_item"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(40), nullable=False)
    name: Mapped[str] = mapped_column(String(160), nullable=False)
    place: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    amount: Mapped[Money | None] = mapped_column("amount_fen", MoneyType)
    tickets: Mapped[int] = mapped_column(Integer, nullable=False)
    winning: Mapped[int] = mapped_column(Integer, nullable=False)
    score: Mapped[str] = mapped_column(String(64), nullable=False)
    why: Mapped[str] = mapped_column(String(120), nullable=False, default="")

    __table_args__ = (UniqueConstraint("sample_id", "position"), UniqueConstraint("sample_id", "subject_id"))


class SampleLook(Base, Numbered):
    """What the inspector saw of a drawn record. Never changed: a new look names the old. finding_id: the problem made of it."""

    __tablename__ = "sample_look"

    item_id: Mapped[int] = mapped_column(ForeignKey("sample_item.id"), nullable=False, index=True)
    outcome: Mapped[LookOutcome] = mapped_column(Code(LookOutcome), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    looked_on: Mapped[date] = mapped_column(Date, nullable=False)
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("rectification.id"), unique=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("sample_look.id"), unique=True)

    __table_args__ = (CheckConstraint("outcome = 'fits' or words <> ''", name="words"),)
