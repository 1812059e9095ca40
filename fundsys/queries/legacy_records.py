"""What is on record about legacy projects: facts of operation, decisions on their class, progress of measures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.batch_advice import Advice, advise
from fundsys.domain.batch_advice import Limits as AdviceLimits
from fundsys.domain.industry import DecisionState, FourBatch, OperationFact, standing
from fundsys.domain.policy import Policy
from fundsys.domain.reclass import Limits, Past
from fundsys.models.industry import BatchLabel, ClassDecision, LegacyProject, MeasureProgress, OperationRecord
from fundsys.models.office import DictionaryEntry, Person
from fundsys.queries.money_facts import policy_of

FACTS = tuple(one.name for one in fields(OperationFact))
Proposer, Enterer = aliased(Person), aliased(Person)
AT_ONCE = 500


def _some(ids: Collection[int]) -> Iterable[list[int]]:
    """The ids in parts a query can take."""
    whole = sorted(set(ids))
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def facts_of(session: Session, ids: Collection[int]) -> dict[int, list[OperationFact]]:
    """The records of operation of each project, oldest first."""
    found: dict[int, list[OperationFact]] = {number: [] for number in ids}
    r = OperationRecord
    for some in _some(ids):
        rows = session.execute(
            select(r.project_id, *(getattr(r, name) for name in FACTS))
            .where(r.project_id.in_(some))
            .order_by(r.observed_on, r.id)
        )
        for number, *told in rows:
            found[number].append(OperationFact(*told))
    return found


def _default(policy: Policy, code: str) -> Any:
    """The year's value; the delivered one where the year has none."""
    value = getattr(policy, code)
    return Policy.kinds()[code].default(policy.year) if value is None else value


def advice_limits(session: Session, year: int) -> AdviceLimits:
    """The advisor's thresholds of a year."""
    policy = policy_of(session, year)
    codes = ("batch_use_min", "batch_capacity_min", "batch_idle_months", "batch_loss_years")
    return AdviceLimits(*(_default(policy, code) for code in codes))


def change_limits(session: Session, year: int) -> Limits:
    """The thresholds for changes of class of a year."""
    policy = policy_of(session, year)
    return Limits(_default(policy, "revival_months"), _default(policy, "class_changes_max"))


def advice_for(session: Session, ids: Collection[int], year: int, until: date | None = None) -> dict[int, Advice]:
    """What the recorded facts of each project suggest, as of a day."""
    limits = advice_limits(session, year)
    return {number: advise(standing(records, until), limits) for number, records in facts_of(session, ids).items()}


def pasts(session: Session, ids: Collection[int]) -> dict[int, Past]:
    """What a change of class of each project looks back on."""
    records = facts_of(session, ids)
    made: dict[int, Past] = {}
    p, d = LegacyProject, ClassDecision
    for some in _some(ids):
        changed: dict[int, list[date]] = {}
        rows = session.execute(
            select(d.project_id, d.was, d.batch, d.decided_on)
            .where(d.project_id.in_(some), d.state == DecisionState.DECIDED)
            .order_by(d.decided_on, d.id)
        )
        for number, was, batch, on in rows:
            if was is not None and was is not batch and on is not None:
                changed.setdefault(number, []).append(on)
        standing_now = session.execute(select(p.id, p.batch, p.decided_on, p.disposed_on).where(p.id.in_(some)))
        for number, stands, last_on, disposed_on in standing_now:
            made[number] = Past(stands, last_on, tuple(changed.get(number, ())), disposed_on, tuple(records[number]))
    return made


# ---------- classes on a day ----------


def classes_on(session: Session, day: date) -> dict[int, FourBatch | None]:
    """The class of every project on a day: its newest decision by then, None without one.

    A project entered with a class and never decided here has that class from its day on.
    """
    d, p = ClassDecision, LegacyProject
    place = func.row_number().over(partition_by=d.project_id, order_by=(d.decided_on.desc(), d.id.desc()))
    newest = (
        select(d.project_id, d.batch, place.label("place"))
        .where(d.state == DecisionState.DECIDED, d.decided_on <= day)
        .subquery()
    )
    ever = select(d.project_id).where(d.state == DecisionState.DECIDED)
    rows = session.execute(
        select(p.id, newest.c.batch, p.batch, p.id.in_(ever), p.decided_on).outerjoin(
            newest, and_(newest.c.project_id == p.id, newest.c.place == 1)
        )
    )
    found: dict[int, FourBatch | None] = {}
    for number, decided, entered, has_decisions, on in rows:
        plain = entered if not has_decisions and (on is None or on <= day) else None
        found[number] = decided or plain
    return found


