"""`fundsys read` says what a workbook holds, to people and to programs, and refuses in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fundsys.cli.read import read
from tests.imports import hostile

REAL = Path(__file__).parents[1] / "data" / "real"


def workbook(word: str) -> str:
    return str(next(path for path in REAL.glob("*.xlsx") if word in path.name))


def run(*args: str):
    return CliRunner().invoke(read, list(args))


def test_json_is_one_document_with_the_agreed_keys():
    told = run(workbook("金寨"), "--json")
    assert told.exit_code == 0
    (sheet,) = json.loads(told.stdout)["sheets"]
    assert list(sheet) == [
        "name", "unit", "heading_rows", "columns", "rows", "skipped_rows", "total_fen", "stated_total_fen", "problems",
    ]  # fmt: skip
    assert sheet["columns"][2] == {"column": "C", "heading": "资金合计", "field": "amount"}
    assert sheet["rows"][0]["row"] == 6
    assert sheet["rows"][0]["amount_fen"] == 3_558_830_000
    assert sheet["rows"][0]["values"]["资金安排"] == "千万工程产业项目"
    assert {"row": 5, "why": "小计"} in sheet["skipped_rows"]
    assert {"cell", "message"} == set(sheet["problems"][0])


def test_people_see_rows_totals_and_what_to_look_at():
    told = run(workbook("金寨"))
    assert told.exit_code == 0
    for words in ("工作表“分配结果”：9 行，单位 万元", "17032.83 万元", "第 5 行小计", "请看 C13"):
        assert words in told.stdout


def test_the_unit_can_be_said_and_the_sheet_named():
    path = workbook("醴陵")
    assert json.loads(run(path, "--json").stdout)["sheets"][0]["total_fen"] is None
    told = run(path, "--json", "--unit", "万元", "--sheet", "分配表")
    assert json.loads(told.stdout)["sheets"][0]["total_fen"] == 1_200_000_000


@pytest.mark.parametrize(
    "args, code, words",
    [
        (("--sheet", "没有"), 1, "没有名为“没有”的工作表"),
        (("--unit", "亿元"), 2, "--unit"),
        (("--wrong",), 2, "--wrong"),
    ],
)
def test_a_refusal_is_1_and_wrong_usage_is_2(args, code, words):
    told = run(workbook("醴陵"), *args)
    assert (told.exit_code, told.stdout) == (code, "")
    assert words in told.stderr


def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_on_stdout(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.formula("SUM(1,2)"))
    told = run(str(path), "--json")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "工作表“表” B2 ：公式没有保存结果" in told.stderr


def test_a_file_that_is_not_there_is_wrong_usage():
    assert run("没有.xlsx").exit_code == 2


def test_help_is_answered():
    told = run("--help")
    assert told.exit_code == 0
    assert "--unit" in told.stdout
