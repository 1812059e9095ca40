"""A month's attendance and pay of a project: entered, handed over, looked at by the town, approved, corrected by a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotAllowed, StepRefused
from fundsys.domain.money import ZERO, Money, exact_yuan, total
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import OPEN_STATES, earned, month_begin, month_end, whole_days
from fundsys.models.projects import WorkReliefPay
from fundsys.models.work_relief import ReliefLine, ReliefPlan, ReliefRoster, ReliefWorker
from fundsys.queries.relief import days_elsewhere
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all, second_person

from .common import S, approve, hand_over, own_paper, refuse_closed, relief_project, send_back, to, waiting

WORD = "务工花名册"


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One worker's month as typed. attended: the attendance book's days; due, paid: None when it follows from the rest."""

    worker_id: int
    days: Decimal
    day_rate: Money
    attended: Decimal | None = None
    due: Money | None = None
    deducted: Money = ZERO
    paid: Money | None = None
    paid_on: date | None = None
    voucher_no: str = ""
    note: str = ""

    @property
    def owed(self) -> Money:
        """What is due after deductions."""
        return earned(self.days, self.day_rate) - self.deducted

    @property
    def paid_out(self) -> Money:
        """What was paid: all that is owed where a day of payment is given and no other figure."""
        return self.paid if self.paid is not None else self.owed if self.paid_on else ZERO


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A month's roster as typed. attendance_place: where the attendance book lies."""

    month: str
    lines: tuple[LineEntry, ...]
    attendance_place: str = ""
    remark: str = ""


def save_roster(project_id: int, entry: RosterEntry, *, version: int | None = None, act: Act) -> ReliefRoster:
    """Enter a project's month, or change its draft. An approved month is corrected with `correct_roster`.

    Raises: NotAllowed, NotFound, StepRefused, Stale; Refusals naming every worker whose line cannot be.
    """
    project = relief_project(act, project_id)
    act.subject = f"{project.name} {entry.month}"
    workers = _workers(act, project_id)
    refuse_all(roster_faults(entry, workers, act.day))
    known = list(
        act.session.scalars(
            select(ReliefRoster).where(ReliefRoster.project_id == project_id, ReliefRoster.month == entry.month)
        )
    )
    roster = next((r for r in known if r.state in OPEN_STATES), None)
    if roster is None:
        standing = next((r for r in known if r.state in (S.SUBMITTED, S.APPROVED)), None)
        if standing is not None:
            refuse_closed(standing, f"{entry.month} {WORD}")
        roster = ReliefRoster(project_id=project_id, month=entry.month, state=S.DRAFT, entered_by=act.person_id)
        act.session.add(roster)
    else:
        act.check_version(roster, version)
        roster.version += 1
    _refuse_overlap(act, entry, workers, project_id)
    roster.attendance_place, roster.remark = entry.attendance_place.strip()[:80], entry.remark.strip()[:200]
    roster.lines.clear()
    act.session.flush()
    roster.lines.extend(_line(one) for one in entry.lines)
    act.session.flush()
    return roster


def correct_roster(roster_id: int, reason: str, *, act: Act) -> ReliefRoster:
    """Begin the correction of an approved month: a draft with the same lines, which takes its place once approved.

    Raises: DomainError without a reason; StepRefused for what is not approved, or where a correction is under way.
    """
    old: ReliefRoster = own_paper(act, ReliefRoster, roster_id, None, WORD)
    if old.state is not S.APPROVED:
        raise StepRefused(f"这份花名册现在是“{old.state.label}”，只有已审定的才办理更正")
    if not reason.strip():
        raise DomainError("请填写更正原因", field="reason")
    begun = select(ReliefRoster.id).where(ReliefRoster.replaces_id == old.id)
    if act.session.scalars(begun).first() is not None:
        raise StepRefused("这份花名册已有一份更正在办理，请先办完那一份")
    names = ("worker_id", "attended", "days", "day_rate", "due", "deducted", "paid", "paid_on", "voucher_no", "note")
    made = ReliefRoster(
        project_id=old.project_id,
        month=old.month,
        replaces_id=old.id,
        correction_reason=reason.strip()[:200],
        attendance_place=old.attendance_place,
        remark=old.remark,
        state=S.DRAFT,
        entered_by=act.person_id,
        lines=[ReliefLine(**{name: getattr(line, name) for name in names}) for line in old.lines],
    )
    act.session.add(made)
    act.session.flush()
    return made


