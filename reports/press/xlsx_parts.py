"""The fixed parts of a workbook: styles, relationships, page set-up. The rows are written by xlsx.py."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_FORMATS = {
    164: '#,##0.00;-#,##0.00;"-"',
    165: '#,##0;-#,##0;"-"',
    166: "yyyy-mm-dd",
    167: "yyyy-mm",
    168: '#,##0.######;-#,##0.######;"-"',
}
# name → (number format, font, fill, border, horizontal, wraps, quoted)
_CELLS: dict[str, tuple[int, int, int, int, str, bool, bool]] = {
    "text": (49, 0, 0, 1, "left", True, False),
    "center": (49, 0, 0, 1, "center", True, False),
    "quoted": (49, 0, 0, 1, "left", True, True),
    "text_right": (49, 0, 0, 1, "right", False, False),
    "serial": (1, 0, 0, 1, "center", False, False),
    "integer": (165, 0, 0, 1, "right", False, False),
    "decimal": (168, 0, 0, 1, "right", False, False),
    "wan": (164, 0, 0, 1, "right", False, False),
    "yuan": (164, 0, 0, 1, "right", False, False),
    "percent": (10, 0, 0, 1, "right", False, False),
    "date": (166, 0, 0, 1, "center", False, False),
    "month": (167, 0, 0, 1, "center", False, False),
    "year": (1, 0, 0, 1, "center", False, False),
    "integer_sum": (165, 1, 2, 1, "right", False, False),
    "decimal_sum": (168, 1, 2, 1, "right", False, False),
    "wan_sum": (164, 1, 2, 1, "right", False, False),
    "yuan_sum": (164, 1, 2, 1, "right", False, False),
    "sum": (0, 1, 2, 1, "center", False, False),
    "total": (0, 1, 2, 1, "center", False, False),
    "title": (0, 2, 0, 0, "center", False, False),
    "line": (0, 0, 0, 0, "left", False, False),
    "line_center": (0, 0, 0, 0, "center", False, False),
    "line_right": (0, 0, 0, 0, "right", False, False),
    "head": (0, 1, 3, 1, "center", True, False),
    "group": (0, 1, 0, 1, "left", False, False),
    "note": (0, 3, 0, 0, "left", False, False),
}
STYLE = {name: number for number, name in enumerate(_CELLS, 1)}


def letters(number: int) -> str:
    """Column letters: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def worksheet_head(widths_mm: Sequence[float], head_rows: int) -> str:
    """Everything of the worksheet before its first row."""
    columns = "".join(
        f'<col min="{k}" max="{k}" width="{max(5.0, width * 0.62):.2f}" customWidth="1"/>'
        for k, width in enumerate(widths_mm, 1)
    )
    below = head_rows + 1
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}" xmlns:r="{_REL}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{head_rows}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{below}" sqref="A{below}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>'
    )


def worksheet_tail(merged: Sequence[str], page_width_mm: float, foot: str) -> str:
    """Everything after the last row: merged cells, margins, paper, page numbers."""
    merges = "".join(f'<mergeCell ref="{place}"/>' for place in merged)
    paper = 8 if page_width_mm > 297 else 9
    left = escape(foot.replace("&", "&&"))[:100]
    return (
        f'</sheetData><mergeCells count="{len(merged)}">{merges}</mergeCells>'
        '<pageMargins left="0.47" right="0.47" top="0.51" bottom="0.59" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="{paper}" orientation="{"portrait" if page_width_mm < 250 else "landscape"}" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;L{left}&amp;C第 &amp;P 页　共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def around(title: str, tab: str, head_rows: int) -> dict[str, str]:
    """All other parts of the package: name → XML."""
    sheet_name = "".join(char for char in tab if char not in r"[]:*?/\'")[:31] or "台账"
    quoted = sheet_name.replace("'", "''")
    range_name = escape(f"'{quoted}'!$1:${head_rows}")
    titles = f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{range_name}</definedName>'
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
            '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
            f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
        ),
        "docProps/core.xml": (
            f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
        ),
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="{escape(sheet_name)}" sheetId="1" r:id="r1"/></sheets>'
            f"<definedNames>{titles}</definedNames></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _styles(),
    }


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{k}" formatCode="{escape(text, {chr(34): "&quot;"})}"/>' for k, text in _FORMATS.items()
    )
    fonts = "".join(
        f'<font>{bold}<sz val="{size}"/><name val="{name}"/><charset val="134"/></font>'
        for bold, size, name in (("", 10, "仿宋"), ("<b/>", 10, "宋体"), ("<b/>", 18, "宋体"), ("", 9, "宋体"))
    )
    grays = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{gray}"/><bgColor indexed="64"/></patternFill></fill>'
        for gray in ("F2F2F0", "EFEFEC")
    )
    side = '<{0} style="thin"><color rgb="FF666666"/></{0}>'
    border = "".join(side.format(name) for name in ("left", "right", "top", "bottom"))
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{edge}" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1"{" quotePrefix=" + chr(34) + "1" + chr(34) if quote else ""}>'
        f'<alignment horizontal="{side_}" vertical="center"{" wrapText=" + chr(34) + "1" + chr(34) if wraps else ""}/></xf>'
        for number, font, fill, edge, side_, wraps, quote in _CELLS.values()
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">{formats}</numFmts><fonts count="4">{fonts}</fonts>'
        f'<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>{grays}</fills>'
        f'<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>{border}<diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_CELLS) + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
