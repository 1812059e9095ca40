"""`work_relief`: rosters with pay by project and month; people go into the vault, months become drafts and are reviewed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import select, true

from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money
from fundsys.domain.work_relief import (
    OPEN_STATES,
    Household,
    bank_fault,
    earned,
    identity_fault,
    month_begin,
    month_end,
    phone_fault,
    tidy_number,
)
from fundsys.models.projects import Project
from fundsys.queries.import_lists import squashed
from fundsys.queries.relief import LineRow, RosterRow, days_elsewhere, rosters, workers
from fundsys.queries.viewer import seen_projects
from fundsys.services import vault, work_relief
from fundsys.services.acts import Act
from fundsys.services.imports import Change, Plan, Progress
from fundsys.services.work_relief.rosters import line_faults, overlaps

from .base import Column, Kind, Sheet, Told, empty_plan
from .cells import Bad, Choice, CodeText, Day, DocumentNo, Parser, Quantity, Text, Value, written
from .payments import Yuan

_MONTH = re.compile(r"(20\d\d)(?:[-./]|年)(\d{1,2})(?:月|[-./]\d{1,2})?(?: 00:00:00)?")


@dataclass(frozen=True)
class Personal(Parser):
    """An identity, card or phone number; complaints never repeat it."""

    kind: str = ""
    nothing: ClassVar[Any] = ""

    def one(self, value: Value, told: Told) -> str:
        if isinstance(value, int | float) and abs(value) >= 10**15:
            raise Bad("是超过 15 位的数字，文件里可能已经失真，请改成文本")
        number = tidy_number(written(value))
        fault = {"identity": lambda: identity_fault(number, told.day), "bank": lambda: bank_fault(number)}.get(
            self.kind, lambda: phone_fault(number)
        )()
        if number and fault:
            raise Bad(fault)
        return number


@dataclass(frozen=True)
class Month(Parser):
    """A month: 2024-05, 2024年5月, or a day in it."""

    nothing: ClassVar[Any] = ""

    def one(self, value: Value, told: Told) -> str:
        found = _MONTH.fullmatch(written(value))
        if not found or not 1 <= int(found[2]) <= 12:
            raise Bad(f"“{written(value)[:20]}”不是月份，请写成 2024-05")
        month = f"{found[1]}-{int(found[2]):02d}"
        if month_begin(month) > told.day:
            raise Bad("月份不能晚于本月")
        return month


COLUMNS = (
    Column(terms.PROJECT_CODE, "project_code", CodeText(), required=True, also=("项目编码",), field="project_code", mm=22),
    Column(terms.PROJECT_NAME, "project_name", Text(120), field="project_name", given=False, mm=30),
    Column(terms.LABOR_MONTH, "month", Month(), required=True, also=("所属月份", "发放月份"), mm=14),
    Column(terms.WORKER_NAME, "name", Text(40), required=True, also=("务工人员姓名", "务工人员"), given=False, mm=16),
    Column(terms.WORKER_ID_NO, "identity", Personal("identity"), required=True, also=("身份证号", "身份证号码", "公民身份号码"), given=False, mm=30),
    Column(terms.WORKER_HOUSEHOLD, "household", Choice(Household, also=(("脱贫", "lifted"), ("监测", "watched"), ("低保", "allowance"), ("一般", "ordinary"), ("一般农户", "ordinary"))), also=("户类型",), mm=14),
    Column(terms.WORK_TYPE, "work_type", Text(40), also=("岗位",), mm=16),
    Column(terms.WORKER_PHONE, "phone", Personal("phone"), also=("电话", "手机号"), given=False, mm=20),
    Column(terms.WORKER_AGREEMENT, "agreement_no", CodeText(40), also=("协议编号",), given=False, mm=18),
    Column(terms.WORKER_AGREED_ON, "agreed_on", Day(past=True), mm=18),
    Column(terms.LABOR_ATTENDED, "attended", Quantity(), also=("考勤天数",), given=False, mm=14),
    Column(terms.LABOR_DAYS, "days", Quantity(), required=True, also=("工日", "出勤天数", "务工天数"), given=False, mm=14),
    Column(terms.LABOR_RATE, "rate", Yuan(1), required=True, also=("日工资标准", "报酬标准"), mm=14),
    Column(terms.LABOR_DUE, "due", Yuan(), also=("应发金额", "应发报酬"), given=False, mm=16),
    Column(terms.LABOR_DEDUCTED, "deducted", Yuan(), given=False, mm=14),
    Column(terms.LABOR_PAID, "paid", Yuan(), also=("实发金额", "发放金额"), given=False, mm=16),
    Column(terms.WORKER_CARD, "bank", Personal("bank"), also=("银行卡号", "一卡通号", "银行账号"), given=False, mm=28),
    Column(terms.WORKER_CASH, "cash_approval", DocumentNo(), mm=24),
    Column(terms.LABOR_PAID_ON, "paid_on", Day(past=True), also=("发放时间",), mm=18),
    Column(terms.LABOR_VOUCHER, "voucher_no", CodeText(40), also=("银行回单编号", "回单号"), mm=18),
    Column(terms.ATTENDANCE_PLACE, "attendance_place", Text(80), mm=22),
    Column(terms.REMARK, "note", Text(120), also=("说明",), given=False, mm=20),
)  # fmt: skip


def agree(sheet: Sheet) -> None:
    """Each row is a month of somebody on a work-relief project of the person's own; the sums are right."""
    _settle_projects(sheet)
    marks = {number: vault.lookup("identity", number) for number in set(sheet.column("identity")) if number}
    ids = sheet.told.lists.vault_ids(sorted(marks.values()))
    sheet.values["person"] = [ids.get(marks.get(number, ""), 0) for number in sheet.column("identity")]
    first: dict[tuple[Any, ...], int] = {}
    for place in range(len(sheet)):
        key = (sheet.values["project_id"][place], sheet.column("month")[place], sheet.column("identity")[place])
        if all(key) and first.setdefault(key, place) != place:
            sheet.complain(place, "identity", f"与{sheet.row_name(first[key])}是同一人的同一个月，请合并成一行")
        if all(key):
            for fault in line_faults(_entry(sheet, place, 0), month_begin(key[1]), month_end(key[1]), sheet.told.day):
                sheet.complain(place, "days" if "工日应" in fault else "due" if "应发" in fault else "paid", fault)


