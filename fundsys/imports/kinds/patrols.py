"""`patrols`: patrols walked, by asset number or by the row codes of a paper sheet; each asset once a day, none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, true

from fundsys.domain import terms
from fundsys.domain.maintenance import Condition, PatrolWay
from fundsys.domain.money import Money
from fundsys.models.assets import Asset, Patrol
from fundsys.models.maintenance import CheckRow, Defect
from fundsys.queries.facts import county_today
from fundsys.queries.import_lists import squashed
from fundsys.queries.viewer import seen_assets
from fundsys.services.acts import Act
from fundsys.services.imports import Plan, Progress
from fundsys.services.maintenance.patrols import AT_ONCE, PatrolEntry, record_patrols

from .base import Column, Kind, Sheet, Told, empty_plan
from .cells import Choice, CodeText, Day, Text
from .paper_rows import rows_of_codes
from .payments import Yuan

COLUMNS = (
    Column(terms.ROW_CODE, "row_code", Text(20), also=("行号码", "行编码"), given=False, mm=26),
    Column(terms.ASSET_NO, "code", CodeText(40), also=("资产编号", "编码"), given=False, mm=34),
    Column(terms.ASSET_NAME, "name", Text(120), also=("名称",), given=False, mm=32),
    Column(terms.PATROLLED_ON, "patrolled_on", Day(past=True), required=True, also=("实际巡查日期", "日期"), mm=18),
    Column(terms.PATROLLER, "patroller", Text(40), also=("责任人",), mm=14),
    Column(terms.CONDITION, "condition", Choice(Condition), required=True, also=("状况", "设施现状"), mm=14),
    Column(terms.PATROL_WORDS, "words", Text(400), also=("问题描述",), mm=32),
    Column(terms.PATROL_MEASURE, "measure", Text(200), also=("处置措施",), mm=24),
    Column(terms.WEATHER, "weather", Text(20), mm=12),
    Column(terms.DEFECT_DUE, "defect_due_on", Day(), mm=18),
    Column(terms.NEEDED_AMOUNT, "needed_amount", Yuan(0), also=("所需经费",), given=False, mm=18),
)
_TOLD = ("patroller", "condition", "words", "measure", "weather")


@dataclass(frozen=True, slots=True)
class StoredPatrol:
    """One patrol as an import compares with it."""

    id: int
    patroller: str
    condition: str
    words: str
    measure: str
    weather: str
    due_on: date | None


def agree(sheet: Sheet) -> None:
    """Every row names one asset, by its number or the code of its row on paper; empty rows of a sheet are left out."""
    days, conditions = sheet.column("patrolled_on"), sheet.column("condition")
    walked = [day is not None or condition is not None for day, condition in zip(days, conditions, strict=True)]
    sheet.values["walked"] = walked
    for place, there in enumerate(walked):
        for attr, word in (("patrolled_on", "巡查日期"), ("condition", "设施状况")):
            if there and sheet.column(attr)[place] is None:
                sheet.complain(place, attr, f"没有填写，请填写{word}")
    if skipped := walked.count(False):
        sheet.say(f"{skipped} 行没有填巡查日期和设施状况，没有导入")
    _settle_rows(sheet)
    _settle_assets(sheet)
    _refuse_twice(sheet)


def _settle_rows(sheet: Sheet) -> None:
    """The paper row of every code; a slip is refused at its cell."""

    def look_up(codes: Sequence[str]) -> dict[str, tuple[int, int, int | None]]:
        r = CheckRow
        rows = sheet.session.execute(select(r.row_code, r.id, r.asset_id, r.patrol_id).where(r.row_code.in_(codes)))
        return {code: (row_id, asset_id, patrol_id) for code, row_id, asset_id, patrol_id in rows}

    sheet.values["row"] = rows_of_codes(sheet, look_up, "巡查表")


def _settle_assets(sheet: Sheet) -> None:
    """The asset of every row, among those the person may patrol; a hidden one and a missing one look the same."""
    told = sheet.told
    seen = seen_assets(told.who, told.permission) if told.who else true()
    by_code: dict[str, tuple[int, str]] = {}
    by_id: dict[int, str] = {}
    asked = [c for c in dict.fromkeys(sheet.column("code")) if c]
    ids = [row[1] for row in sheet.values["row"] if row]
    for column, values in ((Asset.code, asked), (Asset.id, ids)):
        for start in range(0, len(values), AT_ONCE):
            test: Any = column.in_(values[start : start + AT_ONCE])
            for number, code, name in sheet.session.execute(select(Asset.id, Asset.code, Asset.name).where(test, seen)):
                by_code[code], by_id[number] = (number, name), name
    found: list[int | None] = []
    rows = zip(sheet.column("code"), sheet.values["row"], sheet.column("name"), sheet.values["walked"], strict=True)
    for place, (code, row, name, walked) in enumerate(rows):
        number = by_code[code][0] if code in by_code else None
        if not walked:
            pass
        elif code and number is None:
            sheet.complain(place, "code", f"没有编码为“{code}”的资产，或者不在您的管理范围内")
        elif row and row[1] not in by_id:
            sheet.complain(place, "row_code", "这一行的资产不在您的管理范围内")
        elif row and number not in (None, row[1]):
            sheet.complain(place, "code", f"行码对应的是“{by_id[row[1]]}”，与本行的资产编码不一样，请核对")
        elif not row and number is None:
            sheet.complain(place, "code", "没有填写，请填写资产编码或行码")
        number = number if number is not None else row[1] if row and row[1] in by_id else None
        if number is not None and name and squashed(name) != squashed(by_id[number]):
            sheet.complain(place, "name", f"这项资产登记的名称是“{by_id[number]}”，与本表写的不一样")
        found.append(number)
    sheet.values["asset_id"] = found


def _refuse_twice(sheet: Sheet) -> None:
    first: dict[Any, int] = {}
    for place, (number, day) in enumerate(zip(sheet.values["asset_id"], sheet.column("patrolled_on"), strict=True)):
        if number is not None and day is not None and first.setdefault((number, day), place) != place:
            sheet.complain(place, "patrolled_on", f"与{sheet.row_name(first[number, day])}是同一项资产同一天的巡查")


def plan(sheet: Sheet) -> Plan:
    """New patrols; those recorded before stand, and one recorded otherwise is refused: patrols are not overwritten."""
    made = empty_plan(sheet)
    known = _stored(sheet)
    fresh: list[int] = []
    for place, walked in enumerate(sheet.values["walked"]):
        number, day = sheet.values["asset_id"][place], sheet.column("patrolled_on")[place]
        if not walked or number is None or day is None:
            continue
        stands = known.get((number, day))
        if stands is None:
            fresh.append(place)
        elif differs := [a for a in _TOLD if _told(sheet, a, place) not in ("", getattr(stands, a))]:
            word = sheet.kind.by_attr[differs[0]].label
            sheet.complain(place, differs[0], f"{day} 已登记过这项资产的巡查，{word}与本行不同，登记过的不能改写")
        row = sheet.values["row"][place]
        if row and row[2] is not None and (stands is None or stands.id != row[2]):
            sheet.complain(place, "row_code", "这个行码已经录入过，另一次巡查请用新的巡查表")
    made.added = len(fresh)
    made.same = len(sheet) - made.added
    _judge(sheet, fresh)
    made.store = lambda act, progress: _store(sheet, fresh, act, progress)
    return made


def _told(sheet: Sheet, attr: str, place: int) -> str:
    value = sheet.column(attr)[place]
    return "" if value is None else str(getattr(value, "code", value))


def _stored(sheet: Sheet) -> dict[tuple[int, date], StoredPatrol]:
    ids = sorted({i for i in sheet.values["asset_id"] if i is not None})
    p = Patrol
    found: dict[tuple[int, date], StoredPatrol] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = sheet.session.execute(
            select(
                p.asset_id, p.patrolled_on, p.id, p.patroller, p.condition, p.words, p.measure, p.weather, Defect.due_on
            )
            .outerjoin(Defect, Defect.patrol_id == p.id)
            .where(p.asset_id.in_(ids[start : start + AT_ONCE]))
        )
        found |= {(asset_id, day): StoredPatrol(*rest) for asset_id, day, *rest in rows}
    return found


def _judge(sheet: Sheet, fresh: list[int]) -> None:
    """What the office asks of a patrol, said at the cell."""
    today = county_today(sheet.session)
    for place in fresh:
        condition, words = _condition(sheet, place), sheet.column("words")[place]
        due, day = sheet.column("defect_due_on")[place], sheet.column("patrolled_on")[place]
        if day > today:
            sheet.complain(place, "patrolled_on", "巡查日期不能晚于今天")
        if condition is not Condition.SOUND and not words:
            sheet.complain(place, "words", "不是完好的，请写明问题")
        if condition in (Condition.SERIOUS, Condition.RUINED) and due is None:
            sheet.complain(place, "defect_due_on", "严重或损毁的，请填写整改时限")
        if due is not None and (condition is Condition.SOUND or due < day):
            sheet.complain(place, "defect_due_on", "完好的不填整改时限，时限也不能早于巡查日期")


def _condition(sheet: Sheet, place: int) -> Condition:
    return Condition(_told(sheet, "condition", place))


def _store(sheet: Sheet, fresh: list[int], act: Act, progress: Progress) -> None:
    entries = []
    for place in fresh:
        needed = sheet.column("needed_amount")[place]
        entries.append(
            PatrolEntry(
                asset_id=sheet.values["asset_id"][place],
                patrolled_on=sheet.column("patrolled_on")[place],
                condition=_condition(sheet, place),
                **{name: sheet.column(name)[place] or "" for name in ("patroller", "words", "measure", "weather")},
                defect_due_on=sheet.column("defect_due_on")[place],
                needed_amount=None if needed is None else Money(needed),
            )
        )
    if not entries:
        return
    names = [sheet.row_name(place) for place in fresh]
    made = record_patrols(entries, PatrolWay.IMPORT, act=act, right=sheet.told.permission, names=names)
    rows = {
        sheet.values["row"][place][0]: patrol
        for place, patrol in zip(fresh, made, strict=True)
        if sheet.values["row"][place]
    }
    keys = sorted(rows)
    for start in range(0, len(keys), AT_ONCE):
        for row in act.session.scalars(select(CheckRow).where(CheckRow.id.in_(keys[start : start + AT_ONCE]))):
            row.patrol_id = rows[row.id].id
            row.version += 1
    act.session.flush()
    progress(len(entries), len(entries))


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The patrols there are of what the person may patrol, in order of day."""
    p, code = Patrol, CheckRow.row_code
    rows = session.execute(
        select(
            code, Asset.code, Asset.name, p.patrolled_on, p.patroller, p.condition, p.words, p.measure, p.weather,
            Defect.due_on, Defect.needed_amount,
        )
        .join(Asset, p.asset_id == Asset.id)
        .outerjoin(Defect, Defect.patrol_id == p.id)
        .outerjoin(CheckRow, CheckRow.patrol_id == p.id)
        .where(seen_assets(told.who, told.permission) if told.who else true())
        .order_by(p.patrolled_on, Asset.code)
    )  # fmt: skip
    for row in rows:
        found = dict(zip((c.attr for c in COLUMNS), row, strict=True))
        amount = found["needed_amount"]
        yield found | {"row_code": found["row_code"] or "", "needed_amount": amount.fen if amount is not None else None}


def rows_of_sheet(session: Any, sheet_id: int) -> list[dict[str, Any]]:
    """The rows of a paper sheet, for the workbook that goes out with it and comes back filled."""
    wanted = (
        select(CheckRow.row_code, Asset.code, Asset.name, Asset.keeper)
        .join(Asset, CheckRow.asset_id == Asset.id)
        .where(CheckRow.sheet_id == sheet_id)
        .order_by(CheckRow.position)
    )
    empty = {c.attr: c.read.nothing for c in COLUMNS}
    return [
        empty | {"row_code": row_code, "code": code, "name": name, "patroller": keeper}
        for row_code, code, name, keeper in session.execute(wanted)
    ]


KIND = Kind(
    code="patrols",
    label="巡查",
    title="资产管护巡查",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    later=("patrolled_on", "condition"),
)
