"""Row by row: the types each column may hold, and the tables against the fold of the journal's images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table, text

from fundsys import store
from fundsys.domain.record_words import field_name
from fundsys.models.base import Base
from fundsys.models.journal import business_tables, canonical, image_sql
from fundsys.models.types import Instant, MoneyType
from fundsys.queries.history import ShownValues, attribute, record_label

from .report import Check


def label_of(check: Check, table: str, row_id: int | None) -> str:
    """What people call a record: from the table, or from the journal when it is gone."""
    made = Base.metadata.tables[table]
    if row_id is None or "id" not in made.columns:
        return ""
    image = check.session.execute(
        text(f'select {_image(made, check)} from "{table}" t where id = :id'), {"id": row_id}
    ).scalar()
    image = (
        image
        or check.session.execute(
            text(
                'select coalesce(after, before) from "change" where table_name = :table and row_id = :id'
                " order by id desc limit 1"
            ),
            {"table": table, "id": row_id},
        ).scalar()
    )
    return record_label(table, json.loads(image)) if image else ""


def _image(table: Table, check: Check) -> str:
    return image_sql(table, "t") if store.on_sqlite(check.session) else "row_to_json(t)::text"


# ---------- types ----------


def types(check: Check) -> None:
    """Each value has its column's type: money is a whole number, no text, no fraction; days are days."""
    if not store.on_sqlite(check.session):
        _money_columns_of_postgres(check)
        return
    for table in Base.metadata.sorted_tables:
        own = "seq" if table.name == "act" else "id"
        wrong = " or ".join(f"({_wrong(column)})" for column in table.columns)
        shown = ", ".join(f'typeof("{c.name}")' for c in table.columns)
        for row in check.session.execute(
            text(f'select "{own}", {shown} from "{table.name}" where {wrong} order by 1 limit 100')
        ).all():
            kinds = dict(zip((c.name for c in table.columns), row[1:], strict=True))
            column = next((c for c in table.columns if kinds[c.name] != _storage(c)), None)
            if column is None or (kinds[column.name] == "null" and column.nullable):
                column = _first_wrong(check, table, own, row[0])
            told = f"的{field_name(table.name, attribute(table, column))}存储类型不对（{kinds[column.name]}）"
            if isinstance(column.type, MoneyType):
                told = (
                    f"的{field_name(table.name, attribute(table, column))}不是以分为单位的整数（{kinds[column.name]}）"
                )
            check.found("types", table.name, row[0], told, _code_of(check, table, row[0]))
        check.count("columns", len(table.columns))


def _first_wrong(check: Check, table: Table, own: str, row_id: int) -> Column[Any]:
    for column in table.columns:
        if check.session.execute(
            text(f'select 1 from "{table.name}" where "{own}" = :id and ({_wrong(column)})'), {"id": row_id}
        ).scalar():
            return column
    raise ValueError(f"{table.name} {row_id}")


def _code_of(check: Check, table: Table, row_id: int) -> str:
    """A label that does not need the row to be readable as an image."""
    names = [n for n in ("code", "document_no", "number", "login", "name", "title") if n in table.columns]
    if not names:
        return ""
    row = check.session.execute(
        text(f'select {", ".join(names)} from "{table.name}" where id = :id'), {"id": row_id}
    ).one()
    return " ".join(str(v) for v in row if v)[:80]


def _storage(column: Column[Any]) -> str:
    return "integer" if isinstance(_plain(column), Integer | BigInteger | Boolean) else "text"


def _plain(column: Column[Any]) -> Any:
    return getattr(column.type, "impl", column.type)


def _wrong(column: Column[Any]) -> str:
    """The SQLite condition of a value that does not belong in a column."""
    name = f'"{column.name}"'
    wrong = f"typeof({name}) <> '{_storage(column)}'"
    if isinstance(column.type, Boolean):
        wrong += f" or {name} not in (0, 1)"
    if isinstance(column.type, Date):
        wrong += f" or date({name}) is not {name}"
    if isinstance(column.type, Instant):
        wrong += f" or julianday({name}) is null"
    return f"{name} is not null and ({wrong})" if column.nullable else wrong


