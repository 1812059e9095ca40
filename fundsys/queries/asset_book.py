"""The general account of assets (县总账、镇明细): a year's opening, additions, reductions and closing, and its check lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_book import BookBy, Movement, Step, Tally, class_group, level_group, steps, year_group
from fundsys.domain.asset_matters import OwnerLevel, ValueKind, owner_level
from fundsys.domain.assets import GONE, AssetClass
from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, MatterLine, ValueEntry
from fundsys.models.office import Region
from fundsys.models.projects import Project
from fundsys.queries.assets import filter_from
from fundsys.queries.kept import kept
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.viewer import Viewer, reach, seen_assets

READ = Permission.READ_ASSETS
COUNTY, TOWN_ITSELF, UNKNOWN = "县本级", "镇本级", "没有填写"
BOOK_FILTERS = ("by", "town")
Key = tuple[int | None, int | None, OwnerLevel, AssetClass, int]
_TABLES = frozenset({"asset", "value_entry", "asset_matter", "matter_line", "project", "region"})


@dataclass(frozen=True, slots=True)
class BookRow:
    """One line of the account: counts and original cost. town: the name of the town to look into, empty where there is none."""

    group: str
    name: str
    opening: int
    opening_cost: Money
    added: int
    added_cost: Money
    reduced: int
    reduced_cost: Money
    closing: int
    closing_cost: Money
    town: str = ""


@dataclass(frozen=True, slots=True)
class BookCheck:
    """One check line: what is compared, both sides, whether they agree, and what is wrong where they do not."""

    name: str
    left: str
    right: str
    holds: bool
    wrong: str = ""

    @property
    def said(self) -> str:
        """The line in a sentence."""
        told = f"{self.name}：{self.left}，{self.right}，{'相符' if self.holds else '不符'}"
        return f"{told}（{self.wrong}）" if self.wrong else told


@dataclass(frozen=True, slots=True)
class Book:
    """A year's account up to a day: its cells, the names of places, and the check lines."""

    first: date
    last: date
    cells: dict[Key, Tally]
    places: dict[int, tuple[str, str]]
    checks: tuple[BookCheck, ...]


def book(session: Session, who: Viewer | None, year: int, until: date | None = None) -> Book:
    """The account of a year, of the assets this person may see. until: its last day, inclusive, 31 December without one."""
    end = date(year, 12, 31)
    last = min(until, end) if until else end
    seen_by = reach(who, READ) if who else None
    return kept(session, ("asset book", seen_by, year, last), _TABLES, lambda: _book(session, who, year, last))


def _book(session: Session, who: Viewer | None, year: int, last: date) -> Book:
    first = date(year, 1, 1)
    cells: dict[Key, Tally] = defaultdict(Tally)
    for key, step in _still(session, who, first, last):
        cells[key].take(step, first, last)
    moved = _movements(session)
    for key, told in _moved(session, who):
        for step in steps(_of_asset(told, moved[told.id])):
            cells[key].take(step, first, last)
    places = {i: (code, name) for i, code, name in session.execute(select(Region.id, Region.code, Region.name))}
    checks = tuple(_checks(session, who, dict(cells), places))
    return Book(first, last, dict(cells), places, checks)


def _still(session: Session, who: Viewer | None, first: date, last: date) -> Iterator[tuple[Key, Step]]:
    """Assets in the books whose value never moved, added up by the database: before, in, and after the days of the account.

    One gone without a paper never stood in the books. Without a day of its own an asset came in on the first of its year.
    """
    a = Asset
    day = func.coalesce(a.registered_on, a.accepted_on)
    of_year = case((a.project_year < first.year, 0), (a.project_year > first.year, 2), else_=1 if first <= last else 2)
    when = case((day.is_(None), of_year), (day < first, 0), (day > last, 2), else_=1)
    columns = (a.town_id, a.village_id, a.owner_type, a.owner_name, a.asset_class, a.project_year, when)
    days = (first - timedelta(days=1), first, max(first, last) + timedelta(days=1))
    rows = session.execute(
        select(*columns, func.count(), func.sum(a.original_cost))
        .where(_seen(who), a.status.not_in(GONE), a.id.not_in(select(ValueEntry.asset_id)))
        .group_by(*columns)
    )
    for town_id, village_id, owner_type, owner, of, year, place, count, cost in rows:
        key = town_id, village_id, owner_level(owner_type, owner), of, year
        yield key, Step(days[place], count, cost.fen)


