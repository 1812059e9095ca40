"""How the projects go on: batches of the plan, monthly reports of the owners, labor pay of work relief."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.library import LibraryEntry
from fundsys.models.projects import ProgressReport, Project, WorkReliefPay

from .diary import FIRST_DAY, LAST_DAY, Diary, Entry, Row, moment, working_day
from .dossiers import Dossiers
from .library import entry_row
from .papers import PLANS
from .projects import CONTRACTORS, YEAR, Plan, library_rows
from .world import World

REPORT_DAYS = tuple(working_day(date(YEAR, month, 26)) for month in range(1, 11)) + (LAST_DAY,)
_WORDS = {
    S.TENDERING: "已完成招标，正在签订合同。",
    S.UNDER_WAY: "按计划施工，形象进度{p}%。",
    S.SUSPENDED: "因征地协调暂停施工，已报变更。",
    S.COMPLETED: "主体完工，正在自验。",
    S.ACCEPTED: "县镇联合验收合格。",
    S.SETTLED: "结算审定。",
    S.CLAIMED: "报账资料齐全，支付完毕，留质保金。",
    S.HANDED_OVER: "资产已登记移交。",
    S.IN_SERVICE: "已移交管护，运行正常。",
}


def write_library(plans: list[Plan], world: World, diary: Diary, lead: int, seed: int) -> Dossiers:
    """The library as the year begins: the projects to come, admitted, and sixty others. Returns their dossiers."""
    rows = [_admitted(p, world) for p in plans]
    more = library_rows(plans, world, diary, seed)
    entry = diary.on(moment(FIRST_DAY, 14), lead, "登记项目库", f"{len(rows) + len(more)}个项目")
    entry.add(Project, [row | {"entered_by": lead} for row in rows])
    entry.add(Project, [row | {"entered_by": lead} for row in more])
    entry.add(LibraryEntry, [entry_row(diary, row, lead) for row in rows + more])
    dossiers = Dossiers(diary, seed)
    for row in rows + more:
        _into_the_library(dossiers, entry, row, world, lead)
    for number, (day, paper) in PLANS.items():
        chosen = [p for p in plans if p.plan == number]
        told = {"status": S.PLANNED, "plan_document_no": paper, "version": 2}
        planning = diary.on(moment(day, 9), lead, "下达年度计划", f"{paper}（{len(chosen)}个项目）")
        planning.change(Project, [{"id": p.id} | told for p in chosen])
        for plan in chosen:
            dossiers.move(planning, plan.id, S.ADMITTED, [(S.PLANNED, day)], lead, plan.is_built)
    return dossiers


def _into_the_library(dossiers: Dossiers, entry: Entry, row: Row, world: World, lead: int) -> None:
    """Proposed, reviewed and admitted, a month apart, before the year began."""
    admitted = row.get("admitted_on") or FIRST_DAY
    way = [(S.PROPOSED, 60), (S.TOWN_REVIEWED, 30), (S.ADMITTED, 0)]
    steps = [(stage, admitted - timedelta(days=before)) for stage, before in way if stage.code <= row["status"].code]
    if row["status"] is S.REMOVED:
        steps.append((S.REMOVED, admitted))
    built = row["type_id"] in world.built_types
    dossiers.move(entry, row["id"], None, steps, lead, built)


def _admitted(plan: Plan, world: World) -> Row:
    village = plan.village
    return {
        "id": plan.id,
        "code": plan.code,
        "library_code": f"K{plan.code}",
        "name": plan.name,
        "year": YEAR,
        "type_id": world.types[plan.subject.type_code].id,
        "town_id": plan.town_id,
        "village_id": village.id if village else None,
        "place": f"{village.town}{village.name}" if village else "全县",
        "owner_unit_id": plan.owner_id,
        "implementing_unit_id": plan.builder_id,
        "responsible": plan.facts.pop("responsible"),
        "is_lead_industry": plan.group == "lead",
        "is_work_relief": plan.is_relief,
        "is_cooperation": plan.is_cooperation,
        "status": S.ADMITTED,
    } | plan.facts


def write_reports(plans: list[Plan], diary: Diary, dossiers: Dossiers, clerk_of: dict[int, int], seed: int) -> None:
    """Every month each owner reports what has moved; steps become visible on the day they are reported."""
    numbers = acceptance_numbers(plans)
    told: dict[int, tuple[S, int]] = {p.id: (S.PLANNED, 0) for p in plans}
    versions = dict.fromkeys(told, 2)
    pay = _labor_pay(plans, diary, seed)
    for day in REPORT_DAYS:
        moved: dict[int, list[tuple[Plan, S, int]]] = defaultdict(list)
        before = dict(told)
        for plan in plans:
            status, done = _standing(plan, day)
            if (status, done) != told[plan.id] and status is not S.PLANNED:
                told[plan.id] = (status, done)
                versions[plan.id] += 1
                moved[plan.owner_id].append((plan, status, done))
        for minute, (unit, steps) in enumerate(sorted(moved.items())):
            clerk = clerk_of[unit]
            entry = diary.on(moment(day, 16, minute % 60), clerk, "更新建设进度", f"{len(steps)}个项目")
            entry.change(
                Project, [_project_row(p, s, d, day, numbers) | {"version": versions[p.id]} for p, s, d in steps]
            )
            entry.add(ProgressReport, [_report(p, s, d, day, clerk, diary) for p, s, d in steps if s in _WORDS])
            for plan, status, _ in steps:
                was = before[plan.id][0]
                dossiers.move(entry, plan.id, was, _way(plan, was, status), clerk, plan.is_built)
        for unit in sorted({p.owner_id for p in plans if p.is_relief}):
            rows = [row for owner, on, row in pay if owner == unit and on == day]
            if rows:
                diary.on(moment(day, 17, 30), clerk_of[unit], "登记劳务报酬", f"{len(rows)}个项目").add(
                    WorkReliefPay, rows
                )


def _way(plan: Plan, was: S, now: S) -> list[tuple[S, date]]:
    """The stages passed from one report to the next, each on its own day."""
    return [
        (stage, on)
        for stage, on in sorted(plan.days.items(), key=lambda x: x[0].code)
        if was.code < stage.code <= now.code
    ]


def _standing(plan: Plan, day: date) -> tuple[S, int]:
    """State and progress as they are on a day."""
    reached = [s for s, on in plan.days.items() if on <= day]
    status = max(reached, key=lambda s: s.code, default=S.PLANNED)
    begun, done = plan.day(S.UNDER_WAY), plan.day(S.COMPLETED)
    if begun is None or day < begun:
        return status, 0
    if done and done <= day:
        return status, 10000
    until = done or LAST_DAY
    whole = 10000 if done else plan.progress_bp
    share = whole * (day - begun).days // max(1, (until - begun).days)
    return status, min(9500 if done else whole, share // 100 * 100)


def _project_row(plan: Plan, status: S, done: int, day: date, numbers: dict[int, str]) -> Row:
    def known(step: S) -> date | None:
        on = plan.day(step)
        return on if on and on <= day else None

    accepted, settled, signed = known(S.ACCEPTED), known(S.SETTLED), known(S.TENDERING)
    begun = known(S.UNDER_WAY)
    is_signed = bool(plan.is_built and begun and signed)
    return {
        "id": plan.id,
        "status": status,
        "progress_bp": done,
        "progress_on": day,
        "approved_on": known(S.APPROVED),
        "contractor": CONTRACTORS[plan.id % len(CONTRACTORS)] if is_signed else "",
        "contract_on": signed if is_signed else None,
        "contract_amount": Money(plan.contract_fen) if is_signed else None,
        "started_on": begun,
        "completed_on": known(S.COMPLETED),
        "accepted_on": accepted,
        "acceptance_no": numbers[plan.id] if accepted else "",
        "settled_on": settled,
        "settled_amount": Money(plan.settled_fen) if settled else None,
    }


def _report(plan: Plan, status: S, done: int, day: date, clerk: int, diary: Diary) -> Row:
    return {
        "id": diary.next_id(ProgressReport),
        "project_id": plan.id,
        "status": status,
        "progress_bp": done,
        "reported_on": day,
        "words": _WORDS[status].format(p=done // 100),
        "problem": "两户用地没有协调好" if status is S.SUSPENDED else "",
        "measure": "镇村本月内协调，项目责任人负责" if status is S.SUSPENDED else "",
        "reported_by": clerk,
    }


def acceptance_numbers(plans: list[Plan]) -> dict[int, str]:
    """The numbers of the county's acceptance papers, by project, in the order of their days."""
    accepted = sorted((p.days[S.ACCEPTED], p.id) for p in plans if S.ACCEPTED in p.days)
    return {plan_id: f"陇项验〔{YEAR}〕{n:03d}号" for n, (_, plan_id) in enumerate(accepted, 1)}


