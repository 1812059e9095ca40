"""The county's list of legacy projects in parts with few columns: a later part fills what is empty and blanks nothing.

The published case is that of 平江: 537 projects, 巩固 265, 升级 247, 盘活 17, 调整 8. Source: domain.md 9.3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from fundsys import store
from fundsys.domain.industry import DecisionState, FourBatch, Prospect, RunState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome, check, rule_called
from fundsys.models.industry import ClassDecision, LegacyProject, OperationRecord
from fundsys.models.office import PolicyValue
from fundsys.queries.facts import facts, office_today
from fundsys.queries.legacy_records import classes_on
from fundsys.queries.legacy_register import class_counts, four_batch_register
from fundsys.queries.registers import Wanted
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.figures import Figure
from tests.imports.books import acts, book, checked, count, faults, taken

PUBLISHED = {FourBatch.CONSOLIDATE: 265, FourBatch.UPGRADE: 247, FourBatch.REVIVE: 17, FourBatch.ADJUST: 8}
TOWNS = ("城关镇", "东风镇", "八渡镇", "温水镇")


def lead() -> int:
    return somebody(Role.LEAD)


def sheet(path: Path, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], total: bool = False) -> Path:
    """A county's own table: a title, a unit line, heads, rows, perhaps a sum."""
    made = Workbook()
    page = made.active
    assert page is not None
    page.append([title])
    page.append(["单位：万元"])
    page.append(list(heads))
    for row in rows:
        page.append(list(row))
    if total:
        page.append(["合计", *[None] * (len(heads) - 1)])
    made.save(path)
    return path


def published() -> list[tuple[str, str, int, str, FourBatch]]:
    """The projects of the published case: code, name, year, town, class."""
    classes = [batch for batch, number in PUBLISHED.items() for _ in range(number)]
    return [(f"CY-{n:04d}", f"第{n}号产业园", 2013 + n % 10, TOWNS[n % 4], batch) for n, batch in enumerate(classes, 1)]


def test_the_published_case_comes_out_of_four_parts(app: Flask, tmp_path: Path, figure: Figure) -> None:
    cases, by = published(), lead()
    first = sheet(
        tmp_path / "一.xlsx", "历年产业项目清单", ("项目编号", "项目名称", "年度", "财政资金"),
        [(code, name, year, 10) for code, name, year, _, _ in cases], total=True,
    )  # fmt: skip
    second = sheet(
        tmp_path / "二.xlsx", "产业项目运行情况摸底表", ("项目编号", "项目名称", "乡镇", "经营主体", "运行情况"),
        [(c, name, town, None if n % 3 else "村集体自营", "正常") for n, (c, name, _, town, _) in enumerate(cases)],
    )  # fmt: skip
    third = sheet(
        tmp_path / "三.xlsx", "四个一批分类结果", ("项目名称", "分类结果", "分类依据", "审定人", "审定日期"),
        [(name, batch.label, "经逐项核查", "县专班", "2024-11-15") for _, name, _, _, batch in cases],
    )  # fmt: skip
    fourth = sheet(
        tmp_path / "四.xlsx", "盘活调整项目措施", ("项目编号", "项目名称", "措施", "责任人", "完成时限"),
        [(c, name, "更换经营主体", "王芳", "2025-12-31") for c, name, _, _, b in cases if b.needs_remedy],
    )  # fmt: skip
    answers = [taken("legacy", path, by) for path in (first, second, third, fourth)]
    assert answers == [(537, 0, 0), (0, 537, 0), (0, 537, 0), (0, 25, 0)]
    with store.snapshot() as session:
        found = Counter(classes_on(session, date(2024, 11, 15)).values())
        assert found == PUBLISHED and found.total() == 537
        assert Counter(classes_on(session, date(2024, 11, 14)).values()) == {None: 537}
        told = class_counts(session, Wanted(2024, {}))
        assert told == ("巩固一批 265 个，升级一批 247 个，盘活一批 17 个，调整一批 8 个，未定 0 个，合计 537 个。",)
        assert Counter(row.group for row in four_batch_register(session, Wanted(2024, {}))) == {
            batch.label: number for batch, number in PUBLISHED.items()
        }
    assert rule(537) is Outcome.PASS
    assert rule(621) is Outcome.FAIL
    before = acts()
    assert [taken("legacy", path, by)[:2] for path in (first, second, third, fourth)] == [(0, 0)] * 4
    assert acts() == before and verify().problems == []
    figure("四个一批导入", "四份表 537 = 265 + 247 + 17 + 8，再导一遍 0 处改动")


