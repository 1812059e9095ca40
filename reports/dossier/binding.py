"""Binding a dossier: what follows the cover is laid out first, so that the list can name the pages."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject

from fundsys.domain.dates import show_day
from fundsys.queries.dossiers import DossierRow
from fundsys.reports.press import forms, pdf
from fundsys.reports.press.collected import settled
from fundsys.reports.sheet import Sheet

MOST_PAGES = 400
"""Pages bound behind the cover; what comes after stands in the list as “另附原件”."""
MOST_BYTES = 96 * 1024 * 1024
"""Bytes of all files bound; the same holds for what comes after."""
MOST_PIXELS = 60_000_000
SIDE = 1500
"""The longer side of a picture as bound, in pixels; the original stays in the system."""
PICTURES = ("image/jpeg", "image/png", "image/webp")
_ACTIVE = ("/AA", "/Annots", "/B", "/Metadata", "/PieceInfo")
"""What a page of a foreign PDF does not bring along: actions, links, forms, scripts."""
Where = Callable[[str], Path]


@dataclass
class Bound:
    """A paper with the pages its files take behind the cover. said: why a file is not bound."""

    row: DossierRow
    pages: list[Any] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    first: int = 0


def bind(sheet: Sheet, where: Where, target: Path) -> None:
    """Write the dossier: cover and list, then every picture and PDF in the order of the list, each paper with a bookmark."""
    papers = _laid_out(list(sheet.rows()), where)
    front = settled(lambda pages: _front(sheet, papers, pages))
    writer = PdfWriter()
    writer.add_metadata({"/Title": sheet.title})
    for page in front.pages:
        writer.add_page(page)
    writer.add_outline_item(title="封面和清单", page_number=0)
    stages: dict[str, Any] = {}
    for paper in papers:
        if paper.pages:
            stage = paper.row.stage.label
            first = len(writer.pages)
            for page in paper.pages:
                writer.add_page(page)
            if stage not in stages:
                stages[stage] = writer.add_outline_item(title=stage, page_number=first)
            writer.add_outline_item(title=_plain(paper.row.doc_name), page_number=first, parent=stages[stage])
    with open(target, "wb") as out:
        writer.write(out)


def _plain(text: str) -> str:
    """A name for a bookmark: one line of printable text."""
    return "".join(c for c in text if c.isprintable())[:80] or "未命名"


def _laid_out(rows: Sequence[DossierRow], where: Where) -> list[Bound]:
    room, weight = MOST_PAGES, MOST_BYTES
    papers = []
    for row in rows:
        paper = Bound(row)
        pictures: list[tuple[str, str]] = []
        for file in row.files:
            path = where(file.sha256)
            size = path.stat().st_size if path.is_file() else 0
            if not size or size > weight or room <= 0:
                paper.said.append("原件不在" if not size else "另附原件")
                continue
            weight -= size
            if file.media_type in PICTURES:
                picture = _picture(path)
                if picture is None:
                    paper.said.append("影像打不开，另附原件")
                else:
                    pictures.append((file.name, picture))
                continue
            pages = _pages(path, room)
            if pages is None:
                paper.said.append("文件打不开或页数过多，另附原件")
            else:
                paper.pages += pages
                room -= len(pages)
        if pictures:
            shown = list(PdfReader(io.BytesIO(_picture_pages(row, pictures))).pages)
            paper.pages = shown + paper.pages
            room -= len(shown)
        papers.append(paper)
    return papers


def _picture(path: Path) -> str | None:
    """A picture as a data: URL of a JPEG of bounded size, upright; None for what is none or is too large."""
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=78)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def _pages(path: Path, room: int) -> list[Any] | None:
    """The pages of a PDF without anything active; None for a broken, locked or too long one."""
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted or len(reader.pages) > room:
            return None
        pages = list(reader.pages)
        for page in pages:
            for name in _ACTIVE:
                page.pop(NameObject(name), None)
            page.mediabox  # noqa: B018  (a page without a size is no page)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
        return None
    return pages


_PICTURE_STYLE = """
@page { size: 210mm 297mm; margin: 16mm 16mm 14mm }
h2 { font-size: 12pt; font-weight: normal; margin: 0 0 4mm; border-bottom: .3mm solid #000; padding-bottom: 1.5mm }
figure { margin: 0 0 5mm; break-inside: avoid; text-align: center } img { max-width: 178mm; max-height: 112mm }
figcaption { font-size: 9pt; margin-top: 1.5mm; overflow-wrap: anywhere }
"""


def _picture_pages(row: DossierRow, pictures: Sequence[tuple[str, str]]) -> bytes:
    """The pictures of a paper, two on a page, with the name of each."""
    figures = "".join(
        f'<figure><img src="{data}" alt=""><figcaption>{escape(_plain(name))}</figcaption></figure>'
        for name, data in pictures
    )
    day = f"　{show_day(row.doc_on)}" if row.doc_on else ""
    told = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>影像资料</title><style>{pdf.base_style()}{_PICTURE_STYLE}'
        f"</style></head><body><h2>{escape(_plain(row.doc_name))}{day}</h2>{figures}</body></html>"
    )
    made = pdf.form(told)
    assert made is not None
    return made


def _front(sheet: Sheet, papers: Sequence[Bound], offset: int) -> PdfReader:
    """Cover and list. offset: how many pages they take; 0 while that is not known."""
    at = offset + 1
    for paper in papers:
        paper.first = at
        at += len(paper.pages)
    project = papers[0].row.project if papers else ""
    must = [p for p in papers if p.row.must]
    there = sum(p.row.have for p in must)
    missing = [p.row.doc_name for p in must if not p.row.have]
    head = forms.frame(
        (
            (("项目", project),),
            (("资料", f"{sum(p.row.have for p in papers)} 份"), ("必备", f"{len(must)} 项，已归 {there} 项"), ("全卷", f"{at - 1} 页")),
            (("缺的资料", "、".join(missing) or "没有"),),
        )
    )  # fmt: skip
    body = head + forms.words("卷内目录：") + forms.rows(_HEADS, _lines(papers), fine=True)
    made = pdf.form(forms.document(sheet, [(f"项目编号：{papers[0].row.project_code if papers else ''}", body)]))
    assert made is not None
    return PdfReader(io.BytesIO(made))


_HEADS = (
    ("序号", "6"),
    ("阶段", "11"),
    ("资料名称", "24"),
    ("文号或编号", "16"),
    ("日期", "12"),
    ("必备", "6"),
    ("已归", "6"),
    ("页次", "7 num"),
    ("备注", "12"),
)


def _lines(papers: Sequence[Bound]) -> Iterator[Sequence[str]]:
    for place, paper in enumerate(papers, 1):
        row = paper.row
        said = "；".join(
            dict.fromkeys([*([row.remark] if row.remark else []), *paper.said, *([row.place] if row.place else [])])
        )
        yield (
            str(place), row.stage.label, row.doc_name, row.doc_no or "-", show_day(row.doc_on) if row.doc_on else "-",
            "是" if row.must else "否", "是" if row.have else "否", str(paper.first) if paper.pages else "-", said,
        )  # fmt: skip
