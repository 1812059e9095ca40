"""A typeset ledger: rows in order, grouped, numbered and added up, once, for all four outputs. No paper sizes here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from fundsys.domain.money import Money

from . import figures
from .ledger import Column, Ledger

Source = Iterable[Any] | Callable[[], Iterable[Any]]

GROUP, ROW, SUBTOTAL, TOTAL = "group", "row", "subtotal", "total"
ROUNDING_NOTE = "金额按分计算，印出时四舍五入；小计、合计按分累加后四舍五入，与印出各数直接相加可能有末位差。"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Imprint:
    """What a sheet says about itself: whose it is, of when, printed how and by whom.

    until: business dates up to and including this day. as_at: what the system knew at the end of this day.
    filters: the filters in words. public: a public copy (公示版); identity, phone and account numbers are masked.
    unmasked: personal numbers in full, only for people who may see them and never in a public copy.
    verify_url: what the QR leads to; without it the QR holds print number and verification code.
    demo: marks every page as demo data.
    """

    place: str = ""
    reporting_unit: str = ""
    subtitle: str = ""
    until: date | None = None
    as_at: date | None = None
    filters: tuple[str, ...] = ()
    print_no: str = ""
    verification_code: str = ""
    verify_url: str = ""
    printed_by: str = ""
    printed_at: datetime | None = None
    public: bool = False
    unmasked: bool = False
    demo: bool = False

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
        until = self.imprint.until or self.imprint.as_at
        if until is None and self.imprint.printed_at is not None:
            until = self.imprint.printed_at.date()
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
        return self.ledger.basis + ((ROUNDING_NOTE,) if self._reading.rounding_shows else ())

    # --- lines ------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[Any]:
        """The rows as the query gave them, group after group."""
        rows = self.source() if callable(self.source) else self.source
        return iter(rows)

    def lines(self) -> Iterator[Line]:
        """Group headings, rows, subtotals and the total, in the order of the paper."""
        groups = self.ledger.groups
        adders = [_Adder(self._zeros) for _ in range(len(groups) + 1)]
        current: tuple[str, ...] = ()
        opened: set[tuple[str, ...]] = set()
        numbers = [0] * len(groups)
        for serial, row in enumerate(self.rows(), 1):
            if groups:
                labels = tuple(group.of(row) for group in groups)
                if labels != current:
                    same = _shared(labels, current)
                    yield from self._close(adders, current, same)
                    for level in range(same, len(groups)):
                        if labels[: level + 1] in opened:
                            raise ValueError(f"{self.ledger.code}: the group {labels[level]} comes in two pieces")
                        opened.add(labels[: level + 1])
                        numbers[level] += 1
                        numbers[level + 1 :] = [0] * (len(groups) - level - 1)
                        yield Line(GROUP, level, _numbered(level, numbers[level], labels[level]), (), 0, labels[level])
                    current = labels
            values = self.values(row, serial)
            for adder in adders:
                adder.add(values)
            yield Line(ROW, len(groups), "", values, 1)
        yield from self._close(adders, current, 0)
        yield Line(TOTAL, 0, "合计", adders[0].line(len(self.columns)), adders[0].count)

    def _close(self, adders: list[_Adder], labels: tuple[str, ...], keep: int) -> Iterator[Line]:
        for level in range(len(labels) - 1, keep - 1, -1):
            adder = adders[level + 1]
            yield Line(SUBTOTAL, level, f"{labels[level]}小计", adder.line(len(self.columns)), adder.count)
            adders[level + 1] = _Adder(self._zeros)

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

    @cached_property
    def _zeros(self) -> tuple[tuple[int, Any], ...]:
        money = (figures.MONEY_WAN, figures.MONEY_YUAN)
        return tuple((i, Money() if self.columns[i].figure in money else 0) for i in self._summed)

    @cached_property
    def _summed(self) -> tuple[int, ...]:
        return tuple(i for i, column in enumerate(self.columns) if column.key in self.ledger.totals)

    # --- figures ----------------------------------------------------------------------------------------------

    def text(self, place: int, value: Any) -> str:
        """The printed text of a value in the column at this place."""
        memo = self._memo[place]
        found = memo.get(value)
        if found is None:
            column = self.columns[place]
            found = column.blank if value is None or value == "" else column.figure.show(value)
            if len(memo) < 100_000:
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
        return {self.columns[i].key: self._reading.total.values[i] for i in self._summed}

    @property
    def count(self) -> int:
        """How many rows."""
        return self._reading.total.row_count

    @property
    def row_digest(self) -> str:
        """SHA-256 over the exact values of all rows with their groups; free of print number, instant and person."""
        return self._reading.digest

    @cached_property
    def _reading(self) -> _Reading:
        return _read(self)


class _Reading(NamedTuple):
    total: Line
    digest: str
    rounding_shows: bool


def _read(sheet: Sheet) -> _Reading:
    """One pass over all lines for total, digest and the question whether rounding shows."""
    digest = hashlib.sha256()
    digest.update("\x1f".join([sheet.ledger.code, *(column.key for column in sheet.columns)]).encode() + b"\x1e")
    exact = [column.figure.exact for column in sheet.columns]
    eye = Eye(sheet)
    total = None
    for line in sheet.lines():
        if line.kind == ROW:
            cells = ["\x00" if value is None else show(value) for show, value in zip(exact, line.values, strict=True)]
            digest.update("\x1f".join(cells).encode("utf-8", "surrogatepass") + b"\x1e")
        elif line.kind == GROUP:
            digest.update(f"\x1d{line.level}{line.label}\x1e".encode())
        else:
            total = line
        eye.see(line)
    assert total is not None
    return _Reading(total, digest.hexdigest(), eye.surprised)


class Eye:
    """Adds printed (rounded) money as a reader would, and notices where it misses the printed sum."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.places = [i for i in sheet._summed if sheet.columns[i].figure is figures.MONEY_WAN]
        self.seen: list[dict[int, int]] = [dict.fromkeys(self.places, 0) for _ in range(len(sheet.ledger.groups) + 1)]
        self.surprised = False

    def see(self, line: Line) -> None:
        if line.kind == ROW:
            for i in self.places:
                value = line.values[i]
                if value is not None and value.fen:
                    cents = rounded(value)
                    for sums in self.seen:
                        sums[i] += cents
        elif line.kind in (SUBTOTAL, TOTAL):
            level = line.level + 1 if line.kind == SUBTOTAL else 0
            self.surprised |= any(rounded(line.values[i]) != self.seen[level][i] for i in self.places)
            self.seen[level] = dict.fromkeys(self.places, 0)


def rounded(amount: Money) -> int:
    """Hundredths of 万元 as printed, half up."""
    cents = (abs(amount.fen) + 5_000) // 10_000
    return cents if amount.fen >= 0 else -cents


class _Adder:
    """Sums of the added columns, exact: Money in 分, whole numbers, decimals."""

    def __init__(self, places: Sequence[tuple[int, Any]]) -> None:
        self.places = [place for place, _ in places]
        self.count = 0
        self.sums = [zero for _, zero in places]

    def add(self, values: tuple[Any, ...]) -> None:
        self.count += 1
        sums = self.sums
        for k, i in enumerate(self.places):
            value = values[i]
            if value is not None:
                sums[k] = sums[k] + value

    def line(self, width: int) -> tuple[Any, ...]:
        line: list[Any] = [None] * width
        for k, i in enumerate(self.places):
            line[i] = self.sums[k]
        return tuple(line)


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