def _settle_projects(sheet: Sheet) -> None:
    who = sheet.told.who
    seen = seen_projects(who, sheet.told.permission) if who else true()
    wanted = select(Project.id, Project.code, Project.name, Project.is_work_relief).where(seen)
    known = {code: (key, name, relief) for key, code, name, relief in sheet.session.execute(wanted)}
    ids: list[int | None] = []
    for place, (code, name) in enumerate(zip(sheet.column("project_code"), sheet.column("project_name"), strict=True)):
        found = known.get(code)
        ids.append(found[0] if found else None)
        if code and found is None:
            sheet.complain(place, "project_code", f"没有编号为“{code}”的项目，或者不在您的管理范围内")
        elif found and not found[2]:
            sheet.complain(place, "project_code", f"“{found[1]}”没有标记为以工代赈项目")
        elif found and name and squashed(name) != squashed(found[1]):
            sheet.complain(place, "project_name", f"编号“{code}”是“{found[1]}”，与本表写的不一样")
    sheet.values["project_id"] = ids


def _entry(sheet: Sheet, place: int, worker_id: int) -> work_relief.LineEntry:
    def money(attr: str) -> Money | None:
        fen = sheet.column(attr)[place]
        return None if fen is None else Money(fen)

    attended, days = sheet.column("attended")[place], sheet.column("days")[place]
    paid_on: date | None = sheet.column("paid_on")[place]
    return work_relief.LineEntry(
        worker_id=worker_id,
        days=Decimal(days or "0"),
        attended=None if attended is None else Decimal(attended),
        day_rate=money("rate") or ZERO,
        due=money("due"),
        deducted=money("deducted") or ZERO,
        paid=money("paid"),
        paid_on=paid_on,
        voucher_no=sheet.column("voucher_no")[place],
        note=sheet.column("note")[place],
    )


Groups = dict[tuple[int, str], list[int]]


def plan(sheet: Sheet) -> Plan:
    """New months and changed drafts; a month handed over or approved must say the same, or is corrected on its page."""
    made = empty_plan(sheet)
    groups: Groups = defaultdict(list)
    for place, key in enumerate(zip(sheet.values["project_id"], sheet.column("month"), strict=True)):
        if key[0] is not None and key[1] and place not in sheet.bad_rows:
            groups[key].append(place)
    writes: Groups = {}
    people = {(w.project_id, w.identity_id): w.household for w in workers(sheet.session, None)}
    for (project, month), places in groups.items():
        stored = [r for r in rosters(sheet.session, None, project_id=project) if r.month == month]
        now = next((r for r in stored if r.state in OPEN_STATES), None) or next(
            (r for r in stored if r.state.code in ("submitted", "approved")), None
        )
        if _differs(sheet, made, now, places):
            writes[project, month] = places
            if now is not None and now.state not in OPEN_STATES:
                for place in places:
                    told = f"{month} 的花名册{now.state.label}，与本行不同，请在花名册页办理更正"
                    sheet.complain(place, "month", told)
        for place in places:
            if (project, sheet.values["person"][place]) not in people and not sheet.column("household")[place]:
                sheet.complain(place, "household", "第一次登记的务工人员，请填写户属性")
        _refuse_overlap(sheet, project, month, places)
    made.same = len(sheet) - made.added - made.changed
    made.amount_fen = sum(_entry(sheet, place, 0).paid_out.fen for places in groups.values() for place in places)
    made.store = lambda act, progress: _write(sheet, writes, act, progress)
    return made


