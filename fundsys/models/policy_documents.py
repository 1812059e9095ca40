"""Policy documents (政策文件): number, validity, what replaces what; the scan is an attachment."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.policy_documents import DocumentKind, DocumentState

from .base import Base, Editable
from .types import Code, Instant


class PolicyDocument(Base, Editable):
    """A paper that thresholds and targets cite. valid_to: its last day, inclusive; None is open.

    replaces_id: the document it revises. Entered by one person, confirmed by another.
    """

    __tablename__ = "policy_document"

    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120), nullable=False)
    kind: Mapped[DocumentKind] = mapped_column(Code(DocumentKind), nullable=False)
    issuer: Mapped[str] = mapped_column(String(80), nullable=False)
    issued_on: Mapped[date] = mapped_column(Date, nullable=False)
    valid_from: Mapped[date] = mapped_column(Date, nullable=False)
    valid_to: Mapped[date | None] = mapped_column(Date)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("policy_document.id"), unique=True)
    remark: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    state: Mapped[DocumentState] = mapped_column(
        Code(DocumentState), nullable=False, default=DocumentState.SUBMITTED, index=True
    )
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    __table_args__ = (
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="days"),
        CheckConstraint("reviewed_by is null or entered_by is null or reviewed_by <> entered_by", name="two_persons"),
    )
