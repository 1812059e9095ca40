"""Tables counties really published, taken in as projects: every row, every 分, with what they leave out said once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.imports.intake import Asked, check, viewer_now
from fundsys.models.funds import AllotmentNotice
from fundsys.models.projects import Project
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.imports.books import acts, checked, count, taken

REAL = Path(__file__).resolve().parents[1] / "data" / "real"
SAID = {
    "year": "2018",
    "status": "入库",
    "admitted_on": "2018-03-01",
    "owner_unit_id": "县水利局",
    "type_id": "小型农田水利设施建设",
}
TABLES = [
    ("铜川市耀州区2018年扶贫资金分配表.xlsx", 7, 15_980_000_00, None),
    ("北塔区2020年第一批中央财政扶贫专项资金安排表.xlsx", 16, 4_080_000_00, None),
    ("修武县2021年度专项扶贫资金项目计划安排情况(表头样例).xlsx", 1, 2_122_000_00, None),
    ("泽库县2023年第二批中央衔接资金分配计划.xlsx", 6, 12_590_000_00, None),
    ("2019年醴陵市本级财政专项扶贫资金分配表.xlsx", 5, 12_000_000_00, "万元"),
    ("舞钢市2020年财政扶贫专项资金分配表.xlsx", 5, 5_165_471_20, None),
    ("依安县2025年中央专项彩票公益金项目安排情况.xlsx", 7, 36_900_000_00, None),
]  # fmt: skip


def stored() -> tuple[int, int]:
    with store.snapshot() as session:
        rows = session.execute(select(func.count(), func.sum(Project.planned_fiscal)).select_from(Project)).one()
        return rows[0], rows[1].fen if rows[1] else 0


@pytest.mark.parametrize(("name", "rows", "fen", "unit"), TABLES, ids=[t[0][:6] for t in TABLES])
def test_a_published_table_becomes_projects_to_the_last_fen_and_twice_is_once(
    app: Flask, name: str, rows: int, fen: int, unit: str | None
) -> None:
    lead = somebody(Role.LEAD)
    assert taken("projects", REAL / name, lead, given=SAID, unit=unit) == (rows, 0, 0)
    assert stored() == (rows, fen)
    before = acts()
    assert taken("projects", REAL / name, lead, given=SAID, unit=unit) == (0, 0, rows)
    assert acts() == before
    assert verify().problems == []


@pytest.mark.only_on("sqlite")
def test_what_a_table_leaves_out_is_asked_for_by_name(app: Flask) -> None:
    found = checked("projects", REAL / TABLES[0][0], somebody(Role.LEAD))
    assert [column.label for column in found.missing] == ["项目年度", "项目子类型", "项目状态"]
    assert found.refusal.startswith("表里没有项目年度、项目子类型、项目状态，也没有另外说明，不能作为项目导入")


@pytest.mark.only_on("sqlite")
def test_a_table_without_a_unit_asks_whether_it_means_yuan_or_wan(app: Flask) -> None:
    found = checked("projects", REAL / TABLES[4][0], somebody(Role.LEAD), given=SAID)
    assert found.refusal and found.count == 5 * len({f.attr for f in found.faults})
    assert stored() == (0, 0)


@pytest.mark.only_on("sqlite")
def test_places_and_units_of_elsewhere_stay_as_words_and_are_named(app: Flask) -> None:
    found = checked("projects", REAL / TABLES[1][0], somebody(Role.LEAD), given=SAID)
    assert "有的镇、村不在本县区划里，按原文存入地点，没有对应到镇村" in found.notices
    taken("projects", REAL / TABLES[1][0], somebody(Role.LEAD), given=SAID)
    with store.snapshot() as session:
        places = session.execute(select(Project.name, Project.place, Project.village_id)).all()
    assert ("秋桃基地", "田庄村", None) in [tuple(p) for p in places]
    assert ("小额信贷贴息", "", None) in [tuple(p) for p in places]


@pytest.mark.only_on("sqlite")
def test_an_owner_takes_a_published_table_in_as_drafts_of_their_unit(app: Flask) -> None:
    owner = somebody(Role.OWNER, "县林业局", "lin")
    said = {key: SAID[key] for key in ("year", "type_id")}
    assert taken("projects", REAL / TABLES[3][0], owner, given=said) == (6, 0, 0)
    with store.snapshot() as session:
        made = {tuple(row) for row in session.execute(select(Project.is_draft, Project.owner_unit_id))}
    assert made == {(True, viewer_now(owner).unit_id)}  # type: ignore[union-attr]


@pytest.mark.only_on("sqlite")
def test_a_value_given_for_the_whole_table_is_read_like_a_cell(app: Flask) -> None:
    question = Asked("projects", REAL / TABLES[0][0], "表.xlsx", given=SAID | {"year": "去年", "type_id": "什么"})
    with pytest.raises(DomainError) as refused:
        check(question, None)
    assert [error.field for error in refused.value.errors] == ["given-year", "given-type_id"]  # type: ignore[attr-defined]
    with pytest.raises(DomainError, match="没有可以这样说明的"):
        check(Asked("projects", REAL / TABLES[0][0], "表.xlsx", given={"planned_investment": "1"}), None)


@pytest.mark.only_on("sqlite")
def test_a_citys_list_of_documents_lacks_two_numbers_and_is_not_taken_in(app: Flask) -> None:
    clerk = somebody(Role.FINANCE_ENTRY)
    said = {
        "title": "2018年提前下达财政扶贫资金",
        "year": "2018",
        "issued_on": "2018-01-05",
        "received_on": "2018-01-08",
    }
    table = REAL / "郑州市2018年提前下达财政扶贫资金来源.xlsx"
    found = checked("notices", table, clerk, given=said | {"source": "F901"})
    assert len(found.table) == 7
    assert [str(fault) for fault in found.faults] == [
        "B8 指标文号：没有填写，请填写指标文号",
        "B9 指标文号：没有填写，请填写指标文号",
    ]
    assert count(AllotmentNotice) == 0
