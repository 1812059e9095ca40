"""Effect before saving: every touched rule now → after, the distance to its limit, and the headroom both ways."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from .coded import Coded
from .facts import AllocationFact, Facts
from .funds import MoneyState
from .money import Money, ceil_wan, exact_wan, floor_wan, show_limit
from .rules.base import Finding, Outcome, Rule, Unit, all_rules


class Outlook(Coded):
    """What saving would do to a rule, in the words of the rule strip."""

    KEEPS = "keeps", "仍通过", "good"
    REACHES = "reaches", "将达到", "good"
    NEAR_MIN = "near_min", "临近下限", "warn"
    NEAR_MAX = "near_max", "临近上限", "warn"
    BREAKS = "breaks", "将未达到", "bad"
    STILL_SHORT = "still_short", "仍未达到", "bad"
    REVIEW = "review", "待定", "warn"
    WAIVED = "waived", "已豁免", "plain"
    NO_DATA = "no_data", "无数据", "plain"


class Way(Enum):
    """A way the money of a share can change. PART is the numerator's money, REST the remainder of the denominator."""

    ADD_REST = "add_rest"
    ADD_PART = "add_part"
    CUT_REST = "cut_rest"
    CUT_PART = "cut_part"


_STEP = {Way.ADD_REST: (0, 1), Way.ADD_PART: (1, 1), Way.CUT_REST: (0, -1), Way.CUT_PART: (-1, -1)}
"""What one 分 of each way does to numerator and denominator."""


