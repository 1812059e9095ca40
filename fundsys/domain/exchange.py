"""Tables other systems want, as lines the county edits: one column a line, its heading, where it comes from, its unit and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import DomainError, Refusals

REQUIRED, FIXED, LACKING = "必填", "固定：", "无"
UNITS = ("元", "万元")
MOST_COLUMNS = 120


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column of a table somebody else wants.

    source: the word of ours it is taken from; empty where we have nothing of the kind. fixed: what stands in every row.
    unit: 元 or 万元 for money, empty for ours. codes: our word → theirs.
    """

    heading: str
    source: str = ""
    required: bool = False
    unit: str = ""
    fixed: str = ""
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def is_lacking(self) -> bool:
        """Whether the target wants what we do not keep."""
        return not self.source and not self.fixed

    def line(self) -> str:
        """The column as it is written: 表头 | 取自 | 必填 | 单位 | 对照."""
        source = f"{FIXED}{self.fixed}" if self.fixed else self.source or LACKING
        codes = "，".join(f"{ours}={theirs}" for ours, theirs in self.codes)
        return " | ".join((self.heading, source, REQUIRED if self.required else "", self.unit, codes)).rstrip(" |")


def read_lines(text: str) -> tuple[LayoutColumn, ...]:
    """The columns of a layout. Empty lines and lines that begin with # say nothing. Raises Refusals naming each line."""
    wrong: list[DomainError] = []
    found: list[LayoutColumn] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            column = _column(line)
            if column.heading in {one.heading for one in found}:
                raise DomainError(f"表头“{column.heading}”写了两次，请留一行")
            found.append(column)
        except DomainError as bad:
            wrong.append(DomainError(f"第 {number} 行：{bad.message}", field="lines"))
    if not wrong and not found:
        wrong.append(DomainError("一列也没有，请每列写一行：表头 | 取自 | 必填 | 单位 | 对照", field="lines"))
    if len(found) > MOST_COLUMNS:
        wrong.append(DomainError(f"有 {len(found)} 列，最多 {MOST_COLUMNS} 列", field="lines"))
    if wrong:
        raise Refusals(wrong)
    return tuple(found)


def _column(line: str) -> LayoutColumn:
    parts = [part.strip() for part in re.split(r"[|｜]", line)]
    if len(parts) > 5:
        raise DomainError("竖线多于四个，应是：表头 | 取自 | 必填 | 单位 | 对照")
    heading, source, required, unit, codes = [*parts, "", "", "", ""][:5]
    if not heading:
        raise DomainError("没有写表头")
    if required not in ("", REQUIRED):
        raise DomainError(f"第三格只能写“{REQUIRED}”或留空，“{required}”不行")
    if unit not in ("", *UNITS):
        raise DomainError(f"第四格的单位只能是元、万元或留空，“{unit}”不行")
    fixed = source.removeprefix(FIXED).strip() if source.startswith(FIXED) else ""
    if source.startswith(FIXED) and not fixed:
        raise DomainError("“固定：”后面没有写内容")
    return LayoutColumn(
        heading, "" if fixed or source == LACKING else source, bool(required), unit, fixed, tuple(_codes(codes))
    )


def _codes(text: str) -> Iterable[tuple[str, str]]:
    ours_seen = set()
    for pair in (one.strip() for one in re.split(r"[，,；;]", text)):
        if not pair:
            continue
        ours, sign, theirs = (part.strip() for part in pair.partition("="))
        if not sign or not ours or not theirs:
            raise DomainError(f"对照“{pair}”应写成：本系统的词=对方的词，几个之间用逗号隔开")
        if ours in ours_seen:
            raise DomainError(f"对照里“{ours}”写了两次")
        ours_seen.add(ours)
        yield ours, theirs
