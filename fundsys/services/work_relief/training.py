"""Training of a project's workers: recorded when held, withdrawn with a reason when entered by mistake."""

from __future__ import annotations

from datetime import date

from fundsys.domain.errors import DomainError, StepRefused
from fundsys.models.work_relief import ReliefTraining
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import own_paper, relief_project

TABLE = ReliefTraining.__tablename__


def record_training(
    project_id: int,
    held_on: date,
    topic: str,
    attendances: int,
    place: str = "",
    remark: str = "",
    *,
    files: list[tuple[str, bytes]] | None = None,
    act: Act,
) -> ReliefTraining:
    """Record a training that was held. Raises: NotAllowed, NotFound, Refusals."""
    project = relief_project(act, project_id)
    faults = []
    if held_on > act.day:
        faults.append(DomainError("培训日期不能晚于今天", field="held_on"))
    if not topic.strip():
        faults.append(DomainError("请填写培训内容", field="topic"))
    if attendances <= 0:
        faults.append(DomainError("培训人次应大于零", field="attendances"))
    refuse_all(faults)
    made = ReliefTraining(
        project_id=project_id,
        held_on=held_on,
        topic=topic.strip()[:80],
        attendances=attendances,
        place=place.strip()[:80],
        remark=remark.strip()[:200],
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    if files:
        for name, content in files:
            attachments.keep(content, name, TABLE, made.id, act=act, field="papers")
    act.subject = project.name
    return made


def withdraw_training(training_id: int, reason: str, *, version: int | None = None, act: Act) -> ReliefTraining:
    """Withdraw a training entered by mistake; the row stays with the reason. Raises: DomainError, StepRefused, Stale."""
    training: ReliefTraining = own_paper(act, ReliefTraining, training_id, version, "培训记录")
    if training.withdrawal_reason:
        raise StepRefused("这条培训记录已经作废")
    if not reason.strip():
        raise DomainError("请填写作废原因", field="reason")
    training.withdrawal_reason = reason.strip()[:200]
    training.version += 1
    act.session.flush()
    return training
