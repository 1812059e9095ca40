"""Papers kept for a record: scans and photos, newest last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.models.office import Person
from fundsys.models.papers import Attachment


@dataclass(frozen=True, slots=True)
class Paper:
    """A kept file. size: bytes; kept_by: the person's name, 系统 without one."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    kept_at: datetime
    kept_by: str


def papers_of(session: Session, table: str, row_id: int) -> list[Paper]:
    """The papers of a record, in the order they were kept."""
    a = Attachment
    rows = session.execute(
        select(a.id, a.name, a.media_type, a.size, a.sha256, a.kept_at, Person.name)
        .outerjoin(Person, a.kept_by == Person.id)
        .where(a.table_name == table, a.row_id == row_id)
        .order_by(a.id)
    )
    return [Paper(*row[:-1], row[-1] or "系统") for row in rows]


def paper_of(session: Session, table: str, row_id: int, paper_id: int) -> Paper:
    """One paper of a record. Raises NotFound, also where it belongs to another record."""
    found = next((paper for paper in papers_of(session, table, row_id) if paper.id == paper_id), None)
    if found is None:
        raise NotFound("没有这个附件，或者不在您的管理范围内")
    return found
