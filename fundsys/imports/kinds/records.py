"""Rows of a workbook against the records of one table: which are new, which change, which stand; codes, rights, storing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fundsys.domain.rights import Role
from fundsys.queries.import_lists import codes_like, plain_column, squashed, stored
from fundsys.queries.viewer import Viewer
from fundsys.services.acts import Act
from fundsys.services.imports import Change, Plan, Progress, insert_columns, plain_default, update_rows

from .base import Sheet, Told, empty_plan

MOST_CHANGES = 2_000
Stored = dict[str, Any]


@dataclass(frozen=True)
class Records:
    """One table an import fills.

    attrs: the model's attributes that the workbook sets. identity: what tells a record without a code. begin: how the
    code of a new record without one begins. units: attributes that hold a unit of the person's own. guard: refuses a
    change of a stored record (sheet, place, before, changes). before, after: what is written around the rows.
    """

    model: Any
    attrs: tuple[str, ...]
    identity: tuple[str, ...]
    begin: Callable[[Sheet, int], str]
    digits: int
    units: tuple[str, ...]
    guard: Callable[[Sheet, int, Stored, Stored], None]
    fresh: Callable[[Sheet, int], None]
    shows: Mapping[str, Callable[[Sheet, Any], str]]
    labels: Mapping[str, str]
    before: Callable[[Sheet, Records, Found, Act], None] | None = None
    after: Callable[[Sheet, Act, Found], None] | None = None
    fixed: Callable[[Sheet], dict[str, Any]] = lambda sheet: {}
    own: Callable[[Viewer], Any] = lambda who: who.unit_id

    def column_name(self, attr: str) -> str:
        """The column of the table behind an attribute."""
        return str(self.model.__mapper__.columns[attr].name)


@dataclass
class Found:
    """The outcome for every row: places of new rows, changes of stored ones."""

    codes: list[str]
    new: list[int]
    changed: list[tuple[int, int, Stored]]
    existing: dict[str, tuple[Any, ...]]


def plan_records(sheet: Sheet, records: Records, judge: Callable[[Sheet, Plan, Found], None] | None = None) -> Plan:
    """Compare with what is stored. Complaints name rows outside the person's scope and changes that may not be."""
    codes = _coded(sheet, records)
    attrs = records.attrs
    existing = stored(sheet.session, records.model, attrs, "code", {code for code in codes if code})
    plan, found = empty_plan(sheet), Found(codes, [], [], existing)
    _refuse_strangers(sheet, records, found)
    if existing:
        for place, code in enumerate(codes):
            row = existing.get(code)
            if row is None:
                found.new.append(place)
            else:
                _compare(sheet, records, place, row, found, plan)
    else:
        found.new = list(range(len(sheet)))
    _refuse_rights(sheet, records, found)
    for place in found.new if records.fresh is not _nothing else ():
        records.fresh(sheet, place)
    plan.added, plan.changed = len(found.new), len(found.changed)
    plan.same = len(sheet) - plan.added - plan.changed
    if judge is not None:
        judge(sheet, plan, found)
    plan.store = lambda act, progress: _store(sheet, records, found, act, progress)
    return plan


PLACE_LABELS = {"town_id": "镇", "village_id": "村"}
PLACE_SHOWS: dict[str, Callable[[Sheet, Any], str]] = {
    attr: lambda sheet, value: sheet.told.lists.region_name(value) for attr in PLACE_LABELS
}


def known_rows(session: Any, told: Told, records: Records, condition: Any) -> Iterator[dict[str, Any]]:
    """The stored records a person may import, as plain values by column, in order of their codes."""
    columns = [plain_column(getattr(records.model, attr)) for attr in records.attrs]
    for row in session.execute(select(*columns).where(condition).order_by(records.model.code)):
        found = dict(zip(records.attrs, row, strict=True))
        found["town"] = told.lists.region_name(found["town_id"])
        found["village"] = told.lists.region_name(found["village_id"])
        yield found


def _nothing(sheet: Sheet, place: int) -> None:
    """No further word about a new record."""


nothing_more = _nothing


def _coded(sheet: Sheet, records: Records) -> list[str]:
    """The code of every row; a row without one is recognized by its identity or gets a new one, in order of identity."""
    codes: list[str] = list(sheet.column("code"))
    bare = [place for place, code in enumerate(codes) if not code]
    if not bare:
        return codes
    told = {place: _identity(sheet, records, place) for place in bare}
    first: dict[Any, int] = {}
    for place in bare:
        if first.setdefault(told[place], place) != place:
            name = sheet.column("name")[place]
            sheet.complain(
                place,
                "name",
                f"“{name}”与{sheet.row_name(first[told[place]])}的名称、年度、地点都相同，请填写编号以示区别",
            )
    known = _identities(sheet, records)
    fresh = []
    for place in bare:
        if told[place] in known:
            codes[place] = known[told[place]]
        else:
            fresh.append(place)
    taken: dict[str, int] = {}
    for place in sorted(fresh, key=lambda p: tuple(str(part) for part in told[p])):
        begin = records.begin(sheet, place)
        if begin not in taken:
            tails = (code[len(begin) :] for code in codes_like(sheet.session, records.model, begin))
            own = (code[len(begin) :] for code in codes if code.startswith(begin))
            taken[begin] = max((int(t) for tails_ in (tails, own) for t in tails_ if t.isdecimal()), default=0)
        taken[begin] += 1
        codes[place] = f"{begin}{taken[begin]:0{records.digits}d}"
    sheet.values["code"] = codes
    return codes