def _labor_pay(plans: list[Plan], diary: Diary, seed: int) -> list[tuple[int, date, Row]]:
    """(owner, day it is entered, row): pay of each month of work; one project stays below its share on purpose."""
    chance = Random(f"{seed}/labor")
    rows: list[tuple[int, date, Row]] = []
    short = True
    for plan in (p for p in plans if p.is_relief and S.UNDER_WAY in p.days):
        begun, until = plan.days[S.UNDER_WAY], plan.day(S.COMPLETED) or LAST_DAY
        percent = chance.randint(31, 38)
        if short and S.COMPLETED in plan.days:
            short, percent = False, 24
        days = [d for d in REPORT_DAYS if begun < d <= until + timedelta(days=31)] or [LAST_DAY]
        whole = plan.fen * percent * plan.progress_bp // 1_000_000
        for day in days:
            fen = whole // len(days) // 100 * 100
            labor_days = max(1, fen // 13_500)
            row = {
                "id": diary.next_id(WorkReliefPay),
                "project_id": plan.id,
                "month": f"{day:%Y-%m}",
                "workers": max(1, labor_days // chance.randint(14, 21)),
                "labor_days": labor_days,
                "amount": Money(fen),
                "paid_on": day - timedelta(days=3),
            }
            rows.append((plan.owner_id, day, row))
    return rows
