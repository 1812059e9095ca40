"""The project owner's desk: own projects only, construction step by step, photos kept, nothing typed lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.office import Unit
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport, Project, ProjectPaper, ProjectType
from fundsys.services.acts import act
from tests.counties import OfficeClient

Clients = Callable[..., OfficeClient]
PICTURE = b"\xff\xd8\xff\xe0" + b"0" * 200


def a_project(code: str = "2024-0001", unit: str = "县水利局", status: ProjectStatus = ProjectStatus.UNDER_WAY) -> int:
    """Id of a project under construction, made by the system."""
    with act(by=None, what="登记项目") as opened:
        made = Project(
            code=code,
            name=f"{code}号产业路硬化",
            year=2024,
            type_id=opened.session.scalars(select(ProjectType.id).limit(1)).one(),
            owner_unit_id=opened.session.scalars(select(Unit.id).where(Unit.name == unit)).one(),
            planned_investment=Money.wan(230),
            planned_fiscal=Money.wan(200),
            status=status,
            progress_bp=6400 if status is ProjectStatus.UNDER_WAY else 0,
            started_on=date(2024, 5, 6),
        )
        opened.session.add(made)
        opened.session.flush()
        return made.id


def answers(**changed: str) -> dict[str, object]:
    told: dict[str, object] = {
        "status": "70",
        "progress_bp": "72",
        "reported_on": "2024-11-18",
        "words": "路面浇筑完成",
    }
    return told | changed


def state(project_id: int) -> Project:
    db.session.rollback()
    found = db.session.get(Project, project_id, populate_existing=True)
    assert found is not None
    return found


def test_an_owner_sees_and_reports_their_own_projects_only(app: Flask, client_as: Clients) -> None:
    own, other = a_project("2024-0001", "县水利局"), a_project("2024-0002", "县林业局")
    owner = client_as(Role.OWNER, "县水利局")
    listed = owner.get("/projects/progress").get_data(as_text=True)
    assert "2024-0001" in listed
    assert "2024-0002" not in listed
    assert owner.get(f"/projects/{own}").status_code == 200
    hidden, missing = owner.get(f"/projects/{other}"), owner.get("/projects/99999")
    assert hidden.status_code == missing.status_code == 404
    assert owner.get(f"/projects/{other}/progress").status_code == 404


def test_a_report_with_photos_is_kept_and_shown(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    sent = answers() | {"photos": (BytesIO(PICTURE), "三组段.jpg")}
    answer = owner.send(f"/projects/{project_id}/progress", sent, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert state(project_id).progress_bp == 7200
    page = owner.get(f"/projects/{project_id}").get_data(as_text=True)
    assert "路面浇筑完成" in page
    assert "三组段.jpg" in page
    attachment = db.session.scalars(select(Attachment)).one()
    photo = owner.get(f"/projects/photos/{attachment.id}")
    assert photo.data == PICTURE
    stranger = client_as(Role.OWNER, "县林业局", login="lin")
    assert stranger.get(f"/projects/photos/{attachment.id}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"progress_bp": "60"}, "比上次（64%）低"),
        ({"progress_bp": "101"}, "100"),
        ({"reported_on": "2099-01-01"}, "不能晚于今天"),
        ({"status": "80"}, "形象进度应为 100%"),
        ({"status": "60", "progress_bp": "0"}, "请填写退回原因"),
        ({"words": ""}, "请填写本期完成"),
    ],
)
def test_a_report_that_cannot_be_is_refused_at_its_box_and_keeps_what_was_typed(
    app: Flask, client_as: Clients, changed: dict[str, str], sentence: str
) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    answer = owner.send(f"/projects/{project_id}/progress", answers(**changed))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert changed.get("words", "路面浇筑完成") in page
    assert state(project_id).progress_bp == 6400


def test_a_project_goes_back_a_stage_with_a_reason_and_loses_its_later_dates(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    path = f"/projects/{project_id}/progress"
    done = answers(status="80", progress_bp="100")
    held = owner.send(path, done)
    assert held.status_code == 422
    assert "还缺" in held.get_data(as_text=True)
    assert "完工报告" in held.get_data(as_text=True)
    papers = {f"place-{code}": "县局档案室" for code in ("7002", "7003", "7004", "8001", "8002")}
    assert owner.send(path, done | papers).status_code == 302
    assert state(project_id).completed_on == date(2024, 11, 18)
    back = answers(status="70", progress_bp="90", reason="三组段返工")
    assert owner.send(path, back).status_code == 302
    now = state(project_id)
    assert (now.status, now.completed_on) == (ProjectStatus.UNDER_WAY, None)


def test_a_step_waits_for_its_papers_which_are_handed_in_or_promised_on_the_same_page(
    app: Flask, client_as: Clients
) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    path = f"/projects/{project_id}/progress"
    page = owner.get(path).get_data(as_text=True)
    assert "进入“完工”要的资料" in page
    given = {"paper-8001": (BytesIO(PICTURE), "完工报告.jpg"), "place-8002": "县局档案室", "until-7003": "2024-13-01"}
    done = answers(status="80", progress_bp="100")
    refused = owner.send(path, done | given, content_type="multipart/form-data")
    assert "进度表的后补日期" in refused.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(ProjectPaper)) == 0, "a refused report keeps no paper"
    with act(by=None, what="看日期") as opened:
        until = (opened.day + timedelta(days=30)).isoformat()
    promised = {f"until-{c}": until for c in ("7002", "7004")} | {
        f"why-{c}": "施工单位正在装订" for c in ("7002", "7004")
    }
    given = {"paper-8001": (BytesIO(PICTURE), "完工报告.jpg"), "place-8002": "县局档案室"} | promised
    answer = owner.send(path, done | given, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert state(project_id).status is ProjectStatus.COMPLETED
    there = {p.stage_paper: p.promised_on is not None for p in db.session.scalars(select(ProjectPaper))}
    assert there == {"8001": False, "8002": False, "7002": True, "7004": True}


def test_photos_sent_in_pieces_go_on_where_the_line_broke_and_are_one_act(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    page, path = f"/projects/{project_id}/progress", f"/construction/{project_id}/photos"
    sha256, size = hashlib.sha256(PICTURE).hexdigest(), len(PICTURE)

    def piece(begin: int, content: bytes, of: OfficeClient = owner) -> object:
        told = {"sha256": sha256, "begin": str(begin), "size": str(size), "piece": (BytesIO(content), "piece")}
        token = {"csrf_token": of.token(page)["csrf_token"]} if of is owner else {}
        return of.post(path, data=token | told, content_type="multipart/form-data")

    assert piece(0, PICTURE[:100]).json == {"received": 100}
    assert piece(0, PICTURE[:100]).json == {"received": 100}, "the same piece again changes nothing"
    sent = answers(sent=f"{sha256}|1731898800000|路面.jpg")
    assert owner.send(page, sent).status_code == 422, "half a photo is not reported"
    assert piece(150, PICTURE[150:]).json == {"received": 100}, "a piece that leaves a gap is not taken"
    assert owner.get(f"{path}?sha256={sha256}").json == {"received": 100}
    assert piece(100, PICTURE[100:]).json == {"received": size}
    ready = owner.token(page) | sent
    assert {owner.post(page, data=ready).status_code for _ in range(5)} == {302}
    db.session.rollback()
    kept = db.session.scalars(select(Attachment)).one()
    assert (kept.sha256, kept.name) == (sha256, "路面.jpg")
    assert kept.taken_at is not None
    assert owner.get(f"{path}?sha256={sha256}").json == {"received": 0}, "what is reported is no longer kept apart"
    stranger = client_as(Role.OWNER, "县林业局", login="lin")
    assert stranger.get(f"{path}?sha256={sha256}").status_code == 404


def test_the_place_is_kept_only_with_the_consent_ticked_on_that_page(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    path = f"/projects/{project_id}/progress"
    place = {"latitude": "34.893712", "longitude": "106.853401"}
    assert owner.send(path, answers(**place)).status_code == 302
    assert owner.send(path, answers(progress_bp="75", consent="1", **place)).status_code == 302
    rows = db.session.scalars(select(ProgressReport).order_by(ProgressReport.id)).all()
    assert [(str(r.latitude), str(r.longitude)) for r in rows] == [("None", "None"), ("34.893712", "106.853401")]


def test_two_people_saving_one_project_are_shown_both_texts(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    first, second = client_as(Role.OWNER, "县水利局"), client_as(Role.OWNER, "县水利局", login="er")
    path = f"/projects/{project_id}/progress"
    read_before = second.token(path)
    assert first.send(path, answers()).status_code == 302
    late = second.post(path, data=read_before | answers(progress_bp="75", words="我写的内容"))
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "我写的内容" in page
    assert state(project_id).progress_bp == 7200


def test_twenty_copies_of_one_report_are_one_report(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    path = f"/projects/{project_id}/progress"
    sent = owner.token(path) | answers()
    assert {owner.post(path, data=sent).status_code for _ in range(20)} == {302}
    assert db.session.scalar(select(func.count()).select_from(ProgressReport)) == 1


def test_a_file_that_is_no_picture_is_refused_by_its_content(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    owner = client_as(Role.OWNER, "县水利局")
    sent = answers() | {"photos": (BytesIO(b"MZ not a picture"), "三组段.jpg")}
    answer = owner.send(f"/projects/{project_id}/progress", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert state(project_id).progress_bp == 6400


def test_the_lead_bureau_returns_a_report_with_a_reason(app: Flask, client_as: Clients) -> None:
    project_id = a_project()
    client_as(Role.OWNER, "县水利局").send(f"/projects/{project_id}/progress", answers())
    lead = client_as(Role.LEAD)
    hidden = lead.token(f"/projects/{project_id}")
    lead.post(f"/projects/{project_id}/return", data=hidden | {"reason": "照片看不清"})
    assert "照片看不清" in client_as(Role.OWNER, "县水利局").get(f"/projects/{project_id}/progress").get_data(
        as_text=True
    )
