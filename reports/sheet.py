"""A typeset ledger: rows in order, grouped, numbered and added up, once, for all four outputs. No paper sizes here."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from fundsys.domain.money import Money

from . import figures
from .ledger import Column, Ledger
from .sums import Adder

Source = Iterable[Any] | Callable[[], Iterable[Any]]

GROUP, ROW, SUBTOTAL, TOTAL = "group", "row", "subtotal", "total"
ROUNDING_NOTE = "金额按分计算，印出时四舍五入；小计、合计按分累加后四舍五入，与印出各数直接相加可能有末位差。"
FIELD, RECORD, HEADING, NONE = "\x1f", b"\x1e", "\x1d", "\x00"
"""Between the cells of a hashed row, after it, before a group heading, and for a cell where nothing stands."""
MANY = 5_000
"""Texts of a column worth remembering: one that says more has a text of its own in every row, and none is met again."""
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Imprint:
    """What a sheet says about itself: whose it is, of when, printed how and by whom.

    until: business dates up to and including this day. as_at: what the system knew at the end of this day.
    today: the county's day at work, stated where neither was asked; printed_at is always the true instant.
    filters: the filters in words. public: a public copy (公示版); identity, phone and account numbers are masked.
    unmasked: personal numbers in full, only for people who may see them and never in a public copy.
    verify_url: what the QR leads to; without it the QR holds print number and verification code.
    demo: marks every page as demo data. base_url: where the county's pages are served, for codes that lead to records.
    """

    place: str = ""
    reporting_unit: str = ""
    subtitle: str = ""
    until: date | None = None
    as_at: date | None = None
    today: date | None = None
    filters: tuple[str, ...] = ()
    print_no: str = ""
    verification_code: str = ""
    verify_url: str = ""
    printed_by: str = ""
    printed_at: datetime | None = None
    public: bool = False
    unmasked: bool = False
    demo: bool = False
    base_url: str = ""

    @property
    def masked(self) -> bool:
        return self.public or not self.unmasked


class Line(NamedTuple):
    """One line of a ledger: a group heading, a row, a subtotal or the total.

    values: the exact values in the order of the columns (None: not there, or not added up). row_count: rows under it.
    name: the group's own label, without its number.
    """

    kind: str
    level: int
    label: str
    values: tuple[Any, ...]
    row_count: int
    name: str = ""


def is_gap(note: str) -> bool:
    """Whether a sentence under the table names something missing or not in agreement, which is printed in red."""
    return note.startswith("缺口：") or "，不符" in note


def numeral(number: int) -> str:
    """一 to 九十九; larger numbers in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")


