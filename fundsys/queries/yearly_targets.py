"""Yearly targets as people read them: required, reached, distance, status; fed by rules and figures, or by reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.money import FEN_PER_WAN, Money
from fundsys.domain.policy import Policy
from fundsys.domain.rights import Permission, Role, Scope
from fundsys.domain.rules.base import Finding, Outcome, rule_called
from fundsys.domain.yearly_targets import (
    Asked,
    Comparison,
    Stand,
    Standing,
    TargetKind,
    TargetState,
    Told,
    due_on,
    judge_figure,
    judge_frequency,
    month_due,
    periods,
    rhythm_of,
    words_of,
)
from fundsys.models.office import Person, Unit
from fundsys.models.yearly_targets import TargetUnit, YearTarget
from fundsys.queries.findings import findings
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.suspects import Depth
from fundsys.queries.target_figures import figure_of
from fundsys.queries.target_reports import HANDED, ReportRow, reports
from fundsys.queries.viewer import Viewer

TABLE = "year_target"
REPORT_DAY = "target_report_day"
Proposer, Approver, Reporting = aliased(Person), aliased(Person), aliased(Unit)
TOWNS, OWNERS, MEMBERS = "各镇", "各项目主管单位", "县委实施乡村振兴战略领导小组各成员单位"
"""Phrases of the plan that stand for many units."""
_STANDS = {
    Outcome.PASS: Stand.MET,
    Outcome.FAIL: Stand.SHORT,
    Outcome.NO_DATA: Stand.NO_DATA,
    Outcome.REVIEW: Stand.REVIEW,
    Outcome.WAIVED: Stand.WAIVED,
}
_WORST = (Outcome.FAIL, Outcome.REVIEW, Outcome.NO_DATA, Outcome.WAIVED, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class TargetFilter:
    """Which targets of a year. unit_id: among those responsible; month: as reported up to the end of it."""

    year: int
    clause: str = ""
    unit_id: int | None = None
    kind: TargetKind | None = None
    stand: Stand | None = None
    q: str = ""
    month: int | None = None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target of a year. units: (id or None, name) in the plan's order, the leading one first.

    required: in words, empty where nothing is asked; standing: how it stands; this_month: what the month added.
    """

    id: int
    version: int
    year: int
    code: str
    clause: str
    name: str
    value: Decimal | None
    figure_unit: str
    comparison: Comparison
    kind: TargetKind
    policy_code: str
    rule: str
    figure: str
    reporting_unit_id: int | None
    reporting_unit: str
    document: str
    note: str
    active: bool
    confirmed_on: date | None
    state: TargetState
    proposed_value: Decimal | None
    proposed_document: str
    proposed_by: int | None
    proposer: str
    approver: str
    return_reason: str
    edited: bool
    units: tuple[tuple[int | None, str], ...] = ()
    required: str = ""
    standing: Standing = Standing(Stand.PLAIN)
    this_month: str = ""
    latest: ReportRow | None = None

    @property
    def stand(self) -> Stand:
        return self.standing.stand

    @property
    def lead_unit(self) -> str:
        """The unit that leads it."""
        return self.units[0][1] if self.units else ""

    @property
    def unit_words(self) -> str:
        """All responsible units in one line."""
        return "、".join(name for _, name in self.units)

    @property
    def is_reported(self) -> bool:
        """Whether a unit reports it month by month."""
        return self.kind.is_reported and not (self.rule or self.figure or self.policy_code)

    @property
    def proposed_words(self) -> str:
        """What waits for approval, in words."""
        return words_of(self.proposed_value, self.figure_unit)

    @property
    def source(self) -> str:
        """Where what was reached comes from."""
        if self.rule:
            return f"规则 {self.rule}"
        if self.figure:
            return "系统数据"
        return "单位填报" if self.is_reported else "不考核"


def target_years(session: Session) -> list[int]:
    """The years that have targets, latest first."""
    return list(session.scalars(select(YearTarget.year).distinct().order_by(YearTarget.year.desc())))


def year_targets(session: Session, who: Viewer | None, wanted: TargetFilter, today: date) -> list[TargetRow]:
    """The targets of a year this person may see, in the order of the plan, each with how it stands."""
    found = _seen(session, who, _rows(session, YearTarget.year == wanted.year))
    if wanted.unit_id is not None:
        found = _of_units(session, found, (wanted.unit_id,))
    judged = _judged(session, wanted.year, found, today, wanted.month)
    return [row for row in judged if _fits(row, wanted)]


def year_target(session: Session, who: Viewer | None, target_id: int, today: date) -> TargetRow:
    """One target. Raises NotFound for hidden and missing alike."""
    found = _seen(session, who, _rows(session, YearTarget.id == target_id))
    if not found:
        raise NotFound("没有这项年度目标，请从年度目标进入")
    return _judged(session, found[0].year, found, today, None)[0]


