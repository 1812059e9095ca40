"""Opening an archive: nothing of it is believed before every digest has been computed again."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from alembic.script import ScriptDirectory

from fundsys import config, store
from fundsys.domain.errors import DomainError
from fundsys.services import keys

from .backup import FORMAT, MANIFEST, OnTable, schema_here, seal
from .rows import columns, kept_tables, values

LARGEST_MANIFEST = 64 * 1024 * 1024
DAMAGED = "备份文件损坏或不完整，没有动现有数据"


@dataclass(frozen=True)
class Archive:
    """An archive whose every part has been proven."""

    zip: zipfile.ZipFile
    manifest: dict[str, Any]

    @property
    def county(self) -> str:
        """The county it is of."""
        return str(self.manifest["county"]["code"])

    def rows(self, table: str) -> Iterator[list[Any]]:
        """The rows of a table."""
        with self.zip.open(f"tables/{table}.jsonl") as entry:
            for line in entry:
                yield values(line)

    def file(self, digest: str) -> IO[bytes]:
        """An attachment."""
        return self.zip.open(f"files/{digest}")


@contextmanager
def opened(file: Path, on_table: OnTable) -> Iterator[Archive]:
    """An archive that is whole, ours, of this version, and whose keys are here. Raises DomainError before that."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive)
            _refuse_other_versions(manifest)
            _refuse_missing_keys(manifest)
            _prove(archive, manifest, on_table)
            yield Archive(archive, manifest)
    except FileNotFoundError as error:
        raise DomainError(f"没有备份文件 {file}，请核对文件名") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise DomainError(f"{DAMAGED}（{str(error)[:80]}）") from error
    except OSError as error:
        raise DomainError(f"读不了备份文件（{error.strerror}），没有动现有数据") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    names = archive.namelist()
    if MANIFEST not in names:
        raise DomainError("这不是本系统的备份文件，没有动现有数据")
    if len(names) != len(set(names)) or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise DomainError(DAMAGED)
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if not isinstance(manifest, dict) or not isinstance(manifest["format"], int):
            raise DomainError("这不是本系统的备份文件，没有动现有数据")
        if manifest["format"] == FORMAT and seal(manifest) != manifest["seal"]:
            raise DomainError(f"{DAMAGED}（清单与封印不符）")
    except (ValueError, KeyError, TypeError) as error:
        raise DomainError(f"{DAMAGED}（清单读不懂）") from error
    return manifest


def _refuse_other_versions(manifest: dict[str, Any]) -> None:
    if manifest["format"] > FORMAT:
        raise DomainError("备份由较新版本的程序所做，请先升级程序再恢复，没有动现有数据")
    if manifest["format"] < FORMAT:
        raise DomainError("备份是早期格式，本版程序不能直接恢复，没有动现有数据")
    if manifest["schema"] == schema_here():
        return
    known = {r.revision for r in ScriptDirectory(str(config.room("migrations"))).walk_revisions()}
    if manifest["schema"] in known:
        told = f"备份由较早的版本（{manifest['program']}）所做，请用该版本恢复后再升级"
    else:
        told = "备份由较新版本的程序所做，请先升级程序再恢复"
    raise DomainError(f"{told}，没有动现有数据")


def _refuse_missing_keys(manifest: dict[str, Any]) -> None:
    here = keys.fingerprints(store.settings().instance)
    lacking = [name for name, told in manifest["keys"].items() if here.get(name) != told]
    if lacking:
        raise DomainError(
            "备份里的个人信息要用原来的密钥才能打开，请先把原机的密钥文件夹 keys 放到本机数据文件夹里再恢复，没有动现有数据"
        )


def _prove(archive: zipfile.ZipFile, manifest: dict[str, Any], on_table: OnTable) -> None:
    """Every entry named in the manifest is there with its digest, its rows and its columns, and no other is."""
    wanted = {t.name: columns(t) for t in kept_tables()}
    tables = manifest["tables"]
    if {t["name"]: t["columns"] for t in tables} != wanted:
        raise DomainError("备份里的表与本版程序不同，没有动现有数据")
    entries = {f"tables/{t['name']}.jsonl" for t in tables} | {f"files/{f['sha256']}" for f in manifest["files"]}
    if set(archive.namelist()) != entries | {MANIFEST}:
        raise DomainError(f"{DAMAGED}（多出或缺少部分）")
    for number, table in enumerate(tables):
        on_table(number, len(tables), table["name"])
        digest, rows = _digest(archive, f"tables/{table['name']}.jsonl")
        if (digest, rows) != (table["sha256"], table["rows"]):
            raise DomainError(f"{DAMAGED}（{table['name']} 与清单不符）")
    for file in manifest["files"]:
        if _digest(archive, f"files/{file['sha256']}")[0] != file["sha256"]:
            raise DomainError(f"{DAMAGED}（附件 {file['sha256'][:12]} 与清单不符）")


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    made, rows = hashlib.sha256(), 0
    with archive.open(name) as entry:
        while part := entry.read(1 << 20):
            made.update(part)
            rows += part.count(b"\n")
    return made.hexdigest(), rows
