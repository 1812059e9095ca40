"""Characters nobody sees on a page: controls, joiners, marks that turn the order of reading."""

from __future__ import annotations

import re

_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def hidden_character(text: str) -> str | None:
    """The number of the first character in a text that nobody sees, “U+202E”; None when there is none."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
