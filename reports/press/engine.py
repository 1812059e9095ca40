"""The one print function of the whole system; this module and cutting.py alone touch WeasyPrint's private parts.

Nothing is ever fetched while printing: images arrive inside the document or not at all. What is used here beyond the
promised interface (Document.pages, Document.fonts, Page.paint, the boxes of a page, Stream.stream, Font) is tried by
probe() at start; when the probe fails, registers are printed as ordinary HTML tables by the same print function.
"""

from __future__ import annotations

import copy
import html as markup
import os
import threading
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import weasyprint
from weasyprint.document import Document, Page
from weasyprint.pdf import fonts as weasyprint_fonts
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text import ffi as text_ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from fundsys.collector import paused
from fundsys.domain.errors import Unavailable

from . import cutting
from .faces import Chain, Face
from .sizes import HEAD_SIZE, LEADING, POINT

DEFLATE_LEVEL = 3
PX = 96 / 25.4  # CSS pixels in a millimeter
MARKER = "#010203"
_MARKER_OPERATOR = b"0.003922 0.007843 0.011765 rg"
_SAMPLE = "陇县资产0"
_OWN_IMAGES = ("data:image/png;base64,", "data:image/jpeg;base64,")

SERIF = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang", "Noto Serif CJK SC", "Noto Sans CJK SC")
SANS = ("Microsoft YaHei", "SimHei", "Noto Sans CJK SC", "Noto Serif CJK SC")
TITLE = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "STZhongsong", "Noto Serif CJK SC")
NEEDED = "Noto Serif CJK SC"


