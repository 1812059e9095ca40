"""Papers of construction as people see them: days in force, tender, extensions, acceptances, settlements, retention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.construction import WHOLE, AcceptanceLevel, Review
from fundsys.domain.errors import NotFound
from fundsys.domain.funds import MoneyState
from fundsys.domain.library import PlanState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission
from fundsys.models.construction import Acceptance, Extension, Settlement, Tender
from fundsys.models.desk import Contract
from fundsys.models.office import DictionaryEntry, Person, Unit
from fundsys.models.papers import Attachment
from fundsys.models.projects import Project, ProjectStep
from fundsys.queries.payment_room import gone
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_projects

Days = tuple[date | None, date | None]
Proposer, Decider = aliased(Person), aliased(Person)


def days_in_force(session: Session, projects: Iterable[Project], until: date | None = None) -> dict[int, Days]:
    """First and last day each project is held to: the plan's, or those of its last approved extension (until a day)."""
    told = {p.id: (p.plan_start_on, p.plan_end_on) for p in projects}
    for project_id, start, end in extended(session, list(told), until):
        old_start, old_end = told[project_id]
        later = [day for day in (end, old_end) if day]
        told[project_id] = (start or old_start, max(later))
    return told


def extended(session: Session, project_ids: Sequence[int] | None, until: date | None = None) -> list[Any]:
    """(project, new start or None, new end) of every approved extension, the oldest first; None for all projects."""
    query = _extended(until)
    if project_ids is not None:
        query = query.where(Extension.project_id.in_(project_ids))
    return list(plain_rows(session, query).all())


@built_once
def _extended(until: date | None) -> Select[int, date | None, date]:
    e = Extension
    query = select(e.project_id, e.new_start_on, e.new_end_on).where(e.state == PlanState.APPROVED).order_by(e.id)
    return query.where(e.decided_on <= until) if until is not None else query


def paid_to(session: Session, project_id: int) -> Money:
    """What went out to a project, net, or waits to."""
    return gone(session, project_id, None).project


