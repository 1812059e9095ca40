"""Coded words: the codes stored are those of the delivered lists, the labels those of the office."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.coded import TONES, Coded
from fundsys.domain.funds import (
    NEXT_STATES,
    BaseUse,
    EntryKind,
    FundLevel,
    MoneyState,
    PaymentKind,
    is_transition_source,
)
from fundsys.domain.industry import FourBatch, RunState
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission, Role
from fundsys.domain.rules.base import Outcome, Severity

REFERENCE = Path(__file__).resolve().parents[2] / "fundsys" / "reference"
KINDS = [
    AssetClass, AssetForm, AssetStatus, OwnerType, BaseUse, EntryKind, FundLevel, MoneyState, PaymentKind,
    FourBatch, RunState, ProjectStatus, Permission, Role, Outcome, Severity,
]  # fmt: skip


def delivered(name: str) -> dict:
    return yaml.safe_load((REFERENCE / name).read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_codes_and_labels_are_each_used_once_and_tones_are_known(kind: type[Coded]):
    members = list(kind)
    assert len({m.code for m in members}) == len(members)
    assert len({m.label for m in members}) == len(members)
    assert {m.tone for m in members} <= set(TONES)


@pytest.mark.parametrize(
    ("kind", "key"),
    [(AssetClass, "classes"), (AssetForm, "forms"), (OwnerType, "owner_types"), (AssetStatus, "statuses")],
)
def test_asset_codes_are_those_of_the_delivered_list(kind, key):
    assert [m.code for m in kind] == [entry["code"] for entry in delivered("asset_classes.yaml")[key]]


def test_four_batches_are_those_of_the_delivered_list_and_may_be_renamed():
    classes = delivered("four_batches.yaml")["classes"]
    assert [(m.code, m.label) for m in FourBatch] == [(c["code"], c["name"]) for c in classes]
    assert FourBatch.ADJUST.shown({"B4": "另起炉灶"}) == "另起炉灶"
    assert FourBatch.ADJUST.shown({}) == "调整一批"
    assert [c for c in FourBatch if c.needs_remedy] == [FourBatch.REVIVE, FourBatch.ADJUST]


def test_levels_are_those_of_the_delivered_list():
    assert [m.label for m in FundLevel] == delivered("fund_sources.yaml")["levels"]


def test_transition_funds_are_the_sources_named_so():
    for source in delivered("fund_sources.yaml")["sources"]:
        assert is_transition_source(source["code"]) == ("衔接资金" in source["name"])


def test_approved_money_has_no_next_step():
    assert NEXT_STATES[MoneyState.APPROVED] == ()
    assert MoneyState.APPROVED not in NEXT_STATES[MoneyState.DRAFT]
    assert set(NEXT_STATES) == set(MoneyState)


def test_leased_and_untitled_assets_are_in_use_and_idle_ones_are_not():
    assert [s.code for s in AssetStatus if s.in_use] == ["S1", "S2", "S6", "S9"]


def test_a_label_finds_its_member():
    assert FourBatch.by_label("盘活一批") is FourBatch.REVIVE
    assert FourBatch.by_label("另起炉灶") is None
