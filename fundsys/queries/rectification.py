"""Reading problems found and put right: the list with its counts, one problem with its steps, who is late, the rule's facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.facts import ProblemFact
from fundsys.domain.rectification import FindingState, FindingStep
from fundsys.domain.rights import GRANTS, Permission, Scope
from fundsys.models.office import DictionaryEntry, Person, Region, Unit
from fundsys.models.papers import Rectification, RectificationStep
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.viewer import Viewer, seen_units

TABLE = "rectification"
PAGE_SIZE = 50
_P, _S = Permission, FindingState
LATE_STATES = (_S.OPEN.code, _S.ANSWERED.code)
"""States in which a problem can be late: it is not put right."""
Closer = aliased(Person)


def seen_findings(who: Viewer, permission: Permission = _P.READ_FINDINGS) -> ColumnElement[bool]:
    """The problems this person may do this to: all, those of the own unit (a town: of its villages too), or none."""
    scope = who.scope(permission)
    if scope is not Scope.OWN:
        return true() if scope is Scope.ALL else false()
    if who.is_bounded:
        return Rectification.unit_id.in_(select(Unit.id).where(seen_units(who)))
    own: ColumnElement[bool] = Rectification.unit_id == who.unit_id
    if who.town_id is None or who.village_id is not None:
        return own
    places = select(Region.id).where(or_(Region.id == who.town_id, Region.parent_id == who.town_id))
    return or_(own, Rectification.unit_id.in_(select(Unit.id).where(Unit.region_id.in_(places))))


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """Which problems, in which order. late: going on beyond their last day. sort: due, found, unit; a minus turns it."""

    state: FindingState | None = None
    source: str = ""
    unit_id: int | None = None
    year: int | None = None
    late: bool = False
    q: str = ""
    sort: str = "due"
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem as lists show it."""

    id: int
    version: int
    source: str
    paper_no: str
    problem: str
    unit_id: int
    unit: str
    found_on: date
    due_on: date
    answer: str
    state: FindingState
    closed_on: date | None
    closed_by: str

    def days_late(self, today: date) -> int:
        """Days beyond its last day while it is not put right; 0 otherwise. Due today is not late."""
        return max((today - self.due_on).days, 0) if self.state.code in LATE_STATES else 0


@dataclass(frozen=True, slots=True)
class ProblemStep:
    """One step of the way."""

    kind: FindingStep
    to_state: FindingState
    words: str
    person: str
    unit: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class Problems:
    """A page of problems, how many were found, and of those how many in each state and late."""

    rows: tuple[ProblemRow, ...]
    count: int
    by_state: dict[FindingState, int]
    late: int


def problems(session: Session, who: Viewer, wanted: ProblemFilter, today: date) -> Problems:
    """The problems this person may see, filtered."""
    test = [seen_findings(who), *_conditions(wanted, today)]
    late = func.sum(case((_late(today), 1), else_=0))
    counted = session.execute(
        select(Rectification.state, func.count(), late).where(*test).group_by(Rectification.state)
    ).all()
    query = _rows(session).where(*test).order_by(*_order(wanted.sort))
    found = session.execute(query.offset((wanted.page - 1) * wanted.size).limit(wanted.size))
    return Problems(
        tuple(_row(session, row) for row in found),
        sum(count for _, count, _ in counted),
        {FindingState(state): count for state, count, _ in counted},
        sum(int(number or 0) for _, _, number in counted),
    )


def problem(session: Session, who: Viewer, finding_id: int) -> ProblemRow:
    """One problem. Raises NotFound for hidden and missing alike."""
    row = session.execute(_rows(session).where(Rectification.id == finding_id, seen_findings(who))).first()
    if row is None:
        raise NotFound("没有这个问题，或者不在您的管理范围内")
    return _row(session, row)


def steps_of(session: Session, finding_id: int) -> list[ProblemStep]:
    """The steps on a problem, oldest first."""
    s = RectificationStep
    rows = session.execute(
        select(
            s.kind, s.to_state, s.words, func.coalesce(Person.name, "系统"), func.coalesce(Unit.name, ""), s.happened_on
        )
        .outerjoin(Person, s.person_id == Person.id)
        .outerjoin(Unit, s.unit_id == Unit.id)
        .where(s.rectification_id == finding_id)
        .order_by(s.id)
    )
    return [ProblemStep(*tuple[Any, ...](row)) for row in rows]


def sources(session: Session) -> list[tuple[str, str]]:
    """The sources of problems in use, code and name, as the county keeps them."""
    e = DictionaryEntry
    rows = session.execute(select(e.code, e.label).where(e.kind == "finding_source", e.active).order_by(e.position))
    return [(code, label) for code, label in rows]


