"""Where the files of prints are kept, and the rows of a print as they were hashed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

from fundsys import store

ROWS = ".rows.gz"
"""The suffix of the rows of a print: unpacked, their SHA-256 is the print's row digest."""


def kept_file(number: str, suffix: str, county: str | None = None) -> Path:
    """Where the file of a print is kept."""
    return Path(store.settings().instance) / "prints" / (county or store.current_county()) / f"{number}{suffix}"


def kept_rows(number: str, row_digest: str) -> bytes | None:
    """The rows of a print as they were hashed; None where they are gone or are not what was printed."""
    try:
        told = gzip.decompress(kept_file(number, ROWS).read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
    return told if hashlib.sha256(told).hexdigest() == row_digest else None
