"""Opening a campaign, which freezes its frame and makes its sheets, and closing it once every line is answered for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sqlalchemy import func, insert, select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.row_codes import MOST_ROWS, MOST_SHEETS, row_code
from fundsys.domain.stocktakes import CountResult, StocktakeState, frame_digest
from fundsys.models.maintenance import CheckSheet
from fundsys.models.stocktakes import CountEntry, Stocktake, StocktakeLine
from fundsys.queries import frames
from fundsys.queries.facts import county_today
from fundsys.queries.frames import FrameAsset
from fundsys.queries.stocktakes import STANDS
from fundsys.queries.viewer import Viewer
from fundsys.services.acts import Act
from fundsys.services.frames import as_at
from fundsys.services.funds.common import need, refuse_all
from fundsys.services.maintenance.sheets import next_serial
from fundsys.services.numbers import next_numbers

WORD, SHEET_WORD = "盘点", "盘点表"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StocktakeEntry:
    """A campaign as it is opened. register_on: the day whose register is counted; due_on: its last day, inclusive."""

    name: str
    register_on: date
    due_on: date
    scope: frames.Scope = field(default_factory=frames.Scope)
    document_no: str = ""


def open_stocktake(entry: StocktakeEntry, *, act: Act) -> Stocktake:
    """Open a campaign: freeze the assets in the books at the end of a day, and make a sheet for each village, in route order.

    Raises: NotAllowed; DomainError for days and scopes that cannot be, or a frame of nothing.
    """
    who = need(act, Permission.OPEN_STOCKTAKE)
    faults = []
    if not entry.name.strip():
        faults.append(DomainError("请填写盘点名称", field="name"))
    if entry.due_on < county_today(act.session):
        faults.append(DomainError("完成期限不能早于今天", field="due_on"))
    refuse_all(faults)
    frames.check_scope(act.session, entry.scope)
    with as_at(act, entry.register_on) as (then, seq):
        found = frames.asset_frame(then, entry.scope, entry.register_on, who, Permission.OPEN_STOCKTAKE)
    if not found:
        raise DomainError("这个范围内没有在账的资产，请放宽范围", field="register_on")
    (number,) = next_numbers(act.session, Stocktake.number, WORD, act.day.year, 1)
    made = Stocktake(
        number=number,
        name=entry.name.strip()[:80],
        register_on=entry.register_on,
        due_on=entry.due_on,
        first_year=entry.scope.first_year,
        last_year=entry.scope.last_year,
        towns=tuple(str(t) for t in entry.scope.towns),
        classes=tuple(c.code for c in entry.scope.classes),
        document_no=entry.document_no.strip()[:60],
        frame_seq=seq,
        frame_count=len(found),
        frame_digest=frame_digest(seq, (a.code for a in found)),
        unit_id=who.unit_id if who else None,
        opened_by=act.person_id,
        opened_on=act.day,
        state=StocktakeState.OPEN,
    )
    act.session.add(made)
    act.session.flush()
    _make_sheets(made, found, who, act)
    act.subject, act.answer = f"{number} {made.name}", str(made.id)
    return made


def _make_sheets(made: Stocktake, found: list[FrameAsset], who: Viewer | None, act: Act) -> None:
    """The sheets of every village, and the lines on them."""
    parts = list(_by_village(found))
    serial = next_serial(act)
    if serial + len(parts) - 1 > MOST_SHEETS:
        raise DomainError("盘点表编号已用完，请联系系统管理员")
    numbers = next_numbers(act.session, CheckSheet.number, SHEET_WORD, act.day.year, len(parts))
    rows = [
        CheckSheet(
            serial=serial + place,
            number=number,
            title=title[:80],
            until_on=made.due_on,
            made_on=act.day,
            unit_id=who.unit_id if who else None,
            made_by=act.person_id,
            row_count=len(part),
            stocktake_id=made.id,
        )
        for place, (number, (title, part)) in enumerate(zip(numbers, parts, strict=True))
    ]
    act.session.add_all(rows)
    act.session.flush()
    lines = [
        _line(made.id, sheet, place, asset)
        for sheet, (_, part) in zip(rows, parts, strict=True)
        for place, asset in enumerate(part, 1)
    ]
    act.session.execute(insert(StocktakeLine), lines)


def _by_village(found: list[FrameAsset]) -> Iterator[tuple[str, list[FrameAsset]]]:
    """(title, assets) of each sheet: a village, or a part of one that has too many for one sheet."""
    for _, group in groupby(found, key=lambda a: (a.town_id, a.village_id)):
        told = list(group)
        title = told[0].village or "未填镇村"
        for start in range(0, len(told), MOST_ROWS):
            more = f"（之{start // MOST_ROWS + 1}）" if len(told) > MOST_ROWS else ""
            yield title + more, told[start : start + MOST_ROWS]


def _line(stocktake_id: int, sheet: CheckSheet, place: int, asset: FrameAsset) -> dict[str, object]:
    return {
        "stocktake_id": stocktake_id,
        "sheet_id": sheet.id,
        "position": place,
        "row_code": row_code(sheet.serial, place),
        "asset_id": asset.id,
        "asset_code": asset.code,
        "asset_name": asset.name,
        "town_id": asset.town_id,
        "village_id": asset.village_id,
        "location": asset.location,
        "book_quantity": asset.quantity,
        "quantity_unit": asset.quantity_unit,
        "original_cost": asset.original_cost,
    }


def close_stocktake(stocktake_id: int, words: str = "", version: int | None = None, *, act: Act) -> Stocktake:
    """End a campaign. Every line must be answered for; what could not be counted stands there as 未盘, with its reason.

    Raises: NotAllowed; NotFound; StepRefused while lines are unanswered; DomainError where 未盘 is not explained.
    """
    who = need(act, Permission.OPEN_STOCKTAKE)
    found = own_campaign(act, who, stocktake_id)
    act.check_version(found, version)
    if found.state is not StocktakeState.OPEN:
        raise StepRefused("这次盘点已经结束")
    counts = dict(
        act.session.execute(
            select(CountEntry.result, func.count())
            .join(StocktakeLine, CountEntry.line_id == StocktakeLine.id)
            .where(StocktakeLine.stocktake_id == found.id, STANDS)
            .group_by(CountEntry.result)
        ).all()
    )
    left = found.frame_count - sum(counts.values())
    if left:
        raise StepRefused(f"还有 {left} 行没有盘点；确实盘不到的，逐行录入“未盘”并写明原因，再结束")
    uncounted = counts.get(CountResult.UNCOUNTED, 0)
    if uncounted and not words.strip():
        raise DomainError(f"有 {uncounted} 行未盘，请写明怎样处理", field="words")
    found.state = StocktakeState.CLOSED
    found.closed_by, found.closed_on = act.person_id, act.day
    found.close_words = words.strip()[:400]
    found.version += 1
    act.session.flush()
    act.subject = f"{found.number} {found.name}"
    return found


def own_campaign(act: Act, who: Viewer | None, stocktake_id: int) -> Stocktake:
    """The campaign, when it is this person's to end: of the own unit, or of any for those who open for the county."""
    found = act.session.get(Stocktake, stocktake_id)
    whole = who is None or who.scope(Permission.OPEN_STOCKTAKE) is Scope.ALL
    if found is None or not (whole or (who is not None and found.unit_id == who.unit_id)):
        raise NotFound("没有这次盘点，或者不由您的单位结束")
    return found
