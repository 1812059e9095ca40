"""What the rule strip of a money page shows: the rules the act touches, now and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask import current_app, url_for
from werkzeug.routing import BuildError

from fundsys.domain.effect import Effect, Way, both_ways, sentence_of, to_the_fen
from fundsys.domain.funds import JUDGED_LEVELS, FundLevel
from fundsys.domain.money import Money, floor_wan
from fundsys.domain.rules.base import Direction, Outcome
from fundsys.queries.allotment_sheet import Preview
from fundsys.web.strip import RuleCell, scale

ALWAYS = ("R65", "R30", "R01F", "RWR")
SHORT = {
    "R65": "产业占比",
    "R30": "首位产业占比",
    "R01F": "管理费",
    "RWR": "以工代赈项目",
    "R123": "年度项目",
}


def cells(effects: Iterable[Effect], levels: Sequence[FundLevel], result: Preview | None = None) -> list[RuleCell]:
    """The strip for money of some levels: the shares and counts of the allocation act, and whatever else it moves.

    result: what a sheet would do, where more of the notice is still to give.
    """
    judged = {level.label for level in levels if level in JUDGED_LEVELS} or {FundLevel.CENTRAL.label}
    shown = [
        e
        for e in effects
        if (e.rule in ALWAYS and (not e.scope or e.scope in judged)) or (e.touched and e.rule not in ALWAYS)
    ]
    return [_cell(effect, result) for effect in shown]


class RuleRooms(NamedTuple):
    """A rule with its headroom in both directions. ways: (word, amount with every digit); is_short: they must go."""

    effect: Effect
    is_short: bool
    ways: tuple[tuple[str, str], ...]


def rooms(effects: Iterable[Effect]) -> list[RuleRooms]:
    """Every rule with how far it is from its limit in each direction, exact to the 分."""
    found = []
    for effect in effects:
        ways = both_ways(effect.rule, effect.rooms)
        words = tuple((word, to_the_fen(amount)) for word, _, amount in ways)
        found.append(RuleRooms(effect, any(not met for _, met, _ in ways), words))
    return found


def _other_way(effect: Effect, result: Preview | None) -> str:
    """The second direction: what of the rest must go to industry, or how much of the part could go."""
    if not effect.rooms or not effect.rooms[0].met:
        return ""
    if effect.rule == "R65" and result is not None and result.unspoken.fen > 0:
        if result.least is None:
            return "剩余的全部安排产业仍达不到"
        if result.least:
            return f"至少再安排产业 {to_the_fen(result.least)} 万元"
    spare = [(word, amount) for word, _, amount in both_ways(effect.rule, effect.rooms) if word.startswith("减少")]
    return "，".join(f"还可{word} {to_the_fen(amount)} 万元" for word, amount in spare)


def _cell(effect: Effect, result: Preview | None) -> RuleCell:
    before, after = effect.before, effect.after
    name = SHORT.get(effect.rule, after.title)
    drawn = None
    if after.limit is not None and after.measured is not None:
        drawn = scale(after.limit, after.measured, before.measured, after.operator != "<=")
    return RuleCell(
        code=effect.rule,
        name=f"{name}（{effect.scope}）" if effect.scope else name,
        url=rule_url(effect.rule),
        before=before.measured_words,
        after=after.measured_words,
        required=after.required_words,
        verdict=effect.outlook.label,
        tone=effect.outlook.tone,
        sentence=_sentence(effect, result),
        more=_other_way(effect, result),
        scale=drawn,
    )


def _sentence(effect: Effect, result: Preview | None) -> str:
    """The headroom to the 分; for a count, what this sheet adds."""
    if effect.rule not in ("RWR", "R123"):
        return sentence_of(effect.after, effect.rooms, None if result is None else result.remaining, every_digit=True)
    known = {row.id for row in effect.before.rows}
    new = [row.label for row in effect.after.rows if row.id not in known]
    if not new:
        return effect.sentence
    if effect.after.outcome is Outcome.FAIL and effect.after.direction is Direction.SHORT:
        return f"本次新增 {len(new)} 个，还差 {effect.after.distance} 个"
    name = new[0].split(" ", 1)[-1]
    return f"本次新增 {len(new)} 个：{name}{'等' if len(new) > 1 else ''}"


def fee_room(effects: Iterable[Effect], level: FundLevel) -> Money | None:
    """How much more management fee of a level may be given; None where no limit speaks of it."""
    for effect in effects:
        if effect.rule == "R01F" and effect.scope == level.label:
            return next((room.amount for room in effect.rooms if room.way is Way.ADD_PART and room.met), None)
    return None


def fee_words(room: Money | None) -> str:
    """The note beside a management fee."""
    return "" if room is None else f"距上限 {floor_wan(room)}"


def rule_url(code: str) -> str:
    """The page of a rule, once it stands."""
    if "checks.show" not in current_app.view_functions:
        return ""
    try:
        return url_for("checks.show", code=code)
    except BuildError:
        return ""
