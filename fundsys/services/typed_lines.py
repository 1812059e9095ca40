"""What comes back on paper, typed in a row a line: read whole or refused with every line that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import TypeVar

from fundsys.domain.dates import NotADay, parse_day
from fundsys.domain.errors import DomainError
from fundsys.services.funds.common import refuse_all

T = TypeVar("T")
_BETWEEN = re.compile(r"[，,;；\t ]+")
_LOOKS_LIKE_A_DAY = re.compile(r"[\d\-./年月日]{4,11}")
MOST_SHOWN = 20


def words_of(line: str) -> list[str]:
    """The words of a line, whatever stands between them."""
    return [word for word in _BETWEEN.split(line) if word]


def typed_lines(
    text: str, nothing: str, read: Callable[[str], T], twice: Callable[[T], tuple[Hashable, str]]
) -> list[tuple[int, T]]:
    """(line number, what it says) of every line that says something.

    nothing: the refusal of an empty text. twice: what may stand there once only, and its name.
    Raises: DomainError or Refusals with every line that is wrong.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise DomainError(nothing, field="lines")
    faults: list[DomainError] = []
    found: list[tuple[int, T]] = []
    seen: set[Hashable] = set()
    for number, line in lines:
        try:
            one = read(line)
        except DomainError as fault:
            faults.append(DomainError(f"第 {number} 行：{fault.message}", field="lines"))
            continue
        key, name = twice(one)
        if key in seen:
            faults.append(DomainError(f"第 {number} 行：行码 {name} 在本次录入里重复", field="lines"))
            continue
        seen.add(key)
        found.append((number, one))
    if faults:
        refuse_lines(faults)
    return found


def refuse_lines(faults: Sequence[DomainError]) -> None:
    """Refuse with every line that is wrong, the first twenty in full."""
    shown = list(faults[:MOST_SHOWN])
    if len(faults) > len(shown):
        shown.append(DomainError(f"还有 {len(faults) - len(shown)} 行不对，改好以上的再看", field="lines"))
    refuse_all(shown)


def take_day(words: list[str], usual: date) -> date:
    """The day a line begins with, taken from its words; the usual one where it has none. Raises DomainError."""
    if words and _LOOKS_LIKE_A_DAY.fullmatch(words[0]):
        return day_said(words.pop(0), usual)
    return usual


def day_said(text: str, near: date) -> date:
    """A day as typed, of the year of another where it names none. Raises DomainError."""
    try:
        return parse_day(text, near.year)
    except NotADay as fault:
        raise DomainError(fault.message) from fault
