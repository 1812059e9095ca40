"""Taking a workbook in: read it as a KIND (our template, or any county's table), check it, say or store what it changes."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.coded import Coded
from fundsys.domain.errors import DomainError, Refusals
from fundsys.queries.import_lists import Lists, journal_head
from fundsys.queries.viewer import Viewer, require, viewer, viewer_of
from fundsys.services.acts import SHANGHAI, Act, NothingToDo
from fundsys.services.imports import ImportRefused, Plan, Progress, write

from .child import read_columns_in_child, read_in_child
from .guard import WorkbookRefused
from .headings import bare_heading
from .kinds.base import FOREIGN, TEMPLATE, Column, Kind, Raw, Sheet, Table, Told, check_columns, missing_columns
from .kinds.registry import kind_of
from .parsers import heading_unit, squash

_SUMMED = "合计"


class MoneyUnit(Coded):
    """What figures mean where the table does not say it."""

    WAN = "万元", "万元"
    YUAN = "元", "元"


@dataclass(frozen=True)
class Asked:
    """What a person says beside the file. given: attribute → what holds for the whole workbook, as typed."""

    kind: str
    path: Path
    name: str
    sheet: str | None = None
    unit: str | None = None
    given: Mapping[str, str] | None = None


@dataclass
class Checked:
    """What a check found. plan is None where something is wrong or missing."""

    kind: Kind
    table: Table
    plan: Plan | None
    faults: list[Any]
    count: int
    notices: list[str]
    missing: list[Column]
    bad_rows: int = 0

    @property
    def refusal(self) -> str:
        """Why the workbook is not taken in, in one sentence; empty when it could be."""
        if self.missing:
            names = "、".join(c.label for c in self.missing)
            return f"表里没有{names}，也没有另外说明，不能作为{self.kind.label}导入；请补上这些列，或说明全表适用的值"
        if self.count:
            return f"有 {self.count} 处需要改正，涉及 {self.bad_rows} 行，一条也没有存入"
        return ""


def check(
    asked: Asked, who: Viewer | None, table: Table | None = None, progress: Progress = lambda done, whole: None
) -> Checked:
    """Read and check a workbook against the county as it stands now; writes nothing.

    Raises: NotAllowed, WorkbookRefused, DomainError for what is wrong with the file as a whole.
    """
    kind = kind_of(asked.kind)
    require(who, kind.permission)
    with few_collections():
        read = table or read_table_of(kind, asked)
        progress(0, len(read))
        with store.snapshot() as session:
            found = check_table(kind, read, asked, who, session)
    progress(len(read), len(read))
    return found


@contextmanager
def few_collections() -> Iterator[None]:
    """Let the cyclic collector run seldom while rows by the ten thousand are made: it would find nothing among them."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def check_table(kind: Kind, table: Table, asked: Asked, who: Viewer | None, session: Session) -> Checked:
    """Check rows that were read, within a session."""
    require(who, kind.permission)
    head, _ = journal_head(session)
    told = told_for(kind, who, session, table.way)
    told.unit = asked.unit or table.unit or ("万元" if table.way == TEMPLATE else None)
    told.given = _given(kind, asked.given or {}, told)
    lacking = missing_columns(kind, table, told)
    if lacking:
        return Checked(kind, table, None, [], 0, table.notices, lacking)
    sheet = Sheet(kind, table, told, session)
    check_columns(sheet)
    sheet.close_rows()
    kind.agree(sheet)
    plan = None if sheet.count else kind.plan(sheet)
    if sheet.lacking and not sheet.count:
        return Checked(kind, table, None, [], 0, sheet.notices, [c for c in kind.columns if c.attr in sheet.lacking])
    if sheet.count:
        sheet.complaints.sort(key=lambda fault: (fault.row, len(fault.cell), fault.cell))
        return Checked(kind, table, None, list(sheet.complaints), sheet.count, sheet.notices, [], len(sheet.bad_rows))
    if plan is not None:
        plan.as_of = head
    return Checked(kind, table, plan, [], 0, sheet.notices, [])


