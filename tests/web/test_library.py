"""The library's pages: a village hands over a proposal, the town judges ten on one page, the county admits, plans and changes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.library import LibraryState
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.library import LibraryEntry, ProjectChange
from fundsys.models.office import Unit
from fundsys.models.papers import Attachment
from fundsys.models.projects import Project, ProjectType
from tests.counties import OfficeClient
from tests.library import TOWN_UNIT, VILLAGE_UNIT, admitted, submitted
from tests.money import make_projects
from tests.pages import Page

Clients = Callable[..., OfficeClient]


def answers(**told: Any) -> dict[str, Any]:
    with store.snapshot() as session:
        type_id = session.scalars(select(ProjectType.id).where(ProjectType.code == "PT030102")).one()
        owner = session.scalars(select(Unit.id).where(Unit.name == TOWN_UNIT)).one()
    facts = {
        "library": "LK02",
        "year": "2027",
        "type_id": str(type_id),
        "name": "八渡镇大力村生产道路硬化",
        "nature": "新建",
        "owner_unit_id": str(owner),
        "responsible": "张建国",
        "content": "硬化道路 1.2 公里",
        "planned_fiscal": "36.5",
        "financing": "财政资金",
        "plan_start_on": "2027-03-01",
        "plan_end_on": "2027-09-30",
        "households": "40",
        "people": "120",
        "performance_target": "受益 40 户",
        "farmer_linkage": "就近务工",
    }
    return facts | told


def one() -> tuple[Project, LibraryEntry]:
    with store.snapshot() as session:
        found = session.execute(select(Project, LibraryEntry).join(LibraryEntry)).one()
        session.expunge_all()
        return found[0], found[1]


def test_a_village_hands_over_a_proposal_with_its_papers(app: Flask, client_as: Clients) -> None:
    village = client_as(Role.VILLAGE, VILLAGE_UNIT)
    refused = village.send("/library/new", answers(action="submit", content=""))
    assert refused.status_code == 422
    told = Page(refused.get_data(as_text=True))
    assert any("请填写建设内容" in line for line in told.complaints())
    assert told.values()["planned_fiscal"] == "36.5"
    papers = {
        name: (BytesIO(b"%PDF-1.7 " + name.encode()), f"{name}.pdf") for name in ("meeting", "declaration", "photos")
    }
    done = village.send("/library/new", answers(action="submit") | papers, content_type="multipart/form-data")
    assert done.status_code == 302
    project, found = one()
    assert (project.library, found.state, project.is_draft) == ("LK02", LibraryState.SUBMITTED, False)
    assert project.village_id is not None and project.town_id is not None
    with store.snapshot() as session:
        files = session.scalars(select(Attachment.name).where(Attachment.table_name == "project_paper")).all()
    assert sorted(files) == ["declaration.pdf", "meeting.pdf", "photos.pdf"]
    page = village.get(done.location)
    assert "待镇审核" in page.get_data(as_text=True)


def test_the_type_box_stands_under_its_two_levels(app: Flask, client_as: Clients) -> None:
    page = Page(client_as(Role.VILLAGE, VILLAGE_UNIT).get("/library/new").get_data(as_text=True))
    groups = [g.get("label") for g in page.one("select", name_="type_id").iter("optgroup")]
    assert len(groups) == 24 and groups[0] == "产业发展 · 生产项目"
    assert len(list(page.one("select", name_="type_id").iter("option"))) == 87


def test_a_town_judges_ten_on_one_page_and_the_village_reads_why(app: Flask, client_as: Clients) -> None:
    ten = [submitted() for _ in range(10)]
    town = client_as(Role.TOWN, TOWN_UNIT)
    page = Page(town.get("/library/town-review").get_data(as_text=True))
    told: dict[str, Any] = {f"seen-{key}": page.values()[f"seen-{key}"] for key in ten}
    told |= {f"choice-{key}": "pass" for key in ten[:8]} | {f"choice-{key}": "return" for key in ten[8:]}
    told |= {"words": "真实可行，同意上报", "place": "镇档案柜", f"why-{ten[8]}": "概算偏高"}
    refused = town.send("/library/town-review", told)
    assert refused.status_code == 422 and "退回的请写明原因" in refused.get_data(as_text=True)
    assert town.send("/library/town-review", told | {f"why-{ten[9]}": "公示照片看不清"}).status_code == 302
    with store.snapshot() as session:
        states = [session.get_one(Project, key).status for key in ten]
    assert states == [S.TOWN_REVIEWED] * 8 + [S.PROPOSED] * 2
    village = client_as(Role.VILLAGE, VILLAGE_UNIT)
    assert "公示照片看不清" in village.get(f"/library/{ten[9]}").get_data(as_text=True)


def test_duplicates_stand_on_the_review_page_with_their_evidence(app: Flask, client_as: Clients) -> None:
    submitted(name="大力村生产道路硬化工程")
    submitted(name="大力村生产道路硬化")
    page = client_as(Role.TOWN, TOWN_UNIT).get("/library/town-review").get_data(as_text=True)
    assert "疑似重复立项（F021）" in page and "同村同子类型，同一年度；名称相似 100%" in page


def test_another_village_does_not_find_a_proposal(app: Flask, client_as: Clients) -> None:
    project_id = submitted()
    stranger = client_as(Role.VILLAGE, "城关镇北关村股份经济合作社", "stranger")
    assert stranger.get(f"/library/{project_id}").status_code == 404
    assert stranger.get(f"/library/{project_id}/edit").status_code == 404


def test_a_change_shows_both_versions_side_by_side(app: Flask, client_as: Clients) -> None:
    with store.snapshot() as session:
        town_id = session.scalars(select(Unit.region_id).where(Unit.name == TOWN_UNIT)).one()
    (project_id,) = make_projects({"town_id": town_id, "content": "硬化道路 1.2 公里", "place": "三组"})
    town = client_as(Role.TOWN, TOWN_UNIT)
    page = Page(town.get(f"/library/{project_id}/change").get_data(as_text=True))
    told = {k: v for k, v in page.values().items() if k not in ("csrf_token", "form_id", "version", "")}
    town.thrice(f"/library/{project_id}/change", told | {"place": "四组", "reason": "改址"})
    with store.snapshot() as session:
        paper = f"/library/changes/{session.scalars(select(ProjectChange.id)).one()}"
    lead = client_as(Role.LEAD)
    rows = Page(lead.get(paper).get_data(as_text=True)).table("变更前后")
    assert rows[1] == ["建设地点", "三组", "四组"]
    assert lead.send(paper, {"action": "approve"}).status_code == 422
    lead.thrice(paper, {"action": "approve", "document_no": "陇乡振组发〔2024〕21号"})
    with store.snapshot() as session:
        assert session.get_one(Project, project_id).place == "四组"
        assert session.scalars(select(ProjectChange.document_no)).one() == "陇乡振组发〔2024〕21号"


def test_a_library_project_is_proposed_for_the_plan_on_its_page(app: Flask, client_as: Clients) -> None:
    project_id = admitted()
    town = client_as(Role.TOWN, TOWN_UNIT)
    page = Page(town.get(f"/library/{project_id}/plan").get_data(as_text=True))
    told = {k: v for k, v in page.values().items() if k not in ("csrf_token", "form_id", "version", "")}
    for n, (kind, value, unit) in enumerate((("output", "1.2", "公里"), ("benefit", "40", "户")), 1):
        told |= {
            f"target-kind-{n}": kind,
            f"target-name-{n}": "指标",
            f"target-value-{n}": value,
            f"target-unit-{n}": unit,
        }
    refused = town.send(f"/library/{project_id}/plan", told)
    assert "绩效指标缺“满意度指标”" in refused.get_data(as_text=True)
    told |= {"target-kind-3": "satisfaction", "target-name-3": "满意度", "target-value-3": "95", "target-unit-3": "%"}
    assert town.send(f"/library/{project_id}/plan", told).status_code == 302
    approving = client_as(Role.LEAD).get("/library/plan/approve").get_data(as_text=True)
    assert "列入：大力村" in approving