def rule(target: int) -> Outcome:
    """What R621 says when so many are the target."""
    with act(by=None, what="改目标") as opened:
        wanted = (PolicyValue.year == 2024, PolicyValue.code == "legacy_target")
        opened.session.scalars(select(PolicyValue).where(*wanted)).one().value = str(target)
    found = rule_called("R621")
    assert found is not None
    with store.snapshot() as session:
        return next(iter(check(facts(session, 2024), [found]))).outcome


def one() -> LegacyProject:
    with store.snapshot() as session:
        found = session.scalars(select(LegacyProject)).one()
        session.expunge(found)
        return found


BASE = {
    "code": "CY-1",
    "name": "店子村果园",
    "year": 2018,
    "town": "城关镇",
    "village": "店子村",
    "operator": "关山公司",
}


def test_a_later_part_fills_what_is_empty_and_never_blanks_what_is_there(app: Flask, tmp_path: Path) -> None:
    by = lead()
    taken("legacy", book(tmp_path / "a.xlsx", "legacy", [BASE]), by)
    part = {"code": "CY-1", "operator": None, "fiscal_amount": 40, "industry": "苹果", "year": None}
    path = book(tmp_path / "b.xlsx", "legacy", [part | {"name": None}])
    found = checked("legacy", path, by)
    assert (
        "补填了原来空着的 2 格：产业 1、财政资金 1" in found.notices
        or "补填了原来空着的 2 格：财政资金 1、产业 1" in found.notices
    )
    assert taken("legacy", path, by) == (0, 1, 0)
    made = one()
    assert (made.name, made.year, made.operator) == ("店子村果园", 2018, "关山公司")
    assert (made.fiscal_amount, made.industry) == (Money.wan(40), "苹果")
    changed = checked("legacy", book(tmp_path / "c.xlsx", "legacy", [BASE | {"operator": "千河合作社"}]), by)
    assert "改写了原来有内容的 1 格：经营使用主体 1" in changed.notices


def test_a_part_without_codes_is_recognized_by_name_and_says_when_it_cannot_be(app: Flask, tmp_path: Path) -> None:
    by = lead()
    others = [BASE, BASE | {"code": "CY-2", "name": "同名园"}, BASE | {"code": "CY-3", "name": "同名园", "year": 2019}]
    taken("legacy", book(tmp_path / "a.xlsx", "legacy", others), by)
    named = book(tmp_path / "b.xlsx", "legacy", [{"name": "店子村果园", "industry": "苹果"}])
    assert taken("legacy", named, by) == (0, 1, 0)
    doubtful = book(tmp_path / "c.xlsx", "legacy", [{"name": "同名园", "industry": "苹果"}])
    assert faults("legacy", doubtful, by) == ["A2 项目名称：有 2 个“同名园”（CY-2、CY-3），请填写项目编号或年度、镇村"]
    dated = book(tmp_path / "d.xlsx", "legacy", [{"name": "同名园", "year": 2019, "industry": "核桃"}])
    assert taken("legacy", dated, by) == (0, 1, 0)


@pytest.mark.only_on("sqlite")
def test_a_new_project_needs_a_name_and_a_year(app: Flask, tmp_path: Path) -> None:
    by = lead()
    told = faults("legacy", book(tmp_path / "a.xlsx", "legacy", [BASE | {"name": None}]), by)
    assert told == ["B2 项目名称：没有填写，请填写项目名称"]
    assert faults("legacy", book(tmp_path / "b.xlsx", "legacy", [BASE | {"year": None}]), by) == [
        "C2 项目年度：没有填写，请填写项目年度"
    ]
    without = {key: value for key, value in BASE.items() if key != "year"}
    found = checked("legacy", book(tmp_path / "c.xlsx", "legacy", [without]), by)
    assert [column.attr for column in found.missing] == ["year"] and "项目年度" in found.refusal
    assert taken("legacy", tmp_path / "c.xlsx", by, given={"year": "2018"}) == (1, 0, 0)


