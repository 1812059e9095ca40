"""Our records under other systems' headings, what they want that we lack, and their export beside ours, cell by cell."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Refusals
from fundsys.domain.exchange import LayoutColumn, read_lines
from fundsys.domain.rights import Role
from fundsys.imports.exchange.compare import Comparison, compare, write_comparison
from fundsys.imports.exchange.outgoing import lacks, write_export
from fundsys.imports.exchange.records import bind, open_layout
from fundsys.imports.guard import WorkbookRefused
from fundsys.imports.intake import viewer_now
from fundsys.queries.exchange import layout, layouts
from fundsys.services import exchange
from fundsys.services.acts import act
from fundsys.services.reference import load
from tests.counties import OfficeClient, somebody
from tests.draws import draws
from tests.figures import Figure
from tests.imports.books import ASSET, PROJECT, book, taken
from tests.pages import Page

Clients = Callable[..., OfficeClient]
PLANTED = 20


def projects(tmp_path: Path, count: int) -> None:
    """Projects of the county."""
    rows = [
        PROJECT | {
            "code": f"610327-2024-102-{n:04d}", "name": f"第{n}项圈舍", "planned_investment": 120.5 + n / 100,
            "planned_other": 20.5, "content": f"新建羊舍 {n} 座（含水电）", "responsible": f"张{n}",
            "plan_start_on": "2024-03-01", "nature": "新建",
        }
        for n in range(1, count + 1)
    ]  # fmt: skip
    taken("projects", book(tmp_path / "项目.xlsx", "projects", rows))


def assets(tmp_path: Path, count: int) -> None:
    """Assets of the county."""
    rows = [
        ASSET | {"code": f"610327102205-2023-G1-{n:05d}", "name": f"第{n}号蓄水池", "original_cost": 8.123456 + n}
        for n in range(1, count + 1)
    ]  # fmt: skip
    taken("assets", book(tmp_path / "资产.xlsx", "assets", rows))


def exported(code: str, target: Path, by: int | None = None) -> Path:
    """Our table as they want it."""
    with store.snapshot() as session:
        write_export(open_layout(session, layout(session, code), viewer_now(by)), target)
    return target


def beside(code: str, path: Path, by: int | None = None, **told: Any) -> Comparison:
    """Their table beside ours."""
    with store.snapshot() as session:
        return compare(open_layout(session, layout(session, code), viewer_now(by)), path, path.name, **told)


def heads(sheet: Any) -> dict[str, int]:
    """The column of every heading."""
    return {cell.value: cell.column for cell in sheet[1]}


WRONG: dict[str, Callable[[Any], Any]] = {
    "项目名称": lambda old: f"{old}（二期）",
    "项目预算总投资（万元）": lambda old: round(old + 0.000001, 6),
    "其中：财政资金（万元）": lambda old: None,
    "受益户数": lambda old: old + 1,
    "计划开工时间": lambda old: "2024-03-02",
    "项目子类型": lambda old: "种植业基地",
    "行政村": lambda old: "高堎村",
    "项目状态": lambda old: "已入库",
    "项目摘要": lambda old: f"{old}，含围墙",
    "项目负责人": lambda old: "李四",
}


def theirs_of(
    path: Path, target: Path, draw: random.Random, cells: int, alone: int
) -> tuple[set[str], list[str], list[str]]:
    """Their export: ours with cells changed, rows left out and rows added. Returns cells, codes left out, names added."""
    read = load_workbook(path)
    sheet = read.worksheets[0]
    at, rows = heads(sheet), list(range(2, sheet.max_row + 1))
    changed = draw.sample(rows, cells + alone)
    gone = sorted(changed[cells:], reverse=True)
    places: list[tuple[int, int]] = []
    for number, row in enumerate(changed[:cells]):
        heading = list(WRONG)[number % len(WRONG)]
        cell = sheet.cell(row, at[heading])
        cell.value = WRONG[heading](cell.value)
        places.append((row, at[heading]))
    codes = [sheet.cell(row, at["项目编码"]).value for row in gone]
    for row in gone:
        sheet.delete_rows(row)
    found = {sheet.cell(row - sum(1 for g in gone if g < row), column).coordinate for row, column in places}
    names = [f"对方多出的项目{n}" for n in range(alone)]
    for n, name in enumerate(names):
        sheet.append([f"610327-2024-999-{n:04d}", name, 2024])
    draw.shuffle(names)
    read.save(target)
    return found, codes, sorted(names)


def test_twenty_planted_differences_are_found_and_no_false_one(app: Flask, tmp_path: Path, figure: Figure) -> None:
    count = draws(60, 2_000)
    projects(tmp_path, count)
    mine = exported("GJXMK", tmp_path / "我.xlsx")
    same = beside("GJXMK", mine)
    assert (same.ours, same.theirs, same.paired) == (count, count, count)
    assert (same.only_here, same.only_there, same.differing) == ([], [], [])
    assert len(same.compared) > 25
    alone = 5
    cells, gone, added = theirs_of(mine, tmp_path / "他.xlsx", random.Random(20), PLANTED - 2 * alone, alone)
    found = beside("GJXMK", tmp_path / "他.xlsx")
    assert {d.cell for d in found.differing} == cells and len(found.differing) == PLANTED - 2 * alone
    assert sorted(a.code for a in found.only_here) == sorted(gone)
    assert sorted(a.name for a in found.only_there) == added
    assert found.paired == count - alone
    figure("与外部导出比对", f"{count} 条，种下 {PLANTED} 处差异，找到 {PLANTED} 处，误报 0 处")
    target = tmp_path / "结果.xlsx"
    write_comparison(found, "项目库", target)
    out = load_workbook(target)
    assert out.sheetnames == ["比对结果", "仅本系统有", "仅对方有", "不一致"]
    assert [s.max_row - 1 for s in out.worksheets[1:]] == [alone, alone, PLANTED - 2 * alone]


def test_money_is_compared_to_the_fen_whatever_the_unit(app: Flask, tmp_path: Path) -> None:
    assets(tmp_path, 8)
    mine = exported("FPZC", tmp_path / "我.xlsx")
    sheet = load_workbook(mine).worksheets[0]
    at = heads(sheet)
    assert sheet.cell(2, at["资产原值（元）"]).value == 91234.56
    assert sheet.cell(2, at["资产类别"]).value == "公益性资产" and sheet.cell(2, at["权属性质"]).value == "村集体"
    assert beside("FPZC", mine).differing == []
    for heading, fen, wrong in (("资产原值（万元）", 9.123456, False), ("资产原值（万元）", 9.123457, True),
                                ("资产原值", 91234.56, False), ("资产原值", 91234.57, True), ("资产原值（元）", "91,234.56", False)):  # fmt: skip
        other = load_workbook(mine)
        sheet = other.worksheets[0]
        for row in range(2, sheet.max_row + 1):
            old = sheet.cell(row, at["资产原值（元）"]).value
            sheet.cell(row, at["资产原值（元）"]).value = round(old / 10_000, 6) if "万元" in heading else old
        sheet.cell(1, at["资产原值（元）"]).value = heading
        sheet.cell(2, at["资产原值（元）"]).value = fen
        other.save(tmp_path / "他.xlsx")
        assert len(beside("FPZC", tmp_path / "他.xlsx").differing) == int(wrong), (heading, fen)


def test_a_record_without_our_code_is_known_by_its_name_and_village(app: Flask, tmp_path: Path) -> None:
    projects(tmp_path, 4)
    read = load_workbook(exported("GJXMK", tmp_path / "我.xlsx"))
    sheet = read.worksheets[0]
    at = heads(sheet)
    sheet.cell(2, at["项目编码"]).value = "另编的号"
    sheet.cell(3, at["项目编码"]).value = None
    sheet.cell(3, at["行政村"]).value = "大力村村委会"
    sheet.cell(4, at["项目编码"]).value = "又一个号"
    sheet.cell(4, at["行政村"]).value = "高堎村"
    read.save(tmp_path / "他.xlsx")
    found = beside("GJXMK", tmp_path / "他.xlsx")
    assert (found.paired, found.by_name) == (3, 2)
    assert [(d.heading, d.theirs) for d in found.differing] == [("项目编码", "另编的号"), ("项目编码", "")]
    # the control: the same name in another village is another project
    assert [one.name for one in found.only_here] == ["第3项圈舍"] == [one.name for one in found.only_there]


@pytest.mark.only_on("sqlite")
def test_a_table_with_titles_and_totals_is_read_as_well(app: Flask, tmp_path: Path) -> None:
    projects(tmp_path, 3)
    made = Workbook()
    sheet = made.active
    sheet.append(["陇县2024年项目库导出"])
    sheet.append(["单位：万元"])
    sheet.append(["序号", "项目编码", "项目名称", "项目预算总投资（万元）", "对方自用"])
    for n in (1, 2, 3):
        sheet.append([n, f"610327-2024-102-{n:04d}", f"第{n}项圈舍", 120.5 + n / 100, "x"])
    sheet.append(["合计", None, None, 361.56, None])
    made.save(tmp_path / "他.xlsx")
    found = beside("GJXMK", tmp_path / "他.xlsx")
    assert (found.theirs, found.paired, found.differing) == (3, 3, [])
    assert any("对方自用" in notice for notice in found.notices)
    with pytest.raises(WorkbookRefused, match="编码"):
        beside("FPZC", tmp_path / "他.xlsx")


@pytest.mark.only_on("sqlite")
def test_what_the_target_wants_and_we_lack_is_told_by_column_and_by_row(app: Flask, tmp_path: Path) -> None:
    projects(tmp_path, 3)
    with store.snapshot() as session:
        found = lacks(open_layout(session, layout(session, "GJXMK"), None))
    told = {heading: (required, why, rows) for heading, required, why, rows in found.columns}
    assert told["负责人联系电话"] == (True, "本系统没有这一项", 3)
    assert told["绩效目标"] == (True, "有的记录没有填写", 3)
    assert "项目名称" not in told and not found.is_whole
    assert {lack.heading for lack in found.records} >= {"绩效目标", "计划完工时间"}
    by = somebody(Role.SYSADMIN)
    with act(by=by, what="添加") as opened:
        exchange.add_layout(
            "SHORT",
            "短表",
            "projects",
            "名称 | 项目名称 | 必填\n编号 | 项目编号 | 必填\n状态 | 项目状态 | 必填 | | 入库=2",
            act=opened,
        )
    with store.snapshot() as session:
        short = lacks(open_layout(session, layout(session, "SHORT"), None))
        assert [(one.heading, one.why) for one in short.records] == [("状态", "“列计划”没有对照")] * 3
    with act(by=by, what="修改") as opened:
        lines = "名称 | 项目名称 | 必填\n编号 | 项目编号 | 必填\n状态 | 项目状态 | 必填 | | 列计划=3，入库=3"
        exchange.edit_layout("SHORT", version=1, name="短表", lines=lines, basis="", active=True, act=opened)
    with store.snapshot() as session:
        assert lacks(open_layout(session, layout(session, "SHORT"), None)).is_whole
    assert beside("SHORT", exported("SHORT", tmp_path / "短.xlsx")).differing == [], (
        "two words of ours are one of theirs"
    )


@pytest.mark.only_on("sqlite")
def test_a_layout_is_the_county_s_and_a_wrong_line_is_named(app: Flask) -> None:
    with store.snapshot() as session:
        delivered = layouts(session)
    assert [one.code for one in delivered] == ["GJXMK", "FPZC"]
    for one in delivered:
        assert (
            "\n".join(column.line() for column in read_lines(one.lines)).split()
            == one.lines.replace("元 |", "元 |").split()
        )
        assert bind(one.subject, one.lines)
    by = somebody(Role.SYSADMIN)
    one = delivered[0]
    with act(by=by, what="修改") as opened:
        exchange.edit_layout(
            one.code, version=one.version, name="改了名", lines=one.lines, basis="县里的模板", active=True, act=opened
        )
    load(store.current_county())
    with store.snapshot() as session:
        assert layout(session, one.code).name == "改了名"
    for line, why in (("甲 | 项目名称 | 要", "只能写“必填”"), ("甲 | 项目名称 | | 角", "单位只能是"), ("甲 | | | | 乙", "对照“乙”"),
                      ("甲\n甲", "写了两次"), ("", "一列也没有"), ("甲 | 固定：", "没有写内容")):  # fmt: skip
        with pytest.raises(Refusals) as told:
            read_lines(line)
        assert why in told.value.errors[0].message, line
    with pytest.raises(Refusals, match="没有这个词"):
        bind("projects", "甲 | 资产名称")
    with pytest.raises(Refusals, match="不是金额"):
        bind("projects", "甲 | 项目名称 | | 元")
    with pytest.raises(NotAllowed), act(by=somebody(Role.LEAD), what="添加") as opened:
        exchange.add_layout("AB", "表", "projects", "甲 | 项目名称", act=opened)
    with pytest.raises(DomainError, match="已有代码"), act(by=by, what="添加") as opened:
        exchange.add_layout("fpzc", "表", "projects", "甲 | 项目名称", act=opened)
    assert LayoutColumn("甲").is_lacking


@pytest.mark.only_on("sqlite")
def test_the_pages_show_export_and_compare_what_the_person_may_read(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    projects(tmp_path, 3)
    lead = client_as(Role.LEAD)
    assert "全国防返贫监测系统项目库" in lead.get("/exchange/").get_data(as_text=True)
    assert Page(lead.get("/exchange/GJXMK?year=2024").get_data(as_text=True)).h1 == "全国防返贫监测系统项目库（项目表）"
    whole = load_workbook(io.BytesIO(lead.get("/exchange/GJXMK/export.xlsx").data))
    assert whole.worksheets[0].max_row == 4 and whole.sheetnames[1] == "缺项"
    assert load_workbook(io.BytesIO(lead.get("/exchange/GJXMK/export.xlsx?year=2020").data)).worksheets[0].max_row == 1
    sheet = whole.worksheets[0]
    sheet.cell(2, heads(sheet)["受益户数"]).value = 999
    whole.save(tmp_path / "他.xlsx")
    sent = {"file": (io.BytesIO((tmp_path / "他.xlsx").read_bytes()), "他.xlsx")}
    answer = lead.send("/exchange/GJXMK/compare", sent, content_type="multipart/form-data")
    assert answer.status_code == 302
    shown = lead.get(answer.location).get_data(as_text=True)
    assert "999" in shown and "受益户数" in shown
    result = load_workbook(io.BytesIO(lead.get(f"{answer.location}/result.xlsx").data))
    assert result["不一致"]["E2"].value == "999"
    other = client_as(Role.OWNER)
    assert other.get(answer.location).status_code == 404
    assert load_workbook(io.BytesIO(other.get("/exchange/GJXMK/export.xlsx").data)).worksheets[0].max_row in (1, 4)
    bad = {"file": (io.BytesIO(b"no book"), "假.xlsx")}
    assert lead.send("/exchange/GJXMK/compare", bad, content_type="multipart/form-data").status_code == 422
    admin = client_as(Role.SYSADMIN)
    at = "/exchange/FPZC/edit"
    form = admin.token(at) | {"name": "资产台账", "lines": "甲 | 没有的词", "basis": "", "active": "1"}
    answer = admin.post(at, data=form)
    assert answer.status_code == 422 and "本系统没有这个词" in answer.get_data(as_text=True)
    form = admin.token(at) | {"name": "资产台账", "lines": "资产编码 | 资产编码 | 必填", "basis": "", "active": "1"}
    assert [admin.post(at, data=form).status_code for _ in range(2)] == [302, 302]
    form = admin.token("/exchange/new") | {
        "code": "XIAN",
        "name": "县表",
        "subject": "projects",
        "lines": "甲 | 项目名称",
        "basis": "",
    }
    assert [admin.post("/exchange/new", data=form).status_code for _ in range(2)] == [302, 302]
    assert "县表" in lead.get("/exchange/").get_data(as_text=True)
    assert lead.get(at).status_code == admin.get("/exchange/GJXMK").status_code == 403
