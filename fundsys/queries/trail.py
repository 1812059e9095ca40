"""The trail of a project's or a notice's money: every event with its step, the sums, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.dates import show_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.funds import EntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.trail import Gap, Step, Way, gaps
from fundsys.models.assets import Asset
from fundsys.models.funds import (
    Allocation,
    AllotmentLine,
    AllotmentNotice,
    Disbursement,
    FundSource,
    LinePosting,
    Payment,
)
from fundsys.models.office import Unit
from fundsys.models.projects import Project, ProjectType
from fundsys.queries.facts import county_today
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.trail_income import Later, Open, expensed, income, open_income
from fundsys.queries.viewer import Viewer, seen_projects

READ = Permission.READ_MONEY
APPROVED = MoneyState.APPROVED


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to the money. project_id: None for what concerns the notice alone; link: (kind, id) of its
    own page, where it has one."""

    step: Step
    on: date | None
    number: str
    basis_no: str
    words: str
    amount: Money
    project_id: int | None
    group: str
    link: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ProjectWay:
    """A project on the trail: its sums at each step and what is missing."""

    id: int
    code: str
    name: str
    unit: str
    status: ProjectStatus
    way: Way
    gaps: tuple[Gap, ...]

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True)
class Trail:
    """All events in the order of steps and days, the projects, the sums at each step, and the gaps of the whole.

    notice: (id, number, title) of the notice followed; None when a project is.
    """

    notice: tuple[int, str, str] | None
    events: tuple[Event, ...]
    projects: tuple[ProjectWay, ...]
    sums: dict[Step, Money]
    gaps: tuple[Gap, ...]


def project_trail(session: Session, who: Viewer | None, project_id: int, until: date | None = None) -> Trail:
    """The trail of all of a project's money, of every year; a unit sees no whole lines. Raises NotFound for hidden and missing alike."""
    seen = true() if who is None else seen_projects(who, READ)
    found = session.scalar(select(Project.id).where(Project.id == project_id, seen))
    if found is None:
        raise NotFound("没有这个项目，或者不在您的管理范围内")
    lines = select(Allocation.line_id).where(Allocation.project_id == project_id, Allocation.state == APPROVED)
    sees_all = who is None or who.scope(READ) is Scope.ALL
    events = list(_allotted(session, AllotmentLine.id.in_(lines), until)) if sees_all else []
    events += _moved(session, [project_id], None, until)
    return _trail(session, None, events, [project_id], until)


def notice_trail(session: Session, who: Viewer | None, notice_id: int, until: date | None = None) -> Trail:
    """The trail of a notice's money. A unit sees its own projects on it, and nothing of the notice's own sums.

    Raises NotFound for hidden and missing alike.
    """
    notice = session.get(AllotmentNotice, notice_id)
    entries = select(Allocation.project_id).join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
    ids = list(
        session.scalars(
            select(Project.id)
            .where(
                Project.id.in_(entries.where(AllotmentLine.notice_id == notice_id, Allocation.state == APPROVED)),
                true() if who is None else seen_projects(who, READ),
            )
            .order_by(Project.code)
        )
    )
    sees_all = who is None or who.scope(READ) is Scope.ALL
    if notice is None or not (ids or sees_all):
        raise NotFound("没有这份指标文，或者不在您的管理范围内")
    events = list(_allotted(session, AllotmentLine.notice_id == notice_id, until)) if sees_all else []
    events += _moved(session, ids, notice_id, until)
    return _trail(session, (notice.id, notice.document_no, notice.title), events, ids, until)


