"""The published totals of a district's assets, reproduced from an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from fundsys import store
from fundsys.domain.money import Money, exact_wan
from fundsys.queries.matters import by_level
from tests.imports.books import book, taken
from tests.publicity import lead

PUBLISHED = (
    ("到县", 19, 321_440_000, "国有", "县农业农村局", "PUB"),
    ("到镇", 28, 132_750_000, "国有", "八渡镇人民政府", "PUB"),
    ("到村", 488, 2_448_149_000, "集体", "大力村股份经济合作社", "OPR"),
    ("到户", 89, 183_922_000, "农户", "受益户", "HH"),
)
"""Level, assets, 分 of 掇刀区. Source: domain.md 5.1: 624 项、30862.61 万元，到区 19、到镇 28、到村 488、到户 89."""
LABEL = {"PUB": "公益性资产", "OPR": "经营性资产", "HH": "到户类资产"}


def _rows() -> list[dict[str, Any]]:
    made = []
    for level, count, fen, owner_type, owner, kind in PUBLISHED:
        each = fen // count
        for number in range(count):
            cost = each if number else fen - each * (count - 1)
            made.append(
                {
                    "name": f"{level}资产{number + 1}",
                    "asset_class": LABEL[kind],
                    "form": "固定资产",
                    "project_year": 2020,
                    "town": "八渡镇",
                    "village": "大力村",
                    "quantity": 1,
                    "quantity_unit": "项",
                    "original_cost": exact_wan(Money(cost)),
                    "owner_type": owner_type,
                    "owner_name": owner,
                    "status": "在用",
                }
            )
    return made


@pytest.mark.usefixtures("app")
def test_the_general_account_of_624_assets_by_owner_level_is_that_of_the_published_figures(
    app: Flask, tmp_path: Path
) -> None:
    assert taken("assets", book(tmp_path / "a.xlsx", "assets", _rows()), lead()) == (624, 0, 0)
    with store.snapshot() as session:
        levels = by_level(session, None)
    assert [(r.level.label, r.count, r.original_cost.fen) for r in levels] == [p[:3] for p in PUBLISHED]
    assert sum(r.count for r in levels) == 624
    assert sum(r.original_cost.fen for r in levels) == 3_086_261_000
