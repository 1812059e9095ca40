"""Effect before saving: now → after, and headroom that is safe to the last 分 and not one 分 further."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fundsys.domain.effect import Effect, Outlook, Room, Way, effects, headroom
from fundsys.domain.facts import Facts
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.money_shares import industry_share, lead_industry_share, management_fee
from tests.builders import CENTRAL, COUNTY, PROVINCIAL, a_fee, a_project, an_allocation, only, some_facts

PASS, FAIL = Outcome.PASS, Outcome.FAIL


def county(industry: str, other: str, *more) -> Facts:
    return some_facts(
        an_allocation(wan=industry, level=CENTRAL, industry=True), an_allocation(wan=other, level=CENTRAL), *more
    )


def effect_on(rule: str, facts: Facts, *changes, **about) -> Effect:
    return only(e for e in effects(facts, changes, **about) if e.rule == rule and e.scope in ("", "中央"))


def room(rooms: tuple[Room, ...], way: Way) -> Room:
    return only(r for r in rooms if r.way is way)


def test_the_workbench_figures_of_the_county():
    facts = county("3842.16", "2019.84")
    finding = only(industry_share(facts))
    assert finding.measured_words == "65.54%"
    assert finding.distance == Money.wan("31.86")
    may = room(headroom(finding), Way.ADD_REST)
    assert may.amount == Money.wan("49.015384")
    assert effect_on("R65", facts).sentence == "还可安排非产业 49.01 万元"


def test_a_change_shows_now_and_after():
    effect = effect_on("R65", county("65", "35"), an_allocation(wan="10", level=CENTRAL, industry=True))
    assert (effect.before.measured_words, effect.after.measured_words) == ("65.00%", "68.18%")
    assert effect.outlook is Outlook.KEEPS
    assert effect.touched


def test_a_change_that_breaks_the_limit_gives_both_ways_back():
    effect = effect_on("R65", county("65", "35"), an_allocation(wan="20", level=CENTRAL))
    assert effect.outlook is Outlook.BREAKS
    assert room(effect.rooms, Way.CUT_REST).amount == Money.wan("20")
    assert room(effect.rooms, Way.ADD_PART).amount == Money.wan("37.142858")
    assert effect.sentence == "须减少非产业 20.00 万元，或增加产业 37.15 万元，才到 65%"


def test_gaps_are_rounded_up_and_headroom_down():
    short = effect_on("R65", county("64.999999", "35.000001"))
    assert short.sentence == "须减少非产业 0.000002 万元，或增加产业 0.000003 万元，才到 65%"
    spare = effect_on("R65", county("65.01", "34.99"))
    assert room(spare.rooms, Way.ADD_REST).amount == Money.wan("0.015384")
    assert spare.sentence == "还可安排非产业 0.01 万元"
    assert effect_on("R65", county("65.001", "34.999")).sentence == "还可安排非产业 0.001538 万元"


def test_on_the_limit_nothing_more_may_go_to_infrastructure():
    assert effect_on("R65", county("65", "35")).sentence == "正在界线上，不能再安排非产业"


@pytest.mark.parametrize(
    ("industry", "other", "outlook"),
    [
        ("65.5", "34.5", Outlook.KEEPS),
        ("65.499999", "34.500001", Outlook.NEAR_MIN),
        ("65", "35", Outlook.NEAR_MIN),
        ("64.9", "35.1", Outlook.STILL_SHORT),
    ],
)
def test_less_than_half_a_point_above_the_limit_is_near_it(industry, other, outlook):
    assert effect_on("R65", county(industry, other)).outlook is outlook


@pytest.mark.parametrize(
    ("fee", "rest", "outlook"),
    [("0.95", "99.05", Outlook.KEEPS), ("0.950001", "99.049999", Outlook.NEAR_MAX), ("1", "99", Outlook.NEAR_MAX)],
)
def test_the_fee_is_near_its_limit_within_a_twentieth_of_a_point(fee, rest, outlook):
    facts = some_facts(a_fee(wan=fee, level=CENTRAL), an_allocation(wan=rest, level=CENTRAL))
    assert effect_on("R01F", facts).outlook is outlook


def test_the_fee_headroom_counts_that_the_fee_itself_widens_the_base():
    facts = some_facts(a_fee(wan="0.5", level=CENTRAL), an_allocation(wan="99.5", level=CENTRAL))
    effect = effect_on("R01F", facts)
    assert room(effect.rooms, Way.ADD_PART).amount == Money.wan("0.505050")
    assert effect.sentence == "还可列支 0.50 万元"
    assert effect.title == "项目管理费上限（中央）"


def test_a_fee_from_money_outside_a_narrow_base_does_not_widen_it():
    policy = Policy.starting(2024, management_fee_base="task101")
    facts = some_facts(a_fee(wan="0.5", level=CENTRAL), an_allocation(wan="99.5", level=CENTRAL), policy=policy)
    (effect,) = (e for e in effects(facts, (), fee_beside=["中央"]) if (e.rule, e.scope) == ("R01F", "中央"))
    may = room(effect.rooms, Way.ADD_PART).amount
    assert may == Money.wan("0.5")
    for fee, wanted in ((may, PASS), (may + Money(1), FAIL)):
        outside = a_fee(fen=fee.fen, level=CENTRAL, task="以工代赈")
        assert effect_on("R01F", facts, outside).after.outcome is wanted


def test_a_fee_beyond_the_limit_is_cut_or_other_projects_are_added():
    effect = effect_on("R01F", some_facts(a_fee(wan="2", level=CENTRAL), an_allocation(wan="98", level=CENTRAL)))
    assert room(effect.rooms, Way.CUT_PART).amount == Money.wan("1.010102")
    assert room(effect.rooms, Way.ADD_REST).amount == Money.wan("100")
    assert effect.sentence == "须减少管理费 1.02 万元，或增加其他项目 100.00 万元，才到 1%"


def test_the_notice_having_enough_left_is_said_only_when_it_does():
    facts = county("70", "30")
    assert effect_on("R65", facts, remaining=Money.wan("7.692307")).sentence.endswith("，本批剩余够用")
    assert effect_on("R65", facts, remaining=Money.wan("7.692308")).sentence == "还可安排非产业 7.69 万元"


def test_where_all_money_is_industry_money_cutting_it_breaks_nothing():
    rooms = headroom(only(industry_share(some_facts(an_allocation(wan="5", level=CENTRAL, industry=True)))))
    assert room(rooms, Way.CUT_PART).amount is None


def test_without_any_industry_money_cutting_the_rest_never_reaches_the_limit():
    facts = some_facts(an_allocation(wan="5", level=CENTRAL))
    effect = effect_on("R65", facts)
    assert room(effect.rooms, Way.CUT_REST).amount is None
    assert effect.sentence == "须增加产业 9.29 万元，才到 65%"


def test_an_edited_draft_is_not_counted_twice():
    old = an_allocation(wan="20", level=CENTRAL, state=MoneyState.SUBMITTED)
    facts = county("65", "35", old).with_submitted()
    effect = only(
        e for e in effects(facts, [an_allocation(wan="10", level=CENTRAL)], replaces={old.id}) if e.rule == "R65"
    )
    assert effect.before.denominator == Money.wan("120")
    assert effect.after.denominator == Money.wan("110")


def test_county_money_touches_neither_share():
    facts = county("65", "35")
    touched = effects(facts, [an_allocation(wan="500", level=COUNTY)], only_touched=True)
    assert [e.rule for e in touched] == []


def test_a_new_work_relief_project_is_counted_before_it_is_saved():
    project = a_project(is_work_relief=True)
    change = an_allocation(wan="3", level=CENTRAL, project_id=project.id)
    facts = some_facts(project, policy=Policy.starting(2024, work_relief_min=1))
    effect = effect_on("RWR", facts, change)
    assert (effect.before.outcome, effect.after.outcome) == (FAIL, PASS)
    assert effect.outlook is Outlook.REACHES
    assert effect.sentence == "已有 1 个，达到 1 个"
    assert effect_on("RWR", facts).sentence == "已有 0 个，还差 1 个"


def test_proposals_count_in_full_whatever_their_state():
    draft = an_allocation(wan="20", level=CENTRAL, state=MoneyState.DRAFT)
    assert effect_on("R65", county("65", "35"), draft).after.denominator == Money.wan("120")


def test_an_empty_year_promises_nothing():
    for effect in effects(some_facts(), []):
        assert effect.outlook is Outlook.NO_DATA
        assert effect.rooms == ()


MONEY = st.integers(0, 10**12)
MAKERS = {
    ("R65", Way.ADD_REST): lambda fen: an_allocation(fen=fen, level=PROVINCIAL),
    ("R65", Way.ADD_PART): lambda fen: an_allocation(fen=fen, level=PROVINCIAL, industry=True),
    ("R65", Way.CUT_REST): lambda fen: an_allocation(fen=-fen, level=CENTRAL),
    ("R65", Way.CUT_PART): lambda fen: an_allocation(fen=-fen, level=CENTRAL, industry=True),
    ("R30", Way.ADD_REST): lambda fen: an_allocation(fen=fen, level=CENTRAL, industry=True),
    ("R30", Way.ADD_PART): lambda fen: an_allocation(fen=fen, level=CENTRAL, leading=True),
    ("R30", Way.CUT_REST): lambda fen: an_allocation(fen=-fen, level=CENTRAL, industry=True),
    ("R30", Way.CUT_PART): lambda fen: an_allocation(fen=-fen, level=CENTRAL, leading=True),
    ("R01F", Way.ADD_REST): lambda fen: an_allocation(fen=fen, level=CENTRAL),
    ("R01F", Way.ADD_PART): lambda fen: a_fee(fen=fen, level=CENTRAL),
    ("R01F", Way.CUT_REST): lambda fen: an_allocation(fen=-fen, level=CENTRAL),
    ("R01F", Way.CUT_PART): lambda fen: a_fee(fen=-fen, level=CENTRAL),
}
RULES = {"R65": industry_share, "R30": lead_industry_share, "R01F": management_fee}


def verdict(code: str, facts: Facts, *changes) -> Outcome:
    things = (*facts.allocations, *changes)
    return RULES[code](some_facts(*things, policy=facts.policy))[0].outcome


@pytest.mark.parametrize(("code", "way"), list(MAKERS))
@given(
    leading=MONEY,
    industry=MONEY,
    other=MONEY,
    fee=st.integers(0, 10**10),
    limit=st.fractions(min_value=0, max_value=1, max_denominator=997),
)
def test_headroom_saved_exactly_is_green_and_one_fen_more_is_red(code, way, leading, industry, other, fee, limit):
    names = {"R65": "industry_share_min", "R30": "lead_industry_share_min", "R01F": "management_fee_max"}
    facts = some_facts(
        an_allocation(fen=leading, level=CENTRAL, leading=True),
        an_allocation(fen=industry, level=CENTRAL, industry=True),
        an_allocation(fen=other, level=CENTRAL),
        a_fee(fen=fee, level=CENTRAL),
        policy=Policy.starting(2024, **{names[code]: limit}),
    )
    finding = RULES[code](facts)[0]
    rooms = headroom(finding)
    assume(rooms)
    found, make = room(rooms, way), MAKERS[code, way]
    assert found.met == (finding.outcome is PASS)
    if found.amount is None:
        return
    amount = found.amount.fen
    assert verdict(code, facts, make(amount)) is PASS
    beyond = amount + 1 if found.met else amount - 1
    assert verdict(code, facts, make(beyond)) is FAIL


@pytest.mark.parametrize(("code", "way"), list(MAKERS))
@given(leading=MONEY, industry=MONEY, other=MONEY, fee=st.integers(0, 10**10), far=st.integers(1, 10**15))
def test_a_way_without_a_figure_changes_nothing_however_far_one_goes(code, way, leading, industry, other, fee, far):
    facts = some_facts(
        an_allocation(fen=leading, level=CENTRAL, leading=True),
        an_allocation(fen=industry, level=CENTRAL, industry=True),
        an_allocation(fen=other, level=CENTRAL),
        a_fee(fen=fee, level=CENTRAL),
    )
    finding = RULES[code](facts)[0]
    rooms = headroom(finding)
    assume(rooms)
    found = room(rooms, way)
    assume(found.amount is None)
    parts = {"R65": leading + industry, "R30": leading, "R01F": fee}
    wholes = {
        "R65": leading + industry + other + fee,
        "R30": leading + industry,
        "R01F": leading + industry + other + fee,
    }
    there = {Way.CUT_REST: wholes[code] - parts[code], Way.CUT_PART: parts[code]}.get(way, far)
    assert verdict(code, facts, MAKERS[code, way](min(far, there))) is not (FAIL if found.met else PASS)
