"""How spending stands on a day: against the year's checkpoints, and how old the money is that has not gone out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .money import ZERO, Money, exact_wan, show_limit


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The least part of what is allocated that should be paid by the end of a day. Source: fund_sources.yaml, 县可改."""

    on: date
    least: Fraction

    def due(self, allocated: Money) -> Money:
        """The smallest amount of whole 分 that reaches it; nothing allocated asks for nothing."""
        return Money(max(0, -(-allocated.fen * self.least.numerator // self.least.denominator)))

    @property
    def words(self) -> str:
        """9月30日 75%."""
        return f"{self.on.month}月{self.on.day}日 {show_limit(self.least)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What was allocated and paid by a day, and the checkpoints on both sides of it.

    past: the last checkpoint that was due by the end of the day, the day itself counted; coming: the next one.
    """

    allocated: Money
    paid: Money
    past: Checkpoint | None
    coming: Checkpoint | None

    @property
    def rate(self) -> Fraction | None:
        """Paid ÷ allocated, exact; None when nothing is allocated."""
        return self.paid.share_of(self.allocated)

    @property
    def behind(self) -> Money:
        """What is missing to the checkpoint that has passed; zero when it is met."""
        return max(self.past.due(self.allocated) - self.paid, ZERO) if self.past else ZERO

    @property
    def needed(self) -> Money | None:
        """What must still be paid to reach the next checkpoint, to the 分; None when no further one comes."""
        return max(self.coming.due(self.allocated) - self.paid, ZERO) if self.coming else None

    @property
    def tone(self) -> str:
        """bad when behind, good when the checkpoint is met, plain when there is none to judge by."""
        if self.rate is None or self.past is None:
            return "plain"
        return "bad" if self.behind else "good"

    @property
    def word(self) -> str:
        """One word or two: 落后, 达到, 未到节点, 没有分配."""
        if self.rate is None:
            return "没有分配"
        if self.past is None:
            return "未到节点"
        return "落后" if self.behind else "达到"

    @property
    def words(self) -> str:
        """The standing in a sentence: behind or ahead of which checkpoint, by how many points and how much."""
        rate = self.rate
        if rate is None:
            return "没有已复核的分配"
        if self.past is None:
            return "今年的第一个节点还没有到" if self.coming else "没有支出进度节点"
        points = (rate - self.past.least) * 100
        if self.behind:
            return f"落后 {self.past.words}，低 {_points_up(-points)} 个百分点，差 {exact_wan(self.behind)} 万元"
        return f"达到 {self.past.words}，高 {_points_cut(points)} 个百分点"

    @property
    def ahead_words(self) -> str:
        """What the next checkpoint asks for, in a sentence; empty when none comes or nothing is allocated."""
        if self.coming is None or self.needed is None or self.rate is None:
            return ""
        if not self.needed:
            return f"已达到下一节点 {self.coming.words}"
        return f"到 {self.coming.words}，还须支付 {exact_wan(self.needed)} 万元"


def _points_cut(points: Fraction) -> str:
    return f"{points.numerator * 100 // points.denominator / 100:.2f}"


def _points_up(points: Fraction) -> str:
    return f"{-(-points.numerator * 100 // points.denominator) / 100:.2f}"


def standing(allocated: Money, paid: Money, checkpoints: Iterable[Checkpoint], day: date) -> Standing:
    """Where spending stands at the end of a day. Source: audit_findings.yaml F007 “某节点日期的累计支付÷累计分配”."""
    ordered = sorted(checkpoints, key=lambda c: c.on)
    past = [c for c in ordered if c.on <= day]
    coming = [c for c in ordered if c.on > day]
    return Standing(allocated, paid, past[-1] if past else None, coming[0] if coming else None)


@dataclass(frozen=True, slots=True)
class Given:
    """One entry that gave money (or took it back, below zero), and its day."""

    on: date
    amount: Money


def unpaid(entries: Sequence[Given], paid: Money) -> list[Given]:
    """What of the entries has not been paid, by the day it was given, oldest first; the parts sum to given − paid.

    Basis: payments use up the oldest money first; what was taken back or moved away was the newest.
    Where more was paid than given nothing is left.
    """
    if paid.fen >= sum(e.amount.fen for e in entries):
        return []
    gifts = sorted((e for e in entries if e.amount.fen > 0), key=lambda e: (e.on, e.amount.fen))
    back = -sum(e.amount.fen for e in entries if e.amount.fen < 0)
    if back:
        gifts = _used(gifts[::-1], back)[::-1]
    return _used(gifts, paid.fen)


def _used(gifts: list[Given], fen: int) -> list[Given]:
    left = []
    for gift in gifts:
        taken = min(gift.amount.fen, max(fen, 0))
        fen -= taken
        if gift.amount.fen > taken:
            left.append(Given(gift.on, Money(gift.amount.fen - taken)) if taken else gift)
    return left


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A span of days: from first to last, both inclusive; last None is open."""

    first: int
    last: int | None
    is_idle: bool = False

    @property
    def label(self) -> str:
        """30 日以内, 31—60 日, 90 日以上."""
        if self.last is None:
            return f"超过 {self.first - 1} 日"
        return f"{self.last} 日以内" if self.first == 0 else f"{self.first}—{self.last} 日"


def age_bands(idle_days: int) -> tuple[AgeBand, ...]:
    """Three bands up to the day on which money counts as idle, and the one beyond it. The last day still belongs below."""
    third = max(idle_days // 3, 1)
    edges = sorted({min(third, idle_days), min(2 * third, idle_days), idle_days})
    bands, first = [], 0
    for edge in edges:
        bands.append(AgeBand(first, edge))
        first = edge + 1
    return (*bands, AgeBand(first, None, True))


def band_of(bands: Sequence[AgeBand], days: int) -> AgeBand:
    """The band a number of days falls into; money of a day to come stands in the first."""
    return next(b for b in bands if b.last is None or days <= b.last)
