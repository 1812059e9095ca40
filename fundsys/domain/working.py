"""Working together: what a notice tells, and what the state of a reviewed record means for the person who entered it."""

from __future__ import annotations

from .coded import Coded


class MessageKind(Coded):
    """Why somebody is told."""

    RETURNED = "returned", "退回", "bad"
    APPROVED = "approved", "办结", "good"
    HANDED = "handed", "移交", "info"
    DUE = "due", "到期", "warn"


OPEN = frozenset({"draft", "returned", "reopened"})
"""Codes of states in which a record lies on the desk of the person who entered it."""
WAITING = frozenset({"submitted", "proposed", "reviewed", "on_notice", "accepted"})
"""Codes of states in which somebody else has to decide."""
_BACK = frozenset({"returned", "reopened", "withdrawn", "removed"})
_DONE = frozenset({"approved", "decided", "admitted", "paid", "closed"})


def told_by(before: str | None, after: str | None) -> MessageKind | None:
    """What a change of state tells the person who entered the record; None when it tells nothing."""
    if before == after or after is None:
        return None
    if after in _BACK:
        return MessageKind.RETURNED
    return MessageKind.APPROVED if after in _DONE else None
