"""The four-batch advisor: from recorded facts to a suggested class, with the facts that decide. People decide, not this.

Source: 农规发〔2024〕26号, 平江县做法, criteria of four_batches.yaml (confidence D: thresholds are the county's to edit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from itertools import product

from .industry import FourBatch, Prospect, RunState, Standing
from .money import ZERO, exact_wan


class Operation(Enum):
    """D1 how it runs."""

    RUNS = "正常运行"
    LOW = "低效运行"
    STILL = "停产闲置"
    GONE = "主体注销失联"
    RUINED = "资产毁损"


class Earning(Enum):
    """D2 what the last years brought."""

    GAINS = "近年盈利或保本"
    MIXED = "近年有盈有亏"
    LOSES = "连续亏损"


class Linkage(Enum):
    """D3 whether it still takes farmers along."""

    WORKS = "联农带农机制运行"
    FAILS = "联农带农机制没有运行"


class Holding(Enum):
    """D4 the assets."""

    SOUND = "资产清晰在用"
    FLAWED = "资产权属不清或在用率不足"


class Outlook(Enum):
    """D5 the market."""

    OPEN = "市场前景好或中"
    POOR = "市场前景差"


class Leading(Enum):
    """D5 the county's leading industries."""

    YES = "符合主导产业"
    NO = "不符合主导产业"


class Lawful(Enum):
    """D5 land and environment."""

    YES = "用地环保合规"
    NO = "违反用地、环保、防疫规定"


SIGNS: dict[str, type[Enum]] = {
    "lawful": Lawful,
    "operation": Operation,
    "earning": Earning,
    "outlook": Outlook,
    "holding": Holding,
    "linkage": Linkage,
    "leading": Leading,
}
"""What the table looks at, in the order it is printed."""
Combination = dict[str, Enum | None]
"""One value for every sign; None is not recorded."""


@dataclass(frozen=True)
class Row:
    """One row of the truth table. when: the values each sign may have; a sign not named may have any.

    batch: None where the criteria name no class and people must judge by themselves.
    """

    batch: FourBatch | None
    why: str
    when: Mapping[str, frozenset[Enum]]

    def meets(self, combination: Mapping[str, Enum | None]) -> bool:
        """Whether the row speaks of this combination."""
        return all(combination[sign] in allowed for sign, allowed in self.when.items())


def _row(batch: FourBatch | None, why: str, **when: Enum | tuple[Enum, ...]) -> Row:
    return Row(batch, why, {s: frozenset(v if isinstance(v, tuple) else (v,)) for s, v in when.items()})


_UP = (Operation.RUNS, Operation.LOW, Operation.STILL)
_NOT_LOSING = (Earning.GAINS, Earning.MIXED)
_RUNS = {"lawful": Lawful.YES, "operation": Operation.RUNS}
_EARNS = _RUNS | {"earning": Earning.GAINS}
TABLE = (
    _row(FourBatch.ADJUST, "违反耕地、林地、环保、动物防疫规定", lawful=Lawful.NO),
    _row(FourBatch.ADJUST, "资产毁损", lawful=Lawful.YES, operation=Operation.RUINED),
    _row(FourBatch.ADJUST, "经营主体注销失联", lawful=Lawful.YES, operation=Operation.GONE),
    _row(
        FourBatch.ADJUST, "连续亏损且前景差", lawful=Lawful.YES, operation=_UP, earning=Earning.LOSES,
        outlook=Outlook.POOR,
    ),
    _row(
        FourBatch.ADJUST, "停产闲置，没有改造再用价值", lawful=Lawful.YES, operation=Operation.STILL,
        earning=_NOT_LOSING, outlook=Outlook.POOR,
    ),
    _row(
        FourBatch.REVIVE, "停产或低效，有改造再用价值", lawful=Lawful.YES,
        operation=(Operation.STILL, Operation.LOW), outlook=Outlook.OPEN,
    ),
    _row(
        FourBatch.REVIVE, "低效运行，没有连续亏损，可换主体或改变用途", lawful=Lawful.YES, operation=Operation.LOW,
        earning=_NOT_LOSING, outlook=Outlook.POOR,
    ),
    _row(
        FourBatch.CONSOLIDATE, "正常运行、盈利或保本、带农、资产清晰在用、符合主导产业", **_EARNS,
        holding=Holding.SOUND, linkage=Linkage.WORKS, leading=Leading.YES,
    ),
    _row(FourBatch.UPGRADE, "正常运行有前景，资产有短板", **_EARNS, outlook=Outlook.OPEN, holding=Holding.FLAWED),
    _row(
        FourBatch.UPGRADE, "正常运行有前景，带农有短板", **_EARNS, outlook=Outlook.OPEN, holding=Holding.SOUND,
        linkage=Linkage.FAILS,
    ),
    _row(
        FourBatch.UPGRADE, "正常运行有前景，不在主导产业里", **_EARNS, outlook=Outlook.OPEN, holding=Holding.SOUND,
        linkage=Linkage.WORKS, leading=Leading.NO,
    ),
    _row(
        FourBatch.UPGRADE, "正常运行有前景，效益有短板", **_RUNS, earning=(Earning.MIXED, Earning.LOSES),
        outlook=Outlook.OPEN,
    ),
    _row(None, "正常运行但前景差、资产有短板，没有对应的判据", **_EARNS, outlook=Outlook.POOR, holding=Holding.FLAWED),
    _row(
        None, "正常运行但前景差、带农有短板，没有对应的判据", **_EARNS, outlook=Outlook.POOR, holding=Holding.SOUND,
        linkage=Linkage.FAILS,
    ),
    _row(
        None, "正常运行但前景差、不在主导产业里，没有对应的判据", **_EARNS, outlook=Outlook.POOR,
        holding=Holding.SOUND, linkage=Linkage.WORKS, leading=Leading.NO,
    ),
    _row(None, "正常运行但前景差、有盈有亏，没有对应的判据", **_RUNS, earning=Earning.MIXED, outlook=Outlook.POOR),
)  # fmt: skip
"""The truth table: every combination of known signs meets exactly one row; a test goes through all of them."""


