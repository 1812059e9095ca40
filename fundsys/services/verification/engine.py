"""What the database engine itself can say: whole pages and indexes, references that lead somewhere."""

from __future__ import annotations

from sqlalchemy import text

from fundsys import store
from fundsys.domain.record_words import table_name
from fundsys.models.base import Base

from .report import Check
from .rows import label_of


def integrity(check: Check) -> None:
    """The engine's own check of its file; a PostgreSQL server guards its pages itself."""
    if store.on_sqlite(check.session):
        for (said,) in check.session.execute(text("pragma integrity_check(20)")):
            if said != "ok":
                check.broken("integrity", f"数据库文件损坏：{said}")
    check.count("integrity", 1)


def references(check: Check) -> None:
    """Every foreign key leads to a row."""
    links = 0
    for table in Base.metadata.sorted_tables:
        own = "seq" if table.name == "act" else "id"
        for column in table.columns:
            for key in column.foreign_keys:
                links += 1
                target = key.column
                lost = check.session.execute(
                    text(
                        f'select c."{own}", c."{column.name}" from "{table.name}" c where c."{column.name}" is not null'
                        f' and not exists (select 1 from "{target.table.name}" p where p."{target.name}" ='
                        f' c."{column.name}") order by 1 limit 100'
                    )
                ).all()
                for row_id, value in lost:
                    told = f"引用的{table_name(target.table.name)}（编号 {value}）不存在"
                    check.found("references", table.name, row_id, told, label_of(check, table.name, row_id))
    check.count("references", links)
