"""Pages as HTML for the print engine: the whole ordinary table, or laid-out pages with a place for painted rows."""

from __future__ import annotations

import io
from functools import cache
from html import escape
from pathlib import Path

import segno

from ..sheet import ROW, Sheet
from . import engine
from .folding import Lines
from .plan import Plan, Strip
from .sizes import FRAME, HEAD_SIZE, LEADING, MARGIN_BOTTOM, MARGIN_SIDE, MARGIN_TOP, MEDIUM, POINT, THIN

_RULES = {0.0: "", THIN: "thin", MEDIUM: "medium", FRAME: "thick"}
_ALIGN = {"left": "", "center": "center", "right": "right-end"}
NARROW = 250
"""Pages narrower than so many millimeters stand upright: their title and feet make room for stamp, QR and page count."""
_UPRIGHT = "h1{font-size:16pt}.line{font-size:9pt}.demo{font-size:9.5pt;padding:0 1.5mm}.qr{width:60mm}"
DEMO = "演示数据<small>不得作为依据</small>"


@cache
def stylesheet() -> str:
    """The stylesheet all ledgers share."""
    return (Path(__file__).parent / "paper.css").read_text(encoding="utf-8")


def document(plan: Plan, painted: bool) -> str:
    """The HTML of a plan. painted: only the laid-out pages it needs, each with an empty place for the rows."""
    sheet = plan.sheet
    numbers = plan.templates if painted else range(len(plan.pages))
    body = "".join(_page(plan, number, painted) for number in numbers)
    made = sheet.imprint.printed_at
    created = f'<meta name="dcterms.created" content="{made.strftime("%Y-%m-%dT%H:%M:%S")}+08:00">' if made else ""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>{created}'
        f"<style>{_style(plan, painted)}</style></head><body>{body}</body></html>"
    )


def _table_style(plan: Plan) -> str:
    layout = plan.layout
    body, head = engine.css_families("body"), engine.css_families("head")
    group = max(8.5, layout.size)
    total = layout.sum_size("total")
    return (
        f"html{{font-family:{body}}}"
        f"table{{width:{layout.width}mm;font-size:{layout.size}pt;line-height:{layout.line_height(layout.size):.4f}mm}}"
        f"th{{font-family:{head};font-size:{HEAD_SIZE}pt;line-height:{HEAD_SIZE * POINT * LEADING:.4f}mm}}"
        f"tr.group td{{font-family:{head};font-weight:700;font-size:{group}pt;line-height:{layout.line_height(group):.4f}mm}}"
        f"tr.total td{{font-size:{total}pt;line-height:{layout.line_height(total):.4f}mm}}"
        + "".join(
            f"td.c{k}{{font-size:{size:.3f}pt;line-height:{layout.line_height(size):.4f}mm}}"
            for k, size in enumerate(layout.sizes)
            if size != layout.size
        )
    )


def _style(plan: Plan, painted: bool) -> str:
    layout = plan.layout
    body, head = engine.css_families("body"), engine.css_families("head")
    title = ",".join(f"'{name}'" for name in engine.TITLE)
    counter = (
        ""
        if painted
        else '@bottom-center{content:"第 " counter(page) " 页\u3000共 " counter(pages) " 页";font:9pt ' + body + "}"
    )
    narrow = layout.page_width < NARROW
    notes = f"font:7.5pt/1.3 {body};color:#333;width:{38 if narrow else 45}%;vertical-align:middle"
    return (
        f"@page{{size:{layout.page_width}mm {layout.page_height}mm;margin:{MARGIN_TOP}mm {MARGIN_SIDE}mm {MARGIN_BOTTOM}mm;"
        f"@bottom-left{{content:{_quoted(plan.sheet.foot_left)};text-align:left;{notes}}}{counter}"
        f"@bottom-right{{content:{_quoted(plan.sheet.foot_right)};text-align:right;{notes}}}}}"
        f"h1{{font-family:{title},{body}}}h1 small{{font-family:{body}}}.demo,.line b{{font-family:{head};font-weight:700}}"
        f"{_table_style(plan)}{_UPRIGHT if narrow else ''}"
    )


def _quoted(text: str) -> str:
    """A text as a string of a stylesheet inside HTML: only letters and figures stand as they are."""
    return '"' + "".join(char if char.isalnum() else f"\\{ord(char):x} " for char in text) + '"'


LONG_TITLE = 12
"""A title of more characters makes room for the QR on an upright page."""


def _page(plan: Plan, number: int, painted: bool) -> str:
    last = number == len(plan.pages) - 1
    top = _title_block(plan.sheet) if number == 0 else _continued_block(plan.sheet)
    return f"<section>{top}{_table(plan, number, painted)}{_tail(plan) if last else ''}</section>"


