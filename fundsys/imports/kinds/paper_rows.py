"""Row codes of paper sheets in a workbook: read with their check digits, a slip refused at its cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from fundsys.domain.errors import DomainError
from fundsys.domain.row_codes import read_row_code, row_code

from .base import Sheet

AT_ONCE = 500
T = TypeVar("T")


def rows_of_codes(sheet: Sheet, look_up: Callable[[Sequence[str]], dict[str, T]], word: str) -> list[T | None]:
    """What stands behind the row code of every row; None where there is no code. word: 巡查表, 盘点表.

    look_up: what is known of up to 500 codes.
    """
    codes: list[str | None] = []
    for place, text in enumerate(sheet.column("row_code")):
        try:
            codes.append(row_code(*read_row_code(text)) if text else None)
        except DomainError as fault:
            codes.append(None)
            sheet.complain(place, "row_code", fault.message)
    known: dict[str, T] = {}
    wanted = sorted({code for code in codes if code})
    for start in range(0, len(wanted), AT_ONCE):
        known |= look_up(wanted[start : start + AT_ONCE])
    for place, code in enumerate(codes):
        if code and code not in known:
            sheet.complain(place, "row_code", f"没有行码是“{code}”的{word}，请核对是不是本县的表")
    return [known.get(code or "") for code in codes]
