"""The class of a legacy project: proposed by owner or town, decided by the lead bureau, with reasons, by name and day."""

from __future__ import annotations

from sqlalchemy import select

from fundsys.domain.batch_advice import advise
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.industry import DecisionState, FourBatch, standing
from fundsys.domain.reclass import Decision, Past, faults_of_change, faults_of_paper
from fundsys.domain.rights import Permission
from fundsys.models.industry import ClassDecision, LegacyProject
from fundsys.queries.legacy_records import advice_limits, change_limits, pasts
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, keep_evidence, measure_words, name_of, project_of, year_of

TABLE = "class_decision"


def classify(
    project_id: int, decision: Decision, *, files: Files = (), act: Act, version: int | None = None
) -> LegacyProject:
    """Put a legacy project into one of 四个一批. The person acting is the one who decided.

    A proposal that waits for this project is thereby answered: it is returned with the class decided.
    Raises: NotAllowed, NotFound, Stale; DomainError at its box. Source: “对2013-2022年的621个产业项目，分类指导”。
    """
    project = project_of(act, project_id, Permission.CLASSIFY, version)
    refuse_all([*faults_of_paper(decision, act.day), *_change_faults(act, project, decision)])
    for waiting in _waiting(act, project.id):
        waiting.state, waiting.return_reason = DecisionState.RETURNED, f"已直接审定为{decision.batch.label}"
        waiting.version += 1
    was = project.batch
    row = decided(project, decision, act)
    keep_evidence(files, TABLE, row.id, act)
    act.answer = f"已定为{decision.batch.label}" + (f"，原为{was.label}" if was and was is not decision.batch else "")
    return project


def propose_class(
    project_id: int, proposal: Decision, *, files: Files = (), act: Act, version: int | None = None
) -> ClassDecision:
    """Propose a class for an own project. It counts in nothing until the lead bureau has decided.

    Raises: NotAllowed, NotFound, Stale, StepRefused where one waits already; DomainError at its box.
    """
    project = project_of(act, project_id, Permission.PROPOSE_CLASS, version)
    if _waiting(act, project.id):
        raise StepRefused("这个项目已有一份待审核的分类建议，要改的请先撤回")
    refuse_all([*faults_of_paper(proposal, act.day), *_change_faults(act, project, proposal)])
    row = _written(ClassDecision(project_id=project.id, was=project.batch), proposal, act)
    row.state, row.proposed_by, row.proposed_on = DecisionState.PROPOSED, act.person_id, act.day
    act.session.add(row)
    act.session.flush()
    keep_evidence(files, TABLE, row.id, act)
    act.answer = f"已建议定为{proposal.batch.label}，等待主管部门审定"
    return row


def withdraw_proposal(decision_id: int, *, version: int | None = None, act: Act) -> ClassDecision:
    """Take a proposal back that is not decided yet. Raises: NotFound, StepRefused, Stale."""
    row = act.session.get(ClassDecision, decision_id)
    if row is None:
        raise NotFound("没有这份分类建议，或者不在您的管理范围内")
    project_of(act, row.project_id, Permission.PROPOSE_CLASS)
    act.check_version(row, version)
    if row.state is not DecisionState.PROPOSED:
        raise StepRefused(f"这份建议现在是“{row.state.label}”，不能撤回，请刷新后再看")
    row.state = DecisionState.WITHDRAWN
    row.version += 1
    act.answer = "已撤回分类建议"
    return row


def decided(project: LegacyProject, decision: Decision, act: Act, row: ClassDecision | None = None) -> ClassDecision:
    """Write a decision that was found without fault, and let the project stand by it. row: the proposal decided on."""
    keep_entered_class(project, act)
    known = standing(pasts(act.session, [project.id])[project.id].records, decision.decided_on)
    suggested = advise(known, advice_limits(act.session, year_of(act))).batch
    if row is None:
        row = ClassDecision(project_id=project.id)
    else:
        row.version += 1
    _written(row, decision, act)
    row.was, row.suggested, row.state = project.batch, suggested, DecisionState.DECIDED
    row.decided_by, row.decider, row.decided_on = act.person_id, name_of(act), decision.decided_on
    act.session.add(row)
    stand_by(project, row)
    act.session.flush()
    return row


def stand_by(project: LegacyProject, row: ClassDecision) -> None:
    """Let the project carry what was decided; measures begin anew where class or measures change."""
    if project.batch is not row.batch or project.measure != row.measure or project.due_on != row.due_on:
        project.done_on, project.progress = None, ""
    project.batch, project.batch_reason = row.batch, row.reason
    project.decided_on, project.decided_by = row.decided_on, row.decider
    project.measure_codes, project.measure, project.due_on = row.measure_codes, row.measure, row.due_on
    project.responsible = row.responsible
    if row.responsible_unit:
        project.responsible_unit = row.responsible_unit
    project.version += 1


def keep_entered_class(project: LegacyProject, act: Act) -> None:
    """A project entered with a class has no decision yet: its history begins with that class."""
    if project.batch is None:
        return
    known = select(ClassDecision.id).where(
        ClassDecision.project_id == project.id, ClassDecision.state == DecisionState.DECIDED
    )
    if act.session.scalar(known.limit(1)) is not None:
        return
    act.session.add(
        ClassDecision(
            project_id=project.id,
            batch=project.batch,
            reason=project.batch_reason,
            measure_codes=project.measure_codes,
            measure=project.measure,
            responsible_unit=project.responsible_unit,
            responsible=project.responsible,
            due_on=project.due_on,
            state=DecisionState.DECIDED,
            decider=project.decided_by,
            decided_on=project.decided_on or act.day,
        )
    )
    act.session.flush()


def _change_faults(act: Act, project: LegacyProject, decision: Decision) -> list[DomainError]:
    past: Past = pasts(act.session, [project.id])[project.id]
    return list(faults_of_change(past, decision, change_limits(act.session, year_of(act))))


def _waiting(act: Act, project_id: int) -> list[ClassDecision]:
    return list(
        act.session.scalars(
            select(ClassDecision).where(
                ClassDecision.project_id == project_id, ClassDecision.state == DecisionState.PROPOSED
            )
        )
    )


def _written(row: ClassDecision, told: Decision, act: Act) -> ClassDecision:
    row.batch, row.reason = told.batch, told.reason.strip()
    row.measure_codes = ",".join(told.measure_codes)
    row.measure = measure_words(act, told.measure_codes, told.measure)
    row.responsible_unit, row.responsible = told.responsible_unit.strip()[:80], told.responsible.strip()[:40]
    row.due_on, row.statement = told.due_on, told.statement.strip()
    row.document_no = tidy_document_no(told.document_no)[:60]
    return row


def as_told(row: ClassDecision, on: object = None) -> Decision:
    """A row as the decision it holds; on: another day."""
    return Decision(
        batch=FourBatch(row.batch.code),
        reason=row.reason,
        decided_on=on or row.decided_on or row.proposed_on,  # type: ignore[arg-type]
        measure=row.measure,
        responsible=row.responsible,
        due_on=row.due_on,
        responsible_unit=row.responsible_unit,
        measure_codes=tuple(code for code in row.measure_codes.split(",") if code),
        statement=row.statement,
        document_no=row.document_no,
    )
