"""An import is taken back where nobody has touched its rows since: all of it, by one act, and nothing is forgotten."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.base import Base
from fundsys.models.journal import business_tables
from fundsys.models.papers import ImportRecord
from fundsys.models.projects import Project
from fundsys.services.acts import act
from fundsys.services.import_reversal import reverse_import
from fundsys.services.verification import verify
from tests.counties import OfficeClient, somebody
from tests.draws import draws
from tests.figures import Figure
from tests.imports.books import ASSET, LEGACY, NOTICE, PROJECT, acts, book, checked, count, taken
from tests.imports.marked import kept_book, planted, right, typed
from tests.imports.test_marking import returned
from tests.pages import Page

Clients = Callable[..., OfficeClient]
BESIDE = {"import_record", "spent_code", "message"}


def digest() -> str:
    """One figure over the current values of all business rows; a version and what tells of imports left out."""
    made = hashlib.sha256()
    with store.snapshot() as session:
        for table in business_tables():
            if table.name not in BESIDE:
                columns = [c for c in table.columns if c.name != "version"]
                for row in session.execute(select(*columns).order_by(table.c.id)):
                    made.update(repr((table.name, tuple(map(str, row)))).encode())
    return made.hexdigest()


def last_import() -> int:
    """The record of the last import."""
    with store.snapshot() as session:
        return session.scalars(select(ImportRecord.id).order_by(ImportRecord.id.desc())).first() or 0


def reverse(by: int | None, record: int | None = None, reason: str = "选错了表") -> None:
    """Take an import back as a person does."""
    with act(by=by, what="撤销导入") as opened:
        reverse_import(record or last_import(), reason=reason, act=opened)


def refusal(by: int | None, record: int | None = None) -> str:
    """Why it is refused; nothing is written then."""
    before, standing = acts(), digest()
    with pytest.raises(DomainError) as told:
        reverse(by, record)
    assert (acts(), digest()) == (before, standing)
    return told.value.message


def test_three_hundred_wrong_cells_come_back_are_put_right_taken_in_and_taken_back(
    app: Flask, tmp_path: Path, figure: Figure
) -> None:
    rows, wrong = draws(150, 2_000), draws(30, 300)
    lead = somebody(Role.LEAD)
    taken(
        "projects", book(tmp_path / "旧.xlsx", "projects", [PROJECT | {"code": "610327-2024-102-0003", "name": "旧名"}])
    )
    before, standing = digest(), count(Project)
    good = kept_book(tmp_path / "好.xlsx", rows)
    cells = planted(random.Random(300), rows, wrong)
    bad = typed(good, tmp_path / "坏.xlsx", {cell: value for cell, (_, value) in cells.items()})
    found = checked("projects", bad, lead)
    assert found.count == wrong and {fault.cell for fault in found.faults} == set(cells)
    assert found.plan is None and digest() == before
    back = returned(bad, tmp_path / "退.xlsx")
    assert taken("projects", typed(back, tmp_path / "对.xlsx", right(cells)), lead) == (rows - 1, 1, 0)
    assert digest() != before
    reverse(lead)
    assert (digest(), count(Project)) == (before, standing)
    assert verify().problems == []
    figure("Excel 往返", f"{rows} 行错 {wrong} 格，逐格报出、原地改正、导入、撤销后摘要与导入前相同")


def test_what_an_import_made_changed_and_took_away_is_as_before(app: Flask, tmp_path: Path) -> None:
    lead = somebody(Role.LEAD)
    parts = {"original_cost": 10, "fund_sources": "F101 7.5、F801 2.5"}
    old = [ASSET | parts, ASSET | {"code": "610327102205-2023-G1-00002", "phone": "13891700002", "name": "二号水池"}]
    taken("assets", book(tmp_path / "旧.xlsx", "assets", old), lead)
    taken("legacy", book(tmp_path / "史.xlsx", "legacy", [LEGACY]), lead)
    before = digest()
    with store.snapshot() as session:
        then = session.execute(text("select max(seq) from act")).scalar()
        versions = dict(session.execute(select(Asset.code, Asset.version)).all())
    changed = [
        old[0] | {"keeper": "李守水", "phone": "13891700009", "original_cost": 11, "fund_sources": "F101 8、F801 3"},
        old[1] | {"keeper": "王五"},
    ]
    new = [
        ASSET | {"code": f"610327102205-2023-G1-1{n:04d}", "name": f"新{n}", "phone": f"139917{n:05d}"}
        for n in range(draws(20, 400))
    ]
    taken("assets", book(tmp_path / "新.xlsx", "assets", [*changed, *new]), lead)
    reverse(lead)
    assert digest() == before
    taken("legacy", book(tmp_path / "史二.xlsx", "legacy", [LEGACY | {"run_state": "停产", "households": 33}]), lead)
    reverse(lead)
    assert digest() == before
    assert verify().problems == []
    with store.snapshot() as session:
        now = dict(session.execute(select(Asset.code, Asset.version)).all())
        assert all(now[code] > version for code, version in versions.items()), "a page opened meanwhile is told"
        assert then is not None
    assert "已经撤销" in refusal(lead)


def test_a_row_touched_since_stands_in_the_way_with_the_act_and_the_person(app: Flask, tmp_path: Path) -> None:
    lead, other = somebody(Role.LEAD), somebody(Role.LEAD, login="other")
    rows = [PROJECT, PROJECT | {"code": "P-2", "name": "第二项"}]
    taken("projects", book(tmp_path / "a.xlsx", "projects", rows), lead)
    first = last_import()
    taken("projects", book(tmp_path / "b.xlsx", "projects", [rows[1] | {"name": "第二项改"}]), other)
    told = refusal(lead, first)
    assert "1 条记录又办理过" in told and "P-2 第二项改" in told and "导入" in told and "主管部门" in told
    assert f"第 {acts()} 号" in told
    # the control: once the later import is taken back as well, nothing of it is left in the way
    reverse(other)
    reverse(lead, first)
    assert count(Project) == 0 and verify().problems == []


def test_posted_money_is_never_taken_back_so(app: Flask, tmp_path: Path) -> None:
    clerk, checker, lead = somebody(Role.FINANCE_ENTRY), somebody(Role.FINANCE_REVIEW), somebody(Role.LEAD)
    taken("notices", book(tmp_path / "文.xlsx", "notices", [NOTICE]), clerk)
    before = digest()
    taken("notices", book(tmp_path / "文二.xlsx", "notices", [NOTICE | {"document_no": "陕财办农〔2024〕13号"}]), clerk)
    reverse(checker)
    assert digest() == before and count(Project) == 0
    with act(by=clerk, what="提交") as opened:
        opened.session.execute(text("update allotment_notice set state = 'submitted', version = version + 1"))
    assert "指标文" in refusal(clerk, 1)
    assert lead


def test_only_the_importer_the_review_and_the_lead_take_an_import_back(app: Flask, tmp_path: Path) -> None:
    water = somebody(Role.OWNER, "县水利局", "shui")
    told = {key: value for key, value in PROJECT.items() if key not in ("status", "admitted_on")}
    taken("projects", book(tmp_path / "a.xlsx", "projects", [told]), water)
    for role in (Role.INSPECTOR, Role.SYSADMIN, Role.FINANCE_ENTRY):
        assert refusal(somebody(role)), role
    assert refusal(somebody(Role.OWNER, "县林业局", "lin"))
    assert "请填写撤销原因" in str(pytest.raises(DomainError, reverse, water, None, " ").value.message)
    reverse(water)
    assert count(Project) == 0


def test_the_numbers_of_what_was_taken_back_are_not_given_again(app: Flask, tmp_path: Path) -> None:
    lead = somebody(Role.LEAD)
    bare = {key: value for key, value in PROJECT.items() if key != "code"}
    taken("projects", book(tmp_path / "a.xlsx", "projects", [bare, bare | {"name": "乙"}]), lead)
    given = codes()
    reverse(lead)
    taken("projects", book(tmp_path / "a.xlsx", "projects", [bare, bare | {"name": "乙"}]), lead)
    assert len(codes()) == 2 and min(codes()) > max(given)
    # the control: without the note of what was spent they would be the same
    reverse(lead)
    with act(by=None, what="控制") as opened:
        opened.session.execute(Base.metadata.tables["spent_code"].delete())
    taken("projects", book(tmp_path / "a.xlsx", "projects", [bare, bare | {"name": "乙"}]), lead)
    assert codes() == given


def codes() -> list[str]:
    """The codes of the projects there are."""
    with store.snapshot() as session:
        return sorted(session.scalars(select(Project.code)))


@pytest.mark.only_on("sqlite")
def test_the_page_shows_what_goes_and_takes_it_back_once(app: Flask, client_as: Clients, tmp_path: Path) -> None:
    lead = client_as(Role.LEAD)
    by = somebody(Role.LEAD, login="b")
    taken("projects", book(tmp_path / "项目甲.xlsx", "projects", [PROJECT]), by)
    at = f"/import-records/{last_import()}"
    assert "项目甲.xlsx" in lead.get("/import-records/").get_data(as_text=True)
    shown = Page(lead.get(at).get_data(as_text=True))
    assert shown.h1 == "导入记录：项目甲.xlsx"
    form = lead.token(at)
    assert lead.post(at, data=form | {"reason": ""}).status_code == 422
    form = lead.token(at) | {"reason": "选错了表"}
    assert [lead.post(at, data=form).status_code for _ in range(2)] == [302, 302]
    assert count(Project) == 0
    after = lead.get(at).get_data(as_text=True)
    assert "这次导入已经撤销" in after and "选错了表" in after and "撤销导入</button>" not in after


@pytest.mark.only_on("sqlite")
def test_the_page_names_what_stands_in_the_way_and_offers_no_button(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    lead, by = client_as(Role.LEAD), somebody(Role.LEAD, login="b")
    taken("projects", book(tmp_path / "a.xlsx", "projects", [PROJECT]), by)
    at = f"/import-records/{last_import()}"
    form = lead.token(at) | {"reason": "选错了表"}
    taken("projects", book(tmp_path / "b.xlsx", "projects", [PROJECT | {"name": "改了名的项目"}]), by)
    shown = lead.get(at).get_data(as_text=True)
    assert "导入以后又办理过的记录" in shown and "改了名的项目" in shown and "撤销导入</button>" not in shown
    assert lead.post(at, data=form).status_code == 422
    assert count(Project) == 1
    assert client_as(Role.INSPECTOR).get(at).status_code == 403
    assert client_as(Role.OWNER).get(at).status_code == 404
