"""What nobody may type: characters nobody sees on a page, and numbers beyond every column."""

from __future__ import annotations

import re

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Controls, joiners, marks that turn the order of reading."""
GREATEST = 2**31 - 1
"""The greatest id a database column keeps."""


def hidden_character(text: str) -> str | None:
    """The number of the first character in a text that nobody sees, “U+202E”; None when there is none."""
    found = UNSEEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
