"""What the acts on legacy projects share: the project within one's rights, evidence, the words of measures."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, true

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.models.industry import LegacyProject
from fundsys.queries.facts import work_year
from fundsys.queries.legacy_records import measures
from fundsys.queries.viewer import require, seen_legacy, viewer_of
from fundsys.services import attachments
from fundsys.services.acts import SYSTEM, Act

Files = Sequence[tuple[str, bytes]]


def project_of(act: Act, project_id: int, permission: Permission, version: int | None = None) -> LegacyProject:
    """The project when the person acting may do this to it. Raises NotAllowed, NotFound for hidden and missing alike, Stale."""
    who = viewer_of(act.person) if act.person else None
    require(who, permission)
    seen = true() if who is None else seen_legacy(who, permission)
    project = act.session.scalars(select(LegacyProject).where(LegacyProject.id == project_id, seen)).one_or_none()
    if project is None:
        raise NotFound("没有这个产业项目，或者不在您的管理范围内")
    act.check_version(project, version)
    act.subject = f"{project.code} {project.name}"
    return project


def keep_evidence(files: Files, table: str, row_id: int, act: Act) -> None:
    """Keep scans and photos for a record."""
    for name, content in files:
        attachments.keep(content, name, table, row_id, act=act, field="papers")


def measure_words(act: Act, codes: Sequence[str], words: str) -> str:
    """The measure in words: as typed, else the names of the codes chosen."""
    if words.strip() or not codes:
        return words.strip()
    known = measures(act.session)
    return "、".join(known[code] for code in codes if code in known)


def name_of(act: Act) -> str:
    """Who decides."""
    return act.person.name if act.person else SYSTEM


def year_of(act: Act) -> int:
    """The county's year at work."""
    return work_year(act.session)