def submit_roster(roster_id: int, *, version: int | None = None, act: Act) -> ReliefRoster:
    """Hand a month to the lead bureau. Raises StepRefused, Stale; Refusals with what is missing."""
    roster: ReliefRoster = own_paper(act, ReliefRoster, roster_id, version, WORD)
    refuse_all(_lacking(act, roster))
    roster.town_checked_by = roster.town_checked_at = None
    hand_over(roster, act, WORD)
    return roster


def recall_roster(roster_id: int, *, version: int | None = None, act: Act) -> ReliefRoster:
    """Take back a month nobody has approved yet. Raises StepRefused, Stale."""
    roster: ReliefRoster = own_paper(act, ReliefRoster, roster_id, version, WORD)
    if roster.state is not S.SUBMITTED:
        raise StepRefused(f"这份花名册现在是“{roster.state.label}”，不能撤回，请刷新后再看")
    to(roster, S.DRAFT, act)
    return roster


def check_roster(roster_id: int, *, version: int | None = None, act: Act) -> ReliefRoster:
    """The town's look at a month handed over, the second of three (三查), by a person who did not enter it.

    Raises: NotAllowed for anybody but the town, or for an own entry; StepRefused; Stale.
    """
    if act.person is not None and act.person.role is not Role.TOWN:
        raise NotAllowed("镇级核查由项目所在镇办理")
    roster: ReliefRoster = own_paper(act, ReliefRoster, roster_id, version, WORD)
    if roster.state is not S.SUBMITTED or roster.town_checked_by is not None:
        raise StepRefused("这份花名册不在等待镇级核查，请刷新后再看")
    second_person(act, roster.entered_by)
    roster.town_checked_by, roster.town_checked_at = act.person_id, act.at
    to(roster, S.SUBMITTED, act)
    return roster


def approve_rosters(seen: Mapping[int, int], *, act: Act) -> list[ReliefRoster]:
    """Approve months as they were seen, all or none, by another person; each month's labor pay is written from its lines."""
    found: list[ReliefRoster] = waiting(act, ReliefRoster, seen, WORD)
    approve(found, act)
    for roster in found:
        write_month(roster, act)
    return found


def return_rosters(seen: Mapping[int, int], reason: str, *, act: Act) -> list[ReliefRoster]:
    """Send months back to their units with a reason."""
    found: list[ReliefRoster] = waiting(act, ReliefRoster, seen, WORD)
    send_back(found, reason, act)
    return found


def write_month(roster: ReliefRoster, act: Act) -> None:
    """Keep the project's monthly labor pay as the approved roster has it. paid_on: the last payment, once any was made."""
    month = act.session.scalars(
        select(WorkReliefPay).where(WorkReliefPay.project_id == roster.project_id, WorkReliefPay.month == roster.month)
    ).first()
    told = {
        "workers": len(roster.lines),
        "labor_days": whole_days(sum((line.days for line in roster.lines), Decimal(0))),
        "amount": total(line.paid for line in roster.lines),
        "paid_on": max((line.paid_on for line in roster.lines if line.paid_on), default=None),
    }
    if month is None:
        act.session.add(WorkReliefPay(project_id=roster.project_id, month=roster.month, **told))
    else:
        for name, value in told.items():
            setattr(month, name, value)
        month.version += 1
    act.session.flush()


# ---------- what may be ----------


def roster_faults(entry: RosterEntry, workers: Mapping[int, ReliefWorker], today: date) -> Iterator[DomainError]:
    """Everything that is wrong with a roster as typed, each with its worker's name."""
    try:
        begin, end = month_begin(entry.month), month_end(entry.month)
    except ValueError:
        yield DomainError("月份请写成 2024-05", field="month")
        return
    if begin > today:
        yield DomainError("月份不能晚于本月", field="month")
    if not entry.lines:
        yield DomainError("请至少填写一名务工人员的工日", field="lines")
    seen: set[int] = set()
    for line in entry.lines:
        worker = workers.get(line.worker_id)
        if worker is None:
            yield DomainError("有的务工人员没有在本项目登记，请先登记", field="lines")
            continue
        if worker.identity in seen:
            yield DomainError(f"{worker.name}：同一人同一个月只能填一行", field="lines")
        seen.add(worker.identity)
        for fault in line_faults(line, begin, end, today):
            yield DomainError(f"{worker.name}：{fault}", field="lines")


