"""What a photo says of itself (EXIF): when it was taken, and where; the place is wiped out unless its owner agreed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

_ZONE = timezone(timedelta(hours=8))
_GPS, _EXIF, _TAKEN, _CHANGED = 0x8825, 0x8769, 0x9003, 0x0132
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}


def without_place(content: bytes) -> bytes:
    """The same picture with its GPS entries overwritten by zeros; anything that is no JPEG with EXIF stays as it is.

    XMP segments (which may repeat the place) are blanked too. The picture itself and its length do not change.
    """
    told = bytearray(content)
    for start, end in _segments(content):
        if content[start : start + 6] == b"Exif\0\0":
            _blank_gps(told, start + 6, end)
        elif content[start : start + 28] == b"http://ns.adobe.com/xap/1.0/":
            told[start + 29 : end] = b" " * (end - start - 29)
    return bytes(told)


def taken_at(content: bytes) -> datetime | None:
    """When the camera says the picture was taken, in the office's zone; None where it does not say."""
    for start, end in _segments(content):
        if content[start : start + 6] != b"Exif\0\0":
            continue
        tiff = start + 6
        entries = dict(_entries(content, tiff, end, None))
        inner = dict(_entries(content, tiff, end, _pointer(content, tiff, entries.get(_EXIF))))
        for entry in (inner.get(_TAKEN), entries.get(_CHANGED)):
            if entry is not None and (day := _moment(content, tiff, end, entry)):
                return day
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """(begin, end) of the contents of every APP1 segment of a JPEG."""
    if content[:2] != b"\xff\xd8":
        return
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] not in (0xDA, 0xD9):
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        end = min(at + 2 + size, len(content))
        if content[at + 1] == 0xE1:
            yield at + 4, end
        at += 2 + max(size, 2)


def _order(content: bytes, tiff: int) -> str | None:
    return {b"II": "<", b"MM": ">"}.get(bytes(content[tiff : tiff + 2]))


def _entries(content: bytes | bytearray, tiff: int, end: int, table: int | None) -> Iterator[tuple[int, int]]:
    """(tag, place of the entry) of a table of the TIFF block; table: its offset, None for the first."""
    order = _order(bytes(content[tiff : tiff + 2]), 0)
    if order is None or tiff + 8 > end:
        return
    if table is None:
        (table,) = struct.unpack_from(order + "I", content, tiff + 4)
    at = tiff + table
    if table < 8 or at + 2 > end:
        return
    (count,) = struct.unpack_from(order + "H", content, at)
    for number in range(min(count, 200)):
        entry = at + 2 + 12 * number
        if entry + 12 > end:
            return
        yield struct.unpack_from(order + "H", content, entry)[0], entry


def _pointer(content: bytes | bytearray, tiff: int, entry: int | None) -> int:
    """The offset an entry names; 0 for none."""
    order = _order(bytes(content[tiff : tiff + 2]), 0)
    return 0 if entry is None or order is None else int(struct.unpack_from(order + "I", content, entry + 8)[0])


def _blank_gps(told: bytearray, tiff: int, end: int) -> None:
    order = _order(bytes(told[tiff : tiff + 2]), 0)
    pointers = [entry for tag, entry in _entries(told, tiff, end, None) if tag == _GPS]
    for pointer in pointers:
        for _, entry in list(_entries(told, tiff, end, _pointer(told, tiff, pointer))):
            kind, count = struct.unpack_from(f"{order}HI", told, entry + 2)
            size = _SIZES.get(kind, 1) * min(count, 4096)
            if size > 4:
                value = tiff + int(struct.unpack_from(f"{order}I", told, entry + 8)[0])
                stop = min(value + size, end)
                told[value:stop] = bytes(max(0, stop - value))
            told[entry + 8 : entry + 12] = bytes(4)


def _moment(content: bytes, tiff: int, end: int, entry: int) -> datetime | None:
    begin = tiff + _pointer(content, tiff, entry)
    text = content[begin : min(begin + 19, end)].decode("ascii", "replace")
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=_ZONE)
    except ValueError:
        return None
