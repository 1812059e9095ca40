"""Counting: each line answered once, a slip put right by a new entry that names the old one, and finds beside the frame."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.maintenance import Condition
from fundsys.domain.rights import Permission
from fundsys.domain.row_codes import read_row_code, row_code
from fundsys.domain.stocktakes import CountResult, CountWay, StocktakeState, counted_quantity, result_said
from fundsys.models.assets import Asset
from fundsys.models.maintenance import CheckRow
from fundsys.models.office import Region
from fundsys.models.stocktakes import CountEntry, CountSurplus, Stocktake, StocktakeLine
from fundsys.queries.facts import county_today
from fundsys.queries.stocktakes import FOUND_STANDS, STANDS, seen_surpluses
from fundsys.queries.viewer import Viewer, seen_assets
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all
from fundsys.services.typed_lines import refuse_lines, take_day, typed_lines, words_of

Files = Sequence[tuple[str, bytes]]
AT_ONCE = 500
TABLE = "count_entry"
_QUANTITY = re.compile(r"(?:数|实)(\d{1,12}(?:\.\d{1,4})?)")
_NOT_IN_USE, _NO_PLATE = "停用", "缺牌"


@dataclass(frozen=True, slots=True)
class CountTold:
    """A count as it is told. quantity: None is what the result says by itself. again: a new entry over one that stands."""

    line_id: int
    result: CountResult
    counted_on: date
    quantity: Decimal | None = None
    condition: Condition | None = None
    in_use: bool | None = None
    place_fits: bool | None = None
    label_there: bool | None = None
    words: str = ""
    counter: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class SurplusTold:
    """A find beside the frame. replaces_id: the row it corrects; quantity 0 then takes that row back."""

    village_id: int
    name: str
    quantity: Decimal
    quantity_unit: str
    words: str
    found_on: date
    location: str = ""
    counter: str = ""
    replaces_id: int | None = None


def record_count(told: CountTold, *, files: Files = (), act: Act) -> CountEntry:
    """Record a count on the phone, with its photos. Raises: as record_counts."""
    (made,) = record_counts([told], CountWay.PHONE, act=act)
    for name, content in files:
        attachments.keep(content, name, TABLE, made.id, act=act)
    return made


def record_counts(
    told: Sequence[CountTold],
    way: CountWay,
    *,
    act: Act,
    right: Permission = Permission.STOCKTAKE,
    names: Sequence[str] | None = None,
) -> list[CountEntry]:
    """Record counts, all of them or none. names: what each is called in a refusal (第 12 行).

    Raises: NotAllowed; NotFound for lines the person does not see; Refusals with what is wrong in each.
    """
    who = need(act, right)
    lines = _lines(act, who, right, [t.line_id for t in told])
    standing = _standing(act, list(lines))
    faults: list[DomainError] = []
    made: list[CountEntry] = []
    today = county_today(act.session)
    for place, one in enumerate(told):
        line, opened = lines[one.line_id]
        before = standing.get(one.line_id)
        begin = f"{names[place]}：" if names else ""
        try:
            entry = _entry(one, line, opened, before, today, way, act)
        except DomainError as fault:
            faults += [DomainError(f"{begin}{f.message}", field=f.field) for f in getattr(fault, "errors", (fault,))]
            continue
        made.append(entry)
    refuse_all(faults)
    act.session.add_all(made)
    act.session.flush()
    first = lines[told[0].line_id][0] if told else None
    act.subject = act.subject or (first.asset_name if first and len(told) == 1 else f"{len(told)} 行盘点")
    return made


def _lines(
    act: Act, who: Viewer | None, right: Permission, ids: Sequence[int]
) -> dict[int, tuple[StocktakeLine, Stocktake]]:
    wanted = sorted(set(ids))
    found: dict[int, tuple[StocktakeLine, Stocktake]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = (
            select(StocktakeLine, Stocktake)
            .join(Stocktake, StocktakeLine.stocktake_id == Stocktake.id)
            .join(Asset, StocktakeLine.asset_id == Asset.id)
            .where(StocktakeLine.id.in_(wanted[start : start + AT_ONCE]))
        )
        if who is not None:
            query = query.where(seen_assets(who, right))
        found |= {line.id: (line, campaign) for line, campaign in act.session.execute(query)}
    if len(found) != len(wanted):
        raise NotFound("有的行不存在，或者资产不在您的管理范围内")
    return found


def _standing(act: Act, ids: Sequence[int]) -> dict[int, CountEntry]:
    found: dict[int, CountEntry] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(CountEntry).where(CountEntry.line_id.in_(ids[start : start + AT_ONCE]), STANDS)
        found |= {e.line_id: e for e in act.session.scalars(query)}
    return found


def _entry(
    told: CountTold,
    line: StocktakeLine,
    opened: Stocktake,
    before: CountEntry | None,
    today: date,
    way: CountWay,
    act: Act,
) -> CountEntry:
    """The entry a count makes. Raises DomainError or Refusals with everything that is wrong with it."""
    faults = []
    if opened.state is not StocktakeState.OPEN:
        faults.append(DomainError(f"{opened.number}已经结束，不能再录入"))
    if before is not None and not told.again:
        said = f"{before.counted_on} 已录入“{before.result.label}”"
        faults.append(DomainError(f"“{line.asset_name}”{said}；录错了的，请打开这一行更正", field="row_code"))
    if told.counted_on > today:
        faults.append(DomainError("盘点日期不能晚于今天", field="counted_on"))
    if told.counted_on < opened.register_on:
        faults.append(DomainError(f"盘点日期早于登记簿日期 {opened.register_on}", field="counted_on"))
    words = told.words.strip()
    if told.result is not CountResult.MATCH and not words:
        asked = "未盘的请写明原因" if told.result is CountResult.UNCOUNTED else "有差异的请写明情况和原因"
        faults.append(DomainError(asked, field="words"))
    try:
        quantity = counted_quantity(told.result, line.book_quantity, told.quantity)
    except DomainError as fault:
        faults.append(fault)
        quantity = None
    refuse_all(faults)
    seen = told.result not in (CountResult.MISSING, CountResult.UNCOUNTED)
    fits = told.place_fits if told.place_fits is not None else told.result is not CountResult.MOVED
    return CountEntry(
        line_id=line.id,
        result=told.result,
        quantity=quantity,
        condition=(told.condition or Condition.SOUND) if seen else None,
        in_use=(told.in_use if told.in_use is not None else True) if seen else None,
        place_fits=fits if seen else None,
        label_there=told.label_there if seen else None,
        words=words[:400],
        counter=(told.counter.strip() or (act.person.name if act.person else ""))[:40],
        counted_on=told.counted_on,
        way=way,
        entered_by=act.person_id,
        replaces_id=before.id if before else None,
    )


# ---------- the keyboard ----------


def enter_lines(text: str, counted_on: date, counter: str = "", *, act: Act) -> list[CountEntry]:
    """Type in what came back on paper, a row a line: row code, result (1–5 or its word), then what else is to say.

    After the result may stand a day (10-03), a quantity (数3), a state (完好 … 损毁), 停用, 缺牌, then words. All or nothing.
    Raises: Refusals with every line that is wrong.
    """
    who = need(act, Permission.STOCKTAKE)
    found = typed_lines(
        text,
        "请照盘点表逐行录入：行码、结果，有差异的写明情况",
        lambda line: _said(act, who, line, counted_on, counter),
        lambda one: (one.line_id, act.session.get_one(StocktakeLine, one.line_id).row_code),
    )
    try:
        made = record_counts(
            [one for _, one in found], CountWay.PAPER, act=act, names=[f"第 {number} 行" for number, _ in found]
        )
    except DomainError as fault:
        refuse_lines([DomainError(one.message, field="lines") for one in getattr(fault, "errors", (fault,))])
        raise AssertionError from fault
    act.subject = f"盘点表录入 {len(made)} 行"
    return made


def line_of_code(act: Act, who: Viewer | None, code: str) -> StocktakeLine:
    """The line of a row code as typed. Raises DomainError for a slip, a strange sheet, or an asset of others."""
    plain = row_code(*read_row_code(code))
    query = select(StocktakeLine).where(StocktakeLine.row_code == plain)
    if who is not None:
        query = query.join(Asset, StocktakeLine.asset_id == Asset.id).where(seen_assets(who, Permission.STOCKTAKE))
    found = act.session.scalars(query).one_or_none()
    if found is None:
        patrol = act.session.scalar(select(CheckRow.id).where(CheckRow.row_code == plain))
        raise DomainError(
            f"行码“{code.strip()}”是巡查表的，请在“巡查表”里录入"
            if patrol
            else f"没有行码是“{code.strip()}”的盘点表，请核对是不是本县的、您管理的",
            field="row_code",
        )
    return found


def _said(act: Act, who: Viewer | None, line: str, day: date, counter: str) -> CountTold:
    parts = words_of(line)
    found = line_of_code(act, who, parts[0])
    result = result_said(parts[1]) if len(parts) > 1 else None
    if result is None:
        raise DomainError("行码后面请写结果：1 相符、2 盘亏、3 移位、4 变化、5 未盘")
    words = parts[2:]
    told = CountTold(found.id, result, take_day(words, day), counter=counter)
    left = []
    for word in words:
        state = next((c for c in Condition if word == c.label), None)
        if quantity := _QUANTITY.fullmatch(word):
            told = replace(told, quantity=Decimal(quantity[1]))
        elif state is not None:
            told = replace(told, condition=state)
        elif word == _NOT_IN_USE:
            told = replace(told, in_use=False)
        elif word == _NO_PLATE:
            told = replace(told, label_there=False)
        else:
            left.append(word)
    return replace(told, words="，".join(left))


# ---------- finds beside the frame ----------


def record_surplus(stocktake_id: int, told: SurplusTold, *, files: Files = (), act: Act) -> CountSurplus:
    """Record something found that no line stands for, or correct such a record by a new one.

    Raises: NotAllowed; NotFound for the record of others; Refusals with what is wrong.
    """
    who = need(act, Permission.STOCKTAKE)
    opened = act.session.get(Stocktake, stocktake_id)
    if opened is None:
        raise NotFound("没有这次盘点")
    before = None
    if told.replaces_id is not None:
        mine = (CountSurplus.id == told.replaces_id, CountSurplus.stocktake_id == opened.id, seen_surpluses(who))
        before = act.session.scalars(select(CountSurplus).where(*mine, FOUND_STANDS)).one_or_none()
        if before is None:
            raise NotFound("没有要更正的盘盈，或者已经更正过")
    refuse_all(_surplus_faults(told, opened, who, act))
    made = CountSurplus(
        stocktake_id=opened.id,
        village_id=told.village_id,
        name=told.name.strip()[:120],
        location=told.location.strip()[:120],
        quantity=told.quantity,
        quantity_unit=told.quantity_unit.strip()[:12],
        words=told.words.strip()[:400],
        counter=(told.counter.strip() or (act.person.name if act.person else ""))[:40],
        found_on=told.found_on,
        entered_by=act.person_id,
        replaces_id=before.id if before else None,
    )
    act.session.add(made)
    act.session.flush()
    for name, content in files:
        attachments.keep(content, name, "count_surplus", made.id, act=act)
    act.subject = made.name
    return made


def _surplus_faults(told: SurplusTold, opened: Stocktake, who: Viewer | None, act: Act) -> list[DomainError]:
    faults = []
    village = act.session.get(Region, told.village_id)
    if opened.state is not StocktakeState.OPEN:
        faults.append(DomainError(f"{opened.number}已经结束，不能再录入"))
    if village is None or village.level != "village":
        faults.append(DomainError("请从列出的村中选择", field="village"))
    elif who is not None and who.town_id is not None and village.parent_id != who.town_id:
        faults.append(DomainError("只登记本镇各村发现的", field="village"))
    for field, value, sentence in (
        ("name", told.name, "请填写发现的是什么"),
        ("quantity_unit", told.quantity_unit, "请填写计量单位"),
        ("words", told.words, "请写明在哪里发现、来历和现状"),
    ):
        if not value.strip():
            faults.append(DomainError(sentence, field=field))
    if told.quantity < 0 or (told.quantity == 0 and told.replaces_id is None):
        faults.append(DomainError("请填写数量，应大于零", field="quantity"))
    if told.found_on > county_today(act.session):
        faults.append(DomainError("发现日期不能晚于今天", field="found_on"))
    if told.found_on < opened.register_on:
        faults.append(DomainError(f"发现日期早于登记簿日期 {opened.register_on}", field="found_on"))
    return faults
