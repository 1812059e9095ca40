"""Other styles for a few cells of a sheet, byte by byte: the sheet streams by, and only the tags of those cells change."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ..grid import address, column_number
from .parts import LINKS, NotMarkable

_TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_STYLE = re.compile(rb"(\s)s\s*=\s*(\"[^\"]*\"|'[^']*')")
_SPANS = re.compile(rb"\sspans\s*=\s*(\"[^\"]*\"|'[^']*')")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AFTER_NOTES = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems"),
    *("tableParts", "extLst"),
}
Place = tuple[int, int]
Restyle = Callable[[Place, int], int]
"""The style a cell shall have, by its place (row, column) and the style it has."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes [begin, end) of a part give way to others."""

    begin: int
    end: int
    text: bytes


@dataclass
class Scanned:
    """What was found in a sheet: the edits to make, the relation to its notes' shapes, where a new one would stand."""

    edits: list[Edit] = field(default_factory=list)
    shapes: str | None = None
    shapes_at: int | None = None
    prefix: bytes = b""
    placed: set[Place] = field(default_factory=set)

    def point_to_shapes(self, link: str) -> None:
        """Let the sheet show the notes of this relation. Raises NotMarkable."""
        if self.shapes_at is None:
            raise NotMarkable("工作表不完整，不能在原表上标注")
        told = f'legacyDrawing xmlns:fsr="{LINKS}" fsr:id="{link}"/>'.encode()
        self.edits.append(Edit(self.shapes_at, self.shapes_at, b"<" + self.prefix + told))