def _moved(session: Session, who: Viewer | None) -> Iterator[tuple[Key, Any]]:
    """The assets whose value moved, one by one."""
    a = Asset
    rows = session.execute(
        select(
            a.id, a.town_id, a.village_id, a.owner_type, a.owner_name, a.asset_class, a.project_year, a.registered_on,
            a.accepted_on,
        ).where(_seen(who), a.id.in_(select(ValueEntry.asset_id)))
    )  # fmt: skip
    for row in rows:
        level = owner_level(row.owner_type, row.owner_name)
        yield (row.town_id, row.village_id, level, row.asset_class, row.project_year), row


def _seen(who: Viewer | None) -> Any:
    return true() if who is None else seen_assets(who, READ)


def _movements(session: Session) -> dict[int, list[Movement]]:
    v = ValueEntry
    found: dict[int, list[Movement]] = defaultdict(list)
    for asset_id, on, kind, amount in session.execute(
        select(v.asset_id, v.happened_on, v.kind, v.amount).order_by(v.id)
    ):
        found[asset_id].append(Movement(on, kind, amount.fen))
    return found


def _of_asset(asset: Any, moved: list[Movement]) -> list[Movement]:
    """The movements of an asset; its opening counts from the day it was registered."""
    first, *others = moved
    if first.kind is ValueKind.OPENING:
        entered = asset.registered_on or asset.accepted_on or date(asset.project_year, 1, 1)
        first = Movement(min(entered, first.on), first.kind, first.fen)
    return [first, *others]


# ---------- lines ----------


def lines(found: Book, by: BookBy, town_id: int | None = None) -> list[BookRow]:
    """The account by one of its sides, in order. town_id: only what lies in that town."""
    sums: dict[tuple[Any, ...], Tally] = defaultdict(Tally)
    for key, tally in found.cells.items():
        if town_id is None or key[0] == town_id:
            sums[_side(found.places, by, key)].add(tally)
    return [_row(side, tally) for side, tally in sorted(sums.items(), key=lambda p: p[0][0])]


def _side(places: dict[int, tuple[str, str]], by: BookBy, key: Key) -> tuple[Any, ...]:
    """Order, group, name and town of a cell."""
    town_id, village_id, level, asset_class, year = key
    code, town = places.get(town_id or 0, ("9", COUNTY))
    if by is BookBy.TOWN:
        return (code,), "各镇" if town_id else COUNTY, town, town if town_id else ""
    if by is BookBy.VILLAGE:
        of, village = places.get(village_id or 0, ("9" * 12, TOWN_ITSELF if town_id else COUNTY))
        return (code, of), town, village, ""
    if by is BookBy.LEVEL:
        return (list(OwnerLevel).index(level),), level_group(level), level.label, ""
    if by is BookBy.CLASS:
        return (list(AssetClass).index(asset_class),), class_group(asset_class), asset_class.label, ""
    return (year,), year_group(year), f"{year}年", ""


def _row(side: tuple[Any, ...], t: Tally) -> BookRow:
    return BookRow(
        side[1], side[2], t.opening, Money(t.opening_fen), t.added, Money(t.added_fen), t.reduced, Money(t.reduced_fen),
        t.closing, Money(t.closing_fen), side[3],
    )  # fmt: skip


# ---------- checks ----------


def _checks(
    session: Session, who: Viewer | None, cells: dict[Key, Tally], places: dict[int, tuple[str, str]]
) -> Iterator[BookCheck]:
    """Whether the account agrees with the register side by side; the register is asked anew for each side.

    Source: domain.md 5.10 勾稽: 县总账 = Σ 镇明细 = Σ 村明细 + 县镇自有; 类别合计 = 权属合计 = 年度合计; 原值合计 ≤ 审定结算合计.
    """
    whole = Tally()
    for tally in cells.values():
        whole.add(tally)
    count, cost = whole.now
    for name, by in (
        ("县总账 = 各镇合计 + 县本级", BookBy.TOWN),
        ("县总账 = 各村合计 + 镇本级 + 县本级", BookBy.VILLAGE),
        ("县总账 = 权属层级合计", BookBy.LEVEL),
        ("县总账 = 资产类别合计", BookBy.CLASS),
        ("县总账 = 形成年度合计", BookBy.YEAR),
    ):
        mine: dict[tuple[Any, ...], Tally] = defaultdict(Tally)
        for key, tally in cells.items():
            mine[_side(places, by, key)].add(tally)
        theirs = _register(session, who, by, places)
        wrong = [
            f"{side[2]}账 {_told(*mine[side].now)}，登记簿 {_told(*theirs.get(side, (0, ZERO)))}"
            for side in sorted(mine.keys() | theirs.keys(), key=lambda s: s[0])
            if (mine[side].now if side in mine else (0, ZERO)) != theirs.get(side, (0, ZERO))
        ]
        summed = sum(n for n, _ in theirs.values()), sum((m for _, m in theirs.values()), ZERO)
        left, right = f"账上 {_told(count, cost)}", f"登记簿 {_told(*summed)}"
        yield BookCheck(name, left, right, not wrong and summed == (count, cost), "；".join(wrong[:3]))
    yield _against_settlement(session, who)


