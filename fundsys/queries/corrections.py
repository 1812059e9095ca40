"""Papers that correct allocations (调整、收回) and lines (退回): what may move, the papers, and the balances behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import CorrectionKind, LineEntryKind, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Scope
from fundsys.models.funds import (
    Allocation,
    AllotmentLine,
    AllotmentNotice,
    Correction,
    Disbursement,
    FundSource,
    LinePosting,
    Payment,
)
from fundsys.models.office import Person, Unit
from fundsys.models.projects import Project
from fundsys.queries.funds import PAGE_SIZE, READ, Found
from fundsys.queries.line_money import COUNTED
from fundsys.queries.viewer import Viewer, seen_projects

APPROVED, SUBMITTED = MoneyState.APPROVED, MoneyState.SUBMITTED


@dataclass(frozen=True, slots=True)
class Standing:
    """What one project has of one line: approved net, waiting to be taken back (below zero), disbursed, paid or about to be."""

    line_id: int
    project_id: int
    allocated: Money = ZERO
    leaving: Money = ZERO
    disbursed: Money = ZERO
    paid: Money = ZERO

    @property
    def movable(self) -> Money:
        """How much may still be taken away: never what is paid or disbursed, and not twice."""
        return max(self.allocated + self.leaving - max(self.paid, self.disbursed), ZERO)


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A standing with its words, as the grid and the lists show it. unspent_proposal: what a settled project will not need."""

    standing: Standing
    notice_id: int
    notice_no: str
    year: int
    source: str
    source_id: int
    position: int
    code: str
    name: str
    owner: str
    planned: Money
    status: ProjectStatus
    settled_amount: Money | None
    given_everywhere: Money
    since: date | None = None

    @property
    def key(self) -> str:
        """How the boxes of this row are called."""
        return f"{self.standing.line_id}-{self.standing.project_id}"


def standings(
    session: Session,
    *,
    line_ids: Collection[int] | None = None,
    project_ids: Collection[int] | None = None,
    besides: int | None = None,
) -> dict[tuple[int, int], Standing]:
    """(line, project) → standing, of some lines or projects, of all when None. besides: a paper whose entries do not count."""

    def sums(table: Any, *columns: Any) -> Any:
        query = select(table.line_id, table.project_id, *columns).group_by(table.line_id, table.project_id)
        if line_ids is not None:
            query = query.where(table.line_id.in_(line_ids))
        return query if project_ids is None else query.where(table.project_id.in_(project_ids))

    back = and_(Allocation.state == SUBMITTED, Allocation.amount < ZERO)
    if besides is not None:
        back = and_(back, or_(Allocation.correction_id.is_(None), Allocation.correction_id != besides))
    found: dict[tuple[int, int], list[Money]] = {}
    given = sums(
        Allocation,
        func.sum(case((Allocation.state == APPROVED, Allocation.amount))),
        func.sum(case((back, Allocation.amount))),
    )
    for line, project, allocated, leaving in session.execute(given):
        found[line, project] = [allocated or ZERO, leaving or ZERO, ZERO, ZERO]
    for place, table in ((2, Disbursement), (3, Payment)):
        for line, project, amount in session.execute(
            sums(table, func.sum(case((table.state.in_(COUNTED), table.amount))))
        ):
            found.setdefault((line, project), [ZERO] * 4)[place] = amount or ZERO
    return {key: Standing(*key, *figures) for key, figures in found.items()}


def told_standings(
    session: Session, keys: Iterable[tuple[int, int]], among: dict[tuple[int, int], Standing]
) -> list[StandingRow]:
    """Standings with their words, in order of notice, line and project."""
    wanted = list(keys)
    lines = {
        line.id: (line, notice, source)
        for line, notice, source in session.execute(
            select(AllotmentLine, AllotmentNotice, FundSource)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .join(FundSource, AllotmentLine.source_id == FundSource.id)
            .where(AllotmentLine.id.in_({line for line, _ in wanted}))
        )
    }
    ids = {project for _, project in wanted}
    projects = {
        p.id: (p, owner)
        for p, owner in session.execute(
            select(Project, Unit.name).join(Unit, Project.owner_unit_id == Unit.id).where(Project.id.in_(ids))
        )
    }
    everywhere = dict(
        session.execute(
            select(Allocation.project_id, func.sum(Allocation.amount))
            .where(Allocation.project_id.in_(ids), Allocation.state == APPROVED)
            .group_by(Allocation.project_id)
        ).all()
    )
    since = {
        (line, project): day
        for line, project, day in session.execute(
            select(Allocation.line_id, Allocation.project_id, func.min(Allocation.decided_on))
            .where(Allocation.project_id.in_(ids), Allocation.state == APPROVED)
            .group_by(Allocation.line_id, Allocation.project_id)
        )
    }
    rows = []
    for line_id, project_id in wanted:
        line, notice, source = lines[line_id]
        project, owner = projects[project_id]
        rows.append(
            StandingRow(
                among.get((line_id, project_id), Standing(line_id, project_id)),
                notice.id,
                notice.document_no,
                notice.year,
                source.name,
                source.id,
                line.position,
                project.code,
                project.name,
                owner,
                project.planned_investment,
                project.status,
                project.settled_amount,
                everywhere.get(project_id) or ZERO,
                since.get((line_id, project_id)),
            )
        )
    return sorted(rows, key=lambda r: (r.notice_no, r.position, r.standing.line_id, r.code))


