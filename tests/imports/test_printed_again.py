"""A printed workbook taken in again changes nothing, and one changed cell is one change. Source: invariant I20."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fundsys import printing
from fundsys.domain.money import Money
from fundsys.imports.sheet import read_workbook
from fundsys.services import matters
from fundsys.services.acts import act
from fundsys.services.imports import ImportRefused
from tests.counties import DEMO_ASSETS
from tests.figures import Figure
from tests.imports.books import acts, checked, taken
from tests.matters import DISPOSED, an_asset, disposed, settled
from tests.publicity import owner


def pressed(path: Path) -> Path:
    """The asset register as it is exported now."""
    with printing.sheet(printing.Order("LG05")) as sheet:
        printing.press(sheet, path)
    return path


def rows_now() -> int:
    """How many rows the register has now."""
    with printing.sheet(printing.Order("LG05")) as sheet:
        return sheet.count


def table(path: Path) -> list[tuple[Any, ...]]:
    """The cells of the register, without what it says of its own printing."""
    rows = list(openpyxl.load_workbook(path).worksheets[0].values)
    return [tuple(None if cell == "" else cell for cell in row) for row in rows if row[1] is not None]


@pytest.mark.usefixtures("demo_county")
def test_the_printed_asset_register_taken_in_again_changes_nothing(tmp_path: Path, figure: Figure) -> None:
    first = pressed(tmp_path / "first.xlsx")
    before, count = acts(), rows_now()
    assert count >= DEMO_ASSETS
    assert taken("assets", first) == (0, 0, count)
    assert acts() == before
    assert table(pressed(tmp_path / "second.xlsx")) == table(first)
    figure("台账导出再导入", f"LG05 {count} 行 32 列：新增 0，变动 0")


@pytest.mark.usefixtures("app")
def test_assets_out_of_the_books_and_revalued_ones_may_stand_in_the_register_taken_in_again(tmp_path: Path) -> None:
    gone, dearer = an_asset("10"), an_asset("10")
    disposed(gone)
    entry = matters.ValuationEntry(DISPOSED, Money.wan("12"), "成本法", "陇评报〔2024〕7号", "某评估所", True)
    with act(by=owner(), what="登记评估") as opened:
        made = matters.draft_valuation(dearer, entry, act=opened).id
    settled(made)
    path = pressed(tmp_path / "first.xlsx")
    assert taken("assets", path) == (0, 0, 2)

    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    states = [row[heads.index("状态")] for row in sheet.iter_rows(min_row=5) if row[1].value is not None]
    for cell in states:
        cell.value = "已处置"
    book.save(path)
    with pytest.raises(ImportRefused) as told:
        taken("assets", path)
    assert [fault.message for fault in told.value.faults] == ["资产处置要经过审批，请在资产页办理"]


@pytest.mark.usefixtures("demo_county")
@pytest.mark.only_on("sqlite")  # the comparison is the same on either
def test_control_one_cell_changed_in_the_printed_register_is_one_change(tmp_path: Path) -> None:
    path = pressed(tmp_path / "first.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    cell = sheet.cell(5, heads.index("规格结构") + 1)
    cell.value = f"{cell.value}（改）"
    book.save(path)
    plan = checked("assets", path).plan
    assert plan is not None and (plan.added, plan.changed, plan.same) == (0, 1, rows_now() - 1)
    taken("assets", path)
    assert table(pressed(tmp_path / "second.xlsx")) == table(path)


def test_a_column_of_telephone_numbers_does_not_make_a_heading_a_signature(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["2024年项目计划表"],
        ["序号", "项目名称", "金额（万元）", "联系电话"],
        [1, "产业路", 12.5, "13800138000"],
        [2, "蓄水池", 3, "13800138001"],
        ["制表人：", "张三", None, None],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    (sheet,) = read_workbook(tmp_path / "t.xlsx")
    assert [row.amount_fen for row in sheet.rows] == [12_500_000, 3_000_000]
    assert {skip["row"]: skip["why"] for skip in sheet.skipped_rows} == {1: "标题", 2: "表头", 5: "落款"}
