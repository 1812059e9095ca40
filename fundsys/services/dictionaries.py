"""Acts on the county's dictionaries: rename an entry, take it out of use or back, add a code of its own."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from fundsys.domain.asset_matters import check_number_rule
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.office import DictionaryEntry
from fundsys.queries.dictionaries import KINDS
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act

_CODE = re.compile(r"[0-9A-Za-z]{1,20}")


def edit_entry(entry_id: int, label: str, active: bool, *, version: int | None = None, act: Act) -> DictionaryEntry:
    """Rename an entry or change whether it may be chosen. Records that carry its code keep it. Raises DomainError, Stale."""
    _may(act)
    entry = act.session.get(DictionaryEntry, entry_id)
    if entry is None or entry.kind not in KINDS:
        raise NotFound("没有这条字典，请从字典列表进入")
    act.check_version(entry, version, {"label": label})
    if entry.kind == "asset_number":
        check_number_rule(label.strip())
    entry.label, entry.active, entry.edited = _label(label), active, True
    entry.version += 1
    act.subject = f"{KINDS[entry.kind]} {entry.code}"
    return entry


def add_entry(kind: str, code: str, label: str, *, act: Act) -> DictionaryEntry:
    """Add a code to a dictionary, after the others. Raises DomainError when it is there already or is no code."""
    _may(act)
    if kind not in KINDS:
        raise NotFound("没有这种字典")
    plain = code.strip()
    if not _CODE.fullmatch(plain):
        raise DomainError("代码由数字和字母组成，不超过 20 位", field="code")
    if kind == "stage_paper" and plain[:2] not in {status.code for status in ProjectStatus}:
        raise DomainError("资料代码的前两位是环节代码，例如 70 实施、85 验收", field="code")
    if kind == "asset_number":
        raise DomainError("资产编码规则只有一条，请直接修改那一条", field="code")
    e = DictionaryEntry
    if act.session.scalar(select(e.id).where(e.kind == kind, e.code == plain)) is not None:
        raise DomainError(f"{KINDS[kind]}里已有代码 {plain}，请直接修改那一条", field="code")
    last = act.session.scalar(select(func.max(e.position)).where(e.kind == kind)) or 0
    entry = DictionaryEntry(kind=kind, code=plain, label=_label(label), position=last + 1, edited=True)
    act.session.add(entry)
    act.session.flush()
    act.subject = f"{KINDS[kind]} {plain}"
    return entry


def _may(act: Act) -> None:
    require(viewer_of(act.person) if act.person else None, Permission.EDIT_DICTIONARY)


def _label(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise DomainError("请填写名称", field="label")
    return plain[:200]
