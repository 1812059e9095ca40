"""The shape of the namespace: tables as the models say, triggers exactly as made from the models."""

from __future__ import annotations

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.engine import Connection

from fundsys import store
from fundsys.domain.record_words import table_name
from fundsys.models.base import Base
from fundsys.models.journal import trigger_statements

from .report import Check

_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\).*?\$\$(.*)\$\$", re.DOTALL)
_TRIGGER = re.compile(
    r'CREATE TRIGGER (\w+) (BEFORE|AFTER) (.+?) ON "(\w+)" (FOR EACH ROW )?EXECUTE FUNCTION (\w+)\(\)', re.DOTALL
)
_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def schema(check: Check) -> None:
    """Tables, columns, keys, indexes and checks are those of the models.

    Reading a shape takes a second. On SQLite it is nothing but the words it was made with: those this program has found
    right once need no second look.
    """
    connection = check.session.connection()
    made = connection.scalar(_MADE) if store.on_sqlite(check.session) else None
    if made is None or made not in _found_right:
        _compare_tables(check, connection)
        if made is not None and check.kinds["schema"] == 0:
            _found_right.add(made)
    check.count("tables", len(Base.metadata.tables))


_MADE = text(
    "select group_concat(sql, char(10)) from (select sql from sqlite_master where type <> 'trigger' order by type, name)"
)
_found_right: set[str] = set()


def _compare_tables(check: Check, connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    for difference in compare_metadata(context, Base.metadata):
        for part in difference if isinstance(difference, list) else [difference]:
            check.broken("schema", f"表结构与本版程序不符：{_told(part)}")
    if check.kinds["schema"] == 0:
        _checks(check, connection)


_PARTS = {
    "table": "表",
    "column": "栏",
    "index": "索引",
    "constraint": "唯一约束",
    "fk": "外键",
    "type": "类型",
    "nullable": "可空",
    "default": "默认值",
}


def _told(difference: Any) -> str:
    """One difference in words: 缺少索引（asset ix_asset_owner_name）."""
    verb, _, part = str(difference[0]).partition("_")
    names = []
    for item in difference[1:]:
        owner = getattr(item, "table", None)
        names += [str(getattr(owner, "name", "") or ""), str(getattr(item, "name", item) or "")]
    shown = " ".join(dict.fromkeys(n for n in names if n and n != "None" and len(n) < 60))
    return f"{ {'add': '缺少', 'remove': '多出'}.get(verb, '改过') }{_PARTS.get(part, part)}（{shown}）"


def _checks(check: Check, connection: Connection) -> None:
    """CHECK constraints by name, and on SQLite by their words (PostgreSQL rewrites them)."""
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        wanted = {str(c.name): _plain(str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)}
        there = {str(c["name"]): _plain(c["sqltext"]) for c in inspector.get_check_constraints(table.name)}
        for name in sorted(wanted.keys() ^ there.keys()):
            check.broken("schema", f"{table_name(table.name)}的校验约束{'缺少' if name in wanted else '多出'}：{name}")
        if store.on_sqlite(check.session):
            for name in sorted(n for n in wanted.keys() & there.keys() if wanted[n] != there[n]):
                check.broken("schema", f"{table_name(table.name)}的校验约束改过：{name}")


def _plain(sql: str) -> str:
    return "".join(sql.split()).strip("()").lower()


def triggers(check: Check) -> None:
    """Every trigger is there, exactly as made from the models, and no other."""
    if store.on_sqlite(check.session):
        wanted = {_name(s): s for s in trigger_statements("sqlite")}
        rows = check.session.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
        there = {name: sql for name, sql in rows}
        _compare(check, wanted, there)
        return
    statements = trigger_statements("postgresql")
    functions = {m[1]: m[2] for s in statements if (m := _FUNCTION.search(s))}
    schema_name = check.session.execute(text("select current_schema()")).scalar_one()
    rows = check.session.execute(
        text(
            "select p.proname, p.prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = :schema"
        ),
        {"schema": schema_name},
    ).all()
    _compare(check, functions, {name: source for name, source in rows})
    wanted_triggers = {m[1]: _shape(m) for s in statements if (m := _TRIGGER.search(s))}
    rows = check.session.execute(
        text(
            "select t.tgname, c.relname, t.tgtype, t.tgenabled, p.proname from pg_trigger t"
            " join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace"
            " join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal and n.nspname = :schema"
        ),
        {"schema": schema_name},
    ).all()
    _compare(check, wanted_triggers, {r[0]: f"{r[1]} {r[2]} {_letter(r[3])} {r[4]}" for r in rows})


def _compare(check: Check, wanted: dict[str, str], there: dict[str, str]) -> None:
    for name in sorted(wanted.keys() | there.keys()):
        if name not in there:
            check.broken("triggers", f"触发器“{name}”不见了，改动可能没有记录")
        elif name not in wanted:
            check.broken("triggers", f"多出一个触发器“{name}”，不是本系统所建")
        elif wanted[name] != there[name]:
            check.broken("triggers", f"触发器“{name}”被改过或停用，改动可能没有记录")
    check.count("triggers", len(wanted))


def _name(statement: str) -> str:
    return statement.split()[2].strip('"')


def _shape(found: re.Match[str]) -> str:
    """A trigger as pg_trigger tells it: table, type bits, enabled, function."""
    bits = (1 if found[5] else 0) + (2 if found[2] == "BEFORE" else 0) + sum(_BITS[v] for v in found[3].split(" OR "))
    return f"{found[4]} {bits} O {found[6]}"


def _letter(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
