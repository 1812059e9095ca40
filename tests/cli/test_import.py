"""`fundsys import` and `fundsys template`: the contract's exit codes, its JSON, and nothing written without --apply."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from fundsys import store
from fundsys.cli import main as command
from fundsys.domain.rights import Role
from fundsys.models.projects import Project
from tests.counties import somebody
from tests.imports.books import PROJECT, acts, book, count

Run = Callable[..., tuple[int, str, str]]
REAL = Path(__file__).resolve().parents[1] / "data" / "real"
KEYS = {
    "kind", "file", "sha256", "sheet", "way", "rows", "applied", "added", "changed", "same", "amount_fen", "errors",
    "error_count", "bad_rows", "missing", "changes", "notices",
}  # fmt: skip


@pytest.fixture
def run(app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Exit code, output and complaint of a command on this county."""
    settings = store.settings()
    monkeypatch.setenv("FUNDSYS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FUNDSYS_INSTANCE", str(settings.instance))

    def call(*args: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            command.main([str(arg) for arg in args])
        except SystemExit as leave:
            code = int(leave.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_a_check_writes_nothing_and_apply_stores_all(run: Run, tmp_path: Path) -> None:
    somebody(Role.LEAD, login="zhuguan")
    path = book(tmp_path / "项目.xlsx", "projects", [PROJECT, PROJECT | {"code": "P-2", "name": "第二项"}])
    before = acts()
    code, out, err = run("import", "projects", path, "--as", "zhuguan")
    assert (code, err, count(Project), acts()) == (0, "", 0, before)
    assert "可以导入项目：2 行，新增 2，改动 0，未变 0" in out
    code, out, err = run("import", "projects", path, "--as", "zhuguan", "--apply", "--json")
    told: dict[str, Any] = json.loads(out)
    assert (code, err, set(told)) == (0, "", KEYS)
    assert (told["applied"], told["added"], told["rows"], told["amount_fen"]) == (True, 2, 2, 200_000_000)
    assert count(Project) == 2
    code, out, _ = run("import", "projects", path, "--as", "zhuguan", "--apply", "--json")
    told = json.loads(out)
    assert (code, told["applied"], told["added"], told["changed"], told["same"]) == (0, False, 0, 0, 2)
    assert acts() == before + 1


def test_bad_cells_are_named_and_the_exit_code_is_one(run: Run, tmp_path: Path) -> None:
    somebody(Role.LEAD, login="zhuguan")
    path = book(tmp_path / "项目.xlsx", "projects", [PROJECT | {"planned_investment": "十二", "planned_other": None}])
    code, out, err = run("import", "projects", path, "--as", "zhuguan", "--apply")
    assert code == 1
    assert "H2 计划投资：“十二”不是金额" in out
    assert err.strip() == "有 1 处需要改正，涉及 1 行，一条也没有存入"
    code, out, err = run("import", "projects", path, "--as", "zhuguan", "--json")
    told = json.loads(out)
    assert (code, err, told["error_count"], told["bad_rows"]) == (1, "", 1, 1)
    assert told["errors"] == [{"sheet": "", "cell": "H2", "row": 2, "column": "计划投资", "message": "“十二”不是金额"}]
    assert count(Project) == 0


@pytest.mark.only_on("sqlite")
def test_a_county_table_names_what_it_lacks_and_takes_it_from_the_line(run: Run) -> None:
    somebody(Role.LEAD, login="zhuguan")
    table = REAL / "铜川市耀州区2018年扶贫资金分配表.xlsx"
    code, out, err = run("import", "projects", table, "--as", "zhuguan", "--json")
    told = json.loads(out)
    assert (code, told["way"]) == (1, "foreign")
    assert [column["field"] for column in told["missing"]] == ["year", "type_id", "status"]
    said = ["项目状态=入库", "入库日期=2018-03-01", "项目主管单位=县水利局", "项目子类型=小型农田水利设施建设"]
    given = [part for text in said for part in ("--given", text)]
    code, out, err = run("import", "projects", table, "--year", "2018", *given, "--as", "zhuguan", "--apply", "--json")
    told = json.loads(out)
    assert (code, told["added"], told["amount_fen"]) == (0, 7, 15_980_000_00)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["nothing"], 1, "没有名为“nothing”的导入种类"),
        (["projects", "--apply"], 2, "请加 --as 登录名"),
        (["projects", "--as", "nobody"], 1, "没有登录名为“nobody”的账号"),
        (["projects", "--as", "tinspector"], 1, "不能导入项目"),
        (["projects", "--given", "计划投资=3"], 2, "可以说明的列"),
        (["projects", "--given", "year"], 2, "可以说明的列"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    run: Run, tmp_path: Path, args: list[str], code: int, sentence: str
) -> None:
    somebody(Role.INSPECTOR)
    path = book(tmp_path / "项目.xlsx", "projects", [PROJECT])
    told = run("import", args[0], path, *args[1:])
    assert told[0] == code, told
    assert sentence in told[2]


@pytest.mark.only_on("sqlite")
def test_a_file_that_is_no_workbook_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "假.xlsx").write_bytes(b"not a workbook")
    code, out, err = run("import", "projects", tmp_path / "假.xlsx")
    assert (code, out) == (1, "")
    assert "名称与内容不符" in err
    assert run("import", "projects", tmp_path / "没有.xlsx")[0] == 2


