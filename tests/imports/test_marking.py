"""A refused workbook comes back with its bad cells coloured, commented and listed; all else in it stays as it was."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from fundsys import store
from fundsys.imports.guard import WorkbookRefused
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.registry import kind_of
from fundsys.imports.marking.book import NotMarkable, Wrong, clean, is_marked, mark
from fundsys.imports.returned import write_returned
from fundsys.imports.sheet import read_workbook
from tests.draws import draws
from tests.imports.books import asked, checked, taken
from tests.imports.hostile import CORPUS
from tests.imports.marked import LETTER, SHEET, cells_of, contents, kept_book, looks_of, planted, rewrite, right, typed

AUTHOR, COLOR, SUMMARY = "系统（导入检查）", "FFF6D5D2", "导入检查"


def returned(path: Path, target: Path) -> Path:
    """What the county gets back of a refused workbook."""
    found = checked("projects", path)
    assert found.refusal
    with store.snapshot() as session:
        told = told_for(kind_of("projects"), None, session, found.table.way)
        assert write_returned(found, asked("projects", path), told, target) == ""
    return target


@pytest.mark.only_on("sqlite")
def test_every_planted_cell_is_marked_where_it_stands_and_nothing_else_is_touched(app: Flask, tmp_path: Path) -> None:
    rows, count = draws(120, 2_000), draws(40, 300)
    good = kept_book(tmp_path / "好.xlsx", rows)
    cells = planted(random.Random(6), rows, count)
    bad = typed(good, tmp_path / "坏.xlsx", {cell: value for cell, (_, value) in cells.items()})
    back = returned(bad, tmp_path / "退.xlsx")
    book = load_workbook(back)
    sheet = book.worksheets[0]
    coloured = {
        c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == COLOR and c.fill.fill_type
    }
    said = {c.coordinate: c.comment for row in sheet.iter_rows() for c in row if c.comment}
    ours = {at for at, comment in said.items() if AUTHOR in comment.author + comment.text}
    assert coloured == ours == set(cells)
    assert book.sheetnames == [sheet.title, "说明", SUMMARY]
    listed = [[c.value for c in row] for row in book[SUMMARY].iter_rows(min_row=5)]
    assert {row[2] for row in listed} == set(cells) and len(listed) == count
    link = book[SUMMARY]["C5"].hyperlink
    assert link is not None and link.location == f"'项目 ''24'!{listed[0][2]}"
    before, after = contents(bad), contents(back)
    touched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    touched |= {n for n in before if "comments" in n or "vml" in n.lower() or n in ("xl/worksheets/sheet1.xml",)}
    assert {name for name in before if before[name] != after[name]} <= touched
    assert cells_of(bad) == cells_of(back)
    was, now = looks_of(bad), looks_of(back)
    assert {at for at in was if was[at] != now[at]} == set(cells)
    # the control: what a library that reads and writes a whole workbook would have done
    whole = tmp_path / "整本.xlsx"
    load_workbook(bad).save(whole)
    assert cells_of(bad) != cells_of(whole)


@pytest.mark.only_on("sqlite")
def test_putting_right_only_what_is_marked_makes_it_pass_also_after_a_second_return(app: Flask, tmp_path: Path) -> None:
    good = kept_book(tmp_path / "好.xlsx", 40)
    cells = planted(random.Random(7), 40, 20)
    bad = typed(good, tmp_path / "坏.xlsx", {cell: value for cell, (_, value) in cells.items()})
    once = returned(bad, tmp_path / "退.xlsx")
    told = right(cells)
    half = dict(list(told.items())[:10])
    again = returned(typed(once, tmp_path / "半.xlsx", half), tmp_path / "再退.xlsx")
    book = load_workbook(again)
    sheet = book.worksheets[0]
    coloured = {
        c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fill_type and c.fill.fgColor.rgb == COLOR
    }
    assert coloured == set(cells) - set(half)
    assert book.sheetnames.count(SUMMARY) == 1 and len(book.sheetnames) == 3
    right_now = typed(again, tmp_path / "对.xlsx", told)
    assert checked("projects", right_now).refusal == ""
    assert is_marked(right_now) and clean(right_now, tmp_path / "净.xlsx")
    assert looks_of(tmp_path / "净.xlsx") == looks_of(typed(good, tmp_path / "全.xlsx", told))
    assert not is_marked(tmp_path / "净.xlsx") and not clean(tmp_path / "净.xlsx", tmp_path / "无.xlsx")
    assert load_workbook(tmp_path / "净.xlsx").sheetnames == ["项目 '24", "说明"]
    assert taken("projects", right_now) == (40, 0, 0)
    # the control: one cell left as it was is refused still, there
    left = typed(again, tmp_path / "漏.xlsx", dict(list(told.items())[:-1]))
    assert [fault.cell for fault in checked("projects", left).faults] == [list(cells)[-1]]


@pytest.mark.only_on("sqlite")
def test_a_county_s_own_table_comes_back_marked_and_its_list_of_faults_is_never_read(
    app: Flask, tmp_path: Path
) -> None:
    good = kept_book(tmp_path / "好.xlsx", 5)
    back = tmp_path / "退.xlsx"
    cell = Wrong(3, LETTER["name"], "项目名称", "x", "重名")
    mark(good, back, "", [cell], "有 1 处需要改正")
    assert [sheet.name for sheet in read_workbook(back)] == [sheet.name for sheet in read_workbook(good)]
    first = tmp_path / "挪到最前.xlsx"
    book = load_workbook(back)
    book.move_sheet(SUMMARY, -2)
    book.save(first)
    assert book.sheetnames[0] == SUMMARY
    assert SUMMARY not in [sheet.name for sheet in read_workbook(first, unit="万元")]
    note = load_workbook(back).worksheets[0][f"{LETTER['name']}3"].comment
    assert note is not None and note.author == "王会计" and note.text.endswith(f"{AUTHOR}：重名")
    assert note.text.startswith("镇上核过")
    # the control: a sheet of that name which is the county's own is read as any other
    book = load_workbook(good)
    book.worksheets[0].title = SUMMARY
    book.save(tmp_path / "同名.xlsx")
    assert read_workbook(tmp_path / "同名.xlsx", unit="万元")[0].name == SUMMARY


def test_an_empty_cell_that_is_not_in_the_file_is_made_and_coloured(tmp_path: Path) -> None:
    good = kept_book(tmp_path / "好.xlsx", 3)
    places = [
        Wrong(2, "AZ", "备注", "（空）", "没有填写"),
        Wrong(3, "B", "项目名称", "x", "重名"),
        Wrong(3, "B", "项目名称", "x", "太长"),
    ]
    mark(good, tmp_path / "退.xlsx", "项目 '24", places, "有 3 处")
    sheet = load_workbook(tmp_path / "退.xlsx").worksheets[0]
    assert sheet["AZ2"].fill.fgColor.rgb == COLOR and sheet["AZ2"].comment.text == "没有填写"
    assert sheet["B3"].comment.text.endswith("重名；太长")


def _unnumbered(text: bytes) -> bytes:
    return re.sub(rb'<(row|c)( [^>]*?)? r="[A-Z]*[0-9]+"', rb"<\1\2", text)


def _prefixed(text: bytes) -> bytes:
    named = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", re.sub(rb"<\?xml.*?\?>", b"", text))
    return named.replace(b'xmlns="', b'xmlns:x="', 1)


@pytest.mark.parametrize("change", [_unnumbered, _prefixed, lambda text: text.replace(b"</row>", b"</row>\n  ")])
def test_sheets_of_other_programs_are_marked_all_the_same(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    odd = rewrite(kept_book(tmp_path / "好.xlsx", 30), tmp_path / "怪.xlsx", change)
    assert contents(odd)[SHEET] != contents(tmp_path / "好.xlsx")[SHEET]
    before = looks_of(odd)
    mark(
        odd,
        tmp_path / "退.xlsx",
        "",
        [Wrong(20, "B", "项目名称", "x", "重名"), Wrong(3, "ZA", "备注", "", "空")],
        "有 2 处",
    )
    after = looks_of(tmp_path / "退.xlsx")
    touched = {at for at in after if before.get(at, "None") != after[at] and "系统" in after[at]}
    assert touched == {"B20", "ZA3"}
    assert {at for at in before if before[at] != after[at]} == {"B20"} | ({"ZA3"} & set(before))
    assert clean(tmp_path / "退.xlsx", tmp_path / "净.xlsx")
    again = looks_of(tmp_path / "净.xlsx")
    assert {at: again[at] for at in before} == before


def test_what_cannot_be_opened_is_not_marked_either(tmp_path: Path) -> None:
    refused = 0
    for case in CORPUS[:: draws(4, 1)]:
        path = tmp_path / "upload"
        path.write_bytes(case.make())
        try:
            mark(path, tmp_path / "out.xlsx", "", [Wrong(2, "A", "列", "", "错")], "有 1 处")
        except (NotMarkable, WorkbookRefused):
            refused += 1
        else:
            assert not case.refused or load_workbook(tmp_path / "out.xlsx").sheetnames
    assert refused >= draws(4, 15)


@pytest.mark.only_on("sqlite")
def test_a_file_that_knows_no_colours_comes_back_in_our_template(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "项目.csv"
    path.write_text(
        "项目名称,项目年度,项目子类型,项目主管单位,计划投资（万元）,项目状态\n甲,2024,养殖业基地,县水利局,十二,谋划\n"
    )
    found = checked("projects", path)
    with store.snapshot() as session:
        told = told_for(kind_of("projects"), None, session, found.table.way)
        why = write_returned(found, asked("projects", path), told, tmp_path / "退.xlsx")
    assert why == ".csv 文件不能加底色和批注，已把各行放进本系统的模板标注"
    notes = [
        c.comment.text
        for row in load_workbook(tmp_path / "退.xlsx").worksheets[0].iter_rows()
        for c in row
        if c.comment
    ]
    assert "原表第 2 行：“十二”不是金额" in notes
