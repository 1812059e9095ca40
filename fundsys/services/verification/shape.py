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

    Comparing a shape with the models takes a second. What the database says of it in words takes none: words this program
    has found right once need no second look.
    """
    connection = check.session.connection()
    told = connection.scalar(_IN_WORDS_OF_SQLITE if store.on_sqlite(check.session) else _IN_WORDS_OF_POSTGRESQL)
    if told not in _found_right:
        _compare_tables(check, connection)
        if check.kinds["schema"] == 0:
            _found_right.add(told)
    check.count("tables", len(Base.metadata.tables))


_IN_WORDS_OF_SQLITE = text(
    "select group_concat(sql, char(10)) from (select sql from sqlite_master where type <> 'trigger' order by type, name)"
)
_IN_WORDS_OF_POSTGRESQL = text(
    """
    select md5(string_agg(told, chr(10) order by told collate "C")) from (
        select concat_ws(' ', 'column', c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                         a.attnotnull, a.attidentity, a.attgenerated, a.attcollation,
                         pg_get_expr(d.adbin, d.adrelid)) as told
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = current_schema()::regnamespace and c.relkind <> 'i'
        union all
        select concat_ws(' ', 'constraint', r.conrelid::regclass, r.conname, r.convalidated, pg_get_constraintdef(r.oid))
        from pg_constraint r where r.connamespace = current_schema()::regnamespace
        union all
        select concat_ws(' ', 'index', x.indrelid::regclass, x.indisvalid, x.indexrelid::regclass,
                         replace(pg_get_indexdef(x.indexrelid), quote_ident(current_schema()) || '.', ''))
        from pg_index x join pg_class c on c.oid = x.indrelid
        where c.relnamespace = current_schema()::regnamespace
    ) as shape
    """
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
