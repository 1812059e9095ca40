"""What the rules on notices look at: amount, what is left or was given beyond it, the day all of it had been given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.facts import NoticeRecordFact
from fundsys.domain.funds import MoneyState, NoticeKind
from fundsys.domain.money import ZERO, Money, total
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, LinePosting
from fundsys.queries.plain_rows import built_once, plain_rows

NOTICES_READ_FROM = frozenset({"allocation", "allotment_line", "allotment_notice", "line_posting"})
_APPROVED = MoneyState.APPROVED


def notice_facts(session: Session, until: date | None = None) -> tuple[NoticeRecordFact, ...]:
    """Every approved notice with what has become of its lines up to the day, those that only take back left out."""
    reduced: dict[int | None, Money] = defaultdict(Money)
    lines: dict[int, list[tuple[int, Money]]] = defaultdict(list)
    for number, of, amount, reduces in plain_rows(session, _lines(until)):
        if reduces is None:
            lines[of].append((number, amount))
        else:
            reduced[reduces] += amount
    gone = _entries(session, until)
    return tuple(
        _fact((number, text, year, day), kind, {key: amount + reduced[key] for key, amount in lines[number]}, gone)
        for number, text, year, day, kind in plain_rows(session, _notices(until))
        if lines[number]
    )


@built_once
def _lines(until: date | None) -> Select[int, int, Money, int | None]:
    line, notice = AllotmentLine, AllotmentNotice
    return (
        select(line.id, line.notice_id, line.amount, line.reduces_id)
        .join(notice, line.notice_id == notice.id)
        .where(notice.state == _APPROVED, notice.received_on <= until if until else true())
    )


@built_once
def _notices(until: date | None) -> Select[int, str, int, date, NoticeKind]:
    notice = AllotmentNotice
    return (
        select(notice.id, notice.document_no, notice.year, notice.received_on, notice.kind)
        .where(notice.state == _APPROVED, notice.received_on <= until if until else true())
        .order_by(notice.id)
    )


def _entries(session: Session, until: date | None) -> dict[int, list[tuple[date, Money]]]:
    """What left each line, one sum a day: given to projects, net; returned or carried over."""
    found: dict[int, list[tuple[date, Money]]] = defaultdict(list)
    for table, sign in ((Allocation, 1), (LinePosting, -1)):
        for key, day, amount in plain_rows(session, _sums(table, until)):
            found[key].append((day, amount if sign > 0 else -amount))
    return found


@built_once
def _sums(table: type[Allocation] | type[LinePosting], until: date | None) -> Select[int, date, Money]:
    return (
        select(table.line_id, table.decided_on, func.sum(table.amount))
        .where(table.state == _APPROVED, table.decided_on <= until if until else true())
        .group_by(table.line_id, table.decided_on)
    )


def _fact(
    told: tuple[int, str, int, date],
    kind: NoticeKind,
    amounts: dict[int, Money],
    gone: dict[int, list[tuple[date, Money]]],
) -> NoticeRecordFact:
    left = {key: amount - total(m for _, m in gone.get(key, ())) for key, amount in amounts.items()}
    whole = total(amounts.values())
    return NoticeRecordFact(
        *told,
        amount=whole,
        left=total(m for m in left.values() if m > ZERO),
        over=total(-m for m in left.values() if m < ZERO),
        whole_on=_whole_on(whole, (entry for key in amounts for entry in gone.get(key, ()))),
        is_carryover=kind is NoticeKind.CARRYOVER,
    )


def _whole_on(whole: Money, entries: Iterable[tuple[date, Money]]) -> date | None:
    """The first day at whose end nothing was left; what is taken back and given again later does not move it."""
    sums: dict[date, Money] = defaultdict(Money)
    for day, amount in entries:
        sums[day] += amount
    given = ZERO
    for day in sorted(sums):
        given += sums[day]
        if given >= whole:
            return day
    return None
