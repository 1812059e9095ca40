"""What a rule and its findings are, and how rules are found. The rules themselves: one file per family."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeVar

from ..coded import Coded
from ..facts import Facts, Waiver
from ..money import Money, ceil_wan, cut_ratio, exact_wan, floor_wan, show_limit, show_percent, show_wan
from ..policy import NO_PAPER_YET, Policy

Judged = TypeVar("Judged")


class Outcome(Coded):
    """What a rule answers. Coded as the command line prints it."""

    PASS = "PASS", "通过", "good"
    FAIL = "FAIL", "未达到", "bad"
    NO_DATA = "NO_DATA", "无数据", "plain"
    REVIEW = "REVIEW", "待定", "warn"
    WAIVED = "WAIVED", "已豁免", "plain"


class Unit(Enum):
    """What a finding measures."""

    RATIO = "ratio"
    COUNT = "count"
    FEN = "fen"
    DAYS = "days"


class Severity(Coded):
    """How grave a finding is. Source: audit_findings.yaml."""

    BLOCKER = "blocker", "禁止", "bad"
    HIGH = "high", "必须处理", "bad"
    MEDIUM = "medium", "提醒复核", "warn"


class Direction(Enum):
    """On which side of the limit the measured figure stands, and so what the distance means."""

    SHORT = "short"
    SPARE = "spare"
    NONE = "none"


class Row(NamedTuple):
    """A record behind a figure. Amounts of the rows in a part add up to it to the 分; for numbers, the rows count.

    note: why it stands only in the denominator, in words for people; empty otherwise.
    """

    table: str
    id: int
    label: str
    amount: Money | None = None
    in_numerator: bool = True
    in_denominator: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that could be thought to count and does not, and why."""

    label: str
    why: str
    table: str = ""
    id: int | None = None
    amount: Money | None = None


