"""What a photo says of itself: when it was taken, and where; the place is left out unless its owner agreed to it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from io import BytesIO

from PIL import Image

_ZONE = timezone(timedelta(hours=8))
_ORIENTATION, _CHANGED, _INNER, _TAKEN = 0x0112, 0x0132, 0x8769, 0x9003
_UNREADABLE = (
    OSError, SyntaxError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises at pictures that are cut off or lie about themselves."""
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_JPEG_WORDS = frozenset({0xE1, 0xED, 0xFE})
"""Segments that may tell a place: Exif and XMP, IPTC, comments."""
_PNG_WORDS = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt"})
_WEBP_WORDS = frozenset({b"EXIF", b"XMP "})
_WEBP_TELLS = 0x08 | 0x04
"""The flags of a WebP that say it has EXIF and XMP."""


def taken_at(content: bytes) -> datetime | None:
    """When the camera says the picture was taken, in the office's zone; None where it does not say."""
    exif = _exif(content)
    if exif is None:
        return None
    for told in (_inner(exif).get(_TAKEN), exif.get(_CHANGED)):
        try:
            return datetime.strptime(str(told)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=_ZONE)
        except ValueError:
            continue
    return None


def without_place(content: bytes) -> bytes:
    """The same picture without what its file says beside it; a JPEG keeps how it is turned and when it was taken.

    Nothing of the picture itself is encoded anew. What is no JPEG, PNG or WebP stays as it is.
    """
    if content.startswith(_JPEG):
        return _JPEG + _told_of(content) + b"".join(_jpeg_parts(content))
    if content.startswith(_PNG):
        return _PNG + b"".join(_png_parts(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        body = b"WEBP" + b"".join(_webp_parts(content))
        return b"RIFF" + struct.pack("<I", len(body)) + body
    return content


def _exif(content: bytes) -> Image.Exif | None:
    try:
        with Image.open(BytesIO(content)) as picture:
            return picture.getexif()
    except _UNREADABLE:
        return None


def _inner(exif: Image.Exif) -> dict[int, object]:
    try:
        return dict(exif.get_ifd(_INNER))
    except _UNREADABLE:
        return {}


def _told_of(content: bytes) -> bytes:
    """A segment with the turn and the time of a JPEG; empty when it tells neither."""
    exif, day = _exif(content), taken_at(content)
    turned = exif.get(_ORIENTATION) if exif is not None else None
    kept = Image.Exif()
    if isinstance(turned, int) and 1 < turned <= 8:
        kept[_ORIENTATION] = turned
    if day is not None:
        kept[_CHANGED] = day.strftime("%Y:%m:%d %H:%M:%S")
    told = kept.tobytes() if len(kept) else b""
    return b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told if told else b""


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """The segments that are kept, and from the picture's own on, or where no segment stands, all the rest."""
    at = len(_JPEG)
    while at + 4 <= len(content) and content[at] == 0xFF:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xDA or end < at + 4:
            break
        if content[at + 1] not in _JPEG_WORDS:
            yield content[at:end]
        at = end
    yield content[at:]


def _png_parts(content: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in _PNG_WORDS:
            yield content[at:end]
        at = end
    yield content[at:]


def _webp_parts(content: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        name, part = content[at : at + 4], content[at:end]
        if name == b"VP8X" and len(part) > 8:
            part = part[:8] + bytes([part[8] & ~_WEBP_TELLS]) + part[9:]
        if name not in _WEBP_WORDS:
            yield part
        at = end
    yield content[at:]