@dataclass(frozen=True, slots=True)
class Room:
    """How far one way goes. met: the limit is met now, and `amount` may still go this way before it breaks
    (None: as much as there is); not met: `amount` must go this way to reach it (None: this way never does)."""

    way: Way
    met: bool
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One rule before and after a change. sentence: the last line of the rule strip."""

    before: Finding
    after: Finding
    outlook: Outlook
    touched: bool
    rooms: tuple[Room, ...]
    sentence: str

    @property
    def rule(self) -> str:
        return self.after.rule

    @property
    def scope(self) -> str:
        return self.after.scope

    @property
    def title(self) -> str:
        return f"{self.after.title}（{self.scope}）" if self.scope else self.after.title


def effects(
    facts: Facts,
    changes: Sequence[AllocationFact],
    *,
    replaces: Collection[int] = (),
    remaining: Money | None = None,
    rules: Sequence[Rule] | None = None,
    only_touched: bool = False,
    fee_beside: Collection[str] = (),
    before: Iterable[Finding] | None = None,
) -> list[Effect]:
    """Every rule that looks at allocations, before and after the changes, in the order of the policy page.

    Basis: the money `facts` counts (approved; with `facts.with_submitted()` reserved too); changes count in full,
    whatever their state. `replaces`: ids of entries the changes stand for. `remaining`: what the notice still has
    to give, for “本批剩余够用”. With `only_touched`, rules whose figures stay are left out. `fee_beside`: scopes of the
    fee ceiling where a fee may come from money that does not stand in its base. `before`: what the rules say of `facts`,
    for who has judged them already.
    """
    stood = {(f.rule, f.scope): f for f in (judge(facts, rules) if before is None else before)}
    found = []
    for finding in judge(after_change(facts, changes, replaces), rules):
        was = stood[finding.rule, finding.scope]
        effect = _effect(was, finding, facts, remaining, finding.rule == "R01F" and finding.scope in fee_beside)
        if effect.touched or not only_touched:
            found.append(effect)
    return found


def judge(facts: Facts, rules: Sequence[Rule] | None = None) -> Iterator[Finding]:
    """What every rule that looks at allocations says, in the order of the policy page."""
    for rule in all_rules() if rules is None else rules:
        if "allocations" in rule.watches:
            yield from rule(facts)


def after_change(facts: Facts, changes: Sequence[AllocationFact], replaces: Collection[int] = ()) -> Facts:
    """The facts as they would stand, with every change counted."""
    kept = tuple(a for a in facts.allocations if a.id not in replaces)
    counted = tuple(replace(change, state=MoneyState.APPROVED) for change in changes)
    return replace(facts, allocations=kept + counted)


def _effect(before: Finding, after: Finding, facts: Facts, remaining: Money | None, beside: bool) -> Effect:
    rooms = headroom(after, beside_base=beside)
    figures = (before.numerator, before.denominator) != (after.numerator, after.denominator)
    return Effect(
        before=before,
        after=after,
        outlook=_outlook(before, after, _margin(after, facts)),
        touched=figures or before.outcome is not after.outcome,
        rooms=rooms,
        sentence=sentence_of(after, rooms, remaining),
    )


def _margin(finding: Finding, facts: Facts) -> Fraction:
    policy = facts.policy
    return (policy.near_limit if finding.operator == ">=" else policy.near_limit_fee) or Fraction(0)


def _outlook(before: Finding, after: Finding, margin: Fraction) -> Outlook:
    if after.outcome is Outcome.FAIL:
        return Outlook.STILL_SHORT if before.outcome is Outcome.FAIL else Outlook.BREAKS
    if after.outcome is not Outcome.PASS:
        return Outlook[after.outcome.name]
    near = after.unit is Unit.RATIO and after.measured is not None and after.limit is not None
    if near and abs(after.measured - after.limit) < margin:  # type: ignore[operator]
        return Outlook.NEAR_MIN if after.operator == ">=" else Outlook.NEAR_MAX
    return Outlook.REACHES if before.outcome is Outcome.FAIL else Outlook.KEEPS


def headroom(finding: Finding, *, beside_base: bool = False) -> tuple[Room, ...]:
    """How much may go each way before a share of money breaks its limit, or must go to reach it; exact to the 分.

    What may go is rounded down and what must go is rounded up, so the amount itself is always safe and one 分 beyond
    it is not. Empty for numbers, without a limit, and where there is no share. beside_base: what is added to the
    numerator may not widen the denominator, and is counted as if it never did.
    """
    part, whole, limit = finding.numerator, finding.denominator, finding.limit
    if not (isinstance(part, Money) and isinstance(whole, Money)) or limit is None or whole.fen <= 0:
        return ()
    met = part.fen >= limit * whole.fen if finding.operator == ">=" else part.fen <= limit * whole.fen
    steps = _STEP | ({Way.ADD_PART: (1, 0)} if beside_base else {})
    return tuple(Room(way, met, _room(way, steps[way], part.fen, whole.fen, limit, finding.operator)) for way in Way)


def _room(way: Way, step: tuple[int, int], part: int, whole: int, limit: Fraction, operator: str) -> Money | None:
    """Solve spare + x · gain ≥ 0 on whole 分. The sign is turned for “不超过”."""
    turn = 1 if operator == ">=" else -1
    to_part, to_whole = step
    spare = turn * (part - limit * whole)
    gain = turn * (to_part - limit * to_whole)
    there = {Way.CUT_REST: whole - part, Way.CUT_PART: part}.get(way)
    if spare >= 0:
        most = None if gain >= 0 else math.floor(spare / -gain)
        return None if most is None or (there is not None and most >= there) else Money(most)
    if gain <= 0:
        return None
    least = math.ceil(-spare / gain)
    leaves = whole + to_whole * least
    return Money(least) if leaves > 0 and (there is None or least <= there) else None


def least_part(finding: Finding, more: Money) -> Money | None:
    """How much of further money must be the numerator's for a floor to hold once all of it is given; exact to the 分.

    None where the finding is no floor on money, where there is nothing more to give, and where all would not do.
    """
    part, whole, limit = finding.numerator, finding.denominator, finding.limit
    is_floor = isinstance(part, Money) and isinstance(whole, Money) and limit is not None and finding.operator == ">="
    if not is_floor or more.fen <= 0:
        return None
    assert isinstance(part, Money) and isinstance(whole, Money) and limit is not None
    least = max(0, math.ceil(limit * (whole.fen + more.fen) - part.fen))
    return Money(least) if least <= more.fen else None


def to_the_fen(amount: Money) -> str:
    """Every digit in 万元 with thousands commas, for people."""
    whole, _, rest = exact_wan(amount).partition(".")
    return f"{int(whole):,}.{rest}"


_SPEAKS = {
    "R65": ("还可安排非产业", Way.ADD_REST),
    "R30": ("还可安排其他产业", Way.ADD_REST),
    "R01F": ("还可列支", Way.ADD_PART),
}
_SHORT = {
    "R65": ((Way.CUT_REST, "减少非产业"), (Way.ADD_PART, "增加产业")),
    "R30": ((Way.CUT_REST, "减少其他产业"), (Way.ADD_PART, "增加首位产业")),
    "R01F": ((Way.CUT_PART, "减少管理费"), (Way.ADD_REST, "增加其他项目")),
}


_BOTH_WAYS = {
    "R65": {
        Way.ADD_REST: "再安排非产业",
        Way.ADD_PART: "再安排产业",
        Way.CUT_REST: "减少非产业",
        Way.CUT_PART: "减少产业",
    },
    "R30": {
        Way.ADD_REST: "再安排其他产业",
        Way.ADD_PART: "再安排首位产业",
        Way.CUT_REST: "减少其他产业",
        Way.CUT_PART: "减少首位产业",
    },
    "R01F": {
        Way.ADD_PART: "再列支",
        Way.ADD_REST: "再安排其他项目",
        Way.CUT_PART: "减少管理费",
        Way.CUT_REST: "减少其他项目",
    },
}


def both_ways(rule: str, rooms: Sequence[Room]) -> list[tuple[str, bool, Money]]:
    """What each way is called, whether it may still go or must, and how far: exact to the 分, only ways that have an end.

    Where the limit is met, both directions in which it could break; where not, both in which it is reached.
    """
    words = _BOTH_WAYS.get(rule, {})
    return [(words[room.way], room.met, room.amount) for room in rooms if room.way in words and room.amount is not None]


def sentence_of(
    finding: Finding, rooms: Sequence[Room], remaining: Money | None = None, *, every_digit: bool = False
) -> str:
    """The last sentence of the rule strip: what may still be given, or both ways to the limit.

    every_digit: to the 分 instead of two decimals of 万元, cut and rounded up on the safe side.
    """
    floor, ceil = (to_the_fen, to_the_fen) if every_digit else (floor_wan, ceil_wan)
    if finding.outcome in (Outcome.NO_DATA, Outcome.REVIEW, Outcome.WAIVED) or finding.limit is None:
        return finding.message
    if finding.rule not in _SPEAKS or not rooms:
        return _number_sentence(finding)
    room = {r.way: r for r in rooms}
    if rooms[0].met:
        words, way = _SPEAKS[finding.rule]
        may = room[way].amount
        if may is None:
            return f"{words.removeprefix('还可')}没有上限"
        if not may:
            return f"正在界线上，不能再{words.removeprefix('还可')}"
        enough = "，本批剩余够用" if remaining is not None and remaining <= may else ""
        return f"{words} {floor(may)} 万元{enough}"
    ways = [(words, room[way].amount) for way, words in _SHORT[finding.rule]]
    said = [f"{words} {ceil(amount)} 万元" for words, amount in ways if amount is not None]
    if not said:
        return finding.message
    return f"须{'，或'.join(said)}，才到 {show_limit(finding.limit)}"


def _number_sentence(finding: Finding) -> str:
    limit = int(finding.limit or 0)
    if finding.outcome is Outcome.PASS:
        return f"已有 {finding.measured_words}，达到 {limit} 个"
    return f"已有 {finding.measured_words}，还差 {finding.distance} 个"
