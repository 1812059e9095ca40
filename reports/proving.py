"""Whether a paper still agrees with the record: what was printed, what is different today, row by row and cell by cell.

The holder of a paper sees numbers of records, columns, figures and days; words, which may name people, are for those who
may fetch the print. Personal numbers are masked for all, as in a public copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from fundsys.domain.coded import Coded
from fundsys.domain.dates import show_day, show_day_zh
from fundsys.domain.difference import Difference, Turn
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.proof_list import Entry, check_code
from fundsys.queries.drift import ANCHORS, ActBehind
from fundsys.queries.history import OFFICE_ZONE
from fundsys.queries.print_log import Logged, scope_in_words

from . import figures
from .drift import Drift, Moved, drift
from .ledger import Ledger
from .registry import ledger as find_ledger

SHOWN = 60
_OPEN_KINDS = {figures.DATE, figures.MONTH, figures.YEAR, figures.PERCENT, figures.BOOLEAN}
HIDDEN = "（内容不公开）"


class Verdict(Coded):
    """What a paper is worth today."""

    SAME = "same", "与今天的记录相同", "good"
    CHANGED = "changed", "印出以后有变动", "warn"
    TAMPERED = "tampered", "有改动没有办理记录", "bad"
    UNCLEAR = "unclear", "不能重算", "warn"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A changed cell as the page tells it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A changed row: where it stands on the paper (0 for a new one), which record, its cells, and which acts did it."""

    place: int
    turn: Turn
    record: str
    name: str
    cells: tuple[ShownCell, ...]
    why: str
    tampered: bool
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """A print against the records of today. then: whether the journal gives back what was printed, None where it was
    not asked; why: why it could not be made again; seal_broken: the print's own record was changed."""

    verdict: Verdict
    rows: tuple[ShownRow, ...]
    count: int
    totals: tuple[tuple[str, str, str, str], ...]
    then: bool | None
    why: str
    seal_broken: bool


def proven(session: Session, logged: Logged, everybody: bool) -> Proven:
    """Make the print again of today's records and name what is not the same. everybody: as the holder of a paper sees it."""
    kept = logged.kept
    broken = check_code(kept.number, kept.row_digest) != logged.check_code
    try:
        found = drift(session, kept)
    except DomainError as refusal:
        return Proven(Verdict.UNCLEAR, (), 0, (), None, refusal.message, broken)
    if not found.rows:
        if found.compared.new.digest != kept.row_digest:
            words = "各行内容相同，行的次序或分组与印出时不同"
            return Proven(Verdict.CHANGED, (), 0, (), found.compared.old.proven, words, broken)
        return Proven(Verdict.SAME, (), 0, (), None, "", broken)
    verdict = Verdict.TAMPERED if found.tampered else Verdict.CHANGED
    places = {row.key: place for place, row in reversed(list(enumerate(found.compared.old.rows, 1)))}
    rows = tuple(_row(found.compared.ledger, moved, places, everybody) for moved in found.rows[:SHOWN])
    return Proven(verdict, rows, len(found.rows), _sums(found), found.compared.old.proven, "", broken)


def _sums(found: Drift) -> tuple[tuple[str, str, str, str], ...]:
    """The totals that moved: name, unit, as printed, today."""
    return tuple(
        (b.label, b.unit, b.shown(b.old), b.shown(b.new)) for b in found.compared.bridges if b.old != b.new
    )  # fmt: skip


def _row(ledger: Ledger, moved: Moved, places: dict[tuple[str, ...], int], everybody: bool) -> ShownRow:
    one = moved.difference
    place = 0 if one.turn is Turn.ADDED else places.get(one.key, 0)
    acts = tuple(_act(act, everybody) for act in moved.acts)
    cells = tuple(_cell(ledger, cell, everybody) for cell in one.cells)
    record = _record(ledger, one, everybody)
    return ShownRow(place, one.turn, record, "" if everybody else one.name, cells, moved.why, moved.tampered, acts)


def _record(ledger: Ledger, one: Difference, everybody: bool) -> str:
    """Which record a row is: its numbers. Other columns that tell rows apart may name people."""
    if not ledger.identity:
        return "" if everybody else " ".join(part for part in one.key if part)[:60]
    keys = [c.key for c in ledger.columns if c.key in ledger.identity]
    return " ".join(
        text for key, text in zip(keys, one.key, strict=True) if text and (not everybody or key in ANCHORS)
    )  # fmt: skip


def _cell(ledger: Ledger, cell: Any, everybody: bool) -> ShownCell:
    kind = ledger.column(cell.field.key).figure
    label = f"{cell.field.label}（{cell.field.unit}）" if cell.field.unit else cell.field.label
    if everybody and not (kind.sums or kind in _OPEN_KINDS):
        return ShownCell(label, HIDDEN, HIDDEN)
    return ShownCell(
        label, *(kind.missing or "未填" if told in (None, "") else str(told) for told in (cell.before, cell.after))
    )


def _act(act: ActBehind, everybody: bool) -> str:
    return f"{show_day(act.office_day)} {act.what}，日志第 {act.seq} 号" if everybody else act.said


def totals_shown(logged: Logged) -> tuple[tuple[str, str], ...]:
    """The totals of a print as its record keeps them: name with unit, every digit."""
    ledger = find_ledger(logged.kept.ledger)
    shown = []
    for column in ledger.columns:
        told = logged.kept.totals.get(column.key)
        if told is not None:
            figure = column.figure.exact(Money(int(told))) if column.figure.sums_money else str(told)
            unit = column.term.unit
            shown.append((f"{column.term.label}（{unit}）" if unit else column.term.label, figure))
    return tuple(shown)


def entry(session: Session, logged: Logged) -> Entry:
    """A print as the published list tells it."""
    kept = logged.kept
    return Entry(
        number=kept.number,
        title=find_ledger(kept.ledger).title,
        printed_at=kept.printed_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M"),
        scope=scope_in_words(session, kept, everybody=True),
        until=show_day_zh(kept.until or kept.as_at or kept.day),
        as_at=show_day_zh(kept.as_at) if kept.as_at else "",
        edition="公示版" if kept.public else "内部版",
        row_count=kept.row_count,
        totals=totals_shown(logged),
        row_digest=kept.row_digest,
        unit=logged.unit,
    )
