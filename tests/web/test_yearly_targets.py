"""Pages of yearly targets, their reports and policy documents, from the unit's desk to the leader's."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from fundsys import printing
from fundsys.domain.rights import Role
from fundsys.models.yearly_targets import TargetReport, YearTarget
from tests.counties import OfficeClient
from tests.pages import Page
from tests.services.test_policy_documents import entered
from tests.yearly_targets import FARMS, GROUP, held, on, reported, target_id, version_of

pytestmark = pytest.mark.only_on("sqlite")
Clients = Callable[..., OfficeClient]


def text(client: OfficeClient, path: str) -> str:
    """The text of a page."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_data(as_text=True)


def test_the_list_leads_to_the_rule_and_to_the_reports(client_as: Clients) -> None:
    lead = client_as(Role.LEAD)
    page = text(lead, "/targets")
    assert "/checks/R65" in page and f"/targets/{target_id(FARMS)}" in page and "逾期未报" in page
    only = text(lead, "/targets?stand=plain&kind=slogan")
    assert "百校联百县兴千村" in only and "新建各类型养殖场" not in only
    assert "没有符合条件的目标" in text(lead, "/targets?q=没有这样的目标")


def test_a_target_fed_by_a_threshold_is_edited_there_and_only_there(client_as: Clients) -> None:
    page = text(client_as(Role.LEAD), f"/targets/{target_id('T002')}")
    assert "/policy/2024/industry_share_min" in page and "提出新的目标值" not in page
    assert "提出新的目标值" in text(client_as(Role.LEAD), f"/targets/{target_id(FARMS)}")


def test_from_the_units_report_to_the_confirmed_figure(app: Flask, client_as: Clients) -> None:
    owner, lead = client_as(Role.OWNER, "县农业农村局"), client_as(Role.LEAD)
    key = target_id(FARMS)
    assert "填报" in text(owner, "/target-reports?year=2024&month=9")
    path = f"/targets/{key}/report?month=9"
    paper = (io.BytesIO(b"%PDF-1.4 list"), "统计表.pdf")
    answer = owner.send(
        path, {"month": "9", "figure": "20", "words": "建成 20 个", "papers": paper, "action": "submit"}
    )
    assert answer.status_code == 302, Page(answer.get_data(as_text=True)).text
    report = int(answer.location.rsplit("/", 1)[1])
    assert "统计表.pdf" in text(lead, f"/target-reports/{report}")
    sent = {"chosen": str(report), f"seen-{report}": str(version_of(TargetReport, report)), "action": "approve"}
    assert lead.send("/target-reports/review", sent).status_code == 302
    assert "正好" in text(lead, f"/targets/{key}")
    assert owner.get(f"/target-reports/{report}/edit").status_code == 302
    answer = owner.send(f"/target-reports/{report}/correct", {"month": "9", "figure": "19", "action": "save"})
    assert answer.status_code == 302 and "更正的月报" in text(owner, answer.location)
    town = client_as(Role.TOWN)
    assert town.get(f"/target-reports/{report}").status_code == 404


