"""The measures of projects to revive or wind up, as they stand on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.industry import FourBatch, quarter_begin
from fundsys.models.industry import LegacyProject, MeasureProgress
from fundsys.queries.industry import Town
from fundsys.queries.legacy_records import measures
from fundsys.queries.looking import holds
from fundsys.queries.viewer import Viewer, seen_legacy

STANDS = {"late": "已超时限", "silent": "本季度未更新", "open": "正在办理", "done": "已完成"}
"""How measures stand: each project is in one of these, the first that fits."""
P = LegacyProject
_LAST = select(func.max(MeasureProgress.reported_on)).where(MeasureProgress.project_id == P.id).scalar_subquery()
SORTS: dict[str, Any] = {"due": P.due_on, "code": P.code, "town": Town.code, "batch": P.batch, "last": _LAST}
_REMEDIED = P.batch.in_([batch for batch in FourBatch if batch.needs_remedy])


@dataclass(frozen=True, slots=True)
class FollowFilter:
    """What is looked for. stand: a key of STANDS."""

    batch: FourBatch | None = None
    stand: str = ""
    town_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FollowRow:
    """One project's measures."""

    id: int
    code: str
    name: str
    town: str
    batch: FourBatch
    measure: str
    unit: str
    responsible: str
    due_on: date | None
    progress: str
    last_on: date | None
    done_on: date | None
    disposed_on: date | None
    stand: str


def _stands(today: date) -> dict[str, ColumnElement[bool]]:
    """The condition of each stand. Source: four_batches.yaml B3 “每季度更新”."""
    done = P.done_on.is_not(None)
    late = and_(not_(done), P.due_on.is_not(None), P.due_on < today)
    begin = quarter_begin(today)
    unheard = or_(_LAST.is_(None), begin > _LAST)
    silent = and_(not_(done), not_(func.coalesce(P.due_on < today, False)), P.batch == FourBatch.REVIVE)
    silent = and_(silent, P.decided_on < begin, unheard)
    open_ = and_(not_(done), not_(func.coalesce(P.due_on < today, False)), not_(func.coalesce(silent, False)))
    return {"late": late, "silent": silent, "open": open_, "done": done}


def followed(
    session: Session,
    who: Viewer,
    wanted: FollowFilter,
    today: date,
    *,
    sort: str = "due",
    down: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[FollowRow], int]:
    """One page of what was found and how many there are in all."""
    stands = _stands(today)
    tests = [seen_legacy(who), _REMEDIED]
    if wanted.batch:
        tests.append(P.batch == wanted.batch)
    if wanted.stand:
        tests.append(stands[wanted.stand])
    if wanted.town_id is not None:
        tests.append(P.town_id == wanted.town_id)
    if wanted.text:
        tests.append(holds(wanted.text, P.code, P.name, P.responsible, P.measure))
    order = SORTS.get(sort, P.due_on)
    rows = session.execute(
        select(
            P.id, P.code, P.name, func.coalesce(Town.name, ""), P.batch, P.measure, P.responsible_unit, P.responsible,
            P.due_on, P.progress, _LAST, P.done_on, P.disposed_on, *(func.coalesce(c, False) for c in stands.values()),
        )
        .outerjoin(Town, P.town_id == Town.id)
        .where(*tests)
        .order_by(order.desc() if down else order, P.id)
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    found = []
    for row in rows:
        told = tuple[Any, ...](row)
        cells, flags = told[: -len(STANDS)], told[-len(STANDS) :]
        stand = next((name for name, flag in zip(STANDS, flags, strict=True) if flag), "open")
        found.append(FollowRow(*(*cells, stand)))
    return found, session.scalar(select(func.count()).select_from(P).where(*tests)) or 0


def stand_counts(session: Session, who: Viewer, today: date) -> dict[str, int]:
    """How many projects stand how."""
    return {
        name: session.scalar(select(func.count()).select_from(P).where(seen_legacy(who), _REMEDIED, condition)) or 0
        for name, condition in _stands(today).items()
    }


def late_measures(session: Session, today: date) -> int:
    """How many projects of the county have measures past their day."""
    query = select(func.count()).select_from(P).where(_REMEDIED, _stands(today)["late"])
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class MeasureCount:
    """How many projects have a kind of measure, and where it has had its effect."""

    batch: FourBatch
    label: str
    projects: int
    done: int

    @property
    def percent(self) -> str:
        """Share of projects where it has."""
        return f"{self.done * 100 / self.projects:.0f}%" if self.projects else "无数据"


def by_measure(session: Session, who: Viewer) -> list[MeasureCount]:
    """Kinds of measures of the projects to revive or wind up; a project with two kinds counts in both."""
    rows = session.execute(
        select(P.batch, P.measure_codes, P.measure, P.done_on.is_not(None)).where(seen_legacy(who), _REMEDIED)
    )
    known = measures(session)
    counted: dict[tuple[FourBatch, str], list[int]] = {}
    for batch, codes, words, done in rows:
        chosen = [known[code] for code in codes.split(",") if code in known]
        for label in chosen or [words[:12] or "没有措施"]:
            pair = counted.setdefault((batch or FourBatch.REVIVE, label), [0, 0])
            pair[0] += 1
            pair[1] += bool(done)
    made = [MeasureCount(batch, label, *pair) for (batch, label), pair in counted.items()]
    return sorted(made, key=lambda one: (one.batch.code, -one.projects, one.label))