class _Scanner:
    """Follows a sheet's tags and notes what to change. seen: styles that are to be looked at wherever they are."""

    def __init__(self, wanted: Iterable[Place], seen: set[int], restyle: Restyle) -> None:
        self.restyle, self.seen = restyle, seen
        self.by_row: dict[int, list[int]] = {}
        for row, column in sorted(set(wanted)):
            self.by_row.setdefault(row, []).append(column)
        self.found = Scanned()
        self.columns: list[tuple[int, int, int]] = []
        self.path: list[str] = []
        self.row = self.column = 0
        self.row_style: int | None = None
        self.row_begin, self.row_spans = -1, False
        self.missing: list[int] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.window, self.base = b"", 0

    def read(self, chunks: Iterable[bytes]) -> Scanned:
        """Read a sheet to its end. Raises NotMarkable."""
        before = b""
        try:
            for chunk in chunks:
                self.window = before + chunk
                self.parser.Parse(chunk, False)
                self.base += len(self.window) - len(chunk)
                before = chunk
            self.window = before
            self.parser.Parse(b"", True)
        except expat.ExpatError as wrong:
            raise NotMarkable("工作表的内容不完整，不能在原表上标注") from wrong
        return self.found

    def _tag(self, begin: int) -> bytes:
        found = _TAG.match(self.window, begin - self.base) if begin >= self.base else None
        if found is None:
            raise NotMarkable("工作表的写法特别，不能在原表上标注")
        return found[0]

    def _begin(self, name: str, told: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        self.path.append(local)
        if local == "c":
            self._cell(told, prefix)
        elif local == "row":
            self._row(told)
        elif local == "col" and "style" in told:
            self.columns.append((int(told.get("min", 1)), int(told.get("max", 1)), int(told["style"])))
        elif len(self.path) == 1:
            self.found.prefix = f"{prefix}:".encode() if prefix else b""
        elif len(self.path) == 2 and local == "legacyDrawing":
            self.found.shapes = next((value for key, value in told.items() if key.endswith(":id")), None)
        elif len(self.path) == 2 and local in _AFTER_NOTES and self.found.shapes_at is None and self.row:
            self.found.shapes_at = self.parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        local = self.path.pop()
        if local == "row" and self.missing:
            self._close_row()
        elif not self.path and self.found.shapes_at is None:
            self.found.shapes_at = self.parser.CurrentByteIndex

    def _row(self, told: dict[str, str]) -> None:
        self.row = int(told["r"]) if told.get("r", "").isdecimal() else self.row + 1
        self.column = 0
        self.missing = list(self.by_row.get(self.row, ()))
        style = told.get("s", "")
        self.row_style = int(style) if style.isdecimal() and told.get("customFormat") in ("1", "true") else None
        self.row_begin, self.row_spans = self.parser.CurrentByteIndex, "spans" in told

    def _cell(self, told: dict[str, str], prefix: str) -> None:
        found = _PLACE.fullmatch(told.get("r", ""))
        self.column = column_number(found[1]) if found else self.column + 1
        style = int(told["s"]) if told.get("s", "").isdecimal() else 0
        is_wanted = False
        if self.missing:
            begin = self.parser.CurrentByteIndex
            while self.missing and self.missing[0] < self.column:
                self._insert(begin, self.missing.pop(0))
            is_wanted = bool(self.missing) and self.missing[0] == self.column
            if is_wanted:
                self.missing.pop(0)
        if is_wanted or style in self.seen:
            place = (self.row, self.column)
            new = self.restyle(place, style)
            self.found.placed.add(place)
            if new != style:
                begin = self.parser.CurrentByteIndex
                tag = self._tag(begin)
                self.found.edits.append(Edit(begin, begin + len(tag), _with_style(tag, new)))

    def _insert(self, at: int, column: int) -> None:
        self.found.edits.append(Edit(at, at, self._new_cell(column)))

    def _new_cell(self, column: int) -> bytes:
        self._free_row()
        place = (self.row, column)
        standing = next((style for first, last, style in self.columns if first <= column <= last), 0)
        style = self.restyle(place, standing if self.row_style is None else self.row_style)
        self.found.placed.add(place)
        return b"<" + self.found.prefix + f'c r="{address(*place)}" s="{style}"/>'.encode()

    def _free_row(self) -> None:
        """The row's tag no longer says from which column to which its cells reach."""
        begin = self.row_begin
        if self.row_spans and begin >= self.base and self.parser.CurrentByteIndex != begin:
            tag = self._tag(begin)
            self.found.edits.append(Edit(begin, begin + len(tag), _SPANS.sub(b"", tag)))
        self.row_spans = False

    def _close_row(self) -> None:
        at = self.parser.CurrentByteIndex
        cells = b"".join(self._new_cell(column) for column in self.missing)
        self.missing = []
        if at != self.row_begin:
            self.found.edits.append(Edit(at, at, cells))
            return
        tag = self._tag(at)
        begun = _SPANS.sub(b"", tag).removesuffix(b"/>").rstrip() + b">"
        self.found.edits.append(Edit(at, at + len(tag), begun + cells + b"</" + self.found.prefix + b"row>"))


def _with_style(tag: bytes, style: int) -> bytes:
    told = f's="{style}"'.encode()
    if _STYLE.search(tag):
        return _STYLE.sub(lambda found: found[1] + told, tag, count=1)
    end = b"/>" if tag.endswith(b"/>") else b">"
    return tag.removesuffix(end).rstrip() + b" " + told + end


def scan(chunks: Callable[[], Iterator[bytes]], wanted: Collection[Place], seen: set[int], restyle: Restyle) -> Scanned:
    """Find what to change in a sheet: the wanted cells, made where they are missing, and those of the styles seen.

    Of a sheet that numbers its rows, only the rows that matter are looked into. chunks: the sheet from its beginning,
    each time it is asked for.
    """
    fewer = _Fewer({row for row, _ in wanted}, seen)
    try:
        found = _Scanner(wanted, seen, restyle).read(fewer.pieces(chunks()))
    except _Unnumbered:
        return _Scanner(wanted, seen, restyle).read(chunks())
    found.edits = [
        Edit(begin, begin + edit.end - edit.begin, edit.text)
        for edit, begin in ((edit, fewer.place(edit.begin)) for edit in found.edits)
    ]
    found.shapes_at = None if found.shapes_at is None else fewer.place(found.shapes_at)
    return found


class _Unnumbered(Exception):
    """A row that does not say its number: all of them must be counted."""


class _Fewer:
    """A sheet without the rows that do not matter; knows where in the sheet each byte that is left lies."""

    _ROW = re.compile(rb"<((?:\w+:)?)row\b([^<>]*)(?<!/)>(.*?)</\1row>|<(?:\w+:)?row\b[^<>]*/>", re.DOTALL)
    _NUMBER = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")

    def __init__(self, rows: set[int], seen: set[int]) -> None:
        self.rows = rows
        styles = b"|".join(str(style).encode() for style in sorted(seen))
        self.styled = re.compile(rb"\ss\s*=\s*[\"'](?:" + styles + rb")[\"']") if seen else None
        self.starts: list[int] = []
        self.lies: list[int] = []
        self.told = 0

    def pieces(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """What is left, piece by piece. Raises _Unnumbered."""
        held, base = b"", 0
        for chunk in chunks:
            held += chunk
            done = last = 0
            for found in self._ROW.finditer(held):
                last = found.end()
                if not self._matters(found):
                    yield from self._tell(held[done : found.start()], base + done)
                    done = last
            yield from self._tell(held[done:last], base + done)
            held, base = held[last:], base + last
        yield from self._tell(held, base)

    def _matters(self, found: re.Match[bytes]) -> bool:
        number = self._NUMBER.search(found[0][: found[0].find(b">")])
        if number is None:
            raise _Unnumbered
        return int(number[1]) in self.rows or (self.styled is not None and self.styled.search(found[0]) is not None)

    def _tell(self, text: bytes, lies: int) -> Iterator[bytes]:
        if text:
            self.starts.append(self.told)
            self.lies.append(lies)
            self.told += len(text)
            yield text

    def place(self, at: int) -> int:
        """Where in the sheet a byte of what is left lies."""
        piece = bisect_right(self.starts, at) - 1
        return self.lies[piece] + at - self.starts[piece]


def applied(chunks: Iterable[bytes], edits: list[Edit]) -> Iterator[bytes]:
    """The sheet with its edits; every other byte as it came."""
    waiting = sorted(edits, key=lambda edit: (edit.begin, edit.end))[::-1]
    held, base = b"", 0
    for chunk in chunks:
        held += chunk
        reach, done = base + len(held), 0
        while waiting and waiting[-1].end <= reach and waiting[-1].begin < reach:
            edit = waiting.pop()
            yield held[done : edit.begin - base]
            yield edit.text
            done = edit.end - base
        keep = min(len(held), waiting[-1].begin - base) if waiting and waiting[-1].begin < reach else len(held)
        yield held[done:keep]
        held, base = held[keep:], base + keep
    for edit in reversed(waiting):
        yield edit.text
    yield held


__all__ = ["Edit", "Place", "Scanned", "applied", "scan"]
