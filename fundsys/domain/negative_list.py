"""The negative list of the transition fund: words that may speak for a forbidden use. They never decide: a person does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .coded import Coded


class ReviewVerdict(Coded):
    """What somebody concluded of a hit on the negative list."""

    CLEAR = "clear", "不属于负面清单", "good"
    FORBIDDEN = "forbidden", "属于负面清单", "bad"


@dataclass(frozen=True, slots=True)
class NegativeItem:
    """One item of the list. words: each a tuple of pieces that must all stand in a text."""

    code: str
    name: str
    words: tuple[tuple[str, ...], ...]

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"

    def word_in(self, text: str) -> str:
        """The first of its words that stands in a text; empty when none does."""
        return next(("".join(word) for word in self.words if all(piece in text for piece in word)), "")


def item_of(code: str, name: str, terms: Iterable[object]) -> NegativeItem:
    """An item from the dictionary's words; a word in brackets (“工程尾款（往年）”) must stand in the text too."""
    pieces = (tuple(p for p in re.split(r"[（）()]", str(term)) if p.strip()) for term in terms)
    return NegativeItem(code, name, tuple(word for word in pieces if word))


def said_in(items: Iterable[NegativeItem], text: str) -> tuple[NegativeItem, ...]:
    """The items with only those words whose pieces all stand in a text: of many texts at once, what any of them can hit."""
    narrow = (
        NegativeItem(item.code, item.name, tuple(w for w in item.words if all(piece in text for piece in w)))
        for item in items
    )
    return tuple(item for item in narrow if item.words)


def hits(text: str, items: Iterable[NegativeItem]) -> tuple[str, ...]:
    """The items whose words stand in a text, each with the word: “N09 形象工程景观工程（文化墙）”."""
    return tuple(f"{item.label}（{word}）" for item in items if (word := item.word_in(text)))
