"""`notices`: allotment notices with their lines, one line a row; they become that clerk's drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fundsys.domain import terms
from fundsys.domain.document_no import doubts
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money, exact_wan
from fundsys.queries.import_rows import StoredNotice, stored_notices
from fundsys.services.acts import Act
from fundsys.services.funds import LineEntry, NoticeEntry, edit_notice, register_notice
from fundsys.services.imports import Change, Plan, Progress

from .base import Column, Kind, Sheet, Table, Told, empty_plan
from .cells import CodeText, Count, Day, DocumentNo, Listed, Text, Wan, Year

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
            told = f"“{number}”各行合计 {_wan(sum(lines))} 万元，与下达金额 {_wan(totals[first])} 万元不符"
            sheet.complain(first, "stated_total" if "stated_total" in sheet.table.columns else "amount", told)
    for number in places:
        for doubt in doubts(number, sheet.column("year")[places[number][0]] or sheet.told.day.year):
            sheet.say(doubt)


def _wan(fen: int) -> str:
    return exact_wan(Money(fen))


Line = tuple[int, int, str, str]


def plan(sheet: Sheet) -> Plan:
    """Notices that are not there become drafts; own drafts are changed; what is handed over or approved must agree."""
    made = empty_plan(sheet)
    entries: list[NoticeEntry] = []
    edits: list[tuple[StoredNotice, NoticeEntry]] = []
    numbers = sheet.column("document_no")
    there = stored_notices(sheet.session, set(numbers))
    for number in sorted(set(numbers)):
        places = [place for place, each in enumerate(numbers) if each == number]
        entry, known = _entry(sheet, number, places), there.get(number)
        if known is None:
            entries.append(entry)
            made.added += len(places)
        elif fields := _differences(sheet, entry, known):
            edits.append((known, entry))
            made.changed += len(places)
            made.changes.append(Change(sheet.table.numbers[places[0]], number, fields))
            _guard(sheet, places[0], known)
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


def _entry(sheet: Sheet, number: str, places: list[int]) -> NoticeEntry:
    """One notice as typed; its lines in one order, whatever the order of the rows."""
    head = {attr: sheet.column(attr)[places[0]] for attr in _HEAD}
    lines = sorted(
        (
            sheet.column("source")[place],
            sheet.column("amount")[place],
            sheet.column("function_code")[place],
            sheet.column("remark")[place],
        )
        for place in places
    )
    return NoticeEntry(
        document_no=number,
        title=head["title"],
        year=head["year"],
        issued_on=head["issued_on"],
        received_on=head["received_on"],
        stated_total=Money(head["stated_total"] or sum(line[1] for line in lines)),
        lines=[LineEntry(source, Money(fen), code, remark) for source, fen, code, remark in lines],
        issuing_unit=head["issuing_unit"],
        batch=head["batch"] or 1,
    )


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
    lines = sorted((x.source_id, x.amount.fen, x.function_code, x.remark) for x in entry.lines)
    if lines != sorted(known.lines):
        found.append(("各行", _shown(told, known.lines), _shown(told, lines)))
    return tuple(found)


def _shown(told: Told, lines: Iterable[Line]) -> str:
    return "；".join(f"{told.lists.name('sources', source)} {_wan(fen)} 万元" for source, fen, _, _ in sorted(lines))


def _guard(sheet: Sheet, place: int, known: StoredNotice) -> None:
    who = sheet.told.who
    if known.state not in _OPEN:
        state = MoneyState(known.state).label
        sheet.complain(place, "document_no", f"这份指标文已在系统里，现在是“{state}”，与本表不同，不能用导入改动")
    elif who is not None and known.entered_by != who.id:
        sheet.complain(place, "document_no", "这份指标文是别人的草稿，只有录入人能改")


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The notices there are, line by line."""
    for number, notice in sorted(stored_notices(session, None).items()):
        head = {attr: getattr(notice, attr) for attr in _HEAD}
        for source, fen, code, remark in sorted(notice.lines):
            yield head | {
                "document_no": number,
                "source": source,
                "amount": fen,
                "function_code": code,
                "remark": remark,
            }


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
