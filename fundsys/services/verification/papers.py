"""Papers: attachments against their files, prints against the journal, the vault against its keys."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select, text

from fundsys.models.journal import Vault, business_tables, vault_columns
from fundsys.services import attachments as files
from fundsys.services import vault

from .report import Check
from .rows import label_of


def attachments(check: Check) -> None:
    """Every attachment's file is there, whole, with its digest; a file nobody names is a note."""
    named: dict[str, tuple[int, str, int]] = {}
    rows = check.session.execute(text("select id, sha256, name, size_bytes from attachment order by id")).all()
    for row_id, digest, name, size in rows:
        named.setdefault(digest, (row_id, name, size))
    for digest, (row_id, name, size) in named.items():
        file = files.file_of(digest, check.county)
        if not file.is_file():
            check.found("attachments", "attachment", row_id, "的文件不见了", name)
        elif file.stat().st_size != size or _digest(file) != digest:
            check.found("attachments", "attachment", row_id, "的文件内容被改过", name)
    folder = files.folder(check.county)
    strays = [f for f in folder.glob("*/*") if f.is_file() and f.name not in named] if folder.is_dir() else []
    if strays:
        check.note(f"附件文件夹里有 {len(strays)} 个没有登记的文件，例如 {strays[0].name[:20]}")
    check.count("attachments", len(rows))


def _digest(file: Path) -> str:
    with open(file, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def prints(check: Check) -> None:
    """I15: the head each print carries is an act of this journal."""
    rows = check.session.execute(
        text(
            "select p.id, p.number, p.journal_seq, p.journal_digest, a.digest from print_record p"
            " left join act a on a.seq = p.journal_seq order by p.id"
        )
    ).all()
    for row_id, number, seq, digest, there in rows:
        if seq and there is None:
            check.found("prints", "print_record", row_id, f"印着第 {seq} 号办理，现在没有这一号", number)
        elif seq and there != digest:
            check.found(
                "prints", "print_record", row_id, f"与第 {seq} 号办理的摘要不符：打印之后记录被重新做过", number
            )
    check.count("prints", len(rows))


def vault_entries(check: Check) -> None:
    """Whatever a record names is in the vault; whatever is in the vault opens, or was erased by an act."""
    erased = {
        number
        for subject in check.session.execute(
            text("select subject from act where subject like :begin"), {"begin": f"{vault.ERASURE}%"}
        ).scalars()
        for number in vault.erased_by(subject)
    }
    there = set()
    for row in check.session.execute(select(*Vault.__table__.columns).order_by(Vault.id)):
        there.add(row.id)
        if row.ciphertext is None:
            if row.id not in erased:
                check.found("vault", "vault", row.id, "的内容不见了，又没有删除它的办理记录")
        elif told := _fault(row.id, row.kind, row.key_no, row.ciphertext, row.lookup, row.masked):
            check.found("vault", "vault", row.id, told, row.masked)
    for table in business_tables():
        for column in vault_columns(table):
            query = text(f'select id, "{column}" from "{table.name}" where "{column}" is not null order by id')
            for row_id, number in check.session.execute(query).all():
                if number not in there:
                    told = f"所指的个人信息（编号 {number}）不见了"
                    check.found("vault", table.name, row_id, told, label_of(check, table.name, row_id))
    check.count("vault", len(there))


def _fault(row_id: int, kind: str, key_no: int, ciphertext: str, lookup: str | None, masked: str) -> str:
    try:
        plain = vault.opened(row_id, kind, key_no, ciphertext)
    except vault.Unreadable:
        return "解不开：内容被改过、换过位置，或缺少密钥"
    if lookup != vault.lookup(kind, plain) or masked != vault.mask(kind, plain):
        return "的查找摘要或遮盖显示与内容不符"
    return ""
