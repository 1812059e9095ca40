"""The project library: where a proposal stands, what its paper must say, and the papers of changes. Knows no tables."""

from __future__ import annotations

from .coded import Coded
from .projects import ProjectStatus


class LibraryState(Coded):
    """Where a proposal stands on its way from the village to the library. Source: domain.md 2.1."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待镇审核", "warn"
    RETURNED = "returned", "已退回", "bad"
    REVIEWED = "reviewed", "待县论证", "info"
    ON_NOTICE = "on_notice", "入库公示", "info"
    ADMITTED = "admitted", "已入库", "good"
    REMOVED = "removed", "已出库", "bad"

    @property
    def is_editable(self) -> bool:
        """Whether its proposer may change it."""
        return self in (LibraryState.DRAFT, LibraryState.RETURNED)


def library_state(status: ProjectStatus, said: LibraryState | None, is_draft: bool) -> LibraryState:
    """The state people see: the project's stage first, then what its proposal says; imports have no proposal."""
    if status.is_withdrawn:
        return LibraryState.REMOVED
    if status.reached(ProjectStatus.ADMITTED):
        return LibraryState.ADMITTED
    if status is ProjectStatus.TOWN_REVIEWED:
        return said if said is LibraryState.ON_NOTICE else LibraryState.REVIEWED
    if said in (LibraryState.DRAFT, LibraryState.SUBMITTED, LibraryState.RETURNED):
        return said
    return LibraryState.DRAFT if is_draft else LibraryState.SUBMITTED


class PlanState(Coded):
    """A proposal to take a project into the year's plan, and a paper of changes."""

    SUBMITTED = "submitted", "待审定", "warn"
    APPROVED = "approved", "已审定", "good"
    RETURNED = "returned", "已退回", "bad"
    WITHDRAWN = "withdrawn", "已撤回", "plain"


class TargetKind(Coded):
    """Kinds of performance targets. Source: domain.md 1.6."""

    OUTPUT = "output", "产出指标", "plain"
    BENEFIT = "benefit", "效益指标", "plain"
    SATISFACTION = "satisfaction", "满意度指标", "plain"


CHANGEABLE = ("name", "content", "place", "planned_fiscal", "planned_other", "plan_start_on", "plan_end_on")
"""What of a planned project changes only by an approved paper: content, place, money, dates."""
