"""Kept runs of the rules and waivers: their words, and what makes one fault the same as another's. No tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from .coded import Coded
from .money import Money
from .rules.base import Finding, Outcome, faulty_rows


class WaiverState(Coded):
    """Where an application for a waiver stands; only an approved one counts, and only to its last day."""

    SUBMITTED = "submitted", "待批准", "warn"
    APPROVED = "approved", "已批准", "good"
    RETURNED = "returned", "已退回", "bad"
    WITHDRAWN = "withdrawn", "已撤回", "plain"


class Change(Coded):
    """A fault beside the run before."""

    NEW = "new", "新增", "bad"
    STILL = "still", "仍在", "warn"
    GONE = "gone", "已消除", "good"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault a run found. table and id: its record; "" and 0 where the rule as a whole is missed, told by its scope."""

    rule: str
    scope: str
    table: str
    id: int
    label: str
    note: str

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes it the same fault in another run."""
        return self.rule, self.scope, self.table, self.id


def faults(finding: Finding) -> list[Fault]:
    """The faults of one finding: its rows that miss the requirement, or the finding itself where rows are no faults.

    A share of records names those that miss it; a number that must be none names each; for money, and for numbers that
    must be reached, the county as a whole misses the rule. Nothing for what passes, has no data or is waived.
    """
    if finding.outcome not in (Outcome.FAIL, Outcome.REVIEW):
        return []
    rows = faulty_rows(finding)
    if not rows:
        label = f"{finding.title}（{finding.scope}）" if finding.scope else finding.title
        return [Fault(finding.rule, finding.scope, "", 0, label[:200], finding.message)]
    seen: dict[tuple[str, int], Fault] = {}
    for row in rows:
        seen.setdefault(
            (row.table, row.id), Fault(finding.rule, finding.scope, row.table, row.id, row.label[:200], row.note)
        )
    return list(seen.values())


@dataclass(frozen=True, slots=True)
class Compared:
    """What a run found beside the run before it, by the key of each fault."""

    new: tuple[Fault, ...]
    still: tuple[Fault, ...]
    gone: tuple[tuple[str, str, str, int], ...]


def compare(found: Iterable[Fault], before: Collection[tuple[str, str, str, int]]) -> Compared:
    """New, still there and gone. before: keys of the run before."""
    now = {fault.key: fault for fault in found}
    known = set(before)
    return Compared(
        tuple(f for key, f in now.items() if key not in known),
        tuple(f for key, f in now.items() if key in known),
        tuple(key for key in before if key not in now),
    )


def figure(amount: Money | int | None) -> int | None:
    """A figure of a finding as a run keeps it: 分, or the number."""
    return amount.fen if isinstance(amount, Money) else amount


def holds(state: WaiverState, expires_on: date, day: date) -> bool:
    """Whether a waiver counts on a day."""
    return state is WaiverState.APPROVED and day <= expires_on
