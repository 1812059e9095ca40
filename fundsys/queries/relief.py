"""Work relief as pages and papers read it: plans, workers with masked numbers, rosters, training, sums by project."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import POOR, Household, PayBase, ReliefState, month_end
from fundsys.models.journal import Vault
from fundsys.models.office import Person, Region
from fundsys.models.projects import Project, WorkReliefPay
from fundsys.models.work_relief import ReliefLine, ReliefPlan, ReliefPost, ReliefRoster, ReliefTraining, ReliefWorker
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_projects

S = ReliefState


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its posts."""

    id: int
    version: int
    project_id: int
    project_code: str
    project_name: str
    min_share: Fraction
    base_kind: PayBase
    base_amount: Money
    document_no: str
    planned_pay: Money
    planned_workers: int
    public_posts: int
    organization: str
    state: ReliefState
    entered_by: str
    reviewed_by: str
    return_reason: str
    submitted_at: datetime | None
    posts: tuple[tuple[str, int, int, Money], ...]

    @property
    def least_pay(self) -> Money:
        """The least labor pay: share × base, a part of a 分 counted up."""
        exact = self.min_share * self.base_amount.fen
        return Money(-(-exact.numerator // exact.denominator))


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker with masked numbers."""

    id: int
    version: int
    project_id: int
    name: str
    identity_id: int
    identity: str
    bank: str
    phone: str
    card_doubt: bool
    cash_approval: str
    village_id: int | None
    village: str
    household: Household
    work_type: str
    agreement_no: str
    agreed_on: date | None
    bank_id: int | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a roster with its worker."""

    worker: WorkerRow
    attended: Decimal | None
    days: Decimal
    day_rate: Money
    due: Money
    deducted: Money
    paid: Money
    paid_on: date | None
    voucher_no: str
    note: str

    @property
    def arrears(self) -> Money:
        """Due after deductions and not paid."""
        return self.due - self.deducted - self.paid

    @property
    def agrees(self) -> bool:
        """Whether attendance book and pay agree (两账)."""
        return self.attended == self.days


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A month's roster with its lines."""

    id: int
    version: int
    project_id: int
    project_code: str
    project_name: str
    month: str
    state: ReliefState
    replaces_id: int | None
    correction_reason: str
    attendance_place: str
    remark: str
    entered_by: str
    entered_by_id: int | None
    submitted_at: datetime | None
    town_checked_by: str
    reviewed_by: str
    return_reason: str
    lines: tuple[LineRow, ...]

    @property
    def days(self) -> Decimal:
        return sum((x.days for x in self.lines), Decimal(0))

    @property
    def due(self) -> Money:
        return total(x.due for x in self.lines)

    @property
    def paid(self) -> Money:
        return total(x.paid for x in self.lines)

    @property
    def arrears(self) -> Money:
        return total(x.arrears for x in self.lines)

    @property
    def apart(self) -> int:
        """Lines whose two books do not agree."""
        return sum(1 for x in self.lines if not x.agrees)

    @property
    def late(self) -> int:
        """Lines paid more than thirty days after the month, or not paid at all."""
        return sum(1 for x in self.lines if x.paid_on is None or (x.paid_on - month_end(self.month)).days > 30)


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training."""

    id: int
    version: int
    held_on: date
    topic: str
    attendances: int
    place: str
    remark: str
    withdrawal_reason: str


@dataclass(frozen=True, slots=True)
class ReliefSum:
    """What a project's approved rosters and monthly pay add up to. workers, poor: different people."""

    workers: int = 0
    poor: int = 0
    days: Decimal = Decimal(0)
    due: Money = ZERO
    paid: Money = ZERO
    arrears: Money = ZERO
    agreements: int = 0
    trained: int = 0


def plans(
    session: Session, who: Viewer | None, *, project_id: int | None = None, states: tuple[ReliefState, ...] = ()
) -> list[PlanRow]:
    """Plans this person may see, the newest of a project first."""
    entered, reviewed = aliased(Person), aliased(Person)
    wanted = (
        select(ReliefPlan, Project.code, Project.name, entered.name, reviewed.name)
        .join(Project, ReliefPlan.project_id == Project.id)
        .outerjoin(entered, ReliefPlan.entered_by == entered.id)
        .outerjoin(reviewed, ReliefPlan.reviewed_by == reviewed.id)
        .order_by(ReliefPlan.project_id, ReliefPlan.id.desc())
    )
    if project_id is not None:
        wanted = wanted.where(ReliefPlan.project_id == project_id)
    if states:
        wanted = wanted.where(ReliefPlan.state.in_(states))
    if who is not None:
        wanted = wanted.where(seen_projects(who, Permission.READ_PROJECTS))
    found = session.execute(wanted).all()
    posts: dict[int, list[tuple[str, int, int, Money]]] = defaultdict(list)
    if found:
        p = ReliefPost
        told = select(p.plan_id, p.work_type, p.workers, p.labor_days, p.day_rate).order_by(p.id)
        for plan_id, kind, people, days, rate in session.execute(
            told.where(p.plan_id.in_([row[0].id for row in found]))
        ):
            posts[plan_id].append((kind, people, days, rate))
    return [_plan(row, tuple(posts[row[0].id])) for row in found]


def _plan(row: Any, posts: tuple[tuple[str, int, int, Money], ...]) -> PlanRow:
    p, code, name, entered, reviewed = row
    return PlanRow(
        p.id, p.version, p.project_id, code, name, Fraction(p.min_share_bp, 10_000), p.base_kind, p.base_amount,
        p.document_no, p.planned_pay, p.planned_workers, p.public_posts, p.organization, p.state, entered or "系统",
        reviewed or "", p.return_reason, p.submitted_at, posts,
    )  # fmt: skip


def workers(session: Session, who: Viewer | None, *, project_id: int | None = None) -> list[WorkerRow]:
    """Workers with masked numbers, in order of entry."""
    i, b, t = aliased(Vault), aliased(Vault), aliased(Vault)
    w = ReliefWorker
    wanted = (
        select(
            w.id, w.version, w.project_id, w.name, w.identity, i.masked, b.masked, t.masked, w.card_doubt,
            w.cash_approval, w.village_id, Region.name, w.household, w.work_type, w.agreement_no, w.agreed_on, w.bank,
        )
        .join(Project, w.project_id == Project.id)
        .outerjoin(i, w.identity == i.id)
        .outerjoin(b, w.bank == b.id)
        .outerjoin(t, w.phone == t.id)
        .outerjoin(Region, w.village_id == Region.id)
        .order_by(w.id)
    )  # fmt: skip
    if project_id is not None:
        wanted = wanted.where(w.project_id == project_id)
    if who is not None:
        wanted = wanted.where(seen_projects(who, Permission.READ_PROJECTS))
    found = []
    for row in session.execute(wanted):
        told = list(row)
        told[5:8] = [text or "" for text in told[5:8]]
        told[11] = told[11] or ""
        found.append(WorkerRow(*told))
    return found


def rosters(
    session: Session,
    who: Viewer | None,
    *,
    project_id: int | None = None,
    roster_id: int | None = None,
    states: tuple[ReliefState, ...] = (),
    year: int | None = None,
    until: date | None = None,
) -> list[RosterRow]:
    """Rosters with their lines, by project and month. until: months begun by that day."""
    entered, checked, reviewed = aliased(Person), aliased(Person), aliased(Person)
    r = ReliefRoster
    wanted = (
        select(r, Project.code, Project.name, entered.name, checked.name, reviewed.name)
        .join(Project, r.project_id == Project.id)
        .outerjoin(entered, r.entered_by == entered.id)
        .outerjoin(checked, r.town_checked_by == checked.id)
        .outerjoin(reviewed, r.reviewed_by == reviewed.id)
        .order_by(Project.code, r.month, r.id)
    )
    if project_id is not None:
        wanted = wanted.where(r.project_id == project_id)
    if roster_id is not None:
        wanted = wanted.where(r.id == roster_id)
    if states:
        wanted = wanted.where(r.state.in_(states))
    if year is not None:
        wanted = wanted.where(r.month.like(f"{year}-%"))
    if until is not None:
        wanted = wanted.where(r.month <= f"{until:%Y-%m}")
    if who is not None:
        wanted = wanted.where(seen_projects(who, Permission.READ_PROJECTS))
    found = session.execute(wanted).all()
    lines = _lines(session, [row[0].id for row in found], project_id if project_id else None)
    return [_roster(row, tuple(lines[row[0].id])) for row in found]


def _lines(session: Session, ids: list[int], project_id: int | None) -> dict[int, list[LineRow]]:
    found: dict[int, list[LineRow]] = defaultdict(list)
    if not ids:
        return found
    known = {w.id: w for w in workers(session, None, project_id=project_id)}
    x = ReliefLine
    told = select(
        x.roster_id, x.worker_id, x.attended, x.days, x.day_rate, x.due, x.deducted, x.paid, x.paid_on, x.voucher_no,
        x.note,
    ).where(x.roster_id.in_(ids)).order_by(x.id)  # fmt: skip
    for roster_id, worker_id, *rest in session.execute(told):
        found[roster_id].append(LineRow(known[worker_id], *rest))
    return found


def _roster(row: Any, lines: tuple[LineRow, ...]) -> RosterRow:
    r, code, name, entered, checked, reviewed = row
    return RosterRow(
        r.id, r.version, r.project_id, code, name, r.month, r.state, r.replaces_id, r.correction_reason,
        r.attendance_place, r.remark, entered or "系统", r.entered_by, r.submitted_at, checked or "", reviewed or "",
        r.return_reason, lines,
    )  # fmt: skip


def trainings(session: Session, project_id: int) -> list[TrainingRow]:
    """Trainings of a project, withdrawn ones too."""
    t = ReliefTraining
    told = select(t.id, t.version, t.held_on, t.topic, t.attendances, t.place, t.remark, t.withdrawal_reason)
    return [TrainingRow(*row) for row in session.execute(told.where(t.project_id == project_id).order_by(t.held_on))]


def paid_by_month(session: Session, until: date | None = None) -> dict[int, dict[str, Money]]:
    """Labor pay paid out, by project and month: what the monthly table has. until: paid by that day."""
    found: dict[int, dict[str, Money]] = defaultdict(dict)
    for project_id, month, amount in plain_rows(session, _paid(until)):
        found[project_id][month] = found[project_id].get(month, ZERO) + amount
    return found


@built_once
def _paid(until: date | None) -> Select[int, str, Money]:
    p = WorkReliefPay
    by_then = p.paid_on <= until if until else true()
    return select(p.project_id, p.month, p.amount).where(p.paid_on.is_not(None), by_then)


def sums(session: Session, until: date | None = None) -> dict[int, ReliefSum]:
    """What every project's work relief adds up to. Pay from the monthly table; people and days from approved rosters,
    and from the monthly table for months that have none."""
    lines: dict[int, list[LineRow]] = defaultdict(list)
    covered: dict[int, set[str]] = defaultdict(set)
    for roster in rosters(session, None, states=(S.APPROVED,), until=until):
        lines[roster.project_id] += roster.lines
        covered[roster.project_id].add(roster.month)
    loose: dict[int, list[tuple[int, int]]] = defaultdict(list)
    p = WorkReliefPay
    for project_id, month, people, days in session.execute(select(p.project_id, p.month, p.workers, p.labor_days)):
        if month not in covered[project_id] and (until is None or month <= f"{until:%Y-%m}"):
            loose[project_id].append((people, days))
    agreed: dict[int, int] = defaultdict(int)
    for project_id, number in session.execute(select(ReliefWorker.project_id, ReliefWorker.agreement_no)):
        agreed[project_id] += bool(number)
    trained: dict[int, int] = defaultdict(int)
    t = ReliefTraining
    for project_id, count in session.execute(select(t.project_id, t.attendances).where(t.withdrawal_reason == "")):
        trained[project_id] += count
    paid = paid_by_month(session, until)
    keys = {*lines, *loose, *agreed, *trained, *paid}
    return {key: _sum(lines[key], loose[key], paid.get(key, {}), agreed[key], trained[key]) for key in keys}


def _sum(
    lines: list[LineRow], loose: list[tuple[int, int]], paid: dict[str, Money], agreements: int, trained: int
) -> ReliefSum:
    people = {line.worker.identity_id: line.worker.household for line in lines}
    return ReliefSum(
        workers=max([len(people), *(count for count, _ in loose)]),
        poor=sum(1 for household in people.values() if household in POOR),
        days=sum((line.days for line in lines), Decimal(0)) + sum(days for _, days in loose),
        due=total(line.due for line in lines),
        paid=total(paid.values()),
        arrears=total(line.arrears for line in lines),
        agreements=agreements,
        trained=trained,
    )


def days_elsewhere(session: Session, month: str, project_id: int) -> dict[int, tuple[Decimal, str]]:
    """Days of each person (vault id of the identity) in a month's rosters of other projects, and where."""
    wanted = (
        select(ReliefWorker.identity, ReliefLine.days, Project.name)
        .join(ReliefLine, ReliefLine.worker_id == ReliefWorker.id)
        .join(ReliefRoster, ReliefLine.roster_id == ReliefRoster.id)
        .join(Project, ReliefRoster.project_id == Project.id)
        .where(
            ReliefRoster.month == month,
            ReliefRoster.project_id != project_id,
            ReliefRoster.state.in_((S.DRAFT, S.RETURNED, S.SUBMITTED, S.APPROVED)),
            ReliefRoster.replaces_id.is_(None),
        )
    )
    found: dict[int, tuple[Decimal, str]] = {}
    for identity, days, name in session.execute(wanted):
        before = found.get(identity, (Decimal(0), ""))
        found[identity] = (before[0] + days, before[1] or name)
    return found


def project_of_training(session: Session, training_id: int) -> int:
    """The project of a training; 0 when there is none such."""
    return session.scalar(select(ReliefTraining.project_id).where(ReliefTraining.id == training_id)) or 0
