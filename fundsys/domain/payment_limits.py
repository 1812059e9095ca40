"""How much may still be paid, and why not more: contract, settlement, advance, progress, retention, allocation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .coded import Coded
from .funds import PaymentKind
from .money import ZERO, Money, exact_yuan, show_limit

WHOLE = 10_000
"""Shares of a contract are kept in 1/10000."""


class LimitKind(Coded):
    """What holds a payment back. All but the allocation may be passed with a reason and a paper."""

    CONTRACT = "contract", "合同金额", "bad"
    SETTLEMENT = "settlement", "结算金额", "bad"
    ADVANCE = "advance", "预付款比例", "warn"
    PROGRESS = "progress", "进度款比例", "warn"
    RETENTION = "retention", "质保金", "warn"
    ALLOCATION = "allocation", "已复核分配", "bad"

    @property
    def may_be_passed(self) -> bool:
        """Whether an exception with reason and document goes beyond it."""
        return self is not LimitKind.ALLOCATION


@dataclass(frozen=True, slots=True)
class Terms:
    """What a confirmed contract says about paying; shares in 1/10000. retention_due_on: last day of the warranty, inclusive."""

    amount: Money
    advance_bp: int
    progress_bp: int
    retention_bp: int
    retention_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Works:
    """How far the project is: reported progress in 1/10000, acceptance, settlement."""

    progress_bp: int = 0
    accepted_on: date | None = None
    settled_on: date | None = None
    settled_amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What was paid or waits to be, less what was returned: on this contract, of it as advances, on the whole project."""

    contract: Money = ZERO
    advance: Money = ZERO
    project: Money = ZERO


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: how much in all, how much of it is gone, and in words how it comes about."""

    kind: LimitKind
    ceiling: Money
    used: Money
    why: str

    @property
    def room(self) -> Money:
        """What may still be paid under it, never below zero."""
        return max(self.ceiling - self.used, ZERO)

    def sentence(self, amount: Money) -> str:
        """Why this amount is too much."""
        over = exact_yuan(amount - (self.ceiling - self.used))
        return (
            f"超过{self.kind.label}：{self.why}，上限 {exact_yuan(self.ceiling)} 元，"
            f"已付和待复核 {exact_yuan(self.used)} 元，还可付 {exact_yuan(self.room)} 元，超出 {over} 元"
        )


def limits(
    kind: PaymentKind, day: date, terms: Terms | None, works: Works, gone: Gone, allocated: Money, allocated_used: Money
) -> tuple[Limit, ...]:
    """Every limit on a payment of this kind on this day.

    terms: None where there is no contract (subsidies, management fee): only settlement and allocation hold then.
    allocated: approved for the project (on one line, or on all); allocated_used: what of it is gone.
    Source: domain.md 1.4 (预付款、进度款、质保金), F030–F034.
    """
    found = [Limit(LimitKind.ALLOCATION, allocated, allocated_used, "已复核的分配合计")]
    if works.settled_amount is not None:
        found.append(Limit(LimitKind.SETTLEMENT, works.settled_amount, gone.project, "项目审定的结算金额"))
    if terms is not None:
        found.extend(_of_contract(kind, day, terms, works, gone))
    return tuple(found)


def _of_contract(kind: PaymentKind, day: date, terms: Terms, works: Works, gone: Gone) -> Iterable[Limit]:
    yield Limit(LimitKind.CONTRACT, terms.amount, gone.contract, "已确认的合同金额")
    if kind is PaymentKind.ADVANCE:
        why = f"合同约定预付款不超过合同金额的 {percent(terms.advance_bp)}"
        yield Limit(LimitKind.ADVANCE, share(terms.amount, terms.advance_bp), gone.advance, why)
    elif not is_accepted(works, day):
        ceiling = Money(terms.amount.fen * terms.progress_bp * works.progress_bp // WHOLE**2)
        done = f"验收前按形象进度 {percent(works.progress_bp)} 的 {percent(terms.progress_bp)} 付款"
        yield Limit(LimitKind.PROGRESS, ceiling, gone.contract, done)
    if not is_warranty_over(terms, day):
        base = terms.amount if works.settled_amount is None else min(terms.amount, works.settled_amount)
        until = f"质保期到 {terms.retention_due_on} 止" if terms.retention_due_on else "没有登记质保期满日"
        why = f"质保期内须留 {percent(terms.retention_bp)}，{until}"
        yield Limit(LimitKind.RETENTION, share(base, WHOLE - terms.retention_bp), gone.contract, why)


def is_accepted(works: Works, day: date) -> bool:
    """Whether the works were accepted on or before this day."""
    return works.accepted_on is not None and works.accepted_on <= day


def is_warranty_over(terms: Terms, day: date) -> bool:
    """Whether the retention may be paid out: after the last day of the warranty; never without one, unless nothing is kept."""
    return terms.retention_bp == 0 or (terms.retention_due_on is not None and day > terms.retention_due_on)


def share(amount: Money, bp: int) -> Money:
    """A share of an amount in 1/10000, cut down to the 分: a ceiling is never above the truth."""
    return Money(amount.fen * bp // WHOLE)


def payable(found: Iterable[Limit]) -> tuple[Money, Limit]:
    """What may still be paid under all limits, and the tightest of them. There is always one."""
    tightest = min(found, key=lambda limit: (limit.room, limit.kind.may_be_passed))
    return tightest.room, tightest


def broken(found: Iterable[Limit], amount: Money) -> list[Limit]:
    """The limits this amount goes beyond; the figure itself is within."""
    return [limit for limit in found if amount > limit.ceiling - limit.used]


def percent(bp: int) -> str:
    """A share in 1/10000 as people write it: 30%, 2.5%."""
    return show_limit(Fraction(bp, WHOLE))
