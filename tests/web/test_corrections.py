"""The pages of corrections, returns, months and years, as people at the finance bureau use them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import CorrectionKind, MoneyState, PeriodState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import AllotmentLine, Correction, LinePosting
from fundsys.models.papers import PrintRecord
from fundsys.queries.line_money import line_money
from fundsys.reports.press.reading import page_texts
from fundsys.services.acts import act
from fundsys.services.funds import periods
from tests.counties import OfficeClient
from tests.money import approved as approve
from tests.money import approved_notice, drafted, entry_clerk, given, make_projects, reviewer, submitted
from tests.pages import Page, words

pytestmark = pytest.mark.usefixtures("app")
As = Callable[..., OfficeClient]


def page(answer: Any) -> Page:
    """The page that was answered."""
    return Page(answer.get_data(as_text=True))


def notice_of(line: int) -> int:
    """The notice of a line."""
    with store.snapshot() as session:
        return session.get_one(AllotmentLine, line).notice_id


def the_paper() -> Correction:
    """The one paper there is."""
    with store.snapshot() as session:
        found = session.scalars(select(Correction)).one()
        session.expunge(found)
        return found


def test_a_clerk_moves_money_in_the_grid_and_a_second_person_agrees(client_as: As) -> None:
    one, two = make_projects({"code": "2024-7001", "name": "甲项目"}, {"code": "2024-7002", "name": "乙项目"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "100")])
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/corrections/adjust/{notice_of(line)}?add=2024-7002"
    shown = page(clerk.get(path))
    assert shown.h1 == "调整资金"
    assert {f"after-{line}-{one}", f"after-{line}-{two}"} <= set(shown.values())
    told = {"document_no": "陇财农〔2024〕88号", "reason": "用途调整"}
    rows = {f"after-{line}-{one}": "70", f"after-{line}-{two}": "20"}
    uneven = clerk.send(path, told | rows | {"action": "save"})
    assert uneven.status_code == 422 and any("增减相等" in c for c in page(uneven).complaints())
    assert page(uneven).values()[f"after-{line}-{two}"] == "20"
    counted = clerk.send(path, told | rows | {"action": "count"})
    assert counted.status_code == 200 and "增减差" in counted.get_data(as_text=True)
    rows[f"after-{line}-{two}"] = "30"
    assert clerk.send(path, told | rows | {"action": "save"}).status_code == 302
    paper = the_paper()
    at = f"/corrections/{paper.id}"
    assert "R65" in clerk.get(at).get_data(as_text=True)
    assert clerk.post(f"{at}/submit", data=clerk.token(at)).status_code == 302
    second = client_as(Role.FINANCE_REVIEW)
    listed = page(second.get("/corrections?year="))
    assert any("陇财农〔2024〕88号" in cell for row in listed.table("调整和收回") for cell in row)
    assert second.post(f"{at}/review", data=second.token(at) | {"action": "approve"}).status_code == 302
    assert the_paper().state is MoneyState.APPROVED


def test_one_adjustment_form_sent_again_is_one_paper(client_as: As) -> None:
    one, two = make_projects({"code": "2024-7001", "name": "甲项目"}, {"code": "2024-7002", "name": "乙项目"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "100")])
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/corrections/adjust/{notice_of(line)}?add=2024-7002"
    rows = {f"after-{line}-{one}": "70", f"after-{line}-{two}": "30"}
    told = clerk.token(path) | rows | {"document_no": "陇财农〔2024〕88号", "reason": "用途调整", "action": "save"}
    answers = [clerk.post(path, data=told) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len({answer.location for answer in answers}) == 1
    assert the_paper().reason == "用途调整"


def test_a_recovery_page_says_its_effect_in_one_sentence_and_wants_a_document(client_as: As) -> None:
    (one,) = make_projects({"code": "2024-7003", "name": "甲项目"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "100")])
    clerk = client_as(Role.FINANCE_ENTRY)
    path = "/corrections/recover?project=2024-7003"
    told = {f"after-{line}-{one}": "12.5", "reason": "项目终止", "action": "save"}
    refused = clerk.send(path, told)
    assert refused.status_code == 422 and any("文号" in c for c in page(refused).complaints())
    assert "从 1 个项目收回 12.50 万元" in refused.get_data(as_text=True)
    assert clerk.send(path, told | {"document_no": "陇财农〔2024〕89号"}).status_code == 302
    paper = the_paper()
    assert (paper.kind, paper.state) == (CorrectionKind.RECOVERY, MoneyState.SUBMITTED)


def test_money_is_returned_to_the_higher_level_and_a_second_person_agrees(client_as: As) -> None:
    (line,) = approved_notice(("F101", "100"))
    clerk = client_as(Role.FINANCE_ENTRY)
    path = f"/returns/new/{line}"
    told = {"amount": "40", "document_no": "陇财农〔2024〕90号", "reason": "项目取消"}
    too_much = clerk.send(path, told | {"amount": "100.000001"})
    assert too_much.status_code == 422 and any("只有 100.00 万元" in c for c in page(too_much).complaints())
    assert clerk.send(path, told).status_code == 302
    with store.snapshot() as session:
        posting = session.scalars(select(LinePosting)).one()
        session.expunge(posting)
        assert line_money(session, line).remaining == Money.wan("60")
    second = client_as(Role.FINANCE_REVIEW)
    second.thrice(f"/returns/{posting.id}", {"action": "approve"})
    assert "退回〔" in second.get("/returns").get_data(as_text=True)
    assert (
        clerk.send(
            f"/returns/{posting.id}/reverse", {"document_no": "陇财农〔2024〕91号", "reason": "上级未收"}
        ).status_code
        == 302
    )


def test_balances_are_listed_by_line_and_by_project(client_as: As) -> None:
    (one,) = make_projects({"name": "甲项目"})
    (line,) = approved_notice(("F101", "100"))
    given(line, [(one, "60")])
    shown = page(client_as(Role.INSPECTOR).get("/balances"))
    assert any("40.00" in cell for row in shown.table("指标未分配") for cell in row)
    assert any("60.00" in cell for row in shown.table("项目结转和结余") for cell in row)
    assert "甲项目" not in client_as(Role.TOWN).get("/balances").get_data(as_text=True)


def closed_march() -> int:
    """March is closed; a line with money approved in it."""
    (line,) = approved_notice(("F101", "100"), issued_on=date(2024, 3, 1), received_on=date(2024, 3, 5))
    return line


def test_a_closing_letter_is_printed_by_the_press_and_proven_like_every_other_paper(
    client_as: As, app: Flask, tmp_path: Path
) -> None:
    closed_march()
    clerk, second = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    path = "/periods/2024/3"
    open_yet = clerk.post(f"{path}/print", data=clerk.token(path))
    assert open_yet.status_code == 404 and "没有结账函" in open_yet.get_data(as_text=True)
    assert clerk.post(f"{path}/hand-over", data=clerk.token(path)).status_code == 302
    digest = page(second.get(path)).values()["digest"]
    stale = second.post(f"{path}/review", data=second.token(path) | {"action": "close", "digest": "x"})
    assert stale.status_code == 409
    done = second.post(f"{path}/review", data=second.token(path) | {"action": "close", "digest": digest})
    assert done.status_code == 302
    rows = page(clerk.get("/periods?year=2024")).table("2024年各月")
    assert "已结账" in rows[3][1] and "结账〔" in rows[3][7]
    sent = clerk.token(path)
    one, same = (clerk.post(f"{path}/print", data=sent, follow_redirects=True).data for _ in range(2))
    assert one[:5] == b"%PDF-" and one == same
    assert clerk.post(f"{path}/print", data=clerk.token(path)).status_code == 302
    first, again = db.session.scalars(select(PrintRecord).order_by(PrintRecord.id)).all()
    assert (first.ledger, first.row_count) == ("PF23", 1)
    assert (first.row_digest, first.totals) == (again.row_digest, again.totals)
    assert first.number != again.number and first.check_code != again.check_code
    kept = tmp_path / "letter.pdf"
    kept.write_bytes(one)
    (text,) = page_texts(kept)
    for told in ("财政衔接资金结账函", rows[3][7], "2024年3月", "1,000,000.00", "提交人", "分管局长"):
        assert told in text, told
    assert f"打印号{first.number}" in text and f"核验码{first.check_code}" in text
    proof = app.test_client().get(f"/prints/{first.number}?c={first.check_code}").get_data(as_text=True)
    assert "有这次打印的记录" in proof and "月末未支付（元）" in proof and "1000000.00" in proof


def test_a_month_with_something_waiting_lists_it(client_as: As) -> None:
    (one,) = make_projects({"name": "大力村养殖场"})
    line = closed_march()
    drafted(line, one, "60", decided_on=date(2024, 3, 20))
    submitted(line)
    clerk = client_as(Role.FINANCE_ENTRY)
    refused = clerk.post("/periods/2024/3/hand-over", data=clerk.token("/periods/2024/3"))
    assert refused.status_code == 422
    assert any("大力村养殖场" in c for c in page(refused).complaints())
    assert any("大力村养殖场" in cell for row in page(refused).table("等待复核") for cell in row)


def test_the_allocation_page_says_kindly_that_a_month_is_closed(client_as: As) -> None:
    (one,) = make_projects({})
    line = closed_march()
    drafted(line, one, "10", decided_on=date(2024, 3, 20))
    approve(submitted(line))
    with act(by=entry_clerk(), what="提交结账") as opened:
        handed = periods.hand_over(2024, 3, act=opened)
    with act(by=reviewer(), what="结账") as opened:
        periods.close(handed.id, version=handed.version, digest=handed.figures_digest, act=opened)
    clerk = client_as(Role.FINANCE_ENTRY)
    refused = clerk.send(f"/returns/new/{line}", {
        "amount": "1", "document_no": "文〔2024〕1号", "reason": "因", "decided_on": "2024-03-25",
    })  # fmt: skip
    assert refused.status_code == 422
    assert any("已在2024年3月结账" in c for c in page(refused).complaints())
    asked = clerk.send("/periods/2024/3/reopen", {"document_no": "文〔2024〕2号", "reason": "补记"})
    assert asked.status_code == 302
    second = client_as(Role.FINANCE_REVIEW)
    path = "/periods/2024/3"
    assert second.post(f"{path}/review", data=second.token(path) | {"action": "reopen"}).status_code == 302
    with store.snapshot() as session:
        assert session.scalars(select(AccountingPeriod.state)).one() is PeriodState.REOPENED


def test_a_year_is_opened_from_its_page(client_as: As) -> None:
    approved_notice(("F101", "100"))
    clerk = client_as(Role.FINANCE_ENTRY)
    shown = page(clerk.get("/years"))
    assert any("100.00" in cell for row in shown.table("将结转的未分配余额") for cell in row)
    assert "12 月还没有结账" in words(shown.root)
    data = clerk.token("/years") | {"year": "2025", "document_no": "陇财农〔2025〕1号"}
    assert clerk.post("/years/open", data=data).status_code == 302
    assert "2025年" in page(clerk.get("/years")).table("已开启的年度")[1][0]
    assert client_as(Role.FINANCE_REVIEW).post("/years/open").status_code == 403


def test_returns_are_found_by_word_and_state_and_summed(client_as: As) -> None:
    (line,) = approved_notice(("F101", "100"))
    clerk = client_as(Role.FINANCE_ENTRY)
    for amount, paper in (("10", "陇财农〔2024〕90号"), ("30", "陇财农〔2024〕91号")):
        told = {"amount": amount, "document_no": paper, "reason": "项目取消"}
        assert clerk.send(f"/returns/new/{line}", told).status_code == 302
    with store.snapshot() as session:
        second = max(session.scalars(select(LinePosting.id)))
    client_as(Role.FINANCE_REVIEW).send(f"/returns/{second}", {"action": "approve"})
    found = page(clerk.get("/returns?q=91号")).table("退回和结转")
    assert [row[6] for row in found[1:-1]] == ["陇财农〔2024〕91号"]
    assert found[-1][:2] == ["筛选结果 1 笔，已复核的合计", "30.00"]
    waiting = page(clerk.get("/returns?state=submitted")).table("退回和结转")
    assert [row[6] for row in waiting[1:-1]] == ["陇财农〔2024〕90号"] and waiting[-1][1] == "-"
    by_amount = page(clerk.get("/returns?sort=amount")).table("退回和结转")
    assert [row[5] for row in by_amount[1:-1]] == ["10.00", "30.00"]
    assert "没有退回或结转" in clerk.get("/returns?kind=carryover").get_data(as_text=True)


def test_balances_stand_in_the_order_asked_for_fifty_a_page(client_as: As) -> None:
    projects = make_projects(*({"code": f"2024-7{n:03d}", "name": f"项目{n}"} for n in range(51)))
    (line,) = approved_notice(("F101", "200"))
    given(line, [(one, str(n + 1) if n < 2 else "3") for n, one in enumerate(projects)])
    clerk = client_as(Role.FINANCE_ENTRY)

    def codes(query: str) -> list[str]:
        return [row[0][:9] for row in page(clerk.get(f"/balances{query}")).table("项目结转和结余")[1:-1]]

    assert codes("?sort=left")[:2] == ["2024-7000", "2024-7001"] and len(codes("?sort=left")) == 50
    assert codes("?sort=left&page=2") == ["2024-7050"]
    assert codes("?sort=-project")[0] == "2024-7050"
    foot = page(clerk.get("/balances?page=2")).table("项目结转和结余")[-1]
    assert foot[0] == "筛选结果 51 笔" and foot[1] == "150.00"


def test_two_lines_of_one_source_are_told_apart_in_the_adjustment(client_as: As) -> None:
    (one,) = make_projects({"code": "2024-7001", "name": "甲项目"})
    first, second = approved_notice(("F101", "60"), ("F101", "40"))
    given(first, [(one, "60")])
    given(second, [(one, "10")])
    told = client_as(Role.FINANCE_ENTRY).get(f"/corrections/adjust/{notice_of(first)}").get_data(as_text=True)
    assert "第 1 行 中央衔接资金" in told and "第 2 行 中央衔接资金" in told


def test_a_month_says_whom_it_waits_for_and_leads_to_its_neighbors(client_as: As) -> None:
    told = client_as(Role.FINANCE_REVIEW).get("/periods/2023/12").get_data(as_text=True)
    assert "这个月还没有提交结账，由财政局录入人核对后提交" in told
    assert "/periods/2023/11" in told and "/periods/2024/1" in told
    assert "还没有过完" in client_as(Role.FINANCE_ENTRY).get("/periods/2100/12").get_data(as_text=True)


def test_a_letter_over_seven_sources_is_signed_on_the_page_of_its_figures(client_as: As) -> None:
    sources = ("F101", "F102", "F201", "F202", "F301", "F401", "F601")
    approved_notice(*((code, "100") for code in sources), issued_on=date(2024, 3, 1), received_on=date(2024, 3, 5))
    clerk, second = client_as(Role.FINANCE_ENTRY), client_as(Role.FINANCE_REVIEW)
    path = "/periods/2024/3"
    clerk.post(f"{path}/hand-over", data=clerk.token(path))
    digest = page(second.get(path)).values()["digest"]
    second.post(f"{path}/review", data=second.token(path) | {"action": "close", "digest": digest})
    pages = PdfReader(io.BytesIO(clerk.post(f"{path}/print", data=clerk.token(path), follow_redirects=True).data)).pages
    told = "".join(pages[0].extract_text().split())
    assert len(pages) == 1 and "2024年3月1日至2024年3月31日" in told and "复核人：" in told and "财政局（章）：" in told
