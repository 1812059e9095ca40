"""What every random office does: one act a move, done or refused in words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fundsys.domain.errors import DomainError
from fundsys.services.acts import act


class Office:
    """Somebody's office of a fresh county. tally: what was done and what was refused, by act. at: the moment of the acts, now where None.

    Drawn from a Random, so that a seed tells a history again.
    """

    def __init__(self, tally: Counter[str]) -> None:
        self.tally = tally
        self.moves: list[Callable[[random.Random], None]] = []
        self.at: datetime | None = None

    def move(self, r: random.Random) -> None:
        """One act, or a refusal in words; anything else is a fault."""
        r.choice(self.moves)(r)

    @staticmethod
    def _with(call: Callable[..., Any], *args: Any, **told: Any) -> Callable[[Any], Any]:
        return lambda opened: call(*args, act=opened, **told)

    def _do(self, by: int, what: str, call: Callable[[Any], Any]) -> Any:
        try:
            with act(by=by, what=what, at=self.at) as opened:
                answer = call(opened)
        except DomainError as refused:
            assert refused.message.strip(), what
            self.tally[f"{what}：拒绝"] += 1
            return None
        self.tally[what] += 1
        return answer
