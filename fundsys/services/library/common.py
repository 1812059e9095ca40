"""What the acts of the library share: rights, the entry of a project, its papers, codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.library import LibraryState, library_state
from fundsys.domain.rights import Permission
from fundsys.models.library import LibraryEntry
from fundsys.models.office import County, Region
from fundsys.models.projects import Project
from fundsys.queries.import_lists import codes_like
from fundsys.queries.viewer import Viewer, require, require_project, viewer_of
from fundsys.services import steps
from fundsys.services.acts import Act

Files = Sequence[tuple[str, bytes]]
P = Permission


def acting(act: Act) -> Viewer | None:
    """Who acts; None for 系统."""
    return viewer_of(act.person) if act.person else None


def project_for(act: Act, permissions: tuple[Permission, ...], project_id: int, version: int | None = None) -> Project:
    """The project, when this person may do any of these to it, at the version they saw. Raises NotAllowed, NotFound, Stale."""
    who = acting(act)
    able = next((p for p in permissions if who is None or who.can(p)), permissions[0])
    require(who, able)
    project = require_project(act.session, who, able, project_id)
    act.subject = f"{project.code} {project.name}"
    act.check_version(project, version)
    return project


def entry_of(project: Project, act: Act) -> LibraryEntry:
    """The project's library entry; one that was imported gets its own now."""
    found = act.session.scalars(select(LibraryEntry).where(LibraryEntry.project_id == project.id)).one_or_none()
    if found is None:
        found = LibraryEntry(
            project_id=project.id,
            state=library_state(project.status, None, project.is_draft),
            submitted_by=project.entered_by,
            first_year=project.year,
        )
        act.session.add(found)
        act.session.flush()
    return found


def state_of(project: Project, entry: LibraryEntry) -> LibraryState:
    """Where the proposal stands now."""
    return library_state(project.status, entry.state, project.is_draft)


def expect(project: Project, entry: LibraryEntry, *states: LibraryState) -> None:
    """Refuse an act for which the proposal does not stand right. Raises StepRefused."""
    now = state_of(project, entry)
    if now not in states:
        wanted = "、".join(f"“{s.label}”" for s in states)
        raise StepRefused(f"{project.name}现在是“{now.label}”，{wanted}的才能这样办理，请刷新后再看")


def to_state(project: Project, entry: LibraryEntry, state: LibraryState) -> None:
    """Write a state, one version on."""
    entry.state = state
    entry.version += 1
    project.version += 1


def need_reason(reason: str, what: str, field: str = "reason") -> str:
    """The reason, tidied. Raises DomainError when there is none."""
    if not reason.strip():
        raise DomainError(f"请填写{what}", field=field)
    return reason.strip()[:200]


def keep(
    project: Project,
    code: str,
    act: Act,
    *,
    files: Files = (),
    document_no: str = "",
    place: str = "",
    on: date | None = None,
) -> None:
    """Put a paper of the checklist into the dossier when there is something to put."""
    if files or place.strip():
        steps.keep_paper(
            project, code, files=files, document_no=document_no, place=place, dated_on=on or act.day, act=act
        )


def next_code(year: int, town_id: int | None, act: Act) -> str:
    """The next project code of a year and town, as imports give them."""
    county = act.session.scalars(select(County.code)).one()
    town = act.session.scalar(select(Region.code).where(Region.id == town_id)) if town_id else ""
    begin = f"{county}-{year}-{(town or '')[6:9] or '000'}-"
    taken = codes_like(act.session, Project, begin)
    last = max((int(tail) for code in taken if (tail := code[len(begin) :]).isdecimal()), default=0)
    return f"{begin}{last + 1:04d}"


def next_library_code(year: int, act: Act) -> str:
    """The next number of the library, given at admission and never used again."""
    begin = f"K{year}-"
    taken = codes_like(act.session, Project, begin, "library_code")
    last = max((int(tail) for code in taken if (tail := code[len(begin) :]).isdecimal()), default=0)
    return f"{begin}{last + 1:04d}"
