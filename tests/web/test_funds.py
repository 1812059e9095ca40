"""The finance bureau's pages: without scripts, with nothing typed lost, and one form one act."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Callable
from datetime import date
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.base import Base
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.models.journal import Act as ActRow
from fundsys.models.journal import Change
from fundsys.queries import allotment_sheet
from fundsys.services import funds
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.figures import Figure
from tests.money import (
    approved_notice,
    drafted,
    entry_clerk,
    given,
    make_projects,
    reviewer,
    source_id,
    submitted,
)
from tests.pages import Page

Clients = Callable[..., OfficeClient]
TODAY = date(2024, 11, 1)


def page(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return Page(answer.get_data(as_text=True))


def value_of(read: Page, name: str) -> str:
    """What stands in a box."""
    return read.one("input", name_=name).attrib.get("value", "")


def boxes(read: Page) -> dict[str, str]:
    """Every box of the page with its text, as a browser would post it."""
    return {name: text for name, text in read.values().items() if name not in ("q", "kind", "add", "chosen")}


def live(read: Page, key: str) -> str:
    """The words of a live piece of the sheet."""
    (found,) = [e for e in read.root.iter() if e.attrib.get("id") == key]
    return "".join(found.itertext()).strip()


def notice_answers(**changed: str) -> dict[str, str]:
    """A notice as a clerk types it."""
    told = {
        "document_no": "宝市财办农(2024)12号",
        "title": "2024年中央财政衔接推进乡村振兴补助资金（第三批）",
        "issuing_unit": "宝鸡市财政局",
        "year": "2024",
        "batch": "3",
        "issued_on": "2024-10-18",
        "received_on": "20241021",
        "stated_total": "2,360",
        "rows": "3",
        "lines-1-source": str(source_id()),
        "lines-1-amount": "２３６０",
        "action": "save",
    }
    return told | {key.replace("__", "-"): value for key, value in changed.items()}


# ---------- notices ----------


def test_a_clerk_registers_a_notice_and_another_person_approves_it(client_as: Clients) -> None:
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    answer = clerk.send("/notices/new", notice_answers(action="submit"))
    assert answer.status_code == 302
    shown = page(clerk.get(answer.location))
    assert shown.h1 == "宝市财办农〔2024〕12号"
    assert shown.table("各行资金")[1][1:5] == ["2,360.00", "-", "-", "2,360.00"]
    assert "宝市财办农〔2024〕12号" in [row[0] for row in page(checker.get("/review")).table("待复核的指标文")]
    assert checker.send("/notices/1/review", {"action": "approve"}).status_code == 302
    assert page(clerk.get("/notices")).table("指标文")[1][-1] == "已复核"


@pytest.mark.only_on("sqlite")
def test_what_is_wrong_with_a_notice_is_said_at_its_box_and_nothing_typed_is_lost(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    wrong = {
        "stated_total": "二千",
        "received_on": "2024-10-12",
        "lines__1__amount": "abc",
        "lines__1__remark": "甲 & <乙>",
    }
    read = page(clerk.send("/notices/new", notice_answers(**wrong)), 422)
    complaints = read.complaints()
    assert any("“二千”不是金额" in c for c in complaints)
    assert any("第 1 行：“abc”不是金额" in c for c in complaints)
    assert value_of(read, "stated_total") == "二千"
    assert value_of(read, "received_on") == "2024-10-12"
    assert value_of(read, "lines-1-amount") == "abc"
    assert value_of(read, "lines-1-remark") == "甲 & <乙>"
    read = page(clerk.send("/notices/new", notice_answers(received_on="2024-10-12")), 422)
    assert read.complaints() == ["收文日期：收文日期不能早于下达日期 2024-10-18"]


@pytest.mark.only_on("sqlite")
def test_more_rows_are_given_without_losing_those_that_are_filled(client_as: Clients) -> None:
    read = page(client_as(Role.FINANCE_ENTRY).send("/notices/new", notice_answers(action="more")))
    assert len([e for e in read.all("select") if e.attrib["name"].endswith("-source")]) == 6
    assert value_of(read, "lines-1-amount") == "２３６０"


@pytest.mark.only_on("sqlite")
def test_lines_that_do_not_add_up_are_kept_as_a_draft_and_not_handed_over(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    read = page(clerk.send("/notices/new", notice_answers(lines__1__amount="2359.999999", action="submit")), 422)
    assert "少 0.000001 万元" in read.complaints()[0]
    assert clerk.send("/notices/new", notice_answers(lines__1__amount="2359.999999")).status_code == 302


def test_a_notice_saved_by_a_colleague_window_shows_both_texts_and_can_be_written_over(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    clerk.send("/notices/new", notice_answers())
    opened = clerk.token("/notices/1/edit")
    clerk.send("/notices/1/edit", notice_answers(title="先存的"))
    read = page(clerk.post("/notices/1/edit", data=opened | notice_answers(title="后存的")), 409)
    rows = {row[0]: row[1:] for row in read.table("现在存着的和您填的")}
    assert rows["文件标题"] == ["先存的", "后存的"]
    again = {e.attrib["name"]: e.attrib["value"] for e in read.all("input", type="hidden") if "name" in e.attrib}
    assert clerk.post("/notices/1/edit", data=again).status_code == 302
    with store.snapshot() as session:
        assert session.scalar(select(AllotmentNotice.title)) == "后存的"


def test_the_list_filters_sorts_and_adds_up_what_is_found(client_as: Clients) -> None:
    approved_notice(("F101", "10"), document_no="中央〔2024〕1号")
    approved_notice(("F201", "20.000001"), document_no="省级〔2024〕2号")
    approved_notice(("F101", "30"), document_no="去年〔2023〕3号", year=2023)
    clerk = client_as(Role.FINANCE_ENTRY)
    table = page(clerk.get("/notices?year=2024&sort=-amount")).table("指标文")
    assert [row[0] for row in table[1:-1]] == ["省级〔2024〕2号", "中央〔2024〕1号"]
    assert table[-1][:2] == ["筛选结果 2 份", "30.00"]
    assert [row[0] for row in page(clerk.get("/notices?level=provincial")).table("指标文")[1:-1]] == ["省级〔2024〕2号"]
    assert [row[0] for row in page(clerk.get("/notices?q=去年")).table("指标文")[1:-1]] == ["去年〔2023〕3号"]
    assert "没有符合条件的指标文" in clerk.get("/notices?q=没有").get_data(as_text=True)


@pytest.mark.only_on("sqlite")
def test_an_odd_document_number_is_pointed_out_and_not_refused(client_as: Clients) -> None:
    clerk = client_as(Role.FINANCE_ENTRY)
    assert clerk.send("/notices/new", notice_answers(document_no="市财农[2019]7号")).status_code == 302
    assert "文号年份 2019 不在资金年度 2024 的前一年至当年" in clerk.get("/notices/1").get_data(as_text=True)


def test_a_unit_sees_only_the_money_of_its_own_projects(client_as: Clients) -> None:
    with store.snapshot() as session:
        from fundsys.models.office import Unit

        own, other = session.scalars(select(Unit.id).where(Unit.kind == "agency").order_by(Unit.id)).all()[:2]
        name = session.scalars(select(Unit.name).where(Unit.id == own)).one()
    mine, theirs = make_projects({"owner_unit_id": own}, {"owner_unit_id": other})
    (line,) = approved_notice(("F101", "100"))
    (hidden,) = approved_notice(("F201", "50"), document_no="别人的〔2024〕1号")
    given(line, [(mine, "12.5"), (theirs, "31.25")])
    given(hidden, [(theirs, "7")])
    client = client_as(Role.OWNER, unit=name)
    told = "".join(client.get(path).get_data(as_text=True) for path in ("/notices", "/notices/1", "/allocations"))
    assert "12.50" in told
    for secret in ("31.25", "43.75", "100.00", "56.25", "别人的"):
        assert secret not in told
    assert client.get("/notices/2").status_code == 404
    with store.snapshot() as session:
        foreign = session.scalars(select(Allocation.id).where(Allocation.project_id == theirs)).first()
    assert client.get(f"/allocations/{foreign}").status_code == 404


# ---------- the sheet ----------


def a_sheet() -> tuple[int, int, int]:
    """A line of 100 with two projects: an industry one and another."""
    industry, other = make_projects(
        {"type": "PT010102", "wan": "80", "is_lead_industry": True}, {"type": "PT030103", "wan": "60"}
    )
    (line,) = approved_notice(("F101", "100"))
    return line, industry, other


def test_the_sheet_counts_without_scripts_and_without_saving(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    before = digest()
    typed = {funds.box(line, industry): "65", funds.box(line, other): "３５", "action": "count"}
    read = page(clerk.send(f"/allotments/{line}/allocate", typed))
    assert value_of(read, funds.box(line, other)) == "３５"
    assert "现在 无数据→之后 65.00%" in live(read, "rules")
    assert live(read, f"after-{industry}") == "65.00"
    assert live(read, f"short-{other}") == "25.00"
    assert "剩余 0.00" in live(read, "balance")
    read = page(clerk.send(f"/allotments/{line}/allocate", typed | {funds.box(line, other): "35.000001"}))
    assert "64.999" in live(read, "rules"), "one fen short must not read as 65.00%"
    assert "超出 0.000001" in live(read, "balance")
    assert digest() == before


def test_drafts_are_kept_handed_over_and_approved_as_seen(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    path = f"/allotments/{line}/allocate"
    typed = {funds.box(line, industry): "65", funds.box(line, other): "20", "county_no": "陇财农[2024]36号"}
    assert clerk.send(path, typed | {"action": "save"}).status_code == 302
    read = page(clerk.get(path))
    assert "已存草稿：新增 2 笔" in clerk_flash(read)
    assert value_of(read, funds.box(line, industry)) == "65.00"
    assert clerk.post(path, data=boxes(read) | {"action": "submit"}).status_code == 302
    assert "已提交复核 2 笔，合计 85.00 万元" in clerk_flash(page(clerk.get(path)))
    review = page(checker.get(f"/allotments/{line}/review"))
    assert [row[7] for row in review.table("提交的分配")[1:3]] == ["65.00", "20.00"]
    assert "之后 76.47%" in live(review, "rules")
    answer = checker.post(f"/allotments/{line}/review", data=boxes(review) | ticked(review) | {"action": "approve"})
    assert answer.status_code == 302
    listed = page(checker.get("/allocations?year=2024")).table("资金分配")
    assert listed[-1][0].startswith("筛选结果 2 笔")
    assert listed[-1][1] == "85.00"


def clerk_flash(read: Page) -> str:
    """The words said on top."""
    return " ".join("".join(e.itertext()) for e in read.all("div", class_="fs-flashes"))


def ticked(read: Page) -> dict[str, list[str]]:
    """The chosen rows as a browser posts them."""
    return {"chosen": [e.attrib["value"] for e in read.all("input", name_="chosen") if "checked" in e.attrib]}


@pytest.mark.only_on("sqlite")
def test_a_bad_amount_is_said_in_its_row_and_the_others_stay_typed(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    typed = {funds.box(line, industry): "十二", funds.box(line, other): "5", "action": "save"}
    read = page(clerk.send(f"/allotments/{line}/allocate", typed), 422)
    assert "“十二”不是金额" in read.complaints()[0]
    assert (value_of(read, funds.box(line, industry)), value_of(read, funds.box(line, other))) == ("十二", "5")
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Allocation)) == 0


@pytest.mark.only_on("sqlite")
def test_more_than_the_line_has_is_refused_with_the_exact_remainder(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    typed = {funds.box(line, industry): "60", funds.box(line, other): "40.000001", "action": "save"}
    read = page(clerk.send(f"/allotments/{line}/allocate", typed), 422)
    assert read.complaints() == ["该指标剩余 100.00 万元，不够本次分配 100.000001 万元，请减少 0.000001 万元"]
    assert value_of(read, funds.box(line, other)) == "40.000001"


@pytest.mark.only_on("sqlite")
def test_beyond_the_plan_asks_for_a_reason_in_the_row(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/allotments/{line}/allocate"
    typed = {funds.box(line, other): "61", "action": "submit"}
    read = page(clerk.send(path, typed), 422)
    assert "超出计划投资 1.00 万元，请填写超计划原因" in read.complaints()[0]
    assert "请填写批准超计划的文号" in read.complaints()[1]
    assert read.one("input", name_=f"reason-{other}").attrib["aria-invalid"] == "true"
    assert "超计划 1.00" in live(read, f"hint-{other}")
    done = clerk.send(path, typed | {f"reason-{other}": "材料涨价", f"paper-{other}": "陇政函[2024]18号"})
    assert done.status_code == 302


def test_a_row_changed_in_another_window_shows_both_and_can_be_written_over(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/allotments/{line}/allocate"
    clerk.send(path, {funds.box(line, industry): "10", "action": "save"})
    old = boxes(page(clerk.get(path)))
    newer = boxes(page(clerk.get(path)))
    clerk.post(path, data=newer | {funds.box(line, industry): "11", "action": "save"})
    read = page(clerk.post(path, data=old | {funds.box(line, industry): "12", "action": "save"}), 409)
    assert read.table("现在存着的和您填的")[1][1:] == ["11.00 万元", "12.00 万元"]
    again = {e.attrib["name"]: e.attrib["value"] for e in read.all("input", type="hidden") if "name" in e.attrib}
    assert clerk.post(path, data=again).status_code == 302
    with store.snapshot() as session:
        assert session.scalars(select(Allocation.amount)).all() == [Money.wan(12)]


@pytest.mark.only_on("sqlite")
def test_a_project_of_another_year_is_added_by_its_code(client_as: Clients) -> None:
    line, _, _ = a_sheet()
    make_projects(
        {"code": "2023-0777", "year": 2023, "name": "上年续建"}, {"status": ProjectStatus.PROPOSED, "name": "库外"}
    )
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/allotments/{line}/allocate"
    assert "上年续建" not in clerk.get(path).get_data(as_text=True)
    assert "上年续建" in clerk.get(f"{path}?add=2023-0777").get_data(as_text=True)
    assert "没有编号为“X-1”的项目" in clerk.get(f"{path}?add=X-1").get_data(as_text=True)
    assert "库外" not in clerk.get(path).get_data(as_text=True)


@pytest.mark.only_on("sqlite")
def test_the_filter_never_hides_a_row_with_something_in_it(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk = client_as(Role.FINANCE_ENTRY)
    clerk.send(f"/allotments/{line}/allocate", {funds.box(line, other): "5", "action": "save"})
    shown = boxes(page(clerk.get(f"/allotments/{line}/allocate?kind=industry")))
    assert {funds.box(line, industry), funds.box(line, other)} <= shown.keys()
    assert funds.box(line, industry) not in boxes(page(clerk.get(f"/allotments/{line}/allocate?kind=filled")))


@pytest.mark.only_on("sqlite")
def test_a_reversal_needs_its_paper_and_waits_for_a_second_person(client_as: Clients) -> None:
    line, industry, _ = a_sheet()
    given(line, [(industry, "65")])
    clerk = client_as(Role.FINANCE_ENTRY)
    read = page(clerk.send("/allocations/1/reverse", {"reason": "项目终止"}), 422)
    assert read.complaints() == ["依据文号：请填写依据文号"]
    assert (
        clerk.send("/allocations/1/reverse", {"reason": "项目终止", "document_no": "陇财农〔2024〕41号"}).status_code
        == 302
    )
    with store.snapshot() as session:
        kind, state, amount = session.execute(
            select(Allocation.kind, Allocation.state, Allocation.amount).where(Allocation.corrects_id == 1)
        ).one()
    assert (kind, state, amount) == (EntryKind.REVERSAL, MoneyState.SUBMITTED, Money.wan(-65))


def test_a_reviewer_sends_chosen_rows_back_with_a_reason(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    drafted(line, industry, "10")
    drafted(line, other, "20")
    submitted(line)
    checker = client_as(Role.FINANCE_REVIEW)
    read = page(checker.get(f"/allotments/{line}/review"))
    first = ticked(read)["chosen"][0]
    refused = page(
        checker.post(f"/allotments/{line}/review", data=boxes(read) | {"chosen": [first], "action": "return"}), 422
    )
    assert "请填写退回原因" in refused.complaints()[0]
    data = boxes(read) | {"chosen": [first], "action": "return", "reason": "金额再核"}
    assert checker.post(f"/allotments/{line}/review", data=data).status_code == 302
    with store.snapshot() as session:
        states = session.scalars(select(Allocation.state).order_by(Allocation.id)).all()
    assert list(states) == [MoneyState.RETURNED, MoneyState.SUBMITTED]
    assert "已退回：金额再核" in client_as(Role.FINANCE_ENTRY).get(f"/allotments/{line}/allocate").get_data(
        as_text=True
    )


# ---------- one form, one act ----------


def twenty_copies(app: Flask, client: OfficeClient, path: str, data: dict[str, Any]) -> set[tuple[int, str]]:
    """Send twenty copies of one form at once; the answers there were, as status and place."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    told: set[tuple[int, str]] = set()
    wait = threading.Barrier(20)

    def send() -> None:
        one = app.test_client()
        one.set_cookie("session", cookie.value)
        wait.wait()
        answer = one.post(path, data=data)
        told.add((answer.status_code, answer.location or ""))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def acts() -> int:
    """How many acts there are."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(ActRow)) or 0


def once(app: Flask, client: OfficeClient, path: str, data: dict[str, Any]) -> None:
    """Twenty copies of a form are one act with one answer."""
    before = acts()
    hidden = {} if "form_id" in data else client.token(path)
    answers = twenty_copies(app, client, path, hidden | data)
    assert len(answers) == 1, answers
    assert {status for status, _ in answers} == {302}
    assert acts() == before + 1


def test_twenty_copies_of_every_money_form_are_one_act_each(app: Flask, client_as: Clients) -> None:
    line, industry, other = a_sheet()
    clerk, checker = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    once(app, clerk, "/notices/new", notice_answers())
    once(app, clerk, "/notices/new", notice_answers(document_no="多登的〔2024〕1号"))
    once(app, clerk, "/notices/3/delete", clerk.token("/notices/3/edit"))
    once(app, clerk, "/notices/2/edit", notice_answers(action="submit"))
    once(app, checker, "/notices/2/review", {"action": "return", "reason": "再核"})
    once(app, clerk, "/notices/2/edit", notice_answers(action="submit"))
    once(app, checker, "/notices/2/review", {"action": "approve"})
    sheet = f"/allotments/{line}/allocate"
    once(app, clerk, sheet, {funds.box(line, industry): "10", funds.box(line, other): "20", "action": "save"})
    read = page(clerk.get(sheet))
    once(app, clerk, sheet, boxes(read) | {"action": "submit"})
    review = page(checker.get(f"/allotments/{line}/review"))
    first, second = ticked(review)["chosen"]
    path = f"/allotments/{line}/review"
    once(app, checker, path, boxes(review) | {"chosen": [first], "action": "return", "reason": "再核"})
    review = page(checker.get(path))
    once(app, checker, path, boxes(review) | {"chosen": [second], "action": "approve"})
    once(app, clerk, f"/allocations/{second}/reverse", {"reason": "终止", "document_no": "陇财农〔2024〕41号"})
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(AllotmentNotice)) == 2
        assert session.scalar(select(func.count()).select_from(Allocation)) == 3


# ---------- before saving is what comes after ----------


def digest(whole: bool = True) -> str:
    """One number over every row of every table. not whole: of the journal only its last act and how many changes it has."""
    made = hashlib.sha256()
    journal = {ActRow.__tablename__, Change.__tablename__}
    with store.snapshot() as session:
        for table in Base.metadata.sorted_tables:
            order = [*table.primary_key.columns]
            if table.name in journal and not whole:
                rows = (
                    select(func.count()).select_from(table),
                    select(table).order_by(*(c.desc() for c in order)).limit(1),
                )
            else:
                rows = (select(table).order_by(*order),)
            for row in chain.from_iterable(session.execute(each) for each in rows):
                made.update(repr(tuple(row)).encode())
    return made.hexdigest()


def test_a_preview_writes_nothing_and_the_figures_after_saving_are_the_figures_before(
    app: Flask, client_as: Clients, full: bool, figure: Figure
) -> None:
    """500 random edits of a sheet of four lines (15 in a quick run): preview, save, hand over, compare every rule."""
    draw = random.Random(65)
    kinds = ("PT010102", "PT010101", "PT030103", "PT070101", "PT020101")
    projects = make_projects(
        *[
            {
                "type": draw.choice(kinds),
                "wan": "1000000",
                "is_lead_industry": draw.random() < 0.4,
                "is_work_relief": draw.random() < 0.3,
            }
            for _ in range(8)
        ]
    )
    lines = approved_notice(*((code, "90000") for code in ("F101", "F102", "F201", "F301")))
    notice, clerk = notice_of(lines[0]), client_as(Role.FINANCE_ENTRY)
    edits = 500 if full else 15
    for edit in range(edits):
        whole = edit % 25 == 0  # a journal of so many edits is long: every row of it is read every now and then
        cells = [(line, project) for line in lines for project in projects if draw.random() < 0.3]
        amounts = {cell: Money(draw.randrange(1, 50_000_000)) for cell in cells}
        before = digest(whole)
        foreseen = figures(notice, amounts)
        typed = clerk.token(f"/notices/{notice}/allocate") | as_typed(amounts)
        fragment = clerk.post(f"/notices/{notice}/preview", data=typed)
        assert fragment.status_code == 200
        assert 'id="rules"' in fragment.get_data(as_text=True)
        assert digest(whole) == before
        if not amounts:
            continue
        rows = {line: [funds.DraftRow(p, amounts.get((line, p))) for p in projects] for line in lines}
        with act(by=entry_clerk(), what="分配") as opened:
            funds.save_sheet(rows, act=opened)
            handed = funds.submit_sheet(lines, act=opened)
        assert figures(notice, {}) == foreseen
        seen = {a.id: a.version for a in handed}
        with act(by=reviewer(), what="复核") as opened:
            if draw.random() < 0.7:
                funds.return_allocations(seen, "再核", act=opened)
            else:
                funds.approve_allocations(seen, act=opened)
        with act(by=entry_clerk(), what="清空") as opened:
            funds.save_sheet({line: [funds.DraftRow(p, None) for p in projects] for line in lines}, act=opened)
    figure("保存前看结果", f"{edits} 次随机改动，4 行资金：预览不写一个字，保存后各条规则与预览的数完全相同")


def notice_of(line: int) -> int:
    """The notice a line stands on."""
    with store.snapshot() as session:
        return session.scalars(select(AllotmentLine.notice_id).where(AllotmentLine.id == line)).one()


def figures(notice: int, amounts: dict[tuple[int, int], Money]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Every rule that watches allocations, exactly, as it would stand with these amounts on top of what is reserved."""
    with store.snapshot() as session:
        made = allotment_sheet.notice_sheet(session, None, notice)
        result = allotment_sheet.preview(session, made, amounts, TODAY)
    return {
        (e.rule, e.scope): (e.after.outcome, e.after.measured, e.after.numerator, e.after.denominator, e.after.distance)
        for e in result.effects
    }


