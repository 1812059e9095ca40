"""The check report on paper: every rule's finding in a row, and the records that do not meet what is required."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.funds import FundLevel
from fundsys.domain.money import Money
from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission
from fundsys.domain.rules.base import Finding, Outcome, Severity, Unit, rule_called
from fundsys.queries.findings import findings
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.seen_rows import as_seen
from fundsys.queries.suspects import Depth

FILTERS = ("rule", "outcome")
ORDER = (Outcome.FAIL, Outcome.REVIEW, Outcome.WAIVED, Outcome.NO_DATA, Outcome.PASS)
"""What has to be done comes first."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One finding of a rule on approved records. missing: how many records do not meet the requirement."""

    rule: str
    title: str
    clause: str
    severity: Severity
    outcome: Outcome
    measured: str
    required: str
    distance: str
    missing: int
    message: str


@dataclass(frozen=True, slots=True)
class MissRow:
    """A record that does not meet what a rule requires."""

    rule: str
    title: str
    severity: Severity
    kind: str
    record: str
    amount: Money | None
    note: str


def _found(session: Session, wanted: Wanted) -> list[Finding]:
    """The findings asked for, those that need something done first. Raises DomainError, NotAllowed."""
    check_filters(wanted, FILTERS)
    if wanted.who is not None and not wanted.who.can(Permission.READ_RULES):
        raise NotAllowed("您的岗位不查看规则检查，不能打印检查报告")
    rules = None
    if told := wanted.where.get("rule"):
        rule = rule_called(told)
        if rule is None:
            raise DomainError(f"没有规则“{told}”，请写 R65、F075 这样的代码", field="where")
        rules = [rule]
    judged = [c.approved for c in findings(session, wanted.year, until=wanted.until, rules=rules, depth=Depth.FAULTS)]
    if told := wanted.where.get("outcome"):
        outcome = Outcome.by_label(told) or next((o for o in Outcome if o.code == told.upper()), None)
        if outcome is None:
            raise DomainError(f"没有“{told}”这种结论，可以用：{'、'.join(o.label for o in ORDER)}", field="where")
        judged = [found for found in judged if found.outcome is outcome]
    return sorted(judged, key=lambda found: ORDER.index(found.outcome))


def check_report(session: Session, wanted: Wanted) -> Iterator[CheckRow]:
    """PF41: the findings of a year, business dates by `until`; grouped by what they say."""
    for found in _found(session, wanted):
        yield CheckRow(
            _code(found),
            found.title,
            found.clause,
            found.severity,
            found.outcome,
            found.measured_words,
            found.required_words,
            found.distance_words,
            sum(1 for _ in _misses(found)),
            f"{found.message.rstrip('。')}。" + (f"口径：{found.basis}" if found.basis else ""),
        )


def _code(found: Finding) -> str:
    scope = next((level.label for level in FundLevel if level.code == found.scope), found.scope)
    return f"{found.rule}（{scope}）" if scope else found.rule


def _misses(found: Finding) -> Iterator[tuple[str, str, Money | None, str]]:
    """The records that do not meet the requirement, for rules that count records; shares of money have none of their own."""
    if isinstance(found.numerator, Money) or found.outcome not in (Outcome.FAIL, Outcome.REVIEW, Outcome.WAIVED):
        return
    missing = [row for row in found.rows if row.in_denominator and not row.in_numerator]
    for row in missing:
        yield row.table, row.label, row.amount, row.note
    if not missing and found.unit is Unit.COUNT:  # a number to be reached: what might count and does not
        for out in found.left_out:
            yield out.table, out.label, out.amount, out.why


def check_misses(session: Session, wanted: Wanted) -> Iterator[MissRow]:
    """PF42: the records that do not meet what the rules require, rule by rule; those of other units are told together."""
    for found in _found(session, wanted):
        seen = as_seen(session, wanted.who, found) if wanted.who else found
        for table, label, amount, note in _misses(seen):
            yield MissRow(
                _code(found), f"{_code(found)} {found.title}", found.severity, table_name(table), label, amount, note
            )


def tally(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """How many findings of each outcome."""
    counts = Counter(found.outcome for found in _found(session, wanted))
    told = "，".join(f"{outcome.label} {counts[outcome]} 项" for outcome in ORDER if counts[outcome])
    return (f"共 {sum(counts.values())} 项：{told}。",) if counts else ()
