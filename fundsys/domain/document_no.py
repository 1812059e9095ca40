"""Document numbers (文号): one way of writing each, whatever brackets and digits people type."""

from __future__ import annotations

import re
import unicodedata

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
