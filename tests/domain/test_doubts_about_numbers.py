"""What is odd about a notice's number is said, and nothing is refused for it. Source: F117."""

from __future__ import annotations

import pytest

from fundsys.domain.document_no import doubts


@pytest.mark.parametrize("number", ["宝市财办农〔2024〕12号", "宝市财办农﹝2023﹞12号", "陕财办农[2024] １２号"])
def test_a_number_of_the_year_or_the_year_before_raises_no_doubt(number: str) -> None:
    assert list(doubts(number, 2024)) == []


@pytest.mark.parametrize("year", [2022, 2025])
def test_a_year_outside_the_funds_year_and_the_one_before_is_doubted(year: int) -> None:
    (told,) = doubts(f"宝市财办农〔{year}〕12号", 2024)
    assert told == f"文号年份 {year} 不在资金年度 2024 的前一年至当年，请核对"


def test_a_number_of_another_shape_is_doubted_once() -> None:
    (told,) = doubts("文件十二", 2019)
    assert "不像文号" in told


def test_one_serial_of_one_office_in_two_years_is_doubted() -> None:
    others = ["郑财预〔2023〕833号", "郑财预〔2024〕834号", "豫财预〔2023〕833号"]
    assert list(doubts("郑财预〔2024〕833号", 2024, others)) == [
        "郑财预的833号已有 2023 年的一份（郑财预〔2023〕833号），请核对年份"
    ]
    assert list(doubts("郑财预〔2024〕835号", 2024, others)) == []
