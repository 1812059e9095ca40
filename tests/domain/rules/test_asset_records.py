"""The register's records: entered once, in use, losses and disposals with their papers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.facts import DisposedFact
from fundsys.domain.further_facts import TwinFact
from fundsys.domain.rules.asset_records import disposed_with_papers, losses_have_papers, not_idle, registered_once
from fundsys.domain.rules.base import Outcome
from tests.builders import an_asset, only, some_facts

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA
PUBLIC, HOUSEHOLD = AssetClass.PUBLIC, AssetClass.HOUSEHOLD


@pytest.mark.parametrize(("twins", "outcome"), [((), PASS), (("610327-2",), FAIL)])
def test_an_asset_another_one_looks_the_same_as_is_named(twins: tuple[str, ...], outcome: Outcome) -> None:
    one = an_asset(asset_class=PUBLIC)
    facts = replace(some_facts(one), twins=(TwinFact(one.id, one.label, twins),) if twins else ())
    found = only(registered_once(facts))
    assert found.outcome is outcome
    assert found.rows[0].note == ("名称、坐落、规格、数量与 610327-2 相同" if twins else "")


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"status": AssetStatus.IDLE}, FAIL),
        ({"status": AssetStatus.UNDERUSED}, PASS),
        ({"status": AssetStatus.LEASED}, PASS),
        ({"status": AssetStatus.IDLE, "asset_class": HOUSEHOLD}, NO_DATA),
    ],
)
def test_an_idle_asset_is_named(told: dict[str, Any], outcome: Outcome) -> None:
    assert only(not_idle(some_facts(an_asset(**({"asset_class": PUBLIC} | told))))).outcome is outcome


@pytest.mark.parametrize(
    ("status", "has_disposal", "outcome"),
    [
        (AssetStatus.DAMAGED, False, FAIL),
        (AssetStatus.LOST, False, FAIL),
        (AssetStatus.LOST, True, PASS),
        (AssetStatus.TO_DISPOSE, False, NO_DATA),
    ],
)
def test_a_loss_has_a_paper(status: AssetStatus, has_disposal: bool, outcome: Outcome) -> None:
    found = only(losses_have_papers(some_facts(an_asset(asset_class=PUBLIC, status=status, has_disposal=has_disposal))))
    assert found.outcome is outcome


@pytest.mark.parametrize(("missing", "note"), [((), ""), (("评估", "公示"), "没有评估、公示记录")])
def test_a_disposal_has_approval_appraisal_and_notice(missing: tuple[str, ...], note: str) -> None:
    found = only(disposed_with_papers(some_facts(DisposedFact(1, "610327-1 羊舍", missing))))
    assert (found.outcome, found.rows[0].note) == (FAIL if note else PASS, note)


def test_without_assets_nothing_is_judged() -> None:
    for judge in (registered_once, not_idle, losses_have_papers, disposed_with_papers):
        assert only(judge(some_facts())).outcome is NO_DATA
