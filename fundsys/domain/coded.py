"""Enumerations whose code is stored, whose label is shown and whose tone picks the tag."""

from __future__ import annotations

from enum import Enum
from typing import Self

TONES = ("good", "info", "plain", "warn", "bad")


class Coded(Enum):
    """A member is `NAME = "code", "标签", "tone"`. Stored by code, shown by label."""

    code: str
    label: str
    tone: str

    __hash__ = object.__hash__  # each member is there once; the enumeration's own way is slow

    def __new__(cls, code: str, label: str = "", tone: str = "plain") -> Self:
        # a default for the sake of look-ups by code, FourBatch("B1"), which never come here
        if not label:
            raise TypeError(f"{cls.__name__} {code} has no label")
        member = object.__new__(cls)
        member._value_ = code
        member.code = code
        member.label = label
        member.tone = tone
        return member

    @classmethod
    def by_label(cls, label: str) -> Self | None:
        """The member with this label; None when there is none."""
        return next((member for member in cls if member.label == label), None)
