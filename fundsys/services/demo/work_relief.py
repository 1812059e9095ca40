"""The demo's work relief: plans of the projects that pay labor, one with rosters in every state, and two near misses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import func, insert, select, update

from fundsys import store
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import Household, PayBase, ReliefState
from fundsys.models.office import Person, Region
from fundsys.models.projects import Project, WorkReliefPay
from fundsys.models.work_relief import ReliefPlan, ReliefPost, ReliefRoster
from fundsys.services import work_relief
from fundsys.services.acts import act

from .diary import Row, let_numbers_go_on
from .world import invented_name

_DAYS = Decimal(20)
_CROWD = 3
"""The place of the plan that asks for more people than came."""


def write_work_relief(clerks: dict[int, tuple[int, str]], ids: dict[Role, int], present: datetime) -> None:
    """Plans approved for every project with labor pay, one month of rosters, and projects that come near and do not count."""
    lead = ids[Role.LEAD]
    shown = _plans({unit: person for unit, (person, _) in clerks.items() if person != lead}, lead, present)
    _near_misses(lead, present)
    if shown is not None:
        _rosters(*shown, lead, present)


def _plans(mine: dict[int, int], lead: int, present: datetime) -> tuple[int, int] | None:
    """Every plan with its post. Returns the project whose rosters are shown, and its clerk."""
    with store.snapshot() as session:
        people = select(WorkReliefPay.project_id, func.max(WorkReliefPay.workers)).group_by(WorkReliefPay.project_id)
        most = dict(session.execute(people).all())
        owners = dict(session.execute(select(Person.unit_id, Person.id).where(Person.login == "owner")).all())
        wanted = select(Project.id, Project.owner_unit_id, Project.planned_fiscal).where(Project.id.in_(most))
        projects = [row for row in session.execute(wanted.order_by(Project.id)) if row[1] in mine]
    plans: list[Row] = []
    posts: list[Row] = []
    for number, (project, unit, base) in enumerate(projects, 1):
        workers = most[project] * 2 if number == _CROWD else most[project]
        least = Money(base.fen * 30 // 100)
        plans.append(
            {
                "id": number, "project_id": project, "min_share_bp": 3000, "base_kind": PayBase.FISCAL,
                "base_amount": base, "document_no": "陇发改发〔2024〕12号", "planned_pay": least,
                "planned_workers": workers, "public_posts": number % 3,
                "organization": "由项目所在村组织，优先吸纳脱贫户、监测户。", "state": ReliefState.APPROVED,
                "entered_by": mine[unit], "submitted_at": present, "reviewed_by": lead, "reviewed_at": present,
            }
        )  # fmt: skip
        days = max(1, least.fen // 13_500)
        posts.append(
            {"plan_id": number, "work_type": "普工", "workers": workers, "labor_days": days, "day_rate": Money(13_500)}
        )
    if not plans:
        return None
    with act(by=lead, what="审定以工代赈方案", subject=f"{len(plans)}份以工代赈方案", at=present) as opened:
        opened.session.execute(insert(ReliefPlan), plans)
        opened.session.execute(insert(ReliefPost), posts)
    let_numbers_go_on([ReliefPlan.__tablename__])
    own = next((p for p in projects if p[1] in owners), projects[0])
    return own[0], mine[own[1]]


def _near_misses(lead: int, present: datetime) -> None:
    """Two projects of the library marked as work relief: one without money, one removed."""
    with store.snapshot() as session:
        there = select(Project.id).where(
            Project.year == present.year, Project.plan_document_no == "", Project.is_work_relief.is_(False)
        )
        chosen = []
        for state in (ProjectStatus.ADMITTED, ProjectStatus.REMOVED):
            found = session.scalars(there.where(Project.status == state).order_by(Project.id).limit(1)).first()
            chosen += [found] if found else []
    if chosen:
        with act(by=lead, what="标记以工代赈项目", subject=f"{len(chosen)}个项目", at=present) as opened:
            change = {"is_work_relief": True, "version": Project.version + 1}
            opened.session.execute(update(Project).where(Project.id.in_(chosen)).values(change))


def _rosters(project: int, clerk: int, lead: int, present: datetime) -> None:
    """People with agreements; the last month with pay approved, the next one waiting, a draft after it."""
    chance = Random("relief")
    with store.snapshot() as session:
        p = WorkReliefPay
        wanted = select(p.month, p.amount, p.paid_on).where(p.project_id == project).order_by(p.month.desc())
        last = session.execute(wanted).first()
        village = session.scalar(select(Project.village_id).where(Project.id == project))
        village = village or session.scalars(select(Region.id).where(Region.level == "village")).first()
    if last is None:
        return
    count = max(4, min(12, last.amount.fen // 270_000))
    rate = Money(last.amount.fen // (count * int(_DAYS)) // 100 * 100)
    with act(by=clerk, what="登记务工人员", at=present) as opened:
        people = [
            work_relief.enter_worker(project, _person(n, village, chance), act=opened).id for n in range(1, count + 1)
        ]
        work_relief.record_training(
            project, last.paid_on or present.date(), "混凝土浇筑和安全操作", count, "村委会", act=opened
        )
    day = last.paid_on or present.date()
    months = [(last.month, day), *(((day + timedelta(days=32 * n)).strftime("%Y-%m"), None) for n in (-2, -3))]
    for number, (month, paid_on) in enumerate(months):
        lines = tuple(_line(worker, n, rate, paid_on) for n, worker in enumerate(people))
        with act(by=clerk, what="登记务工花名册", at=present) as opened:
            entry = work_relief.RosterEntry(month, lines, "村委会档案柜")
            made = work_relief.save_roster(project, entry, act=opened)
            if number < 2:
                work_relief.submit_roster(made.id, act=opened)
            seen = {made.id: made.version}
        if number == 0:
            with act(by=lead, what="审定务工花名册", at=present) as opened:
                opened.session.get_one(ReliefRoster, made.id)
                work_relief.approve_rosters(seen, act=opened)


def _line(worker: int, number: int, rate: Money, paid_on: date | None) -> work_relief.LineEntry:
    apart = number == 1
    return work_relief.LineEntry(
        worker,
        _DAYS,
        rate,
        attended=_DAYS - 1 if apart else _DAYS,
        paid=None if paid_on else ZERO,
        paid_on=paid_on,
        voucher_no=f"HD2024{number:04d}" if paid_on else "",
        note="考勤漏记一日，班组长证明" if apart else "",
    )


def _person(number: int, village: int | None, chance: Random) -> work_relief.WorkerEntry:
    body = f"610327{1965 + number}0{1 + number % 9}{10 + number}{101 + number * 7}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    sign = "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]
    return work_relief.WorkerEntry(
        name=invented_name(chance),
        household=list(Household)[number % 4],
        identity=body + sign,
        bank="" if number == 3 else f"62170000{number:08d}",
        phone=f"1390917{number:04d}",
        village_id=village,
        work_type="普工",
        agreement_no=f"LW-2024-{number:03d}",
        agreed_on=date(2024, 3, 1),
    )
