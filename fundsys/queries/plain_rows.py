"""Rows of columns straight from the database, where thousands are read for one figure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import CursorResult, Select
from sqlalchemy.orm import Session

Ts = TypeVarTuple("Ts")
built_once = lru_cache(maxsize=64)
"""A question built once for the same arguments: building one costs more than asking it."""


def plain_rows(session: Session, query: Select[*Ts], **told: Any) -> CursorResult[*Ts]:
    """The rows of a question for columns alone, in half the time: the session need not look for objects among them.

    told: what the question leaves open.
    """
    session.flush()
    found: CursorResult[*Ts] = session.connection().execute(query, told)
    return found
