"""What the rules on income look at, from the office's own papers, up to a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fundsys import store
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.facts import IncomeRecordFact, OperatedFact
from fundsys.domain.money import Money
from fundsys.queries.facts import facts
from tests.income import DUE, ENDS, RESOLVED, came_in, incomes, leased, share, shared_out, taken_back
from tests.matters import an_asset

pytestmark = pytest.mark.usefixtures("app")


def seen(year: int, until: date | None = None) -> tuple[list[IncomeRecordFact], list[OperatedFact]]:
    """The facts of a year on income and contracts."""
    with store.snapshot() as session:
        found = facts(session, year, until=until, parts={"incomes", "operated"})
    return list(found.incomes), list(found.operated)


def test_receipts_and_distributions_are_told_up_to_the_day_and_taken_back_ones_no_more() -> None:
    asset = an_asset()
    leased(asset)
    first = incomes(asset)[0].id
    back = came_in(first, "4000")
    came_in(first, "3000", no="村收2024-02")
    shared_out(asset, share(SharingUse.POSTS, "2500"))

    def told(until: date | None = None) -> Any:
        (one,) = seen(2024, until)[0]
        return one.received, one.distributed, one.planned_on

    assert told() == (Money.yuan(7000), Money.yuan(2500), RESOLVED)
    assert told(date(2024, 10, 7)) == (Money(0), Money(0), None)
    assert told(date(2024, 10, 24)) == (Money.yuan(7000), Money(0), None)
    taken_back(back)
    assert told()[0] == Money.yuan(3000)
    (one,) = seen(2024)[0]
    assert (one.year, one.due_on, one.due) == (2024, DUE, Money.yuan(10000))
    assert len(seen(2025)[0]) == 2, "those of earlier years are looked at too"


def test_the_last_contract_of_an_asset_counts_with_its_early_end() -> None:
    asset = an_asset()
    assert seen(2024)[1] == []
    leased(asset)
    (one,) = seen(2024)[1]
    assert (one.id, one.ends_on, one.is_operated) == (asset, ENDS, True)
