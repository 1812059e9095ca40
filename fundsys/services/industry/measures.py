"""What becomes of the measures of a legacy project: entries by its owner or town, at least every quarter for 盘活."""

from __future__ import annotations

from datetime import date

from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.rights import Permission
from fundsys.models.industry import MeasureProgress
from fundsys.services.acts import Act

from .common import Files, keep_evidence, project_of

TABLE = "measure_progress"


def report_measures(
    project_id: int,
    words: str,
    reported_on: date,
    *,
    done: bool = False,
    files: Files = (),
    act: Act,
    version: int | None = None,
) -> MeasureProgress:
    """Report how far the measures of an own project have come; done: they have had their effect on that day.

    Raises: NotAllowed, NotFound, Stale; StepRefused without measures or when they are done; DomainError at its box.
    """
    project = project_of(act, project_id, Permission.PROPOSE_CLASS, version)
    if not project.measure.strip() or project.batch is None or project.decided_on is None:
        raise StepRefused("这个项目还没有审定的措施，审定分类后再填进展")
    if project.done_on is not None:
        raise StepRefused(f"措施已于 {project.done_on.isoformat()} 完成；又出问题的，请提出重新分类")
    if not words.strip():
        raise DomainError("请写明措施的进展", field="words")
    if reported_on > act.day:
        raise DomainError(f"填报日期不能晚于今天 {act.day.isoformat()}", field="reported_on")
    if reported_on < project.decided_on:
        raise DomainError(f"填报日期不能早于审定日期 {project.decided_on.isoformat()}", field="reported_on")
    row = MeasureProgress(
        project_id=project.id, reported_on=reported_on, words=words.strip(), done=done, entered_by=act.person_id
    )
    act.session.add(row)
    act.session.flush()
    keep_evidence(files, TABLE, row.id, act)
    project.progress = row.words
    project.done_on = reported_on if done else None
    project.version += 1
    act.answer = "措施已完成" if done else "已记下措施进展"
    return row
