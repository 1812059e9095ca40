"""Uses, the library, and one sum by source and by project: fails, boundary, clean, no data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fundsys.domain.further_facts import EntryFact, SpendingFact, SumFact
from fundsys.domain.money import Money
from fundsys.domain.negative_list import hits, item_of, said_in
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.spending_records import (
    SOURCES,
    given_from_the_library,
    off_the_negative_list,
    one_sum_by_source_and_by_project,
)
from tests.builders import only, some_facts

PASS, FAIL, NO_DATA = Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA
DAY = date(2024, 5, 10)
HIT = ("N09 形象工程景观工程（文化墙）",)


@pytest.mark.parametrize(
    ("found", "review", "clear", "outcome"),
    [
        ((), "", False, PASS),
        (HIT, "", False, FAIL),
        (HIT, "2024-05-10 张三复核：不属于负面清单，墙体防水", True, PASS),
        (HIT, "2024-05-10 张三复核：属于负面清单，已责成退回", False, FAIL),
    ],
)
def test_a_hit_counts_until_somebody_says_it_is_not_on_the_list(
    found: tuple[str, ...], review: str, clear: bool, outcome: Outcome
) -> None:
    told = only(
        off_the_negative_list(some_facts(SpendingFact("payment", 7, "2024-0007 文化广场", found, review, clear)))
    )
    assert told.outcome is outcome
    assert (told.rows[0].table, told.rows[0].id) == ("payment", 7)
    if outcome is FAIL:
        assert told.rows[0].note == f"命中{HIT[0]}，{review or '没有复核结论'}"


def test_words_of_the_list_are_looked_for_with_all_their_pieces() -> None:
    items = (item_of("N05", "偿还债务和垫资", ["垫资", "工程尾款（往年）"]), item_of("N12", "以拨代支", []))
    assert hits("支付2022年往年工程尾款", items) == ("N05 偿还债务和垫资（工程尾款往年）",)
    assert hits("支付工程尾款", items) == ()
    assert hits("", items) == ()


def test_words_that_no_text_of_many_holds_are_not_looked_for_in_each() -> None:
    texts = ("支付2022年往年工程尾款", "文化墙", "产业路硬化")
    items = (
        item_of("N05", "偿还债务和垫资", ["垫资", "工程尾款（往年）", "尾款"]),
        item_of("N09", "形象工程", ["文化墙"]),
        item_of("N11", "楼堂馆所", ["办公楼"]),
    )
    narrow = said_in(items, "\n".join(texts))
    assert [(item.code, item.words) for item in narrow] == [
        ("N05", (("工程尾款", "往年"), ("尾款",))),
        ("N09", (("文化墙",),)),
    ]
    assert [hits(text, narrow) for text in texts] == [hits(text, items) for text in texts]


@pytest.mark.parametrize(
    ("admitted", "outcome"),
    [(DAY, PASS), (DAY + timedelta(days=1), FAIL), (DAY - timedelta(days=90), PASS), (None, FAIL)],
)
def test_money_is_given_from_the_day_a_project_is_in_the_library(admitted: date | None, outcome: Outcome) -> None:
    assert only(given_from_the_library(some_facts(EntryFact(1, "分配", DAY, admitted)))).outcome is outcome


@pytest.mark.parametrize(("parts", "outcome"), [("100", PASS), ("99.999999", FAIL), ("100.01", FAIL)])
def test_money_by_source_adds_up_to_the_projects_to_the_fen(parts: str, outcome: Outcome) -> None:
    told = SumFact("project", 1, "2024-0001 羊舍", SOURCES, Money.wan(100), Money.wan(parts))
    other = SumFact("allotment_notice", 1, "文", "下达金额", Money.wan(1), Money.wan(9))
    found = only(one_sum_by_source_and_by_project(some_facts(told, other)))
    assert (found.outcome, found.denominator) == (outcome, 1)


def test_without_uses_allocations_or_money_nothing_is_judged() -> None:
    for judge in (off_the_negative_list, given_from_the_library, one_sum_by_source_and_by_project):
        assert only(judge(some_facts())).outcome is NO_DATA
