"""Any county's table, not only those we have seen: each drawn layout is read as a person would read it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fundsys.imports.sheet import read_workbook
from tests.figures import Figure
from tests.imports.layouts import LAYOUTS, save
from tests.imports.layouts_more import MORE_LAYOUTS
from tests.imports.layouts_public import PUBLIC_LAYOUTS

ALL = [*LAYOUTS, *MORE_LAYOUTS, *PUBLIC_LAYOUTS]


def fen(yuan: str | None) -> int | None:
    return None if yuan is None else int(Decimal(yuan) * 100)


@pytest.mark.parametrize("layout", ALL, ids=[layout.name for layout in ALL])
def test_a_table_is_read_as_a_person_reads_it(layout, tmp_path, figure: Figure):
    (sheet,) = read_workbook(save(layout, tmp_path / "表.xlsx"), unit=layout.given)
    amounts: dict[int, int | None] = {}
    for row in sheet.rows:
        amounts[row.row] = row.amount_fen if row.row not in amounts else amounts[row.row] + row.amount_fen
    expected = {row: fen(yuan) for row, yuan in layout.amounts.items()}
    assert amounts == expected
    assert {skip["row"]: skip["why"] for skip in sheet.skipped_rows} == layout.skipped
    assert sheet.unit == layout.unit
    assert [problem["cell"] for problem in sheet.problems] == list(layout.problems), sheet.problems
    assert sheet.total_fen == (None if None in expected.values() else sum(expected.values()))
    assert sheet.stated_total_fen == fen(layout.stated)
    figure("没见过的版式", "逐行读对")
