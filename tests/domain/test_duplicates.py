"""Projects that may be one project entered twice: the same village and subtype within two years, alike names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundsys.domain.duplicates import Candidate, core, likeness, may_reach, strong_suspicions, suspect, suspicions

ALIKE = Fraction(85, 100)
GOATS = Candidate(1, "2025-0001", "八渡镇大力村奶山羊养殖小区建设", 2025, 7, 12, "一组", ("八渡镇", "大力村"))


def other(**told: object) -> Candidate:
    return replace(GOATS, id=2, code="2024-0002", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(("years", "found"), [(0, True), (1, True), (2, True), (3, False), (-2, True), (-3, False)])
def test_two_years_apart_is_compared_and_three_is_not(years: int, found: bool) -> None:
    assert (suspect(GOATS, other(year=2025 + years), ALIKE) is not None) is found


def test_the_same_project_twice_is_strong_with_its_evidence() -> None:
    told = suspect(GOATS, other(year=2024, name="大力村奶山羊养殖小区建设项目"), ALIKE)
    assert told is not None and told.strong
    assert told.evidence == (
        "同村同子类型，相隔 1 年",
        "名称相似 100%（“奶山羊养殖小区”与“奶山羊养殖小区”）",
        "实施地点同为“一组”",
    )


def test_same_subtype_with_another_name_and_place_is_only_to_be_looked_at() -> None:
    told = suspect(GOATS, other(name="八渡镇大力村中蜂养殖基地", place="三组"), ALIKE)
    assert told is not None and not told.strong
    assert told.evidence == ("同村同子类型，同一年度",)


def test_another_village_another_subtype_or_no_village_is_no_suspicion() -> None:
    assert suspect(GOATS, other(village_id=8), ALIKE) is None
    assert suspect(GOATS, other(type_id=13, name="八渡镇大力村太阳能路灯安装"), ALIKE) is None
    assert suspect(replace(GOATS, village_id=None), other(village_id=None), ALIKE) is None
    assert suspect(GOATS, GOATS, ALIKE) is None


def test_the_limit_itself_counts_as_alike() -> None:
    seventeen, twenty = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午一二三"
    assert likeness(seventeen, twenty) == Fraction(17, 20)
    one, two = (replace(GOATS, id=n, name=name, type_id=n) for n, name in ((3, seventeen), (4, twenty)))
    assert suspect(one, two, ALIKE) is not None
    assert suspect(one, two, Fraction(86, 100)) is None


def test_a_legacy_project_is_compared_by_name_alone() -> None:
    old = Candidate(1, "CY-1", "大力村奶山羊养殖小区", 2023, 7, 0, "", ("八渡镇", "大力村"), is_legacy=True)
    told = suspect(GOATS, old, ALIKE)
    assert told is not None and not told.strong


def test_likeness_is_even_handed_and_whole_for_equal_names() -> None:
    for a, b in (("奶山羊", "奶山羊场"), ("产业路", "道路"), ("", "甲")):
        assert 0 <= likeness(a, b) == likeness(b, a) < 1
    assert likeness("产业路硬化", "产业路硬化") == 1
    assert core(GOATS) == "奶山羊养殖小区"


def test_the_strongest_stand_first() -> None:
    weak, strong = other(name="八渡镇大力村中蜂养殖基地", place=""), other(name=GOATS.name)
    assert [s.strong for s in suspicions(GOATS, [weak, replace(strong, id=3)], ALIKE)] == [True, False]


@given(st.text("奶山羊场", max_size=8), st.text("奶山羊场", max_size=8), st.fractions(0, 1))
def test_names_that_cannot_be_that_alike_are_not(one: str, two: str, least: Fraction) -> None:
    assert may_reach(one, two, likeness(one, two))
    assert may_reach(one, two, least) or likeness(one, two) < least


def test_the_strong_ones_are_those_of_all_that_are_strong() -> None:
    others = [
        other(),
        other(name="八渡镇大力村中蜂养殖基地", place="三组"),
        other(name="八渡镇大力村中蜂养殖基地"),
        other(name="大力村奶山羊养殖小区建设项目", place="", year=2023),
        other(type_id=13),
        Candidate(1, "CY-1", "大力村奶山羊养殖小区", 2023, 7, 0, "", ("八渡镇", "大力村"), is_legacy=True),
    ]
    strong = strong_suspicions(GOATS, others, ALIKE)
    assert strong == [s for s in suspicions(GOATS, others, ALIKE) if s.strong]
    assert [others.index(s.other) for s in strong] == [0, 3, 2]
