"""Reading money: notices, their lines, allocations, and the year's figures by level. Frozen rows, exact money, no decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true, type_coerce
from sqlalchemy.orm import Session, aliased

from fundsys.domain.document_no import doubts
from fundsys.domain.errors import NotFound
from fundsys.domain.funds import FundLevel, MoneyState, NoticeKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.policy import Policy
from fundsys.domain.rights import Permission, Scope
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import DictionaryEntry, Person, PolicyValue
from fundsys.models.projects import Project
from fundsys.models.types import MoneyType
from fundsys.queries.line_money import WAITING, LineMoney, gone_from, gone_from_lines, line_sums, sum_where
from fundsys.queries.viewer import Viewer, seen_projects

READ = Permission.READ_MONEY
PAGE_SIZE = 50
NOTHING = literal(ZERO, MoneyType)
T = TypeVar("T")
Query = Any


# ---------- notices ----------


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices, in which order. sort: received, issued, number, amount, remaining, due; a minus turns it."""

    year: int | None = None
    level: FundLevel | None = None
    state: MoneyState | None = None
    q: str = ""
    sort: str = "-received"
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the list. For a unit that sees its own part only, `amount` is that part and `remaining` is None; it is
    zero before a second person has approved the notice, for nothing can be given from it.

    due_on: the last day to allocate it, inclusive; days_left: below zero when that day has passed; None when all is given.
    """

    id: int
    document_no: str
    title: str
    issuing_unit: str
    year: int
    batch: int
    issued_on: date
    received_on: date
    state: MoneyState
    amount: Money
    approved: Money
    submitted: Money
    remaining: Money | None
    sources: tuple[str, ...]
    levels: tuple[FundLevel, ...]
    due_on: date
    days_left: int | None
    kind: NoticeKind = NoticeKind.ALLOTMENT


@dataclass(frozen=True, slots=True)
class NoticeTotals:
    """What the filter found in all."""

    count: int
    amount: Money
    approved: Money
    submitted: Money
    remaining: Money


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One page of a list, and what the filter found in all."""

    rows: Sequence[T]
    count: int
    totals: Any


_NOTICE_ORDER: dict[str, Any] = {
    "received": AllotmentNotice.received_on,
    "due": AllotmentNotice.received_on,
    "issued": AllotmentNotice.issued_on,
    "number": AllotmentNotice.document_no,
}


def notices(session: Session, who: Viewer, wanted: NoticeFilter, today: date) -> Found[NoticeRow]:
    """The notices the person may see. A unit sees those that gave its own projects money, and only that money."""
    own = who.scope(READ) is not Scope.ALL
    gone = gone_from_lines()
    whole = func.sum(case((AllotmentLine.amount > ZERO, AllotmentLine.amount), else_=NOTHING))
    lines = (
        select(
            AllotmentLine.notice_id.label("id"),
            func.sum(AllotmentLine.amount).label("amount"),
            type_coerce(whole + func.coalesce(func.sum(gone.c.gone), NOTHING), MoneyType).label("to_give"),
        )
        .outerjoin(gone, gone.c.line_id == AllotmentLine.id)
        .group_by(AllotmentLine.notice_id)
        .subquery()
    )
    given = _given(who).subquery()
    approved = type_coerce(func.coalesce(given.c.approved, NOTHING), MoneyType)
    submitted = type_coerce(func.coalesce(given.c.submitted, NOTHING), MoneyType)
    amount = type_coerce(func.coalesce(lines.c.amount, NOTHING), MoneyType)
    if own:
        amount = type_coerce(approved + submitted, MoneyType)
    to_give = type_coerce(func.coalesce(lines.c.to_give, NOTHING), MoneyType)
    left = case((AllotmentNotice.state == MoneyState.APPROVED, to_give - approved - submitted), else_=NOTHING)
    remaining = type_coerce(left, MoneyType)
    base = (
        select(AllotmentNotice, amount.label("a"), approved.label("b"), submitted.label("c"), remaining.label("d"))
        .outerjoin(lines, lines.c.id == AllotmentNotice.id)
        .outerjoin(given, given.c.id == AllotmentNotice.id)
        .where(*_notice_conditions(wanted), given.c.id.is_not(None) if own else true())
    )
    inner = base.with_only_columns(
        amount.label("a"), approved.label("b"), submitted.label("c"), remaining.label("d")
    ).subquery()
    counted = session.execute(
        select(func.count(), *(type_coerce(func.sum(inner.c[k]), MoneyType) for k in "abcd")).select_from(inner)
    ).one()
    order = {**_NOTICE_ORDER, "amount": amount, "remaining": remaining}
    key = order.get(wanted.sort.removeprefix("-"), AllotmentNotice.received_on)
    turned = wanted.sort.startswith("-")
    page = session.execute(
        base.order_by(key.desc() if turned else key, AllotmentNotice.id.desc() if turned else AllotmentNotice.id)
        .limit(wanted.size)
        .offset((max(wanted.page, 1) - 1) * wanted.size)
    ).all()
    sources = _sources_of(session, [row[0].id for row in page])
    days = {year: allotment_days(session, year) for year in {row[0].year for row in page}}
    rows = [_notice_row(row, sources, days, today, own) for row in page]
    money = [m or ZERO for m in counted[1:]]
    return Found(rows, counted[0], NoticeTotals(counted[0], *money))


