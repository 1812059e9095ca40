"""What the rules on doubles look at: projects of a village that look the same, pictures kept for two records."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.models.office import Region
from fundsys.queries.facts import facts
from fundsys.services import attachments
from fundsys.services.acts import act
from tests.money import make_projects
from tests.services.test_pictures import photo

pytestmark = pytest.mark.usefixtures("app")


def test_a_project_like_another_of_its_village_is_told_with_the_evidence() -> None:
    with store.snapshot() as session:
        here, there = session.scalars(select(Region.id).where(Region.level == "village").order_by(Region.id).limit(2))
    one, same, far = make_projects(
        {"name": "大力村奶山羊圈舍建设项目", "village_id": here},
        {"name": "2024年大力村奶山羊圈舍项目", "village_id": here},
        {"name": "大力村奶山羊圈舍建设项目", "village_id": there},
    )
    with store.snapshot() as session:
        found = {f.id: f.others for f in facts(session, 2024, parts={"likenesses"}).likenesses}
    assert (len(found[one]), len(found[same]), found[far]) == (1, 1, ())
    assert "同村同子类型，同一年度" in found[one][0]


def test_a_picture_kept_for_two_records_has_two_uses_and_kept_twice_for_one_has_one() -> None:
    one, other = make_projects({}, {})
    twice, once = photo("jpeg"), photo("jpeg", taken="2024:10:09 09:15:30")
    with act(by=None, what="存照片") as opened:
        for content, name, row in ((twice, "a.jpg", one), (twice, "b.jpg", other), (once, "c.jpg", one)):
            attachments.keep(content, name, "project", row, act=opened)
        attachments.keep(once, "d.jpg", "project", one, act=opened)
    with store.snapshot() as session:
        found = facts(session, 2024, parts={"pictures"}).pictures
    assert [(f.label, f.uses) for f in found] == [
        ("a.jpg", (f"项目 {one}", f"项目 {other}")),
        ("c.jpg", (f"项目 {one}",)),
    ]
