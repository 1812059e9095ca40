"""What-if plans of a notice: the list, the amounts of one, and several side by side with what every rule would say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.effect import Effect
from fundsys.domain.errors import NotFound
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Role
from fundsys.models.desk import AllocationPlan, AllocationPlanRow
from fundsys.models.office import Person
from fundsys.queries.allotment_sheet import Preview, Sheet, SheetRow, Typed, notice_sheet, preview

MOST_SIDE_BY_SIDE = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as lists show it. is_proposal: made by the lead bureau, which may propose and not allocate."""

    id: int
    version: int
    notice_id: int
    name: str
    note: str
    made_on: date
    made_by_id: int | None
    made_by: str
    is_proposal: bool
    count: int
    amount: Money
    adopted_at: datetime | None
    adopted_by: str


class Planned(NamedTuple):
    """One amount of a plan with why it goes beyond the planned investment, and by which paper."""

    amount: Money
    reason: str
    document: str


def plans(session: Session, notice_id: int, ids: Collection[int] | None = None) -> list[Plan]:
    """The plans of a notice, oldest first; only some of them with `ids`."""
    maker, adopter, row = aliased(Person), aliased(Person), AllocationPlanRow
    p = AllocationPlan
    sums = (
        select(row.plan_id, func.count(row.project_id.distinct()).label("count"), func.sum(row.amount).label("amount"))
        .group_by(row.plan_id)
        .subquery()
    )
    wanted = [p.notice_id == notice_id] + ([p.id.in_(ids)] if ids is not None else [])
    found = session.execute(
        select(p, maker.name, maker.role, sums.c.count, sums.c.amount, adopter.name)
        .outerjoin(maker, p.made_by == maker.id)
        .outerjoin(adopter, p.adopted_by == adopter.id)
        .outerjoin(sums, sums.c.plan_id == p.id)
        .where(*wanted)
        .order_by(p.id)
    )
    return [
        Plan(
            plan.id,
            plan.version,
            plan.notice_id,
            plan.name,
            plan.note,
            plan.made_on,
            plan.made_by,
            name or "系统",
            role is Role.LEAD,
            count or 0,
            amount or ZERO,
            plan.adopted_at,
            adopter_name or "",
        )
        for plan, name, role, count, amount, adopter_name in found
    ]


def plan(session: Session, plan_id: int) -> Plan:
    """One plan. Raises NotFound."""
    notice_id = session.scalar(select(AllocationPlan.notice_id).where(AllocationPlan.id == plan_id))
    found = plans(session, notice_id, [plan_id]) if notice_id is not None else []
    if not found:
        raise NotFound("没有这个方案，可能已被删除，请从方案列表进入")
    return found[0]


def planned(session: Session, plan_id: int) -> dict[tuple[int, int], Planned]:
    """The amounts of a plan by line and project."""
    r = AllocationPlanRow
    rows = session.execute(
        select(r.line_id, r.project_id, r.amount, r.reason, r.document_no).where(r.plan_id == plan_id).order_by(r.id)
    )
    return {(line, project): Planned(amount, reason, paper) for line, project, amount, reason, paper in rows}


@dataclass(frozen=True, slots=True)
class Column:
    """One plan beside others; `plan` is None for the clerk's own drafts."""

    plan: Plan | None
    amounts: Typed
    preview: Preview

    @property
    def name(self) -> str:
        return self.plan.name if self.plan else "现在的草稿"


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A project with what each plan gives it, of every line together and by line."""

    row: SheetRow
    amounts: tuple[Money, ...]
    parts: tuple[Mapping[int, Money], ...]

    @property
    def differs(self) -> bool:
        """Whether the plans do not all give the same, of every line."""
        return any(part != self.parts[0] for part in self.parts)


@dataclass(frozen=True, slots=True)
class ComparedRule:
    """A rule under each plan."""

    effects: tuple[Effect, ...]

    @property
    def first(self) -> Effect:
        return self.effects[0]

    @property
    def differs(self) -> bool:
        """Whether the measured figure or the verdict is not the same under all plans."""
        return len({(e.after.measured, e.after.outcome) for e in self.effects}) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans of one notice side by side."""

    sheet: Sheet
    columns: tuple[Column, ...]
    rows: tuple[ComparedRow, ...]
    rules: tuple[ComparedRule, ...]

    @property
    def different(self) -> int:
        """In how many projects the plans differ."""
        return sum(row.differs for row in self.rows)


def compare(
    session: Session, clerk_id: int | None, notice_id: int, chosen: Sequence[Plan], today: date, *, drafts: bool
) -> Comparison:
    """Plans of a notice side by side, and the clerk's drafts beside them when asked. Writes nothing."""
    amounts: list[tuple[Plan | None, dict[tuple[int, int], Money]]] = [
        (one, {key: p.amount for key, p in planned(session, one.id).items()}) for one in chosen
    ]
    projects = {project for _, told in amounts for _, project in told}
    made = notice_sheet(session, clerk_id, notice_id, keep=projects)
    if drafts:
        own = {(c.line_id, row.project_id): c.draft for row in made.rows for c in row.cells if c.draft}
        if own or not amounts:
            amounts.insert(0, (None, own))
    columns = tuple(Column(one, told, preview(session, made, told, today)) for one, told in amounts)
    rules = zip(*(column.preview.effects for column in columns), strict=True)
    return Comparison(
        made,
        columns,
        tuple(_rows(made, columns)),
        tuple(ComparedRule(effects) for effects in rules if any(e.touched or e.rule != "R123" for e in effects)),
    )


def _rows(made: Sheet, columns: Sequence[Column]) -> list[ComparedRow]:
    found = []
    for row in made.rows:
        parts = tuple(
            {line.id: a for line in made.lines if (a := column.amounts.get((line.id, row.project_id)))}
            for column in columns
        )
        if any(parts):
            found.append(ComparedRow(row, tuple(total(part.values()) for part in parts), parts))
    return found
