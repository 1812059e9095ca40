"""Splitting costs: no 分 lost, no matter in which order things are told."""

from __future__ import annotations

from random import Random

import pytest

from fundsys.domain.cost_split import split, split_costs
from fundsys.domain.money import Money
from tests.draws import draws


def test_the_left_over_fen_go_to_the_largest_remainders_and_among_equals_to_the_smaller_id() -> None:
    assert split(Money(100), {3: 1, 1: 1, 2: 1}) == {1: Money(34), 2: Money(33), 3: Money(33)}
    assert split(Money(10), {1: 1, 2: 2}) == {1: Money(3), 2: Money(7)}
    assert split(Money(0), {1: 0, 2: 0}) == {1: Money(0), 2: Money(0)}


def test_money_with_nobody_to_carry_it_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to split"):
        split(Money(1), {1: 0})
    with pytest.raises(ValueError, match="below zero"):
        split(Money(-1), {1: 1})
    with pytest.raises(ValueError, match="differ"):
        split_costs({1: Money(2)}, {1: Money(3)})


def _random_case(chance: Random) -> tuple[dict[int, Money], dict[int, Money]]:
    lines = {key: Money(chance.randint(0, 10**10)) for key in chance.sample(range(1000), chance.randint(1, 8))}
    whole = sum(m.fen for m in lines.values())
    keys = chance.sample(range(1000), chance.randint(1, 6))
    cuts = sorted(chance.randint(0, whole) for _ in keys[1:])
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, whole], strict=True)]
    return lines, {key: Money(part) for key, part in zip(keys, parts, strict=True)}


def test_ten_thousand_random_splits_are_exact_and_do_not_depend_on_order() -> None:
    chance = Random("splits")
    for _ in range(draws(1_000, 10_000)):
        lines, sources = _random_case(chance)
        made = split_costs(lines, sources)
        for key, amount in lines.items():
            assert sum(p.fen for p in made[key].values()) == amount.fen
            assert all(p.fen >= 0 for p in made[key].values())
        for key, amount in sources.items():
            assert sum(parts[key].fen for parts in made.values()) == amount.fen
        mixed = list(lines.items()), list(sources.items())
        for one in mixed:
            chance.shuffle(one)
        assert split_costs(dict(mixed[0]), dict(mixed[1])) == made


def test_control_rounding_each_part_by_itself_loses_fen() -> None:
    """The proof above would see a split that rounds each part alone."""
    weights = {1: 1, 2: 1, 3: 1}
    naive = {key: Money(round(100 * w / 3)) for key, w in weights.items()}
    assert sum(p.fen for p in naive.values()) != 100