def as_typed(amounts: dict[tuple[int, int], Money]) -> dict[str, str]:
    """The boxes of a sheet."""
    return {funds.box(*cell): exact_wan(amount) for cell, amount in amounts.items()}


# ---------- the same as JSON ----------


def test_the_api_gives_the_same_money_in_whole_fen(client_as: Clients) -> None:
    line, industry, other = a_sheet()
    given(line, [(industry, "10.000001")])
    clerk = client_as(Role.FINANCE_ENTRY)
    told = clerk.get("/api/notices?year=2024").get_json()
    assert (told["rows"][0]["amount_fen"], told["rows"][0]["remaining_fen"]) == (100_000_000, 89_999_999)
    told = clerk.get("/api/allocations?state=approved").get_json()
    assert (told["count"], told["approved_fen"], told["rows"][0]["amount_fen"]) == (1, 10_000_001, 10_000_001)
    assert clerk.get("/api/allocations?state=lost").status_code == 422
    token = clerk.token(f"/allotments/{line}/allocate")["csrf_token"]
    answer = clerk.post(
        f"/api/allotments/{line}/preview",
        json={"amounts": [{"project_id": other, "amount_fen": 5_000_000}]},
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    (share,) = [e for e in answer.get_json()["effects"] if e["rule"] == "R65"]
    assert (share["before"]["numerator_fen"], share["after"]["denominator_fen"]) == (10_000_001, 15_000_001)
    assert answer.get_json()["remaining_fen"] == 84_999_999
    assert client_as(Role.LEAD).post(f"/api/allotments/{line}/preview", json={}).status_code in (400, 403)


@pytest.mark.only_on("sqlite")
def test_the_office_day_and_the_deadline_stand_in_the_list(client_as: Clients) -> None:
    approved_notice(("F101", "10"))
    shown = client_as(Role.FINANCE_ENTRY).get("/notices").get_data(as_text=True)
    assert re.search(r"2024-11-20 <span[^>]*>逾期 \d+ 天", shown)
