"""A drawn layout says the same however it was saved: as text, in GBK without merges, shifted, or with a signature."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from fundsys.imports.sheet import SheetRead, read_workbook
from tests.imports.layouts import LAYOUTS, Layout, drawn_rows
from tests.imports.layouts_more import MORE_LAYOUTS
from tests.imports.layouts_public import PUBLIC_LAYOUTS

ALL = [layout for layout in (*LAYOUTS, *MORE_LAYOUTS, *PUBLIC_LAYOUTS) if not layout.formats]
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
Drawn = list[list[Any]]


def saved(layout: Layout, rows: Drawn, path: Path, down: int = 0, right: int = 0) -> Path:
    """The rows as a workbook with the layout's merges, moved down and right."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = layout.sheet
    for row, values in enumerate(rows, start=1 + down):
        for column, value in enumerate(values, start=1 + right):
            if value is not None:
                sheet.cell(row, column, value)
    for merge in layout.merges:
        left, top, last, bottom = range_boundaries(merge)
        sheet.merge_cells(None, top + down, left + right, bottom + down, last + right)
    book.save(path)
    return path


def as_gbk(rows: Drawn, path: Path) -> Path:
    """The rows as Excel saves them for text: GBK, no merges."""
    out = io.StringIO()
    csv.writer(out).writerows([["" if value is None else value for value in row] for row in rows])
    path.write_bytes(out.getvalue().encode("gb18030"))
    return path


def says(layout: Layout, sheet: SheetRead, down: int = 0) -> None:
    """The sheet holds the layout's records, amounts and stated total."""
    amounts: dict[int, int | None] = {}
    for row in sheet.rows:
        amounts[row.row - down] = (
            row.amount_fen if row.row - down not in amounts else amounts[row.row - down] + row.amount_fen
        )
    assert amounts == {row: None if yuan is None else int(Decimal(yuan) * 100) for row, yuan in layout.amounts.items()}
    assert sheet.stated_total_fen == (None if layout.stated is None else int(Decimal(layout.stated) * 100))


def texts(rows: Drawn, table: dict[int, int] | None = None) -> Drawn:
    """The rows with every number kept as text."""
    return [[str(v).translate(table or {}) if isinstance(v, int | float) else v for v in row] for row in rows]


def headed_again(layout: Layout, rows: Drawn) -> tuple[Drawn, int, int] | None:
    """The rows with the title and heading once more before the middle record; None where merges reach over it."""
    head = sorted(row for row, why in layout.skipped.items() if why == "表头")
    records = sorted(layout.amounts)
    before = records[len(records) // 2]
    reach = [range_boundaries(merge) for merge in layout.merges]
    if head[-1] > records[0] or head != list(range(head[0], head[-1] + 1)) or before == records[0]:
        return None
    if any(bottom > head[-1] for _, _, _, bottom in reach) or "分项" in layout.skipped.values():
        return None
    again = [rows[row - 1] for row in ([1, *head] if head[0] > 1 else head)]
    return [*rows[: before - 1], *again, *rows[before - 1 :]], before, len(again)


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
def test_a_heading_printed_again_on_the_next_page_is_no_record(layout: Layout, tmp_path: Path) -> None:
    paged = headed_again(layout, drawn_rows(layout.drawing))
    if paged is None or len(layout.amounts) < 3:
        return
    rows, before, more = paged
    (sheet,) = read_workbook(saved(layout, rows, tmp_path / "页.xlsx"), unit=layout.given)
    for row in sheet.rows:
        assert not before <= row.row < before + more
        row.row -= more if row.row > before else 0
    says(layout, sheet)


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
def test_a_layout_says_the_same_in_text_full_width_and_shifted(layout: Layout, tmp_path: Path) -> None:
    rows = drawn_rows(layout.drawing)
    for place, varied in enumerate(
        (texts(rows), texts(rows, FULL_WIDTH), [*rows, [], ["填表人：张某", None, "审核人：李某"]])
    ):
        says(layout, read_workbook(saved(layout, varied, tmp_path / f"{place}.xlsx"), unit=layout.given)[0])
    says(layout, read_workbook(saved(layout, rows, tmp_path / "移.xlsx", 2, 1), unit=layout.given)[0], down=2)
    if layout.sheet == "Sheet1":
        says(layout, read_workbook(as_gbk(rows, tmp_path / "表.csv"), unit=layout.given)[0])
