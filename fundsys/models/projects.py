"""Projects from the library to the archive: types, projects, progress reports, work-relief pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.assets import AssetClass
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus

from .base import Base, Editable, Numbered
from .office import Person, Region, Unit
from .types import Code, CodesType, ExactDecimal, MoneyType


class ProjectType(Base, Editable):
    """A subtype of projects. `counts_as_industry`: yes, no, or as the county decides (config: no until decided)."""

    __tablename__ = "project_type"

    code: Mapped[str] = mapped_column(String(12), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(60), nullable=False)
    category: Mapped[str] = mapped_column(String(60), nullable=False)
    group: Mapped[str] = mapped_column("group_name", String(60), nullable=False)
    counts_as_industry: Mapped[str] = mapped_column(String(8), nullable=False)
    asset_class: Mapped[AssetClass | None] = mapped_column(Code(AssetClass))
    suits_work_relief: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_management_fee: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    __table_args__ = (CheckConstraint("counts_as_industry in ('yes','no','config')", name="industry"),)


class Project(Base, Editable):
    """A project, from proposal (10) to archive (99). Library entry and yearly plan are stations of the same record.

    library: which of the county's libraries (dictionary library_kind). tags: codes of the dictionary project_tag.
    capacity, capacity_unit: what it can keep or make, such as 10000 只.
    """

    __tablename__ = "project"

    code: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    library_code: Mapped[str] = mapped_column(String(40), nullable=False, default="", index=True)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    library: Mapped[str] = mapped_column(String(20), nullable=False, default="LK01", server_default="LK01")
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    type_id: Mapped[int] = mapped_column(ForeignKey("project_type.id"), nullable=False, index=True)
    nature: Mapped[str] = mapped_column(String(8), nullable=False, default="新建")
    town_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    place: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    owner_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False, index=True)
    implementing_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    responsible: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    content: Mapped[str] = mapped_column(Text, nullable=False, default="")
    planned_investment: Mapped[Money] = mapped_column("planned_investment_fen", MoneyType, nullable=False)
    planned_fiscal: Mapped[Money] = mapped_column("planned_fiscal_fen", MoneyType, nullable=False)
    planned_other: Mapped[Money] = mapped_column("planned_other_fen", MoneyType, nullable=False, default=Money(0))
    financing: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subsidy_standard: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    is_lead_industry: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_work_relief: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_cooperation: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    tags: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=(), server_default="")
    capacity: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    capacity_unit: Mapped[str] = mapped_column(String(12), nullable=False, default="", server_default="")
    relocation_site: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    plan_start_on: Mapped[date | None] = mapped_column(Date)
    plan_end_on: Mapped[date | None] = mapped_column(Date)
    village_count: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    households: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    people: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    poor_households: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    poor_people: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    performance_target: Mapped[str] = mapped_column(Text, nullable=False, default="")
    participation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    farmer_linkage: Mapped[str] = mapped_column(Text, nullable=False, default="")
    admitted_on: Mapped[date | None] = mapped_column(Date)
    plan_document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    approved_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[ProjectStatus] = mapped_column(Code(ProjectStatus), nullable=False, index=True)
    progress_bp: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    progress_on: Mapped[date | None] = mapped_column(Date)
    contractor: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    contract_amount: Mapped[Money | None] = mapped_column("contract_amount_fen", MoneyType)
    contract_on: Mapped[date | None] = mapped_column(Date)
    started_on: Mapped[date | None] = mapped_column(Date)
    completed_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    acceptance_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    settled_on: Mapped[date | None] = mapped_column(Date)
    settled_amount: Mapped[Money | None] = mapped_column("settled_amount_fen", MoneyType)
    removal_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    remark: Mapped[str] = mapped_column(Text, nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_draft: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    type: Mapped[ProjectType] = relationship()
    town: Mapped[Region | None] = relationship(foreign_keys=[town_id])
    village: Mapped[Region | None] = relationship(foreign_keys=[village_id])
    owner_unit: Mapped[Unit] = relationship(foreign_keys=[owner_unit_id])
    implementing_unit: Mapped[Unit | None] = relationship(foreign_keys=[implementing_unit_id])

    __table_args__ = (
        CheckConstraint("progress_bp between 0 and 10000", name="progress"),
        CheckConstraint(
            "planned_investment_fen >= 0 and planned_fiscal_fen >= 0 and planned_other_fen >= 0", name="amounts"
        ),
        CheckConstraint("started_on is null or completed_on is null or started_on <= completed_on", name="completion"),
        CheckConstraint(
            "completed_on is null or accepted_on is null or completed_on <= accepted_on", name="acceptance"
        ),
    )


class ProgressReport(Base, Numbered):
    """What an owner reported of a project's construction. Never edited: a mistake is followed by a new report.

    latitude, longitude: where it was reported from, in degrees; kept only where the person said so on the page.
    """

    __tablename__ = "progress_report"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    status: Mapped[ProjectStatus] = mapped_column(Code(ProjectStatus), nullable=False)
    progress_bp: Mapped[int] = mapped_column(Integer, nullable=False)
    reported_on: Mapped[date] = mapped_column(Date, nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False, default="")
    problem: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    measure: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    latitude: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    longitude: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    back_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()
    reporter: Mapped[Person | None] = relationship()


class ProjectStep(Base, Numbered):
    """One change of a project's stage. Never edited: going back is a step of its own, with its reason."""

    __tablename__ = "project_step"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    from_status: Mapped[ProjectStatus | None] = mapped_column(Code(ProjectStatus))
    to_status: Mapped[ProjectStatus] = mapped_column(Code(ProjectStatus), nullable=False)
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)
    reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()


class ProjectPaper(Base, Editable):
    """A paper of a project's dossier (一项一档): its file is an attachment of this row, or it lies on paper somewhere.

    stage_paper: code of the checklist's line, "" for a paper nobody asks for. promised_on: the day until which a paper
    that is not there yet was promised (后补), with the reason; none once it is there.
    """

    __tablename__ = "project_paper"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    stage: Mapped[ProjectStatus] = mapped_column(Code(ProjectStatus), nullable=False)
    stage_paper: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    name: Mapped[str] = mapped_column(String(80), nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    dated_on: Mapped[date | None] = mapped_column(Date)
    pages: Mapped[int | None] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    promised_on: Mapped[date | None] = mapped_column(Date)
    promise_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    remark: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    project: Mapped[Project] = relationship()

    __table_args__ = (
        CheckConstraint("pages is null or pages > 0", name="pages"),
        CheckConstraint("promised_on is null or promise_reason <> ''", name="promise"),
    )


class WorkReliefPay(Base, Editable):
    """Labor pay of one work-relief project in one month (务工人数、工日、劳务报酬)."""

    __tablename__ = "work_relief_pay"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), nullable=False, index=True)
    month: Mapped[str] = mapped_column(String(7), nullable=False)
    workers: Mapped[int] = mapped_column(Integer, nullable=False)
    labor_days: Mapped[int] = mapped_column(Integer, nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    paid_on: Mapped[date | None] = mapped_column(Date)

    project: Mapped[Project] = relationship()