@pytest.mark.only_on("sqlite")
def test_a_template_is_written_blank_and_filled(run: Run, tmp_path: Path) -> None:
    somebody(Role.LEAD, login="zhuguan")
    run("import", "projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]), "--as", "zhuguan", "--apply")
    assert run("template", "projects", "--out", tmp_path / "blank.xlsx")[0] == 0
    code, _, err = run("import", "projects", tmp_path / "blank.xlsx")
    assert code == 1 and "是空白的项目模板，没有数据行" in err
    code, out, _ = run("template", "projects", "--filled", "--as", "zhuguan", "--out", tmp_path / "full.xlsx")
    assert (code, "1 行" in out) == (0, True)
    code, out, _ = run("import", "projects", tmp_path / "full.xlsx", "--as", "zhuguan", "--apply", "--json")
    assert (code, json.loads(out)["same"]) == (0, 1)
    assert run("template", "nothing", "--out", tmp_path / "p.xlsx")[0] == 1
    assert run("template", "projects", "--out", tmp_path / "p.csv")[0] == 2


@pytest.mark.only_on("sqlite")
def test_a_template_offers_lists_and_explains_every_column(run: Run, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from fundsys.imports.kinds.assets import COLUMNS

    run("template", "assets", "--out", tmp_path / "a.xlsx")
    opened = load_workbook(tmp_path / "a.xlsx")
    sheet = opened.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert all(cell.value for cell in sheet[2])
    assert sheet.freeze_panes == "B3"
    rules = {str(rule.sqref).split(":")[0][:-1]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["C"] == '"经营性,公益性,到户类"'
    assert rules["I"].startswith('"城关镇') and rules["J"].startswith("'词表'!$")
    assert opened["词表"].sheet_state == "hidden"


@pytest.mark.only_on("sqlite")
def test_marked_saves_the_workbook_with_its_faults_and_later_without_them(run: Run, tmp_path: Path) -> None:
    somebody(Role.LEAD, login="zhuguan")
    bad = book(tmp_path / "坏.xlsx", "projects", [PROJECT | {"planned_investment": "十二"}])
    back = tmp_path / "退.xlsx"
    code, out, err = run("import", "projects", bad, "--as", "zhuguan", "--json", "--marked", back)
    assert (code, set(json.loads(out))) == (1, KEYS) and str(back) in err
    marked = load_workbook(back)
    assert marked.sheetnames == ["数据", "导入检查"]
    cell = marked.worksheets[0][json.loads(out)["errors"][0]["cell"]]
    assert cell.comment.text == "“十二”不是金额"
    cell.value = 120.5
    marked.save(back)
    assert run("import", "projects", back, "--as", "zhuguan", "--marked", back)[0] == 2
    code, out, err = run("import", "projects", back, "--as", "zhuguan", "--apply", "--marked", tmp_path / "净.xlsx")
    assert code == 0 and "去掉标注" in err and count(Project) == 1
    assert load_workbook(tmp_path / "净.xlsx").sheetnames == ["数据"]
    # the control: a workbook that was never returned is not written again
    good = book(tmp_path / "好.xlsx", "projects", [PROJECT])
    assert run("import", "projects", good, "--as", "zhuguan", "--marked", tmp_path / "无.xlsx")[::2] == (0, "")
    assert not (tmp_path / "无.xlsx").exists()
