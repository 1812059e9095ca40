"""PF23: the closing letter of a month says what was frozen, on every paper and at every print."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from fundsys import printing
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.models.funds import FundSource
from fundsys.queries.closing_letters import LetterRow
from fundsys.reports.press import reading
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger
from fundsys.services.acts import act
from fundsys.services.funds import periods
from tests.money import approved, drafted, entry_clerk, make_projects, reviewer, submitted
from tests.services.test_periods import APRIL, MARCH, closed, march_line


@pytest.mark.usefixtures("app")
def test_a_closing_letter_says_the_frozen_figures_on_every_paper_whatever_is_written_since(tmp_path: Path) -> None:
    (project,) = make_projects({})
    line = march_line()
    drafted(line, project, "60.000001", decided_on=MARCH)
    approved(submitted(line))
    closed(3)
    order = printing.Order("PF23", 2024, {"month": "3"})
    with printing.sheet(order) as sheet:
        before = sheet.row_digest
    drafted(line, project, "5", decided_on=APRIL)
    approved(submitted(line))
    with act(by=None, what="改名") as opened:
        opened.session.execute(update(FundSource).values(name="改过的名字"))
    with printing.sheet(order) as sheet:
        assert sheet.row_digest == before
        (row,) = sheet.rows()
        assert (row.notices, row.allocated, row.free_closing) == tuple(
            map(Money.wan, ("100", "60.000001", "39.999999"))
        )
        for suffix in ("pdf", "xlsx", "csv"):
            printing.press(sheet, tmp_path / f"r.{suffix}")
        assert agree(sheet, None, tmp_path / "r.xlsx", tmp_path / "r.csv") == []
        (text,) = reading.page_texts(tmp_path / "r.pdf")
        exact = [sheet.text(i, v) for line in sheet.lines() if line.kind == "row" for i, v in enumerate(line.values)]
        shown = {c.key: told for c, told in zip(sheet.columns, exact, strict=True) if c.printed}
        assert "2024年3月1日至2024年3月31日" in text
        left = [told for told in shown.values() if told != "-" and "".join(told.split()) not in text]
        assert left == [shown["closings"]] or not left
        assert row.figures_digest in text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("where", "until", "error"),
    [
        ({}, None, "请指明一个月份"),
        ({"month": "13"}, None, "请指明一个月份"),
        ({"month": "³"}, None, "请指明一个月份"),
        ({"month": "3", "town": "八渡镇"}, None, "没有“town”这个筛选"),
        ({"month": "4"}, None, "2024年4月还没有结账"),
        ({"month": "3"}, date(2024, 3, 30), "2024年3月还没有结账"),
    ],
)
def test_a_letter_is_of_one_closed_month(where: dict[str, str], until: date | None, error: str) -> None:
    march_line()
    closed(3)
    with pytest.raises(DomainError, match=error), printing.sheet(printing.Order("PF23", 2024, where, until=until)):
        pass


@pytest.mark.usefixtures("app")
def test_a_month_without_money_has_a_letter_too_and_a_month_opened_again_has_none(tmp_path: Path) -> None:
    period = closed(3)
    order = printing.Order("PF23", 2024, {"month": "3"}, until=date(2024, 3, 31))
    printing.print_ledger(order, tmp_path / "r.pdf")
    (text,) = reading.page_texts(tmp_path / "r.pdf")
    assert "这个月没有账" in text and "0.00" in text
    with act(by=entry_clerk(), what="申请") as opened:
        asked = periods.ask_to_reopen(period.id, "补记一笔支付", "文〔2024〕3号", act=opened)
        opened.session.expunge(asked)
    with act(by=reviewer(), what="同意") as opened:
        periods.answer_reopening(period.id, True, version=asked.version, act=opened)
    with pytest.raises(DomainError, match="没有结账函"), printing.sheet(order):
        pass
    again = closed(3)
    with printing.sheet(order) as sheet:
        (row,) = sheet.rows()
    assert (again.closings, row.closings, row.letter_no) == (2, 2, period.letter_no)


def test_every_column_of_the_letter_is_a_field_of_its_rows_and_none_is_left_out() -> None:
    assert [column.key for column in ledger("PF23").columns] == [field.name for field in fields(LetterRow)]
