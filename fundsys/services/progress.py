"""The project owner's act: what stage a project's construction has reached, said with date, percent, words and photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.projects import ProjectStatus, advance
from fundsys.domain.rights import Permission
from fundsys.models.projects import ProgressReport, Project
from fundsys.queries.viewer import require_project, viewer_of
from fundsys.services import attachments, steps
from fundsys.services.acts import Act

FIRST, LAST = ProjectStatus.APPROVED, ProjectStatus.COMPLETED
"""Construction is reported from approval (50) to completion (80); acceptance and settlement have papers of their own."""

RETURNED = "进度退回"
"""How a remark begins that sends a report back; the next report answers it."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a report, and when it was taken, where that is known."""

    name: str
    content: bytes
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a report was made, in degrees; given only with the person's consent on that page."""

    latitude: Decimal
    longitude: Decimal


def report_progress(
    project_id: int,
    *,
    status: ProjectStatus,
    progress_bp: int,
    reported_on: date,
    words: str = "",
    problem: str = "",
    measure: str = "",
    reason: str = "",
    photos: Sequence[Photo] = (),
    position: Position | None = None,
    papers: steps.Given = steps.NOTHING,
    version: int | None = None,
    act: Act,
) -> ProgressReport:
    """Report a project's construction: stage, progress in 1/10000, the day it was so (not in the future), words, photos.

    Stages go forward one by one, back only with a reason, and not without the papers the checklist asks for. papers: what
    of it is handed in or promised with the report. position: None keeps no place, and takes it out of the photos too.
    Raises: StepRefused, Stale, NotAllowed, NotFound, DomainError.
    """
    who = viewer_of(act.person) if act.person else None
    project = require_project(act.session, who, Permission.UPDATE_PROGRESS, project_id)
    act.subject = f"{project.code} {project.name}"
    told = {"status": status.label, "progress_bp": str(progress_bp), "progress_on": reported_on.isoformat()}
    act.check_version(project, version, told)
    before = project.status
    _may_report(before)
    if status is not before:
        if status.reached(ProjectStatus.ACCEPTED):
            raise StepRefused("验收、结算在“建设管理”里登记，这里最多报到完工", field="status")
        advance(before, status, reason)
    _check(project, status, progress_bp, reported_on, act.day, reason)
    made = ProgressReport(
        project_id=project.id,
        status=status,
        progress_bp=progress_bp,
        reported_on=reported_on,
        words=words.strip(),
        problem=problem.strip()[:200],
        measure=measure.strip()[:200],
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        back_reason=reason.strip(),
        reported_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    _keep_photos(photos, made.id, position is not None, act)
    steps.keep_given(project, papers, act=act)
    if status is not before:
        steps.move(project, status, on=reported_on, reason=reason, act=act)
    _date_the_stage(project, before, status, reported_on)
    project.progress_bp, project.progress_on = progress_bp, reported_on
    project.remark = "" if project.remark.startswith(RETURNED) else project.remark
    project.version += 1
    act.session.flush()
    return made


def _keep_photos(photos: Sequence[Photo], report_id: int, with_place: bool, act: Act) -> None:
    for photo in photos:
        attachments.keep(
            photo.content, photo.name, "progress_report", report_id,
            act=act, taken_at=photo.taken_at, with_place=with_place,
        )  # fmt: skip


def return_progress(project_id: int, reason: str, *, version: int | None = None, act: Act) -> None:
    """Send the last report back to the owner with a reason, without touching what was reported before it.

    Raises: DomainError without a reason; NotAllowed, NotFound, Stale.
    """
    who = viewer_of(act.person) if act.person else None
    project = require_project(act.session, who, Permission.RETURN_PROGRESS, project_id)
    if not reason.strip():
        raise DomainError("请填写退回的理由，填报单位要按它改正", field="reason")
    act.check_version(project, version, {"remark": reason})
    act.subject = f"{project.code} {project.name}"
    project.remark = f"{RETURNED}：{reason.strip()}"
    project.version += 1


def _may_report(now: ProjectStatus) -> None:
    if not now.reached(ProjectStatus.PLANNED):
        raise DomainError(f"项目现在是“{now.label}”，还不能填报建设进度")
    if now.reached(ProjectStatus.SETTLED):
        raise DomainError(f"项目已到“{now.label}”，建设进度不再改动，请联系主管部门")


def _check(project: Project, status: ProjectStatus, progress_bp: int, on: date, today: date, reason: str) -> None:
    """What is said of the project; `status` is the stage it is said to stand in."""
    if not 0 <= progress_bp <= 10_000:
        raise DomainError("形象进度应在 0 到 100 之间", field="progress_bp")
    if on > today:
        raise DomainError(f"填报日期不能晚于今天 {today.isoformat()}", field="reported_on")
    if project.progress_on and on < project.progress_on and not reason.strip():
        raise DomainError(
            f"填报日期不能早于上次填报 {project.progress_on.isoformat()}，要更正请填写理由", field="reported_on"
        )
    if progress_bp < project.progress_bp and not reason.strip():
        raise DomainError(f"形象进度比上次（{project.progress_bp / 100:g}%）低，要更正请填写理由", field="progress_bp")
    if status.reached(ProjectStatus.COMPLETED) and status is not ProjectStatus.SUSPENDED and progress_bp < 10_000:
        raise DomainError("完工以后的环节，形象进度应为 100%", field="progress_bp")
    if status.code < ProjectStatus.UNDER_WAY.code and progress_bp > 0:
        raise DomainError("还没有开工，形象进度应为 0", field="progress_bp")


def _date_the_stage(project: Project, before: ProjectStatus, status: ProjectStatus, on: date) -> None:
    """Write the day a stage was reached; take it away again when the project goes back before it."""
    stages = (
        (ProjectStatus.UNDER_WAY, "started_on", "开工"),
        (ProjectStatus.COMPLETED, "completed_on", "完工"),
        (ProjectStatus.ACCEPTED, "accepted_on", "验收"),
    )
    earlier: tuple[str, date] | None = None
    for stage, column, word in stages:
        if not status.reached(stage):
            setattr(project, column, None)
        elif getattr(project, column) is None and not before.reached(stage):
            if earlier and on < earlier[1]:
                raise DomainError(f"{word}日期不能早于{earlier[0]}日期 {earlier[1].isoformat()}", field="reported_on")
            setattr(project, column, on)
        if getattr(project, column):
            earlier = (word, getattr(project, column))