def grid(
    session: Session, notice_id: int, add: Sequence[str] = (), correction_id: int | None = None
) -> list[StandingRow]:
    """The rows of an adjustment: every project with money of the notice's lines, those on the paper, and codes to add.

    Raises: NotFound when there is no approved notice.
    """
    lines = list(
        session.scalars(
            select(AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .where(
                AllotmentNotice.id == notice_id, AllotmentNotice.state == APPROVED, AllotmentLine.reduces_id.is_(None)
            )
        )
    )
    if not lines:
        raise NotFound("没有这份已复核的指标文，请从指标文进入")
    found = standings(session, line_ids=lines, besides=correction_id)
    keys = {key for key, standing in found.items() if standing.allocated}
    if correction_id is not None:
        keys |= {
            (line, project)
            for line, project in session.execute(
                select(Allocation.line_id, Allocation.project_id).where(Allocation.correction_id == correction_id)
            )
        }
    for project_id in session.scalars(select(Project.id).where(Project.code.in_([c.strip() for c in add]))):
        keys |= {(line, project_id) for line in lines}
    return told_standings(session, keys, found)


# ---------- the papers ----------


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a paper: what the project has on the line, and by how much it changes."""

    id: int
    line_id: int
    project_id: int
    change: Money
    notice_no: str
    notice_id: int
    year: int
    source: str
    code: str
    name: str
    corrects: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """An adjustment or a recovery."""

    id: int
    version: int
    number: str | None
    kind: CorrectionKind
    year: int
    decided_on: date
    document_no: str
    reason: str
    state: MoneyState
    return_reason: str
    entered_by_id: int | None
    entered_by: str
    reviewed_by: str
    submitted_at: datetime | None
    reviewed_at: datetime | None
    amount: Money
    count: int
    entries: tuple[EntryRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """Which papers, in which order. sort: decided, amount, number; a minus turns it."""

    year: int | None = None
    kind: CorrectionKind | None = None
    state: MoneyState | None = None
    q: str = ""
    sort: str = "-decided"
    page: int = 1
    size: int = PAGE_SIZE
    id: int | None = None
    who: Viewer | None = None


_TAKEN = func.sum(case((Allocation.amount < ZERO, Allocation.amount)))
_ORDER: dict[str, Any] = {"decided": Correction.decided_on, "number": Correction.number, "amount": _TAKEN}


def papers(session: Session, wanted: PaperFilter) -> Found[Paper]:
    """Adjustments and recoveries. totals: what was taken from projects over everything found that is approved."""
    enterer, checker = aliased(Person), aliased(Person)
    conditions = list(_conditions(wanted))
    query = (
        select(Correction, enterer.name, checker.name, _TAKEN, func.count(Allocation.id))
        .outerjoin(Allocation, Allocation.correction_id == Correction.id)
        .outerjoin(enterer, Correction.entered_by == enterer.id)
        .outerjoin(checker, Correction.reviewed_by == checker.id)
        .where(*conditions)
        .group_by(Correction.id, enterer.name, checker.name)
    )
    key = _ORDER.get(wanted.sort.removeprefix("-"), Correction.decided_on)
    turned = wanted.sort.startswith("-")
    order = (key.desc(), Correction.id.desc()) if turned else (key, Correction.id)
    rows = session.execute(
        query.order_by(*order).limit(wanted.size).offset((max(wanted.page, 1) - 1) * wanted.size)
    ).all()
    count = session.scalar(select(func.count()).select_from(Correction).where(*conditions)) or 0
    moved = session.scalar(
        select(func.sum(Allocation.amount))
        .join(Correction, Allocation.correction_id == Correction.id)
        .where(*conditions, Allocation.amount < ZERO, Correction.state == APPROVED)
    )
    return Found([_paper(*row) for row in rows], count, -(moved or ZERO))


def _conditions(wanted: PaperFilter) -> Iterable[Any]:
    exact = (
        (wanted.year, Correction.year),
        (wanted.kind, Correction.kind),
        (wanted.state, Correction.state),
        (wanted.id, Correction.id),
    )
    for value, column in exact:
        if value:
            yield column == value
    if wanted.who is not None and wanted.who.scope(READ) is not Scope.ALL:
        yield Correction.state.in_(COUNTED)
        yield Correction.id.in_(select(Allocation.correction_id).where(_seen(wanted.who)))
    if words := wanted.q.strip():
        yield or_(
            Correction.document_no.icontains(words, autoescape=True),
            Correction.reason.icontains(words, autoescape=True),
            Correction.number.icontains(words, autoescape=True),
        )


def _seen(who: Viewer) -> Any:
    return Allocation.project_id.in_(select(Project.id).where(seen_projects(who, READ)))


def _paper(
    c: Correction, entered: str | None, reviewed: str | None, taken: Money | None, count: int, entries: Any = ()
) -> Paper:
    return Paper(
        c.id,
        c.version,
        c.number,
        c.kind,
        c.year,
        c.decided_on,
        c.document_no,
        c.reason,
        c.state,
        c.return_reason,
        c.entered_by,
        entered or "系统",
        reviewed or "",
        c.submitted_at,
        c.reviewed_at,
        -(taken or ZERO),
        count,
        tuple(entries),
    )


def paper(session: Session, correction_id: int, who: Viewer) -> Paper:
    """One paper with the entries this person may see. Raises NotFound."""
    found = papers(session, PaperFilter(id=correction_id, who=who)).rows if correction_id else []
    if not found:
        raise NotFound("没有这份调整或收回，可能已被录入人删除")
    old = aliased(Allocation)
    rows = session.execute(
        select(Allocation, AllotmentNotice, FundSource.name, Project.code, Project.name, old.number)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(Project, Allocation.project_id == Project.id)
        .outerjoin(old, Allocation.corrects_id == old.id)
        .where(Allocation.correction_id == correction_id, _seen(who))
        .order_by(AllotmentNotice.document_no, AllotmentLine.position, Project.code, Allocation.id)
    )
    entries = tuple(
        EntryRow(
            a.id, a.line_id, a.project_id, a.amount, n.document_no, n.id, n.year, source, code, name, corrects, a.number
        )
        for a, n, source, code, name, corrects in rows
    )
    return replace(found[0], entries=entries)


# ---------- postings of lines ----------


@dataclass(frozen=True, slots=True)
class PostingRow:
    """Money that left a line without a project, or came back by a reversal."""

    id: int
    version: int
    number: str | None
    kind: LineEntryKind
    amount: Money
    state: MoneyState
    decided_on: date
    document_no: str
    reason: str
    return_reason: str
    line_id: int
    notice_id: int
    notice_no: str
    source: str
    entered_by_id: int | None
    entered_by: str
    reviewed_by: str
    corrects_id: int | None
    reversed_by: int | None
    year: int


def postings(
    session: Session, who: Viewer, *, posting_id: int | None = None, state: MoneyState | None = None
) -> list[PostingRow]:
    """Returns and carry-overs, latest first; for those who see the whole county."""
    if who.scope(READ) is not Scope.ALL:
        return []
    enterer, checker, undone = aliased(Person), aliased(Person), aliased(LinePosting)
    query = (
        select(LinePosting, AllotmentNotice, FundSource.name, enterer.name, checker.name, undone.id)
        .join(AllotmentLine, LinePosting.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .outerjoin(enterer, LinePosting.entered_by == enterer.id)
        .outerjoin(checker, LinePosting.reviewed_by == checker.id)
        .outerjoin(undone, undone.corrects_id == LinePosting.id)
        .order_by(LinePosting.decided_on.desc(), LinePosting.id.desc())
    )
    if posting_id is not None:
        query = query.where(LinePosting.id == posting_id)
    if state is not None:
        query = query.where(LinePosting.state == state)
    return [
        PostingRow(
            p.id, p.version, p.number, p.kind, p.amount, p.state, p.decided_on, p.document_no, p.reason,
            p.return_reason, p.line_id, n.id, n.document_no, source, p.entered_by, entered or "系统", reviewed or "",
            p.corrects_id, reversed_by, n.year,
        )
        for p, n, source, entered, reviewed, reversed_by in session.execute(query)
    ]  # fmt: skip


def posting(session: Session, posting_id: int, who: Viewer) -> PostingRow:
    """One posting. Raises NotFound."""
    found = postings(session, who, posting_id=posting_id)
    if not found:
        raise NotFound("没有这笔退回或结转")
    return found[0]


def sum_of(rows: Iterable[StandingRow], figure: str) -> Money:
    """The sum of one figure over rows."""
    return total(getattr(row.standing, figure) for row in rows)
