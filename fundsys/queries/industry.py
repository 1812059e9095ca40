"""Legacy industry projects as people read them: the list, the classes by town and by industry, one card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import NotFound
from fundsys.domain.industry import FourBatch, RunState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.industry import BatchLabel, ClassDecision, LegacyProject, MeasureProgress, OperationRecord
from fundsys.models.office import Region
from fundsys.models.papers import Attachment
from fundsys.queries.looking import holds
from fundsys.queries.viewer import Viewer, seen_legacy

Town, Village = aliased(Region), aliased(Region)
NONE = "none"
"""What the filter asks for projects without a class by."""
SORTS: dict[str, Any] = {
    "code": LegacyProject.code,
    "year": LegacyProject.year,
    "town": Town.code,
    "fiscal": LegacyProject.fiscal_amount,
    "batch": LegacyProject.batch,
    "due": LegacyProject.due_on,
}


@dataclass(frozen=True, slots=True)
class LegacyFilter:
    """What is looked for; empty fields ask for nothing. batch: a code, or NONE for those without. late: on this day."""

    text: str = ""
    town_id: int | None = None
    year: int | None = None
    industry: str = ""
    batch: str = ""
    late: date | None = None
    village_id: int | None = None
    run: str = ""
    doubt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return self == LegacyFilter()


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """One line of the list."""

    id: int
    code: str
    name: str
    year: int
    town: str
    industry: str
    operator: str
    run_state: RunState | None
    fiscal: Money | None
    batch: FourBatch | None
    reason: str
    measure: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Classes:
    """How many projects of each class there are under one heading; None is without a class."""

    label: str
    key: Any
    counts: dict[FourBatch | None, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, batch: FourBatch | None) -> int:
        """How many are of a class."""
        return self.counts.get(batch, 0)


def _found(who: Viewer, wanted: LegacyFilter) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool]] = [seen_legacy(who)]
    if wanted.text:
        tests.append(holds(wanted.text, LegacyProject.code, LegacyProject.name, LegacyProject.operator))
    if wanted.town_id is not None:
        tests.append(LegacyProject.town_id == wanted.town_id)
    if wanted.year is not None:
        tests.append(LegacyProject.year == wanted.year)
    if wanted.industry:
        tests.append(LegacyProject.industry == wanted.industry)
    if wanted.batch == NONE:
        tests.append(LegacyProject.batch.is_(None))
    elif batch := batch_of(wanted.batch):
        tests.append(LegacyProject.batch == batch)
    if wanted.late:
        remedied = [b for b in FourBatch if b.needs_remedy]
        open_ones = and_(LegacyProject.batch.in_(remedied), LegacyProject.done_on.is_(None))
        tests.append(and_(open_ones, LegacyProject.due_on < wanted.late))
    if wanted.doubt in DOUBTS:
        tests.append(_doubts(wanted.doubt))
    if wanted.village_id is not None:
        tests.append(LegacyProject.village_id == wanted.village_id)
    if run := next((state for state in RunState if state.code == wanted.run), None):
        tests.append(LegacyProject.run_state == run)
    return and_(*tests)


DOUBTS = {"F102": "盘活调整缺措施、责任人或时限", "F103": "巩固升级却停产、注销、毁损"}
"""What contradicts a class, by the number of the audit finding. Source: audit_findings.yaml; F104 is asked by `late`."""


def _doubts(number: str) -> ColumnElement[bool]:
    p = LegacyProject
    remedied = p.batch.in_([b for b in FourBatch if b.needs_remedy])
    if number == "F102":
        return and_(remedied, or_(p.measure == "", p.responsible == "", p.due_on.is_(None)))
    still = [state for state in RunState if state.stands_still]
    return and_(p.batch.in_([b for b in FourBatch if not b.needs_remedy]), p.run_state.in_(still))


def batch_of(code: str) -> FourBatch | None:
    """The class with this code; None when there is none."""
    return next((b for b in FourBatch if b.code == code), None)


def legacy_projects(
    session: Session,
    who: Viewer,
    wanted: LegacyFilter,
    *,
    sort: str = "code",
    down: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[LegacyRow], int, Money]:
    """One page of what was found, how many there are in all, and the fiscal money of all found."""
    condition = _found(who, wanted)
    order = SORTS.get(sort, LegacyProject.code)
    rows = session.execute(
        select(
            LegacyProject.id,
            LegacyProject.code,
            LegacyProject.name,
            LegacyProject.year,
            func.coalesce(Town.name, ""),
            LegacyProject.industry,
            LegacyProject.operator,
            LegacyProject.run_state,
            LegacyProject.fiscal_amount,
            LegacyProject.batch,
            LegacyProject.batch_reason,
            LegacyProject.measure,
            LegacyProject.due_on,
        )
        .outerjoin(Town, LegacyProject.town_id == Town.id)
        .where(condition)
        .order_by(order.desc() if down else order, LegacyProject.id)
        .offset(offset)
        .limit(limit)
    )
    count, fiscal = session.execute(select(func.count(), func.sum(LegacyProject.fiscal_amount)).where(condition)).one()
    return [LegacyRow(*tuple(row)) for row in rows], count, fiscal or ZERO


def by_town(session: Session, who: Viewer) -> list[Classes]:
    """Classes of the projects this person sees, by town."""
    rows = session.execute(
        select(Town.code, func.coalesce(Town.name, "未填镇"), Town.id, LegacyProject.batch, func.count())
        .select_from(LegacyProject)
        .outerjoin(Town, LegacyProject.town_id == Town.id)
        .where(seen_legacy(who))
        .group_by(Town.code, Town.name, Town.id, LegacyProject.batch)
        .order_by(Town.code)
    )
    return _grouped((label, key, batch, n) for _, label, key, batch, n in rows)


def by_industry(session: Session, who: Viewer) -> list[Classes]:
    """Classes of the projects this person sees, by industry, most first."""
    rows = session.execute(
        select(LegacyProject.industry, LegacyProject.batch, func.count())
        .where(seen_legacy(who))
        .group_by(LegacyProject.industry, LegacyProject.batch)
    )
    found = _grouped((name or "未填", name, batch, n) for name, batch, n in rows)
    return sorted(found, key=lambda c: (-c.total, c.label))


def _grouped(rows: Iterable[tuple[str, Any, FourBatch | None, int]]) -> list[Classes]:
    made: dict[tuple[str, Any], dict[FourBatch | None, int]] = {}
    for label, key, batch, n in rows:
        made.setdefault((label, key), {})[batch] = n
    return [Classes(label, key, counts) for (label, key), counts in made.items()]


def years(session: Session) -> list[int]:
    """The years there are, for the filter."""
    return list(session.scalars(select(LegacyProject.year).distinct().order_by(LegacyProject.year)))


@dataclass(frozen=True, slots=True)
class LegacyCard:
    """One legacy project on its page. record: for reading only."""

    record: LegacyProject
    town: str
    village: str


def legacy_card(
    session: Session, who: Viewer, project_id: int, permission: Permission = Permission.READ_LEGACY
) -> LegacyCard:
    """One project, when this person may do this to it. Raises NotFound for hidden and missing alike."""
    condition = (LegacyProject.id == project_id, seen_legacy(who), seen_legacy(who, permission))
    found = session.scalars(select(LegacyProject).where(*condition)).one_or_none()
    if found is None:
        raise NotFound("没有这个产业项目，或者不在您的管理范围内")
    return LegacyCard(found, found.town.name if found.town else "", found.village.name if found.village else "")


def may_propose(session: Session, who: Viewer, project_id: int) -> bool:
    """Whether this person enters facts and proposes a class for the project."""
    mine = seen_legacy(who, Permission.PROPOSE_CLASS)
    return session.scalar(select(LegacyProject.id).where(LegacyProject.id == project_id, mine)) is not None


@dataclass(frozen=True, slots=True)
class LinkedAsset:
    """An asset that came out of the project."""

    id: int
    code: str
    name: str
    cost: Money
    status: AssetStatus


def assets_of(session: Session, code: str) -> list[LinkedAsset]:
    """The assets whose project code is this one's."""
    a = Asset
    rows = session.execute(
        select(a.id, a.code, a.name, a.original_cost, a.status).where(a.project_code == code).order_by(a.code)
    )
    return [LinkedAsset(*row) for row in rows]


_PAPER_TABLES: dict[str, Any] = {
    "class_decision": ClassDecision,
    "operation_record": OperationRecord,
    "measure_progress": MeasureProgress,
}


def rows_with_papers(session: Session, table: str, project_id: int) -> list[int]:
    """The rows of a project's decisions, records or progress that have papers."""
    model = _PAPER_TABLES[table]
    rows = session.scalars(
        select(model.id)
        .distinct()
        .join(Attachment, and_(Attachment.table_name == table, Attachment.row_id == model.id))
        .where(model.project_id == project_id)
        .order_by(model.id)
    )
    return list(rows)


def versions(session: Session, who: Viewer, ids: Iterable[int]) -> dict[int, int]:
    """The versions of projects this person sees, by id."""
    asked = select(LegacyProject.id, LegacyProject.version).where(LegacyProject.id.in_(list(ids)), seen_legacy(who))
    return {number: version for number, version in session.execute(asked)}


def own_labels(session: Session) -> list[BatchLabel]:
    """The county's own names of the classes, newest year first. For reading only."""
    return list(session.scalars(select(BatchLabel).order_by(BatchLabel.year.desc(), BatchLabel.code)))
