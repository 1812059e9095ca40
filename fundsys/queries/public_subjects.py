"""What public notices are about: results of money, projects and assets with the figure the ledger has for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.funds import CorrectionKind, MoneyState, PaymentKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.publicity import Occasion
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset, Income
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Correction, Payment
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project, ProjectStep, WorkReliefPay
from fundsys.queries.income import distributed_of, last_received, resolved_on
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_assets, seen_projects

OFFICE = ZoneInfo("Asia/Shanghai")
FINANCE = "县财政局"
Town, Village, Implementer = aliased(Region), aliased(Region), aliased(Unit)


class Subject(NamedTuple):
    """One thing that is or was to be made public. amount: the ledger's figure; formed_on: the day it came about.

    place: town and village; owner: the unit whose result it is; content: in a sentence; households, people: who benefits.
    """

    occasion: Occasion
    id: int
    code: str
    name: str
    amount: Money
    formed_on: date | None
    content: str
    implementing_unit: str
    owner: str = ""
    town: str = ""
    village: str = ""
    households: int = 0
    link: tuple[str, int] = ("", 0)

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


def subjects(
    session: Session,
    occasion: Occasion,
    *,
    year: int | None = None,
    ids: Collection[int] | None = None,
    who: Viewer | None = None,
    until: date | None = None,
) -> list[Subject]:
    """The results of an occasion: of a year, or those with these ids; what this person may see of them.

    until: formed by that day, or on an unknown one. Results that no longer stand (withdrawn projects) are left out.
    """
    read = _READ.get(occasion)
    found = read(session, occasion, year, ids, who) if read else ()
    return [s for s in found if until is None or s.formed_on is None or s.formed_on <= until]


def amounts(session: Session, occasion: Occasion, ids: Collection[int]) -> dict[int, Money]:
    """The ledger's figure of each of these results."""
    if occasion not in OF_PROJECT:
        return {s.id: s.amount for s in subjects(session, occasion, ids=ids)}
    rows = plain_rows(session, _amounts(occasion), ids=sorted(ids))
    return {key: told if isinstance(told, Money) else Money(int(told or 0)) for key, told in rows}


@built_once
def _amounts(occasion: Occasion) -> Any:
    open_ids: Any = bindparam("ids", expanding=True)
    return placed(select(Project.id, OF_PROJECT[occasion][2]), occasion, None, open_ids)


@built_once
def formed_of_projects(occasion: Occasion, year: int) -> Any:
    """A year's projects where the occasion has come about: since which day, their owners, towns and villages."""
    columns = Project.id, OF_PROJECT[occasion][1], Unit.name, Town.name, Village.name
    return placed(select(*columns), occasion, year)


def sees_all(who: Viewer | None) -> bool:
    """Whether the person sees what every unit owes: those who see the rules of the whole county."""
    return who is None or who.scope(Permission.READ_RULES) is Scope.ALL


def _money(
    session: Session, occasion: Occasion, year: int | None, ids: Collection[int] | None, who: Viewer | None
) -> Iterator[Subject]:
    """Approved allocations of each notice, corrections left out."""
    if not sees_all(who):
        return
    n = AllotmentNotice
    of = _of(n.id, ids, n.year == year if year else true())
    for key, number, title, projects, amount, at, decided_on in plain_rows(session, _ALLOCATED.where(*of)):
        said = f"分配到 {projects} 个项目"
        yield Subject(
            occasion, key, number, title, amount, _day(at) or decided_on, said, FINANCE, FINANCE,
            link=("allotment_notice", key),
        )  # fmt: skip