def _refuse_overlap(sheet: Sheet, project: int, month: str, places: list[int]) -> None:
    elsewhere = days_elsewhere(sheet.session, month, project)
    for place in places:
        one = (sheet.values["person"][place], sheet.column("name")[place], Decimal(sheet.column("days")[place] or 0))
        for fault in overlaps([one], elsewhere, month_end(month).day):
            sheet.complain(place, "days", fault.message)


def _differs(sheet: Sheet, made: Plan, now: RosterRow | None, places: list[int]) -> bool:
    """Count what is new and what changes; whether anything does."""
    lines = {x.worker.identity_id: x for x in now.lines} if now else {}
    differs = False
    for place in places:
        old = lines.get(sheet.values["person"][place])
        if old is None:
            made.added += 1
        elif _same(_entry(sheet, place, 0), old):
            continue
        else:
            made.changed += 1
            new = _entry(sheet, place, 0)
            fields = (
                ("出勤工日", str(old.days), str(new.days)),
                ("实发", f"{old.paid.fen / 100:.2f}", f"{new.paid_out.fen / 100:.2f}"),
            )
            made.changes.append(
                Change(sheet.table.numbers[place], f"{now.month if now else ''} {old.worker.name}", fields)
            )
        differs = True
    return differs


def _same(new: work_relief.LineEntry, old: LineRow) -> bool:
    told = (new.days, new.attended, new.day_rate, earned(new.days, new.day_rate), new.deducted, new.paid_out)
    kept = (old.days, old.attended, old.day_rate, old.due, old.deducted, old.paid)
    return told == kept and (new.paid_on if new.paid_out else None, new.voucher_no, new.note) == (
        old.paid_on, old.voucher_no, old.note,
    )  # fmt: skip


def _write(sheet: Sheet, writes: Groups, act: Act, progress: Progress) -> None:
    """People that are new, then each month with the lines it had and those of the file. Uses the acts of the pages."""
    done = 0
    for (project, month), places in writes.items():
        people = {w.identity_id: w.id for w in workers(act.session, None, project_id=project)}
        stored = [
            r for r in rosters(act.session, None, project_id=project) if r.month == month and r.state in OPEN_STATES
        ]
        lines = {x.worker.id: _kept(x) for r in stored for x in r.lines}
        for place in places:
            key = (
                people.get(sheet.values["person"][place])
                or work_relief.enter_worker(project, _worker(sheet, place), act=act).id
            )
            lines[key] = _entry(sheet, place, key)
        where = next((sheet.column("attendance_place")[p] for p in places if sheet.column("attendance_place")[p]), "")
        entry = work_relief.RosterEntry(
            month, tuple(lines.values()), where or (stored[0].attendance_place if stored else "")
        )
        work_relief.save_roster(project, entry, act=act)
        done += len(places)
        progress(done, len(sheet))


def _kept(x: LineRow) -> work_relief.LineEntry:
    return work_relief.LineEntry(
        x.worker.id, x.days, x.day_rate, x.attended, x.due, x.deducted, x.paid, x.paid_on, x.voucher_no, x.note
    )


def _worker(sheet: Sheet, place: int) -> work_relief.WorkerEntry:
    told = {
        name: sheet.column(name)[place]
        for name in ("name", "identity", "bank", "phone", "work_type", "agreement_no", "agreed_on", "cash_approval")
    }
    code = sheet.column("household")[place]
    if not code:
        raise DomainError("第一次登记的务工人员，请填写户属性")
    return work_relief.WorkerEntry(household=Household(code), **told)


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """None: a filled template would carry whole personal numbers out of the vault."""
    return ()


KIND = Kind(
    code="work_relief",
    label="以工代赈花名册",
    title="以工代赈务工花名册和报酬发放",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
)
