"""The KIND `patrols`: two hundred rows out on a workbook and two hundred in, once, by those who may, all or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.imports.intake import Asked, check, take_in, told_for
from fundsys.imports.kinds.patrols import KIND, rows_of_sheet
from fundsys.imports.template import write_template
from fundsys.models.assets import Patrol
from fundsys.models.maintenance import CheckRow, Defect
from fundsys.models.office import Person, Unit
from fundsys.queries.facts import office_today
from fundsys.queries.maintenance import DutyFilter
from fundsys.queries.viewer import viewer
from fundsys.services import maintenance
from fundsys.services.acts import act
from tests.counties import somebody
from tests.upkeep import make_assets

pytestmark = pytest.mark.usefixtures("app")
DAY = office_today() - timedelta(days=3)
FIRST_ROW = 3


def town_assets(count: int) -> list[int]:
    """Ids of assets in the town's place."""
    with store.snapshot() as session:
        person = session.get_one(Person, somebody(Role.TOWN))
        region = session.get_one(Unit, person.unit_id).region_id
    return make_assets(count, town_id=region)


def sheet_of(count: int, target: Path) -> int:
    """Id of a sheet of so many assets, its workbook written."""
    town_assets(count)
    with act(by=somebody(Role.TOWN), what="制作巡查表") as opened:
        sheet_id = maintenance.make_sheet("巡查", DutyFilter(until=office_today()), act=opened).id
    with store.snapshot() as session:
        who = viewer(session, somebody(Role.TOWN))
        write_template(KIND, told_for(KIND, who, session), target, rows_of_sheet(session, sheet_id))
    return sheet_id


def filled(file: Path, change: dict[tuple[int, str], Any] | None = None) -> None:
    """Fill in day and condition of every row, and what else is told by (row from 0, heading)."""
    book = load_workbook(file)
    page = book.worksheets[0]
    heads = {str(cell.value).split("（")[0]: cell.column for cell in page[1]}
    for row in range(FIRST_ROW, page.max_row + 1):
        page.cell(row, heads["巡查日期"], DAY)
        page.cell(row, heads["设施状况"], "完好")
    for (place, head), value in (change or {}).items():
        page.cell(FIRST_ROW + place, heads[head]).value = value
    book.save(file)


def taken(file: Path, by: Role = Role.TOWN) -> Any:
    """What came of importing it."""
    asked = Asked("patrols", file, file.name, None, None, {})
    with store.snapshot() as session:
        who = viewer(session, somebody(by))
    found = check(asked, who)
    if found.plan and not found.refusal and not found.plan.is_nothing:
        with act(by=somebody(by), what="导入巡查") as opened:
            found.plan = take_in(found, asked, act=opened)
    return found


def patrols() -> int:
    """How many patrols are recorded."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(Patrol)) or 0


def test_two_hundred_rows_out_and_two_hundred_in_and_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    sheet_id = sheet_of(200, file)
    filled(file, {(5, "设施状况"): "严重", (5, "问题"): "护栏断裂", (5, "整改时限"): DAY + timedelta(days=9)})
    found = taken(file)
    assert found.refusal is None or found.refusal == "", [str(f) for f in found.faults[:5]]
    assert (found.plan.added, patrols()) == (200, 200)
    with store.snapshot() as session:
        left = session.scalar(select(func.count()).where(CheckRow.sheet_id == sheet_id, CheckRow.patrol_id.is_(None)))
        assert left == 0
        assert session.scalars(select(Defect.due_on)).one() == DAY + timedelta(days=9)
    again = taken(file)
    assert again.plan.is_nothing
    assert (again.plan.same, patrols()) == (200, 200)


def test_a_slip_in_one_row_code_is_named_with_its_cell_and_nothing_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    sheet_of(3, file)
    code = load_workbook(file).worksheets[0].cell(FIRST_ROW + 1, 1).value
    place = next(n for n in range(9) if code[n] != code[n + 1])
    filled(file, {(1, "行码"): code[:place] + code[place + 1] + code[place] + code[place + 2 :]})
    found = taken(file)
    (fault,) = found.faults
    assert (fault.cell, fault.label) == (f"A{FIRST_ROW + 1}", "行码")
    assert "校验位" in fault.message
    assert patrols() == 0


def test_a_row_left_empty_is_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    sheet_of(3, file)
    filled(file, {(0, "巡查日期"): None, (0, "设施状况"): None})
    found = taken(file)
    assert found.plan.added == 2
    assert any("1 行没有填" in notice for notice in found.notices)


def test_what_was_recorded_before_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    sheet_of(2, file)
    filled(file)
    taken(file)
    filled(file, {(0, "设施状况"): "轻微", (0, "问题"): "路面裂缝"})
    found = taken(file)
    assert "不能改写" in found.faults[0].message
    assert patrols() == 2


def test_assets_of_another_town_look_as_if_they_were_not_there(tmp_path: Path) -> None:
    file = tmp_path / "巡查.xlsx"
    sheet_of(1, file)
    filled(file)
    found = taken(file, Role.OWNER)
    assert "不在您的管理范围内" in found.faults[0].message
