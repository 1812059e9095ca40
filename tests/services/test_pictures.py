"""Photos tell when they were taken; where they were taken is left out, and the picture stays as it was."""

from __future__ import annotations

import random
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from fundsys.services.acts import SHANGHAI
from fundsys.services.pictures import taken_at, without_place

TAKEN = datetime(2024, 10, 8, 9, 15, 30, tzinfo=SHANGHAI)
FORMATS = ("JPEG", "PNG", "WEBP")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>34,53.5N</exif:GPSLatitude></x:xmpmeta>'


def photo(kind: str, latitude: int = 34, taken: str = "2024:10:08 09:15:30", turned: int = 6) -> bytes:
    """A picture with the time it was taken, how it is turned and where, as a phone writes it."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (latitude, 53, 30), 3: "E", 4: (106, 51, 20)})
    out = BytesIO()
    drawn = Image.new("RGB", (64, 48), (120, 30, latitude))
    told = {} if kind == "PNG" else {"xmp": XMP}
    drawn.save(out, kind, exif=exif, **told)
    return out.getvalue()


def place_of(content: bytes) -> dict[int, object]:
    """What a reader of photos finds of the place."""
    with Image.open(BytesIO(content)) as picture:
        return dict(picture.getexif().get_ifd(0x8825))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_place_goes_and_the_picture_stays(kind: str) -> None:
    whole = photo(kind)
    bare = without_place(whole)
    assert place_of(whole)[2] == (34, 53, 30), "control: the place is there to be found"
    assert place_of(bare) == {}
    assert b"GPSLatitude" not in bare
    with Image.open(BytesIO(whole)) as before, Image.open(BytesIO(bare)) as after:
        assert ImageChops.difference(before, after).getbbox() is None
    assert without_place(bare) == bare


def test_a_jpeg_keeps_when_it_was_taken_and_how_it_is_turned() -> None:
    bare = without_place(photo("JPEG"))
    assert taken_at(bare) == TAKEN
    with Image.open(BytesIO(bare)) as picture:
        assert picture.getexif()[0x0112] == 6


@pytest.mark.parametrize("kind", FORMATS)
def test_the_camera_says_when(kind: str) -> None:
    assert taken_at(photo(kind)) == TAKEN
    assert taken_at(photo(kind, taken="0000:00:00 00:00:00")) is None


def test_what_is_no_photo_says_nothing_and_stays() -> None:
    for content in (b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"):
        assert taken_at(content) is None
        assert without_place(content) == content


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cut_or_garbled_photo_is_taken_without_a_fault(kind: str) -> None:
    whole, chance = photo(kind), random.Random(kind)
    for _ in range(150):
        garbled = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(chance.randrange(4)):
            if garbled:
                garbled[chance.randrange(len(garbled))] = chance.randrange(256)
        without_place(bytes(garbled))
        taken_at(bytes(garbled))
