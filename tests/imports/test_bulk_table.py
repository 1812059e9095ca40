"""Bulk reading of template workbooks: the same cells as openpyxl sees, behind guards, row numbers kept."""

from __future__ import annotations

import datetime
import io
import random

import openpyxl
import pytest

from fundsys.imports.grid import address
from fundsys.imports.guard import BULK_LIMITS, WorkbookRefused
from fundsys.imports.numbers import exact_decimal, plain
from fundsys.imports.table import read_table
from fundsys.imports.xlsx import read_grids
from tests.imports import hostile


def mixed_book() -> openpyxl.Workbook:
    """A sheet with everything a template may hold: dates, percentages, merges, gaps, text that looks like numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "资产"
    sheet["B3"], sheet["C3"], sheet["D3"] = "资产名称", "原值（万元）", "取得日期"
    chance = random.Random(7)
    for row in range(4, 104):
        sheet.cell(row, 2, f"道路{row}")
        sheet.cell(row, 3, chance.choice([row, row + 0.25, 67.90712, -3.5, 0]))
        when = sheet.cell(row, 4, datetime.date(2024, 1, 1) + datetime.timedelta(days=row))
        when.number_format = chance.choice(["yyyy-mm-dd", "yyyy年m月d日", "m/d/yy"])
        sheet.cell(row, 5, chance.random()).number_format = "0.00%"
        sheet.cell(row, 6, f"{row:018d}")
        if row % 10 == 0:
            sheet.cell(row, 7, row % 20 == 0)
    sheet["C50"] = None
    sheet.merge_cells("B60:B62")
    sheet["D70"] = datetime.datetime(2024, 5, 6, 7, 8, 9)
    sheet.row_dimensions[55].hidden = True
    return book


@pytest.fixture
def path(tmp_path):
    where = tmp_path / "资产.xlsx"
    mixed_book().save(where)
    return where


def test_calamine_openpyxl_and_our_reader_see_the_same_cells(path):
    naive = openpyxl.load_workbook(path).active
    bulk = dict(read_table(path))
    (grid,) = read_grids(path)
    for row in range(1, naive.max_row + 1):
        values = bulk.get(row, [])
        for column in range(1, naive.max_column + 1):
            cell = naive.cell(row, column)
            ours = values[column - 1] if column <= len(values) else None
            where = address(row, column)
            expected = cell.value
            if isinstance(expected, datetime.datetime) and isinstance(ours, datetime.date):
                assert str(ours) in (str(expected), str(expected.date())), where
            else:
                assert ours == expected, where
            kept = grid.cells.get((row, column))
            if expected is None:
                assert kept is None, where
            elif isinstance(expected, datetime.datetime):
                assert kept.text in (f"{expected:%Y-%m-%d}", f"{expected:%Y-%m-%d %H:%M:%S}"), where
            elif isinstance(expected, bool):
                assert (kept.kind, kept.text) == ("bool", str(expected).upper()), where
            elif isinstance(expected, int | float):
                assert kept.number == exact_decimal(repr(expected))[0], where
                assert kept.kind == ("percent" if "%" in cell.number_format else "number"), where
            else:
                assert kept.text == expected, where


def test_row_numbers_stay_those_of_the_sheet(path):
    numbers = [number for number, _ in read_table(path)]
    assert numbers == list(range(3, 104))


def test_a_leading_empty_column_is_not_dropped(path):
    first = next(iter(read_table(path)))
    assert first[1][:4] == [None, "资产名称", "原值（万元）", "取得日期"]


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: hostile.formula("SUM(1,2)"), ("B2", "公式")),
        (lambda: hostile.formula("SUM(1,2)", "<v></v>"), ("B2", "公式")),
        (lambda: hostile.openpyxl_book(hostile.far_cell), ("XFD1048576",)),
        (hostile.bomb, ("MiB",)),
        (hostile.entities, ("实体",)),
        (hostile.duplicate_parts, ("同名",)),
        (lambda: hostile.amount("NaN"), ("B2", "不是数")),
        (lambda: hostile.ole("EncryptedPackage"), ("密码",)),
        (lambda: "乡镇,资金\n".encode(), ("名称与内容不符",)),
    ],
)  # fmt: skip
def test_bulk_reading_stands_behind_the_same_guards(make, words, tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(make())
    with pytest.raises(WorkbookRefused) as refused:
        list(read_table(path))
    for word in words:
        assert word in refused.value.message


def test_rows_behind_a_wrong_dimension_tag_are_all_there(tmp_path):
    path = tmp_path / "表.xlsx"
    rows = hostile.ROW + hostile.ROW.replace("2", "3")
    path.write_bytes(hostile.book(rows, before='<dimension ref="A1:A1"/>'))
    assert [number for number, _ in read_table(path)] == [1, 2, 3]


def test_one_row_more_than_allowed_is_refused_and_the_last_allowed_is_read(tmp_path):
    limits = type(BULK_LIMITS)(rows=101)
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.many_rows(100))
    assert len(list(read_table(path, limits=limits))) == 101
    path.write_bytes(hostile.many_rows(101))
    with pytest.raises(WorkbookRefused, match="101 行"):
        list(read_table(path, limits=limits))


def test_the_first_visible_sheet_is_read_unless_one_is_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.sheet_state = "hidden"
    book.create_sheet("数据").append(["甲", 1])
    path = tmp_path / "表.xlsx"
    book.save(path)
    assert list(read_table(path)) == [(1, ["甲", 1])]
    with pytest.raises(WorkbookRefused, match="说明、数据"):
        read_table(path, sheet="没有")


def test_a_csv_template_is_read_with_its_row_numbers(tmp_path):
    path = tmp_path / "表.csv"
    path.write_bytes("名称,金额\n\n甲,12.50\n".encode("gbk"))
    assert list(read_table(path)) == [(1, ["名称", "金额"]), (3, ["甲", "12.50"])]


@pytest.mark.parametrize(
    "stored, shown", [("0.30000000000000004", "0.3"), ("67.907120000000006", "67.90712"), ("5", "5"), ("1E3", "1000")]
)
def test_a_stored_number_is_its_shortest_decimal(stored, shown):
    value, inexact = exact_decimal(stored)
    assert (plain(value), inexact) == (shown, False)


def test_more_than_fifteen_digits_are_marked(tmp_path):
    assert exact_decimal("12345678901234567890")[1] is True
    assert exact_decimal("123456789012345")[1] is False


def test_dates_of_the_1904_system_are_the_same_days(tmp_path):
    for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH):
        book = openpyxl.Workbook()
        book.epoch = epoch
        book.active.append(["日期", datetime.date(2024, 3, 1)])
        out = io.BytesIO()
        book.save(out)
        path = tmp_path / "表.xlsx"
        path.write_bytes(out.getvalue())
        (grid,) = read_grids(path)
        assert grid.cells[1, 2].text == "2024-03-01"


def test_a_sheet_of_several_pieces_gives_every_row_once_with_its_number(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("资产")
    for number in range(1, 9_001):
        sheet.append([] if number % 3 == 0 else [None, f"道路{number}", number + 0.25, "陇县" * 20, number % 7 or None])
    path = tmp_path / "资产.xlsx"
    book.save(path)
    wanted = [(n, [None, f"道路{n}", n + 0.25, "陇县" * 20, n % 7 or None]) for n in range(1, 9_001) if n % 3]
    assert list(read_table(path)) == wanted


def _row(number: int, said: str) -> str:
    return f'<row{said}><c r="A{number}" t="inlineStr"><is><t>{"道路" * 40}</t></is></c></row>'


def test_a_sheet_that_does_not_number_its_rows_is_read_and_one_that_stops_doing_so_is_refused(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.book("".join(_row(n, "") for n in range(2, 8_000))))
    assert [number for number, _ in read_table(path)] == list(range(1, 8_000))
    numbered = "".join(_row(n, f' r="{n}"') for n in range(2, 8_000))
    path.write_bytes(hostile.book(numbered))
    assert [number for number, _ in read_table(path)] == list(range(1, 8_000))
    for last in (_row(8_000, ""), _row(2, ' r="2"')):
        path.write_bytes(hostile.book(numbered + last))
        with pytest.raises(WorkbookRefused, match="没有按行号排列"):
            list(read_table(path))
