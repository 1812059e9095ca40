"""The class of a legacy industry project: decided by the lead bureau, with reasons, by name and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.models.industry import LegacyProject
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import SYSTEM, Act

_CLAUSE = "2024年工作要点 第16条"


@dataclass(frozen=True)
class Decision:
    """What is decided. measure, responsible, due_on: asked for where the class needs a remedy (盘活、调整)."""

    batch: FourBatch
    reason: str
    decided_on: date
    measure: str = ""
    responsible: str = ""
    due_on: date | None = None


def classify(project_id: int, decision: Decision, *, act: Act, version: int | None = None) -> LegacyProject:
    """Put a legacy project into one of 四个一批. The person acting is the one who decided.

    Raises: NotAllowed, NotFound, Stale; DomainError at its box. Source: “对2013-2022年的621个产业项目，分类指导”。
    """
    require(viewer_of(act.person) if act.person else None, Permission.CLASSIFY)
    project = act.session.scalars(select(LegacyProject).where(LegacyProject.id == project_id)).one_or_none()
    if project is None:
        raise NotFound("没有这个产业项目")
    act.check_version(project, version)
    _check(decision, act.day)
    was = project.batch
    project.batch, project.batch_reason = decision.batch, decision.reason.strip()
    project.decided_on, project.decided_by = decision.decided_on, act.person.name if act.person else SYSTEM
    project.measure, project.due_on = decision.measure.strip(), decision.due_on
    project.responsible = decision.responsible.strip()
    project.version += 1
    act.subject = f"{project.code} {project.name}"
    act.answer = f"已定为{decision.batch.label}" + (f"，原为{was.label}" if was and was is not decision.batch else "")
    return project


def _check(decision: Decision, today: date) -> None:
    """Refuse a decision that lacks what its class needs. Raises DomainError at the box."""
    if not decision.reason.strip():
        raise DomainError("请填写分类依据", field="reason", clause=_CLAUSE)
    if decision.decided_on > today:
        raise DomainError("核定日期不能晚于今天", field="decided_on")
    if decision.due_on and decision.due_on < decision.decided_on:
        raise DomainError("完成时限不能早于核定日期", field="due_on")
    if not decision.batch.needs_remedy:
        return
    label = decision.batch.label
    for value, field, words in (
        (decision.measure.strip(), "measure", "措施"),
        (decision.responsible.strip(), "responsible", "责任人"),
        (decision.due_on, "due_on", "完成时限"),
    ):
        if not value:
            raise DomainError(f"{label}的项目须有措施、责任人和时限，请填写{words}", field=field, clause=_CLAUSE)
