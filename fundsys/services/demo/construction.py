"""The demo's papers of construction: tenders, extensions (approved, waiting, returned), acceptances (one failed first), settlements."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from fundsys.domain.construction import AcceptanceLevel, Review
from fundsys.domain.library import PlanState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.construction import Acceptance, Extension, Settlement, Tender

from .diary import LAST_DAY, Diary, Row, moment
from .progress import acceptance_numbers
from .projects import CONTRACTORS, Plan

_TOWN, _COUNTY = AcceptanceLevel.TOWN, AcceptanceLevel.COUNTY
_LATE = date(2024, 10, 31)
_MEMBERS = "张建国、李晓军、王芳（演示）"
_CENTER = "陇县财政投资评审中心"


def delay(plans: list[Plan]) -> None:
    """Make the cooperation projects meet their days, but one, which gets an approved extension; before the library is written."""
    ours = [p for p in plans if p.is_cooperation]
    for plan in ours:
        done = plan.day(S.COMPLETED)
        if done:
            plan.facts["plan_end_on"] = max(plan.facts["plan_end_on"], done)
        elif plan.facts["plan_end_on"] <= _LATE:
            plan.facts["plan_end_on"] = date(2024, 12, 15)
    for plan in [p for p in ours if p.status is S.UNDER_WAY][:1]:
        plan.facts["plan_end_on"] = _LATE


def write_construction(
    plans: list[Plan], diary: Diary, clerks: dict[int, tuple[int, str]], lead: int, review: int, present: datetime
) -> None:
    """Everything up to the day shown."""
    person = {plan.id: clerks[plan.owner_id][0] for plan in plans}
    _tenders(plans, diary, person)
    _extensions(plans, diary, person, lead)
    _acceptances(plans, diary, person, lead, present)
    _settlements(plans, diary, person, review, present)


def _tenders(plans: list[Plan], diary: Diary, person: dict[int, int]) -> None:
    rows: dict[tuple[date, int], list[Row]] = defaultdict(list)
    for number, plan in enumerate(p for p in plans if p.is_built and p.contract_fen and p.day(S.UNDER_WAY)):
        signed = plan.days[S.TENDERING]
        small = plan.contract_fen < 60_000_000
        rows[signed.replace(day=28), person[plan.id]].append(
            {
                "id": diary.next_id(Tender),
                "project_id": plan.id,
                "method": "09" if plan.is_relief and small else ("04", "05", "08")[number % 3] if small else "01",
                "announced_on": signed - timedelta(days=25),
                "decided_on": signed - timedelta(days=2),
                "winner": CONTRACTORS[plan.id % len(CONTRACTORS)],
                "control_price": Money(plan.contract_fen + plan.contract_fen // 50),
                "amount": Money(plan.contract_fen),
                "document_no": f"陇采中〔2024〕{number + 1:03d}号",
                "entered_by": person[plan.id],
            }
        )
    for (month, clerk), told in sorted(rows.items()):
        on = min(month, LAST_DAY)
        diary.on(moment(on, 15, 40), clerk, "登记招标采购", f"{len(told)}个项目").add(Tender, told)


def _extensions(plans: list[Plan], diary: Diary, person: dict[int, int], lead: int) -> None:
    late = [p for p in plans if p.status is S.UNDER_WAY and p.facts["plan_end_on"] == _LATE and person[p.id] != lead]
    late.sort(key=lambda p: (not p.is_cooperation, p.id))
    states = (PlanState.APPROVED, PlanState.SUBMITTED, PlanState.RETURNED)
    for number, (plan, state) in enumerate(zip(late, states, strict=False)):
        asked, decided = date(2024, 10, 21 + number), date(2024, 10, 28 + number)
        row: Row = {
            "id": diary.next_id(Extension),
            "project_id": plan.id,
            "old_start_on": plan.facts["plan_start_on"],
            "old_end_on": _LATE,
            "new_end_on": date(2024, 12, 20 + number),
            "reason": (
                "八月连续强降雨，基坑积水停工二十六天",
                "设备厂家排产推迟，交货晚一个月",
                "群众夏收夏播用工不足",
            )[number],
            "request_no": f"陇项延〔2024〕{number + 3}号",
            "state": PlanState.SUBMITTED,
            "proposed_by": person[plan.id],
            "proposed_on": asked,
        }
        diary.on(moment(asked, 10, 5), person[plan.id], "申请工期延期", plan.name).add(Extension, [row])
        if state is PlanState.SUBMITTED:
            continue
        told: Row = {"id": row["id"], "state": state, "decided_by": lead, "decided_on": decided, "version": 2}
        if state is PlanState.APPROVED:
            told["document_no"] = "陇乡振组发〔2024〕26号"
        else:
            told["return_reason"] = "没有附监理单位停工记录，补齐后再报"
        diary.on(moment(decided, 10, 5), lead, "审定工期延期", plan.name).change(Extension, [told])


def _acceptances(plans: list[Plan], diary: Diary, person: dict[int, int], lead: int, present: datetime) -> None:
    numbers = acceptance_numbers(plans)
    done = sorted((p for p in plans if S.ACCEPTED in p.days), key=lambda p: (p.days[S.ACCEPTED], p.id))
    first_fails = next(p for p in done if person[p.id] != lead and (p.days[S.ACCEPTED] - p.days[S.COMPLETED]).days > 12)
    rows: dict[date, list[Row]] = defaultdict(list)
    for plan in done:
        day, completed = plan.days[S.ACCEPTED], plan.days[S.COMPLETED]
        clerk = person[plan.id]
        rounds = [(_TOWN, max(completed, day - timedelta(days=6)), True), (_COUNTY, day, True)]
        if plan is first_fails:
            again = [(_TOWN, day - timedelta(days=11), True), (_COUNTY, day - timedelta(days=9), False)]
            rounds = again + rounds
        for level, held, passed in rounds:
            row = _acceptance(diary, plan.id, level, held, passed, clerk)
            row["state"] = PlanState.APPROVED
            if level is _COUNTY:
                row |= {"document_no": numbers[plan.id], "decided_on": day}
                row["decided_by"] = None if clerk == lead else lead
            rows[day].append(row)
    for day, told in sorted(rows.items()):
        diary.on(moment(day, 17, 10), None, "登记验收", f"{len(told)}次").add(Acceptance, told)
    open_ones = [p for p in plans if p.status is S.COMPLETED and person[p.id] != lead]
    told = []
    for plan, result in zip(open_ones, ("failed", "waiting", "town"), strict=False):
        held = max(plan.days[S.COMPLETED], LAST_DAY - timedelta(days=3))
        told.append(_acceptance(diary, plan.id, _TOWN, held, result != "failed", person[plan.id]))
        told[-1]["state"] = PlanState.APPROVED
        if result == "waiting":
            told.append(_acceptance(diary, plan.id, _COUNTY, LAST_DAY, True, person[plan.id]))
    diary.on(present - timedelta(minutes=50), None, "登记验收", f"{len(told)}次").add(Acceptance, told)


def _acceptance(diary: Diary, project_id: int, level: AcceptanceLevel, held: date, passed: bool, clerk: int) -> Row:
    return {
        "id": diary.next_id(Acceptance),
        "project_id": project_id,
        "level": level,
        "held_on": held,
        "passed": passed,
        "members": _MEMBERS,
        "opinion": "按批复内容完成，工程量属实，质量合格，同意通过"
        if passed
        else "主体完成，附属设施没有做完，暂不通过",
        "remedy": "" if passed else "边沟盖板缺 12 块、消毒池没有回填，限期补齐后复验",
        "remedy_due_on": None if passed else held + timedelta(days=15),
        "document_no": "",
        "state": PlanState.SUBMITTED,
        "proposed_by": clerk,
        "proposed_on": held,
        "decided_by": None,
        "decided_on": None,
    }


def _settlements(plans: list[Plan], diary: Diary, person: dict[int, int], review: int, present: datetime) -> None:
    rows: dict[date, list[Row]] = defaultdict(list)
    for plan in plans:
        if S.SETTLED in plan.days and plan.settled_fen:
            day = plan.days[S.SETTLED]
            told = {"state": PlanState.APPROVED, "decided_by": review, "decided_on": day, "return_reason": ""}
            rows[day].append(_settlement(diary, plan, plan.settled_fen, day, person[plan.id]) | told)
    for day, found in sorted(rows.items()):
        diary.on(moment(day, 17, 20), None, "登记结算", f"{len(found)}个项目").add(Settlement, found)
    accepted = [p for p in plans if p.status is S.ACCEPTED and p.contract_fen and p.is_built]
    waiting = []
    for plan, state in zip(accepted, (PlanState.SUBMITTED, PlanState.RETURNED), strict=False):
        row = _settlement(diary, plan, plan.contract_fen, LAST_DAY, person[plan.id])
        row |= {"state": state, "decided_by": None, "decided_on": None, "return_reason": ""}
        if state is PlanState.RETURNED:
            back = {"decided_by": review, "decided_on": LAST_DAY, "return_reason": "审核报告没有盖章，请补齐后再报"}
            row |= back
        waiting.append(row)
    diary.on(present - timedelta(minutes=45), None, "登记结算", f"{len(waiting)}个项目").add(Settlement, waiting)


def _settlement(diary: Diary, plan: Plan, fen: int, day: date, clerk: int) -> Row:
    return {
        "id": diary.next_id(Settlement),
        "project_id": plan.id,
        "review": Review.AUDIT if plan.id % 3 == 0 else Review.BUDGET,
        "asked_amount": Money(fen + fen * (plan.id % 4) // 100),
        "amount": Money(fen),
        "reviewer": "陇县审计局" if plan.id % 3 == 0 else _CENTER,
        "report_no": f"陇财评〔2024〕{plan.id:03d}号",
        "reported_on": day,
        "remark": "核减重复计量的土方" if plan.id % 4 else "",
        "proposed_by": clerk,
        "proposed_on": day,
    }
