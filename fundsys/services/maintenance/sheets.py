"""Paper sheets for patrols: made with a code on every row, and read back by their codes, each row once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from fundsys.domain.dates import NotADay, parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.maintenance import PatrolWay, condition_said
from fundsys.domain.rights import Permission
from fundsys.domain.row_codes import MOST_ROWS, read_row_code, row_code
from fundsys.models.assets import Patrol
from fundsys.models.maintenance import CheckRow, CheckSheet
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import DutyFilter, duties
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all
from fundsys.services.numbers import next_numbers

from .patrols import PatrolEntry, record_patrols

WORD = "巡查表"
_LINE = re.compile(r"[，,;；\t ]+")


def make_sheet(title: str, wanted: DutyFilter, *, act: Act) -> CheckSheet:
    """Make a sheet of the patrols due by a day, in the order of villages and numbers.

    Raises: NotAllowed; DomainError when nothing is due, or more than one sheet holds.
    """
    who = viewer_of(act.person) if act.person else None
    right = sheet_right(act)
    require(who, right)
    found = duties(act.session, who, wanted, county_today(act.session), right)
    if not found:
        raise DomainError("这个范围内没有到期应巡查的资产，不用制表", field="until_on")
    if len(found) > MOST_ROWS:
        raise DomainError(
            f"共 {len(found)} 项，一份巡查表最多 {MOST_ROWS} 行，请按村或责任人分开制表", field="until_on"
        )
    found.sort(key=lambda d: (d.town, d.village, d.code))
    serial = (act.session.scalar(select(func.max(CheckSheet.serial))) or 0) + 1
    (number,) = next_numbers(act.session, CheckSheet.number, WORD, act.day.year, 1)
    made = CheckSheet(
        serial=serial,
        number=number,
        title=title.strip()[:80],
        until_on=wanted.until or county_today(act.session),
        made_on=county_today(act.session),
        unit_id=who.unit_id if who else None,
        made_by=act.person_id,
        row_count=len(found),
    )
    act.session.add(made)
    act.session.flush()
    act.session.add_all(
        CheckRow(
            sheet_id=made.id, position=place, row_code=row_code(serial, place), asset_id=duty.asset_id, due_on=duty.due
        )
        for place, duty in enumerate(found, 1)
    )
    act.session.flush()
    act.subject, act.answer = number, str(made.id)
    return made


def sheet_right(act: Act) -> Permission:
    """By which right the person keeps sheets: of own duties, of a unit's assets, or the town's."""
    who = viewer_of(act.person) if act.person else None
    if who is None or who.can(Permission.PATROL):
        return Permission.PATROL
    return Permission.MAINTAIN


def enter_lines(text: str, patrolled_on: date, patroller: str = "", *, act: Act) -> list[Patrol]:
    """Type in what came back on paper, a row a line: row code, condition (1–4 or its word), then what was found.

    A line may carry its own day after the condition (1003, 10-03), and a deadline written “限 10-20”. All or nothing.
    Raises: Refusals with every line that is wrong.
    """
    require(viewer_of(act.person) if act.person else None, sheet_right(act))
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise DomainError("请照巡查表逐行录入：行码、状况，有问题的写明问题", field="lines")
    faults: list[DomainError] = []
    rows: list[CheckRow] = []
    entries: list[PatrolEntry] = []
    for number, line in lines:
        try:
            row, entry = _line(act, line, patrolled_on, patroller)
        except DomainError as fault:
            faults.append(DomainError(f"第 {number} 行：{fault.message}", field="lines"))
            continue
        if row in rows:
            faults.append(DomainError(f"第 {number} 行：行码 {row.row_code} 在本次录入里重复", field="lines"))
            continue
        rows.append(row)
        entries.append(entry)
    if faults:
        raise_lines(faults)
    made = _recorded(act, lines, entries)
    for row, patrol in zip(rows, made, strict=True):
        row.patrol_id = patrol.id
        row.version += 1
    act.session.flush()
    act.subject = f"巡查表录入 {len(made)} 行"
    return made


def _recorded(act: Act, lines: list[tuple[int, str]], entries: list[PatrolEntry]) -> list[Patrol]:
    try:
        return record_patrols(
            entries, PatrolWay.PAPER, act=act, right=sheet_right(act), names=[f"第 {n} 行" for n, _ in lines]
        )
    except DomainError as fault:
        raise_lines([DomainError(one.message, field="lines") for one in getattr(fault, "errors", (fault,))])
        raise AssertionError from fault


def raise_lines(faults: Sequence[DomainError]) -> None:
    """Refuse with every line that is wrong, the first twenty in full."""
    shown = list(faults[:20])
    if len(faults) > len(shown):
        shown.append(DomainError(f"还有 {len(faults) - len(shown)} 行不对，改好以上的再看", field="lines"))
    refuse_all(shown)


def open_row(act: Act, code: str) -> CheckRow:
    """The row of a code as typed, not read back yet. Raises DomainError for a slip, a strange sheet, a row done before."""
    plain = row_code(*read_row_code(code))
    row = act.session.scalars(select(CheckRow).where(CheckRow.row_code == plain)).one_or_none()
    if row is None:
        raise DomainError(f"没有行码是“{code.strip()}”的巡查表，请核对是不是本县的表", field="row_code")
    if row.patrol_id is not None:
        raise DomainError(f"行码“{code.strip()}”已经录入过", field="row_code")
    return row


def _line(act: Act, line: str, day: date, patroller: str) -> tuple[CheckRow, PatrolEntry]:
    parts = [p for p in _LINE.split(line) if p]
    row = open_row(act, parts[0])
    condition = condition_said(parts[1]) if len(parts) > 1 else None
    if condition is None:
        raise DomainError("行码后面请写状况：1 完好、2 轻微、3 严重、4 损毁")
    words = parts[2:]
    if words and re.fullmatch(r"[\d\-./年月日]{4,11}", words[0]):
        day = _day(words.pop(0), day)
    due = None
    for place, word in enumerate(words):
        if word.startswith("限") and len(word) > 1:
            due = _day(word[1:], day)
            del words[place]
            break
    entry = PatrolEntry(row.asset_id, day, condition, patroller, "，".join(words), defect_due_on=due)
    return row, entry


def _day(text: str, near: date) -> date:
    try:
        return parse_day(text, near.year)
    except NotADay as fault:
        raise DomainError(fault.message) from fault