def _corrections(
    session: Session, occasion: Occasion, year: int | None, ids: Collection[int] | None, who: Viewer | None
) -> Iterator[Subject]:
    if not sees_all(who):
        return
    of = _of(Correction.id, ids, Correction.year == year if year else true())
    for key, kind, number, reason, projects, moved, at, decided_on in plain_rows(session, _CORRECTED.where(*of)):
        amount = Money(int(moved) // 2 if kind is CorrectionKind.ADJUSTMENT else int(moved))
        said = f"{kind.label}涉及 {projects} 个项目"
        yield Subject(
            occasion, key, number, reason, amount, _day(at) or decided_on, said, FINANCE, FINANCE,
            link=("correction", key),
        )  # fmt: skip


def _projects(
    session: Session, occasion: Occasion, year: int | None, ids: Collection[int] | None, who: Viewer | None
) -> Iterator[Subject]:
    """Projects that stand where the occasion has come about, with the figure that is made public then."""
    _, formed, figure = OF_PROJECT[occasion]
    mine = true() if sees_all(who) else _own_projects(who)
    asked = (
        select(
            Project.id, Project.code, Project.name, Project.content, Project.households, formed, figure, Town.name,
            Village.name, Unit.name, Implementer.name,
        )
        .outerjoin(Implementer, Project.implementing_unit_id == Implementer.id)
        .where(mine)
    )  # fmt: skip
    rows = plain_rows(session, placed(asked, occasion, year, ids).order_by(Project.id))
    for key, code, name, content, households, day, amount, town, village, owner, implementer in rows:
        sum_of = amount if isinstance(amount, Money) else Money(int(amount or 0))
        yield Subject(
            occasion, key, code, name, sum_of, day_of(day), content, implementer or owner, owner, town or "",
            village or "", households, ("project", key),
        )  # fmt: skip


def placed(asked: Any, occasion: Occasion, year: int | None, ids: Collection[int] | None = None) -> Any:
    """A question about projects, of those that stand where the occasion has come about, with owner, town and village."""
    return (
        asked.join(Unit, Project.owner_unit_id == Unit.id)
        .outerjoin(Town, Project.town_id == Town.id)
        .outerjoin(Village, Project.village_id == Village.id)
        .where(
            *_of(Project.id, ids, Project.year == year if year else true()),
            OF_PROJECT[occasion][0],
            Project.status.in_(_STANDING),
        )
    )


def day_of(told: date | str | None) -> date | None:
    """A day of an expression of days, which SQLite tells in letters."""
    return date.fromisoformat(told) if isinstance(told, str) else told


def _own_projects(who: Viewer | None) -> ColumnElement[bool]:
    assert who is not None
    return or_(seen_projects(who, Permission.PUBLISH), seen_projects(who, Permission.READ_PROJECTS))


def _assets(
    session: Session, occasion: Occasion, year: int | None, ids: Collection[int] | None, who: Viewer | None
) -> Iterator[Subject]:
    """Assets titled in the year, or the distributed income of a year: figures original cost, and what was distributed."""
    income = occasion is Occasion.INCOME
    key, stage, formed = _of_assets(occasion, year)
    figure: Any = distributed_of() if income else Asset.original_cost
    query = (
        select(
            key, Asset.id, Asset.code, Asset.name, Asset.owner_name, Asset.location, Asset.households, formed, figure,
            Town.name, Village.name, Income.year if income else Asset.project_year,
        )
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
    )  # fmt: skip
    if income:
        query = query.join(Income, Income.asset_id == Asset.id)
    mine = true() if sees_all(who) else _own_assets(who)
    rows = session.execute(query.where(*_of(key, ids, stage), mine).order_by(key))
    for row_id, asset_id, code, name, owner, location, households, day, amount, town, village, of_year in rows:
        said = (
            f"{of_year}年收益分配" if income else f"坐落{location}，所有权人{owner}" if location else f"所有权人{owner}"
        )
        formed_on = day_of(day) or (date(of_year, 12, 31) if income else None)
        yield Subject(
            occasion, row_id, code, name, amount, formed_on, said, owner, owner, town or "", village or "",
            households or 0, ("asset", asset_id),
        )  # fmt: skip


def _of_assets(occasion: Occasion, year: int | None) -> tuple[Any, ColumnElement[bool], Any]:
    """Key of the results of assets or their incomes, whether it has come about (in the year), and since which day.

    An income of which nobody wrote down when it was distributed has no such day; the last day of its year stands for it.
    """
    if occasion is Occasion.INCOME:
        stage = and_(distributed_of() > ZERO, Income.year == year if year else true())
        return Income.id, stage, func.coalesce(resolved_on(), last_received())
    in_year = and_(Asset.titled_on >= date(year, 1, 1), Asset.titled_on <= date(year, 12, 31)) if year else true()
    return Asset.id, and_(Asset.titled_on.is_not(None), in_year), Asset.titled_on


def _own_assets(who: Viewer | None) -> ColumnElement[bool]:
    assert who is not None
    return or_(seen_assets(who, Permission.PUBLISH), seen_assets(who, Permission.READ_ASSETS))


def _of(key: Any, ids: Collection[int] | None, stage: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """The rows asked for by id, or those of the stage."""
    return (key.in_(ids),) if ids is not None else (stage,)


def _day(at: datetime | None) -> date | None:
    return at.astimezone(OFFICE).date() if at else None


def _sum_of(table: Any, *tests: Any) -> Any:
    return select(func.sum(table.amount)).where(table.project_id == Project.id, *tests).correlate(Project)


def _last_of(table: Any, *tests: Any) -> Any:
    return select(func.max(table.paid_on)).where(table.project_id == Project.id, *tests).correlate(Project)


def _stepped_to(status: ProjectStatus) -> Any:
    """The day a project last came to a stage; none where no step was written down."""
    step = select(func.max(ProjectStep.happened_on)).where(
        ProjectStep.project_id == Project.id, ProjectStep.to_status == status
    )
    return step.correlate(Project).scalar_subquery()


_ALLOCATED: Any = (
    select(
        AllotmentNotice.id,
        AllotmentNotice.document_no,
        AllotmentNotice.title,
        func.count(Allocation.project_id.distinct()),
        func.sum(Allocation.amount),
        func.max(Allocation.reviewed_at),
        func.max(Allocation.decided_on),
    )
    .join(AllotmentLine, AllotmentLine.notice_id == AllotmentNotice.id)
    .join(Allocation, Allocation.line_id == AllotmentLine.id)
    .where(Allocation.state == MoneyState.APPROVED, Allocation.correction_id.is_(None))
    .group_by(AllotmentNotice.id)
    .order_by(AllotmentNotice.id)
)
_CORRECTED: Any = (
    select(
        Correction.id,
        Correction.kind,
        Correction.document_no,
        Correction.reason,
        func.count(Allocation.project_id.distinct()),
        func.sum(func.abs(Allocation.amount)),
        func.max(Correction.reviewed_at),
        Correction.decided_on,
    )
    .join(Allocation, Allocation.correction_id == Correction.id)
    .where(Correction.state == MoneyState.APPROVED)
    .group_by(Correction.id)
    .order_by(Correction.id)
)
_SUBSIDY = (Payment.kind == PaymentKind.SUBSIDY, Payment.state == MoneyState.APPROVED)
_PAID_OUT = (WorkReliefPay.paid_on.is_not(None),)
_SETTLED_OR_PLANNED = func.coalesce(Project.settled_amount, Project.planned_investment)
_STANDING = [s for s in ProjectStatus if not s.is_withdrawn]
_PLANNED = [s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]
OF_PROJECT: dict[Occasion, tuple[Any, Any, Any]] = {
    Occasion.ADMITTED: (Project.admitted_on.is_not(None), Project.admitted_on, Project.planned_investment),
    Occasion.PLANNED: (
        Project.status.in_(_PLANNED),
        func.coalesce(_stepped_to(ProjectStatus.PLANNED), Project.approved_on),
        Project.planned_investment,
    ),
    Occasion.COMPLETED: (Project.completed_on.is_not(None), Project.completed_on, _SETTLED_OR_PLANNED),
    Occasion.SUBSIDY: (
        _sum_of(Payment, *_SUBSIDY).scalar_subquery() > ZERO,
        _last_of(Payment, *_SUBSIDY).scalar_subquery(),
        _sum_of(Payment, *_SUBSIDY).scalar_subquery(),
    ),
    Occasion.LABOR_PAY: (
        _sum_of(WorkReliefPay, *_PAID_OUT).scalar_subquery() > ZERO,
        _last_of(WorkReliefPay, *_PAID_OUT).scalar_subquery(),
        _sum_of(WorkReliefPay, *_PAID_OUT).scalar_subquery(),
    ),
}
"""When a project has come to the occasion, since which day, and which figure is made public."""

Reader = Callable[[Session, Occasion, int | None, Collection[int] | None, Viewer | None], Iterator[Subject]]
_READ: dict[Occasion, Reader] = {
    Occasion.ALLOCATED: _money,
    Occasion.CORRECTED: _corrections,
    **dict.fromkeys(OF_PROJECT, _projects),
    Occasion.TITLED: _assets,
    Occasion.INCOME: _assets,
}
