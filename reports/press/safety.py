"""Text that a spreadsheet must not take for a formula. Shared by workbook and CSV."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might run this text."""
    return text.startswith(FORMULA_STARTS)


def quoted(text: str) -> str:
    """The text for a CSV: an apostrophe before whatever might run."""
    return f"'{text}" if looks_like_formula(text) else text


def unquoted(text: str) -> str:
    """What stood there before quoted()."""
    return text[1:] if text.startswith("'") and looks_like_formula(text[1:]) else text
