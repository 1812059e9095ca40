"""Kept runs of the rules as people see them: the list, one run beside the one before, the faults and their tasks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound
from fundsys.domain.kept_checks import Change
from fundsys.domain.money import show_limit, show_percent
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.rule_families import Family
from fundsys.domain.rules.base import Outcome, Severity, rule_called
from fundsys.models.kept_checks import CheckMatter, CheckResult, CheckRun
from fundsys.models.office import Person, Region, Unit
from fundsys.models.papers import Rectification
from fundsys.queries.viewer import Viewer

Key = tuple[str, str, str, int]
"""Rule, scope, table and id of a fault."""
_M = CheckMatter
MOST_AT_ONCE = 900


@dataclass(frozen=True, slots=True)
class RunRow:
    """One kept run. family, unit: what it was of, empty for all. before_id: what it is compared with."""

    id: int
    year: int
    as_at: date
    family: str
    unit: str
    faults: int
    new: int
    gone: int
    kept_by: str
    kept_at: datetime
    before_id: int | None
    unit_id: int | None

    @property
    def of(self) -> str:
        """What was run, for people."""
        family = next(
            (f.label for f in Family if f.code == self.family), "全部规则" if not self.family else self.family
        )
        return f"{family}，{self.unit}" if self.unit else family


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What one rule answered, beside the run before: None where it was not run then."""

    rule: str
    title: str
    scope: str
    outcome: Outcome
    measured: str
    required: str
    faults: int
    new: int
    gone: int
    before: Outcome | None
    message: str

    @property
    def still(self) -> int:
        return self.faults - self.new


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One fault with how long it has been there and the task that puts it right."""

    id: int
    version: int
    rule: str
    title: str
    severity: Severity
    table: str
    row_id: int
    label: str
    note: str
    unit_id: int | None
    unit: str
    first_run_id: int
    first_seen_on: date
    gone_on: date | None
    task_id: int | None
    task_state: FindingState | None
    change: Change = Change.STILL


def runs(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[list[RunRow], int]:
    """The kept runs, the newest first, and how many there are."""
    rows = session.execute(_runs().order_by(CheckRun.id.desc()).limit(limit).offset(offset))
    whole = session.scalar(select(func.count()).select_from(CheckRun)) or 0
    return [_run(row) for row in rows], whole


def run(session: Session, run_id: int) -> RunRow:
    """One kept run. Raises NotFound."""
    row = session.execute(_runs().where(CheckRun.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("没有这次检查，请从检查记录进入")
    return _run(row)


def _runs() -> Any:
    r = CheckRun
    return (
        select(
            r.id, r.year, r.as_at, r.family, Unit.name, r.fault_count, r.new_count, r.gone_count, Person.name,
            r.kept_at, r.before_id, r.unit_id,
        )
        .outerjoin(Unit, r.unit_id == Unit.id)
        .outerjoin(Person, r.kept_by == Person.id)
    )  # fmt: skip


def _run(row: Any) -> RunRow:
    number, year, as_at, family, unit, count, new, gone, by, *rest = row
    return RunRow(number, year, as_at, family, unit or "", count, new, gone, by or "系统", *rest)


def keys_of(session: Session, run_id: int) -> set[Key]:
    """The keys of the faults of a run."""
    c = CheckResult
    rows = session.execute(select(c.rule, c.scope, c.faults).where(c.run_id == run_id))
    return {
        (rule, scope, table, key)
        for rule, scope, told in rows
        for table, keys in json.loads(told).items()
        for key in keys
    }


def packed(keys: Iterable[Key]) -> str:
    """The keys of one rule's faults as a result keeps them: {"asset": [3, 7]}."""
    found: dict[str, list[int]] = {}
    for _, _, table, key in keys:
        found.setdefault(table, []).append(key)
    return json.dumps({table: sorted(found[table]) for table in sorted(found)}, separators=(",", ":"))


