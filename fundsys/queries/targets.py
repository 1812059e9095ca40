"""LG14: the year's ratios and targets as the rules find them. No figure of a target stands here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from fundsys.domain.funds import FundLevel
from fundsys.domain.money import FEN_PER_WAN, Money
from fundsys.domain.rules.base import Amount, Direction, Finding, Outcome, rule_called
from fundsys.queries.findings import findings
from fundsys.queries.registers import Wanted, check_filters
from fundsys.queries.suspects import Depth

RULES = ("R65", "R30", "R01F", "RWR", "R123", "R621")
"""The rules of the monthly report, in its order. Source: ledger_columns.yaml LG14 “65%、30%、1%、10个、123个、621个”."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One indicator of LG14. num, den, gap: 万元 of a ratio of money (the item says so), else numbers; gap is above zero
    with room left and below when missing."""

    item: str
    target: str
    actual: str
    num: Decimal | None
    den: Decimal | None
    gap: Decimal | None
    status: str
    note: str


def monthly_targets(session: Session, wanted: Wanted) -> Iterator[TargetRow]:
    """The findings of the year's targets on approved records, business dates by `until`."""
    check_filters(wanted, ())
    asked = [found for code in RULES if (found := rule_called(code)) is not None]
    judged: dict[str, list[Finding]] = {code: [] for code in RULES}
    for checked in findings(session, wanted.year, until=wanted.until, rules=asked, depth=Depth.FIGURES):
        judged[checked.approved.rule].append(checked.approved)
    for code in RULES:
        yield from map(_row, judged[code])


def _row(found: Finding) -> TargetRow:
    is_money = isinstance(found.denominator, Money) or isinstance(found.numerator, Money)
    scope = next((level.label for level in FundLevel if level.code == found.scope), found.scope)
    return TargetRow(
        f"{found.title}{f'（{scope}）' if scope else ''}（{found.rule}，{'万元' if is_money else '个'}）",
        found.required_words,
        found.measured_words,
        _number(found.numerator),
        _number(found.denominator),
        _gap(found),
        _met(found.outcome),
        f"{found.message.rstrip('。')}。" + (f"口径：{found.basis}" if found.basis else found.clause),
    )


def _number(amount: Amount | None) -> Decimal | None:
    if amount is None:
        return None
    return Decimal(amount.fen) / FEN_PER_WAN if isinstance(amount, Money) else Decimal(amount)


def _gap(found: Finding) -> Decimal | None:
    """The distance with its sign; a target to be met exactly is below zero on either side of it."""
    number = _number(found.distance)
    return -number if number is not None and found.direction is Direction.SHORT else number


def _met(outcome: Outcome) -> str:
    return {Outcome.PASS: "是", Outcome.FAIL: "否"}.get(outcome, outcome.label)
