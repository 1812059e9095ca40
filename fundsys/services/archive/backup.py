"""Writing an archive: from one snapshot, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fundsys import config, store
from fundsys.domain.errors import DomainError, Unavailable
from fundsys.models.base import Base
from fundsys.models.journal import Act, Vault
from fundsys.models.office import County
from fundsys.services import attachments, keys
from fundsys.version import VERSION

from .rows import columns, kept_tables, lines

FORMAT = 1
MANIFEST = "manifest.json"
OnTable = Callable[[int, int, str], None]


@dataclass(frozen=True)
class BackedUp:
    """What an archive holds. lost: attachments whose file was not there."""

    file: Path
    rows: int
    files: int
    seq: int
    digest: str
    lost: tuple[str, ...]


def backup(file: Path, county: str | None = None, on_table: OnTable | None = None) -> BackedUp:
    """Write the county's archive. An archive of that name is replaced when the new one is whole; no other file is.

    Raises: DomainError when the name is taken or there is no county; Unavailable when it cannot be written.
    """
    code = county or store.current_county()
    if not store.exists(code):
        raise DomainError("还没有数据库，请先执行 fundsys init")
    if file.exists() and not _is_archive(file):
        raise DomainError(f"{file} 已经有了，而且不是备份文件，请换一个文件名")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out, store.snapshot(code) as session:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                done = _write(session, archive, code, file, on_table or (lambda *_: None))
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, file)
        _sync_folder(file.absolute().parent)
    except OSError as error:
        raise Unavailable(f"备份没有写成（{error.strerror}），请检查磁盘空间和文件夹权限") from error
    finally:
        part.unlink(missing_ok=True)
    return done


def _is_archive(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as opened:
            return MANIFEST in opened.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(session: Session, archive: zipfile.ZipFile, code: str, file: Path, on_table: OnTable) -> BackedUp:
    tables, total = [], 0
    wanted = kept_tables()
    for number, table in enumerate(wanted):
        on_table(number, len(wanted), table.name)
        made, rows = hashlib.sha256(), 0
        with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as entry:
            for line in lines(session, table):
                entry.write(line)
                made.update(line)
                rows += 1
        tables.append({"name": table.name, "columns": columns(table), "rows": rows, "sha256": made.hexdigest()})
        total += rows
    files, lost = _write_files(session, archive, code)
    on_table(len(wanted), len(wanted), "")
    manifest = _manifest(session, code) | {"tables": tables, "files": files, "lost_files": lost}
    manifest["seal"] = seal(manifest)
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    head = manifest["head"]
    return BackedUp(file, total, len(files), head["seq"], head["digest"], tuple(lost))


def _write_files(session: Session, archive: zipfile.ZipFile, code: str) -> tuple[list[dict[str, Any]], list[str]]:
    files, lost = [], []
    for digest in session.execute(text("select distinct sha256 from attachment order by sha256")).scalars().all():
        source = attachments.file_of(digest, code)
        if not source.is_file():
            lost.append(digest)
            continue
        archive.write(source, f"files/{digest}", zipfile.ZIP_STORED)
        files.append({"sha256": digest, "size": source.stat().st_size})
    return files, lost


def _manifest(session: Session, code: str) -> dict[str, Any]:
    seq, digest = session.execute(select(Act.seq, Act.digest).order_by(Act.seq.desc()).limit(1)).first() or (0, "")
    first = session.scalar(select(Act.digest).where(Act.seq == 1)) or ""
    used = session.scalars(select(Vault.key_no).where(Vault.ciphertext.is_not(None)).distinct()).all()
    prints = keys.fingerprints(store.settings().instance)
    return {
        "format": FORMAT,
        "program": VERSION,
        "schema": schema_here(),
        "county": {"code": code, "name": session.scalar(select(County.name).limit(1)) or ""},
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "head": {"seq": seq, "digest": digest},
        "first": first,
        "keys": {name: prints[name] for name in sorted(prints) if used and (name == "lookup" or int(name) in used)},
        "table_names": sorted(t.name for t in Base.metadata.sorted_tables),
    }


def schema_here() -> str:
    """The revision of the tables this program knows."""
    return str(ScriptDirectory(str(config.room("migrations"))).get_current_head())


def seal(manifest: dict[str, Any]) -> str:
    """The digest that binds everything the manifest says to the head of the journal."""
    told = {key: value for key, value in manifest.items() if key != "seal"}
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{plain}\n{manifest['head']['digest']}".encode()).hexdigest()
