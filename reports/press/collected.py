"""Many prints as one PDF: a list of contents with page numbers, then each print under a bookmark of its own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from . import forms, pdf
from .paper import DEMO

_STYLE = """
@page { size: 210mm 297mm; margin: 18mm 16mm 16mm; @bottom-center { content: "目录 " counter(page) " / " counter(pages); font-size: 8.5pt } }
h1 { text-align: center; font-size: 16pt; font-weight: normal; margin: 0 0 4mm } p { font-size: 10pt; line-height: 5.4mm; margin: 0 0 2mm }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 4.6mm; table-layout: fixed; border: .45mm solid #000 }
th, td { border: .2mm solid #000; padding: .9mm 1.4mm; text-align: left; overflow-wrap: anywhere } th { font-weight: normal; background: #efefef; text-align: center }
.demo { font-size: 10pt; border: .3mm solid #000; padding: 1mm 2mm; width: 44mm; text-align: center } .demo small { font-size: 7.5pt } .num { text-align: right } tr { break-inside: avoid }
"""


@dataclass(frozen=True)
class Piece:
    """One print of the collection: what it is of, its number, code and rows, and its file."""

    name: str
    number: str
    check_code: str
    row_count: int
    file: Path


@dataclass(frozen=True)
class Collection:
    """What is bound. said: sentences under the title; missing: what is not in it and why."""

    title: str
    said: tuple[str, ...]
    pieces: tuple[Piece, ...]
    missing: tuple[tuple[str, str], ...] = ()
    demo: bool = False


def bind(made: Collection, target: Path) -> None:
    """Write the collection as one PDF. Each print keeps its own number, code and page numbers."""
    readers = [PdfReader(piece.file) for piece in made.pieces]
    counts = [len(reader.pages) for reader in readers]
    front = settled(lambda pages: _contents(made, counts, pages))
    writer = PdfWriter()
    writer.add_metadata({"/Title": made.title})
    writer.append(front, import_outline=False)
    writer.add_outline_item(title="目录", page_number=0)
    for piece, reader in zip(made.pieces, readers, strict=True):
        first = len(writer.pages)
        writer.append(reader, import_outline=False)
        writer.add_outline_item(title=f"{piece.name}（{piece.number}）", page_number=first)
    with open(target, "wb") as out:
        writer.write(out)


def settled(lay: Callable[[int], PdfReader]) -> PdfReader:
    """The first pages, which name the pages behind them. lay: lays them out, told how many they take themselves."""
    front = lay(1)
    for _ in range(3):  # the page numbers may push the list onto one page more
        pages = len(front.pages)
        front = lay(pages)
        if len(front.pages) == pages:
            break
    return front


def _contents(made: Collection, counts: Sequence[int], offset: int) -> PdfReader:
    """The list of contents. offset: how many pages it takes itself."""
    heads = (("序号", "7"), ("范围", "27"), ("打印号", "25"), ("核验码", "21"), ("行数", "9 num"), ("页次", "11 num"))
    body = forms.rows(heads, _lines(made, counts, offset))
    missing = "".join(f"<p>没有印成：{escape(name)}，{escape(why)}</p>" for name, why in made.missing)
    demo = f'<div class="demo">{DEMO}</div>' if made.demo else ""
    said = "".join(f"<p>{escape(words)}</p>" for words in made.said)
    told = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(made.title)}</title><style>{pdf.base_style()}{_STYLE}'
        f"</style></head><body>{demo}<h1>{escape(made.title)}</h1>{said}{body}{missing}</body></html>"
    )
    printed = pdf.form(told)
    assert printed is not None
    return PdfReader(io.BytesIO(printed))


def _lines(made: Collection, counts: Sequence[int], offset: int) -> Iterator[Sequence[str]]:
    at = offset + 1
    for place, (piece, pages) in enumerate(zip(made.pieces, counts, strict=True), 1):
        last = at + pages - 1
        where = str(at) if pages == 1 else f"{at}—{last}"
        yield str(place), piece.name, piece.number, piece.check_code, f"{piece.row_count:,}", where
        at = last + 1
