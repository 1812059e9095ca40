"""LG16: a sheet a village with the asset's QR on every row; page, PDF, workbook and CSV agree, blank and filled."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from flask import Flask

from fundsys import config, printing
from fundsys.domain.rights import Role
from fundsys.domain.stocktakes import CountResult
from fundsys.reports.press import reading
from fundsys.reports.registry import ledger
from fundsys.reports.stocktake_form import form
from fundsys.selftest import selftest
from tests.stocktakes import campaign, count, elsewhere, lines, the, town_assets
from tests.upkeep import make_assets

pytestmark = pytest.mark.only_on("sqlite")


def test_the_sheets_agree_in_every_output_and_say_how_far_books_and_things_agree(app: Flask, tmp_path: Path) -> None:
    town_assets(3)
    make_assets(1, **elsewhere())
    number = campaign()
    one, two, *_ = lines(number)
    count(one.id, by=Role.INSPECTOR)
    count(two.id, CountResult.CHANGED, by=Role.INSPECTOR, quantity=Decimal("0.5"), words="只剩半条")
    (tested,) = selftest(["LG16"], the(number).register_on.year)
    assert (tested.ok, tested.row_count, tested.left_out) == (True, 4, "")
    order = printing.Order("LG16", where={"stocktake": the(number).number})
    with printing.sheet(order) as sheet:
        made = form(sheet)
        printing.press(sheet, tmp_path / "p.pdf")
        assert sheet.totals["original_cost"].fen == 4 * 20_000_000
        assert "应盘 4 项，已盘 2 项（相符 1，变化 1），账实相符率 50.00%。" in "".join(sheet.notes)
    assert made.count("<section>") == 2 and made.count("<svg") == 4
    told = "".join(reading.page_texts(tmp_path / "p.pdf"))
    assert "□1相符" in told and "只剩半条" in told and told.count("盘点人") >= 2


def test_every_column_the_county_asks_for_is_on_it() -> None:
    told = yaml.safe_load((Path(config.HERE) / "reference" / "ledger_columns.yaml").read_text("utf-8"))
    wanted = next(one for one in told["ledgers"] if one["code"] == "LG16")
    there = {column.term.label for column in ledger("LG16").columns}
    assert {c["label"] for c in wanted["columns"]} <= there
    assert tuple(wanted["sign"]) == ledger("LG16").signatures
