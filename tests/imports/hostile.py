"""Workbooks made to break readers: each with what must happen, a refusal that names the trouble or exact rows."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>乡镇</t></is></c><c r="B1" t="inlineStr"><is><t>资金（万元）</t></is></c></row>'
ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲镇</t></is></c><c r="B2"><v>10</v></c></row>'


@dataclass(frozen=True)
class Hostile:
    """One file: its name, its bytes, and either words of the refusal or the amounts in 分 that must be read."""

    case: str
    name: str
    make: Callable[[], bytes]
    refused: tuple[str, ...] = ()
    amounts: tuple[int | None, ...] = ()
    problems: tuple[str, ...] = ()


def parts(
    sheet: str, *, strings: str = "", workbook_extra: str = "", styles: str = "", more: dict[str, bytes] | None = None
) -> dict[str, bytes]:
    """The parts of a one-sheet workbook around the XML of its sheet."""
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'.encode().decode(),
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{workbook_extra}<sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        **(more or {}),
    }  # type: ignore[return-value]


def pack(contents: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of parts as bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return out.getvalue()


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """The XML of a sheet around its rows."""
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def book(rows: str, before: str = "", after: str = "", **options: object) -> bytes:
    """A one-sheet workbook with these rows after the heading row."""
    return pack(parts(sheet(HEAD + rows, before, after), **options))  # type: ignore[arg-type]


def amount(stored: str, attributes: str = "") -> bytes:
    """A workbook whose only amount is stored as given."""
    return book(
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>甲镇</t></is></c><c r="B2"{attributes}><v>{stored}</v></c></row>'
    )


def plain_book() -> bytes:
    """An honest small workbook."""
    return book(ROW)


def many_rows(count: int) -> bytes:
    """Rows in the thousands with names and amounts."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>村{n}</t></is></c><c r="B{n}"><v>1</v></c></row>'
        for n in range(2, count + 2)
    )
    return book(rows)


def bomb() -> bytes:
    """300 MiB of spaces in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts(sheet(HEAD + ROW)).items():
            package.writestr(name, content)
        with package.open("xl/media/image1.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * 1024 * 1024)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A part that declares 10 bytes and unpacks to 64 MiB."""
    honest = b" " * (64 * 1024 * 1024)
    raw = pack({**parts(sheet(HEAD + ROW)), "xl/extra.xml": honest})
    size = struct.pack("<I", len(honest))
    return raw.replace(size, struct.pack("<I", 10))


def nested_bomb() -> bytes:
    """A bomb packed inside an embedding; nobody may unpack it."""
    return book(ROW, more={"xl/embeddings/book.xlsx": bomb()})


def duplicate_parts() -> bytes:
    """Two sheets under one part name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts(sheet(HEAD + ROW)).items():
            package.writestr(name, content)
        package.writestr("XL/worksheets/sheet1.xml", sheet(HEAD))
    return out.getvalue()


def wrong_crc() -> bytes:
    """A stored sheet with one byte changed after its checksum was taken."""
    raw = bytearray(pack(parts(sheet(HEAD + ROW)), zipfile.ZIP_STORED))
    raw[raw.index(b"<v>10</v>") + 3] = ord("9")
    return bytes(raw)


def swapped_sheets() -> bytes:
    """The second listed sheet is stored in the first part."""
    contents = parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    contents["xl/worksheets/sheet2.xml"] = sheet(HEAD + ROW).encode()
    contents["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="甲" sheetId="1" r:id="r9"/><sheet name="乙" sheetId="2" r:id="r1"/></sheets></workbook>'.encode()
    )
    contents["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r9" Type="{REL}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
    ).encode()
    return pack(contents)


def openpyxl_book(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """An ordinary workbook with one change."""
    made = openpyxl.Workbook()
    for row in (("乡镇", "资金（万元）"), ("甲镇", 10), ("乙镇", 20)):
        made.active.append(row)
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def hide_row(made: openpyxl.Workbook) -> None:
    """Hide the second record."""
    made.active.row_dimensions[3].hidden = True


def hide_sheet(made: openpyxl.Workbook) -> None:
    """Add a hidden sheet with rows."""
    other = made.create_sheet("底稿")
    for row in (("乡镇", "资金（万元）"), ("丙镇", 99)):
        other.append(row)
    other.sheet_state = "hidden"


def far_cell(made: openpyxl.Workbook) -> None:
    """One cell in the farthest corner."""
    made.active.cell(1_048_576, 16_384, 1)


def many_empty_rows() -> bytes:
    """A million rows that hold nothing."""
    return book(ROW + "".join(f'<row r="{n}" ht="15"/>' for n in range(3, 1_000_003)))


def many_styled_cells() -> bytes:
    """Four million cells that hold nothing."""
    row = "".join("<c/>" for _ in range(200))
    return book(ROW + "".join(f'<row r="{n}">{row}</row>' for n in range(3, 20_003)))


def ole(*streams: str) -> bytes:
    """The head of an OLE file with directory entries of these names."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join((s + "\0").encode("utf-16-le").ljust(64, b"\0") for s in streams)
        + b"\0" * 2048
    )


