"""Words looked for in texts: the one place where what a person typed becomes a LIKE."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_


def holds(words: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of these columns holds the words, large or small letters alike; % and _ stand for themselves."""
    return or_(*(column.icontains(words, autoescape=True) for column in columns))
