"""Building and paying: tender, approval and start in their order; payments within acceptance, progress, contract and settlement; retention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from fundsys.domain.facts import Facts, ProjectRecordFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Finding, Outcome
from fundsys.domain.rules.project_building import (
    approved_before_start,
    paid_as_built,
    paid_off_after_acceptance,
    paid_within_contract,
    paid_within_settlement,
    retention_in_bounds,
    tendered_before_start,
)
from tests.builders import only, some_facts, starting_policy

DAY = date(2024, 5, 6)
EARLIER, LATER = date(2024, 5, 5), date(2024, 5, 7)
ONE = Money(1)


def built(**told: Any) -> ProjectRecordFact:
    """A project with a contract of 100 that keeps back 3, half built and paid 60."""
    usual: dict[str, Any] = {
        "id": 1, "label": "2024-0001 养殖场", "year": 2024, "is_planned": True,
        "days": (("批复", DAY), ("开工", DAY)), "tendered_on": DAY, "contracted": Money.wan(100),
        "retained": Money.wan(3), "retentions": (("HT-1", Fraction(3, 100)),), "paid": Money.wan(60),
        "progress": Fraction(1, 2),
    }  # fmt: skip
    return ProjectRecordFact(**(usual | told))


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [(DAY, Outcome.PASS), (EARLIER, Outcome.PASS), (LATER, Outcome.FAIL), (None, Outcome.NO_DATA)],
)
def test_work_begins_on_the_day_of_the_tender_or_later(decided: date | None, outcome: Outcome) -> None:
    assert only(tendered_before_start(some_facts(built(tendered_on=decided)))).outcome is outcome


@pytest.mark.parametrize(
    ("approved", "note"),
    [
        (DAY, ""),
        (LATER, "2024-05-06 开工，2024-05-07 才批复"),
        (None, "2024-05-06 开工，没有批复日期"),
    ],
)
def test_work_begins_on_the_day_of_approval_or_later(approved: date | None, note: str) -> None:
    found = only(approved_before_start(some_facts(built(days=(("批复", approved), ("开工", DAY))))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


@pytest.mark.parametrize(
    ("paid", "accepted", "outcome"),
    [
        (Money.wan(97) - ONE, None, Outcome.PASS),
        (Money.wan(97), None, Outcome.FAIL),
        (Money.wan(100), DAY, Outcome.PASS),
    ],
)
def test_only_what_is_accepted_is_paid_off(paid: Money, accepted: date | None, outcome: Outcome) -> None:
    assert only(paid_off_after_acceptance(some_facts(built(paid=paid, accepted_on=accepted)))).outcome is outcome


@pytest.mark.parametrize(
    ("paid", "outcome"),
    [(Money.wan(60), Outcome.PASS), (Money.wan(60) + ONE, Outcome.FAIL), (Money(0), Outcome.PASS)],
)
def test_payments_run_ten_points_ahead_of_the_works_at_most(paid: Money, outcome: Outcome) -> None:
    found = only(paid_as_built(some_facts(built(paid=paid))))
    assert found.outcome is outcome


@pytest.mark.parametrize(("paid", "outcome"), [(Money.wan(100), Outcome.PASS), (Money.wan(100) + ONE, Outcome.FAIL)])
def test_payments_stay_within_the_contracts_and_the_settlement(paid: Money, outcome: Outcome) -> None:
    project = built(paid=paid, settled=Money.wan(100))
    assert only(paid_within_contract(some_facts(project))).outcome is outcome
    assert only(paid_within_settlement(some_facts(project))).outcome is outcome


@pytest.mark.parametrize(
    ("shares", "note"),
    [
        ((Fraction(3, 100),), ""),
        ((Fraction(301, 10_000),), "合同 HT-0 质保金 3.01%，超过 3%"),
        ((Fraction(0),), "合同 HT-0 没有留质保金"),
        ((Fraction(1, 100), Fraction(0)), "合同 HT-1 没有留质保金"),
    ],
)
def test_every_contract_keeps_something_back_and_no_more_than_three_percent(
    shares: tuple[Fraction, ...], note: str
) -> None:
    kept = tuple((f"HT-{n}", share) for n, share in enumerate(shares))
    found = only(retention_in_bounds(some_facts(built(retentions=kept))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


@pytest.mark.parametrize(
    "judge",
    [
        tendered_before_start, approved_before_start, paid_off_after_acceptance, paid_as_built,
        paid_within_contract, paid_within_settlement, retention_in_bounds,
    ],
)  # fmt: skip
def test_without_contract_start_or_settlement_there_is_nothing_to_judge(
    judge: Callable[[Facts], list[Finding]],
) -> None:
    bare = built(days=(), contracted=None, retentions=())
    assert only(judge(some_facts(bare))).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("judge", "code"), [(paid_as_built, "paid_ahead_max"), (retention_in_bounds, "retention_share_max")]
)
def test_without_the_years_value_it_waits_for_it(judge: Callable[[Facts], list[Finding]], code: str) -> None:
    policy = starting_policy(2024)
    del policy.settings[code]
    found = only(judge(some_facts(built(), policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message
