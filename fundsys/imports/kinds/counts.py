"""`counts`: a stocktake's sheets come back filled: each row by its row code, once; what stands counted is not overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select, true

from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.maintenance import Condition
from fundsys.domain.stocktakes import CountResult, CountWay, StocktakeState, counted_quantity
from fundsys.models.assets import Asset
from fundsys.models.stocktakes import CountEntry, Stocktake, StocktakeLine
from fundsys.queries.facts import county_today
from fundsys.queries.import_lists import squashed
from fundsys.queries.stocktakes import STANDS
from fundsys.queries.viewer import seen_assets
from fundsys.services.acts import Act
from fundsys.services.imports import Plan, Progress
from fundsys.services.stocktakes import CountTold, record_counts

from .base import Column, Kind, Sheet, Told, empty_plan
from .cells import Choice, CodeText, Day, Quantity, Text, YesNo
from .paper_rows import rows_of_codes

COLUMNS = (
    Column(terms.ROW_CODE, "row_code", Text(20), also=("行号码", "行编码"), required=True, mm=26),
    Column(terms.ASSET_NO, "code", CodeText(40), also=("资产编号", "编码"), given=False, mm=34),
    Column(terms.ASSET_NAME, "name", Text(120), also=("名称",), given=False, mm=32),
    Column(terms.BOOK_QUANTITY, "book", Quantity(), also=("账面数",), given=False, mm=14),
    Column(terms.COUNT_RESULT, "result", Choice(CountResult), required=True, also=("结果",), mm=14),
    Column(terms.COUNTED_QUANTITY, "quantity", Quantity(), also=("实盘数",), given=False, mm=14),
    Column(terms.COUNT_CONDITION, "condition", Choice(Condition), also=("设施状况",), mm=12),
    Column(terms.COUNT_IN_USE, "in_use", YesNo(), given=False, mm=12),
    Column(terms.PLACE_FITS, "place_fits", YesNo(), given=False, mm=14),
    Column(terms.LABEL_THERE, "label_there", YesNo(), given=False, mm=12),
    Column(terms.DIFFERENCE_REASON, "words", Text(400), also=("原因", "备注"), mm=40),
    Column(terms.COUNTER, "counter", Text(40), mm=14),
    Column(terms.COUNTED_ON, "counted_on", Day(past=True), required=True, also=("日期",), mm=18),
)
_Line = tuple[int, int, str, str, Decimal, StocktakeState, Any]


def agree(sheet: Sheet) -> None:
    """Every row names its line by the code; rows without a result and a day were not counted, and are left out."""
    results, days = sheet.column("result"), sheet.column("counted_on")
    counted = [result is not None or day is not None for result, day in zip(results, days, strict=True)]
    sheet.values["counted"] = counted
    for place, there in enumerate(counted):
        for attr, word in (("result", "盘点结果"), ("counted_on", "盘点日期")):
            if there and sheet.column(attr)[place] is None:
                sheet.complain(place, attr, f"没有填写，请填写{word}")
    if skipped := counted.count(False):
        sheet.say(f"{skipped} 行没有填盘点结果和日期，没有导入")
    sheet.values["line"] = rows_of_codes(sheet, lambda codes: _lines(sheet, codes), "盘点表")
    first: dict[int, int] = {}
    for place, line in enumerate(sheet.values["line"]):
        if line is None or not counted[place]:
            continue
        code, name = sheet.column("code")[place], sheet.column("name")[place]
        if first.setdefault(line[0], place) != place:
            sheet.complain(place, "row_code", f"与{sheet.row_name(first[line[0]])}是同一行")
        if code and code != line[2]:
            sheet.complain(place, "code", f"行码对应的资产编码是“{line[2]}”，与本行不一样，请核对")
        if name and squashed(name) != squashed(line[3]):
            sheet.complain(place, "name", f"这一行登记的名称是“{line[3]}”，与本表写的不一样")


def _lines(sheet: Sheet, codes: Sequence[str]) -> dict[str, _Line]:
    """The lines of codes among those the person may count; hidden and missing look the same."""
    told, line = sheet.told, StocktakeLine
    rows = sheet.session.execute(
        select(
            line.row_code, line.id, line.asset_id, line.asset_code, line.asset_name, line.book_quantity,
            Stocktake.state, CountEntry,
        )
        .join(Stocktake, line.stocktake_id == Stocktake.id)
        .join(Asset, line.asset_id == Asset.id)
        .outerjoin(CountEntry, and_(CountEntry.line_id == line.id, STANDS))
        .where(line.row_code.in_(codes), seen_assets(told.who, told.permission) if told.who else true())
    )  # fmt: skip
    return {row_code: tuple[Any, ...](rest) for row_code, *rest in rows}


def plan(sheet: Sheet) -> Plan:
    """New counts; what stands the same stays, and what was counted otherwise is refused: that is put right on its page."""
    made = empty_plan(sheet)
    fresh: list[int] = []
    today = county_today(sheet.session)
    for place, line in enumerate(sheet.values["line"]):
        result = sheet.column("result")[place]
        if line is None or result is None or sheet.column("counted_on")[place] is None:
            continue
        if line[6] is None:
            fresh.append(place)
            _judge(sheet, place, line, CountResult(_code(result)), today)
        elif differs := _differs(sheet, place, line[6]):
            word = sheet.kind.by_attr[differs].label
            sheet.complain(place, differs, f"这一行已经盘点过，{word}与本行不同；录错了的，请在盘点页面更正")
    made.added = len(fresh)
    made.same = len(sheet) - made.added
    made.store = lambda act, progress: _store(sheet, fresh, act, progress)
    return made


def _code(value: Any) -> Any:
    """A value as a cell of a workbook holds it."""
    return format(value, "f") if isinstance(value, Decimal) else getattr(value, "code", value)


def _quantity(sheet: Sheet, place: int) -> Decimal | None:
    told = sheet.column("quantity")[place]
    return None if told is None else Decimal(told)


def _differs(sheet: Sheet, place: int, stands: CountEntry) -> str:
    """The first attribute a row tells otherwise than the count that stands; what it does not tell differs in nothing."""
    for attr in ("result", "quantity", "condition", "in_use", "place_fits", "label_there", "words", "counted_on"):
        told = sheet.column(attr)[place]
        if told in (None, ""):
            continue
        known = getattr(stands, attr)
        same = known is not None and Decimal(told) == known if attr == "quantity" else _code(told) == _code(known)
        if not same:
            return attr
    return ""


def _judge(sheet: Sheet, place: int, line: _Line, result: CountResult, today: Any) -> None:
    if line[5] is not StocktakeState.OPEN:
        sheet.complain(place, "row_code", "这次盘点已经结束，不能再录入")
    if sheet.column("counted_on")[place] > today:
        sheet.complain(place, "counted_on", "盘点日期不能晚于今天")
    if result is not CountResult.MATCH and not sheet.column("words")[place]:
        sheet.complain(place, "words", "有差异的写明情况和原因，未盘的写明原因")
    try:
        counted_quantity(result, line[4], _quantity(sheet, place))
    except DomainError as fault:
        sheet.complain(place, "quantity", fault.message)


def _store(sheet: Sheet, fresh: list[int], act: Act, progress: Progress) -> None:
    told = []
    for place in fresh:
        condition = sheet.column("condition")[place]
        told.append(
            CountTold(
                line_id=sheet.values["line"][place][0],
                result=CountResult(_code(sheet.column("result")[place])),
                counted_on=sheet.column("counted_on")[place],
                condition=None if condition is None else Condition(_code(condition)),
                words=sheet.column("words")[place] or "",
                counter=sheet.column("counter")[place] or "",
                quantity=_quantity(sheet, place),
                **{n: sheet.column(n)[place] for n in ("in_use", "place_fits", "label_there")},
            )
        )
    if told:
        names = [sheet.row_name(place) for place in fresh]
        record_counts(told, CountWay.IMPORT, act=act, right=sheet.told.permission, names=names)
    progress(len(told), len(told))


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """What stands counted of what the person may count, in route order."""
    yield from _told(
        session, (seen_assets(told.who, told.permission) if told.who else true(), CountEntry.id.is_not(None))
    )


def rows_of_sheet(session: Any, sheet_id: int) -> list[dict[str, Any]]:
    """The rows of a sheet that nobody has counted, for the workbook that goes out with it and comes back filled."""
    return list(_told(session, (StocktakeLine.sheet_id == sheet_id, CountEntry.id.is_(None))))


def _told(session: Any, tests: Iterable[Any]) -> Iterable[dict[str, Any]]:
    line, e = StocktakeLine, CountEntry
    rows = session.execute(
        select(
            line.row_code, line.asset_code, line.asset_name, line.book_quantity, e.result, e.quantity, e.condition,
            e.in_use, e.place_fits, e.label_there, e.words, e.counter, e.counted_on,
        )
        .join(Asset, line.asset_id == Asset.id)
        .outerjoin(e, and_(e.line_id == line.id, STANDS))
        .where(*tests)
        .order_by(line.sheet_id, line.position)
    )  # fmt: skip
    empty = {c.attr: c.read.nothing for c in COLUMNS}
    for row in rows:
        found = dict(zip((c.attr for c in COLUMNS), row, strict=True))
        yield empty | {attr: _code(value) for attr, value in found.items() if value is not None}


KIND = Kind(
    code="counts",
    label="盘点",
    title="资产盘点",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    later=("result", "counted_on"),
)
