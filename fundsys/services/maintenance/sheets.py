"""Paper sheets for patrols: made with a code on every row, and read back by their codes, each row once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from fundsys.domain.errors import DomainError
from fundsys.domain.maintenance import PatrolWay, condition_said
from fundsys.domain.rights import Permission
from fundsys.domain.row_codes import MOST_ROWS, read_row_code, row_code
from fundsys.models.assets import Patrol
from fundsys.models.maintenance import CheckRow, CheckSheet
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import DutyFilter, duties
from fundsys.queries.stocktakes import is_count_code
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers
from fundsys.services.typed_lines import day_said, refuse_lines, take_day, typed_lines, words_of

from .patrols import PatrolEntry, record_patrols

WORD = "巡查表"


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
    serial = next_serial(act)
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


def next_serial(act: Act) -> int:
    """The number of the next sheet in row codes, whatever is on it. The act holds the writers' queue."""
    return (act.session.scalar(select(func.max(CheckSheet.serial))) or 0) + 1


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
    told = typed_lines(
        text,
        "请照巡查表逐行录入：行码、状况，有问题的写明问题",
        lambda line: _line(act, line, patrolled_on, patroller),
        lambda one: (one[0].id, one[0].row_code),
    )
    rows, entries = [row for _, (row, _) in told], [entry for _, (_, entry) in told]
    made = _recorded(act, [f"第 {number} 行" for number, _ in told], entries)
    for row, patrol in zip(rows, made, strict=True):
        row.patrol_id = patrol.id
        row.version += 1
    act.session.flush()
    act.subject = f"巡查表录入 {len(made)} 行"
    return made


def _recorded(act: Act, names: list[str], entries: list[PatrolEntry]) -> list[Patrol]:
    try:
        return record_patrols(entries, PatrolWay.PAPER, act=act, right=sheet_right(act), names=names)
    except DomainError as fault:
        refuse_lines([DomainError(one.message, field="lines") for one in getattr(fault, "errors", (fault,))])
        raise AssertionError from fault


def open_row(act: Act, code: str) -> CheckRow:
    """The row of a code as typed, not read back yet. Raises DomainError for a slip, a strange sheet, a row done before."""
    plain = row_code(*read_row_code(code))
    row = act.session.scalars(select(CheckRow).where(CheckRow.row_code == plain)).one_or_none()
    if row is None:
        where = "是盘点表的，请在“资产盘点”里录入" if is_count_code(act.session, plain) else ""
        raise DomainError(
            f"行码“{code.strip()}”{where}" if where else f"没有行码是“{code.strip()}”的巡查表，请核对是不是本县的表",
            field="row_code",
        )
    if row.patrol_id is not None:
        raise DomainError(f"行码“{code.strip()}”已经录入过", field="row_code")
    return row


def _line(act: Act, line: str, day: date, patroller: str) -> tuple[CheckRow, PatrolEntry]:
    parts = words_of(line)
    row = open_row(act, parts[0])
    condition = condition_said(parts[1]) if len(parts) > 1 else None
    if condition is None:
        raise DomainError("行码后面请写状况：1 完好、2 轻微、3 严重、4 损毁")
    words = parts[2:]
    day = take_day(words, day)
    due = None
    for place, word in enumerate(words):
        if word.startswith("限") and len(word) > 1:
            due = day_said(word[1:], day)
            del words[place]
            break
    entry = PatrolEntry(row.asset_id, day, condition, patroller, "，".join(words), defect_due_on=due)
    return row, entry
