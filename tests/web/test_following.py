"""The pages that follow the money: what a person sees, and where each figure leads."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing
from fundsys.domain.rights import Role
from fundsys.reports.press.agree import agree
from tests.counties import OfficeClient
from tests.followed import allotted_to, paid_out, passed_on
from tests.money import approved_notice, make_projects
from tests.queries.test_treasury import a_book

Clients = Callable[..., OfficeClient]
EARLY = {"issued_on": date(2024, 1, 5), "received_on": date(2024, 1, 8)}


def a_project_on_its_way() -> tuple[int, int]:
    """A line and a project that has got, passed on and paid some of it."""
    (project,) = make_projects({"wan": "900"})
    (line,) = approved_notice(("F101", "100"), **EARLY)
    allotted_to(line, project, "60", date(2024, 2, 1))
    passed_on(line, project, "50", date(2024, 3, 1))
    paid_out(line, project, "17.123456", date(2024, 3, 31), voucher_no="2024-03-记-0031")
    return line, project


def words(page: str) -> str:
    """The text of a page's main part."""
    main = re.search(r"<main.*</main>", page, re.S)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main.group(0))).split())


def test_spending_says_behind_and_leads_to_the_rows_that_make_the_figure(app: Flask, client_as: Clients) -> None:
    a_project_on_its_way()
    clerk = client_as(Role.FINANCE_ENTRY)
    page = clerk.get("/following/spending?until=2024-04-01&by=source").get_data(as_text=True)
    told = words(page)
    assert "落后 3月31日 30%，低 1.47 个百分点，差 0.876544 万元" in told
    assert "到 6月30日 50%，还须支付 12.876544 万元" in told
    link = next(unescape(u) for u in re.findall(r'href="([^"]*/rows/paid[^"]*source=[^"]*)"', page))
    rows = words(clerk.get(link).get_data(as_text=True))
    assert "合计 1 笔 17.12" in rows and "关山路桥工程有限公司" in rows


@pytest.mark.parametrize("by", ["notice", "source", "level", "unit", "town", "month"])
def test_every_grouping_opens_and_an_empty_year_says_so(app: Flask, client_as: Clients, by: str) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    assert clerk.get(f"/following/spending?by={by}").status_code == 200
    a_project_on_its_way()
    assert "17.12" in words(clerk.get(f"/following/spending?by={by}").get_data(as_text=True))


def test_a_wrong_day_is_refused_in_words_and_the_page_still_stands(app: Flask, client_as: Clients) -> None:
    page = client_as(Role.LEADER).get("/following/spending?until=下个月").get_data(as_text=True)
    assert "“下个月”不是日期" in words(page)


