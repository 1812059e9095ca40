"""The year's projects (R123) and the work-relief projects among them (RWR)."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.finding_json import to_json
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.projects import work_relief_projects, yearly_projects
from tests.builders import CENTRAL, COUNTY, a_project, a_waiver, an_allocation, only, some_facts

PASS, FAIL, NO_DATA, REVIEW, WAIVED = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA, Outcome.REVIEW, Outcome.WAIVED


def year_of(number: int, *more) -> list:
    return [*(a_project() for _ in range(number)), *more]


@pytest.mark.parametrize(("number", "outcome", "distance"), [(122, FAIL, 1), (123, PASS, 0), (124, REVIEW, 1)])
def test_the_county_has_a_hundred_and_twenty_three_projects_no_more_no_less(number, outcome, distance):
    finding = only(yearly_projects(some_facts(*year_of(number))))
    assert finding.outcome is outcome
    assert (finding.numerator, finding.distance) == (number, distance)
    assert len(finding.rows) == number


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"plan_document": " "}, "缺计划文号"),
        ({"earlier_money": Money(0)}, "缺资金"),
        ({"owner": ""}, "缺主管单位"),
        ({"starts_on": None}, "缺计划开工日期"),
        ({"ends_on": None}, "缺计划完工日期"),
        ({"owner": "", "ends_on": None}, "缺主管单位、计划完工日期"),
    ],
)
def test_a_project_that_lacks_something_does_not_count_and_is_named(missing, words):
    finding = only(yearly_projects(some_facts(*year_of(122, a_project(**missing)))))
    assert finding.outcome is FAIL
    assert only(finding.left_out).why == words
    assert "另有 1 个已列计划的项目要件不全" in finding.message


def test_a_hundred_and_twenty_three_whole_projects_beside_an_incomplete_one_are_looked_at():
    finding = only(yearly_projects(some_facts(*year_of(123, a_project(owner="")))))
    assert finding.outcome is REVIEW
    assert "已列计划的项目共 124 个" in finding.message


def test_money_of_this_year_counts_once_it_is_approved():
    project = a_project(earlier_money=Money(0))
    given = an_allocation(wan="5", level=COUNTY, project_id=project.id, state=MoneyState.SUBMITTED)
    facts = some_facts(*year_of(122, project), given)
    assert only(yearly_projects(facts)).outcome is FAIL
    assert only(yearly_projects(facts.with_submitted())).outcome is PASS


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (ProjectStatus.ADMITTED, False),
        (ProjectStatus.PLANNED, True),
        (ProjectStatus.SUSPENDED, True),
        (ProjectStatus.ARCHIVED, True),
        (ProjectStatus.REMOVED, False),
        (ProjectStatus.TERMINATED, False),
    ],
)
def test_projects_count_from_the_plan_on_and_not_when_withdrawn(status, counts):
    finding = only(yearly_projects(some_facts(a_project(status=status))))
    assert finding.numerator == int(counts)
    assert len(finding.left_out) == int(not counts)


def test_projects_of_other_years_do_not_count():
    assert only(yearly_projects(some_facts(*year_of(122, a_project(year=2023))))).outcome is FAIL
    assert only(yearly_projects(some_facts(a_project(year=2023)))).outcome is NO_DATA


def test_the_target_is_the_countys_to_edit():
    policy = Policy.starting(2024, project_target=2)
    assert only(yearly_projects(some_facts(*year_of(2), policy=policy))).outcome is PASS


def test_a_year_without_a_target_is_looked_at():
    finding = only(yearly_projects(some_facts(a_project(year=2025), year=2025)))
    assert finding.outcome is REVIEW
    assert finding.required == ""


def relief(wan: str = "30", **about) -> list:
    project = a_project(is_work_relief=True, **about)
    return [project, an_allocation(wan=wan, level=CENTRAL, project_id=project.id)]


@pytest.mark.parametrize(("number", "outcome"), [(9, FAIL), (10, PASS), (11, PASS)])
def test_nine_ten_and_eleven_work_relief_projects(number, outcome):
    finding = only(work_relief_projects(some_facts(*(thing for _ in range(number) for thing in relief()))))
    assert finding.outcome is outcome
    assert finding.measured_words == f"{number} 个"
    assert f"安排衔接资金 {30 * number}.00 万元" in finding.message


def test_work_relief_is_counted_from_allocation_on_and_withdrawn_projects_are_left_out():
    gone = relief(status=ProjectStatus.TERMINATED)
    unpaid = a_project(is_work_relief=True)
    budget = a_project(is_work_relief=True)
    central_investment = an_allocation(
        wan="90", level=CENTRAL, project_id=budget.id, source_code="F503", is_transition=False, counts_in_base=False
    )
    taken_back = relief()
    recovery = an_allocation(wan="-30", level=CENTRAL, project_id=taken_back[0].id)
    finding = only(
        work_relief_projects(
            some_facts(*relief(), *gone, unpaid, budget, central_investment, *taken_back, recovery, a_project())
        )
    )
    assert finding.numerator == 1
    assert {left.id: left.why for left in finding.left_out} == {
        gone[0].id: "项目已终止",
        unpaid.id: "本年度没有衔接资金分配",
        budget.id: "资金都不是衔接资金（如以工代赈中央预算内投资），单列不计",
        taken_back[0].id: "衔接资金已全部收回或调出",
    }


def test_county_transition_money_makes_a_work_relief_project_too():
    project = a_project(is_work_relief=True)
    finding = only(
        work_relief_projects(some_facts(project, an_allocation(wan="1", level=COUNTY, project_id=project.id)))
    )
    assert finding.numerator == 1


def test_the_text_adds_how_many_are_completed():
    done = relief(status=ProjectStatus.COMPLETED)
    started = relief(status=ProjectStatus.UNDER_WAY)
    assert "其中已完工 1 个" in only(work_relief_projects(some_facts(*done, *started))).message


def test_numbers_on_the_command_line_have_no_fen():
    answer = to_json(only(work_relief_projects(some_facts(*relief()))))
    assert (answer["unit"], answer["measured"], answer["required"]) == ("count", "1", ">=10")
    assert (answer["numerator"], answer["distance"]) == (1, 9)
    assert (answer["numerator_fen"], answer["denominator_fen"], answer["distance_fen"]) == (None, None, None)


def test_an_empty_year_has_no_data():
    assert only(yearly_projects(some_facts())).outcome is NO_DATA
    assert only(work_relief_projects(some_facts())).outcome is NO_DATA


def test_a_waived_number_is_not_green():
    facts = some_facts(*relief(), a_waiver("RWR", expires_on=date(2024, 12, 31)))
    assert only(work_relief_projects(facts)).outcome is WAIVED
