"""Acts on policy documents: entered by finance or the lead bureau with a scan, confirmed by a leader, revised by a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.policy_documents import DocumentKind, DocumentState
from fundsys.domain.rights import Permission
from fundsys.models.policy_documents import PolicyDocument
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, need, own_entry, refuse_all, second_person, seen_records

TABLE = "policy_document"
RECALLED = "录入人撤回"
Files = Sequence[tuple[str, bytes]]
_S = DocumentState
_P = Permission


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as it is typed. valid_to: its last day, inclusive; None is open. replaces_id: what it revises."""

    title: str
    kind: DocumentKind
    issuer: str
    issued_on: date
    valid_from: date
    number: str = ""
    valid_to: date | None = None
    replaces_id: int | None = None
    remark: str = ""


def enter_document(entry: DocumentEntry, *, files: Files = (), act: Act) -> PolicyDocument:
    """Enter a document; it counts once somebody else has confirmed it. Raises: NotAllowed, Refusals."""
    need(act, _P.EDIT_POLICY)
    refuse_all(_faults(entry, None, act))
    made = PolicyDocument(state=_S.SUBMITTED, entered_by=act.person_id, submitted_at=act.at)
    _write(made, entry)
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    act.subject = made.title
    act.answer = f"{made.id} 政策文件"
    return made


def edit_document(
    document_id: int, entry: DocumentEntry, *, files: Files = (), version: int | None = None, act: Act
) -> PolicyDocument:
    """Change an entry that came back, and hand it in again. Raises: NotAllowed, StepRefused, Stale, Refusals."""
    need(act, _P.EDIT_POLICY)
    document = _get(act, document_id, version)
    if document.state is _S.APPROVED:
        raise StepRefused("已确认的文件不改；有修订的，另登记修订后的文件并选被替代的文件")
    refuse_all(_faults(entry, document.id, act))
    _write(document, entry)
    document.entered_by, document.submitted_at = act.person_id, act.at
    document.reviewed_by = document.reviewed_at = None
    document.return_reason = ""
    document.state = _S.SUBMITTED
    document.version += 1
    act.session.flush()
    _keep(document, files, act)
    act.subject = document.title
    return document


def end_document(document_id: int, valid_to: date, *, version: int | None = None, act: Act) -> PolicyDocument:
    """Say on which day a confirmed document ends, to be confirmed anew. Raises: NotAllowed, StepRefused, DomainError."""
    need(act, _P.EDIT_POLICY)
    document = _get(act, document_id, version)
    if document.state is not _S.APPROVED:
        raise StepRefused("没有确认的文件，请直接修改有效期")
    if valid_to < document.valid_from:
        raise DomainError("失效日期不能早于生效日期", field="valid_to")
    document.valid_to = valid_to
    document.entered_by, document.submitted_at = act.person_id, act.at
    document.reviewed_by = document.reviewed_at = None
    document.state = _S.SUBMITTED
    document.version += 1
    act.subject = document.title
    return document


def approve_documents(seen: Mapping[int, int], *, act: Act) -> list[PolicyDocument]:
    """Confirm documents, all of those seen or none. Raises: NotAllowed (own entries too), Stale, StepRefused."""
    need(act, _P.APPROVE_POLICY)
    found = _waiting(act, seen)
    each(found, lambda one: one.title, lambda one: second_person(act, one.entered_by))
    for one in found:
        one.reviewed_by, one.reviewed_at, one.return_reason = act.person_id, act.at, ""
        one.state = _S.APPROVED
        one.version += 1
    act.subject = "、".join(one.title for one in found)[:200]
    return found


def return_documents(seen: Mapping[int, int], reason: str, *, act: Act) -> list[PolicyDocument]:
    """Send entries back with a reason. Raises: DomainError, NotAllowed, Stale, StepRefused."""
    need(act, _P.APPROVE_POLICY)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    found = _waiting(act, seen)
    for one in found:
        one.reviewed_by, one.reviewed_at, one.return_reason = act.person_id, act.at, reason.strip()[:200]
        one.state = _S.RETURNED
        one.version += 1
    act.subject = "、".join(one.title for one in found)[:200]
    return found


def recall_document(document_id: int, *, version: int | None = None, act: Act) -> PolicyDocument:
    """Take an entry back before it is confirmed. Raises: NotAllowed, StepRefused, Stale."""
    need(act, _P.EDIT_POLICY)
    document = _get(act, document_id, version)
    own_entry(act, document.entered_by)
    if document.state is not _S.SUBMITTED:
        raise StepRefused(f"这份文件现在是“{document.state.label}”，不能撤回，请刷新后再看")
    document.state, document.return_reason = _S.RETURNED, RECALLED
    document.version += 1
    act.subject = document.title
    return document


def _get(act: Act, document_id: int, version: int | None) -> PolicyDocument:
    document = act.session.get(PolicyDocument, document_id)
    if document is None:
        raise NotFound("没有这份政策文件，请从政策文件进入")
    act.check_version(document, version)
    return document


def _faults(entry: DocumentEntry, own: int | None, act: Act) -> list[DomainError]:
    faults = []
    number = tidy_document_no(entry.number)
    p = PolicyDocument
    same = select(p.title).where(p.number == number, p.id != (own or 0)) if number else None
    if same is not None and (title := act.session.scalar(same)) is not None:
        faults.append(DomainError(f"文号{number}已登记为《{title}》", field="number"))
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        faults.append(DomainError("失效日期不能早于生效日期", field="valid_to"))
    if entry.issued_on > act.day:
        faults.append(DomainError("印发日期不能在今天以后", field="issued_on"))
    if entry.replaces_id is not None:
        if entry.replaces_id == own or act.session.get(p, entry.replaces_id) is None:
            faults.append(DomainError("请从列出的文件中选择被替代的文件", field="replaces"))
        taken = select(p.title).where(p.replaces_id == entry.replaces_id, p.id != (own or 0))
        if (title := act.session.scalar(taken)) is not None:
            faults.append(DomainError(f"这份文件已被《{title}》替代，请接着那一份修订", field="replaces"))
    return faults


def _write(document: PolicyDocument, entry: DocumentEntry) -> None:
    document.number = tidy_document_no(entry.number) or None
    document.title, document.kind, document.issuer = entry.title.strip(), entry.kind, entry.issuer.strip()
    document.issued_on, document.valid_from, document.valid_to = entry.issued_on, entry.valid_from, entry.valid_to
    document.replaces_id, document.remark = entry.replaces_id, entry.remark.strip()


def _keep(document: PolicyDocument, files: Files, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, document.id, act=act, field="papers")


def _waiting(act: Act, seen: Mapping[int, int]) -> list[PolicyDocument]:
    found = seen_records(act, PolicyDocument, seen, "政策文件")
    for one in found:
        if one.state is not _S.SUBMITTED:
            raise StepRefused(f"《{one.title}》现在是“{one.state.label}”，不在待确认里，请刷新后再看")
    return found
