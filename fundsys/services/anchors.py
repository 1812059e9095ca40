"""The anchor: a file outside the database that remembers the head of the journal, so that a cut tail is seen."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.models.journal import Act

_log = logging.getLogger(__name__)


def _folder() -> Path:
    return Path(store.settings().instance) / "anchors"


def file_of(county: str, first_digest: str) -> Path:
    """The anchor of one journal: named by the county and the digest of its first act."""
    return _folder() / f"{county}-{first_digest[:12]}.head"


def read(county: str, session: Session) -> tuple[int, str] | None:
    """(sequence, digest) noted for the journal of this session; None when there is no anchor for it."""
    first = session.scalar(select(Act.digest).where(Act.seq == 1))
    file = file_of(county, first) if first else None
    return _told(file) if file and file.exists() else None


def others(county: str) -> bool:
    """Whether there is an anchor of any journal of this county."""
    return any(_folder().glob(f"{county}-*.head"))


def drop(county: str, first_digest: str, seq: int, digest: str) -> None:
    """Note the head after a commit. Never goes back, never fails the act: the act is stored already."""
    file = file_of(county, first_digest)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if file.exists() and _told(file)[0] >= seq:
                return
            write(file, seq, digest)
    except (OSError, ValueError) as error:
        _log.error("锚文件没有写成：%s", error)


def write(file: Path, seq: int, digest: str) -> None:
    """Set an anchor to this head, whatever it was (restore does)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(f"{seq} {digest}\n", "ascii")
    os.replace(part, file)


def _told(file: Path) -> tuple[int, str]:
    try:
        seq, digest = file.read_text("ascii").split()
        return int(seq), digest
    except ValueError:
        return 0, ""
