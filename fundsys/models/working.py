"""How people work together: notices inside the system, hand-overs of a person's tasks, forms that are still being typed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.working import MessageKind

from .base import Base, Numbered
from .types import Code, Instant


class Message(Base, Numbered):
    """A notice to one person of what became of their work, written by the act that caused it.

    about, row_id: table and key of the record it leads to; parent_id: the project (or year) that record belongs to.
    due_on: the day that has come, of a thing that became due.
    """

    __tablename__ = "message"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    kind: Mapped[MessageKind] = mapped_column(Code(MessageKind), nullable=False)
    title: Mapped[str] = mapped_column(String(200), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    about: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    parent_id: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    sent_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_message_of", "person_id", "read_at"),)


class HandOver(Base, Numbered):
    """All tasks of a person who leaves, given to another of the same unit and role in one act.

    counts: JSON, for each kind of task how many each of the two had before and after.
    """

    __tablename__ = "hand_over"

    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False, index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False)
    reason: Mapped[str] = mapped_column(String(200), nullable=False)
    counts: Mapped[str] = mapped_column(Text, nullable=False, default="{}")
    handed_on: Mapped[date] = mapped_column(Date, nullable=False)
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("from_id <> to_id", name="two_persons"),)


class HandedItem(Base, Numbered):
    """One record of a hand-over: who had entered it, so that this person never approves it."""

    __tablename__ = "handed_item"

    hand_over_id: Mapped[int] = mapped_column(ForeignKey("hand_over.id"), nullable=False, index=True)
    about: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)

    __table_args__ = (Index("ix_handed_item_of", "from_id", "about", "row_id"),)


class FormDraft(Base, Numbered):
    """A long form somebody is still typing, without personal data. Not journaled: nothing has been said yet."""

    __tablename__ = "form_draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    address: Mapped[str] = mapped_column(String(200), nullable=False)
    title: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    form_id: Mapped[str] = mapped_column(String(60), nullable=False, index=True)
    boxes: Mapped[str] = mapped_column(Text, nullable=False)
    saved_at: Mapped[datetime] = mapped_column(Instant, nullable=False)

    __table_args__ = (UniqueConstraint("person_id", "address"),)
