"""The import pages: upload, every bad cell, before and after, confirm once; the file does not outlive its business."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.imports import intake
from fundsys.models.papers import ImportRecord
from fundsys.models.projects import Project
from fundsys.services import incoming
from fundsys.web import imports as pages
from tests.counties import OfficeClient
from tests.imports.books import PROJECT, acts, book, count, taken
from tests.pages import Page

Clients = Callable[..., OfficeClient]
REAL = Path(__file__).resolve().parents[1] / "data" / "real"


def sent(client: OfficeClient, kind: str, path: Path, **told: str) -> str:
    """Upload a workbook; the address of its preview."""
    data = {"file": (io.BytesIO(path.read_bytes()), path.name)} | told
    answer = client.send(f"/imports/{kind}", data, content_type="multipart/form-data")
    assert answer.status_code == 302, Page(answer.get_data(as_text=True)).complaints()
    return str(answer.location)


def waiting() -> list[Path]:
    return sorted(incoming.folder().glob("*")) if incoming.folder().exists() else []


def test_a_book_is_uploaded_looked_at_and_stored_once(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    client = client_as(Role.LEAD)
    at = sent(client, "projects", book(tmp_path / "项目.xlsx", "projects", [PROJECT]))
    shown = Page(client.get(at).get_data(as_text=True))
    assert shown.h1 == "检查项目"
    assert count(Project) == 0
    form = client.token(at)
    before = acts()
    answers = [client.post(at, data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer.location for answer in answers}) == 1
    assert (count(Project), count(ImportRecord), acts()) == (1, 1, before + 1)
    assert waiting() == []
    index = client.get("/imports/").get_data(as_text=True)
    assert "项目.xlsx" in index and "新增 1 条" in index
    assert client.get(at).status_code == 404


def test_bad_cells_are_listed_and_the_book_comes_back_marked(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    client = client_as(Role.LEAD)
    rows = [PROJECT, PROJECT | {"code": "P-2", "name": "坏的", "planned_investment": "十二"}]
    at = sent(client, "projects", book(tmp_path / "项目.xlsx", "projects", rows))
    answer = client.get(at)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "H3" in text and "“十二”不是金额" in text and "确认存入" not in text
    assert client.post(at, data=client.token(at)).status_code == 422
    assert count(Project) == 0
    marked = load_workbook(io.BytesIO(client.get(f"{at}/refused.xlsx").data)).worksheets[0]
    heads = [cell.value for cell in marked[1]]
    bad = marked.cell(3, heads.index("计划投资（万元）") + 1)
    assert bad.value == "十二" and bad.comment is not None and bad.comment.text == "“十二”不是金额"
    assert bad.comment.author == "系统（导入检查）" and bad.fill.fgColor.rgb.endswith("F6D5D2")
    bad.value = 99
    corrected = tmp_path / "改好.xlsx"
    marked.parent.save(corrected)
    again = sent(client, "projects", corrected)
    assert "下载去掉标注的工作簿" in client.get(again).get_data(as_text=True)
    clean = load_workbook(io.BytesIO(client.get(f"{again}/clean.xlsx").data))
    assert clean.sheetnames == ["数据"] and clean.worksheets[0]["H3"].comment is None
    assert client.post(again, data=client.token(again)).status_code == 302
    assert count(Project) == 2


@pytest.mark.only_on("sqlite")
def test_changes_are_shown_before_and_after(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    client = client_as(Role.LEAD)
    taken("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]))
    at = sent(client, "projects", book(tmp_path / "b.xlsx", "projects", [PROJECT | {"name": "改了名的项目"}]))
    assert "项目名称：大力村奶山羊圈舍 → 改了名的项目" in client.get(at).get_data(as_text=True)


@pytest.mark.only_on("sqlite")
def test_a_county_table_asks_for_what_it_lacks_and_takes_it_from_the_form(app: Flask, client_as: Clients) -> None:
    client = client_as(Role.LEAD)
    at = sent(client, "projects", REAL / "泽库县2023年第二批中央衔接资金分配计划.xlsx")
    page = client.get(at)
    text = page.get_data(as_text=True)
    assert page.status_code == 422 and "表里没有项目年度、项目子类型、项目主管单位、项目状态" in text
    said = {
        "given_year": "2023",
        "given_type_id": "新型农村集体经济发展项目",
        "given_owner_unit_id": "县水利局",
        "given_status": "谋划",
    }
    assert client.post(f"{at}/given", data=client.token(at) | said).status_code == 302
    assert "检查通过" in client.get(at).get_data(as_text=True)
    wrong = client.token(at) | said | {"given_type_id": "没有这种"}
    client.post(f"{at}/given", data=wrong)
    assert "另外说明的值读不出来" in client.get(at).get_data(as_text=True)
    client.post(f"{at}/given", data=client.token(at) | said)
    assert client.post(at, data=client.token(at)).status_code == 302
    assert count(Project) == 6


@pytest.mark.only_on("sqlite")
def test_a_file_that_cannot_be_read_is_refused_at_its_box_and_not_kept(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    client = client_as(Role.LEAD)
    for name, content in (("假.xlsx", b"PK not a book"), ("表.exe", b"MZ"), ("空.xlsx", b"")):
        data = {"file": (io.BytesIO(content), name)}
        answer = client.send("/imports/projects", data, content_type="multipart/form-data")
        assert answer.status_code == 422, name
        assert Page(answer.get_data(as_text=True)).complaints(), name
    assert waiting() == []


@pytest.mark.only_on("sqlite")
def test_a_file_too_large_is_refused_and_not_kept(
    app: Flask, client_as: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as(Role.LEAD)
    monkeypatch.setattr(incoming, "LARGEST", 1000)
    data = {"file": (io.BytesIO(b"x" * 1001), "大.xlsx")}
    answer = client.send("/imports/projects", data, content_type="multipart/form-data")
    assert answer.status_code == 422 and "请拆分后再导入" in answer.get_data(as_text=True)
    assert waiting() == []


@pytest.mark.only_on("sqlite")
def test_an_upload_is_one_persons_and_may_be_left(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    client = client_as(Role.LEAD)
    at = sent(client, "projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]))
    other = client_as(Role.LEAD, login="other")
    hidden, missing = other.get(at), other.get(f"/imports/projects/{'0' * 32}")
    assert hidden.status_code == missing.status_code == 404
    assert len(waiting()) == 2
    assert client.post(f"{at}/cancel", data=client.token(at)).status_code == 302
    assert waiting() == []


@pytest.mark.only_on("sqlite")
def test_uploads_nobody_came_back_for_are_removed(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    import os

    client = client_as(Role.LEAD)
    path = book(tmp_path / "a.xlsx", "projects", [PROJECT])
    old, young = sent(client, "projects", path), sent(client, "projects", path)
    past = time.time() - incoming.KEPT_SECONDS - 1
    for file in waiting():
        if file.name.startswith(old.rsplit("/", 1)[1]):
            os.utime(file, (past, past))
    sent(client, "projects", path)
    assert client.get(old).status_code == 404
    assert client.get(young).status_code == 200
    assert incoming.sweep(0) == 4
    assert waiting() == []


@pytest.mark.only_on("sqlite")
def test_a_role_sees_and_opens_only_its_own_kinds(app: Flask, client_as: Clients) -> None:
    finance, lead = client_as(Role.FINANCE_ENTRY), client_as(Role.LEAD)
    assert finance.get("/imports/notices").status_code == lead.get("/imports/assets").status_code == 200
    assert finance.get("/imports/projects").status_code == lead.get("/imports/notices").status_code == 403
    assert (lead.get("/imports/income").status_code, lead.get("/imports/nothing").status_code) == (403, 404)
    shown = finance.get("/imports/").get_data(as_text=True)
    assert "指标文" in shown and "/imports/assets" not in shown


@pytest.mark.only_on("sqlite")
def test_templates_are_handed_out_blank_and_filled(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    client = client_as(Role.LEAD)
    taken("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]))
    blank = load_workbook(io.BytesIO(client.get("/imports/projects/template.xlsx").data)).worksheets[0]
    full = load_workbook(io.BytesIO(client.get("/imports/projects/template.xlsx?filled=1").data)).worksheets[0]
    assert (blank.max_row, full.max_row) == (2, 3)
    assert full["C3"].value == "大力村奶山羊圈舍"


@pytest.mark.only_on("sqlite")
def test_a_long_book_is_stored_by_a_job_that_can_be_followed(
    app: Flask, client_as: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_ONCE", 2)
    client = client_as(Role.LEAD)
    rows = [PROJECT | {"code": f"P-{n}", "name": f"第{n}项"} for n in range(3)]
    at = sent(client, "projects", book(tmp_path / "a.xlsx", "projects", rows))
    answer = client.post(at, data=client.token(at))
    assert answer.status_code == 302 and re.search(r"/imports/jobs/\d+$", answer.location)
    until = time.monotonic() + 60
    while (told := client.get(f"{answer.location}?json=1").get_json())["state"] == "running":
        assert time.monotonic() < until, told
        time.sleep(0.3)
    assert told["state"] == "done", told
    assert "新增 3 条，改动 0 条" in client.get(answer.location).get_data(as_text=True)
    assert (count(Project), count(ImportRecord), waiting()) == (3, 1, [])


@pytest.mark.only_on("sqlite")
def test_what_changed_between_looking_and_confirming_is_judged_anew(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    client = client_as(Role.LEAD)
    path = book(tmp_path / "a.xlsx", "projects", [PROJECT])
    at = sent(client, "projects", path)
    form = client.token(at)
    taken("projects", path)
    before = acts()
    assert client.post(at, data=form).status_code in (302, 422)
    assert (count(Project), acts()) == (1, before)
    assert store.exists(store.current_county()) and intake is not None


def test_a_server_starts_without_what_only_writes_templates(tmp_path: Path) -> None:
    begun = (
        "import sys, fundsys\n"
        f"fundsys.create_app({{'instance': {str(tmp_path)!r}, 'database_url': 'sqlite:///{tmp_path}/f.db'}})\n"
        "print('openpyxl' in sys.modules)\n"
        "import fundsys.imports.template\n"
        "print('openpyxl' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", begun], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "True"]
