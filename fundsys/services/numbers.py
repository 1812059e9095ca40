"""Numbers of approved papers: given inside the act, one after the other within a year, never used again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def next_numbers(session: Session, column: Any, word: str, year: int, count: int) -> list[str]:
    """The next numbers of a year, such as 分配〔2024〕00001号. The act holds the writers' queue, so no two acts get the same."""
    begin = f"{word}〔{year}〕"
    last = session.scalar(select(func.max(column)).where(column.like(f"{begin}%")))
    first = int(last.removeprefix(begin).removesuffix("号")) + 1 if last else 1
    return [f"{begin}{number:05d}号" for number in range(first, first + count)]
