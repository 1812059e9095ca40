"""A printed register is whole, readable, and prints what it was given: nothing fetched, nothing hidden, no empty boxes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pypdf
import pytest
import weasyprint

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.reports import figures
from fundsys.reports.press import csv, engine, html, paper, pdf, reading, xlsx
from fundsys.reports.press.agree import agree
from fundsys.reports.press.folding import fold
from fundsys.reports.press.plan import Layout
from fundsys.reports.press.sizes import PAGE_SUM, SIGNATURES_HEIGHT
from fundsys.reports.registry import ledger, ledgers
from fundsys.reports.sheet import GROUP, ROW, SUBTOTAL, TOTAL, compose, numeral
from tests.reports.hostile import HOSTILE
from tests.reports.registers import allocations, an_imprint, assets, projects

RARE = "䶮㙘墕崄坬圐圙𬇙𬒈𫭟𰻝陇峁塬"
EXPECTED_FONTS = {"Noto-Serif-CJK-SC", "Noto-Serif-CJK-SC-Bold", "Noto-Sans-CJK-SC-Bold"}


def printed(sheet, folder, table=None):
    """The sheet as a PDF file."""
    path = Path(folder) / "register.pdf"
    pdf.render(sheet, path, table)
    return path


def with_fields(row, **changes):
    """The row with other values."""
    return SimpleNamespace(**{**vars(row), **changes})


# --- golden -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "make", "count"), [("LG05", assets, 95), ("LG02", projects, 50), ("LG04", allocations, 70)]
)
def test_a_painted_register_and_the_ordinary_table_hold_the_same_text_in_the_same_order(code, make, count, tmp_path):
    sheet = compose(ledger(code), list(make(count)), an_imprint(demo=True))
    (tmp_path / "t").mkdir()
    table, painting = printed(sheet, tmp_path / "t", True), printed(sheet, tmp_path, False)
    number = re.compile(r"第\d+页共\d+页")
    texts = [[number.sub("", page) for page in reading.page_texts(path)] for path in (table, painting)]
    assert texts[0] == texts[1]
    assert reading.fonts_of(table) == reading.fonts_of(painting) == EXPECTED_FONTS
    sizes = [[page.mediabox for page in pypdf.PdfReader(path).pages] for path in (table, painting)]
    assert sizes[0] == sizes[1]
    assert {(round(box.width), round(box.height)) for box in sizes[0]} == {(1191, 842)}


def test_every_page_says_what_it_is_and_the_last_is_signed(tmp_path):
    sheet = compose(ledger("LG05"), list(assets(95)), an_imprint(demo=True, public=True))
    pages = reading.page_texts(printed(sheet, tmp_path))
    assert len(pages) == 4
    for number, text in enumerate(pages, 1):
        assert f"第{number}页共4页" in text
        assert "打印号LG05-2024-000317核验码F642-BFB3-58422024-11-1809:42打印人杨秀兰" in text
        assert "公示版，联系电话隐去中间数字" in text
        assert "演示数据" in text
        assert "资产编码" in text and "金额单位：万元" in text
    assert "填报单位：陇县乡村振兴局（盖章）" in pages[0] and "扫码核对纸面与系统是否一致" in pages[0]
    assert "登记人：复核人：村（单位）负责人：镇审核：县主管部门：" in pages[-1]
    assert "合计（95项）" in pages[-1] and "登记人：" not in "".join(pages[:-1])


@pytest.mark.parametrize("count", [*range(1, 5), 29, 30, 31, 58, 59, 60, 61, 62, 63, 64, 65, 93])
def test_rows_stay_whole_and_signatures_stand_beside_at_least_two_rows(count):
    sheet = compose(ledger("LG05"), list(assets(count)), an_imprint())
    plan = pdf.plan(sheet)
    layout = plan.layout
    rows = [strip for page in plan.pages for strip in page.strips if strip.kind == ROW]
    assert len(rows) == count
    assert sum(strip.kind == ROW for strip in plan.pages[-1].strips) >= min(2, count)
    for number, page in enumerate(plan.pages):
        room = layout.capacity(number == 0) + 7.0
        tail = layout.notes_height(plan.notes) + SIGNATURES_HEIGHT if page is plan.pages[-1] else 0
        assert page.height + tail <= room + 0.01
        kinds = [strip.kind for strip in page.strips]
        assert kinds[0] in (ROW, GROUP)
        for above, below in zip(kinds, kinds[1:], strict=False):
            assert above != GROUP or below in (ROW, GROUP)
            assert below != SUBTOTAL or above in (ROW, SUBTOTAL)
        assert (PAGE_SUM in kinds) == (len(plan.pages) > 1)
    assert [strip.kind for page in plan.pages for strip in page.strips].count(TOTAL) == 1


def test_page_subtotals_add_up_to_the_total():
    plan = pdf.plan(compose(ledger("LG05"), list(assets(200)), an_imprint()))
    sheet = plan.sheet
    place = [column.key for column in sheet.columns].index("original_cost")
    sums = [strip.values[place] for page in plan.pages for strip in page.strips if strip.kind == PAGE_SUM]
    assert (
        sum(amount.fen for amount in sums)
        == sheet.totals["original_cost"].fen
        == sum(row.original_cost.fen for row in assets(200))
    )


def test_the_table_keeps_to_the_planned_pages(tmp_path):
    for code, make, count in (("LG05", assets, 70), ("LG02", projects, 40), ("LG04", allocations, 70)):
        sheet = compose(ledger(code), list(make(count)), an_imprint())
        assert len(reading.page_texts(printed(sheet, tmp_path, True))) == len(pdf.plan(sheet).pages)


@pytest.mark.parametrize("table", [True, False], ids=["表格", "绘制"])
def test_a_row_taller_than_a_page_is_continued_and_counted_once(table, tmp_path):
    rows = list(assets(44))
    rows[7] = with_fields(rows[7], asset_name="长" * 2_000, remark="注" * 900)
    sheet = compose(ledger("LG05"), rows, an_imprint())
    assert agree(sheet, printed(sheet, tmp_path, table)) == []
    assert "合计（44项）" in reading.page_texts(tmp_path / "register.pdf")[-1]


def test_nothing_is_printed_below_six_and_a_half_points():
    for one in ledgers().values():
        layout = pdf.plan(compose(one, [])).layout
        assert min(layout.sizes) >= 6.5
    with pytest.raises(ValueError, match=r"6\.5"):
        replace(ledger("LG05"), size=6.4)


def test_amounts_dates_and_numbers_are_never_folded_on_paper():
    rows = [with_fields(row, original_cost=Money(123_456_789_012_345)) for row in assets(60)]
    plan = pdf.plan(compose(ledger("LG05"), rows, an_imprint()))
    for page in plan.pages:
        for strip in page.strips:
            for column, lines in zip(plan.layout.columns, strip.cells, strict=False):
                if not column.figure.folds and column.figure.name != "code":
                    assert len(lines) <= 1, (column.term.label, lines)


def test_lines_never_begin_with_a_closing_mark_nor_split_a_number():
    chain = engine.chain("body")
    text = "建设内容（含水、电、路），硬化道路12.35公里；配套“三室一厅”。投资1,234.56万元。"
    for width in range(4_000, 20_000, 700):
        lines = fold(text, width, chain)
        assert "".join(lines) == text
        assert not any(line[0] in "，。；）”、" for line in lines)
        assert any("1,234.56" in line for line in lines)
        assert all(chain.width(line) <= width for line in lines)


def test_the_joint_heading_stands_over_its_columns():
    layout: Layout = pdf.plan(compose(ledger("LG02"), list(projects(5)))).layout
    joint = next(cell for cell in layout.head_cells if cell.lines == ("其中",))
    names = [layout.columns[k].term.label for k in range(joint.begin, joint.end)]
    assert names == ["中央衔接", "省级衔接", "市级衔接", "县级衔接", "苏陕协作", "其他"]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_classes_are_numbered_as_in_official_papers(number, text):
    assert numeral(number) == text


# --- fonts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [True, False], ids=["表格", "绘制"])
def test_rare_characters_of_names_and_villages_have_a_shape(table, tmp_path):
    rows = [
        with_fields(row, keeper=f"王{char}", village=f"{char}家咀村")
        for row, char in zip(assets(len(RARE)), RARE, strict=True)
    ]
    path = printed(compose(ledger("LG05"), rows, an_imprint()), tmp_path, table)
    text = "".join(reading.page_texts(path))
    assert all(f"王{char}" in text for char in RARE)
    assert "\ufffd" not in text
    assert reading.fonts_of(path) == EXPECTED_FONTS
    assert all(engine.chain("body").place(char) for char in RARE)


def test_a_character_without_font_is_set_by_the_engine_and_stays_in_the_text(tmp_path):
    rows = list(assets(45))
    rows[3] = with_fields(rows[3], remark="ཀ藏文")
    path = printed(compose(ledger("LG05"), rows, an_imprint()), tmp_path, False)
    text = "".join(reading.page_texts(path))
    assert "藏文" in text and rows[4].asset_no in text


FONTLESS = """
import sys
from fundsys.reports.press import pdf, engine
from fundsys.reports.sheet import compose
from fundsys.reports.registry import ledger
from fundsys.domain.errors import Unavailable
try:
    pdf.render(compose(ledger("LG05"), []))
