"""The strip of rules over an entry page: now → after, how far from the limit. Positions on the scale are hints, never figures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

CLEAR = 8  # the part of the scale, in a hundred, kept free at both ends


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale around the limit: positions in a hundred of its width."""

    limit: str
    after: str
    before: str | None
    good_from: str
    good_width: str

    @property
    def path_from(self) -> str:
        """Where the way from now to after begins."""
        return min(self.after, self.before or self.after, key=float)

    @property
    def path_width(self) -> str:
        """How long that way is."""
        return f"{abs(float(self.after) - float(self.before or self.after)):.2f}"


def scale(limit: Fraction, after: Fraction, before: Fraction | None = None, at_least: bool = True) -> Scale:
    """A scale around the limit, never from zero: one stretch on the wrong side, two on the allowed one, every point on it.

    at_least: the allowed side is above the limit (else below).
    """
    usual = min(limit / 5, Fraction(1, 20)) if limit <= 1 else limit / 5
    sides = [(value - limit) if at_least else (limit - value) for value in (after, before) if value is not None]
    reach = max([usual, *(-side for side in sides), *(side / 2 for side in sides)]) or Fraction(1)
    low, high = (limit - reach, limit + 2 * reach) if at_least else (limit - 2 * reach, limit + reach)

    def at(value: Fraction) -> str:
        return f"{CLEAR + float((value - low) / (high - low)) * (100 - 2 * CLEAR):.2f}"

    here = at(limit)
    return Scale(
        limit=here,
        after=at(after),
        before=None if before is None else at(before),
        good_from=here if at_least else "0",
        good_width=f"{100 - float(here):.2f}" if at_least else here,
    )


@dataclass(frozen=True, slots=True)
class RuleCell:
    """One rule of the strip. before, after, required: as shown; tone picks the word's look; sentence says the headroom
    or the gap, more the other direction.

    before: None on pages that change nothing. url: the rule with its basis and its rows.
    """

    code: str
    name: str
    url: str
    after: str
    required: str
    verdict: str
    tone: str
    sentence: str
    before: str | None = None
    scale: Scale | None = None
    more: str = ""
