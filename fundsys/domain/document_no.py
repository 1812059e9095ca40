"""Document numbers (文号): one way of writing each, whatever brackets and digits people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .errors import DomainError

_YEAR = re.compile(r"[\[(【{〔〈<]\s*(\d{4})\s*[\])】}〕〉>]")
_SHAPE = re.compile(r"\S+〔(?:19|20)\d{2}〕第?\d+(?:-\d+|之[一二三四五六七八九十]+)?号")


class NotADocumentNo(DomainError):
    """Text that does not look like a document number."""


def tidy_document_no(text: str) -> str:
    """The number with six-cornered brackets 〔2024〕, plain digits and no spaces; anything else in it stays."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return _YEAR.sub(r"〔\1〕", plain)


def document_no(text: str) -> str:
    """A document number such as 宝市财办农〔2024〕12号. Raises NotADocumentNo."""
    tidy = tidy_document_no(text)
    if not _SHAPE.fullmatch(tidy):
        raise NotADocumentNo(f"“{text.strip()}”不像文号，请写成 宝市财办农〔2024〕12号")
    return tidy


_PARTS = re.compile(r"(\S+)〔(\d{4})〕第?(.+号)")


def doubts(number: str, year: int, others: Iterable[str] = ()) -> Iterator[str]:
    """What is odd about the number of a notice of money of a year, one sentence each. A warning, never a refusal.

    others: the numbers of the other notices. Source: F117 资金文号格式或年份异常.
    """
    tidy = tidy_document_no(number)
    parts = _parted(number)
    if not _SHAPE.fullmatch(tidy) or parts is None:
        yield f"“{tidy}”不像文号，请核对；一般写成 宝市财办农〔2024〕12号"
        return
    unit, stated, serial = parts
    if stated not in (year - 1, year):
        yield f"文号年份 {stated} 不在资金年度 {year} 的前一年至当年，请核对"
    for other in others:
        twin = _parted(other)
        if twin and (twin[0], twin[2]) == (unit, serial) and twin[1] != stated:
            yield f"{unit}的{serial}已有 {twin[1]} 年的一份（{other}），请核对年份"


@lru_cache(maxsize=1_024)
def _parted(number: str) -> tuple[str, int, str] | None:
    """Who issued it, in which year, and its serial number; a list is compared number by number, each with all others."""
    parts = _PARTS.fullmatch(tidy_document_no(number))
    return (parts[1], int(parts[2]), parts[3]) if parts else None
