"""Shares of the year's money: 65 % industry, 30 % lead industry, 1 % management fee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.facts import sum_of
from fundsys.domain.finding_json import to_json
from fundsys.domain.funds import CONSOLIDATION_TASK, BaseUse, EntryKind, MoneyState
from fundsys.domain.money import Money, total
from fundsys.domain.policy import Policy
from fundsys.domain.rules.base import Direction, Finding, Outcome, Row
from fundsys.domain.rules.money_shares import industry_share, lead_industry_share, management_fee
from tests.builders import (
    CENTRAL,
    CITY,
    COUNTY,
    PROVINCIAL,
    a_fee,
    a_payment,
    a_waiver,
    an_allocation,
    only,
    some_facts,
)

PASS, FAIL, NO_DATA, REVIEW, WAIVED = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA, Outcome.REVIEW, Outcome.WAIVED


def numerator(rows: tuple[Row, ...]) -> Money:
    return total(row.amount for row in rows if row.in_numerator and row.amount is not None)


def denominator(rows: tuple[Row, ...]) -> Money:
    return total(row.amount for row in rows if row.in_denominator and row.amount is not None)


def industry_of(wan: str, other: str) -> Finding:
    return only(
        industry_share(
            some_facts(an_allocation(wan=wan, level=CENTRAL, industry=True), an_allocation(wan=other, level=CENTRAL))
        )
    )


def test_sixty_five_percent_itself_passes():
    finding = industry_of("6500", "3500")
    assert finding.outcome is PASS
    assert finding.measured_words == "65.00%"
    assert finding.distance == Money(0)
    assert "正在界线上" in finding.message


def test_figures_that_do_not_fit_two_decimals_are_written_out():
    assert "产业资金 6,500.00 万元 ÷ 中央及省级衔接资金 10,000.00 万元 = 65.00%" in industry_of("6500", "3500").message
    assert "产业资金 6,499.999999 万元 ÷ " in industry_of("6499.999999", "3500.000001").message
    assert "产业资金 -0.000001 万元 ÷ " in industry_of("-0.000001", "3500").message


@pytest.mark.parametrize(
    ("industry", "other", "outcome", "distance"),
    [
        ("6499.999999", "3500.000001", FAIL, Money(1)),
        ("6499.99", "3500.01", FAIL, Money.wan("0.01")),
        ("6500.000001", "3499.999999", PASS, Money(1)),
    ],
)
def test_one_fen_either_side_of_sixty_five_percent(industry, other, outcome, distance):
    finding = industry_of(industry, other)
    assert finding.outcome is outcome
    assert finding.distance == distance
    assert finding.measured_words != "65.00%"


def test_a_share_just_short_of_the_limit_does_not_print_as_the_limit():
    finding = industry_of("6499.999999", "3500.000001")
    assert finding.measured_words == "64.999%"
    assert "65.00%" not in finding.message
    assert "还差 0.000001 万元" in finding.message


def test_county_and_city_money_does_not_count_towards_the_industry_share():
    facts = some_facts(
        an_allocation(wan="65", level=CENTRAL, industry=True),
        an_allocation(wan="35", level=PROVINCIAL),
        an_allocation(wan="900", level=COUNTY),
        an_allocation(wan="100", level=CITY),
    )
    finding = only(industry_share(facts))
    assert finding.outcome is PASS
    assert finding.denominator == Money.wan("100")
    assert {left.why for left in finding.left_out} == {
        "级次为县级，条款只说中央及省级",
        "级次为市级，条款只说中央及省级",
    }


def test_central_money_that_is_no_transition_fund_does_not_count():
    lottery = an_allocation(wan="500", level=CENTRAL, source_code="F502", is_transition=False, counts_in_base=False)
    finding = only(industry_share(some_facts(an_allocation(wan="1", level=CENTRAL, industry=True), lottery)))
    assert finding.denominator == Money.wan("1")
    assert only(finding.left_out).why == "不是财政衔接资金"


def test_money_is_counted_net_of_adjustments_and_recoveries():
    finding = only(
        industry_share(
            some_facts(
                an_allocation(wan="70", level=CENTRAL, industry=True),
                an_allocation(wan="-10", level=CENTRAL, industry=True, kind=EntryKind.RECOVERY),
                an_allocation(wan="30", level=PROVINCIAL),
                an_allocation(wan="10", level=PROVINCIAL, kind=EntryKind.ADJUSTMENT),
            )
        )
    )
    assert (finding.numerator, finding.denominator) == (Money.wan("60"), Money.wan("100"))
    assert finding.outcome is FAIL
    assert numerator(finding.rows) == Money.wan("60")


def test_drafts_count_in_nothing_and_submitted_money_only_when_asked_for():
    facts = some_facts(
        an_allocation(wan="65", level=CENTRAL, industry=True),
        an_allocation(wan="35", level=CENTRAL),
        an_allocation(wan="10", level=CENTRAL, state=MoneyState.SUBMITTED),
        an_allocation(wan="1000", level=CENTRAL, state=MoneyState.DRAFT),
        an_allocation(wan="1000", level=CENTRAL, state=MoneyState.RETURNED),
    )
    approved, reserved = only(industry_share(facts)), only(industry_share(facts.with_submitted()))
    assert (approved.outcome, approved.denominator) == (PASS, Money.wan("100"))
    assert (reserved.outcome, reserved.denominator) == (FAIL, Money.wan("110"))
    assert [left.why for left in approved.left_out] == [
        "分配待复核，复核后计入",
        "分配仍是草稿，提交复核后计入",
        "分配已退回，重新提交并复核后计入",
    ]
    assert len(reserved.left_out) == 2
    assert "已复核和待复核" in reserved.basis


def test_the_payment_figure_stands_beside_and_is_not_judged():
    facts = some_facts(
        an_allocation(wan="65", level=CENTRAL, industry=True),
        an_allocation(wan="35", level=CENTRAL),
        a_payment(wan="10", level=CENTRAL, industry=True),
        a_payment(wan="30", level=CENTRAL),
        a_payment(wan="900", level=COUNTY),
    )
    finding = only(industry_share(facts))
    assert finding.outcome is PASS
    assert "产业已支付 10.00 万元，占 25.00%" in finding.message


def test_a_task_the_county_leaves_out_of_the_base_is_named():
    policy = Policy.starting(2024, base_f102=False)
    relief = an_allocation(
        wan="400",
        level=CENTRAL,
        source_code="F102",
        counts_in_base=policy.counts_in_base("F102", BaseUse.COUNTY_DECIDES),
    )
    facts = some_facts(an_allocation(wan="65", level=CENTRAL, industry=True), relief, policy=policy)
    finding = only(industry_share(facts))
    assert finding.denominator == Money.wan("65")
    assert only(finding.left_out).why == "县定口径不计入这项任务"
    assert "以工代赈任务不计入" in finding.basis


def test_the_fee_is_deducted_from_the_base_only_where_the_county_says_so():
    things = (
        an_allocation(wan="65", level=CENTRAL, industry=True),
        an_allocation(wan="34", level=CENTRAL),
        a_fee(wan="2", level=CENTRAL),
    )
    by_default = only(industry_share(some_facts(*things)))
    deducted = only(industry_share(some_facts(*things, policy=Policy.starting(2024, base_less_fee=True))))
    assert (by_default.outcome, by_default.denominator) == (FAIL, Money.wan("101"))
    assert (deducted.outcome, deducted.denominator) == (PASS, Money.wan("99"))
    assert only(deducted.left_out).why == "县定口径从分母扣减项目管理费"


def test_an_empty_year_has_no_data_and_never_a_hundred_percent():
    for found in (industry_share, lead_industry_share):
        finding = only(found(some_facts()))
        assert finding.outcome is NO_DATA
        assert finding.measured is None
        assert finding.measured_words == "无数据"
    assert [f.outcome for f in management_fee(some_facts())] == [NO_DATA, NO_DATA]


def test_more_recovered_than_given_is_looked_at_by_a_person():
    facts = some_facts(an_allocation(wan="-65", level=CENTRAL, industry=True), an_allocation(wan="-35", level=CENTRAL))
    assert only(industry_share(facts)).outcome is REVIEW


def test_a_year_without_a_threshold_is_not_guessed():
    facts = some_facts(an_allocation(wan="65", level=CENTRAL, industry=True), year=2025)
    finding = only(industry_share(facts))
    assert finding.outcome is REVIEW
    assert finding.required == ""
    assert "没有确认“产业发展资金占比下限”" in finding.message


def test_a_waived_share_prints_as_waived_until_its_last_day():
    short = (an_allocation(wan="60", level=CENTRAL, industry=True), an_allocation(wan="40", level=CENTRAL))
    waiver = a_waiver("F001", expires_on=date(2024, 11, 30))
    on_the_day = only(industry_share(some_facts(*short, waiver, as_at=date(2024, 11, 30))))
    the_day_after = only(industry_share(some_facts(*short, waiver, as_at=date(2024, 12, 1))))
    assert on_the_day.outcome is WAIVED
    assert "陇乡振函〔2024〕9号" in on_the_day.message
    assert on_the_day.outcome.tone != "good"
    assert the_day_after.outcome is FAIL


def test_a_waiver_does_not_hide_a_pass():
    facts = some_facts(
        an_allocation(wan="65", level=CENTRAL, industry=True), a_waiver("R65", expires_on=date(2099, 1, 1))
    )
    assert only(industry_share(facts)).outcome is PASS


@pytest.mark.parametrize(("leading", "outcome"), [("1949.99", FAIL), ("1950", PASS), ("1950.000001", PASS)])
def test_thirty_percent_of_industry_money_goes_to_dairy_goats(leading, outcome):
    other = Money.wan("6500") - Money.wan(leading)
    facts = some_facts(
        an_allocation(wan=leading, level=CENTRAL, leading=True),
        an_allocation(fen=other.fen, level=PROVINCIAL, industry=True),
        an_allocation(wan="3500", level=CENTRAL),
    )
    finding = only(lead_industry_share(facts))
    assert finding.outcome is outcome
    assert finding.denominator == only(industry_share(facts)).numerator == Money.wan("6500")


def test_goat_money_that_is_no_industry_money_does_not_count():
    road = an_allocation(wan="50", level=CENTRAL, industry=False, is_leading=True)
    finding = only(lead_industry_share(some_facts(an_allocation(wan="50", level=CENTRAL, industry=True), road)))
    assert finding.numerator == Money(0)
    assert finding.outcome is FAIL


def fee_of(level_label: str, *things, **policy) -> Finding:
    facts = some_facts(*things, policy=Policy.starting(2024, **policy))
    return only(f for f in management_fee(facts) if f.scope == level_label)


@pytest.mark.parametrize(
    ("fee", "rest", "outcome"),
    [("1", "99", PASS), ("0.999999", "99.000001", PASS), ("1.000001", "98.999999", FAIL)],
)
def test_the_fee_may_be_one_percent_and_not_one_fen_more(fee, rest, outcome):
    finding = fee_of("中央", a_fee(wan=fee, level=CENTRAL), an_allocation(wan=rest, level=CENTRAL))
    assert finding.outcome is outcome
    assert (finding.measured_words == "1.00%") == (fee == "1")


def test_each_level_is_judged_for_itself():
    facts = some_facts(
        a_fee(wan="0.5", level=CENTRAL),
        an_allocation(wan="99.5", level=CENTRAL),
        a_fee(wan="1.5", level=PROVINCIAL),
        an_allocation(wan="98.5", level=PROVINCIAL),
        a_fee(wan="9", level=COUNTY),
    )
    assert [(f.scope, f.outcome) for f in management_fee(facts)] == [("中央", PASS), ("省级", FAIL)]


def dachuan() -> tuple:
    """达川区2024年第一批（真实公告）：中央 5273 万元，省级 5509 万元。"""
    central = [
        an_allocation(wan="2993.7", level=CENTRAL, industry=True),
        an_allocation(wan="1050", level=CENTRAL),
        an_allocation(wan="60", level=CENTRAL),
        an_allocation(wan="480", level=CENTRAL),
        an_allocation(wan="385", level=CENTRAL, source_code="F102", task="以工代赈"),
        an_allocation(wan="258", level=CENTRAL, source_code="F105", task="国有林场"),
        a_fee(wan="46.3", level=CENTRAL),
    ]
    provincial = [
        an_allocation(wan="2705.39", level=PROVINCIAL, industry=True),
        *(an_allocation(wan=w, level=PROVINCIAL) for w in ("1843.72", "20", "844.8", "40")),
        a_fee(wan="55.09", level=PROVINCIAL),
    ]
    return (*central, *provincial)


def test_dachuan_meets_the_fee_limit_on_either_basis_and_misses_the_industry_share():
    all_tasks = fee_of("中央", *dachuan())
    narrow = fee_of("中央", *dachuan(), management_fee_base="task101")
    provincial = fee_of("省级", *dachuan())
    assert (all_tasks.denominator, all_tasks.measured_words) == (Money.wan("5273"), "0.88%")
    assert all_tasks.measured_exact == "0.0087805803"
    assert (narrow.denominator, narrow.measured_exact, narrow.outcome) == (Money.wan("4630"), "0.0100000000", PASS)
    assert (provincial.denominator, provincial.measured_exact) == (Money.wan("5509"), "0.0100000000")
    assert provincial.outcome is PASS
    share = only(industry_share(some_facts(*dachuan())))
    assert (share.outcome, share.measured_words) == (FAIL, "52.86%")
    assert share.denominator == Money.wan("10782")


def test_the_narrow_base_names_the_tasks_left_out():
    finding = fee_of("中央", *dachuan(), management_fee_base="task101")
    assert [left.why for left in finding.left_out] == ["口径只以巩固衔接任务为基数"] * 2
    assert denominator(finding.rows) == finding.denominator
    assert numerator(finding.rows) == finding.numerator
    assert "巩固衔接" in CONSOLIDATION_TASK


def test_zeku_single_notice_above_one_percent_is_only_a_hint_when_the_year_is_within():
    second = [an_allocation(wan=w, level=CENTRAL, notice="第二批") for w in ("500", "230", "208", "140", "167")]
    fee = a_fee(wan="14", level=CENTRAL, notice="第二批")
    assert sum_of([*second, fee]) == Money.wan("1259")
    alone = fee_of("中央", *second, fee)
    assert (alone.outcome, alone.measured_words) == (FAIL, "1.11%")
    year = fee_of("中央", *second, fee, an_allocation(wan="500", level=CENTRAL, notice="第一批"))
    assert year.outcome is PASS
    assert "第二批单批为 1.11%，按全年累计复核" in year.message


def test_jinzhai_first_batch_of_2025_by_the_real_table():
    policy = Policy.starting(2024)
    facts = some_facts(
        an_allocation(wan="9504.83", level=CENTRAL, industry=True),
        an_allocation(wan="6082.17", level=CENTRAL),
        an_allocation(wan="4839", level=PROVINCIAL, industry=True),
        an_allocation(wan="3087", level=PROVINCIAL),
        policy=policy,
    )
    finding = only(industry_share(facts))
    assert (finding.numerator, finding.denominator) == (Money.wan("14343.83"), Money.wan("23513"))
    assert finding.measured_words == "61.00%"
    assert finding.outcome is FAIL
    assert Money.wan("9504.83").share_of(Money.wan("15587")) is not None


entries = st.lists(
    st.builds(
        an_allocation,
        fen=st.integers(-(10**9), 10**12),
        level=st.sampled_from([CENTRAL, PROVINCIAL, COUNTY]),
        industry=st.booleans(),
        leading=st.booleans(),
        is_fee=st.booleans(),
        state=st.sampled_from(list(MoneyState)),
        counts_in_base=st.booleans(),
        task=st.sampled_from(["巩固衔接", "以工代赈"]),
    ),
    max_size=12,
)


@given(entries, st.booleans(), st.sampled_from(["all", "task101"]))
def test_linked_rows_add_up_to_the_printed_figures_in_any_county(things, less_fee, fee_base):
    policy = Policy.starting(2024, base_less_fee=less_fee, management_fee_base=fee_base)
    facts = some_facts(*things, policy=policy).with_submitted()
    for finding in [*industry_share(facts), *lead_industry_share(facts), *management_fee(facts)]:
        assert numerator(finding.rows) == finding.numerator
        assert denominator(finding.rows) == finding.denominator
        if finding.rule == "R65":
            assert len(finding.rows) + len(finding.left_out) == len(things)


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_the_flag_is_the_integer_comparison_and_the_printed_figure_never_contradicts_it(part, rest):
    facts = some_facts(an_allocation(fen=part, level=CENTRAL, industry=True), an_allocation(fen=rest, level=PROVINCIAL))
    finding = only(industry_share(facts))
    if part + rest == 0:
        assert finding.outcome is NO_DATA
        return
    assert (finding.outcome is PASS) == (part * 100 >= (part + rest) * 65)
    printed = finding.measured_words
    if printed.endswith("%") and "略" not in printed:
        hundredths = Money.wan(printed.rstrip("%")) if len(printed.split(".")[1]) <= 7 else None
        if hundredths is not None:
            assert (hundredths >= Money.wan("65")) == (finding.outcome is PASS)


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_distance_is_the_smallest_move_that_reaches_the_limit(part, rest):
    def after(moved: int) -> Outcome:
        return only(
            industry_share(
                some_facts(
                    an_allocation(fen=part + moved, level=CENTRAL, industry=True),
                    an_allocation(fen=rest - moved, level=CENTRAL),
                )
            )
        ).outcome

    now = only(
        industry_share(
            some_facts(an_allocation(fen=part, level=CENTRAL, industry=True), an_allocation(fen=rest, level=CENTRAL))
        )
    )
    assert isinstance(now.distance, Money)
    moved = now.distance.fen
    if now.direction is Direction.SHORT:
        assert after(moved) is PASS
        assert after(moved - 1) is FAIL
    else:
        assert after(-moved) is PASS
        assert after(-moved - 1) is FAIL


def test_the_answer_on_the_command_line_is_the_contract():
    industry = an_allocation(wan="60", level=CENTRAL, industry=True, id=12, label="大力村奶山羊场")
    county = an_allocation(wan="5", level=COUNTY, id=14, label="县级配套")
    other = an_allocation(wan="40", level=CENTRAL, id=13)
    answer = to_json(only(industry_share(some_facts(industry, other, county))))
    assert answer["rule"] == "R65"
    assert answer["aliases"] == ["F001"]
    assert (answer["outcome"], answer["unit"]) == ("FAIL", "ratio")
    assert (answer["measured"], answer["required"]) == ("0.6000000000", ">=0.65")
    assert (answer["numerator_fen"], answer["denominator_fen"], answer["distance_fen"]) == (
        60000000,
        100000000,
        5000000,
    )
    assert (answer["numerator"], answer["denominator"], answer["distance"]) == (None, None, None)
    first = answer["rows"][0]
    assert {key: first[key] for key in ("table", "id", "label", "amount_fen")} == {
        "table": "allocation",
        "id": 12,
        "label": "大力村奶山羊场",
        "amount_fen": 60000000,
    }
    assert only(answer["left_out"])["why"] == "级次为县级，条款只说中央及省级"
    assert set(answer) >= {"basis", "message"}


def test_facts_do_not_change_while_rules_read_them():
    facts = some_facts(an_allocation(wan="65", level=CENTRAL, industry=True))
    assert industry_share(facts) == industry_share(replace(facts))


def test_central_money_is_judged_only_when_it_is_a_transition_fund_even_if_its_source_stands_in_the_base():
    odd = an_allocation(wan="35", level=CENTRAL, is_transition=False, counts_in_base=True)
    finding = only(industry_share(some_facts(an_allocation(wan="65", level=CENTRAL, industry=True), odd)))
    assert finding.denominator == Money.wan("65")


def test_a_management_fee_is_never_industry_money():
    fee = a_fee(wan="1", level=CENTRAL, industry=True)
    finding = only(industry_share(some_facts(an_allocation(wan="64", level=CENTRAL, industry=True), fee)))
    assert (finding.numerator, finding.denominator) == (Money.wan("64"), Money.wan("65"))


def test_money_that_is_no_transition_fund_widens_no_fee_base():
    lottery = an_allocation(wan="900", level=CENTRAL, source_code="F502", is_transition=False)
    finding = fee_of("中央", a_fee(wan="2", level=CENTRAL), an_allocation(wan="98", level=CENTRAL), lottery)
    assert (finding.outcome, finding.denominator) == (FAIL, Money.wan("100"))


def test_drafts_count_in_neither_the_lead_industry_share_nor_the_fee():
    facts = some_facts(
        an_allocation(wan="30", level=CENTRAL, leading=True),
        an_allocation(wan="70", level=CENTRAL, industry=True),
        an_allocation(wan="50", level=CENTRAL, leading=True, state=MoneyState.DRAFT),
        a_fee(wan="9", level=CENTRAL, state=MoneyState.DRAFT),
    )
    share = only(lead_industry_share(facts))
    assert (share.numerator, share.denominator) == (Money.wan("30"), Money.wan("100"))
    assert only(share.left_out).amount == Money.wan("50")
    fee = management_fee(facts)[0]
    assert (fee.numerator, fee.denominator) == (Money(0), Money.wan("100"))
    assert [left.why for left in fee.left_out] == ["分配仍是草稿，提交复核后计入"] * 2


def test_a_notice_whose_fee_is_one_percent_to_the_fen_is_not_hinted_at():
    fee = a_fee(wan="1", level=CENTRAL, notice="第一批")
    finding = fee_of("中央", fee, an_allocation(wan="99", level=CENTRAL, notice="第一批"))
    assert "单批" not in finding.message


def test_a_waiver_for_one_level_leaves_the_other_judged():
    facts = some_facts(
        a_fee(wan="2", level=CENTRAL),
        an_allocation(wan="98", level=CENTRAL),
        a_fee(wan="2", level=PROVINCIAL),
        an_allocation(wan="98", level=PROVINCIAL),
        a_waiver("R01F", expires_on=date(2024, 12, 31), subject="省级"),
    )
    assert [(f.scope, f.outcome) for f in management_fee(facts)] == [("中央", FAIL), ("省级", WAIVED)]
