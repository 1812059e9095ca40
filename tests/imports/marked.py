"""Workbooks for the tests of the round trip: one as a county keeps it, cells planted wrong in it and put right in place."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from fundsys.imports.kinds.registry import kind_of
from tests.imports.books import PROJECT

ATTRS = tuple(attr for attr in (c.attr for c in kind_of("projects").columns) if attr in PROJECT)
LETTER = {attr: get_column_letter(place) for place, attr in enumerate(ATTRS, 1)}
SHEET = "xl/worksheets/sheet1.xml"

WRONG: dict[str, tuple[Any, ...]] = {
    "name": (None,),
    "year": ("二〇二四", 1999, None),
    "type_id": ("没有这种", None),
    "owner_unit_id": ("县水力局", None),
    "planned_investment": ("十二", "一百二十万", -5, None),
    "planned_other": ("二十", "约20"),
    "households": ("三十户左右", 30.5),
    "people": ("九十六", "x"),
    "admitted_on": ("2023.13.6", "去年", 45236),
    "status": ("快好了",),
    "town": ("没有这个镇",),
}
"""What may be planted in a column; each is one complaint at its own cell."""


def project(number: int) -> dict[str, Any]:
    """The project of a row."""
    return PROJECT | {"code": f"610327-2024-102-{number:04d}", "name": f"第{number}项圈舍"}


def kept_book(path: Path, rows: int) -> Path:
    """A workbook of the county's own making: formulas, colours, a comment, lists, a rule of colours, a second sheet."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "项目 '24"
    columns = {c.attr: c for c in kind_of("projects").columns}
    sheet.append([columns[attr].heading for attr in ATTRS])
    for number in range(1, rows + 1):
        sheet.append([project(number).get(attr) for attr in ATTRS])
        row = number + 1
        sheet[f"{LETTER['planned_investment']}{row}"] = f"={LETTER['planned_other']}{row}+100"
        sheet[f"{LETTER['planned_investment']}{row}"].number_format = '#,##0.00"万"'
        if number % 7 == 0:
            sheet[f"{LETTER['name']}{row}"].fill = PatternFill("solid", fgColor="FFF2CC")
            sheet[f"{LETTER['name']}{row}"].font = Font(bold=True, color="C00000")
    sheet["B3"].comment = Comment("镇上核过", "王会计")
    rule = DataValidation(type="list", formula1='"是,否"')
    rule.add("Z2:Z9")
    sheet.add_data_validation(rule)
    red = PatternFill("solid", bgColor="FFC7CE")
    sheet.conditional_formatting.add("A2:A9", CellIsRule(operator="equal", formula=['"x"'], fill=red))
    sheet.freeze_panes = "C2"
    other = made.create_sheet("说明")
    other["A1"], other["A2"] = "本表由项目办填写", "=LEN(A1)"
    made.save(path)
    value = float(PROJECT["planned_investment"])
    rewrite(path, path, lambda text: re.sub(rb"</f><v\s*/>|</f><v></v>", f"</f><v>{value}</v>".encode(), text))
    return path


def planted(draw: random.Random, rows: int, count: int) -> dict[str, tuple[str, Any]]:
    """Cells to be wrong, each in a row of its own: address → attribute and what is planted."""
    found = {}
    for row in sorted(draw.sample(range(2, rows + 2), count)):
        attr = draw.choice(sorted(WRONG))
        found[f"{LETTER[attr]}{row}"] = (attr, draw.choice(WRONG[attr]))
    return found


def right(cells: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """What belongs in the planted cells."""
    return {
        cell: project(int(re.sub(r"\D", "", cell)) - 1)[attr] if attr != "planned_investment" else 120.5
        for cell, (attr, _) in cells.items()
    }


def typed(path: Path, target: Path, values: Mapping[str, Any]) -> Path:
    """Type values into cells of the first sheet and touch nothing else, as Excel does; None clears a cell."""

    def type_in(text: bytes) -> bytes:
        def one(found: re.Match[bytes]) -> bytes:
            cell = found[1].decode()
            if cell not in values:
                return found[0]
            style = re.search(rb' s="\d+"', found[0].split(b">")[0])
            begin = b'<c r="' + found[1] + b'"' + (style[0] if style else b"")
            value = values[cell]
            if value is None:
                return begin + b"/>"
            if isinstance(value, str):
                return begin + f' t="inlineStr"><is><t>{escape(value)}</t></is></c>'.encode()
            return begin + f"><v>{value}</v></c>".encode()

        return re.sub(rb'<c r="([A-Z]+[0-9]+)"[^>]*?(?:/>|>.*?</c>)', one, text)

    return rewrite(path, target, type_in)


def rewrite(path: Path, target: Path, change: Callable[[bytes], bytes]) -> Path:
    """The same package with its first sheet changed."""
    parts = contents(path)
    parts[SHEET] = change(parts[SHEET])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return target


def contents(path: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def cells_of(path: Path) -> dict[str, bytes]:
    """Every cell of the first sheet as its bytes, its style left out, and what stands around the cells under ''."""
    text = contents(path)[SHEET]
    cell = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*?(?:/>|>.*?</c>)')
    around = re.sub(rb"<legacyDrawing[^>]*/>", b"", cell.sub(b"", text))
    return {found[1].decode(): re.sub(rb' s="\d+"', b"", found[0]) for found in cell.finditer(text)} | {"": around}


def looks_of(path: Path) -> dict[str, str]:
    """Every cell of the first sheet with its value or formula, font, format and fill, as openpyxl understands them."""
    from openpyxl import load_workbook

    sheet = load_workbook(path).worksheets[0]
    return {
        cell.coordinate: repr((
            cell.value, cell.number_format, cell.font.b, cell.font.color and cell.font.color.rgb,
            cell.fill.fill_type and cell.fill.fgColor.rgb, cell.comment and (cell.comment.author, cell.comment.text),
        ))
        for row in sheet.iter_rows() for cell in row
    }  # fmt: skip
