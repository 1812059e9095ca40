"""A county's own archive: one file with every row, paper and digest, the same for both databases. Keys are not inside."""

from __future__ import annotations

from .backup import BackedUp, backup
from .restore import Restored, restore
from .rows import digests

__all__ = ["BackedUp", "Restored", "backup", "digests", "restore"]
