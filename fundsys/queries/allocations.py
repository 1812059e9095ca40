"""Reading allocations: the list with its totals, and one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.funds import EntryKind, FundLevel, MoneyState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.queries.funds import PAGE_SIZE, READ, Found, Query
from fundsys.queries.line_money import sum_where
from fundsys.queries.viewer import Viewer, seen_projects


@dataclass(frozen=True, slots=True)
class AllocationFilter:
    """Which allocations, in which order. sort: decided, project, amount, number, notice; a minus turns it.

    alone: without the entries of a paper that corrects, which are reviewed with it.
    """

    year: int | None = None
    state: MoneyState | None = None
    level: FundLevel | None = None
    notice_id: int | None = None
    line_id: int | None = None
    project_id: int | None = None
    id: int | None = None
    q: str = ""
    sort: str = "-decided"
    page: int = 1
    size: int = PAGE_SIZE
    alone: bool = False


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One allocation, or an entry that corrects one."""

    id: int
    version: int
    number: str | None
    kind: EntryKind
    state: MoneyState
    amount: Money
    decided_on: date
    document_no: str
    beyond_plan_reason: str
    return_reason: str
    remark: str
    corrects_id: int | None
    submitted_at: datetime | None
    reviewed_at: datetime | None
    entered_by_id: int | None
    line_id: int
    project_id: int
    project_code: str
    project: str
    planned: Money
    notice_id: int
    notice_no: str
    source: str
    level: FundLevel
    entered_by: str
    reviewed_by: str
    beyond_plan_document: str = ""


@dataclass(frozen=True, slots=True)
class AllocationTotals:
    """What the filter found, by state; returned entries and drafts stand apart, they count in nothing."""

    count: int
    approved: Money
    submitted: Money
    drafted: Money


_ALLOCATION_ORDER: dict[str, Any] = {
    "decided": Allocation.decided_on,
    "project": Project.code,
    "amount": Allocation.amount,
    "number": Allocation.number,
    "notice": AllotmentNotice.document_no,
}
_A = Allocation


def allocations(session: Session, who: Viewer, wanted: AllocationFilter) -> Found[AllocationRow]:
    """The allocations to projects this person may see, drafts included for the bureau, without them for everybody else."""
    conditions = [*_allocation_conditions(wanted), seen_projects(who, READ), _seen_states(who)]
    counted = session.execute(
        _joined(
            func.count(),
            sum_where(_A.state == MoneyState.APPROVED),
            sum_where(_A.state == MoneyState.SUBMITTED),
            sum_where(_A.state.in_((MoneyState.DRAFT, MoneyState.RETURNED))),
        ).where(*conditions)
    ).one()
    key = _ALLOCATION_ORDER.get(wanted.sort.removeprefix("-"), _A.decided_on)
    turned = wanted.sort.startswith("-")
    enterer, checker = aliased(Person), aliased(Person)
    rows = session.execute(
        _joined(
            _A.id, _A.version, _A.number, _A.kind, _A.state, _A.amount, _A.decided_on, _A.document_no,
            _A.beyond_plan_reason, _A.return_reason, _A.remark, _A.corrects_id, _A.submitted_at, _A.reviewed_at,
            _A.entered_by, _A.line_id, Project.id, Project.code, Project.name, Project.planned_investment,
            AllotmentNotice.id, AllotmentNotice.document_no, FundSource.name, FundSource.level,
            func.coalesce(enterer.name, "系统"), func.coalesce(checker.name, ""), _A.beyond_plan_document,
        )
        .outerjoin(enterer, _A.entered_by == enterer.id)
        .outerjoin(checker, _A.reviewed_by == checker.id)
        .where(*conditions)
        .order_by(key.desc() if turned else key, _A.id.desc() if turned else _A.id)
        .limit(wanted.size)
        .offset((max(wanted.page, 1) - 1) * wanted.size)
    )  # fmt: skip
    money = [m or ZERO for m in counted[1:]]
    return Found([AllocationRow(*row) for row in rows], counted[0], AllocationTotals(counted[0], *money))


def allocation(session: Session, who: Viewer, allocation_id: int) -> AllocationRow:
    """One allocation. Raises NotFound."""
    found = allocations(session, who, AllocationFilter(id=allocation_id)).rows
    if not found:
        raise NotFound("没有这笔分配，或者不在您的管理范围内")
    return found[0]


def _joined(*columns: Any) -> Query:
    return (
        select(*columns)
        .select_from(Allocation)
        .join(Project, Allocation.project_id == Project.id)
        .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
    )


def _seen_states(who: Viewer) -> ColumnElement[bool]:
    """Drafts are the bureau's own: others see what has been submitted."""
    if who.can(Permission.ALLOCATE) or who.can(Permission.REVIEW_MONEY):
        return true()
    return _A.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED))


def _allocation_conditions(wanted: AllocationFilter) -> Iterable[ColumnElement[bool]]:
    exact = (
        (wanted.year, AllotmentNotice.year),
        (wanted.state, _A.state),
        (wanted.level, FundSource.level),
        (wanted.notice_id, AllotmentNotice.id),
        (wanted.line_id, _A.line_id),
        (wanted.project_id, _A.project_id),
        (wanted.id, _A.id),
    )
    for value, column in exact:
        if value:
            yield column == value
    if wanted.alone:
        yield _A.correction_id.is_(None)
    if words := wanted.q.strip():
        yield or_(
            Project.name.icontains(words, autoescape=True),
            Project.code.icontains(words, autoescape=True),
            AllotmentNotice.document_no.icontains(words, autoescape=True),
            _A.number.icontains(words, autoescape=True),
        )