def _money_columns_of_postgres(check: Check) -> None:
    found = check.session.execute(
        text(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = current_schema()"
        )
    ).all()
    kinds = {(table, column): kind for table, column, kind in found}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, MoneyType) and kinds.get((table.name, column.name)) != "bigint":
                told = f"的{field_name(table.name, attribute(table, column))}一栏不是以分为单位的整数"
                check.found("types", table.name, None, told)
        check.count("columns", len(table.columns))


# ---------- tables against the journal ----------


def fold(check: Check) -> None:
    """The last image of every row is the row, no row without an image, no image without a row."""
    for table in business_tables():
        rows = 0
        journal, present = _images(check, table), _present(check, table)
        image, row = next(journal, None), next(present, None)
        while (image or row) and not check.enough("fold"):
            if row is None or (image is not None and image[0] < row[0]):
                assert image is not None
                if image[1] is not None:
                    label = record_label(table.name, json.loads(image[1]))
                    check.found("fold", table.name, image[0], "不见了：办理记录里有，表里没有", label)
                image = next(journal, None)
            elif image is None or row[0] < image[0] or image[1] is None:
                label = record_label(table.name, json.loads(row[1]))
                check.found("fold", table.name, row[0], "没有办理记录：表里有，办理记录里没有", label)
                image = next(journal, None) if image is not None and image[0] == row[0] else image
                row, rows = next(present, None), rows + 1
            else:
                if image[1] != row[1]:
                    _compare(check, table, row[0], json.loads(image[1]), json.loads(row[1]))
                image, row, rows = next(journal, None), next(present, None), rows + 1
        check.count("rows", rows)


def _compare(check: Check, table: Table, row_id: int, told: dict[str, Any], stands: dict[str, Any]) -> None:
    before, after = canonical(table, told), canonical(table, stands)
    differing = [
        c for c in table.columns if json.dumps(before[c.name], default=str) != json.dumps(after[c.name], default=str)
    ]
    if not differing:
        return
    shown = ShownValues(check.session, table, [before, after])
    parts = [
        f"{field_name(table.name, attribute(table, c))}办理记录为“{shown.show(c, before[c.name])}”，"
        f"现为“{shown.show(c, after[c.name])}”"
        for c in differing[:5]
    ]
    check.found("fold", table.name, row_id, f"与办理记录不符：{'；'.join(parts)}", record_label(table.name, before))


def _images(check: Check, table: Table) -> Iterator[tuple[int, str | None]]:
    """(row id, last image) in order of row id, each row's images checked to follow one another on the way."""
    rows = store.stream(
        check.session,
        'select id, row_id, before, after from "change" where table_name = :name order by row_id, id',
        {"name": table.name},
    )
    last: tuple[int, str | None] | None = None
    for partition in rows:
        for number, row_id, before, after in partition:
            if last is not None and last[0] != row_id:
                yield last
                last = None
            was = last[1] if last else None
            if was != before and not _same(table, was, before):
                label = record_label(table.name, json.loads(before or after))
                told = f"接不上：{label}（编号 {row_id}）改动前的内容不是上一条改动后的内容"
                check.found("continuity", "change", number, told)
            last = (row_id, after)
    if last is not None:
        yield last


def _same(table: Table, one: str | None, other: str | None) -> bool:
    """Whether two images say the same; the two databases write them differently."""
    if one is None or other is None:
        return False
    return json.dumps(canonical(table, json.loads(one))) == json.dumps(canonical(table, json.loads(other)))


def _present(check: Check, table: Table) -> Iterator[tuple[int, str]]:
    sql = f'select t.id, {_image(table, check)} from "{table.name}" t order by t.id'
    for partition in store.stream(check.session, sql):
        yield from partition