def _given(who: Viewer) -> Query:
    return (
        select(
            AllotmentLine.notice_id.label("id"),
            sum_where(Allocation.state == MoneyState.APPROVED).label("approved"),
            sum_where(*WAITING, Allocation.amount > ZERO).label("submitted"),
        )
        .join(Allocation, Allocation.line_id == AllotmentLine.id)
        .join(Project, Allocation.project_id == Project.id)
        .where(seen_projects(who, READ), Allocation.state.in_((MoneyState.APPROVED, MoneyState.SUBMITTED)))
        .group_by(AllotmentLine.notice_id)
    )


def seen_notices(who: Viewer) -> ColumnElement[bool]:
    """The notices this person may see: all, or those that gave the own projects money."""
    if who.scope(READ) is Scope.ALL:
        return true()
    return AllotmentNotice.id.in_(_given(who).with_only_columns(AllotmentLine.notice_id))


def _notice_conditions(wanted: NoticeFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.year:
        yield AllotmentNotice.year == wanted.year
    if wanted.state:
        yield AllotmentNotice.state == wanted.state
    if wanted.level:
        yield AllotmentNotice.id.in_(
            select(AllotmentLine.notice_id).join(FundSource).where(FundSource.level == wanted.level)
        )
    if words := wanted.q.strip():
        yield or_(
            AllotmentNotice.document_no.icontains(words, autoescape=True),
            AllotmentNotice.title.icontains(words, autoescape=True),
            AllotmentNotice.issuing_unit.icontains(words, autoescape=True),
        )


def _sources_of(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, FundLevel]]]:
    found: dict[int, list[tuple[str, FundLevel]]] = defaultdict(list)
    rows = session.execute(
        select(AllotmentLine.notice_id, FundSource.name, FundSource.level)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .where(AllotmentLine.notice_id.in_(ids))
        .order_by(AllotmentLine.notice_id, AllotmentLine.position)
    )
    for notice_id, name, level in rows:
        found[notice_id].append((name, level))
    return found


def _notice_row(
    row: Any, sources: dict[int, list[tuple[str, FundLevel]]], days: dict[int, int], today: date, own: bool
) -> NoticeRow:
    notice, amount, approved, submitted, remaining = row
    told = sources.get(notice.id, [])
    due = notice.received_on + timedelta(days=days[notice.year])
    open_ = not own and remaining > ZERO
    return NoticeRow(
        notice.id,
        notice.document_no,
        notice.title,
        notice.issuing_unit,
        notice.year,
        notice.batch,
        notice.issued_on,
        notice.received_on,
        notice.state,
        amount,
        approved,
        submitted,
        None if own else remaining,
        tuple(dict.fromkeys(name for name, _ in told)),
        tuple(dict.fromkeys(level for _, level in told)),
        due,
        (due - today).days if open_ else None,
        notice.kind,
    )


