"""When a legacy project may change its class: disposal, six months of operation, changes in a year, days in order."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.industry import FourBatch, OperationFact, RunState, months_later, proves_revival
from fundsys.domain.reclass import Decision, Limits, Past, faults_of_change, faults_of_paper

B1, B2, B3, B4 = FourBatch
ON = date(2024, 10, 15)


def faults(past: Past, batch: FourBatch, on: date = ON, **told: str) -> list[str | None]:
    """The boxes that are complained of."""
    return [error.field for error in faults_of_change(past, Decision(batch, "依据", on, **told), Limits())]


def ran(*days: date, state: RunState = RunState.RUNNING) -> tuple[OperationFact, ...]:
    return tuple(OperationFact(day, run_state=state) for day in days)


@pytest.mark.parametrize("batch", [B1, B2, B3])
def test_a_wound_up_project_never_leaves_its_class(batch: FourBatch) -> None:
    past = Past(B4, date(2024, 4, 1), disposed_on=date(2024, 6, 1))
    assert "batch" in faults(past, batch)
    assert faults(past, B4) == []


@pytest.mark.parametrize(("last", "allowed"), [(date(2024, 10, 14), False), (date(2024, 10, 15), True)])
def test_revived_to_consolidated_needs_six_months_of_records(last: date, allowed: bool) -> None:
    past = Past(B3, date(2024, 3, 1), records=ran(date(2024, 4, 15), date(2024, 7, 1), last))
    assert (faults(past, B1) == []) is allowed
    assert faults(past, B2) == []


def test_a_standstill_in_between_begins_the_six_months_anew() -> None:
    stopped = ran(date(2024, 6, 1), state=RunState.STOPPED)
    records = (*ran(date(2024, 1, 1)), *stopped, *ran(date(2024, 7, 1), date(2024, 10, 1)))
    assert faults(Past(B3, date(2023, 12, 1), records=records), B1) == ["batch"]
    assert not proves_revival([], ON, 6)
    assert not proves_revival(ran(date(2024, 1, 1)), ON, 6), "one record shows no six months"
    assert proves_revival(ran(date(2024, 4, 1), date(2024, 10, 1)), ON, 6)
    assert not proves_revival(ran(date(2024, 4, 1), date(2024, 10, 16)), ON, 6), (
        "a record of a later day does not count yet"
    )


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ((), False),
        ((date(2024, 1, 10),), False),
        ((date(2024, 1, 10), date(2024, 5, 10)), True),
        ((date(2023, 10, 15), date(2024, 5, 10)), False),
        ((date(2023, 10, 16), date(2024, 5, 10)), True),
    ],
)
def test_a_third_change_within_a_year_needs_a_statement(changed: tuple[date, ...], asked: bool) -> None:
    past = Past(B2, date(2024, 5, 10), changed)
    assert ("statement" in faults(past, B1)) is asked
    assert faults(past, B1, statement="经营主体两次更换，专题研究") == []
    assert faults(past, B2) == [], "the same class again is no change"


def test_the_days_of_decisions_never_go_back() -> None:
    past = Past(B2, ON)
    assert faults(past, B3, date(2024, 10, 14)) == ["decided_on"]
    assert faults(past, B3, ON) == []


def test_measures_belong_to_the_class_they_are_named_with() -> None:
    told = Decision(B3, "停产", ON, responsible="王芳", due_on=date(2025, 6, 30), measure_codes=("B3M1",))
    assert list(faults_of_paper(told, ON)) == []
    wrong = Decision(B3, "停产", ON, responsible="王芳", due_on=date(2025, 6, 30), measure_codes=("B4M1",))
    assert [error.field for error in faults_of_paper(wrong, ON)] == ["measure_codes"]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2024, 3, 15), -12, date(2023, 3, 15)),
        (date(2024, 1, 31), -2, date(2023, 11, 30)),
    ],
)
def test_months_end_on_the_last_day_there_is(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then
