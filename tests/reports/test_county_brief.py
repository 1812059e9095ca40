"""The brief says what the overview says: the same figures, sentences made from them, on two pages, as at a past day too."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import printing, store
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.money import show_wan
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.queries import brief
from fundsys.queries.brief import DECIDE, LARGE, MONEY, POINTS, RULES, TOWNS, BriefRow
from fundsys.queries.facts import county_today, office_today
from fundsys.queries.overview import overview
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import viewer
from fundsys.reports.press.agree import agree
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import approved_notice, given, make_projects
from tests.upkeep import make_assets


def a_county() -> None:
    """Money of two levels, a project late to end, assets without a title."""
    today = date(2024, 11, 18)
    late, _ = make_projects(
        {"name": "逾期的路", "plan_end_on": today - timedelta(days=30), "started_on": date(2024, 3, 1)}, {}
    )
    (line,) = approved_notice(("F101", "100"))
    given(line, [(late, "60")])
    approved_notice(("F201", "20"))
    make_assets(2)


def rows_of(**where: str) -> list[BriefRow]:
    with store.snapshot() as session:
        return list(brief.brief(session, Wanted(2024, where)))


def sheet_rows(order: printing.Order) -> list[BriefRow]:
    with printing.sheet(order) as sheet:
        return list(sheet.rows())


def said(rows: list[BriefRow], section: str) -> str:
    return "".join(row.words for row in rows if row.section == section)


def test_the_figures_of_the_brief_are_those_of_the_overview(app: Flask) -> None:
    a_county()
    rows = rows_of()
    with store.snapshot() as session:
        seen = overview(session, None, 2024, county_today(session))
    money = {(r.item, r.measure): r.figure for r in rows if r.section == MONEY}
    for row in (*seen.money.rows, seen.money.whole):
        assert money[row.label, "已分配"] == show_wan(row.allocated)
        assert money[row.label, "已支付"] == show_wan(row.paid)
    assert money["合计", "下达"] == "120.00" and money["中央", "已分配"] == "60.00"
    told = [(r.figure, r.required, r.distance, r.stand) for r in rows if r.section == RULES]
    judged = [c.approved for c in seen.policy]
    assert told == [(f.measured_words, f.required_words, f.distance_words, f.outcome.label) for f in judged]
    towns = {(r.item, r.measure): r.figure for r in rows if r.section == TOWNS}
    assert towns["合计", "资产"] == f"{seen.all_towns.assets:,}" == "2"


def test_the_sentences_name_what_came_what_misses_and_what_is_to_be_decided(app: Flask) -> None:
    a_county()
    rows = rows_of()
    points, asked = said(rows, POINTS), said(rows, DECIDE)
    assert "下达 120.00 万元" in points and "已分配 60.00 万元，占下达 50.00%" in points
    assert "未分配资金 60.00 万元" in asked
    late = [r for r in rows if r.section == LARGE and r.measure.startswith("超期最久")]
    assert [r.item for r in late] == (["逾期的路"] if f"超期 {len(late)} 个" in points and late else [])


def test_control_an_empty_county_is_asked_to_decide_nothing(app: Flask) -> None:
    rows = rows_of()
    assert "还没有已复核的指标文" in said(rows, POINTS)
    assert "未分配资金" not in said(rows, DECIDE) and not [r for r in rows if r.section == LARGE]


def test_paper_workbook_table_and_page_agree_on_two_pages_with_the_number_of_the_issue(
    app: Flask, tmp_path: Path
) -> None:
    a_county()
    with printing.sheet(printing.Order("PF63", 2024, {"issue": "7"})) as sheet:
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, tmp_path / "r.pdf", tmp_path / "r.xlsx", tmp_path / "r.csv") == []
    target = tmp_path / "brief.pdf"
    printing.print_ledger(printing.Order("PF63", 2024, {"issue": "7"}), target)
    text = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    pages = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True).stdout
    assert "2024年第7期" in text and "请研究的事项" in text
    paper = "".join(text.split())
    assert [r for r in sheet_rows(printing.Order("PF63", 2024)) if "".join(r.figure.split()) not in paper] == []
    assert int(pages.split("Pages:")[1].split()[0]) <= 2


def test_the_brief_of_a_past_day_knows_nothing_of_what_came_after(app: Flask) -> None:
    a_county()
    first = office_today()
    later = datetime.now(UTC) + timedelta(days=2)
    with act(by=None, what="确权", at=later) as opened:
        asset = opened.session.scalars(select(Asset).order_by(Asset.id)).first()
        assert asset is not None
        asset.titled_on, asset.title_document = date(2024, 10, 8), "陇林证〔2024〕1号"
    now, then = (
        {(r.item, r.measure): r.figure for r in sheet_rows(printing.Order("PF63", 2024, {}, as_at=day))}
        for day in (None, first)
    )
    assert (now["合计", "未确权"], then["合计", "未确权"]) == ("1", "2")


@pytest.mark.only_on("sqlite")
def test_a_brief_is_for_those_who_read_the_county_as_one_and_its_issue_is_a_number(app: Flask) -> None:
    with store.snapshot() as session, pytest.raises(NotAllowed, match="查看全县总览"):
        list(brief.brief(session, Wanted(2024, {}, who=viewer(session, somebody(Role.TOWN)))))
    with pytest.raises(DomainError, match="不是期号"):
        rows_of(issue="第一期")