def allotment_days(session: Session, year: int) -> int:
    """Days from receipt within which a notice must be allocated, of the year; the delivered default without a value."""
    told = session.scalar(
        select(PolicyValue.value).where(PolicyValue.year == year, PolicyValue.code == "allotment_days")
    )
    kind = Policy.kinds()["allotment_days"]
    return int(told) if told and told.isdigit() else int(str(kind.default(year)))


# ---------- one notice ----------


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a notice with its figures. own_task: empty where it is the source's. origin: number and year of the
    notice whose balance it carries over, empty without."""

    id: int
    position: int
    source_id: int
    source_code: str
    source: str
    level: FundLevel
    task: str
    function_code: str
    remark: str
    money: LineMoney
    own_task: str = ""
    economic_code: str = ""
    budget_no: str = ""
    is_direct: bool = False
    is_reduction: bool = False
    origin: str = ""

    @property
    def notes(self) -> list[str]:
        """What stands under the source: codes, task and number in words, only those there are."""
        told = (
            ("任务", self.own_task),
            ("功能", self.function_code),
            ("经济", self.economic_code),
            ("编号", self.budget_no),
        )
        return [f"{word} {text}" for word, text in (*told, ("结转自", self.origin)) if text]


@dataclass(frozen=True, slots=True)
class Related:
    """Another notice that changes this one, or that this one changes."""

    id: int
    document_no: str
    kind: NoticeKind
    state: MoneyState
    amount: Money


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice with its lines. doubts: sentences about its number that somebody should look at (F117)."""

    id: int
    version: int
    document_no: str
    title: str
    issuing_unit: str
    year: int
    batch: int
    issued_on: date
    received_on: date
    stated_total: Money
    state: MoneyState
    remark: str
    return_reason: str
    entered_by_id: int | None
    entered_by: str
    reviewed_by: str
    submitted_at: datetime | None
    reviewed_at: datetime | None
    due_on: date
    days_left: int | None
    lines: tuple[LineRow, ...] = ()
    doubts: tuple[str, ...] = field(default=())
    kind: NoticeKind = NoticeKind.ALLOTMENT
    amends: Related | None = None
    amended_by: tuple[Related, ...] = ()

    @property
    def lines_total(self) -> Money:
        return sum((line.money.amount for line in self.lines), ZERO)

    @property
    def approved(self) -> Money:
        return sum((line.money.approved for line in self.lines), ZERO)

    @property
    def submitted(self) -> Money:
        return sum((line.money.submitted for line in self.lines), ZERO)

    @property
    def drafted(self) -> Money:
        return sum((line.money.drafted for line in self.lines), ZERO)

    @property
    def gone(self) -> Money:
        """Taken back by later notices, returned or carried over; never above zero."""
        return sum((line.money.gone for line in self.lines), ZERO)

    @property
    def remaining(self) -> Money:
        return sum((line.money.remaining for line in self.lines), ZERO)


def notice(session: Session, who: Viewer, notice_id: int, today: date) -> Notice:
    """One notice. Raises NotFound, also for a unit whose projects got nothing from it."""
    enterer, checker = aliased(Person), aliased(Person)
    row = session.execute(
        select(AllotmentNotice, enterer.name, checker.name)
        .outerjoin(enterer, AllotmentNotice.entered_by == enterer.id)
        .outerjoin(checker, AllotmentNotice.reviewed_by == checker.id)
        .where(AllotmentNotice.id == notice_id)
    ).first()
    whole = who.scope(READ) is Scope.ALL
    if row is None or not (
        whole or session.scalar(select(_given(who).where(AllotmentLine.notice_id == notice_id).exists()))
    ):
        raise NotFound("没有这份指标文，或者不在您的管理范围内")
    found, entered, checked = row
    lines = tuple(_lines(session, who, notice_id))
    due = found.received_on + timedelta(days=allotment_days(session, found.year))
    left = sum((line.money.remaining for line in lines), ZERO)
    return Notice(
        found.id,
        found.version,
        found.document_no,
        found.title,
        found.issuing_unit,
        found.year,
        found.batch,
        found.issued_on,
        found.received_on,
        found.stated_total if whole else sum((line.money.amount for line in lines), ZERO),
        found.state,
        found.remark,
        found.return_reason,
        found.entered_by,
        entered or "系统",
        checked or "",
        found.submitted_at,
        found.reviewed_at,
        due,
        (due - today).days if whole and left > ZERO and found.state is MoneyState.APPROVED else None,
        lines,
        tuple(doubts(found.document_no, found.year, _other_numbers(session, found.id))),
        found.kind,
        next(iter(_related(session, AllotmentNotice.id == found.amends_id)), None) if whole else None,
        tuple(_related(session, AllotmentNotice.amends_id == found.id)) if whole else (),
    )


