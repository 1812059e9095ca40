"""`allocations`: money of approved notice lines given to projects in the library; they become that clerk's drafts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fundsys.domain import terms
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.projects import ProjectStatus
from fundsys.models.funds import Allocation
from fundsys.queries.import_lists import squashed
from fundsys.queries.import_rows import OpenLine, StoredAllocation, open_lines, stored_allocations
from fundsys.services.acts import Act
from fundsys.services.imports import Change, Plan, Progress, insert_columns, update_rows

from .base import Column, Kind, Sheet, Table, Told, empty_plan
from .cells import CodeText, Day, DocumentNo, Listed, Text, Wan, wan
from .months import refuse_closed_months

_EDITABLE = (MoneyState.DRAFT.code, MoneyState.RETURNED.code)

COLUMNS = (
    Column(terms.DOCUMENT_NO, "notice_no", DocumentNo(), required=True, also=("上级文号", "资金文号", "指标文"), field="document_no", mm=32),
    Column(terms.FUND_SOURCE, "source", Listed(which="sources", what="资金来源目录"), also=("资金来源和任务", "资金代码"), field="source", mm=40),
    Column(terms.PROJECT_CODE, "project_code", CodeText(), required=True, also=("项目编码",), field="project_code", given=False, mm=22),
    Column(terms.PROJECT_NAME, "project_name", Text(120), field="project_name", given=False, mm=36),
    Column(terms.ALLOCATED_AMOUNT, "amount", Wan(1), required=True, also=("安排金额", "本次安排"), given=False),
    Column(terms.DECIDED_ON, "decided_on", Day(past=True), also=("分配日期", "下达日期")),
    Column(terms.COUNTY_NO, "document_no", DocumentNo(), also=("分配文号", "下达文号"), mm=28),
    Column(terms.BEYOND_PLAN_REASON, "beyond_plan_reason", Text(200), given=False, mm=24),
    Column(terms.BEYOND_PLAN_DOCUMENT, "beyond_plan_document", DocumentNo(), given=False, mm=28),
    Column(terms.REMARK, "remark", Text(400), field="remark", given=False, mm=24),
)  # fmt: skip


def agree(sheet: Sheet) -> None:
    """Each row has an approved line and a project in the library; all rows together fit into what is left."""
    lines = _settle_lines(sheet)
    _settle_projects(sheet)
    _refuse_twice(sheet)
    _match(sheet)
    fresh = (at for at, stands in enumerate(sheet.values["stands"]) if stands is None or stands[0] == "draft")
    refuse_closed_months(sheet, "decided_on", fresh)
    _refuse_over_commitment(sheet, lines)


def _settle_lines(sheet: Sheet) -> dict[int, OpenLine]:
    """The line of every row: the notice's only one, or the one of the source named."""
    found: dict[str, list[OpenLine]] = {}
    for line in open_lines(sheet.session, set(sheet.column("notice_no"))):
        found.setdefault(line.document_no, []).append(line)
    sheet.values["line_id"] = [None] * len(sheet)
    for place, (number, source) in enumerate(zip(sheet.column("notice_no"), sheet.column("source"), strict=True)):
        if not number:
            continue
        lines = found.get(number, [])
        mine = [line for line in lines if source in (None, line.source_id)]
        if not lines:
            sheet.complain(place, "notice_no", f"没有文号为“{number}”的指标文，请先登记并复核")
        elif lines[0].state != MoneyState.APPROVED.code:
            state = MoneyState(lines[0].state).label
            sheet.complain(place, "notice_no", f"指标文“{number}”现在是“{state}”，复核后才能分配")
        elif not mine:
            names = "、".join(line.source for line in lines)
            sheet.complain(place, "source", f"“{number}”没有这个资金来源，有：{names}")
        elif len(mine) > 1:
            told = "有几行指标，请填写资金来源" if source is None else "有几行相同的资金来源，请在分配页办理"
            sheet.complain(place, "source", f"“{number}”{told}")
        else:
            sheet.values["line_id"][place] = mine[0].id
    return {line.id: line for lines in found.values() for line in lines}


