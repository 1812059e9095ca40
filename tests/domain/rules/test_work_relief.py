"""Rules on work relief: which projects count, each project's own share to the 分, pay in time, by book and by card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from fundsys.domain.facts import LaborFact, ReliefFact
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.projects import work_relief_projects
from fundsys.domain.rules.work_relief import (
    books_agree,
    enough_people,
    labor_share,
    nobody_in_two_places,
    paid_by_card,
    paid_in_time,
    short_by,
)
from fundsys.domain.work_relief import bank_fault, earned, identity_fault, is_doubtful_card
from tests.builders import CENTRAL, a_project, an_allocation, only, some_facts
from tests.relief import card, identity

PASS, FAIL, REVIEW, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.REVIEW, Outcome.NO_DATA
TODAY = date(2024, 11, 18)


def relief(fen: int, share: str = "0.30", base: str = "10", **told):
    usual = {"id": 1, "label": "2024-0001 渠道", "is_completed": True, "planned_workers": 10, "workers": 10}
    return ReliefFact(
        **(usual | told),
        min_share=Fraction(share),
        base=Money.wan(base),
        document="陇发改发〔2024〕12号",
        paid=Money(fen),
    )


def month(**told):
    usual = {
        "id": 1, "label": "渠道 2024-05 张三", "project_id": 1, "project": "渠道", "month": "2024-05",
        "month_end": date(2024, 5, 31), "person": 7, "days": Decimal(20), "attended": Decimal(20),
        "day_rate": Money.yuan(150), "due": Money.yuan(3000), "owed": Money.yuan(3000), "paid": Money.yuan(3000),
        "paid_on": date(2024, 6, 10), "has_card": True,
    }  # fmt: skip
    return LaborFact(**(usual | told))


def having(*labor, projects=(), **policy):
    facts = some_facts(as_at=TODAY)
    return replace(facts, labor=tuple(labor), relief=tuple(projects), policy=Policy.starting(2024, **policy))


def ten(number: int, **last):
    found = []
    for n in range(number):
        project = a_project(is_work_relief=True, **(last if n == number - 1 else {}))
        found += [project, an_allocation(wan="20", level=CENTRAL, project_id=project.id)]
    return found


def test_nine_fail_ten_pass_and_ten_with_one_withdrawn_fail():
    assert only(work_relief_projects(some_facts(*ten(9)))).outcome is FAIL
    assert only(work_relief_projects(some_facts(*ten(10)))).outcome is PASS
    finding = only(work_relief_projects(some_facts(*ten(10, status=ProjectStatus.REMOVED))))
    assert (finding.outcome, finding.numerator) == (FAIL, 9)
    assert "出库" in only(finding.left_out).why


def test_two_batches_of_one_project_count_once():
    things = ten(9)
    again = an_allocation(wan="5", level=CENTRAL, project_id=things[0].id)
    finding = only(work_relief_projects(some_facts(*things, again)))
    assert (finding.outcome, finding.numerator) == (FAIL, 9)


def test_a_near_miss_is_told_with_its_reason():
    budget = a_project(is_work_relief=True)
    unmarked = a_project()
    facts = some_facts(
        budget,
        unmarked,
        an_allocation(wan="50", level=CENTRAL, project_id=budget.id, source_code="F503", is_transition=False),
        an_allocation(wan="50", level=CENTRAL, project_id=unmarked.id, source_code="F102", task="以工代赈"),
    )
    why = {x.id: x.why for x in only(work_relief_projects(facts)).left_out}
    assert "不是衔接资金" in why[budget.id]
    assert "没有标记为以工代赈项目" in why[unmarked.id]


def test_a_county_that_asks_for_pay_counts_only_projects_that_paid():
    things = ten(10)
    facts = some_facts(*things, policy=Policy.starting(2024, relief_needs_pay=True))
    assert only(work_relief_projects(facts)).numerator == 0
    paid = replace(facts, projects=tuple(replace(p, has_labor_pay=True) for p in facts.projects))
    assert only(work_relief_projects(paid)).outcome is PASS


@pytest.mark.parametrize(
    ("fen", "share", "outcome"),
    [(3_000_000, "0.30", PASS), (2_999_999, "0.30", FAIL), (4_200_000, "0.42", PASS), (4_199_999, "0.42", FAIL),
     (1_500_000, "0.15", PASS), (1_499_999, "0.15", FAIL)],
)  # fmt: skip
def test_labor_pay_is_judged_at_the_projects_own_minimum_to_the_fen(fen, share, outcome):
    finding = only(labor_share(having(projects=[relief(fen, share)])))
    assert finding.outcome is outcome
    assert short_by(relief(fen, share)) == Money(0 if outcome is PASS else 1)


def test_a_project_under_way_is_judged_once_it_is_completed_or_has_reached_its_share():
    assert only(labor_share(having(projects=[relief(1, is_completed=False)]))).outcome is NO_DATA
    assert only(labor_share(having(projects=[relief(3_000_000, is_completed=False)]))).outcome is PASS


def test_a_completed_project_without_an_approved_plan_does_not_reach_its_share():
    bare = ReliefFact(1, "2024-0001 渠道", True, paid=Money.wan(5))
    assert only(labor_share(having(projects=[bare]))).outcome is FAIL


@pytest.mark.parametrize(("day", "outcome"), [(date(2024, 6, 30), PASS), (date(2024, 7, 1), FAIL), (None, FAIL)])
def test_pay_comes_within_thirty_days_after_the_month(day, outcome):
    told = {"paid_on": day} if day else {"paid_on": None, "paid": Money(0)}
    assert only(paid_in_time(having(month(**told)))).outcome is outcome


def test_pay_of_last_month_is_not_due_yet():
    late = month(month="2024-10", month_end=date(2024, 10, 31), paid_on=None, paid=Money(0))
    assert only(paid_in_time(having(late))).outcome is NO_DATA


@pytest.mark.parametrize(
    ("told", "outcome"),
    [({}, PASS), ({"attended": None}, FAIL), ({"attended": Decimal("19.5")}, FAIL), ({"due": Money(300_001)}, FAIL)],
)
def test_attendance_and_pay_agree(told, outcome):
    assert only(books_agree(having(month(**told)))).outcome is outcome


def test_somebody_on_two_projects_is_looked_at_and_more_days_than_the_month_fail():
    one = month()
    few = month(id=2, project_id=2, project="道路", days=Decimal(11))
    many = month(id=2, project_id=2, project="道路", days=Decimal("11.5"))
    assert only(nobody_in_two_places(having(one))).outcome is PASS
    assert only(nobody_in_two_places(having(one, few))).outcome is REVIEW
    assert only(nobody_in_two_places(having(one, many))).outcome is FAIL


def test_cash_needs_an_approval():
    assert only(paid_by_card(having(month(has_card=False)))).outcome is FAIL
    assert only(paid_by_card(having(month(has_card=False, cash_approval="镇字〔2024〕3号")))).outcome is PASS


@pytest.mark.parametrize(("workers", "outcome"), [(8, PASS), (7, FAIL)])
def test_a_completed_project_took_on_four_fifths_of_the_people_planned(workers, outcome):
    assert only(enough_people(having(projects=[relief(3_000_000, workers=workers)]))).outcome is outcome


def test_identity_numbers_are_judged_by_their_check_digit_and_birthday():
    assert identity_fault("11010519491231002X", TODAY) == ""
    assert "校验码" in identity_fault("110105194912310021", TODAY)
    assert "出生日期" in identity_fault("11010519491331002X", TODAY)
    assert "18 位" in identity_fault("1101051949123100", TODAY)
    assert all(identity_fault(identity(n), TODAY) == "" for n in range(200))
    assert "3100" not in identity_fault("110105194912310021", TODAY)


def test_a_card_number_must_be_plausible_and_its_luhn_digit_is_only_a_hint():
    assert bank_fault(card(5)) == "" and not is_doubtful_card(card(5))
    wrong = card(5)[:-1] + str((int(card(5)[-1]) + 1) % 10)
    assert bank_fault(wrong) == "" and is_doubtful_card(wrong)
    assert bank_fault("12345") and bank_fault("0" * 16)


def test_due_is_days_by_a_days_pay_half_a_fen_upwards():
    assert earned(Decimal("20.5"), Money.yuan("150.01")) == Money(307_521)
