"""Keeping a run of the rules, and turning what it found into tasks for the units: each fault once, however often it is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.kept_checks import Fault, faults, figure
from fundsys.domain.rights import Permission
from fundsys.domain.rule_families import Family, rules_of
from fundsys.domain.rules.base import Finding, Rule, is_of_records, over_rows, rule_called
from fundsys.models.journal import Act as ActRow
from fundsys.models.kept_checks import CheckMatter, CheckResult, CheckRun
from fundsys.models.office import Unit
from fundsys.queries.facts import county_today
from fundsys.queries.findings import findings
from fundsys.queries.kept_checks import Key, keys_of, last_run_of, packed, seen_matters
from fundsys.queries.past import past
from fundsys.queries.rectification import sources
from fundsys.queries.row_units import unit_of_kind, units_of
from fundsys.queries.suspects import Depth
from fundsys.services import rectification
from fundsys.services.acts import Act
from fundsys.services.funds.common import need

_BATCH = 500
SHOWN = 12
"""How many records a task names; it leads to all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run. codes: single rules, none for those of the family; as_at: a past day, None for now."""

    year: int
    family: Family | None = None
    codes: tuple[str, ...] = ()
    unit_id: int | None = None
    as_at: date | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules asked for, in the order of the policy page."""
        return tuple(r for r in rules_of(self.family) if not self.codes or r.code in self.codes)

    @property
    def depth(self) -> Depth:
        """Which records are needed: all of them where those of one unit are to be picked out."""
        return Depth.FAULTS if self.unit_id is None else Depth.EVERY


def keep_run(wanted: Wanted, *, act: Act) -> CheckRun:
    """Run the rules and keep what they answer, with their faults beside those of the run before.

    A fault found again stays the matter it was; one no longer found is gone. A run on a day before the newest run of
    the same rules is kept beside it and changes no matter.
    Raises: NotAllowed; DomainError for a day to come or a unit there is not.
    """
    need(act, Permission.FIND)
    told = _judged(wanted, act)
    units = units_of(act.session, {(row.table, row.id) for f in told for row in f.rows}) if wanted.unit_id else {}
    if wanted.unit_id is not None:
        told = [_of_unit(f, units, wanted.unit_id) for f in told if is_of_records(f)]
    family, rules = (wanted.family.code if wanted.family else ""), ",".join(sorted(wanted.codes))
    day = wanted.as_at or act.day
    last = last_run_of(act.session, wanted.year, family, rules, wanted.unit_id)
    before = (
        last
        if last is None or last.as_at <= day
        else last_run_of(act.session, wanted.year, family, rules, wanted.unit_id, day)
    )
    found = [fault for f in told for fault in faults(f)]
    now, then = {fault.key for fault in found}, keys_of(act.session, before.id) if before else set()
    made = CheckRun(
        year=wanted.year,
        as_at=day,
        rules=rules,
        family=family,
        unit_id=wanted.unit_id,
        before_id=before.id if before else None,
        fault_count=len(now),
        new_count=len(now - then),
        gone_count=len(then - now),
        kept_by=act.person_id,
        kept_at=act.at,
        journal_seq=act.session.scalar(select(func.max(ActRow.seq))) or 0,
    )
    act.session.add(made)
    act.session.flush()
    _keep_results(act, made, told)
    if before is last:
        _keep_matters(act, made, wanted, told, found)
    act.subject = f"{wanted.year}年度 {len(told)} 条结论，问题 {len(now)} 条，新增 {len(now - then)} 条"
    return made


def _judged(wanted: Wanted, act: Act) -> list[Finding]:
    if wanted.unit_id is not None and act.session.get(Unit, wanted.unit_id) is None:
        raise NotFound("没有这个单位，请从列出的单位中选择", field="unit")
    today = county_today(act.session)
    if wanted.as_at is not None and wanted.as_at > today:
        raise DomainError(f"检查日期不能晚于今天 {today.isoformat()}", field="as_at")
    if wanted.as_at is None or wanted.as_at == today:
        return [c.approved for c in findings(act.session, wanted.year, rules=wanted.rules, depth=wanted.depth)]
    with past(wanted.as_at) as session:
        found = findings(session, wanted.year, wanted.as_at, rules=wanted.rules, depth=wanted.depth)
        return [c.approved for c in found]


def _of_unit(finding: Finding, units: Mapping[tuple[str, int], int], unit_id: int) -> Finding:
    return over_rows(finding, [row for row in finding.rows if units.get((row.table, row.id)) == unit_id])


def _keep_results(act: Act, made: CheckRun, told: Sequence[Finding]) -> None:
    keys: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for f in told:
        keys[f.rule, f.scope] += [fault.key for fault in faults(f)]
    for f in told:
        mine = keys[f.rule, f.scope]
        act.session.add(
            CheckResult(
                run_id=made.id,
                rule=f.rule,
                scope=f.scope,
                outcome=f.outcome,
                measured=(f.measured_exact or "")[:40],
                required=f.required[:40],
                numerator=figure(f.numerator),
                denominator=figure(f.denominator),
                message=f.message,
                fault_count=len(mine),
                faults=packed(mine),
            )
        )
    act.session.flush()


