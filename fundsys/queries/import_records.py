"""What was imported: who, when, which file, how much it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.models.journal import Act
from fundsys.models.office import Person
from fundsys.models.papers import ImportRecord
from fundsys.queries.viewer import Viewer

LATEST = 30


@dataclass(frozen=True, slots=True)
class ImportShown:
    """One import, as the page lists it. sha256: of the file, by which it is known again."""

    id: int
    kind: str
    file_name: str
    sha256: str
    rows: int
    added: int
    changed: int
    by: str
    at: datetime


def latest_imports(session: Session, who: Viewer, most: int = LATEST) -> list[ImportShown]:
    """The last imports of this person's unit, newest first."""
    rows = session.execute(
        select(
            ImportRecord.id, ImportRecord.kind, ImportRecord.file_name, ImportRecord.file_sha256,
            ImportRecord.row_count, ImportRecord.added, ImportRecord.changed, Person.name, ImportRecord.imported_at,
        )
        .join(Person, ImportRecord.imported_by == Person.id)
        .where(Person.unit_id == who.unit_id)
        .order_by(ImportRecord.id.desc())
        .limit(most)
    )  # fmt: skip
    return [ImportShown(*row) for row in rows]


def answer_of(form_id: str, who: Viewer) -> str | None:
    """What a form of this person was told when it was accepted; None when it was not."""
    with store.snapshot() as session:
        return session.scalar(select(Act.answer).where(Act.form_id == form_id, Act.person_id == who.id))