def _allotted(session: Session, lines: ColumnElement[bool], until: date | None) -> Iterator[Event]:
    """The lines of approved notices, and what later notices, returns and carry-over took from them."""
    rows = session.execute(
        select(AllotmentLine, AllotmentNotice, FundSource.name)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(lines, AllotmentNotice.state == APPROVED, AllotmentLine.reduces_id.is_(None))
        .order_by(AllotmentNotice.received_on, AllotmentLine.id)
    ).all()
    named = {line.id: (notice, source) for line, notice, source in rows if _by(notice.received_on, until)}
    for line, notice, source in rows:
        if line.id in named:
            words = f"{source}，{show_day(notice.received_on)} 到县"
            yield Event(
                Step.ALLOTTED, notice.issued_on, "", notice.document_no, words, line.amount, None,
                f"指标 {notice.document_no}", ("notice", notice.id),
            )  # fmt: skip
    taken = session.execute(
        select(AllotmentLine.reduces_id, AllotmentNotice.received_on, AllotmentNotice.document_no, AllotmentLine.amount)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(AllotmentLine.reduces_id.in_(named), AllotmentNotice.state == APPROVED)
    )
    left = session.execute(
        select(
            LinePosting.line_id, LinePosting.decided_on, LinePosting.document_no, LinePosting.amount, LinePosting.kind
        )
        .where(LinePosting.line_id.in_(named), LinePosting.state == APPROVED)
        .order_by(LinePosting.decided_on, LinePosting.id)
    )
    for line_id, on, paper, amount, word in [*((*row, "核减") for row in taken), *((*r[:4], r[4].label) for r in left)]:
        if _by(on, until):
            notice, source = named[line_id or 0]
            group = f"指标 {notice.document_no}"
            yield Event(Step.ALLOTTED, on, "", paper, f"{word}：{source}", amount, None, group, ("notice", notice.id))


def _by(on: date | None, until: date | None) -> bool:
    return until is None or (on is not None and on <= until)


_KINDS: tuple[tuple[Any, Any], ...] = (
    (Allocation, Allocation.decided_on),
    (Disbursement, Disbursement.disbursed_on),
    (Payment, Payment.paid_on),
)


