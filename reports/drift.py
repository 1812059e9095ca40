"""Figures that changed after they were printed: each kept print against the same ledger made of today's records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.difference import Difference
from fundsys.queries.drift import ActBehind, acts_behind
from fundsys.queries.facts import county_today
from fundsys.queries.ledgers import KeptPrint
from fundsys.queries.past import after_act, last_seq

from . import difference
from .difference import Compared

NOT_WATCHED = ("PF52", "LG13", "LG17", "LG18", "PF21", "PF22")
"""Forms and comparisons: papers of one moment, not registers that go on."""


@dataclass(frozen=True)
class Moved:
    """One row that is not as printed: what changed, which acts did it, and whether its records differ from the journal."""

    difference: Difference
    acts: tuple[ActBehind, ...]
    tampered: bool

    @property
    def why(self) -> str:
        """What kind of change it is, in words."""
        if self.tampered:
            return "与办理日志不符，没有办理记录"
        return "有办理记录" if self.acts else "由关联资料（单位、地名、字典等）的改动引起"


@dataclass(frozen=True)
class Drift:
    """A print and what is different today."""

    kept: KeptPrint
    compared: Compared
    rows: tuple[Moved, ...]

    @property
    def figures(self) -> int:
        return sum(row.difference.is_figure for row in self.rows)

    @property
    def tampered(self) -> int:
        return sum(row.tampered for row in self.rows)


def drift(session: Session, kept: KeptPrint) -> Drift:
    """What of a print is different today, business dates up to the print's day, row by row with the acts behind it.

    Today is read twice, from the tables and from the journal: where the two differ, somebody changed a table past the
    acts of the office.
    """
    day = county_today(session)
    now = difference.of_now(kept, store.snapshot(), day)
    if now.digest == kept.row_digest:  # as printed to the last cell: nobody need look into the past
        same = replace(now, label=difference.name_of(kept), proven=True, totals=difference.totals_of(now.ledger, kept))
        return Drift(kept, difference.compared(same, now), ())
    told = difference.of_now(kept, after_act(last_seq(session, date.max), day), day)
    printed = difference.of_print(session, kept)
    found = difference.compared(printed, now)
    unexplained = {d.key for d in difference.compared(told, now).differences}
    identity = [c.key for c in found.ledger.columns if c.key in found.ledger.identity]
    rows = []
    for one in found.differences:
        named = dict(zip(identity, one.key, strict=True)) if identity else {}
        rows.append(Moved(one, tuple(acts_behind(session, named, kept.seq)), one.key in unexplained))
    return Drift(kept, found, tuple(sorted(rows, key=lambda r: (not r.tampered, not r.difference.is_figure))))


def watched(prints: list[KeptPrint]) -> Iterator[KeptPrint]:
    """The prints worth watching."""
    return (kept for kept in prints if kept.ledger not in NOT_WATCHED)
