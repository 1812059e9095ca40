"""What people are told beside a rule: what it checks, how its figure is made, what happens at the limit, what to do when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fundsys.services.reference_rows import file


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The explanation of one rule in whole sentences. The clause and the year's threshold stand beside it, never in it."""

    checks: str
    how: str
    fix: str
    edge: str


@cache
def rule_words() -> dict[str, RuleWords]:
    """The explanations by the rule's code."""
    return {code: RuleWords(**told) for code, told in file("rule_words").items()}