def _related(session: Session, which: ColumnElement[bool]) -> list[Related]:
    n = AllotmentNotice
    rows = session.execute(select(n.id, n.document_no, n.kind, n.state, n.stated_total).where(which).order_by(n.id))
    return [Related(*row) for row in rows]


def standing_numbers(session: Session, since: int) -> list[str]:
    """Numbers of approved notices of a year and the one before, which a further notice may name; latest first."""
    n = AllotmentNotice
    wanted = (n.state == MoneyState.APPROVED, n.kind != NoticeKind.REDUCTION, n.year >= since - 1)
    return list(session.scalars(select(n.document_no).where(*wanted).order_by(n.received_on.desc(), n.id.desc())))


def codes(session: Session, kind: str) -> list[tuple[str, str]]:
    """The codes of the county's dictionary that may be chosen: (code, name) in order."""
    e = DictionaryEntry
    rows = session.execute(select(e.code, e.label).where(e.kind == kind, e.active).order_by(e.position, e.code))
    return [(code, label) for code, label in rows]


def _lines(session: Session, who: Viewer, notice_id: int) -> Iterable[LineRow]:
    seen = Allocation.project_id.in_(select(Project.id).where(seen_projects(who, READ)))
    rows = session.execute(
        select(AllotmentLine, FundSource, *line_sums())
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(Allocation, and_(Allocation.line_id == AllotmentLine.id, seen))
        .where(AllotmentLine.notice_id == notice_id)
        .group_by(AllotmentLine.id, FundSource.id)
        .order_by(AllotmentLine.position)
    )
    found = rows.all()
    gone = gone_from(session, [row[0].id for row in found])
    origins = _origins(session, notice_id)
    for line, source, approved, submitted, back, drafted in found:
        figures = [m or ZERO for m in (approved, submitted, back, drafted, gone.get(line.id))]
        amount = line.amount
        if who.scope(READ) is not Scope.ALL:
            amount, figures[3:] = figures[0] + figures[1], [ZERO, ZERO]
        yield LineRow(
            line.id,
            line.position,
            source.id,
            source.code,
            source.name,
            source.level,
            line.task or source.task,
            line.function_code,
            line.remark,
            LineMoney(amount, *figures),
            line.task,
            line.economic_code,
            line.budget_no,
            line.is_direct,
            line.reduces_id is not None,
            origins.get(line.id, ""),
        )


def _origins(session: Session, notice_id: int) -> dict[int, str]:
    """Where carried-over lines come from: number, year and source of the old line."""
    old = aliased(AllotmentLine)
    rows = session.execute(
        select(AllotmentLine.id, AllotmentNotice.document_no, AllotmentNotice.year, FundSource.code, FundSource.name)
        .join(old, AllotmentLine.origin_id == old.id)
        .join(AllotmentNotice, old.notice_id == AllotmentNotice.id)
        .join(FundSource, old.source_id == FundSource.id)
        .where(AllotmentLine.notice_id == notice_id)
    )
    return {key: f"{number}，{year}年，{code} {name}" for key, number, year, code, name in rows}


def _other_numbers(session: Session, notice_id: int) -> list[str]:
    return list(session.scalars(select(AllotmentNotice.document_no).where(AllotmentNotice.id != notice_id)))


def sources(session: Session) -> list[tuple[int, str]]:
    """The fund sources in use: (id, code and name), in order of code."""
    rows = session.execute(
        select(FundSource.id, FundSource.code, FundSource.name).where(FundSource.active).order_by(FundSource.code)
    )
    return [(key, f"{code} {name}") for key, code, name in rows]


def years(session: Session) -> list[int]:
    """The years there are notices of, latest first."""
    return list(session.scalars(select(AllotmentNotice.year).distinct().order_by(AllotmentNotice.year.desc())))
