"""Acts on problems found: recorded by inspectors, put right by the unit, closed by somebody else, re-opened with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.rectification import BACK, STEPS, FindingState, FindingStep
from fundsys.domain.rights import Permission
from fundsys.models.office import Unit
from fundsys.models.papers import Attachment, Rectification, RectificationStep
from fundsys.queries.rectification import TABLE, answering_units, seen_findings, sources
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all

Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A problem as it is typed. source: a code of the dictionary; due_on: the last day, inclusive."""

    source: str
    problem: str
    unit_id: int
    due_on: date
    found_on: date | None = None
    paper_no: str = ""


def record_finding(entry: FindingEntry, *, files: Files = (), act: Act) -> Rectification:
    """Record a problem for a unit to put right. Raises: NotAllowed; DomainError for days, source or unit that cannot be."""
    who = need(act, Permission.FIND)
    found_on = entry.found_on or act.day
    faults = []
    if entry.source not in dict(sources(act.session)):
        faults.append(DomainError("请从列出的问题来源中选择", field="source"))
    if who is not None and who.is_bounded and entry.unit_id not in dict(answering_units(act.session, who)):
        faults.append(DomainError("这个单位不在您负责的范围内，请由全县的督查人员登记", field="unit"))
    elif act.session.get(Unit, entry.unit_id) is None:
        faults.append(DomainError("请从列出的整改责任单位中选择", field="unit"))
    if not entry.problem.strip():
        faults.append(DomainError("请写明存在的问题", field="problem"))
    if found_on > act.day:
        faults.append(DomainError("发现日期不能晚于今天", field="found_on"))
    if entry.due_on < found_on:
        faults.append(DomainError("整改期限不能早于发现日期", field="due_on"))
    refuse_all(faults)
    made = Rectification(
        source=entry.source,
        paper_no=entry.paper_no.strip()[:60],
        problem=entry.problem.strip(),
        unit_id=entry.unit_id,
        found_on=found_on,
        due_on=entry.due_on,
        state=FindingState.OPEN.code,
    )
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    _step(made, FindingStep.FOUND, None, FindingState.OPEN, "", act)
    act.subject = made.problem[:60]
    return made


def answer_finding(
    finding_id: int, words: str, *, files: Files = (), version: int | None = None, act: Act
) -> Rectification:
    """Tell what was done about a problem, with papers that show it. Raises: NotFound for another unit's; DomainError."""
    who = need(act, Permission.RECTIFY)
    row = _get(act, finding_id, version)
    if who is not None and row.unit_id != who.unit_id:
        raise NotFound("没有这个问题，或者不由您的单位整改")
    _keep(row, files, act)
    faults = []
    if not words.strip():
        faults.append(DomainError("请写明整改情况", field="words"))
    if not _has_papers(row, act):
        faults.append(DomainError("请附佐证材料，没有材料不能销号", field="papers"))
    refuse_all(faults)
    row.answer = words.strip()
    return _take(row, FindingStep.ANSWERED, words, act)


def return_finding(finding_id: int, words: str, *, version: int | None = None, act: Act) -> Rectification:
    """Send an answer back with the reason. Raises: DomainError, StepRefused, Stale."""
    need(act, Permission.CLOSE_OUT)
    return _take(_get(act, finding_id, version), FindingStep.RETURNED, words, act)


def close_out(finding_id: int, words: str, *, version: int | None = None, act: Act) -> Rectification:
    """Close a problem whose answer holds. Raises: NotAllowed for the unit's own hand; DomainError without papers."""
    row = _judged(finding_id, version, act)
    row.closed_on, row.closed_by = act.day, act.person_id
    return _take(row, FindingStep.CLOSED, words, act)


def keep_lasting(finding_id: int, words: str, *, version: int | None = None, act: Act) -> Rectification:
    """Put right, and to be kept up for long: counted apart. Raises: as close_out; DomainError without saying what is kept up."""
    if not words.strip():
        raise DomainError("请写明需要长期坚持的事项", field="words")
    return _take(_judged(finding_id, version, act), FindingStep.LASTING, words, act)


def reopen_finding(finding_id: int, words: str, *, version: int | None = None, act: Act) -> Rectification:
    """Open a closed problem again, with the reason. Raises: DomainError, StepRefused, Stale."""
    need(act, Permission.CLOSE_OUT)
    row = _get(act, finding_id, version)
    _take(row, FindingStep.REOPENED, words, act)
    row.closed_on = row.closed_by = None
    act.session.flush()
    return row


# ---------- what the acts share ----------


def _get(act: Act, finding_id: int, version: int | None) -> Rectification:
    from fundsys.queries.viewer import viewer_of

    test = [] if act.person is None else [seen_findings(viewer_of(act.person))]
    row = act.session.scalars(select(Rectification).where(Rectification.id == finding_id, *test)).one_or_none()
    if row is None:
        raise NotFound("没有这个问题，或者不在您的管理范围内")
    act.subject = row.problem[:60]
    act.check_version(row, version)
    return row


def _judged(finding_id: int, version: int | None, act: Act) -> Rectification:
    """The problem, when this person may close it: not of its unit, not who answered it, and papers are there."""
    who = need(act, Permission.CLOSE_OUT)
    row = _get(act, finding_id, version)
    s = RectificationStep
    told = select(s.person_id).where(s.rectification_id == row.id, s.kind == FindingStep.ANSWERED)
    answered = act.session.scalars(told.order_by(s.id.desc())).first()
    if who is not None and (row.unit_id == who.unit_id or answered == who.id):
        raise NotAllowed("整改单位不能给自己的问题销号，请由督查人员办理")
    if row.state == FindingState.ANSWERED.code and not _has_papers(row, act):
        raise DomainError("没有佐证材料，不能销号；请退回整改单位补充", field="words")
    return row


def _has_papers(row: Rectification, act: Act) -> bool:
    """Whether anything was kept for it by others than its finder, whose papers show the problem and not its end."""
    a, s = Attachment, RectificationStep
    ours = select(s.person_id).where(s.rectification_id == row.id, s.kind == FindingStep.FOUND)
    finder = act.session.scalars(ours).first()
    wanted = select(func.count()).where(a.table_name == TABLE, a.row_id == row.id)
    return bool(act.session.scalar(wanted.where(a.kept_by.is_distinct_from(finder)) if finder else wanted))


def _take(row: Rectification, kind: FindingStep, words: str, act: Act) -> Rectification:
    begin, end = STEPS[kind]
    now = FindingState(row.state)
    if now not in begin:
        raise StepRefused(f"这个问题现在是“{now.label}”，不能{kind.label}，请刷新后再看")
    if kind in BACK and not words.strip():
        raise DomainError(f"{kind.label}要写明原因", field="words")
    row.state = end.code
    row.version += 1
    _step(row, kind, now, end, words, act)
    return row


def _step(
    row: Rectification, kind: FindingStep, begin: FindingState | None, end: FindingState, words: str, act: Act
) -> None:
    act.session.add(
        RectificationStep(
            rectification_id=row.id,
            kind=kind,
            from_state=begin,
            to_state=end,
            words=words.strip(),
            person_id=act.person_id,
            unit_id=act.person.unit_id if act.person else None,
            happened_on=act.day,
        )
    )
    act.session.flush()


def _keep(row: Rectification, files: Files, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, row.id, act=act, field="papers")
