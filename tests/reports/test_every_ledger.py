"""Each of the county's eighteen ledgers over rows made by chance: page, paper, workbook, CSV and API say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from fundsys.reports.press import answer, csv, pdf, xlsx
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger, ledgers
from fundsys.reports.sheet import Sheet
from tests.draws import draws
from tests.figures import Figure
from tests.reports.invented import cell_of, sheet_of

CODES = sorted(code for code in ledgers() if code.startswith("LG"))


def faults(sheet: Sheet, folder: Path, table: bool) -> list[str]:
    """What the outputs of a sheet say differently."""
    paper, book, plain = (folder / f"l.{kind}" for kind in ("pdf", "xlsx", "csv"))
    pdf.render(sheet, paper, table)
    xlsx.write(sheet, book)
    csv.write(sheet, plain)
    return agree(sheet, paper, book, plain, json.loads(json.dumps(answer.document(sheet), ensure_ascii=False)))


def test_there_are_eighteen() -> None:
    assert len(CODES) == 18


@pytest.mark.parametrize("code", CODES)
def test_a_ledger_of_rows_made_by_chance_agrees_in_all_outputs(code: str, tmp_path: Path, figure: Figure) -> None:
    long, short, seeds = draws(45, 900), draws(12, 200), draws(1, 6)
    for seed in range(seeds):
        for rows, table in ((short, True), (long, False)):
            assert faults(sheet_of(ledger(code), rows, seed, public=bool(seed % 2)), tmp_path, table) == []
    figure("十八种台账各种输出一致", f"{code} 随机数据 {seeds} 份各 {short} 行表格、{long} 行绘制，逐格相同")


@pytest.mark.parametrize("code", CODES)
def test_control_another_value_in_any_column_is_seen(code: str, tmp_path: Path) -> None:
    sheet, pick = sheet_of(ledger(code), 30, 1), Random(code)
    book, plain = tmp_path / "l.xlsx", tmp_path / "l.csv"
    xlsx.write(sheet, book)
    csv.write(sheet, plain)
    rows = tuple(sheet.rows())
    places = [place for place, column in enumerate(sheet.columns) if column.getter is not None]
    for place in pick.sample(places, min(len(places), draws(4, 99))):
        column = sheet.columns[place]
        was, now = rows[7][place], rows[7][place]
        while now is None or was is not None and column.figure.exact(now) == column.figure.exact(was):
            now = cell_of(column, pick)
        changed = (*rows[7][:place], now, *rows[7][place + 1 :])
        found = agree(replace(sheet, source=(*rows[:7], changed, *rows[8:])), None, book, plain)
        assert any("工作簿" in told for told in found) and any("CSV" in told for told in found), column.key