class RefusingFetcher(URLFetcher):
    """Refuses every address. Pictures written into the document itself by the program are not fetched but decoded."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        for start in _OWN_IMAGES:
            if url.startswith(start):
                kind = start[5:].partition(";")[0]
                return URLFetcherResponse(url, b64decode(url[len(start) :]), {"Content-Type": kind})
        self.refused.append(url[:200])
        raise ValueError("nothing is fetched while printing")


class Aside(NamedTuple):
    """A piece of text that is not painted glyph by glyph but set by WeasyPrint. Millimeters and points."""

    text: str
    x: float
    baseline: float
    size: float
    bold: bool


class Heading(NamedTuple):
    """The lines of a table heading, laid out by WeasyPrint, centered on this point. Millimeters."""

    lines: tuple[str, ...]
    x: float
    y: float


Piece = bytes | Aside | Heading


@dataclass(frozen=True)
class Painting:
    """Rows to be painted onto laid-out template pages.

    count: pages of the document. template: page index → index of the template page under it.
    paint: page index → pieces in the order of the text: content stream (bytes, millimeters from the top left corner),
    Asides and Headings. headings: lines of all headings that will come.
    asides: all texts set by WeasyPrint, known from the plan. glyphs: (style, face number) → {glyph: (character, advance)}
    filled by paint.
    """

    count: int
    template: Callable[[int], int]
    paint: Callable[[int], Sequence[Piece]]
    asides: Sequence[Aside]
    headings: Sequence[tuple[str, ...]]
    glyphs: dict[tuple[str, int], dict[int, tuple[str, int]]]


class _Type(NamedTuple):
    """A style of the chain: the faces for planning, and the WeasyPrint fonts that will be embedded."""

    chain: Chain
    fonts: tuple[tuple[int, Font], ...]


_ONE_AT_A_TIME = threading.RLock()
"""Pango and the collector belong to the process: two threads of one process must not lay out at once."""


@cache
def _configuration() -> FontConfiguration:
    return FontConfiguration()


class _FontCatcher(Stream):
    """A stream that is thrown away; only the fonts drawn into it are wanted."""

    def __init__(self, fonts: dict[int, Font]) -> None:
        super().__init__(fonts, (0, 0, 100, 100), {"ExtGState": {}, "ColorSpace": None}, {}, None, {}, None)


@lru_cache(maxsize=16)
def _parsed(css: str) -> weasyprint.CSS:
    return weasyprint.CSS(string=css, url_fetcher=RefusingFetcher(), font_config=_configuration())


def _lay_out(html: str, css: str = "") -> Document:
    sheets = [_parsed(css)] if css else []
    source = weasyprint.HTML(string=html, url_fetcher=RefusingFetcher())
    return source.render(font_config=_configuration(), stylesheets=sheets)


def _each_alone(document: Document) -> Iterator[Page]:
    """The one page of a document, again and again, each time with the next of its paragraphs alone on it."""
    (page,) = document.pages
    body = page._page_box.children[0].children[0]
    for paragraph in body.children:
        body.children = [paragraph]
        yield page


def _drawn_fonts(wanted: Sequence[tuple[str, int]]) -> list[dict[int, Font]]:
    """The fonts Pango takes for each family and weight. They do not copy the font file when HarfBuzz cuts the subsets itself."""
    style = "@page{size:90mm 200mm;margin:0}p{margin:0;white-space:nowrap}"
    words = "".join(f"<p style=\"font:{weight} 10pt '{family}'\">{_SAMPLE}" for family, weight in wanted)
    drawn: list[dict[int, Font]] = []
    with _ONE_AT_A_TIME:
        document = _lay_out(f"<html lang=zh-CN><style>{style}</style>{words}")
        whole = weasyprint_fonts.get_hb_object_data
        if text_ffi.harfbuzz_subset:
            weasyprint_fonts.get_hb_object_data = _first_bytes
        try:
            for page in _each_alone(document):
                drawn.append({})
                page.paint(_FontCatcher(drawn[-1]))
        finally:
            weasyprint_fonts.get_hb_object_data = whole
    return drawn


def _first_bytes(face: Any, *_: Any) -> bytes:
    """What tells the kind of a font file, instead of all its megabytes."""
    blob = text_ffi.harfbuzz.hb_face_reference_blob(face)
    with text_ffi.ffi.new("unsigned int *") as length:
        data = text_ffi.harfbuzz.hb_blob_get_data(blob, length)
        found: bytes = b"" if data == text_ffi.ffi.NULL else text_ffi.ffi.unpack(data, min(4, int(length[0])))
    text_ffi.harfbuzz.hb_blob_destroy(blob)
    return found


@cache
def _typeface(families: tuple[str, ...], weight: int) -> _Type:
    """The faces of these families that are installed. Raises Unavailable when none of them has Chinese."""
    found = [_installed()[family, weight] for family in families if (family, weight) in _installed()]
    chain = Chain([face for _, _, face in found]) if found else None
    if chain is None or any(chain.place(char) is None for char in _SAMPLE):
        raise Unavailable("系统缺少中文字体，不能打印。请管理员安装字体包 fonts-noto-cjk 后再试。")
    return _Type(chain, tuple((key, font) for key, font, _ in found))


@cache
def _installed() -> dict[tuple[str, int], tuple[int, Font, Face]]:
    """The families of all styles, in their weights, that Pango knows by this very name; stand-ins for unknown names are left out."""
    wanted = list(dict.fromkeys((family, weight) for families, weight in STYLES.values() for family in families))
    found = {}
    for one, drawn in zip(wanted, _drawn_fonts(wanted), strict=True):
        key, font = next(iter(drawn.items()), (0, None))
        if font is not None and len(drawn) == 1 and font.family == one[0] and font.upem > 0:
            found[one] = key, font, _face(font)
    return found


def _fresh(font: Font) -> Font:
    mine = copy.copy(font)
    mine.widths, mine.to_unicode, mine.missing = {}, {}, {}
    return mine


def _face(font: Font) -> Face:
    hhea = cutting.table(font.hb_face, b"hhea")
    long_metrics = int.from_bytes(hhea[34:36], "big")
    cmap, hmtx = cutting.table(font.hb_face, b"cmap"), cutting.table(font.hb_face, b"hmtx")
    return Face(font.family, cmap, hmtx, long_metrics, font.upem, font.ascent, font.descent)


STYLES: dict[str, tuple[tuple[str, ...], int]] = {
    "body": (SERIF, 400),
    "strong": (SERIF, 700),
    "head": (SANS, 700),
}


def chain(style: str) -> Chain:
    """The faces of a style (body, strong, head). Raises Unavailable without a Chinese font."""
    return _typeface(*STYLES[style]).chain


def font_names(style: str) -> tuple[str, ...]:
    """Resource names of the faces of a style, as used in content streams."""
    return tuple(font.hash for _, font in _typeface(*STYLES[style]).fonts)


def css_families(style: str) -> str:
    """The installed families of a style for a stylesheet, so that table and painting use the same faces."""
    return ",".join(f"'{face.name}'" for face in chain(style).faces)


def print_html(html: str, target: Path | None = None, painting: Painting | None = None, css: str = "") -> bytes | None:
    """Lay out a document and write it as PDF: the only way anything gets onto paper.

    target: the finished file appears there whole or not at all; None returns the bytes. painting: rows to be painted
    over the laid-out pages. css: a stylesheet many documents share, parsed once. Raises Unavailable when the Chinese font is missing or a font cannot be embedded.
    """
    with _ONE_AT_A_TIME, paused():
        types = {style: _typeface(*faces) for style, faces in STYLES.items()}
        document = _lay_out(html, css)
        for one in types.values():
            for key, font in one.fonts:
                document.fonts.setdefault(key, _fresh(font))
        if painting is not None:
            _put_rows(document, painting, types)
        else:
            document.pages[-1] = _LastPage(document.pages[-1], document)
        options = {"pdf_version": "1.7", "cache": {}, "finisher": cutting.say_bare}
        if target is None:
            data: bytes = document.write_pdf(**options)
            _embedded(document)
            return data
        unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            document.write_pdf(unfinished, **options)
            _embedded(document)
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    return None


def _embedded(document: Document) -> None:
    if any(len(font.file_content) < 100 and not font.bitmap for font in document.fonts.values()):
        raise Unavailable("字体不能嵌入，没有打印。请管理员检查 libharfbuzz-subset0 后再试。")


def _ready_fonts(document: Document) -> None:
    """When everything is drawn: fonts nobody used are dropped, the others will be cut to what was used."""
    for key, font in list(document.fonts.items()):
        if not font.to_unicode and not font.missing:
            del document.fonts[key]
        elif type(font) is Font:
            font.__class__ = cutting.CutFont


class _LastPage(Page):
    """The last page of an ordinary document; fonts nobody used are dropped after it."""

    def __init__(self, page: Page, document: Document) -> None:
        self.__dict__.update(page.__dict__)
        self._document = document

    def paint(self, stream: Stream, scale: float = 1) -> None:
        super().paint(stream, scale)
        _ready_fonts(self._document)


class _Rows:
    """What the painted pages of one document share."""

    def __init__(self, document: Document, painting: Painting, types: dict[str, _Type]) -> None:
        self.document = document
        self.painting = painting
        self.types = types
        self.templates = list(document.pages)
        self.recorded: dict[int, tuple[list[Any], list[Any]]] = {}
        self.headings = _drawn_headings(painting.headings, types)
        self.placed: dict[Heading, bytes] = {}
        self.asides = _set_asides(painting.asides)

    def record(self, number: int, stream: Stream, scale: float) -> tuple[list[Any], list[Any]]:
        """The operators of a template page before and after the place where the rows go."""
        start = len(stream.stream)
        self.templates[number].paint(stream, scale)
        drawn = stream.stream[start:]
        del stream.stream[start:]
        begin, end = _marked(drawn)
        return drawn[:begin], drawn[end:]

    def draw_heading(self, heading: Heading, stream: Stream) -> None:
        """Draw a heading that was laid out before; where it stood on an earlier page, as it was drawn there."""
        stream._resources["ExtGState"].update(self.headings[heading.lines].states)
        if heading not in self.placed:
            begin = len(stream.stream)
            self._place(heading, stream)
            self.placed[heading] = _joined(stream.stream[begin:])
            del stream.stream[begin:]
        stream.stream.append(self.placed[heading])

    def _place(self, heading: Heading, stream: Stream) -> None:
        """Draw a heading for the first time in this document, and take over the glyphs it needs."""
        drawn = self.headings[heading.lines]
        for key, font, to_unicode, widths in drawn.fonts:
            mine = self.document.fonts.setdefault(key, _fresh(font))
            mine.to_unicode.update(to_unicode)
            mine.widths.update(widths)
        middle = len(heading.lines) * HEAD_SIZE * LEADING * POINT / 2
        with stream.stacked():
            stream.transform(e=(heading.x - _HEADING_PAGE / 2) * PX, f=(heading.y - middle) * PX)
            stream.stream.extend(drawn.operators)

    def finish(self) -> None:
        """Tell the fonts which glyphs the painted rows used."""
        for (style, number), glyphs in self.painting.glyphs.items():
            font = self.document.fonts[self.types[style].fonts[number][0]]
            for glyph, (char, advance) in glyphs.items():
                font.to_unicode.setdefault(glyph, char)
                font.widths.setdefault(glyph, advance)
        _ready_fonts(self.document)


def _marked(drawn: list[Any]) -> tuple[int, int]:
    """Where the marker's box is drawn: the operators [begin, end) of it, which the rows replace."""
    plain = [item if isinstance(item, bytes) else str(item).encode("latin-1", "replace") for item in drawn]
    fill = plain.index(_MARKER_OPERATOR)
    begin = _last(plain, b"q", fill)
    while plain[begin - 1] == b"n" and plain[begin - 2] in (b"W", b"W*") and plain[begin - 4] == b"q":
        begin -= 4
    depth = 0
    for end in range(begin, len(plain)):
        depth += (plain[end] == b"q") - (plain[end] == b"Q")
        if depth == 0:
            return begin, end + 1
    raise RuntimeError("the place for the rows does not end")