def results(session: Session, kept: RunRow) -> list[ResultRow]:
    """What each rule answered in a run, in the order it was run, beside the run before."""
    c = CheckResult
    before = {}
    if kept.before_id is not None:
        told = session.execute(select(c.rule, c.scope, c.outcome).where(c.run_id == kept.before_id))
        before = {(rule, scope): outcome for rule, scope, outcome in told}
    then, now = _counts(session, kept.before_id), _counts(session, kept.id)
    rows = session.execute(
        select(c.rule, c.scope, c.outcome, c.measured, c.required, c.message).where(c.run_id == kept.id).order_by(c.id)
    )
    return [
        ResultRow(
            rule,
            _title(rule, scope),
            scope,
            outcome,
            *_figures(measured, required),
            len(now.get((rule, scope), set())),
            len(now.get((rule, scope), set()) - then.get((rule, scope), set())),
            len(then.get((rule, scope), set()) - now.get((rule, scope), set())),
            before.get((rule, scope)),
            message,
        )
        for rule, scope, outcome, measured, required, message in rows
    ]


def _figures(measured: str, required: str) -> tuple[str, str]:
    """What was measured and required as people read it: shares as percentages, numbers as they are."""
    sign = {">=": "≥ ", "<=": "≤ "}.get(required[:2], "= ")
    limit = required.lstrip("<>=")
    is_share = "." in measured or "." in limit or required == ">=1"
    if not is_share:
        return measured, f"{sign}{limit}" if limit else ""
    bound = Fraction(limit) if limit else None
    share = show_percent(Fraction(measured), bound) if measured else ""
    return share, f"{sign}{show_limit(bound)}" if bound is not None else ""


def _counts(session: Session, run_id: int | None) -> dict[tuple[str, str], set[Key]]:
    found: dict[tuple[str, str], set[Key]] = {}
    for key in keys_of(session, run_id) if run_id is not None else ():
        found.setdefault(key[:2], set()).add(key)
    return found


def _title(rule: str, scope: str) -> str:
    found = rule_called(rule)
    title = found.title if found else rule
    return f"{title}（{scope}）" if scope else title


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """What is looked for among the faults; empty asks for nothing. run_id: seen in it; change: beside the run before."""

    run_id: int | None = None
    change: Change | None = None
    rule: str = ""
    unit_id: int | None = None
    severity: Severity | None = None
    task: str = ""
    gone: bool = False
    page: int = 1
    size: int = 50


def matters(session: Session, who: Viewer, wanted: MatterFilter) -> tuple[list[MatterRow], int]:
    """The faults this person may see, grave ones first, then the oldest; and how many there are."""
    test = [seen_matters(who), *_wanted(wanted)]
    changes = _changes(session, run(session, wanted.run_id), wanted.change) if wanted.run_id else None
    if changes is not None:
        found = session.scalars(select(_M.id).where(*test))
        mine = [key for key in found if key in changes]
        if len(mine) > MOST_AT_ONCE:
            mine = list(session.scalars(select(_M.id).where(*test).order_by(*_ORDER)))
            mine = [key for key in mine if key in changes]
            whole, mine = len(mine), mine[(wanted.page - 1) * wanted.size :][: wanted.size]
            return _read(session, [_M.id.in_(mine)], changes, wanted.size, 0), whole
        test = [_M.id.in_(mine)]
    whole = session.scalar(select(func.count()).select_from(_M).where(*test)) or 0
    return _read(session, test, changes or {}, wanted.size, (wanted.page - 1) * wanted.size), whole


_ORDER = (
    case((_M.severity == Severity.BLOCKER, 0), (_M.severity == Severity.HIGH, 1), else_=2),
    _M.first_seen_on,
    _M.rule,
    _M.id,
)


def _read(
    session: Session, test: list[ColumnElement[bool]], changes: Mapping[int, Change], limit: int, offset: int
) -> list[MatterRow]:
    r = Rectification
    query = (
        select(_M, Unit.name, r.id, r.state)
        .outerjoin(Unit, _M.unit_id == Unit.id)
        .outerjoin(r, _M.rectification_id == r.id)
        .where(*test)
        .order_by(*_ORDER)
        .limit(limit)
        .offset(offset)
    )
    return [_matter(m, unit, task, state, changes) for m, unit, task, state in session.execute(query)]


