"""The tables counties really published are read as they stand: rows, sums, what is no record, where it stands."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from fundsys.imports.sheet import SheetRead, read_workbook
from tests.figures import Figure

REAL = Path(__file__).parents[1] / "data" / "real"
EXPECTED: list[dict[str, Any]] = yaml.safe_load((REAL / "expected.yaml").read_text(encoding="utf-8"))


def read_one(expected: dict[str, Any], **options: Any) -> SheetRead:
    """The one sheet of a published workbook."""
    sheets = read_workbook(REAL / expected["file"], unit=expected.get("needs_unit"), **options)
    assert len(sheets) == 1
    return sheets[0]


def real(word: str) -> dict[str, Any]:
    """The expectation of the workbook whose name holds a word."""
    return next(expected for expected in EXPECTED if word in expected["file"])


def test_all_21_published_workbooks_are_here():
    assert len(EXPECTED) == 21
    assert {expected["file"] for expected in EXPECTED} == {path.name for path in REAL.glob("*.xlsx")}


@pytest.mark.parametrize("expected", EXPECTED, ids=[e["file"] for e in EXPECTED])
def test_a_published_table_is_read_exactly(expected, figure: Figure):
    sheet = read_one(expected)
    rows = [row.row for row in sheet.rows]
    skipped = {skip["row"] for skip in sheet.skipped_rows}
    assert len(rows) == expected["rows"]
    assert (rows[0], rows[-1]) == (expected["first_data_row"], expected["last_data_row"])
    assert set(expected["non_detail_rows"]) <= skipped
    assert not skipped & set(rows)
    if expected.get("has_money", True):
        assert sheet.total_fen == Decimal(expected["sum_yuan"]) * 100
        assert sum(row.amount_fen for row in sheet.rows) == sheet.total_fen
        assert [c["column"] for c in sheet.columns if c["field"] == "amount"] == [expected["amount_column"]]
    else:
        assert sheet.total_fen is None
        assert {row.amount_fen for row in sheet.rows} == {None}
        assert not [c for c in sheet.columns if c["field"] == "amount"]
    figure("各县公布的工作簿", "行数和合计都与原表一致")


@pytest.mark.parametrize("expected", EXPECTED, ids=[e["file"] for e in EXPECTED])
def test_every_row_of_a_published_table_is_a_record_or_is_named(expected):
    import openpyxl

    sheet = read_one(expected)
    stored = openpyxl.load_workbook(REAL / expected["file"]).active
    filled = {row[0].row for row in stored.iter_rows() if any(cell.value is not None for cell in row)}
    named = {skip["row"] for skip in sheet.skipped_rows}
    assert filled == {row.row for row in sheet.rows} | named
    assert {skip["why"] for skip in sheet.skipped_rows} <= {
        "标题",
        "单位",
        "表头",
        "类别",
        "小计",
        "合计",
        "注",
        "落款",
        "续行",
    }


def test_only_tables_that_contradict_themselves_have_problems():
    quiet = {e["file"] for e in EXPECTED if not read_one(e).problems}
    assert {e["file"] for e in EXPECTED} - quiet == {real("金寨")["file"], real("清水")["file"]}


def test_a_subtotal_and_a_note_that_disagree_are_problems_with_both_figures():
    subtotal, note = read_one(real("金寨")).problems
    assert subtotal["cell"] == "C13" and "4825.52" in subtotal["message"] and "2689.00" in subtotal["message"]
    assert note["cell"] == "A16" and "23513.00" in note["message"] and "17032.83" in note["message"]


@pytest.mark.parametrize(
    "word, stated",
    [("北塔", "408"), ("平顶山", "2960"), ("张家川", "2659"), ("垫江", "115.65"), ("临翔", "26.02"),
     ("泽库", "1259"), ("郑州", "32831"), ("巴中", "26428"), ("牟定", "520"), ("舞钢", "516.54712"), ("金寨", "23513")],
)  # fmt: skip
def test_a_total_stated_in_a_row_or_in_words_is_found(word, stated):
    assert read_one(real(word)).stated_total_fen == Decimal(stated) * 1_000_000


@pytest.mark.parametrize("word", ["铜川", "于田", "永嘉", "依安", "资中", "仙游", "平利", "修武", "醴陵", "清水"])
def test_a_table_that_states_no_total_gets_none(word):
    assert read_one(real(word)).stated_total_fen is None


def test_without_any_unit_the_amounts_stay_open_until_somebody_says_it():
    path = REAL / real("醴陵")["file"]
    sheet = read_workbook(path)[0]
    assert (sheet.unit, sheet.total_fen, len(sheet.rows), len(sheet.problems)) == (None, None, 5, 1)
    assert {row.amount_fen for row in sheet.rows} == {None}
    assert "--unit" in sheet.problems[0]["message"]
    assert read_workbook(path, unit="元")[0].total_fen == 120_000
    assert read_workbook(path, unit="万元")[0].total_fen == 1_200_000_000


def test_words_are_kept_as_they_stand_and_fill_down_their_merge():
    sheet = read_one(real("资中"))
    assert [row.values["乡镇"] for row in sheet.rows] == ["重龙镇"] * 4 + ["水南镇"] * 4
    assert read_one(real("北塔")).rows[3].values["项目名称"] == " 水果基地"
    assert read_one(real("平顶山")).rows[2].values["资金合计"] == " 2024"
    assert read_one(real("舞钢")).rows[0].values["投资规模(万元)"] == "67.90712"


def test_the_heading_rows_are_named_and_groups_join_their_columns():
    sheet = read_one(real("金寨"))
    assert sheet.heading_rows == [3, 4]
    assert [(c["column"], c["heading"], c["field"]) for c in sheet.columns][2:] == [
        ("C", "资金合计", "amount"),
        ("D", "其中/中央财政衔接资金", "central"),
        ("E", "其中/省级财政衔接资金", "provincial"),
    ]
