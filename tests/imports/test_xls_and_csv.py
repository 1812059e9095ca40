"""Honest .xls and .csv files are read like the workbook they were saved from, in every encoding offices use."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from fundsys.imports.guard import WorkbookRefused
from fundsys.imports.sheet import read_workbook
from tests.imports.test_real_workbooks import EXPECTED, REAL, real

XLS = Path(__file__).parents[1] / "data" / "xls"


def as_csv(path: Path, encoding: str, delimiter: str = ",") -> bytes:
    """What Excel writes when a sheet is saved as text: merged cells keep their first place only."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in openpyxl.load_workbook(path).active.values:
        writer.writerow(["" if value is None else value for value in row])
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("word", ["金寨", "垫江", "资中", "永嘉"])
def test_an_xls_reads_like_its_xlsx(word):
    expected = real(word)
    (old,) = read_workbook(XLS / f"{word}.xls")
    (new,) = read_workbook(REAL / expected["file"])
    assert old.document() == new.document()


def test_an_xls_with_dates_results_of_formulas_and_a_hidden_sheet():
    first, hidden = read_workbook(XLS / "日期公式与隐藏表.xls")
    assert [row.values["日期"] for row in first.rows][0] == "2024-03-01"
    assert first.rows[0].amount_fen == 10_500_000
    assert hidden.rows == [] and "隐藏" in hidden.problems[0]["message"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_offices_use(encoding, tmp_path):
    expected = real("平顶山")
    path = tmp_path / "平顶山.csv"
    path.write_bytes(as_csv(REAL / expected["file"], encoding))
    (sheet,) = read_workbook(path)
    assert (sheet.name, sheet.total_fen, len(sheet.rows), sheet.unit) == ("平顶山", 2_960_000_000, 5, "万元")


@pytest.mark.parametrize("expected", EXPECTED, ids=[e["file"] for e in EXPECTED])
def test_a_published_table_reads_the_same_from_a_csv(expected, tmp_path):
    path = tmp_path / "表.csv"
    path.write_bytes(as_csv(REAL / expected["file"], "gb18030"))
    (flat,) = read_workbook(path, unit=expected.get("needs_unit"))
    (sheet,) = read_workbook(REAL / expected["file"], unit=expected.get("needs_unit"))
    assert [(row.row, row.amount_fen) for row in flat.rows] == [(row.row, row.amount_fen) for row in sheet.rows]
    assert {skip["row"]: skip["why"] for skip in flat.skipped_rows} == {
        skip["row"]: skip["why"] for skip in sheet.skipped_rows
    }
    assert (flat.total_fen, flat.stated_total_fen, flat.unit) == (sheet.total_fen, sheet.stated_total_fen, sheet.unit)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_separator_is_found(delimiter, tmp_path):
    path = tmp_path / "表.csv"
    path.write_bytes(as_csv(REAL / real("垫江")["file"], "utf-8", delimiter))
    assert read_workbook(path)[0].total_fen == 115_650_000


def test_a_quoted_text_is_taken_for_the_text_it_protects(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text('编号,资金（万元）\n="00123",5\n', encoding="utf-8")
    assert read_workbook(path)[0].rows[0].values["编号"] == "00123"


def test_a_csv_without_rows_is_refused(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("只有一行说明\n", encoding="utf-8")
    with pytest.raises(WorkbookRefused, match="没有读到数据行"):
        read_workbook(path)
