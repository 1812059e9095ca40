"""Rosters from workbooks: people into the vault, months as drafts, all or nothing, the same file twice changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import ReliefState
from fundsys.models.projects import Project
from fundsys.models.work_relief import ReliefLine, ReliefRoster, ReliefWorker
from fundsys.queries import relief as queries
from tests.counties import somebody
from tests.imports.books import acts, book, count, faults, taken
from tests.relief import approved, card, identity, planned, relief_project


def row(project_id: int, number: int, **changed: Any) -> dict[str, Any]:
    """One worker's month as a village writes it."""
    with store.snapshot() as session:
        code = session.scalars(select(Project.code).where(Project.id == project_id)).one()
    return {
        "project_code": code,
        "month": "2024年5月",
        "name": f"李{number}",
        "identity": identity(number),
        "household": "脱贫户",
        "work_type": "普工",
        "attended": 20,
        "days": 20,
        "rate": 150,
        "due": 3000,
        "paid": 3000,
        "bank": card(number),
        "paid_on": "2024-06-10",
        "voucher_no": f"HD-{number}",
        "attendance_place": "村委会档案柜",
    } | changed


def owner() -> int:
    return somebody(Role.OWNER)


def test_a_roster_becomes_a_draft_with_its_people_and_the_same_file_twice_changes_nothing(
    app: Flask, tmp_path: Path
) -> None:
    project = relief_project()
    file = book(tmp_path / "a.xlsx", "work_relief", [row(project, n) for n in (1, 2, 3)])
    assert taken("work_relief", file, owner()) == (3, 0, 0)
    before = acts()
    assert taken("work_relief", file, owner()) == (0, 0, 3)
    assert (count(ReliefWorker), count(ReliefLine)) == (3, 3)
    assert acts() == before
    with store.snapshot() as session:
        (month,) = queries.rosters(session, None, project_id=project)
    assert (month.state, month.month, month.paid) == (ReliefState.DRAFT, "2024-05", Money.yuan(9000))
    assert month.lines[0].worker.identity == identity(1)[:4] + "*" * 10 + identity(1)[-4:]


def test_a_bad_cell_stores_nothing_and_no_complaint_repeats_a_number(app: Flask, tmp_path: Path) -> None:
    project = relief_project()
    wrong = identity(2)[:-1] + ("1" if identity(2)[-1] != "1" else "2")
    rows = [row(project, 1), row(project, 2, identity=wrong), row(project, 3, bank="12"), row(project, 4, due=3001)]
    told = faults("work_relief", book(tmp_path / "b.xlsx", "work_relief", rows), owner())
    assert [word in "".join(told) for word in ("校验码不对", "12 至 19 位", "不符")] == [True] * 3
    assert wrong not in "".join(told)
    assert count(ReliefRoster) == count(ReliefWorker) == 0


def test_rows_of_another_unit_and_the_same_person_twice_are_refused(app: Flask, tmp_path: Path) -> None:
    project = relief_project()
    stranger = somebody(Role.OWNER, unit="县水利局", login="stranger")
    file = book(tmp_path / "c.xlsx", "work_relief", [row(project, 1)])
    assert "不在您的管理范围内" in "".join(faults("work_relief", file, stranger))
    twice = book(tmp_path / "d.xlsx", "work_relief", [row(project, 1), row(project, 1)])
    assert "同一人的同一个月" in "".join(faults("work_relief", twice, owner()))


def test_an_approved_month_is_not_changed_by_a_workbook(app: Flask, tmp_path: Path) -> None:
    project = relief_project()
    planned(project)
    file = book(tmp_path / "e.xlsx", "work_relief", [row(project, 1)])
    taken("work_relief", file, owner())
    from fundsys.services import work_relief
    from fundsys.services.acts import act

    with store.snapshot() as session:
        key = session.scalars(select(ReliefRoster.id)).one()
    with act(by=owner(), what="提交") as opened:
        work_relief.submit_roster(key, act=opened)
    approved(key)
    assert taken("work_relief", file, owner()) == (0, 0, 1)
    other = book(tmp_path / "f.xlsx", "work_relief", [row(project, 1, days=19, attended=19, due=2850, paid=2850)])
    assert "办理更正" in "".join(faults("work_relief", other, owner()))