@pytest.mark.parametrize("code", ["LG14", "PF01", "PF03", "PF04"])
def test_screen_paper_workbook_and_csv_of_the_forms_agree(app: Flask, tmp_path: Path, code: str) -> None:
    a_project_on_its_way()
    with printing.sheet(printing.Order(code, year=2024, until=date(2024, 4, 1))) as sheet:
        for suffix in ("pdf", "xlsx", "csv", "html"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert sheet.count
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []


def test_the_clerk_takes_in_the_treasurys_list_and_sees_what_differs(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    a_project_on_its_way()
    clerk = client_as(Role.FINANCE_ENTRY)
    row = (1, date(2024, 3, 31), "2024-03-记-0031", "关山路桥工程有限公司", "", "171234.55", "")
    book = a_book(tmp_path / "三月.xlsx", row).read_bytes()

    def send() -> str:
        told = clerk.token("/following/treasury") | {"file": (io.BytesIO(book), "三月.xlsx"), "unit": ""}
        answer = clerk.post("/following/treasury", data=told, follow_redirects=True)
        return words(answer.get_data(as_text=True))

    page = send()
    assert "收下 1 笔，合计 171234.55 元" in page
    assert "金额：171234.56 元／171234.55 元" in page and "国库合计等于清单合计 171,234.55 元" in page
    assert "已经收过，什么也没有变" in send()
    assert "没有这种结果的支付" in words(clerk.get("/following/treasury/1?result=only_here").get_data(as_text=True))
    assert client_as(Role.FINANCE_REVIEW).get("/following/treasury/1").status_code == 200
    assert "收一份清单" not in words(client_as(Role.INSPECTOR).get("/following/treasury").get_data(as_text=True))
    with printing.sheet(printing.Order("PF12", year=2024)) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []


def test_a_wrong_list_is_refused_with_its_cells_and_nothing_is_kept(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    book = a_book(tmp_path / "x.xlsx", (1, "十月", "0001", "甲", "", 5, ""), (2, "2024-10-11", "2", "乙", "", 5, ""))
    told = clerk.token("/following/treasury") | {"file": (io.BytesIO(book.read_bytes()), "x.xlsx")}
    answer = clerk.post("/following/treasury", data=told)
    assert answer.status_code == 422
    assert "B4 “十月”不是日期" in words(answer.get_data(as_text=True))
    assert "还没有收过国库支付清单" in words(clerk.get("/following/treasury").get_data(as_text=True))


def test_the_trail_shows_each_step_and_its_gaps_and_is_found_by_number(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    _, project = a_project_on_its_way()
    clerk = client_as(Role.FINANCE_ENTRY)
    told = words(clerk.get(f"/following/trail/projects/{project}").get_data(as_text=True))
    assert "已分配未拨付 10.00 万元" in told and "已拨付未支付 32.876544 万元" in told
    code = re.search(r"2024-\d{4}", told)
    assert code
    found = clerk.get(f"/following/trail?q={code.group(0)}")
    assert found.location.endswith(f"/following/trail/projects/{project}")
    assert "没有找到“无此项目”" in words(clerk.get("/following/trail?q=无此项目").get_data(as_text=True))
    notice = words(clerk.get("/following/trail/notices/1?until=2024-02-15").get_data(as_text=True))
    assert "未分配到项目 40.00 万元" in notice and "截至 2024年2月15日" in notice
    assert clerk.get("/following/trail/notices/999").status_code == 404
    with printing.sheet(printing.Order("PF11", year=2024, where={"project": code.group(0)})) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []


def test_the_flow_draws_each_part_as_a_link_with_its_table_beneath(app: Flask, client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    assert "这一年还没有已复核的分配" in words(clerk.get("/following/flow").get_data(as_text=True))
    a_project_on_its_way()
    page = clerk.get("/following/flow").get_data(as_text=True)
    told = words(page)
    assert "净额 60.00 万元" in told and "产业发展资金占比" in told and "支出曲线与节点" in told
    links = [unescape(u) for u in re.findall(r'<a href="([^"]*rows/allocated[^"]*kind=[^"]*)"', page)]
    assert links and all("合计 1 笔 60.00" in words(clerk.get(u).get_data(as_text=True)) for u in links)
    owner = words(client_as(Role.TOWN).get("/following/flow").get_data(as_text=True))
    assert "产业发展资金占比" not in owner


def test_ageing_names_what_lies_and_since_when(app: Flask, client_as: Clients) -> None:
    a_project_on_its_way()
    clerk = client_as(Role.FINANCE_ENTRY)
    told = words(clerk.get("/following/ageing?until=2024-05-02").get_data(as_text=True))
    assert "超过分解期限 85 天，已过零分日" in told and "42.88 闲置" in told
    assert "“某天”不是日期" in words(clerk.get("/following/ageing?until=某天").get_data(as_text=True))
    assert client_as(Role.OWNER).get("/following/ageing").status_code == 200


def test_each_form_is_asked_for_on_its_page_and_the_project_leads_to_its_trail(app: Flask, client_as: Clients) -> None:
    _, project = a_project_on_its_way()
    clerk = client_as(Role.FINANCE_ENTRY)
    assert clerk.get("/ledgers/LG14").status_code == 200
    assert "按什么统计" in words(clerk.get("/ledgers/PF03?by=town&until=2024-04-01").get_data(as_text=True))
    assert "请指明一个项目" in words(clerk.get("/ledgers/PF11").get_data(as_text=True))
    assert clerk.get("/ledgers/PF12").status_code == 200
    for page in (f"/projects/{project}", "/notices/1"):
        assert "/following/trail/" in clerk.get(page).get_data(as_text=True), page
