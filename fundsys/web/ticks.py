"""The ticks of a table: which rows are meant, each at the version the page showed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request

from fundsys.domain.plain_input import GREATEST


def ticked(keys: Iterable[str] | None = None) -> dict[int, int]:
    """The ticked rows of a posted table: id → version as the page showed it. What is no number is passed over.

    keys: the rows meant, where something other than ticks says so.
    """
    found = {}
    for text in request.form.getlist("chosen") if keys is None else keys:
        version = request.form.get(f"seen-{text}", "")
        if is_number(text) and is_number(version):
            found[int(text)] = int(version)
    return found


def chosen_rows(rows: Iterable[Any], first: Callable[[Any], bool] = lambda _: True) -> dict[int, int]:
    """The ticked rows; where nothing has been posted yet those that are ticked on first sight, with id and version of their own."""
    if request.method == "GET":
        return {row.id: row.version for row in rows if first(row)}
    return ticked()


def is_number(text: str) -> bool:
    """Whether a text of a form is a number of ours, written as we write it."""
    return text.isascii() and text.isdigit() and len(text) < 20 and text == str(int(text)) and int(text) <= GREATEST