except Unavailable as refusal:
    print(refusal.message)
print(len(engine.problems()))
"""


def test_without_a_chinese_font_nothing_is_printed(tmp_path):
    config = tmp_path / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    env = {**os.environ, "FONTCONFIG_FILE": str(config), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FONTLESS], env=env, capture_output=True, text=True, timeout=120
    )
    assert "系统缺少中文字体，不能打印" in done.stdout, done.stderr
    assert int(done.stdout.split()[-1]) >= 1


def test_this_machine_prints_without_complaint():
    assert engine.problems() == ()
    assert engine.probe()


# --- hostile text -----------------------------------------------------------------------------------------------


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A local port and what knocked on it."""
    knocks: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stop = threading.Event()

    def answer() -> None:
        while not stop.is_set():
            try:
                caller, _ = server.accept()
            except TimeoutError:
                continue
            with caller:
                knocks.append(caller.recv(200))
                caller.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield server.getsockname()[1], knocks
    finally:
        stop.set()
        thread.join()
        server.close()


def hostile_sheet(port: int, count: int):
    """A register in which every name is hostile, and so are place, person and filters."""
    words = [word.replace("127.0.0.1:9", f"127.0.0.1:{port}") for word in HOSTILE]
    rows = [
        with_fields(row, asset_name=word, village=word[:30], operator=word, remark=word[:60], keeper=word[:20])
        for row, word in zip(assets(len(words)), words, strict=True)
    ]
    rows += assets(max(0, count - len(rows)), seed=5)
    imprint = an_imprint(
        place=words[1][:20], reporting_unit=words[6], printed_by=words[4], filters=tuple(words[3:8]), subtitle=words[2]
    )
    return compose(ledger("LG05"), rows, imprint), words


