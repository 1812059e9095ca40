"""Each printed ledger reads rows that its query really gives."""

from __future__ import annotations

from dataclasses import fields

import pytest

from fundsys.queries import registers
from fundsys.reports.registry import ledger


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("LG05", registers.AssetRegisterRow),
        ("LG02", registers.YearlyPlanRow),
        ("LG04", registers.AllocationLedgerRow),
    ],
)
def test_every_column_of_the_ledger_is_a_field_of_its_rows_and_none_is_left_out(code, row):
    columns = {column.key for column in ledger(code).columns} - {"serial"}
    assert columns == {field.name for field in fields(row)}
    assert ledger(code).rows is not None
