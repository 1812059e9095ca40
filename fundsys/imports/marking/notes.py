"""The comments of a sheet: ours put beside what others wrote, and ours alone taken out again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from ..grid import address, column_number
from .cells import Place, Scanned
from .parts import CONTENT_TYPE, MAIN, Parts

AUTHOR = "系统（导入检查）"
"""Who signs our comments. By the name they are known again."""
_BEGIN = f"{AUTHOR}："
_SHAPES = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE = re.compile(rb"<(?:\w+:)?shape\b(?:(?!</(?:\w+:)?shape>).)*</(?:\w+:)?shape>", re.DOTALL)
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_NEW_SHAPES = (
    f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'.encode()
)
_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
).encode()
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _named(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def plain(text: str) -> str:
    """A text without what no XML may hold, and with what looks like an escape of Excel's kept as it is."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", _UNSEEN.sub("", text))


class Notes:
    """The comments of one sheet part."""

    def __init__(self, parts: Parts, sheet: str) -> None:
        self.parts, self.sheet = parts, sheet
        self.part = parts.linked(sheet, "comments")
        self.root = parts.tree(self.part) if self.part else None

    def clear(self) -> None:
        """Take out what we said: whole comments of ours, and our words behind those of others."""
        if self.root is None:
            return
        authors = [author.text or "" for author in self.root.iterfind(".//{*}author")]
        gone: set[Place] = set()
        for comment in list(self.root.iterfind(".//{*}comment")):
            number = comment.get("authorId") or ""
            if number.isdecimal() and int(number) < len(authors) and authors[int(number)] == AUTHOR:
                gone.add(_place(str(comment.get("ref"))))
                comment.getparent().remove(comment)
            else:
                for run in list(comment.iterfind("{*}text/{*}r")):
                    if "".join(run.itertext()).lstrip().startswith(_BEGIN):
                        run.getparent().remove(run)
        if gone and (shapes := self._shapes_part(None)):
            self.parts.texts[shapes] = _SHAPE.sub(
                lambda found: b"" if _shape_place(found[0]) in gone else found[0], self.parts.text(shapes)
            )

    def put(self, said: Mapping[Place, str], scanned: Scanned) -> None:
        """Comment these cells."""
        if not said:
            return
        if self.root is None:
            self.root = etree.Element(_named("comments"), nsmap={None: MAIN})
            etree.SubElement(self.root, _named("authors"))
            etree.SubElement(self.root, _named("commentList"))
            self.part = self.parts.add("xl/comments", ".xml", self.root, CONTENT_TYPE.format("comments"))
            self.parts.link(self.sheet, "comments", self.part)
        authors, there = self.root.find(_named("authors")), self.root.find(_named("commentList"))
        assert authors is not None and there is not None
        by_place = {_place(str(one.get("ref"))): one for one in there}
        names = [one.text or "" for one in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, _named("author")).text = AUTHOR
            names.append(AUTHOR)
        new = []
        for place, text in sorted(said.items()):
            if (standing := by_place.get(place)) is None:
                comment = etree.SubElement(there, _named("comment"), ref=address(*place))
                comment.set("authorId", str(names.index(AUTHOR)))
                _run(etree.SubElement(comment, _named("text")), plain(text))
                new.append((place, text))
            elif not names[int(standing.get("authorId") or 0)].startswith("tc="):
                _append(standing, f"\n{_BEGIN}{plain(text)}")
        self._show(new, scanned)

    def _show(self, new: list[tuple[Place, str]], scanned: Scanned) -> None:
        part = self._shapes_part(scanned.shapes)
        if part is None:
            part = self.parts.add("xl/drawings/vmlDrawing", ".vml", _NEW_SHAPES, _SHAPES)
            scanned.point_to_shapes(self.parts.link(self.sheet, "vmlDrawing", part))
        text = self.parts.text(part)
        end = text.rindex(b"</")
        used = [int(n) for n in re.findall(rb"_x0000_s(\d{1,9})", text)]
        first = max(used, default=1024) + 1
        shapes = b"" if b"_x0000_t202" in text else _TYPE
        shapes += b"".join(_shape(first + n, place, told) for n, (place, told) in enumerate(new))
        self.parts.texts[part] = text[:end] + shapes + text[end:]

    def _shapes_part(self, link: str | None) -> str | None:
        links = self.parts.links(self.sheet)
        if link is not None and link in links:
            return links[link][1]
        return next((target for kind, target in links.values() if kind == "vmlDrawing"), None)


def _place(ref: str) -> Place:
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})", ref)
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def _shape_place(shape: bytes) -> Place | None:
    row, column = (re.search(rb"<x:" + word + rb">\s*(\d+)\s*</", shape) for word in (b"Row", b"Column"))
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def _run(parent: etree._Element, words: str) -> None:
    run = etree.SubElement(parent, _named("r"))
    told = etree.SubElement(run, _named("t"))
    told.text = words
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _append(comment: etree._Element, words: str) -> None:
    text = comment.find("{*}text")
    if text is None:
        text = etree.SubElement(comment, _named("text"))
    bare = text.find("{*}t")
    if bare is not None:  # a plain text beside runs would not be shown: it becomes the first run
        run = etree.Element(_named("r"))
        run.append(deepcopy(bare))
        text.replace(bare, run)
    _run(text, words)


def _shape(number: int, place: Place, text: str) -> bytes:
    row, column = place[0] - 1, place[1] - 1
    lines = 3 + min(len(text) // 16, 12)
    return (
        f'<v:shape {_SPACES} id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:60pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 12, {max(row - 1, 0)}, 6, {column + 4}, 12, {max(row - 1, 0) + lines}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()