def answering_units(session: Session, who: Viewer | None = None) -> list[tuple[int, str]]:
    """Units that can be made to put a problem right: those with somebody who may answer, of a bounded inspector's scope."""
    answering = list(GRANTS[_P.RECTIFY])
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.active, Unit.id.in_(select(Person.unit_id).where(Person.role.in_(answering), Person.active)))
        .where(seen_units(who) if who is not None and who.is_bounded else true())
        .order_by(Unit.id)
    )
    return [(key, name) for key, name in rows]


def _late(today: date) -> ColumnElement[bool]:
    return and_(Rectification.state.in_(LATE_STATES), Rectification.due_on < today)


def _conditions(wanted: ProblemFilter, today: date) -> list[ColumnElement[bool]]:
    r = Rectification
    test: list[ColumnElement[bool]] = []
    if wanted.state:
        test.append(r.state == wanted.state.code)
    if wanted.source:
        test.append(r.source == wanted.source)
    if wanted.unit_id:
        test.append(r.unit_id == wanted.unit_id)
    if wanted.year:
        test.append(r.found_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.late:
        test.append(_late(today))
    if wanted.q:
        test.append(or_(*(c.contains(wanted.q, autoescape=True) for c in (r.problem, r.paper_no, r.answer))))
    return test


_ORDERS = {"due": Rectification.due_on, "found": Rectification.found_on, "unit": Unit.name}
SORTS = tuple(_ORDERS)


def _order(sort: str) -> tuple[Any, ...]:
    column = _ORDERS[sort.removeprefix("-")]
    return (column.desc() if sort.startswith("-") else column.asc(), Rectification.id)


def _rows(session: Session) -> Any:
    r, e = Rectification, DictionaryEntry
    return (
        select(
            r.id, r.version, func.coalesce(e.label, r.source), r.paper_no, r.problem, r.unit_id, Unit.name, r.found_on,
            r.due_on, r.answer, r.state, r.closed_on, func.coalesce(Closer.name, ""),
        )
        .join(Unit, r.unit_id == Unit.id)
        .outerjoin(Closer, r.closed_by == Closer.id)
        .outerjoin(e, and_(e.kind == "finding_source", e.code == r.source))
    )  # fmt: skip


def _row(session: Session, row: Any) -> ProblemRow:
    told = list(row)
    told[10] = FindingState(told[10])
    return ProblemRow(*told)


# ---------- the rule's facts, and what waits ----------


def problem_facts(session: Session, year: int, until: date | None = None) -> tuple[ProblemFact, ...]:
    """Problems found in the year, or earlier and not closed before it began. until: found and closed by that day."""
    return tuple(
        ProblemFact(
            key,
            f"{unit}：{words[:60]}",
            unit,
            due_on,
            state == _S.CLOSED.code and (until is None or closed_on is None or closed_on <= until),
            state == _S.LASTING.code,
        )
        for key, words, unit, due_on, state, closed_on in plain_rows(session, _problems(year, until))
    )


@built_once
def _problems(year: int, until: date | None) -> Select[int, str, str, date, str, date | None]:
    r, begin = Rectification, date(year, 1, 1)
    last = min(until, date(year, 12, 31)) if until else date(year, 12, 31)
    return (
        select(r.id, r.problem, Unit.name, r.due_on, r.state, r.closed_on)
        .join(Unit, r.unit_id == Unit.id)
        .where(r.found_on <= last, or_(r.found_on >= begin, r.closed_on.is_(None), r.closed_on >= begin))
        .order_by(r.id)
    )


def rectification_waiting(
    session: Session, who: Viewer, today: date
) -> Iterator[tuple[str, int, date | None, str, str, str]]:
    """What of it this person can move on: problems to answer, answers to judge."""
    r = Rectification
    if who.can(_P.CLOSE_OUT):
        query = select(func.count(), func.min(r.due_on)).where(r.state == _S.ANSWERED.code, seen_findings(who))
        count, due = session.execute(query).one()
        if count:
            yield "to_close", 0, due, f"{count} 个问题已报整改，待销号", "核对佐证材料后销号、转长期坚持或退回", ""
    if who.can(_P.RECTIFY):
        mine = select(r.id, r.due_on, r.problem).where(r.state == _S.OPEN.code, r.unit_id == who.unit_id)
        for key, due_on, words in session.execute(mine.order_by(r.due_on)):
            yield "to_rectify", key, due_on, f"问题待整改：{words[:60]}", "写明整改情况，附佐证材料后报送", ""
