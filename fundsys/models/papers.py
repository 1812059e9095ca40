"""Papers: attachments, prints, imports, findings, waivers and running jobs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.kept_checks import WaiverState
from fundsys.domain.negative_list import ReviewVerdict
from fundsys.domain.rectification import FindingState, FindingStep

from .base import Base, Editable, Numbered
from .types import Code, Instant, Sequence


class Attachment(Base, Numbered):
    """A photo, scan or PDF, kept by SHA-256, with what it is for."""

    __tablename__ = "attachment"

    sha256: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    media_type: Mapped[str] = mapped_column(String(60), nullable=False)
    size: Mapped[int] = mapped_column("size_bytes", BigInteger, nullable=False)
    table_name: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)


class PrintRecord(Base, Numbered):
    """A ledger as printed: parameters, rows' digest and totals, so that the same paper can be made and proven again."""

    __tablename__ = "print_record"

    number: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    ledger: Mapped[str] = mapped_column(String(8), nullable=False)
    parameters: Mapped[str] = mapped_column(Text, nullable=False)
    row_count: Mapped[int] = mapped_column(Integer, nullable=False)
    row_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    totals: Mapped[str] = mapped_column(Text, nullable=False)
    check_code: Mapped[str] = mapped_column(String(20), nullable=False)
    journal_seq: Mapped[int] = mapped_column(Sequence, nullable=False)
    journal_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    printed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    printed_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    is_public_copy: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)


class ImportRecord(Base, Numbered):
    """A workbook taken in: who, when, which file, what it changed."""

    __tablename__ = "import_record"

    kind: Mapped[str] = mapped_column(String(16), nullable=False)
    file_name: Mapped[str] = mapped_column(String(120), nullable=False)
    file_sha256: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    sheet: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    row_count: Mapped[int] = mapped_column(Integer, nullable=False)
    added: Mapped[int] = mapped_column(Integer, nullable=False)
    changed: Mapped[int] = mapped_column(Integer, nullable=False)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)
    reversal_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")


class SpentCode(Base, Numbered):
    """How far the codes of one beginning went before their records were taken back: none of them is given again."""

    __tablename__ = "spent_code"

    table_name: Mapped[str] = mapped_column(String(40), nullable=False)
    begin: Mapped[str] = mapped_column(String(60), nullable=False)
    last: Mapped[int] = mapped_column(BigInteger, nullable=False)

    __table_args__ = (UniqueConstraint("table_name", "begin"),)


class ExportLayout(Base, Editable):
    """A table another system wants: its columns in order, one a line, as domain/exchange.py reads them."""

    __tablename__ = "export_layout"

    code: Mapped[str] = mapped_column(String(16), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(80), nullable=False)
    subject: Mapped[str] = mapped_column(String(16), nullable=False)
    lines: Mapped[str] = mapped_column(Text, nullable=False)
    basis: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)


class Rectification(Base, Editable):
    """A problem found by somebody above or inside, and how it was put right (问题整改)."""

    __tablename__ = "rectification"

    source: Mapped[str] = mapped_column(String(40), nullable=False)
    paper_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    problem: Mapped[str] = mapped_column(Text, nullable=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False, index=True)
    found_on: Mapped[date] = mapped_column(Date, nullable=False)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="open")
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("state in ('open','answered','closed','lasting')", name="state"),)


class Waiver(Base, Editable):
    """A rule set aside for one subject until a day, by a document (豁免). Counts once a second person approved it.

    rule: the code of a rule. subject: empty for the whole rule, "table:id" for one record. expires_on: inclusive.
    """

    __tablename__ = "waiver"

    rule: Mapped[str] = mapped_column(String(8), nullable=False)
    subject: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    reason: Mapped[str] = mapped_column(String(400), nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False)
    expires_on: Mapped[date] = mapped_column(Date, nullable=False)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    label: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[WaiverState] = mapped_column(
        Code(WaiverState), nullable=False, default=WaiverState.SUBMITTED, server_default=WaiverState.SUBMITTED.code
    )
    proposed_on: Mapped[date | None] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")

    __table_args__ = (
        CheckConstraint("approved_by is null or proposed_by is null or approved_by <> proposed_by", name="two_persons"),
    )


class NegativeReview(Base, Numbered):
    """What somebody concluded of words that stand on the negative list. Never edited: the last conclusion counts.

    about, row_id: the record whose words they are. hits: the items hit when it was looked at.
    """

    __tablename__ = "negative_review"

    about: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    hits: Mapped[str] = mapped_column(String(200), nullable=False)
    verdict: Mapped[ReviewVerdict] = mapped_column(Code(ReviewVerdict), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_on: Mapped[date] = mapped_column(Date, nullable=False)

    __table_args__ = (Index("ix_negative_review_of", "about", "row_id"), CheckConstraint("words <> ''", name="words"))


class Job(Base, Numbered):
    """Work that runs longer than a page waits: who asked, how far it is, what came of it. Not journaled."""

    __tablename__ = "job"

    kind: Mapped[str] = mapped_column(String(24), nullable=False)
    parameters: Mapped[str] = mapped_column(Text, nullable=False, default="{}")
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="waiting")
    done: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    total: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    message: Mapped[str] = mapped_column(Text, nullable=False, default="")
    result: Mapped[str] = mapped_column(Text, nullable=False, default="")
    pid: Mapped[int | None] = mapped_column(Integer)
    asked_by: Mapped[int | None] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class RectificationStep(Base, Numbered):
    """One step on a problem: who did it, of which unit that day, from which state to which, and what was said."""

    __tablename__ = "rectification_step"

    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectification.id"), nullable=False, index=True)
    kind: Mapped[FindingStep] = mapped_column(Code(FindingStep), nullable=False)
    from_state: Mapped[FindingState | None] = mapped_column(Code(FindingState))
    to_state: Mapped[FindingState] = mapped_column(Code(FindingState), nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)
