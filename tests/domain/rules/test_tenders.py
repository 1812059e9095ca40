"""Tenders: works parted below the limit, contracts that should have been tendered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fundsys.domain.funds import ContractSubject
from fundsys.domain.further_facts import ContractFact, WorksFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.tenders import not_parted_below_the_limit, tendered_where_it_must_be
from tests.builders import only, some_facts, starting_policy

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA
DAY = date(2024, 3, 1)


def works(number: int, wan: str, **told: Any) -> WorksFact:
    usual: dict[str, Any] = {"approved_on": DAY, "type_name": "产业路", "unit": "县交通运输局", "village": ""}
    return WorksFact(number, f"2024-{number:04d} 道路", amount=Money.wan(wan), **(usual | told))


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({"wan": "200"}, FAIL),
        ({"wan": "199.999999"}, PASS),
        ({"wan": "200", "approved_on": DAY + timedelta(days=60)}, FAIL),
        ({"wan": "200", "approved_on": DAY + timedelta(days=61)}, PASS),
        ({"wan": "200", "type_name": "水渠"}, PASS),
        ({"wan": "200", "unit": "县水利局"}, PASS),
        ({"wan": "200", "is_open": True}, PASS),
        ({"wan": "400"}, PASS),
    ],
)
def test_two_works_of_one_kind_that_reach_the_limit_together_stand_out(
    second: dict[str, Any], outcome: Outcome
) -> None:
    other = works(2, **second)
    found = only(not_parted_below_the_limit(some_facts(works(1, "200"), other)))
    assert found.outcome is outcome
    if outcome is FAIL:
        assert found.rows[0].note == "同一实施单位县交通运输局、同为产业路，与 2024-0002 合计 400.00 万元"


def test_one_village_is_looked_at_as_one_unit_is() -> None:
    one, other = (works(n, "210", unit=f"单位{n}", village="大力村") for n in (1, 2))
    found = only(not_parted_below_the_limit(some_facts(one, other)))
    assert found.outcome is FAIL
    assert found.rows[1].note.startswith("同在大力村")


@pytest.mark.parametrize(
    ("subject", "wan", "told", "outcome"),
    [
        (ContractSubject.WORKS, "400", {}, FAIL),
        (ContractSubject.WORKS, "399.99", {}, NO_DATA),
        (ContractSubject.GOODS, "200", {"method": "询价"}, FAIL),
        (ContractSubject.SERVICE, "100", {}, FAIL),
        (ContractSubject.SERVICE, "99.99", {}, NO_DATA),
        (ContractSubject.WORKS, "900", {"method": "公开招标", "is_open": True}, PASS),
        (ContractSubject.WORKS, "900", {"method": "单一来源采购", "exemption": "陇发改批〔2024〕3号"}, PASS),
    ],
)
def test_a_contract_from_the_limit_on_is_tendered_or_has_leave(
    subject: ContractSubject, wan: str, told: dict[str, Any], outcome: Outcome
) -> None:
    found = only(
        tendered_where_it_must_be(some_facts(ContractFact(1, "LX-1 施工合同", subject, Money.wan(wan), **told)))
    )
    assert found.outcome is outcome
    if outcome is FAIL:
        assert "没有不招标的批准文号" in found.rows[0].note


def test_without_the_years_limit_it_is_asked_for_and_without_works_nothing_is_judged() -> None:
    policy = starting_policy(2024)
    del policy.settings["tender_works_min"]
    contract = ContractFact(1, "LX-1", ContractSubject.WORKS, Money.wan(900))
    assert only(not_parted_below_the_limit(some_facts(works(1, "9"), policy=policy))).outcome is Outcome.REVIEW
    assert only(tendered_where_it_must_be(some_facts(contract, policy=policy))).outcome is Outcome.REVIEW
    assert only(not_parted_below_the_limit(some_facts())).outcome is NO_DATA
    assert only(tendered_where_it_must_be(some_facts())).outcome is NO_DATA
