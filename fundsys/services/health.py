"""How well the storage stands: settings that keep a promise through a power cut, room on the disk, the journal's head."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.models.journal import Act
from fundsys.services import anchors, keys

LEAST_FREE = 512 * 1024 * 1024
NEEDED_ON_POSTGRES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@dataclass(frozen=True)
class Sign:
    """One line of the health page. ok: True well, False not well, None worth knowing."""

    label: str
    value: str
    ok: bool | None
    advice: str = ""


def store_health(county: str | None = None) -> list[Sign]:
    """The signs of the county's storage, the ones that are not well with what to do. Never raises."""
    code = county or store.current_county()
    try:
        with store.snapshot(code) as session:
            signs = _of_sqlite(session, code) if store.is_sqlite() else _of_postgres(session)
            signs.append(_journal(session, code))
    except (DBAPIError, DomainError, OSError) as error:
        told = str(getattr(error, "orig", error)).split("\n")[0][:120]
        signs = [Sign("数据库", f"打不开：{told}", False, "请系统管理员检查数据库和磁盘")]
    return [*signs, _disk(), _keys()]


def is_well(signs: list[Sign]) -> bool:
    """Whether no sign is bad."""
    return all(sign.ok is not False for sign in signs)


def _of_sqlite(session: Session, code: str) -> list[Sign]:
    def pragma(name: str) -> str:
        return str(session.execute(text(f"pragma {name}")).scalar_one())

    safe = store.sqlite_is_safe_for_wal()
    mode, synchronous = pragma("journal_mode"), pragma("synchronous")
    wanted = "wal" if safe else "delete"
    file = store.sqlite_file(code)
    return [
        Sign(
            "SQLite 版本",
            store.sqlite_version(),
            True if safe else None,
            "" if safe else "这个版本的 WAL 方式有缺陷，已改用回滚日志方式；安装 pysqlite3 后会更快",
        ),
        Sign("日志方式", mode, mode == wanted, "" if mode == wanted else f"应为 {wanted}，请重新启动系统"),
        Sign(
            "写盘方式",
            {"1": "NORMAL", "2": "FULL", "3": "EXTRA"}.get(synchronous, synchronous),
            synchronous in ("2", "3"),
            "" if synchronous in ("2", "3") else "断电可能丢失已保存的数据，请重新启动系统",
        ),
        Sign("外键检查", "开" if pragma("foreign_keys") == "1" else "关", pragma("foreign_keys") == "1"),
        Sign(
            "数据库文件",
            f"{file}（{file.stat().st_size / 1048576:.1f} MB）",
            os.access(file, os.W_OK) and os.access(file.parent, os.W_OK),
            "" if os.access(file, os.W_OK) else "文件不能写入，请检查权限和磁盘",
        ),
    ]


def _of_postgres(session: Session) -> list[Sign]:
    def setting(name: str) -> str:
        return str(session.execute(text("select current_setting(:name)"), {"name": name}).scalar_one())

    signs = [Sign("PostgreSQL 版本", setting("server_version"), True)]
    for name, wanted in NEEDED_ON_POSTGRES.items():
        value = setting(name)
        well = value == wanted or (name == "synchronous_commit" and value in ("remote_write", "remote_apply"))
        signs.append(
            Sign(name, value, well, "" if well else f"断电可能丢失已保存的数据，请在 postgresql.conf 里改为 {wanted}")
        )
    read_only = setting("transaction_read_only") == "on" and setting("default_transaction_read_only") == "on"
    signs.append(Sign("可以写入", "否" if read_only else "是", not read_only))
    return signs


def _journal(session: Session, code: str) -> Sign:
    head = session.execute(select(Act.seq, Act.office_day, Act.digest).order_by(Act.seq.desc()).limit(1)).first()
    if head is None:
        return Sign("办理记录", "还没有", None)
    noted = anchors.read(code, session)
    shown = f"到第 {head.seq} 号（{head.office_day}），摘要 {head.digest[:16]}"
    if noted is None:
        return Sign("办理记录", shown, None, "没有找到锚文件")
    well = noted[0] < head.seq or noted == (head.seq, head.digest)
    return Sign("办理记录", shown, well, "" if well else "与锚文件不符，请执行 fundsys verify")


def _disk() -> Sign:
    folder = Path(store.settings().instance)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    well = free >= LEAST_FREE
    return Sign("磁盘剩余", f"{free / 1073741824:.1f} GB", well, "" if well else "不足 0.5 GB，请尽快清理磁盘")


def _keys() -> Sign:
    try:
        numbers = sorted(keys.vault_keys(store.settings().instance))
    except (OSError, ValueError):
        return Sign("密钥", "读不出", False, "请系统管理员检查密钥文件夹的权限")
    return Sign("密钥", f"{len(numbers)} 把，现用第 {numbers[-1]} 把", True)
