"""The sheet at the end that lists every bad cell: written for people, never read as data, taken out when it comes back."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from .named import FIRST_LINE, SUMMARY
from .notes import plain
from .parts import CONTENT_TYPE, LINKS, MAIN, Parts
from .styles import Styles

HEADS = ("序号", "工作表", "单元格", "列", "读到的内容", "哪里不对", "原来的底色")
_WIDTHS = (6, 16, 10, 20, 30, 60, 10)
_FIRST_ROW = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One bad cell. fill: the fill it had, to be given back."""

    sheet: str
    cell: str
    column: str
    read: str
    wrong: str
    fill: str = ""


def add_summary(parts: Parts, styles: Styles, lines: list[Line], words: list[str]) -> None:
    """Put the sheet at the end of the workbook. words: sentences above the table."""
    root = parts.tree(parts.workbook)
    sheets = root.find("{*}sheets")
    assert sheets is not None
    part = parts.add("xl/worksheets/sheet", ".xml", _sheet(styles, lines, words), CONTENT_TYPE.format("worksheet"))
    taken = {str(sheet.get("name")) for sheet in sheets}
    name = next(n for n in (SUMMARY, *(f"{SUMMARY}（{k}）" for k in range(2, 200))) if n not in taken)
    made = etree.SubElement(sheets, f"{{{MAIN}}}sheet", name=name)
    made.set("sheetId", str(max((int(sheet.get("sheetId") or 0) for sheet in sheets), default=0) + 1))
    made.set(f"{{{LINKS}}}id", parts.link(parts.workbook, "worksheet", part))


def drop_summary(parts: Parts, name: str) -> None:
    """Take the sheet of this name out; what counts sheets by position is counted anew."""
    root = parts.tree(parts.workbook)
    sheets = root.find("{*}sheets")
    assert sheets is not None
    position, sheet = next((n, one) for n, one in enumerate(sheets) if one.get("name") == name)
    link = next(value for key, value in sheet.attrib.items() if str(key).endswith("}id"))
    part = parts.links(parts.workbook)[str(link)][1]
    sheets.remove(sheet)
    parts.drop(part, parts.workbook)
    for one in list(root.iterfind("{*}definedNames/{*}definedName")):
        local = one.get("localSheetId") or ""
        if local.isdecimal() and int(local) == position:
            one.getparent().remove(one)
        elif local.isdecimal() and int(local) > position:
            one.set("localSheetId", str(int(local) - 1))
    names = root.find("{*}definedNames")
    if names is not None and not len(names):
        root.remove(names)
    for view in root.iterfind("{*}bookViews/{*}workbookView"):
        for key in ("activeTab", "firstSheet"):
            tab = view.get(key) or ""
            if tab.isdecimal() and int(tab) >= position:
                view.set(key, str(max(int(tab) - 1, 0)))


def _sheet(styles: Styles, lines: list[Line], words: list[str]) -> etree._Element:
    head, link, wrap = styles.plain(bold=True), styles.plain(linked=True), styles.plain(wrapped=True)
    root = etree.Element(f"{{{MAIN}}}worksheet", nsmap={None: MAIN})
    views = etree.SubElement(etree.SubElement(root, _n("sheetViews")), _n("sheetView"), workbookViewId="0")
    etree.SubElement(
        views, _n("pane"), ySplit=str(_FIRST_ROW - 1), topLeftCell=f"A{_FIRST_ROW}", activePane="bottomLeft",
        state="frozen",
    )  # fmt: skip
    columns = etree.SubElement(root, _n("cols"))
    for number, width in enumerate(_WIDTHS, 1):
        column = etree.SubElement(columns, _n("col"), min=str(number), max=str(number), width=str(width))
        column.set("customWidth", "1")
        if number == len(_WIDTHS):
            column.set("hidden", "1")
    rows = etree.SubElement(root, _n("sheetData"))
    _row(rows, 1, [(FIRST_LINE, head)])
    _row(rows, 2, [(words[0], 0)])
    _row(rows, 3, [(words[1], 0)])
    _row(rows, 4, [(text, head) for text in HEADS])
    links = etree.Element(_n("hyperlinks"))
    for number, line in enumerate(lines, 1):
        at = _FIRST_ROW + number - 1
        told = [
            (line.sheet, 0),
            (line.cell, link),
            (line.column, 0),
            (line.read, wrap),
            (line.wrong, wrap),
            (line.fill, 0),
        ]
        _row(rows, at, [(str(number), 0), *told])
        where = "'" + line.sheet.replace("'", "''") + f"'!{line.cell}"
        etree.SubElement(links, _n("hyperlink"), ref=f"C{at}", location=where, display=line.cell)
    if len(links):
        root.append(links)
    return root


def _row(rows: etree._Element, number: int, cells: list[tuple[str, int]]) -> None:
    row = etree.SubElement(rows, _n("row"), r=str(number))
    for place, (text, style) in enumerate(cells):
        cell = etree.SubElement(row, _n("c"), r=f"{'ABCDEFG'[place]}{number}", s=str(style))
        if place == 0 and text.isdecimal():
            etree.SubElement(cell, _n("v")).text = text
            continue
        cell.set("t", "inlineStr")
        told = etree.SubElement(etree.SubElement(cell, _n("is")), _n("t"))
        told.text = plain(text)[:32_000]
        told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _n(name: str) -> str:
    return f"{{{MAIN}}}{name}"
