"""RPV: of the distributed photovoltaic income the year's share goes to public posts and small public works."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.facts import StationShareFact
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.income import posts_and_works_first
from tests.builders import only, some_facts

TODAY = date(2024, 11, 18)


def a_share(fen: int, first: bool = True, station: int = 1, resolved_on: date | None = TODAY) -> StationShareFact:
    use = "公益岗位" if first else "奖励补助"
    return StationShareFact(
        station, f"电站{station}", use if resolved_on else "已到账，还没有分配", Money(fen), first, resolved_on
    )


@pytest.mark.parametrize(
    ("first", "other", "outcome"),
    [(8000, 2000, Outcome.PASS), (7999, 2001, Outcome.FAIL), (8001, 1999, Outcome.PASS), (0, 0, Outcome.NO_DATA)],
)
def test_exactly_the_years_share_passes_and_one_fen_less_fails(first: int, other: int, outcome: Outcome) -> None:
    facts = some_facts(a_share(first), a_share(other, first=False), as_at=TODAY)
    assert only(posts_and_works_first(facts)).outcome is outcome


def test_what_is_not_distributed_by_the_day_stands_apart_with_its_reason() -> None:
    facts = some_facts(
        a_share(8000), a_share(2000, first=False), a_share(5000, resolved_on=None), a_share(1, resolved_on=date(2024, 11, 19)),
        as_at=TODAY,
    )  # fmt: skip
    found = only(posts_and_works_first(facts))
    assert (found.outcome, found.numerator, found.denominator) == (Outcome.PASS, Money(8000), Money(10000))
    assert [(x.why, x.amount) for x in found.left_out] == [("已到账，还没有分配", Money(5000)), ("公益岗位", Money(1))]


def test_a_station_below_on_its_own_is_named_though_the_county_passes() -> None:
    facts = some_facts(a_share(9000), a_share(500, station=2), a_share(500, first=False, station=2), as_at=TODAY)
    found = only(posts_and_works_first(facts))
    assert found.outcome is Outcome.PASS
    assert "单个电站低于界线的：电站2 50" in found.message
    assert sum(r.amount.fen for r in found.rows if r.amount and r.in_numerator) == 9500


def test_a_year_without_the_countys_share_is_for_a_person_to_judge() -> None:
    facts = some_facts(a_share(1), as_at=TODAY, policy=Policy.of(2024, []))
    assert only(posts_and_works_first(facts)).outcome is Outcome.REVIEW
