"""Photos tell when they were taken; where they were taken is wiped out, and the picture stays as it was."""

from __future__ import annotations

import struct
from datetime import datetime

from fundsys.services.acts import SHANGHAI
from fundsys.services.pictures import taken_at, without_place


def jpeg(order: str = "<", taken: bytes = b"2024:10:08 09:15:30\0", latitude: int = 34) -> bytes:
    """A photo with the time it was taken and where, as a phone writes it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    first, exif, gps, values = 8, 8 + 2 + 24 + 4, 8 + 2 + 24 + 4 + 2 + 12 + 4, 8 + 2 + 24 + 4 + 2 + 12 + 4 + 2 + 24 + 4
    entry = order + "HHII"
    body = mark + struct.pack(order + "I", first)
    body += struct.pack(order + "H", 2) + struct.pack(entry, 0x8769, 4, 1, exif)
    body += struct.pack(entry, 0x8825, 4, 1, gps) + bytes(4)
    body += struct.pack(order + "H", 1) + struct.pack(entry, 0x9003, 2, 20, values) + bytes(4)
    body += struct.pack(order + "H", 2) + struct.pack(entry, 0x0002, 5, 3, values + 20)
    body += struct.pack(entry, 0x0001, 2, 2, 0x4E) + bytes(4)
    body += taken + struct.pack(order + "6I", latitude, 1, 53, 1, 3719, 100)
    segment = b"Exif\0\0" + body
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + b"\xff\xda\0\x02picture\xff\xd9"


def test_the_place_goes_and_everything_else_stays() -> None:
    for order in "<>":
        with_place, elsewhere = jpeg(order), jpeg(order, latitude=36)
        assert without_place(with_place) == without_place(elsewhere), "nothing of the latitude is left"
        assert with_place != elsewhere
        assert len(without_place(with_place)) == len(with_place)
        assert without_place(with_place).endswith(b"picture\xff\xd9")
        assert struct.pack(order + "I", 3719) not in without_place(with_place)


def test_the_camera_says_when() -> None:
    assert taken_at(jpeg()) == datetime(2024, 10, 8, 9, 15, 30, tzinfo=SHANGHAI)
    assert taken_at(without_place(jpeg(">"))) == datetime(2024, 10, 8, 9, 15, 30, tzinfo=SHANGHAI)
    assert taken_at(jpeg(taken=b"0000:00:00 00:00:00\0")) is None
    assert taken_at(b"\x89PNG\r\n\x1a\n") is None


def test_a_cut_or_odd_photo_is_left_alone() -> None:
    whole = jpeg()
    for length in range(len(whole)):
        cut = whole[:length]
        assert len(without_place(cut)) == length
        taken_at(cut)
