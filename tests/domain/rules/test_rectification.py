"""RFIX: problems due by now are closed; 长期坚持 is counted apart; none found is no data."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.facts import ProblemFact
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.rectification import closed_out
from tests.builders import only, some_facts

TODAY = date(2024, 11, 18)


def a_problem(due_on: date = date(2024, 11, 1), number: int = 1, **told: bool) -> ProblemFact:
    return ProblemFact(number, "县畜产局：缺影像", "县畜产局", due_on, **told)


@pytest.mark.parametrize(
    ("due_on", "outcome"),
    [
        (date(2024, 11, 17), Outcome.FAIL),
        (date(2024, 11, 18), Outcome.FAIL),
        (date(2024, 11, 19), Outcome.NO_DATA),
    ],
)
def test_a_problem_counts_from_its_due_day_on(due_on: date, outcome: Outcome) -> None:
    assert only(closed_out(some_facts(a_problem(due_on), as_at=TODAY))).outcome is outcome


def test_all_closed_passes_and_one_open_fails() -> None:
    closed = [a_problem(number=n, closed=True) for n in range(2, 101)]
    assert only(closed_out(some_facts(*closed, as_at=TODAY))).outcome is Outcome.PASS
    found = only(closed_out(some_facts(a_problem(), *closed, as_at=TODAY)))
    assert (found.outcome, found.numerator, found.denominator) == (Outcome.FAIL, 99, 100)
    assert found.rows[0].note == "县畜产局，2024-11-01到期"


def test_what_is_kept_up_for_long_is_counted_apart() -> None:
    found = only(closed_out(some_facts(a_problem(closed=True), a_problem(number=2, lasting=True), as_at=TODAY)))
    assert (found.outcome, found.denominator) == (Outcome.PASS, 1)
    assert found.left_out[0].why == "长期坚持，单独计数"
    assert "另有长期坚持 1 个" in found.message


def test_nothing_found_is_no_data_and_never_a_full_share() -> None:
    assert only(closed_out(some_facts(as_at=TODAY))).outcome is Outcome.NO_DATA
    assert only(closed_out(some_facts(a_problem(lasting=True), as_at=TODAY))).outcome is Outcome.NO_DATA
