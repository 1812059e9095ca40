"""The door for uploads: what a file truly is, and whether it is safe to open. Meaning comes later.

Content is decided by bytes and a name that lies is refused. Nothing is unpacked to disk, no reference to another file
is followed, no macro or formula is run. A cached formula value is passed on and named as something to look at; a
formula that has no stored value is refused, because we do not calculate.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fundsys.domain.errors import DomainError

MIB = 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 256 * 1024
_XML_PART = (".xml", ".rels", ".vml")


class WorkbookRefused(DomainError):
    """A file that is not opened, or not read to its end, with the reason."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be. The same figures stand in the messages."""

    file_bytes: int = 20 * MIB
    unpacked_bytes: int = 200 * MIB
    part_bytes: int = 160 * MIB
    ratio: int = 200
    ratio_floor: int = 8 * MIB
    parts: int = 2_000
    sheets: int = 100
    rows: int = 10_000
    columns: int = 256
    cells: int = 120_000
    elements: int = 2_000_000
    text_chars: int = 32_767
    shared_chars: int = 30_000_000


LIMITS = Limits()
BULK_LIMITS = Limits(rows=110_000, cells=2_000_000, columns=128)
_KINDS = {
    "xlsx": "Excel 工作簿（.xlsx）", "xls": "Excel 97—2003 工作簿（.xls）", "csv": "文本（.csv）", "xlsm": "带宏的工作簿（.xlsm）",
    "xlsb": "二进制工作簿（.xlsb）", "ods": "开放文档表格（.ods）", "html": "网页（HTML）", "xml": "XML 文档", "pdf": "PDF 文件",
    "image": "图片", "doc": "Word 文档", "encrypted": "加密的文件", "zip": "压缩包", "ole": "不认识的 Office 文件",
    "rar": "压缩包", "binary": "不认识的二进制文件",
}  # fmt: skip
_OPENED = {".xlsx": "xlsx", ".xls": "xls", ".csv": "csv"}


def open_kind(path: Path, name: str | None = None, limits: Limits = LIMITS) -> str:
    """ "xlsx", "xls" or "csv": what the file is by its bytes, when its name says the same.

    name: the name the person gave the file, where it is stored under another one.
    Raises: WorkbookRefused when it is empty, too large, locked, something else, or misnamed.
    """
    shown = name or path.name
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise WorkbookRefused(f"“{shown}”不是文件。")
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError as wrong:
        raise WorkbookRefused(f"打不开文件“{shown}”：{wrong.strerror or '读取失败'}。") from wrong
    if size == 0:
        raise WorkbookRefused(f"文件“{shown}”是空的。")
    if size > limits.file_bytes:
        raise WorkbookRefused(
            f"文件“{shown}”有 {size / MIB:.1f} MiB，超过 {limits.file_bytes // MIB} MiB，请拆分后再导入。"
        )
    kind, suffix = content_kind(path, head), PurePosixPath(shown.replace("\\", "/")).suffix.lower()
    if kind == "encrypted":
        raise WorkbookRefused(f"文件“{shown}”设有密码，打不开。请取消密码后另存再导入。")
    if suffix not in _OPENED:
        raise WorkbookRefused(f"只能读取 .xlsx、.xls 和 .csv 文件，“{shown}”不是。请另存为 .xlsx 再导入。")
    if kind != _OPENED[suffix]:
        raise WorkbookRefused(
            f"文件“{shown}”的名称是 {suffix}，内容却是{_KINDS[kind]}，名称与内容不符。请用 Excel 打开核对，另存为 .xlsx 再导入。"
        )
    return kind


def content_kind(path: Path, head: bytes) -> str:
    """What the bytes are, whatever the name says: a key of the table of kinds."""
    if head.startswith((_ZIP, b"PK\x05\x06")):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    for start, kind in ((b"%PDF", "pdf"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"Rar!", "rar"),
                        (b"7z\xbc\xaf", "rar"), (b"\x1f\x8b", "rar"), (b"GIF8", "image")):  # fmt: skip
        if head.startswith(start):
            return kind
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<?xml") and b"<html" not in text:
        return "xml"
    if text.startswith((b"<", b"mime-version:")) and re.search(
        rb"<(!doctype|html|head|table|body|meta|style|tr|td)\b", text
    ):
        return "html"
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    return "csv"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {name.lower() for name in package.namelist()}
            types = b""
            listed = next((i for i in package.infolist() if i.filename.lower() == "[content_types].xml"), None)
            if listed and listed.file_size < MIB:
                types = package.read(listed)
    except (zipfile.BadZipFile, OSError, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError) as wrong:
        raise WorkbookRefused("文件已损坏或不完整，打不开。请重新另存或重新下载后再导入。") from wrong
    if any(name.endswith("vbaproject.bin") for name in names) or b"macroenabled" in types.lower():
        return "xlsm"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "word/document.xml" in names:
        return "doc"
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "xlsx" if "[content_types].xml" in names else "zip"


