"""Where the shapes of a chart lie. Pure geometry: the macros of parts/charts.html draw it, as attributes and never as styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from fundsys.domain.money import Money

Value = Money | int | Fraction

# The fills of tokens.css, written out because a chart also stands on paper; a test keeps the two the same.
FILLS = {"good": "#357c5b", "info": "#4179a6", "warn": "#c08422", "bad": "#bf4a3b", "plain": "#868d95"}
LEVEL_FILLS = {"central": "#1b4f7a", "province": "#4f86b0", "city": "#93b6d0", "county": "#c6d8e5"}
_INK_ON = {"warn", "city", "county"}
_NO_TEXT_ON = {"plain"}
GAP = 1.5
HAN = 13.0


def size_of(value: Value) -> Fraction:
    """A value as an exact number, never below zero: a bar has no negative length."""
    return max(Fraction(0), Fraction(value.fen if isinstance(value, Money) else value))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar. tone: a tone, or a level (central, province, city, county); url: the rows behind it."""

    label: str
    value: Value
    shown: str
    tone: str = "info"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a name, its parts, the figure at its end, a word at the right margin."""

    label: str
    parts: tuple[Part, ...]
    shown: str
    url: str = ""
    note: str = ""

    @property
    def size(self) -> Fraction:
        """The length of all parts together."""
        return sum((size_of(part.value) for part in self.parts), Fraction(0))


def bar(label: str, value: Value, shown: str, tone: str = "info", url: str = "", note: str = "") -> Bar:
    """A row of one part."""
    return Bar(label, (Part(label, value, shown, tone, url),), shown, url, note)


def nameless(parts: Sequence[Part]) -> Bar:
    """A row without words, for a bar inside a table cell."""
    return Bar("", tuple(parts), "")


def fill_of(tone: str) -> str:
    """The color of a tone or a level."""
    return LEVEL_FILLS.get(tone) or FILLS[tone]


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn rectangle. said: what pointing and screen readers tell; text: written inside when there is room."""

    x: str
    y: str
    width: str
    height: str
    fill: str
    said: str
    url: str = ""
    text: str = ""
    text_x: str = ""
    on_dark: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A drawn row: where its words stand and its boxes."""

    label: str
    text_y: str
    boxes: tuple[Box, ...]
    shown: str
    shown_x: str
    url: str = ""
    note: str = ""
    dots: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stacks:
    """A chart of rows of bars, ready to draw."""

    width: int
    height: int
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str, str], ...] = ()


def _at(number: float | Fraction) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _text_width(text: str) -> float:
    return sum(HAN if ord(letter) > 0x2E80 else HAN * 0.58 for letter in text)


def stacks(
    rows: Sequence[Bar], width: int = 640, full: bool = False, thick: int = 26, step: int = 44, inside: bool = False
) -> Stacks:
    """Horizontal bars of one or more parts.

    full: every bar has the whole length and its parts are shares; inside: the share is written in parts that have room.
    """
    left = max((_text_width(row.label) for row in rows), default=0) + 12
    right = (
        12
        + max((_text_width(row.shown) for row in rows), default=0)
        + max((_text_width(row.note) + 24 for row in rows if row.note), default=0)
    )
    room = max(width - left - right, 40)
    longest = max((row.size for row in rows), default=Fraction(0)) or Fraction(1)
    drawn = []
    for place, row in enumerate(rows):
        y = 8 + place * step
        whole = (row.size or Fraction(1)) if full else longest
        boxes, x = _boxes(row, left, y, room, whole, thick, inside)
        dots = (_at(x + 20 + _text_width(row.shown)), _at(width - _text_width(row.note) - 8)) if row.note else None
        if dots and float(dots[0]) >= float(dots[1]):
            dots = None
        drawn.append(Row(row.label, _at(y + thick / 2 + 4.5), boxes, row.shown, _at(x + 9), row.url, row.note, dots))
    legend: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        for part in row.parts:
            legend.setdefault(part.label, (part.label, fill_of(part.tone), ""))
    return Stacks(width, max(8 + len(rows) * step - (step - thick) + 8, 8), tuple(drawn), tuple(legend.values()))


def _boxes(
    row: Bar, left: float, y: float, room: float, whole: Fraction, thick: int, inside: bool
) -> tuple[tuple[Box, ...], float]:
    boxes, x = [], left
    for part in row.parts:
        length = float(size_of(part.value) / whole) * room
        if length <= 0:
            continue
        shown_width = max(length - GAP, 1.0)
        share = f"{float(size_of(part.value) / (row.size or Fraction(1))) * 100:.0f}%"
        text = share if inside and part.tone not in _NO_TEXT_ON and shown_width > _text_width(share) + 6 else ""
        said = f"{row.label}，{part.label} {part.shown}" if part.label != row.label else f"{row.label} {part.shown}"
        boxes.append(
            Box(
                _at(x),
                _at(y),
                _at(shown_width),
                str(thick),
                fill_of(part.tone),
                said,
                part.url,
                text,
                _at(x + shown_width / 2),
                part.tone not in _INK_ON,
            )
        )
        x += length
    return tuple(boxes), x


def bars(rows: Sequence[Bar], width: int = 640) -> Stacks:
    """Horizontal bars of one part each, low and close."""
    return stacks(rows, width=width, thick=14, step=26)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line. value None: nothing known yet; shown: the figure in words; tone "bad" marks it red."""

    label: str
    value: Value | None
    shown: str = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A drawn point."""

    x: str
    y: str
    said: str
    url: str
    fill: str
    last: bool
    label_x: str
    shown: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart, ready to draw."""

    width: int
    height: int
    path: str
    area: str
    plan: str
    plan_at: tuple[str, str] | None
    spots: tuple[Spot, ...]
    ticks: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]
    limit_y: str = ""
    limit_text: str = ""
    band: tuple[str, str] | None = None
    left: int = 44
    right: int = 0
    base: str = ""
    end: tuple[str, str, str] | None = field(default=None)