@dataclass(frozen=True)
class Advice:
    """What the recorded facts suggest. batch: None when they suggest no class; missing: signs whose facts would decide.

    why: the row's words, or what is lacking. facts: the deciding facts in words.
    """

    batch: FourBatch | None
    why: str
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


MISSING_WORDS = {
    "lawful": "用地环保是否合规",
    "operation": "运行状况",
    "earning": "近年利润",
    "outlook": "市场前景",
    "holding": "资产在用率和权属",
    "linkage": "联农带农机制",
    "leading": "是否符合主导产业",
}


def completions(signs: Combination) -> Iterator[dict[str, Enum]]:
    """Every way the unknown signs may turn out."""
    choices = [[value] if (value := signs[sign]) is not None else list(kind) for sign, kind in SIGNS.items()]
    for values in product(*choices):
        yield dict(zip(SIGNS, values, strict=True))


def row_for(signs: Mapping[str, Enum | None]) -> Row:
    """The one row of the table for a combination of known signs."""
    return next(row for row in TABLE if row.meets(signs))


def judge(signs: Combination) -> tuple[Row | None, tuple[str, ...]]:
    """The row that holds whatever the unknown signs turn out to be, and the unknown signs on which the class hangs.

    Rows of one class agree: then the first of them is given. No row when the class hangs on what is unknown.
    """
    return _judged(tuple(signs[sign] for sign in SIGNS))


@cache
def _judged(known: tuple[Enum | None, ...]) -> tuple[Row | None, tuple[str, ...]]:
    """The judgement of one of the 5,832 combinations, worked out once a process: hundreds of projects share a few."""
    signs = dict(zip(SIGNS, known, strict=True))
    rows = {tuple(whole.values()): row_for(whole) for whole in completions(signs)}
    classes = {row.batch for row in rows.values()}
    if len(classes) == 1:
        return next(iter(rows.values())), ()
    hanging = []
    for place, (sign, value) in enumerate(signs.items()):
        if value is not None:
            continue
        others: dict[tuple[Enum, ...], set[FourBatch | None]] = {}
        for values, row in rows.items():
            others.setdefault(values[:place] + values[place + 1 :], set()).add(row.batch)
        if any(len(found) > 1 for found in others.values()):
            hanging.append(sign)
    return None, tuple(hanging)


@dataclass(frozen=True, slots=True)
class Limits:
    """The county's thresholds. Source: four_batches.yaml, confidence D; edited on the policy page."""

    use_min: Fraction = Fraction(9, 10)
    capacity_min: Fraction = Fraction(1, 2)
    idle_months: int = 6
    loss_years: int = 2


