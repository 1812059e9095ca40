"""Papers that are one form a record (申请单, 凭证): a frame of named boxes, a small table, signatures; A4 upright."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..sheet import Sheet, chinese_day
from . import engine
from .paper import DEMO, qr

Box = tuple[str, str]
"""A name and what stands in its box; a row of the frame is one, two or three of them."""

_STYLE = """
@page { size: 210mm 297mm; margin: 20mm 18mm 18mm; @bottom-left { content: string(left); font-size: 7.5pt; color: #333 }
@bottom-right { content: "第 " counter(page) " 页　共 " counter(pages) " 页"; font-size: 8.5pt } }
section { break-after: page } section:last-child { break-after: auto }
.left { string-set: left content(); height: 0; overflow: hidden; font-size: 1pt; color: #fff }
.top { position: relative; min-height: 22mm } h1 { text-align: center; font-size: 17pt; font-weight: normal; margin: 0; padding-top: 5mm }
h1 small { display: block; font-size: 10.5pt } .demo { position: absolute; left: 0; top: 0; font-size: 10pt; border: .3mm solid #000; padding: 1mm 2mm } .demo small { display: block; font-size: 7.5pt }
.qr { position: absolute; right: 0; top: 0; display: flex; align-items: flex-end; gap: 2mm } .qr svg { width: 19mm; height: 19mm } .qr p { margin: 0; font-size: 6.5pt; line-height: 3mm; text-align: right; width: 24mm }
.line { display: flex; justify-content: space-between; font-size: 10pt; margin: 2mm 0 }
table { width: 100%; border-collapse: collapse; font-size: 10.5pt; line-height: 5.4mm; table-layout: fixed; margin: 0 0 -.3mm }
th, td { border: .2mm solid #000; padding: 1.5mm 1.8mm; text-align: left; vertical-align: middle; overflow-wrap: anywhere } table.frame, table.rows { border: .45mm solid #000 }
th { font-weight: normal; background: #efefef; font-size: 10pt } .num { text-align: right; white-space: nowrap } table.rows th { text-align: center } tr.sum td { border-top: .45mm solid #000 } tr { break-inside: avoid }
.sign { display: flex; flex-wrap: wrap; justify-content: space-between; margin-top: 9mm; font-size: 10pt; row-gap: 7mm; break-before: avoid } .sign span { white-space: nowrap } .sign u { display: inline-block; width: 17mm; border-bottom: .2mm solid #000; text-decoration: none; height: 5mm }
p.words { font-size: 10.5pt; line-height: 5.6mm; text-indent: 2em; margin: 3mm 0 1.5mm } table.fine { font-size: 8pt; line-height: 4.1mm } table.fine th, table.fine td { padding: 1mm 1.2mm } table.fine th { font-size: 8pt } table.fine .num { white-space: normal } tr.sum { break-before: avoid } table.fine + table { margin-top: 4mm }
.notes { font-size: 8.5pt; line-height: 4.4mm; margin: 3mm 0 0 }
"""


_WIDTHS = '<colgroup><col style="width:15%"><col><col style="width:15%"><col style="width:19%"><col style="width:15%"><col></colgroup>'


def frame(rows: Iterable[Sequence[Box]]) -> str:
    """Named boxes, row by row, as wide as the paper."""
    out = []
    for row in rows:
        span = {1: 5, 2: 2, 3: 1}[len(row)]
        cells = "".join(
            f'<th>{escape(name)}</th><td colspan="{span}">{escape(told) or "　"}</td>' for name, told in row
        )
        out.append(f"<tr>{cells}</tr>")
    return f'<table class="frame">{_WIDTHS}<tbody>{"".join(out)}</tbody></table>'


def words(told: str) -> str:
    """A paragraph between the tables."""
    return f'<p class="words">{escape(told)}</p>'


def rows(
    heads: Sequence[tuple[str, str]], body: Iterable[Sequence[str]], total: Sequence[str] = (), *, fine: bool = False
) -> str:
    """A small table. heads: (name, width in per cent, with “num” after it for figures). fine: smaller, for many figures."""
    columns = "".join(f'<col style="width:{width.split()[0]}%">' for _, width in heads)
    figures = [width.endswith("num") for _, width in heads]

    def line(cells: Sequence[str], look: str = "") -> str:
        looks = [' class="num"' if number else "" for number in figures]
        told = "".join(f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(cells, looks, strict=True))
        return f"<tr{look}>{told}</tr>"

    names = "".join(f"<th>{escape(name)}</th>" for name, _ in heads)
    inner = "".join(line(cells) for cells in body) + (line(total, ' class="sum"') if total else "")
    look = "rows fine" if fine else "rows"
    return f'<table class="{look}"><colgroup>{columns}</colgroup><thead><tr>{names}</tr></thead><tbody>{inner}</tbody></table>'


def document(sheet: Sheet, bodies: Iterable[tuple[str, str]], style: str = "") -> str:
    """The whole paper: a page for each body, which comes with the words of the line under the title (number, or “”).

    style: more of a stylesheet, for a paper of another size.
    """
    made = sheet.imprint.printed_at
    created = f'<meta name="dcterms.created" content="{made.strftime("%Y-%m-%dT%H:%M:%S")}+08:00">' if made else ""
    pages = "".join(_page(sheet, said, body) for said, body in bodies)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>{created}'
        f"<style>{_fonts()}{_STYLE}{style}</style></head><body>{pages or _page(sheet, '', '<p>没有符合条件的记录</p>')}</body></html>"
    )


def _fonts() -> str:
    body, head = engine.css_families("body"), engine.css_families("head")
    title = ",".join(f"'{name}'" for name in engine.TITLE)
    return (
        f"html{{font-family:{body};font-variant-numeric:tabular-nums lining-nums}}th,.demo{{font-family:{head}}}"
        f"h1{{font-family:{title},{body}}}h1 small{{font-family:{body}}}"
    )


def _page(sheet: Sheet, said: str, body: str) -> str:
    demo = f'<div class="demo">{DEMO}</div>' if sheet.imprint.demo else ""
    subtitle = f"<small>{escape(sheet.subtitle)}</small>" if sheet.subtitle else ""
    day = chinese_day(sheet.imprint.printed_at.date()) if sheet.imprint.printed_at else ""
    line = f"<span>{escape(said)}</span><span>打印日期：{escape(day)}</span><span>金额单位：{escape(sheet.ledger.unit)}</span>"
    signs = "".join(f"<span>{escape(who)}：<u></u></span>" for who in sheet.ledger.signatures)
    notes = "".join(f"<br>{escape(note)}" for note in sheet.ledger.basis).removeprefix("<br>")
    return (
        f'<section><div class="left">{escape(sheet.foot_left)}</div><div class="top">{demo}<h1>{escape(sheet.title)}{subtitle}</h1>'
        f'{qr(sheet)}</div><div class="line">{line}</div>{body}'
        f'<p class="notes">{notes}</p><div class="sign">{signs}</div></section>'
    )
