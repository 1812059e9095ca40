"""Tags of a project: what the county follows across its plans, with the project's capacity and relocation site."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from fundsys.domain.errors import DomainError
from fundsys.models.projects import Project
from fundsys.queries.tags import chosen_by_hand, tags_in_use
from fundsys.services.acts import Act

from .common import P, project_for


def tag_project(
    project_id: int,
    tags: Sequence[str],
    capacity: Decimal | None = None,
    capacity_unit: str = "",
    relocation_site: str = "",
    *,
    version: int | None = None,
    act: Act,
) -> Project:
    """Set a project's tags (codes of the dictionary project_tag), capacity and site. Those that facts decide cannot be set.

    Raises: DomainError for an unknown tag, a capacity without unit or beneath the tag's least, a site tag without site; Stale.
    """
    project = project_for(act, (P.ADMIT_PROJECT,), project_id, version)
    known = {tag.code: tag for tag in tags_in_use(act.session)}
    for code in tags:
        tag = known.get(code)
        if tag is None or not chosen_by_hand(tag):
            raise DomainError("请从列出的标签里选择", field="tags")
        if tag.least is not None and (capacity is None or capacity < tag.least or capacity_unit.strip() != tag.unit):
            raise DomainError(f"“{tag.name}”的规模应不少于 {tag.least:f} {tag.unit}，请核对", field="capacity")
        if tag.counts == "sites" and not relocation_site.strip():
            raise DomainError("请填写安置点名称，按安置点计数", field="relocation_site")
    if (capacity is None) != (not capacity_unit.strip()):
        raise DomainError("规模和单位要一起填写", field="capacity_unit")
    if capacity is not None and capacity < 0:
        raise DomainError("规模不能小于零", field="capacity")
    project.tags = tuple(sorted(set(tags)))
    project.capacity, project.capacity_unit = capacity, capacity_unit.strip()[:12]
    project.relocation_site = relocation_site.strip()[:60]
    project.version += 1
    act.session.flush()
    return project
