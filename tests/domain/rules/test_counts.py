"""Stocktakes: differences have a treatment once the campaign is over, assets are counted every year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fundsys.domain.assets import AssetClass
from fundsys.domain.facts import DifferenceFact
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.counts import counted_every_year, differences_treated
from tests.builders import an_asset, only, some_facts

LAST = date(2024, 12, 31)
PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA


@pytest.mark.parametrize(
    ("settled_by", "treatment", "outcome"),
    [
        (date(2024, 12, 30), "", FAIL),
        (date(2024, 12, 30), "报损处置，待审定", PASS),
        (LAST, "", NO_DATA),
    ],
)
def test_a_difference_has_a_treatment_once_the_campaign_is_over(
    settled_by: date, treatment: str, outcome: Outcome
) -> None:
    found = only(
        differences_treated(some_facts(DifferenceFact("asset", 1, "羊舍 盘亏", settled_by, treatment), as_at=LAST))
    )
    assert found.outcome is outcome
    if outcome is FAIL:
        assert found.rows[0].note == "没有处理意见"


@pytest.mark.parametrize(
    ("as_at", "told", "outcome"),
    [
        (LAST, {"counted_on": date(2024, 1, 1)}, PASS),
        (LAST, {"counted_on": date(2023, 12, 31)}, FAIL),
        (LAST, {}, FAIL),
        (date(2024, 12, 30), {}, NO_DATA),
        (LAST, {"asset_class": AssetClass.HOUSEHOLD}, NO_DATA),
        (LAST, {"registered_on": date(2024, 1, 1)}, NO_DATA),
        (LAST, {"registered_on": date(2023, 12, 31)}, FAIL),
    ],
)
def test_an_asset_of_the_years_begin_is_counted_by_its_end(as_at: date, told: dict[str, Any], outcome: Outcome) -> None:
    asset = an_asset(**({"asset_class": AssetClass.PUBLIC, "registered_on": date(2022, 5, 1)} | told))
    assert only(counted_every_year(some_facts(asset, as_at=as_at))).outcome is outcome


def test_without_differences_or_assets_nothing_is_judged() -> None:
    for judge in (differences_treated, counted_every_year):
        assert only(judge(some_facts(as_at=LAST))).outcome is NO_DATA