Amount = Money | int


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of a rule: measured, required, how far, on what basis, and the records behind it. Never rounded.

    measured: the exact figure; None when there is nothing to measure. limit: None when the year sets none.
    operator: ">=", "<=" or "=". distance: the smallest amount whose move (from one part to the other), or the number
    whose change, reaches the limit; with direction SPARE the most that may go the other way before the limit breaks.
    part, rest: what numerator and the remainder of the denominator are called, for sentences.
    unlisted, missed: how many records in order, and not in order, are counted and not among the rows, where only figures
    were asked for.
    """

    outcome: Outcome
    unit: Unit
    measured: Fraction | None
    operator: str
    limit: Fraction | None
    message: str
    numerator: Amount | None = None
    denominator: Amount | None = None
    distance: Amount | None = None
    direction: Direction = Direction.NONE
    basis: str = ""
    rows: tuple[Row, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unlisted: int = 0
    missed: int = 0
    scope: str = ""
    part: str = ""
    rest: str = ""
    rule: str = ""
    title: str = ""
    clause: str = ""
    aliases: tuple[str, ...] = ()
    severity: Severity = Severity.HIGH
    waiver: Waiver | None = None

    @property
    def required(self) -> str:
        """The requirement as the contract writes it: ">=0.65"; empty when the year sets none."""
        return "" if self.limit is None else f"{self.operator}{_plain(self.limit)}"

    @property
    def required_words(self) -> str:
        """The requirement for people: “≥ 65%”."""
        if self.limit is None:
            return "未确认"
        sign = {">=": "≥", "<=": "≤", "=": "="}[self.operator]
        if self.unit is Unit.RATIO:
            return f"{sign} {show_limit(self.limit)}"
        return f"{sign} {_plain(self.limit)} {'日' if self.unit is Unit.DAYS else '个'}"

    @property
    def measured_exact(self) -> str | None:
        """The measured figure as the contract writes it: a ratio cut at 10 digits, anything else a whole number."""
        if self.measured is None:
            return None
        return cut_ratio(self.measured) if self.unit is Unit.RATIO else str(int(self.measured))

    @property
    def measured_words(self) -> str:
        """The measured figure for people: “65.54%”, never on the wrong side of the limit; “11 个”; “无数据”."""
        if self.unit is Unit.RATIO or self.measured is None:
            return show_percent(self.measured, self.limit)
        return f"{int(self.measured):,} {'日' if self.unit is Unit.DAYS else '个'}"

    @property
    def distance_words(self) -> str:
        """How far from the limit, for people: “余 31.86 万元”, “差 5 项”; cut when spare, rounded up when short."""
        if self.distance is None or self.direction is Direction.NONE:
            return "-"
        short = self.direction is Direction.SHORT
        if isinstance(self.distance, Money):
            return f"差 {ceil_wan(self.distance)} 万元" if short else f"余 {floor_wan(self.distance)} 万元"
        if not self.distance:
            return "正好"
        over = short and self.operator == "=" and self.measured is not None and self.measured > (self.limit or 0)
        unit = "项" if self.unit is Unit.RATIO else "日" if self.unit is Unit.DAYS else "个"
        return f"{'多' if over or not short else '差'} {self.distance:,} {unit}"


def _plain(number: Fraction) -> str:
    text = cut_ratio(number)
    return text.rstrip("0").rstrip(".")


Body = Callable[[Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy. Called with facts it gives its findings, stamped and with waivers applied.

    watches: names of the parts of Facts it reads, so that an act knows which rules it touches.
    threshold: code of the policy value it judges by; where the year has one with a paper, its clause is the finding's.
    """

    code: str
    title: str
    clause: str
    severity: Severity
    aliases: tuple[str, ...]
    watches: tuple[str, ...]
    threshold: str
    body: Body = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The policy code and its aliases: whatever `--rule` or a waiver may call it."""
        return (self.code, *self.aliases)

    def __call__(self, facts: Facts) -> list[Finding]:
        return [self._stamped(finding, facts) for finding in self.body(facts)]

    def _stamped(self, finding: Finding, facts: Facts) -> Finding:
        setting = facts.policy.settings.get(self.threshold)
        stamped = replace(
            finding,
            rule=self.code,
            title=self.title,
            clause=setting.clause if setting and setting.clause not in NO_PAPER_YET else self.clause,
            aliases=self.aliases,
            severity=self.severity,
        )
        if stamped.outcome in (Outcome.FAIL, Outcome.REVIEW):
            waiver = facts.waiver(self.names, stamped.scope) or facts.waiver(self.names, "")
            return waived(stamped, waiver) if waiver else less_waived(stamped, facts, self.names)
        return stamped


_RULES: dict[str, Rule] = {}


def rule(
    code: str,
    title: str,
    *,
    clause: str,
    severity: Severity = Severity.HIGH,
    aliases: Sequence[str] = (),
    watches: Sequence[str],
    threshold: str,
) -> Callable[[Body], Rule]:
    """Make a function of facts a rule of the policy, known by its code and aliases."""

    def register(body: Body) -> Rule:
        made = Rule(code, title, clause, severity, tuple(aliases), tuple(watches), threshold, body)
        for other in _RULES.values():
            if other.body.__module__ != body.__module__ and set(other.names) & set(made.names):
                raise ValueError(f"rule {code} is registered twice")
        _RULES[code] = made
        return made

    return register


ORDER = ("R123", "R65", "R30", "R01F", "RWR", "RWL", "RA23", "RM", "R621", "RPV", "RKEY", "RCO", "RFIX")
"""The order of the policy page; rules not named follow by code."""


def all_rules() -> tuple[Rule, ...]:
    """Every rule of this package, found by importing its modules, in the order of the policy page."""
    _read_all()
    place = {code: number for number, code in enumerate(ORDER)}
    return tuple(sorted(_RULES.values(), key=lambda r: (place.get(r.code, len(place)), r.code)))


@cache
def _read_all() -> None:
    from .. import rules as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def rule_called(name: str) -> Rule | None:
    """The rule with this code or alias, in any case of letters; None when there is none."""
    wanted = name.strip().upper()
    return next((r for r in all_rules() if wanted in r.names), None)


def check(facts: Facts, rules: Iterable[Rule] | None = None) -> list[Finding]:
    """All findings of the rules (of every rule when none are named) on the facts, in the order of the policy page."""
    return [finding for r in (all_rules() if rules is None else rules) for finding in r(facts)]


def waived(finding: Finding, waiver: Waiver) -> Finding:
    """The finding under a waiver: outcome 已豁免, with the document and the last day in words."""
    until = waiver.expires_on.isoformat()
    words = f"已豁免：{waiver.document}，{waiver.approver}批准，有效期至 {until}，{waiver.reason}。"
    return replace(finding, outcome=Outcome.WAIVED, waiver=waiver, message=f"{finding.message}{words}")


def less_waived(finding: Finding, facts: Facts, names: Sequence[str]) -> Finding:
    """The finding without the records that have a waiver of their own; 已豁免, never passed, where nothing else misses it."""
    mine = {w.subject: w for w in facts.waivers if ":" in w.subject and w.rule in names and w.holds_on(facts.as_at)}
    missed = [(row, mine.get(f"{row.table}:{row.id}")) for row in faulty_rows(finding)] if mine else []
    spared = {id(row): waiver for row, waiver in missed if waiver is not None}
    if not spared:
        return finding
    rest = over_rows(finding, [row for row in finding.rows if id(row) not in spared])
    left = tuple(
        LeftOut(
            row.label, f"已豁免：{w.document}，{w.approver}批准，有效期至 {w.expires_on}", row.table, row.id, row.amount
        )
        for row, w in missed
        if w is not None
    )
    rest = replace(rest, left_out=(*rest.left_out, *left), message=f"{rest.message}另有 {len(left)} 项已豁免，不计入。")
    if rest.outcome in (Outcome.PASS, Outcome.NO_DATA):
        return replace(rest, outcome=Outcome.WAIVED, waiver=next(iter(spared.values())))
    return rest


def faulty_rows(finding: Finding) -> list[Row]:
    """The rows that miss the requirement; none where rows are no records that can miss it (money, numbers to be reached)."""
    if finding.unit is Unit.RATIO and isinstance(finding.denominator, int):
        return [row for row in finding.rows if row.in_denominator and not row.in_numerator]
    if finding.unit is Unit.COUNT and finding.operator == "=" and finding.limit == 0:
        return list(finding.rows)
    return []


def is_of_records(finding: Finding) -> bool:
    """Whether every record judged is among the rows, so that the finding can be told of some of them alone."""
    if finding.unit is Unit.RATIO and isinstance(finding.denominator, int):
        return sum(row.in_denominator for row in finding.rows) == finding.denominator
    return finding.unit is Unit.COUNT and finding.operator == "=" and finding.limit == 0


def over_rows(finding: Finding, rows: Sequence[Row]) -> Finding:
    """The same finding judged on these of its rows, and on what is not listed."""
    kept = tuple(rows)
    if finding.unit is Unit.COUNT:
        told = equal_to(len(kept), 0, part=finding.part, missing=finding.title, rows=kept, basis=finding.basis)
    elif not finding.unlisted and not finding.missed and not any(row.in_denominator for row in kept):
        told = no_data(
            Unit.RATIO, finding.operator, finding.limit, "这个范围里没有应判定的记录，无数据。", basis=finding.basis
        )
    else:
        share = at_least if finding.operator == ">=" else at_most
        told = share(
            sum(row.in_numerator for row in kept) + finding.unlisted,
            sum(row.in_denominator for row in kept) + finding.unlisted + finding.missed,
            finding.limit,
            part=finding.part,
            whole="应判定的记录",
            missing=finding.title,
            rest=finding.rest,
            basis=finding.basis,
            rows=kept,
            unlisted=finding.unlisted,
            missed=finding.missed,
        )
    stamps = ("rule", "title", "clause", "aliases", "severity", "scope", "left_out")
    return replace(told, **{name: getattr(finding, name) for name in stamps})


def distance_to(numerator: int, denominator: int, limit: Fraction, operator: str) -> tuple[int, Direction]:
    """How much must move between the parts to reach the limit, or may move before it breaks; the whole stays as it is.

    Exact on whole 分 (or whole counts): what is missing is rounded up, what is spare is rounded down.
    """
    due = limit * denominator
    edge = -(-due.numerator // due.denominator) if operator == ">=" else due.numerator // due.denominator
    gap = numerator - edge if operator == ">=" else edge - numerator
    return abs(gap), Direction.SPARE if gap >= 0 else Direction.SHORT


def at_least(numerator: Amount, denominator: Amount, limit: Fraction | None, **about: Any) -> Finding:
    """The verdict on a share that must be the limit or more. `about`: words, rows and basis (see `_share`)."""
    return _share(">=", numerator, denominator, limit, **about)


def at_most(numerator: Amount, denominator: Amount, limit: Fraction | None, **about: Any) -> Finding:
    """The verdict on a share that must be the limit or less. `about`: words, rows and basis (see `_share`)."""
    return _share("<=", numerator, denominator, limit, **about)


def _share(
    operator: str,
    numerator: Amount,
    denominator: Amount,
    limit: Fraction | None,
    *,
    part: str,
    whole: str,
    missing: str,
    rest: str = "",
    beside: str = "",
    **about: Any,
) -> Finding:
    """Judge an exact share. part, whole, rest: what the figures are called; missing: the threshold's name;
    beside: a sentence added to the message. A whole of nothing is NO_DATA, a negative whole or no limit is REVIEW.
    """
    n, d = _whole_number(numerator), _whole_number(denominator)
    share = Fraction(n, d) if d > 0 else None
    figures = f"{part} {_words(numerator)} ÷ {whole} {_words(denominator)}"
    distance: Amount | None = None
    direction = Direction.NONE
    if d == 0:
        outcome, says = Outcome.NO_DATA, f"{whole}为零，无数据，不作判定。"
        if n:
            says = f"{whole}为零而{part}有 {_words(numerator)}，比例算不出来，请核对口径。"
    elif share is None:
        outcome, says = Outcome.REVIEW, f"{figures}：合计为负，请核对冲销和收回。"
    elif limit is None:
        outcome = Outcome.REVIEW
        says = f"{figures} = {show_percent(share)}；本年度没有确认“{missing}”，请先在政策页填写。"
    else:
        gap, direction = distance_to(n, d, limit, operator)
        distance = Money(gap) if isinstance(denominator, Money) else gap
        outcome = Outcome.PASS if direction is Direction.SPARE else Outcome.FAIL
        shown = f"{figures} = {show_percent(share, limit)}"
        says = f"{shown}，{_verdict_words(outcome, operator, limit, distance)}。"
    return Finding(
        outcome=outcome,
        unit=Unit.RATIO,
        measured=share,
        operator=operator,
        limit=limit,
        message=says + beside,
        numerator=numerator,
        denominator=denominator,
        distance=distance,
        direction=direction,
        part=part,
        rest=rest,
        **about,
    )


def _verdict_words(outcome: Outcome, operator: str, limit: Fraction, distance: Amount) -> str:
    bound = "不低于" if operator == ">=" else "不超过"
    required = f"{bound} {show_limit(limit)}"
    if outcome is Outcome.PASS:
        if limit == 1:
            return "全部符合"
        if not distance:
            return f"符合“{required}”，正在界线上"
        return f"符合“{required}”，距界线 {_spare_words(distance)}"
    side = "还差" if operator == ">=" else "超出"
    return f"没有达到“{required}”，{side} {_short_words(distance)}"


def all_in_order(
    judged: Sequence[Any],
    notes: Sequence[str],
    *,
    table: str,
    part: str,
    whole: str,
    missing: str,
    basis: str,
    none_yet: str,
    left_out: tuple[LeftOut, ...] = (),
    unlisted: int = 0,
    missed: int = 0,
) -> Finding:
    """The share of records without a note of what is wrong with them; all of them must be.

    judged: records with id and label; notes: what is wrong with each, "" where nothing is. none_yet: said without any.
    unlisted: how many more are in order; missed: how many more are not.
    """
    every = Fraction(1)
    if not judged and not unlisted and not missed:
        return no_data(Unit.RATIO, ">=", every, none_yet, basis=basis, left_out=left_out)
    return at_least(
        sum(1 for note in notes if not note) + unlisted,
        len(judged) + unlisted + missed,
        every,
        part=part,
        whole=whole,
        missing=missing,
        basis=basis,
        rows=tuple(
            Row(table, one.id, one.label, None, not note, True, note) for one, note in zip(judged, notes, strict=True)
        ),
        left_out=left_out,
        unlisted=unlisted,
        missed=missed,
    )


def without_fault(
    facts: Facts,
    judged: Sequence[Judged],
    fault: Callable[[Judged], str],
    *,
    table: str,
    part: str,
    whole: str,
    threshold: str = "records_share_min",
    of: str = "",
    unlisted: int = 0,
    missed: int = 0,
) -> Finding:
    """The share of recorded things without a fault; all of them must be.

    fault: what is wrong with one, "" where nothing is. of: what the basis line calls the whole, where that says more.
    unlisted: how many more are without one; missed: how many more have one.
    """
    return all_in_order(
        judged,
        [fault(one) for one in judged],
        table=table,
        part=part,
        whole=whole,
        missing=Policy.records_share_min.label,
        basis=f"{of or whole}（{facts.policy.cite(threshold)}）",
        none_yet=f"还没有{whole}，无数据。",
        unlisted=unlisted,
        missed=missed,
    )


def unconfirmed(label: str) -> Finding:
    """The answer where the year has no value to judge by: the county is asked for it."""
    says = f"本年度没有确认“{label}”，请先在政策页填写。"
    return Finding(Outcome.REVIEW, Unit.RATIO, None, ">=", None, says)


def count_at_least(
    measured: int, limit: int | None, *, part: str, missing: str, beside: str = "", **about: Any
) -> Finding:
    """The verdict on a number that must be the limit or more."""
    if limit is None:
        return _no_limit(measured, ">=", part, missing, beside, **about)
    outcome = Outcome.PASS if measured >= limit else Outcome.FAIL
    direction = Direction.SPARE if measured >= limit else Direction.SHORT
    says = f"{part} {measured} 个，{'达到' if measured >= limit else '没有达到'}“不少于 {limit} 个”"
    says += f"，还差 {limit - measured} 个。" if measured < limit else "。"
    return _count(outcome, measured, ">=", limit, direction, says + beside, part, **about)


def equal_to(
    measured: int,
    limit: int | None,
    *,
    part: str,
    missing: str,
    beside: str = "",
    above: Outcome = Outcome.FAIL,
    **about: Any,
) -> Finding:
    """The verdict on a number that must be the limit itself; `above` is the answer when it is more."""
    if limit is None:
        return _no_limit(measured, "=", part, missing, beside, **about)
    if measured == limit:
        outcome, direction, words = Outcome.PASS, Direction.SPARE, f"与目标 {limit} 个相符"
    elif measured < limit:
        outcome, direction, words = Outcome.FAIL, Direction.SHORT, f"目标 {limit} 个，还差 {limit - measured} 个"
    else:
        outcome, direction, words = above, Direction.SHORT, f"目标 {limit} 个，多出 {measured - limit} 个，请核对清单"
    return _count(outcome, measured, "=", limit, direction, f"{part} {measured} 个，{words}。{beside}", part, **about)


def no_data(unit: Unit, operator: str, limit: Fraction | int | None, message: str, **about: Any) -> Finding:
    """Nothing is recorded yet, so nothing is judged."""
    required = None if limit is None else Fraction(limit)
    return Finding(Outcome.NO_DATA, unit, None, operator, required, message, **about)


def _no_limit(measured: int, operator: str, part: str, missing: str, beside: str, **about: Any) -> Finding:
    says = f"{part} {measured} 个；本年度没有确认“{missing}”，请先在政策页填写。{beside}"
    return Finding(
        Outcome.REVIEW, Unit.COUNT, Fraction(measured), operator, None, says, numerator=measured, part=part, **about
    )


def _count(
    outcome: Outcome, measured: int, operator: str, limit: int, direction: Direction, says: str, part: str, **about: Any
) -> Finding:
    return Finding(
        outcome,
        Unit.COUNT,
        Fraction(measured),
        operator,
        Fraction(limit),
        says,
        numerator=measured,
        distance=abs(limit - measured),
        direction=direction,
        part=part,
        **about,
    )


def _whole_number(amount: Amount) -> int:
    return amount.fen if isinstance(amount, Money) else amount


def _words(amount: Amount) -> str:
    """Figures of a judged share with every digit that matters: two decimals when they are exact, all otherwise."""
    if not isinstance(amount, Money):
        return f"{amount} 项"
    if amount.fen % 10_000 == 0:
        return f"{show_wan(amount)} 万元"
    whole, _, decimals = exact_wan(amount).lstrip("-").partition(".")
    return f"{'-' if amount.fen < 0 else ''}{int(whole):,}.{decimals} 万元"


def _spare_words(amount: Amount) -> str:
    return f"{floor_wan(amount)} 万元" if isinstance(amount, Money) else f"{amount} 项"


def _short_words(amount: Amount) -> str:
    return f"{ceil_wan(amount)} 万元" if isinstance(amount, Money) else f"{amount} 项"
