"""A block copied from a workbook finds its projects by code or name, and what it does not find is told and kept."""

from __future__ import annotations

import pytest

from fundsys.web.funds.paste import Named, fill, rows_of, words_of

A = Named(1, "2024-0001", "大力村养殖场扩建", True, True)
B = Named(2, "2024-0002", "川口河村道路排水", True, True)
OLD = Named(3, "2023-0009", "川口河村道路排水", True, False)
OUT = Named(4, "2024-0099", "没有入库的项目", False, False)
TWIN = Named(5, "2024-0005", "大力村养殖场扩建", True, True)


def pasted(text: str, *more: Named, lines: tuple[int, ...] = (7,), begin: int = 0):
    return fill(rows_of(text), (A, B, *more), lines, begin)


@pytest.mark.parametrize(
    "row",
    [
        "2024-0001\t12.5",
        "２０２４－０００１\t12.5",
        "大力村养殖场扩建\t12.5",
        "1\t2024-0001\t大力村养殖场扩建\t12.5",
        "2024-0001 12.5",
        "大力村 养殖场扩建\t12.5",
    ],
)
def test_a_project_is_found_by_code_or_name_wherever_it_stands_in_the_row(row: str) -> None:
    told = pasted(row)
    assert (told.filled, told.left, told.said) == ({(7, 1): "12.5"}, [], [])


def test_several_columns_of_amounts_go_to_several_lines_from_the_one_that_has_the_cursor() -> None:
    assert pasted("2024-0001\t1\t\t3", lines=(7, 8, 9)).filled == {(7, 1): "1", (9, 1): "3"}
    assert pasted("2024-0001\t1\t2", lines=(7, 8, 9), begin=1).filled == {(8, 1): "1", (9, 1): "2"}
    assert pasted("2024-0001\t\t2", lines=(7, 8)).filled == {(8, 1): "2"}, "a blank column is the first line's"
    assert pasted("2024-0001\t大力村\t\t2", lines=(7, 8)).filled == {(8, 1): "2"}
    assert pasted("2024-0001\t\t2").filled == {(7, 1): "2"}, "with one line it can mean nothing else"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2024-7777\t12", "没有编号或名称为“2024-7777”的项目"),
        ("合计\t12", "“合计”是合计行"),
        ("项目编号\t金额", "像是表头"),
        ("2024-0099\t12", "没有入库"),
        ("2024-0001\t12\t13", "有 2 列金额，表上从这一列起只有 1 列"),
        ("2024-0001\t", "没有金额"),
        ("2024-0001\t1.2345678", "“1.2345678”不是金额"),
        ("2024-0001\t-5", "“-5”不是金额"),
        ("12\t13", "没有项目编号或名称"),
    ],
)
def test_what_cannot_be_filled_in_is_said_and_stays_as_it_was(row: str, why: str) -> None:
    told = pasted(f"2024-0002\t3\n{row}", OUT)
    assert told.filled == {(7, 2): "3"}
    assert told.left == [row.rstrip("\t")] or told.left == [row]
    assert why in told.said[0] and told.said[0].startswith("第 2 行：")


def test_a_project_named_twice_is_filled_once_and_the_second_row_is_kept() -> None:
    told = pasted("2024-0001\t1\n大力村养殖场扩建\t2")
    assert (told.filled, told.left) == ({(7, 1): "1"}, ["大力村养殖场扩建\t2"])


def test_a_name_that_two_projects_bear_asks_for_the_code() -> None:
    told = pasted("大力村养殖场扩建\t1", TWIN)
    assert not told.filled and "有 2 个项目叫" in told.said[0]


def test_of_projects_alike_the_one_on_the_sheet_is_meant() -> None:
    assert pasted("川口河村道路排水\t4", OLD).filled == {(7, 2): "4"}
    assert pasted("2023-0009\t4", OLD).filled == {(7, 3): "4"}


def test_only_words_are_looked_up() -> None:
    assert words_of(rows_of("1\t2024-0001\t甲\t1,234.50\t-")) == {"2024-0001", "甲"}
