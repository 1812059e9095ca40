"""Photos, scans and PDFs: kept by SHA-256 in files beside the database, with who, when and what for."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.models.papers import Attachment
from fundsys.services import pictures
from fundsys.services.acts import Act

LARGEST = 12 * 1024 * 1024
_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"%PDF-", "application/pdf", "pdf"),
)


def folder(county: str | None = None) -> Path:
    """Where a county's attachments lie."""
    return Path(store.settings().instance) / "files" / (county or store.current_county())


def file_of(sha256: str, county: str | None = None) -> Path:
    """The file of an attachment."""
    return folder(county) / sha256[:2] / sha256


def media_type_of(content: bytes) -> str | None:
    """What the content is, by its first bytes; None for anything that is not kept."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media for sign, media, _ in _SIGNS if content.startswith(sign)), None)


def keep(
    content: bytes,
    name: str,
    table_name: str,
    row_id: int,
    *,
    act: Act,
    taken_at: datetime | None = None,
    with_place: bool = False,
    field: str = "photos",
) -> Attachment:
    """Keep a photo or paper for one record. The file stands on the disk before the record names it.

    taken_at: when the person says it was taken; what the camera says goes before. with_place: keep where a photo was
    taken, which only a person's consent on that page allows. field: the box of the form that a complaint belongs to.

    Raises: DomainError when it is no JPEG, PNG, WebP or PDF by its content, empty or larger than 12 MiB.
    """
    shown = Path(name.replace("\\", "/")).name[:120] or "未命名"
    if not content:
        raise DomainError(f"“{shown}”是空文件，请重新选择", field=field)
    if len(content) > LARGEST:
        raise DomainError(f"“{shown}”超过 12 MB，请压缩后再传", field=field)
    media = media_type_of(content)
    if media is None:
        raise DomainError(f"“{shown}”不是照片或 PDF（只收 JPEG、PNG、WebP、PDF）", field=field)
    taken_at = pictures.taken_at(content) or taken_at
    if not with_place:
        content = pictures.without_place(content)
    digest = hashlib.sha256(content).hexdigest()
    same = act.session.scalars(
        select(Attachment).where(
            Attachment.sha256 == digest, Attachment.table_name == table_name, Attachment.row_id == row_id
        )
    ).first()
    if same is not None:
        return same
    _write_once(file_of(digest), content)
    kept = Attachment(
        sha256=digest,
        name=shown,
        media_type=media,
        size=len(content),
        table_name=table_name,
        row_id=row_id,
        kept_by=act.person_id,
        kept_at=act.at,
        taken_at=taken_at,
    )
    act.session.add(kept)
    act.session.flush()
    return kept


def used_elsewhere(sha256: str, table_name: str, row_id: int, *, act: Act) -> list[Attachment]:
    """The same picture kept for other records: a finding (同一影像资料重复使用). Source: audit finding F037。"""
    return list(
        act.session.scalars(
            select(Attachment).where(
                Attachment.sha256 == sha256, (Attachment.table_name != table_name) | (Attachment.row_id != row_id)
            )
        )
    )


def _write_once(file: Path, content: bytes) -> None:
    if file.exists() and file.stat().st_size == len(content):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    with open(part, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, file)
