"""How a figure, a frequency and a deadline of a yearly target are judged, each on both sides of its boundary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fundsys.domain.policy_documents import DocumentFact, Validity, cited
from fundsys.domain.yearly_targets import (
    Asked,
    Comparison,
    Rhythm,
    Stand,
    TargetKind,
    Told,
    due_on,
    judge_figure,
    judge_frequency,
    month_due,
    month_ended,
    periods,
    rhythm_of,
    words_of,
)

TWENTY = Asked(Decimal(20), "个", Comparison.EQUAL)
GROWTH = Asked(Decimal("0.4"), "比例", Comparison.AT_LEAST)
AT_MOST_TWO = Asked(Decimal(2), "个", Comparison.AT_MOST)
MEETING = Asked(Decimal(1), "次/季", Comparison.AT_LEAST)


@pytest.mark.parametrize(
    ("reached", "over", "late", "stand", "distance"),
    [
        ("19", False, False, Stand.GOING, "差 1 个"),
        ("19", True, False, Stand.SHORT, "差 1 个"),
        ("19", False, True, Stand.LATE, "差 1 个"),
        ("20", False, True, Stand.MET, "正好"),
        ("21", True, False, Stand.MET, "多 1 个"),
    ],
)
def test_a_figure_is_met_at_the_figure_itself_and_short_only_after_the_year(
    reached: str, over: bool, late: bool, stand: Stand, distance: str
) -> None:
    found = judge_figure(TWENTY, Decimal(reached), over=over, late=late)
    assert (found.stand, found.distance) == (stand, distance)


def test_a_share_is_compared_exactly_and_told_in_percent() -> None:
    below = judge_figure(GROWTH, Decimal("0.3999"), over=True, late=False)
    assert (below.stand, below.reached_words, below.distance) == (Stand.SHORT, "39.99%", "差 0.01 个百分点")
    assert judge_figure(GROWTH, Decimal("0.4"), over=True, late=False).stand is Stand.MET


def test_nothing_reported_is_no_data_until_a_report_is_overdue() -> None:
    assert judge_figure(TWENTY, None, over=False, late=False).stand is Stand.NO_DATA
    assert judge_figure(TWENTY, None, over=False, late=True).stand is Stand.LATE


def test_an_upper_limit_is_kept_only_once_the_year_is_over() -> None:
    assert judge_figure(AT_MOST_TWO, Decimal(2), over=False, late=False).stand is Stand.GOING
    assert judge_figure(AT_MOST_TWO, Decimal(2), over=True, late=False).stand is Stand.MET
    over = judge_figure(AT_MOST_TWO, Decimal(3), over=False, late=False)
    assert (over.stand, over.distance) == (Stand.SHORT, "超 1 个")


def quarters(*held: int, silent: tuple[int, ...] = ()) -> list[Told]:
    """How often something was held in each quarter; which of them nobody reported."""
    return [Told(p, n, i in silent) for i, (p, n) in enumerate(zip(periods(Rhythm.QUARTER), held, strict=True), 1)]


def test_a_frequency_is_judged_quarter_by_quarter() -> None:
    going = judge_frequency(MEETING, quarters(1, 1, 1, 0), due=9, now=11)
    assert (going.stand, going.reached_words) == (Stand.GOING, "3/4 期达到，共 3 次")
    assert judge_frequency(MEETING, quarters(1, 1, 1, 1), due=9, now=11).stand is Stand.MET
    short = judge_frequency(MEETING, quarters(1, 0, 2, 0), due=9, now=11)
    assert (short.stand, short.distance) == (Stand.SHORT, "第2季度没有达到")
    late = judge_frequency(MEETING, quarters(1, 0, 1, 0, silent=(2,)), due=9, now=11)
    assert (late.stand, late.distance) == (Stand.LATE, "第2季度没有报")


def test_a_quarter_that_is_not_due_yet_is_not_held_against_anybody() -> None:
    told = quarters(1, 1, 0, 0, silent=(3, 4))
    assert judge_frequency(MEETING, told, due=8, now=10).stand is Stand.GOING
    assert judge_frequency(MEETING, told, due=9, now=10).stand is Stand.LATE
    assert judge_frequency(MEETING, quarters(0, 0, 0, 0, silent=(1, 2, 3, 4)), due=0, now=1).stand is Stand.NO_DATA


def test_a_report_is_due_on_the_countys_day_of_the_month_after_that_day_included() -> None:
    assert due_on(2024, 10, 5) == date(2024, 11, 5)
    assert due_on(2024, 12, 31) == date(2025, 1, 31) and due_on(2024, 1, 31) == date(2024, 2, 29)
    assert month_due(2024, date(2024, 11, 5), 5) == 9 and month_due(2024, date(2024, 11, 6), 5) == 10
    assert month_due(2024, date(2024, 1, 20), 5) == 0 and month_due(2024, date(2026, 1, 1), 5) == 12
    assert [month_ended(2024, day) for day in (date(2024, 1, 31), date(2024, 11, 1), date(2025, 1, 1))] == [0, 10, 12]


def test_only_countable_periods_make_a_rhythm() -> None:
    wanted = {
        "次/季": Rhythm.QUARTER,
        "次/月": Rhythm.MONTH,
        "次/半年": Rhythm.HALF,
        "次/年": Rhythm.YEAR,
        "次/周": None,
    }
    assert {unit: rhythm_of(TargetKind.FREQUENCY, unit) for unit in wanted} == wanted
    assert rhythm_of(TargetKind.TARGET, "次/年") is None


def test_figures_are_said_with_their_unit() -> None:
    told = [words_of(Decimal(v), u) for v, u in (("35000", "只"), ("0.4", "比例"), ("2013", "年"), ("5", "年"))]
    assert told == ["35,000 只", "40%", "2013年", "5 年"]


OLD = DocumentFact(
    1,
    "陇政办发〔2021〕40号",
    "衔接资金项目管理办法",
    date(2021, 9, 1),
    None,
    date(2024, 6, 1),
    "《衔接资金项目管理办法（修订）》",
)
ENDED = DocumentFact(2, "", "陇县2023年工作要点", date(2023, 1, 1), date(2023, 12, 31))  # fmt: skip


def test_a_document_holds_from_its_first_to_its_last_day() -> None:
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    assert [ENDED.validity(day) for day in days] == [Validity.COMING, Validity.VALID, Validity.VALID, Validity.EXPIRED]
    assert OLD.validity(date(2024, 5, 31)) is Validity.VALID and OLD.validity(date(2024, 6, 1)) is Validity.REPLACED


def test_a_text_cites_a_document_by_number_in_any_brackets_or_by_title() -> None:
    assert cited("依据 陇政办发[2021]40号 第三条", (OLD, ENDED)) == [OLD]
    assert cited("陇县2023年工作要点", (OLD, ENDED)) == [ENDED]
    assert cited("陇政办发〔2021〕4号", (OLD, ENDED)) == [] and cited("", (OLD, ENDED)) == []
    assert (
        "已被《衔接资金项目管理办法（修订）》替代" in OLD.doubt(date(2024, 11, 18))
        and OLD.doubt(date(2024, 1, 1)) == ""
    )