def _fits(row: TargetRow, wanted: TargetFilter) -> bool:
    return (
        (not wanted.clause or row.clause == wanted.clause)
        and (wanted.kind is None or row.kind is wanted.kind)
        and (wanted.stand is None or row.stand is wanted.stand)
        and (not wanted.q or wanted.q in row.name or wanted.q.upper() in (row.code, row.rule))
    )


def _seen(session: Session, who: Viewer | None, rows: list[TargetRow]) -> list[TargetRow]:
    """Those a person may see: all of them, or those their units answer for."""
    if who is None or who.scope(Permission.READ_TARGETS) is Scope.ALL or who.can(Permission.APPROVE_POLICY):
        return rows
    if not who.can(Permission.READ_TARGETS):
        return []
    return _of_units(session, rows, who.scope_units if who.role is Role.INSPECTOR else (who.unit_id,))


def _of_units(session: Session, rows: list[TargetRow], unit_ids: Sequence[int]) -> list[TargetRow]:
    """Those that one of these units answers for, by name or by the phrase of the plan that covers it."""
    kinds = set(session.scalars(select(Unit.kind).where(Unit.id.in_(unit_ids))))
    phrases = {TOWNS, MEMBERS} if "town" in kinds else set()
    if kinds & {"agency", "lead", "finance"}:
        phrases |= {OWNERS, MEMBERS}
    return [
        row
        for row in rows
        if row.reporting_unit_id in unit_ids
        or any(key in unit_ids if key is not None else name in phrases for key, name in row.units)
    ]


def _rows(session: Session, *tests: Any) -> list[TargetRow]:
    t = YearTarget
    rows: Any = session.execute(
        select(
            t.id, t.version, t.year, t.code, t.clause, t.name, t.value, t.unit, t.comparison, t.kind, t.policy_code,
            t.rule, t.figure, t.reporting_unit_id, func.coalesce(Reporting.name, ""), t.document, t.note, t.active,
            t.confirmed_on, t.state, t.proposed_value, t.proposed_document, t.proposed_by,
            func.coalesce(Proposer.name, ""), func.coalesce(Approver.name, ""), t.return_reason, t.edited,
        )
        .outerjoin(Reporting, t.reporting_unit_id == Reporting.id)
        .outerjoin(Proposer, t.proposed_by == Proposer.id)
        .outerjoin(Approver, t.approved_by == Approver.id)
        .where(*tests)
        .order_by(t.year, t.code)
    ).all()  # fmt: skip
    units: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    links = (
        select(TargetUnit.target_id, TargetUnit.unit_id, func.coalesce(Unit.name, TargetUnit.phrase))
        .join(YearTarget, TargetUnit.target_id == YearTarget.id)
        .outerjoin(Unit, TargetUnit.unit_id == Unit.id)
        .where(*tests)
        .order_by(TargetUnit.target_id, TargetUnit.position)
    )
    for target_id, unit_id, name in session.execute(links):
        units[target_id].append((unit_id, name))
    return [replace(TargetRow(*row), units=tuple(units[row[0]])) for row in rows]


# ---------- how each stands ----------


@dataclass(frozen=True)
class _Basis:
    """What the judging of a year rests on."""

    year: int
    today: date
    day: int
    month: int
    due: int
    policy: Policy
    findings: dict[str, list[Finding]]
    reports: dict[int, list[ReportRow]]


