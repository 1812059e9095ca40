"""The dictionaries a county edits on a page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.models.office import DictionaryEntry

KINDS = {
    "function_code": "功能科目",
    "economic_code": "经济科目",
    "stage_paper": "项目必备资料",
    "tender_method": "招标采购方式",
    "library_kind": "项目库",
    "project_tag": "项目标签",
    "hotline": "监督电话",
    "asset_number": "资产编码规则",
    "valuation_method": "资产评估方式",
    "expense_kind": "不形成资产的支出",
    "disposal_ground": "资产处置原因",
    "disposal_method": "资产处置方式",
    "finding_source": "问题来源",
}
"""Dictionaries whose codes people choose from and whose entries stand by themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code with its name. edited: the county's own or changed by it."""

    id: int
    version: int
    kind: str
    code: str
    label: str
    active: bool
    edited: bool


def entries(session: Session, kind: str) -> list[Entry]:
    """The entries of a dictionary, those out of use last."""
    e = DictionaryEntry
    rows = session.execute(
        select(e.id, e.version, e.kind, e.code, e.label, e.active, e.edited)
        .where(e.kind == kind, e.kind.in_(KINDS))
        .order_by(e.active.desc(), e.position, e.code)
    )
    return [Entry(*row) for row in rows]


def entry(session: Session, entry_id: int) -> Entry:
    """One entry. Raises NotFound."""
    e = DictionaryEntry
    row = session.execute(
        select(e.id, e.version, e.kind, e.code, e.label, e.active, e.edited).where(e.id == entry_id, e.kind.in_(KINDS))
    ).first()
    if row is None:
        raise NotFound("没有这条字典，请从字典列表进入")
    return Entry(*row)
