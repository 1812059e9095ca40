"""What the papers of construction share: whose they are, whether they still wait, who decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.library import PlanState
from fundsys.domain.rights import Permission
from fundsys.models.projects import Project
from fundsys.services.acts import Act
from fundsys.services.funds.common import second_person
from fundsys.services.library.common import project_for

P = Permission
Files = Sequence[tuple[str, bytes]]
R = TypeVar("R", bound=Any)


def need(text: str, field: str, what: str) -> str:
    """The text without blanks around. Raises DomainError when there is none."""
    if not text.strip():
        raise DomainError(f"请填写{what}", field=field)
    return text.strip()


def none_waits(model: type[R], project_id: int, what: str, act: Act) -> None:
    """Refuse a second paper while one waits. Raises StepRefused."""
    asked = select(model.id).where(model.project_id == project_id, model.state == PlanState.SUBMITTED)
    if act.session.scalar(asked.limit(1)):
        raise StepRefused(f"这个项目已有一份{what}等待审定，请等它办完，或者先撤回")


def open_paper(
    model: type[R], paper_id: int, permissions: tuple[Permission, ...], version: int | None, what: str, act: Act
) -> tuple[R, Project]:
    """A paper that waits, and its project. Raises NotFound, NotAllowed, StepRefused, Stale."""
    paper = act.session.get(model, paper_id)
    if paper is None:
        raise NotFound(f"没有这份{what}，或者不在您的管理范围内")
    project = project_for(act, permissions, paper.project_id)
    act.check_version(paper, version)
    if paper.state is not PlanState.SUBMITTED:
        raise StepRefused(f"这份{what}现在是“{paper.state.label}”，不能再办，请刷新后再看")
    return paper, project


def decide(paper: Any, state: PlanState, act: Act, reason: str = "") -> None:
    """Decide on a paper as another person than the one who proposed it. Raises NotAllowed."""
    second_person(act, paper.proposed_by)
    paper.state, paper.decided_by, paper.decided_on = state, act.person_id, act.day
    paper.return_reason = reason[:200]
    paper.version += 1
    act.session.flush()