def _matter(
    m: CheckMatter, unit: str | None, task: int | None, state: str | None, changes: Mapping[int, Change]
) -> MatterRow:
    usual = Change.GONE if m.gone_on is not None else Change.STILL
    return MatterRow(
        m.id,
        m.version,
        m.rule,
        _title(m.rule, m.scope),
        m.severity,
        m.table_name,
        m.row_id,
        m.label,
        m.note,
        m.unit_id,
        unit or "",
        m.first_run_id,
        m.first_seen_on,
        m.gone_on,
        task,
        FindingState(state) if state else None,
        changes.get(m.id, usual),
    )


def _changes(session: Session, kept: RunRow, wanted: Change | None) -> dict[int, Change]:
    """Fault id → how it stands in this run beside the run before; only of the kind asked for."""
    now = keys_of(session, kept.id)
    then = keys_of(session, kept.before_id) if kept.before_id is not None else set()
    by_key: dict[Key, int] = {}
    rows = session.execute(
        select(_M.id, _M.rule, _M.scope, _M.table_name, _M.row_id)
        .where(_M.first_run_id <= kept.id)
        .order_by(_M.first_run_id, _M.id)
    )
    for number, rule, scope, table, key in rows:
        by_key[rule, scope, table, key] = number
    found = {by_key[key]: Change.STILL if key in then else Change.NEW for key in now if key in by_key}
    found |= {by_key[key]: Change.GONE for key in then - now if key in by_key}
    return {key: change for key, change in found.items() if wanted is None or change is wanted}


def _wanted(wanted: MatterFilter) -> list[ColumnElement[bool]]:
    test: list[ColumnElement[bool]] = []
    if wanted.run_id is None:
        test.append(_M.gone_on.is_not(None) if wanted.gone else _M.gone_on.is_(None))
    if wanted.rule:
        found = rule_called(wanted.rule)
        test.append(_M.rule == (found.code if found else wanted.rule))
    if wanted.unit_id is not None:
        test.append(_M.unit_id == wanted.unit_id)
    if wanted.severity is not None:
        test.append(_M.severity == wanted.severity)
    if wanted.task == "no":
        test.append(_M.rectification_id.is_(None))
    elif wanted.task == "yes":
        test.append(_M.rectification_id.is_not(None))
    return test


def seen_matters(who: Viewer) -> ColumnElement[bool]:
    """The faults this person may see: all, or those of the own unit (a town: of its villages too)."""
    scope = who.scope(Permission.READ_RULES)
    if scope is not Scope.OWN:
        return true() if scope is Scope.ALL else false()
    own: ColumnElement[bool] = _M.unit_id == who.unit_id
    if who.town_id is None or who.village_id is not None:
        return own
    places = select(Region.id).where(or_(Region.id == who.town_id, Region.parent_id == who.town_id))
    return or_(own, _M.unit_id.in_(select(Unit.id).where(Unit.region_id.in_(places))))


def matters_of_task(session: Session, who: Viewer, finding_id: int) -> list[MatterRow]:
    """The faults a rectification task is to put right."""
    rows = session.execute(
        select(_M, Unit.name)
        .outerjoin(Unit, _M.unit_id == Unit.id)
        .where(_M.rectification_id == finding_id, seen_matters(who))
        .order_by(_M.id)
    )
    return [_matter(m, unit, finding_id, None, {}) for m, unit in rows]


def last_run_of(
    session: Session, year: int, family: str, rules: str, unit_id: int | None, before: date | None = None
) -> CheckRun | None:
    """The newest run of the same year, rules and unit; before: that judges no later day."""
    r = CheckRun
    same_unit = r.unit_id == unit_id if unit_id is not None else r.unit_id.is_(None)
    query = select(r).where(r.year == year, r.family == family, r.rules == rules, same_unit)
    if before is not None:
        query = query.where(r.as_at <= before)
    return session.scalars(query.order_by(r.id.desc()).limit(1)).one_or_none()
