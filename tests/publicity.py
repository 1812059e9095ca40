"""Public notices for tests: written by an owner, approved by the lead bureau, by the office's own acts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.publicity import Occasion, PublicLevel
from fundsys.domain.rights import Role
from fundsys.models.office import Region, Unit
from fundsys.services import publicity
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import make_projects

PICTURE = b"\xff\xd8\xff\xe0 board of "


def owner() -> int:
    """Id of the owner's clerk."""
    return somebody(Role.OWNER)


def lead() -> int:
    """Id of the lead bureau's officer."""
    return somebody(Role.LEAD)


def a_village() -> tuple[int, int]:
    """Ids of a town and one of its villages."""
    with store.snapshot() as session:
        village = session.scalars(select(Region).where(Region.level == "village", Region.active)).first()
        assert village is not None
        assert village.parent_id is not None
        return village.parent_id, village.id


def completed_project(**told: Any) -> int:
    """Id of a project of the owner's, in a village, completed in May 2024."""
    town, village = a_village()
    facts: dict[str, Any] = {
        "status": ProjectStatus.COMPLETED,
        "town_id": town,
        "village_id": village,
        "approved_on": date(2024, 2, 1),
        "started_on": date(2024, 3, 1),
        "completed_on": date(2024, 5, 20),
        "content": "扩建圈舍 1200 平方米",
    }
    return make_projects(facts | told)[0]


def text(*projects: int, **told: Any) -> publicity.PublicEntry:
    """A notice as typed: about these completed projects, in their village, for eleven days."""
    usual: dict[str, Any] = {
        "occasion": Occasion.COMPLETED,
        "level": PublicLevel.VILLAGE,
        "title": "养殖场扩建完工公示",
        "first_on": date(2024, 6, 9),
        "last_on": date(2024, 6, 19),
        "content": "扩建圈舍 1200 平方米，已经验收",
        "implementing_unit": "县畜产局",
        "amount": Money.wan("100"),
        "place": "大力村公示栏",
        "hotline": "12317、0917-4600001",
        "subjects": tuple(projects),
    }
    return publicity.PublicEntry(**(usual | told))


def drafted(entry: publicity.PublicEntry, by: int | None = None, submit: bool = True) -> int:
    """Id of a notice handed over (or only drafted)."""
    with act(by=by or owner(), what="登记公示") as opened:
        made = publicity.draft_public(entry, act=opened)
        if submit:
            publicity.submit_public(made.id, act=opened)
        return made.id


def seen(*ids: int) -> dict[int, int]:
    """Notices at the versions a reviewer sees."""
    from fundsys.models.publicity import PublicNotice

    with store.snapshot() as session:
        wanted = select(PublicNotice.id, PublicNotice.version).where(PublicNotice.id.in_(ids))
        return {key: version for key, version in session.execute(wanted)}


def approved(*ids: int) -> None:
    """Approve notices as they stand."""
    with act(by=lead(), what="审定公示") as opened:
        publicity.approve_public(seen(*ids), act=opened)


def unit_of(role: Role) -> str:
    """The unit of the person of a role."""
    from fundsys.models.office import Person

    with store.snapshot() as session:
        person = session.get(Person, somebody(role))
        assert person is not None
        return session.get_one(Unit, person.unit_id).name
