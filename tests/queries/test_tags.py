"""Views by tag answer what the work plan asks: sites, key places, cooperation on time, key projects, farms, industries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.office import Region
from fundsys.models.projects import Project
from fundsys.queries import library_register, tags
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import viewer
from fundsys.reports.registry import ledger
from fundsys.services.acts import act
from fundsys.services.library.tags import tag_project
from tests.counties import somebody
from tests.money import approved_notice, given, make_projects

TODAY = date(2024, 11, 18)


def views() -> dict[str, tags.TagView]:
    person = somebody(Role.LEAD)
    with store.snapshot() as session:
        who = viewer(session, person)
        assert who is not None
        return {v.tag.code: v for v in tags.overview(session, who, 2024, TODAY)}


def tagged(project_id: int, *codes: str, capacity: int | None = None, site: str = "") -> None:
    with act(by=None, what="打标签") as a:
        told = Decimal(capacity) if capacity else None
        tag_project(project_id, codes, told, "只" if told else "", site, act=a)


def test_three_farms_of_ten_thousand_are_counted_with_their_goats(app: Flask) -> None:
    made = make_projects(*({"wan": "100"} for _ in range(3)))
    for one, goats in zip(made[:2], (10_000, 12_000), strict=False):
        tagged(one, "GF10", capacity=goats)
    assert (views()["GF10"].count, views()["GF10"].target, views()["GF10"].gap) == (2, 3, 1)
    tagged(made[2], "GF10", capacity=10_500)
    farm = views()["GF10"]
    assert (farm.count, farm.is_met, farm.capacity, farm.planned) == (3, True, Decimal(32_500), Money.wan(300))


def test_money_of_a_view_is_the_money_of_its_projects(app: Flask) -> None:
    one, two = make_projects({"wan": "100", "is_lead_industry": True}, {"wan": "100"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "30"), (two, "20.5")])
    tagged(two, "KP40")
    seen = views()
    assert (seen["LI01"].projects, seen["LI01"].allocated) == (1, Money.wan(30))
    assert (seen["KP40"].count, seen["KP40"].target, seen["KP40"].allocated) == (1, 40, Money.wan("20.5"))


def test_sites_count_once_however_many_projects_they_have(app: Flask) -> None:
    made = make_projects({}, {}, {})
    for one, site in zip(made, ("南坡安置点", "南坡安置点", "西关安置点"), strict=True):
        tagged(one, "RS33", site=site)
    site = views()["RS33"]
    assert (site.projects, site.count, site.target, site.is_met) == (3, 2, 33, False)


def test_cooperation_is_late_the_day_after_its_end_and_not_on_it(app: Flask) -> None:
    told = {"is_cooperation": True, "status": S.UNDER_WAY}
    make_projects(told | {"plan_end_on": TODAY}, told | {"plan_end_on": date(2024, 11, 17)})
    make_projects(told | {"plan_end_on": date(2024, 6, 1), "status": S.COMPLETED})
    view = views()["CO13"]
    assert (view.projects, view.late) == (3, 1)
    (answer,) = [a for a in tags.answers([view]) if a.item == 13]
    assert answer.is_met is False and "没有完工的 1 个" in answer.words


def test_key_places_and_industries_follow_from_facts_and_every_item_is_answered(app: Flask) -> None:
    with store.snapshot() as session:
        villages = session.execute(
            select(Region.id, Region.parent_id).where(Region.level == "village", Region.is_key)
        ).all()
    make_projects(*({"town_id": v.parent_id, "village_id": v.id} for v in villages))
    seen = views()
    assert (seen["KV04"].count, seen["KV04"].is_met) == (4, True)
    answered = tags.answers(list(seen.values()))
    assert {a.item for a in answered} == {6, 7, 13, 15, 16}
    six = next(a for a in answered if "特色产业" in a.words)
    assert six.is_met is False and six.words.endswith("没有项目的：苹果、食用菌、烤烟、核桃、中蜂、中药材")


def test_what_ended_or_is_not_planned_counts_in_no_view(app: Flask) -> None:
    for status in (S.ADMITTED, S.TERMINATED, S.REMOVED):
        make_projects({"is_lead_industry": True, "status": status})
    assert views()["LI01"].projects == 0


def test_lg01_has_every_column_and_its_sums_are_those_of_the_library(app: Flask) -> None:
    make_projects(
        {"wan": "100"}, {"wan": "20.5", "status": S.ADMITTED}, {"wan": "7", "status": S.PROPOSED, "admitted_on": None}
    )
    make_projects({"wan": "3", "status": S.REMOVED})
    found = ledger("LG01")
    assert len(found.columns) == 32
    with store.snapshot() as session:
        rows = list(library_register.library_register(session, Wanted(2024, {})))
        removed = list(library_register.library_register(session, Wanted(2024, {"state": "removed"})))
    assert [r.total for r in rows] == [Money.wan(100), Money.wan("20.5")]
    assert [r.state for r in rows] == ["已列计划", "在库"]
    assert [(r.state, r.total) for r in removed] == [("已出库", Money.wan(3))]
    assert all(
        column.figure is not None and (column.getter is None or column.getter(rows[0]) is not ...)
        for column in found.columns
    )


def test_tags_are_kept_in_order_and_found_one_by_one(app: Flask) -> None:
    (one,) = make_projects({})
    tagged(one, "KP40", "CI01")
    with store.snapshot() as session:
        assert session.get_one(Project, one).tags == ("CI01", "KP40")
    assert views()["CI01"].projects == 1 and views()["CI02"].projects == 0