def _identity(sheet: Sheet, records: Records, place: int) -> tuple[Any, ...]:
    return tuple(
        squashed(value) if isinstance(value := sheet.values[attr][place], str) else value for attr in records.identity
    )


def _identities(sheet: Sheet, records: Records) -> dict[tuple[Any, ...], str]:
    """Stored records by identity; one that two records share is nobody's."""
    found: dict[tuple[Any, ...], str] = {}
    twice = set()
    for code, row in stored(sheet.session, records.model, records.identity, "code").items():
        key = tuple(squashed(value) if isinstance(value, str) else value for value in row[2:])
        if key in found:
            twice.add(key)
        found[key] = code
    return {key: code for key, code in found.items() if key not in twice}


def _compare(sheet: Sheet, records: Records, place: int, row: tuple[Any, ...], found: Found, plan: Plan) -> None:
    """An empty cell leaves what stands."""
    changes: Stored = {}
    before = dict(zip(records.attrs, row[2:], strict=True))
    for attr, old in before.items():
        if attr in sheet.filled:
            new = sheet.values[attr][place]
            if new is not None and new != "" and new != old and not _same(sheet, attr, new, old):
                changes[attr] = new
    if not changes:
        return
    records.guard(sheet, place, before, changes)
    for attr in changes:
        column = sheet.kind.by_attr.get(attr)
        if column and column.right and not sheet.told.may(column.right):
            sheet.complain(place, attr, f"您的角色不能{column.right.label}，请留空或保持原来的内容")
    found.changed.append((place, row[0], changes))
    if len(plan.changes) < MOST_CHANGES:
        name = before.get("name") or ""
        fields = tuple(
            (_label(sheet, records, attr), _show(sheet, records, attr, before[attr]), _show(sheet, records, attr, new))
            for attr, new in changes.items()
        )
        plan.changes.append(Change(sheet.table.numbers[place], f"{found.codes[place]} {name}", fields))


def _same(sheet: Sheet, attr: str, new: Any, old: Any) -> bool:
    column = sheet.kind.by_attr.get(attr)
    return column is not None and column.read.same(new, old)


def _label(sheet: Sheet, records: Records, attr: str) -> str:
    column = sheet.kind.by_attr.get(attr)
    return column.label if column else records.labels[attr]


def _show(sheet: Sheet, records: Records, attr: str, value: Any) -> str:
    if attr in records.shows:
        return records.shows[attr](sheet, value)
    return sheet.kind.by_attr[attr].read.show(value, sheet.told)


def _refuse_strangers(sheet: Sheet, records: Records, found: Found) -> None:
    """Rows of other units, before and after: a hidden record and a missing one look the same."""
    who = sheet.told.who
    if who is None or not sheet.told.is_own:
        return
    columns: list[tuple[Sequence[Any], Any]] = [(sheet.values[attr], records.own(who)) for attr in records.units]
    if who.role is Role.TOWN and who.town_id is not None:
        columns.append((sheet.values["town_id"], who.town_id))
    spots = [(records.attrs.index(attr) + 2, records.own(who)) for attr in records.units]
    if who.role is Role.TOWN and who.town_id is not None:
        spots.append((records.attrs.index("town_id") + 2, who.town_id))
    for place, code in enumerate(found.codes):
        row = found.existing.get(code)
        if row is not None:
            mine = any(row[spot] == own for spot, own in spots)
            stays = any(
                (row[spot] if values[place] in (None, "") else values[place]) == own
                for (values, own), (spot, _) in zip(columns, spots, strict=True)
            )
            if not mine or not stays:
                sheet.complain(place, "code", f"编号“{code}”不在您的管理范围内，或已被使用")
        elif not any(values[place] == own for values, own in columns):
            sheet.complain(place, "name", "这一行不属于您的单位，不能导入")


def _refuse_rights(sheet: Sheet, records: Records, found: Found) -> None:
    """New records with values that only another role may set."""
    for column in sheet.kind.columns:
        if column.right is None or column.attr not in sheet.filled or sheet.told.may(column.right):
            continue
        values, empty = sheet.values[column.attr], column.read.nothing
        for place in found.new:
            if values[place] not in (None, "", empty):
                sheet.complain(place, column.attr, f"您的角色不能{column.right.label}，请留空")


def _store(sheet: Sheet, records: Records, found: Found, act: Act, progress: Progress) -> None:
    table, count = records.model.__table__, len(found.new)
    if records.before is not None:
        records.before(sheet, records, found, act)
    if count:
        told = records.fixed(sheet) | {"entered_by": act.person_id}
        columns: dict[str, Sequence[Any]] = {
            records.column_name(attr): (value,) * count for attr, value in told.items()
        }
        everything = count == len(sheet)
        for attr in (a for a in records.attrs if a in sheet.filled | {"code"}):
            values = sheet.values[attr] if everything else [sheet.values[attr][place] for place in found.new]
            column = table.c[records.column_name(attr)]
            default = plain_default(column)
            if not column.nullable and default not in (None, "") and (None in values or "" in values):
                values = [default if value in (None, "") else value for value in values]
            columns[column.name] = values
        insert_columns(act.session, table, columns, count, progress)
    if found.changed:
        named = [
            (number, {records.column_name(attr): value for attr, value in changes.items()})
            for _, number, changes in found.changed
        ]
        update_rows(act.session, table, named)
    if records.after is not None:
        records.after(sheet, act, found)