def chinese_day(day: date) -> str:
    """2024年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, eq=False)
class Sheet:
    """A ledger with its rows. Lines are made anew on each reading, so long sheets need little memory."""

    ledger: Ledger
    imprint: Imprint
    source: Source
    _memo: list[dict[Any, str]] = field(init=False, repr=False)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_memo", [{} for _ in self.columns])

    # --- words around the table -------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return self.ledger.columns

    @property
    def title(self) -> str:
        return figures.plain(self.imprint.place) + self.ledger.title

    @property
    def subtitle(self) -> str:
        """In brackets under the title: the given words, the two kinds of past, and whether it is a public copy."""
        parts = [figures.plain(self.imprint.subtitle)] if self.imprint.subtitle else []
        if self.imprint.as_at:
            parts.append(f"按系统{chinese_day(self.imprint.as_at)}终了时的记录")
        if self.imprint.public:
            parts.append("公示版")
        return f"（{'，'.join(parts)}）" if parts else ""

    @property
    def unit_line(self) -> tuple[str, str, str]:
        """填报单位, 截止日期 and 金额单位, as printed between title and table."""
        until = self.imprint.until or self.imprint.as_at or self.imprint.today
        return (
            f"填报单位：{figures.plain(self.imprint.reporting_unit)}（盖章）",
            f"截止日期：{chinese_day(until)}" if until else "截止日期：",
            f"金额单位：{self.ledger.unit}",
        )

    @property
    def foot_left(self) -> str:
        """Print number, verification code, instant and person."""
        made = self.imprint
        parts = [
            f"打印号 {made.print_no}" if made.print_no else "",
            made.verification_code and f"核验码 {made.verification_code}",
        ]
        parts.append(made.printed_at.strftime("%Y-%m-%d %H:%M") if made.printed_at else "")
        parts.append(made.printed_by and f"打印人 {made.printed_by}")
        return figures.plain("\u3000".join(part for part in parts if part))

    @property
    def foot_right(self) -> str:
        """Filters and version; a public copy says what it hides."""
        parts = [f"筛选：{'，'.join(self.imprint.filters)}" if self.imprint.filters else "筛选：全部"]
        if self.imprint.public:
            hidden = [column.term.label for column in self.columns if column.figure.mask]
            parts.append(f"公示版，{'、'.join(hidden)}隐去中间数字" if hidden else "公示版")
        return figures.plain("\u3000".join(parts))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences under the table; the one on rounding only where rounded figures do not add up by eye."""
        return self.ledger.basis + ((ROUNDING_NOTE,) if self._end[1] else ())

    # --- lines ------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[Any]:
        """The rows as the query gave them, group after group."""
        rows = self.source() if callable(self.source) else self.source
        return iter(rows)

    def lines(self) -> Iterator[Line]:
        """Group headings, rows, subtotals and the total, in the order of the paper."""
        groups = self.ledger.groups
        depth = len(groups)
        adders = [Adder(self.columns, self.ledger.totals) for _ in range(depth + 1)]
        deepest = adders[depth]
        raw: tuple[Any, ...] | None = None
        labels: tuple[str, ...] = ()
        numbers = [0] * depth
        opened: set[tuple[str, ...]] = set()
        surprised = False
        for serial, row in enumerate(self.rows(), 1):
            if groups:
                here = tuple([group.label(row) for group in groups])
                if here != raw:
                    raw = here
                    now = tuple(group.of(row) for group in groups)
                    same = _shared(now, labels)
                    for line, adder in self._close(adders, labels, same):
                        surprised |= adder.surprises
                        yield line
                    yield from self._open(now, same, numbers, opened)
                    labels, deepest = now, adders[depth]
            values = self.values(row, serial)
            deepest.add(values)
            yield Line(ROW, depth, "", values, 1)
        for line, adder in self._close(adders, labels, 0):
            surprised |= adder.surprises
            yield line
        total = Line(TOTAL, 0, "合计", adders[0].values(), adders[0].count)
        self._known["end"] = total, surprised or adders[0].surprises
        yield total

    def _open(
        self, labels: tuple[str, ...], same: int, numbers: list[int], opened: set[tuple[str, ...]]
    ) -> Iterator[Line]:
        for level in range(same, len(labels)):
            if labels[: level + 1] in opened:
                raise ValueError(f"{self.ledger.code}: the group {labels[level]} comes in two pieces")
            opened.add(labels[: level + 1])
            numbers[level] += 1
            numbers[level + 1 :] = [0] * (len(labels) - level - 1)
            yield Line(GROUP, level, _numbered(level, numbers[level], labels[level]), (), 0, labels[level])

    def _close(self, adders: list[Adder], labels: tuple[str, ...], keep: int) -> Iterator[tuple[Line, Adder]]:
        """Subtotals from the inside out; each adder is emptied into the one around it."""
        for level in range(len(labels) - 1, keep - 1, -1):
            adder = adders[level + 1]
            yield Line(SUBTOTAL, level, f"{labels[level]}小计", adder.values(), adder.count), adder
            adders[level].take(adder)
            adders[level + 1] = adder.fresh()

    def values(self, row: Any, serial: int) -> tuple[Any, ...]:
        """The exact values of a row, personal numbers masked where the imprint says so."""
        found = [serial if getter is None else getter(row) for getter in self._getters]
        for place, mask in self._masks:
            if found[place] is not None:
                found[place] = mask(str(found[place]))
        return tuple(found)

    @cached_property
    def _getters(self) -> list[Callable[[Any], Any] | None]:
        return [column.getter for column in self.columns]

    @cached_property
    def _masks(self) -> list[tuple[int, Callable[[str], str]]]:
        if not self.imprint.masked:
            return []
        return [(i, column.figure.mask) for i, column in enumerate(self.columns) if column.figure.mask]

    # --- figures ----------------------------------------------------------------------------------------------

    def text(self, place: int, value: Any) -> str:
        """The printed text of a value in the column at this place."""
        if type(value) is Money:
            return self.columns[place].figure.show(value)
        memo = self._memo[place]
        found = memo.get(value)
        if found is None:
            column = self.columns[place]
            found = column.blank if value is None or value == "" else column.figure.show(value)
            if len(memo) < MANY:
                memo[value] = found
        return found

    def texts(self, line: Line) -> tuple[str, ...]:
        """What stands in each cell of a row; sums only in the added columns of subtotals and the total."""
        if line.kind == ROW:
            return tuple(map(self.text, range(len(line.values)), line.values))
        return tuple(self.text(i, value) if value is not None else "" for i, value in enumerate(line.values))

    def label(self, line: Line) -> str:
        """The words of a group heading, a subtotal or the total: “经营性资产小计（24 项）”."""
        return line.label if line.kind == GROUP else f"{line.label}（{line.row_count:,} {self.ledger.counter}）"

    @property
    def totals(self) -> dict[str, Any]:
        """Key of each added column → its exact total over all rows."""
        total = self._end[0].values
        return {column.key: total[i] for i, column in enumerate(self.columns) if column.key in self.ledger.totals}

    @property
    def count(self) -> int:
        """How many rows."""
        if isinstance(self.source, tuple):
            return len(self.source)
        return self._end[0].row_count

    @property
    def _end(self) -> tuple[Line, bool]:
        """The total, and whether rounding shows; known after the lines have been read once."""
        if "end" not in self._known:
            deque(self.lines(), maxlen=0)
        end: tuple[Line, bool] = self._known["end"]
        return end

    @cached_property
    def row_digest(self) -> str:
        """SHA-256 over the exact values of all rows with their groups; free of print number, instant and person."""
        digest = hashlib.sha256()
        for told in self.exact_rows():
            digest.update(told)
        return digest.hexdigest()

    def exact_rows(self) -> Iterator[bytes]:
        """What the digest is made over: the columns, then each row and each group heading, ended by a mark of their own."""
        yield FIELD.join([self.ledger.code, *(column.key for column in self.columns)]).encode() + RECORD
        exact = [column.figure.exact for column in self.columns]
        for line in self.lines():
            if line.kind == ROW:
                cells = [NONE if value is None else show(value) for show, value in zip(exact, line.values, strict=True)]
                yield FIELD.join(cells).encode() + RECORD
            elif line.kind == GROUP:
                yield f"{HEADING}{line.level}{line.label}".encode() + RECORD


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return same


def _numbered(level: int, number: int, label: str) -> str:
    return f"{numeral(number)}、{label}" if level == 0 else f"（{numeral(number)}）{label}"


def compose(ledger: Ledger, rows: Source, imprint: Imprint | None = None) -> Sheet:
    """Typeset a ledger: rows are brought together group by group, in the order in which groups first appear.

    rows: a collection, or a function that gives a fresh iterator each time (already in group order) for sheets too
    long to hold. Raises ValueError when such a function gives a group in two pieces.
    """
    imprint = imprint or Imprint()
    if callable(rows):
        return Sheet(ledger, imprint, rows)
    held = list(rows)
    if ledger.groups:
        first: dict[tuple[str, ...], int] = {}
        order: list[tuple[int, ...]] = []
        for row in held:
            labels = tuple(group.of(row) for group in ledger.groups)
            order.append(tuple(first.setdefault(labels[: k + 1], len(first)) for k in range(len(labels))))
        held = [held[i] for i in sorted(range(len(held)), key=order.__getitem__)]
    return Sheet(ledger, imprint, tuple(held))
