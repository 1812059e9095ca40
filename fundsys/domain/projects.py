"""The life of a project: its states and which steps are open. Knows no tables."""

from __future__ import annotations

from .coded import Coded
from .errors import StepRefused


class ProjectStatus(Coded):
    """States of a project in the order they are passed; X1 and X2 end it early. Source: domain.md 2.4."""

    PROPOSED = "10", "谋划", "plain"
    TOWN_REVIEWED = "20", "镇审", "plain"
    ADMITTED = "30", "入库", "info"
    PLANNED = "40", "列计划", "info"
    APPROVED = "50", "立项", "info"
    TENDERING = "60", "采购", "info"
    UNDER_WAY = "70", "实施", "info"
    SUSPENDED = "75", "变更/暂停", "warn"
    COMPLETED = "80", "完工", "info"
    ACCEPTED = "85", "验收", "good"
    SETTLED = "88", "结算", "good"
    CLAIMED = "90", "报账完结", "good"
    HANDED_OVER = "92", "资产移交", "good"
    IN_SERVICE = "95", "管护运行", "good"
    ARCHIVED = "99", "归档", "good"
    REMOVED = "X1", "出库", "bad"
    TERMINATED = "X2", "终止", "bad"

    @property
    def is_withdrawn(self) -> bool:
        """Taken out of the library or ended early."""
        return self in (ProjectStatus.REMOVED, ProjectStatus.TERMINATED)

    def reached(self, stage: ProjectStatus) -> bool:
        """Whether a project standing here has come to the stage; a withdrawn project has reached none."""
        return not self.is_withdrawn and self.code >= stage.code


OPTIONAL = frozenset({ProjectStatus.SUSPENDED})
"""States a project need not pass."""

_S = ProjectStatus
_STAGES = tuple(status for status in ProjectStatus if not status.is_withdrawn)


def open_steps(now: ProjectStatus) -> tuple[ProjectStatus, ...]:
    """The steps open without a reason: the next stage, and the optional ones before it. None after the end."""
    if now.is_withdrawn:
        return ()
    steps = []
    for status in _STAGES[_STAGES.index(now) + 1 :]:
        steps.append(status)
        if status not in OPTIONAL:
            break
    return tuple(steps)


def advance(now: ProjectStatus, to: ProjectStatus, reason: str = "") -> ProjectStatus:
    """The state after a step: the next one freely; back, over a stage, out of the library or to an end with a reason.

    Raises: StepRefused when the step is not open, or needs a reason and has none.
    Source: “状态只能前进；回退须填写原因并留痕”.
    """
    said = bool(reason.strip())
    if now.is_withdrawn:
        raise StepRefused(f"项目已{now.label}，不能再改为“{to.label}”；需要恢复的，请重新申报入库。", field="status")
    if to is now:
        raise StepRefused(f"项目已经是“{now.label}”，不用重复登记。", field="status")
    if to is _S.REMOVED and now.reached(_S.UNDER_WAY):
        raise StepRefused(f"项目已到“{now.label}”，不能出库；停止实施的，请登记为“终止”。", field="status")
    if to is _S.TERMINATED and not now.reached(_S.PLANNED):
        raise StepRefused(f"项目在“{now.label}”，没有列入计划，不能终止；不再实施的，请登记为“出库”。", field="status")
    if to is _S.TERMINATED and now.reached(_S.CLAIMED):
        raise StepRefused(f"项目已到“{now.label}”，不能终止；资产有问题的，请在资产处置中办理。", field="status")
    if to.is_withdrawn and not said:
        raise StepRefused(f"请填写{to.label}的原因和批复文号。", field="reason")
    if not to.is_withdrawn and to.code < now.code and not said:
        raise StepRefused(f"从“{now.label}”退回到“{to.label}”，请填写退回原因。", field="reason")
    if not to.is_withdrawn and to.code > now.code and to not in open_steps(now) and not said:
        passed = "、".join(f"“{s.label}”" for s in _skipped(now, to))
        sentence = f"从“{now.label}”到“{to.label}”越过了{passed}，请填写原因，或者先登记越过的环节。"
        raise StepRefused(sentence, field="reason")
    return to


def _skipped(now: ProjectStatus, to: ProjectStatus) -> list[ProjectStatus]:
    return [s for s in _STAGES if now.code < s.code < to.code and s not in OPTIONAL]
