"""Runs of the rules that were kept, what each rule answered in them, and the faults they found, each once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.rules.base import Outcome, Severity

from .base import Base, Editable, Numbered
from .types import Code, Instant, Sequence


class CheckRun(Base, Numbered):
    """One run of the rules as it was kept. rules: codes, parted by commas, none for all. unit_id: of one unit's records.

    before_id: the run of the same year, rules and unit before it, which it is compared with. as_at: the day it judges.
    journal_seq: the last act it had seen.
    """

    __tablename__ = "check_run"

    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    as_at: Mapped[date] = mapped_column(Date, nullable=False)
    rules: Mapped[str] = mapped_column(Text, nullable=False, default="")
    family: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    before_id: Mapped[int | None] = mapped_column(ForeignKey("check_run.id"), index=True)
    fault_count: Mapped[int] = mapped_column(Integer, nullable=False)
    new_count: Mapped[int] = mapped_column(Integer, nullable=False)
    gone_count: Mapped[int] = mapped_column(Integer, nullable=False)
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    journal_seq: Mapped[int] = mapped_column(Sequence, nullable=False)


class CheckResult(Base, Numbered):
    """What one rule answered in a run. numerator, denominator: 分 or numbers. faults: keys of its faults, as JSON."""

    __tablename__ = "check_result"

    run_id: Mapped[int] = mapped_column(ForeignKey("check_run.id"), nullable=False, index=True)
    rule: Mapped[str] = mapped_column(String(8), nullable=False)
    scope: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    outcome: Mapped[Outcome] = mapped_column(Code(Outcome), nullable=False)
    measured: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    required: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    numerator: Mapped[int | None] = mapped_column(BigInteger)
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(Text, nullable=False, default="")
    fault_count: Mapped[int] = mapped_column(Integer, nullable=False)
    faults: Mapped[str] = mapped_column(Text, nullable=False, default="{}")


class CheckMatter(Base, Editable):
    """One fault, however often it was found again: first seen in one run, gone in another, put right by one task.

    table_name, row_id: its record; "" and 0 where a rule is missed as a whole. A fault that comes back after it was gone
    is another matter. year: the year it was last judged in. gone_*: the first run of that year that did not find it.
    """

    __tablename__ = "check_matter"

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    rule: Mapped[str] = mapped_column(String(8), nullable=False)
    scope: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    severity: Mapped[Severity] = mapped_column(Code(Severity), nullable=False)
    table_name: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    row_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    label: Mapped[str] = mapped_column(String(200), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    first_run_id: Mapped[int] = mapped_column(ForeignKey("check_run.id"), nullable=False, index=True)
    first_seen_on: Mapped[date] = mapped_column(Date, nullable=False)
    gone_run_id: Mapped[int | None] = mapped_column(ForeignKey("check_run.id"), index=True)
    gone_on: Mapped[date | None] = mapped_column(Date)
    rectification_id: Mapped[int | None] = mapped_column(ForeignKey("rectification.id"), index=True)

    __table_args__ = (Index("ix_check_matter_of", "rule", "table_name", "row_id"),)
