"""Tables that other systems want, as the county keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.models.papers import ExportLayout
from fundsys.models.projects import ProjectType


@dataclass(frozen=True, slots=True)
class LayoutShown:
    """One layout. subject: the KIND its records are of; lines: its columns, one a line; basis: where it is from."""

    id: int
    version: int
    code: str
    name: str
    subject: str
    lines: str
    basis: str
    active: bool


_FIELDS = [getattr(ExportLayout, name) for name in LayoutShown.__dataclass_fields__]


def layouts(session: Session, *, all_of_them: bool = False) -> list[LayoutShown]:
    """The layouts in use, or all."""
    query = select(*_FIELDS).order_by(ExportLayout.id)
    rows = session.execute(query if all_of_them else query.where(ExportLayout.active))
    return [LayoutShown(*row) for row in rows]


def layout(session: Session, code: str) -> LayoutShown:
    """One layout. Raises NotFound."""
    row = session.execute(select(*_FIELDS).where(ExportLayout.code == code)).first()
    if row is None:
        raise NotFound("没有这个上报表式，请从“上报表式”页进入")
    return LayoutShown(*row)


def type_groups(session: Session) -> dict[int, tuple[str, str]]:
    """Category and group of every project type."""
    t = ProjectType
    rows = session.execute(select(t.id, t.category, t.group))
    return {number: (category, group) for number, category, group in rows}