def _keep_matters(act: Act, made: CheckRun, wanted: Wanted, told: Sequence[Finding], found: Iterable[Fault]) -> None:
    """New faults become matters, those that were there stay, those no longer found are gone."""
    m = CheckMatter
    graveness = {f.rule: f.severity for f in told}
    open_ones = act.session.execute(
        select(m.id, m.rule, m.scope, m.table_name, m.row_id, m.year, m.unit_id).where(
            m.gone_on.is_(None), m.rule.in_(graveness)
        )
    ).all()
    there = {(row.rule, row.scope, row.table_name, row.row_id): row for row in open_ones}
    fresh, seen, moved = [], set(), []
    for fault in found:
        seen.add(fault.key)
        if fault.key in there:
            if there[fault.key].year != made.year:
                moved.append(there[fault.key].id)
        else:
            fresh.append(fault)
    _add_matters(act, made, {fault.key: fault for fault in fresh}.values(), graveness)
    gone = [
        row.id
        for key, row in there.items()
        if key not in seen and row.year == made.year and wanted.unit_id in (None, row.unit_id)
    ]
    _change(act, moved, year=made.year)
    _change(act, gone, gone_run_id=made.id, gone_on=made.as_at)


def _add_matters(act: Act, made: CheckRun, fresh: Iterable[Fault], graveness: Mapping[str, Any]) -> None:
    fresh = list(fresh)
    units = units_of(act.session, {(fault.table, fault.id) for fault in fresh})
    lead = unit_of_kind(act.session, "lead")
    rows = [
        {
            "year": made.year,
            "rule": fault.rule,
            "scope": fault.scope,
            "severity": graveness[fault.rule],
            "table_name": fault.table,
            "row_id": fault.id,
            "label": fault.label,
            "note": fault.note,
            "unit_id": units.get((fault.table, fault.id), made.unit_id or lead),
            "first_run_id": made.id,
            "first_seen_on": made.as_at,
        }
        for fault in fresh
    ]
    for start in range(0, len(rows), _BATCH):
        act.session.execute(insert(CheckMatter), rows[start : start + _BATCH])


def _change(act: Act, ids: Sequence[int], **told: Any) -> None:
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        act.session.execute(
            update(CheckMatter)
            .where(CheckMatter.id.in_(part))
            .values(version=CheckMatter.version + 1, **told)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """What the tasks made of faults share. due_on: the last day, inclusive."""

    source: str
    due_on: date | None
    paper_no: str = ""


def make_tasks(seen: Mapping[int, int], entry: TaskEntry, *, act: Act) -> list[int]:
    """Turn faults into rectification tasks: one task for each rule and unit. seen: fault id → version as it was seen.

    Returns the ids of the tasks. Raises: NotAllowed; NotFound for what this person may not see; StepRefused for a fault
    that is gone or has its task already; DomainError without a day.
    """
    who = need(act, Permission.FIND)
    if not seen:
        raise DomainError("请先勾选要下达整改的问题", field="chosen")
    if entry.due_on is None:
        raise DomainError("请填写整改期限", field="due_on")
    if entry.source not in dict(sources(act.session)):
        raise DomainError("请从列出的问题来源中选择", field="source")
    test = [] if who is None else [seen_matters(who)]
    groups: dict[tuple[str, int], list[CheckMatter]] = defaultdict(list)
    for key, version in sorted(seen.items()):
        matter = act.session.scalars(select(CheckMatter).where(CheckMatter.id == key, *test)).one_or_none()
        if matter is None:
            raise NotFound("没有这个问题，或者不在您的管理范围内")
        _refuse_done(matter)
        act.check_version(matter, version)
        if matter.unit_id is None:
            raise DomainError(f"“{matter.label}”没有责任单位，请在问题整改页登记", field="chosen")
        groups[matter.rule, matter.unit_id].append(matter)
    made = [_task(act, rule, unit, mine, entry) for (rule, unit), mine in groups.items()]
    act.subject = f"{len(seen)} 个问题下达 {len(made)} 项整改"
    return made


def _refuse_done(matter: CheckMatter) -> None:
    if matter.rectification_id is not None:
        raise StepRefused(f"“{matter.label}”已经下达整改，一个问题只下达一次，请打开原来的整改任务办理")
    if matter.gone_on is not None:
        raise StepRefused(f"“{matter.label}”在 {matter.gone_on.isoformat()} 的检查里已经消除，不用下达整改")


def _task(act: Act, rule: str, unit_id: int, mine: Sequence[CheckMatter], entry: TaskEntry) -> int:
    found = rule_called(rule)
    title = found.title if found else rule
    named = "；".join(f"{m.label}{'：' if m.note else ''}{m.note}"[:120] for m in mine[:SHOWN])
    rest = f"；等 {len(mine)} 项" if len(mine) > SHOWN else ""
    problem = f"规则检查 {rule} {title}：{named}{rest}"
    assert entry.due_on is not None
    made = rectification.record_finding(
        rectification.FindingEntry(entry.source, problem[:1900], unit_id, entry.due_on, act.day, entry.paper_no),
        act=act,
    )
    for matter in mine:
        matter.rectification_id = made.id
        matter.version += 1
    act.session.flush()
    return made.id