def _judged(session: Session, year: int, rows: Sequence[TargetRow], today: date, month: int | None) -> list[TargetRow]:
    if not rows:
        return []
    policy = policy_of(session, year)
    day = days_of(policy, REPORT_DAY)
    told: dict[int, list[ReportRow]] = defaultdict(list)
    for one in reports(session, year):
        told[one.target_id].append(one)
    until = None if month is None else date(year + month // 12, month % 12 + 1, 1)
    basis = _Basis(
        year,
        today,
        day,
        12 if month is None else month,
        min(month_due(year, today, day), 12 if month is None else month),
        policy,
        _findings(session, year, {r.rule for r in rows if r.rule}, until, today),
        told,
    )
    return [_stands(session, row, basis) for row in rows]


def _findings(
    session: Session, year: int, codes: Iterable[str], begin_next: date | None, today: date
) -> dict[str, list[Finding]]:
    """What the rules find, by code; up to the end of a past month when one is asked for."""
    asked = [rule for code in sorted(codes) if (rule := rule_called(code)) is not None]
    if not asked:
        return {}
    until = None if begin_next is None or begin_next > today else date.fromordinal(begin_next.toordinal() - 1)
    found: dict[str, list[Finding]] = defaultdict(list)
    for checked in findings(session, year, until=until, rules=asked, depth=Depth.FIGURES):
        found[checked.approved.rule].append(checked.approved)
    return found


def _stands(session: Session, row: TargetRow, basis: _Basis) -> TargetRow:
    value = _asked_value(row, basis.policy)
    required = _required(row, value, basis.policy)
    if row.confirmed_on is None or (value is None and row.policy_code and not row.rule):
        return _with(row, required, Standing(Stand.UNCONFIRMED if row.confirmed_on is None else Stand.REVIEW))
    if row.rule:
        return _with(row, required, _by_rule(basis.findings.get(rule_code(row.rule), [])))
    if value is None:
        return _with(row, required, Standing(Stand.REVIEW))
    asked = Asked(value, row.figure_unit, row.comparison)
    if row.figure:
        reached = Decimal(figure_of(session, row.figure))
        met = asked.is_met_by(reached) and (row.comparison is not Comparison.EQUAL or reached == value)
        said = (words_of(reached, row.figure_unit), asked.distance(reached), reached)
        return _with(row, required, Standing(Stand.MET if met else Stand.SHORT, *said))
    if not row.is_reported:
        return _with(row, required, Standing(Stand.PLAIN))
    return _by_reports(row, asked, required, basis)


def rule_code(name: str) -> str:
    """The policy code of a rule, whatever alias the target names."""
    found = rule_called(name)
    return found.code if found else name


def _with(
    row: TargetRow, required: str, standing: Standing, this_month: str = "", latest: ReportRow | None = None
) -> TargetRow:
    return replace(row, required=required, standing=standing, this_month=this_month, latest=latest)


def _asked_value(row: TargetRow, policy: Policy) -> Decimal | None:
    """The figure in force: the policy's own where it has its home there."""
    if not row.policy_code:
        return row.value
    setting = policy.settings.get(row.policy_code)
    value = setting.value if setting else None
    if isinstance(value, Money):
        return Decimal(value.fen) / FEN_PER_WAN
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _required(row: TargetRow, value: Decimal | None, policy: Policy) -> str:
    if row.policy_code and row.policy_code in Policy.kinds():
        setting = policy.settings.get(row.policy_code)
        shown = Policy.kinds()[row.policy_code].show(setting.value if setting else None)
        return shown if setting is None else f"{row.comparison.sign} {shown}"
    return "未确认" if value is None else Asked(value, row.figure_unit, row.comparison).words


def _by_rule(found: Sequence[Finding]) -> Standing:
    """The worst of what a rule finds."""
    if not found:
        return Standing(Stand.NO_DATA)
    worst = min(found, key=lambda f: _WORST.index(f.outcome))
    words = f"{worst.scope}{worst.measured_words}" if worst.scope and len(found) > 1 else worst.measured_words
    reached = None if worst.measured is None else Decimal(worst.measured.numerator) / worst.measured.denominator
    return Standing(_STANDS[worst.outcome], words, worst.distance_words, reached)


def _by_reports(row: TargetRow, asked: Asked, required: str, basis: _Basis) -> TargetRow:
    mine = [r for r in basis.reports.get(row.id, ()) if r.month <= basis.month]
    counted = [r for r in mine if r.counts]
    latest = max(counted, key=lambda r: (r.month, r.id), default=None)
    rhythm = rhythm_of(row.kind, row.figure_unit)
    due = basis.due
    if row.confirmed_on is not None and due and row.confirmed_on > due_on(basis.year, due, basis.day):
        due = 0
    if rhythm is not None:
        told = []
        for period in periods(rhythm):
            inside = [r for r in mine if period.first <= r.month <= period.last]
            held = sum(1 for r in inside if r.counts and r.held_on is not None)
            told.append(
                Told(period, held, not any(r.state in HANDED and not r.superseded and not r.strikes for r in inside))
            )
        begun = 12 if basis.today.year > basis.year else basis.today.month if basis.today.year == basis.year else 0
        now = min(basis.month, begun)
        held_now = sum(1 for r in counted if r.month == basis.month and r.held_on is not None)
        return _with(row, required, judge_frequency(asked, told, due=due, now=now), f"{held_now} 次", latest)
    late = bool(due) and not any(r.month >= due and r.state in HANDED for r in mine)
    reached = latest.figure if latest else None
    standing = judge_figure(asked, reached, over=basis.due == 12, late=late)
    return _with(row, required, standing, _added(row, counted, basis.month), latest)


def _added(row: TargetRow, counted: Sequence[ReportRow], month: int) -> str:
    """What a month added to the figure reached; empty where the month has no report."""
    now = [r for r in counted if r.month == month and r.figure is not None]
    if not now or now[-1].figure is None:
        return ""
    before = [r for r in counted if r.month < month and r.figure is not None]
    earlier = max(before, key=lambda r: (r.month, r.id)).figure if before else Decimal(0)
    return words_of(now[-1].figure - (earlier or Decimal(0)), row.figure_unit)