def _moved(session: Session, ids: list[int], notice_id: int | None, until: date | None) -> Iterator[Event]:
    """Approved allocations, disbursements and payments of the projects, of one notice or of all."""
    for table, day in _KINDS:
        rows = session.execute(
            select(table, AllotmentNotice.document_no, FundSource.name, Project.code, Project.name)
            .join(AllotmentLine, table.line_id == AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .join(Project, table.project_id == Project.id)
            .where(
                table.project_id.in_(ids),
                table.state == APPROVED,
                true() if notice_id is None else AllotmentLine.notice_id == notice_id,
                true() if until is None else day <= until,
            )
            .order_by(day, table.id)
        )
        for entry, notice_no, source, code, name in rows:
            yield _event(entry, notice_no, source, f"{code} {name}")


def _event(entry: Any, notice_no: str, source: str, group: str) -> Event:
    if isinstance(entry, Allocation):
        step = Step.ALLOCATED if entry.kind is EntryKind.ALLOCATION else Step.CORRECTED
        words = f"{entry.kind.label}：{notice_no} {source}"
        told = (entry.decided_on, entry.number or "", entry.document_no, words)
        return Event(step, *told, entry.amount, entry.project_id, group, ("allocation", entry.id))
    if isinstance(entry, Disbursement):
        told = (entry.disbursed_on, entry.number or "", entry.document_no, f"{notice_no} {source}")
        return Event(Step.DISBURSED, *told, entry.amount, entry.project_id, group)
    words = f"{entry.kind.label}：{entry.payee}"
    told = (entry.paid_on, entry.number or "", entry.voucher_no, words)
    return Event(Step.PAID, *told, entry.amount, entry.project_id, group)


def _trail(
    session: Session, notice: tuple[int, str, str] | None, events: list[Event], ids: list[int], until: date | None
) -> Trail:
    rows = session.execute(
        select(Project, ProjectType.asset_class, Unit.name)
        .join(ProjectType, Project.type_id == ProjectType.id)
        .join(Unit, Project.owner_unit_id == Unit.id)
        .where(Project.id.in_(ids))
        .order_by(Project.code)
    ).all()
    counts = dict.fromkeys(ids, 0)
    groups = {row[0].id: f"{row[0].code} {row[0].name}" for row in rows}
    owner_of: dict[int, int] = {}
    for asset, project_id, group in _assets(session, [row[0] for row in rows]):
        owner_of[asset.id] = project_id
        if _by(asset.registered_on, until):
            counts[project_id] += 1
            words = f"{asset.name}，{asset.asset_class.label}，{asset.owner_name or '未确权'}"
            told = (asset.registered_on, asset.code, asset.title_document, words)
            events.append(Event(Step.ASSETS, *told, asset.original_cost, project_id, group, ("asset", asset.id)))
    for project, _, _ in rows:
        if project.settled_amount is not None and _by(project.settled_on, until):
            told = (project.settled_on, "", "", "结算金额" if notice is None else "结算金额（项目全部资金）")
            group = f"{project.code} {project.name}"
            events.append(Event(Step.SETTLED, *told, project.settled_amount, project.id, group))
    events += _later(expensed(session, ids), {key: key for key in ids}, groups, until)
    events += _later(income(session, list(owner_of)), owner_of, groups, until)
    behind = open_income(session, owner_of, until or county_today(session))
    order = list(Step)
    events.sort(key=lambda e: (order.index(e.step), e.on or date.min))
    projects = tuple(_project(row, events, counts, behind, notice is None, until) for row in rows)
    sums = {step: total(e.amount for e in events if e.step is step) for step in Step}
    return Trail(notice, tuple(events), projects, sums, tuple(_whole_gaps(notice, projects, sums)))


def _later(
    found: Iterable[Later], owner_of: dict[int, int], groups: dict[int, str], until: date | None
) -> Iterator[Event]:
    """What happened after settlement, by project."""
    for one in found:
        if _by(one.on, until):
            project_id = owner_of[one.owner]
            told = (one.on, one.number, one.basis_no, one.words, one.amount, project_id, groups[project_id], one.link)
            yield Event(one.step, *told)


def _assets(session: Session, projects: Iterable[Project]) -> Iterator[tuple[Asset, int, str]]:
    known = {p.id: p for p in projects}
    by_code = {p.code: p for p in known.values()}
    rows = session.scalars(
        select(Asset)
        .where(or_(Asset.project_id.in_(known), Asset.project_code.in_(by_code)))
        .order_by(Asset.registered_on, Asset.code)
    )
    for asset in rows:
        project = known.get(asset.project_id or 0) or by_code.get(asset.project_code)
        if project is not None:
            yield asset, project.id, f"{project.code} {project.name}"


def _project(
    row: Any, events: list[Event], counts: dict[int, int], behind: dict[int, Open], whole: bool, until: date | None
) -> ProjectWay:
    project, asset_class, unit = row
    own = [e for e in events if e.project_id == project.id]
    way = Way(
        {step: total(e.amount for e in own if e.step is step) for step in Step},
        next((e.amount for e in own if e.step is Step.SETTLED), None),
        counts[project.id],
        project.status.reached(ProjectStatus.COMPLETED) and _by(project.completed_on or until, until),
        project.accepted_on is not None and _by(project.accepted_on, until),
        asset_class is not None,
        behind[project.id].arrears if project.id in behind else ZERO,
        behind[project.id].payable if project.id in behind else ZERO,
    )
    return ProjectWay(project.id, project.code, project.name, unit, project.status, way, tuple(gaps(way, whole)))


def _whole_gaps(
    notice: tuple[int, str, str] | None, projects: tuple[ProjectWay, ...], sums: dict[Step, Money]
) -> Iterator[Gap]:
    """The gaps of the project followed; of a notice, what was not allocated and then its projects' gaps, added up."""
    if notice is None:
        yield from projects[0].gaps
        return
    left = sums[Step.ALLOTTED] - sums[Step.ALLOCATED] - sums[Step.CORRECTED]
    if left > ZERO:
        yield Gap(Step.ALLOCATED, "未分配到项目", left)
    found: dict[tuple[Step, str], list[Gap]] = {}
    for project in projects:
        for gap in project.gaps:
            found.setdefault((gap.step, gap.words), []).append(gap)
    for step in Step:
        for (at, words), some in found.items():
            if at is step:
                amounts = [g.amount for g in some if g.amount is not None]
                yield Gap(step, f"{len(some)} 个项目{words}", total(amounts) if amounts else None)


# ---------- finding what to follow ----------


@dataclass(frozen=True, slots=True)
class Match:
    """A notice or a project that can be followed."""

    kind: str
    id: int
    label: str


MOST = 20


def matches(session: Session, who: Viewer, words: str) -> list[Match]:
    """Notices and projects whose number or name holds the words; at most some of each."""
    if not words.strip():
        return []
    like = words.strip()
    seen = seen_projects(who, READ)
    projects = session.execute(
        select(Project.id, Project.code, Project.name)
        .where(seen, or_(Project.code.icontains(like, autoescape=True), Project.name.icontains(like, autoescape=True)))
        .order_by(Project.code)
        .limit(MOST)
    )
    own = select(AllotmentLine.notice_id).join(Allocation, Allocation.line_id == AllotmentLine.id)
    notices = session.execute(
        select(AllotmentNotice.id, AllotmentNotice.document_no, AllotmentNotice.title)
        .where(
            AllotmentNotice.state == APPROVED,
            true()
            if who.scope(READ) is Scope.ALL
            else AllotmentNotice.id.in_(own.join(Project, Allocation.project_id == Project.id).where(seen)),
            or_(
                AllotmentNotice.document_no.icontains(like, autoescape=True),
                AllotmentNotice.title.icontains(like, autoescape=True),
            ),
        )
        .order_by(AllotmentNotice.received_on)
        .limit(MOST)
    )
    return [
        *(Match("notice", key, f"{number} {title}") for key, number, title in notices),
        *(Match("project", key, f"{code} {name}") for key, code, name in projects),
    ]


# ---------- PF11 ----------

TRAIL_FILTERS = ("project", "notice")


@dataclass(frozen=True, slots=True)
class TrailFormRow:
    """One event of PF11: its amount stands in the column of its step."""

    group_name: str
    trail_station: str
    entry_on: date | None
    entry_number: str
    basis_no: str
    trail_words: str
    trail_allotted: Money | None
    trail_allocated: Money | None
    trail_corrected: Money | None
    trail_disbursed: Money | None
    trail_paid: Money | None
    trail_settled: Money | None
    trail_assets: Money | None
    trail_expensed: Money | None
    trail_due: Money | None
    trail_received: Money | None
    trail_shared: Money | None
    trail_paid_out: Money | None


def trail_form(session: Session, wanted: Wanted) -> Iterator[TrailFormRow]:
    """PF11: the events of one project (project=编号) or one notice (notice=文号), group after group."""
    trail = _asked(session, wanted)
    groups = list(dict.fromkeys(e.group for e in trail.events))
    for event in sorted(trail.events, key=lambda e: groups.index(e.group)):
        amounts = [event.amount if event.step is step else None for step in Step]
        yield TrailFormRow(event.group, event.step.label, event.on, event.number, event.basis_no, event.words, *amounts)


def trail_remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """The gaps, a sentence each, and how it stands where there is none."""
    trail = _asked(session, wanted)
    found = tuple(f"缺口：{gap.said}。" for gap in trail.gaps)
    return found or ("从下达到收益没有缺口。",)


def _asked(session: Session, wanted: Wanted) -> Trail:
    check_filters(wanted, TRAIL_FILTERS)
    code, number = wanted.where.get("project", ""), wanted.where.get("notice", "")
    if bool(code) == bool(number):
        raise DomainError("请指明一个项目（project=项目编号）或一份指标文（notice=文号）", field="where")
    if code:
        key = session.scalar(select(Project.id).where(Project.code == code))
        return project_trail(session, wanted.who, key or 0, wanted.until)
    key = session.scalar(select(AllotmentNotice.id).where(AllotmentNotice.document_no == number))
    return notice_trail(session, wanted.who, key or 0, wanted.until)
