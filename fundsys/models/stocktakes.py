"""Stocktakes: a campaign with its frozen frame, what was counted line by line, what was found beside it, and its treatment."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fundsys.domain.maintenance import Condition
from fundsys.domain.money import Money
from fundsys.domain.stocktakes import CountResult, CountWay, StocktakeState, TreatmentKind, TreatmentState

from .base import Base, Editable, Numbered
from .types import Code, CodesType, ExactDecimal, Instant, MoneyType, Sequence


class Stocktake(Base, Editable):
    """A campaign. Its frame is the register at the end of register_on, which is what the acts up to frame_seq made.

    first_year, last_year, towns (ids), classes: what it counts; empty asks for all. unit_id: whose campaign it is.
    """

    __tablename__ = "stocktake"

    number: Mapped[str] = mapped_column(String(24), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(80), nullable=False)
    register_on: Mapped[date] = mapped_column(Date, nullable=False)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    first_year: Mapped[int | None] = mapped_column(Integer)
    last_year: Mapped[int | None] = mapped_column(Integer)
    towns: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=())
    classes: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=())
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    frame_seq: Mapped[int] = mapped_column(Sequence, nullable=False)
    frame_count: Mapped[int] = mapped_column(Integer, nullable=False)
    frame_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_on: Mapped[date] = mapped_column(Date, nullable=False)
    state: Mapped[StocktakeState] = mapped_column(
        Code(StocktakeState), nullable=False, default=StocktakeState.OPEN, index=True
    )
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_on: Mapped[date | None] = mapped_column(Date)
    close_words: Mapped[str] = mapped_column(String(400), nullable=False, default="")

    __table_args__ = (
        CheckConstraint("frame_count > 0", name="frame"),
        CheckConstraint("(state = 'closed') = (closed_on is not null)", name="closed"),
    )


class StocktakeLine(Base, Numbered):
    """One asset of a frame as the register had it, on its place of a sheet. Never changed; row_code: how paper names it."""

    __tablename__ = "stocktake_line"

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"), nullable=False, index=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("check_sheet.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    row_code: Mapped[str] = mapped_column(String(12), nullable=False, unique=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), nullable=False, index=True)
    asset_code: Mapped[str] = mapped_column(String(40), nullable=False)
    asset_name: Mapped[str] = mapped_column(String(120), nullable=False)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    village_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    location: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    book_quantity: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    quantity_unit: Mapped[str] = mapped_column(String(12), nullable=False)
    original_cost: Mapped[Money] = mapped_column("original_cost_fen", MoneyType, nullable=False)

    __table_args__ = (UniqueConstraint("sheet_id", "position"), UniqueConstraint("stocktake_id", "asset_id"))


class CountEntry(Base, Numbered):
    """What was counted of a line. Never changed: a mistake is followed by a new entry that names the old (replaces_id).

    quantity: None where it was not counted. label_there: None where nobody looked for the plate.
    """

    __tablename__ = "count_entry"

    line_id: Mapped[int] = mapped_column(ForeignKey("stocktake_line.id"), nullable=False, index=True)
    result: Mapped[CountResult] = mapped_column(Code(CountResult), nullable=False, index=True)
    quantity: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    condition: Mapped[Condition | None] = mapped_column(Code(Condition))
    in_use: Mapped[bool | None] = mapped_column(Boolean)
    place_fits: Mapped[bool | None] = mapped_column(Boolean)
    label_there: Mapped[bool | None] = mapped_column(Boolean)
    words: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    counter: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    counted_on: Mapped[date] = mapped_column(Date, nullable=False)
    way: Mapped[CountWay] = mapped_column(Code(CountWay), nullable=False)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("count_entry.id"), unique=True)

    __table_args__ = (
        CheckConstraint("result = 'match' or words <> ''", name="words"),
        CheckConstraint("(result = 'uncounted') = (quantity is null)", name="quantity"),
        Index(
            "uq_count_entry_first",
            "line_id",
            unique=True,
            sqlite_where=text("replaces_id is null"),
            postgresql_where=text("replaces_id is null"),
        ),
    )


class CountSurplus(Base, Numbered):
    """Something found that no line of the frame stands for (盘盈), in words. A new row corrects one; quantity 0 takes it back."""

    __tablename__ = "count_surplus"

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"), nullable=False, index=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("region.id"), nullable=False)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    location: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    quantity: Mapped[Decimal] = mapped_column(ExactDecimal, nullable=False)
    quantity_unit: Mapped[str] = mapped_column(String(12), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False)
    counter: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    found_on: Mapped[date] = mapped_column(Date, nullable=False)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("count_surplus.id"), unique=True)


class CountTreatment(Base, Editable):
    """How a difference is treated: proposed by one, decided by another, carried out by an ordinary asset paper.

    entry_id or surplus_id: the difference. matter_id: the paper that carries it out; the register changes by that alone.
    """

    __tablename__ = "count_treatment"

    entry_id: Mapped[int | None] = mapped_column(ForeignKey("count_entry.id"), unique=True)
    surplus_id: Mapped[int | None] = mapped_column(ForeignKey("count_surplus.id"), unique=True)
    kind: Mapped[TreatmentKind] = mapped_column(Code(TreatmentKind), nullable=False)
    words: Mapped[str] = mapped_column(String(400), nullable=False)
    document_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    state: Mapped[TreatmentState] = mapped_column(
        Code(TreatmentState), nullable=False, default=TreatmentState.PROPOSED, index=True
    )
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_on: Mapped[date] = mapped_column(Date, nullable=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("asset_matter.id"))
    done_words: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    done_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        CheckConstraint("(entry_id is null) <> (surplus_id is null)", name="one_difference"),
        CheckConstraint("decided_by is null or proposed_by is null or decided_by <> proposed_by", name="two_persons"),
    )
