"""Spending of a year's money on a day, by notice, source, level, unit, town or month, against the checkpoints."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.domain.funds import FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.spending import Checkpoint, Standing, standing
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource, LinePosting
from fundsys.queries.checkpoints import checkpoints_of
from fundsys.queries.facts import county_today
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.slices import TRANSITION, Grouping, Slice, Station, conditions, joined, keys_of
from fundsys.queries.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """The money of one group. allotted: what its notices give, None where the group has no notice of its own (a unit, a
    town) or the viewer sees only a part; cut: the entries behind the figures."""

    label: str
    allotted: Money | None
    disbursed: Money
    standing: Standing
    cut: Slice

    @property
    def allocated(self) -> Money:
        return self.standing.allocated

    @property
    def paid(self) -> Money:
        return self.standing.paid

    @property
    def rate(self) -> Fraction | None:
        return self.standing.rate


@dataclass(frozen=True, slots=True)
class Spending:
    """All groups and their sum. For months the rows are cumulated, so the sum is the last of them."""

    grouping: Grouping
    day: date
    rows: tuple[SpendingRow, ...]
    whole: SpendingRow
    checkpoints: tuple[Checkpoint, ...]


def spending(session: Session, who: Viewer | None, cut: Slice, grouping: Grouping, day: date) -> Spending:
    """What was allocated, disbursed and paid by the end of the day (business dates), of the year's approved notices.

    Basis: approved entries net of adjustments, recoveries and reversals. cut.until is set to the day.
    """
    upto = replace(cut, until=day)
    points = checkpoints_of(session, cut.year)
    sees_all = who is None or who.scope(Permission.READ_MONEY) is Scope.ALL
    whole_sums = {station: _sums(session, station, upto, who, None).get(None, ZERO) for station in Station}
    allotted = _allotted(session, upto, grouping, day) if sees_all else {}
    whole_allotted = sum(allotted.values(), ZERO) if allotted else None
    if grouping is Grouping.MONTH:
        rows = tuple(_months(session, upto, who, day, points))
    else:
        rows = tuple(_groups(session, upto, who, grouping, day, points, allotted))
    whole = SpendingRow("合计", whole_allotted, *_row(whole_sums, points, day), upto)
    return Spending(grouping, day, rows, whole, points)


def _row(sums: dict[Station, Money], points: tuple[Checkpoint, ...], day: date) -> tuple[Money, Standing]:
    return sums[Station.DISBURSED], standing(sums[Station.ALLOCATED], sums[Station.PAID], points, day)


def _sums(
    session: Session, station: Station, cut: Slice, who: Viewer | None, grouping: Grouping | None
) -> dict[Any, Money]:
    keys = keys_of(grouping)[:1] if grouping else ()
    query = joined(station, *keys, func.sum(station.table.amount)).where(*conditions(station, cut, who))
    rows = session.execute(query.group_by(*keys) if keys else query)
    return {(row[0] if keys else None): row[-1] for row in rows if row[-1] is not None}


def _groups(
    session: Session,
    cut: Slice,
    who: Viewer | None,
    grouping: Grouping,
    day: date,
    points: tuple[Checkpoint, ...],
    allotted: dict[Any, Money],
) -> Iterator[SpendingRow]:
    sums = {station: _sums(session, station, cut, who, grouping) for station in Station}
    names = _names(session, cut, who, grouping)
    if grouping in (Grouping.NOTICE, Grouping.SOURCE, Grouping.LEVEL):
        names |= {key: label for key, label in _allotted_names(session, cut, grouping) if key in allotted}
    for key, label in sorted(names.items(), key=lambda item: _place(grouping, *item)):
        told = {station: sums[station].get(key, ZERO) for station in Station}
        shown = label.label if isinstance(label, FundLevel) else label
        yield SpendingRow(shown, allotted.get(key), *_row(told, points, day), cut.narrowed(grouping, key))


def _place(grouping: Grouping, key: Any, label: Any) -> Any:
    return list(FundLevel).index(key) if grouping is Grouping.LEVEL else (key == 0, str(label))


def _names(session: Session, cut: Slice, who: Viewer | None, grouping: Grouping) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for station in Station:
        query = joined(station, *keys_of(grouping)).where(*conditions(station, cut, who)).distinct()
        found |= {key: label for key, label in session.execute(query)}
    return found


def _lines(cut: Slice) -> Iterator[Any]:
    """Lines of the notices of the slice that had come to the county by its day; none where it is cut by projects."""
    yield AllotmentNotice.year == cut.year
    yield AllotmentNotice.state == MoneyState.APPROVED
    for column, wanted in (
        (AllotmentNotice.id, cut.notice),
        (FundSource.id, cut.source),
        (FundSource.level, cut.level),
    ):
        if wanted is not None:
            yield column == wanted
    if cut.transition:
        yield FundSource.level.in_(TRANSITION)
    if cut.until is not None:
        yield AllotmentNotice.received_on <= cut.until


_LINE_KEYS = {
    Grouping.NOTICE: (AllotmentNotice.id, AllotmentNotice.document_no),
    Grouping.SOURCE: (FundSource.id, FundSource.name),
    Grouping.LEVEL: (FundSource.level, FundSource.level),
}


def _allotted_names(session: Session, cut: Slice, grouping: Grouping) -> list[tuple[Any, Any]]:
    query = (
        select(*_LINE_KEYS[grouping])
        .select_from(AllotmentLine)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(*_lines(cut))
        .distinct()
    )
    return [(key, label) for key, label in session.execute(query)]


def _allotted(session: Session, cut: Slice, grouping: Grouping, day: date) -> dict[Any, Money]:
    """What the notices gave by the day, less reductions, returns and carry-over; whole under "" for units, towns, months."""
    if any(v is not None for v in (cut.unit, cut.town, cut.kind, cut.project)):
        return {}
    keys = _LINE_KEYS.get(grouping, ())[:1]

    def read(amount: Any, source: Any, *more: Any) -> list[Any]:
        query = (
            select(*keys, func.sum(amount))
            .select_from(source)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .where(*_lines(cut), *more)
        )
        return list(session.execute(query.group_by(*keys) if keys else query))

    left = AllotmentLine.__table__.join(LinePosting, LinePosting.line_id == AllotmentLine.id)
    rows = read(AllotmentLine.amount, AllotmentLine)
    rows += read(LinePosting.amount, left, LinePosting.state == MoneyState.APPROVED, LinePosting.decided_on <= day)
    found: dict[Any, Money] = {}
    for row in rows:
        if row[-1] is not None:
            key = row[0] if keys else ""
            found[key] = found.get(key, ZERO) + row[-1]
    return found


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _months(
    session: Session, cut: Slice, who: Viewer | None, day: date, points: tuple[Checkpoint, ...]
) -> Iterator[SpendingRow]:
    """Cumulated to the end of each month of the year up to the day's; what was before the year stands in January."""
    by_month: dict[Station, dict[int, Money]] = {}
    for station in Station:
        parts = (extract("year", station.day), extract("month", station.day))
        query = joined(station, *parts, func.sum(station.table.amount)).where(*conditions(station, cut, who))
        found: dict[int, Money] = {}
        for y, m, amount in session.execute(query.group_by(*parts)):
            place = 1 if int(y) < cut.year else 12 if int(y) > cut.year else int(m)
            found[place] = found.get(place, ZERO) + amount
        by_month[station] = found
    last = 12 if day.year > cut.year else day.month if day.year == cut.year else 0
    sums = dict.fromkeys(Station, ZERO)
    for month in range(1, last + 1):
        sums = {station: sums[station] + by_month[station].get(month, ZERO) for station in Station}
        end = day if month == last else month_end(cut.year, month)
        yield SpendingRow(f"{month}月", None, *_row(sums, points, end), replace(cut, until=end))


