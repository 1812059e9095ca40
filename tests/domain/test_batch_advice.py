"""The four-batch advisor: every combination of what is known meets one row of the table; what is unknown is named."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from fundsys.domain.batch_advice import (
    SIGNS,
    TABLE,
    Earning,
    Holding,
    Lawful,
    Leading,
    Limits,
    Linkage,
    Operation,
    Outlook,
    advise,
    judge,
    row_for,
    signs_of,
)
from fundsys.domain.industry import FourBatch, OperationFact, Prospect, RunState, standing
from fundsys.domain.money import Money
from tests.figures import Figure

ALL = [dict(zip(SIGNS, values, strict=True)) for values in product(*SIGNS.values())]


def test_every_combination_meets_exactly_one_row_and_every_row_is_met(figure: Figure) -> None:
    met = [[row for row in TABLE if row.meets(one)] for one in ALL]
    assert [one for one, rows in zip(ALL, met, strict=True) if len(rows) != 1] == []
    assert {row.why for rows in met for row in rows} == {row.why for row in TABLE}
    assert len(ALL) == 2 * 5 * 3 * 2 * 2 * 2 * 2
    figure("四个一批判据表", f"{len(ALL)} 种组合各中一行，共 {len(TABLE)} 行，没有空缺和重叠")


def test_what_is_unknown_stops_a_suggestion_only_where_it_would_change_it(figure: Figure) -> None:
    count = 0
    for values in product(*([None, *kind] for kind in SIGNS.values())):
        signs = dict(zip(SIGNS, values, strict=True))
        possible = [one for one in ALL if all(v is None or one[s] is v for s, v in signs.items())]
        classes = {row_for(one).batch for one in possible}
        row, hanging = judge(signs)
        assert (row is not None) == (len(classes) == 1)
        assert row is None or row.batch in classes
        assert (row is None) == bool(hanging)
        assert all(signs[sign] is None for sign in hanging)
        count += 1
        if count % 7:
            continue
        for sign, kind in SIGNS.items():  # a missing fact is named when two of its values lead to two classes
            told = (
                signs[sign] is None
                and row is None
                and any(len({row_for(one | {sign: value}).batch for value in kind}) > 1 for one in possible)
            )
            assert (sign in hanging) == told
    figure("事实不全的组合", f"{count} 种，只在会改变结论时才要求补齐")


@pytest.mark.parametrize(
    ("signs", "batch"),
    [
        ((Lawful.NO, Operation.RUNS, Earning.GAINS, Outlook.OPEN, Holding.SOUND, Linkage.WORKS, Leading.YES), "B4"),
        ((Lawful.YES, Operation.RUNS, Earning.GAINS, Outlook.OPEN, Holding.SOUND, Linkage.WORKS, Leading.YES), "B1"),
        ((Lawful.YES, Operation.RUNS, Earning.GAINS, Outlook.OPEN, Holding.FLAWED, Linkage.WORKS, Leading.YES), "B2"),
        ((Lawful.YES, Operation.RUNS, Earning.MIXED, Outlook.OPEN, Holding.SOUND, Linkage.WORKS, Leading.YES), "B2"),
        ((Lawful.YES, Operation.STILL, Earning.LOSES, Outlook.OPEN, Holding.SOUND, Linkage.FAILS, Leading.YES), "B3"),
        ((Lawful.YES, Operation.STILL, Earning.LOSES, Outlook.POOR, Holding.SOUND, Linkage.FAILS, Leading.YES), "B4"),
        ((Lawful.YES, Operation.RUINED, Earning.GAINS, Outlook.OPEN, Holding.SOUND, Linkage.WORKS, Leading.YES), "B4"),
    ],
)
def test_the_criteria_of_the_four_classes(signs: tuple[object, ...], batch: str) -> None:
    assert row_for(dict(zip(SIGNS, signs, strict=True))).batch is FourBatch(batch)  # type: ignore[arg-type]


def good(**told: object) -> list[OperationFact]:
    """Two years of a project that lacks nothing; `told` changes the newer record."""
    usual: dict[str, object] = {
        "observed_on": date(2024, 3, 20),
        "run_state": RunState.RUNNING,
        "capacity_bp": 8_000,
        "figures_year": 2023,
        "profit": Money.wan("2"),
        "linkage_works": True,
        "households": 22,
        "use_bp": 9_000,
        "title_clear": True,
        "compliant": True,
        "prospect": Prospect.GOOD,
        "fits_leading": True,
    }
    before = OperationFact(date(2023, 12, 20), figures_year=2022, profit=Money(0))
    return [before, OperationFact(**(usual | told))]  # type: ignore[arg-type]


def test_a_sound_project_is_consolidated_and_the_deciding_facts_are_printed() -> None:
    said = advise(standing(good()))
    assert said.batch is FourBatch.CONSOLIDATE
    assert "2022年利润 0.00 万元，2023年利润 2.00 万元" in said.facts
    assert "资产在用率 90%，权属清晰" in said.facts and "联农带农机制运行，带动 22 户" in said.facts
    assert said.missing == ()


@pytest.mark.parametrize(
    ("told", "batch"),
    [
        ({"use_bp": 8_999}, "B2"),
        ({"capacity_bp": 5_000}, "B1"),
        ({"capacity_bp": 4_999}, "B3"),
        ({"run_state": RunState.STOPPED, "capacity_bp": None, "months_stopped": 6, "prospect": Prospect.POOR}, "B4"),
        ({"run_state": RunState.STOPPED, "capacity_bp": None, "months_stopped": 5, "prospect": Prospect.POOR}, "B3"),
        ({"profit": Money(-1)}, "B2"),
        ({"compliant": False}, "B4"),
    ],
)
def test_a_threshold_belongs_to_the_side_that_meets_it(told: dict[str, object], batch: str) -> None:
    assert advise(standing(good(**told))).batch is FourBatch(batch)  # type: ignore[arg-type]


def test_the_county_edits_the_thresholds() -> None:
    from fractions import Fraction

    assert advise(standing(good(use_bp=8_500)), Limits(use_min=Fraction(85, 100))).batch is FourBatch.CONSOLIDATE
    assert advise(standing(good(use_bp=8_499)), Limits(use_min=Fraction(85, 100))).batch is FourBatch.UPGRADE


def test_missing_facts_are_named_and_nothing_is_suggested() -> None:
    said = advise(standing(good(prospect=None, use_bp=None)))
    assert (said.batch, said.missing) == (None, ("市场前景", "资产在用率和权属"))
    assert "还缺市场前景、资产在用率和权属" in said.why
    assert advise(standing([])).missing[:2] == ("用地环保是否合规", "运行状况")


def test_one_year_of_profit_says_nothing_of_two() -> None:
    signs, _ = signs_of(standing(good()[1:]), Limits())
    assert signs["earning"] is None
    gap = [OperationFact(date(2022, 12, 20), figures_year=2021, profit=Money(1)), good()[1]]
    assert signs_of(standing(gap), Limits())[0]["earning"] is None


def test_the_newest_word_on_each_fact_stands_and_an_empty_one_leaves_what_stood() -> None:
    later = OperationFact(date(2024, 9, 1), run_state=RunState.STOPPED)
    known = standing([*good(), later])
    assert (known.facts.run_state, known.facts.use_bp, known.facts.observed_on) == (
        RunState.STOPPED,
        9_000,
        later.observed_on,
    )
    assert standing([*good(), later], until=date(2024, 8, 31)).facts.run_state is RunState.RUNNING
