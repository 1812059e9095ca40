"""Last year's new assets (RA23) and “1+12” maintenance (RM)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.assets import AssetClass
from fundsys.domain.finding_json import to_json
from fundsys.domain.maintenance import Interval, PatrolUnit, Rhythm
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.rules.assets import days_overdue_since, maintained_assets, new_assets
from fundsys.domain.rules.base import Outcome
from tests.builders import a_waiver, an_asset, only, some_facts

PASS, FAIL, NO_DATA, REVIEW, WAIVED = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA, Outcome.REVIEW, Outcome.WAIVED
INCOME, PUBLIC, HOUSEHOLD = AssetClass.INCOME, AssetClass.PUBLIC, AssetClass.HOUSEHOLD
TODAY = date(2024, 11, 18)


def test_new_assets_pass_when_every_one_has_all_four_things():
    finding = only(new_assets(some_facts(an_asset(asset_class=PUBLIC), an_asset(asset_class=INCOME))))
    assert (finding.outcome, finding.numerator, finding.denominator) == (PASS, 2, 2)
    assert finding.message == "四项都已办结的2023年新增资产 2 项 ÷ 2023年新增资产 2 项 = 100.00%，全部符合。"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"is_valued": False}, "未评估"),
        ({"is_registered": False}, "未登记"),
        ({"is_titled": False}, "未确权"),
        ({"supervisor": " "}, "未明确监管单位"),
        ({"is_valued": False, "is_titled": False}, "未评估、未确权"),
    ],
)
def test_one_asset_in_a_thousand_without_one_of_the_four_fails(missing, words):
    assets = [an_asset(asset_class=PUBLIC) for _ in range(999)]
    finding = only(new_assets(some_facts(*assets, an_asset(asset_class=PUBLIC, **missing))))
    assert finding.outcome is FAIL
    assert (finding.numerator, finding.denominator, finding.distance) == (999, 1000, 1)
    assert finding.measured_words == "99.90%"
    assert only(row.note for row in finding.rows if not row.in_numerator) == words


def test_one_asset_in_a_million_does_not_print_as_a_hundred_percent():
    from fractions import Fraction

    from fundsys.domain.money import show_percent

    assert show_percent(Fraction(999_999, 1_000_000), Fraction(1)) == "99.999%"


def test_only_assets_of_the_year_before_are_new():
    older = an_asset(asset_class=PUBLIC, project_year=2022, is_titled=False)
    newer = an_asset(asset_class=PUBLIC, project_year=2024, is_titled=False)
    finding = only(new_assets(some_facts(older, newer, an_asset(asset_class=PUBLIC))))
    assert (finding.outcome, finding.denominator) == (PASS, 1)
    assert only(new_assets(some_facts(older))).outcome is NO_DATA


def test_a_year_that_names_no_asset_year_is_not_guessed():
    finding = only(new_assets(some_facts(an_asset(asset_class=PUBLIC, project_year=2024), year=2025)))
    assert finding.outcome is NO_DATA
    assert "没有确认“新增资产年度”" in finding.message


def test_a_title_counts_from_its_day_on():
    asset = an_asset(asset_class=PUBLIC, titled_on=TODAY)
    assert only(new_assets(some_facts(asset, as_at=TODAY))).outcome is PASS
    assert only(new_assets(some_facts(asset, as_at=TODAY - timedelta(days=1)))).outcome is FAIL


def test_assets_below_the_countys_floor_need_no_valuation():
    policy = Policy.starting(2024, valuation_floor=Money.wan("5"))
    below = an_asset(asset_class=PUBLIC, original_cost=Money.wan("4.99"), is_valued=False)
    at = an_asset(asset_class=PUBLIC, original_cost=Money.wan("5"), is_valued=False)
    assert only(new_assets(some_facts(below, policy=policy))).outcome is PASS
    assert only(new_assets(some_facts(at, policy=policy))).outcome is FAIL


def test_assets_not_from_transition_funds_are_left_out_and_named():
    finding = only(
        new_assets(
            some_facts(an_asset(asset_class=PUBLIC), an_asset(asset_class=PUBLIC, from_transition=False, supervisor=""))
        )
    )
    assert finding.outcome is PASS
    assert only(finding.left_out).why == "不是衔接资金形成的资产"


def test_a_waived_asset_stays_undone_in_the_figure_and_is_never_green():
    undone = an_asset(asset_class=PUBLIC, is_titled=False)
    leave = a_waiver("F077", expires_on=date(2024, 12, 31), subject=f"asset:{undone.id}")
    finding = only(new_assets(some_facts(an_asset(asset_class=PUBLIC), undone, leave)))
    assert finding.outcome is WAIVED
    assert (finding.numerator, finding.denominator) == (1, 2)
    late = only(new_assets(some_facts(an_asset(asset_class=PUBLIC), undone, leave, as_at=date(2025, 1, 1))))
    assert late.outcome is FAIL


def test_a_waiver_for_one_asset_does_not_cover_another():
    waived, other = (an_asset(asset_class=PUBLIC, is_titled=False) for _ in range(2))
    leave = a_waiver("RA23", expires_on=date(2024, 12, 31), subject=f"asset:{waived.id}")
    assert only(new_assets(some_facts(waived, other, leave))).outcome is FAIL


def test_two_waived_assets_print_as_waived():
    assets = [an_asset(asset_class=PUBLIC, is_titled=False) for _ in range(2)]
    leaves = [a_waiver("RA23", expires_on=date(2024, 12, 31), subject=f"asset:{a.id}") for a in assets]
    finding = only(new_assets(some_facts(*assets, *leaves)))
    assert finding.outcome is WAIVED
    assert "2 项都已豁免" in finding.message


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"sector": ""}, "无管护行业"),
        ({"body": ""}, "无管护主体"),
        ({"keeper": ""}, "无管护责任人"),
        ({"money_source": ""}, "无管护经费来源"),
        ({"last_patrol_on": None}, "没有巡查记录"),
        ({"last_patrol_on": date(2024, 11, 30)}, "巡查超期 1 日"),
    ],
)
def test_maintenance_needs_sector_body_keeper_money_and_patrols_in_time(missing, words):
    finding = only(maintained_assets(some_facts(an_asset(asset_class=INCOME, **missing))))
    assert finding.outcome is FAIL
    assert only(finding.rows).note == words


@pytest.mark.parametrize(("days", "outcome"), [(29, PASS), (30, PASS), (31, FAIL)])
def test_a_patrol_is_overdue_the_day_after_its_interval(days, outcome):
    asset = an_asset(asset_class=PUBLIC, last_patrol_on=TODAY - timedelta(days=days), interval_days=30)
    assert only(maintained_assets(some_facts(asset, as_at=TODAY))).outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(30, PASS), (31, FAIL)])
def test_a_sector_without_an_interval_has_the_countys(days, outcome):
    asset = an_asset(asset_class=PUBLIC, last_patrol_on=TODAY - timedelta(days=days), interval_days=None)
    assert only(maintained_assets(some_facts(asset, as_at=TODAY))).outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(30, PASS), (31, FAIL)])
def test_before_its_first_patrol_the_days_run_from_the_day_it_came_into_use(days, outcome):
    began = TODAY - timedelta(days=days)
    asset = an_asset(asset_class=PUBLIC, last_patrol_on=None, in_use_on=began, interval_days=30)
    assert only(maintained_assets(some_facts(asset, as_at=TODAY))).outcome is outcome


def test_a_patrol_of_a_later_day_has_not_happened_yet():
    asset = an_asset(
        asset_class=PUBLIC, last_patrol_on=TODAY + timedelta(days=1), in_use_on=TODAY - timedelta(days=400)
    )
    assert only(maintained_assets(some_facts(asset, as_at=TODAY))).outcome is FAIL


_INTERVALS = st.none() | st.builds(Interval, st.integers(1, 120), st.sampled_from(PatrolUnit))
_RHYTHMS = st.lists(st.tuples(st.integers(-900, 100), _INTERVALS), max_size=4, unique_by=lambda r: r[0]).map(
    lambda told: tuple(Rhythm(TODAY + timedelta(n), each) for n, each in sorted(told, key=lambda r: r[0]))
)


@given(_RHYTHMS, st.none() | st.integers(1, 200), st.integers(0, 1000), st.integers(0, 400))
def test_an_earlier_patrol_is_never_less_overdue_however_intervals_changed(rhythms, interval, days, earlier):
    facts = some_facts(as_at=TODAY)
    later, sooner = (TODAY - timedelta(n) for n in (days, days + earlier))
    assert days_overdue_since(sooner, rhythms, interval, facts) >= days_overdue_since(later, rhythms, interval, facts)


def test_household_assets_and_assets_not_in_use_are_left_out():
    finding = only(
        maintained_assets(
            some_facts(
                an_asset(asset_class=PUBLIC),
                an_asset(asset_class=HOUSEHOLD, keeper=""),
                an_asset(asset_class=PUBLIC, in_use=False, keeper=""),
            )
        )
    )
    assert (finding.outcome, finding.denominator) == (PASS, 1)
    assert [left.label for left in finding.left_out] == ["到户类资产 1 项", "没有在用的资产 1 项"]


def test_a_register_of_household_assets_only_has_no_data():
    assert only(maintained_assets(some_facts(an_asset(asset_class=HOUSEHOLD)))).outcome is NO_DATA


def test_the_text_says_what_is_missing_and_how_often():
    assets = [an_asset(asset_class=PUBLIC, keeper=""), an_asset(asset_class=PUBLIC, keeper="", body="")]
    assert "其中无管护责任人 2 项，无管护主体 1 项" in only(maintained_assets(some_facts(*assets))).message


def test_a_ratio_of_assets_is_told_in_numbers():
    answer = to_json(only(maintained_assets(some_facts(an_asset(asset_class=PUBLIC, keeper="")))))
    assert (answer["unit"], answer["measured"], answer["required"]) == ("ratio", "0.0000000000", ">=1")
    assert (answer["numerator"], answer["denominator"], answer["distance"]) == (0, 1, 1)
    assert answer["denominator_fen"] is None
