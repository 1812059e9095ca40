"""Classified projects of earlier years: remedies with person and day, classes that fit how they run, remedies done in time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fundsys.domain.industry import FourBatch, RunState
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.legacy_records import class_fits_state, remedied, remedied_in_time
from tests.builders import a_legacy_project, only, some_facts

KEEP, UPGRADE, REVIVE, ADJUST = FourBatch


@pytest.mark.parametrize("batch", [REVIVE, ADJUST])
@pytest.mark.parametrize(
    ("told", "note"),
    [
        ({}, ""),
        ({"measure": " "}, "没有措施"),
        ({"responsible": ""}, "没有责任人"),
        ({"deadline": None}, "没有时限"),
        ({"measure": "", "responsible": "", "deadline": None}, "没有措施，没有责任人，没有时限"),
    ],
)
def test_what_is_revived_or_adjusted_has_measure_person_and_day(
    batch: FourBatch, told: dict[str, Any], note: str
) -> None:
    found = only(remedied(some_facts(a_legacy_project(classes=(batch,), **told))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


@pytest.mark.parametrize("batch", [KEEP, UPGRADE])
def test_what_is_kept_needs_no_remedy(batch: FourBatch) -> None:
    kept = a_legacy_project(classes=(batch,), measure="", deadline=None)
    assert only(remedied(some_facts(kept))).outcome is Outcome.NO_DATA
    assert only(remedied_in_time(some_facts(kept))).outcome is Outcome.NO_DATA


def test_without_classified_projects_nothing_is_judged() -> None:
    for judge in (remedied, class_fits_state, remedied_in_time):
        assert only(judge(some_facts())).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("batch", "state", "outcome"),
    [
        (KEEP, RunState.RUNNING, Outcome.PASS),
        (UPGRADE, RunState.UNDERUSED, Outcome.PASS),
        (KEEP, RunState.STOPPED, Outcome.FAIL),
        (UPGRADE, RunState.CLOSED, Outcome.FAIL),
        (KEEP, RunState.RUINED, Outcome.FAIL),
        (REVIVE, RunState.STOPPED, Outcome.NO_DATA),
        (KEEP, None, Outcome.NO_DATA),
    ],
)
def test_what_is_kept_or_upgraded_does_not_stand_still(
    batch: FourBatch, state: RunState | None, outcome: Outcome
) -> None:
    found = only(class_fits_state(some_facts(a_legacy_project(classes=(batch,), run_state=state))))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL:
        assert "运行状态却是" in found.rows[0].note


@pytest.mark.parametrize(
    ("deadline", "done_on", "outcome"),
    [
        (date(2024, 12, 31), None, Outcome.PASS),
        (date(2024, 12, 30), None, Outcome.FAIL),
        (date(2024, 6, 30), date(2024, 8, 1), Outcome.PASS),
        (date(2024, 6, 30), date(2025, 1, 1), Outcome.FAIL),
        (None, None, Outcome.NO_DATA),
    ],
)
def test_the_last_day_is_in_time_and_what_is_done_is_done(
    deadline: date | None, done_on: date | None, outcome: Outcome
) -> None:
    project = a_legacy_project(classes=(REVIVE,), deadline=deadline, done_on=done_on)
    found = only(remedied_in_time(some_facts(project, as_at=date(2024, 12, 31))))
    assert found.outcome is outcome
