"""Projects, legacy projects and assets from our templates: exact cells, rights, all or nothing, twice is once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import NotAllowed
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.registry import kind_of
from fundsys.imports.template import write_template
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.industry import LegacyProject
from fundsys.models.journal import Change
from fundsys.models.office import Region, Unit
from fundsys.models.papers import ImportRecord
from fundsys.models.projects import Project
from fundsys.services import vault
from fundsys.services.acts import act
from fundsys.services.imports import ImportRefused
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.draws import draws
from tests.imports.books import ASSET, LEGACY, PROJECT, acts, book, checked, count, faults, taken

SINGLE: dict[str, tuple[dict[str, Any], Any]] = {
    "projects": (PROJECT, Project),
    "legacy": (LEGACY, LegacyProject),
    "assets": (ASSET, Asset),
}


def lead() -> int:
    return somebody(Role.LEAD)


def one(model: Any) -> Any:
    with store.snapshot() as session:
        found = session.scalars(select(model)).one()
        session.expunge_all()
        return found


def name_of(model: Any, number: int | None) -> str:
    with store.snapshot() as session:
        return str(session.scalars(select(model.name).where(model.id == number)).one())


# ---------- what is stored ----------


def test_a_project_is_stored_as_its_cells_say(app: Flask, tmp_path: Path) -> None:
    row = PROJECT | {
        "plan_start_on": "2024年3月",
        "plan_end_on": "2024.10",
        "is_work_relief": "是",
        "content": "一、\n二、",
    }
    assert taken("projects", book(tmp_path / "p.xlsx", "projects", [row]), lead()) == (1, 0, 0)
    made = one(Project)
    assert (made.planned_investment, made.planned_fiscal, made.planned_other) == (
        Money.wan("120.5"),
        Money.wan("100"),
        Money.wan("20.5"),
    )
    assert (made.plan_start_on, made.plan_end_on) == (date(2024, 3, 1), date(2024, 10, 31))
    assert (made.admitted_on, made.status.label, made.is_draft) == (date(2023, 11, 6), "列计划", False)
    assert (name_of(Region, made.town_id), name_of(Region, made.village_id)) == ("八渡镇", "大力村")
    assert name_of(Unit, made.owner_unit_id) == "县水利局"
    assert (made.is_work_relief, made.is_lead_industry, made.nature, made.content) == (
        True,
        False,
        "新建",
        "一、\n二、",
    )
    assert (made.households, made.people, made.poor_households, made.poor_people) == (30, 96, 12, 0)


def test_a_project_is_stored_with_its_library_and_its_tags(app: Flask, tmp_path: Path) -> None:
    row = PROJECT | {"library": "乡村建设项目库", "tags": "县域经济重点项目、核桃"}
    assert taken("projects", book(tmp_path / "p.xlsx", "projects", [row]), lead()) == (1, 0, 0)
    with store.snapshot() as session:
        stored = session.scalars(select(Project)).one()
        assert (stored.library, stored.tags) == ("LK02", ("CI04", "KP40"))
    assert taken("projects", book(tmp_path / "p.xlsx", "projects", [row]), lead()) == (0, 0, 1)


def test_an_asset_is_stored_with_its_keepers_number_in_the_vault(app: Flask, tmp_path: Path) -> None:
    assert taken("assets", book(tmp_path / "a.xlsx", "assets", [ASSET]), lead()) == (1, 0, 0)
    made = one(Asset)
    assert (made.original_cost, str(made.quantity), made.accepted_on) == (Money(8_123_456), "12.5", date(2023, 9, 1))
    with store.snapshot() as session:
        assert vault.reveal(session, made.keeper_phone_id) == "13891700001"
        images = session.scalars(select(Change.after).where(Change.table_name == "asset")).all()
    assert images and not any("13891700001" in (image or "") for image in images)


def test_a_number_that_is_in_the_vault_keeps_its_place_there(app: Flask, tmp_path: Path) -> None:
    second = ASSET | {"code": "A-2", "name": "二号池", "village": "大力村"}
    taken("assets", book(tmp_path / "a.xlsx", "assets", [ASSET]), lead())
    taken("assets", book(tmp_path / "b.xlsx", "assets", [second]), lead())
    with store.snapshot() as session:
        ids = session.scalars(select(Asset.keeper_phone_id)).all()
    assert len(ids) == 2 and len(set(ids)) == 1


def test_a_new_number_changes_the_asset_and_a_masked_one_does_not(app: Flask, tmp_path: Path) -> None:
    taken("assets", book(tmp_path / "a.xlsx", "assets", [ASSET]), lead())
    assert taken("assets", book(tmp_path / "m.xlsx", "assets", [ASSET | {"phone": "138****0001"}]), lead()) == (0, 0, 1)
    assert taken("assets", book(tmp_path / "n.xlsx", "assets", [ASSET | {"phone": "13891700009"}]), lead()) == (0, 1, 0)
    with store.snapshot() as session:
        number = session.scalars(select(Asset.keeper_phone_id)).one()
        assert number and vault.reveal(session, number) == "13891700009"
    wrong = faults("assets", book(tmp_path / "w.xlsx", "assets", [ASSET | {"phone": "139****0001"}]), lead())
    assert wrong == ["N2 联系电话：带星号的电话只能是原来登记的那一个，请填写完整的号码，或留空"]


def test_an_assets_sources_become_parts_of_its_cost(app: Flask, tmp_path: Path) -> None:
    row = ASSET | {"original_cost": 10, "fund_sources": "F101 7.5、F801 2.5"}
    taken("assets", book(tmp_path / "a.xlsx", "assets", [row]), lead())
    with store.snapshot() as session:
        assert sorted(m.fen for m in session.scalars(select(AssetCost.amount))) == [2_500_000, 7_500_000]
    wrong = faults(
        "assets", book(tmp_path / "b.xlsx", "assets", [row | {"fund_sources": "F101 7.5、F801 2.4"}]), lead()
    )
    assert wrong == ["F2 资金来源：各来源合计 9.90 万元，与原值 10.00 万元不符，请核对"]
    dear = row | {"original_cost": 11, "fund_sources": "中央和自筹"}
    assert (
        "请在“资金来源”里写明各来源的金额" in faults("assets", book(tmp_path / "c.xlsx", "assets", [dear]), lead())[0]
    )
    dear |= {"fund_sources": "F101 8、F801 3"}
    assert taken("assets", book(tmp_path / "d.xlsx", "assets", [dear]), lead()) == (0, 1, 0)
    assert verify().problems == []


def test_a_legacy_project_is_stored_with_its_class(app: Flask, tmp_path: Path) -> None:
    assert taken("legacy", book(tmp_path / "l.xlsx", "legacy", [LEGACY]), lead()) == (1, 0, 0)
    made = one(LegacyProject)
    assert (made.batch.label, made.run_state.label, made.total_investment) == (
        "巩固一批",
        "正常运行",
        Money(55_123_456),
    )


# ---------- every bad cell by its address ----------

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("projects", {"planned_investment": "十二"}, "H2 计划投资：“十二”不是金额"),
    ("projects", {"planned_investment": "约120"}, "H2 计划投资：“约120”不是确数"),
    ("projects", {"planned_investment": -3}, "H2 计划投资：“-3”小于零，金额不能是负数"),
    ("projects", {"planned_investment": 0.0000001}, "H2 计划投资：“0.0000001”万元精确不到分"),
    ("projects", {"name": None}, "B2 项目名称：没有填写，请填写项目名称"),
    ("projects", {"name": "长" * 121}, "B2 项目名称：有 121 个字，最多 120 个字，请缩短"),
    ("projects", {"name": "反\u202e字"}, "B2 项目名称：“反字”含有改变文字方向的隐藏字符，请清除后重新填写"),
    ("projects", {"type_id": "养殖业基底"}, "D2 项目子类型：“养殖业基底”不在项目子类型里，是不是“养殖业基地”"),
    ("projects", {"town": "八渡乡"}, "E2 镇：“八渡乡”不在本县区划里，请核对镇名或区划代码"),
    ("projects", {"village": "店子村"}, "F2 村：“店子村”属于城关镇，不在八渡镇，请核对"),
    ("projects", {"village": "610327102999"}, "F2 村：八渡镇没有“610327102999”，请核对村名或区划代码"),
    ("projects", {"owner_unit_id": "县没有局"}, "G2 项目主管单位：“县没有局”不在本县单位名录里"),
    ("projects", {"year": "二〇二四"}, "C2 项目年度：“二〇二四”不是年度，请写四位年份"),
    ("projects", {"planned_other": 121}, "I2 其中其他资金：其他资金 121.00 万元多于计划投资 120.50 万元"),
    ("projects", {"poor_households": 31}, "L2 其中脱贫户及监测户：脱贫户及监测户 31 户多于受益户 30 户"),
    ("projects", {"people": 29}, "K2 受益人：受益人口 29 人少于受益户 30 户"),
    ("projects", {"admitted_on": "2023-02-30"}, "M2 入库日期：“2023-02-30”不是日历上的日子，请核对"),
    ("projects", {"admitted_on": "2099-01-01"}, "M2 入库日期：“2099-01-01”晚于今天"),
    ("projects", {"admitted_on": None}, "M2 入库日期：项目状态是“列计划”，请填写入库日期"),
    ("projects", {"status": "在建"}, "N2 项目状态：“在建”不在可选的词里"),
    ("projects", {"status": "出库"}, "N2 项目状态：出库、终止要填写原因，请在项目页办理"),
    ("legacy", {"year": 2023}, "C2 项目年度：2023 年不在 2013—2022 年之间，请核对"),
    ("legacy", {"fiscal_amount": 55.123457}, "F2 财政资金：财政资金 55.123457 万元多于总投资 55.123456 万元"),
    ("legacy", {"batch": None}, "K2 四个一批：写了审定人或审定日期，却没有写分类"),
    ("assets", {"quantity": "若干"}, "H2 数量：“若干”不是数量"),
    ("assets", {"asset_class": "公共"}, "C2 类别：“公共”不在可选的词里（经营性、公益性、到户类）"),
    ("assets", {"phone": "1389170000"}, "N2 联系电话：不是电话号码，请填 11 位手机号，或区号加号码"),
    ("assets", {"status": "已处置"}, "P2 状态：资产处置要经过审批，请在资产页办理"),
    ("assets", {"accepted_on": 45170}, "K2 验收日期：“45170”是数字，不是日期"),
]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("kind", "changed", "sentence"), BAD, ids=[f"{k}-{s[:12]}" for k, _, s in BAD])
def test_a_bad_cell_is_named_with_its_address_and_nothing_is_stored(
    app: Flask, tmp_path: Path, kind: str, changed: dict[str, Any], sentence: str
) -> None:
    good, model = SINGLE[kind]
    told = faults(kind, book(tmp_path / "b.xlsx", kind, [good | changed]), lead())
    assert len(told) == 1 and told[0].startswith(sentence), told
    assert count(model) == 0
    assert faults(kind, book(tmp_path / "g.xlsx", kind, [good]), lead()) == []


@pytest.mark.only_on("sqlite")
def test_every_bad_cell_of_a_book_is_named_in_the_order_of_its_rows(app: Flask, tmp_path: Path) -> None:
    rows = [PROJECT | {"code": f"P-{n}", "name": f"第{n}项"} for n in range(6)]
    rows[1] |= {"planned_investment": "x", "people": "y"}
    rows[4] |= {"code": "P-0"}
    rows[5] |= {"village": "不存在村"}
    told = [
        message.split(" ")[0] for message in faults("projects", book(tmp_path / "b.xlsx", "projects", rows), lead())
    ]
    assert told == ["H3", "K3", "A6", "F7"]


@pytest.mark.only_on("sqlite")
def test_one_bad_row_among_many_keeps_all_of_them_out(app: Flask, tmp_path: Path) -> None:
    rows = [ASSET | {"code": f"A-{n}", "name": f"第{n}项"} for n in range(40)]
    rows[23] |= {"original_cost": "很多"}
    before = acts() + 1
    with pytest.raises(ImportRefused) as refused:
        taken("assets", book(tmp_path / "b.xlsx", "assets", rows), lead())
    assert refused.value.message == "有 1 处需要改正，涉及 1 行，一条也没有存入"
    assert (count(Asset), acts()) == (0, before)


# ---------- twice is once, order is nothing ----------


@pytest.mark.parametrize("kind", SINGLE)
def test_the_same_file_twice_changes_nothing_and_leaves_no_act(app: Flask, tmp_path: Path, kind: str) -> None:
    good, model = SINGLE[kind]
    path = book(tmp_path / "b.xlsx", kind, [good, good | {"code": "X-2", "name": "第二项"}], says=True)
    assert taken(kind, path, lead()) == (2, 0, 0)
    before = acts()
    assert taken(kind, path, lead()) == (0, 0, 2)
    assert (count(model), acts(), count(ImportRecord)) == (2, before, 1)
    record = one(ImportRecord)
    assert (record.kind, record.row_count, record.added, record.changed) == (kind, 2, 2, 0)
    assert verify().problems == []


def state(model: Any, attrs: tuple[str, ...]) -> set[tuple[Any, ...]]:
    with store.snapshot() as session:
        return {tuple(row) for row in session.execute(select(*(getattr(model, a) for a in attrs)))}


def test_shuffled_rows_give_the_same_projects_even_where_codes_are_made(app: Flask, tmp_path: Path) -> None:
    rows = [PROJECT | {"code": None, "name": f"第{n}项"} for n in range(12)]
    attrs = ("code", "name", "planned_investment", "status", "village_id")
    taken("projects", book(tmp_path / "a.xlsx", "projects", rows), lead())
    first = state(Project, attrs)
    Random(3).shuffle(rows)
    assert taken("projects", book(tmp_path / "b.xlsx", "projects", rows), lead()) == (0, 0, 12)
    assert state(Project, attrs) == first
    assert {code for code, *_ in first} == {f"610327-2024-102-{n:04d}" for n in range(1, 13)}


@pytest.mark.only_on("sqlite")
def test_two_rows_alike_without_codes_are_refused(app: Flask, tmp_path: Path) -> None:
    row = PROJECT | {"code": None}
    told = faults("projects", book(tmp_path / "b.xlsx", "projects", [row, row]), lead())
    assert len(told) == 1 and told[0].startswith("B3 项目名称") and "请填写编号以示区别" in told[0]


def test_a_change_is_shown_before_and_after_and_an_empty_cell_changes_nothing(app: Flask, tmp_path: Path) -> None:
    taken("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]), lead())
    changed = PROJECT | {
        "planned_investment": 130.5,
        "name": "大力村奶山羊圈舍（二期）",
        "households": None,
        "people": None,
    }
    found = checked("projects", book(tmp_path / "b.xlsx", "projects", [changed]), lead())
    assert found.plan is not None
    assert {label: (a, b) for label, a, b in found.plan.changes[0].fields} == {
        "项目名称": ("大力村奶山羊圈舍", "大力村奶山羊圈舍（二期）"),
        "计划投资": ("120.50 万元", "130.50 万元"),
        "其中财政资金": ("100.00 万元", "110.00 万元"),
    }
    assert taken("projects", tmp_path / "b.xlsx", lead()) == (0, 1, 0)
    made = one(Project)
    assert (made.households, made.people, made.version) == (30, 96, 2)


@pytest.mark.parametrize("kind", SINGLE)
def test_what_is_exported_imports_without_a_change(app: Flask, tmp_path: Path, kind: str) -> None:
    good, _ = SINGLE[kind]
    rows = [good, {**good, "code": "X-2", "name": "第“二”项，=1+1", "town": None, "village": None}]
    taken(kind, book(tmp_path / "a.xlsx", kind, rows), lead())
    with store.snapshot() as session:
        told = told_for(kind_of(kind), None, session)
        assert write_template(kind_of(kind), told, tmp_path / "out.xlsx", kind_of(kind).known(session, told)) == 2
    assert taken(kind, tmp_path / "out.xlsx", lead()) == (0, 0, 2)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("kind", ["projects", "notices", "allocations", "legacy", "assets"])
def test_a_blank_template_says_that_it_has_no_rows(app: Flask, tmp_path: Path, kind: str) -> None:
    with store.snapshot() as session:
        write_template(kind_of(kind), told_for(kind_of(kind), None, session), tmp_path / "blank.xlsx")
    with pytest.raises(Exception, match="没有数据行"):
        checked(kind, tmp_path / "blank.xlsx")


# ---------- rights ----------


def owner(unit: str = "县水利局", login: str = "shui") -> int:
    return somebody(Role.OWNER, unit, login)


def test_an_owner_imports_drafts_of_their_own_unit_only(app: Flask, tmp_path: Path) -> None:
    mine = {k: v for k, v in PROJECT.items() if k not in ("status", "admitted_on")}
    assert taken("projects", book(tmp_path / "a.xlsx", "projects", [mine]), owner()) == (1, 0, 0)
    made = one(Project)
    assert (made.is_draft, made.status.label) == (True, "谋划")
    told = faults(
        "projects",
        book(tmp_path / "b.xlsx", "projects", [mine | {"code": "P-9", "owner_unit_id": "县林业局"}]),
        owner(),
    )
    assert told == ["B2 项目名称：这一行不属于您的单位，不能导入"]
    other = owner("县林业局", "lin")
    hidden = faults("projects", book(tmp_path / "c.xlsx", "projects", [mine | {"owner_unit_id": "县林业局"}]), other)
    assert hidden == ["A2 项目编号：编号“610327-2024-102-0001”不在您的管理范围内，或已被使用"]


def test_an_owner_states_no_admission_and_changes_nothing_admitted(app: Flask, tmp_path: Path) -> None:
    wrong = faults("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]), owner())
    assert wrong == ["N2 项目状态：项目的入库和列计划由主管部门审定，请留空"]
    taken("projects", tmp_path / "a.xlsx", lead())
    assert taken("projects", tmp_path / "a.xlsx", owner()) == (0, 0, 1)
    dearer = book(tmp_path / "b.xlsx", "projects", [PROJECT | {"planned_investment": 150}])
    assert "请由主管部门修改" in faults("projects", dearer, owner())[0]


def test_a_town_imports_what_lies_in_it_whoever_owns_it(app: Flask, tmp_path: Path) -> None:
    town = somebody(Role.TOWN, "八渡镇人民政府", "badu")
    assert taken("assets", book(tmp_path / "a.xlsx", "assets", [ASSET]), town) == (1, 0, 0)
    away = ASSET | {"code": "A-2", "town": "城关镇", "village": "店子村"}
    assert faults("assets", book(tmp_path / "b.xlsx", "assets", [away]), town) == [
        "B2 资产名称：这一行不属于您的单位，不能导入"
    ]


def test_classes_and_titles_are_the_lead_bureaus(app: Flask, tmp_path: Path) -> None:
    told = faults("legacy", book(tmp_path / "l.xlsx", "legacy", [LEGACY | {"responsible_unit": "县水利局"}]), owner())
    assert [message.split("：")[0].split()[1] for message in told] == ["四个一批", "分类依据", "审定人", "审定日期"]
    titled = ASSET | {"title_document": "陇农权〔2023〕1号"}
    assert faults("assets", book(tmp_path / "a.xlsx", "assets", [titled]), owner()) == [
        "M2 确权凭证：您的角色不能确认权属，请留空"
    ]
    assert taken("assets", tmp_path / "a.xlsx", lead()) == (1, 0, 0)


def test_a_role_without_the_right_is_refused_before_the_file_is_opened(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="不能导入项目"):
        checked("projects", tmp_path / "nothing.xlsx", somebody(Role.INSPECTOR))


def test_a_plan_that_grew_old_is_made_anew_inside_the_act(app: Flask, tmp_path: Path) -> None:
    from fundsys.imports.intake import Asked, check, take_in, viewer_now

    question = Asked("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]), "a.xlsx")
    found = check(question, viewer_now(lead()))
    taken("projects", question.path, lead())
    with act(by=lead(), what="导入") as opened:
        take_in(found, question, act=opened)
        raise AssertionError("the same rows were stored a second time")
    assert count(Project) == 1


# ---------- any rows ----------


@pytest.mark.only_on("sqlite")
def test_random_rows_are_all_stored_exactly_or_none_at_all(app: Flask, tmp_path: Path) -> None:
    amounts = st.integers(0, 10**11)
    bad = st.sampled_from(["", "十万", "1.2.3", "12,34", "=SUM", "NaN", "1e3", "--", "３０"])

    @settings(max_examples=draws(15, 200))
    @given(st.lists(st.one_of(amounts, bad), min_size=1, max_size=8))
    def prove(cells: list[Any]) -> None:
        from decimal import Decimal

        rows = [
            ASSET | {"code": f"R-{n}", "original_cost": str(Decimal(c) / 10**6) if isinstance(c, int) else f"'{c}"[1:]}
            for n, c in enumerate(cells)
        ]
        path = book(tmp_path / "r.xlsx", "assets", rows)
        wrong = {n for n, c in enumerate(cells) if not isinstance(c, int) and c != "３０"}
        found = None
        try:
            found = checked("assets", path)
        except Exception as refused:
            assert any(c in ("=SUM",) for c in cells), refused
        if found is not None:
            assert found.bad_rows == len(wrong)
            if not wrong:
                assert found.plan and found.plan.amount_fen == sum(30_000_000 if c == "３０" else c for c in cells)

    prove()
