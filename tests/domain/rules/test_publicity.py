"""Public notices: missing, too short, incomplete, with another figure than the ledger's."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys.domain.facts import PublicDutyFact, PublicNoticeFact
from fundsys.domain.money import Money
from fundsys.domain.publicity import days_counted, masked, personal_numbers
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.publicity import complete, long_enough, published, same_figure
from tests.builders import only, some_facts

TODAY = date(2024, 11, 18)


def a_duty(due_on: date | None, is_public: bool = False, by: str = "八渡镇大力村") -> PublicDutyFact:
    return PublicDutyFact("project", 1, "2024-0001 养殖场 村级完工公示", by, due_on, is_public, Money.wan("50"))


def a_notice(**told: object) -> PublicNoticeFact:
    usual: dict[str, object] = {
        "id": 1, "label": "公示〔2024〕00001号", "first_on": date(2024, 6, 9), "last_on": date(2024, 6, 19),
        "amount": Money.wan("50"), "ledger_amount": Money.wan("50"),
    }  # fmt: skip
    return PublicNoticeFact(**(usual | told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2023, 6, 9), date(2023, 6, 19), 11),
        (date(2023, 6, 9), date(2023, 6, 18), 10),
        (date(2023, 6, 9), date(2023, 6, 17), 9),
        (date(2023, 6, 9), date(2023, 6, 9), 1),
        (date(2023, 6, 9), None, None),
    ],
)
def test_days_of_a_notice_count_its_first_and_its_last(first: date, last: date | None, days: int | None) -> None:
    assert days_counted(first, last) == days


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        (date(2023, 6, 19), Outcome.PASS),
        (date(2023, 6, 18), Outcome.PASS),
        (date(2023, 6, 17), Outcome.FAIL),
        (None, Outcome.PASS),
    ],
)
def test_ten_days_are_enough_and_nine_are_not(last: date | None, outcome: Outcome) -> None:
    found = only(long_enough(some_facts(a_notice(first_on=date(2023, 6, 9), last_on=last))))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL:
        assert found.rows[0].note == "公示 9 日，不足 10 日"


def test_a_duty_may_ask_for_fewer_or_more_days_than_the_year() -> None:
    nine = {"first_on": date(2024, 6, 9), "last_on": date(2024, 6, 17)}
    assert only(long_enough(some_facts(a_notice(**nine, least_days=9)))).outcome is Outcome.PASS
    assert only(long_enough(some_facts(a_notice(least_days=12)))).outcome is Outcome.FAIL
    assert only(long_enough(some_facts(a_notice(least_days=11)))).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("due_on", "is_public", "outcome"),
    [
        (date(2024, 11, 17), False, Outcome.FAIL),
        (date(2024, 11, 18), False, Outcome.NO_DATA),
        (date(2024, 11, 19), False, Outcome.NO_DATA),
        (date(2024, 11, 17), True, Outcome.PASS),
        (date(2024, 12, 30), True, Outcome.PASS),
        (None, False, Outcome.NO_DATA),
    ],
)
def test_a_result_is_missing_when_its_last_day_has_passed_without_a_notice(
    due_on: date | None, is_public: bool, outcome: Outcome
) -> None:
    found = only(published(some_facts(a_duty(due_on, is_public), as_at=TODAY)))
    assert found.outcome is outcome
    if outcome is Outcome.FAIL:
        assert "八渡镇大力村未公示" in found.rows[0].note


def test_what_is_not_due_yet_and_what_has_no_day_is_left_out_and_said() -> None:
    facts = some_facts(a_duty(date(2024, 11, 1), True), a_duty(date(2024, 12, 1)), a_duty(None), as_at=TODAY)
    found = only(published(facts))
    assert (found.outcome, found.denominator) == (Outcome.PASS, 1)
    assert [left.label for left in found.left_out] == ["还没有到期的 1 项", "没有形成日期的 1 项"]


def test_one_missing_element_makes_a_notice_incomplete() -> None:
    assert only(complete(some_facts(a_notice()))).outcome is Outcome.PASS
    found = only(complete(some_facts(a_notice(missing=("金额", "监督电话")))))
    assert found.outcome is Outcome.FAIL
    assert found.rows[0].note == "缺金额、监督电话"


@pytest.mark.parametrize(
    ("fen", "outcome"),
    [
        (5_000_000, Outcome.PASS),
        (5_000_000 + 10_000, Outcome.PASS),
        (5_000_000 - 10_000, Outcome.PASS),
        (5_000_000 + 10_001, Outcome.FAIL),
        (5_000_000 - 10_001, Outcome.FAIL),
    ],
)
def test_a_figure_may_differ_by_a_hundredth_of_ten_thousand_and_not_by_one_fen_more(fen: int, outcome: Outcome) -> None:
    found = only(same_figure(some_facts(a_notice(amount=Money(fen), ledger_amount=Money(5_000_000)))))
    assert found.outcome is outcome


def test_a_notice_without_a_figure_is_not_compared() -> None:
    found = only(same_figure(some_facts(a_notice(amount=None), a_notice(ledger_amount=None))))
    assert found.outcome is Outcome.NO_DATA
    assert found.left_out[0].label == "没有写金额或不对应台账的公示 2 份"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("户主身份证 610327198001011234", ["身份证号"]),
        ("身份证 61032719800101123X", ["身份证号"]),
        ("卡号 6230 2801 1234 5678 901", ["银行卡号"]),
        ("身份证 610327 19800101 1234", ["身份证号"]),
        ("电话 138 0013 8000", ["手机号"]),
        ("监督电话 12317 0917-4601234", []),
        ("电话１３８００１３８０００", ["手机号"]),
        ("监督电话 12317、0917-4601234", []),
        ("总投资 1234567890 元，文号陇政发〔2024〕12号", []),
    ],
)
def test_a_text_that_shows_a_personal_number_is_recognized(text: str, found: list[str]) -> None:
    assert personal_numbers(text) == found
    assert personal_numbers(masked(text)) == []
    if not found:
        assert masked(text) == text


def test_masking_hides_the_middle_of_a_number_and_leaves_the_rest_as_it_was_typed() -> None:
    said = "圈舍 1200 平方米（２０２４年），负责人 138 0013 8000；证号 61032719800101123X。"
    assert masked(said) == "圈舍 1200 平方米（2024年），负责人 138****8000；证号 610***********123X。"
