"""The way of the demo county's projects from stage to stage, and the papers of each in its dossier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.stage_papers import Due, KeptAs, StagePaper
from fundsys.models.projects import ProjectPaper, ProjectStep
from fundsys.queries.stage_papers import line_of
from fundsys.services import reference_rows

from .diary import Diary, Entry, Row

_PLACE = "县农业农村局档案室"
_FORGOTTEN = 25
"""One paper in so many is missing, as in any county."""


class Dossiers:
    """Steps and papers as rows, dealt in the order the projects move."""

    def __init__(self, diary: Diary, seed: int) -> None:
        self.diary = diary
        self.chance = Random(f"{seed}/dossiers")
        self.checklist = tuple(_lines())

    def move(
        self, entry: Entry, project_id: int, was: S | None, steps: Iterable[tuple[S, date]], by: int, is_built: bool
    ) -> None:
        """Write the steps of one project, one after the other, with the papers each brought."""
        steps = list(steps)
        rows: list[Row] = []
        papers: list[Row] = []
        for to, on in steps:
            rows.append(
                {
                    "id": self.diary.next_id(ProjectStep),
                    "project_id": project_id,
                    "from_status": was,
                    "to_status": to,
                    "happened_on": on,
                    "taken_by": by,
                }
            )
            papers += self._papers(project_id, was, to, on, by, is_built)
            was = to
        if rows:
            entry.add(ProjectStep, rows)
        if papers:
            entry.add(ProjectPaper, papers)

    def _papers(self, project_id: int, was: S | None, to: S, on: date, by: int, is_built: bool) -> list[Row]:
        """What the stage entered brings, and what the stage left has gathered by then."""
        told = []
        for line in self.checklist:
            brought = (line.stage is to and line.due is Due.ENTER) or (line.stage is was and line.due is Due.LEAVE)
            if not brought or not line.asked_of(is_built) or line.kept_as in (KeptAs.CONTRACT, KeptAs.REPORTS):
                continue
            if self.chance.randrange(_FORGOTTEN) == 0:
                continue
            told.append(
                {
                    "id": self.diary.next_id(ProjectPaper),
                    "project_id": project_id,
                    "stage": line.stage,
                    "stage_paper": line.code,
                    "name": line.name,
                    "dated_on": on,
                    "pages": self.chance.randint(1, 12),
                    "place": _PLACE,
                    "entered_by": by,
                }
            )
        return told


def _lines() -> Iterable[StagePaper]:
    for row in reference_rows.file("stage_papers")["papers"]:
        yield line_of(row["code"], row["name"], row)
