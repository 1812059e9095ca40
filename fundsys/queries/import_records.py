"""What was imported: who, when, which file, how much it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from fundsys import store
from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.models.journal import Act
from fundsys.models.office import Person, Unit
from fundsys.models.papers import ImportRecord
from fundsys.queries.viewer import Viewer

LATEST = 30


@dataclass(frozen=True, slots=True)
class ImportShown:
    """One import, as the page lists it. sha256: of the file, by which it is known again; by_id: who imported."""

    id: int
    kind: str
    file_name: str
    sha256: str
    rows: int
    added: int
    changed: int
    by: str
    at: datetime
    by_id: int
    unit: str
    reversed_by: str | None
    reversed_at: datetime | None
    reason: str

    @property
    def is_reversed(self) -> bool:
        """Whether it was taken back."""
        return self.reversed_at is not None


_REVERSER = aliased(Person)


def _imports(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    r = ImportRecord
    return (
        select(
            r.id, r.kind, r.file_name, r.file_sha256, r.row_count, r.added, r.changed, Person.name, r.imported_at,
            r.imported_by, Unit.name, _REVERSER.name, r.reversed_at, r.reversal_reason,
        )
        .join(Person, r.imported_by == Person.id)
        .join(Unit, Person.unit_id == Unit.id)
        .join(_REVERSER, r.reversed_by == _REVERSER.id, isouter=True)
        .where(condition)
        .order_by(r.id.desc())
    )  # fmt: skip


def latest_imports(session: Session, who: Viewer, most: int = LATEST) -> list[ImportShown]:
    """The last imports of this person's unit, newest first."""
    rows = session.execute(_imports(Person.unit_id == who.unit_id).limit(most))
    return [ImportShown(*row) for row in rows]


def _seen(who: Viewer) -> ColumnElement[bool]:
    """Imports of the county for who may take any of them back; of the person's own unit for the others."""
    return true() if who.scope(Permission.REVERSE_IMPORT) is Scope.ALL else Person.unit_id == who.unit_id


def imports_seen(session: Session, who: Viewer, offset: int, limit: int) -> tuple[list[ImportShown], int]:
    """The imports this person may read, newest first, and how many there are."""
    found = _imports(_seen(who))
    whole = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return [ImportShown(*row) for row in session.execute(found.offset(offset).limit(limit))], whole


def import_seen(session: Session, who: Viewer, record_id: int) -> ImportShown:
    """One import this person may read. Raises NotFound."""
    row = session.execute(_imports(_seen(who) & (ImportRecord.id == record_id))).first()
    if row is None:
        raise NotFound("没有这次导入，请从“导入记录”页进入")
    return ImportShown(*row)


def answer_of(form_id: str, who: Viewer) -> str | None:
    """What a form of this person was told when it was accepted; None when it was not."""
    with store.snapshot() as session:
        return session.scalar(select(Act.answer).where(Act.form_id == form_id, Act.person_id == who.id))