def _told(count: int, cost: Money) -> str:
    return f"{count:,} 项 {exact_wan(cost)} 万元"


def _register(
    session: Session, who: Viewer | None, by: BookBy, places: dict[int, tuple[str, str]]
) -> dict[tuple[Any, ...], tuple[int, Money]]:
    """Assets in the books as the register has them now, added up by the database for one side."""
    a = Asset
    columns = {
        BookBy.TOWN: (a.town_id,),
        BookBy.VILLAGE: (a.town_id, a.village_id),
        BookBy.LEVEL: (a.owner_type, a.owner_name),
        BookBy.CLASS: (a.asset_class,),
        BookBy.YEAR: (a.project_year,),
    }[by]
    found: dict[tuple[Any, ...], tuple[int, Money]] = {}
    query = select(*columns, func.count(), func.sum(a.original_cost)).where(_seen(who), a.status.not_in(GONE))
    for *told, count, cost in session.execute(query.group_by(*columns)):
        key = _key(by, told)
        side = _side(places, by, key)
        was = found.get(side, (0, ZERO))
        found[side] = (was[0] + count, was[1] + (cost or ZERO))
    return found


def _key(by: BookBy, told: list[Any]) -> Key:
    """A cell on the side the register was asked for; the other sides do not matter."""
    level = owner_level(told[0], told[1]) if by is BookBy.LEVEL else OwnerLevel.COUNTY
    town_id = told[0] if by in (BookBy.TOWN, BookBy.VILLAGE) else None
    village_id = told[1] if by is BookBy.VILLAGE else None
    asset_class = told[0] if by is BookBy.CLASS else AssetClass.INCOME
    return town_id, village_id, level, asset_class, told[0] if by is BookBy.YEAR else 0


def _against_settlement(session: Session, who: Viewer | None) -> BookCheck:
    """Original cost of a project's assets is no more than what its settlement leaves after what formed no asset."""
    costs = dict(
        session.execute(
            select(Asset.project_id, func.sum(Asset.original_cost))
            .where(_seen(who), Asset.project_id.is_not(None))
            .group_by(Asset.project_id)
        ).all()
    )
    expensed = dict(
        session.execute(
            select(AssetMatter.project_id, func.sum(MatterLine.amount))
            .join(MatterLine, MatterLine.matter_id == AssetMatter.id)
            .where(AssetMatter.number.is_not(None), MatterLine.expense != "")
            .group_by(AssetMatter.project_id)
        ).all()
    )
    made, allowed, wrong = ZERO, ZERO, []
    rows = session.execute(
        select(Project.id, Project.code, Project.settled_amount)
        .where(Project.settled_amount.is_not(None), Project.id.in_(select(Asset.project_id)))
        .order_by(Project.code)
    )
    for key, code, settled in rows:
        if key in costs:
            limit = (settled or ZERO) - (expensed.get(key) or ZERO)
            made, allowed = made + costs[key], allowed + limit
            if costs[key] > limit:
                wrong.append(f"{code} 多 {exact_wan(costs[key] - limit)} 万元")
    told = f"{len(wrong)} 个项目超出：{'；'.join(wrong[:3])}" if wrong else ""
    left, right = f"原值 {exact_wan(made)} 万元", f"审定结算减去不形成资产的 {exact_wan(allowed)} 万元"
    return BookCheck("已结算项目的资产原值不多于审定结算", left, right, not wrong, told)


# ---------- PF51 ----------


def book_rows(session: Session, wanted: Wanted) -> list[BookRow]:
    """PF51: the account of the year by `by` (镇 without one), in a town with `town`."""
    by, town_id = asked(session, wanted)
    return lines(book(session, wanted.who, wanted.year, wanted.until), by, town_id)


def book_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The check lines, a sentence each."""
    found = book(session, wanted.who, wanted.year, wanted.until)
    return tuple(f"勾稽：{check.said}。" for check in found.checks)


def asked(session: Session, wanted: Wanted) -> tuple[BookBy, int | None]:
    """By what the account is wanted, and in which town. Raises DomainError for what there is none of."""
    check_filters(wanted, BOOK_FILTERS)
    told = wanted.where.get("by", "") or BookBy.TOWN.code
    by = next((b for b in BookBy if told in (b.code, b.label)), None)
    if by is None:
        raise DomainError(f"总账不能按“{told}”列，可以按：{'、'.join(b.label for b in BookBy)}", field="where")
    town_id = filter_from(session, {"town": wanted.where.get("town", "")}).town_id
    return by, town_id
