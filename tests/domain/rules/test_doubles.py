"""What was put down twice: projects that look the same, pictures used for two matters."""

from __future__ import annotations

import pytest

from fundsys.domain.facts import LikenessFact, PictureFact
from fundsys.domain.rules.base import Outcome
from fundsys.domain.rules.doubles import entered_once, shown_once
from tests.builders import only, some_facts


@pytest.mark.parametrize(
    ("others", "outcome"),
    [((), Outcome.PASS), (("2023-0007 产业路：同村同子类型，相隔 1 年，名称相似 92%",), Outcome.FAIL)],
)
def test_a_project_another_one_looks_the_same_as_is_named(others: tuple[str, ...], outcome: Outcome) -> None:
    found = only(entered_once(some_facts(LikenessFact(1, "2024-0001 产业路", others))))
    assert (found.outcome, found.rows[0].note) == (outcome, "；".join(others))


@pytest.mark.parametrize(
    ("uses", "note"),
    [(("进度报告 1",), ""), (("进度报告 1", "进度报告 2"), "用于 2 处：进度报告 1、进度报告 2")],
)
def test_a_picture_used_for_two_matters_is_named(uses: tuple[str, ...], note: str) -> None:
    found = only(shown_once(some_facts(PictureFact(1, "路面.jpg", uses))))
    assert (found.outcome, found.rows[0].note) == (Outcome.FAIL if note else Outcome.PASS, note)


def test_without_projects_or_pictures_nothing_is_judged() -> None:
    for judge in (entered_once, shown_once):
        assert only(judge(some_facts())).outcome is Outcome.NO_DATA