def _ole_kind(path: Path) -> str:
    listing = path.read_bytes()
    for name, kind in (
        ("EncryptedPackage", "encrypted"),
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
    ):
        if (name + "\0").encode("utf-16-le") in listing:
            return kind
    return "ole"


def check_package(package: zipfile.ZipFile, limits: Limits = LIMITS) -> None:
    """Unpack every part once, keeping nothing, and refuse what a workbook never needs.

    Checked: the list of parts (check_entries), and of every part its real size, checksum and what its XML brings.
    Raises: WorkbookRefused naming the part.
    """
    check_entries(package, limits)
    for entry in package.infolist():
        for _ in checked_chunks(package, entry):
            pass


def check_entries(package: zipfile.ZipFile, limits: Limits = LIMITS) -> None:
    """Refuse by the list of parts alone: their number, names, duplicates, overlaps, locks, declared sizes and ratio.

    No more than the declared size of a part is ever unpacked, so the limits hold whatever the parts are.
    Raises: WorkbookRefused naming the part.
    """
    entries = package.infolist()
    if len(entries) > limits.parts:
        raise WorkbookRefused(f"文件内有 {len(entries)} 个部件，超过 {limits.parts} 个，不是正常的工作簿。")
    _check_names(entries)
    declared = sum(entry.file_size for entry in entries)
    if declared > limits.unpacked_bytes:
        raise WorkbookRefused(
            f"文件解压后有 {declared // MIB} MiB，超过 {limits.unpacked_bytes // MIB} MiB，不予打开。"
        )
    for entry in entries:
        if entry.file_size > limits.part_bytes or (
            entry.file_size > limits.ratio_floor and entry.file_size > limits.ratio * max(entry.compress_size, 1)
        ):
            raise WorkbookRefused(f"文件内的“{entry.filename}”压缩比异常（疑似压缩炸弹），不予打开。")


def checked_chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """A part piece by piece, refused when its XML is no plain UTF-8 or brings its own document type or entities."""
    tail, name = b"", entry if isinstance(entry, str) else entry.filename
    for chunk in part_chunks(package, entry):
        if name.lower().endswith(_XML_PART):
            _check_xml(name, tail, chunk)
            tail = chunk[-16:]
        yield chunk


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.filename
        if (
            name.startswith(("/", "\\"))
            or ".." in re.split(r"[/\\]", name)
            or re.match(r"[A-Za-z]:", name)
            or "\\" in name
        ):
            raise WorkbookRefused(f"文件内有不该有的路径“{name}”，不予打开。")
        if name.lower() in seen:
            raise WorkbookRefused(f"文件内有两个同名部件“{name}”，不能确定以哪个为准，不予打开。")
        seen.add(name.lower())
        if entry.flag_bits & 1:
            raise WorkbookRefused("文件设有密码，打不开。请取消密码后另存再导入。")
        if entry.header_offset < end:
            raise WorkbookRefused(f"文件内的部件“{name}”互相重叠（疑似压缩炸弹），不予打开。")
        end = entry.header_offset + entry.compress_size


def part_chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """A part piece by piece; its checksum is checked at the end. Raises WorkbookRefused when it is damaged."""
    name = entry if isinstance(entry, str) else entry.filename
    try:
        with package.open(entry) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError) as wrong:
        raise WorkbookRefused(f"文件内的“{name}”已损坏（校验不符或不完整），打不开。请重新另存后再导入。") from wrong


def _check_xml(name: str, tail: bytes, chunk: bytes) -> None:
    if not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00"):
        raise WorkbookRefused(f"文件内的“{name}”不是 UTF-8 编码，不是正常的工作簿，不予打开。")
    said = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", chunk) if not tail else None
    if said and said[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise WorkbookRefused(f"文件内的“{name}”不是 UTF-8 编码，不是正常的工作簿，不予打开。")
    text = tail + chunk
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise WorkbookRefused(f"文件内的“{name}”含有文档类型声明或实体，不予打开。")
