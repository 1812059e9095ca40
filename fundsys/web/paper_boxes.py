"""The boxes in which papers of a project's checklist are handed in or promised beside a form: what is shown, what was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.stage_papers import asked_for
from fundsys.models.projects import Project
from fundsys.queries.stage_papers import Line, checklist, dossier, is_built
from fundsys.services.steps import Given
from fundsys.web.forms import OfficeForm


@dataclass(frozen=True, slots=True)
class Step:
    """A step a project may take, and the lines of the checklist it waits for."""

    to: ProjectStatus
    lines: tuple[Line, ...]

    @property
    def missing(self) -> tuple[Line, ...]:
        """What holds the step up."""
        return tuple(line for line in self.lines if not line.is_there and not line.promised_on)


def steps_to(session: Session, project: Project, stages: Sequence[ProjectStatus]) -> list[Step]:
    """What each of these stages asks of the project as it stands."""
    lines = {line.paper.code: line for line in dossier(session, project)[0]}
    built, wanted = is_built(session, project), checklist(session)
    return [
        Step(to, tuple(lines[paper.code] for paper in asked_for(wanted, project.status, to, built))) for to in stages
    ]


def given(form: OfficeForm, session: Session) -> Given | None:
    """What was handed in beside the form; None, with its complaints on the form, when a day cannot be read."""
    files, places, promises = [], [], []
    for paper in checklist(session):
        code = paper.code
        found = [f for f in request.files.getlist(f"paper-{code}") if f.filename]
        if found:
            files.append((code, [(f.filename or "", f.read()) for f in found]))
        if place := request.form.get(f"place-{code}", "").strip():
            places.append((code, place[:80]))
        until, why = (request.form.get(f"{key}-{code}", "").strip() for key in ("until", "why"))
        if until:
            try:
                promises.append((code, parse_day(until), why[:200]))
            except DomainError as error:
                form.say(f"{paper.name}的后补日期：{error.message}", f"until-{code}")
    return None if form.form_errors else Given(tuple(files), tuple(places), tuple(promises))