# ---------- labels and measures ----------


def labels(session: Session, year: int) -> dict[str, str]:
    """What the county calls the classes in a year, by code; its own newest label of that year or before, else ours."""
    told = {batch.code: batch.label for batch in FourBatch}
    rows = session.execute(
        select(BatchLabel.code, BatchLabel.label).where(BatchLabel.year <= year).order_by(BatchLabel.year)
    )
    return told | {batch.code: label for batch, label in rows if label}


def measures(session: Session) -> dict[str, str]:
    """The county's list of measures by code."""
    e = DictionaryEntry
    rows = session.execute(
        select(e.code, e.label).where(e.kind == "four_batch_measure", e.active.is_(True)).order_by(e.position, e.code)
    )
    return {code: label for code, label in rows}


# ---------- what the card shows ----------


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision or proposal of a project."""

    id: int
    version: int
    project_id: int
    code: str
    name: str
    town_id: int | None
    batch: FourBatch
    was: FourBatch | None
    suggested: FourBatch | None
    state: DecisionState
    reason: str
    measure_codes: str
    measure: str
    responsible_unit: str
    responsible: str
    due_on: date | None
    statement: str
    document_no: str
    proposed_by: int | None
    proposer: str
    proposed_on: date | None
    decider: str
    decided_on: date | None
    return_reason: str


def decisions(
    session: Session,
    *where: Any,
    limit: int = 500,
) -> list[DecisionRow]:
    """Decisions and proposals, newest first; what may be seen is the caller's condition."""
    d, p = ClassDecision, LegacyProject
    rows = session.execute(
        select(
            d.id, d.version, p.id, p.code, p.name, p.town_id, d.batch, d.was, d.suggested, d.state, d.reason,
            d.measure_codes, d.measure, d.responsible_unit, d.responsible, d.due_on, d.statement, d.document_no,
            d.proposed_by, func.coalesce(Proposer.name, ""), d.proposed_on, d.decider, d.decided_on, d.return_reason,
        )
        .join(p, d.project_id == p.id)
        .outerjoin(Proposer, d.proposed_by == Proposer.id)
        .where(*where)
        .order_by(func.coalesce(d.decided_on, d.proposed_on).desc(), d.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [DecisionRow(*tuple[Any, ...](row)) for row in rows]


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One entry on the measures of a project."""

    id: int
    reported_on: date
    words: str
    done: bool
    by: str


def progress_of(session: Session, project_id: int) -> list[ProgressRow]:
    """The entries on a project's measures, newest first."""
    m = MeasureProgress
    rows = session.execute(
        select(m.id, m.reported_on, m.words, m.done, func.coalesce(Enterer.name, "系统"))
        .outerjoin(Enterer, m.entered_by == Enterer.id)
        .where(m.project_id == project_id)
        .order_by(m.reported_on.desc(), m.id.desc())
    )
    return [ProgressRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of operation with what stands beside the facts."""

    id: int
    fact: OperationFact
    linkage: str
    root_cause: str
    checked_by: str
    by: str


def records_of(session: Session, project_id: int) -> list[RecordRow]:
    """The records of operation of a project, newest first."""
    r = OperationRecord
    rows = session.execute(
        select(
            r.id, r.linkage, r.root_cause, r.checked_by, func.coalesce(Enterer.name, "系统"),
            *(getattr(r, name) for name in FACTS),
        )
        .outerjoin(Enterer, r.entered_by == Enterer.id)
        .where(r.project_id == project_id)
        .order_by(r.observed_on.desc(), r.id.desc())
    )  # fmt: skip
    return [RecordRow(row[0], OperationFact(*row[5:]), *row[1:5]) for row in map(tuple, rows)]


def needs_report(today: date, quarter_first: date) -> Any:
    """Condition: measures under way of a project to be revived without an entry in this quarter, or beyond their day."""
    p = LegacyProject
    last = select(func.max(MeasureProgress.reported_on)).where(MeasureProgress.project_id == p.id).scalar_subquery()
    open_remedy = p.batch.in_([b for b in FourBatch if b.needs_remedy]) & p.done_on.is_(None)
    silent = and_(p.batch == FourBatch.REVIVE, or_(last.is_(None), last < quarter_first), p.decided_on < quarter_first)
    return open_remedy & or_(p.due_on < today, silent)


def ids_by_code(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """Projects by code."""
    p = LegacyProject
    found: dict[str, int] = {}
    for start in range(0, len(codes), AT_ONCE):
        part = codes[start : start + AT_ONCE]
        found.update({code: number for code, number in session.execute(select(p.code, p.id).where(p.code.in_(part)))})
    return found
