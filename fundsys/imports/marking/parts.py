"""The parts of an xlsx while a few of them are written anew: what is not touched is copied as it lies."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from fundsys.domain.errors import DomainError

from ..guard import BULK_LIMITS, MIB, check_package, part_chunks

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS, TYPES = f"{_PACKAGE}/relationships", f"{_PACKAGE}/content-types"
SMALL = 24 * MIB
"""A part of which a tree is made may be this large; sheets are passed through piece by piece."""
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
Rewrite = Callable[[Iterator[bytes]], Iterator[bytes]]


class NotMarkable(DomainError):
    """A workbook that cannot be marked where it stands."""


def as_bytes(root: etree._Element) -> bytes:
    """A part as it is written."""
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return told


class Parts:
    """One workbook, read by part; `save` writes it with what was changed, added and dropped."""

    def __init__(self, path: Path) -> None:
        self.package = zipfile.ZipFile(path)
        check_package(self.package, BULK_LIMITS)
        self.names = set(self.package.namelist())
        self.trees: dict[str, etree._Element] = {}
        self.as_read: dict[str, bytes] = {}
        self.texts: dict[str, bytes] = {}
        self.rewritten: dict[str, Rewrite] = {}
        self.dropped: set[str] = set()
        self.workbook = next(
            (target for kind, target in self.links("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )
        if etree.QName(self.tree(self.workbook)).namespace != MAIN:
            raise NotMarkable("这个文件用的是“严格 Open XML”格式，请用 Excel 另存为普通的 .xlsx 再导入")

    def close(self) -> None:
        """Let the file go."""
        self.package.close()

    def text(self, part: str) -> bytes:
        """A part as it stands now."""
        if part in self.trees:
            return as_bytes(self.trees[part])
        if part not in self.texts:
            if part not in self.names or self.package.getinfo(part).file_size > SMALL:
                raise NotMarkable(f"文件内的“{part}”缺失或太大，不能在原表上标注")
            self.texts[part] = b"".join(part_chunks(self.package, part))
        return self.texts[part]

    def tree(self, part: str) -> etree._Element:
        """A part as a tree; what is changed in it is written."""
        if part not in self.trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            try:
                self.trees[part] = etree.fromstring(self.text(part), parser)
            except etree.XMLSyntaxError as wrong:
                raise NotMarkable(f"文件内的“{part}”已损坏，不能在原表上标注") from wrong
            self.as_read[part] = as_bytes(self.trees[part])
        return self.trees[part]

    def chunks(self, part: str) -> Iterator[bytes]:
        """A sheet piece by piece, as it lies in the file."""
        return part_chunks(self.package, part)

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return (part in self.names or part in self.texts or part in self.trees) and part not in self.dropped

    # ---------- relations and types ----------

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part by id: kind and the part they lead to; what lies outside is left out."""
        name = _links_part(part)
        if not self.has(name):
            return {}
        found, folder = {}, posixpath.dirname(part)
        for link in self.tree(name).iterfind("{*}Relationship"):
            if link.get("TargetMode") != "External":
                target = str(link.get("Target", ""))
                whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = str(link.get("Type", "")).rsplit("/", 1)[-1]
                found[str(link.get("Id"))] = (kind, posixpath.normpath(whole))
        return found

    def linked(self, part: str, kind: str) -> str | None:
        """The part of this kind that a part leads to."""
        return next((target for one, target in self.links(part).values() if one == kind), None)

    def link(self, part: str, kind: str, target: str) -> str:
        """A new relation from one part to another. Returns its id."""
        name = _links_part(part)
        if not self.has(name):
            self.trees[name] = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})
            self.dropped.discard(name)
        root = self.tree(name)
        taken = {link.get("Id") for link in root}
        number = next(f"rId{n}" for n in range(len(taken) + 1, 100_000) if f"rId{n}" not in taken)
        made = etree.SubElement(root, f"{{{RELATIONS}}}Relationship")
        made.set("Id", number)
        made.set("Type", f"{LINKS}/{kind}")
        made.set("Target", f"/{target}")
        return number

    def add(self, begin: str, end: str, told: bytes | etree._Element, kind: str) -> str:
        """A new part with the first free number in its name. kind: its content type."""
        part = next(f"{begin}{n}{end}" for n in range(1, 100_000) if not self.has(f"{begin}{n}{end}"))
        if isinstance(told, bytes):
            self.texts[part] = told
        else:
            self.trees[part] = told
        self.dropped.discard(part)
        types = self.tree("[Content_Types].xml")
        if end == ".vml":
            if all(str(one.get("Extension", "")).lower() != "vml" for one in types.iterfind("{*}Default")):
                types.insert(0, etree.Element(f"{{{TYPES}}}Default", Extension="vml", ContentType=kind))
        else:
            etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=kind)
        return part

    def drop(self, part: str, owner: str) -> None:
        """Leave a part out, with the relation that leads to it."""
        ids = {number for number, (_, target) in self.links(owner).items() if target == part}
        self.dropped |= {part, _links_part(part)}
        for name, test in ((_links_part(owner), "Id"), ("[Content_Types].xml", "PartName")):
            for one in list(self.tree(name)):
                if one.get(test) in (ids if test == "Id" else {f"/{part}"}):
                    one.getparent().remove(one)

    # ---------- writing ----------

    def save(self, target: Path) -> None:
        """Write the workbook: the parts of before in their order, the new ones behind them."""
        written = {part: as_bytes(root) for part, root in self.trees.items()}
        changed = {part: text for part, text in written.items() if self.as_read.get(part) != text}
        new = [part for part in (*changed, *self.texts) if part not in self.names and part not in self.dropped]
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
            for entry in self.package.infolist():
                if entry.filename in self.dropped:
                    continue
                told = zipfile.ZipInfo(entry.filename, entry.date_time)
                told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
                pieces = self._pieces(entry.filename, changed)
                with made.open(told, "w", force_zip64=entry.file_size > 1 << 30) as out:
                    for piece in pieces:
                        out.write(piece)
            for part in dict.fromkeys(new):
                made.writestr(part, changed[part] if part in changed else self.texts[part])

    def _pieces(self, part: str, changed: dict[str, bytes]) -> Iterator[bytes]:
        if part in changed:
            yield changed[part]
        elif part in self.texts:
            yield self.texts[part]
        elif part in self.rewritten:
            yield from self.rewritten[part](self.chunks(part))
        else:
            yield from self.chunks(part)


def _links_part(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
