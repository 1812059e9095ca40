"""Fonts in a print are cut to the drawn glyphs, draw the same as before, and a font that cannot be cut so is left to WeasyPrint."""

from __future__ import annotations

import io
import struct
import subprocess
from pathlib import Path

import pypdf
import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from weasyprint.pdf.fonts import Font

from fundsys.reports.press import cutting, engine

PAGE = (
    "<!doctype html><html lang=zh-CN><style>@page{size:A5;margin:9mm}p{font:400 11pt 'Noto Serif CJK SC'}"
    "b{font:700 9pt 'Noto Sans CJK SC'}</style><p>陇县衔接资金（万元）：1,234.50　“关山牧场”、𬇙<p><b>䶮塬墕 Aa-01</b>"
)


def pictures(data: bytes, folder: Path) -> bytes:
    """The printed page as gray pixels."""
    (folder / "page.pdf").write_bytes(data)
    command = ["pdftoppm", "-gray", "-r", "150", folder / "page.pdf"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def font_files(data: bytes) -> list[pypdf.generic.StreamObject]:
    """The embedded font files of a document."""
    whole = pypdf.PdfReader(io.BytesIO(data))
    objects = [whole.get_object(number) for number in range(1, int(whole.trailer["/Size"]))]
    described = [each for each in objects if isinstance(each, dict) and each.get("/Type") == "/FontDescriptor"]
    return [each.get("/FontFile3", each.get("/FontFile2")).get_object() for each in described]


def test_a_print_draws_the_same_as_with_whole_numbered_fonts_and_is_a_fraction_of_it(tmp_path):
    ours = engine.print_html(PAGE)
    theirs = weasyprint.HTML(string=PAGE).write_pdf()
    assert ours and pictures(ours, tmp_path) == pictures(theirs, tmp_path)
    assert [each["/Subtype"] for each in font_files(ours)] == ["/CIDFontType0C"] * 2
    assert len(ours) < len(theirs) / 5


def test_two_prints_of_the_same_page_hold_the_same_bytes():
    assert engine.print_html(PAGE) == engine.print_html(PAGE)


def a_font() -> Font:
    """The body font as WeasyPrint knows it."""
    return engine._typeface(*engine.STYLES["body"]).fonts[0][1]


def test_every_wanted_glyph_is_found_under_its_own_number_and_little_else():
    face = engine.chain("body").first
    glyphs = sorted({face.glyph(char)[0] for char in "陇县资金，。（）0123"})
    cut = cutting.bare_glyphs(a_font(), glyphs)
    assert cut and set(glyphs) <= cutting._numbers(cut)
    assert len(cutting._numbers(cut)) < 3 * len(glyphs)


@pytest.mark.parametrize("glyph", [65_535, 70_000])
def test_a_glyph_the_font_does_not_have_is_left_to_weasyprint(glyph):
    assert cutting.bare_glyphs(a_font(), [1, glyph]) is None


def a_table(top: bytes, charset: bytes = b"\x02\x00\x01\x00\x02", glyphs: int = 4) -> bytes:
    """A CFF table with this top dictionary; {c} and {g} in it become the places of charset and glyphs."""
    body = top.replace(b"CC", struct.pack(">BH", 28, 60)).replace(b"GG", struct.pack(">BH", 28, 80))
    head = b"\1\0\4\1" + b"\0\1\1\1\2N" + b"\0\1\1\1" + bytes([len(body) + 1]) + body
    return head.ljust(60, b"\0") + charset.ljust(20, b"\0") + struct.pack(">H", glyphs)


NUMBERED = b"\x8b\x8b\x8b\x0c\x1e"  # 0 0 0 ROS
PLACES = b"CC\x0fGG\x11"


def test_the_numbers_of_a_font_are_read_in_each_of_the_three_layouts():
    assert cutting._numbers(a_table(NUMBERED + PLACES)) == {0, 1, 2, 3}
    assert cutting._numbers(a_table(NUMBERED + PLACES, b"\x01\x00\x05\x02")) == {0, 5, 6, 7}
    assert cutting._numbers(a_table(NUMBERED + PLACES, b"\x00\x00\x09\x00\x08\x00\x02")) == {0, 9, 8, 2}


def test_a_font_numbers_itself_only_when_each_number_is_the_place_of_its_glyph():
    for charset in (b"\x02\x00\x01\x00\x02", b"\x00\x00\x01\x00\x02\x00\x03", b"\x01\x00\x01\x01\x00\x03\x00"):
        assert cutting._in_place(cutting._runs(a_table(NUMBERED + PLACES, charset)), 4)
    swapped = a_table(NUMBERED + PLACES, b"\x00\x00\x01\x00\x03\x00\x02")
    assert cutting._numbers(swapped) == {0, 1, 2, 3} and not cutting._in_place(cutting._runs(swapped), 4)
    assert not cutting._in_place(cutting._runs(a_table(NUMBERED + PLACES)), 5)
    assert not cutting._in_place(cutting._runs(a_table(PLACES)), 1)


def test_a_font_whose_glyphs_have_names_is_not_taken_for_a_numbered_one():
    assert cutting._numbers(a_table(PLACES)) == set()


def test_a_real_number_before_an_operator_does_not_shift_what_follows():
    assert cutting._numbers(a_table(NUMBERED + b"\x1e\x0a\x14\x05\x41\xc3\xff\x05" + PLACES)) == {0, 1, 2, 3}


@given(st.binary(max_size=300))
def test_a_broken_table_has_no_numbers_and_stops_no_print(data):
    assert cutting._numbers(data) <= set(range(65_536 * 2))


def test_a_table_with_any_one_byte_wrong_stops_no_print():
    whole = a_table(NUMBERED + PLACES)
    for place in range(len(whole)):
        for byte in range(256):
            cutting._numbers(whole[:place] + bytes([byte]) + whole[place + 1 :])