def line(
    points: Sequence[Point],
    plan: Sequence[Point] = (),
    limit: Value | None = None,
    limit_text: str = "",
    above: bool = True,
    width: int = 520,
    height: int = 214,
    ticks: Sequence[tuple[Value, str]] = (),
    zero: bool = True,
) -> Line:
    """A line over time. plan: a dashed line; limit: the border, with the allowed side tinted (above or below it).

    ticks: values and words of the scale; zero: the scale starts at nothing (else around what is shown). Axis labels are those of
    the longer of the two lines.
    """
    axis = plan if len(plan) > len(points) else points
    known = [size_of(p.value) for p in (*points, *plan) if p.value is not None] + [size_of(value) for value, _ in ticks]
    known += [size_of(limit)] if limit is not None else []
    low = Fraction(0) if zero or not known else min(known)
    high = max(known, default=Fraction(1))
    span = (high - low) or Fraction(1)
    left, right, top, base = 44, width - 78, 16, height - 24
    step = (right - left) / max(len(axis) - 1, 1)

    def y(value: Value) -> float:
        return base - float((size_of(value) - low) / span) * (base - top)

    def path(line_points: Sequence[Point]) -> list[tuple[float, float]]:
        return [(left + i * step, y(p.value)) for i, p in enumerate(line_points) if p.value is not None]

    real, planned = path(points), path(plan)
    spots = _spots(points, left, step, y)
    cut = max(1, -(-len(axis) // 12))
    limit_y = y(limit) if limit is not None else None
    return Line(
        width=width,
        height=height,
        path=_joined(real),
        area=f"{_joined(real)} L{_at(real[-1][0])},{_at(base)} L{_at(real[0][0])},{_at(base)}Z"
        if real and limit is None
        else "",
        plan=_joined(planned),
        plan_at=(_at(planned[-1][0] + 6), _at(planned[-1][1] + 4)) if planned else None,
        spots=spots,
        ticks=tuple((_at(y(value)), text) for value, text in ticks),
        labels=tuple((_at(left + i * step), p.label) for i, p in enumerate(axis) if i % cut == 0),
        limit_y=_at(limit_y) if limit_y is not None else "",
        limit_text=limit_text,
        band=None
        if limit_y is None
        else ((_at(top), _at(limit_y - top)) if above else (_at(limit_y), _at(base - limit_y))),
        left=left,
        right=right,
        base=_at(base),
        end=(_at(real[-1][0] + 9), _at(real[-1][1] + 4 if not planned else real[-1][1] + 16), spots[-1].shown)
        if real
        else None,
    )


def _joined(places: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{_at(x)},{_at(y)}" for x, y in places) if places else ""


def _spots(points: Sequence[Point], left: float, step: float, y: object) -> tuple[Spot, ...]:
    known = [(i, p) for i, p in enumerate(points) if p.value is not None]
    return tuple(
        Spot(
            _at(left + i * step),
            _at(y(p.value)),  # type: ignore[operator]
            f"{p.label} {p.shown}",
            p.url,
            FILLS["bad"] if p.tone == "bad" else "#1b4f7a",
            place == len(known) - 1,
            _at(left + i * step),
            p.shown,
        )
        for place, (i, p) in enumerate(known)
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """One place money stands at: a source, a project kind, paid or not."""

    key: str
    label: str
    value: Value
    shown: str
    tone: str = "info"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """Money on its way from one stop to a stop of the next column."""

    origin: str
    goal: str
    value: Value
    shown: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A drawn stream."""

    path: str
    fill: str
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Linked columns, ready to draw."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    words: tuple[tuple[str, str, str, str, str], ...]
    bands: tuple[Band, ...]
    heads: tuple[tuple[str, str, str], ...]


def flow(
    columns: Sequence[Sequence[Stop]],
    streams: Sequence[Stream],
    heads: Sequence[str] = (),
    width: int = 760,
    height: int = 300,
) -> Flow:
    """Columns of stops linked by streams as wide as their money. Stops of a column stand below one another."""
    top, space, thick, margin = (24 if heads else 6), 14, 14, 128
    most = max(
        (sum((size_of(s.value) for s in column), Fraction(0)) for column in columns), default=Fraction(1)
    ) or Fraction(1)
    deepest = max((len(column) for column in columns), default=1)
    scale = (height - top - 6 - space * (deepest - 1)) / float(most)
    step = (width - margin - thick) / max(len(columns) - 1, 1)
    boxes: list[Box] = []
    words: list[tuple[str, str, str, str, str]] = []
    place: dict[str, tuple[float, float, str]] = {}
    for number, column in enumerate(columns):
        x, y = number * step, float(top)
        for stop in column:
            tall = max(float(size_of(stop.value)) * scale, 1.5)
            boxes.append(
                Box(_at(x), _at(y), str(thick), _at(tall), fill_of(stop.tone), f"{stop.label} {stop.shown}", stop.url)
            )
            words.append((_at(x + thick + 6), _at(y + min(tall / 2, 14) + 1), stop.label, stop.shown, stop.url))
            place[stop.key] = (x, y, fill_of(stop.tone))
            y += max(tall, 28.0) + space if tall < 28 else tall + space
    bands = _bands(streams, place, scale, thick, {s.key: s.label for column in columns for s in column})
    tall_page = max([height, *(int(float(box.y) + float(box.height)) + 8 for box in boxes)])
    return Flow(
        width,
        tall_page,
        tuple(boxes),
        tuple(words),
        bands,
        tuple((_at(i * step), "12", word) for i, word in enumerate(heads)),
    )


def _bands(
    streams: Sequence[Stream],
    place: dict[str, tuple[float, float, str]],
    scale: float,
    thick: int,
    names: dict[str, str],
) -> tuple[Band, ...]:
    gone: dict[str, float] = {}
    came: dict[str, float] = {}
    bands = []
    for stream in streams:
        wide = max(float(size_of(stream.value)) * scale, 0.8)
        x1, y1, fill = place[stream.origin]
        x2, y2, _ = place[stream.goal]
        a, b = y1 + gone.get(stream.origin, 0.0), y2 + came.get(stream.goal, 0.0)
        gone[stream.origin], came[stream.goal] = gone.get(stream.origin, 0.0) + wide, came.get(stream.goal, 0.0) + wide
        x1, middle = x1 + thick, (x1 + thick + x2) / 2
        path = (
            f"M{_at(x1)},{_at(a)} C{_at(middle)},{_at(a)} {_at(middle)},{_at(b)} {_at(x2)},{_at(b)} V{_at(b + wide)} "
            f"C{_at(middle)},{_at(b + wide)} {_at(middle)},{_at(a + wide)} {_at(x1)},{_at(a + wide)}Z"
        )
        bands.append(Band(path, fill, f"{names[stream.origin]} → {names[stream.goal]} {stream.shown}", stream.url))
    return tuple(bands)
