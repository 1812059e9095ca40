"""The papers each stage of a project asks for (一项一档), and which of them hold a step up. The list is the county's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .coded import Coded
from .projects import ProjectStatus


class Due(Coded):
    """When a paper must be there: on entering its stage, or before the project leaves it for the next."""

    ENTER = "enter", "进入本环节时", "plain"
    LEAVE = "leave", "进入下一环节前", "plain"


class KeptAs(Coded):
    """What else in the county's books proves a paper, so that nobody hands it in twice."""

    CONTRACT = "contract", "已审定的合同", "plain"
    REPORTS = "reports", "已报送的进度", "plain"
    PHOTOS = "photos", "进度里的照片", "plain"
    PUBLIC_NOTICE = "public_notice", "已审定的公示", "plain"


@dataclass(frozen=True, slots=True)
class StagePaper:
    """One line of the checklist. built_only: asked only of projects that build or buy something.

    required: holds the step up; a paper that does not is listed all the same.
    """

    code: str
    stage: ProjectStatus
    name: str
    due: Due
    built_only: bool = False
    kept_as: KeptAs | None = None
    required: bool = True

    def asked_of(self, is_built: bool) -> bool:
        """Whether this project must have the paper at all."""
        return is_built or not self.built_only


def asked_for(
    checklist: Iterable[StagePaper], now: ProjectStatus, to: ProjectStatus, is_built: bool
) -> Iterator[StagePaper]:
    """The papers that hold up a step forward: those of the stage left, and those of the stage entered.

    Going back asks for none; ending early (出库、终止) asks only for the papers of the end.
    """
    for paper in checklist:
        if not paper.required or not paper.asked_of(is_built):
            continue
        leaving = paper.stage is now and paper.due is Due.LEAVE and not to.is_withdrawn
        entering = paper.stage is to and paper.due is Due.ENTER
        if (leaving or entering) and (to.is_withdrawn or to.code > now.code):
            yield paper