def _title_block(sheet: Sheet) -> str:
    subtitle = f"<small>{escape(sheet.subtitle)}</small>" if sheet.subtitle else ""
    spans = "".join(f"<span>{escape(text)}</span>" for text in sheet.unit_line)
    demo = f'<div class="demo">{DEMO}</div>' if sheet.imprint.demo else ""
    narrow = ' class="narrow"' if sheet.ledger.page == "A4 portrait" and len(sheet.title) > LONG_TITLE else ""
    return f'<div class="top">{demo}<h1{narrow}>{escape(sheet.title)}{subtitle}</h1>{qr(sheet)}</div><div class="line">{spans}</div>'


def _continued_block(sheet: Sheet) -> str:
    demo = "<b>演示数据</b>" if sheet.imprint.demo else ""
    _, until, unit = sheet.unit_line
    return f'<div class="line more"><span>{demo}{escape(sheet.title)}（续）</span><span>{escape(until)}</span><span>{escape(unit)}</span></div>'


def qr(sheet: Sheet) -> str:
    """The code that leads to the page proving this print, with its numbers; nothing without a print number."""
    made = sheet.imprint
    if not made.print_no:
        return ""
    code = segno.make(made.verify_url or f"{made.print_no} {made.verification_code}", error="m", micro=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, border=0, omitsize=True, dark="#000")
    check = f"核验码 {escape(made.verification_code)}<br>" if made.verification_code else ""
    words = f"{escape(made.print_no)}<br>{check}扫码核对纸面与系统是否一致"
    return f'<div class="qr"><p>{words}</p>{drawn.getvalue().decode("ascii")}</div>'


def _table(plan: Plan, number: int, painted: bool) -> str:
    layout = plan.layout
    page = plan.pages[number]
    if painted:
        height = round(layout.head_height + page.height + 2 * FRAME, 3)
        return f'<div class="rows" style="height:{height}mm"><i></i></div>'
    rows = "".join(_strip(plan, strip, page.rule_below(k)) for k, strip in enumerate(page.strips))
    return f"<table>{_columns(plan)}<thead>{_head(plan)}</thead><tbody>{rows}</tbody></table>"


def _columns(plan: Plan) -> str:
    widths = "".join(f'<col style="width:{width}mm">' for width in plan.layout.widths)
    return f"<colgroup>{widths}</colgroup>"


def _head(plan: Plan) -> str:
    layout = plan.layout
    rows = []
    levels = len(layout.head_rows)
    for level, height in enumerate(layout.head_rows):
        cells = []
        for cell in layout.head_cells:
            if cell.top != level:
                continue
            span = f' colspan="{cell.end - cell.begin}"' if cell.end - cell.begin > 1 else ' scope="col"'
            span += f' rowspan="{cell.bottom - cell.top}"' if cell.bottom - cell.top > 1 else ""
            kind = ("end " if cell.bottom == levels else "") + ("edge" if cell.end == len(layout.columns) else "")
            cells.append(
                f'<th{span} class="{kind}" style="height:{height if cell.bottom - cell.top == 1 else 0}mm">{_joined(cell.lines)}</th>'
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def _strip(plan: Plan, strip: Strip, rule: float) -> str:
    height = f'style="height:{strip.height}mm"'
    cells = []
    if strip.kind == ROW:
        for k, (lines, column) in enumerate(zip(strip.cells, plan.layout.columns, strict=True)):
            cells.append(f'<td class="c{k} {_ALIGN[column.figure.align]}" {height}>{_joined(lines)}</td>')
    else:
        for span in strip.spans:
            cells.append(
                f'<td colspan="{span.end - span.begin}" class="{_ALIGN[span.align]}" {height}>{_joined(span.lines)}</td>'
            )
    return f'<tr class="{strip.kind} {_RULES[rule]}">{"".join(cells)}</tr>'


def _joined(lines: Lines) -> str:
    return "<br>".join(map(escape, lines))


def _tail(plan: Plan) -> str:
    notes = "<br>".join(
        f'<b class="gap">{escape(line)}</b>' if red else escape(line)
        for line, red in plan.layout.note_lines(plan.notes)
    )
    block = f'<p class="notes">{notes}</p>' if notes else ""
    signers = plan.sheet.ledger.signatures
    if signers:
        places = "".join(f"<span>{escape(who)}：<u></u></span>" for who in signers)
        block += f'<div class="sign">{places}</div><div class="stamp">年\u3000\u3000月\u3000\u3000日</div>'
    return block
