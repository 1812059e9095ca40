"""Advances of a font read from its own tables, and a chain of fonts for rare characters. Pure: bytes in, numbers out."""

from __future__ import annotations

import struct
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from sys import byteorder


class Face:
    """One font face: glyph number and advance (thousandths of the size) of each character it has."""

    def __init__(
        self, name: str, cmap: bytes, hmtx: bytes, long_metrics: int, upem: int, ascent: int, descent: int
    ) -> None:
        self.name = name
        self.ascent = ascent
        self.descent = descent
        self._upem = upem
        self._hmtx = _words(hmtx[: long_metrics * 4])[::2]
        self._starts, self._ends, self._first = _segments(cmap)
        self._known: dict[str, tuple[int, int] | None] = {}

    def glyph(self, char: str) -> tuple[int, int] | None:
        """(glyph, advance) of a character, None when the face does not have it."""
        try:
            return self._known[char]
        except KeyError:
            found = self._known[char] = self._look_up(ord(char))
            return found

    def _look_up(self, code: int) -> tuple[int, int] | None:
        k = bisect_right(self._starts, code) - 1
        if k < 0 or code > self._ends[k]:
            return None
        glyph = self._first[k] + code - self._starts[k]
        if glyph == 0:
            return None
        units = self._hmtx[min(glyph, len(self._hmtx) - 1)]
        return glyph, round(units * 1000 / self._upem)


def _words(data: bytes, code: str = "H") -> array[int]:
    words = array(code, data)
    if byteorder == "little":
        words.byteswap()
    return words


def _segments(cmap: bytes) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Start, end and first glyph of each run of characters, from the best Unicode subtable (format 12, else 4)."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    best: tuple[int, int] | None = None
    for k in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * k)
        layout = struct.unpack_from(">H", cmap, offset)[0]
        if layout in (4, 12) and (platform, encoding) in ((0, 3), (0, 4), (0, 6), (3, 1), (3, 10)):
            best = max(best or (0, 0), (layout, offset))
    if best is None:
        raise ValueError("the font has no Unicode character map")
    layout, offset = best
    if layout == 12:
        groups = struct.unpack_from(">L", cmap, offset + 12)[0]
        table = _words(cmap[offset + 16 : offset + 16 + 12 * groups], "I")
        return table[::3], table[1::3], table[2::3]
    return _short_segments(cmap, offset)


def _short_segments(cmap: bytes, offset: int) -> tuple[list[int], list[int], list[int]]:
    length, _, doubled = struct.unpack_from(">HHH", cmap, offset + 2)
    n = doubled // 2
    words = _words(cmap[offset + 14 : offset + length - length % 2])
    ends, starts, deltas, ranges = words[:n], words[n + 1 : 2 * n + 1], words[2 * n + 1 : 3 * n + 1], words[3 * n + 1 :]
    pieces: list[tuple[int, int, int]] = []
    for k in range(n):
        if starts[k] > ends[k] or starts[k] == 0xFFFF:
            continue
        if ranges[k] == 0 and (starts[k] + deltas[k]) % 65536 <= (ends[k] + deltas[k]) % 65536:
            pieces.append((starts[k], ends[k], (starts[k] + deltas[k]) % 65536))
            continue
        for code in range(starts[k], ends[k] + 1):
            place = k + ranges[k] // 2 + code - starts[k]
            glyph = code if ranges[k] == 0 else (ranges[place] if place < len(ranges) else 0)
            if glyph:
                pieces.append((code, code, (glyph + deltas[k]) % 65536))
    return [p[0] for p in pieces], [p[1] for p in pieces], [p[2] for p in pieces]


class Chain:
    """Faces tried in order, character by character."""

    def __init__(self, faces: Sequence[Face]) -> None:
        self.faces = tuple(faces)
        self._widths: dict[str, int] = {}
        self._simple: dict[str, bool] = {}

    @property
    def first(self) -> Face:
        return self.faces[0]

    def place(self, char: str) -> tuple[int, int, int] | None:
        """(number of the face, glyph, advance); None when no face has the character."""
        for number, face in enumerate(self.faces):
            found = face.glyph(char)
            if found is not None:
                return (number, *found)
        return None

    def width(self, text: str) -> int:
        """Advance of a text in thousandths of the size; a character nobody has counts as one em."""
        try:
            return sum(map(self._widths.__getitem__, text))
        except KeyError:
            for char in text:
                found = self.place(char)
                self._widths[char] = found[2] if found else 1000
            return self.width(text)

    def simple(self, char: str) -> bool:
        """Whether the character can be painted glyph by glyph: some face has it, and it neither joins nor turns."""
        known = self._simple.get(char)
        if known is None:
            turning = unicodedata.bidirectional(char) in ("R", "AL", "AN", "NSM")
            joining = (
                unicodedata.category(char)[0] == "M" or "\u0900" <= char <= "\u1aff" or "\u1100" <= char <= "\u11ff"
            )
            known = self._simple[char] = not turning and not joining and self.place(char) is not None
        return known

    def paintable(self, text: str) -> bool:
        """Whether the whole text can be painted glyph by glyph."""
        try:
            return all(map(self._simple.__getitem__, text))
        except KeyError:
            return all(map(self.simple, text))
