"""Taking an import back: what it made goes, what it changed is as before, where nobody has touched any of it since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Boolean, Table, bindparam, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.rights import Permission, Scope
from fundsys.models.base import Base
from fundsys.models.journal import Change, canonical
from fundsys.models.papers import ImportRecord, SpentCode
from fundsys.queries.import_undoing import Undoing, act_of, undoing
from fundsys.queries.viewer import Viewer, require, viewer_of
from fundsys.services.acts import Act

AT_ONCE = 500
_CODE_COLUMNS = ("code", "library_code")
_SERIAL = re.compile(r"(.*?)(\d{1,9})")


def may_reverse(who: Viewer, imported_by: int | None) -> bool:
    """Whether this person may take an import of that person back. Source: reliability.md section 4."""
    scope = who.scope(Permission.REVERSE_IMPORT)
    return scope is Scope.ALL or (scope is Scope.OWN and imported_by == who.id)


def reverse_import(record_id: int, *, reason: str, act: Act) -> ImportRecord:
    """Undo what one import changed, all of it or nothing.

    The codes of the records taken away are not given again; a version only rises.
    Raises: StepRefused naming records, acts and persons where anything was touched since, NotAllowed, NotFound.
    """
    who = viewer_of(act.person) if act.person else None
    require(who, Permission.REVERSE_IMPORT)
    record = act.session.get(ImportRecord, record_id)
    if record is None or (who is not None and not may_reverse(who, record.imported_by)):
        raise NotFound("没有这次导入，请从“导入记录”页进入")
    if not reason.strip():
        raise DomainError("请填写撤销原因", field="reason")
    if record.reversed_at is not None:
        raise StepRefused("这次导入已经撤销，不能再撤销一次")
    seq = act_of(act.session, record_id)
    if seq is None:
        raise StepRefused("办理日志里没有这次导入的改动，不能整体撤销，请逐条更正")
    found = undoing(act.session, seq)
    if found.hindered:
        raise StepRefused(why_not(found))
    _spend_codes(act.session, found)
    try:
        _undo(act.session, found)
    except IntegrityError as tied:
        raise StepRefused("这次导入的记录与别的记录还有关联，不能整体撤销，请逐条更正") from tied
    record.reversed_by, record.reversed_at, record.reversal_reason = act.person_id, act.at, reason.strip()[:200]
    act.session.flush()
    act.subject = f"撤销导入：{record.file_name}"[:200]
    act.answer = f"撤去 {found.made_count} 条，恢复 {found.before_count} 条"
    return record


def why_not(found: Undoing) -> str:
    """Why an import cannot be taken back: each record touched since, by which act and whom."""
    more = f"；另有 {found.hindered - len(found.obstacles)} 条" if found.hindered > len(found.obstacles) else ""
    told = "；".join(map(str, found.obstacles))
    return f"导入以后有 {found.hindered} 条记录又办理过，不能整体撤销，请逐条更正：{told}{more}"


def _spend_codes(session: Session, found: Undoing) -> None:
    """Note how far the codes went that are taken away: their numbers are not given again."""
    for name, ids in found.made.items():
        table = Base.metadata.tables[name]
        for column in (c for c in _CODE_COLUMNS if c in table.c):
            last: dict[str, int] = {}
            for some in _portions(ids):
                for code in session.scalars(select(table.c[column]).where(table.c.id.in_(some))):
                    if serial := _SERIAL.fullmatch(code or ""):
                        last[serial[1]] = max(last.get(serial[1], 0), int(serial[2]))
            for begin, number in last.items():
                _spend(session, name, begin[:60], number)


def _spend(session: Session, name: str, begin: str, number: int) -> None:
    there = session.scalars(select(SpentCode).where(SpentCode.table_name == name, SpentCode.begin == begin)).first()
    if there is None:
        session.add(SpentCode(table_name=name, begin=begin, last=number))
    elif there.last < number:
        there.last = number


def _undo(session: Session, found: Undoing) -> None:
    """What was changed is as its image before says; then rows made go, those that refer to others first; then rows
    taken away come back, which may hold what the rows made held."""
    session.flush()
    session.expire_all()
    tables = [t for t in Base.metadata.sorted_tables if t.name in {*found.made, *found.before}]
    gone: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        standing = _standing(session, table, found.before.get(table.name, ()))
        images = _images(session, table, found)
        gone[table.name] = [image for image in images if image["id"] not in standing]
        _put_back(session, table, [image for image in images if image["id"] in standing])
    for table in reversed(tables):
        for some in _portions(sorted(found.made.get(table.name, ()), reverse=True)):
            session.execute(table.delete().where(table.c.id.in_(some)))
    for table in tables:
        _insert(session, table, gone[table.name])


def _standing(session: Session, table: Table, ids: Iterable[int]) -> set[int]:
    return {i for some in _portions(list(ids)) for i in session.scalars(select(table.c.id).where(table.c.id.in_(some)))}


def _images(session: Session, table: Table, found: Undoing) -> list[dict[str, Any]]:
    """The rows of a table as they were before the import, in order."""
    first: dict[int, dict[str, Any]] = {}
    wanted = set(found.before.get(table.name, ()))
    if not wanted:
        return []
    rows = session.execute(
        select(Change.row_id, Change.before)
        .where(Change.act_seq == found.seq, Change.table_name == table.name, Change.before.is_not(None))
        .order_by(Change.id)
    )
    for row_id, before in rows:
        if before and row_id in wanted and row_id not in first:
            first[row_id] = canonical(table, json.loads(before))
    return list(first.values())


def _put_back(session: Session, table: Table, images: list[dict[str, Any]]) -> None:
    """Each column as it was; the version rises by one, so that a page opened meanwhile is told."""
    if not images:
        return
    names = [c.name for c in table.columns if c.name not in ("id", "version")]
    sets = [f'"{name}" = {_cast(session, table, name)}' for name in names]
    if "version" in table.c:
        sets.append("version = version + 1")
    statement = text(f'UPDATE "{table.name}" SET {", ".join(sets)} WHERE id = :id').bindparams(bindparam("id"))
    for some in _portions(images):
        session.execute(statement, [{"id": one["id"]} | {f"v_{n}": one[n] for n in names} for one in some])


def _insert(session: Session, table: Table, images: list[dict[str, Any]]) -> None:
    """Rows the import took away, with the numbers they had."""
    names = [c.name for c in table.columns]
    values = ", ".join(_cast(session, table, name) for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    for some in _portions(images):
        session.execute(
            text(f'INSERT INTO "{table.name}" ({quoted}) VALUES ({values})'),
            [{f"v_{n}": one[n] for n in names} for one in some],
        )


def _cast(session: Session, table: Table, name: str) -> str:
    """The place of a value in SQL: images hold plain JSON, so PostgreSQL is told what each is; SQLite keeps 0 and 1."""
    if store.on_sqlite(session):
        return f":v_{name}"
    kind = table.c[name].type
    told = "boolean" if isinstance(kind, Boolean) else kind.compile(session.get_bind().dialect)
    return f"CAST(:v_{name} AS {told})"


def _portions(items: list[Any]) -> Iterator[list[Any]]:
    for begin in range(0, len(items), AT_ONCE):
        yield items[begin : begin + AT_ONCE]
