"""Notices and allocations from workbooks: drafts that wait for review, and never more than a line has left."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.registry import kind_of
from fundsys.imports.template import write_template
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.models.projects import Project
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.imports.books import NOTICE, acts, book, count, faults, taken
from tests.money import (
    approved,
    approved_notice,
    drafted,
    entry_clerk,
    make_projects,
    reviewer,
    second_clerk,
    submitted,
)

NUMBER = "陕财办农〔2024〕12号"


def notices() -> list[AllotmentNotice]:
    with store.snapshot() as session:
        found = list(session.scalars(select(AllotmentNotice).order_by(AllotmentNotice.document_no)))
        for notice in found:
            assert notice.lines is not None
        session.expunge_all()
        return found


# ---------- notices ----------


def test_a_notice_with_two_lines_becomes_the_clerks_draft(app: Flask, tmp_path: Path) -> None:
    rows = [NOTICE | {"amount": 250.25}, NOTICE | {"source": "省级衔接资金·巩固衔接", "amount": 49.75}]
    assert taken("notices", book(tmp_path / "n.xlsx", "notices", rows, says=True), entry_clerk()) == (2, 0, 0)
    (notice,) = notices()
    assert (notice.document_no, notice.state, notice.entered_by) == (NUMBER, MoneyState.DRAFT, entry_clerk())
    assert (notice.issued_on, notice.received_on) == (date(2024, 1, 18), date(2024, 1, 22))
    assert [line.amount for line in notice.lines] == [Money.wan("250.25"), Money.wan("49.75")]
    assert verify().problems == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{}, {"source": "F201", "amount": 1}], "H2 下达金额：“陕财办农〔2024〕12号”各行合计 301.00 万元，与下达金额 300.00 万元不符"),
        ([{}, {"title": "另一份", "amount": 0.01}], "B3 文件标题：同一文号“陕财办农〔2024〕12号”与第 2 行写的不一样"),
        ([{"received_on": "2024-01-17"}], "G2 收文日期：收文日期 2024-01-17 早于下达日期 2024-01-18"),
        ([{"source": "中央的钱"}], "I2 资金来源和任务：“中央的钱”不在资金来源目录里"),
        ([{"amount": 0}], "J2 金额：“0”应大于零"),
        ([{"document_no": None}], "A2 指标文号：没有填写，请填写指标文号"),
    ],
)  # fmt: skip
def test_a_notice_that_does_not_agree_is_refused_at_its_cell(
    app: Flask, tmp_path: Path, rows: list[dict[str, Any]], sentence: str
) -> None:
    told = faults("notices", book(tmp_path / "n.xlsx", "notices", [NOTICE | row for row in rows]), entry_clerk())
    assert any(message.startswith(sentence) for message in told), told
    assert count(AllotmentNotice) == 0


def test_what_a_sheet_does_not_say_of_a_line_stays_as_it_stands(app: Flask, tmp_path: Path) -> None:
    clerk = entry_clerk()
    codes = {"economic_code": "50302", "budget_no": "610327240001", "is_direct": "是", "task": "数字乡村"}
    taken("notices", book(tmp_path / "a.xlsx", "notices", [NOTICE | codes]), clerk)
    assert taken("notices", book(tmp_path / "b.xlsx", "notices", [NOTICE]), clerk) == (0, 0, 1)
    more = NOTICE | {"amount": 310, "stated_total": 310, "is_direct": "否"}
    assert taken("notices", book(tmp_path / "c.xlsx", "notices", [more]), clerk) == (0, 1, 0)
    (notice,) = notices()
    with store.snapshot() as session:
        (line,) = session.scalars(select(AllotmentLine).where(AllotmentLine.notice_id == notice.id))
        told = (line.amount, line.economic_code, line.budget_no, line.is_direct, line.task)
    assert told == (Money.wan(310), "50302", "610327240001", False, "数字乡村")


def test_the_same_notices_in_any_order_change_nothing(app: Flask, tmp_path: Path) -> None:
    rows = [NOTICE | {"amount": 100, "source": source} for source in ("F101", "F102", "F201")]
    other = [NOTICE | {"document_no": "宝市财〔2024〕3号", "stated_total": 7, "amount": 7}]
    taken("notices", book(tmp_path / "a.xlsx", "notices", rows + other), entry_clerk())
    before = acts()
    assert taken("notices", book(tmp_path / "b.xlsx", "notices", other + rows[::-1]), entry_clerk()) == (0, 0, 4)
    assert (acts(), count(AllotmentLine)) == (before, 4)


def test_an_own_draft_is_changed_and_what_was_handed_over_is_not(app: Flask, tmp_path: Path) -> None:
    clerk = entry_clerk()
    taken("notices", book(tmp_path / "a.xlsx", "notices", [NOTICE]), clerk)
    more = book(tmp_path / "b.xlsx", "notices", [NOTICE | {"amount": 310, "stated_total": 310}])
    assert "别人的草稿" in faults("notices", more, second_clerk())[0]
    assert taken("notices", more, clerk) == (0, 1, 0)
    assert notices()[0].stated_total == Money.wan(310)
    with act(by=clerk, what="提交") as opened:
        funds.submit_notice(notices()[0].id, act=opened)
    assert faults("notices", tmp_path / "a.xlsx", clerk) == [
        "A2 指标文号：这份指标文已在系统里，现在是“待复核”，与本表不同，不能用导入改动"
    ]
    assert taken("notices", more, clerk) == (0, 0, 1)


# ---------- allocations ----------


def a_county() -> tuple[list[int], list[str], str]:
    """Two lines of 100 and 50 万元, three planned projects: line ids, project codes, the document number."""
    lines = approved_notice(("F101", "100"), ("F201", "50"), document_no=NUMBER)
    ids = make_projects({}, {}, {})
    with store.snapshot() as session:
        codes = [session.get_one(Project, number).code for number in ids]
    return lines, codes, NUMBER


def row(code: str, wan: Any, **told: Any) -> dict[str, Any]:
    return {
        "notice_no": NUMBER,
        "source": "F101",
        "project_code": code,
        "amount": wan,
        "document_no": "陇财农[2024]3号",
    } | told


def test_allocations_become_drafts_of_the_clerk_and_wait_for_review(app: Flask, tmp_path: Path) -> None:
    lines, codes, _ = a_county()
    rows = [row(codes[0], 60.5), row(codes[1], "39.5"), row(codes[2], 50, source="F201")]
    assert taken("allocations", book(tmp_path / "a.xlsx", "allocations", rows), entry_clerk()) == (3, 0, 0)
    with store.snapshot() as session:
        made = session.scalars(select(Allocation).order_by(Allocation.id)).all()
        assert [(a.amount, a.state, a.entered_by) for a in made] == [
            (Money.wan(wan), MoneyState.DRAFT, entry_clerk()) for wan in ("60.5", "39.5", "50")
        ]
        assert {a.document_no for a in made} == {"陇财农〔2024〕3号"}
    approved(submitted(lines[0]))
    assert verify().problems == []


def test_an_allocation_beyond_the_plan_brings_its_reason_and_its_document(app: Flask, tmp_path: Path) -> None:
    lines, codes, _ = a_county()
    why = {"beyond_plan_reason": "材料涨价", "beyond_plan_document": "陇政函[2024]18号"}
    path = book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 60.5) | why])
    assert taken("allocations", path, entry_clerk()) == (1, 0, 0)
    assert taken("allocations", path, entry_clerk()) == (0, 0, 1)
    with store.snapshot() as session:
        told = session.execute(select(Allocation.beyond_plan_reason, Allocation.beyond_plan_document)).one()
    assert tuple(told) == ("材料涨价", "陇政函〔2024〕18号")


def test_the_same_file_after_approval_gives_nothing_a_second_time(app: Flask, tmp_path: Path) -> None:
    lines, codes, _ = a_county()
    path = book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 60), row(codes[1], 40)])
    taken("allocations", path, entry_clerk())
    assert taken("allocations", path, entry_clerk()) == (0, 0, 2)
    approved(submitted(lines[0]))
    before = acts()
    assert taken("allocations", path, entry_clerk()) == (0, 0, 2)
    assert (count(Allocation), acts()) == (2, before)


def test_an_own_draft_takes_the_amount_of_the_file(app: Flask, tmp_path: Path) -> None:
    _, codes, _ = a_county()
    taken("allocations", book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 60)]), entry_clerk())
    assert taken("allocations", book(tmp_path / "b.xlsx", "allocations", [row(codes[0], 70)]), entry_clerk()) == (
        0,
        1,
        0,
    )
    with store.snapshot() as session:
        assert session.scalars(select(Allocation.amount)).all() == [Money.wan(70)]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("last", ["39.5", "39.500001"])
def test_all_rows_together_may_take_the_last_fen_and_not_one_more(app: Flask, tmp_path: Path, last: str) -> None:
    _, codes, _ = a_county()
    path = book(
        tmp_path / "a.xlsx", "allocations", [row(codes[0], 60.5), row(codes[1], last), row(codes[2], 9, source="F201")]
    )
    told = faults("allocations", path, entry_clerk())
    if last == "39.5":
        assert told == []
        assert taken("allocations", path, entry_clerk()) == (3, 0, 0)
    else:
        assert told == [
            "D3 分配金额：该指标剩余 100.00 万元，第 2、3 行共 100.000001 万元，不够分配，请减少 0.000001 万元"
        ]
        assert count(Allocation) == 0


@pytest.mark.only_on("sqlite")
def test_money_reserved_meanwhile_and_other_drafts_of_the_clerk_count(app: Flask, tmp_path: Path) -> None:
    lines, codes, _ = a_county()
    (other,) = make_projects({})
    drafted(lines[0], other, "30", second_clerk())
    submitted(lines[0], second_clerk())
    drafted(lines[0], other, "20")
    path = book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 50), row(codes[1], 0.01)])
    assert faults("allocations", path, entry_clerk()) == [
        "D3 分配金额：该指标剩余 70.00 万元，第 2、3 行共 50.01 万元，另有草稿 20.00 万元，不够分配，请减少 0.01 万元"
    ]
    assert faults("allocations", book(tmp_path / "b.xlsx", "allocations", [row(codes[0], 50)]), entry_clerk()) == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"notice_no": "没有〔2024〕1号"}, "A2 指标文号：没有文号为“没有〔2024〕1号”的指标文，请先登记并复核"),
        ({"source": None}, "B2 资金来源：“陕财办农〔2024〕12号”有几行指标，请填写资金来源"),
        ({"source": "F301"}, "B2 资金来源：“陕财办农〔2024〕12号”没有这个资金来源，有："),
        ({"project_code": "P-404"}, "C2 项目编号：没有编号为“P-404”的项目，请核对项目编号"),
        ({"project_name": "别的项目"}, "D2 项目名称：编号"),
        ({"amount": "六十"}, "E2 分配金额：“六十”不是金额"),
        ({"decided_on": "2023-11-05"}, "F2 分解下达日期：“"),
    ],
)
def test_an_allocation_that_may_not_be_is_refused_at_its_cell(
    app: Flask, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    _, codes, _ = a_county()
    names = {"project_name": None, "decided_on": "2024-11-01"}
    told = faults(
        "allocations", book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 5) | names | changed]), entry_clerk()
    )
    assert len(told) == 1 and told[0].startswith(sentence), told


@pytest.mark.only_on("sqlite")
def test_only_approved_notices_and_projects_in_the_library_get_money(app: Flask, tmp_path: Path) -> None:
    _, codes, _ = a_county()
    (draft,) = make_projects({"is_draft": True, "status": ProjectStatus.PROPOSED, "admitted_on": None})
    with store.snapshot() as session:
        code = session.get_one(Project, draft).code
    taken(
        "notices", book(tmp_path / "n.xlsx", "notices", [NOTICE | {"document_no": "宝市财〔2024〕9号"}]), entry_clerk()
    )
    rows = [row(code, 1), row(codes[0], 1, notice_no="宝市财〔2024〕9号"), row(codes[1], 1), row(codes[1], 2)]
    told = faults("allocations", book(tmp_path / "a.xlsx", "allocations", rows), entry_clerk())
    assert [message.split(" ")[0] for message in told] == ["C2", "A3", "C5"]
    assert "没有入库" in told[0] and "复核后才能分配" in told[1] and "请合并成一行" in told[2]


@pytest.mark.parametrize("role", [Role.LEAD, Role.OWNER, Role.FINANCE_REVIEW])
@pytest.mark.only_on("sqlite")
def test_money_is_imported_by_those_who_enter_it(app: Flask, tmp_path: Path, role: Role) -> None:
    path = book(tmp_path / "n.xlsx", "notices", [NOTICE])
    for kind in ("notices", "allocations"):
        with pytest.raises(Exception, match="不能导入"):
            faults(kind, path, somebody(role))


@pytest.mark.parametrize("kind", ["notices", "allocations"])
def test_exported_money_imports_without_a_change(app: Flask, tmp_path: Path, kind: str) -> None:
    lines, codes, _ = a_county()
    taken(
        "allocations",
        book(tmp_path / "a.xlsx", "allocations", [row(codes[0], 60.123456), row(codes[1], 1)]),
        entry_clerk(),
    )
    with store.snapshot() as session:
        told = told_for(kind_of(kind), None, session)
        assert write_template(kind_of(kind), told, tmp_path / "o.xlsx", kind_of(kind).known(session, told)) == 2
    assert taken(kind, tmp_path / "o.xlsx", entry_clerk()) == (0, 0, 2)
    assert reviewer() != entry_clerk()