def told_for(kind: Kind, who: Viewer | None, session: Session, way: str = TEMPLATE) -> Told:
    """What a check or a template knows of the county. Raises NotAllowed."""
    require(who, kind.permission)
    _, last_day = journal_head(session)
    day = datetime.now(UTC).astimezone(SHANGHAI).date()
    lists = Lists(session)
    return Told(who, kind.permission, max(day, last_day or day), lists, lists.county[0], way)


def take_in(found: Checked, asked: Asked, *, act: Act, progress: Progress | None = None) -> Plan:
    """Store a checked workbook inside an open act, all of it or none; checked anew when anything was written since.

    Raises: ImportRefused, NothingToDo (the act then leaves no trace), NotAllowed.
    """
    who = viewer_of(act.person) if act.person else None
    require(who, found.kind.permission)
    with few_collections():
        return _take_in(found, asked, who, act, progress)


def _take_in(found: Checked, asked: Asked, who: Viewer | None, act: Act, progress: Progress | None) -> Plan:
    if found.plan is None or found.plan.as_of != act.seq - 1:
        found = check_table(found.kind, found.table, asked, who, act.session)
    if found.refusal or found.plan is None:
        raise ImportRefused(found.refusal, found.faults, found.count)
    if found.plan.is_nothing:
        raise NothingToDo
    write(found.plan, act=act, progress=progress)
    return found.plan


def viewer_now(person_id: int | None) -> Viewer | None:
    """The person as they may act now; None for 系统."""
    if person_id is None:
        return None
    with store.snapshot() as session:
        return viewer(session, person_id)


def _given(kind: Kind, typed: Mapping[str, str], told: Told) -> dict[str, Any]:
    """What was said for the whole workbook, read like cells. Raises Refusals naming each that cannot be read."""
    wrong, read = [], {}
    for attr, text in typed.items():
        column = kind.by_attr.get(attr)
        if column is None or not column.given:
            raise DomainError(f"{kind.label}没有可以这样说明的“{attr}”")
        if not text.strip():
            continue
        try:
            read[attr] = column.read.bound(told, "万元")(text.strip())
        except DomainError as error:
            wrong.append(DomainError(f"{column.label}：{error.message}", field=f"given-{attr}"))
    if wrong:
        raise Refusals(wrong)
    return read | ({} if kind.own_unit is None else kind.own_unit(read, told))


# ---------- reading ----------


def read_table_of(kind: Kind, asked: Asked) -> Table:
    """The rows of the file as this KIND's columns. Raises WorkbookRefused."""
    digest = hashlib.sha256(asked.path.read_bytes()).hexdigest()
    wanted = [squash(c.heading) for c in kind.columns if c.required]
    read = read_columns_in_child(asked.path, wanted, sheet=asked.sheet, name=asked.name)
    if read is not None:
        return _template(kind, asked, digest, read)
    return _foreign(kind, asked, digest)


def _template(kind: Kind, asked: Asked, digest: str, read: dict[str, Any]) -> Table:
    if not read["numbers"]:
        raise WorkbookRefused(f"“{asked.name}”是空白的{kind.label}模板，没有数据行，请填好再导入")
    by_heading = {squash(c.heading): c for c in kind.columns}
    table = Table(asked.name, digest, asked.sheet or "", TEMPLATE, read["numbers"], {})
    for told in read["columns"]:
        raw = Raw(told["letter"], told["heading"], told["values"], told["index"])
        column = by_heading.get(squash(raw.heading))
        if column is None:
            if squash(raw.heading) != "序号":
                table.ignored.append(raw.heading)
        elif column.attr in table.columns:
            raise WorkbookRefused(
                f"“{raw.heading}”有两列（{table.columns[column.attr].letter}、{raw.letter}），请留一列"
            )
        else:
            table.columns[column.attr] = raw
            table.sure.add(column.attr)
    if read["stray"]:
        raise WorkbookRefused(f"{'、'.join(read['stray'])} 列有内容，却没有表头，请补上表头或清除")
    if table.ignored:
        table.notices.append(f"没有用到的列：{'、'.join(table.ignored)}")
    return table


