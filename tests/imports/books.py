"""Workbooks for the tests of imports: rows by attribute under a KIND's own headings, and an import in two lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from sqlalchemy import func, select

from fundsys import store
from fundsys.imports.intake import Asked, Checked, check, take_in, viewer_now
from fundsys.imports.kinds.registry import kind_of
from fundsys.models.journal import Act
from fundsys.services.acts import act
from fundsys.services.imports import ImportRefused

PROJECT = {
    "code": "610327-2024-102-0001",
    "name": "大力村奶山羊圈舍",
    "year": 2024,
    "type_id": "养殖业基地",
    "town": "八渡镇",
    "village": "大力村",
    "owner_unit_id": "县水利局",
    "planned_investment": 120.5,
    "planned_other": 20.5,
    "households": 30,
    "people": 96,
    "poor_households": 12,
    "admitted_on": "2023.11.6",
    "status": "列计划",
}
NOTICE = {
    "document_no": "陕财办农[2024]12号",
    "title": "2024年中央衔接资金",
    "issuing_unit": "省财政厅",
    "year": 2024,
    "batch": 1,
    "issued_on": "2024年1月18日",
    "received_on": "2024-01-22",
    "stated_total": 300,
    "source": "F101",
    "amount": 300,
}
LEGACY = {
    "code": "CY2018-001",
    "name": "店子村果园",
    "year": 2018,
    "town": "城关镇",
    "village": "店子村",
    "fiscal_amount": 40,
    "total_investment": 55.123456,
    "run_state": "正常",
    "households": 20,
    "poor_households": 8,
    "batch": "巩固一批",
    "batch_reason": "效益稳定",
    "decided_by": "领导小组",
    "decided_on": "2024-03-01",
}
ASSET = {
    "code": "610327102205-2023-G1-00001",
    "name": "大力村蓄水池",
    "asset_class": "公益性",
    "form": "固定资产",
    "project_year": 2023,
    "town": "八渡镇",
    "village": "大力村",
    "quantity": 12.5,
    "quantity_unit": "座",
    "original_cost": 8.123456,
    "accepted_on": "2023/9/1",
    "owner_type": "集体",
    "keeper": "张守水",
    "phone": "13891700001",
    "owner_unit_id": "县水利局",
    "status": "在用",
    "registered_on": "2023-10-01",
}


def book(path: Path, kind: str, rows: Sequence[Mapping[str, Any]], *, says: bool = False) -> Path:
    """A template of the kind with these rows; the columns are those the rows name, in the template's order."""
    named = {attr for row in rows for attr in row}
    columns = [column for column in kind_of(kind).columns if column.attr in named]
    assert len(columns) == len(named), named - {c.attr for c in columns}
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "数据"
    sheet.append([column.heading for column in columns])
    if says:
        sheet.append(["说明：本行不导入"])
    for row in rows:
        sheet.append([row.get(column.attr) for column in columns])
    made.save(path)
    return path


def asked(kind: str, path: Path, **told: Any) -> Asked:
    """The question to the reader."""
    return Asked(kind, path, path.name, **told)


def checked(kind: str, path: Path, by: int | None = None, **told: Any) -> Checked:
    """What a check finds, writing nothing."""
    return check(asked(kind, path, **told), viewer_now(by))


def taken(kind: str, path: Path, by: int | None = None, **told: Any) -> tuple[int, int, int]:
    """Import as the command does: (added, changed, same). Raises ImportRefused."""
    question = asked(kind, path, **told)
    found = check(question, viewer_now(by))
    if found.refusal or found.plan is None:
        raise ImportRefused(found.refusal, found.faults, found.count)
    if not found.plan.is_nothing:
        with act(by=by, what="导入") as opened:
            found.plan = take_in(found, question, act=opened)
    return found.plan.added, found.plan.changed, found.plan.same


def faults(kind: str, path: Path, by: int | None = None, **told: Any) -> list[str]:
    """Every complaint as a person reads it."""
    return [str(fault) for fault in checked(kind, path, by, **told).faults]


def count(model: Any) -> int:
    """Rows of a table."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def acts() -> int:
    """How many acts there are."""
    return count(Act)
