"""Rows of LG16 资产盘点表: the lines of a stocktake in route order, blank to take along and filled when they came back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.money import Money, show_percent
from fundsys.domain.rights import Permission
from fundsys.domain.row_codes import shown_code
from fundsys.domain.stocktakes import CountResult
from fundsys.models.assets import Asset
from fundsys.models.maintenance import CheckSheet
from fundsys.models.stocktakes import Stocktake, StocktakeLine
from fundsys.queries import assets as asset_queries
from fundsys.queries import stocktakes as queries
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.stocktakes import LineRow
from fundsys.queries.viewer import seen_assets

FILTERS = ("stocktake", "sheet", "town", "village")


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of LG16. What nobody has counted yet is None or empty. advice: how a difference is treated."""

    stocktake: str
    village: str
    sheet: str
    asset_id: int
    row_code: str
    asset_no: str
    asset_name: str
    location: str
    book_quantity: Decimal
    quantity_unit: str
    quantity: Decimal | None
    difference: Decimal | None
    result: str
    original_cost: Money
    condition: str
    in_use: bool | None
    place_fits: bool | None
    label_there: bool | None
    reason: str
    advice: str
    counter: str
    counted_on: date | None


def count_rows(session: Session, wanted: Wanted) -> Iterator[CountRow]:
    """LG16: the stocktakes whose register day lies in the year, or the one asked for, or one sheet of it."""
    for number, name, rows in _campaigns(session, wanted):
        for row in rows:
            yield _row(f"{number} {name}", row)


def _campaigns(session: Session, wanted: Wanted) -> Iterator[tuple[str, str, list[LineRow]]]:
    check_filters(wanted, FILTERS)
    told = asset_queries.filter_from(session, {k: v for k, v in wanted.where.items() if k in ("town", "village")})
    tests = [asset_queries.condition(told)]
    if wanted.who is not None:
        tests.append(seen_assets(wanted.who, Permission.PRINT))
    if sheet := wanted.where.get("sheet", ""):
        tests.append(CheckSheet.number == sheet)
    if number := wanted.where.get("stocktake", ""):
        tests.append(Stocktake.number == number)
    elif not sheet:
        tests.append(Stocktake.register_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    keys = session.execute(
        select(Stocktake.id, Stocktake.number, Stocktake.name, StocktakeLine.id)
        .join(StocktakeLine, StocktakeLine.stocktake_id == Stocktake.id)
        .join(CheckSheet, StocktakeLine.sheet_id == CheckSheet.id)
        .join(Asset, StocktakeLine.asset_id == Asset.id)
        .where(*tests)
        .order_by(Stocktake.id, StocktakeLine.sheet_id, StocktakeLine.position)
    ).all()
    if not keys and (sheet or wanted.where.get("stocktake")):
        raise NotFound("没有这份盘点，或者没有您管理的资产在内")
    names = {key: (number, name) for key, number, name, _ in keys}
    for key, (number, name) in names.items():
        mine = {line for campaign, _, _, line in keys if campaign == key}
        rows, _ = queries.lines(session, wanted.who, key)
        until = wanted.until or date.max
        yield number, name, [_as_known(r, until) for r in rows if r.id in mine]


def _as_known(row: LineRow, until: date) -> LineRow:
    """The line as business dates up to a day have it."""
    if row.counted_on is None or row.counted_on <= until:
        return row
    blank: dict[str, Any] = {
        "entry_id": None,
        "result": None,
        "quantity": None,
        "condition": None,
        "in_use": None,
        "counted_on": None,
    }
    return replace(row, **blank, place_fits=None, label_there=None, words="", counter="", treatment_words="")


def _row(campaign: str, row: LineRow) -> CountRow:
    lost = None if row.quantity is None else row.quantity - row.book_quantity
    return CountRow(
        stocktake=campaign,
        village=f"{row.town}{row.village}" or "未填镇村",
        sheet=row.sheet,
        asset_id=row.asset_id,
        row_code=shown_code(row.row_code),
        asset_no=row.asset_code,
        asset_name=row.asset_name,
        location=row.location,
        book_quantity=row.book_quantity,
        quantity_unit=row.quantity_unit,
        quantity=row.quantity,
        difference=lost,
        result=row.result.label if row.result else "",
        original_cost=row.original_cost,
        condition=row.condition.label if row.condition else "",
        in_use=row.in_use,
        place_fits=row.place_fits,
        label_there=row.label_there,
        reason=row.words,
        advice=f"{row.treatment.label}：{row.treatment_words}" if row.treatment else "",
        counter=row.counter,
        counted_on=row.counted_on,
    )


def count_totals(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """应盘、已盘、相符、账实相符率 of the paper: matching lines over those that were counted; 未盘 is in neither."""
    told = []
    for number, _, rows in _campaigns(session, wanted):
        by = {r: sum(1 for row in rows if row.result is r) for r in CountResult}
        counted = sum(by.values()) - by[CountResult.UNCOUNTED]
        rate = show_percent(Fraction(by[CountResult.MATCH], counted)) if counted else "无数据"
        parts = "，".join(f"{r.label} {n}" for r, n in by.items() if n)
        told.append(
            f"{number}：应盘 {len(rows)} 项，已盘 {counted} 项{f'（{parts}）' if parts else ''}，账实相符率 {rate}。"
        )
    return tuple(told)
