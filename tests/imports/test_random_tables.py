"""Random tables in random layouts are read back exactly: rows, amounts, kinds of rows, totals."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from fundsys.imports.sheet import read_workbook

TOWNS = ("城关镇", "东风镇", "八渡镇", "温水镇", "固关镇", "河北镇", "曹家湾镇", "李家河镇")
WORKS = (
    "产业路硬化",
    "奶山羊小区",
    "蔬菜大棚",
    "污水处理站",
    "便民桥",
    "核桃园提升",
    "灌溉渠",
    "冷库",
    "小额贷款贴息",
    "项目管理费",
)
GROUPS = ("产业发展项目", "乡村建设行动项目", "就业帮扶项目", "巩固三保障成果项目")
AMOUNT_HEADS = (
    "资金合计",
    "安排资金",
    "补助资金",
    "下达资金",
    "投资规模",
    "资金规模",
    "财政衔接资金",
    "金额",
    "本次安排资金",
    "奖补资金额度",
)
FEN = {"万元": 1_000_000, "元": 100}


@dataclass
class Plan:
    """A random table: its groups of amounts in 分 and how it is laid out."""

    groups: list[list[int]]
    unit: str
    unit_place: str
    head: str
    parts: bool
    group_rows: str
    total: str
    text: str
    title: bool
    note: bool
    seq: bool
    offset: int
    written: dict[int, int] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)


@st.composite
def plans(draw):
    """Layouts as counties mix them; at least three records, so that a table is a table."""
    unit = draw(st.sampled_from(("万元", "元")))
    step = 10_000 if unit == "万元" else 1
    amounts = st.integers(1, 30_000_000).map(lambda n: n * step)
    groups = draw(st.lists(st.lists(amounts, min_size=2, max_size=5), min_size=1, max_size=4))
    if sum(map(len, groups)) < 3:
        groups[0].append(draw(amounts))
    return Plan(
        groups, unit, draw(st.sampled_from(("line", "title", "heading", "cells"))), draw(st.sampled_from(AMOUNT_HEADS)),
        draw(st.booleans()), draw(st.sampled_from(("none", "category", "category_sum", "after"))),
        draw(st.sampled_from(("none", "first", "last"))), draw(st.sampled_from(("number", "text", "wide", "comma"))),
        draw(st.booleans()), draw(st.booleans()), draw(st.booleans()), draw(st.integers(0, 2)),
    )  # fmt: skip


class Writer:
    """Lays a plan out as a sheet and notes what each row is."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.row = plan, 0
        self.book = openpyxl.Workbook()
        self.sheet = self.book.active
        self.seq = plan.seq or plan.group_rows.startswith("category")
        self.names = (["序号"] if self.seq else []) + ["乡镇", "项目名称"]
        self.money = len(self.names) + 1 + plan.offset
        self.last = self.money + (2 if plan.parts else 0)

    def put(self, why: str | None, cells: dict[int, object], merge: tuple[int, int] | None = None) -> None:
        self.row += 1
        for column, value in cells.items():
            self.sheet.cell(self.row, column, value)
        if merge:
            self.sheet.merge_cells(f"{get_column_letter(merge[0])}{self.row}:{get_column_letter(merge[1])}{self.row}")
        if why:
            self.plan.skipped[self.row] = why

    def shown(self, fen: int) -> object:
        value = Decimal(fen) / FEN[self.plan.unit]
        text = f"{value.normalize():f}"
        if self.plan.text == "comma":
            text = f"{value.normalize():,f}"
        if self.plan.text == "wide":
            text = text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
        if self.plan.unit_place == "cells":
            return text + self.plan.unit
        return float(value) if self.plan.text == "number" else f" {text} "

    def figures(self, *fens: int) -> dict[int, object]:
        fen = sum(fens)
        cells = {self.money: self.shown(fen)}
        if self.plan.parts:
            central = sum(each // 2 // 10_000 * 10_000 for each in fens)
            cells |= {self.money + 1: self.shown(central), self.money + 2: self.shown(fen - central)}
        return cells

    def write(self, path: Path) -> None:
        plan = self.plan
        unit_in_title = plan.unit_place == "title"
        if plan.title or unit_in_title:
            self.put(
                "标题",
                {1: f"某县2024年资金分配表{'（单位：' + plan.unit + '）' if unit_in_title else ''}"},
                (1, self.last),
            )
        if plan.unit_place == "line":
            self.put("单位", {self.last: f"单位：{plan.unit}"})
        self.heading()
        whole = [fen for amounts in plan.groups for fen in amounts]
        if plan.total == "first":
            self.put("合计", {1: "合计", **self.figures(*whole)})
        number = 0
        for index, amounts in enumerate(plan.groups):
            name = f"{'一二三四'[index]}、{GROUPS[index]}"
            if plan.group_rows == "category":
                self.put("类别", {1: name}, (1, self.last))
            if plan.group_rows == "category_sum":
                self.put("小计", {1: "一二三四"[index], 2: GROUPS[index], **self.figures(*amounts)})
            for fen in amounts:
                number += 1
                self.record(number, fen)
            if plan.group_rows == "after":
                self.put("小计", {1: "小计", **self.figures(*amounts)})
        if plan.total == "last":
            self.put("合计", {1: "合  计", **self.figures(*whole)})
        if plan.note:
            self.put("注", {1: "注：资金文号以正式文件为准，项目按程序实施。"}, (1, self.last))
        self.book.save(path)

    def heading(self) -> None:
        plan = self.plan
        head = plan.head + (f"（{plan.unit}）" if plan.unit_place == "heading" else "")
        extra = ("建设内容", "实施单位")[: plan.offset]
        names = dict(enumerate([*self.names, *extra], start=1))
        if not plan.parts:
            self.put("表头", {**names, self.money: head})
            return
        self.put("表头", {**names, self.money: head, self.money + 1: "其中"}, (self.money + 1, self.money + 2))
        self.put("表头", {self.money + 1: "中央资金", self.money + 2: "省级资金"})
        for column in range(1, self.money + 1):
            self.sheet.merge_cells(start_row=self.row - 1, end_row=self.row, start_column=column, end_column=column)

    def record(self, number: int, fen: int) -> None:
        words = ([number] if self.seq else []) + [TOWNS[number % len(TOWNS)], WORKS[number % len(WORKS)]]
        extra = ("新建一处", "镇政府")[: self.plan.offset]
        self.put(None, {**dict(enumerate([*words, *extra], start=1)), **self.figures(fen)})
        self.plan.written[self.row] = fen


@given(plans())
def test_a_random_table_reads_back_exactly(plan):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        Writer(plan).write(path)
        (sheet,) = read_workbook(path)
    assert {row.row: row.amount_fen for row in sheet.rows} == plan.written
    assert {skip["row"]: skip["why"] for skip in sheet.skipped_rows} == plan.skipped
    whole = sum(plan.written.values())
    assert sheet.total_fen == whole
    assert sheet.stated_total_fen == (None if plan.total == "none" else whole)
    assert sheet.unit == plan.unit
    assert sheet.problems == []