def retention_of(session: Session, project: Project) -> Money:
    """What may stay unpaid as 质保金: by the confirmed contracts, or by the settled amount where that is more."""
    rows = session.execute(
        select(Contract.amount, Contract.retention_bp).where(
            Contract.project_id == project.id, Contract.state == MoneyState.APPROVED
        )
    ).all()
    by_contract = sum(amount.fen * bp // WHOLE for amount, bp in rows)
    settled = project.settled_amount.fen if project.settled_amount else 0
    return Money(max(by_contract, -(-settled * max((bp for _, bp in rows), default=0) // WHOLE)))


# ---------- the papers of one project ----------


@dataclass(frozen=True, slots=True)
class TenderRow:
    """How the builder was found."""

    method: str
    announced_on: date | None
    decided_on: date
    winner: str
    control_price: Money | None
    amount: Money
    document_no: str
    exemption_no: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A scan of a paper of construction."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A request for more time and what became of it."""

    id: int
    version: int
    project_id: int
    code: str
    project: str
    unit: str
    old_start_on: date | None
    new_start_on: date | None
    old_end_on: date
    new_end_on: date
    reason: str
    request_no: str
    document_no: str
    state: PlanState
    proposed_by_id: int | None
    proposed_by: str
    proposed_on: date
    decided_by: str
    decided_on: date | None
    return_reason: str
    files: tuple[File, ...] = ()

    @property
    def days(self) -> int:
        return (self.new_end_on - self.old_end_on).days


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """One acceptance."""

    id: int
    version: int
    level: AcceptanceLevel
    held_on: date
    passed: bool
    members: str
    opinion: str
    remedy: str
    remedy_due_on: date | None
    document_no: str
    state: PlanState
    return_reason: str
    proposed_by_id: int | None
    proposed_by: str
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One settlement."""

    id: int
    version: int
    review: Review
    asked_amount: Money
    amount: Money
    reviewer: str
    report_no: str
    reported_on: date
    remark: str
    state: PlanState
    return_reason: str
    proposed_by_id: int | None
    proposed_by: str
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One change of stage."""

    from_status: ProjectStatus | None
    to_status: ProjectStatus
    happened_on: date
    reason: str
    document_no: str
    by: str


def tender_of(session: Session, project_id: int) -> TenderRow | None:
    """The tender that counts: the last one entered."""
    rows = session.execute(_tenders().where(Tender.project_id == project_id).order_by(Tender.id.desc()).limit(1))
    found = rows.first()
    return TenderRow(*tuple[Any, ...](found)) if found else None


def _tenders() -> Any:
    e = DictionaryEntry
    return select(
        e.label, Tender.announced_on, Tender.decided_on, Tender.winner, Tender.control_price, Tender.amount,
        Tender.document_no, Tender.exemption_no,
    ).join(e, (e.kind == "tender_method") & (e.code == Tender.method))  # fmt: skip


def tender_methods(session: Session) -> list[tuple[str, str]]:
    """The ways of finding a builder that may be chosen."""
    e = DictionaryEntry
    rows = session.execute(
        select(e.code, e.label).where(e.kind == "tender_method", e.active.is_(True)).order_by(e.position)
    )
    return [(code, label) for code, label in rows]


def extensions(
    session: Session,
    who: Viewer,
    *,
    project_id: int | None = None,
    state: PlanState | None = None,
    extension_id: int | None = None,
) -> list[ExtensionRow]:
    """Requests for more time this person may see, the latest first."""
    x = Extension
    query = (
        select(
            x.id, x.version, x.project_id, Project.code, Project.name, Unit.name, x.old_start_on, x.new_start_on,
            x.old_end_on, x.new_end_on, x.reason, x.request_no, x.document_no, x.state, x.proposed_by, Proposer.name,
            x.proposed_on, Decider.name, x.decided_on, x.return_reason,
        )
        .join(Project, x.project_id == Project.id)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .outerjoin(Proposer, x.proposed_by == Proposer.id)
        .outerjoin(Decider, x.decided_by == Decider.id)
        .where(seen_projects(who, Permission.READ_PROJECTS))
        .order_by(x.id.desc())
    )  # fmt: skip
    for value, column in ((project_id, x.project_id), (state, x.state), (extension_id, x.id)):
        query = query.where(column == value) if value is not None else query
    rows = session.execute(query).all()
    kept = files_of(session, "extension", [row.id for row in rows])
    return [ExtensionRow(*[*_named(row, 15, 17), tuple(kept.get(row.id, ()))]) for row in rows]


def extension_of(session: Session, who: Viewer, extension_id: int) -> ExtensionRow:
    """One request for more time. Raises NotFound for hidden and missing alike."""
    found = extensions(session, who, extension_id=extension_id)
    if not found:
        raise NotFound("没有这份延期申请，或者不在您的管理范围内")
    return found[0]


def files_of(session: Session, table: str, row_ids: Sequence[int]) -> dict[int, list[File]]:
    """The scans kept for records of a table."""
    a = Attachment
    told: dict[int, list[File]] = {}
    rows = session.execute(
        select(a.row_id, a.id, a.name).where(a.table_name == table, a.row_id.in_(row_ids)).order_by(a.id)
    )
    for row_id, key, name in rows:
        told.setdefault(row_id, []).append(File(key, name))
    return told


def acceptances(session: Session, project_id: int) -> list[AcceptanceRow]:
    """The acceptances of a project, in the order they were entered."""
    a = Acceptance
    rows = session.execute(
        select(
            a.id, a.version, a.level, a.held_on, a.passed, a.members, a.opinion, a.remedy, a.remedy_due_on,
            a.document_no, a.state, a.return_reason, a.proposed_by, Proposer.name, Decider.name, a.decided_on,
        )
        .outerjoin(Proposer, a.proposed_by == Proposer.id)
        .outerjoin(Decider, a.decided_by == Decider.id)
        .where(a.project_id == project_id)
        .order_by(a.id)
    )  # fmt: skip
    return [AcceptanceRow(*_named(row, 13, 14)) for row in rows]


def settlements(session: Session, project_id: int) -> list[SettlementRow]:
    """The settlements of a project, in the order they were entered."""
    x = Settlement
    rows = session.execute(
        select(
            x.id, x.version, x.review, x.asked_amount, x.amount, x.reviewer, x.report_no, x.reported_on, x.remark,
            x.state, x.return_reason, x.proposed_by, Proposer.name, Decider.name, x.decided_on,
        )
        .outerjoin(Proposer, x.proposed_by == Proposer.id)
        .outerjoin(Decider, x.decided_by == Decider.id)
        .where(x.project_id == project_id)
        .order_by(x.id)
    )  # fmt: skip
    return [SettlementRow(*_named(row, 12, 13)) for row in rows]


def steps_of(session: Session, project_id: int) -> list[StepRow]:
    """The way of a project from stage to stage."""
    s = ProjectStep
    rows = session.execute(
        select(s.from_status, s.to_status, s.happened_on, s.reason, s.document_no, Person.name)
        .outerjoin(Person, s.taken_by == Person.id)
        .where(s.project_id == project_id)
        .order_by(s.id)
    )
    return [StepRow(*_named(row, 5)) for row in rows]


def _named(row: Any, *places: int) -> list[Any]:
    """A row whose names of people are words: 系统 for nobody who proposed, nothing for nobody who decided."""
    told = list(row)
    for number, place in enumerate(places):
        told[place] = told[place] or ("系统" if number == 0 else "")
    return told


def status_counts(session: Session, day: date, year: int | None = None) -> dict[ProjectStatus, int]:
    """How many projects stood in each stage at the end of a day, by the days of their steps; each stands in one.

    A project counts from the day of its first step on. Its stage is that of the last step entered that had happened.
    """
    s = ProjectStep
    query = select(s.project_id, s.to_status).where(s.happened_on <= day).order_by(s.id)
    if year is not None:
        query = query.join(Project, s.project_id == Project.id).where(Project.year == year)
    standing = dict(session.execute(query).all())
    told = dict.fromkeys(ProjectStatus, 0)
    for status in standing.values():
        told[status] += 1
    return told
