"""The historic industry projects (2013–2022) and their class among 四个一批."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.industry import DecisionState, FourBatch, Opinion, Prospect, RunState
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .office import Region
from .types import Code, MoneyType


class LegacyProject(Base, Editable):
    """One industry project of 2013–2022; at any time in at most one class, with reason, person and date.

    What stands: the newest of its operation records, class decisions and progress entries, kept in step by the services.
    yearly_*, distributed: figures of the newest year there are any of. asset_use_bp: share of assets in use in 1/10000.
    measure_codes: codes of four_batch_measure, parted by commas. disposed_on: 处置完毕, which nothing undoes.
    """

    __tablename__ = "legacy_project"

    code: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    industry: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    type_name: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    fund_source: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    fiscal_amount: Mapped[Money | None] = mapped_column("fiscal_amount_fen", MoneyType)
    total_investment: Mapped[Money | None] = mapped_column("total_investment_fen", MoneyType)
    operator: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    operator_credit_code: Mapped[str] = mapped_column(String(18), nullable=False, default="")
    run_state: Mapped[RunState | None] = mapped_column(Code(RunState))
    yearly_income: Mapped[Money | None] = mapped_column("yearly_income_fen", MoneyType)
    households: Mapped[int | None] = mapped_column(Integer)
    poor_households: Mapped[int | None] = mapped_column(Integer)
    root_cause: Mapped[str] = mapped_column(Text, nullable=False, default="")
    yearly_output: Mapped[Money | None] = mapped_column("yearly_output_fen", MoneyType)
    yearly_profit: Mapped[Money | None] = mapped_column("yearly_profit_fen", MoneyType)
    distributed: Mapped[Money | None] = mapped_column("distributed_fen", MoneyType)
    farmer_linkage: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    asset_use_bp: Mapped[int | None] = mapped_column(Integer)
    checked_by: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    batch: Mapped[FourBatch | None] = mapped_column(Code(FourBatch), index=True)
    batch_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    measure_codes: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    measure: Mapped[str] = mapped_column(Text, nullable=False, default="")
    responsible_unit: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    responsible: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    progress: Mapped[str] = mapped_column(Text, nullable=False, default="")
    done_on: Mapped[date | None] = mapped_column(Date)
    disposed_on: Mapped[date | None] = mapped_column(Date)
    disposal_document: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    town: Mapped[Region | None] = relationship(foreign_keys=[town_id])
    village: Mapped[Region | None] = relationship(foreign_keys=[village_id])

    __table_args__ = (CheckConstraint("batch is null or batch in ('B1','B2','B3','B4')", name="batch"),)


class OperationRecord(Base, Numbered):
    """What was found about a legacy project on one day; nothing is ever changed, a later record says it anew.

    What was not looked at is empty. capacity_bp, use_bp: in 1/10000. figures_year: the year of the money.
    """

    __tablename__ = "operation_record"

    project_id: Mapped[int] = mapped_column(ForeignKey("legacy_project.id"), nullable=False)
    observed_on: Mapped[date] = mapped_column(Date, nullable=False)
    run_state: Mapped[RunState | None] = mapped_column(Code(RunState))
    months_stopped: Mapped[int | None] = mapped_column(Integer)
    capacity_bp: Mapped[int | None] = mapped_column(Integer)
    figures_year: Mapped[int | None] = mapped_column(Integer)
    output: Mapped[Money | None] = mapped_column("output_fen", MoneyType)
    profit: Mapped[Money | None] = mapped_column("profit_fen", MoneyType)
    income: Mapped[Money | None] = mapped_column("income_fen", MoneyType)
    distributed: Mapped[Money | None] = mapped_column("distributed_fen", MoneyType)
    linkage: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    linkage_works: Mapped[bool | None] = mapped_column(Boolean)
    households: Mapped[int | None] = mapped_column(Integer)
    poor_households: Mapped[int | None] = mapped_column(Integer)
    use_bp: Mapped[int | None] = mapped_column(Integer)
    title_clear: Mapped[bool | None] = mapped_column(Boolean)
    compliant: Mapped[bool | None] = mapped_column(Boolean)
    prospect: Mapped[Prospect | None] = mapped_column(Code(Prospect))
    fits_leading: Mapped[bool | None] = mapped_column(Boolean)
    opinion: Mapped[Opinion | None] = mapped_column(Code(Opinion))
    root_cause: Mapped[str] = mapped_column(Text, nullable=False, default="")
    checked_by: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[LegacyProject] = relationship()

    __table_args__ = (
        Index("ix_operation_record_of", "project_id", "observed_on"),
        CheckConstraint("months_stopped is null or months_stopped >= 0", name="months"),
        CheckConstraint("capacity_bp is null or capacity_bp between 0 and 10000", name="capacity"),
        CheckConstraint("use_bp is null or use_bp between 0 and 10000", name="in_use"),
    )


class ClassDecision(Base, Editable):
    """A class for a legacy project: proposed by owner or town and then decided, or decided by the lead bureau at once.

    The class of a project on a day is that of its newest decided row by then. was: the class before. suggested: what the
    advisor said when it was decided. statement: 专题说明 where a project changes too often. document_no: the meeting's paper.
    """

    __tablename__ = "class_decision"

    project_id: Mapped[int] = mapped_column(ForeignKey("legacy_project.id"), nullable=False)
    batch: Mapped[FourBatch] = mapped_column(Code(FourBatch), nullable=False)
    was: Mapped[FourBatch | None] = mapped_column(Code(FourBatch))
    suggested: Mapped[FourBatch | None] = mapped_column(Code(FourBatch))
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    measure_codes: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    measure: Mapped[str] = mapped_column(Text, nullable=False, default="")
    responsible_unit: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    responsible: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    statement: Mapped[str] = mapped_column(Text, nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    state: Mapped[DecisionState] = mapped_column(Code(DecisionState), nullable=False, index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decider: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    project: Mapped[LegacyProject] = relationship()

    __table_args__ = (
        Index("ix_class_decision_of", "project_id", "decided_on"),
        CheckConstraint("batch in ('B1','B2','B3','B4')", name="batch"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("state <> 'decided' or decided_on is not null", name="dated"),
    )


class MeasureProgress(Base, Numbered):
    """What became of a project's measures by a day; done: they have had their effect."""

    __tablename__ = "measure_progress"

    project_id: Mapped[int] = mapped_column(ForeignKey("legacy_project.id"), nullable=False, index=True)
    reported_on: Mapped[date] = mapped_column(Date, nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False)
    done: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[LegacyProject] = relationship()


class BatchLabel(Base, Editable):
    """What the county calls a class in a year; records keep the code."""

    __tablename__ = "batch_label"

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[FourBatch] = mapped_column(Code(FourBatch), nullable=False)
    label: Mapped[str] = mapped_column(String(20), nullable=False)

    __table_args__ = (UniqueConstraint("year", "code"),)