# ---------- PF03 ----------

SPENDING_FILTERS = ("by", "level")


@dataclass(frozen=True, slots=True)
class SpendingFormRow:
    """One group of PF03."""

    group_name: str
    allotted_amount: Money | None
    net_allocated: Money
    disbursed_total: Money
    paid_total: Money
    spending_rate: Fraction | None
    checkpoint_words: str
    checkpoint_state: str
    behind_amount: Money
    next_needed: Money | None


def asked_grouping(text: str) -> Grouping:
    """The grouping with this code or label; the notices when none is named. Raises DomainError."""
    if not text:
        return Grouping.NOTICE
    for grouping in Grouping:
        if text in (grouping.code, grouping.label):
            return grouping
    raise DomainError(f"不能按“{text}”统计，可以按：{'、'.join(g.label for g in Grouping)}", field="by")


def spending_form(session: Session, wanted: Wanted) -> Iterator[SpendingFormRow]:
    """PF03: the groups of the year on the day asked for. Months are not offered: their rows are cumulated, not summed."""
    check_filters(wanted, SPENDING_FILTERS)
    grouping = asked_grouping(wanted.where.get("by", ""))
    if grouping is Grouping.MONTH:
        raise DomainError("支出进度表不能按月份打印，请按指标文、来源、级次、单位或镇打印", field="by")
    asked = wanted.where.get("level", "")
    level = next((m for m in FundLevel if asked in (m.code, m.label)), None)
    if asked and level is None:
        raise DomainError(f"没有“{asked}”这个资金级次", field="level")
    day = wanted.until or county_today(session)
    found = spending(session, wanted.who, Slice(wanted.year, level=level), grouping, day)
    for row in found.rows:
        yield SpendingFormRow(
            row.label,
            row.allotted,
            row.allocated,
            row.disbursed,
            row.paid,
            row.rate,
            row.standing.past.words if row.standing.past else "未到节点",
            row.standing.word,
            row.standing.behind,
            row.standing.needed,
        )


def spending_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The sentences under PF03: the whole against the checkpoints."""
    day = wanted.until or county_today(session)
    whole = spending(session, wanted.who, Slice(wanted.year), Grouping.LEVEL, day).whole.standing
    return tuple(
        word
        for word in (f"全县{wanted.year}年度：{whole.words}。", whole.ahead_words and f"{whole.ahead_words}。")
        if word
    )