def _foreign(kind: Kind, asked: Asked, digest: str) -> Table:
    sheets = read_in_child(asked.path, sheet=asked.sheet, unit=asked.unit, name=asked.name)
    full = [sheet for sheet in sheets if sheet["rows"]]
    if len(full) > 1:
        names = "、".join(sheet["name"] for sheet in full)
        raise WorkbookRefused(f"有 {len(full)} 个工作表有数据：{names}；请说明导入哪一个")
    read = full[0]
    table = Table(asked.name, digest, read["name"], FOREIGN, [row["row"] for row in read["rows"]], {})
    table.unit = read["unit"] if read["unit"] in ("元", "万元") else asked.unit
    _map_columns(kind, table, read)
    table.notices += [f"{problem['cell']}：{problem['message']}" for problem in read["problems"][:50]]
    skipped = Counter(each["why"] for each in read["skipped_rows"])
    if skipped:
        table.notices.append("没有当作数据的行：" + "，".join(f"{why} {n} 行" for why, n in skipped.items()))
    return table


def _map_columns(kind: Kind, table: Table, read: dict[str, Any]) -> None:
    """Columns of a county's table by meaning: our word, a word counties use for it, or what the reader says it holds."""
    taken: set[str] = set()
    ways: tuple[Callable[[Column, dict[str, Any]], bool], ...] = (
        lambda column, told: bare_heading(_leaf(told)) in {bare_heading(column.label), bare_heading(column.heading)},
        lambda column, told: bare_heading(_leaf(told)) in column.also,
        lambda column, told: bool(column.field) and told["field"] == column.field,
    )
    for number, fits in enumerate(ways):
        for told in read["columns"]:
            if told["column"] in taken:
                continue
            column = next((c for c in kind.columns if c.attr not in table.columns and fits(c, told)), None)
            if column is not None:
                taken.add(told["column"])
                table.columns[column.attr] = _raw(told, read["rows"])
                if number == 0:
                    table.sure.add(column.attr)
    amount = next((told for told in read["columns"] if told["field"] == "amount"), None)
    table.sums = [row["amount_fen"] for row in read["rows"]]
    table.sum_column = amount["column"] if amount else ""
    if kind.foreign_amount is not None:
        kind.foreign_amount(table)
    _name_merged_rows(table)
    table.ignored = [
        told["heading"] for told in read["columns"] if told["column"] not in taken | {table.sum_column}
        and told["field"] != "seq"
    ]  # fmt: skip
    if table.ignored:
        table.notices.append("没有用到的列：" + "、".join(re.sub(r"\s+", "", heading) for heading in table.ignored))


def _name_merged_rows(table: Table) -> None:
    """A row whose name is merged with the village before it (小额信贷贴息) keeps its words as the name."""
    name, village = table.columns.get("name"), table.columns.get("village")
    if name is None or village is None:
        return
    names, villages = name.rows(), village.rows()
    moved = [place for place, value in enumerate(names) if value is None and villages[place] is not None]
    for place in moved:
        names[place], villages[place] = villages[place], None
    if moved:
        rows = "、".join(str(table.numbers[place]) for place in moved[:20])
        table.columns["name"] = Raw(name.letter, name.heading, names, None, name.unit)
        table.columns["village"] = Raw(village.letter, village.heading, villages, None, village.unit)
        table.notices.append(f"第 {rows} 行没有名称，把“{village.heading}”一格的文字当作名称，请核对")


def _leaf(told: dict[str, Any]) -> str:
    return str(told["heading"]).split("/")[-1]


def _raw(told: dict[str, Any], rows: list[dict[str, Any]]) -> Raw:
    """One column of a table as read: texts, each once."""
    seen: dict[str | None, int] = {}
    index = [seen.setdefault(row["values"].get(told["heading"]) or None, len(seen)) for row in rows]
    return Raw(told["column"], told["heading"], list(seen), index, heading_unit(_leaf(told)))


__all__ = ["Asked", "Checked", "ImportRefused", "check", "check_table", "read_table_of", "take_in", "viewer_now"]
