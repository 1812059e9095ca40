"""Workbooks on their way in: kept between upload and confirmation, for one person, and not a moment longer."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fundsys import store
from fundsys.domain.errors import DomainError, NotFound

LARGEST = 20 * 1024 * 1024
KEPT_SECONDS = 2 * 60 * 60
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass
class Incoming:
    """An uploaded workbook and what was said about it."""

    token: str
    kind: str
    name: str
    person_id: int
    sheet: str | None = None
    unit: str | None = None
    given: dict[str, str] = field(default_factory=dict)
    job: int | None = None

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return folder() / f"{self.token}.book"


def folder() -> Path:
    """Where a county's workbooks wait."""
    return Path(store.settings().instance) / "incoming" / store.current_county()


def keep(kind: str, name: str, content: Any, person_id: int, **told: Any) -> Incoming:
    """Keep an upload (a file open for reading) under a token of its own. Raises DomainError when it is too large."""
    sweep()
    made = Incoming(uuid.uuid4().hex, kind, Path(name.replace("\\", "/")).name[:120], person_id, **told)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    written = 0
    with os.fdopen(os.open(made.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk := content.read(1024 * 1024):
            written += len(chunk)
            if written > LARGEST:
                break
            file.write(chunk)
    if written > LARGEST:
        made.path.unlink()
        raise DomainError(f"文件超过 {LARGEST // 1024 // 1024} MB，请拆分后再导入", field="file")
    remember(made)
    return made


def remember(incoming: Incoming) -> None:
    """Write what was said about an upload beside it."""
    told = {key: value for key, value in asdict(incoming).items() if key != "token"}
    beside = incoming.path.with_suffix(".json")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False)


def find(token: str, kind: str, person_id: int | None) -> Incoming:
    """A person's own upload. Raises NotFound for another's, a confirmed and an old one alike."""
    missing = NotFound("这个文件已经导入、取消或过期，请重新选择文件")
    if not _TOKEN.fullmatch(token):
        raise missing
    try:
        told = json.loads((folder() / f"{token}.json").read_text("utf-8"))
        found = Incoming(token, **told)
    except (OSError, ValueError, TypeError) as error:
        raise missing from error
    if found.kind != kind or found.person_id != person_id or not found.path.exists():
        raise missing
    return found


def remove(incoming: Incoming) -> None:
    """Forget an upload."""
    incoming.path.unlink(missing_ok=True)
    incoming.path.with_suffix(".json").unlink(missing_ok=True)


def sweep(older_than: float = KEPT_SECONDS) -> int:
    """Remove uploads nobody came back for, of every county; all of them with 0, as the server does when it starts.

    Those a job was asked to store stay as long as any. Returns how many files were removed.
    """
    gone = 0
    whole = Path(store.settings().instance) / "incoming"
    for file in whole.glob("*/*"):
        try:
            age = time.time() - file.stat().st_mtime
            if age >= (KEPT_SECONDS if _has_job(file) else older_than):
                file.unlink()
                gone += 1
        except FileNotFoundError:
            continue
    return gone


def _has_job(file: Path) -> bool:
    try:
        return json.loads(file.with_suffix(".json").read_text("utf-8")).get("job") is not None
    except (OSError, ValueError):
        return False
