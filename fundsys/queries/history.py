"""A record's history: which acts changed it, field by field, in the office's words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Table, select
from sqlalchemy.orm import Session

from fundsys.domain.money import Money, exact_wan, exact_yuan
from fundsys.domain.record_words import field_name, table_name
from fundsys.models.base import Base
from fundsys.models.journal import UNJOURNALED, Act, Change, Vault, canonical
from fundsys.models.types import Code, Instant, MoneyType
from fundsys.queries.past import ERASED

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
SILENT = {"id", "version"}
"""Fields that say nothing to a reader."""

IN_YUAN = {"payment", "disbursement", "work_relief_pay"}
"""Tables whose papers speak 元; all others speak 万元."""


@dataclass(frozen=True)
class FieldChange:
    """One field of a record, before and after, as shown texts; empty means nothing was there."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryEntry:
    """One act that changed a record. kind: 新增, 修改 or 删除."""

    seq: int
    at: datetime
    office_day: date
    person: str
    what: str
    kind: str
    fields: tuple[FieldChange, ...]


def history(session: Session, table: str, row_id: int, until: date | None = None) -> list[HistoryEntry]:
    """The acts that changed a record, latest first. until: office days up to and including it.

    A reference shows the name its record has today; personal data shows as masked, or 已按规定删除.
    """
    made = _business_table(table)
    query = (
        select(Change.before, Change.after, Act.seq, Act.at, Act.office_day, Act.person_name, Act.what)
        .join(Act, Act.seq == Change.act_seq)
        .where(Change.table_name == table, Change.row_id == row_id)
        .order_by(Change.id)
    )
    if until is not None:
        query = query.where(Act.office_day <= until)
    steps: dict[int, _Step] = {}
    for before, after, seq, at, day, person, what in session.execute(query):
        was = canonical(made, json.loads(before)) if before else None
        step = steps.setdefault(seq, _Step(seq, at, day, person, what, was))
        step.after = canonical(made, json.loads(after)) if after else None
    names = ShownValues(session, made, [image for s in steps.values() for image in (s.before, s.after) if image])
    entries = [_entry(made, step, names) for step in reversed(steps.values())]
    return [e for e in entries if e.fields or e.kind != "修改"]


def record_label(table: str, image: dict[str, Any]) -> str:
    """How people would name a record: its number and its name, as far as it has them."""
    first = next((image[k] for k in ("code", "document_no", "number", "login", "sha256") if image.get(k)), None)
    second = next((image[k] for k in ("name", "title", "label", "payee", "problem") if image.get(k)), None)
    return " ".join(str(part)[:60] for part in (first, second) if part)


@dataclass
class _Step:
    seq: int
    at: datetime
    day: date
    person: str
    what: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None = field(default=None)


def _business_table(name: str) -> Table:
    if name in UNJOURNALED:
        raise ValueError(f"{name} keeps no history")
    return Base.metadata.tables[name]


def _entry(table: Table, step: _Step, names: ShownValues) -> HistoryEntry:
    kind = "新增" if step.before is None else "删除" if step.after is None else "修改"
    before, after = step.before or {}, step.after or {}
    changed = []
    for column in table.columns:
        if column.name in SILENT or before.get(column.name) == after.get(column.name):
            continue
        key = attribute(table, column)
        was, now = names.show(column, before.get(column.name)), names.show(column, after.get(column.name))
        if was or now:
            changed.append(FieldChange(key, field_name(table.name, key), was, now))
    return HistoryEntry(step.seq, step.at, step.day, step.person, step.what, kind, tuple(changed))


def attribute(table: Table, column: Column[Any]) -> str:
    """The attribute a column is known by: `amount` for amount_fen."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            return mapper.get_property_by_column(column).key
    return column.name


class ShownValues:
    """Shown texts of stored values; the names of all records referred to are fetched at once."""

    def __init__(self, session: Session, table: Table, images: Iterable[dict[str, Any]]) -> None:
        self.table = table
        wanted: dict[str, set[int]] = defaultdict(set)
        for image in images:
            for column in table.columns:
                if (target := _refers_to(column)) and image[column.name]:
                    wanted[target].add(image[column.name])
        self.names = {target: _names(session, target, ids) for target, ids in wanted.items()}

    def show(self, column: Column[Any], value: Any) -> str:
        """A stored value as people read it."""
        if value is None or value == "":
            return ""
        if target := _refers_to(column):
            return self.names.get(target, {}).get(value) or (
                ERASED if target == "vault" else f"{table_name(target)}（编号 {value}）"
            )
        if isinstance(column.type, MoneyType) and type(value) is int:
            yuan = self.table.name in IN_YUAN
            return f"{exact_yuan(Money(value))} 元" if yuan else f"{exact_wan(Money(value))} 万元"
        if isinstance(column.type, Code):
            return _label_of(column.type, value)
        if isinstance(column.type, Instant):
            return datetime.fromisoformat(value).astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
        if isinstance(column.type, Boolean):
            return "是" if value else "否"
        if column.name.endswith("_bp"):
            return f"{value / 100:g}%"
        if column.name == "table_name":
            return table_name(str(value))
        return str(value)


def _label_of(kind: Code, value: Any) -> str:
    return next((member.label for member in kind.kind if member.code == value), str(value))


def _refers_to(column: Column[Any]) -> str | None:
    if column.info.get("vault"):
        return "vault"
    return next((key.column.table.name for key in column.foreign_keys), None)


def _names(session: Session, target: str, ids: set[int]) -> dict[int, str]:
    if target == "vault":
        rows = session.execute(select(Vault.id, Vault.masked, Vault.ciphertext).where(Vault.id.in_(ids)))
        return {number: masked if sealed and masked else ERASED for number, masked, sealed in rows}
    table = Base.metadata.tables[target]
    if target == "allotment_line":
        return _line_names(session, ids)
    shown = next((c for c in ("name", "title", "code", "number", "document_no") if c in table.columns), None)
    if shown is None:
        return {}
    return {n: str(name) for n, name in session.execute(select(table.c.id, table.c[shown]).where(table.c.id.in_(ids)))}


def _line_names(session: Session, ids: set[int]) -> dict[int, str]:
    line, notice = Base.metadata.tables["allotment_line"], Base.metadata.tables["allotment_notice"]
    rows = session.execute(
        select(line.c.id, notice.c.document_no, line.c.position)
        .join(notice, notice.c.id == line.c.notice_id)
        .where(line.c.id.in_(ids))
    )
    return {number: f"{document} 第{position}行" for number, document, position in rows}
