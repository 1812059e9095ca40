"""Rows dated in a month whose accounts are closed: refused at their cell, in the words every page says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fundsys.queries.periods import closed_month_of, closed_words

from .base import Sheet


def refuse_closed_months(sheet: Sheet, attr: str, places: Iterable[int]) -> None:
    """Complain about the day of these rows where its month is closed; an empty cell means the office day."""
    column = sheet.column(attr)
    asked: dict[date, str] = {}
    for place in places:
        day = column[place] or sheet.told.day
        if day not in asked:
            found = closed_month_of(sheet.session, day)
            asked[day] = closed_words(day, found) if found else ""
        if asked[day]:
            sheet.complain(place, attr, asked[day])
