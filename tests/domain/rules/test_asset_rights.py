"""Rights in assets: owners that fit, nothing pledged, household assets handed to somebody."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from fundsys.domain.asset_matters import BenefitScope
from fundsys.domain.assets import AssetClass, OwnerType
from fundsys.domain.further_facts import TitleFact
from fundsys.domain.money import ZERO
from fundsys.domain.rules.asset_rights import handed_to_a_household, nothing_is_pledged, owners_fit_the_scope
from fundsys.domain.rules.base import Outcome
from tests.builders import an_asset, only, some_facts

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA
VILLAGE, VILLAGES = BenefitScope.VILLAGE, BenefitScope.VILLAGES
STATE, COLLECTIVE = frozenset({OwnerType.STATE}), frozenset({OwnerType.COLLECTIVE})


@pytest.mark.parametrize(
    ("scope", "owners", "share", "words", "outcome"),
    [
        (VILLAGE, STATE, 1, "", FAIL),
        (VILLAGE, STATE, 1, "跨村管网，经村民代表会议同意归镇", PASS),
        (VILLAGE, COLLECTIVE, 1, "", PASS),
        (VILLAGES, COLLECTIVE, Fraction(999_999, 1_000_000), "", FAIL),
        (VILLAGES, COLLECTIVE, 1, "", PASS),
        (BenefitScope.TOWN, STATE, 1, "", PASS),
    ],
)
def test_the_owner_fits_whom_an_asset_serves(
    scope: BenefitScope, owners: frozenset[OwnerType], share: int, words: str, outcome: Outcome
) -> None:
    told = TitleFact(1, "水厂", scope, owners, Fraction(share), words)
    assert only(owners_fit_the_scope(some_facts(told))).outcome is outcome


@pytest.mark.parametrize(("words", "outcome"), [("", PASS), ("抵押给县农商行，贷款 50 万元", FAIL)])
def test_an_asset_that_is_pledged_is_named(words: str, outcome: Outcome) -> None:
    found = only(nothing_is_pledged(some_facts(an_asset(asset_class=AssetClass.INCOME, encumbrance=words))))
    assert found.outcome is outcome
    assert [row.note for row in found.rows] == ([f"登记为抵押、担保：{words}"] if words else [])


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({}, PASS),
        ({"granted_on": None, "in_use_on": date(2024, 3, 1)}, PASS),
        ({"granted_on": None}, FAIL),
        ({"owner": ""}, FAIL),
        ({"original_cost": ZERO}, FAIL),
        ({"asset_class": AssetClass.PUBLIC, "owner": ""}, NO_DATA),
    ],
)
def test_a_household_asset_says_whose_it_is_since_when_and_how_much(told: dict[str, Any], outcome: Outcome) -> None:
    usual = {"asset_class": AssetClass.HOUSEHOLD, "owner": "张建国", "granted_on": date(2024, 3, 1)}
    assert only(handed_to_a_household(some_facts(an_asset(**(usual | told))))).outcome is outcome


def test_without_titles_or_assets_nothing_is_judged() -> None:
    for judge in (owners_fit_the_scope, nothing_is_pledged, handed_to_a_household):
        assert only(judge(some_facts())).outcome is NO_DATA