def _settle_projects(sheet: Sheet) -> None:
    """The project of every row, in the library on the day of the decision. Source: F009."""
    known = sheet.told.lists.projects
    ids: list[int | None] = []
    rows = zip(sheet.column("project_code"), sheet.column("project_name"), sheet.column("decided_on"), strict=True)
    for place, (code, name, day) in enumerate(rows):
        project = known.get(code)
        ids.append(project.id if project else None)
        if not code:
            continue
        if project is None:
            sheet.complain(place, "project_code", f"没有编号为“{code}”的项目，请核对项目编号")
        elif name and squashed(name) != squashed(project.name):
            sheet.complain(place, "project_name", f"编号“{code}”是“{project.name}”，与本表写的不一样")
        elif project.status.is_withdrawn:
            sheet.complain(place, "project_code", f"“{project.name}”已{project.status.label}，不能安排资金")
        elif project.is_draft or not project.status.reached(ProjectStatus.ADMITTED) or project.admitted_on is None:
            sheet.complain(place, "project_code", f"“{project.name}”没有入库，不能安排资金，请先办理入库")
        elif project.admitted_on > (day or sheet.told.day):
            told = f"“{project.name}”{project.admitted_on} 才入库，晚于分解下达日期 {day}，不能安排资金"
            sheet.complain(place, "decided_on", told)
    sheet.values["project_id"] = ids


def _refuse_twice(sheet: Sheet) -> None:
    """One project once on one line: a clerk has one draft there."""
    first: dict[tuple[Any, Any], int] = {}
    for place, pair in enumerate(zip(sheet.values["line_id"], sheet.values["project_id"], strict=True)):
        if None not in pair and first.setdefault(pair, place) != place:
            told = f"与{sheet.row_name(first[pair])}是同一条指标、同一个项目，请合并成一行"
            sheet.complain(place, "project_code", told)


def _match(sheet: Sheet) -> None:
    """What stands already for each row: the same money given before, or this person's own draft.

    Adds stands: ("same", entry), ("draft", entry) or None.
    """
    who = sheet.told.who
    by_pair: dict[tuple[int, int], list[StoredAllocation]] = {}
    lines = {line for line in sheet.values["line_id"] if line is not None}
    for entry in stored_allocations(sheet.session, lines):
        by_pair.setdefault((entry.line_id, entry.project_id), []).append(entry)
    stands: list[tuple[str, StoredAllocation] | None] = []
    pairs = zip(sheet.values["line_id"], sheet.values["project_id"], strict=True)
    for place, pair in enumerate(pairs):
        entries = by_pair.get(pair, [])
        same = next((e for e in entries if _says_the_same(sheet, place, e)), None)
        own = next((e for e in entries if e.state in _EDITABLE and e.entered_by == (who.id if who else None)), None)
        stands.append(("same", same) if same else ("draft", own) if own else None)
    sheet.values["stands"] = stands
    sheet.values["entries"] = [by_pair]


_TOLD = ("amount", "decided_on", "document_no", "beyond_plan_reason", "beyond_plan_document", "remark")


def _says_the_same(sheet: Sheet, place: int, entry: StoredAllocation) -> bool:
    """Whether a stored entry says all that the row says; empty cells say nothing."""
    return all((new := sheet.column(attr)[place]) in (None, "") or new == getattr(entry, attr) for attr in _TOLD)


def _refuse_over_commitment(sheet: Sheet, lines: dict[int, OpenLine]) -> None:
    """All rows of a line, and the clerk's other drafts on it, fit into what is left of it."""
    who, pairs = sheet.told.who, sheet.values["entries"][0]
    wanted: dict[int, list[int]] = {}
    for place, (line, stands) in enumerate(zip(sheet.values["line_id"], sheet.values["stands"], strict=True)):
        is_open = stands is None or stands[1].state in _EDITABLE
        if is_open and line is not None and sheet.column("amount")[place] is not None:
            wanted.setdefault(line, []).append(place)
    for line_id, places in wanted.items():
        touched = {sheet.values["project_id"][place] for place in places}
        others = sum(
            entry.amount
            for (line, project), entries in pairs.items()
            if line == line_id and project not in touched
            for entry in entries
            if entry.state in _EDITABLE and entry.entered_by == (who.id if who else None)
        )
        asked = sum(sheet.column("amount")[place] for place in places)
        left = lines[line_id].remaining
        if asked + others > left:
            rows = "、".join(str(sheet.table.numbers[place]) for place in places[:20])
            rest = f"，另有草稿 {wan(others)} 万元" if others else ""
            over = wan(asked + others - left)
            told = f"该指标剩余 {wan(left)} 万元，第 {rows} 行共 {wan(asked)} 万元{rest}，不够分配，请减少 {over} 万元"
            sheet.complain(places[-1], "amount", told)


