"""`notices`: allotment notices with their lines, one line a row; they become that clerk's drafts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from fundsys.domain import terms
from fundsys.domain.document_no import doubts
from fundsys.domain.funds import MoneyState, NoticeKind
from fundsys.domain.money import Money
from fundsys.queries.import_rows import StoredLine, StoredNotice, stored_notices
from fundsys.services.acts import Act
from fundsys.services.funds import LineEntry, NoticeEntry, edit_notice, register_notice
from fundsys.services.imports import Change, Plan, Progress

from .base import Column, Kind, Sheet, Table, Told, empty_plan
from .cells import CodeText, Count, Day, DocumentNo, Listed, Text, Wan, Year, YesNo, wan
from .months import refuse_closed_months

_HEAD = ("title", "issuing_unit", "year", "batch", "issued_on", "received_on", "stated_total")
_OPEN = (MoneyState.DRAFT.code, MoneyState.RETURNED.code)

COLUMNS = (
    Column(terms.DOCUMENT_NO, "document_no", DocumentNo(), required=True, also=("文号", "资金文号", "上级文号"), field="document_no", mm=32),
    Column(terms.NOTICE_TITLE, "title", Text(120), required=True, also=("文件名称", "标题"), mm=44),
    Column(terms.ISSUING_UNIT, "issuing_unit", Text(80), also=("下达部门", "发文单位"), mm=24),
    Column(terms.FUND_YEAR, "year", Year(), required=True, also=("年度", "年份"), field="year"),
    Column(terms.BATCH, "batch", Count(999)),
    Column(terms.ISSUED_ON, "issued_on", Day(past=True), required=True, also=("下达时间", "发文日期")),
    Column(terms.RECEIVED_ON, "received_on", Day(past=True), required=True, also=("到县日期", "收文时间")),
    Column(terms.STATED_TOTAL, "stated_total", Wan(1), also=("文件金额", "总金额"), given=False),
    Column(terms.LINE_SOURCE, "source", Listed(which="sources", what="资金来源目录"), required=True, also=("资金来源", "资金代码", "资金级次"), field="source", mm=44),
    Column(terms.LINE_AMOUNT, "amount", Wan(1), required=True, also=("金额",), given=False),
    Column(terms.FUNCTION_CODE, "function_code", CodeText(20), also=("预算科目", "支出功能科目")),
    Column(terms.ECONOMIC_CODE, "economic_code", CodeText(20), also=("支出经济科目", "政府经济分类"), given=False),
    Column(terms.LINE_TASK, "task", Text(40), also=("任务",), given=False),
    Column(terms.BUDGET_NO, "budget_no", Text(60), also=("指标编号", "指标ID"), given=False),
    Column(terms.IS_DIRECT, "is_direct", YesNo(), also=("是否直达资金", "直达标识"), given=False),
    Column(terms.LINE_REMARK, "remark", Text(200), also=("备注",), field="remark", given=False, mm=24),
)  # fmt: skip


def agree(sheet: Sheet) -> None:
    """Rows of one document number tell the same notice, and its lines add up to what it states. Source: F115."""
    numbers, totals = sheet.column("document_no"), sheet.column("stated_total")
    places: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        if number:
            places.setdefault(number, []).append(place)
    for number, mine in places.items():
        first = mine[0]
        for attr in _HEAD:
            values = sheet.column(attr)
            for place in mine[1:]:
                if values[place] != values[first]:
                    told = f"同一文号“{number}”与{sheet.row_name(first)}写的不一样"
                    sheet.complain(place, attr, told)
        issued, received = sheet.column("issued_on")[first], sheet.column("received_on")[first]
        if issued and received and received < issued:
            sheet.complain(first, "received_on", f"收文日期 {received} 早于下达日期 {issued}")
        lines = [sheet.column("amount")[place] for place in mine]
        if totals[first] is not None and None not in lines and sum(lines) != totals[first]:
            told = f"“{number}”各行合计 {wan(sum(lines))} 万元，与下达金额 {wan(totals[first])} 万元不符"
            sheet.complain(first, "stated_total" if "stated_total" in sheet.table.columns else "amount", told)
    for number in places:
        for doubt in doubts(number, sheet.column("year")[places[number][0]] or sheet.told.day.year):
            sheet.say(doubt)


_LINE = ("source", "amount", "function_code", "remark", "economic_code", "task", "budget_no", "is_direct")
"""What a row says of its line, in the order of LineEntry."""

_BLANK = (0, 0, "", "", "", "", "", False)


def plan(sheet: Sheet) -> Plan:
    """Notices that are not there become drafts; own drafts are changed; what is handed over or approved must agree."""
    made = empty_plan(sheet)
    entries: list[NoticeEntry] = []
    edits: list[tuple[StoredNotice, NoticeEntry]] = []
    numbers = sheet.column("document_no")
    there = stored_notices(sheet.session, set(numbers))
    for number in sorted(set(numbers)):
        places = [place for place, each in enumerate(numbers) if each == number]
        known = there.get(number)
        entry = _entry(sheet, number, places, known)
        if known is None:
            refuse_closed_months(sheet, "received_on", places[:1])
            entries.append(entry)
            made.added += len(places)
        elif fields := _differences(sheet, entry, known):
            edits.append((known, entry))
            made.changed += len(places)
            made.changes.append(Change(sheet.table.numbers[places[0]], number, fields))
            _guard(sheet, places[0], known)
            refuse_closed_months(sheet, "received_on", places[:1])
        else:
            made.same += len(places)
    made.amount_fen = sum(sheet.column("amount"))

    def write(act: Act, progress: Progress) -> None:
        for entry in entries:
            register_notice(entry, act=act)
        for known, entry in edits:
            edit_notice(known.id, entry, version=known.version, act=act)

    made.store = write
    return made


def _entry(sheet: Sheet, number: str, places: list[int], known: StoredNotice | None) -> NoticeEntry:
    """One notice as typed; its lines in one order, whatever the order of the rows."""
    head = {attr: sheet.column(attr)[places[0]] for attr in _HEAD}
    lines = sorted(_lines(sheet, places, known.lines if known else ()))
    return NoticeEntry(
        document_no=number,
        title=head["title"],
        year=head["year"],
        issued_on=head["issued_on"],
        received_on=head["received_on"],
        stated_total=Money(head["stated_total"] or sum(line[1] for line in lines)),
        lines=[LineEntry(line[0], Money(line[1]), *line[2:]) for line in lines],
        issuing_unit=head["issuing_unit"],
        batch=head["batch"] or 1,
    )


def _lines(sheet: Sheet, places: list[int], stored: Iterable[StoredLine]) -> list[StoredLine]:
    """The lines of these rows. What a row does not say stays as it stands: on the line that agrees in all it says,
    or else on the only line of that source."""
    left, made = list(stored), []
    for place in places:
        row = [sheet.column(attr)[place] if attr in sheet.table.columns else None for attr in _LINE]
        said = [at for at, value in enumerate(row) if value not in (None, "")]
        alike = [line for line in left if all(line[at] == row[at] for at in said)]
        kin = alike or [line for line in left if line[0] == row[0]]
        old = kin[0] if alike or len(kin) == 1 else None
        if old is not None:
            left.remove(old)
        made.append(tuple(row[at] if at in said else (old or _BLANK)[at] for at in range(len(_LINE))))
    return made


def _differences(sheet: Sheet, entry: NoticeEntry, known: StoredNotice) -> tuple[tuple[str, str, str], ...]:
    """What the notice says otherwise than the stored one; an empty cell leaves what stands."""
    told, found = sheet.told, []
    values = {**{attr: getattr(entry, attr) for attr in _HEAD}, "stated_total": entry.stated_total.fen}
    for attr in _HEAD:
        new, old = values[attr], getattr(known, attr)
        if attr == "batch" and sheet.column("batch")[0] is None:
            continue
        if new not in (None, "") and new != old:
            read = sheet.kind.by_attr[attr]
            found.append((read.label, read.read.show(old, told), read.read.show(new, told)))
    lines = sorted((line.source_id, line.amount.fen, *astuple(line)[2:]) for line in entry.lines)
    if lines != sorted(known.lines):
        found.append(("各行", _shown(told, known.lines), _shown(told, lines)))
    return tuple(found)


def _shown(told: Told, lines: Iterable[StoredLine]) -> str:
    return "；".join(_line_words(told, line) for line in sorted(lines))


def _line_words(told: Told, line: StoredLine) -> str:
    source, fen, *rest, is_direct = line
    words = [f"{told.lists.name('sources', source)} {wan(fen)} 万元", *rest, "直达" if is_direct else ""]
    return " ".join(str(word) for word in words if word)


def _guard(sheet: Sheet, place: int, known: StoredNotice) -> None:
    who = sheet.told.who
    if known.kind != NoticeKind.ALLOTMENT.code:
        told = NoticeKind(known.kind).label
        sheet.complain(place, "document_no", f"这份是{told}，请在指标文页面上修改")
    elif known.state not in _OPEN:
        state = MoneyState(known.state).label
        sheet.complain(place, "document_no", f"这份指标文已在系统里，现在是“{state}”，与本表不同，不能用导入改动")
    elif who is not None and known.entered_by != who.id:
        sheet.complain(place, "document_no", "这份指标文是别人的草稿，只有录入人能改")


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The notices there are, line by line."""
    for number, notice in sorted(stored_notices(session, None).items()):
        if notice.kind != NoticeKind.ALLOTMENT.code:
            continue  # further notices and carry-overs are made on their pages
        head = {attr: getattr(notice, attr) for attr in _HEAD}
        for line in sorted(notice.lines):
            yield head | dict(zip(_LINE, line, strict=True)) | {"document_no": number}


def foreign_amount(table: Table) -> None:
    """The amount of a county's table is the line's."""
    table.take_sums_as("amount")


KIND = Kind(
    code="notices",
    label="指标文",
    title="指标文及资金来源",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
)