def test_facts_of_operation_come_in_as_dated_records_and_only_once(app: Flask, tmp_path: Path) -> None:
    by = lead()
    row = BASE | {
        "run_state": "停产", "months_stopped": 8, "figures_year": 2023, "profit": -2.5, "output": 12, "use_bp": "40%",
        "title_clear": "是", "prospect": "中", "compliant": "是", "linkage": "土地流转", "checked_by": "李军",
        "checked_on": "2024-03-20",
    }  # fmt: skip
    path = book(tmp_path / "a.xlsx", "legacy", [row])
    assert taken("legacy", path, by) == (1, 0, 0)
    made = one()
    assert (made.yearly_profit, made.asset_use_bp, made.farmer_linkage) == (Money.wan("-2.5"), 4_000, "土地流转")
    assert (made.checked_by, made.checked_on) == ("李军", date(2024, 3, 20))
    assert taken("legacy", path, by) == (0, 0, 1)
    assert count(OperationRecord) == 1
    later = book(tmp_path / "b.xlsx", "legacy", [{"code": "CY-1", "name": "店子村果园", "prospect": "差"}])
    assert taken("legacy", later, by) == (0, 1, 0)
    with store.snapshot() as session:
        first, second = session.scalars(select(OperationRecord).order_by(OperationRecord.id))
        assert (first.run_state, first.months_stopped, first.prospect) == (RunState.STOPPED, 8, Prospect.MIDDLE)
        assert (second.run_state, second.prospect, second.observed_on) == (None, Prospect.POOR, office_today())
    assert verify().problems == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"profit": 3}, "数据年度：填了年产值、年利润或收益分配的，请写明数据年度"),
        ({"use_bp": "140%"}, "资产在用率：“140%”不在 0 至 100% 之间，或多于两位小数"),
        ({"use_bp": "大部分"}, "资产在用率：“大部分”不是比例，请写成 90%"),
        ({"title_clear": "大概"}, "资产权属清晰：“大概”请填“是”或“否”"),
    ],
)
def test_a_fact_that_cannot_be_read_is_named_with_its_cell(
    app: Flask, tmp_path: Path, told: dict[str, Any], sentence: str
) -> None:
    (complaint,) = faults("legacy", book(tmp_path / "a.xlsx", "legacy", [BASE | told]), lead())
    assert complaint.endswith(sentence)


def test_a_class_that_was_decided_is_not_overwritten_by_a_workbook(app: Flask, tmp_path: Path) -> None:
    by = lead()
    decided = BASE | {"batch": "盘活", "batch_reason": "停产", "decided_by": "县专班", "decided_on": "2024-05-01"}
    taken("legacy", book(tmp_path / "a.xlsx", "legacy", [decided]), by)
    other = book(tmp_path / "b.xlsx", "legacy", [{"code": "CY-1", "name": "店子村果园", "batch": "巩固"}])
    (complaint,) = faults("legacy", other, by)
    assert "这个项目已经审定分类，改类和改措施请在项目页办理" in complaint
    more = {
        "code": "CY-1",
        "name": "店子村果园",
        "measure": "更换经营主体",
        "responsible": "王芳",
        "due_on": "2025-6-30",
    }
    assert taken("legacy", book(tmp_path / "c.xlsx", "legacy", [more]), by) == (0, 1, 0)
    with store.snapshot() as session:
        row = session.scalars(select(ClassDecision)).one()
        assert (row.state, row.batch, row.decider) == (DecisionState.DECIDED, FourBatch.REVIVE, "县专班")
        assert (row.measure, row.responsible, row.due_on) == ("更换经营主体", "王芳", date(2025, 6, 30))
