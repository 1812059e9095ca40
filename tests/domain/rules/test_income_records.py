"""Income of assets: in by its day, distributed in time, never more than came in; contracts that ended are renewed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fundsys.domain.facts import IncomeRecordFact, OperatedFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.income_records import (
    contracts_renewed,
    distributed_in_time,
    never_more_than_came_in,
    received_in_time,
)
from tests.builders import only, some_facts, starting_policy

LAST = date(2024, 12, 31)
PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA


def an_income(**told: Any) -> IncomeRecordFact:
    """A rent of a thousand 元, paid and distributed."""
    usual: dict[str, Any] = {
        "id": 1, "label": "羊舍 2024-06-30", "year": 2024, "due_on": date(2024, 6, 30), "due": Money.yuan(1000),
        "received": Money.yuan(1000), "distributed": Money.yuan(1000), "planned_on": date(2024, 8, 1),
    }  # fmt: skip
    return IncomeRecordFact(**(usual | told))


@pytest.mark.parametrize(
    ("due_on", "received", "outcome"),
    [
        (LAST - timedelta(days=89), "0", PASS),
        (LAST - timedelta(days=90), "0", FAIL),
        (LAST - timedelta(days=90), "999.99", FAIL),
        (LAST - timedelta(days=400), "1000", PASS),
        (LAST, "0", NO_DATA),
        (None, "0", NO_DATA),
    ],
)
def test_ninety_days_after_its_day_income_has_come_in(due_on: date | None, received: str, outcome: Outcome) -> None:
    found = only(received_in_time(some_facts(an_income(due_on=due_on, received=Money.yuan(received)), as_at=LAST)))
    assert found.outcome is outcome
    if received == "999.99":
        assert found.rows[0].note == "应收日期已过 90 日，还有 0.01 元没有到账"


@pytest.mark.parametrize(
    ("as_at", "told", "outcome"),
    [
        (date(2024, 7, 1), {"planned_on": None, "distributed": Money(0)}, FAIL),
        (date(2024, 6, 30), {"planned_on": None, "distributed": Money(0)}, NO_DATA),
        (date(2024, 7, 1), {"planned_on": date(2024, 6, 30)}, PASS),
        (date(2024, 8, 1), {"planned_on": date(2024, 7, 1)}, FAIL),
        (date(2024, 8, 1), {"planned_on": None}, PASS),
        (date(2024, 8, 1), {"year": 2024, "planned_on": None, "distributed": Money(0)}, NO_DATA),
        (date(2024, 8, 1), {"received": Money(0), "distributed": Money(0), "planned_on": None}, NO_DATA),
    ],
)
def test_last_years_income_has_a_plan_by_the_end_of_june(as_at: date, told: dict[str, Any], outcome: Outcome) -> None:
    facts = some_facts(an_income(**({"year": 2023} | told)), as_at=as_at)
    assert only(distributed_in_time(facts)).outcome is outcome


@pytest.mark.parametrize(("distributed", "outcome"), [("1000", PASS), ("1000.01", FAIL), ("0", PASS)])
def test_no_more_is_distributed_than_came_in(distributed: str, outcome: Outcome) -> None:
    found = only(never_more_than_came_in(some_facts(an_income(distributed=Money.yuan(distributed)))))
    assert found.outcome is outcome
    if outcome is FAIL:
        assert found.rows[0].note == "分配比到账多 0.01 元"


@pytest.mark.parametrize(
    ("ends_on", "is_operated", "outcome"),
    [(LAST, True, PASS), (LAST - timedelta(days=1), True, FAIL), (LAST - timedelta(days=1), False, PASS)],
)
def test_a_contract_that_ended_is_renewed_or_the_asset_rests(
    ends_on: date, is_operated: bool, outcome: Outcome
) -> None:
    asset = OperatedFact(1, "610327-1 羊舍", ends_on, "在用", is_operated)
    assert only(contracts_renewed(some_facts(asset, as_at=LAST))).outcome is outcome


@pytest.mark.parametrize(
    ("judge", "code"), [(received_in_time, "income_late_days"), (distributed_in_time, "income_plan_months")]
)
def test_without_the_years_value_it_waits_for_it(judge: Any, code: str) -> None:
    policy = starting_policy(2024)
    del policy.settings[code]
    found = only(judge(some_facts(an_income(year=2023), as_at=LAST, policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message


def test_without_income_or_contracts_nothing_is_judged() -> None:
    for judge in (received_in_time, distributed_in_time, never_more_than_came_in, contracts_renewed):
        assert only(judge(some_facts())).outcome is NO_DATA
    untouched = an_income(received=Money(0), distributed=Money(0))
    assert only(never_more_than_came_in(some_facts(untouched))).outcome is NO_DATA
