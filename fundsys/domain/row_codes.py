"""Codes of the rows of paper sheets: sheet, row, and two check digits that catch a slip of the pen or of the keyboard.

Source: ISO/IEC 7064 MOD 97-10. The powers of ten are all different modulo 97 over ten places, so any single wrong
digit and any two swapped digits, wherever they stand, leave no valid code.
"""

from __future__ import annotations

import re
import unicodedata

from .errors import DomainError

_SHEET_DIGITS, _ROW_DIGITS = 5, 3
LENGTH = _SHEET_DIGITS + _ROW_DIGITS + 2
MOST_SHEETS, MOST_ROWS = 10**_SHEET_DIGITS - 1, 10**_ROW_DIGITS - 1


def row_code(sheet: int, row: int) -> str:
    """The ten digits of a row. Raises ValueError for what has no code."""
    if not (1 <= sheet <= MOST_SHEETS and 1 <= row <= MOST_ROWS):
        raise ValueError(f"no code for row {row} of sheet {sheet}")
    body = f"{sheet:0{_SHEET_DIGITS}d}{row:0{_ROW_DIGITS}d}"
    return f"{body}{98 - int(body) * 100 % 97:02d}"


def is_row_code(digits: str) -> bool:
    """Whether the check digits agree."""
    return (
        len(digits) == LENGTH and digits.isascii() and digits.isdigit() and int(digits) % 97 == 1 and digits[-2:] > "01"
    )


def shown_code(digits: str) -> str:
    """As paper shows it, in groups people can read: 00012-034-57."""
    return f"{digits[:_SHEET_DIGITS]}-{digits[_SHEET_DIGITS:-2]}-{digits[-2:]}"


def read_row_code(text: str) -> tuple[int, int]:
    """Sheet and row of a code as typed; blanks and hyphens between the groups do not count. Raises DomainError."""
    digits = re.sub(r"[\s\-－—]", "", unicodedata.normalize("NFKC", text))
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        raise DomainError(f"行码“{text.strip()}”应是 {LENGTH} 位数字，请照表重新录入", field="row_code")
    if not is_row_code(digits):
        raise DomainError(f"行码“{text.strip()}”的校验位不对，有数字写错或前后颠倒，请照表重新录入", field="row_code")
    return int(digits[:_SHEET_DIGITS]), int(digits[_SHEET_DIGITS:-2])
