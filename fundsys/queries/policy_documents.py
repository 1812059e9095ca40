"""Reading policy documents: the list, one with what it replaces and what cites it, and the confirmed ones that texts are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.policy import Policy
from fundsys.domain.policy_documents import DocumentFact, DocumentKind, DocumentState, Validity, cited
from fundsys.models.office import Person, PolicyValue
from fundsys.models.papers import Attachment
from fundsys.models.policy_documents import PolicyDocument
from fundsys.queries.kept import kept

TABLE = "policy_document"
Enterer, Checker, Old, New = aliased(Person), aliased(Person), aliased(PolicyDocument), aliased(PolicyDocument)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document. old, new: what it replaces and what replaces it (confirmed), by id and title."""

    id: int
    version: int
    number: str | None
    title: str
    kind: DocumentKind
    issuer: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    remark: str
    state: DocumentState
    entered_by_id: int | None
    entered_by: str
    reviewed_by: str
    return_reason: str
    old_id: int | None
    old_title: str | None
    new_id: int | None
    new_title: str | None
    new_from: date | None
    papers: int

    @property
    def fact(self) -> DocumentFact:
        """What of it decides whether it holds."""
        new = f"《{self.new_title}》" if self.new_title else ""
        return DocumentFact(self.id, self.number or "", self.title, self.valid_from, self.valid_to, self.new_from, new)

    def validity(self, day: date) -> Validity:
        """Whether it holds on a day."""
        return self.fact.validity(day)


@dataclass(frozen=True, slots=True)
class Citation:
    """A threshold that cites a document."""

    year: int
    code: str
    label: str
    value: str


def documents(
    session: Session, *, q: str = "", kind: DocumentKind | None = None, state: DocumentState | None = None
) -> list[DocumentRow]:
    """The documents, latest first."""
    p = PolicyDocument
    tests: list[Any] = []
    if q:
        tests.append(or_(*(c.contains(q, autoescape=True) for c in (p.title, p.number, p.issuer))))
    if kind is not None:
        tests.append(p.kind == kind)
    if state is not None:
        tests.append(p.state == state)
    return _rows(session, *tests)


def document(session: Session, document_id: int) -> DocumentRow:
    """One document. Raises NotFound."""
    found = _rows(session, PolicyDocument.id == document_id)
    if not found:
        raise NotFound("没有这份政策文件，请从政策文件进入")
    return found[0]


def known_documents(session: Session) -> tuple[DocumentFact, ...]:
    """The confirmed documents, for holding texts against."""

    def read() -> tuple[DocumentFact, ...]:
        return tuple(row.fact for row in _rows(session, PolicyDocument.state == DocumentState.APPROVED))

    return kept(session, "policy documents", frozenset({TABLE}), read)


def offered(session: Session, day: date) -> list[str]:
    """What a box for a document offers: the confirmed ones that hold on the day."""
    return [one.name for one in known_documents(session) if one.validity(day) is Validity.VALID]


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A document that a text of a year names. doubt: what is to be told of it, empty while it holds."""

    id: int
    name: str
    doubt: str


def papers_behind(session: Session, year: int, today: date, text: str) -> list[CitedPaper]:
    """The documents a text of a year names, each judged on the last day of the year or today, whichever comes first."""
    day = min(today, date(year, 12, 31))
    return [CitedPaper(one.id, one.name, one.doubt(day)) for one in cited(text, known_documents(session))]


def chain(session: Session, row: DocumentRow) -> list[DocumentRow]:
    """The revisions a document belongs to, the oldest first."""
    every = {one.id: one for one in _rows(session)}
    first = row
    while first.old_id is not None and first.old_id in every:
        first = every[first.old_id]
    found = [first]
    while (after := next((o for o in every.values() if o.old_id == found[-1].id), None)) is not None:
        found.append(after)
    return found


def citations(session: Session, fact: DocumentFact) -> list[Citation]:
    """The thresholds whose document or clause names it, latest year first."""
    kinds = Policy.kinds()
    rows = session.scalars(select(PolicyValue).order_by(PolicyValue.year.desc(), PolicyValue.id))
    return [
        Citation(r.year, r.code, kinds[r.code].label, kinds[r.code].show(kinds[r.code].read(r.value)))
        for r in rows
        if r.code in kinds and r.value and fact.is_cited_by(f"{r.document} {r.clause}")
    ]


def to_replace(session: Session, own: int | None = None) -> list[tuple[int, str]]:
    """Documents a new one may replace: confirmed, not replaced yet."""
    rows = _rows(session, PolicyDocument.state == DocumentState.APPROVED)
    taken = dict(
        session.execute(
            select(PolicyDocument.replaces_id, PolicyDocument.id).where(PolicyDocument.replaces_id.is_not(None))
        ).all()
    )
    return [(r.id, r.fact.name) for r in rows if r.id != own and taken.get(r.id) in (None, own)]


def waiting_documents(session: Session) -> Sequence[DocumentRow]:
    """Entries that wait for a second person."""
    return _rows(session, PolicyDocument.state == DocumentState.SUBMITTED)


def _rows(session: Session, *tests: Any) -> list[DocumentRow]:
    p = PolicyDocument
    papers = select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == p.id).scalar_subquery()
    rows: Any = session.execute(
        select(
            p.id, p.version, p.number, p.title, p.kind, p.issuer, p.issued_on, p.valid_from, p.valid_to, p.remark,
            p.state, p.entered_by, func.coalesce(Enterer.name, "系统"), func.coalesce(Checker.name, ""),
            p.return_reason, Old.id, Old.title, New.id, New.title, New.valid_from, papers,
        )
        .outerjoin(Enterer, p.entered_by == Enterer.id)
        .outerjoin(Checker, p.reviewed_by == Checker.id)
        .outerjoin(Old, p.replaces_id == Old.id)
        .outerjoin(New, (New.replaces_id == p.id) & (New.state == DocumentState.APPROVED))
        .where(*tests)
        .order_by(p.issued_on.desc(), p.id.desc())
    )  # fmt: skip
    return [DocumentRow(*row) for row in rows]
