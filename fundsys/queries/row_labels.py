"""What a record is called: for papers that name one of any table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fundsys.domain.record_words import table_name
from fundsys.models.base import Base
from fundsys.queries.history import record_label


def label_of(session: Session, table: str, row_id: int) -> str:
    """The number and name of a record; what its table is called and its id where it has neither."""
    model = next((m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == table), None)
    row = session.get(model, row_id) if model is not None else None
    if row is None:
        return ""
    told = {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
    return record_label(table, told) or f"{table_name(table)} {row_id}"
