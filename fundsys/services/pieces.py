"""Photos that come in pieces over a bad line: kept for one person and project until the report that names them is saved."""

from __future__ import annotations

import hashlib
import os
import re
import time
from pathlib import Path

from fundsys import store
from fundsys.domain.errors import DomainError, NotFound
from fundsys.services.attachments import LARGEST

PIECE = 256 * 1024
"""The most bytes of one piece."""
MOST = 60
"""How many photos of one person may wait at once."""
KEPT_SECONDS = 7 * 24 * 60 * 60
_DIGEST = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where a county's unfinished photos wait."""
    return Path(store.settings().instance) / "pieces" / store.current_county()


def received(person_id: int, project_id: int, sha256: str) -> int:
    """How many bytes of a photo have come; the next piece begins there."""
    file = _file(person_id, project_id, sha256)
    return file.stat().st_size if file.exists() else 0


def add(person_id: int, project_id: int, sha256: str, begin: int, piece: bytes, size: int) -> int:
    """Put a piece at its place and say how many bytes there are now. A piece that does not fit on changes nothing.

    size: of the whole photo. Raises: DomainError when it is too large, too many wait, or the whole is not what was named.
    """
    if not 0 < size <= LARGEST or len(piece) > PIECE:
        raise DomainError("照片超过 12 MB，请压缩后再传", field="photos")
    file = _file(person_id, project_id, sha256)
    there = received(person_id, project_id, sha256)
    if there == 0 and begin == 0:
        sweep()
        _not_too_many(person_id)
    if begin != there or there + len(piece) > size or not piece:
        return there
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as out:
        out.write(piece)
    there += len(piece)
    if there == size and hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        file.unlink()
        raise DomainError("照片在传送中损坏，请重新选择", field="photos")
    return there


def whole(person_id: int, project_id: int, sha256: str, name: str) -> bytes:
    """A photo of which all pieces have come. Raises DomainError when one is missing."""
    file = _file(person_id, project_id, sha256)
    content = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DomainError(f"照片“{name}”没有传完，请再按一次提交", field="photos")
    return content


def forget(person_id: int, project_id: int, sha256: str) -> None:
    """The report is saved: the pieces are needed no more."""
    _file(person_id, project_id, sha256).unlink(missing_ok=True)


def sweep(older_than: float = KEPT_SECONDS) -> int:
    """Remove photos nobody came back for, of every county. Returns how many."""
    gone = 0
    for file in (Path(store.settings().instance) / "pieces").glob("*/*"):
        try:
            if time.time() - file.stat().st_mtime >= older_than:
                file.unlink()
                gone += 1
        except FileNotFoundError:
            continue
    return gone


def _file(person_id: int, project_id: int, sha256: str) -> Path:
    if not _DIGEST.fullmatch(sha256):
        raise NotFound("没有这张照片，请重新选择")
    return folder() / f"{person_id}-{project_id}-{sha256}"


def _not_too_many(person_id: int) -> None:
    if sum(1 for _ in folder().glob(f"{person_id}-*")) >= MOST:
        raise DomainError(f"还有 {MOST} 张照片没有提交，请先提交进度再传", field="photos")
