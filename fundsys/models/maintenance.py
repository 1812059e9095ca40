"""Maintenance under 1+12: dated schemes, who keeps what since when, defects, and the paper sheets patrols are written on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.funds import MoneyState
from fundsys.domain.maintenance import Condition, DefectState, PatrolUnit, PostingKind
from fundsys.domain.money import Money

from .base import Base, Editable, Numbered
from .types import VAULT, Code, Instant, MoneyType


class MaintenanceScheme(Base, Editable):
    """One version of a sector's scheme, or of the general one, in force from its day until the next one's.

    sector_id: None for the general scheme. patrol_every: None where no interval is set. after_hours: within how many
    hours of an event a patrol must follow; after_event: that duty in words.
    """

    __tablename__ = "maintenance_scheme"

    sector_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_sector.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date, nullable=False)
    name: Mapped[str] = mapped_column(String(60), nullable=False)
    lead: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    body: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    keeper_post: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    money_source: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    patrol_every: Mapped[int | None] = mapped_column(Integer)
    patrol_unit: Mapped[PatrolUnit] = mapped_column(Code(PatrolUnit), nullable=False, default=PatrolUnit.DAY)
    after_event: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    after_hours: Mapped[int | None] = mapped_column(Integer)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("sector_id", "from_on"),
        CheckConstraint("patrol_every is null or patrol_every > 0", name="patrol_every"),
    )


class KeeperAssignment(Base, Editable):
    """Who keeps an asset, for which body and with whose money, in a half-open time [from_on, to_on). public_post: a 公益岗位.

    An asset without any row is kept by whom its register names, since it came into use.
    """

    __tablename__ = "keeper_assignment"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    from_on: Mapped[date] = mapped_column(Date, nullable=False)
    to_on: Mapped[date | None] = mapped_column(Date)
    keeper: Mapped[str] = mapped_column(String(40), nullable=False)
    keeper_phone_id: Mapped[int | None] = mapped_column(Integer, info=VAULT)
    maintenance_body: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    maintenance_fund: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    public_post: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_sector.id"))
    reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("asset_id", "from_on"),
        CheckConstraint("to_on is null or from_on < to_on", name="days"),
        Index(
            "uq_keeper_assignment_open",
            "asset_id",
            unique=True,
            sqlite_where=text("to_on is null"),
            postgresql_where=text("to_on is null"),
        ),
    )


class Defect(Base, Editable):
    """Something wrong that a patrol found, with its deadline, until somebody else than the keeper has closed it."""

    __tablename__ = "defect"

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    patrol_id: Mapped[int] = mapped_column(ForeignKey("patrol.id"), nullable=False, index=True)
    found_on: Mapped[date] = mapped_column(Date, nullable=False)
    condition: Mapped[Condition] = mapped_column(Code(Condition), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    needed_amount: Mapped[Money | None] = mapped_column("needed_amount_fen", MoneyType)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    found_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[DefectState] = mapped_column(Code(DefectState), nullable=False, default=DefectState.OPEN, index=True)
    fixed_on: Mapped[date | None] = mapped_column(Date)
    fix_words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    repair_cost: Mapped[Money | None] = mapped_column("repair_cost_fen", MoneyType)
    fixed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("closed_by is null or fixed_by is null or closed_by <> fixed_by", name="two_persons"),
        CheckConstraint("closed_by is null or found_by is null or closed_by <> found_by", name="other_than_finder"),
        CheckConstraint("repair_cost_fen is null or repair_cost_fen >= 0", name="repair_cost"),
        CheckConstraint("state <> 'closed' or fixed_on is not null", name="closed_is_fixed"),
    )


class CheckSheet(Base, Numbered):
    """A paper sheet, its rows numbered and coded so that it reads back. serial: part of every row code, whatever is on it.

    stocktake_id: the stocktake it is for, whose lines are its rows; None for a sheet of patrols.
    """

    __tablename__ = "check_sheet"

    serial: Mapped[int] = mapped_column(Integer, nullable=False, unique=True)
    number: Mapped[str] = mapped_column(String(24), nullable=False, unique=True)
    title: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    until_on: Mapped[date] = mapped_column(Date, nullable=False)
    made_on: Mapped[date] = mapped_column(Date, nullable=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    row_count: Mapped[int] = mapped_column(Integer, nullable=False)
    stocktake_id: Mapped[int | None] = mapped_column(ForeignKey("stocktake.id"), index=True)


class CheckRow(Base, Editable):
    """One asset on a sheet. row_code: sheet, row and check digits. patrol_id: the patrol that was read back from it."""

    __tablename__ = "check_row"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("check_sheet.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    row_code: Mapped[str] = mapped_column(String(12), nullable=False, unique=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    patrol_id: Mapped[int | None] = mapped_column(ForeignKey("patrol.id"))

    __table_args__ = (UniqueConstraint("sheet_id", "position"),)


class EventCall(Base, Editable):
    """A call after an event (a storm, snow): what must be looked at, by the schemes of that day. withdrawn: why it was a mistake."""

    __tablename__ = "event_call"

    name: Mapped[str] = mapped_column(String(60), nullable=False)
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)
    hours: Mapped[int | None] = mapped_column(Integer)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    called_on: Mapped[date] = mapped_column(Date, nullable=False)
    called_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn: Mapped[str] = mapped_column(String(200), nullable=False, default="")


class EventDuty(Base, Numbered):
    """One asset that a call asks to be patrolled by a day; done by its first patrol since the event."""

    __tablename__ = "event_duty"

    call_id: Mapped[int] = mapped_column(ForeignKey("event_call.id"), nullable=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)

    __table_args__ = (UniqueConstraint("call_id", "asset_id"),)


class MaintenancePosting(Base, Editable):
    """Money of maintenance: a town's budget of a year, or what was spent on an asset. Entered by one, approved by another.

    asset_id: None for a budget. keeper: who kept the asset that day. reverses_id: the posting whose negative this is.
    """

    __tablename__ = "maintenance_posting"

    kind: Mapped[PostingKind] = mapped_column(Code(PostingKind), nullable=False)
    year: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    defect_id: Mapped[int | None] = mapped_column(ForeignKey("defect.id"))
    happened_on: Mapped[date] = mapped_column(Date, nullable=False)
    amount: Mapped[Money] = mapped_column("amount_fen", MoneyType, nullable=False)
    keeper: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    source: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    words: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    state: Mapped[MoneyState] = mapped_column(
        Code(MoneyState), nullable=False, default=MoneyState.SUBMITTED, index=True
    )
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_posting.id"))

    __table_args__ = (
        CheckConstraint("decided_by is null or entered_by is null or decided_by <> entered_by", name="two_persons"),
        CheckConstraint("amount_fen > 0 or reverses_id is not null", name="amount"),
        CheckConstraint("(kind = 'budget') = (asset_id is null)", name="of_an_asset"),
    )