def _last(plain: list[bytes], wanted: bytes, before: int) -> int:
    for k in range(before - 1, -1, -1):
        if plain[k] == wanted:
            return k
    raise RuntimeError("the place for the rows was not found on the laid-out page")


class _PaintedPage(Page):
    """A copy of a template page with its own rows."""

    def __init__(self, rows: _Rows, number: int) -> None:
        kind = rows.painting.template(number)
        self.__dict__.update(rows.templates[kind].__dict__)
        self._rows, self._number, self._kind = rows, number, kind

    def paint(self, stream: Stream, scale: float = 1) -> None:
        rows = self._rows
        if self._kind not in rows.recorded:
            rows.recorded[self._kind] = rows.record(self._kind, stream, scale)
        before, after = rows.recorded[self._kind]
        stream.stream.extend(before)
        for piece in rows.painting.paint(self._number):
            if isinstance(piece, bytes):
                stream.stream.append(piece)
            elif isinstance(piece, Heading):
                rows.draw_heading(piece, stream)
            else:
                _draw_aside(stream, piece, rows.asides)
        stream.stream.extend(after)
        _deflate(stream)
        if self._number == rows.painting.count - 1:
            rows.finish()


def _deflate(stream: Stream) -> None:
    """Compress a finished page now, at the level that pays."""
    stream.stream[:] = [zlib.compress(_joined(stream.stream), DEFLATE_LEVEL)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


def _joined(operators: Sequence[Any]) -> bytes:
    return b"\n".join(item if isinstance(item, bytes) else str(item).encode("ascii") for item in operators)


def _put_rows(document: Document, painting: Painting, types: dict[str, _Type]) -> None:
    rows = _Rows(document, painting, types)
    document.pages = [_PaintedPage(rows, number) for number in range(painting.count)]


_HEADING_PAGE = 400.0


class _Drawn(NamedTuple):
    """A heading's operators, the glyphs they use (font key, font, characters, advances) and graphic states."""

    operators: list[Any]
    fonts: tuple[tuple[int, Font, dict[int, str], dict[int, int]], ...]
    states: dict[str, Any]


_headings: dict[tuple[str, ...], _Drawn] = {}  # headings of ledgers are few and stay the same while a worker lives


def _drawn_headings(wanted: Sequence[tuple[str, ...]], types: dict[str, _Type]) -> dict[tuple[str, ...], _Drawn]:
    """Each heading as operators; those not seen before are laid out on one page, one over the other, and drawn one by one."""
    new = [lines for lines in dict.fromkeys(wanted) if lines not in _headings]
    if new:
        css = (
            f"@page{{size:{_HEADING_PAGE}mm 40mm;margin:0}}body{{margin:0}}p{{margin:0;height:0;white-space:pre;text-align:center;"
            f"font:700 {HEAD_SIZE}pt/{HEAD_SIZE * POINT * LEADING:.4f}mm {css_families('head')}}}"
        )
        paragraphs = "".join(f"<p>{'<br>'.join(map(markup.escape, lines))}</p>" for lines in new)
        document = _lay_out(f"<!doctype html><html lang=zh-CN><style>{css}</style><body>{paragraphs}")
        for lines, page in zip(new, _each_alone(document), strict=True):
            _headings[lines] = _drawn(page, types)
    return {lines: _headings[lines] for lines in wanted}


def _drawn(page: Page, types: dict[str, _Type]) -> _Drawn:
    fonts = {key: _fresh(font) for one in types.values() for key, font in one.fonts}
    stream = _FontCatcher(fonts)
    page.paint(stream)
    used = tuple((key, font, font.to_unicode, font.widths) for key, font in fonts.items() if font.to_unicode)
    return _Drawn(list(stream.stream), used, stream._resources["ExtGState"])


_ASIDE_LINE = 2.0  # line height of a text set aside, in its own size


def _set_asides(asides: Sequence[Aside]) -> dict[tuple[str, bool], Page]:
    """Each distinct text that cannot be painted, laid out alone at 10 points on a page of its own."""
    wanted = list(dict.fromkeys((aside.text, aside.bold) for aside in asides))
    if not wanted:
        return {}
    css = (
        "@page{size:2000mm 10mm;margin:0}body{margin:0}"
        f"p{{margin:0;white-space:pre;font:400 10pt/{_ASIDE_LINE} {css_families('body')};break-after:page;direction:ltr;unicode-bidi:isolate}}"
        f"p.b{{font-weight:700}}p:last-child{{break-after:auto}}"
    )
    paragraphs = "".join(f"<p{' class=b' if bold else ''}>{markup.escape(text)}</p>" for text, bold in wanted)
    document = _lay_out(f"<!doctype html><html lang=zh-CN><style>{css}</style><body>{paragraphs}")
    if len(document.pages) != len(wanted):
        raise RuntimeError("texts set aside did not fit one to a page")
    return dict(zip(wanted, document.pages, strict=True))


def _draw_aside(stream: Stream, aside: Aside, pages: dict[tuple[str, bool], Page]) -> None:
    page = pages[aside.text, aside.bold]
    ten = 10 * 96 / 72
    face = chain("strong" if aside.bold else "body").first
    baseline = ten * _ASIDE_LINE / 2 + ten * (face.ascent + face.descent) / 2000
    factor = aside.size / 10
    with stream.stacked():
        stream.transform(a=factor, d=factor, e=aside.x * PX, f=aside.baseline * PX - baseline * factor)
        page.paint(stream)


@cache
def problems() -> tuple[str, ...]:
    """What would spoil printing on this machine, as sentences for the health page; empty when all is well."""
    found = []
    try:
        for style in STYLES:
            chain(style)
    except Unavailable as missing:
        found.append(missing.message)
    if not text_ffi.harfbuzz_subset:
        found.append("缺少 libharfbuzz-subset0，打印会慢几秒。请管理员安装后重新启动。")
    if not probe():
        found.append("快速打印不可用，台账改用普通表格打印，较慢但内容相同。")
    return tuple(found)


@cache
def probe() -> bool:
    """Whether painting onto WeasyPrint's pages works here: two pages are painted and looked into."""
    try:
        return _painted_probe()
    except Exception:
        return False


def _painted_probe() -> bool:
    face, name = chain("body").first, font_names("body")[0]
    glyph, advance = face.glyph("陇") or (0, 0)
    used: dict[tuple[str, int], dict[int, tuple[str, int]]] = {("body", 0): {glyph: ("陇", advance)}}
    piece = b"q 3.779528 0 0 3.779528 0 0 cm BT /%s 3 Tf 1 0 0 -1 20 20 Tm <%04x> Tj ET Q" % (name.encode(), glyph)
    seen: list[int] = []

    def paint(number: int) -> list[bytes]:
        seen.append(number)
        return [piece]

    html = f"<html lang=zh-CN><style>@page{{size:A4}}i{{display:inline-block;width:9mm;height:9mm;background:{MARKER}}}</style><p>县<i></i>"
    data = print_html(html, None, Painting(2, lambda number: 0, paint, (), (("资产",),), used))
    return (
        data is not None
        and data.startswith(b"%PDF")
        and seen == [0, 1]
        and (b"/FontFile" in data or b"/ObjStm" in data)
    )
