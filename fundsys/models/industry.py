"""The historic industry projects (2013–2022) and their class among 四个一批."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.industry import FourBatch, RunState
from fundsys.domain.money import Money

from .base import Base, Editable
from .office import Region
from .types import Code, MoneyType


class LegacyProject(Base, Editable):
    """One industry project of 2013–2022; at any time in at most one class, with reason, person and date."""

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
    batch: Mapped[FourBatch | None] = mapped_column(Code(FourBatch), index=True)
    batch_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    measure: Mapped[str] = mapped_column(Text, nullable=False, default="")
    responsible_unit: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    responsible: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    town: Mapped[Region | None] = relationship(foreign_keys=[town_id])
    village: Mapped[Region | None] = relationship(foreign_keys=[village_id])

    __table_args__ = (CheckConstraint("batch is null or batch in ('B1','B2','B3','B4')", name="batch"),)
