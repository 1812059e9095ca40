"""Reading our own PDFs back: the text of each page in the order in which it was drawn."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pypdf

_SHOWN = re.compile(rb"/([A-Za-z]+) [\d.]+ Tf|<([0-9a-fA-F]+)>|\(((?:[^\\()]|\\.)*)\)Tj", re.S)
_ESCAPE = re.compile(rb"\\(.)", re.S)
_MEANT = {b"r": b"\r", b"n": b"\n"}
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")


def page_texts(path: Path) -> list[str]:
    """The text of each page, without any white space."""
    with open(path, "rb") as file:
        reader = pypdf.PdfReader(file)
        return [_page_text(page) for page in reader.pages]


def _page_text(page: pypdf.PageObject) -> str:
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    contents = page.get_contents()
    if contents is None:
        return ""
    glyphs: dict[int, str] = {}
    text: list[str] = []
    for name, digits, string in _SHOWN.findall(contents.get_data()):
        if name:
            glyphs = _to_unicode(fonts[f"/{name.decode()}"]["/ToUnicode"].get_data())
            continue
        shown = bytes.fromhex(digits.decode()) if digits else _ESCAPE.sub(lambda m: _MEANT.get(m[1], m[1]), string)
        text.extend(glyphs.get(shown[k] * 256 + shown[k + 1], "\ufffd") for k in range(0, len(shown) - 1, 2))
    return "".join("".join(text).split())


@lru_cache(maxsize=16)
def _to_unicode(data: bytes) -> dict[int, str]:
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _MAPPED.findall(data)}


def fonts_of(path: Path) -> set[str]:
    """Names of the embedded fonts without the subset's prefix; a font that is not embedded is named with a leading !"""
    names = set()
    with open(path, "rb") as file:
        for page in pypdf.PdfReader(file).pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                descriptor = inner["/FontDescriptor"].get_object()
                embedded = "/FontFile3" in descriptor or "/FontFile2" in descriptor
                names.add(("" if embedded else "!") + str(inner["/BaseFont"]).rpartition("+")[2])
    return names