def test_a_wrong_report_keeps_what_was_typed(client_as: Clients) -> None:
    owner = client_as(Role.OWNER, "县农业农村局")
    answer = owner.send(f"/targets/{target_id(FARMS)}/report", {"month": "9", "words": "正在统计", "action": "submit"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "请填写年初至本月末的累计完成数" in page and "正在统计" in page


def test_a_new_figure_goes_from_the_lead_bureau_to_the_leader(client_as: Clients) -> None:
    lead, leader, key = client_as(Role.LEAD), client_as(Role.LEADER), target_id(FARMS)
    sent = lead.token(f"/targets/{key}") | {"value": "25", "document": "陇县办发〔2024〕9号"}
    assert lead.post(f"/targets/{key}/figure", data=sent).status_code == 302
    page = text(leader, "/targets/confirm")
    assert "25 个" in page and "陇县办发〔2024〕9号" in page
    assert (
        leader.send("/targets/confirm", {"chosen": str(key), f"seen-{key}": "2", "action": "approve"}).status_code
        == 302
    )
    assert "= 25 个" in text(lead, f"/targets/{key}")
    told = {"name": "新建各类养殖场", "clause": "第16条", "units": "县农业农村局\n各镇", "note": "", "active": "1"}
    told["reporting_unit"] = ""
    assert "请选择填报单位" in lead.send(f"/targets/{key}/edit", told).get_data(as_text=True)


def test_a_document_is_entered_confirmed_offered_and_shown_behind_the_rule(client_as: Clients) -> None:
    finance, leader = client_as(Role.FINANCE_REVIEW), client_as(Role.LEADER)
    told = {"title": "陇县2024年工作要点", "kind": "plan", "issuer": "县委实施乡村振兴战略领导小组",
            "issued_on": "2024-03-01", "valid_from": "2024-01-01", "valid_to": "2024-06-30"}  # fmt: skip
    answer = finance.send("/policy-documents/new", told)
    assert answer.status_code == 302
    assert "政策文件 1 份待确认" in text(leader, "/?all=1")
    assert (
        leader.post(f"{answer.location}/decide", data=leader.token(answer.location) | {"action": "approve"}).status_code
        == 302
    )
    assert "产业发展资金占比下限" in text(finance, answer.location)
    assert "失效" in text(finance, "/policy/2024/industry_share_min") and "失效" in text(finance, "/policy/")
    assert "依据文件：" in text(finance, "/checks/R65?year=2024")


def test_valid_documents_are_offered_and_free_text_still_works(client_as: Clients) -> None:
    entered()
    finance = client_as(Role.FINANCE_REVIEW)
    assert "《陇县衔接资金项目管理办法》（陇政办发〔2021〕40号）" in text(finance, "/policy/2024/patrol_interval")
    answer = finance.send("/policy/2024/patrol_interval", {"text": "25", "document": "县长办公会口头意见"})
    assert answer.status_code == 302


def rows_of(code: str, **where: str) -> dict[str, dict[str, object]]:
    """The rows of a dispatch sheet by the code of their target."""
    with printing.sheet(printing.Order(code, 2024, where)) as sheet:
        return {row.code: {name: getattr(row, name) for name in row.__slots__} for row in sheet.rows()}


def test_dispatch_sheets_tell_what_month_and_quarter_added(app: Flask, tmp_path: Path) -> None:
    reported(FARMS, 8, on(9, 3), figure=8)
    reported(FARMS, 9, on(10, 3), figure=12, problem="用地手续慢", next_step="10月底前办结")
    held(GROUP, date(2024, 9, 20), on(10, 3))
    month = rows_of("PF61", month="9")
    assert (month[FARMS]["added"], month[FARMS]["reached"], month[FARMS]["distance"]) == ("4 个", "12 个", "差 8 个")
    assert (month[FARMS]["problem"], month[FARMS]["next_step"]) == ("用地手续慢", "10月底前办结")
    assert month[GROUP]["added"] == "1 次" and "T043" not in month
    quarter = rows_of("PF62", quarter="3")
    assert quarter[FARMS]["added"] == "8月 8 个；9月 4 个"
    assert set(rows_of("PF61", month="9", unit="县财政局")) < set(month)
    for order, title in (
        (printing.Order("PF61", 2024, {"month": "9"}), "2024年9月目标任务调度表"),
        (printing.Order("PF62", 2024, {"quarter": "3"}), "2024年第3季度目标任务调度表"),
    ):
        with printing.sheet(order) as sheet:
            assert sheet.ledger.title == title
    target = tmp_path / "dispatch.pdf"
    assert printing.print_ledger(printing.Order("PF61", 2024, {"month": "9"}), target).row_count == len(month)


def test_a_form_about_a_target_sent_three_times_is_one_act(client_as: Clients) -> None:
    lead, leader, key = client_as(Role.LEAD), client_as(Role.LEADER), target_id(FARMS)
    told = {"name": "庭院经济示范户", "clause": "第10条", "units": "县农业农村局", "active": "1", "code": "T083", "kind": "target",
            "comparison": ">=", "unit": "户", "value": "50", "document": "陇县办发〔2024〕9号"}  # fmt: skip
    unit = re.search(r'<option value="(\d+)">县农业农村局', text(lead, "/targets/new"))
    assert unit is not None
    lead.thrice("/targets/new", told | {"reporting_unit": unit[1]})
    edited = {name: told[name] for name in ("name", "clause", "units", "active")} | {"reporting_unit": unit[1]}
    lead.thrice(f"/targets/{key}/edit", edited)
    lead.thrice(f"/targets/{key}", {"value": "25", "document": "陇县办发〔2024〕9号"}, to=f"/targets/{key}/figure")
    lead.thrice(f"/targets/{key}", {"action": "recall"}, to=f"/targets/{key}/step")
    lead.thrice(f"/targets/{key}", {"action": "again"}, to=f"/targets/{key}/step")
    seen = {"chosen": str(key), f"seen-{key}": str(version_of(YearTarget, key)), "reason": "依据不足"}
    leader.thrice("/targets/confirm", seen | {"action": "return"})
    assert "依据不足" in text(lead, f"/targets/{key}")


def test_a_form_about_a_report_sent_three_times_is_one_act(client_as: Clients) -> None:
    office, lead, key = client_as(Role.LEAD, login="banshiyuan"), client_as(Role.LEAD), target_id(GROUP)
    told = {"month": "3", "figure": "0", "words": "没有开展"}
    office.thrice(f"/targets/{key}/report", told | {"action": "save"})
    page = text(office, f"/targets/{key}")
    report = int(max(re.findall(r"/target-reports/(\d+)", page)))
    office.thrice(f"/target-reports/{report}/edit", told | {"words": "本季没有开展", "action": "save"})
    office.thrice(f"/target-reports/{report}", {"action": "submit"}, to=f"/target-reports/{report}/step")
    seen = {"chosen": str(report), f"seen-{report}": str(version_of(TargetReport, report)), "action": "approve"}
    lead.thrice("/target-reports/review", seen)
    office.thrice(f"/target-reports/{report}/correct", told | {"strikes": "1", "action": "submit"})
    office.thrice(f"/targets/{key}/report", told | {"month": "4", "action": "save"})
    draft = int(max(re.findall(r"/target-reports/(\d+)", text(office, f"/targets/{key}")), key=int))
    office.thrice(f"/target-reports/{draft}", {"action": "delete"}, to=f"/target-reports/{draft}/step")


def test_a_form_about_a_document_sent_three_times_is_one_act(client_as: Clients) -> None:
    finance, leader = client_as(Role.FINANCE_REVIEW), client_as(Role.LEADER)
    told = {
        "title": "以工代赈工作方案",
        "kind": "plan",
        "issuer": "县发改局",
        "issued_on": "2024-03-01",
        "valid_from": "2024-03-01",
    }
    finance.thrice("/policy-documents/new", told)
    path = "/policy-documents/1"
    finance.thrice(path, {"action": "recall"}, to=f"{path}/decide")
    finance.thrice(f"{path}/edit", told | {"issuer": "县发改局、县人社局"})
    leader.thrice(path, {"action": "approve"}, to=f"{path}/decide")
    finance.thrice(path, {"valid_to": "2025-12-31"}, to=f"{path}/end")
    leader.thrice(path, {"action": "return", "reason": "没有失效的文件"}, to=f"{path}/decide")
