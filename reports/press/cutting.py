"""Fonts cut down to the glyphs of one print: a bare CFF table of those glyphs alone, where the font numbers its glyphs itself.

WeasyPrint keeps the place of every glyph of the whole font: the 65,535 of a Chinese font cost 32 ms and 140 kB a font and
print, for three hundred drawn. A font that carries the numbers of its glyphs (CID-keyed CFF, such as Noto CJK) needs no
empty places: 7 ms. Any other font is cut as WeasyPrint does it. Private parts used: Font, and HarfBuzz through its ffi.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from weasyprint.pdf.fonts import Font
from weasyprint.text import ffi as text_ffi

_CFF = b"CFF "
_OPENTYPE, _BARE = "/OpenType", "/CIDFontType0C"
_CHARSET, _GLYPHS, _NUMBERED = 15, 17, 1230


class CutFont(Font):
    """A WeasyPrint font that is embedded as its bare glyphs where that draws the same."""

    bare = False

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Replace the font file by what the document needs of it."""
        cut = None if self.missing or not to_unicode else bare_glyphs(self, sorted(to_unicode))
        if cut is None:
            super().clean(to_unicode, hinting)
        else:
            self.file_content, self.bare = cut, True

    @property
    def type(self) -> str:
        """The font's kind: otf where glyphs are CFF."""
        return "otf" if self.bare else super().type


def say_bare(_: Any, pdf: Any) -> None:
    """The finishing touch of a document: fonts cut to a bare CFF table say so instead of calling themselves OpenType."""
    for part in pdf.objects:
        extra = getattr(part, "extra", None)
        if extra and extra.get("Subtype") == _OPENTYPE and not part.stream[0].startswith(b"OTTO"):
            extra["Subtype"] = _BARE


def bare_glyphs(font: Font, glyphs: Sequence[int]) -> bytes | None:
    """The CFF table of these glyphs (ascending); None when it would not find each of them under its own number."""
    if not text_ffi.harfbuzz_subset or "fvar" in font.tables or not _numbers_itself(font.name, font.hb_face):
        return None
    cut = _cut(font.hb_face, glyphs)
    return cut if cut and _numbers(cut).issuperset(glyphs) else None


_known: dict[bytes, bool] = {}


def _numbers_itself(name: bytes, face: Any) -> bool:
    """Whether every glyph of the whole font is numbered by its place, as PDF asks for glyphs; looked up once a font."""
    if name not in _known:
        count = text_ffi.harfbuzz.hb_face_get_glyph_count(face)
        with _table(face, _CFF) as cff:
            _known[name] = _in_place(_runs(cff), count)
    return _known[name]


def table(face: Any, tag: bytes) -> bytes:
    """A table of a font by its four letters; empty when the font has none."""
    with _table(face, tag) as found:
        return bytes(found)


@contextmanager
def _table(face: Any, tag: bytes) -> Iterator[Any]:
    """The bytes of a table where they stand: the megabytes of a whole font are not copied."""
    hb, ffi = text_ffi.harfbuzz, text_ffi.ffi
    blob = hb.hb_face_reference_table(face, hb.hb_tag_from_string(tag, -1))
    try:
        with ffi.new("unsigned int *") as length:
            data = hb.hb_blob_get_data(blob, length)
            yield b"" if data == ffi.NULL else ffi.buffer(data, int(length[0]))
    finally:
        hb.hb_blob_destroy(blob)


