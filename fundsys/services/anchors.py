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

_LENGTH = 80
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
    """Note the head after a commit. Never goes back, never fails the act: the act is stored already.

    Written in place, one short line of a fixed length: renaming a file would make every commit wait for the disk.
    """
    try:
        file = _opened(file_of(county, first_digest))
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _parsed(os.pread(file, _LENGTH, 0))[0] < seq:
                os.pwrite(file, _line(seq, digest), 0)
        finally:
            os.close(file)
    except OSError as error:
        _log.error("锚文件没有写成：%s", error)


def write(county: str, first_digest: str, seq: int, digest: str) -> None:
    """Set an anchor to this head, whatever it was (restore does)."""
    file = _opened(file_of(county, first_digest))
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.ftruncate(file, 0)
        os.pwrite(file, _line(seq, digest), 0)
        os.fsync(file)
    finally:
        os.close(file)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _line(seq: int, digest: str) -> bytes:
    return f"{seq:012d} {digest}\n".encode()


def _told(file: Path) -> tuple[int, str]:
    return _parsed(file.read_bytes())


def _parsed(line: bytes) -> tuple[int, str]:
    try:
        seq, digest = line.decode("ascii").split()
        return int(seq), digest
    except ValueError:
        return 0, ""
