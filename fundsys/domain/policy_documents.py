"""Policy documents (政策文件): kinds and states, when one is valid, and which of them a text cites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .coded import Coded
from .document_no import tidy_document_no


class DocumentKind(Coded):
    """What kind of paper it is."""

    MEASURES = "measures", "管理办法", "info"
    RULES = "rules", "实施细则", "plain"
    PLAN = "plan", "工作要点、方案", "plain"
    NOTICE = "notice", "通知", "plain"
    STANDARD = "standard", "标准规范", "plain"
    MINUTES = "minutes", "会议纪要", "plain"
    OTHER = "other", "其他", "plain"


class DocumentState(Coded):
    """Whether a second person has confirmed the entry."""

    SUBMITTED = "submitted", "待确认", "info"
    RETURNED = "returned", "已退回", "warn"
    APPROVED = "approved", "已确认", "good"


class Validity(Coded):
    """Whether a document holds on a day."""

    VALID = "valid", "有效", "good"
    COMING = "coming", "未生效", "info"
    EXPIRED = "expired", "已失效", "bad"
    REPLACED = "replaced", "已被替代", "bad"


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A confirmed document. valid_to: its last day, inclusive; None is open.

    replaced_from: first day of the confirmed document that replaces it; None when none does.
    """

    id: int
    number: str
    title: str
    valid_from: date
    valid_to: date | None
    replaced_from: date | None = None
    replaced_by: str = ""

    @property
    def name(self) -> str:
        """“《…管理办法》（财农〔2021〕19号）”."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    def validity(self, day: date) -> Validity:
        """Whether it holds on a day."""
        if day < self.valid_from:
            return Validity.COMING
        if self.valid_to is not None and self.valid_to < day:
            return Validity.EXPIRED
        if self.replaced_from is not None and self.replaced_from <= day:
            return Validity.REPLACED
        return Validity.VALID

    def is_cited_by(self, text: str) -> bool:
        """Whether a text names it, by its number in any brackets or by its whole title."""
        plain = tidy_document_no(text)
        number, title = tidy_document_no(self.number), tidy_document_no(self.title)
        return bool(number and number in plain) or bool(title and title in plain)

    def doubt(self, day: date) -> str:
        """What is to be told of a text that cites it on a day; empty while it holds."""
        found = self.validity(day)
        if found is Validity.EXPIRED:
            return f"{self.name}已于 {self.valid_to} 失效，请核对依据"
        if found is Validity.REPLACED:
            return f"{self.name}自 {self.replaced_from} 起已被{self.replaced_by}替代，请核对依据"
        return f"{self.name}自 {self.valid_from} 起才生效，请核对依据" if found is Validity.COMING else ""


def cited(text: str, documents: Iterable[DocumentFact]) -> list[DocumentFact]:
    """The documents a text names."""
    return [one for one in documents if one.is_cited_by(text)] if text.strip() else []
