"""The journal: acts, their changes, and the triggers that let nothing past it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Numbered
from .types import Instant, Sequence


class Act(Base):
    """One thing somebody did: written last, sealed by a digest over itself, its changes and the act before."""

    __tablename__ = "act"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    office_day: Mapped[date] = mapped_column(Date, nullable=False, index=True)
    person_id: Mapped[int | None] = mapped_column(Integer, index=True)
    person_name: Mapped[str] = mapped_column(String(60), nullable=False)
    what: Mapped[str] = mapped_column(String(80), nullable=False)
    subject: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    address: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    request_id: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    form_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    algorithm: Mapped[str] = mapped_column(String(12), nullable=False)
    previous_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)


class Change(Base):
    """One row changed in an act: its image before and after, as JSON. Written by triggers only."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True)
    act_seq: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("act.seq", deferrable=True, initially="DEFERRED"), nullable=False, index=True
    )
    table_name: Mapped[str] = mapped_column(String(40), nullable=False)
    row_id: Mapped[int] = mapped_column(Integer, nullable=False)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)

    __table_args__ = (Index("ix_change_of_row", "table_name", "row_id", "id"), {"sqlite_autoincrement": True})


class Vault(Base, Numbered):
    """Personal data under lock: identity, bank and phone numbers. Business rows hold only the id."""

    __tablename__ = "vault"

    kind: Mapped[str] = mapped_column(String(12), nullable=False)
    key_no: Mapped[int] = mapped_column(Integer, nullable=False)
    ciphertext: Mapped[str | None] = mapped_column(Text)
    lookup: Mapped[str | None] = mapped_column(String(64), index=True)
    masked: Mapped[str] = mapped_column(String(40), nullable=False, default="")

    __table_args__ = ({"sqlite_autoincrement": True},)


UNJOURNALED = {
    "act": "the journal itself",
    "change": "the journal itself",
    "vault": "personal data: may be erased by law, so it must not live on in images",
    "credential": "password digests and sign-in counters",
    "sign_in_failure": "counters against guessing, no business fact",
    "job": "state of running work, no business fact",
    "form_draft": "what is still being typed, no business fact before it is sent",
    "token_use": "the last day of looking, no business fact",
    "alembic_version": "kept by Alembic",
}
_SEALED = ("act", "change")
_PLAIN = DefaultDialect()
_NO_ACT = "没有打开的办理事项，不能改动业务数据"
_SEAL_MESSAGE = "办理记录只能追加，不能改动或删除"


def business_tables() -> list[Table]:
    """The tables whose every change is journaled, in order of dependence."""
    return [t for t in Base.metadata.sorted_tables if t.name not in UNJOURNALED]


def image_sql(table: Table, row: str) -> str:
    """The SQLite expression of a row's image: a JSON object of all columns in table order."""
    pairs = ", ".join(f"'{c.name}', {row}.\"{c.name}\"" for c in table.columns)
    return f"json_object({pairs})"


def canonical(table: Table, image: dict[str, Any]) -> dict[str, Any]:
    """An image with every column of today's table and the values both databases agree on.

    A column younger than the image has the value it was given when it came: its default.
    """
    told: dict[str, Any] = {}
    for column in table.columns:
        value = image[column.name] if column.name in image else _starting_value(column)
        told[column.name] = value in (1, True) if isinstance(column.type, Boolean) and value in (0, 1) else value
    return told


def _starting_value(column: Column[Any]) -> Any:
    if column.nullable or column.default is None or not column.default.is_scalar:
        return None
    value: Any = column.default.arg  # type: ignore[attr-defined]
    processor = column.type.dialect_impl(_PLAIN).bind_processor(_PLAIN)
    return processor(value) if processor else value


def vault_columns(table: Table) -> list[str]:
    """Columns that hold the id of a row in the vault."""
    return [c.name for c in table.columns if c.info.get("vault")]


# ---------- triggers ----------


def install_triggers(connection: Connection) -> None:
    """Make every trigger anew from the models: the journal's and the money guards."""
    remove_triggers(connection)
    for statement in trigger_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def remove_triggers(connection: Connection) -> None:
    """Take the triggers away, before a migration."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(text("select name from sqlite_master where type='trigger'")).all()
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    rows = connection.execute(
        text(
            "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and n.nspname = current_schema()"
        )
    ).all()
    for table, name in rows:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')


def trigger_statements(dialect: str) -> list[str]:
    """The DDL of all triggers for a dialect, in order."""
    from . import guards

    if dialect == "sqlite":
        made = [s for t in business_tables() for s in _sqlite_journal(t)]
        made += [
            f"CREATE TRIGGER sealed_{t}_{verb.lower()} BEFORE {verb} ON \"{t}\" BEGIN SELECT RAISE(ABORT, '{_SEAL_MESSAGE}'); END"
            for t in _SEALED
            for verb in ("UPDATE", "DELETE")
        ]
        return made + guards.sqlite_statements()
    made = [_POSTGRES_JOURNAL.replace("{no_act}", _NO_ACT), _POSTGRES_SEALED.replace("{sealed}", _SEAL_MESSAGE)]
    for table in business_tables():
        made.append(
            f'CREATE TRIGGER journal_{table.name} AFTER INSERT OR UPDATE OR DELETE ON "{table.name}" FOR EACH ROW EXECUTE FUNCTION journal_row()'
        )
        made.append(
            f'CREATE TRIGGER whole_{table.name} BEFORE TRUNCATE ON "{table.name}" EXECUTE FUNCTION journal_sealed()'
        )
    for name in _SEALED:
        made.append(
            f'CREATE TRIGGER sealed_{name} BEFORE UPDATE OR DELETE OR TRUNCATE ON "{name}" EXECUTE FUNCTION journal_sealed()'
        )
    return made + guards.postgres_statements()


def _sqlite_journal(table: Table) -> list[str]:
    made = []
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        before = "NULL" if verb == "INSERT" else image_sql(table, "OLD")
        after = "NULL" if verb == "DELETE" else image_sql(table, "NEW")
        made.append(
            f'CREATE TRIGGER journal_{table.name}_{verb.lower()} AFTER {verb} ON "{table.name}" BEGIN '
            f"SELECT RAISE(ABORT, '{_NO_ACT}') WHERE fundsys_act() IS NULL; "
            "INSERT INTO change (act_seq, table_name, row_id, before, after, digest) "
            f"SELECT fundsys_act(), '{table.name}', {row}.id, b, a, fundsys_digest('{table.name}', {row}.id, b, a) "
            f"FROM (SELECT {before} AS b, {after} AS a); END"
        )
    return made


_POSTGRES_JOURNAL = """
CREATE OR REPLACE FUNCTION journal_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seq text := current_setting('fundsys.act', true);
  b text := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE row_to_json(OLD)::text END;
  a text := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE row_to_json(NEW)::text END;
  k integer := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
BEGIN
  IF seq IS NULL OR seq = '' THEN RAISE EXCEPTION '{no_act}'; END IF;
  INSERT INTO change (act_seq, table_name, row_id, before, after, digest) VALUES
    (seq::bigint, TG_TABLE_NAME, k, b, a, encode(sha256(convert_to(
      TG_TABLE_NAME || chr(31) || k::text || chr(31) || coalesce(b, '') || chr(31) || coalesce(a, ''), 'UTF8')), 'hex'));
  RETURN NULL;
END $$
"""

_POSTGRES_SEALED = """
CREATE OR REPLACE FUNCTION journal_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{sealed}'; END $$
"""