def _cut(face: Any, glyphs: Sequence[int]) -> bytes:
    hb, cutter, ffi = text_ffi.harfbuzz, text_ffi.harfbuzz_subset, text_ffi.ffi
    order = ffi.gc(cutter.hb_subset_input_create_or_fail(), cutter.hb_subset_input_destroy)

    def fill(wanted: Any, numbers: Sequence[int]) -> None:
        hb.hb_set_add_sorted_array(wanted, ffi.new("hb_codepoint_t[]", list(numbers)), len(numbers))

    fill(cutter.hb_subset_input_glyph_set(order), glyphs)
    count = ffi.new("unsigned int *", 100)
    tags = ffi.new("hb_tag_t[100]")
    hb.hb_face_get_table_tags(face, 0, count, tags)
    needed = {hb.hb_tag_from_string(tag, -1) for tag in (_CFF, b"head", b"maxp")}
    left_out = sorted(set(tags[0 : count[0]]) - needed)
    fill(cutter.hb_subset_input_set(order, cutter.HB_SUBSET_SETS_DROP_TABLE_TAG), left_out)
    flags = cutter.HB_SUBSET_FLAGS_DESUBROUTINIZE | cutter.HB_SUBSET_FLAGS_NO_HINTING
    cutter.hb_subset_input_set_flags(order, flags)
    small = cutter.hb_subset_or_fail(face, order)
    if small == ffi.NULL:
        return b""
    try:
        return table(small, _CFF)
    finally:
        hb.hb_face_destroy(small)


# --- the numbers inside a CFF table: Adobe Technical Note 5176 -----------------------------------------------------


def _numbers(cff: Any) -> set[int]:
    """The numbers the glyphs of a CFF table are found under; empty when they have names, or cannot be read."""
    runs = _runs(cff)
    return {0}.union(*runs) if runs else set()


def _runs(cff: Any) -> list[range]:
    """The same but for the first glyph, in the order of the glyphs and in runs."""
    try:
        _, names_end = _index(cff, cff[2:3][0])
        (top, *_), _ = _index(cff, names_end)
        facts = dict(_operators(cff[top.start : top.stop]))
        if _NUMBERED not in facts or facts.get(_CHARSET, 0) <= 2:
            return []
        return list(_charset(cff, facts[_CHARSET], struct.unpack_from(">H", cff, facts[_GLYPHS])[0] - 1))
    except (ValueError, LookupError, OverflowError, struct.error):
        return []


def _in_place(runs: Sequence[range], count: int) -> bool:
    """Whether the number of each of so many glyphs is its place: every run begins where the one before it ended."""
    ends = [1, *(run.stop for run in runs)]
    return bool(runs) and [run.start for run in runs] == ends[:-1] and ends[-1] == count


def _charset(cff: Any, at: int, left: int) -> Iterator[range]:
    """The runs of numbers of a charset, for `left` glyphs."""
    step = (">H", ">HB", ">HH")[cff[at : at + 1][0]]
    at += 1
    while left > 0:
        first, *more = struct.unpack_from(step, cff, at)
        run = range(first, first + sum(more) + 1)[:left]
        yield run
        left -= len(run)
        at += struct.calcsize(step)


def _index(cff: Any, at: int) -> tuple[list[range], int]:
    """Where the items of an INDEX stand, and where it ends."""
    count = struct.unpack_from(">H", cff, at)[0]
    if not count:
        return [], at + 2
    size = cff[at + 2 : at + 3][0]
    offsets = [int.from_bytes(cff[at + 3 + k * size : at + 3 + (k + 1) * size], "big") for k in range(count + 1)]
    base = at + 2 + (count + 1) * size
    return [range(base + a, base + b) for a, b in zip(offsets, offsets[1:], strict=False)], base + offsets[-1]


def _operators(data: bytes) -> Iterator[tuple[int, int]]:
    """Each operator of a DICT with the last whole number before it; 12 x is counted as 1200 + x."""
    at, last = 0, 0
    while at < len(data):
        byte = data[at]
        at += 1
        if byte == 12:
            yield 1200 + data[at], last
            at += 1
        elif byte <= 21:
            yield byte, last
        elif byte in (28, 29):
            size = 2 if byte == 28 else 4
            last = int.from_bytes(data[at : at + size], "big", signed=True)
            at += size
        elif byte == 30:
            while data[at] & 15 != 15 and data[at] >> 4 != 15:
                at += 1
            at += 1
        elif byte < 247:
            last = byte - 139
        else:
            last = (byte - 247) * 256 + data[at] + 108 if byte < 251 else -(byte - 251) * 256 - data[at] - 108
            at += 1
