"""Splitting money so that no 分 is lost: largest remainder on integers, ties by id, whatever the order."""

from __future__ import annotations

from collections.abc import Mapping

from .money import Money

Parts = dict[int, Money]


def split(amount: Money, weights: Mapping[int, int]) -> Parts:
    """An amount over ids in proportion to their weights; the parts sum to the amount exactly.

    Each id gets the whole 分 of its quota; the 分 left over go to the largest remainders, among equals to the smaller id.
    Raises ValueError for a negative amount or weight, and for money with no weight to carry it.
    """
    whole = sum(weights.values())
    if amount.fen < 0 or any(w < 0 for w in weights.values()):
        raise ValueError("an amount below zero cannot be split")
    if not whole:
        if amount.fen:
            raise ValueError("nothing to split over")
        return {key: Money(0) for key in sorted(weights)}
    quotas = {key: divmod(amount.fen * weights[key], whole) for key in sorted(weights)}
    left = amount.fen - sum(fen for fen, _ in quotas.values())
    lucky = set(sorted(quotas, key=lambda key: (-quotas[key][1], key))[:left])
    return {key: Money(fen + (key in lucky)) for key, (fen, _) in quotas.items()}


def split_costs(lines: Mapping[int, Money], sources: Mapping[int, Money]) -> dict[int, Parts]:
    """What each source paid of each line: rows sum to the lines, columns to the sources, both to the 分.

    Lines are served in order of id, each in proportion to what the sources still hold, so that no source gives more
    than it has and the last line takes the rest. Raises ValueError when lines and sources do not sum to the same.
    """
    if sum(m.fen for m in lines.values()) != sum(m.fen for m in sources.values()):
        raise ValueError("lines and sources differ")
    left = {key: sources[key].fen for key in sorted(sources)}
    made: dict[int, Parts] = {}
    for line in sorted(lines):
        made[line] = split(lines[line], left)
        for key, part in made[line].items():
            left[key] -= part.fen
    return made