def deep_xml() -> bytes:
    """Elements nested a hundred thousand deep."""
    return pack(parts("<a>" * 100_000 + "</a>" * 100_000))


def entities() -> bytes:
    """Billion laughs in the shared strings."""
    laughs = (
        '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
    )
    return pack({**parts(sheet(HEAD + ROW)), "xl/sharedStrings.xml": laughs.encode()})


def utf16_entities() -> bytes:
    """The same in UTF-16, past a search for bytes."""
    laughs = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE sst [<!ENTITY a "ha">]>'
        f'<sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
    )
    return pack({**parts(sheet(HEAD + ROW)), "xl/sharedStrings.xml": laughs.encode("utf-16")})


def formula(text: str, value: str = "") -> bytes:
    """The amount is a formula, with or without a stored result."""
    return book(f'<row r="2"><c r="A2" t="inlineStr"><is><t>甲镇</t></is></c><c r="B2"><f>{text}</f>{value}</c></row>')


def crc_of(text: bytes) -> int:
    """The checksum a zip keeps."""
    return zlib.crc32(text)


DATE_1904 = '<workbookPr date1904="1"/>'
CORPUS = [
    Hostile("诚实的小表", "表.xlsx", plain_book, amounts=(10_000_000,)),
    Hostile("压缩炸弹", "表.xlsx", bomb, refused=("解压", "MiB")),
    Hostile("谎报大小的炸弹", "表.xlsx", lying_bomb, refused=("损坏",)),
    Hostile("嵌套的炸弹", "表.xlsx", nested_bomb, amounts=(10_000_000,)),
    Hostile("同名部件", "表.xlsx", duplicate_parts, refused=("同名部件", "sheet1")),
    Hostile("部件名带上级路径", "表.xlsx", lambda: book(ROW, more={"../../etc/passwd": b"x"}), refused=("路径",)),
    Hostile("部件名带盘符", "表.xlsx", lambda: book(ROW, more={"C:/x.xml": b"x"}), refused=("路径",)),
    Hostile("校验码不符", "表.xlsx", wrong_crc, refused=("sheet1.xml", "损坏")),
    Hostile("截断一半", "表.xlsx", lambda: plain_book()[:900], refused=("损坏",)),
    Hostile("只有文件头", "表.xlsx", lambda: b"PK\x03\x04" + b"\0" * 50, refused=("损坏",)),
    Hostile("空文件", "表.xlsx", lambda: b"", refused=("空的",)),
    Hostile("实体膨胀", "表.xlsx", entities, refused=("sharedStrings", "实体")),
    Hostile("UTF-16 里的实体", "表.xlsx", utf16_entities, refused=("UTF-8",)),
    Hostile("嵌套十万层", "表.xlsx", deep_xml, refused=("损坏",)),
    Hostile("带宏而改名", "表.xlsx", lambda: book(ROW, more={"xl/vbaProject.bin": b"x"}), refused=("宏", "不符")),
    Hostile("加密的工作簿", "表.xlsx", lambda: ole("EncryptedPackage"), refused=("密码",)),
    Hostile("xls 改名为 xlsx", "表.xlsx", lambda: ole("Workbook"), refused=("名称与内容不符",)),
    Hostile("xlsx 改名为 xls", "表.xls", plain_book, refused=("名称与内容不符",)),
    Hostile("csv 改名为 xlsx", "表.xlsx", lambda: "乡镇,资金（万元）\n甲镇,10\n".encode(), refused=("名称与内容不符",)),
    Hostile("xlsx 改名为 csv", "表.csv", plain_book, refused=("名称与内容不符",)),
    Hostile("网页改名为 xls", "表.xls", lambda: "<html><table><tr><td>乡镇</td></tr></table></html>".encode(), refused=("网页",)),
    Hostile("网页改名为 csv", "表.csv", lambda: b"\xef\xbb\xbf<table><tr><td>1</td></tr></table>", refused=("网页",)),
    Hostile("PDF 改名为 xlsx", "表.xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3", refused=("PDF",)),
    Hostile("坏的 xls", "表.xls", lambda: ole("Workbook"), refused=("损坏",)),
    Hostile("二进制的 csv", "表.csv", lambda: b"a,b\n\0\1\2", refused=("名称与内容不符",)),
    Hostile("远处一格", "表.xlsx", lambda: openpyxl_book(far_cell), refused=("XFD1048576",)),
    Hostile("维度标签写错", "表.xlsx", lambda: book(ROW + ROW.replace("2", "3"), before='<dimension ref="A1:A1"/>'), amounts=(10_000_000, 10_000_000)),
    Hostile("一百万空行", "表.xlsx", many_empty_rows, amounts=(10_000_000,)),
    Hostile("四百万空格", "表.xlsx", many_styled_cells, refused=("个，不予打开",)),
    Hostile("行数太多", "表.xlsx", lambda: many_rows(10_001), refused=("10000 行",)),
    Hostile("公式没有结果", "表.xlsx", lambda: formula("SUM(1,2)"), refused=("表", "B2", "公式")),
    Hostile("公式有结果", "表.xlsx", lambda: formula("SUM(1,2)", "<v>3</v>"), amounts=(3_000_000,), problems=("B2",)),
    Hostile("公式引用别的文件", "表.xlsx", lambda: formula("[1]Sheet1!A1", "<v>3</v>"), refused=("B2", "别的文件")),
    Hostile("公式调用程序", "表.xlsx", lambda: formula("cmd|'/c calc'!A1", "<v>3</v>"), refused=("B2", "程序")),
    Hostile("NaN", "表.xlsx", lambda: amount("NaN"), refused=("B2", "不是数")),
    Hostile("无穷大", "表.xlsx", lambda: amount("INF"), refused=("B2", "不是数")),
    Hostile("1e308", "表.xlsx", lambda: amount("1e308"), refused=("B2", "不是数")),
    Hostile("二十位整数", "表.xlsx", lambda: amount("12345678901234567890"), amounts=(None,), problems=("B2",)),
    Hostile("0.005 元", "表.xlsx", lambda: amount("0.0000005"), amounts=(None,), problems=("B2",)),
    Hostile("浮点尾数", "表.xlsx", lambda: amount("0.30000000000000004"), amounts=(300_000,)),
    Hostile("错误值", "表.xlsx", lambda: amount("#REF!", ' t="e"'), amounts=(None,), problems=("B2",)),
    Hostile("日期当金额", "表.xlsx", lambda: book(ROW.replace('<c r="B2">', '<c r="B2" s="1">'), styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'), amounts=(None,), problems=("B2",)),
    Hostile("百分数当金额", "表.xlsx", lambda: book(ROW.replace('<c r="B2">', '<c r="B2" s="1">'), styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'), amounts=(None,), problems=("B2",)),
    Hostile("文字编号越界", "表.xlsx", lambda: book('<row r="2"><c r="A2" t="s"><v>7</v></c><c r="B2"><v>1</v></c></row>'), refused=("A2", "编号")),
    Hostile("转义的空字符", "表.xlsx", lambda: book('<row r="2"><c r="A2" t="inlineStr"><is><t>甲_x0000_镇</t></is></c><c r="B2"><v>1</v></c></row>'), refused=("A2", "控制字符")),
    Hostile("改变方向的字符", "表.xlsx", lambda: book(ROW.replace("甲镇", "甲\u202e镇")), amounts=(10_000_000,), problems=("A2",)),
    Hostile("补充平面的表情和生僻字", "表.xlsx", lambda: book(ROW.replace("甲镇", "𠮷😀镇")), amounts=(10_000_000,)),
    Hostile("同一格写两次", "表.xlsx", lambda: book(ROW.replace("</row>", '<c r="B2"><v>99</v></c></row>')), refused=("B2", "重复")),
    Hostile("行号重复", "表.xlsx", lambda: book(ROW + ROW), refused=("第 2 行",)),
    Hostile("合并格盖住数字", "表.xlsx", lambda: book(ROW + ROW.replace("2", "3").replace("10", "99"), after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'), amounts=(10_000_000, None), problems=("B3", "B3")),
    Hostile("整表大合并", "表.xlsx", lambda: book(ROW, after='<mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>'), amounts=(10_000_000,)),
    Hostile("隐藏的行", "表.xlsx", lambda: openpyxl_book(hide_row), amounts=(10_000_000, 20_000_000), problems=("A3",)),
    Hostile("隐藏的工作表", "表.xlsx", lambda: openpyxl_book(hide_sheet), amounts=(10_000_000, 20_000_000), problems=("A1",)),
    Hostile("两张表调换", "表.xlsx", swapped_sheets, amounts=(10_000_000,), problems=("A1",)),
    Hostile("文字太长", "表.xlsx", lambda: book(ROW.replace("甲镇", "镇" * 40_000)), refused=("A2", "32767")),
    Hostile("csv 里的公式", "表.csv", lambda: "乡镇,资金（万元）\n甲镇,=1+1\n".encode(), refused=("B2", "公式")),
    Hostile("csv 引号不合", "表.csv", lambda: ("乡镇,资金（万元）\n甲镇,\"" + "1" * 50_000).encode(), refused=("引号",)),
    Hostile("看不出编码的 csv", "表.csv", lambda: "乡镇,资金\n".encode() + b"\xff\xff\xff\n", refused=("编码",)),
    Hostile("外部链接部件", "表.xlsx", lambda: book(ROW, more={"xl/externalLinks/externalLink1.xml": b"<a/>"}), amounts=(10_000_000,)),
]  # fmt: skip