def line_faults(line: LineEntry, begin: date, end: date, today: date) -> Iterator[str]:
    """What is wrong with one line of a month. Source: audit_findings.yaml F064; LG10: 应发=工日×日工资."""
    for days, word in ((line.days, "计酬工日"), (line.attended, "考勤工日")):
        if days is not None and (days > end.day or days < 0 or (days * 10) % 1):
            yield f"{word}应在 0 至 {end.day} 之间，最多一位小数"
    if line.days <= 0:
        yield "计酬工日应大于零，没有出勤的不列"
    if line.day_rate <= ZERO:
        yield "日工资应大于零"
    due = earned(line.days, line.day_rate)
    if line.due is not None and line.due != due:
        yield f"应发 {exact_yuan(line.due)} 元与工日×日工资 {exact_yuan(due)} 元不符"
    if line.deducted < ZERO or line.deducted > due:
        yield "扣款不能小于零，也不能大于应发"
    elif line.deducted and not line.note.strip():
        yield "有扣款的，请在备注写明原因"
    if line.paid_out < ZERO or line.paid_out > line.owed:
        yield f"实发 {exact_yuan(line.paid_out)} 元不能大于应发减扣款 {exact_yuan(line.owed)} 元"
    if line.paid_out > ZERO and line.paid_on is None:
        yield "已发放的，请填写发放日期"
    if line.paid_on is not None and not begin <= line.paid_on <= today:
        yield "发放日期不能早于当月，也不能晚于今天"


def _lacking(act: Act, roster: ReliefRoster) -> Iterator[DomainError]:
    plan = select(ReliefPlan.id).where(ReliefPlan.project_id == roster.project_id, ReliefPlan.state == S.APPROVED)
    if act.session.scalars(plan).first() is None:
        yield DomainError("这个项目的以工代赈方案还没有审定，请先提交方案")
    if not roster.attendance_place:
        yield DomainError("请填写考勤台账存放处", field="attendance_place")
    for line in roster.lines:
        if line.attended != line.days and not line.note.strip():
            yield DomainError(f"{line.worker.name}：考勤工日与计酬工日不一致，请核对，或在备注写明原因")
        if line.paid > ZERO and not line.voucher_no and not line.worker.cash_approval:
            yield DomainError(f"{line.worker.name}：已发放的，请填写银行回单编号")


def _workers(act: Act, project_id: int) -> dict[int, ReliefWorker]:
    found = act.session.scalars(select(ReliefWorker).where(ReliefWorker.project_id == project_id))
    return {worker.id: worker for worker in found}


def _refuse_overlap(act: Act, entry: RosterEntry, workers: Mapping[int, ReliefWorker], project_id: int) -> None:
    """Days of one person in all projects of a month cannot be more than the month has. Source: F065."""
    elsewhere = days_elsewhere(act.session, entry.month, project_id)
    most = month_end(entry.month).day
    refuse_all(
        overlaps(
            [(workers[x.worker_id].identity, workers[x.worker_id].name, x.days) for x in entry.lines], elsewhere, most
        )
    )


def overlaps(
    lines: Sequence[tuple[int, str, Decimal]], elsewhere: Mapping[int, tuple[Decimal, str]], most: int
) -> Iterator[DomainError]:
    """Refusals for people (identity, name, days) whose days here and elsewhere are more than the month has."""
    for identity, name, days in lines:
        others, where = elsewhere.get(identity, (Decimal(0), ""))
        if others and days + others > most:
            yield DomainError(
                f"{name}：本月在{where}已有 {others} 工日，加上本项目 {days} 工日超过当月 {most} 天，同一天不能在两个项目出勤",
                field="lines",
            )


def _line(entry: LineEntry) -> ReliefLine:
    return ReliefLine(
        worker_id=entry.worker_id,
        attended=entry.attended,
        days=entry.days,
        day_rate=entry.day_rate,
        due=earned(entry.days, entry.day_rate),
        deducted=entry.deducted,
        paid=entry.paid_out,
        paid_on=entry.paid_on if entry.paid_out else None,
        voucher_no=entry.voucher_no.strip()[:40],
        note=entry.note.strip()[:120],
    )
