"""A village, its town and the county around the project library, for tests: proposals made by the office's own acts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.office import Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.services.acts import SHANGHAI, act
from fundsys.services.library import proposals, reviews
from tests.counties import somebody

VILLAGE_UNIT, TOWN_UNIT = "八渡镇大力村股份经济合作社", "八渡镇人民政府"
OTHER_VILLAGE = "城关镇北关村股份经济合作社"
START = date(2026, 12, 1)
OPINION = reviews.Opinion("真实、必要、可行，同意上报", "八政函〔2026〕3号", "镇档案柜")
APPRAISAL = reviews.Opinion("符合规划，同意公示", "", "项目股")
_serial = itertools.count(1)


def on(day: int) -> datetime:
    """Nine o'clock of the day so many days after the first."""
    return datetime(START.year, START.month, START.day, 9, tzinfo=SHANGHAI) + timedelta(days=day)


def villager() -> int:
    """Id of the village's clerk."""
    return somebody(Role.VILLAGE, VILLAGE_UNIT)


def town() -> int:
    """Id of the town's reviewer."""
    return somebody(Role.TOWN, TOWN_UNIT)


def lead() -> int:
    """Id of the lead bureau's officer."""
    return somebody(Role.LEAD)


def entry(**told: Any) -> proposals.ProposalEntry:
    """A whole proposal, with what is said."""
    with store.snapshot() as session:
        type_id = session.scalars(select(ProjectType.id).where(ProjectType.code == told.pop("type", "PT030102"))).one()
        owner = session.scalars(select(Unit.id).where(Unit.name == TOWN_UNIT)).one()
    facts: dict[str, Any] = {
        "name": f"大力村第{next(_serial)}号生产道路硬化",
        "type_id": type_id,
        "owner_unit_id": owner,
        "year": 2027,
        "place": "三组",
        "responsible": "张建国",
        "content": "硬化道路 1.2 公里",
        "planned_fiscal": Money.wan("36"),
        "financing": "财政资金",
        "plan_start_on": date(2027, 3, 1),
        "plan_end_on": date(2027, 9, 30),
        "households": 40,
        "people": 120,
        "poor_households": 12,
        "poor_people": 40,
        "performance_target": "受益 40 户",
        "farmer_linkage": "就近务工",
    }
    return proposals.ProposalEntry(**(facts | told))


def drafted(day: int = 0, papers: bool = True, **told: Any) -> int:
    """Id of a village's draft."""
    with act(by=villager(), what="申报项目", at=on(day)) as a:
        kept = proposals.Papers(place="村委会档案柜") if papers else None
        return proposals.draft_proposal(entry(**told), kept, act=a).id


def submitted(day: int = 0, **told: Any) -> int:
    """Id of a proposal that waits for the town."""
    project_id = drafted(day, **told)
    with act(by=villager(), what="提交申报项目", at=on(day)) as a:
        proposals.submit_proposal(project_id, act=a)
    return project_id


def seen(*ids: int) -> dict[int, int]:
    """The versions a reviewer sees now."""
    with store.snapshot() as session:
        return {key: session.get_one(Project, key).version for key in ids}


def reviewed(day: int = 0, **told: Any) -> int:
    """Id of a proposal the town has passed."""
    project_id = submitted(day, **told)
    review_in_town([project_id], day=day)
    return project_id


def review_in_town(passed: Iterable[int], returned: dict[int, str] | None = None, day: int = 0) -> reviews.Decided:
    """The town's review of these."""
    passed, returned = list(passed), returned or {}
    with act(by=town(), what="镇审核项目", at=on(day)) as a:
        return reviews.review_in_town(seen(*passed, *returned), passed, returned, OPINION, act=a)


def on_notice(day: int = 0, until: int = 9, **told: Any) -> int:
    """Id of a proposal on public notice from `day` for ten days."""
    project_id = reviewed(day, **told)
    with act(by=lead(), what="论证项目", at=on(day)) as a:
        first, last = on(day).date(), on(day + until).date()
        reviews.appraise(seen(project_id), [project_id], {}, APPRAISAL, first, last, act=a)
    return project_id


def admit(*ids: int, day: int) -> None:
    """Admit these."""
    with act(by=lead(), what="审定入库", at=on(day)) as a:
        reviews.admit(seen(*ids), ids, {}, "陇乡振组发〔2026〕7号", "项目股", act=a)


def admitted(day: int = 0, **told: Any) -> int:
    """Id of a project in the library, ten days after `day`."""
    project_id = on_notice(day, **told)
    admit(project_id, day=day + 10)
    return project_id