@pytest.mark.parametrize("table", [True, False], ids=["表格", "绘制"])
def test_hostile_names_print_as_text_and_nothing_is_fetched_or_attached(table, tmp_path):
    with listening() as (port, knocks):
        sheet, words = hostile_sheet(port, 60)
        path = printed(sheet, tmp_path, table)
        weasyprint.HTML(string=f"<img src=http://127.0.0.1:{port}/control.png>").write_pdf()
    assert [knock.split()[1] for knock in knocks] == [b"/control.png"]  # only the control without our fetcher
    reader = pypdf.PdfReader(path)
    assert dict(reader.attachments) == {}
    assert not any(page.get("/Annots") for page in reader.pages)
    assert agree(sheet, path) == []
    assert len(words) >= 40


def test_hostile_names_are_text_in_workbook_csv_and_page(tmp_path):
    sheet, words = hostile_sheet(9, 50)
    xlsx.write(sheet, tmp_path / "h.xlsx")
    csv.write(sheet, tmp_path / "h.csv")
    assert agree(sheet, None, tmp_path / "h.xlsx", tmp_path / "h.csv") == []
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "h.xlsx").active.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(cell.value == "+1+1" and cell.quotePrefix for cell in cells)
    body = (tmp_path / "h.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in body and "\n=" not in body and ",=" not in body and "\x00" not in body
    screen = html.page(sheet)
    assert not re.search(r"<(?!/?(table|caption|thead|tbody|tfoot|tr|th|td|ul|li)\b)", screen)


def test_hidden_and_turning_characters_are_shown_by_number():
    assert figures.plain("王\u202e五") == "王〔U+202E〕五"
    assert figures.plain("张\u0000三\u200b") == "张〔U+0000〕三〔U+200B〕"
    assert figures.plain("换\n行\t列") == "换 行 列"
    assert figures.plain("陇县㙘坪𰻝（二组）") == "陇县㙘坪𰻝（二组）"


def test_a_form_cannot_fetch_either_and_prints_own_pictures(tmp_path):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    with listening() as (port, knocks):
        pdf.form(
            f'<html lang="zh-CN"><style>@page{{size:A4}}{pdf.base_style()}@import url(http://127.0.0.1:{port}/x.css);</style>'
            f'<h1>资产卡片</h1><img src="http://127.0.0.1:{port}/y.png"><img src="data:image/png;base64,{dot}">'
            f'<link rel=attachment href="file:///etc/passwd"></html>',
            tmp_path / "card.pdf",
        )
    assert knocks == []
    reader = pypdf.PdfReader(tmp_path / "card.pdf")
    assert dict(reader.attachments) == {} and len(reader.pages[0].images) == 1
    assert "资产卡片" in reading.page_texts(tmp_path / "card.pdf")[0]
    assert reading.fonts_of(tmp_path / "card.pdf") == {"Noto-Serif-CJK-SC-Bold"}


# --- files ------------------------------------------------------------------------------------------------------


def test_an_unfinished_print_leaves_no_file(tmp_path):
    class Broken(Exception):
        pass

    def rows():
        yield from assets(45)
        raise Broken

    sheet = compose(replace(ledger("LG05"), group_by=None), rows)
    for write in (pdf.render, xlsx.write, csv.write):
        with pytest.raises(Broken):
            write(sheet, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_has_frozen_heads_print_titles_and_real_numbers(tmp_path):
    rows = list(assets(12))
    rows[0] = with_fields(rows[0], asset_no="61032710620120220009", original_cost=Money(1_234_567))
    xlsx.write(compose(ledger("LG05"), rows, an_imprint()), tmp_path / "w.xlsx")
    page = openpyxl.load_workbook(tmp_path / "w.xlsx").active
    assert (page.freeze_panes, page.print_title_rows) == ("A4", "$1:$3")
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (8, "landscape")
    assert page["B5"].value == "61032710620120220009" and page["B5"].data_type == "s"
    assert page["Q5"].value == 1.234567 and page["Q5"].number_format.startswith("#,##0.00")
    assert page["S5"].is_date and page["S5"].number_format == "yyyy-mm-dd"
    assert page["A1"].value == "陇县帮扶项目资产登记台账"


def test_more_rows_than_a_worksheet_holds_are_refused_in_words(tmp_path):
    with pytest.raises(DomainError, match="工作表的上限"):
        xlsx.write(compose(ledger("LG05"), list(assets(900))), tmp_path / "w.xlsx", most_rows=500)
    assert list(tmp_path.iterdir()) == []


def test_the_screen_shows_one_page_of_rows_with_the_total_of_all():
    sheet = compose(ledger("LG05"), list(assets(50)), an_imprint())
    shown = html.page(sheet, begin=10, count=20, link=lambda row: f"/assets/{row.asset_no}", link_key="asset_no")
    assert shown.count("<tr>") - 1 == 20 and shown.count("<a href=") == 20
    assert (
        "合计（50 项）" in shown and '<td class="fs-mid">11</td>' in shown and '<td class="fs-mid">31</td>' not in shown
    )


def test_a_ledger_is_found_by_code_and_by_name():
    assert ledger("lg05") is ledger("帮扶项目资产登记台账")
    assert {"LG02", "LG04", "LG05"} <= set(ledgers())
    with pytest.raises(DomainError, match="LG05 帮扶项目资产登记台账"):
        ledger("LG99")


def test_the_ledgers_have_the_columns_of_the_office_in_its_order():
    assert [len(ledger(code).columns) for code in ("LG02", "LG04", "LG05")] == [29, 23, 32]
    assert all(column.printed for code in ("LG02", "LG04", "LG05") for column in ledger(code).columns)


def test_paper_stylesheet_fetches_nothing():
    assert "url(" not in paper.stylesheet() and "@import" not in paper.stylesheet()
