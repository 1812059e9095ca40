"""Notices of money: given within thirty days, never beyond what they hold, numbers of the usual form and a fitting year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fundsys.domain.facts import NoticeRecordFact
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.notice_records import given_in_time, never_more_than_there_is, numbers_can_be_right
from tests.builders import only, some_facts, starting_policy

CAME = date(2024, 3, 1)
LAST = CAME + timedelta(days=30)
LATER = LAST + timedelta(days=1)
PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA


def a_notice(**told: Any) -> NoticeRecordFact:
    """A notice of a hundred 万元, given away within a week."""
    usual: dict[str, Any] = {
        "id": 1, "number": "宝市财办农〔2024〕12号", "year": 2024, "received_on": CAME, "amount": Money.wan(100),
        "whole_on": CAME + timedelta(days=7),
    }  # fmt: skip
    return NoticeRecordFact(**(usual | told))


@pytest.mark.parametrize(
    ("as_at", "told", "outcome", "note"),
    [
        (LATER, {}, PASS, ""),
        (LATER, {"whole_on": LAST}, PASS, ""),
        (LATER, {"whole_on": LATER}, FAIL, "2024-04-01 才分配完，超期 1 日"),
        (LATER, {"whole_on": None, "left": Money.wan("0.01")}, FAIL, "2024-03-31 到期，还有 0.01 万元没有分配"),
        (LAST, {"whole_on": None, "left": Money.wan(100)}, NO_DATA, ""),
        (LATER, {"year": 2023}, NO_DATA, ""),
        (LATER, {"is_carryover": True}, NO_DATA, ""),
    ],
)
def test_a_notice_is_given_within_thirty_days(as_at: date, told: dict[str, Any], outcome: Outcome, note: str) -> None:
    found = only(given_in_time(some_facts(a_notice(**told), as_at=as_at)))
    assert found.outcome is outcome
    assert [row.note for row in found.rows] == ([] if outcome is NO_DATA else [note])


def test_without_the_years_days_it_waits_for_them() -> None:
    policy = starting_policy(2024)
    del policy.settings["allotment_days"]
    found = only(given_in_time(some_facts(a_notice(), policy=policy)))
    assert found.outcome is Outcome.REVIEW and "请先在政策页填写" in found.message


@pytest.mark.parametrize(("over", "outcome"), [("0", PASS), ("0.000001", FAIL)])
def test_no_more_is_given_than_there_is(over: str, outcome: Outcome) -> None:
    found = only(never_more_than_there_is(some_facts(a_notice(over=Money.wan(over)))))
    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("number", "note"),
    [
        ("宝市财办农〔2024〕12号", ""),
        ("宝市财办农[2024]12号", ""),
        ("宝市财办农〔2023〕12号", ""),
        ("宝市财办农〔2022〕12号", "文号年份 2022 不在资金年度 2024 的前一年至当年，请核对"),
        ("关于下达资金的通知", "“关于下达资金的通知”不像文号，请核对；一般写成 宝市财办农〔2024〕12号"),
    ],
)
def test_a_number_has_its_form_and_a_year_that_fits(number: str, note: str) -> None:
    found = only(numbers_can_be_right(some_facts(a_notice(number=number))))
    assert (found.outcome, found.rows[0].note) == (FAIL if note else PASS, note)


def test_the_same_number_in_two_years_is_told() -> None:
    older = a_notice(id=2, number="郑财预〔2023〕833号", year=2023)
    found = only(numbers_can_be_right(some_facts(a_notice(number="郑财预〔2024〕833号"), older)))
    assert found.rows[0].note == "郑财预的833号已有 2023 年的一份（郑财预〔2023〕833号），请核对年份"
    assert len(found.rows) == 1, "last year's notice is last year's matter"


def test_without_notices_nothing_is_judged() -> None:
    for judge in (given_in_time, never_more_than_there_is, numbers_can_be_right):
        assert only(judge(some_facts())).outcome is NO_DATA
