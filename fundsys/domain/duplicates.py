"""Projects that may be one project entered twice, and what speaks for it. Source: F021 重复立项."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

YEARS_APART = 2
"""Projects of the same village and subtype are compared within so many years."""
_NOISE = re.compile(r"[\s（）()、，,。.\-—·]|20\d\d年?|建设项目|项目|工程|建设")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project as the comparison sees it. is_legacy: one of 2013–2022, whose subtype is not coded (type_id 0)."""

    id: int
    code: str
    name: str
    year: int
    village_id: int | None
    type_id: int
    place: str = ""
    strip: tuple[str, ...] = ()
    stage: str = ""
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Another project that may be the same, and the evidence in sentences. strong: what F021 would find."""

    other: Candidate
    likeness: Fraction
    evidence: tuple[str, ...]
    strong: bool


def likeness(one: str, other: str) -> Fraction:
    """How alike two names are, 0 to 1: common runs of signs, or common pairs of signs, whichever says more."""
    if not one or not other:
        return Fraction(0)
    if one == other:
        return Fraction(1)
    one, other = sorted((one, other))
    runs = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    by_runs = Fraction(2 * runs, len(one) + len(other))
    pairs, others = _pairs(one), _pairs(other)
    by_pairs = Fraction(2 * len(pairs & others), len(pairs) + len(others)) if pairs and others else Fraction(0)
    return max(by_runs, by_pairs)


def may_reach(one: str, other: str, least: Fraction) -> bool:
    """Whether two names can be that alike at all, told from the signs and pairs of signs they share; True promises nothing."""
    if one == other:
        return True
    shared = min(sum(sign in other for sign in one), sum(sign in one for sign in other))
    if 2 * shared * least.denominator >= least.numerator * (len(one) + len(other)):
        return True
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) * least.denominator >= least.numerator * (len(pairs) + len(others))


def core(candidate: Candidate) -> str:
    """The name without its place, year and the words every project has."""
    name = candidate.name
    for word in candidate.strip:
        name = name.replace(word, "")
    return _NOISE.sub("", name) or candidate.name


def suspect(one: Candidate, other: Candidate, alike_from: Fraction) -> Suspicion | None:
    """What speaks for `other` being the same project as `one`; None when nothing does. alike_from is included."""
    if (
        one.village_id is None
        or one.village_id != other.village_id
        or (one.id, one.is_legacy) == (other.id, other.is_legacy)
    ):
        return None
    apart = abs(one.year - other.year)
    if apart > YEARS_APART:
        return None
    mine, others = core(one), core(other)
    same_type = bool(one.type_id) and one.type_id == other.type_id
    if not same_type and not may_reach(mine, others, alike_from):
        return None
    alike = likeness(mine, others)
    same_place = bool(one.place) and one.place == other.place
    evidence = []
    if same_type:
        evidence.append(f"同村同子类型，{'同一年度' if not apart else f'相隔 {apart} 年'}")
    if alike >= alike_from:
        evidence.append(f"名称相似 {int(alike * 100)}%（“{mine}”与“{others}”）")
    if not evidence:
        return None
    if same_place:
        evidence.append(f"实施地点同为“{one.place}”")
    return Suspicion(other, alike, tuple(evidence), strong=same_type and (alike >= alike_from or same_place))


def suspicions(one: Candidate, others: Iterable[Candidate], alike_from: Fraction) -> list[Suspicion]:
    """Everything that may be the same as `one`, the strongest first."""
    found = [s for other in others if (s := suspect(one, other, alike_from))]
    return sorted(found, key=lambda s: (not s.strong, -s.likeness, s.other.code))


def strong_suspicions(one: Candidate, others: Iterable[Candidate], alike_from: Fraction) -> list[Suspicion]:
    """What F021 would find for `one`, the strongest first: the same subtype, and alike in name or at the same place."""
    mine = core(one)
    close = (
        other
        for other in others
        if other.type_id == one.type_id
        and ((one.place and one.place == other.place) or may_reach(mine, core(other), alike_from))
    )
    return [s for s in suspicions(one, close, alike_from) if s.strong]


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}
