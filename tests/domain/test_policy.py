"""A year's thresholds: typed, with a clause, read and written without loss, absent where the year has none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fundsys.domain.funds import BaseUse
from fundsys.domain.money import Money
from fundsys.domain.policy import BadThreshold, Policy, Setting


def test_the_work_plan_of_2024_gives_its_numbers():
    policy = Policy.starting(2024)
    assert policy.industry_share_min == Fraction(65, 100)
    assert policy.lead_industry_share_min == Fraction(30, 100)
    assert policy.management_fee_max == Fraction(1, 100)
    assert policy.work_relief_min == 10
    assert (policy.legacy_first_year, policy.legacy_last_year, policy.new_asset_year) == (2013, 2022, 2023)
    assert (policy.patrol_interval, policy.allotment_days) == (30, 30)
    assert policy.base_less_fee is False
    assert policy.management_fee_base == "all"


def test_the_program_knows_no_target_of_any_year():
    for year in (2023, 2024, 2025):
        policy = Policy.starting(year)
        assert policy.project_target is None
        assert policy.legacy_target is None


def test_another_year_has_only_what_stands_for_every_year():
    policy = Policy.starting(2025)
    assert policy.industry_share_min is None
    assert policy.project_target is None
    assert policy.management_fee_max == Fraction(1, 100)
    assert Policy.starting(2020).management_fee_max is None


def test_every_threshold_has_a_label_a_clause_and_reads_back_what_it_writes():
    for code, kind in Policy.kinds().items():
        assert kind.code == code
        assert kind.label
        assert kind.clause
        value = kind.default(2024)
        assert kind.read(kind.write(value)) == value
        assert kind.show(value)


def test_the_year_is_read_from_the_tables_rows():
    rows = [("industry_share_min", "60%", "陇财农〔2024〕1号", ""), ("gone_since", "1", "", "")]
    policy = Policy.of(2024, rows)
    assert policy.industry_share_min == Fraction(60, 100)
    assert policy.settings["industry_share_min"].clause == "2024年工作要点 第11条"
    assert policy.cite("industry_share_min") == "2024年工作要点 第11条，陇财农〔2024〕1号"
    assert policy.project_target is None
    assert policy.cite("project_target") == "未确认"


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("industry_share_min", "65%", Fraction(65, 100)),
        ("industry_share_min", "６５％", Fraction(65, 100)),
        ("industry_share_min", "0.65", Fraction(65, 100)),
        ("industry_share_min", "2/3", Fraction(2, 3)),
        ("project_target", " 123 ", 123),
        ("legacy_first_year", "2013年", 2013),
        ("base_less_fee", "是", True),
        ("base_less_fee", "false", False),
        ("management_fee_base", "仅巩固衔接任务", "task101"),
        ("management_fee_base", "all", "all"),
        ("valuation_floor", "5", Money.wan(5)),
    ],
)
def test_values_are_read_as_people_write_them(code, text, value):
    assert Policy.kinds()[code].read(text) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("industry_share_min", "65"),
        ("industry_share_min", "101%"),
        ("industry_share_min", "-1%"),
        ("industry_share_min", "多数"),
        ("industry_share_min", "1/0"),
        ("project_target", "12.5"),
        ("project_target", "-1"),
        ("legacy_first_year", "13"),
        ("base_less_fee", "也许"),
        ("management_fee_base", "其他"),
        ("valuation_floor", "-1"),
    ],
)
def test_what_is_no_value_is_refused_by_its_field(code, text):
    with pytest.raises(BadThreshold) as refused:
        Policy.kinds()[code].read(text)
    assert refused.value.field == code
    assert refused.value.message.endswith("。")


def test_values_are_shown_with_their_units():
    kinds = Policy.kinds()
    assert kinds["industry_share_min"].show(Fraction(65, 100)) == "65%"
    assert kinds["project_target"].show(123) == "123 个"
    assert kinds["patrol_interval"].show(30) == "30 日"
    assert kinds["base_less_fee"].show(False) == "否"
    assert kinds["management_fee_base"].show("task101") == "仅巩固衔接任务"
    assert kinds["valuation_floor"].show(Money.wan(5)) == "5.00 万元"
    assert kinds["legacy_target"].show(None) == "未确认"


@pytest.mark.parametrize(
    ("source", "use", "decided", "counts"),
    [
        ("F101", BaseUse.COUNTS, {}, True),
        ("F301", BaseUse.NEVER, {}, False),
        ("F102", BaseUse.COUNTY_DECIDES, {}, True),
        ("F102", BaseUse.COUNTY_DECIDES, {"base_f102": False}, False),
        ("F105", BaseUse.COUNTY_DECIDES, {"base_f102": False}, True),
        ("F209", BaseUse.COUNTY_DECIDES, {}, True),
    ],
)
def test_a_source_stands_in_the_base_by_the_letter_unless_the_county_decides_otherwise(source, use, decided, counts):
    assert Policy.starting(2024, **decided).counts_in_base(source, use) is counts


def test_a_value_says_which_paper_set_it():
    setting = Policy.starting(2024).settings["industry_share_min"]
    assert setting == Setting(Fraction(65, 100), "陇县2024年工作要点", "2024年工作要点 第11条")