def signs_of(known: Standing, limits: Limits) -> tuple[Combination, dict[str, str]]:
    """The signs of a project and, for each known one, the recorded facts behind it in words."""
    signs: Combination = dict.fromkeys(SIGNS)
    told: dict[str, str] = {}
    for sign, (value, words) in {
        "lawful": _lawful(known),
        "operation": _operation(known, limits),
        "earning": _earning(known, limits),
        "outlook": _outlook(known),
        "holding": _holding(known, limits),
        "linkage": _linkage(known),
        "leading": _leading(known),
    }.items():
        signs[sign] = value
        if value is not None:
            told[sign] = words
    return signs, told


def advise(known: Standing, limits: Limits | None = None) -> Advice:
    """Suggest a class from what is recorded, with the deciding facts; or say which facts are missing."""
    signs, told = signs_of(known, limits or Limits())
    row, hanging = judge(signs)
    if row is None:
        lacking = tuple(MISSING_WORDS[sign] for sign in hanging)
        return Advice(None, f"事实不全，还缺{'、'.join(lacking)}", tuple(told.values()), lacking)
    deciding = tuple(told[sign] for sign in row.when if sign in told)
    return Advice(row.batch, row.why, deciding)


def _share(bp: int) -> str:
    return f"{bp / 100:g}%"


def _lawful(known: Standing) -> tuple[Enum | None, str]:
    compliant = known.facts.compliant
    if compliant is None:
        return None, ""
    return (Lawful.YES, "用地环保合规") if compliant else (Lawful.NO, "用地、环保或防疫违规")


def _operation(known: Standing, limits: Limits) -> tuple[Enum | None, str]:
    facts = known.facts
    if facts.run_state is None:
        return None, ""
    months, capacity = facts.months_stopped, facts.capacity_bp
    words = facts.run_state.label
    if facts.run_state is RunState.RUINED:
        return Operation.RUINED, words
    if facts.run_state is RunState.CLOSED:
        return Operation.GONE, words
    if facts.run_state is RunState.STOPPED:
        if months is not None and months < limits.idle_months:
            return Operation.LOW, f"{words} {months} 个月，不满 {limits.idle_months} 个月"
        return Operation.STILL, words + (f" {months} 个月" if months is not None else "")
    if facts.run_state is RunState.RUNNING:
        if capacity is not None and Fraction(capacity, 10_000) < limits.capacity_min:
            return Operation.LOW, f"产能利用率 {_share(capacity)}，不到 {_share(int(limits.capacity_min * 10_000))}"
        return Operation.RUNS, words + (f"，产能利用率 {_share(capacity)}" if capacity is not None else "")
    return Operation.LOW, words


def _earning(known: Standing, limits: Limits) -> tuple[Enum | None, str]:
    """The last years of figures, as many as the county counts, and no year between them missing."""
    years = sorted(known.profits, reverse=True)[: limits.loss_years]
    if len(years) < limits.loss_years or years[0] - years[-1] != limits.loss_years - 1:
        return None, ""
    words = "，".join(f"{year}年利润 {exact_wan(known.profits[year])} 万元" for year in sorted(years))
    losing = [known.profits[year] < ZERO for year in years]
    return (Earning.LOSES if all(losing) else Earning.MIXED if any(losing) else Earning.GAINS), words


def _outlook(known: Standing) -> tuple[Enum | None, str]:
    prospect = known.facts.prospect
    if prospect is None:
        return None, ""
    return (Outlook.POOR if prospect is Prospect.POOR else Outlook.OPEN), f"市场前景{prospect.label}"


def _holding(known: Standing, limits: Limits) -> tuple[Enum | None, str]:
    """One flaw is enough to know; soundness needs both facts."""
    use, clear = known.facts.use_bp, known.facts.title_clear
    words = "，".join(
        ([f"资产在用率 {_share(use)}"] if use is not None else [])
        + ([] if clear is None else ["权属清晰" if clear else "权属不清"])
    )
    if clear is False or (use is not None and Fraction(use, 10_000) < limits.use_min):
        return Holding.FLAWED, words
    return (None, "") if use is None or clear is None else (Holding.SOUND, words)


def _linkage(known: Standing) -> tuple[Enum | None, str]:
    works, homes = known.facts.linkage_works, known.facts.households
    if works is None:
        return None, ""
    led = f"，带动 {homes} 户" if homes else ""
    return (Linkage.WORKS, f"联农带农机制运行{led}") if works else (Linkage.FAILS, "联农带农机制没有运行")


def _leading(known: Standing) -> tuple[Enum | None, str]:
    fits = known.facts.fits_leading
    if fits is None:
        return None, ""
    return (Leading.YES, "符合主导产业") if fits else (Leading.NO, "不符合主导产业")