def plan(sheet: Sheet) -> Plan:
    """New drafts, changes of own drafts; what was given before stands."""
    made = empty_plan(sheet)
    fresh: list[int] = []
    edits: list[tuple[StoredAllocation, dict[str, Any]]] = []
    for place, stands in enumerate(sheet.values["stands"]):
        if stands is None:
            fresh.append(place)
        elif stands[0] == "draft":
            entry = stands[1]
            changes = _changes(sheet, place, entry)
            edits.append((entry, changes))
            code = sheet.column("project_code")[place]
            fields = tuple(_shown(sheet, attr, getattr(entry, attr), new) for attr, new in changes.items())
            made.changes.append(Change(sheet.table.numbers[place], code, fields))
    made.added, made.changed = len(fresh), len(edits)
    made.same = len(sheet) - made.added - made.changed
    made.amount_fen = sum(sheet.column("amount"))
    made.store = lambda act, progress: _write(sheet, fresh, edits, act, progress)
    return made


def _changes(sheet: Sheet, place: int, entry: StoredAllocation) -> dict[str, Any]:
    found = {}
    for attr in _TOLD:
        new = sheet.column(attr)[place]
        if new not in (None, "") and new != getattr(entry, attr):
            found[attr] = new
    return found


def _shown(sheet: Sheet, attr: str, old: Any, new: Any) -> tuple[str, str, str]:
    column = sheet.kind.by_attr[attr]
    return column.label, column.read.show(old, sheet.told), column.read.show(new, sheet.told)


def _write(
    sheet: Sheet, fresh: list[int], edits: list[tuple[StoredAllocation, dict[str, Any]]], act: Act, progress: Progress
) -> None:
    def of(attr: str) -> list[Any]:
        return [sheet.values[attr][place] for place in fresh]

    days: list[date] = [day or act.day for day in of("decided_on")]
    columns = {
        "line_id": of("line_id"),
        "project_id": of("project_id"),
        "amount_fen": of("amount"),
        "decided_on": days,
        "document_no": of("document_no"),
        "beyond_plan_reason": of("beyond_plan_reason"),
        "beyond_plan_document": of("beyond_plan_document"),
        "remark": of("remark"),
        "state": [MoneyState.DRAFT.code] * len(fresh),
        "kind": [EntryKind.ALLOCATION.code] * len(fresh),
        "entered_by": [act.person_id] * len(fresh),
    }
    table: Any = Allocation.__table__
    if fresh:
        insert_columns(act.session, table, columns, len(fresh), progress)
    names = {"amount": "amount_fen"}
    changed = [
        (entry.id, {names.get(attr, attr): value for attr, value in changes.items()} | {"state": MoneyState.DRAFT.code})
        for entry, changes in edits
    ]
    if changed:
        update_rows(act.session, table, changed)


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The allocations there are, with their notices and projects."""
    entries = stored_allocations(session, None)
    lines = {line.id: line for line in open_lines(session, None)}
    names = {project.id: (code, project.name) for code, project in told.lists.projects.items()}
    for entry in entries:
        line, (code, name) = lines[entry.line_id], names[entry.project_id]
        yield {
            "notice_no": line.document_no,
            "source": line.source_id,
            "project_code": code,
            "project_name": name,
            **{attr: getattr(entry, attr) for attr in _TOLD},
        }


def foreign_amount(table: Table) -> None:
    """The amount of a county's table is what is given."""
    table.take_sums_as("amount")


KIND = Kind(
    code="allocations",
    label="资金分配",
    title="资金分配",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
)
