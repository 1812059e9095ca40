"""The sheet of a whole notice: a column for every line, blocks pasted by code, plans, and review of all of it; without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.desk import AllocationPlan
from fundsys.models.funds import Allocation
from fundsys.models.projects import Project
from fundsys.services import funds
from tests.counties import OfficeClient
from tests.money import approved_notice, drafted, given, make_projects, second_clerk, submitted
from tests.pages import Page
from tests.web.test_funds import boxes, clerk_flash, digest, live, notice_of, page, ticked, value_of

Clients = Callable[..., OfficeClient]


class Sheet:
    """A notice of three lines, an industry project, another one, and the address of the sheet."""

    def __init__(self) -> None:
        self.industry, self.other = make_projects(
            {"type": "PT010102", "wan": "80", "is_lead_industry": True}, {"type": "PT030103", "wan": "60"}
        )
        self.lines = approved_notice(("F101", "100"), ("F102", "50"), ("F201", "30"))
        self.notice = notice_of(self.lines[0])
        self.path = f"/notices/{self.notice}/allocate"

    def typed(self, **action: str) -> dict[str, str]:
        """65 of the first line and 12 of the third for industry, 5 of the second for the other."""
        return {
            funds.box(self.lines[0], self.industry): "65",
            funds.box(self.lines[2], self.industry): "12",
            funds.box(self.lines[1], self.other): "5",
        } | action


def stored() -> list[Any]:
    """Line, project, amount and state of every allocation."""
    a = Allocation
    with store.snapshot() as session:
        return [tuple(r) for r in session.execute(select(a.line_id, a.project_id, a.amount, a.state).order_by(a.id))]


def code_of(project: int) -> str:
    """The code of a project."""
    with store.snapshot() as session:
        return session.scalars(select(Project.code).where(Project.id == project)).one()


def test_a_notice_of_three_lines_is_counted_kept_and_handed_over_as_one(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    before = digest()
    read = page(clerk.send(made.path, made.typed(action="count")))
    assert digest() == before
    assert live(read, f"sum-{made.industry}") == "77.00"
    assert live(read, f"short-{made.industry}") == "3.00"
    assert [live(read, f"left-{line}") for line in made.lines] == ["35.00", "45.00", "18.00"]
    assert "剩余 98.00" in live(read, "balance")
    assert "之后 93.90%" in live(read, "rules")
    assert clerk.send(made.path, made.typed(action="save")).status_code == 302
    read = page(clerk.get(made.path))
    assert "已存草稿：新增 3 笔" in clerk_flash(read)
    assert clerk.post(made.path, data=boxes(read) | {"action": "submit"}).status_code == 302
    assert "已提交复核 3 笔，合计 82.00 万元" in clerk_flash(page(clerk.get(made.path)))
    assert {state for *_, state in stored()} == {MoneyState.SUBMITTED}


@pytest.mark.only_on("sqlite")
def test_one_line_of_several_has_a_sheet_of_its_own_with_the_way_to_the_whole(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    clerk.send(made.path, made.typed(action="save"))
    read = page(clerk.get(f"/allotments/{made.lines[0]}/allocate"))
    assert [e.get("href") for e in read.all("a") if "整份指标文" in "".join(e.itertext())] == [made.path]
    assert (
        clerk.post(f"/allotments/{made.lines[0]}/allocate", data=boxes(read) | {"action": "submit"}).status_code == 302
    )
    assert sorted(state.code for *_, state in stored()) == ["draft", "draft", "submitted"]


@pytest.mark.only_on("sqlite")
def test_a_line_that_gives_too_much_is_named_and_nothing_is_saved(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    over = {funds.box(made.lines[2], made.other): "18.000001"}
    read = page(clerk.send(made.path, made.typed(action="count") | over))
    assert live(read, f"left-{made.lines[2]}") == "超 0.000001"
    assert "省级·巩固衔接超出 0.000001" in live(read, "balance")
    read = page(clerk.send(made.path, made.typed(action="save") | over), 422)
    assert "剩余 30.00 万元，不够本次分配 30.000001 万元，请减少 0.000001 万元" in read.complaints()[0]
    assert value_of(read, funds.box(made.lines[2], made.other)) == "18.000001"
    assert stored() == []


@pytest.mark.only_on("sqlite")
def test_the_planned_investment_is_asked_of_all_lines_together(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    typed = {funds.box(made.lines[0], made.other): "40", funds.box(made.lines[1], made.other): "20.000001"}
    read = page(clerk.send(made.path, typed | {"action": "submit"}), 422)
    assert "超出计划投资 0.000001 万元，请填写超计划原因" in read.complaints()[0]
    assert "请填写批准超计划的文号" in read.complaints()[1]
    told = typed | {f"reason-{made.other}": "材料涨价", f"paper-{made.other}": "陇政函〔2024〕18号", "action": "submit"}
    assert clerk.send(made.path, told).status_code == 302
    review = page(client_as(Role.FINANCE_REVIEW).get(f"/notices/{made.notice}/review-allocations"))
    words = [row[-1] for row in review.table("提交的分配")[1:3]]
    assert words == ["超计划 0.000001：材料涨价（陇政函〔2024〕18号）"] * 2
    typed = {funds.box(made.lines[0], made.industry): "40", funds.box(made.lines[1], made.industry): "20"}
    assert clerk.send(made.path, typed | {"action": "submit"}).status_code == 302


# ---------- a block by code or name ----------


def test_a_block_by_code_or_name_fills_the_boxes_and_tells_the_rest(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    (old,) = make_projects({"code": "2023-0777", "year": 2023, "name": "上年续建"})
    make_projects({"status": ProjectStatus.PROPOSED, "admitted_on": None, "name": "库外的"})
    block = f"{code_of(made.industry)}\t11\t\t2.5\r\n上年续建\t７\r\n库外的\t3\r\n2024-9999\t5\t6\n合计\t26"
    before = digest()
    data = {funds.box(made.lines[1], made.other): "4", "block": block, "action": "fill"}
    read = page(clerk.send(made.path, data))
    assert digest() == before
    assert value_of(read, funds.box(made.lines[0], made.industry)) == "11"
    assert value_of(read, funds.box(made.lines[2], made.industry)) == "2.5"
    assert value_of(read, funds.box(made.lines[0], old)) == "７"
    assert value_of(read, funds.box(made.lines[1], made.other)) == "4", "what was typed stays"
    assert read.values()["block"].split("\n") == ["库外的\t3", "2024-9999\t5\t6", "合计\t26"]
    told = live(read, "pasted")
    for words in ("填入了 2 个项目", "有 3 行没有填入", "“2024-9999”的项目", "库外的”没有入库", "合计行"):
        assert words in told
    assert clerk.post(made.path, data=boxes(read) | {"action": "save"}).status_code == 302
    assert len(stored()) == 4


@pytest.mark.only_on("sqlite")
def test_a_block_begins_in_the_column_that_had_the_cursor(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    data = {"block": f"{code_of(made.other)}\t9", "at": str(made.lines[1]), "action": "fill"}
    read = page(clerk.send(made.path, data))
    assert value_of(read, funds.box(made.lines[1], made.other)) == "9"
    assert value_of(read, funds.box(made.lines[0], made.other)) == ""


# ---------- plans ----------


def test_a_plan_is_kept_from_the_sheet_loaded_compared_and_adopted(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    answer = clerk.send(made.path, made.typed(action="plan", plan_name="先保产业"))
    assert answer.status_code == 302
    assert stored() == []
    read = page(clerk.get(answer.location))
    assert value_of(read, funds.box(made.lines[2], made.industry)) == "12.00"
    assert "先保产业" in "".join(read.one("div", class_="fs-title").itertext())
    more = boxes(read) | {funds.box(made.lines[1], made.other): "25", "plan_name": "多给非产业", "action": "plan"}
    assert clerk.post(answer.location, data=more).status_code == 302
    compared = page(clerk.get(f"/notices/{made.notice}/plans"))
    table = compared.table("各方案给每个项目的金额")
    assert [cell.replace("万元", "").strip() for cell in table[0][4:6]] == ["先保产业", "多给非产业"]
    assert table[1][-1] == "相同" and table[2][-1] == "不同"
    assert [row[0] for row in compared.table("各方案下的规则")[1:]][0].startswith("产业发展资金占比 R65 不同")
    hidden = {e.get("name"): e.get("value") for e in form_to(compared, "/plans/1/adopt").iter("input")}
    assert clerk.post("/plans/1/adopt", data=hidden).status_code == 302
    assert [(line, project, amount) for line, project, amount, _ in stored()] == [
        (made.lines[0], made.industry, Money.wan(65)),
        (made.lines[1], made.other, Money.wan(5)),
        (made.lines[2], made.industry, Money.wan(12)),
    ]


def form_to(read: Page, action: str) -> Any:
    """The form that is sent to an address."""
    (found,) = [form for form in read.all("form") if form.get("action") == action]
    return found


@pytest.mark.only_on("sqlite")
def test_the_lead_bureau_makes_a_proposal_on_the_same_sheet_and_cannot_allocate(client_as: Clients) -> None:
    made, lead = Sheet(), client_as(Role.LEAD)
    read = page(lead.get(made.path))
    values = [e.get("value") for e in read.all("button")]
    assert "plan" in values and "save" not in values and "submit" not in values
    refused = page(lead.send(made.path, made.typed(action="save")), 422)
    assert "不能分配资金" in refused.complaints()[0]
    assert stored() == []
    assert lead.send(made.path, made.typed(action="plan", plan_name="主管部门建议")).status_code == 302
    told = page(client_as(Role.FINANCE_ENTRY).get(f"/notices/{made.notice}/plans")).table("方案")
    assert told[1][1:3] == ["主管部门建议", "主管部门甲 建议"]
    assert lead.post("/plans/1/adopt", data=lead.token(f"/notices/{made.notice}/plans")).status_code == 403


@pytest.mark.only_on("sqlite")
def test_a_plan_without_a_name_is_asked_for_one_and_nothing_typed_is_lost(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    read = page(clerk.send(made.path, made.typed(action="plan")), 422)
    assert "请填写方案名称" in read.complaints()[0]
    assert value_of(read, funds.box(made.lines[0], made.industry)) == "65"
    with store.snapshot() as session:
        assert session.scalars(select(AllocationPlan.id)).all() == []


# ---------- review ----------


def test_the_reviewer_approves_the_whole_notice_as_it_was_before_them(client_as: Clients) -> None:
    made, clerk, checker = Sheet(), client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    clerk.send(made.path, made.typed(action="submit"))
    path = f"/notices/{made.notice}/review-allocations"
    read = page(checker.get(path))
    assert [row[3] for row in read.table("提交的分配")[1:4]] == ["中央·巩固衔接", "中央·以工代赈", "省级·巩固衔接"]
    assert "之后 93.90%" in live(read, "rules")
    seen = boxes(read) | ticked(read) | {"action": "approve"}
    # meanwhile a colleague hands over more, and one row goes back and comes again with another amount
    drafted(made.lines[1], made.industry, "1", by=second_clerk())
    submitted(made.lines[1], by=second_clerk())
    first = ticked(read)["chosen"][0]
    checker.post(
        path, data=boxes(read) | {"chosen": [first], "action": "return", "reason": "再核"} | checker.token(path)
    )
    sheet = boxes(page(clerk.get(made.path)))
    clerk.post(made.path, data=sheet | {funds.box(made.lines[0], made.industry): "66", "action": "submit"})
    told = page(checker.post(path, data=seen), 409)
    assert "有变化" in "".join(told.root.itertext())
    assert {state for *_, state in stored()} == {MoneyState.SUBMITTED}
    read = page(checker.get(path))
    assert checker.post(path, data=boxes(read) | ticked(read) | {"action": "approve"}).status_code == 302
    assert {state for *_, state in stored()} == {MoneyState.APPROVED}


@pytest.mark.only_on("sqlite")
def test_headroom_is_told_in_both_directions_to_the_fen(client_as: Clients) -> None:
    made, clerk = Sheet(), client_as(Role.FINANCE_ENTRY)
    given(made.lines[0], [(made.industry, "70"), (made.other, "10")])
    told = live(page(clerk.get(made.path)), "rooms")
    assert "还可再安排非产业 27.692307" in told
    assert "还可减少产业 51.428571" in told
    strip = live(page(clerk.get(made.path)), "rules")
    assert "还可安排非产业 27.692307 万元" in strip
    assert "至少再安排产业 47.00 万元" in strip
